//! S03 to S06: files that want to run, to lie about what they are, or to leave their folder. What is taken is kept by
//! its sum, never by a name from a request, and goes out as a download.

use super::csrf::token;
use super::matrix::{Places, routes};
use super::office::{LAN, Office};
use crate::support::http::{Http, Part, Request};
use crate::support::reply::Reply;
use inkstone::web::Method;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const HTML: &[u8] = b"<html><script>alert(1)</script></html>";
const PHP: &[u8] = b"<?php system($_GET['c']); ?>";
const EXE: &[u8] = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00";

fn send(http: &mut Http, csrf: &str, name: &str, kind: &str, bytes: &[u8]) -> Reply {
    let field = |name, bytes| Part {
        name,
        file: None,
        bytes,
    };
    let parts = [
        field("_csrf", csrf.as_bytes()),
        field("do", b"submit/propose".as_slice()),
        Part {
            name: "f.attachments",
            file: Some((name, kind)),
            bytes,
        },
    ];
    http.send(&Request::new("POST", "/start/incoming-handle").multipart(&parts))
}

/// Files the page says it has taken.
fn kept(reply: &Reply) -> BTreeSet<String> {
    let text = reply.text();
    let files = text.split("data-file=\"").skip(1);
    let files = files.filter_map(|rest| rest.split('"').next());
    files.map(str::to_owned).collect()
}

#[test]
fn s03_nothing_that_runs_is_kept_under_any_name() {
    let office = Office::new("uploads");
    let mut clerk = office.lan("宋小笺");
    let csrf = token(&clerk.get("/me"));
    let control = send(
        &mut clerk,
        &csrf,
        "通知.txt",
        "text/plain",
        "内容".as_bytes(),
    );
    assert!(
        control.status == 422 && !kept(&control).is_empty(),
        "the set-up: an ordinary file is kept: {}",
        control.text()
    );
    let ours = kept(&control);
    for (name, bytes) in [
        ("a.php", PHP),
        ("a.jsp", PHP),
        ("a.aspx", PHP),
        ("a.html", HTML),
        ("a.htm", HTML),
        (
            "a.svg",
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".as_slice(),
        ),
        ("a.hta", HTML),
        ("a.lnk", b"L\0\0\0\x01\x14\x02\0".as_slice()),
        ("a.exe", EXE),
        ("a.bat", b"del *".as_slice()),
        ("a.cmd", b"del *".as_slice()),
        ("a.js", b"alert(1)".as_slice()),
        ("a.vbs", b"MsgBox 1".as_slice()),
        ("a.ps1", b"rm *".as_slice()),
        ("a.jar", b"PK\x03\x04".as_slice()),
        ("a.pdf.exe", EXE),
        ("a.exe.pdf", EXE),
        ("a.php.jpg", PHP),
        ("a.exe.", EXE),
        ("a.exe ", EXE),
        ("a.exe::$DATA", EXE),
        ("a.php%00.txt", PHP),
        ("\u{202e}fdp.exe", EXE),
        ("cod\u{202e}exe.txt", EXE),
        ("通知.txt", EXE),
        ("通知.pdf", HTML),
        ("照片.jpg", HTML),
        ("照片.png", PHP),
    ] {
        let reply = send(&mut clerk, &csrf, name, "application/pdf", bytes);
        assert_eq!(reply.status, 422, "{name:?}");
        let taken: Vec<String> = kept(&reply).difference(&ours).cloned().collect();
        assert_eq!(taken, Vec::<String>::new(), "{name:?} was kept");
    }
    assert_eq!(office.state.faults(), 0);
}

#[test]
fn s04_nobody_uploads_without_having_logged_in() {
    let office = Office::new("uploads-open");
    let places = Places::of(&office);
    let spool = office.town.folder.dir().spool();
    let before = tree(&office.town.folder.0);
    for (method, path, _) in routes() {
        if method != Method::Post {
            continue;
        }
        let path = places.fill(path);
        let mut nobody = office.visitor(LAN);
        let csrf = token(&nobody.get("/login"));
        let parts = [
            Part {
                name: "_csrf",
                file: None,
                bytes: csrf.as_bytes(),
            },
            Part {
                name: "file",
                file: Some(("a.txt", "text/plain")),
                bytes: &[b'x'; 70_000],
            },
        ];
        let reply = nobody.send(&Request::new("POST", &path).multipart(&parts));
        assert!(
            matches!(reply.status, 303 | 401 | 403 | 404 | 413 | 415 | 422),
            "{path}: {}",
            reply.status
        );
        let left = std::fs::read_dir(&spool).unwrap().count();
        assert_eq!(left, 0, "{path} left something in the spool");
    }
    office.drain();
    assert_eq!(tree(&office.town.folder.0), before);
    assert_eq!(office.state.faults(), 0);
}

