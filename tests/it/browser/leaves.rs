//! The clerk's other pages at both widths, to be looked at by a person: scans, sheets, search, the register
//! with its filters, reminders, mail.

use super::desks::Desks;
use crate::support::office::ADMIN;

#[test]
fn the_clerks_other_pages() {
    let Some(mut desks) = Desks::open("leaves", &["宋小笺"]) else {
        return;
    };
    for title in [
        "关于防汛值班的通知",
        "关于森林防火的通知",
        "关于秋粮收购的通知",
    ] {
        desks
            .office
            .town
            .register("incoming-handle", title)
            .unwrap();
    }
    desks.sit("宋小笺");
    desks.goes("/scans", "扫描件");
    desks.look("scans");
    desks.goes("/sheets", "签批单");
    desks.look("sheets");
    desks.goes("/search", "查找");
    desks.look("search");
    desks.goes("/search?q=防火", "关于森林防火的通知");
    assert!(!desks.browser.sees("关于秋粮收购的通知"));
    desks.look("found");
    desks.goes("/register/incoming", "关于秋粮收购的通知");
    desks.look("register");
    desks.goes("/me/notify", "提醒");
    desks.look("notify");
    desks.sits_at_the_server();
    desks.goes("/admin/mail", "邮件");
    desks.look("mail");
    desks.goes("/admin", ADMIN);
    desks.look("admin");
}
