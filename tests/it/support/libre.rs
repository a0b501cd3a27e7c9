//! LibreOffice as the other program of the office: what we write it must open, and what it writes we must.

use super::skip::skip;
use super::town::Folder;
use std::fs;
use std::process::Command;

/// A workbook opened and saved again by LibreOffice; `None` after a named skip.
pub fn resaved(book: &[u8]) -> Option<Vec<u8>> {
    if Command::new("soffice").arg("--version").output().is_err() {
        skip("libreoffice", "soffice is not installed");
        return None;
    }
    let folder = Folder::new("libre");
    let (profile, out) = (folder.0.join("profile"), folder.0.join("out"));
    fs::create_dir_all(&out).unwrap();
    let file = folder.0.join("book.xlsx");
    fs::write(&file, book).unwrap();
    let ran = Command::new("soffice")
        .arg(format!(
            "-env:UserInstallation=file://{}",
            profile.display()
        ))
        .args([
            "--headless",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
        ])
        .arg(&out)
        .arg(&file)
        .output()
        .unwrap();
    let bytes = fs::read(out.join("book.xlsx"));
    let bytes = bytes.unwrap_or_else(|e| panic!("{e}: {ran:?}"));
    assert_ne!(bytes, book, "another program wrote it");
    Some(bytes)
}
