//! S31: the code beside the password, through the pages: set up on a phone, asked for at the log-in, used up by it,
//! printed spare codes, guessing, and whom the office asks to have one.

use super::csrf::token;
use super::office::{LAN, Office, SENTENCE};
use crate::support::http::Http;
use crate::support::reply::Reply;
use inkstone::kit::one_time;

const LEADER: &str = "陆平章";

fn secret(words: &str) -> Vec<u8> {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0_u32, 0);
    for c in words.chars().filter(|c| !c.is_whitespace()) {
        held = (held << 5) | u32::try_from(LETTERS.find(c).unwrap()).unwrap();
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((held >> bits) & 255).unwrap());
        }
    }
    bytes
}

/// A phone that was shown the code of a page.
pub struct Phone(Vec<u8>);

impl Phone {
    fn shows(&self, office: &Office) -> String {
        one_time::code(&self.0, one_time::step(office.town.clock.now()))
    }
}

/// Sets it up through the pages; gives the phone and the spare codes.
pub fn enrol(office: &Office, http: &mut Http) -> (Phone, Vec<String>) {
    let shown = http.submit("/me/code", "/me/code/begin", &[("own", SENTENCE)]);
    assert_eq!(shown.status, 200, "{}", shown.text());
    let text = shown.text();
    let words = text.split("<b>").filter_map(|p| p.split("</b>").next());
    let words = words.filter(|w| w.len() == 39).last().unwrap().to_owned();
    let phone = Phone(secret(&words));
    let csrf = token(&shown);
    let wrong = http.post(
        "/me/code/keep",
        &[("_csrf", csrf.as_str()), ("code", "000000")],
    );
    assert!(
        wrong.status == 422 && wrong.text().contains(&words),
        "shown again"
    );
    let code = phone.shows(office);
    let kept = http.post(
        "/me/code/keep",
        &[("_csrf", csrf.as_str()), ("code", code.as_str())],
    );
    assert_eq!(kept.status, 200, "{}", kept.text());
    let text = kept.text();
    let spares = text
        .split("<li><b>")
        .skip(1)
        .filter_map(|p| p.split('<').next());
    let spares: Vec<String> = spares
        .filter(|s| s.len() == 11)
        .map(str::to_owned)
        .collect();
    assert_eq!(spares.len(), 10, "{text}");
    assert!(
        !http.get("/me/code").text().contains(&spares[0]),
        "shown once"
    );
    // the code that proved the phone is used up
    office.town.clock.advance(30_000);
    (phone, spares)
}

fn half(reply: &Reply) -> String {
    let hidden = reply.hidden("/login/code");
    hidden.into_iter().find(|(n, _)| n == "half").unwrap().1
}

fn second(http: &mut Http, first: &Reply, code: &str) -> Reply {
    let csrf = token(first);
    let half = half(first);
    let fields = [
        ("_csrf", csrf.as_str()),
        ("half", half.as_str()),
        ("code", code),
        ("name", LEADER),
    ];
    http.post("/login/code", &fields)
}

#[test]
fn s31_a_code_opens_once_and_half_a_log_in_nothing() {
    let office = Office::new("codes");
    // over an open line nothing of it is shown, and nothing taken
    let mut away = office.lan(LEADER);
    let page = away.get("/me/code");
    let csrf = token(&page);
    let text = page.text();
    assert!(
        text.contains("这里不能设置") && !text.contains("/me/code/begin"),
        "{text}"
    );
    let fields = [("_csrf", csrf.as_str()), ("own", SENTENCE)];
    assert_eq!(away.post("/me/code/begin", &fields).status, 403);
    let mut own = office.here(LEADER);
    let bad = own.submit("/me/code", "/me/code/begin", &[("own", "不是这个密码")]);
    assert!(bad.status == 422 && bad.text().contains("密码不对"));
    let (phone, spares) = enrol(&office, &mut own);

    let mut http = office.visitor(LAN);
    let first = office.log_in(&mut http, LEADER, SENTENCE);
    assert_eq!(first.status, 200, "the second page");
    assert!(
        http.cookies.iter().all(|(n, _)| n != "ink"),
        "no session yet"
    );
    assert_eq!(http.get("/todo").status, 303);
    let mut thief = office.visitor(LAN);
    thief.cookies.push(("ink".into(), half(&first)));
    assert_eq!(thief.get("/todo").status, 303, "what is half is no cookie");
    let code = phone.shows(&office);
    assert_eq!(second(&mut http, &first, "123456").status, 422);
    let entered = second(&mut http, &first, &code);
    assert_eq!(entered.status, 303, "{}", entered.text());
    assert_eq!(http.get("/todo").status, 200);

    // the same page once more, and the same code on a new one
    let mut again = office.visitor(LAN);
    again.get("/login");
    assert_eq!(
        second(&mut again, &first, &code).status,
        403,
        "another browser's form"
    );
    let page = office.log_in(&mut again, LEADER, SENTENCE);
    assert!(
        second(&mut again, &page, &code)
            .text()
            .contains("只能用一次")
    );
    office.town.clock.advance(30_000);
    let code = phone.shows(&office);
    assert_eq!(second(&mut again, &page, &code).status, 303);

    // paper: as it is typed, once
    for (n, spare) in [
        (0, spares[0].to_lowercase()),
        (1, spares[1].clone()),
        (2, spares[0].clone()),
    ] {
        let mut http = office.visitor(LAN);
        let page = office.log_in(&mut http, LEADER, SENTENCE);
        let status = second(&mut http, &page, &spare).status;
        assert_eq!(status, if n == 2 { 422 } else { 303 }, "{n}");
    }
    // waited too long
    let mut late = office.visitor(LAN);
    let page = office.log_in(&mut late, LEADER, SENTENCE);
    office.town.clock.advance(6 * 60_000);
    let code = phone.shows(&office);
    let said = second(&mut late, &page, &code);
    assert!(said.status == 422 && said.text().contains("从密码重新开始"));
    assert_eq!(office.state.faults(), 0);
}

