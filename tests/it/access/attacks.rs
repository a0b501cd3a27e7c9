//! The table of attacks (`attacks.txt`) against the tree: every number stands there once, every test it names exists;
//! and the few attacks that are made on the source instead of the server.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn top() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn text(path: &str) -> String {
    std::fs::read_to_string(top().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// Number and what stands behind it.
fn table() -> BTreeMap<u32, Vec<String>> {
    let mut all: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for line in text("tests/it/access/attacks.txt").lines() {
        if let Some((number, rest)) = line.strip_prefix('S').and_then(|l| l.split_once(' '))
            && let Ok(number) = number.parse()
        {
            all.entry(number).or_default().push(rest.to_owned());
        }
    }
    all
}

#[test]
fn every_attack_is_made_or_said_to_have_no_aim() {
    let all = table();
    let numbers: Vec<u32> = all.keys().copied().collect();
    assert_eq!(numbers, (1..=70).collect::<Vec<_>>());
    for (number, lines) in &all {
        let [line] = lines.as_slice() else {
            panic!("S{number:02} stands there {} times", lines.len());
        };
        if let Some(why) = line.strip_prefix("- ") {
            assert!(why.len() > 40, "S{number:02} wants a reason: {why}");
            continue;
        }
        for test in line.split(' ') {
            let (path, name) = test
                .split_once("::")
                .unwrap_or_else(|| panic!("S{number:02}: {test}"));
            let source = text(path);
            let at = source.find(&format!("fn {name}("));
            let at = at.unwrap_or_else(|| panic!("S{number:02}: {path} has no {name}"));
            let before = &source[..at];
            assert!(
                before.trim_end().ends_with("#[test]"),
                "S{number:02}: {name} is no test"
            );
        }
    }
}

/// Source files of the product, without their tests, by path.
fn product(folder: &Path, all: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if name != "tests" {
                product(&path, all);
            }
            continue;
        }
        if name.ends_with(".rs") && !name.starts_with("test") {
            let text = std::fs::read_to_string(&path).unwrap();
            let own = text.split("#[cfg(test)]").next().unwrap().to_owned();
            let at = path.strip_prefix(top()).unwrap();
            all.push((at.to_string_lossy().into_owned(), own));
        }
    }
}

#[test]
fn s43_only_known_rooms_open_connections() {
    let mut all = Vec::new();
    product(&top().join("src"), &mut all);
    assert!(all.len() > 300, "{}", all.len());
    let opens = [
        "TcpStream::connect",
        "UdpSocket",
        "ureq::",
        "SmtpConnection",
        "ToSocketAddrs",
    ];
    // where the settings of the system administrator, and nobody's form, say to whom; the socket of `lan` sends nothing
    let may = ["src/inbox/", "src/app/", "src/bench/", "src/web/lan.rs"];
    let mut found = 0;
    for (path, text) in &all {
        if opens.iter().any(|o| text.contains(o)) {
            found += 1;
            assert!(
                may.iter().any(|m| path.starts_with(m)),
                "{path} opens connections"
            );
        }
    }
    assert!(found > 0, "the set-up: mail opens one");
}

#[test]
fn s17_no_page_gives_markup_a_meaning_of_its_own() {
    let folder = top().join("assets/web");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "js") {
            seen += 1;
            let text = std::fs::read_to_string(&path).unwrap();
            for bad in [
                "eval(",
                "new Function",
                "document.write",
                "hx-",
                "setTimeout(\"",
            ] {
                assert!(!text.contains(bad), "{path:?} has {bad}");
            }
        }
    }
    assert!(seen > 3);
}

#[test]
fn s63_files_of_others_are_opened_without_trust() {
    let mut all = Vec::new();
    product(&top().join("src/store"), &mut all);
    let opens = all
        .iter()
        .filter(|(_, text)| text.contains("Connection::open"));
    let mut seen = 0;
    for (path, text) in opens {
        seen += 1;
        let trusting = text.contains("trusted_schema=ON") || text.contains("writable_schema");
        assert!(!trusting, "{path}");
    }
    assert!(seen > 2);
    let doors = text("src/store/connect.rs");
    assert!(doors.matches("trusted_schema=OFF").count() >= 3);
    assert!(doors.contains("cell_size_check=ON") && doors.contains("DBCONFIG_DEFENSIVE"));
}

/// What an advisory was about, and the first version without it (RustSec, as of 2026-08-21).
const FLOORS: &[(&str, [u64; 3])] = &[
    ("ammonia", [4, 1, 4]),
    ("quick-xml", [0, 41, 0]),
    ("lopdf", [0, 42, 0]),
    ("zip", [2, 3, 0]),
    ("tar", [0, 4, 45]),
    ("lettre", [0, 11, 22]),
    ("h2", [0, 4, 16]),
    ("rustls", [0, 23, 18]),
    ("rustls-webpki", [0, 103, 13]),
    ("time", [0, 3, 47]),
    ("calamine", [0, 17, 0]),
];
/// Given up by their keepers.
const UNKEPT: &[&str] = &[
    "xml-rs",
    "encoding",
    "openssl",
    "openssl-sys",
    "aws-lc-sys",
    "aws-lc-rs",
];

/// The advisories known when the floors were written; a fresh list needs the network and is asked for by hand.
#[test]
fn s70_no_dependency_is_below_its_floor() {
    let lock = text("Cargo.lock");
    let mut seen = 0;
    for package in lock.split("[[package]]").skip(1) {
        let field = |name: &str| {
            let line = package
                .lines()
                .find_map(|l| l.strip_prefix(&format!("{name} = \"")));
            line.map(|l| l.trim_end_matches('"').to_owned())
        };
        let (name, version) = (field("name").unwrap(), field("version").unwrap());
        assert!(
            !UNKEPT.contains(&name.as_str()),
            "{name} is not kept any more"
        );
        let Some((_, floor)) = FLOORS.iter().find(|(n, _)| *n == name) else {
            continue;
        };
        seen += 1;
        let parts = version
            .split(['.', '-', '+'])
            .map(|p| p.parse().unwrap_or(0));
        let now: Vec<u64> = parts.take(3).collect();
        assert!(
            now.as_slice() >= floor.as_slice(),
            "{name} {version} is below {floor:?}"
        );
    }
    assert!(seen >= 6, "{seen}");
}
