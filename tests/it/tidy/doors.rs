//! One door a foreign crate, and the few things of the language that only certain rooms may touch.

use super::source::{Kind, Source};

/// The bare server that the benchmarks measure the product against.
const YARDSTICK: &str = "src/bench/bare.rs";

/// Crate and the only places its name may stand: a folder ends in `/`, `*` is one name.
const DOORS: &[(&str, &[&str])] = &[
    ("rusqlite", &["src/store/"]),
    ("r2d2", &["src/store/"]),
    ("r2d2_sqlite", &["src/store/"]),
    ("scheduled_thread_pool", &["src/store/"]),
    ("fs4", &["src/store/"]),
    ("actix_web", &["src/web/", "src/app/", YARDSTICK]),
    ("actix_multipart", &["src/web/", "src/app/"]),
    ("actix_rt", &["src/web/", "src/app/"]),
    ("futures_util", &["src/web/", "src/app/"]),
    ("tokio", &["src/web/", "src/app/"]),
    (
        "maud",
        &[
            "src/ui/",
            "src/web/",
            "src/screens/",
            "src/modules/*/view.rs",
            "src/modules/*/view/",
        ],
    ),
    ("rust_embed", &["src/web/assets.rs"]),
    ("argon2", &["src/access/password.rs"]),
    ("calamine", &["src/kit/sheet.rs"]),
    ("rust_xlsxwriter", &["src/kit/sheet.rs"]),
    ("pinyin", &["src/kit/pinyin.rs"]),
    ("qrcode", &["src/kit/qr.rs"]),
    ("rqrr", &["src/kit/qr_read.rs"]),
    (
        "toml",
        &["src/engine/definition.rs", "src/engine/definition/"],
    ),
    ("jiff", &["src/kit/time.rs"]),
    ("sm2", &["src/kit/sm2.rs"]),
    ("lettre", &["src/inbox/mail.rs"]),
    (
        "ring",
        &[
            "src/kit/secret.rs",
            "src/kit/sealed.rs",
            "src/kit/one_time.rs",
            "src/inbox/channel/sign.rs",
            "src/web/tls/",
            "src/app/update/package.rs",
        ],
    ),
    ("ureq", &["src/inbox/channel/wire.rs"]),
    ("windows_sys", &["src/app/os/"]),
    ("rcgen", &["src/web/tls/"]),
    ("actix_http", &["src/web/server.rs"]),
    ("actix_service", &["src/web/server.rs"]),
    ("actix_tls", &["src/web/server.rs"]),
];

/// Sequences of tokens that only certain places may write, and why.
const KEPT: &[(&[&str], &[&str], &str)] = &[
    (
        &["PreEscaped"],
        &["src/ui/frame.rs"],
        "maud escapes; raw HTML has one door",
    ),
    (
        &["Stamp", "::", "new"],
        &[
            "src/store/",
            "src/access/",
            "src/app/",
            "src/bench/office.rs",
            "src/bench/volumes.rs",
        ],
        "a Stamp comes from a Permit",
    ),
    (
        &["bulk"],
        &["src/store/mod.rs", "src/store/bulk/", "src/bench/growth.rs"],
        "copied cases passed no permission here: the benchmark's own folder alone",
    ),
    (
        &["place_block"],
        &["src/store/bulk/", "src/bench/growth.rs"],
        "copied cases passed no permission here: the benchmark's own folder alone",
    ),
    (
        &["async"],
        &["src/web/", "src/app/", YARDSTICK],
        "everything else is synchronous",
    ),
    (
        &["unsafe"],
        &["src/app/os/"],
        "the system's own functions have one door",
    ),
    (
        &["SystemTime", "::", "now"],
        &["src/kit/clock.rs"],
        "time is a value: take a Clock",
    ),
];
/// What `kit`, `layout`, `engine` and `ui` never touch: they are words and rules.
const OUTSIDE: [&str; 5] = ["fs", "net", "process", "env", "thread"];
const PURE: [&str; 4] = ["kit", "layout", "engine", "ui"];
/// Types that make a static a hidden state of the program.
const STATE: [&str; 5] = ["Mutex", "RwLock", "RefCell", "Cell", "UnsafeCell"];

pub fn foreign_crates(file: &Source) -> Vec<String> {
    let mut faults = Vec::new();
    for (krate, doors) in DOORS {
        let used = file.product().find(|(at, _)| names_crate(file, *at, krate));
        if let Some((_, token)) = used.filter(|_| !stands_in(&file.path, doors)) {
            faults.push(file.fault(
                token.line,
                &format!("{krate} has its door in {}", doors.join(", ")),
            ));
        }
    }
    faults
}

pub fn kept_words(file: &Source) -> Vec<String> {
    let mut faults = Vec::new();
    for (texts, places, why) in KEPT {
        if file.path.starts_with("src/") && !stands_in(&file.path, places) {
            let found = file.product().filter(|(at, _)| file.follows(*at, texts));
            faults.extend(
                found.map(|(_, token)| {
                    file.fault(token.line, &format!("{}: {why}", texts.concat()))
                }),
            );
        }
    }
    faults
}

pub fn pure_rooms(file: &Source) -> Vec<String> {
    let touches = |at: usize| {
        OUTSIDE
            .iter()
            .find(|name| file.follows(at, &["std", "::", name]))
    };
    let fault = |(at, token): (usize, &super::source::Token)| {
        Some(file.fault(
            token.line,
            &format!("std::{} in a room without I/O", touches(at)?),
        ))
    };
    match file.room().is_some_and(|room| PURE.contains(&room)) {
        true => file.product().filter_map(fault).collect(),
        false => Vec::new(),
    }
}

