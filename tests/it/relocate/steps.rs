//! One shelf after another through the four modes, with nobody else at work: rows, lists, numbers, search and
//! attachments are the same in every one, and each file holds what the rule says and nothing else.

use super::{
    OWN, SHARED, YEARLY, attach, filled, lists, order, refer, rule, settled, stands, truth,
};
use crate::support::files::list;
use crate::support::town::{Folder, Town, monday};
use inkstone::kit::{Clock, Digest, Id, Principal};
use inkstone::search::{Asked, Search};
use inkstone::store::verify::verify;
use inkstone::store::{Query, RelocationState};
use std::time::Duration;

fn found(town: &Town, search: &Search, words: &str) -> Vec<(Id, String)> {
    let acting = town.acting("宋小笺");
    let mine: Vec<Principal> = acting.viewer.holds.iter().map(|h| h.principal).collect();
    let who = inkstone::engine::index_store::principals(&mine);
    let asked = Asked {
        words: words.into(),
        most: 50,
        ..Asked::default()
    };
    let results = search.find(&asked, &who).unwrap();
    let hit = |h: inkstone::search::Hit| (h.case, format!("{:?} {:?}", h.title, h.line));
    results.hits.into_iter().map(hit).collect()
}

#[test]
fn every_mode_holds_the_same_office() {
    let town = filled("reloc-modes");
    let search = Search::start(town.store.clone(), town.engine.clone()).unwrap();
    assert!(search.drain(Duration::from_secs(60)));
    let before = (truth(&town.folder), lists(&town.folder));
    let asked = ["沟渠", "号闸", "修缮 第7号"];
    let hits: Vec<_> = asked.iter().map(|w| found(&town, &search, w)).collect();
    assert!(hits.iter().all(|h| !h.is_empty()), "{hits:?}");
    let shelf = hits[0][0].0.shelf();
    let dept = town.dept("DZB");
    let walk = [
        (rule(YEARLY, &[]), "yearly"),
        (rule(YEARLY, &[(dept, OWN)]), "one of its own"),
        (rule(SHARED, &[(dept, YEARLY)]), "mixed"),
        (rule(SHARED, &[]), "shared"),
    ];
    let mut places = vec![stands(&town, shelf)];
    for (rule, what) in &walk {
        assert!(order(&town, rule) > 0, "{what}");
        town.store.relocate_now().unwrap();
        settled(&town);
        places.push(stands(&town, shelf));
        assert!(town.store.drain(Duration::from_secs(20)));
        assert!(truth(&town.folder) == before.0, "{what}: rows differ");
        assert!(lists(&town.folder) == before.1, "{what}: lists differ");
        for (words, hits) in asked.iter().zip(&hits) {
            assert_eq!(&found(&town, &search, words), hits, "{what}: {words}");
        }
        town.store.rebuild_index().unwrap();
        assert!(town.store.drain(Duration::from_secs(20)));
        assert!(
            lists(&town.folder) == before.1,
            "{what}: made anew, lists differ"
        );
    }
    assert_eq!(places.first(), places.last(), "back where it began");
    assert!(
        places[0] != places[1] && places[1] != places[2],
        "{places:?}"
    );
    drop(search);
    let folder = town.stop();
    assert_eq!(
        verify(&folder.dir()).unwrap().len(),
        0,
        "{:?}",
        verify(&folder.dir())
    );
}

/// What a shelf leaves behind goes back to the disk.
#[test]
fn a_file_that_shelves_left_gets_smaller() {
    let town = filled("reloc-smaller");
    let file = town.folder.dir().volume(1);
    let ask = |what: &str| list::<i64>(&file, what)[0];
    let pages = || ask("SELECT page_count FROM pragma_page_count");
    let before = pages();
    assert!(order(&town, &rule(OWN, &[])) > 0);
    town.store.relocate_now().unwrap();
    settled(&town);
    assert_eq!(ask("SELECT freelist_count FROM pragma_freelist_count"), 0);
    assert!(pages() < before, "{} of {before} pages", pages());
    let folder = town.stop();
    assert_eq!(verify(&folder.dir()).unwrap().len(), 0);
}

#[test]
fn index_and_search_files_that_are_lost_come_back_from_wherever_the_shelves_stand() {
    let town = filled("reloc-lost");
    let before = lists(&town.folder);
    order(&town, &rule(YEARLY, &[(town.dept("DZB"), OWN)]));
    town.store.relocate_now().unwrap();
    settled(&town);
    let folder = town.stop();
    let dir = folder.dir();
    std::fs::remove_file(dir.index()).unwrap();
    for file in std::fs::read_dir(dir.volumes()).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|e| e == "fts") {
            std::fs::remove_file(path).unwrap();
        }
    }
    let town = Town::open(folder, Clock::held(monday()));
    assert!(lists(&town.folder) == before, "the index lacks what moved");
    let search = Search::start(town.store.clone(), town.engine.clone()).unwrap();
    assert!(search.drain(Duration::from_secs(60)));
    assert_eq!(found(&town, &search, "沟渠").len(), 9);
    assert_eq!(found(&town, &search, "号闸").len(), 9);
    drop(search);
    assert_eq!(verify(&town.stop().dir()).unwrap().len(), 0);
}

