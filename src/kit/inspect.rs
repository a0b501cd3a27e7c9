//! What may not be inside a file: active parts of a PDF, and the mark line of a state secret
//! (README decision 21). Not a virus scanner; a doubt is answered "not plain", never "plain".
//! Invariant: a text that only speaks of secrets is never taken for a secret one.

use super::{text, unpack};

/// What the object streams of a PDF together may unpack to; real ones are a few hundred KB each.
const MOST_OBJECTS: usize = 64 * 1024 * 1024;

/// Whether a PDF has nothing that acts by itself, so that it may be shown in the page.
/// Looks into packed object streams; an encrypted PDF cannot be looked into and is not plain.
#[must_use]
pub fn pdf_is_plain(bytes: &[u8]) -> bool {
    if names_act(bytes) {
        return false;
    }
    let mut rest = bytes;
    let mut left = MOST_OBJECTS;
    while let Some(at) = unpack::find(rest, b"/ObjStm") {
        rest = rest.get(at + 7..).unwrap_or_default();
        let Some(packed) = stream_after(rest) else {
            return false;
        };
        match unpack::zlib(packed, left) {
            Some(objects) if !names_act(&objects) => left -= objects.len(),
            _ => return false,
        }
        // a stream is unpacked once, however often it is announced
        rest = packed;
    }
    true
}

/// The bytes after the next `stream` line.
fn stream_after(bytes: &[u8]) -> Option<&[u8]> {
    let at = unpack::find(bytes, b"stream")?;
    let data = bytes.get(at + 6..)?;
    data.strip_prefix(b"\r\n")
        .or_else(|| data.strip_prefix(b"\n"))
        .or_else(|| data.strip_prefix(b"\r"))
}

/// Whether any name among the bytes is one that acts. `#53` inside a name is a letter.
fn names_act(bytes: &[u8]) -> bool {
    const ACTS: [&[u8]; 13] = [
        b"JavaScript",
        b"JS",
        b"Launch",
        b"EmbeddedFile",
        b"EmbeddedFiles",
        b"OpenAction",
        b"AA",
        b"RichMedia",
        b"SubmitForm",
        b"ImportData",
        b"GoToE",
        b"XFA",
        b"Encrypt",
    ];
    bytes
        .split(|b| *b == b'/')
        .skip(1)
        .any(|after| ACTS.contains(&name_of(after).as_slice()))
}

fn name_of(after: &[u8]) -> Vec<u8> {
    let mut name = Vec::new();
    let mut at = after.iter().copied();
    while let Some(b) = at.next() {
        let ends = matches!(
            b,
            0..=32 | b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'%'
        );
        if ends || name.len() > 16 {
            break;
        }
        if b == b'#' {
            let digit = |d: Option<u8>| char::from(d.unwrap_or(b'x')).to_digit(16);
            match (digit(at.next()), digit(at.next())) {
                (Some(high), Some(low)) => name.push(u8::try_from(high * 16 + low).unwrap_or(0)),
                _ => break,
            }
        } else {
            name.push(b);
        }
    }
    name
}

/// The mark line of a state secret on a first page, as it stands there: 秘密★1年, 机密 ★ 10年,
/// 机密★启封前. `None` for a text that only mentions secrets, and for 工作秘密.
#[must_use]
pub fn secret_mark(first_page_text: &str) -> Option<String> {
    first_page_text
        .lines()
        .find(|line| is_mark(line))
        .map(text::one_line)
}

fn is_mark(line: &str) -> bool {
    // a mark is short; this also keeps whole paragraphs from being folded
    if line.chars().count() > 60 {
        return false;
    }
    let line: String = text::fold(line)
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    // the number of the copy stands before the mark, the urgency after it, often on the same line
    let line = line
        .trim_start_matches("份号")
        .trim_start_matches([':', 'N', 'o', '.', '№']);
    let line = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let line = ["密级和保密期限", "密级及保密期限", "密级"]
        .iter()
        .find_map(|head| line.strip_prefix(head))
        .map_or(line, |rest| rest.trim_start_matches(':'));
    let line = ["特急", "加急", "平急", "特提", "急件"]
        .iter()
        .find_map(|tail| line.strip_suffix(tail))
        .unwrap_or(line);
    let line = line
        .trim_start_matches(['【', '[', '(', '〔', '★'])
        .trim_end_matches(['】', ']', ')', '〕']);
    let Some(rest) = ["绝密", "机密", "秘密"]
        .iter()
        .find_map(|level| line.strip_prefix(level))
    else {
        return false;
    };
    match rest.strip_prefix(['★', '☆', '⭐', '✭', '*', '﹡']) {
        Some("") => true,
        Some(term) => is_term(term.trim_start_matches('\u{fe0f}')),
        None => is_term(rest),
    }
}

