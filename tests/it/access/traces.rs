//! What the program leaves where nobody looks after it: a person's number in the log of a day's work, a key or a side door in the
//! binary itself. Made with the binary as a process of its own: a server inside the tests writes no log.

use crate::support::binary::Started;
use crate::support::files::Image;
use crate::support::http::Http;
use crate::support::office::{ADMIN, Office, PASSWORD, log_in};
use std::path::PathBuf;

/// The standard's own example (GB 11643-1999), and one with a wrong last figure.
const NUMBER: &str = "11010519491231002X";
const MISWRITTEN: &str = "110105194912310021";
/// What both have in the middle.
const CANARY: &str = "19491231002";

/// An identity number typed wherever somebody may type one.
fn a_day_with_numbers(http: &mut Http) {
    assert!(
        log_in(http, NUMBER, MISWRITTEN)
            .text()
            .contains("姓名或密码不对")
    );
    assert_eq!(log_in(http, "宋小笺", PASSWORD).status, 303);
    let start = "/start/petition";
    let page = http.get(start).text();
    let deed = page.split("name=\"do\" value=\"").nth(1);
    let deed = deed.and_then(|rest| rest.split('"').next()).unwrap();
    let (deed, words) = (("do", deed), ("f.claim_text", "反映村道积水"));
    let wrong = http.submit(start, start, &[deed, words, ("f.id_card", MISWRITTEN)]);
    assert!(
        wrong.status == 422 && wrong.text().contains(MISWRITTEN),
        "the set-up: shown again: {} {}",
        wrong.status,
        wrong.text()
    );
    let fields = [
        deed,
        words,
        ("f.petitioner", "何问渠"),
        ("f.story", NUMBER),
        ("f.id_card", NUMBER),
    ];
    let kept = http.submit(start, start, &fields);
    assert_eq!(kept.status, 303, "{}", kept.text());
    for page in ["/search", "/people", "/register"] {
        http.get(&format!("{page}?q={NUMBER}"));
    }
    // what ends in trouble is what is written down
    let csrf = super::csrf::token(&http.get("/me"));
    let torn = [("_csrf", csrf.as_str()), ("id", NUMBER), ("rev", NUMBER)];
    for at in ["/me/delegation/end", "/me/phrases", "/admin/people/new"] {
        http.post(at, &torn);
    }
    http.post("/me/phrases", &[("_csrf", NUMBER), ("phrase", NUMBER)]);
}

#[test]
fn s58_an_identity_number_comes_up_in_no_log() {
    let office = Office::new("traces");
    office.colleague(&mut office.admin(), "宋小笺");
    office.town.store.checkpoint();
    let folder = Image::of(&office.town.folder).copy("traces-binary");
    drop(office);
    let server = Started::start(&folder, &["--port", "0"]);
    a_day_with_numbers(&mut Http::to(server.address));
    assert_eq!(
        log_in(&mut Http::to(server.address), ADMIN, PASSWORD).status,
        303
    );
    let (code, said) = server.stop();
    assert_eq!(code, Some(0), "{said}");
    assert!(!said.contains(CANARY), "{said}");
    let mut whole = String::new();
    for entry in std::fs::read_dir(folder.0.join("log")).unwrap() {
        whole.push_str(&std::fs::read_to_string(entry.unwrap().path()).unwrap());
    }
    assert!(
        whole.contains("refused kind=login.wrong") && whole.contains("kind=csrf"),
        "the set-up: it was written down: {whole}"
    );
    assert!(!whole.contains(CANARY), "{whole}");
}

#[test]
fn s65_the_binary_holds_no_key_and_no_side_door() {
    let built = std::env::var_os("INKSTONE_BUILT");
    let path = PathBuf::from(built.unwrap_or(env!("CARGO_BIN_EXE_inkstone").into()));
    let bytes = std::fs::read(&path).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    assert!(
        text.contains("本平台不涉密") && text.contains("/login/recover"),
        "the set-up: its words are found"
    );
    for bad in [
        "PRIVATE KEY-----\nM",
        "PRIVATE KEY-----\r\nM",
        "/actuator",
        "/debug/pprof",
        "/server-status",
        "X-Debug",
        // of the tests: their people's password, their server's pages
        PASSWORD,
        "secret words of /srv",
    ] {
        assert!(!text.contains(bad), "{} holds {bad}", path.display());
    }
}
