//! Mail that does not arrive: nothing is lost, nothing is sent twice unknowingly, no page notices.

use super::{Desk, mailbox};
use crate::support::smtp::{Door, Smtp};
use inkstone::kit::ShelfNo;
use inkstone::store::Query;
use std::net::TcpListener;

fn one_mail(desk: &Desk) {
    desk.wants_mail("纪文澜");
    desk.to_review("甲");
    desk.until("2026-03-09 14:30");
}

fn answers(desk: &Desk) -> Vec<(String, String)> {
    let hub = desk.office.town.store.hub().unwrap();
    let all = hub.all("SELECT state, answer FROM mail ORDER BY id", [], |r| {
        Ok((r.get(0)?, r.get(1)?))
    });
    all.unwrap()
}

#[test]
fn a_server_that_refuses_is_tried_again_and_the_administrator_is_told() {
    let Some(mut smtp) = Smtp::start(&Door::default()) else {
        return;
    };
    let desk = Desk::with("mail-refused", &smtp, &[]);
    smtp.close();
    one_mail(&desk);
    assert_eq!(desk.round().sent, 0);
    let said = desk.office.state.alerts.trouble();
    assert!(said.contains("没有开，或者端口不对"), "{said}");
    let page = desk.office.admin().get("/todo").text();
    assert!(page.contains("提醒邮件发不出去。"), "{page}");
    let page = desk.browser("江若川").get("/todo").text();
    assert!(
        !page.contains("提醒邮件发不出去"),
        "only who can mend it is told"
    );
    smtp.open();
    assert_eq!(desk.round().sent, 0, "not before its time");
    desk.later(1);
    assert_eq!(desk.round().sent, 1);
    assert_eq!(desk.office.state.alerts.trouble(), "");
}

#[test]
fn gone_for_a_week_nothing_is_lost_and_one_digest_comes() {
    let Some(mut smtp) = Smtp::start(&Door::default()) else {
        return;
    };
    let desk = Desk::with("mail-week", &smtp, &[]);
    desk.wants_mail("纪文澜");
    smtp.close();
    for day in 9..17 {
        for n in 0..5 {
            desk.to_review(&format!("第{day}日第{n}件"));
            desk.round();
        }
        for clock in ["14:30", "18:00"] {
            desk.until(&format!("2026-03-{day:02} {clock}"));
            desk.round();
        }
        desk.until(&format!("2026-03-{:02} 08:30", day + 1));
        desk.round();
    }
    assert_eq!(
        desk.office.town.clock.now().0 - crate::support::town::monday().0,
        8 * 86_400_000
    );
    assert_eq!(smtp.mails().len(), 0);
    smtp.open();
    desk.later(60);
    assert_eq!(desk.round().sent, 1);
    desk.later(600);
    assert_eq!(desk.round().sent, 0);
    let all = smtp.mails();
    assert_eq!(all.len(), 1, "one digest instead of forty");
    for day in 9..17 {
        for n in 0..5 {
            let title = format!("第{day}日第{n}件");
            assert!(all[0].text.contains(&title), "{title} is lost");
        }
    }
}

#[test]
fn not_now_means_later_and_once() {
    let Some(mut smtp) = Smtp::start(&Door::default()) else {
        return;
    };
    let desk = Desk::with("mail-4xx", &smtp, &[]);
    for mood in ["later", "later_to"] {
        smtp.mood(mood);
        desk.wants_mail("纪文澜");
        desk.to_review(mood);
        desk.to_review_with(&format!("急 {mood}"), &[("urgency", "特急")]);
        let before = smtp.mails().len();
        assert_eq!(desk.round().sent, 0);
        let (state, answer) = answers(&desk).pop().unwrap();
        assert_eq!(state, "queued");
        assert!(
            answer.contains("现在不收") && answer.contains("原话：45"),
            "{answer}"
        );
        assert_eq!(
            desk.office.state.alerts.trouble(),
            "",
            "the server is there"
        );
        desk.later(1);
        assert_eq!(desk.round().sent, 0);
        smtp.mood("accept");
        desk.later(4);
        assert_eq!(desk.round().sent, 0, "five minutes the second time");
        desk.later(1);
        assert_eq!(desk.round().sent, 1);
        assert_eq!(smtp.mails().len(), before + 1);
    }
}

