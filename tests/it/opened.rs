//! `inkstone open` over a package another office sent: the code asked for until it is right, the files put beside it, nothing
//! overwritten, a changed bit named.

use crate::support::town::Folder;
use inkstone::kit::Millis;
use inkstone::kit::sm2::Secret;
use inkstone::modules::exchange::code::Code;
use inkstone::modules::exchange::elements::Elements;
use inkstone::modules::exchange::package::{Package, Part, Sent, seal};
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

const PAGES: &[u8] = b"%PDF-1.7 pages";

fn sent(name: &str, part: Part, bytes: &[u8]) -> Sent {
    Sent {
        name: name.to_owned(),
        part,
        bytes: bytes.to_vec(),
    }
}

fn package(key: &Secret, code: &Code) -> Vec<u8> {
    let package = Package {
        delivery: "d-1".into(),
        from: "砚田镇人民政府".into(),
        to: "墨川县供销社".into(),
        at: Millis(1_773_025_200_000),
        elements: Elements {
            title: "关于做好春耕备耕的函".into(),
            number: "砚函〔2026〕7号".into(),
            ..Elements::default()
        },
        files: vec![
            sent("正文.pdf", Part::Pages, PAGES),
            sent("清单.xlsx", Part::Enclosure, b"one"),
            sent("清单.xlsx", Part::Enclosure, b"two"),
        ],
    };
    seal(&package, key, code, &[9; 32]).unwrap()
}

/// Opens it, typing these lines; whether it went well, and what was said.
fn open(file: &Path, typed: &str) -> (bool, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_inkstone"))
        .args(["open", "--no-browser"])
        .arg(file)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut keys = child.stdin.take().unwrap();
    // one that refuses the file reads no code
    let _ = keys.write_all(typed.as_bytes());
    drop(keys);
    let out = child.wait_with_output().unwrap();
    let said = [out.stdout, out.stderr].concat();
    (out.status.success(), String::from_utf8(said).unwrap())
}

#[test]
fn a_unit_without_an_office_reads_what_was_sent_to_it() {
    let folder = Folder::new("opened");
    fs::create_dir_all(&folder.0).unwrap();
    let (key, code) = (Secret::new().unwrap(), Code::new().unwrap());
    let file = folder.0.join("来件.gwb");
    let bytes = package(&key, &code);
    fs::write(&file, &bytes).unwrap();
    let typed = format!(
        "没有这样的码\n{}\n{}\n",
        Code::new().unwrap().text(),
        code.text()
    );

    let (well, said) = open(&file, &typed);
    assert!(well, "{said}");
    assert!(said.contains("提取码有写错的地方") && said.contains("打不开：提取码不是这一份的"));
    let beside = folder.0.join("关于做好春耕备耕的函");
    assert_eq!(fs::read(beside.join("正文.pdf")).unwrap(), PAGES);
    assert_eq!(fs::read(beside.join("清单.xlsx")).unwrap(), b"one");
    assert_eq!(fs::read(beside.join("2 清单.xlsx")).unwrap(), b"two");
    let sheet = fs::read_to_string(beside.join("公文包说明.txt")).unwrap();
    assert!(
        sheet.contains(&key.public().unwrap().fingerprint()),
        "{sheet}"
    );
    assert!(beside.join("公文元数据.xml").exists());

    fs::write(beside.join("正文.pdf"), "批注过的").unwrap();
    let (well, said) = open(&file, &code.text());
    assert!(well, "{said}");
    assert_eq!(
        fs::read_to_string(beside.join("正文.pdf")).unwrap(),
        "批注过的"
    );
    assert!(
        folder
            .0
            .join("关于做好春耕备耕的函（2）")
            .join("正文.pdf")
            .exists()
    );

    let before = fs::read_dir(&folder.0).unwrap().count();
    let mut bad = bytes;
    let middle = bad.len() / 2;
    bad[middle] ^= 1;
    fs::write(&file, bad).unwrap();
    let (well, said) = open(&file, &code.text());
    assert!(!well && said.contains("坏了或者被改过"), "{said}");
    assert_eq!(
        fs::read_dir(&folder.0).unwrap().count(),
        before,
        "nothing is put out"
    );
}
