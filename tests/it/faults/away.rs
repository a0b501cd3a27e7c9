//! A volume that is missing, damaged or somebody else's: the others work on, its own pages say so, nothing
//! is made in its place, and it is here again without a restart.

use crate::support::files::{Bare, list};
use crate::support::office::Office;
use crate::support::small;
use crate::support::town::{Folder, Town, monday, says};
use inkstone::engine::definition::MoveId;
use inkstone::kit::{Clock, Error, Id};
use inkstone::store::placement::{Policy, Rule};
use inkstone::store::verify::verify;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

/// A town whose records office has a volume of its own, with a case in each.
struct Two {
    town: Town,
    /// In volume 1, the records office's.
    incoming: Id,
    /// In volume 2, everybody else's.
    note: Id,
}

fn open(folder: Folder) -> Town {
    Town::open_with(folder, Clock::held(monday()), &[small::of_department()])
}

fn two(name: &str) -> Two {
    let town = open(Folder::new(name));
    town.settle_people();
    let own = Policy {
        exclusive: true,
        yearly: false,
    };
    let mut rule = Rule::default();
    rule.except.insert(town.dept("DZB"), own);
    town.store.place_by(&rule).unwrap();
    let incoming = town.register("incoming-handle", "关于防汛的通知").unwrap();
    let note = town.start(
        "雷有备",
        ("department-note", "应急物资清点"),
        &[],
        "op-note",
    );
    let two = Two {
        incoming: incoming.case,
        note: note.unwrap().case,
        town,
    };
    assert_ne!(two.incoming.shelf(), two.note.shelf());
    assert!(two.town.folder.dir().volume(2).exists());
    two
}

fn busy<T: std::fmt::Debug>(what: Result<T, Error>) -> String {
    match what {
        Err(Error::Busy(words)) => words,
        other => panic!("{other:?}"),
    }
}

/// The files of volume 1 go to another place, as with a stick that is pulled out.
fn pull(town: &Town) -> (PathBuf, Vec<(PathBuf, PathBuf)>) {
    let path = town.folder.dir().volume(1);
    let aside = town.folder.0.join("aside");
    fs::create_dir_all(&aside).unwrap();
    let mut moved = Vec::new();
    for tail in ["", "-wal", "-shm"] {
        let mut from = path.clone().into_os_string();
        from.push(tail);
        let from = PathBuf::from(from);
        if from.exists() {
            let to = aside.join(from.file_name().unwrap());
            fs::rename(&from, &to).unwrap();
            moved.push((from, to));
        }
    }
    (path, moved)
}

#[test]
fn a_volume_that_is_not_here_at_the_start_stops_nobody_else_and_comes_back() {
    let Two {
        town,
        incoming,
        note,
    } = two("away");
    assert!(town.store.drain(Duration::from_secs(10)));
    let folder = town.stop();
    let path = folder.dir().volume(1);
    let aside = folder.0.join("0001.elsewhere");
    fs::rename(&path, &aside).unwrap();

    let town = open(folder);
    let lost = town.store.lost();
    assert_eq!(lost.len(), 1);
    assert!(lost[0].words.contains("0001.vol") && lost[0].words.contains("不见了"));
    // the lists still know it; its own page says what is the matter
    assert_eq!(town.todo("宋小笺").len(), 1);
    let words = busy(town.open_case("宋小笺", incoming).map(drop));
    assert!(
        words.contains("0001") && words.contains("打不开"),
        "{words}"
    );
    // a new case of the same shelf is refused, and no file is made in its place
    let words = busy(town.register("incoming-handle", "再来一件").map(drop));
    assert!(words.contains("未保存"), "{words}");
    assert!(!path.exists());
    // everybody else works
    town.act("雷有备", note, MoveId::Submit, says("清点完了。"))
        .unwrap();

    assert!(town.store.call_back().is_empty(), "still away");
    fs::rename(&aside, &path).unwrap();
    assert_eq!(town.store.call_back(), [1]);
    assert!(town.store.lost().is_empty());
    town.register("incoming-handle", "再来一件").unwrap();
    assert_eq!(town.todo("宋小笺").len(), 2);
    let folder = town.stop();
    let findings = verify(&folder.dir()).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
}

#[test]
fn a_volume_pulled_out_while_running_is_missed_and_taken_back() {
    let Two {
        town,
        incoming,
        note,
    } = two("pulled");
    assert!(town.store.drain(Duration::from_secs(10)));
    let (path, moved) = pull(&town);
    town.store.look_round();
    assert_eq!(town.store.lost().len(), 1);
    busy(town.open_case("宋小笺", incoming).map(drop));
    town.open_case("雷有备", note).unwrap();
    assert!(!path.exists(), "closing it made nothing in its place");
    for (from, to) in &moved {
        fs::rename(to, from).unwrap();
    }
    assert_eq!(town.store.call_back(), [1]);
    town.act("宋小笺", incoming, MoveId::Submit, says("拟请阅示。"))
        .unwrap();
    assert!(town.store.drain(Duration::from_secs(10)));
    let folder = town.stop();
    let findings = verify(&folder.dir()).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
}

/// A number reserved when the volume went is bound or given back when it returns, as at a start.
#[test]
fn reservations_of_a_volume_that_was_away_are_settled_when_it_is_back() {
    let Two { town, incoming, .. } = two("claims");
    let shelf = incoming.shelf();
    let kept = town
        .store
        .reserve(shelf, "series", "收文/2026", "cut-off")
        .unwrap();
    let folder = town.stop();
    let path = folder.dir().volume(1);
    let aside = folder.0.join("0001.elsewhere");
    fs::rename(&path, &aside).unwrap();
    let town = open(folder);
    let state = "SELECT state FROM claim WHERE holder LIKE '%cut-off'";
    let hub = town.folder.dir().hub();
    assert_eq!(list::<String>(&hub, state), ["reserved"]);
    fs::rename(&aside, &path).unwrap();
    assert_eq!(town.store.call_back(), [1]);
    assert!(list::<String>(&hub, state).is_empty());
    let free = format!(
        "SELECT count(*) FROM claim WHERE state = 'free' AND n = {}",
        kept.n
    );
    assert_eq!(list::<i64>(&hub, &free), [1]);
}

