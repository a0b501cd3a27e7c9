//! Files made to break a reader: what packs to little and unpacks to much, endless nesting, entities, false sizes.

use super::changed::in_time;
use super::seeds::{docx_of, image_of, ofd_of, xlsx_of};
use inkstone::kit::sniff::Kind;
use inkstone::kit::unpack::Packer;
use inkstone::kit::{closed, extract, picture, sheet, sniff};
use inkstone::layout::foreign;

/// So many zeros packed.
fn zeros(name: &str, megabytes: usize) -> Vec<u8> {
    let mut packer = Packer::default();
    packer.put("[Content_Types].xml", b"<Types/>");
    packer.put("OFD.xml", b"<OFD/>");
    packer.open(name);
    let block = vec![b' '; 1 << 20];
    (0..megabytes).for_each(|_| packer.add(&block));
    packer.finish()
}

#[test]
fn a_zip_that_bursts_is_not_unpacked() {
    for name in [
        "word/document.xml",
        "xl/worksheets/sheet1.xml",
        "Doc_0/Pages/Page_0/Content.xml",
        "Doc_0/Document.xml",
    ] {
        let bomb = zeros(name, 400);
        assert!(bomb.len() < 4 << 20);
        in_time(
            &bomb,
            |file| {
                assert!(
                    !matches!(extract::all(file), extract::Found::Text(t) if !t.trim().is_empty())
                );
                assert!(foreign::ofd(file, 0).is_err());
                assert!(sheet::read_table(file, "a.xlsx").is_err());
                assert!(sheet::look(file, (300, 40)).is_err());
                let _ = extract::written::written(file);
            },
            name,
        );
    }
}

#[test]
fn a_zip_in_a_zip_is_not_followed() {
    let mut inner = zeros("x", 30);
    for _ in 0..6 {
        let mut packer = Packer::default();
        (0..8).for_each(|n| packer.put(&format!("{n}.zip"), &inner));
        inner = packer.finish();
    }
    in_time(
        &inner,
        |file| {
            assert_eq!(closed::why(Kind::Zip, file), None);
            assert_eq!(extract::all(file), extract::Found::Other);
        },
        "nested",
    );
}

/// A thousand laughs, ten times over.
fn laughs(root: &str) -> String {
    let mut out = String::from("<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a0 \"ha\">");
    for n in 1..12 {
        let before = format!("&a{};", n - 1).repeat(10);
        out.push_str(&format!("<!ENTITY a{n} \"{before}\">"));
    }
    format!("{out}<!ENTITY f SYSTEM \"file:///etc/passwd\">]>{root}")
}

#[test]
fn entities_are_not_followed() {
    let word = docx_of(&laughs(
        "<w:document><w:p><w:r><w:t>甲&a11;&f;乙</w:t></w:r></w:p></w:document>",
    ));
    in_time(
        &word.bytes(),
        |file| {
            let text = extract::written::written(file).unwrap().text();
            assert!(
                text.contains("甲&a11;&f;乙") && text.len() < 2000,
                "{}",
                text.len()
            );
        },
        "docx",
    );
    let page = ofd_of(&laughs(
        "<Page><Content><Layer><TextObject Boundary='0 0 9 9' Size='5'><TextCode X='0' Y='0'>&a11;&f;</TextCode></TextObject></Layer></Content></Page>",
    ));
    in_time(
        &page.bytes(),
        |file| {
            let shown = foreign::ofd(file, 0).unwrap();
            assert!(shown.pages[0].marks.len() < 10);
        },
        "ofd",
    );
    let book = xlsx_of(&laughs(
        "<worksheet><sheetData><row r='1'><c r='A1' t='str'><v>甲&a11;</v></c></row></sheetData></worksheet>",
    ));
    in_time(
        &book.bytes(),
        |file| {
            if let Ok(seen) = sheet::look(file, (9, 9)) {
                assert!(format!("{seen:?}").len() < 2000);
            }
            let _ = extract::all(file);
        },
        "xlsx",
    );
}

#[test]
fn deep_and_long_ones_come_to_an_end() {
    let deep = |open: &str| open.repeat(400_000);
    for body in [
        deep("<w:p>"),
        deep("<w:tbl><w:tr><w:tc>"),
        deep("&"),
        deep("&lt"),
        format!("<w:p {}>", deep("a=\"1\" ")),
        deep("<w:p a='"),
    ] {
        in_time(
            &docx_of(&body).bytes(),
            |file| {
                let _ = extract::written::written(file);
                let _ = extract::drawn::drawn(file);
                let _ = extract::all(file);
            },
            "docx",
        );
    }
    for body in [
        deep("<PageBlock>"),
        deep("<TextObject Size='1'><TextCode>"),
        deep("<Clips>"),
        format!("<Page {}>", deep("a='1' ")),
    ] {
        in_time(
            &ofd_of(&format!("<Page><Content><Layer>{body}")).bytes(),
            |file| {
                let _ = foreign::ofd(file, 0);
                let _ = extract::all(file);
            },
            "ofd",
        );
    }
}

