//! The log of who was told what: one's own, the office's, and what it keeps to itself.

use super::Desk;
use crate::support::http::Request;

#[test]
fn each_sees_his_own_and_the_office_sees_no_titles() {
    let desk = Desk::new("mail-log");
    desk.to_review("关于干部的敏感通知");
    desk.told("纪文澜");
    let own = desk.browser("纪文澜").get("/me/alerts").text();
    assert!(
        own.contains("关于干部的敏感通知") && own.contains("宋小笺送来，请审阅"),
        "{own}"
    );
    let other = desk.browser("江若川").get("/me/alerts").text();
    assert!(!other.contains("敏感"), "{other}");
    let mut clerk = desk.browser("宋小笺");
    for page in [
        clerk.get("/alerts"),
        desk.office.admin().get("/admin/alerts"),
    ] {
        assert_eq!(page.status, 200);
        let page = page.text();
        assert!(
            page.contains("纪文澜") && page.contains("收文〔2026〕1号"),
            "{page}"
        );
        assert!(
            !page.contains("敏感"),
            "a title in the office's log: {page}"
        );
    }
    assert_eq!(desk.browser("雷有备").get("/alerts").status, 403);
}

#[test]
fn nobody_sends_anothers_mail_again() {
    let desk = Desk::new("mail-again");
    let mut browser = desk.browser("江若川");
    let hidden = browser.get("/me/notify").hidden("/me/notify");
    let mut fields: Vec<(&str, &str)> = hidden
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect();
    fields.push(("mail", "1"));
    let tried = browser.send(&Request::new("POST", "/me/alerts/again").form(&fields));
    assert_eq!(tried.status, 409, "{}", tried.text());
}
