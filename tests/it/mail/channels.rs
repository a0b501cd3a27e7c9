//! Robots of chat groups and the SMS gateway: what leaves the house, to whom, and what happens while the other end is
//! away. The other end is a listener of the test that answers as told and keeps what it was asked.

use super::Desk;
use crate::support::reply::Reply;
use inkstone::app::alerts;
use inkstone::engine::definition::MoveId;
use inkstone::inbox::choice::{self, Choice};
use inkstone::inbox::lights::Watched;
use inkstone::inbox::post::Here;
use inkstone::kit::Zone;
use inkstone::store::{Query, params};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;

/// The other end.
struct End {
    port: u16,
    heard: Arc<Mutex<Vec<(String, String)>>>,
    answer: Arc<Mutex<String>>,
}

const TAKEN: &str = "HTTP/1.1 200 OK\r\n\r\n{\"errcode\":0,\"code\":0}";

impl End {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let answer = Arc::new(Mutex::new(TAKEN.to_owned()));
        let (keep, say) = (heard.clone(), answer.clone());
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let mut reader = BufReader::new(stream);
                let (mut first, mut length) = (String::new(), 0);
                let _ = reader.read_line(&mut first);
                loop {
                    let mut line = String::new();
                    if reader.read_line(&mut line).unwrap_or(0) <= 2 {
                        break;
                    }
                    if let Some(n) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                        length = n.trim().parse().unwrap();
                    }
                }
                let mut body = vec![0; length];
                let _ = reader.read_exact(&mut body);
                let target = first.split(' ').nth(1).unwrap_or_default().to_owned();
                keep.lock()
                    .unwrap()
                    .push((target, String::from_utf8(body).unwrap()));
                let said = say.lock().unwrap().clone();
                let _ = reader.into_inner().write_all(said.as_bytes());
            }
        });
        Self {
            port,
            heard,
            answer,
        }
    }

    fn says(&self, answer: &str) {
        *self.answer.lock().unwrap() = answer.to_owned();
    }

    fn heard(&self) -> Vec<(String, String)> {
        std::mem::take(&mut *self.heard.lock().unwrap())
    }

    fn at(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }
}

fn set(desk: &Desk, kind: &str, fields: &[(&str, &str)]) -> Reply {
    let mut all = vec![("name", "党政办工作群"), ("on_now", "1")];
    all.extend(fields);
    let at = format!("/admin/channels/new/{kind}");
    desk.office.admin().submit(&at, &at, &all)
}

fn round(desk: &Desk) -> usize {
    let here = Here {
        base: "http://192.168.1.20".into(),
        office: "砚田镇".into(),
        zone: Zone::BEIJING,
    };
    alerts::pusher(&desk.office.state).round(&here).unwrap()
}

#[test]
fn a_group_hears_how_many_things_wait_and_for_whom_but_no_title() {
    let end = End::start();
    let desk = Desk::new("channel-group");
    desk.to_review("从前的件");
    assert_eq!(desk.told("纪文澜").len(), 1);
    let said = set(
        &desk,
        "feishu",
        &[("address", &end.at("/hook/abc")), ("secret", "SECRET-1")],
    );
    assert_eq!(said.status, 303, "{}", said.text());
    desk.to_review("关于低保核查的通知");
    desk.to_review("乙");
    assert_eq!(
        round(&desk),
        0,
        "ordinary things wait for the digest's time"
    );
    desk.until("2026-03-09 14:30");
    assert_eq!(round(&desk), 1);
    let heard = end.heard();
    let [(target, body)] = heard.as_slice() else {
        panic!("{heard:?}");
    };
    assert_eq!(target, "/hook/abc");
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    let words = body["content"]["text"].as_str().unwrap();
    assert_eq!(
        words,
        "【砚田镇】新待办 2 件。\n请尽快办理：纪文澜\n打开：http://192.168.1.20/todo"
    );
    assert_eq!(body["sign"].as_str().unwrap().len(), 44);
    desk.later(600);
    assert_eq!(round(&desk), 0, "once");
    // neither the robot's address nor its secret is ever shown again
    let mut admin = desk.office.admin();
    for at in ["/admin/channels", "/admin/channels/1"] {
        let page = admin.get(at).text();
        assert!(page.contains("党政办工作群"), "{page}");
        assert!(
            !page.contains("hook/abc") && !page.contains("SECRET-1"),
            "{page}"
        );
    }
}

