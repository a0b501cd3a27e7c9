//! The pages of an official document through a socket: seen, written, compared, written on by hand, quoted from; and by
//! whom not.

use super::writing::town;
use crate::support::http::{Http, Part};
use crate::support::office::Office;
use crate::support::official::{self, FIRST, SECOND, THIRD};
use crate::support::reply::Reply;
use inkstone::kit::Id;
use std::time::Duration;

const TITLE: &str = "关于开展春季森林防火隐患排查整治的通知";

/// An office with a document at 核稿.
struct Desk {
    office: Office,
    case: Id,
    checker: Http,
    drafter: Http,
    stranger: Http,
}

impl Desk {
    fn new(name: &str) -> Self {
        let town = town(name);
        official::letterhead(&town);
        let case = official::draft(&town, TITLE, FIRST);
        let office = Office::of(town);
        let mut admin = office.admin();
        let mut come = |name: &str| office.colleague(&mut admin, name);
        let (checker, drafter, stranger) = (come("纪文澜"), come("安守"), come("钱细清"));
        Self {
            office,
            case,
            checker,
            drafter,
            stranger,
        }
    }

    fn at(&self, rest: &str) -> String {
        format!("/case/{}/document{rest}", self.case)
    }
}

fn says(reply: &Reply, words: &[&str]) {
    let page = reply.text();
    for word in words {
        assert!(
            page.contains(word),
            "「{word}」 ({}):\n{page}",
            reply.status
        );
    }
}

#[test]
fn a_document_is_seen_written_and_compared() {
    let mut desk = Desk::new("document-pages");
    let (at, write) = (desk.at(""), desk.at("/write"));
    let case = desk.checker.get(&format!("/case/{}", desk.case));
    says(&case, &[&format!("href=\"{at}\""), "公文预览"]);
    let page = desk.checker.get(&at);
    assert_eq!(page.status, 200, "{}", page.text());
    says(
        &page,
        &[
            "svg class=\"a4\"",
            "试政发〔2026〕　　号",
            "第 1 稿",
            "查过没问题的",
            "改正文",
            "在公文上手写",
        ],
    );
    // the title is broken over two lines, and every character of the text is there
    assert!(page.text().contains("府文件</text>") || page.text().contains("砚田镇人民政府文件"));
    let form = desk.checker.get(&write);
    says(
        &form,
        &["各村按照职责抓好落实。", "data-watch=\"document\""],
    );
    let saved = desk.checker.submit(&write, &write, &[("text", SECOND)]);
    assert_eq!(saved.status, 303, "{}", saved.text());
    says(&desk.checker.get(&at), &["第 2 稿", "已存为第 2 稿"]);
    // a page that is behind comes back with what was typed, and can be sent then
    let behind = desk
        .checker
        .submit(&write, &write, &[("text", THIRD), ("version", "1")]);
    assert_eq!(behind.status, 422);
    says(&behind, &["第 2 稿", "各村、各部门按照职责抓好落实。"]);
    let saved = desk.checker.submit(&write, &write, &[("text", THIRD)]);
    assert_eq!(saved.status, 303);
    let versions = desk.checker.get(&desk.at("/versions"));
    says(
        &versions,
        &[
            "共 3 稿",
            "第 3 稿加的\">切实</ins>",
            "、各部门</ins>",
            "安守（",
            "纪文澜（",
        ],
    );
    let one = desk.checker.get(&desk.at("/versions?from=2&to=3"));
    assert!(!one.text().contains("公益性墓地</ins>"));
    says(&one, &["、各部门</ins>"]);
    let clean = desk.checker.get(&desk.at("/clean?auto=1"));
    says(&clean, &["各方意见", "保存清稿", "为切实做好"]);
}

#[test]
fn only_whoever_may_sees_and_writes() {
    let mut desk = Desk::new("document-rights");
    let (at, write, hand) = (desk.at(""), desk.at("/write"), desk.at("/hand"));
    for path in [&at, &write, &desk.at("/versions"), &desk.at("/clean")] {
        assert_eq!(desk.stranger.get(path).status, 404, "{path}");
    }
    // the drafter sees it and has nothing to do on it
    let page = desk.drafter.get(&at);
    assert_eq!(page.status, 200);
    assert!(!page.text().contains("改正文") && !page.text().contains("在公文上手写"));
    assert_eq!(desk.drafter.get(&write).status, 403);
    let token = desk.drafter.get("/me").hidden("/logout");
    let token: Vec<(&str, &str)> = token.iter().map(|(n, v)| (&**n, &**v)).collect();
    let with = |more: &[(&'static str, &'static str)]| -> Vec<(&str, &str)> {
        token.iter().copied().chain(more.iter().copied()).collect()
    };
    let sent = desk
        .drafter
        .post(&write, &with(&[("text", "改过"), ("version", "1")]));
    assert_eq!(sent.status, 403, "{}", sent.text());
    let drawn = [
        ("version", "1"),
        ("page", "0"),
        ("strokes", "[[100,100,500,0]]"),
    ];
    assert_eq!(desk.drafter.post(&hand, &with(&drawn)).status, 403);
    // a case that makes no document has no such page
    let other = desk
        .office
        .town
        .register("incoming-handle", "关于防汛值班的通知")
        .unwrap();
    let mut clerk = desk.office.colleague(&mut desk.office.admin(), "宋小笺");
    let none = clerk.get(&format!("/case/{}/document", other.case));
    assert_eq!(none.status, 404);
}

