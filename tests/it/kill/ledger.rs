//! What the killed child had acknowledged, and the questions asked of the town that was opened again.
//! The files are read with plain SQL, not through the engine.

use crate::support::files;
use crate::support::town::{Folder, Town};
use inkstone::kit::Digest;
use inkstone::kit::Id;
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::fmt;

#[derive(Default)]
pub struct Ledger {
    /// Case, number, title.
    cases: Vec<(i64, String, String)>,
    /// Case, opinion.
    opinions: Vec<(i64, String)>,
    archived: Vec<i64>,
    /// Draft: how often it was saved, and the text of it.
    drafts: HashMap<i64, (i64, String)>,
    /// Attachment, digest, size.
    files: Vec<(i64, String, i64)>,
    saves: usize,
    /// Requests and commits of the children, each as last told.
    told: Vec<(u64, u64)>,
}

/// Where the acknowledgements of one round begin.
pub struct New {
    files: usize,
}

impl Ledger {
    /// Takes the lines of one child in.
    pub fn take(&mut self, lines: &[String]) -> New {
        let new = New {
            files: self.files.len(),
        };
        self.told.push((0, 0));
        for line in lines.iter().filter_map(|l| l.strip_prefix("ACK ")) {
            // the last may be cut off in the middle
            if let Ok(ack) = serde_json::from_str::<Value>(line) {
                self.line(&ack);
            }
        }
        new
    }

    fn line(&mut self, ack: &Value) {
        let text = |key: &str| ack[key].as_str().unwrap_or_default().to_owned();
        let id = |key: &str| text(key).parse::<Id>().ok().map(Id::raw);
        if let Some(case) = id("case") {
            self.cases.push((case, text("number"), text("title")));
        } else if let Some(case) = id("act") {
            self.opinions.push((case, text("opinion")));
        } else if let Some(case) = id("archived") {
            self.archived.push(case);
        } else if let Some(draft) = id("draft") {
            self.saves += 1;
            self.drafts
                .insert(draft, (ack["n"].as_i64().unwrap(), text("text")));
        } else if let Some(file) = id("file") {
            self.files
                .push((file, text("digest"), ack["size"].as_i64().unwrap()));
        } else {
            let count = |i: usize| ack["mean"][i].as_u64().unwrap();
            *self.told.last_mut().unwrap() = (count(0), count(1));
        }
    }

    /// Requests and commits of all children.
    pub fn commits(&self) -> (u64, u64) {
        let sum = |f: fn(&(u64, u64)) -> u64| self.told.iter().map(f).sum();
        (sum(|t| t.0), sum(|t| t.1))
    }

    /// Every acknowledged write is there, as it was acknowledged; the lists are right before anything
    /// new is written. Contents of files are read once, in their round.
    pub fn check(&self, town: &Town, new: New) {
        same_todo(&town.folder);
        self.check_cases(&town.folder);
        numbers_are_whole(&town.folder, 0);
        self.check_drafts(&town.folder);
        self.check_files(town, new.files);
    }

    fn check_cases(&self, folder: &Folder) {
        let there = three(
            folder,
            "SELECT json_array(id, number, title) FROM cases WHERE number IS NOT NULL",
        );
        for case in &self.cases {
            assert!(there.contains(case), "a case is lost: {case:?}");
        }
        let said = "SELECT json_array(case_id, text) FROM opinion";
        let said: HashSet<(i64, String)> = parsed(folder, said);
        for opinion in &self.opinions {
            assert!(said.contains(opinion), "an opinion is lost: {opinion:?}");
        }
        let ended = "SELECT id FROM cases WHERE state = 'archived'";
        let ended: HashSet<i64> = files::in_volumes(folder, ended).into_iter().collect();
        for case in &self.archived {
            assert!(ended.contains(case), "an archived case is open: {case}");
        }
    }

    /// A draft is there as it was acknowledged, or as it was saved later and not acknowledged any more.
    fn check_drafts(&self, folder: &Folder) {
        let there: HashSet<(i64, i64, String)> = parsed(
            folder,
            "SELECT json_array(id, rev, form ->> 'title') FROM draft",
        );
        let at: HashMap<i64, (i64, String)> = there
            .into_iter()
            .map(|(id, rev, text)| (id, (rev, text)))
            .collect();
        for (id, acked) in &self.drafts {
            let (rev, text) = at
                .get(id)
                .unwrap_or_else(|| panic!("a draft is lost: {acked:?}"));
            assert!(
                *rev == acked.0 + 1 || (rev, text) == (&acked.0, &acked.1),
                "a draft is older than acknowledged: {acked:?}, {rev}, {text}"
            );
        }
    }

