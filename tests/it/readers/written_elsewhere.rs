//! OFD files that another program wrote (the Python package easyofd, put into a venv by `tests/run setup`), from a PDF
//! with text and as scanned pages; sheets that LibreOffice wrote in the old and in the open format. Where a program is
//! missing its test is left out by name.

use crate::support::libre;
use crate::support::skip::skip;
use inkstone::kit::extract::{self, Found};
use inkstone::kit::{Cell, Table, sheet};
use inkstone::layout::foreign::{self, Shown, What};
use std::path::{Path, PathBuf};
use std::process::Command;

fn python() -> Option<PathBuf> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let found = ["bin/python", "Scripts/python.exe"].map(|p| target.join("ofd-venv").join(p));
    found.into_iter().find(|p| p.exists())
}

#[test]
fn an_ofd_of_another_writer_is_drawn() {
    let Some(python) = python() else {
        return skip("ofd", "easyofd is not installed; run tests/run setup");
    };
    let folder = std::env::temp_dir().join(format!("inkstone-easyofd-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let made = Command::new(python)
        .arg(here.join("tests/it/readers/easy.py"))
        .arg(here.join("assets/fonts/NotoSerifSC-Regular.ttf.lzma"))
        .current_dir(&folder)
        .output()
        .unwrap();
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let (text, scans) = (read("text.ofd"), read("scan.ofd"));
    std::fs::remove_dir_all(&folder).unwrap();

    let shown = foreign::ofd(&text, 0).unwrap();
    assert_eq!(shown.count, 2);
    let words = words(&shown);
    assert!(
        words.contains("关于开展燃气安全检查的通知") && words.contains("各村（居）委会"),
        "{words}"
    );
    assert!(
        shown.pages[0]
            .marks
            .iter()
            .any(|m| matches!(m.what, What::Picture { .. }))
    );
    let Found::Text(found) = extract::all(&text) else {
        panic!("no text");
    };
    assert!(found.contains("经镇政府研究"), "{found}");

    let shown = foreign::ofd(&scans, 0).unwrap();
    assert_eq!(
        (shown.count, shown.left_out.len()),
        (2, 0),
        "{:?}",
        shown.left_out
    );
    for page in &shown.pages {
        assert!(matches!(page.marks[..], [ref m] if matches!(m.what, What::Picture { .. })));
        let corner = page.marks[0].matrix.at((1.0, 1.0));
        assert!(
            (corner.0 - page.size.0).abs() < 1.0 && (corner.1 - page.size.1).abs() < 1.0,
            "{corner:?} {:?}",
            page.size
        );
    }
    assert_eq!(extract::all(&scans), Found::Pictures);
}

fn words(shown: &Shown) -> String {
    let marks = shown.pages.iter().flat_map(|p| &p.marks);
    marks
        .filter_map(|m| match &m.what {
            What::Words { text, .. } => Some(text.as_str()),
            _ => None,
        })
        .collect()
}

#[test]
fn an_old_and_an_open_sheet_of_another_writer_are_read() {
    let long: String = "长".repeat(9000);
    let rows: Vec<Vec<Cell>> = (0..300_i64)
        .map(|n| {
            vec![
                format!("第{n}户，{}", &long[..usize::try_from(n).unwrap() * 90]).into(),
                n.into(),
                "2026-01-05".into(),
            ]
        })
        .collect();
    let table = Table {
        sheet_name: "台账".into(),
        headers: vec!["户名".into(), "人数".into(), "日期".into()],
        rows,
        ..Table::default()
    };
    let ours = sheet::write_table(&table).unwrap();
    let read = sheet::read_table(&ours, "a.xlsx").unwrap();
    for (to, ending) in [("xls:MS Excel 97", "xls"), ("ods", "ods")] {
        let Some(book) = libre::saved_as(&ours, to, ending) else {
            return;
        };
        let theirs = sheet::read_table(&book, &format!("a.{ending}")).unwrap();
        assert!(theirs == read, "{ending}: {:?}", &theirs[..2]);
    }
}
