//! LibreOffice as the other program of the office: what we write it must open, and what it writes we must.

use super::skip::skip;
use super::town::Folder;
use inkstone::layout::font::{Face, fallback};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

/// A workbook opened and saved again by LibreOffice; `None` after a named skip.
pub fn resaved(book: &[u8]) -> Option<Vec<u8>> {
    let bytes = converted(
        &[("book.xlsx", book)],
        "xlsx:Calc MS Excel 2007 XML",
        "xlsx",
    )?
    .remove(0);
    assert_ne!(bytes, book, "another program wrote it");
    Some(bytes)
}

/// A workbook saved by LibreOffice in another format.
pub fn saved_as(book: &[u8], to: &str, ending: &str) -> Option<Vec<u8>> {
    Some(converted(&[("book.xlsx", book)], to, ending)?.remove(0))
}

/// A document printed by LibreOffice, with the program's own free fonts under the names the standard asks for, so that
/// what differs from our pages is not the font.
pub fn printed(docx: &[u8]) -> Option<Vec<u8>> {
    Some(converted(&[("a.docx", docx)], "pdf", "pdf")?.remove(0))
}

/// The same of several, by their names, in one start of the program.
pub fn printed_all(docx: &[(&str, &[u8])]) -> Option<Vec<Vec<u8>>> {
    converted(docx, "pdf", "pdf")
}

fn converted(files: &[(&str, &[u8])], to: &str, ending: &str) -> Option<Vec<Vec<u8>>> {
    if Command::new("soffice").arg("--version").output().is_err() {
        skip("libreoffice", "soffice is not installed");
        return None;
    }
    let folder = Folder::new("libre");
    let (profile, out) = (folder.0.join("profile"), folder.0.join("out"));
    fs::create_dir_all(&out).unwrap();
    let paths: Vec<_> = files.iter().map(|(name, _)| folder.0.join(name)).collect();
    for (path, (_, bytes)) in paths.iter().zip(files) {
        fs::write(path, bytes).unwrap();
    }
    let ran = Command::new("soffice")
        .env("FONTCONFIG_FILE", fonts(&folder.0))
        .arg(format!(
            "-env:UserInstallation=file://{}",
            profile.display()
        ))
        .args(["--headless", "--convert-to", to, "--outdir"])
        .arg(&out)
        .args(&paths)
        .output()
        .unwrap();
    let made = |path: &std::path::PathBuf| {
        let name = path.with_extension(ending);
        let bytes = fs::read(out.join(name.file_name().unwrap()));
        bytes.unwrap_or_else(|e| panic!("{e}: {ran:?}"))
    };
    Some(paths.iter().map(made).collect())
}

/// A folder of fonts and the file that says which name is which.
fn fonts(folder: &Path) -> std::path::PathBuf {
    let all = fallback();
    let mut rules = String::new();
    for (face, asked) in [
        (Face::Biaosong, "方正小标宋简体"),
        (Face::Fangsong, "仿宋_GB2312"),
        (Face::Heiti, "黑体"),
        (Face::Kaiti, "楷体_GB2312"),
        (Face::Songti, "宋体"),
    ] {
        let font = all.of(face).unwrap();
        fs::write(folder.join(format!("{face:?}.ttf")), &font.bytes).unwrap();
        let family = if face == Face::Kaiti {
            "Inkstone Kai"
        } else {
            "Noto Serif SC"
        };
        write!(
            rules,
            "<match target=\"pattern\"><test name=\"family\"><string>{asked}</string></test>\
             <edit name=\"family\" mode=\"assign\" binding=\"same\"><string>{family}</string></edit></match>"
        )
        .unwrap();
    }
    let file = folder.join("fonts.conf");
    let words = format!(
        "<?xml version=\"1.0\"?><!DOCTYPE fontconfig SYSTEM \"fonts.dtd\"><fontconfig><dir>{0}</dir>\
         <cachedir>{0}/cache</cachedir>{rules}</fontconfig>",
        folder.display()
    );
    fs::write(&file, words).unwrap();
    file
}
