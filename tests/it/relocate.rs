//! Shelves that move between volumes while the office works: what is in them, what the lists and the search
//! show of them, what becomes of requests, uploads, pauses and crashes on the way.
//! `truth` reads every row that counts with plain SQL; what it says is the same before and after.

mod ends;
mod killed;
mod steps;
mod walk;

use crate::support::files::list;
use crate::support::town::{Folder, Town, says};
use inkstone::engine::definition::MoveId;
use inkstone::engine::offer::Input;
use inkstone::kit::{Id, ShelfNo};
use inkstone::store::placement::{Policy, Rule};
use inkstone::store::tables::SHELF_TABLES;
use inkstone::store::{NewAttachment, RelocationState};
use std::collections::BTreeSet;
use std::path::PathBuf;

pub const SHARED: Policy = Policy {
    exclusive: false,
    yearly: false,
};
pub const YEARLY: Policy = Policy {
    exclusive: false,
    yearly: true,
};
pub const OWN: Policy = Policy {
    exclusive: true,
    yearly: false,
};

/// One policy for all, and exceptions.
pub fn rule(common: Policy, except: &[(i64, Policy)]) -> Rule {
    Rule {
        common,
        except: except.iter().copied().collect(),
    }
}

/// Every row of every shelf in the volume that owns it, as text; the events that carried them are not among them.
pub fn truth(folder: &Folder) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for volume in volumes(folder) {
        for table in SHELF_TABLES {
            let columns: Vec<String> = list(
                &volume,
                &format!("SELECT name FROM pragma_table_info('{table}') ORDER BY cid"),
            );
            let quoted: Vec<String> = columns.iter().map(|c| format!("quote({c})")).collect();
            let rows: Vec<String> = list(
                &volume,
                &format!(
                    "SELECT concat_ws('|', '{table}', {}) FROM {table} WHERE shelf IN
                       (SELECT shelf FROM shelf_owner WHERE state IN ('active','frozen'))",
                    quoted.join(", ")
                ),
            );
            for row in rows {
                assert!(all.insert(row.clone()), "twice: {row}");
            }
        }
    }
    all
}

pub fn volumes(folder: &Folder) -> Vec<PathBuf> {
    crate::support::files::volumes(folder)
}

/// Rows of the index that lists show.
pub fn lists(folder: &Folder) -> BTreeSet<String> {
    let index = folder.dir().index();
    let mut all = BTreeSet::new();
    for (table, columns) in [
        (
            "todo",
            "principal, task_id, case_id, title, number, held, reading",
        ),
        (
            "case_list",
            "case_id, shelf, title, number, state, step_name, held_by, changed_at",
        ),
        ("case_access", "principal, register, year, case_id, place"),
        ("hand", "person, last_at, case_id, open, started"),
    ] {
        let columns = columns.replace(", held,", ",");
        let rows: Vec<String> = list(
            &index,
            &format!("SELECT concat_ws('|', '{table}', {columns}) FROM {table}"),
        );
        all.extend(rows);
    }
    all
}

/// An office with cases of two departments and two years in every state, drafts, files.
pub fn filled(name: &str) -> Town {
    let town = Town::new(name);
    for n in 0..6 {
        let case = town
            .register("incoming-handle", &format!("关于修缮第{n}号沟渠的通知"))
            .unwrap()
            .case;
        attach(
            &town,
            case,
            &format!("清单{n}.txt"),
            format!("东沟{n}号闸底板").as_bytes(),
        );
        if n % 2 == 0 {
            town.act("宋小笺", case, MoveId::Submit, says("拟请江镇长批示。"))
                .unwrap();
        }
        if n % 3 == 0 {
            let to = Input {
                choice: "instruct".into(),
                people: vec![town.post("江若川")],
                ..Input::default()
            };
            let _ = town.act("纪文澜", case, MoveId::Submit, to);
        }
    }
    // the next working year
    town.clock.advance(330 * 86_400_000);
    for n in 6..9 {
        let case = town
            .register("incoming-handle", &format!("关于修缮第{n}号沟渠的通知"))
            .unwrap()
            .case;
        attach(
            &town,
            case,
            &format!("清单{n}.txt"),
            format!("西沟{n}号闸底板").as_bytes(),
        );
    }
    assert!(town.store.drain(std::time::Duration::from_secs(20)));
    town
}

/// Adds a file to a case, as a correction would.
pub fn attach(town: &Town, case: Id, name: &str, bytes: &[u8]) -> Id {
    let mut upload = town.store.upload(case.shelf()).unwrap();
    upload.push(bytes).unwrap();
    let (digest, size) = upload.finish().unwrap();
    refer(town, case, name, (digest, size))
}

/// Writes the reference to contents that are there.
pub fn refer(
    town: &Town,
    case: Id,
    name: &str,
    (digest, size): (inkstone::kit::Digest, i64),
) -> Id {
    let file = NewAttachment {
        owner: case,
        field: "attachments".into(),
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

/// Puts a rule in force as the administrator does.
pub fn order(town: &Town, rule: &Rule) -> usize {
    let stamp = town.stamp("苏简", "storage.rule");
    town.store.change_rule(rule, stamp).unwrap().moves.len()
}

/// All that was asked for is done, and every shelf stands where the rule says.
pub fn settled(town: &Town) {
    for r in town.store.relocations(1000).unwrap() {
        assert_eq!(r.state, RelocationState::Done, "{r:?}");
        assert_eq!(r.rows_done, r.rows_total, "{r:?}");
    }
    let rule = town.store.rule().unwrap();
    assert_eq!(town.store.plan(&rule).unwrap().moves, []);
}

/// The volume a shelf stands in.
pub fn stands(town: &Town, shelf: ShelfNo) -> i64 {
    town.store.routes().volume(shelf).unwrap()
}
