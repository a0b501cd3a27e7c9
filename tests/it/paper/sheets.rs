//! Photographed sheets: to their case by their code, into the tray where there is none, nothing lost.

use super::{at_the_leader, link, photograph, post, settle, snapshot};
use crate::support::office::Office;
use inkstone::engine::paper::SHEET;

/// The address a printed sheet's code says, as the page would draw it.
fn code_on(office: &Office, case: inkstone::kit::Id) -> String {
    office.state.set_address("192.168.1.20:8080");
    format!("http://192.168.1.20:8080/case/{case}?s=handling")
}

fn sheets_in(office: &Office, case: inkstone::kit::Id) -> usize {
    let view = office.town.open_case("宋小笺", case).unwrap();
    view.files.iter().filter(|f| f.field == SHEET).count()
}

#[test]
fn each_photograph_finds_its_case_or_waits() {
    let office = Office::new("sheets");
    let mut admin = office.admin();
    let mut clerk = office.colleague(&mut admin, "宋小笺");
    let case = at_the_leader(&office, "关于道路养护的通知");
    settle(&office);
    let coded = photograph(Some(&code_on(&office, case)));
    let foreign = photograph(Some(
        "http://192.168.1.20:8080/case/0AK08V8400020?s=handling",
    ));
    let came = post(
        &mut clerk,
        ("/sheets", "/sheets"),
        &[],
        &[
            ("一.jpg", &coded),
            ("二.jpg", &snapshot()),
            ("三.txt", b"not a picture"),
            ("四.jpg", &foreign),
        ],
    );
    let page = came.text();
    assert_eq!(came.status, 200, "{page}");
    assert!(page.contains("这次 4 张，归好 1 张"), "{page}");
    assert!(
        page.contains("收文处理单　收文〔2026〕1号　关于道路养护的通知"),
        "{page}"
    );
    assert!(
        page.contains("没有认出二维码") && page.contains("不是照片"),
        "{page}"
    );
    assert!(page.contains("您看不到"), "{page}");
    assert!(page.contains("还没有归到件里的照片 2 张"), "{page}");
    assert_eq!(sheets_in(&office, case), 1);
    // straight to the words, with that photograph chosen
    let enter = link(&page, &format!("/case/{case}/paper?kept="));
    let form = clerk.get(&enter).text();
    assert!(
        form.contains("江若川在纸上写的意见") && form.contains("checked"),
        "{form}"
    );

    // by hand: a wrong number keeps it, the right one files it
    let tray = clerk.get("/sheets").text();
    let at = tray.split("action=\"/sheets/").nth(1).unwrap();
    let at = format!("/sheets/{}", at.split('"').next().unwrap());
    assert_eq!(clerk.get(&format!("{at}/small")).status, 200);
    assert_eq!(clerk.get(&at).header("Content-Type"), Some("image/jpeg"));
    let name = format!("number.{}", at.trim_start_matches("/sheets/"));
    let wrong = clerk.submit("/sheets", &at, &[(&name, "99")]);
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("没有找到这个收文号的件"));
    let right = clerk.submit("/sheets", &at, &[(&name, "1")]);
    assert!(right.text().contains("归好 1 张"), "{}", right.text());
    assert_eq!(sheets_in(&office, case), 2);
    assert!(right.text().contains("还没有归到件里的照片 1 张"));
    // nobody else opens what waits here
    let left = clerk.get("/sheets").text();
    let left = link(&left, "/sheets/");
    let mut other = office.colleague(&mut admin, "纪文澜");
    assert_eq!(other.get(&left).status, 403);
    let gone = clerk.submit("/sheets", &left, &[("do", "drop")]);
    assert_eq!(gone.status, 303, "{}", gone.text());
    assert!(!clerk.get("/sheets").text().contains("还没有归到件里的照片"));
    // the form's own files are untouched by signed sheets
    let view = office.town.open_case("宋小笺", case).unwrap();
    assert!(!view.case.state.values.contains_key(SHEET));
}

#[test]
fn nothing_chosen_is_said() {
    let office = Office::new("sheets-none");
    let mut admin = office.admin();
    let mut clerk = office.colleague(&mut admin, "宋小笺");
    let none = post(&mut clerk, ("/sheets", "/sheets"), &[], &[]);
    assert_eq!(none.status, 422);
    assert!(none.text().contains("请先选照片，或用手机拍一张"));
    let mut other = office.colleague(&mut admin, "雷有备");
    assert_eq!(other.get("/sheets").status, 403);
    assert!(!other.get("/todo").text().contains("归还签批单"));
}