#[test]
fn a_sheet_with_a_cell_in_its_last_row_costs_one_cell() {
    let book = xlsx_of(
        "<worksheet><dimension ref='A1:XFD1048576'/><sheetData><row r='1'><c r='A1'><v>7</v></c></row><row r='1048576'><c r='XFD1048576'><v>1</v></c></row></sheetData></worksheet>",
    );
    in_time(
        &book.bytes(),
        |file| {
            let seen = sheet::look(file, (300, 40)).unwrap();
            assert_eq!((seen[0].size, seen[0].rows.len()), ((1_048_576, 16_384), 1));
            assert!(sheet::read_table(file, "a.xlsx").is_err());
        },
        "xlsx",
    );
}

#[test]
fn a_picture_that_says_it_is_vast_is_not_opened() {
    let mut vast = image_of(image::ImageFormat::Png);
    vast[16..24].copy_from_slice(&[0, 0, 0xc3, 0x50, 0, 0, 0xc3, 0x50]);
    // the sum of the header, or the reader stops there
    let mut table = flate2::Crc::new();
    table.update(&vast[12..29]);
    let sum = table.sum().to_be_bytes();
    vast[29..33].copy_from_slice(&sum);
    assert_eq!(picture::size(&vast), Some((50_000, 50_000)));
    in_time(
        &vast,
        |file| {
            assert!(picture::shown(file).is_err() && picture::thumbnail(file).is_err());
            assert!(picture::drawn_anew(file).is_err());
        },
        "png",
    );
}

#[test]
fn a_pdf_of_loops_and_depths_comes_to_an_end() {
    let round = "%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj 2 0 obj << /Type /Pages /Kids [2 0 R 2 0 R 2 0 R] /Parent 2 0 R >> endobj trailer << /Root 1 0 R >>".to_owned();
    let many = format!(
        "%PDF-1.4\n{}trailer << /Root 1 0 R >>",
        "1 0 obj << /Kids [1 0 R] >> endobj\n".repeat(200_000)
    );
    let deep = format!("%PDF-1.4\n1 0 obj {}", "<< /A [".repeat(300_000));
    let open = format!(
        "%PDF-1.4\n{}",
        "1 0 obj << /Length 5 >> stream\n".repeat(100_000)
    );
    let packed = format!(
        "%PDF-1.5\n{}",
        "1 0 obj << /Type /ObjStm /N 99999999 /First 5 >> stream\nx\nendstream endobj\n"
            .repeat(50_000)
    );
    // a font that says the same codes again and again, to a long text and with a width
    let map = format!(
        "{}endbfrange",
        format!("<0000> <FFFF> <{}> ", "4E00".repeat(500)).repeat(2000)
    );
    let font = format!(
        "%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n\
         2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 /Resources << /Font << /F1 5 0 R >> >> >> endobj\n\
         3 0 obj << /Type /Page /Parent 2 0 R /Contents 4 0 R >> endobj\n\
         4 0 obj << /Length 26 >>\nstream\nBT /F1 16 Tf <0041> Tj ET\nendstream endobj\n\
         5 0 obj << /Type /Font /Subtype /Type0 /Encoding /Identity-H /ToUnicode 6 0 R /DescendantFonts [7 0 R] >> endobj\n\
         6 0 obj << /Length {} >>\nstream\n{map}\nendstream endobj\n\
         7 0 obj << /Type /Font /W [{}] >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF",
        map.len(),
        "0 65535 500 ".repeat(20_000),
    );
    for file in [round, many, deep, open, packed, font] {
        in_time(
            file.as_bytes(),
            |file| {
                let _ = extract::all(file);
                let _ = sniff::pdf_is_plain(file);
                let _ = closed::why(Kind::Pdf, file);
            },
            file.get(..60).unwrap_or_default(),
        );
    }
}

#[test]
fn a_text_of_any_shape_is_laid_out() {
    let shapes = [
        "镇".repeat(60_000),
        "a".repeat(60_000),
        "，".repeat(60_000),
        "（".repeat(60_000),
        "字\n".repeat(30_000),
        format!("|{}", "甲|".repeat(20_000)),
        "|a|b\n".repeat(10_000),
        "附件1\n名\n".repeat(8_000),
        format!("关于{}的通知", "《".repeat(20_000)),
        "一、".repeat(20_000),
        " ".repeat(60_000),
        format!("{}：\n正文", "各村".repeat(25_000)),
    ];
    for shape in shapes {
        in_time(
            shape.as_bytes(),
            |file| {
                super::carried::laid(
                    &inkstone::layout::font::fallback(),
                    &String::from_utf8_lossy(file),
                )
            },
            &shape.chars().take(8).collect::<String>(),
        );
    }
}