/// All files but the logs of databases, which come and go.
fn tree(folder: &Path) -> BTreeSet<PathBuf> {
    let mut all = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(tree(&path));
        } else if !path.to_string_lossy().ends_with("-wal")
            && !path.to_string_lossy().ends_with("-shm")
        {
            all.insert(path);
        }
    }
    all
}

#[test]
fn s05_what_a_file_is_is_seen_by_its_contents() {
    let office = Office::new("uploads-poly");
    let mut clerk = office.lan("宋小笺");
    let csrf = token(&clerk.get("/me"));
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0".to_vec();
    png.extend_from_slice(HTML);
    let mut gif = b"GIF89a/*".to_vec();
    gif.extend_from_slice(b"*/=1;alert(1)//");
    let pdf = b"%PDF-1.4\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>>>endobj\n%%EOF";
    for (name, bytes) in [
        ("图.png", png.as_slice()),
        ("图.gif", gif.as_slice()),
        ("文.pdf", pdf.as_slice()),
        (
            "图.jpg",
            b"PK\x03\x04\x14\0\0\0\0\0word/document.xml".as_slice(),
        ),
    ] {
        let reply = send(&mut clerk, &csrf, name, "image/png", bytes);
        assert_eq!(reply.status, 422, "{name}");
        // how what is kept goes out is S18's
        assert!(!reply.text().contains("<script>alert(1)"), "{name}");
    }
    let lie = send(
        &mut clerk,
        &csrf,
        "图.jpg",
        "image/jpeg",
        b"PK\x03\x04\x14\0\0\0\0\0word/document.xml",
    );
    assert!(
        lie.text().contains("图.jpg") && kept(&lie).is_empty(),
        "a package is no photograph: {:?}",
        kept(&lie)
    );
    assert_eq!(office.state.faults(), 0);
}

#[test]
fn s06_a_name_leads_nowhere() {
    let office = Office::new("uploads-names");
    let mut clerk = office.lan("宋小笺");
    let csrf = token(&clerk.get("/me"));
    let long = format!("{}.txt", "长".repeat(300));
    let parent = office.town.folder.0.parent().unwrap().to_owned();
    let beside: BTreeSet<PathBuf> = std::fs::read_dir(&parent)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    let before = tree(&office.town.folder.0);
    for name in [
        "../../x.txt",
        "..\\..\\x.txt",
        "/etc/x.txt",
        "\\\\host\\s\\x.txt",
        "C:evil.txt",
        "CON.txt",
        "NUL.txt",
        "COM1.txt",
        "a\tb.txt",
        "a'b;c.txt",
        "....//x.txt",
        &long,
    ] {
        let reply = send(&mut clerk, &csrf, name, "text/plain", name.as_bytes());
        assert_eq!(reply.status, 422, "{name}");
        let text = reply.text();
        assert!(
            !text.contains("../../x") && !text.contains("..\\x"),
            "{name}"
        );
    }
    office.drain();
    let new: Vec<PathBuf> = tree(&office.town.folder.0)
        .difference(&before)
        .cloned()
        .collect();
    for path in &new {
        let name = path.file_name().unwrap().to_string_lossy();
        // contents stand in the volume's own attachment file
        assert!(
            name.ends_with(".att") || name.ends_with(".fts") || name.ends_with(".vol"),
            "{path:?}"
        );
    }
    let after: BTreeSet<PathBuf> = std::fs::read_dir(&parent)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| {
            p.file_name()
                .is_some_and(|n| n.to_string_lossy().contains("x.txt"))
        })
        .collect();
    assert!(after.is_subset(&beside), "{after:?}");
    assert_eq!(office.state.faults(), 0);
}
