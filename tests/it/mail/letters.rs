//! Mail that arrives: what it says, when it goes, over which line; and what does not go.

use super::{Desk, mailbox};
use crate::support::smtp::{Door, Smtp};
use crate::support::town::says;
use inkstone::engine::definition::MoveId;
use inkstone::inbox::choice::Choice;
use inkstone::inbox::policy::Times;
use inkstone::store::Stamp;

fn link(text: &str) -> String {
    let found = text.split_whitespace().find(|w| w.contains("/case/"));
    found
        .unwrap_or_else(|| panic!("no link in {text}"))
        .to_owned()
}

#[test]
fn a_digest_goes_at_its_time_with_chinese_words_and_a_link_that_opens() {
    let Some(mut smtp) = Smtp::start(&Door::default()) else {
        return;
    };
    let desk = Desk::with("mail-digest", &smtp, &[]);
    desk.wants_mail("纪文澜");
    let mut browser = desk.browser("纪文澜");
    desk.to_review("关于开展森林防火隐患排查的通知");
    desk.until("2026-03-09 14:29");
    assert_eq!(desk.round().sent, 0);
    desk.until("2026-03-09 14:30");
    assert_eq!(desk.round().sent, 1);
    assert_eq!(desk.round().sent, 0, "once");
    let all = smtp.mails();
    let mail = &all[0];
    assert_eq!(mail.to, [mailbox("纪文澜")]);
    assert_eq!(mail.from, "bgs@example.gov.cn");
    assert_eq!(mail.from_name, "砚田镇办公平台");
    assert_eq!(
        mail.subject,
        "新待办：关于开展森林防火隐患排查的通知 - 砚田镇"
    );
    assert!(
        mail.raw_subject.is_ascii() && mail.raw_subject.contains("=?utf-8?"),
        "{}",
        mail.raw_subject
    );
    assert_eq!(mail.auto, "auto-generated");
    assert!(mail.text.contains("宋小笺送来，请审阅") && mail.html.contains("宋小笺送来，请审阅"));
    let href = link(&mail.text);
    let path = href.strip_prefix(&desk.base()).expect(&href);
    let page = browser.get(path);
    assert_eq!(page.status, 200);
    assert!(page.text().contains("关于开展森林防火隐患排查的通知"));
    let log = browser.get("/me/alerts").text();
    assert!(
        log.contains("已发出") && log.contains(mailbox("纪文澜")),
        "{log}"
    );
}

#[test]
fn urgent_things_go_at_once_but_not_at_night() {
    let Some(mut smtp) = Smtp::start(&Door::default()) else {
        return;
    };
    let desk = Desk::with("mail-urgent", &smtp, &[]);
    desk.wants_mail("纪文澜");
    desk.to_review_with("关于转移群众的紧急通知", &[("urgency", "特急")]);
    assert_eq!(desk.round().sent, 1);
    assert_eq!(
        smtp.mails()[0].subject,
        "【特急】新待办：关于转移群众的紧急通知 - 砚田镇"
    );
    desk.until("2026-03-09 19:50");
    desk.to_review_with("夜里的紧急通知", &[("urgency", "特急")]);
    assert_eq!(desk.round().sent, 0, "quiet from eight");
    desk.until("2026-03-10 07:30");
    assert_eq!(desk.round().sent, 1);
}

#[test]
fn somebodys_own_times_are_kept() {
    let Some(mut smtp) = Smtp::start(&Door::default()) else {
        return;
    };
    let desk = Desk::with("mail-times", &smtp, &[]);
    let times = Times {
        digests: vec![10 * 60],
        at_once: false,
        ..Times::default()
    };
    desk.chooses(
        "纪文澜",
        Choice {
            times,
            ..Choice::default()
        },
    );
    desk.to_review_with("特急而不要马上发", &[("urgency", "特急")]);
    assert_eq!(desk.round().sent, 0);
    desk.until("2026-03-09 10:00");
    assert_eq!(desk.round().sent, 1);
    assert_eq!(smtp.mails().len(), 1);
}