#[test]
fn not_taken_for_a_week_it_has_failed_and_can_be_sent_again() {
    let Some(mut smtp) = Smtp::start(&Door::default()) else {
        return;
    };
    let desk = Desk::with("mail-4xx-week", &smtp, &[]);
    smtp.mood("later_to");
    one_mail(&desk);
    for _ in 0..60 {
        desk.round();
        desk.later(240);
    }
    let (state, answer) = answers(&desk).pop().unwrap();
    assert_eq!(state, "failed");
    assert!(answer.contains("一个星期"), "{answer}");
    let tries = smtp.tries();
    desk.later(2000);
    desk.round();
    assert_eq!(smtp.tries(), tries, "it is left alone");
    smtp.mood("accept");
    let mut browser = desk.browser("纪文澜");
    let page = browser.get("/me/alerts").text();
    assert!(page.contains("没有发出") && page.contains("重发"), "{page}");
    let again = browser.submit("/me/alerts", "/me/alerts/again", &[("mail", "1")]);
    assert_eq!(again.status, 303, "{}", again.text());
    desk.until("2026-03-23 09:00");
    assert_eq!(desk.round().sent, 1);
    assert_eq!(smtp.mails().len(), 1);
}

#[test]
fn a_mailbox_nobody_has_stops_its_own_mail_and_no_other() {
    let Some(mut smtp) = Smtp::start(&Door::default()) else {
        return;
    };
    let desk = Desk::with("mail-5xx", &smtp, &[]);
    smtp.mood_to("refuse_to", mailbox("纪文澜"));
    desk.wants_mail("江若川");
    let case = desk.to_review("给江若川的");
    desk.to_leaders(case, &["江若川"]);
    one_mail(&desk);
    assert_eq!(desk.round().sent, 1);
    let states: Vec<String> = answers(&desk).into_iter().map(|(s, _)| s).collect();
    assert!(
        states.contains(&"sent".into()) && states.contains(&"failed".into()),
        "{states:?}"
    );
    let all = answers(&desk);
    let why = &all.iter().find(|(s, _)| s == "failed").unwrap().1;
    assert!(
        why.contains("请核对邮箱地址") && why.contains("550"),
        "{why}"
    );
    let tries = smtp.tries();
    desk.later(400);
    desk.round();
    assert_eq!(smtp.tries(), tries, "for good");
    let page = desk.office.admin().get("/admin/alerts").text();
    assert!(page.contains("没有发出") && page.contains("550"), "{page}");
    // the whole letter refused is the same
    smtp.mood("refuse");
    desk.to_review_with("乙", &[("urgency", "特急")]);
    desk.until("2026-03-10 08:30");
    desk.round();
    assert_eq!(answers(&desk).pop().unwrap().0, "failed");
}

#[test]
fn a_sender_the_server_does_not_allow_is_the_administrators_matter() {
    let Some(mut smtp) = Smtp::start(&Door::default()) else {
        return;
    };
    let desk = Desk::with("mail-sender", &smtp, &[]);
    smtp.mood("bad_sender");
    one_mail(&desk);
    assert_eq!(desk.round().sent, 0);
    assert!(desk.office.state.alerts.trouble().contains("发件地址"));
    assert_eq!(answers(&desk).pop().unwrap().0, "queued");
}

#[test]
fn dropped_after_data_it_goes_again_as_the_same_letter() {
    let Some(mut smtp) = Smtp::start(&Door::default()) else {
        return;
    };
    let desk = Desk::with("mail-drop", &smtp, &[]);
    smtp.mood("drop");
    one_mail(&desk);
    assert_eq!(desk.round().sent, 0);
    let (state, answer) = answers(&desk).pop().unwrap();
    assert_eq!(state, "queued");
    assert!(answer.contains("不知道对方收没收到"), "{answer}");
    smtp.mood("accept");
    // what comes now is another letter: a known Message-ID may be thrown away unread
    desk.to_review_with("后来的", &[("urgency", "特急")]);
    assert_eq!(desk.round().sent, 2);
    let all = smtp.mails();
    assert_eq!(all.len(), 3);
    let first = &all[0];
    let again: Vec<_> = all[1..]
        .iter()
        .filter(|m| m.message_id == first.message_id)
        .collect();
    assert_eq!(
        again.len(),
        1,
        "at most one repeat, known by its Message-ID"
    );
    assert_eq!(again[0].text, first.text);
    assert!(!first.text.contains("后来的"));
    let other = all
        .iter()
        .find(|m| m.message_id != first.message_id)
        .unwrap();
    assert!(other.text.contains("后来的"));
}