    fn check_files(&self, town: &Town, from: usize) {
        let there = three(
            &town.folder,
            "SELECT json_array(id, lower(hex(digest)), CAST(size AS TEXT)) FROM attachment",
        );
        for (id, digest, size) in &self.files {
            let row = (*id, digest.clone(), size.to_string());
            assert!(there.contains(&row), "a file is lost: {row:?}");
        }
        for (id, digest, size) in &self.files[from..] {
            let id = Id::from_raw(*id);
            let read = town.store.shelf(id.shelf()).unwrap();
            let file = inkstone::store::attachments::find(&read, id).unwrap();
            let blob = town.store.blob(id.shelf(), file.digest()).unwrap();
            let bytes = blob.all(*size).unwrap().unwrap();
            assert_eq!(Digest::of(&bytes).hex(), *digest);
        }
    }
}

impl fmt::Display for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.cases.len() + self.opinions.len() + self.archived.len();
        write!(
            f,
            "{} writes acknowledged ({} cases with a number, {} drafts saved, {} files)",
            all + self.saves + self.files.len(),
            self.cases.len(),
            self.saves,
            self.files.len()
        )
    }
}

fn parsed<T: serde::de::DeserializeOwned + Eq + std::hash::Hash>(
    folder: &Folder,
    statement: &str,
) -> HashSet<T> {
    let rows = files::in_volumes::<String>(folder, statement);
    rows.iter()
        .map(|r| serde_json::from_str(r).unwrap())
        .collect()
}

fn three(folder: &Folder, statement: &str) -> HashSet<(i64, String, String)> {
    parsed(folder, statement)
}

/// Of a shelf on its way rows stand in two files: those of its owner count.
pub fn same_todo(folder: &Folder) {
    let open = "SELECT holder || ' ' || id FROM task WHERE state = 'open' AND shelf IN
       (SELECT shelf FROM shelf_owner WHERE state IN ('active','frozen')) ORDER BY 1";
    let mut tasks = files::in_volumes::<String>(folder, open);
    tasks.sort();
    let listed = "SELECT principal || ' ' || task_id FROM todo ORDER BY 1";
    let listed = files::list::<String>(&folder.dir().index(), listed);
    assert!(tasks == listed, "the to-do list is not the open tasks");
}

/// No number twice; none missing but those free for the next taker; none half taken after a start. Of the
/// years before `since` only old books are here, which have the gaps they have.
pub fn numbers_are_whole(folder: &Folder, since: i32) {
    let claims = "SELECT json_array(key, n, state, case_id) FROM claim ORDER BY key, n";
    let claims = files::list::<String>(&folder.dir().hub(), claims);
    let mut last = (String::new(), 0);
    let mut holders = HashSet::new();
    for claim in claims {
        let (key, n, state, case): (String, i64, String, Option<i64>) =
            serde_json::from_str(&claim).unwrap();
        let year = key.rsplit('/').next().and_then(|y| y.parse().ok());
        let follows = if key == last.0 { last.1 + 1 } else { 1 };
        let is_old = year.is_some_and(|y: i32| y < since);
        assert!(
            is_old || n == follows,
            "before {n} a number of {key} is missing"
        );
        assert!(
            (state != "free") == case.is_some() && state != "reserved",
            "{key} {n} is {state} with {case:?}"
        );
        assert!(case.is_none_or(|c| holders.insert(c)), "{key} {n}");
        last = (key, n);
    }
    let shown = "SELECT json_array(procedure NOT LIKE 'incoming%', shelf * (procedure LIKE 'dep%'), number) FROM cases
       WHERE shelf IN (SELECT shelf FROM shelf_owner WHERE state IN ('active','frozen'))
         AND id NOT IN (SELECT case_id FROM ledger WHERE move = 'continue' AND n = 1)";
    // a case that goes on from a closed year shows that one's number
    let shown = files::in_volumes::<String>(folder, shown);
    let once: HashSet<&String> = shown.iter().collect();
    assert_eq!(once.len(), shown.len(), "a number is shown twice");
    let own =
        "SELECT json_array(shelf, count(*), max(n)) FROM series_number GROUP BY shelf, key, year";
    for row in files::in_volumes::<String>(folder, own) {
        let (shelf, count, most): (i64, i64, i64) = serde_json::from_str(&row).unwrap();
        assert_eq!(
            count, most,
            "a department's number is missing on shelf {shelf}"
        );
    }
}
