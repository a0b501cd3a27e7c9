//! Files as offices make them, built here by hand, and broken ones.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use super::*;
use crate::kit::sniff::Encoding;
use crate::kit::unpack::{pack_zlib, stored_zip};

fn text(found: Found) -> String {
    match found {
        Found::Text(text) => text,
        other => panic!("{other:?}"),
    }
}

fn docx(body: &str) -> Vec<u8> {
    let document = format!("<w:document xmlns:w=\"x\"><w:body>{body}</w:body></w:document>");
    stored_zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", document.as_bytes()),
        (
            "word/header1.xml",
            "<w:hdr><w:p><w:t>机密★1年</w:t></w:p></w:hdr>".as_bytes(),
        ),
    ])
}

#[test]
fn word_gives_paragraphs_and_its_first_page() {
    let file = docx(
        "<w:p><w:r><w:t>关于印发</w:t></w:r><w:r><w:t xml:space='preserve'>《办法》的通知 &amp; 附件</w:t></w:r></w:p>\
         <mc:AlternateContent><mc:Choice><w:p><w:t>框</w:t></w:p></mc:Choice><mc:Fallback><w:p><w:t>框</w:t></w:p></mc:Fallback></mc:AlternateContent>\
         <w:p><w:r><w:br w:type=\"page\"/></w:r></w:p><w:p><w:t>第二页</w:t></w:p>",
    );
    assert_eq!(
        text(all(&file)),
        "机密★1年\n关于印发《办法》的通知 & 附件\n框\n第二页\n"
    );
    let first = first_page(Kind::Docx, &file).unwrap();
    assert!(first.contains("办法") && !first.contains("第二页"));
    assert!(crate::kit::sniff::secret_mark(&first).is_some());
}

#[test]
fn excel_gives_every_sheet() {
    let table = crate::kit::Table {
        sheet_name: "台账".into(),
        headers: vec!["户名".into(), "金额".into()],
        rows: vec![vec!["张三".into(), 1200.into()]],
        ..Default::default()
    };
    let file = crate::kit::sheet::write_table(&table).unwrap();
    let found = text(all(&file));
    assert!(
        found.contains("户名 金额") && found.contains("张三 1200"),
        "{found}"
    );
}

#[test]
fn ofd_joins_a_sentence_over_its_lines() {
    let page = "<ofd:Page xmlns:ofd=\"x\"><ofd:Content><ofd:Layer>\
        <ofd:TextObject ID=\"1\" Boundary=\"20 40 100 5\"><ofd:TextCode X=\"0\" Y=\"4\">关于开展燃气</ofd:TextCode></ofd:TextObject>\
        <ofd:TextObject ID=\"2\" Boundary=\"60 40 100 5\"><ofd:TextCode X=\"0\" Y=\"4\">安全</ofd:TextCode></ofd:TextObject>\
        <ofd:TextObject ID=\"3\" Boundary=\"20 50 100 5\"><ofd:TextCode X=\"0\" Y=\"4\">检查的通知。</ofd:TextCode></ofd:TextObject>\
        </ofd:Layer></ofd:Content></ofd:Page>";
    let second = page.replace("关于开展燃气", "第二页");
    let file = stored_zip(&[
        ("OFD.xml", b"<ofd:OFD/>"),
        ("Doc_0/Pages/Page_10/Content.xml", second.as_bytes()),
        ("Doc_0/Pages/Page_2/Content.xml", page.as_bytes()),
    ]);
    assert_eq!(
        text(all(&file)),
        "关于开展燃气安全检查的通知。\n第二页安全检查的通知。\n"
    );
    assert_eq!(
        first_page(Kind::Ofd, &file).unwrap(),
        "关于开展燃气安全\n检查的通知。\n"
    );
    let mark = page.replace("关于开展燃气", "机密★").replace("安全", "1年");
    let file = stored_zip(&[
        ("OFD.xml", b"<ofd:OFD/>"),
        ("Doc_0/Pages/Page_0/Content.xml", b"<Page/>"),
        ("Doc_0/Tpls/Tpl_0/Content.xml", mark.as_bytes()),
    ]);
    let first = first_page(Kind::Ofd, &file).unwrap();
    assert!(crate::kit::sniff::secret_mark(&first).is_some(), "{first}");
    let scan = stored_zip(&[
        ("OFD.xml", b"x"),
        ("Doc_0/Pages/Page_0/Content.xml", b"<Page/>"),
    ]);
    assert_eq!(all(&scan), Found::Pictures);
}

#[test]
fn texts_in_both_encodings_and_pages() {
    assert_eq!(text(all("排水设施\n养护".as_bytes())), "排水设施\n养护\n");
    let gbk = [0xc5, 0xc5, 0xcb, 0xae, b' ', 0xc9, 0xe8, 0xca, 0xa9];
    assert_eq!(text(all(&gbk)), "排水 设施\n");
    let html = "<html><head><title>公告</title><style>p{x:1}</style><script>var 排水=1</script></head><body><p>一&nbsp;二</p></body></html>";
    assert_eq!(text(all(html.as_bytes())), "公告\n一 二\n");
    let kind = Kind::Text {
        encoding: Encoding::Utf8,
    };
    assert_eq!(
        first_page(kind, "秘密★1年\n正文".as_bytes()).unwrap(),
        "秘密★1年\n正文\n"
    );
}