/// No static holds state: clock, chance and counters are values of the server.
pub fn no_hidden_state(file: &Source) -> Vec<String> {
    let holds = |at: usize| {
        let declared = file.tokens[at..]
            .iter()
            .take_while(|t| t.text != "=" && t.text != ";");
        let before = at.checked_sub(1).map(|n| file.tokens[n].text.as_str());
        before != Some("'")
            && declared
                .skip(1)
                .any(|t| STATE.contains(&t.text.as_str()) || t.text.starts_with("Atomic"))
    };
    let found = file.product().filter(|(at, token)| {
        token.kind == Kind::Word
            && ((token.text == "static" && holds(*at)) || token.text == "thread_local")
    });
    match file.path.starts_with("src/") {
        true => found
            .map(|(_, token)| file.fault(token.line, "a static with state"))
            .collect(),
        false => Vec::new(),
    }
}

/// The crate's name as the head of a path, or renamed in a `use`; not a module of ours of that name.
fn names_crate(file: &Source, at: usize, krate: &str) -> bool {
    let before = at
        .checked_sub(1)
        .map_or("", |n| file.tokens[n].text.as_str());
    let heads = file.follows(at, &[krate, "::"]) && before != "::";
    let used =
        before == "use" && (file.follows(at, &[krate, ";"]) || file.follows(at, &[krate, "as"]));
    (heads || used) && !is_ours(file, krate)
}

/// `use crate::kit::pinyin;`, `use super::{id, pinyin}` or `pub mod pinyin;` make the name a module of ours.
fn is_ours(file: &Source, name: &str) -> bool {
    (0..file.tokens.len()).any(|at| {
        let is_name = file.tokens[at].kind == Kind::Word && file.tokens[at].text == name;
        let before = at
            .checked_sub(1)
            .map_or("", |n| file.tokens[n].text.as_str());
        is_name && ["::", "{", ",", "mod"].contains(&before) && !file.follows(at, &[name, "::"])
    })
}

fn stands_in(path: &str, places: &[&str]) -> bool {
    places.iter().any(|place| match place.split_once('*') {
        Some((front, back)) => path
            .strip_prefix(front)
            .and_then(|rest| rest.find('/').map(|slash| &rest[slash..]))
            .is_some_and(|rest| rest.starts_with(back)),
        None if place.ends_with('/') => path.starts_with(place),
        None => path == *place,
    })
}

#[test]
fn a_crate_has_one_door() {
    let faults = |path: &str, text: &str| foreign_crates(&Source::read(path, text)).len();
    assert_eq!(faults("src/store/read.rs", "use rusqlite::Connection;"), 0);
    assert_eq!(faults("src/org/store.rs", "use rusqlite::Connection;"), 1);
    assert_eq!(faults("src/org/a.rs", "fn f(x: &maud::Markup) {}"), 1);
    assert_eq!(faults("src/modules/leave/view.rs", "use maud::html;"), 0);
    assert_eq!(faults("src/modules/leave/form.rs", "use maud::html;"), 1);
    assert_eq!(
        faults(
            "src/org/a.rs",
            "use crate::kit::pinyin; fn f() { pinyin::initials() }"
        ),
        0
    );
    assert_eq!(faults("src/org/a.rs", "use pinyin::ToPinyin;"), 1);
    assert_eq!(
        faults(
            "src/org/a.rs",
            "use toml as t; // jiff::x\nconst A: &str = \"argon2::x\";"
        ),
        1
    );
}

#[test]
fn kept_words_stay_in_their_places() {
    let kept = |path: &str, text: &str| kept_words(&Source::read(path, text)).len();
    assert_eq!(kept("src/ui/form.rs", "PreEscaped(x)"), 1);
    assert_eq!(kept("src/ui/frame.rs", "PreEscaped(x)"), 0);
    assert_eq!(kept("src/engine/run.rs", "Stamp::new(a)"), 1);
    assert_eq!(
        kept(
            "src/engine/run.rs",
            "#[cfg(test)] mod tests { fn f() { Stamp::new(a) } }"
        ),
        0
    );
    assert_eq!(kept("src/org/a.rs", "pub async fn f() {}"), 1);
    let copied = "use crate::store::bulk::Template; fn f() { store.place_block(t, p) }";
    assert_eq!(kept("src/engine/import/carry.rs", copied), 2);
    assert_eq!(kept("src/bench/growth.rs", copied), 0);
    assert_eq!(kept("src/web/a.rs", "unsafe { f() }"), 1);
    assert_eq!(kept("src/app/os/tray.rs", "unsafe { f() }"), 0);
    let pure = |path: &str| pure_rooms(&Source::read(path, "use std::fs::File;")).len();
    assert_eq!((pure("src/kit/a.rs"), pure("src/store/a.rs")), (1, 0));
    let state = |text: &str| no_hidden_state(&Source::read("src/kit/a.rs", text)).len();
    assert_eq!(state("static A: Mutex<u8> = Mutex::new(1);"), 1);
    assert_eq!(
        state("static A: &[u8] = &[1]; fn f(x: &'static Mutex<u8>) {}"),
        0
    );
}
