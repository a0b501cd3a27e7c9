//! Whether a file's name fits what the file is (S03, S05): an allow-list of what offices send.
//! Anything in it is accepted and kept even where it cannot be shown (README decision 16).
//! Invariant: the last extension decides, and no extension that Windows or a server runs is in the list.

use super::sniff::Kind;
use super::text;

/// Extensions that run, wherever in the name they stand.
const RUNS: &[&str] = &[
    "exe", "dll", "scr", "pif", "msi", "msp", "cpl", "bat", "cmd", "ps1", "psm1", "vbs", "vbe",
    "js", "jse", "mjs", "wsf", "wsh", "hta", "lnk", "url", "scf", "reg", "inf", "jar", "class",
    "sh", "py", "pl", "php", "php3", "php5", "phtml", "phar", "jsp", "jspx", "asp", "aspx", "ashx",
    "asmx", "cer", "cgi", "html", "htm", "xhtml", "shtml", "mht", "mhtml", "svg", "svgz", "swf",
    "chm", "apk", "deb", "rpm", "run", "iso", "docm", "xlsm", "pptm", "xlam", "dotm",
];

/// Extensions of kinds this server does not look into; their content must not be a page or program.
const OPAQUE: &[&str] = &[
    "ceb", "cebx", "gd", "gw", "sep", "caj", "dwg", "dxf", "mp3", "mp4", "m4a", "m4v", "wav",
    "wma", "amr", "aac", "avi", "mov", "wmv", "psd", "cdr", "heic", "mpp", "vsd", "vsdx", "esl",
    "aip",
];

/// Refuses a name that runs, hides something, or says another kind than the content; in Chinese.
pub fn check_name(kind: Kind, file_name: &str) -> Result<(), String> {
    check_letters(file_name)?;
    let base = file_name
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or_default()
        .trim_end_matches(['.', ' ', '\u{3000}']);
    let shown = text::clip(&text::safe_file_name(base), 40);
    let last = text::extension(base);
    if last.is_empty() {
        return Err(format!(
            "“{shown}”没有扩展名，看不出是什么文件，请补上（例如 .docx、.pdf）再上传"
        ));
    }
    check_runs(base, &last, &shown)?;
    match kind {
        Kind::Html | Kind::Svg | Kind::Executable => {
            return Err(format!(
                "“{shown}”的内容是{}，为了安全不能上传；请转成 PDF 或 Word 文档再上传",
                kind.label()
            ));
        }
        _ => {}
    }
    match fits(kind, &last) {
        Some(true) => Ok(()),
        Some(false) if kind == Kind::Unknown => Err(format!(
            "“{shown}”的内容不是 .{last} 文件，可能已损坏，请重新导出后再上传"
        )),
        Some(false) => Err(format!(
            "“{shown}”的扩展名是 .{last}，内容却是{}，请改成正确的扩展名再上传",
            kind.label()
        )),
        None => Err(format!(
            "不接收 .{last} 文件，请转成 PDF、Word、Excel、WPS、OFD、图片或压缩包再上传"
        )),
    }
}

fn check_letters(file_name: &str) -> Result<(), String> {
    let base = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
    let visible = text::one_line(base);
    let hidden = base
        .chars()
        .any(|c| !c.is_whitespace() && !visible.contains(c));
    if hidden || base.contains(['\n', '\r', '\0']) || base.contains("%00") {
        return Err("文件名里有看不见的控制字符，请改名后再上传".to_owned());
    }
    // a stream of NTFS: a.pdf::$DATA is a.pdf; the drive of a whole path was cut above
    if base.contains(':') {
        return Err("文件名里有冒号，请改名后再上传".to_owned());
    }
    Ok(())
}

fn check_runs(base: &str, last: &str, shown: &str) -> Result<(), String> {
    let refuse = |ext: &str| {
        Err(format!(
            "“{shown}”是 .{ext} 文件，打开时会运行，为了安全不能上传；请转成 PDF 或 Word 文档再上传"
        ))
    };
    if RUNS.contains(&last) || last == "com" {
        return refuse(last);
    }
    // 通知.exe.pdf: nobody names a file so by accident
    let inner = base.split('.').skip(1).map(text::fold_search);
    for part in inner {
        if RUNS.contains(&part.as_str()) {
            return refuse(&part);
        }
    }
    Ok(())
}

