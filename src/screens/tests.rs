//! Log-in and one's own page through real sockets, as a browser without JavaScript does it.
#![expect(clippy::unwrap_used, reason = "tests")]

use super::ALL;
use crate::access::slip::IssueSlips;
use crate::access::{Peer, policy};
use crate::kit::PersonId;
use crate::org::Role;
use crate::ui::form::CSRF;
use crate::web::testing::{CLERK, Claimed, Client, Got, PASSWORD, Town};
use crate::web::{Manifest, Route};
use std::collections::BTreeSet;

fn town(name: &str) -> Town {
    Town::new(&format!("screens-{name}"), ALL, Claimed::Yes)
}

fn log_in(client: &mut Client, name: &str, password: &str) -> Got {
    let page = client.get("/login");
    let token = page.hidden(CSRF).unwrap();
    client.post(
        "/login",
        &[(CSRF, &token), ("name", name), ("password", password)],
    )
}

fn session(client: &Client) -> Option<String> {
    let found = client.cookies.iter().find(|(n, _)| n == "ink");
    found.map(|(_, v)| v.clone())
}

/// What only the person's page shows; the to-do page is another screen's.
fn is_in(client: &mut Client) -> bool {
    client.get("/me").status == 200
}

#[test]
fn the_list_of_public_pages_is_short() {
    let routes = |m: &Manifest| -> Vec<Route> { (m.routes)() };
    let open: BTreeSet<String> = ALL
        .iter()
        .flat_map(routes)
        .filter(|r| r.demand().is_none())
        .map(|r| format!("{:?} {}", r.method(), r.path()))
        .collect();
    // the second answers at the server PC alone
    let door = ["/login", "/login/recover"];
    let first_run =
        ["", "/choose", "/office", "/org", "/admins", "/restore"].map(|p| format!("/setup{p}"));
    let both = |path: &str| ["Get", "Post"].map(|method| format!("{method} {path}"));
    let pinned = door.into_iter().chain(first_run.iter().map(String::as_str));
    // the second page of the log-in is the answer to the first
    let code = ["Post /login/code".to_owned()];
    // who needs a certificate cannot log in safely yet; nothing of these is a form
    let kit = [
        "",
        ".gif",
        "/ok",
        "/root.crt",
        "/windows.bat",
        "/uos.sh",
        "/iphone.mobileconfig",
    ];
    let looked_at = kit.iter().map(|p| format!("Get /trust{p}"));
    let looked_at = looked_at.chain(["Get /hello".to_owned()]);
    let more = code.into_iter().chain(looked_at);
    assert_eq!(open, pinned.flat_map(both).chain(more).collect());
}

#[test]
fn coming_in_and_leaving() {
    let town = town("in");
    let mut client = town.lan();
    let got = log_in(&mut client, CLERK, PASSWORD);
    assert_eq!((got.status, got.header("location")), (303, Some("/todo")));
    let line = got.head.lines().find(|l| l.contains(" ink=")).unwrap();
    assert!(line.contains("HttpOnly") && line.contains("SameSite=Lax"));
    assert!(is_in(&mut client));
    let me = client.get("/me");
    assert!(me.body.contains(CLERK) && me.body.contains("127.0.0."));
    assert!(client.get("/count").body.contains("{\"todo\":0}"));
    assert_eq!(client.get("/").header("location"), Some("/todo"));
    assert_eq!(client.get("/login").header("location"), Some("/todo"));
    let old = session(&client).unwrap();
    assert_eq!(client.post("/logout", &[]).status, 403, "needs its token");
    let token = me.hidden(CSRF).unwrap();
    let got = client.post("/logout", &[(CSRF, &token)]);
    assert_eq!(got.header("location"), Some("/login"));
    assert!(got.header("clear-site-data").unwrap().contains("storage"));
    assert_eq!(session(&client), None);
    client.cookies.push(("ink".into(), old));
    assert!(!is_in(&mut client), "the old cookie is dead");
    assert_eq!(town.state.faults(), 0);
}

