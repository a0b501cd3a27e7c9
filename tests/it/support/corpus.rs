//! The corpus: real official documents outside the project, read in place and never copied in.
//! `INKSTONE_CORPUS` says where, `../shared/corpus` by default; without it the test is a named skip.

use super::skip::skip;
use std::{env, fs, path::PathBuf};

/// One document of `documents/`: seven head lines and the body, one paragraph a line.
#[derive(Debug, Default, Clone)]
pub struct Document {
    pub file: String,
    pub title: String,
    /// 发文字号, empty if it has none.
    pub number: String,
    pub issuer: String,
    /// YYYY-MM-DD.
    pub date: String,
    pub kind: String,
    /// 主送机关, empty if it has none.
    pub recipient: String,
    pub source: String,
    pub body: String,
}

/// One row of `register.csv`.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct RegisterRow {
    pub title: String,
    pub number: String,
    pub issuer: String,
    pub date: String,
    pub kind: String,
}

/// Where the corpus is, or a named skip: `let Some(dir) = corpus::folder() else { return };`
pub fn folder() -> Option<PathBuf> {
    let dir = env::var_os("INKSTONE_CORPUS").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"),
        PathBuf::from,
    );
    if dir.join("register.csv").is_file() {
        return Some(dir);
    }
    skip(
        "corpus",
        &format!("no register.csv in {}; set INKSTONE_CORPUS", dir.display()),
    );
    None
}

/// All documents, in the order of their file names.
pub fn documents() -> Option<Vec<Document>> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder()?.join("documents"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "txt"))
        .collect();
    paths.sort();
    let read = |path: PathBuf| {
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        document(file, &fs::read_to_string(path).unwrap())
    };
    Some(paths.into_iter().map(read).collect())
}

/// All rows of the register.
pub fn register() -> Option<Vec<RegisterRow>> {
    let text = fs::read_to_string(folder()?.join("register.csv")).unwrap();
    let row = |cells: Vec<String>| {
        let [title, number, issuer, date, kind] = <[String; 5]>::try_from(cells).unwrap();
        RegisterRow {
            title,
            number,
            issuer,
            date,
            kind,
        }
    };
    Some(csv(&text).into_iter().skip(1).map(row).collect())
}

fn document(file: String, text: &str) -> Document {
    let (head, body) = text.split_once("\n\n").unwrap();
    let mut document = Document {
        file,
        body: body.to_owned(),
        ..Document::default()
    };
    for line in head.lines() {
        let (name, value) = line.split_once(':').unwrap();
        let place = match name {
            "title" => &mut document.title,
            "number" => &mut document.number,
            "issuer" => &mut document.issuer,
            "date" => &mut document.date,
            "kind" => &mut document.kind,
            "recipient" => &mut document.recipient,
            "source" => &mut document.source,
            other => panic!("{}: head line {other}", document.file),
        };
        value.trim().clone_into(place);
    }
    document
}

/// Rows of RFC 4180 text: quoted cells may hold commas, line ends and doubled quotes.
fn csv(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            _ => cell.push(c),
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    rows
}

#[test]
fn csv_cells_may_be_quoted() {
    let rows = csv("a,b\n\"甲,乙\",\"他说\"\"好\"\"\"\n,");
    assert_eq!(
        rows,
        [["a", "b"], ["甲,乙", "他说\"好\""], ["", ""]].map(|row| row.map(str::to_owned).to_vec())
    );
}

#[test]
fn a_document_has_a_head_and_a_body() {
    let text = "title: 通知\nnumber:\nissuer: 某镇\ndate: 2026-01-09\nkind: 办法\nrecipient: 各村\nsource: x\n\n通知\n正文\n";
    let one = document("1.txt".into(), text);
    assert_eq!(
        (one.title.as_str(), one.number.as_str()),
        ("通知", ""),
        "{} {} {} {} {} {}",
        one.file,
        one.issuer,
        one.date,
        one.kind,
        one.recipient,
        one.source
    );
    assert_eq!(one.body, "通知\n正文\n");
}

#[test]
fn the_corpus_is_whole() {
    let (Some(documents), Some(register)) = (documents(), register()) else {
        return;
    };
    assert_eq!((documents.len(), register.len()), (18, 200));
    assert!(
        documents
            .iter()
            .all(|d| !d.title.is_empty() && d.body.len() > 300)
    );
    assert!(register.iter().all(|row| row.date.len() == 10));
}
