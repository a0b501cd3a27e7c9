//! Search over real documents: every two-character word, no miss and no false hit against a plain scan;
//! only what one may see; files that are damaged, gone or another's; the page itself.

mod corpus;
mod keeping;
mod page;
mod rights;

use crate::support::town::Town;
use inkstone::kit::{Digest, Id, Principal};
use inkstone::search::{Asked, Hit, Results, Search};
use inkstone::store::NewAttachment;
use std::time::Duration;

/// The search of a town without a server.
fn searching(town: &Town) -> Search {
    Search::start(town.store.clone(), town.engine.clone()).unwrap()
}

fn caught_up(search: &Search) {
    assert!(
        search.drain(Duration::from_secs(300)),
        "the search did not catch up"
    );
}

/// A person's principals, as a session has them.
fn scope(town: &Town, name: &str) -> String {
    let acting = town.acting(name);
    let mine: Vec<Principal> = acting.viewer.holds.iter().map(|h| h.principal).collect();
    inkstone::engine::index_store::principals(&mine)
}

fn find(search: &Search, who: &str, words: &str) -> Results {
    let asked = Asked {
        words: words.into(),
        most: 50,
        ..Asked::default()
    };
    search.find(&asked, who).unwrap()
}

fn cases(hits: &[Hit]) -> Vec<Id> {
    hits.iter().map(|h| h.case).collect()
}

/// Adds a file to a case, as a correction would.
fn attach(town: &Town, case: Id, field: &str, (name, bytes): (&str, &[u8])) -> Id {
    let mut upload = town.store.upload(case.shelf()).unwrap();
    upload.push(bytes).unwrap();
    let (digest, size): (Digest, i64) = upload.finish().unwrap();
    let file = NewAttachment {
        owner: case,
        field: field.into(),
        name: name.into(),
        size,
        digest,
        kind: "file".into(),
        person: town.person("宋小笺"),
        person_name: "宋小笺".into(),
    };
    let stamp = town.stamp("宋小笺", "test.attach");
    let written = town.store.write(case.shelf(), stamp, move |w| {
        let id = w.attach(&file)?;
        w.emit("case.advanced", Some(case), &serde_json::json!({}))?;
        Ok(id)
    });
    written.unwrap().value
}

/// All pieces of so many characters of the runs of Chinese characters in a text.
fn words(text: &str, length: usize) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let han = |c: &char| ('\u{4e00}'..='\u{9fff}').contains(c);
    let mut all: Vec<String> = chars
        .windows(length)
        .filter(|w| w.iter().all(han))
        .map(|w| w.iter().collect())
        .collect();
    all.sort();
    all.dedup();
    all
}
