//! S23 to S29: cookies before and after, everywhere they must be dead, where they may never stand, and
//! guessing passwords.

use super::csrf::token;
use super::office::{HERE, LAN, Office, SENTENCE, TARGET};
use crate::support::http::Http;
use inkstone::access::change::{DisableAccount, EndSessions, GrantAdmin};
use inkstone::access::slip::IssueSlips;
use inkstone::access::{AdminRole, Chance, Token};
use std::collections::HashSet;
use std::path::Path;

/// A one-time password.
pub fn slip(office: &Office, person: &str) -> String {
    let permit = office.permit::<IssueSlips>("管事成");
    let person = office.town.person(person);
    let directory = office.town.directory();
    let slips = office
        .state
        .access
        .issue_slips(&permit, &directory, &[person]);
    slips.unwrap().pop().unwrap().words
}

/// The cookie of a session that was begun and then shut out with its account.
pub fn ended(office: &Office, person: &str) -> String {
    let words = slip(office, person);
    let token = office.token(person, &words, LAN);
    let permit = office.permit::<DisableAccount>("卫安宁");
    let person = office.town.person(person);
    office.state.access.disable(&permit, person).unwrap();
    token.text()
}

fn session(http: &Http) -> Option<String> {
    let found = http.cookies.iter().find(|(n, _)| n == "ink");
    found.map(|(_, v)| v.clone())
}

fn with(office: &Office, cookie: &str) -> Http {
    let mut http = office.visitor(LAN);
    http.cookies.push(("ink".into(), cookie.to_owned()));
    http
}

/// Whether a cookie still opens anything.
fn opens(office: &Office, cookie: &str) -> bool {
    let mut http = with(office, cookie);
    let pages = ["/me", "/todo", "/register/incoming", "/count"].map(|at| http.get(at).status);
    assert!(pages == [200; 4] || pages == [303; 4], "{pages:?}");
    pages == [200; 4]
}

#[test]
fn s23_a_cookie_from_before_is_worth_nothing() {
    let office = Office::new("fixation");
    let planted = "a".repeat(64);
    let mut http = with(&office, &planted);
    assert_eq!(office.log_in(&mut http, "宋小笺", SENTENCE).status, 303);
    let first = session(&http).unwrap();
    assert!(first != planted && !opens(&office, &planted) && opens(&office, &first));
    // logging in again from the same browser, as on a shared PC
    let mut again = with(&office, &first);
    again.cookies.retain(|(n, _)| n != "ink");
    let csrf = token(&again.get("/login"));
    again.cookies.push(("ink".into(), first.clone()));
    let fields = [
        ("_csrf", csrf.as_str()),
        ("name", "纪文澜"),
        ("password", SENTENCE),
    ];
    assert_eq!(again.post("/login", &fields).status, 303);
    assert!(!opens(&office, &first), "the one before is dead");
    assert!(again.get("/me").text().contains("纪文澜"));
}

#[test]
fn s24_old_cookies_are_dead_at_once() {
    let office = Office::new("replay");
    let access = &office.state.access;
    let target = office.town.person(TARGET);
    let both = || [LAN, HERE].map(|ip| office.token(TARGET, SENTENCE, ip).text());
    let dead = |cookies: &[String; 2], why: &str| {
        for cookie in cookies {
            assert!(!opens(&office, cookie), "{why}");
        }
    };
    let cookies = both();
    let mut http = with(&office, &cookies[0]);
    let csrf = token(&http.get("/me"));
    assert_eq!(
        http.post("/logout", &[("_csrf", csrf.as_str())]).status,
        303
    );
    assert!(
        !opens(&office, &cookies[0]) && opens(&office, &cookies[1]),
        "logged out here only"
    );

    let cookies = both();
    let mut http = with(&office, &cookies[0]);
    let new = "后山的毛竹又长高了";
    let fields = [("old", SENTENCE), ("password", new), ("again", new)];
    assert_eq!(
        http.submit("/me/password", "/me/password", &fields).status,
        303
    );
    dead(&cookies, "another password");
    assert!(
        opens(&office, &session(&http).unwrap()),
        "the browser it was changed in stays"
    );
    let back = [("old", new), ("password", SENTENCE), ("again", SENTENCE)];
    assert_eq!(
        http.submit("/me/password", "/me/password", &back).status,
        303
    );

    let cookies = both();
    access
        .set_admin_roles(
            &office.permit::<GrantAdmin>("卫安宁"),
            target,
            &[AdminRole::Audit],
        )
        .unwrap();
    dead(&cookies, "another administrator's role");

    let cookies = both();
    assert!(cookies.iter().all(|c| opens(&office, c)));
    move_post(&office);
    dead(&cookies, "another post with other roles");

    let cookies = both();
    access
        .end_all_of(&office.permit::<EndSessions>("卫安宁"), target)
        .unwrap();
    dead(&cookies, "ended by the administrator");

    let cookies = both();
    let words = slip(&office, TARGET);
    dead(&cookies, "a new slip");
    let one_time = office.token(TARGET, &words, LAN).text();
    access
        .disable(&office.permit::<DisableAccount>("卫安宁"), target)
        .unwrap();
    dead(&[one_time.clone(), one_time], "shut");
    assert_eq!(office.state.faults(), 0);
}

