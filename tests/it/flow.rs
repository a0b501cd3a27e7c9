//! The flow told as stories: each file of `tests/flow/` is one case going through people's hands.
//! `story` reads and plays them, `town` is who exists, `random` drives random people (`run` is one case of theirs, `answer` what they answer), `pairs` has every two
//! moves meet that can, and `always` is what must hold after each of them. Nothing here needs a server: the rehearsal plays the very moves a server plays.

mod always;
mod answer;
mod deeds;
mod pairs;
mod random;
mod run;
pub mod story;
mod tally;
pub mod town;

use crate::support::long;
use inkstone::engine::definition::Procedure;
use inkstone::engine::{publish, shipped};
use inkstone::kit::Calendar;

/// The stories, by name.
pub fn stories() -> Vec<(String, String)> {
    let found = std::fs::read_dir("tests/flow").unwrap();
    let paths = found.map(|f| f.unwrap().path());
    let mut files: Vec<_> = paths
        .filter(|p| p.extension().is_some_and(|e| e == "txt"))
        .collect();
    files.sort();
    assert!(files.len() >= 10, "only {} stories found", files.len());
    let read = |p: std::path::PathBuf| {
        let text = std::fs::read_to_string(&p).unwrap();
        (p.display().to_string(), text)
    };
    files.into_iter().map(read).collect()
}

#[test]
fn every_story_goes_as_told() {
    let mut failed = Vec::new();
    for (name, text) in stories() {
        if let Err(e) = story::play(&text) {
            failed.push(format!("{name}：{e}"));
        }
    }
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}

/// What ships, and the procedures that exist for these tests: all moves in one.
fn played() -> Vec<Procedure> {
    let mut all = shipped::all().unwrap();
    let folder = std::fs::read_dir("tests/flow/procedures").unwrap();
    let mut files: Vec<_> = folder.map(|f| f.unwrap().path()).collect();
    files.sort();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let read = Procedure::parse(&text);
        all.push(read.unwrap_or_else(|e| panic!("{}：{e}", file.display())));
    }
    all
}

#[test]
fn procedures_of_the_tests_may_be_published() {
    let all = played();
    assert!(all.len() > shipped::all().unwrap().len());
    for p in &all {
        assert_eq!(
            publish::check(p, town::ROLES),
            Vec::<String>::new(),
            "{}",
            p.name
        );
    }
}

#[test]
fn every_two_moves_that_can_meet_keep_what_must_hold() {
    pairs::meet(&Calendar::built_in());
}

#[test]
fn a_story_that_expects_the_wrong_thing_fails() {
    let wrong = "事项 收文办件\n宋小笺 登记 标题=甲 来文机关=乙\n=> 待办 江若川 批示\n";
    assert!(story::play(wrong).is_err());
    let refused = "事项 收文办件\n宋小笺 登记 标题=甲 来文机关=乙\n宋小笺 送\n纪文澜 送\n";
    assert!(story::play(refused).is_err());
}

#[test]
fn shipped_procedures_may_be_published() {
    for p in shipped::all().unwrap() {
        assert_eq!(
            publish::check(&p, town::ROLES),
            Vec::<String>::new(),
            "{}",
            p.name
        );
        // S3-51: of incoming documents; what is kept of a secret paper is five things
        if p.same.is_some() {
            assert_eq!(p.ledger.columns.len(), 29, "{}", p.name);
        }
    }
}

#[test]
fn procedures_of_the_stories_may_be_published() {
    for p in deeds::made() {
        let none: Vec<String> = Vec::new();
        assert_eq!(publish::check(&p, town::ROLES), none, "{}", p.name);
    }
}

#[test]
fn both_registers_are_one() {
    let all = shipped::all().unwrap();
    let columns = |i: usize| {
        let r = &all[i].register;
        let heads: Vec<_> = r
            .columns
            .iter()
            .map(|c| (&c.id, &c.label, c.kind, c.width))
            .collect();
        (&r.id, &r.name, heads)
    };
    assert_eq!(columns(0), columns(1));
}

/// `tests/long moves`: a hundred thousand of them.
#[test]
fn random_moves_never_break_a_case() {
    let seed = std::env::var("INKSTONE_SEED")
        .ok()
        .and_then(|s| s.parse().ok());
    let moves = long::rounds("moves", 4_000, 100_000);
    random::drive(seed.unwrap_or(20_260_309), moves, &Calendar::built_in());
}

/// README decision 11: no private back door. The words of the format itself (the moves) are no ids.
#[test]
fn no_shipped_id_stands_in_code() {
    let moves: Vec<&str> = inkstone::engine::moves::MOVES
        .iter()
        .map(|m| m.id.as_str())
        .collect();
    let mut ids: Vec<String> = Vec::new();
    for p in shipped::all().unwrap() {
        ids.push(p.id.clone());
        ids.extend(p.steps.iter().map(|s| s.id.clone()));
        ids.extend(p.fields.iter().map(|f| f.id.clone()));
    }
    // a word of the format itself, too
    ids.retain(|i| !moves.contains(&i.as_str()) && i != "number");
    let mut found = Vec::new();
    let sources = files_below("src/engine".as_ref()).into_iter();
    // the keys of the format and what each is called
    let is_code =
        |f: &std::path::PathBuf| !f.ends_with("tests.rs") && !f.ends_with("definition/refuse.rs");
    for file in sources.filter(is_code) {
        let text = std::fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let hits = ids.iter().filter(|i| code.contains(&format!("\"{i}\"")));
        found.extend(hits.map(|i| format!("{}: {i}", file.display())));
    }
    assert!(found.is_empty(), "{found:#?}");
}

fn files_below(dir: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path());
    entries
        .flat_map(|p| if p.is_dir() { files_below(&p) } else { vec![p] })
        .collect()
}
