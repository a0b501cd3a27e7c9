//! Programs of others that read what we write: qpdf, poppler, LibreOffice, an OFD reader from PyPI (put into a venv by
//! `tests/run setup`). Where one is missing the test is left out by its name.

use super::skip::skip;
use super::town::Folder;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder that goes with the test, with a file in it.
pub fn kept(name: &str, bytes: &[u8]) -> (Folder, PathBuf) {
    let folder = Folder::new("outside");
    fs::create_dir_all(&folder.0).unwrap();
    let file = folder.0.join(name);
    fs::write(&file, bytes).unwrap();
    (folder, file)
}

/// What a program said; `None` after a skip named `what`.
pub fn ran(what: &str, mut command: Command) -> Option<Output> {
    if let Ok(output) = command.output() {
        return Some(output);
    }
    let program = command.get_program().to_string_lossy().into_owned();
    skip(what, &format!("{program} is not installed"));
    None
}

fn on(program: &str, args: &[&str], file: &Path) -> Command {
    let mut command = Command::new(program);
    command.args(args).arg(file);
    command
}

/// What qpdf finds wrong with a PDF; empty where nothing.
pub fn qpdf_faults(pdf: &[u8]) -> Option<String> {
    let (_folder, file) = kept("a.pdf", pdf);
    let said = ran("qpdf", on("qpdf", &["--check"], &file))?;
    if said.status.success() {
        return Some(String::new());
    }
    Some(format!("{}{}", text(&said.stdout), text(&said.stderr)))
}

/// A PDF with all its streams unpacked, as qpdf writes it.
pub fn unpacked(pdf: &[u8]) -> Option<String> {
    let (folder, file) = kept("a.pdf", pdf);
    let out = folder.0.join("b.pdf");
    let mut command = on("qpdf", &["--qdf", "--object-streams=disable"], &file);
    command.arg(&out);
    let said = ran("qpdf", command)?;
    assert!(said.status.success(), "{said:?}");
    Some(text(&fs::read(out).unwrap()))
}

/// The text of a PDF, in the order of the file; pages end in a form feed.
pub fn pdf_text(pdf: &[u8], args: &[&str]) -> Option<String> {
    let (_folder, file) = kept("a.pdf", pdf);
    let mut command = on("pdftotext", args, &file);
    command.arg("-");
    let said = ran("poppler", command)?;
    assert!(said.status.success(), "{said:?}");
    Some(text(&said.stdout))
}

/// The first page of a PDF as it looks, so many pixels an inch.
pub fn pdf_look(pdf: &[u8], inch: u32) -> Option<image::RgbImage> {
    let (folder, file) = kept("a.pdf", pdf);
    let out = folder.0.join("look");
    let inch = inch.to_string();
    let args = ["-r", &inch, "-f", "1", "-l", "1", "-singlefile", "-png"];
    let mut command = on("pdftoppm", &args, &file);
    command.arg(&out);
    let said = ran("poppler", command)?;
    assert!(said.status.success(), "{said:?}");
    let png = image::open(out.with_extension("png")).unwrap();
    Some(png.to_rgb8())
}

/// The words of each page as poppler finds them: left end and middle, mm, and what they say.
pub fn pdf_words(pdf: &[u8]) -> Option<Vec<Vec<(f64, f64, String)>>> {
    let said = pdf_text(pdf, &["-bbox"])?;
    let number = |line: &str, name: &str| -> Option<f64> {
        let (_, rest) = line.split_once(&format!("{name}=\""))?;
        Some(rest.split_once('"')?.0.parse::<f64>().ok()? * 25.4 / 72.0)
    };
    let word = |line: &str| {
        let top = number(line, "yMin")?;
        let middle = f64::midpoint(top, number(line, "yMax")?);
        let (_, said) = line.split_once('>')?;
        let said = said.strip_suffix("</word>")?;
        let said = said.replace("&lt;", "<").replace("&gt;", ">");
        let said = said.replace("&quot;", "\"").replace("&amp;", "&");
        Some((number(line, "xMin")?, middle, said))
    };
    let pages = said.split("<page ").skip(1);
    Some(
        pages
            .map(|p| p.lines().filter_map(word).collect())
            .collect(),
    )
}

/// All pages of a PDF as they look, in order.
pub fn pdf_looks(pdf: &[u8], inch: u32) -> Option<Vec<image::RgbImage>> {
    let (folder, file) = kept("a.pdf", pdf);
    let mut command = on("pdftoppm", &["-r", &inch.to_string()], &file);
    command.arg(folder.0.join("look"));
    let said = ran("poppler", command)?;
    assert!(said.status.success(), "{said:?}");
    let files = fs::read_dir(&folder.0).unwrap().map(|f| f.unwrap().path());
    let mut files: Vec<PathBuf> = files
        .filter(|f| f.extension().is_some_and(|e| e == "ppm"))
        .collect();
    files.sort();
    Some(
        files
            .iter()
            .map(|f| pixmap(&fs::read(f).unwrap()))
            .collect(),
    )
}

/// A picture as poppler writes it: P6, width and height, 255, then three bytes a pixel.
fn pixmap(bytes: &[u8]) -> image::RgbImage {
    let end = bytes.windows(5).position(|w| w == b"\n255\n").unwrap();
    let size = text(&bytes[3..end]);
    let (wide, high) = size.split_once(' ').unwrap();
    let raw = bytes[end + 5..].to_vec();
    image::RgbImage::from_raw(wide.parse().unwrap(), high.parse().unwrap(), raw).unwrap()
}

/// The text an OFD reader finds, page by page.
pub fn ofd_text(ofd: &[u8]) -> Option<String> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let pythons = ["bin/python", "Scripts/python.exe"].map(|p| target.join("ofd-venv").join(p));
    let Some(python) = pythons.into_iter().find(|p| p.exists()) else {
        skip(
            "ofd",
            "no ofdkit: tests/run setup puts it into target/ofd-venv",
        );
        return None;
    };
    let (_folder, file) = kept("a.ofd", ofd);
    let script = "import sys, ofdkit; sys.stdout.buffer.write(ofdkit.extract_text(sys.argv[1], '\\f').encode())";
    let mut command = Command::new(python);
    command.args(["-c", script]).arg(file);
    let said = ran("ofd", command)?;
    assert!(said.status.success(), "{said:?}");
    Some(text(&said.stdout))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Without spaces, line ends and form feeds: what other programs put between characters is theirs.
pub fn dense(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}
