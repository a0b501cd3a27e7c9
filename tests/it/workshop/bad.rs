//! `tests/flow/bad/*.toml`: each is a whole procedure with one thing wrong; its first line is the sentence with
//! which it must be refused. What ships, and the one they were all made from, pass the same check.

use crate::flow::town::{ROLES, Town};
use inkstone::engine::definition::Procedure;
use inkstone::engine::publish::{self, Verdict};
use inkstone::engine::shipped;
use std::time::Instant;

pub fn judged(text: &str) -> (Verdict, f64) {
    let p = match Procedure::parse(text) {
        Ok(p) => p,
        Err(refusal) => {
            let faults = vec![refusal.to_string()];
            let warnings = Vec::new();
            return (Verdict { faults, warnings }, 0.0);
        }
    };
    let begun = Instant::now();
    let verdict = publish::judge(&p, ROLES, &Town);
    (verdict, begun.elapsed().as_secs_f64())
}

#[test]
fn every_wrong_procedure_is_refused_with_its_sentence() {
    let mut files: Vec<_> = std::fs::read_dir("tests/flow/bad")
        .unwrap()
        .map(|f| f.unwrap().path())
        .collect();
    files.sort();
    assert!(files.len() >= 20, "only {} wrong procedures", files.len());
    let mut failed = Vec::new();
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        let said = text.lines().next().unwrap().strip_prefix("#= ").unwrap();
        let (verdict, _) = judged(&text);
        let fits = |f: &String| f == said || f.ends_with(&format!("：{said}"));
        if !verdict.faults.iter().any(fits) {
            let found = verdict.faults.join("\n    ");
            failed.push(format!("{}\n  want {said}\n  got {found}", path.display()));
        }
    }
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}

/// A clerk reads them: no id and no word of the format stands in any. What the file's own line says may be quoted, and
/// what a number is written with has its braces.
#[test]
fn no_sentence_speaks_in_ids_or_keywords() {
    let mut seen = 0;
    for file in std::fs::read_dir("tests/flow/bad").unwrap() {
        let path = file.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let said = text.lines().next().unwrap().strip_prefix("#= ").unwrap();
        // what the file itself mistypes is quoted to whoever has to mend the file: a kind, a row of the layout
        if said.contains("不认识") || said.contains("这一行（") {
            continue;
        }
        let mut outside = String::new();
        let mut depth = 0;
        for c in said.chars() {
            depth += i32::from(c == '{');
            if depth == 0 {
                outside.push(c);
            }
            depth -= i32::from(c == '}');
        }
        let latin = outside
            .chars()
            .any(|c| c.is_ascii_alphabetic() || "[]_".contains(c));
        assert!(!latin, "{}: {said}", path.display());
        seen += 1;
    }
    assert!(seen > 30, "{seen} sentences");
}

#[test]
fn what_ships_and_what_the_wrong_ones_were_made_from_pass() {
    let made = std::fs::read_to_string("tests/flow/made/请假.toml").unwrap();
    let mut wrong = Vec::new();
    for text in shipped::TEXTS.iter().copied().chain([made.as_str()]) {
        let (verdict, seconds) = judged(text);
        let p = Procedure::parse(text).unwrap();
        println!("{}: {seconds:.2} s, {:?}", p.name, verdict.warnings);
        // each is small enough to be played through every state
        let unfinished = verdict.warnings.iter().filter(|w| w.contains("情形太多"));
        wrong.extend(unfinished.map(|w| format!("{}: {w}", p.name)));
        wrong.extend(verdict.faults.iter().map(|f| format!("{}: {f}", p.name)));
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// A role that nobody has warns and does not refuse; it is named in the office's word.
#[test]
fn a_vacant_post_is_said_and_does_not_refuse() {
    let made = std::fs::read_to_string("tests/flow/made/请假.toml").unwrap();
    let vacant = made.replace("role = \"principal_leader\"", "role = \"vacant\"");
    let p = Procedure::parse(&vacant).unwrap();
    let roles: Vec<&str> = ROLES.iter().copied().chain(["vacant"]).collect();
    let verdict = publish::judge(&p, &roles, &Town);
    assert_eq!(verdict.faults, Vec::<String>::new());
    let said = "环节“主要领导”由“vacant”办，现在没有人担任";
    assert!(
        verdict.warnings.iter().any(|w| w.starts_with(said)),
        "{:?}",
        verdict.warnings
    );
}
