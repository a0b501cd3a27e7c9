//! The order of rooms, and how a room is furnished.

use super::source::{Kind, Source};

/// In order: a file imports only from rooms before its own, or from its own.
pub const ROOMS: [&str; 15] = [
    "kit", "layout", "store", "org", "access", "inbox", "agenda", "search", "engine", "ui", "web",
    "screens", "modules", "app", "bench",
];
const PARTS: [&str; 3] = ["*Lives here*", "*Never here*", "*Start reading at*"];
const DRAWERS: [&str; 12] = [
    "util", "utils", "common", "helper", "helpers", "manager", "managers", "service", "services",
    "misc", "shared", "base",
];

/// A file imports only rooms above it or its own; `lib.rs` and `main.rs` stand outside.
pub fn order(file: &Source) -> Vec<String> {
    let Some(room) = file.room() else {
        return Vec::new();
    };
    let Some(own) = place(room) else {
        return vec![file.fault(1, &format!("{room} is not a room"))];
    };
    let judge = |(line, name): (usize, String)| match place(&name) {
        Some(other) if other <= own => None,
        // an exported macro stands at the crate's root; its own file may give it a room
        None if defines_macro(file, &name) => None,
        Some(_) => Some(file.fault(line, &format!("{room} may not know {name}"))),
        None => Some(file.fault(line, &format!("{name} is not a room"))),
    };
    imports(file).into_iter().filter_map(judge).collect()
}

/// `modules/a` never imports `modules/b`.
pub fn modules_apart(file: &Source) -> Vec<String> {
    let Some((own, _)) = file
        .path
        .strip_prefix("src/modules/")
        .and_then(|rest| rest.split_once('/'))
    else {
        return Vec::new();
    };
    let strange = |at: &usize| {
        let other = file.tokens.get(at + 4);
        file.follows(*at, &["crate", "::", "modules", "::"])
            && other.is_some_and(|other| other.kind == Kind::Word && other.text != own)
    };
    (0..file.tokens.len())
        .filter(strange)
        .map(|at| {
            file.fault(
                file.tokens[at].line,
                "a module may not import another module",
            )
        })
        .collect()
}

/// `super::super::…` may not climb out of the room: it would go past the order unseen.
pub fn no_climbing_out(file: &Source) -> Vec<String> {
    let Some(inside) = file.path.strip_prefix("src/") else {
        return Vec::new();
    };
    let depth = inside
        .trim_end_matches("/mod.rs")
        .trim_end_matches(".rs")
        .split('/')
        .count();
    let climbs = |at: &usize| {
        let steps = (0..)
            .take_while(|n| file.follows(at + 2 * n, &["super", "::"]))
            .count();
        // an inline module of tests is one floor deeper
        steps > depth - usize::from(!file.tokens[*at].in_test)
    };
    (0..file.tokens.len())
        .filter(climbs)
        .map(|at| {
            file.fault(
                file.tokens[at].line,
                "say crate::room, not super:: out of the room",
            )
        })
        .collect()
}

/// `lib.rs` is the map: one documented line a room, in order, and every folder is on it.
pub fn map(lib: &str, folders: &[String]) -> Vec<String> {
    let (mut faults, mut listed, mut documented) = (Vec::new(), Vec::new(), false);
    for line in lib.lines().map(str::trim) {
        match line
            .strip_prefix("pub mod ")
            .and_then(|rest| rest.strip_suffix(';'))
        {
            Some(room) => {
                if !documented {
                    faults.push(format!(
                        "src/lib.rs: {room} has no line that says what it is"
                    ));
                }
                listed.push(room.to_owned());
            }
            None if line.is_empty() || line.starts_with("//!") || line.starts_with("///") => {}
            None => faults.push(format!("src/lib.rs: {line}: only the rooms stand here")),
        }
        documented = line.starts_with("///");
    }
    let right: Vec<&str> = ROOMS
        .into_iter()
        .filter(|room| listed.iter().any(|l| l == room))
        .collect();
    if listed != right {
        faults.push(format!("src/lib.rs: the order is {right:?}"));
    }
    let unlisted = folders.iter().filter(|folder| !listed.contains(folder));
    faults.extend(unlisted.map(|folder| format!("src/{folder}: not on the map in lib.rs")));
    faults
}

/// A room's `mod.rs` opens with its three parts; every other file with what it is for.
pub fn headers(file: &Source) -> Vec<String> {
    let head: String = file
        .text
        .lines()
        .take_while(|line| line.starts_with("//!"))
        .collect();
    let is_room = file
        .room()
        .is_some_and(|room| file.path == format!("src/{room}/mod.rs"));
    if head.is_empty() {
        return vec![file.fault(1, "opens with //! what for, what not, the invariant")];
    }
    let lacks = |part: &&&str| is_room && !head.contains(**part);
    PARTS
        .iter()
        .filter(lacks)
        .map(|part| file.fault(1, &format!("the room does not say {part}")))
        .collect()
}

