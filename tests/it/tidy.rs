//! The house rules that a machine can check, over the whole tree. Each check is a function from a
//! file to its faults, and its own test shows that it finds a bad example; here they meet the tree.

mod doors;
mod manual;
mod rooms;
mod source;
mod sql;
mod tree;
mod words;

use source::Source;

type Check = fn(&Source) -> Vec<String>;

fn sources(folders: &[&str]) -> Vec<Source> {
    let read = |(path, text): (String, String)| Source::read(&path, &text);
    let files = folders
        .iter()
        .flat_map(|folder| tree::files(folder, &["rs"]));
    let mut files: Vec<Source> = files.map(read).collect();
    let tests: Vec<String> = files.iter().flat_map(Source::test_modules).collect();
    for file in &mut files {
        let inside = |module: &String| {
            let rest = file.path.strip_prefix(module.as_str());
            rest.is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
        };
        if tests.iter().any(inside) {
            file.set_test_only();
        }
    }
    files
}

fn clean(faults: Vec<String>) {
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

fn check(folders: &[&str], checks: &[Check]) {
    let files = sources(folders);
    assert!(files.len() > 3, "the tree was not read");
    let faults = |file| checks.iter().flat_map(move |check| check(file));
    clean(files.iter().flat_map(faults).collect());
}

#[test]
fn rooms_keep_their_order() {
    check(
        &["src"],
        &[rooms::order, rooms::no_climbing_out, rooms::modules_apart],
    );
}

#[test]
fn the_map_shows_every_room_in_order() {
    let lib = std::fs::read_to_string(tree::top().join("src/lib.rs")).unwrap();
    clean(rooms::map(&lib, &tree::folders("src")));
}

#[test]
fn files_say_what_they_are_for() {
    check(
        &["src", "tests"],
        &[rooms::headers, rooms::no_drawers, words::length],
    );
}

#[test]
fn foreign_crates_have_one_door() {
    check(&["src"], &[doors::foreign_crates]);
}

#[test]
fn some_words_are_kept_to_their_places() {
    let checks: [Check; 4] = [
        doors::kept_words,
        doors::pure_rooms,
        doors::no_hidden_state,
        words::no_inline,
    ];
    check(&["src"], &checks);
}

#[test]
fn sql_is_at_home_literal_and_never_replaces() {
    check(
        &["src"],
        &[sql::at_home, sql::not_built, sql::replaces_nothing],
    );
    let migrations = tree::files("src", &["sql"]);
    let faults = migrations
        .iter()
        .flat_map(|(path, text)| sql::no_replace(path, text));
    clean(faults.collect());
}

#[test]
fn nothing_is_unfinished_or_silenced() {
    check(&["src", "tests"], &[words::nothing_unfinished]);
}

#[test]
fn an_office_is_spoken_to_in_its_own_words() {
    check(&["src"], &[words::office_words, words::quiet_in_chinese]);
    let shipped = tree::files("assets", &["toml", "md", "js"]);
    clean(
        shipped
            .iter()
            .flat_map(|(path, text)| words::office_text(path, text))
            .collect(),
    );
}

#[test]
fn shipped_procedures_are_data() {
    let shipped = tree::files("assets/procedures", &["toml"]);
    let id = |(path, text): &(String, String)| {
        let stem = path.rsplit('/').next().unwrap().trim_end_matches(".toml");
        words::procedure_id(stem, text)
    };
    let ids = shipped.iter().map(id).collect();
    let files = sources(&["src"]);
    let faults = files
        .iter()
        .flat_map(|file| words::no_shipped_ids(file, &ids));
    clean(faults.collect());
}

#[test]
fn the_top_level_is_the_map() {
    let entries = std::fs::read_dir(tree::top()).unwrap().map(Result::unwrap);
    let names: Vec<String> = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    clean(tree::strangers(&names));
    clean(tree::missing(&names));
    if let Ok(build) = std::fs::read_to_string(tree::top().join("build.rs")) {
        clean(tree::fetches("build.rs", &build));
    }
}

#[test]
fn the_manual_says_what_the_pages_say() {
    let all = sources(&["src"]);
    let of = |wanted: bool| -> Vec<&Source> {
        let inside = |f: &&Source| f.path.starts_with("src/screens/help/text/") == wanted;
        all.iter().filter(inside).collect()
    };
    let (manual, house) = (of(true), of(false));
    let mut data = tree::files("assets/procedures", &["toml"]);
    data.extend(tree::files("assets/web", &["js"]));
    assert!(manual.len() > 5 && house.len() > 100 && !data.is_empty());
    let mut faults = manual::unknown_words(&manual, &house, &data);
    let errors = house.iter().find(|f| f.path == "src/web/errors.rs");
    faults.extend(manual::unexplained(errors.unwrap(), &manual));
    clean(faults);
}
