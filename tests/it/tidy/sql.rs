//! SQL stands where it belongs, as literals with parameters, and never replaces rows.

use super::source::{Kind, Source, Token};

const VERBS: [&str; 8] = [
    "SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "CREATE", "REPLACE", "DROP",
];
/// Files that may put SQL text together, and why.
const BUILT: [(&str, &str); 10] = [
    (
        "src/store/backup/counts.rs",
        "rows of each table a file has, whichever those are",
    ),
    (
        "src/engine/register_sql.rs",
        "register tables come from definitions",
    ),
    (
        "src/store/freeze/every.rs",
        "the same question of each table of the static lists",
    ),
    (
        "src/store/mover/shape.rs",
        "the same statements for each of the static lists' tables",
    ),
    (
        "src/store/verify/moving.rs",
        "the same question of each table of the static lists",
    ),
    (
        "src/store/verify/owners.rs",
        "the same question of each table of the static lists",
    ),
    (
        "src/store/verify/lists.rs",
        "the same question of each register table there is",
    ),
    (
        "src/store/bulk/template.rs",
        "the benchmark's copies: the same walk of each table of the static lists",
    ),
    (
        "src/store/bulk/copied.rs",
        "the benchmark's copies: as many values as a table has columns",
    ),
    (
        "src/store/bulk/same.rs",
        "the same question of each table of the static lists",
    ),
];

/// Only `store` and files named `store.rs` or `*_store.rs` hold SQL.
pub fn at_home(file: &Source) -> Vec<String> {
    let home = file.path.starts_with("src/store/")
        || file.path.ends_with("/store.rs")
        || file.path.ends_with("_store.rs")
        || may_build(file);
    match file.path.starts_with("src/") && !home {
        true => faults(
            file,
            |_, token| is_sql(token),
            "SQL belongs in a store file",
        ),
        false => Vec::new(),
    }
}

/// No SQL is put together from pieces: `format!`, `write!`, `concat!`, or a string that is added to.
pub fn not_built(file: &Source) -> Vec<String> {
    let built = |at: usize, token: &Token| {
        let before: Vec<&str> = file.tokens[at.saturating_sub(8)..at]
            .iter()
            .map(|t| t.text.as_str())
            .collect();
        let filled = ["format", "write", "writeln", "concat"].iter().any(|name| {
            let call = before.iter().rposition(|word| word == name);
            call.is_some_and(|call| {
                before.get(call + 1) == Some(&"!")
                    && !before[call..].contains(&")")
                    && !before[call..].contains(&";")
            })
        });
        let added = before.ends_with(&["push_str", "("])
            || file.follows(at + 1, &["+"])
            || file.follows(at + 1, &[".", "to_owned", "(", ")", "+"]);
        is_sql(token) && (filled || added)
    };
    match file.path.starts_with("src/") && !may_build(file) {
        true => faults(file, built, "SQL is a literal with parameters"),
        false => Vec::new(),
    }
}

/// The same in the strings of a source file.
pub fn replaces_nothing(file: &Source) -> Vec<String> {
    let bad =
        |_, token: &Token| token.kind == Kind::Text && !no_replace("", &token.text).is_empty();
    faults(file, bad, "rows are never replaced")
}

/// REPLACE deletes rows past the triggers that keep the ledger and the audit.
pub fn no_replace(path: &str, text: &str) -> Vec<String> {
    let code = |line: &str| line.split("--").next().unwrap_or_default().to_uppercase();
    let bad = |line: &str| {
        ["INSERT OR REPLACE", "REPLACE INTO"]
            .iter()
            .any(|words| code(line).contains(words))
    };
    let lines = text.lines().enumerate().filter(|(_, line)| bad(line));
    lines
        .map(|(n, _)| format!("{path}:{}: rows are never replaced", n + 1))
        .collect()
}

fn may_build(file: &Source) -> bool {
    BUILT.iter().any(|(path, _)| *path == file.path)
}

fn is_sql(token: &Token) -> bool {
    let mut words = token.text.split_whitespace();
    token.kind == Kind::Text
        && words.next().is_some_and(|word| VERBS.contains(&word))
        && words.next().is_some()
}

fn faults(file: &Source, bad: impl Fn(usize, &Token) -> bool, why: &str) -> Vec<String> {
    let found = file.product().filter(|(at, token)| bad(*at, token));
    found
        .map(|(_, token)| file.fault(token.line, why))
        .collect()
}

#[test]
fn sql_stays_at_home_and_whole() {
    let home = |path: &str| at_home(&Source::read(path, "f(\"SELECT a FROM b\")")).len();
    assert_eq!(
        (
            home("src/org/people.rs"),
            home("src/org/people_store.rs"),
            home("src/org/store.rs")
        ),
        (1, 0, 0)
    );
    assert_eq!(
        at_home(&Source::read(
            "src/ui/a.rs",
            "f(\"SELECT\"); g(\"With care\")"
        ))
        .len(),
        0
    );
    let built = |text: &str| not_built(&Source::read("src/org/store.rs", text)).len();
    assert_eq!(built("w.run(\"DELETE FROM a WHERE b = ?1\", [b])"), 0);
    assert_eq!(built("w.run(&format!(\"DELETE FROM a WHERE b = {b}\"))"), 1);
    assert_eq!(built("write!(sql, \"SELECT {a} FROM b\")"), 1);
    assert_eq!(built("sql.push_str(\"SELECT a FROM b\")"), 1);
    assert_eq!(built("let s = \"SELECT a FROM \".to_owned() + table;"), 1);
    assert_eq!(built("log(format!(\"x\")); w.run(\"DELETE FROM a\")"), 0);
    let replacing = Source::read("src/store/a.rs", "w.run(\"INSERT OR REPLACE INTO a\")");
    assert_eq!(replaces_nothing(&replacing).len(), 1);
    assert_eq!(
        no_replace("a.sql", "insert or replace into a;\n-- replace into\n").len(),
        1
    );
}