/// No drawers for odds and ends.
pub fn no_drawers(file: &Source) -> Vec<String> {
    let named = |part: &&str| DRAWERS.contains(&part.trim_end_matches(".rs"));
    let found = file.path.split('/').filter(named);
    found
        .map(|part| file.fault(1, &format!("{part} says nothing of what is in it")))
        .collect()
}

fn defines_macro(file: &Source, name: &str) -> bool {
    (0..file.tokens.len()).any(|at| file.follows(at, &["macro_rules", "!", name]))
}

fn place(room: &str) -> Option<usize> {
    ROOMS.iter().position(|one| *one == room)
}

/// Lines and names of what is taken from `crate::…`, groups included.
fn imports(file: &Source) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for at in (0..file.tokens.len()).filter(|at| file.follows(*at, &["crate", "::"])) {
        let mut depth = 0;
        for (n, token) in file.tokens[at + 2..].iter().enumerate() {
            match token.text.as_str() {
                "{" => depth += 1,
                "}" => depth -= 1,
                _ if token.kind == Kind::Word && depth <= 1 && starts_path(file, at + 2 + n) => {
                    found.push((token.line, token.text.clone()));
                }
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
    }
    found
}

fn starts_path(file: &Source, at: usize) -> bool {
    let before = &file.tokens[at - 1].text;
    before == "{" || before == "," || (before == "::" && file.tokens[at - 2].text == "crate")
}

#[test]
fn the_order_is_kept() {
    let faults = |path: &str, text: &str| order(&Source::read(path, text)).len();
    assert_eq!(
        faults("src/ui/form.rs", "use crate::kit::Id; use crate::ui::page;"),
        0
    );
    assert_eq!(faults("src/ui/form.rs", "use crate::web::input;"), 1);
    assert_eq!(
        faults("src/kit/id.rs", "fn f() { crate::store::x::open() }"),
        1
    );
    assert_eq!(
        faults(
            "src/web/a.rs",
            "use crate::{kit::{Id, bench}, screens::{a, b}, app};"
        ),
        2
    );
    assert_eq!(
        faults("src/web/a.rs", "pub(crate) fn f() {} // crate::app::x\n"),
        0
    );
    assert_eq!(faults("src/attic/a.rs", ""), 1);
    let renamed = "macro_rules! action { () => {} } pub use crate::action;";
    assert_eq!(faults("src/access/action.rs", renamed), 0);
    assert_eq!(faults("src/web/a.rs", "use crate::action;"), 1);
    assert_eq!(faults("src/main.rs", "use crate::bench::x;"), 0);
}

#[test]
fn nobody_climbs_out_or_across() {
    let climb = |path: &str, text: &str| no_climbing_out(&Source::read(path, text)).len();
    assert_eq!(
        climb(
            "src/engine/moves/a.rs",
            "use super::super::form::x; super::b()"
        ),
        0
    );
    assert_eq!(
        climb("src/engine/moves/a.rs", "use super::super::super::ui::x;"),
        1
    );
    assert_eq!(climb("src/kit/mod.rs", "use super::ui::x;"), 1);
    assert_eq!(
        climb(
            "src/kit/id.rs",
            "#[cfg(test)] mod tests { use super::super::clock::x; }"
        ),
        0
    );
    let across = |text: &str| modules_apart(&Source::read("src/modules/leave/view.rs", text)).len();
    assert_eq!(across("use crate::modules::leave::x;"), 0);
    assert_eq!(across("use crate::modules::duty::x;"), 1);
}

#[test]
fn the_map_and_the_headers_are_kept() {
    let rooms = |names: &[&str]| {
        names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<Vec<_>>()
    };
    let good = "//! x\n\n/// Words.\npub mod kit;\n/// Files.\npub mod store;\n";
    assert_eq!(map(good, &rooms(&["kit", "store"])), [""; 0]);
    assert_eq!(map(good, &rooms(&["kit", "web"])).len(), 1);
    assert_eq!(
        map("/// b\npub mod store;\n/// a\npub mod kit;\nuse x;\n", &[]).len(),
        2
    );
    assert_eq!(map("pub mod kit;", &[]).len(), 1);
    let head = |path: &str, text: &str| headers(&Source::read(path, text)).len();
    assert_eq!(
        head(
            "src/kit/mod.rs",
            "//! *Lives here*: a\n//! *Never here*: b\n"
        ),
        1
    );
    assert_eq!(head("src/kit/id.rs", "//! Identifiers.\n"), 0);
    assert_eq!(head("src/kit/id.rs", "use x;\n"), 1);
    assert_eq!(no_drawers(&Source::read("src/kit/utils.rs", "")).len(), 1);
    assert_eq!(no_drawers(&Source::read("src/common/id.rs", "")).len(), 1);
}
