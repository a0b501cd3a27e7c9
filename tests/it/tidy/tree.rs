//! The tree: what stands at the top of the project, and reading its files for the checks.

use std::{
    fs,
    path::{Path, PathBuf},
};

const TOP: [&str; 8] = [
    "Cargo.toml",
    "Cargo.lock",
    "README.md",
    "LICENSE",
    "build.rs",
    "src",
    "assets",
    "tests",
];
/// Made by tools, never committed.
const MADE: [&str; 1] = ["target"];

pub fn top() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Path from the top with `/`, and text, of every file under `folder` that ends in one of `ends`.
pub fn files(folder: &str, ends: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    walk(&top().join(folder), &mut found);
    found.sort();
    found
        .into_iter()
        .filter(|path| {
            path.extension()
                .is_some_and(|end| ends.iter().any(|wanted| end == *wanted))
        })
        .map(|path| {
            let name = path
                .strip_prefix(top())
                .unwrap()
                .to_string_lossy()
                .replace('\\', "/");
            (name, fs::read_to_string(&path).unwrap())
        })
        .collect()
}

/// Names of the folders directly under `folder`.
pub fn folders(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(top().join(folder))
        .unwrap()
        .map(Result::unwrap);
    let folders = entries.filter(|entry| entry.file_type().unwrap().is_dir());
    folders
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect()
}

/// The top level is exactly what the README's map says; dot-files hold the tools' settings.
pub fn strangers(names: &[String]) -> Vec<String> {
    let known = |name: &str| name.starts_with('.') || TOP.contains(&name) || MADE.contains(&name);
    let strange = names.iter().filter(|name| !known(name));
    strange
        .map(|name| format!("{name}: the top level is {}", TOP.join(", ")))
        .collect()
}

/// What must be there for a fresh clone to be understood and built.
pub fn missing(names: &[String]) -> Vec<String> {
    let here = |name: &str| names.iter().any(|one| one == name);
    let absent = TOP
        .iter()
        .filter(|name| !here(name) && !["build.rs", "assets"].contains(name));
    absent.map(|name| format!("{name} is missing")).collect()
}

/// A build that fetches anything is no build of ours.
pub fn fetches(path: &str, text: &str) -> Vec<String> {
    let bad = text
        .lines()
        .enumerate()
        .filter(|(_, line)| line.contains("http"));
    bad.map(|(n, _)| format!("{path}:{}: the build touches no network", n + 1))
        .collect()
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(Result::unwrap)
    {
        match entry.file_type().unwrap().is_dir() {
            true => walk(&entry.path(), found),
            false => found.push(entry.path()),
        }
    }
}

#[test]
fn strangers_at_the_top_are_seen() {
    let names = |names: &[&str]| {
        names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        strangers(&names(&["src", ".ci", "target", "tools", "notes.txt"])).len(),
        2
    );
    assert_eq!(
        missing(&names(&[
            "Cargo.toml",
            "Cargo.lock",
            "LICENSE",
            "src",
            "tests"
        ]))
        .len(),
        1
    );
    assert_eq!(
        fetches("build.rs", "//! Versions.\nget(\"https://x\")\n").len(),
        1
    );
}
