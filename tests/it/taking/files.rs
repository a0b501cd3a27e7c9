//! Any office file is taken in and kept; what cannot be is refused with a plain sentence and costs nothing
//! of what was typed. And what people type: dates, white heads, too much of it.

use super::desk::{Desk, START, draft_on};
use crate::support::http::{Part, Request};
use std::io::Write as _;

fn zip_of(entries: &[(&str, &[u8])]) -> Vec<u8> {
    // stored entries; enough for what tells the kinds apart
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, data) in entries {
        let at = u32::try_from(out.len()).unwrap();
        let size = u32::try_from(data.len()).unwrap();
        let mut fields = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        fields.extend(0u32.to_le_bytes());
        fields.extend(size.to_le_bytes());
        fields.extend(size.to_le_bytes());
        fields.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        fields.extend([0, 0]);
        out.extend(b"PK\x03\x04");
        out.extend(&fields);
        out.extend(name.as_bytes());
        out.extend(*data);
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&fields);
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let at = u32::try_from(out.len()).unwrap();
    let n = u16::try_from(entries.len()).unwrap().to_le_bytes();
    let length = u32::try_from(directory.len()).unwrap();
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(n);
    out.extend(n);
    out.extend(length.to_le_bytes());
    out.extend(at.to_le_bytes());
    out.extend([0, 0]);
    out
}

fn word(line: &str) -> Vec<u8> {
    let xml = format!(
        "<w:document><w:body><w:p><w:r><w:t>{line}</w:t></w:r></w:p></w:body></w:document>"
    );
    zip_of(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", xml.as_bytes()),
    ])
}

fn compound(tail: &[u8]) -> Vec<u8> {
    let mut bytes = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    bytes.resize(512, 0);
    bytes.extend(tail);
    bytes
}

fn locked_package() -> Vec<u8> {
    let name: Vec<u8> = "EncryptedPackage"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    compound(&name)
}

#[test]
fn any_office_file_is_kept_as_it_came() {
    let mut desk = Desk::new("any-file");
    let old = compound(b"old");
    let ofd = zip_of(&[("OFD.xml", b"<ofd/>"), ("Doc_0/Document.xml", b"<x/>")]);
    let long = format!("{}.docx", "关于进一步做好有关工作的补充通知".repeat(20));
    let new = word("正文");
    let files: Vec<(&str, &[u8])> = vec![
        ("报告.doc", &old),
        ("报告.wps", &old),
        ("台账.et", &old),
        ("台账.xls", &old),
        ("汇报.ppt", &old),
        ("公文.ofd", &ofd),
        ("扫描.tif", b"II*\0\x08\0\0\0"),
        ("附件.rar", b"Rar!\x1a\x07\x01\0........"),
        ("邮件.eml", b"From: a@b.cn\r\nSubject: x\r\n\r\nhello"),
        ("红头.ceb", b"\x01\x02\xff\xfe\x80ceb"),
        ("会议录音.mp3", b"ID3\x04\0\0\xff\xfb\x90"),
        (&long, &new),
    ];
    let case = desk.registered(&[("f.declared", "本件不涉密")], &files);
    let kept = desk.files_of(case);
    assert_eq!(kept.len(), files.len());
    for ((name, bytes), file) in files.iter().zip(&kept) {
        assert!(
            *name == file.name || name.chars().count() > 300,
            "{name} {}",
            file.name
        );
        assert_eq!(desk.bytes_of(file), *bytes, "{name}");
    }
    let shortened = &kept.last().unwrap().name;
    assert!(shortened.ends_with("….docx") && shortened.chars().count() == 120);
}

#[test]
fn what_is_locked_or_bursts_is_kept_with_a_plain_word() {
    let mut desk = Desk::new("locked");
    let mut zip = zip_of(&[("a.txt", b"x")]);
    zip[6] |= 1;
    let mut bomb = zip_of(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", b"tiny"),
    ]);
    let at = bomb.windows(4).rposition(|w| w == b"PK\x01\x02").unwrap();
    bomb[at + 24..at + 28].fill(0xff);
    let package = locked_package();
    let files: Vec<(&str, &[u8])> = vec![
        ("加密.docx", &package),
        ("加密.xlsx", &package),
        ("加密.pdf", b"%PDF-1.6\ntrailer<</Encrypt 5 0 R>>"),
        ("加密.zip", &zip),
        ("膨胀.docx", &bomb),
    ];
    let case = desk.registered(&[], &files);
    let page = desk.clerk.get(&format!("/case/{case}")).text();
    assert_eq!(desk.files_of(case).len(), 5);
    assert!(page.contains("有密码，无法预览和检索"), "{page}");
    assert!(page.contains("压缩得异常，没有打开检查，无法预览和检索"));
}

