//! S14, S50, S51, S54: bytes that no browser sends, a visitor who never finishes, texts of any length. Others are
//! served all the while; nothing here is judged by a clock.

use super::csrf::token;
use super::office::{LAN, Office};
use crate::support::http::encode;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

#[test]
fn s50_one_wire_is_one_request() {
    let office = Office::new("smuggling");
    let http = office.visitor(LAN);
    let host = http.address;
    for wire in [
        "POST /login HTTP/1.1\r\nHost: {}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /me HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /login HTTP/1.1\r\nHost: {}\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "POST /login HTTP/1.1\r\nHost: {}\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "POST /login HTTP/1.1\r\nHost: {}\r\nContent-Length: 4\r\nContent-Length: 40\r\n\r\nabcd",
        "POST /login HTTP/1.1\r\nHost: {}\r\nContent-Length: +4\r\n\r\nabcd",
        "POST /login HTTP/1.1\r\nHost: {}\r\nContent-Length: -1\r\n\r\nabcd",
        "GET /login HTTP/1.1\r\nHost: {}\r\n folded: x\r\n\r\n",
        "GET /login HTTP/1.1\r\nHost: {}\r\nHost: evil.cn\r\n\r\n",
        "GET /login HTTP/1.1\r\nHost: {}\r\nX y: 1\r\n\r\n",
    ] {
        let wire = wire.replace("{}", &host.to_string());
        let said = String::from_utf8_lossy(&http.raw(wire.as_bytes())).into_owned();
        assert!(
            said.starts_with("HTTP/1.1 400") || said.starts_with("HTTP/1.1 501"),
            "{wire}: {said}"
        );
        assert_eq!(
            said.matches("HTTP/1.1 ").count(),
            1,
            "one answer only: {wire}"
        );
    }
    assert_eq!(office.visitor(LAN).get("/login").status, 200);
}

#[test]
fn s51_who_never_finishes_holds_nobody_up() {
    let office = Office::new("slow");
    let address = office.visitor(LAN).address;
    let heads = [
        format!("GET /login HTTP/1.1\r\nHost: {address}\r\nX-Slow: "),
        format!(
            "POST /login HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\na="
        ),
        "G".to_owned(),
    ];
    let mut slow: Vec<TcpStream> = Vec::new();
    for n in 0..120 {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(heads[n % heads.len()].as_bytes()).unwrap();
        slow.push(stream);
    }
    for _ in 0..10 {
        let mut clerk = office.visitor(LAN);
        assert_eq!(clerk.get("/login").status, 200, "served beside them");
    }
    assert_eq!(office.lan("宋小笺").get("/todo").status, 200);
    // and none of them is waited for for ever
    for (n, stream) in slow.iter_mut().enumerate().take(heads.len()) {
        stream
            .set_read_timeout(Some(Duration::from_secs(180)))
            .unwrap();
        let mut bytes = Vec::new();
        let ended = stream.read_to_end(&mut bytes);
        assert!(ended.is_ok(), "{n} was not let go: {ended:?}");
        let said = String::from_utf8_lossy(&bytes);
        assert!(
            said.is_empty() || said.starts_with("HTTP/1.1 408") || said.starts_with("HTTP/1.1 400"),
            "{said}"
        );
    }
}

#[test]
fn s14_s54_any_text_in_any_search_is_answered() {
    let office = Office::new("texts");
    office
        .town
        .register("incoming-handle", "关于百分之五十的通知")
        .unwrap();
    office.drain();
    let mut clerk = office.lan("宋小笺");
    let mut admin = office.here("管事成");
    let all = clerk.get("/people?q=").text();
    assert!(all.contains("江若川"), "the set-up: the address book");
    for wild in ["%", "_", "%%", "_____", "\\%"] {
        let found = clerk.get(&format!("/people?q={}", encode(wild))).text();
        assert!(
            !found.contains("江若川"),
            "{wild} is a letter, not everybody"
        );
    }
    for text in [
        "a".repeat(1_500),
        "(".repeat(1_500),
        "9".repeat(1_500),
        "1e".repeat(700),
        "-".repeat(1_500),
        "年月日".repeat(100),
        "\"'`".repeat(400),
        "２０２６".repeat(100),
    ] {
        let text = encode(&text);
        for at in [
            "/search?q=",
            "/people?q=",
            "/register/incoming?q=",
            "/register/incoming?year=",
        ] {
            let reply = clerk.get(&format!("{at}{text}"));
            assert!(
                matches!(reply.status, 200 | 404 | 414 | 422),
                "{at}: {}",
                reply.status
            );
        }
        let reply = admin.get(&format!("/admin/people?q={text}"));
        assert!(matches!(reply.status, 200 | 414 | 422), "{}", reply.status);
    }
    let csrf = token(&clerk.get("/me"));
    for text in [
        "9".repeat(10_000),
        "x".repeat(10_000),
        "2026年".repeat(2_000),
    ] {
        let fields = [
            ("_csrf", csrf.as_str()),
            ("do", "submit/propose"),
            ("f.due", &text),
            ("f.pages", &text),
        ];
        let reply = clerk.post("/start/incoming-handle", &fields);
        assert!(matches!(reply.status, 413 | 422), "{}", reply.status);
    }
    assert_eq!(office.state.faults(), 0);
}