#[test]
fn an_upload_that_began_before_the_move_dangles_nowhere() {
    let town = filled("reloc-upload");
    let case = town
        .register("incoming-handle", "附件正在上传")
        .unwrap()
        .case;
    // one whose contents are finished after the move, one whose reference is written after it
    let mut slow = town.store.upload(case.shelf()).unwrap();
    slow.push("前半".as_bytes()).unwrap();
    let mut other = town.store.upload(case.shelf()).unwrap();
    other.push("先传完，后登记".as_bytes()).unwrap();
    let finished = other.finish().unwrap();
    order(&town, &rule(YEARLY, &[]));
    let from = stands(&town, case.shelf());
    town.store.relocate_now().unwrap();
    assert_ne!(stands(&town, case.shelf()), from);
    slow.push("后半".as_bytes()).unwrap();
    let slow = slow.finish().unwrap();
    refer(&town, case, "慢.txt", slow);
    refer(&town, case, "先.txt", finished);
    let read = |town: &Town, digest: Digest| {
        let blob = town.store.blob(case.shelf(), digest).unwrap();
        String::from_utf8(blob.all(1 << 20).unwrap().unwrap()).unwrap()
    };
    assert_eq!(read(&town, slow.0), "前半后半");
    assert_eq!(read(&town, finished.0), "先传完，后登记");
    // the next start brings to the volume what only the old one has
    let town = town.restart();
    assert_eq!(read(&town, finished.0), "先传完，后登记");
    assert_eq!(verify(&town.stop().dir()).unwrap().len(), 0);
}

#[test]
fn what_was_submitted_before_the_move_answers_the_same_after_it() {
    let town = filled("reloc-repeat");
    let start = |op: &str| {
        let from = [("from", "县政府"), ("from_number", "墨政发〔2026〕7号")];
        town.start("宋小笺", ("incoming-handle", "交了两次的件"), &from, op)
            .unwrap()
    };
    let first = start("twice");
    order(&town, &rule(SHARED, &[(town.dept("DZB"), OWN)]));
    town.store.relocate_now().unwrap();
    let again = start("twice");
    assert_eq!((first.case, first.number), (again.case, again.number));
    let next = start("once");
    assert_ne!(next.case, first.case);
    assert!(next.case > first.case, "ids go on");
    assert_eq!(verify(&town.stop().dir()).unwrap().len(), 0);
}

#[test]
fn sizes_say_which_shelf_holds_how_much() {
    let town = filled("reloc-sizes");
    let big = town.register("incoming-handle", "大附件").unwrap().case;
    attach(&town, big, "大.bin", &vec![7; 3 << 20]);
    let volume = stands(&town, big.shelf());
    let sizes = town.store.shelf_sizes(volume).unwrap();
    let of = sizes.iter().find(|s| s.shelf == big.shelf()).unwrap();
    assert!(of.bytes > 3 << 20, "{of:?}");
    let cases: i64 = sizes.iter().map(|s| s.cases).sum();
    assert_eq!(cases, 10);
}

#[test]
fn a_shelf_given_up_or_paused_stays_where_it_is() {
    let town = filled("reloc-cancel");
    let before = truth(&town.folder);
    let stamp = || town.stamp("苏简", "storage.pause");
    order(&town, &rule(YEARLY, &[]));
    town.store.pause_relocation(true, stamp()).unwrap();
    town.store.relocate_now().unwrap();
    let states = |town: &Town| {
        let all = town.store.relocations(100).unwrap();
        all.iter().map(|r| r.state).collect::<Vec<_>>()
    };
    assert!(states(&town).iter().all(|s| *s == RelocationState::Waiting));
    town.store.pause_relocation(false, stamp()).unwrap();
    assert!(town.store.cancel_relocations(stamp()).unwrap() > 0);
    town.store.relocate_now().unwrap();
    assert!(
        states(&town)
            .iter()
            .all(|s| *s == RelocationState::Cancelled)
    );
    assert!(truth(&town.folder) == before);
    let hub = town.store.hub().unwrap();
    let open: i64 = hub
        .one(
            "SELECT count(*) FROM relocation WHERE ended_at IS NULL",
            [],
            |r| r.get(0),
        )
        .unwrap();
    assert_eq!(open, 0);
    drop(hub);
    let folder: Folder = town.stop();
    assert_eq!(verify(&folder.dir()).unwrap().len(), 0);
}