#[test]
fn what_was_done_meanwhile_goes_to_nobody_and_other_departments_hear_nothing() {
    let end = End::start();
    let desk = Desk::new("channel-done");
    let dept = desk.office.town.dept("YJB").to_string();
    set(
        &desk,
        "wecom",
        &[("address", &end.at("/a")), ("dept", &dept)],
    );
    set(
        &desk,
        "dingtalk",
        &[
            ("address", &end.at("/b")),
            ("titles", "1"),
            ("keyword", "办公"),
        ],
    );
    let case = desk.to_review("关于防汛的通知");
    desk.to_leaders(case, &["江若川"]);
    desk.until("2026-03-09 14:30");
    assert_eq!(round(&desk), 1);
    let heard = end.heard();
    assert_eq!(heard.len(), 1, "{heard:?}");
    assert!(heard[0].0.starts_with("/b"), "{heard:?}");
    let body: serde_json::Value = serde_json::from_str(&heard[0].1).unwrap();
    assert_eq!(
        body["text"]["content"],
        "办公 【砚田镇】新待办 1 件。\n请尽快办理：江若川\n1. 关于防汛的通知\n打开：http://192.168.1.20/todo"
    );
}

#[test]
fn an_end_that_is_away_costs_nothing_and_gets_one_message() {
    let end = End::start();
    let desk = Desk::new("channel-away");
    set(&desk, "wecom", &[("address", &end.at("/a"))]);
    end.says("HTTP/1.1 503 Busy\r\n\r\n正在维护");
    desk.to_review("甲");
    desk.until("2026-03-09 14:30");
    assert_eq!(round(&desk), 0);
    let page = desk.office.admin().get("/admin/channels").text();
    assert!(
        page.contains("正在维护") && page.contains("等着的 1 条"),
        "{page}"
    );
    let health = desk.office.admin().get("/health").text();
    assert!(
        health.contains("消息通道“党政办工作群”发不出去"),
        "{health}"
    );
    assert_eq!(end.heard().len(), 1);
    round(&desk);
    assert!(end.heard().is_empty(), "not before its time");
    desk.to_review("乙");
    // a wrong key: it asks again in an hour, or as soon as the settings are saved
    end.says("HTTP/1.1 200 OK\r\n\r\n{\"errcode\":93000,\"errmsg\":\"invalid webhook url\"}");
    desk.later(1);
    assert_eq!(round(&desk), 0);
    let page = desk.office.admin().get("/admin/channels/1").text();
    assert!(page.contains("invalid webhook url"), "{page}");
    end.heard();
    end.says(TAKEN);
    let kept = desk.office.admin().submit(
        "/admin/channels/1",
        "/admin/channels/1",
        &[("name", "党政办工作群"), ("on_now", "1"), ("rev", "1")],
    );
    assert_eq!(kept.status, 303, "{}", kept.text());
    desk.until("2026-03-10 08:30");
    assert_eq!(round(&desk), 1);
    let heard = end.heard();
    assert_eq!(heard.len(), 1);
    assert_eq!(heard[0].0, "/a", "the address stayed: {heard:?}");
    assert!(heard[0].1.contains("新待办 2 件"), "{heard:?}");
    let log = desk.office.admin().get("/admin/channels").text();
    assert!(log.contains("发出了"), "{log}");
}

#[test]
fn a_telephone_hears_what_cannot_wait_where_its_owner_asked() {
    let end = End::start();
    let desk = Desk::new("channel-sms");
    let address = end.at("/send");
    let gateway = [
        ("address", address.as_str()),
        ("body", "m={phone}&c={text}&s={sign}"),
        ("secret", "key"),
        ("expects", "\"code\":0"),
    ];
    let said = set(&desk, "sms", &gateway);
    assert_eq!(said.status, 303, "{}", said.text());
    let town = &desk.office.town;
    for (name, mobile) in [("纪文澜", "13805710001"), ("江若川", "13805710002")] {
        let person = town.person(name);
        town.hub(move |w| {
            w.execute(
                "UPDATE person SET mobile = ?2 WHERE id = ?1",
                params![person.0, mobile],
            )?;
            w.quiet("a telephone");
            Ok(())
        });
    }
    desk.office
        .state
        .org
        .reload(&desk.office.state.store)
        .unwrap();
    let page = desk.browser("纪文澜").get("/me/notify").text();
    assert!(page.contains("另发短信到我的手机"), "{page}");
    let person = town.person("纪文澜");
    let wanted = Choice {
        sms: true,
        ..Choice::default()
    };
    town.hub(move |w| choice::keep(w, person, &wanted));
    desk.to_review("平常的件");
    assert_eq!(round(&desk), 0, "it can wait");
    let case = desk.to_review_with("火灾", &[("urgency", "特急")]);
    assert_eq!(round(&desk), 1, "the most urgent at once");
    let heard = end.heard();
    assert!(
        heard[0].1.starts_with("m=13805710001&c=%E7%BA%AA"),
        "{heard:?}"
    );
    assert!(
        heard[0].1.len() - heard[0].1.rfind("&s=").unwrap() == 67,
        "a signature: {heard:?}"
    );
    desk.to_leaders(case, &["江若川"]);
    assert_eq!(round(&desk), 0, "江若川 did not ask for it");
    town.act(
        "宋小笺",
        case,
        MoveId::Urge,
        crate::support::town::says("请抓紧"),
    )
    .ok();
    let count: i64 = town
        .store
        .hub()
        .unwrap()
        .one("SELECT count(*) FROM push WHERE state = 'sent'", [], |r| {
            r.get(0)
        })
        .unwrap();
    assert_eq!(count, 1);
}

