//! Photographs and scans become one ordered original.

use super::desk::{Desk, START, draft_on, photograph};
use crate::support::http::{Part, Request};
use inkstone::kit::sniff;

const DECLARED: (&str, &str) = ("f.declared", "本件不涉密");

fn boxes(pdf: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(pdf).into_owned();
    let all = text.split("/MediaBox [0 0 ").skip(1);
    all.map(|b| {
        let (size, rest) = b.split_once("] /Rotate ").unwrap();
        format!("{size} {}", rest.split(' ').next().unwrap())
    })
    .collect()
}

const UP: &str = "595.28 841.89";
const ACROSS: &str = "841.89 595.28";

#[test]
fn three_photographs_are_one_original_in_the_order_they_were_chosen() {
    let mut desk = Desk::new("pages");
    let (a, b, c) = (
        photograph(900, 1200, [200, 30, 30]),
        photograph(1200, 900, [30, 200, 30]),
        photograph(900, 1200, [30, 30, 200]),
    );
    let files: [(&str, &[u8]); 3] = [("IMG_1.jpg", &a), ("IMG_2.jpg", &b), ("微信图片.png", &c)];
    let undeclared = desk.send(&[], &files);
    assert_eq!(undeclared.status, 422);
    assert!(
        undeclared.text().contains("勾选“本件不涉密”"),
        "{}",
        undeclared.text()
    );
    let draft = draft_on(&undeclared);
    assert_eq!(
        desk.files_of(draft.parse().unwrap()).len(),
        3,
        "they wait in the draft"
    );

    let case = desk.registered(&[DECLARED, ("draft", &draft)], &[]);
    let kept = desk.files_of(case);
    let [original] = &kept[..] else {
        panic!("{kept:?}")
    };
    assert_eq!(original.name, "关于做好汛前检查的通知（扫描件 3 页）.pdf");
    let pdf = desk.bytes_of(original);
    assert_eq!(
        boxes(&pdf),
        [format!("{UP} 0"), format!("{ACROSS} 0"), format!("{UP} 0")]
    );
    assert!(sniff::pdf_is_plain(&pdf));
    assert_eq!(
        desk.value(case, "declared"),
        serde_json::json!(["本件不涉密"])
    );
    assert_eq!(
        desk.value(case, "attachments"),
        serde_json::json!([original.id.to_string()])
    );
    let shown = desk
        .clerk
        .get(&format!("/case/{case}/file/{}/shown", original.id));
    assert_eq!(shown.header("content-type"), Some("application/pdf"));
}

#[test]
fn pages_are_put_in_order_turned_and_left_out_without_a_script() {
    let mut desk = Desk::new("pages-order");
    let (a, b, c) = (
        photograph(900, 1200, [200, 30, 30]),
        photograph(1200, 900, [30, 200, 30]),
        photograph(800, 1200, [30, 30, 200]),
    );
    let files: [(&str, &[u8]); 3] = [("1.jpg", &a), ("2.jpg", &b), ("3.jpg", &c)];
    let put_by = desk.send(&[("putby", "1"), ("f.title", "还没有写完")], &files);
    assert_eq!(put_by.status, 303, "{}", put_by.text());
    let at = put_by.header("location").unwrap().to_owned();
    let page = desk.clerk.get(&at).text();
    assert!(page.contains("还没有写完") && page.contains("3.jpg"));
    let draft = at.split("draft=").nth(1).unwrap().to_owned();
    let all = desk.files_of(draft.parse().unwrap());
    for file in &all {
        let small = desk.clerk.get(&format!("/draft/{draft}/file/{}", file.id));
        assert_eq!(
            small.header("content-type"),
            Some("image/jpeg"),
            "{}",
            file.name
        );
    }
    let order: Vec<String> = all.iter().map(|f| format!("order.{}", f.id)).collect();
    let turn = format!("turn.{}", all[1].id);
    let out = all[2].id.to_string();
    let fields = [
        ("draft", draft.as_str()),
        (order[0].as_str(), "2"),
        (order[1].as_str(), "1"),
        (order[2].as_str(), "3"),
        (turn.as_str(), "90"),
        ("out", out.as_str()),
        ("photos", "1"),
        DECLARED,
    ];
    let case = desk.registered(&fields, &[]);
    let kept = desk.files_of(case);
    let pdf = kept.iter().find(|f| f.name.ends_with(".pdf")).unwrap();
    assert_eq!(
        boxes(&desk.bytes_of(pdf)),
        [format!("{ACROSS} 90"), format!("{UP} 0")]
    );
    // the photographs were wanted beside it, the third was not
    let names: Vec<&str> = kept.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(names.len(), 3, "{names:?}");
    assert!(names.contains(&"1.jpg") && names.contains(&"2.jpg"));
    let page = desk.clerk.get(&format!("/case/{case}")).text();
    let first = page.find("（扫描件 2 页）").unwrap();
    assert!(first < page.find("2.jpg").unwrap() && first < page.find("1.jpg").unwrap());
}

