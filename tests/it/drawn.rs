//! A form drawn in Word becomes a draft: uploaded, looked at, corrected, kept; what is no form is refused with a way on.

use crate::support::http::{Http, Part};
use crate::support::office::Office;
use crate::support::reply::Reply;
use crate::support::town::Town;
use inkstone::engine::definition::{Kind, Procedure};
use inkstone::kit::unpack::Packer;

const AT: &str = "/procedures/drawn";

/// A Word file whose body is a table of these rows; cells are parted by `|`, and `2*` covers two columns.
fn word(title: &str, rows: &[&str]) -> Vec<u8> {
    let cell = |c: &str| {
        let (span, text) = c.split_once('*').unwrap_or(("1", c));
        format!(
            "<w:tc><w:tcPr><w:gridSpan w:val=\"{span}\"/></w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"
        )
    };
    let row = |r: &&str| {
        let cells: String = r.split('|').map(cell).collect();
        format!("<w:tr>{cells}</w:tr>")
    };
    let rows: String = rows.iter().map(row).collect();
    let grid = "<w:tblGrid><w:gridCol w:w=\"1500\"/><w:gridCol w:w=\"3000\"/><w:gridCol w:w=\"1500\"/><w:gridCol w:w=\"3000\"/></w:tblGrid>";
    let body = format!(
        "<w:document><w:body><w:p><w:r><w:t>{title}</w:t></w:r></w:p><w:tbl>{grid}{rows}</w:tbl></w:body></w:document>"
    );
    let mut zip = Packer::default();
    zip.put("[Content_Types].xml", b"<Types/>");
    zip.put("word/document.xml", body.as_bytes());
    zip.finish()
}

const FLOOD: &[&str] = &[
    "姓名||联系电话|",
    "领取事由|3*",
    "是否急用||领取日期|",
    "部门意见|3*",
    "主要领导审批|3*",
    "注：用完归还|3*请爱护",
];

fn upload(admin: &mut Http, name: &str, bytes: &[u8]) -> Reply {
    let page = admin.get(AT);
    let part = Part {
        name: "file",
        file: Some((name, "application/octet-stream")),
        bytes,
    };
    admin.submit_parts(&page, AT, vec![part])
}

#[test]
fn a_drawn_form_becomes_a_draft() {
    let office = Office::of(Town::new("drawn"));
    let mut admin = office.admin();
    let look = upload(&mut admin, "防汛.docx", &word("防汛物资领用单", FLOOD));
    let text = look.text();
    assert_eq!(look.status, 200, "{text}");
    for part in [
        "认出 7 项",
        "防汛物资领用单",
        "是否急用",
        "注：用完归还",
        "意见和签字",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    // one option list taken away, then put right: what was typed comes back
    let keep = format!("{AT}/keep");
    let hidden = look.hidden(&keep);
    let labels = [
        "姓名",
        "联系电话",
        "领取事由",
        "是否急用",
        "领取日期",
        "部门意见",
        "主要领导审批",
    ];
    let kinds = [
        "一行字",
        "电话",
        "几行字",
        "选一项",
        "日期",
        "意见和签字",
        "意见和签字",
    ];
    let mut typed: Vec<(String, String)> = hidden.clone();
    typed.push(("name".into(), "防汛物资领用".into()));
    for (n, (label, kind)) in labels.iter().zip(kinds).enumerate() {
        typed.push((format!("label-{n}"), (*label).into()));
        typed.push((format!("kind-{n}"), kind.into()));
    }
    let pairs = |t: &[(String, String)]| -> Vec<(String, String)> { t.to_vec() };
    let post = |admin: &mut Http, all: &[(String, String)]| {
        let all: Vec<(&str, &str)> = all.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        admin.post(&keep, &all)
    };
    let wrong = post(&mut admin, &pairs(&typed));
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("“是否急用”是选择") && wrong.text().contains("防汛物资领用"));
    typed.push(("options-3".into(), "是、否".into()));
    let fresh = wrong.hidden(&keep);
    typed.retain(|(k, _)| !fresh.iter().any(|(name, _)| name == k));
    typed.extend(fresh);
    let kept = post(&mut admin, &typed);
    assert_eq!(kept.status, 303, "{}", kept.text());
    let sketches = office.state.engine.sketches(&office.state.store).unwrap();
    let made = Procedure::parse(&sketches[0].text).unwrap();
    assert_eq!(made.name, "防汛物资领用");
    assert_eq!(made.steps.len(), 3);
    let urgent = made.fields.iter().find(|f| f.label == "是否急用").unwrap();
    let options = vec!["是".to_owned(), "否".to_owned()];
    assert_eq!(urgent.kind, Kind::Choice { options });
}

#[test]
fn what_is_no_form_is_refused_and_nothing_kept() {
    let office = Office::of(Town::new("drawn-bad"));
    let mut admin = office.admin();
    let plain = word("通知", &["各村|3*请准时参加"]);
    for (name, bytes, said) in [
        ("a.docx", plain.as_slice(), "没有找到要填的格子"),
        (
            "a.doc",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(),
            "另存为",
        ),
        ("a.docx", b"PK\x03\x04broken".as_slice(), "请"),
        ("", b"".as_slice(), "请选一个"),
    ] {
        let reply = upload(&mut admin, name, bytes);
        assert!(
            reply.status == 422 && reply.text().contains(said),
            "{name}: {said}"
        );
    }
    assert!(
        office
            .state
            .engine
            .sketches(&office.state.store)
            .unwrap()
            .is_empty()
    );
}