#[test]
fn what_cannot_be_taken_is_said_and_the_rest_is_kept() {
    let mut desk = Desk::new("bad-file");
    let exe = [b"MZ\x90\0".as_slice(), &[0; 200]].concat();
    let fine = word("正文");
    let files: Vec<(&str, &[u8])> = vec![
        ("通知.docx", &exe),
        ("空.pdf", b""),
        ("断.pdf", b"\x00\x01\x02\xff\xfe"),
        ("好的.docx", &fine),
    ];
    let refused = desk.send(&[("f.title", "写了半天的标题")], &files);
    assert_eq!(refused.status, 422);
    let text = refused.text();
    for said in [
        "程序或脚本",
        "“空.pdf”是空文件",
        "可能已损坏",
        "写了半天的标题",
        "好的.docx",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let draft = draft_on(&refused);
    let kept = desk.files_of(draft.parse().unwrap());
    assert_eq!(kept.len(), 1, "the good one is safe");
    desk.registered(&[("f.title", "写了半天的标题"), ("draft", &draft)], &[]);
}

#[test]
fn a_file_beyond_the_limit_is_named_and_the_form_stays() {
    let mut desk = Desk::new("big-file");
    let big = vec![0x41_u8; (200 << 20) + 1];
    let fine = word("正文");
    let files: Vec<(&str, &[u8])> = vec![("录像.mp4", &big), ("通知.docx", &fine)];
    let refused = desk.send(&[("f.title", "标题还在")], &files);
    assert_eq!(refused.status, 422, "{}", refused.text());
    let text = refused.text();
    assert!(text.contains("“录像.mp4”有 200 MB，超过 200 MB") && text.contains("标题还在"));
    assert_eq!(desk.files_of(draft_on(&refused).parse().unwrap()).len(), 1);
}

#[test]
fn d21_a_marked_secret_is_refused_a_mention_is_not() {
    let mut desk = Desk::new("secret");
    let ofd = |line: &str| {
        let page = format!(
            "<ofd:Page><ofd:TextObject><ofd:TextCode>{line}</ofd:TextCode></ofd:TextObject></ofd:Page>"
        );
        zip_of(&[
            ("OFD.xml", b"<ofd/>"),
            ("Doc_0/Pages/Page_0/Content.xml", page.as_bytes()),
        ])
    };
    let (gbk, _, _) = encoding_rs_of("机密★10年\r\n关于某事的通知");
    let marked: Vec<(&str, Vec<u8>)> = vec![
        ("甲.docx", word("机密★1年")),
        ("乙.ofd", ofd("秘密★6个月")),
        ("丙.txt", "绝密★启封前\n正文".as_bytes().to_vec()),
        ("丁.txt", gbk),
    ];
    for (name, bytes) in &marked {
        let refused = desk.send(&[("f.title", "不要丢")], &[(name, bytes)]);
        assert_eq!(refused.status, 422, "{name}");
        let text = refused.text();
        assert!(
            text.contains("本平台不涉密，不能上传") && text.contains("只登记文号、经手人和存放处"),
            "{text}"
        );
        assert!(text.contains("不要丢"));
        assert!(!desk.clerk.get("/todo").text().contains(name));
    }
    let plain = word("关于加强国家秘密管理的通知，秘密级文件另行传送。");
    let talk = ofd("绝密、机密、秘密三级");
    let files: Vec<(&str, &[u8])> = vec![("谈保密.docx", &plain), ("谈保密.ofd", &talk)];
    let case = desk.registered(&[], &files);
    assert_eq!(desk.files_of(case).len(), 2);
}

/// GBK without a crate of the product's: the few characters that are needed.
fn encoding_rs_of(text: &str) -> (Vec<u8>, (), ()) {
    let pairs = [
        ('机', [0xbb, 0xfa]),
        ('密', [0xc3, 0xdc]),
        ('★', [0xa1, 0xef]),
        ('年', [0xc4, 0xea]),
        ('关', [0xb9, 0xd8]),
        ('于', [0xd3, 0xda]),
        ('某', [0xc4, 0xb3]),
        ('事', [0xca, 0xc2]),
        ('的', [0xb5, 0xc4]),
        ('通', [0xcd, 0xa8]),
        ('知', [0xd6, 0xaa]),
    ];
    let mut out = Vec::new();
    for c in text.chars() {
        match pairs.iter().find(|(p, _)| *p == c) {
            Some((_, bytes)) => out.extend(bytes),
            None => write!(out, "{c}").unwrap(),
        }
    }
    (out, (), ())
}

#[test]
fn u22_days_are_understood_as_people_write_them() {
    let mut desk = Desk::new("days");
    for (n, typed) in [
        "2026-3-5",
        "2026.3.5",
        "20260305",
        "3月5日",
        "２０２６年３月５日",
    ]
    .iter()
    .enumerate()
    {
        let number = format!("墨应急发〔2026〕{}号", 30 + n);
        let case = desk.registered(&[("f.received_on", typed), ("f.from_number", &number)], &[]);
        assert_eq!(desk.value(case, "received_on"), "2026-03-05", "{typed}");
    }
    let refused = desk.send(&[("f.received_on", "2026-2-30")], &[]);
    assert_eq!(refused.status, 422);
    let text = refused.text();
    assert!(
        text.contains("2月没有30日，请写 2026-2-28 这样的日期"),
        "{text}"
    );
    assert!(text.contains("value=\"2026-2-30\""));
}

#[test]
fn a_red_head_wants_its_number_and_a_white_one_does_not() {
    let mut desk = Desk::new("heads");
    let red = desk.send(&[("f.from_number", "")], &[]);
    assert_eq!(red.status, 422);
    assert!(red.text().contains("文头请选“白头文件”"), "{}", red.text());
    assert!(red.text().contains("data-opened-by=\"f.head\""));
    let case = desk.registered(&[("f.from_number", ""), ("f.head", "白头文件")], &[]);
    assert_eq!(desk.value(case, "head"), "白头文件");
}

#[test]
fn the_next_form_takes_over_what_stays_the_same() {
    let mut desk = Desk::new("next");
    let fields = [
        ("f.received_on", "2026-3-6"),
        ("f.source", "传真"),
        ("next", "1"),
    ];
    let reply = desk.send(&fields, &[]);
    let at = reply.header("location").unwrap().to_owned();
    assert!(at.starts_with(&format!("{START}?after=")), "{at}");
    let page = desk.clerk.get(&at).text();
    assert!(page.contains("value=\"墨川县应急管理局\" list"), "{page}");
    assert!(page.contains("value=\"2026-03-06\"") && page.contains("value=\"传真\" selected"));
    assert!(page.contains("name=\"next\" value=\"1\" checked"));
    assert!(!page.contains("value=\"关于做好汛前检查的通知\""));
    desk.newest();
    // another day: the source is as last time, day and sender are not
    let page = desk.clerk.get(START).text();
    assert!(page.contains("value=\"传真\" selected") && page.contains("value=\"2026-03-09\""));
    // the sender is offered, with the letters it is found by
    assert!(page.contains("<option value=\"墨川县应急管理局\">mcxyjglj</option>"));
    let mut admin = desk.office.admin();
    let mut other = desk.office.colleague(&mut admin, "纪文澜");
    assert_ne!(
        other.get(&at).status,
        200,
        "who may not register gets no form"
    );
}

#[test]
fn a_title_of_ten_megabytes_comes_back_as_a_sentence() {
    let mut desk = Desk::new("long-title");
    let long = "标".repeat(10 << 20).into_bytes();
    let long = &long[..10 << 20];
    let hidden = desk.clerk.get(START).hidden(START);
    let mut parts: Vec<Part<'_>> = hidden
        .iter()
        .map(|(n, v)| Part {
            name: n,
            file: None,
            bytes: v.as_bytes(),
        })
        .collect();
    parts.push(Part {
        name: "f.from",
        file: None,
        bytes: "墨川县水务局".as_bytes(),
    });
    parts.push(Part {
        name: "f.title",
        file: None,
        bytes: long,
    });
    parts.push(Part {
        name: "do",
        file: None,
        bytes: b"submit/propose",
    });
    let refused = desk
        .clerk
        .send(&Request::new("POST", START).multipart(&parts));
    assert_eq!(refused.status, 422);
    let text = refused.text();
    assert!(text.contains("标题太长了（约 10 MB）"), "{}", &text[..3000]);
    assert!(
        text.contains("墨川县水务局") && text.contains("标标标标"),
        "what was typed stays"
    );
    assert!(text.len() < 100_000, "{}", text.len());
}

#[test]
fn d21_a_secret_paper_is_registered_by_number_handler_and_place_only() {
    let mut desk = Desk::new("sealed");
    let at = "/start/sealed-paper";
    let page = desk.clerk.get(at).text();
    assert!(
        page.contains("f.place") && !page.contains("type=\"file\"") && !page.contains("f.title")
    );
    let me = desk.office.id_of("宋小笺");
    let hidden = desk.clerk.get(at).hidden(at);
    let mut fields: Vec<(&str, &str)> = hidden.iter().map(|(n, v)| (&**n, &**v)).collect();
    fields.extend([
        ("f.from_number", "墨机〔2026〕3号"),
        ("f.received_on", "2026-3-9"),
        ("f.handler", &me),
        ("f.place", "机要室保密柜 2 号"),
        ("f.title", "不该有的标题"),
        ("do", "submit/hold"),
    ]);
    let sent = desk.clerk.post(at, &fields);
    assert_eq!(sent.status, 303, "{}", sent.text());
    let town = &desk.office.town;
    assert!(town.store.drain(std::time::Duration::from_secs(10)));
    let index = town.store.index().unwrap();
    let last = inkstone::engine::same_store::find_last_started;
    let case = last(&index, town.person("宋小笺"), "sealed-paper")
        .unwrap()
        .unwrap();
    let view = town.open_case("宋小笺", case).unwrap();
    let mut kept: Vec<&str> = view.case.state.values.keys().map(String::as_str).collect();
    // names as they were at the time stand beside the fields
    kept.retain(|id| *id != "@");
    kept.sort_unstable();
    assert_eq!(
        kept,
        ["from_number", "handler", "number", "place", "received_on"]
    );
    assert_eq!(view.case.head.number.as_deref(), Some("密登〔2026〕1号"));
    assert!(
        town.open_case("江若川", case).is_err(),
        "nobody else sees even the number"
    );
}