#[test]
fn s28_a_wrong_password_and_an_unknown_name_look_the_same() {
    let town = town("wrong");
    let main = |got: &Got| {
        let main = got.body.split("<main").nth(1).unwrap();
        main.replace(CLERK, "某").replace("查无此人", "某")
    };
    let strip = |page: String, token: &str| page.replace(token, "");
    let mut pages = Vec::new();
    for name in [CLERK, "查无此人"] {
        let mut client = town.lan();
        let got = log_in(&mut client, name, "not it at all");
        assert_eq!(got.status, 422);
        assert!(got.body.contains("有误：") && got.body.contains(&format!("value=\"{name}\"")));
        assert!(!got.body.contains("not it at all"));
        let token = got.hidden(CSRF).unwrap();
        pages.push(strip(main(&got), &token));
    }
    assert_eq!(pages.first(), pages.last());
    let mut client = town.lan();
    let got = log_in(&mut client, "", "");
    assert!(got.status == 422 && got.body.contains("请写密码"));
}

#[test]
fn s23_the_session_before_the_log_in_is_dead() {
    let town = town("fixation");
    let mut client = town.lan();
    assert_eq!(log_in(&mut client, CLERK, PASSWORD).status, 303);
    let first = session(&client).unwrap();
    let mut other = town.lan();
    other.cookies.push(("ink".into(), "f".repeat(64)));
    assert_eq!(log_in(&mut other, CLERK, PASSWORD).status, 303);
    let second = session(&other).unwrap();
    assert!(second != first && second != "f".repeat(64));
}

#[test]
fn s44_next_leads_nowhere_else() {
    let town = town("next");
    for (next, to) in [
        ("/me?x=1", "/me?x=1"),
        ("//evil.cn", "/todo"),
        ("/\\evil.cn", "/todo"),
        ("http://evil.cn", "/todo"),
        ("javascript:alert(1)", "/todo"),
    ] {
        let mut client = town.lan();
        let token = client.get("/login").hidden(CSRF).unwrap();
        let fields = [
            (CSRF, token.as_str()),
            ("name", CLERK),
            ("password", PASSWORD),
            ("next", next),
        ];
        let got = client.post("/login", &fields);
        assert_eq!(got.header("location"), Some(to), "{next}");
    }
    let mut client = town.lan();
    let got = client.get("/me?x=1");
    let page = client.get(got.header("location").unwrap());
    assert_eq!(page.hidden("next").as_deref(), Some("/me?x=1"));
}

#[test]
fn a_new_password_ends_all_the_others() {
    let town = town("password");
    let (mut here, mut there) = (town.lan(), town.here());
    log_in(&mut here, CLERK, PASSWORD);
    log_in(&mut there, CLERK, PASSWORD);
    assert!(is_in(&mut here) && is_in(&mut there));
    let token = here.get("/me/password").hidden(CSRF).unwrap();
    let new = "后山的毛竹又长高了";
    let fields = |old: &'static str, again: &'static str| {
        [
            ("old", old),
            ("password", "后山的毛竹又长高了"),
            ("again", again),
        ]
    };
    let mut wrong: Vec<(&str, &str)> = vec![(CSRF, &token)];
    wrong.extend(fields("nonsense", "后山的毛竹又长高了"));
    let got = here.post("/me/password", &wrong);
    assert_eq!(got.status, 422);
    assert!(!got.body.contains(new) && got.body.contains("原密码不对"));
    let mut right: Vec<(&str, &str)> = vec![(CSRF, &token)];
    right.extend(fields(PASSWORD, "后山的毛竹又长高了"));
    assert_eq!(here.post("/me/password", &right).status, 303);
    assert!(is_in(&mut here));
    assert!(!is_in(&mut there));
    assert_eq!(log_in(&mut there, CLERK, PASSWORD).status, 422);
    assert_eq!(log_in(&mut there, CLERK, new).status, 303);
    let token = there.get("/me").hidden(CSRF).unwrap();
    let got = there.post("/me/sessions/end", &[(CSRF, &token)]);
    assert_eq!(got.status, 303);
    assert!(!is_in(&mut here) && !is_in(&mut there));
}

