//! 邮件设置 and 提醒方式 as people fill them in.

use super::Desk;
use crate::support::smtp::{Door, Smtp};
use inkstone::inbox::choice;

#[test]
fn a_trial_says_what_the_server_answered() {
    let Some(mut smtp) = Smtp::start(&Door::default()) else {
        return;
    };
    let desk = Desk::with("mail-trial", &smtp, &[]);
    let mut admin = desk.office.admin();
    let mut send = |to: &str| admin.submit("/admin/mail", "/admin/mail/test", &[("to", to)]);
    let sent = send("su@example.gov.cn");
    assert_eq!(sent.status, 200);
    assert!(sent.text().contains("测试邮件发出去了"), "{}", sent.text());
    let mails = smtp.mails();
    assert_eq!(
        (mails[0].to[0].as_str(), mails[0].subject.as_str()),
        ("su@example.gov.cn", "测试邮件 - 砚田镇")
    );
    smtp.mood("refuse_to");
    let refused = send("su@example.gov.cn").text();
    assert!(
        refused.contains("没有发出去") && refused.contains("550 5.1.1"),
        "{refused}"
    );
    smtp.close();
    let closed = send("su@example.gov.cn").text();
    assert!(closed.contains("没有开，或者端口不对"), "{closed}");
    let wrong = send("苏简");
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("例如 zhangsan@"), "{}", wrong.text());
}

#[test]
fn what_is_typed_wrong_comes_back_with_everything_but_the_password() {
    let Some(smtp) = Smtp::start(&Door::default()) else {
        return;
    };
    let desk = Desk::new("mail-wrong");
    let said = desk.set_mail(
        &smtp,
        &[
            ("sender", "办公室"),
            ("login", "bgs"),
            ("password", "canary-77"),
        ],
    );
    assert_eq!(said.status, 422);
    let page = said.text();
    assert!(
        page.contains("bgs@example.gov.cn") && page.contains("办公室"),
        "{page}"
    );
    assert!(!page.contains("canary-77"));
    let hub = std::fs::read(desk.office.town.folder.dir().hub()).unwrap();
    assert!(!hub.windows(9).any(|w| w == b"canary-77"));
}

#[test]
fn s58_the_password_lies_nowhere_in_clear() {
    let Some(smtp) = Smtp::start(&Door::default()) else {
        return;
    };
    let desk = Desk::with(
        "mail-secret",
        &smtp,
        &[("login", "bgs"), ("password", "canary-4711")],
    );
    desk.office.town.store.checkpoint();
    let mut seen = 0;
    for entry in std::fs::read_dir(&desk.office.town.folder.0).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            seen += 1;
            let bytes = std::fs::read(&path).unwrap();
            assert!(
                !bytes.windows(11).any(|w| w == b"canary-4711"),
                "{}",
                path.display()
            );
        }
    }
    assert!(seen > 2);
}

#[test]
fn a_person_chooses_how_to_be_told() {
    let desk = Desk::new("mail-choice");
    let mut browser = desk.browser("江若川");
    let page = browser.get("/me/notify").text();
    assert!(
        page.contains("8:30 14:30") && page.contains("还没有开通邮件"),
        "{page}"
    );
    let fields = [
        ("mail", "1"),
        ("address", "jiang@example.gov.cn"),
        ("digests", "9：00 15点"),
        ("quiet_from", "18:00"),
        ("quiet_until", "8:00"),
        ("sound", "1"),
    ];
    let kept = browser.submit("/me/notify", "/me/notify", &fields);
    assert_eq!(kept.status, 303, "{}", kept.text());
    let hub = desk.office.town.store.hub().unwrap();
    let choice = choice::of(&hub, desk.office.town.person("江若川")).unwrap();
    assert_eq!(choice.times.digests, [540, 900]);
    assert_eq!(choice.times.quiet, (1080, 480));
    assert!(choice.mail && choice.sound && !choice.times.at_once && !choice.times.rest_days);
    let wrong = browser.submit(
        "/me/notify",
        "/me/notify",
        &[("mail", "1"), ("address", "江"), ("digests", "9:00")],
    );
    assert_eq!(wrong.status, 422);
    assert!(
        wrong.text().contains("请写完整的邮箱地址"),
        "{}",
        wrong.text()
    );
}
