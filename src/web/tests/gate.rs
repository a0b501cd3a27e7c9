//! Who gets past the edge and who does not: form tokens, hosts, sessions, rights, the claim.

use super::{TEST, csrf, has_all_headers, open, town};
use crate::access::Token;
use crate::kit::Error;
use crate::ui::form::CSRF;
use crate::web::testing::{Claimed, Town, form};
use crate::web::{Manifest, MenuItem, Route};
use std::sync::atomic::Ordering;

#[test]
fn s20_a_deed_needs_our_page_and_its_token() {
    let town = town("csrf");
    let mut clerk = town.clerk();
    let token = csrf(&mut clerk);
    let ours = format!("http://{}", clerk.to);
    let body = form(&[(CSRF, &token), ("title", "甲")]);
    let urlencoded = ("Content-Type", "application/x-www-form-urlencoded");
    type Bad<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);
    let bad: &[Bad<'_>] = &[
        ("no token", &[("Origin", &ours), urlencoded], "title=1"),
        (
            "wrong token",
            &[("Origin", &ours), urlencoded],
            "_csrf=0123&title=1",
        ),
        (
            "foreign",
            &[("Origin", "http://evil.cn"), urlencoded],
            &body,
        ),
        ("null", &[("Origin", "null"), urlencoded], &body),
        (
            "referer",
            &[("Referer", "http://evil.cn/a"), urlencoded],
            &body,
        ),
        (
            "port",
            &[("Origin", "http://127.0.0.1:1"), urlencoded],
            &body,
        ),
        (
            "cross",
            &[("Sec-Fetch-Site", "cross-site"), urlencoded],
            &body,
        ),
        (
            "get token in the query",
            &[("Origin", &ours), urlencoded],
            "title=1",
        ),
    ];
    for (what, heads, body) in bad {
        let got = clerk.ask("POST", "/do", heads, body.as_bytes());
        assert_eq!(got.status, 403, "{what}");
        has_all_headers(&got);
    }
    let got = clerk.ask(
        "POST",
        "/do",
        &[("Content-Type", "text/plain")],
        body.as_bytes(),
    );
    assert_eq!(got.status, 415);
    // the proof that the set-up is right
    assert_eq!(clerk.post("/do", &[(CSRF, &token)]).status, 303);
    let head = [("X-CSRF", token.as_str())];
    assert_eq!(clerk.ask("POST", "/do", &head, b"").status, 303);
}

#[test]
fn a_form_of_another_session_is_shown_again_with_what_was_typed() {
    let town = town("stale");
    let mut clerk = town.clerk();
    let got = clerk.post(
        "/do",
        &[(CSRF, "old"), ("title", "乙\"<b>"), ("password", "门前")],
    );
    assert_eq!(got.status, 403);
    assert!(got.body.contains("重新提交") && got.body.contains("乙&quot;&lt;b&gt;"));
    assert!(!got.body.contains("门前"));
    let fresh = got.hidden(CSRF).unwrap();
    assert_eq!(clerk.post("/do", &[(CSRF, &fresh)]).status, 303);
    // where the browser does not say whose page it was, nobody is led to press our button
    let urlencoded = [("Content-Type", "application/x-www-form-urlencoded")];
    let got = clerk.ask("POST", "/do", &urlencoded, b"_csrf=old&title=x");
    assert!(got.status == 403 && !got.body.contains("重新提交"));
}

#[test]
fn u15_an_expired_session_loses_nothing() {
    let town = town("expired");
    let mut visitor = town.here();
    let got = visitor.post("/do", &[(CSRF, "old"), ("title", "关于防汛的通知")]);
    assert_eq!(got.status, 401);
    assert!(got.body.contains("关于防汛的通知") && got.body.contains("重新提交"));
    has_all_headers(&got);
    let token = got.hidden(CSRF).unwrap();
    // logged in meanwhile in another tab of the same browser
    visitor.cookies.extend(town.clerk().cookies);
    let got = visitor.post("/do", &[(CSRF, &token), ("title", "关于防汛的通知")]);
    assert_eq!(got.status, 303);
    let got = visitor.get("/look");
    assert!(got.body.contains("收到 关于防汛的通知"));
    assert!(!visitor.get("/look").body.contains("收到"), "said once");
}