#[test]
fn handwriting_stands_on_its_version() {
    let mut desk = Desk::new("document-hand");
    let (at, hand, write) = (desk.at(""), desk.at("/hand"), desk.at("/write"));
    let strokes = "[[1000,2000,500,0,1400,2100,800,16],[3000,3000,0,90]]";
    let fields = |strokes: &'static str| [("page", "0"), ("strokes", strokes)];
    let kept = desk.checker.submit(&at, &hand, &fields(strokes));
    assert_eq!(kept.status, 303, "{}", kept.text());
    says(
        &desk.checker.get(&at),
        &[
            "data-points=\"1000,2000,500,0 1400,2100,800,16\"",
            "class=\"hand ink",
            "纪文澜",
        ],
    );
    for bad in [
        "",
        "[]",
        "[[1,2,3]]",
        "[[21001,0,0,0]]",
        "{}",
        "[[0,0,0,-1]]",
    ] {
        assert_eq!(
            desk.checker.submit(&at, &hand, &fields(bad)).status,
            422,
            "{bad}"
        );
    }
    desk.checker.submit(&write, &write, &[("text", SECOND)]);
    let late = [("page", "0"), ("strokes", strokes), ("version", "1")];
    assert_eq!(desk.checker.submit(&at, &hand, &late).status, 422);
    let now = desk.checker.get(&at);
    assert!(!now.text().contains("data-points"));
    says(&now, &["前几稿上另有 1 处手写"]);
}

#[test]
fn a_text_is_looked_at_and_taken_out_of_files_while_it_is_written() {
    let mut desk = Desk::new("document-look");
    let write = desk.at("/write");
    let form = desk.checker.get(&write);
    let token = form.hidden(&write);
    let csrf = token.iter().find(|(n, _)| n == "_csrf").unwrap().1.clone();
    let look = desk.checker.post(
        "/document/look",
        &[
            ("_csrf", &csrf),
            ("procedure", "official"),
            ("f.head", "试政发"),
            ("f.title", TITLE),
            ("text", FIRST),
        ],
    );
    assert_eq!(look.status, 200);
    says(
        &look,
        &[
            "主送机关",
            "各村民委员会，镇属各部门",
            "一、排查范围",
            "svg class=\"a4\"",
        ],
    );
    // a numbered sentence stands in the outline by its beginning, never by its bracket alone; the date parts what is
    // issued from the notice, though the signature is the letterhead's
    let ruled = "各村：\n现将规则印发给你们。\n2026年3月10日\n会议规则\n（一）按时到会，不得迟到；\n（二）手机调到静音。";
    let look = desk.checker.post(
        "/document/look",
        &[
            ("_csrf", &csrf),
            ("procedure", "official"),
            ("f.title", "关于印发《会议规则》的通知"),
            ("text", ruled),
        ],
    );
    says(&look, &["成文日期", "2026年3月10日", "会议规则"]);
    assert!(!look.text().contains(">（<"), "{}", look.text());
    let listed = "各村：\n（一）按时到会，不得迟到；\n（二）手机调到静音。";
    let look = desk.checker.post(
        "/document/look",
        &[
            ("_csrf", &csrf),
            ("procedure", "official"),
            ("text", listed),
        ],
    );
    says(&look, &["（一）按时到会，不得迟到；</li>"]);
    let file = |name: &'static str, bytes: &'static str| {
        vec![Part {
            name: "file",
            file: Some((name, "application/octet-stream")),
            bytes: bytes.as_bytes(),
        }]
    };
    let take = desk.at("/take");
    let taken = desk.checker.submit_parts(
        &form,
        &take,
        file("稿子.txt", "　　第一段。\r\n\r\n　　第二段。\r\n"),
    );
    assert_eq!(taken.status, 200, "{}", taken.text());
    says(&taken, &["第一段。\n第二段。"]);
    let files = desk.office.town.open_case("安守", desk.case).unwrap().files;
    assert_eq!(files.last().unwrap().name, "稿子.txt");
    // of a long one it is said how much was taken
    let long: &'static str = Box::leak("每一段都有二十个字左右的正文内容。\n".repeat(4_000).into());
    let taken = desk
        .checker
        .submit_parts(&form, &take, file("长稿.txt", long));
    says(
        &taken,
        &[
            "“长稿.txt”有 71999 个字",
            "后面",
            "没有取进来",
            "作为附件上传",
        ],
    );
    let secret =
        desk.checker
            .submit_parts(&form, &take, file("密.txt", "机密★1年\n关于某事的通知\n"));
    assert_eq!(secret.status, 422);
    says(&secret, &["不涉密"]);
    assert_eq!(
        desk.office
            .town
            .open_case("安守", desk.case)
            .unwrap()
            .files
            .len(),
        2
    );
    says(
        &desk.checker.get("/document/kinds"),
        &["请示", "妥否，请批示。", "纪要"],
    );
}

#[test]
fn only_what_the_reader_may_see_is_quoted() {
    let mut desk = Desk::new("document-material");
    assert!(desk.office.state.search.drain(Duration::from_secs(20)));
    let find = "/document/material?part=1&q=%E9%9B%86%E4%B8%AD%E7%A5%AD%E6%89%AB";
    let text = format!("/document/material/{}", desk.case);
    says(&desk.checker.get(find), &[&text]);
    says(
        &desk.checker.get(&text),
        &["data-quote", "全镇五个村的林区"],
    );
    assert!(!desk.stranger.get(find).text().contains(&text));
    assert_eq!(desk.stranger.get(&text).status, 404);
}