/// Through the pages, as the administrator does it.
fn move_post(office: &Office) {
    let person = office.town.person(TARGET);
    let directory = office.town.directory();
    let post = directory
        .with_role(inkstone::org::Role::SealKeeper)
        .next()
        .unwrap()
        .id;
    let mut admin = office.here("管事成");
    let at = format!("/admin/people/{person}/hold");
    let post = post.to_string();
    let fields = [
        ("post", post.as_str()),
        ("weight", "side"),
        ("from", "2026-03-01"),
    ];
    let reply = admin.submit(&at, &at, &fields);
    assert_eq!(reply.status, 303, "{}", reply.text());
}

#[test]
fn s25_a_hundred_thousand_tokens() {
    let chance = Chance::System;
    let mut seen = HashSet::with_capacity(100_000);
    let mut ones = 0_u64;
    for _ in 0..100_000 {
        let text = Token::new(&chance).unwrap().text();
        assert_eq!(text.len(), 64, "256 bits in hexadecimal");
        ones += text
            .chars()
            .map(|c| u64::from(c.to_digit(16).unwrap().count_ones()))
            .sum::<u64>();
        assert!(seen.insert(text));
    }
    let share = ones as f64 / (100_000.0 * 256.0);
    assert!((0.499..0.501).contains(&share), "{share}");
}

#[test]
fn s26_no_file_holds_what_opens_a_session() {
    let office = Office::new("grep");
    let case = office.case("关于甲槐的通知", 2);
    let words = slip(&office, TARGET);
    let mut secrets: Vec<String> = vec![words.replace('-', ""), words, SENTENCE.into()];
    let mut http = office.visitor(LAN);
    office.log_in(&mut http, "宋小笺", SENTENCE);
    http.get(&format!("/case/{case}"));
    http.get("/case/0000000000000");
    secrets.extend(
        http.cookies
            .iter()
            .filter(|(n, _)| n != "ink_name")
            .map(|(_, v)| v.clone()),
    );
    secrets.push(token(&http.get("/me")));
    assert!(secrets.len() >= 6, "{secrets:?}");
    office.state.access.flush().unwrap();
    office.drain();
    let root = office.town.folder.0.clone();
    assert!(files(&root) > 3);
    assert_eq!(holding(&root, &secrets), Vec::<String>::new());
    office.state.store.checkpoint();
    assert_eq!(holding(&root, &secrets), Vec::<String>::new());
    let me = http.get("/me").text();
    assert!(!me.contains(&session(&http).unwrap()), "no page shows it");
}

fn files(folder: &Path) -> usize {
    std::fs::read_dir(folder).unwrap().count()
}

fn holding(folder: &Path, secrets: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(holding(&path, secrets));
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        for secret in secrets {
            let raw = secret.as_bytes();
            if bytes.windows(raw.len()).any(|w| w == raw) {
                found.push(format!("{secret} in {}", path.display()));
            }
        }
    }
    found
}