#[test]
fn a_damaged_a_foreign_and_a_newer_volume_are_named_and_left_alone() {
    let Two {
        town,
        incoming,
        note,
    } = two("damaged");
    let folder = town.stop();
    let path = folder.dir().volume(1);
    let whole = fs::read(&path).unwrap();
    let foreign = two("foreign").town.stop();
    let foreign = fs::read(foreign.dir().volume(1)).unwrap();
    Bare::open(&path).all::<i64>("PRAGMA user_version = 77");
    let newer = fs::read(&path).unwrap();

    let mut folder = folder;
    let cut = &whole[..whole.len() / 3];
    for (bytes, says) in [
        (
            &b"no database at all, and long enough to be looked into"[..],
            "坏了",
        ),
        (cut, "坏了"),
        (&foreign, "对不上"),
        (&newer, "77"),
    ] {
        fs::write(&path, bytes).unwrap();
        let town = open(folder);
        // what opens and is bad is found by reading it through
        town.store.check_files(&std::sync::Arc::default()).unwrap();
        let lost = town.store.lost();
        assert_eq!(lost.len(), 1, "{says}");
        assert!(lost[0].words.contains(says), "{says}: {}", lost[0].words);
        busy(town.open_case("宋小笺", incoming).map(drop));
        town.open_case("雷有备", note).unwrap();
        assert!(town.store.call_back().is_empty(), "the same bad file again");
        if says == "77" {
            let said = &lost[0].words;
            assert!(
                said.contains(env!("CARGO_PKG_VERSION")) && said.contains("备份"),
                "{said}"
            );
        }
        // restored beside the running server
        fs::write(&path, &whole).unwrap();
        for tail in ["-wal", "-shm"] {
            let _ = fs::remove_file(format!("{}{tail}", path.display()));
        }
        assert_eq!(town.store.call_back(), [1], "{says}");
        town.open_case("宋小笺", incoming).unwrap();
        folder = town.stop();
    }
}

#[test]
fn pages_of_a_volume_that_is_away_say_so_and_lists_mark_its_rows() {
    let Two { town, incoming, .. } = two("pages");
    assert!(town.store.drain(Duration::from_secs(10)));
    let office = Office::of(town);
    let mut admin = office.admin();
    let mut clerk = office.colleague(&mut admin, "宋小笺");
    let (_, _moved) = pull(&office.town);
    office.town.store.look_round();

    let page = clerk.get(&format!("/case/{incoming}"));
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.text().contains("0001 柜现在打不开"), "{}", page.text());
    assert!(!page.text().contains(".vol"), "no path for everybody");
    let list = clerk.get("/todo");
    assert_eq!(list.status, 200);
    assert!(list.text().contains("关于防汛的通知") && list.text().contains("打不开"));
    let register = clerk.get("/register/incoming");
    assert!(register.text().contains("打不开"), "{}", register.text());
    let csrf = clerk.get("/me").hidden("/logout").remove(0).1;
    let fields = [
        ("_csrf", csrf.as_str()),
        ("_op", "away-1"),
        ("do", "submit/propose"),
        ("f.title", "关于森林防火的通知"),
        ("f.from", "墨川县林业局"),
        ("f.from_number", "墨林发〔2026〕3号"),
        ("f.received_on", "2026-03-09"),
    ];
    let refused = clerk.post("/start/incoming-handle", &fields);
    assert!([422, 503].contains(&refused.status), "{}", refused.status);
    for part in [
        "0001 柜现在打不开",
        "未保存",
        "关于森林防火的通知",
        "墨川县林业局",
    ] {
        assert!(refused.text().contains(part), "{part}: {}", refused.text());
    }

    // the administrator has it on top of the to-dos, with the file and what to do
    let red = admin.get("/todo").text();
    assert!(
        red.contains("要管理员办") && red.contains("0001.vol"),
        "{red}"
    );
    assert!(!clerk.get("/todo").text().contains("0001.vol"));
}

#[test]
fn a_search_file_and_an_attachment_file_that_are_gone_stop_nobody() {
    let Two { town, incoming, .. } = two("sides");
    let shelf = incoming.shelf();
    let mut upload = town.store.upload(shelf).unwrap();
    upload.push(b"contents").unwrap();
    let (digest, _) = upload.finish().unwrap();
    let folder = town.stop();
    let attach = folder.dir().attach(1);
    fs::write(&attach, b"no database, but long enough to be taken for one").unwrap();
    fs::write(folder.dir().volume(1).with_extension("fts"), b"rubbish").unwrap();
    let town = open(folder);
    town.open_case("宋小笺", incoming).unwrap();
    assert!(town.store.blob(shelf, digest).is_err());
    let wrong = town.store.check_files(&std::sync::Arc::default()).unwrap();
    assert!(wrong.iter().any(|w| w.contains("0001.att")), "{wrong:?}");
    assert!(town.store.sides().is_ok(), "made anew");
    town.register("incoming-handle", "照常登记").unwrap();
    // without the file new contents have a place again
    fs::remove_file(&attach).unwrap();
    let mut upload = town.store.upload(shelf).unwrap();
    upload.push(b"contents").unwrap();
    upload.finish().unwrap();
}