#[test]
fn s31_wrong_codes_lock() {
    let office = Office::new("codes-lock");
    let (phone, _) = enrol(&office, &mut office.here(LEADER));
    let mut http = office.visitor(LAN);
    let page = office.log_in(&mut http, LEADER, SENTENCE);
    let code = phone.shows(&office);
    for n in 0..5 {
        assert_eq!(second(&mut http, &page, &format!("99999{n}")).status, 422);
    }
    assert_eq!(
        second(&mut http, &page, &code).status,
        422,
        "the right one too"
    );
    let mut fresh = office.visitor([127, 0, 0, 6]);
    let page = office.log_in(&mut fresh, LEADER, SENTENCE);
    let said = second(&mut fresh, &page, &code).text();
    assert!(said.contains("10 分钟后再试"), "{said}");
    assert_eq!(
        office.lan("宋小笺").get("/todo").status,
        200,
        "others are not held up"
    );
    office.town.clock.advance(11 * 60_000);
    let page = office.log_in(&mut fresh, LEADER, SENTENCE);
    let code = phone.shows(&office);
    assert_eq!(second(&mut fresh, &page, &code).status, 303);
}

#[test]
fn s69_a_clock_set_back_opens_no_used_code() {
    let office = Office::new("codes-clock");
    let (phone, spares) = enrol(&office, &mut office.here(LEADER));
    let mut http = office.visitor(LAN);
    let page = office.log_in(&mut http, LEADER, SENTENCE);
    let code = phone.shows(&office);
    assert_eq!(second(&mut http, &page, &code).status, 303);
    office.town.clock.advance(-60_000);
    let mut back = office.visitor(LAN);
    let page = office.log_in(&mut back, LEADER, SENTENCE);
    assert_eq!(second(&mut back, &page, &code).status, 422, "used");
    let earlier = phone.shows(&office);
    assert_eq!(
        second(&mut back, &page, &earlier).status,
        422,
        "older than one that was used"
    );
    assert_eq!(
        second(&mut back, &page, &spares[3]).status,
        303,
        "paper knows no clock"
    );
}

#[test]
fn an_office_may_ask_its_leaders_for_one_and_give_a_lost_phone_back() {
    let office = Office::new("codes-asked");
    let mut guard = office.here("卫安宁");
    let fields = [("idle", "30"), ("codes", "1")];
    assert_eq!(
        guard
            .submit("/guard/safety", "/guard/safety", &fields)
            .status,
        303
    );
    // the one who asked is asked too
    for name in [LEADER, "卫安宁"] {
        let reply = office.lan(name).get("/todo");
        assert_eq!(
            (reply.status, reply.header("Location")),
            (303, Some("/me/code")),
            "{name}"
        );
    }
    assert_eq!(
        office.lan("安守").get("/todo").status,
        200,
        "a handler is not"
    );
    let mut own = office.here(LEADER);
    let csrf = token(&own.get("/me/code"));
    assert_eq!(
        own.post(
            "/me/phrases",
            &[("_csrf", csrf.as_str()), ("phrase", "同意")]
        )
        .status,
        303
    );
    enrol(&office, &mut own);
    assert_eq!(own.get("/todo").status, 200);
    let csrf = token(&own.get("/me"));
    let end = own.post(
        "/me/code/end",
        &[("_csrf", csrf.as_str()), ("own", SENTENCE)],
    );
    assert_eq!(end.status, 403, "not while it is asked for");
    // the phone is lost
    enrol(&office, &mut guard);
    let leader = office.town.person(LEADER);
    let page = format!("/admin/people/{leader}");
    assert!(guard.get(&page).text().contains("重置动态验证码"));
    let at = format!("{page}/code");
    assert_eq!(guard.submit(&page, &at, &[]).status, 303);
    assert_eq!(own.get("/todo").status, 303, "logged out");
    let mut http = office.visitor(LAN);
    assert_eq!(
        office.log_in(&mut http, LEADER, SENTENCE).status,
        303,
        "by the password alone"
    );
    assert_eq!(http.get("/todo").header("Location"), Some("/me/code"));
    assert_eq!(office.state.faults(), 0);
}
