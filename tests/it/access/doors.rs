//! S44, S46, S47, S48, S59: where one is led, what every answer carries, what an error says.

use super::crawl::{is_html, walk};
use super::office::{HERE, LAN, Office};
use crate::support::http::Request;
use crate::support::reply::Reply;

fn check_headers(at: &str, reply: &Reply) {
    let one = |name: &str| {
        let all = reply.all(name);
        assert_eq!(all.len(), 1, "{at}: {name} {all:?}");
        all[0].to_owned()
    };
    let policy = one("Content-Security-Policy");
    let frames =
        policy.contains("frame-ancestors 'none'") || policy.contains("frame-ancestors 'self'");
    assert!(frames, "{at}: {policy}");
    for loose in ["unsafe-eval", "http:", "*", "blob:"] {
        assert!(!policy.contains(loose), "{at}: {policy}");
    }
    if is_html(reply) {
        assert!(
            policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe-inline"),
            "{at}: {policy}"
        );
        assert!(policy.contains("script-src 'self'") && policy.contains("form-action 'self'"));
        assert_eq!(one("X-Frame-Options"), "DENY");
    }
    assert!(policy.contains("default-src 'none'") && policy.contains("base-uri 'none'"));
    assert_eq!(one("X-Content-Type-Options"), "nosniff", "{at}");
    assert_eq!(one("Cache-Control"), "no-store", "{at}");
    assert!(
        reply.header("Access-Control-Allow-Origin").is_none(),
        "S45 {at}"
    );
    assert!(reply.header("Server").is_none() && reply.header("X-Powered-By").is_none());
}

#[test]
fn s46_s47_s48_every_answer_carries_its_headers() {
    let office = Office::new("headers");
    let case = office.case("关于甲槐的通知", 1);
    super::leaks::attach(&office, case, "甲槐.txt");
    let mut pages = 0;
    for (name, ip) in [("宋小笺", LAN), ("管事成", HERE)] {
        let mut http = office.enter(name, ip);
        for (at, reply) in walk(&mut http).pages {
            check_headers(&at, &reply);
            if is_html(&reply) {
                assert_eq!(
                    super::crawl::strange(&reply.text()),
                    Vec::<String>::new(),
                    "{at}"
                );
                pages += 1;
            }
        }
        for (method, at) in [
            ("GET", "/nowhere"),
            ("PUT", "/todo"),
            ("POST", "/me/zoom"),
            ("GET", "/case/0000000000000"),
            ("GET", "/logout"),
            ("POST", "/nowhere"),
            ("HEAD", "/todo"),
            ("GET", "/admin/people"),
        ] {
            check_headers(at, &http.send(&Request::new(method, at)));
        }
        let evil = Request::new("GET", "/todo").header("Origin", "http://evil.cn");
        check_headers("/todo", &http.send(&evil));
        check_headers(
            "/todo",
            &http.send(&Request::new("GET", "/todo").header("Host", "evil.cn")),
        );
    }
    assert!(pages > 20, "{pages}");
    let mut nobody = office.visitor(LAN);
    for at in ["/", "/login", "/todo", "/case/1", "/setup"] {
        check_headers(at, &nobody.get(at));
    }
    // leaving clears what the browser kept
    let mut clerk = office.lan("宋小笺");
    let csrf = super::csrf::token(&clerk.get("/me"));
    let left = clerk.post("/logout", &[("_csrf", csrf.as_str())]);
    let clear = left.header("Clear-Site-Data").unwrap();
    assert!(
        clear.contains("\"cache\"") && clear.contains("\"storage\""),
        "{clear}"
    );
}

#[test]
fn s44_nobody_is_led_away() {
    let office = Office::new("redirect");
    let evil = [
        "//evil.cn",
        "/\\evil.cn",
        "\\\\evil.cn",
        "http://evil.cn",
        "javascript:alert(1)",
        "///evil.cn",
        "/\t/evil.cn",
        "/%09/evil.cn/..//",
        "https:evil.cn",
        "/..//evil.cn",
        "\u{0}/x",
        "/x\r\nLocation: //evil.cn",
        "data:text/html,x",
    ];
    for next in evil {
        let mut http = office.visitor(LAN);
        let page = http.get(&format!("/login?next={}", super::inject::encoded(next)));
        let mut fields = page.hidden("/login");
        fields.retain(|(n, _)| n != "next");
        let mut fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (&**n, &**v)).collect();
        fields.extend([
            ("next", next),
            ("name", "宋小笺"),
            ("password", super::office::SENTENCE),
        ]);
        let reply = http.post("/login", &fields);
        stays(next, &reply);
        let csrf = super::csrf::token(&http.get("/me"));
        for at in ["/me/zoom", "/me/rail"] {
            let reply = http.post(at, &[("_csrf", csrf.as_str()), ("z", "1"), ("back", next)]);
            stays(next, &reply);
        }
        let again = http.get(&format!("/login?next={}", super::inject::encoded(next)));
        stays(next, &again);
    }
}

fn stays(next: &str, reply: &Reply) {
    assert_eq!(reply.status, 303, "{next}");
    let all = reply.all("Location");
    let to = all[0];
    let path = to.starts_with('/') && !to.starts_with("//") && !to.contains('\\');
    assert!(all.len() == 1 && path, "{next}: {all:?}");
}

#[test]
fn s59_an_error_says_what_to_do_and_nothing_else() {
    let office = Office::new("errors");
    let mut clerk = office.lan("宋小笺");
    let long = format!("/todo?q={}", "a".repeat(9_000));
    let big = vec![b'a'; 3 << 20];
    let csrf = super::csrf::token(&clerk.get("/me"));
    let body = format!("_csrf={csrf}&phrase=");
    let asked = [
        (404, Request::new("GET", "/nowhere")),
        (404, Request::new("GET", "/case/0000000000000")),
        (404, Request::new("GET", "/%2e%2e/etc/passwd")),
        (405, Request::new("DELETE", "/todo")),
        (414, Request::new("GET", &long)),
        (
            413,
            Request::new("POST", "/me/phrases").body(
                "application/x-www-form-urlencoded",
                [body.as_bytes(), &big].concat(),
            ),
        ),
        (
            415,
            Request::new("POST", "/me/phrases").body("application/xml", body.clone()),
        ),
        (403, Request::new("GET", "/admin/people")),
        (
            403,
            Request::new("POST", "/me/phrases").form(&[("phrase", "x")]),
        ),
        (404, Request::new("GET", "/register/nothing")),
        (404, Request::new("GET", "/start/nothing")),
    ];
    for (status, request) in asked {
        let reply = clerk.send(&request);
        assert_eq!(reply.status, status, "{request:?}");
        let text = reply.text();
        for leak in [
            "SQL", "sqlite", "src/", ".rs", "panic", "/tmp", "hub.db", "actix", "Error", "thread",
            "passwd",
        ] {
            assert!(!text.contains(leak), "{status}: {leak} in {text}");
        }
        assert!(
            text.contains("<html") && text.contains('请'),
            "{status}: {text}"
        );
    }
    assert_eq!(office.state.faults(), 0);
}