/// Whether a content may bear an extension; `None` where the extension is not accepted at all.
fn fits(kind: Kind, extension: &str) -> Option<bool> {
    use Kind::{Docx, Gif, OldOffice, OpenDocument, Pptx, Rtf, Xlsx, Zip};
    let text = matches!(kind, Kind::Text { .. });
    Some(match extension {
        "pdf" => kind == Kind::Pdf,
        // telephones and chat programs name images wrongly; they are re-encoded before they are shown
        "png" | "jpg" | "jpeg" | "jfif" | "bmp" | "webp" => kind.is_image(),
        "gif" => kind == Gif || kind.is_image(),
        "tif" | "tiff" => kind == Kind::Tiff || kind.is_image(),
        // old names on new contents open in Word and WPS; encrypted new ones are compound files
        "doc" | "wps" | "wpt" | "dot" => matches!(kind, OldOffice | Docx | Rtf),
        "docx" | "dotx" => matches!(kind, Docx | OldOffice),
        "xls" | "et" | "ett" => matches!(kind, OldOffice | Xlsx),
        "xlsx" | "xltx" => matches!(kind, Xlsx | OldOffice),
        "ppt" | "dps" | "dpt" | "pps" => matches!(kind, OldOffice | Pptx),
        "pptx" | "ppsx" => matches!(kind, Pptx | OldOffice),
        "rtf" => kind == Rtf,
        "odt" | "ods" | "odp" => kind == OpenDocument,
        "ofd" => kind == Kind::Ofd,
        "zip" => matches!(kind, Zip),
        "rar" => kind == Kind::Rar,
        "7z" => kind == Kind::SevenZ,
        "txt" | "md" | "csv" | "tsv" | "log" | "json" | "xml" | "eml" | "ics" | "vcf" => text,
        "msg" => kind == OldOffice,
        other if OPAQUE.contains(&other) => {
            matches!(kind, Kind::Unknown | Zip | OldOffice | Kind::Pdf) || text
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::sniff::Encoding;

    const TEXT: Kind = Kind::Text {
        encoding: Encoding::Gbk,
    };

    #[test]
    fn accepts_what_offices_send() {
        for (kind, name) in [
            (Kind::Pdf, "通知.pdf"),
            (Kind::OldOffice, "报告.doc"),
            (Kind::OldOffice, "报告.WPS"),
            (Kind::Docx, "报告.wps"),
            (Kind::OldOffice, "台账.et"),
            (Kind::Ofd, "公文.ofd"),
            (Kind::Tiff, "扫描件.tif"),
            (Kind::Rar, "附件.rar"),
            (TEXT, "说明.txt"),
            (TEXT, "readme.md"),
            (TEXT, "名单.csv"),
            (Kind::Png, "微信图片.jpg"),
            (Kind::Unknown, "会议录音.mp3"),
            (Kind::Unknown, "红头.ceb"),
            (Kind::Docx, "C:\\文档\\关于A.B的通知（2026.3.5）.docx"),
            (Kind::Pdf, "www.example.com.pdf"),
        ] {
            assert_eq!(check_name(kind, name), Ok(()), "{name}");
        }
    }

    #[test]
    fn refuses_what_runs_whatever_it_holds() {
        for name in [
            "a.php",
            "a.jsp",
            "a.aspx",
            "a.html",
            "a.svg",
            "a.hta",
            "a.lnk",
            "a.exe",
            "a.bat",
            "a.js",
            "a.vbs",
            "a.EXE",
            "a.ｅｘｅ",
            "a.php.",
            "a.php ",
            "a.php. .",
            "a.jpg.exe",
            "a.php.jpg",
            "a.com",
            "a.docm",
        ] {
            let why = check_name(TEXT, name).err().unwrap_or_default();
            assert!(why.contains("会运行"), "{name}: {why}");
        }
        for name in [
            "a.php%00.jpg",
            "a\u{202e}gpj.exe",
            "a.pdf::$DATA",
            "a\n.pdf",
            "a.pdf\0",
        ] {
            assert!(check_name(Kind::Pdf, name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn refuses_what_is_not_what_it_says() {
        for (kind, name, word) in [
            (Kind::Docx, "a.jpg", "内容却是Word 文档"),
            (Kind::Executable, "a.pdf", "程序或脚本"),
            (Kind::Html, "a.doc", "网页"),
            (Kind::Svg, "a.png", "SVG"),
            (Kind::Html, "a.txt", "网页"),
            (Kind::Pdf, "a.docx", "内容却是PDF 文件"),
            (Kind::Unknown, "a.pdf", "可能已损坏"),
            (Kind::Unknown, "a.xyz", "不接收 .xyz"),
            (TEXT, "无名", "没有扩展名"),
        ] {
            let why = check_name(kind, name).err().unwrap_or_default();
            assert!(why.contains(word), "{name}: {why}");
        }
    }
}
