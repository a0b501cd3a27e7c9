//! The manual through a socket: words looked for in it, what it says about pages of trouble and their numbers,
//! and browsers that can show nothing of it.

use crate::support::http::Request;
use crate::support::office::Office;
use std::fs;

const LINE: &str = "2026-03-09T01:02:03.5Z ERROR inkstone::web::state: fault code=\"7K3M-Q2XD\" request=\"r12\" path=\"/case/1\" cause=\"disk I/O error\"\n";

#[test]
fn words_are_found_ones_own_post_first() {
    let office = Office::new("help-seek");
    let mut clerk = office.colleague(&mut office.admin(), "宋小笺");
    let page = clerk.get("/help?q=%E4%BD%9C%E5%BA%9F").text();
    assert!(page.contains("<mark>作废</mark>"), "{page}");
    let first = page.split("class=\"found\"").nth(1).unwrap();
    assert!(first.contains("收发文员"), "{first}");
    let page = clerk
        .get("/help?q=%E7%81%AB%E6%98%9F%E6%9C%88%E7%90%83")
        .text();
    assert!(page.contains("帮助里没有这几个字"));
    let hostile = clerk
        .get("/help?q=%3Cscript%3Ealert(1)%3C/script%3E")
        .text();
    assert!(!hostile.contains("<script>alert"));
    // without a question the whole manual is there
    let page = clerk.get("/help").text();
    assert!(page.contains("收到一份文件，怎么登记") && page.contains("换一台电脑"));
}

#[test]
fn a_number_is_looked_up_by_the_administrator_at_the_server() {
    let office = Office::new("help-number");
    let mut admin = office.admin();
    let mut clerk = office.colleague(&mut admin, "宋小笺");
    let log = office.town.folder.dir().logs().join("inkstone.log");
    fs::write(log, LINE).unwrap();

    let page = clerk.get("/help/errors").text();
    assert!(page.contains("这一页没有打开") && !page.contains("查一个编号"));
    assert_eq!(clerk.get("/help/errors/look?code=7K3M-Q2XD").status, 403);

    assert!(admin.get("/help/errors").text().contains("查一个编号"));
    let found = admin.get("/help/errors/look?code=7k3mq2xd").text();
    assert!(
        found.contains("disk I/O error") && found.contains("2026年3月9日 09:02"),
        "{found}"
    );
    let none = admin.get("/help/errors/look?code=7K3M-0000").text();
    assert!(none.contains("日志里没有这个编号"));
    let wrong = admin.get("/help/errors/look?code=12").text();
    assert!(wrong.contains("编号是 8 个数字和字母") && wrong.contains("value=\"12\""));
    // a page of trouble leads to what it means
    assert!(
        clerk
            .get("/nowhere")
            .text()
            .contains("href=\"/help/errors\"")
    );
}

#[test]
fn every_post_has_its_sheet_and_no_other() {
    let office = Office::new("help-sheets");
    let mut clerk = office.colleague(&mut office.admin(), "宋小笺");
    let page = clerk.get("/help").text();
    let sheets: Vec<&str> = page
        .split("href=\"/help/sheet/")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    assert_eq!(sheets.len(), 9, "{sheets:?}");
    assert_eq!(sheets[0], "clerk", "one's own first");
    for post in sheets {
        let sheet = clerk.get(&format!("/help/sheet/{post}"));
        assert!(
            sheet.status == 200 && sheet.text().contains("一页通"),
            "{post}"
        );
    }
    assert_eq!(clerk.get("/help/sheet/mayor").status, 404);
    let card = clerk.get("/help/emergency").text();
    for trouble in ["打不开", "停电", "磁盘满了", "换一台", "恢复码在"] {
        assert!(card.contains(trouble), "{trouble}");
    }
}

#[test]
fn internet_explorer_is_told_how_to_switch() {
    let office = Office::new("help-old");
    let mut door = office.at(2);
    for agent in [
        "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko",
        "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0)",
    ] {
        let page = door.send(&Request::new("GET", "/login").header("User-Agent", agent));
        let text = page.text();
        assert_eq!(page.status, 200);
        assert!(
            text.contains("请切换到极速模式") && text.contains("<svg"),
            "{text}"
        );
        let head = text.split("<head>").nth(1).unwrap();
        assert!(
            head.starts_with("<meta name=\"renderer\" content=\"webkit\">"),
            "{head}"
        );
    }
    let chromium = "Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/77.0.3865.120 Safari/537.36";
    let page = door.send(&Request::new("GET", "/login").header("User-Agent", chromium));
    assert!(page.text().contains("type=\"password\""));
}