fn slip(town: &Town, person: PersonId) -> String {
    let mut clerk = town.clerk();
    assert!(is_in(&mut clerk));
    let token = crate::access::Token::parse(&session(&clerk).unwrap()).unwrap();
    let directory = town.office.directory();
    let who = town.state.access.identify(&directory, &token).unwrap();
    let here = std::net::IpAddr::from([127, 0, 0, 1]);
    let peer = Peer {
        addr: here,
        local: here,
        https: false,
    };
    let now = town.state.clock.now();
    let permit = policy::permit::<IssueSlips>(who, &peer, now, "r", "").unwrap();
    let slips = town
        .state
        .access
        .issue_slips(&permit, &directory, &[person]);
    slips.unwrap().pop().unwrap().words
}

#[test]
fn a_one_time_password_opens_only_its_own_change() {
    let town = town("slip");
    let directory = town.office.directory();
    let post = directory.with_role(Role::Handler).next().unwrap().id;
    let person = town.office.person("宋小笺", "13800000002", post);
    let words = slip(&town, person);
    let mut client = town.lan();
    let got = log_in(&mut client, "宋小笺", &words);
    assert_eq!(got.header("location"), Some("/me/password"));
    assert_eq!(
        client.get("/count").header("location"),
        Some("/me/password")
    );
    let page = client.get("/me/password");
    assert!(page.status == 200 && !page.body.contains("现在的密码"));
    let token = page.hidden(CSRF).unwrap();
    let fields = [
        (CSRF, token.as_str()),
        ("password", "门口有一条小河"),
        ("again", "门口有一条小河"),
    ];
    let got = client.post("/me/password", &fields);
    assert_eq!(got.status, 422, "seven characters");
    let fields = [
        (CSRF, token.as_str()),
        ("password", "门口有一条小小河"),
        ("again", "门口有一条小小河"),
    ];
    assert_eq!(client.post("/me/password", &fields).status, 303);
    assert_eq!(client.get("/count").status, 200);
}

#[test]
fn letters_and_menu_are_as_one_left_them() {
    let town = town("zoom");
    let mut client = town.clerk();
    let token = client.get("/me").hidden(CSRF).unwrap();
    let fields = [(CSRF, token.as_str()), ("z", "2"), ("back", "/me")];
    let got = client.post("/me/zoom", &fields);
    assert_eq!(got.header("location"), Some("/me"));
    assert!(client.get("/me").body.contains("class=\"z2\""));
    let fields = [
        (CSRF, token.as_str()),
        ("rail", "folded"),
        ("back", "//evil"),
    ];
    let got = client.post("/me/rail", &fields);
    assert_eq!(got.header("location"), Some("/todo"));
    assert!(client.get("/me").body.contains("folded"));
    assert_eq!(town.state.faults(), 0);
}

#[test]
fn every_form_works_without_the_script() {
    let town = town("forms");
    let mut client = town.clerk();
    for path in ["/me", "/me/password"] {
        let body = client.get(path).body;
        for form in body.split("<form").skip(1) {
            let form = form.split("</form").next().unwrap();
            // looking for words changes nothing
            if form.contains("role=\"search\"") {
                assert!(form.contains("method=\"get\""), "{path}");
                continue;
            }
            assert!(form.contains("method=\"post\""), "{path}");
            assert!(form.contains(&format!("name=\"{CSRF}\"")), "{path}: {form}");
        }
        assert!(!body.contains("onclick") && !body.contains(" style="));
    }
}