#[test]
fn anonymous_is_led_to_the_door() {
    let town = town("anon");
    let mut visitor = town.here();
    let got = visitor.get("/look?q=%E6%94%B6");
    assert_eq!(got.status, 303);
    assert_eq!(
        got.header("location"),
        Some("/login?next=%2Flook%3Fq%3D%25E6%2594%25B6")
    );
    has_all_headers(&got);
    let json = [("Accept", "application/json")];
    assert_eq!(visitor.ask("GET", "/look", &json, b"").status, 401);
    assert_eq!(visitor.get("/open").status, 200);
    for verb in ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"] {
        assert_eq!(visitor.ask(verb, "/look", &[], b"").status, 405, "{verb}");
    }
    // a cookie somebody made up, S23 S27
    for value in ["1", "", &"0".repeat(64), "../../x", "%00"] {
        visitor.cookies = vec![("ink".into(), value.into())];
        assert_eq!(visitor.get("/look").status, 303, "{value}");
    }
}

#[test]
fn s21_only_our_own_names() {
    let town = town("host");
    let mut visitor = town.here();
    for host in [
        "evil.cn",
        "evil.cn:80",
        "203.0.113.9",
        "a@127.0.0.1",
        "127.0.0.1.evil.cn",
    ] {
        let got = visitor.ask("GET", "/open", &[("Host", host)], b"");
        assert_eq!(got.status, 421, "{host}");
        assert!(!got.body.contains(host), "{host}");
        has_all_headers(&got);
        let asset = visitor.ask("GET", "/assets/0/look.css", &[("Host", host)], b"");
        assert_eq!(asset.status, 421);
    }
    for host in ["localhost", "127.0.0.1", "[::1]:99"] {
        assert_eq!(
            visitor.ask("GET", "/open", &[("Host", host)], b"").status,
            200
        );
    }
    assert_eq!(town.lan().get("/open").status, 200);
    let got = visitor.raw(b"GET /open HTTP/1.1\r\nConnection: close\r\n\r\n");
    assert_eq!(got.status, 400);
    let got = visitor
        .raw(b"GET http://evil.cn/open HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    assert_eq!(got.status, 400);
}

#[test]
fn s59_a_panic_and_a_fault_are_one_page_each_and_the_server_lives() {
    let town = town("panic");
    let mut clerk = town.clerk();
    for path in ["/panic", "/fault", "/away"] {
        let before = town.state.faults();
        let got = clerk.get(path);
        assert_eq!(got.status, 500, "{path}");
        assert_eq!(town.state.faults(), before + 1);
        for secret in ["secret", "srv", "table", "panic", "evil"] {
            let main = got.body.split("<main").nth(1).unwrap();
            assert!(!main.contains(secret), "{path} tells {secret}");
        }
        let code = got.body.split("class=\"serial\">").nth(1).unwrap();
        let code = code.split('<').next().unwrap();
        assert_eq!(code.len(), 9);
        assert_eq!(code.chars().nth(4), Some('-'));
        has_all_headers(&got);
    }
    assert_eq!(clerk.get("/look").status, 200);
    let token = csrf(&mut clerk);
    let got = clerk.post("/busy", &[(CSRF, &token), ("title", "丙")]);
    assert_eq!(got.status, 503);
    assert!(got.body.contains("请一分钟后再试") && got.body.contains("重新提交"));
    assert!(got.header("retry-after").is_some());
}

#[test]
fn s10_s11_no_path_becomes_a_file() {
    let town = town("paths");
    let mut clerk = town.clerk();
    for path in [
        "/nothing",
        "/data.db",
        "/hub.db-wal",
        "/.git/config",
        "/assets/../hub.db",
        "/assets/0/..%2f..%2fhub.db",
        "/assets/0/%2e%2e/look.css",
        "/assets/0/hub.db",
        "/assets/look.css",
        "//etc/passwd",
        "/look/..;/x",
        "/look/%2e%2e/open",
        "/look/%252e%252e",
        "/look/%c0%ae",
        "/look/0000000000000'--",
        "/look/",
        "/look/%00",
    ] {
        let got = clerk.get(path);
        assert_eq!(got.status, 404, "{path}");
        has_all_headers(&got);
    }
    assert_eq!(clerk.get("/do").status, 405);
    assert_eq!(clerk.get("/do").header("allow"), Some("POST"));
    let long = format!("/look?q={}", "a".repeat(9000));
    assert_eq!(clerk.get(&long).status, 414);
    assert_eq!(clerk.get("/look?q=%3Cb%3E").status, 200);
    assert!(!clerk.get("/look?q=%3Cb%3E").body.contains("<b></p>"));
}

#[test]
fn rights_and_places() {
    let town = town("rights");
    let (mut here, mut lan) = (town.clerk(), town.lan());
    lan.cookies = here.cookies.clone();
    let got = here.get("/seal");
    assert_eq!(got.status, 403);
    assert!(
        got.body.contains("公章") || got.body.contains("印"),
        "says who may"
    );
    assert_eq!(here.get("/security").status, 200);
    assert_eq!(lan.get("/security").status, 403);
    assert_eq!(lan.get("/look").status, 200);
    // no header makes the LAN the server PC (S22)
    let heads = [
        ("X-Forwarded-For", "127.0.0.1"),
        ("X-Real-IP", "127.0.0.1"),
        ("Forwarded", "for=127.0.0.1"),
    ];
    assert_eq!(lan.ask("GET", "/security", &heads, b"").status, 403);
    let menu = here.get("/look").body;
    assert!(menu.contains("href=\"/look\" aria-current=\"page\""));
    assert!(
        !menu.contains("href=\"/seal\""),
        "offered only to those who may"
    );
    town.state.access.flush().unwrap();
    let log = town.state.access.list_refused(9).unwrap();
    assert!(log.iter().any(|r| r.kind == "denied" && r.what == "/seal"));
}

#[test]
fn looking_changes_nothing() {
    let town = town("looking");
    let mut clerk = town.clerk();
    let writes = || town.state.store.counters().requests.load(Ordering::Relaxed);
    let before = writes();
    for path in [
        "/look",
        "/look?q=1",
        "/open",
        "/seal",
        "/nothing",
        "/do",
        "/file",
    ] {
        clerk.get(path);
        clerk.ask("HEAD", path, &[], b"");
    }
    assert_eq!(writes(), before);
    let token = csrf(&mut clerk);
    assert_eq!(clerk.post("/do", &[(CSRF, &token)]).status, 303);
}

#[test]
fn an_unclaimed_server_says_so() {
    const CLAIM: Manifest = Manifest {
        id: crate::web::CLAIM,
        menu: &[],
        routes: || vec![Route::open_get(crate::web::CLAIM_AT, open)],
    };
    let town = Town::new("unclaimed", &[TEST, CLAIM], Claimed::No);
    let (mut here, mut lan) = (town.here(), town.lan());
    for path in ["/", "/look", "/open", "/nothing", "/login"] {
        let got = lan.get(path);
        assert_eq!(got.status, 503, "{path}");
        assert!(got.body.contains("系统尚未初始化"));
        has_all_headers(&got);
        assert_eq!(
            here.get(path).header("location"),
            Some(crate::web::CLAIM_AT)
        );
    }
    assert_eq!(lan.post("/open", &[]).status, 503);
    assert_eq!(lan.get(crate::web::CLAIM_AT).status, 200);
    assert_eq!(lan.get(&town.state.assets.url("look.css")).status, 200);
}

#[test]
fn a_public_form_needs_the_browser_that_opened_it() {
    let town = town("public");
    let mut visitor = town.here();
    let token = visitor.get("/open").hidden(CSRF).unwrap();
    let got = visitor.post("/open", &[(CSRF, &token), ("x", "好")]);
    assert!(got.status == 200 && got.body.contains('好'));
    let mut other = town.here();
    assert_eq!(other.post("/open", &[(CSRF, &token)]).status, 403);
    let door = visitor
        .cookies
        .iter()
        .find(|(n, _)| n == "ink_door")
        .unwrap();
    assert!(Token::parse(&door.1).is_some());
}

#[test]
fn a_menu_entry_without_a_page_is_ours_to_mend() {
    const WRONG: Manifest = Manifest {
        id: "wrong",
        menu: &[MenuItem::new("没有", "/nowhere", 1)],
        routes: Vec::new,
    };
    let town = town("menu");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let made = crate::web::serve(town.state.clone(), &[WRONG], vec![listener]);
    assert!(matches!(made.err(), Some(Error::Fault(_))));
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let made = crate::web::serve(town.state.clone(), &[TEST, TEST], vec![listener]);
    assert!(
        matches!(made.err(), Some(Error::Fault(_))),
        "two routes at one place"
    );
}