#[test]
fn killed_while_sending_it_goes_again_as_the_same_letter() {
    let Some(mut smtp) = Smtp::start(&Door::default()) else {
        return;
    };
    let desk = Desk::with("mail-kill", &smtp, &[]);
    smtp.mood("later");
    one_mail(&desk);
    desk.round();
    let town = &desk.office.town;
    town.hub(|w| {
        w.quiet("as a power cut leaves it");
        w.execute("UPDATE mail SET state = 'sending', next_at = 0", [])
    });
    smtp.mood("accept");
    assert_eq!(desk.round().sent, 1);
    let hub = town.store.hub().unwrap();
    let (id, handed): (String, bool) = hub
        .one("SELECT message_id, handed FROM mail", [], |r| {
            Ok((r.get(0)?, r.get(1)?))
        })
        .unwrap();
    assert_eq!(smtp.mails()[0].message_id, id);
    assert!(handed);
}

#[test]
fn a_certificate_nobody_vouches_for_gets_no_mail_and_no_password() {
    let door = Door {
        tls: "implicit",
        login: ("bgs@example.gov.cn", "secret"),
    };
    let Some(mut smtp) = Smtp::start(&door) else {
        return;
    };
    let more = [
        ("security", "tls"),
        ("login", door.login.0),
        ("password", door.login.1),
    ];
    let desk = Desk::with("mail-cert", &smtp, &more);
    one_mail(&desk);
    assert_eq!(desk.round().sent, 0);
    let said = desk.office.state.alerts.trouble();
    assert!(said.contains("证书不是公认的机构发的"), "{said}");
    assert_eq!(smtp.tries(), 0);
    // the certificate is of the authority, but for another name
    let authority = smtp.authority();
    let named = [
        more[0],
        more[1],
        more[2],
        ("authority", authority.as_str()),
        ("host", "127.0.0.3"),
    ];
    desk.set_mail(&smtp, &named);
    desk.round();
    let said = desk.office.state.alerts.trouble();
    assert!(!said.is_empty());
    let right = [more[0], more[1], more[2], ("authority", authority.as_str())];
    assert_eq!(desk.set_mail(&smtp, &right).status, 303);
    assert_eq!(
        desk.round().sent,
        1,
        "new settings are tried at once: {}",
        desk.office.state.alerts.trouble()
    );
}

#[test]
fn a_wrong_password_is_not_tried_again_and_again() {
    let door = Door {
        tls: "implicit",
        login: ("bgs@example.gov.cn", "right"),
    };
    let Some(smtp) = Smtp::start(&door) else {
        return;
    };
    let authority = smtp.authority();
    let more = [
        ("security", "tls"),
        ("login", door.login.0),
        ("password", "wrong"),
        ("authority", authority.as_str()),
    ];
    let desk = Desk::with("mail-password", &smtp, &more);
    one_mail(&desk);
    assert_eq!(desk.round().sent, 0);
    let said = desk.office.state.alerts.trouble();
    assert!(said.contains("授权码") && !said.contains("wrong"), "{said}");
    for _ in 0..5 {
        desk.later(10);
        desk.round();
    }
    let hub = desk.office.town.store.hub().unwrap();
    let tries: i64 = hub
        .one("SELECT tries FROM mail_server", [], |r| r.get(0))
        .unwrap();
    assert_eq!(
        tries, 1,
        "once an hour at most: more would lock the mailbox"
    );
    let right = [more[0], more[1], ("password", "right"), more[3]];
    assert_eq!(desk.set_mail(&smtp, &right).status, 303);
    assert_eq!(desk.round().sent, 1);
}

#[test]
fn pages_do_not_notice_a_server_that_never_answers() {
    let Some(smtp) = Smtp::start(&Door::default()) else {
        return;
    };
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port().to_string();
    let desk = Desk::with("mail-silent", &smtp, &[("port", port.as_str())]);
    one_mail(&desk);
    let mut browser = desk.browser("江若川");
    std::thread::scope(|s| {
        let round = s.spawn(|| desk.round());
        let (held, _) = silent.accept().unwrap();
        for path in ["/todo", "/register", "/me", "/pulse"] {
            assert!(browser.get(path).status < 400, "{path}");
        }
        let town = &desk.office.town;
        town.register("incoming-handle", "发信的时候登记的")
            .unwrap();
        town.store
            .write(ShelfNo::HUB, town.stamp("宋小笺", "org.test"), |w| {
                w.quiet("the hub takes writes too");
                Ok(())
            })
            .unwrap();
        assert!(!round.is_finished(), "it waits all the while");
        drop(held);
        assert_eq!(round.join().unwrap().sent, 0);
    });
    assert!(
        desk.office.state.alerts.trouble().contains("连接断了"),
        "{}",
        desk.office.state.alerts.trouble()
    );
}
