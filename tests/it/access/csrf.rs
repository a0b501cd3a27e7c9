//! S20, S21, S22: a deed done for another site's page, a name that is not ours, a header that lies about
//! where somebody sits.

use super::office::{LAN, Office};
use crate::support::http::{Http, Request};
use crate::support::reply::Reply;

/// The form token of any page with a form.
pub fn token(page: &Reply) -> String {
    let text = page.text();
    let at = text
        .find("name=\"_csrf\" value=\"")
        .unwrap_or_else(|| panic!("no form: {} {text}", page.status));
    text[at..].split('"').nth(3).unwrap().to_owned()
}

fn add(csrf: &str, phrase: &str) -> Request {
    Request::new("POST", "/me/phrases").form(&[("_csrf", csrf), ("phrase", phrase)])
}

fn phrases(http: &mut Http) -> String {
    http.get("/me").text()
}

#[test]
fn s20_only_our_own_forms_do_anything() {
    let office = Office::new("csrf");
    let (mut clerk, mut other) = (office.lan("宋小笺"), office.lan("纪文澜"));
    let csrf = token(&clerk.get("/me"));
    let others = token(&other.get("/me"));
    let nobodys = token(&office.visitor(LAN).get("/login"));
    let ours = format!("http://{}", clerk.address);
    let next_port = format!("http://{}:{}", clerk.address.ip(), clerk.address.port() ^ 1);
    let mut refused = Vec::new();
    for (n, token) in [
        "",
        "0",
        &others,
        &nobodys,
        &csrf[1..],
        &format!("{csrf}0"),
        &csrf.to_uppercase(),
    ]
    .iter()
    .enumerate()
    {
        refused.push(add(token, &format!("贼{n}")));
    }
    for evil in [
        "http://evil.cn",
        "null",
        "https://evil.cn",
        &next_port,
        &format!("{ours}.evil.cn"),
        &format!("{ours}@evil.cn"),
    ] {
        refused.push(add(&csrf, "贼甲").header("Origin", evil));
        refused.push(
            add(&csrf, "贼乙")
                .header("Origin", "")
                .header("Referer", &format!("{evil}/x")),
        );
    }
    for site in ["cross-site", "same-site"] {
        refused.push(add(&csrf, "贼丙").header("Sec-Fetch-Site", site));
    }
    let body = format!("_csrf={csrf}&phrase=%E8%B4%BC");
    for kind in [
        "text/plain",
        "application/json",
        "application/x-www-form-urlencoded; x",
        "multipart/form-data",
        "text/html",
    ] {
        let request = Request::new("POST", "/me/phrases").body(kind, body.clone());
        refused.push(request.header("Origin", "http://evil.cn"));
    }
    refused.push(Request::new("POST", "/me/phrases").body("text/plain", body.clone()));
    refused.push(Request::new("POST", &format!("/me/phrases?{body}")).form(&[]));
    refused.push(add("", "贼丁").header("X-CSRF", "0"));
    refused.push(add("", "贼戊").header("X-CSRF", &others));
    for request in &refused {
        let reply = clerk.send(request);
        assert!(
            matches!(reply.status, 400 | 403 | 415),
            "{}: {request:?}",
            reply.status
        );
        assert!(!phrases(&mut clerk).contains('贼'), "{request:?}");
    }
    assert_eq!(
        clerk.get(&format!("/me/phrases?{body}")).status,
        303,
        "looking"
    );
    assert!(!phrases(&mut clerk).contains('贼'));
    assert_eq!(
        clerk.send(&add(&csrf, "请速办。")).status,
        303,
        "the set-up: ours is taken"
    );
    assert_eq!(
        clerk
            .send(&add(&csrf, "请核实。").header("Origin", ""))
            .status,
        303,
        "old browsers do not say"
    );
    assert!(phrases(&mut clerk).contains("请速办。"));
    // logging somebody in as another is a deed too
    let mut victim = office.visitor(LAN);
    let fields = [("name", "纪文澜"), ("password", super::office::SENTENCE)];
    assert_eq!(victim.post("/login", &fields).status, 403);
    let forced = Request::new("POST", "/login")
        .form(&fields)
        .header("Origin", "http://evil.cn");
    assert_eq!(victim.send(&forced).status, 403);
    assert!(!victim.cookies.iter().any(|(n, _)| n == "ink"));
}