#[test]
fn s43_no_redirect_is_followed_and_the_answer_stays_short() {
    let (inner, end) = (End::start(), End::start());
    let desk = Desk::new("channel-redirect");
    end.says(&format!(
        "HTTP/1.1 302 Found\r\nlocation: {}\r\n\r\n",
        inner.at("/secret")
    ));
    set(&desk, "wecom", &[("address", &end.at("/a"))]);
    let mut admin = desk.office.admin();
    let said = admin
        .submit("/admin/channels/1", "/admin/channels/1/test", &[])
        .text();
    assert!(said.contains("测试消息没有发出去"), "{said}");
    assert_eq!(end.heard().len(), 1);
    assert!(inner.heard().is_empty(), "it went where it was sent");
    end.says(&format!("HTTP/1.1 200 OK\r\n\r\n{}", "秘".repeat(50_000)));
    let said = admin
        .submit("/admin/channels/1", "/admin/channels/1/test", &[])
        .text();
    assert!(said.matches('秘').count() < 300, "{}", said.len());
}

#[test]
fn only_the_administrator_at_the_server_sets_one_up() {
    let desk = Desk::new("channel-who");
    let mut clerk = desk.browser("宋小笺");
    assert_eq!(clerk.get("/admin/channels").status, 403);
    let wrong = set(&desk, "sms", &[("address", "file:///etc/passwd")]);
    assert_eq!(wrong.status, 422, "{}", wrong.text());
    assert!(
        wrong.text().contains("请写短信平台给的接口地址"),
        "{}",
        wrong.text()
    );
}

/// Whoever broke in may sit in the group.
#[test]
fn alarms_and_the_servers_health_go_to_no_group() {
    let end = End::start();
    let desk = Desk::new("channel-alarm");
    set(
        &desk,
        "wecom",
        &[("address", &end.at("/a")), ("titles", "1")],
    );
    let (town, state) = (&desk.office.town, &desk.office.state);
    let people = [town.person("苏简")];
    let alarms = [(1, "陌生的设备", "有人从没见过的电脑登录".to_owned())];
    let stamp = town.stamp("苏简", "alert.alarm");
    let told = state
        .alerts
        .tell_alarms(&town.store, stamp, (&people, &alarms));
    assert_eq!(told.unwrap(), 1);
    let mut watched = Watched::default();
    let lit: usize = (0..4)
        .map(|_| alerts::tell_lights(state, &mut watched).unwrap())
        .sum();
    assert_eq!(lit, 1, "the set-up: neither waits for a digest");
    assert_eq!(round(&desk), 0);
    desk.to_review("甲");
    desk.until("2026-03-09 14:30");
    assert_eq!(round(&desk), 1);
    let heard = end.heard();
    let body: serde_json::Value = serde_json::from_str(&heard[0].1).unwrap();
    assert_eq!(
        body["text"]["content"],
        "【砚田镇】新待办 1 件。\n请尽快办理：纪文澜\n1. 甲\n打开：http://192.168.1.20/todo"
    );
    let page = desk.office.admin().get("/admin/channels").text();
    assert!(
        page.contains("安全报警和服务器体检的事不发到群里"),
        "{page}"
    );
}

#[test]
fn a_channel_that_is_not_wanted_any_more_is_taken_away_with_what_waits() {
    let end = End::start();
    let desk = Desk::new("channel-drop");
    set(&desk, "wecom", &[("address", &end.at("/a"))]);
    end.says("HTTP/1.1 503 Busy\r\n\r\n正在维护");
    desk.to_review("甲");
    desk.until("2026-03-09 14:30");
    assert_eq!(round(&desk), 0);
    assert_eq!(end.heard().len(), 1, "the set-up: one waits");
    let mut admin = desk.office.admin();
    let page = admin.get("/admin/channels/1").text();
    assert!(page.contains("href=\"/admin/channels/1/drop\""), "{page}");
    let asked = admin.get("/admin/channels/1/drop").text();
    assert!(
        asked.contains("要删掉“党政办工作群”") && asked.contains("等着发的 1 条也不发了"),
        "{asked}"
    );
    let at = "/admin/channels/1/drop";
    assert_eq!(admin.submit(at, at, &[]).status, 303);
    let list = admin.get("/admin/channels").text();
    assert!(
        list.contains("“党政办工作群”删掉了") && list.contains("还没有消息通道"),
        "{list}"
    );
    assert_eq!(admin.get(at).status, 404);
    desk.later(24 * 60);
    assert_eq!(round(&desk), 0);
    assert!(end.heard().is_empty());
    let audited: i64 = desk
        .office
        .town
        .store
        .hub()
        .unwrap()
        .one(
            "SELECT count(*) FROM audit WHERE target = 'channel:1' AND detail LIKE '%删掉 wecom%'",
            [],
            |r| r.get(0),
        )
        .unwrap();
    assert_eq!(audited, 1);
}