#[test]
fn what_was_done_or_opened_before_the_digest_is_not_mailed() {
    let Some(mut smtp) = Smtp::start(&Door::default()) else {
        return;
    };
    let desk = Desk::with("mail-done", &smtp, &[]);
    desk.wants_mail("纪文澜");
    let done = desk.to_review("办掉的");
    let opened = desk.to_review("打开过的");
    desk.to_review("还没看的");
    desk.to_leaders(done, &["江若川"]);
    let town = &desk.office.town;
    let task = town.open_case("纪文澜", opened).unwrap().task.unwrap();
    let stamp: Stamp = town.stamp("纪文澜", "task.seen");
    town.engine
        .seen(&town.store, stamp, (opened, task))
        .unwrap();
    desk.until("2026-03-09 14:30");
    assert_eq!(desk.round().sent, 1);
    let text = &smtp.mails()[0].text;
    assert!(
        text.contains("还没看的") && !text.contains("办掉的") && !text.contains("打开过的"),
        "{text}"
    );
    assert!(text.contains("您有 1 条提醒"), "{text}");
    let by_mail: Vec<String> = desk
        .alerts("纪文澜")
        .into_iter()
        .map(|a| a.by_mail)
        .collect();
    assert_eq!(by_mail, ["in", "dropped", "dropped"]);
}

#[test]
fn a_leaders_words_reach_the_clerk_by_mail_at_once() {
    let Some(mut smtp) = Smtp::start(&Door::default()) else {
        return;
    };
    let desk = Desk::with("mail-leader", &smtp, &[]);
    desk.wants_mail("宋小笺");
    let case = desk.to_review("甲");
    desk.to_leaders(case, &["江若川", "陆平章"]);
    desk.office
        .town
        .act("江若川", case, MoveId::Submit, says("请抓紧。"))
        .unwrap();
    assert_eq!(desk.round().sent, 1);
    assert!(smtp.mails()[0].text.contains("江若川批示：请抓紧。"));
}

#[test]
fn nobody_is_mailed_who_did_not_ask_for_it() {
    let Some(mut smtp) = Smtp::start(&Door::default()) else {
        return;
    };
    let desk = Desk::with("mail-unasked", &smtp, &[]);
    desk.to_review("甲");
    desk.until("2026-03-09 14:30");
    assert_eq!(desk.round().sent, 0);
    assert_eq!(smtp.tries(), 0);
    assert_eq!(desk.alerts("纪文澜")[0].by_mail, "no");
    desk.wants_mail("纪文澜");
    desk.until("2026-03-10 08:30");
    assert_eq!(
        desk.round().sent,
        0,
        "what was told before is not mailed afterwards"
    );
    desk.to_review("乙");
    desk.until("2026-03-10 14:30");
    assert_eq!(desk.round().sent, 1);
    assert_eq!(smtp.mails().len(), 1);
}

fn secured(tls: &str, name: &str) {
    let door = Door {
        tls,
        login: ("bgs@example.gov.cn", "授权码 8f3k"),
    };
    let Some(mut smtp) = Smtp::start(&door) else {
        return;
    };
    let security = if tls == "implicit" { "tls" } else { tls };
    let authority = smtp.authority();
    let more = [
        ("security", security),
        ("login", door.login.0),
        ("password", door.login.1),
        ("authority", authority.as_str()),
    ];
    let desk = Desk::with(name, &smtp, &more);
    desk.wants_mail("纪文澜");
    desk.to_review("甲");
    desk.until("2026-03-09 14:30");
    assert_eq!(
        desk.round().sent,
        1,
        "{}",
        desk.office.state.alerts.trouble()
    );
    let mail = &smtp.mails()[0];
    assert!(mail.tls && mail.logged_in);
    let page = desk.office.admin().get("/admin/mail").text();
    assert!(!page.contains("8f3k"), "the password is not shown again");
}

#[test]
fn starttls_a_private_authority_and_a_log_in() {
    secured("starttls", "mail-starttls");
}

#[test]
fn tls_from_the_first_byte_a_private_authority_and_a_log_in() {
    secured("implicit", "mail-tls");
}