#[test]
fn s20_looking_changes_nothing() {
    let office = Office::new("looking");
    let case = office.case("关于甲槐的通知", 1);
    let mut clerk = office.lan("宋小笺");
    let before = super::inject::rows(&office);
    super::crawl::walk(&mut clerk);
    for at in [
        "/logout",
        "/me/sessions/end",
        "/me/zoom?z=3",
        "/me/rail?rail=folded",
        "/draft/0000000000000/drop",
        "/start/incoming-handle/draft?f.title=x",
    ] {
        assert!(matches!(clerk.get(at).status, 404 | 405), "{at}");
    }
    for query in [
        "do=submit/instruct",
        "do=submit/review&opinion=x",
        "state=closed&rev=1",
    ] {
        assert_eq!(clerk.get(&format!("/case/{case}?{query}")).status, 200);
    }
    assert_eq!(clerk.get("/me").status, 200);
    assert_eq!(super::inject::rows(&office), before);
}

#[test]
fn s21_only_our_own_names_are_answered() {
    let office = Office::new("host");
    let mut clerk = office.lan("宋小笺");
    let csrf = token(&clerk.get("/me"));
    for host in [
        "evil.cn",
        "127.0.0.1.evil.cn",
        "203.0.113.9",
        "evil.cn:80",
        "localhost.evil.cn",
        "a@127.0.0.1",
        "[::ffff:203.0.113.9]",
    ] {
        let reply = clerk.send(&Request::new("GET", "/me").header("Host", host));
        assert_eq!(reply.status, 421, "{host}");
        assert!(!reply.text().contains("evil") && !reply.text().contains("宋小笺"));
        let deed = add(&csrf, "贼")
            .header("Host", host)
            .header("Origin", &format!("http://{host}"));
        assert_eq!(clerk.send(&deed).status, 421, "{host}");
    }
    // two hosts, and a whole address on the request line
    let cookie = format!("ink={}", clerk.cookies[0].1);
    for wire in [
        format!(
            "GET /me HTTP/1.1\r\nHost: {0}\r\nHost: evil.cn\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n",
            clerk.address
        ),
        format!(
            "GET http://evil.cn/me HTTP/1.1\r\nHost: {0}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n",
            clerk.address
        ),
        format!("GET /me HTTP/1.1\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n"),
    ] {
        let reply = Reply::parse(&clerk.raw(wire.as_bytes()));
        assert!(matches!(reply.status, 400 | 421), "{wire} {}", reply.status);
    }
    let page = clerk.send(&Request::new("GET", "/me").header("X-Forwarded-Host", "evil.cn"));
    assert!(page.status == 200 && !page.text().contains("evil.cn"));
}

#[test]
fn s22_only_the_socket_says_from_where() {
    let office = Office::new("forwarded");
    let lies = [
        "X-Forwarded-For",
        "X-Real-IP",
        "Forwarded",
        "X-Client-IP",
        "True-Client-IP",
        "CF-Connecting-IP",
    ];
    let mut admin = office.lan("管事成");
    assert_eq!(
        admin.get("/admin/people").status,
        403,
        "away from the server"
    );
    for name in lies {
        let value = if name == "Forwarded" {
            "for=127.0.0.1;by=127.0.0.1"
        } else {
            "127.0.0.1"
        };
        let asked = Request::new("GET", "/admin/people").header(name, value);
        assert_eq!(admin.send(&asked).status, 403, "{name}");
    }
    let host = format!("127.0.0.1:{}", admin.address.port());
    let asked = Request::new("GET", "/admin/people").header("Host", &host);
    assert_eq!(admin.send(&asked).status, 403, "a Host is no place");
    let mut thief = office.visitor(LAN);
    let csrf = token(&thief.get("/login"));
    let wrong = [
        ("_csrf", csrf.as_str()),
        ("name", "查无此人"),
        ("password", "x"),
    ];
    let sent = Request::new("POST", "/login")
        .form(&wrong)
        .header("X-Forwarded-For", "10.9.8.7");
    assert_eq!(thief.send(&sent).status, 422);
    office.state.access.flush().unwrap();
    let rows = format!("{:?}", office.state.access.list_refused(100).unwrap());
    assert!(
        !rows.contains("10.9.8.7") && rows.contains("127.0.0.1"),
        "{rows}"
    );
}