/// A PDF whose font gives glyph numbers and says by ToUnicode what they are, as WPS and LibreOffice write.
fn pdf(content: &str, packed: bool) -> Vec<u8> {
    let cmap = "/CIDInit /ProcSet findresource begin 1 begincodespacerange <0000> <FFFF> endcodespacerange\n\
        2 beginbfchar <0001> <6392> <0002> <6C34> endbfchar\n\
        1 beginbfrange <0003> <0004> <4E00> endbfrange 1 beginbfrange <0005> <0006> [<8BBE> <65BD>] endbfrange end";
    let stream = |data: &[u8]| {
        let (data, filter) = if packed {
            (pack_zlib(data), "/Filter /FlateDecode")
        } else {
            (data.to_vec(), "")
        };
        let mut out = format!("<< /Length {} {filter} >>\nstream\n", data.len()).into_bytes();
        out.extend(data);
        out.extend(b"\nendstream\n");
        out
    };
    let objects: [(u32, Vec<u8>); 3] = [
        (4, stream(content.as_bytes())),
        (6, stream(cmap.as_bytes())),
        (9, b"<< /Type /Catalog /Pages 2 0 R >>".to_vec()),
    ];
    let inner = [
        (
            2,
            "<< /Type /Pages /Kids [3 0 R] /Count 1 /Resources << /Font << /F1 5 0 R >> >> >>",
        ),
        (3, "<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>"),
        (
            5,
            "<< /Type /Font /Subtype /Type0 /Encoding /Identity-H /ToUnicode 6 0 R /DescendantFonts [7 0 R] >>",
        ),
        (
            7,
            "<< /Type /Font /Subtype /CIDFontType2 /DW 1000 /W [1 [1000 1000] 3 4 1000] >>",
        ),
    ];
    let mut out = b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut put = |number: u32, body: &[u8]| {
        out.extend(format!("{number} 0 obj\n").into_bytes());
        out.extend(body);
        out.extend(b"\nendobj\n");
    };
    for (number, body) in &objects {
        put(*number, body);
    }
    if packed {
        let (mut heads, mut bodies) = (String::new(), String::new());
        for (number, body) in inner {
            heads.push_str(&format!("{number} {} ", bodies.len()));
            bodies.push_str(body);
            bodies.push(' ');
        }
        let data = pack_zlib(format!("{heads}{bodies}").as_bytes());
        let mut all = format!(
            "<< /Type /ObjStm /N 4 /First {} /Filter /FlateDecode /Length {} >>\nstream\n",
            heads.len(),
            data.len()
        )
        .into_bytes();
        all.extend(data);
        all.extend(b"\nendstream");
        put(8, &all);
    } else {
        for (number, body) in inner {
            put(number, body.as_bytes());
        }
    }
    out.extend(b"trailer << /Root 9 0 R >>\n%%EOF");
    out
}

const LINES: &str = "BT /F1 16 Tf 1 0 0 1 80 700 Tm <00010002> Tj [<0005> -100 <0006>] TJ 0 -20 Td <0003> Tj 40 0 Td <0004> Tj ET";

#[test]
fn pdf_by_the_map_of_its_font() {
    for packed in [false, true] {
        let file = pdf(LINES, packed);
        assert_eq!(
            first_page(Kind::Pdf, &file).unwrap(),
            "排水设施\n一 丁\n",
            "packed {packed}"
        );
        assert_eq!(text(all(&file)), "排水设施一 丁\n");
    }
}

#[test]
fn a_scan_and_a_locked_one_say_so() {
    assert_eq!(
        all(&pdf("q 100 0 0 100 0 0 cm /Im1 Do Q", true)),
        Found::Pictures
    );
    let mut locked = pdf(LINES, false);
    locked.extend(b"\ntrailer << /Root 9 0 R /Encrypt 20 0 R >>");
    assert_eq!(all(&locked), Found::Locked);
    assert_eq!(all(b"\x89PNG\r\n\x1a\n"), Found::Other);
}

#[test]
fn broken_files_come_to_an_end() {
    let deep = format!(
        "%PDF-1.4\n1 0 obj {} endobj trailer << /Root 1 0 R >>",
        "[<<".repeat(100_000)
    );
    let rounds = "%PDF-1.4\n1 0 obj << /Pages 2 0 R >> endobj 2 0 obj << /Kids [2 0 R 1 0 R 2 0 R] >> endobj 3 0 obj 3 0 R endobj trailer << /Root 1 0 R >>";
    for bytes in [
        deep.as_bytes(),
        rounds.as_bytes(),
        b"%PDF-1.4",
        b"%PDF-1.4 trailer << /Root",
    ] {
        assert!(!matches!(all(bytes), Found::Text(_)));
    }
    let whole = [pdf(LINES, true), docx("<w:p><w:t>办法</w:t></w:p>")];
    for file in &whole {
        for cut in (0..file.len()).step_by(7) {
            let _ = all(file.get(..cut).unwrap());
            let mut bad = file.clone();
            *bad.get_mut(cut).unwrap() ^= 0x55;
            let _ = all(&bad);
        }
    }
}

#[test]
fn a_bomb_is_not_unpacked() {
    let zeros = vec![b' '; 40 << 20];
    let bomb = stored_zip(&[("[Content_Types].xml", b"x"), ("word/document.xml", &zeros)]);
    assert_eq!(all(&bomb), Found::Broken);
    let long = "办".repeat(MOST_CHARS + 5);
    assert_eq!(text(all(long.as_bytes())).chars().count(), MOST_CHARS);
}