#[test]
fn a_file_comes_by_itself_and_a_bad_one_says_why() {
    let mut desk = Desk::new("pages-one");
    let page = desk.clerk.get(START);
    let hidden = page.hidden(START);
    let csrf = &hidden.iter().find(|(n, _)| n == "_csrf").unwrap().1;
    let at = format!("{START}/file");
    let good = photograph(600, 800, [9, 9, 200]);
    let mut post = |draft: &str, name: &str, bytes: &[u8]| {
        let request = Request::new("POST", &at)
            .header("Accept", "application/json")
            .multipart(&[
                Part {
                    name: "_csrf",
                    file: None,
                    bytes: csrf.as_bytes(),
                },
                Part {
                    name: "draft",
                    file: None,
                    bytes: draft.as_bytes(),
                },
                Part {
                    name: "f.title",
                    file: None,
                    bytes: "边传边填".as_bytes(),
                },
                Part {
                    name: "f.attachments",
                    file: Some((name, "image/jpeg")),
                    bytes,
                },
            ]);
        let reply = desk.clerk.send(&request);
        let said: serde_json::Value = serde_json::from_str(&reply.text()).unwrap();
        (reply.status, said)
    };
    let (status, said) = post("", "截图.png", &good);
    assert_eq!(status, 200, "{said}");
    let draft = said["draft"].as_str().unwrap().to_owned();
    assert!(
        said["rows"][0]["row"]
            .as_str()
            .unwrap()
            .contains("截图.png")
    );
    for (name, bytes, why) in [
        ("坏的.jpg", &good[..300], "打不开"),
        ("照片.heic", &b"\0\0\0\x18ftypheic\0\0\0\0mif1"[..], "HEIC"),
        ("空的.pdf", &b""[..], "空文件"),
        ("通知.exe", &b"MZ\x90\0"[..], "会运行"),
    ] {
        let (status, said) = post(&draft, name, bytes);
        assert_eq!(status, 422, "{name} {said}");
        assert!(said["error"].as_str().unwrap().contains(why), "{said}");
    }
    let (status, said) = post(&draft, "第二张.jpg", &good);
    assert_eq!(
        (status, said["rows"].as_array().unwrap().len()),
        (200, 2),
        "{said}"
    );
    let kept = desk.clerk.get(&format!("{START}?draft={draft}")).text();
    assert!(kept.contains("边传边填") && kept.contains("第二张.jpg"));
}

#[test]
fn pictures_may_stay_as_they_are() {
    let mut desk = Desk::new("pages-loose");
    let (a, b) = (
        photograph(300, 400, [200, 3, 3]),
        photograph(300, 400, [3, 200, 3]),
    );
    let files: [(&str, &[u8]); 2] = [("甲.jpg", &a), ("乙.jpg", &b)];
    let case = desk.registered(&[DECLARED, ("loose", "1")], &files);
    let names: Vec<String> = desk.files_of(case).into_iter().map(|f| f.name).collect();
    assert_eq!(names, ["甲.jpg", "乙.jpg"]);
}