/// How long a secret is kept: 1年, 6个月, 十年, 长期, 启封前, 2030年12月31日前.
fn is_term(term: &str) -> bool {
    if matches!(
        term,
        "长期" | "启封前" | "解密前" | "公布前" | "启用前" | "\u{fe0f}" | ""
    ) {
        return !term.is_empty();
    }
    let term = term.strip_suffix('前').unwrap_or(term);
    let number = |c: char| c.is_ascii_digit() || "〇零一二三四五六七八九十".contains(c);
    let units = term.trim_start_matches(number);
    units.len() < term.len()
        && ["年", "个月", "月", "天", "日"].iter().any(|unit| {
            units
                .strip_prefix(unit)
                .is_some_and(|rest| rest.is_empty() || (rest.starts_with(number) && is_term(rest)))
        })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn plain_pdfs_are_plain() {
        assert!(pdf_is_plain(
            b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj"
        ));
        assert!(pdf_is_plain(b"%PDF-1.4 /JSx /Launcher /AAA"));
        for active in [
            "/OpenAction 3 0 R",
            "/S/JavaScript/JS(x)",
            "/J#53 (x)",
            "/J#61vaScript",
            "/Launch<<",
            "/EmbeddedFile",
            "/AA<<",
            "/Encrypt 5 0 R",
            "/JS\n",
        ] {
            let pdf = format!("%PDF-1.4\n1 0 obj<<{active}>>endobj");
            assert!(!pdf_is_plain(pdf.as_bytes()), "{active}");
        }
    }

    #[test]
    fn packed_objects_are_looked_into() {
        let pdf = |inside: &str| {
            let mut pdf =
                b"%PDF-1.5\n5 0 obj<</Type/ObjStm/Filter/FlateDecode>>stream\r\n".to_vec();
            pdf.extend(unpack::pack_zlib(inside.as_bytes()));
            pdf.extend(b"\r\nendstream");
            pdf
        };
        assert!(pdf_is_plain(&pdf("<</Type/Catalog>>")));
        assert!(!pdf_is_plain(&pdf("<</Type/Catalog/OpenAction 3 0 R>>")));
        assert!(!pdf_is_plain(b"%PDF-1.5 <</Type/ObjStm>>stream\nnot zlib"));
        assert!(!pdf_is_plain(b"%PDF-1.5 /ObjStm"));
    }

    #[test]
    fn marks_are_seen() {
        for mark in [
            "秘密★1年",
            "机密 ★ 10年",
            "机密★启封前",
            "绝密★",
            "秘密 ★",
            "  机  密★２０年",
            "秘密★6个月",
            "机密★长期",
            "000001 机密★1年 特急",
            "密级：秘密★5年",
            "秘密☆十年",
            "秘密 1年",
            "绝密*30年",
            "机密★2030年12月31日前",
        ] {
            let page = format!("某某县人民政府文件\n{mark}\n关于防汛工作的通知");
            assert!(secret_mark(&page).is_some(), "{mark}");
        }
        assert_eq!(secret_mark("甲\n 机密 ★ 1年 \n乙").unwrap(), "机密 ★ 1年");
    }

    #[test]
    fn mentions_are_not_marks() {
        for text in [
            "关于加强国家秘密管理的通知",
            "秘密",
            "绝密、机密、秘密三级",
            "秘密级国家秘密的保密期限不超过10年。",
            "标注“秘密★1年”字样的文件不得上网。",
            "工作秘密★1年",
            "商业秘密",
            "机密级 10年",
            "秘密1年以上的",
            "一、秘密★1年的文件由专人登记",
            "",
        ] {
            assert_eq!(secret_mark(text), None, "{text}");
        }
    }

    #[test]
    fn no_public_document_bears_a_mark() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let found = ["../shared", "../../shared"]
            .iter()
            .find_map(|up| std::fs::read_dir(root.join(up).join("corpus/documents")).ok());
        let Some(files) = found else {
            eprintln!("skipped: no corpus beside the checkout");
            return;
        };
        for file in files.flatten() {
            let text = std::fs::read_to_string(file.path()).unwrap();
            assert_eq!(secret_mark(&text), None, "{:?}", file.path());
        }
    }
}
