//! Dates counted again after the office's calendar changed (alaveteli#7292): each open case whose terms end on
//! another day gets a ledger row that says from which day to which.
//! Not here: what a calendar is (`kit::workdays`) and how a date is counted (`reckon`).

use super::case::Task;
use super::case_store::find_case;
use super::definition::MoveId;
use super::dues_store::list_dated_cases;
use super::facts::{Facts, Viewer};
use super::people::InOrgan;
use super::plan::{Change, Draft, Plan};
use super::reckon;
use super::run::{Acting, Engine};
use super::stored::Signature;
use super::work::Work;
use crate::kit::{Calendar, Id, Millis, PersonId, Result};
use crate::org::Directory;
use crate::store::{Stamp, Store};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Who changed the calendar, the directory that has the new one, and the old one.
pub struct Turn {
    pub by: PersonId,
    pub directory: Arc<Directory>,
    pub before: Calendar,
}

/// A case whose date would move.
#[derive(Debug, Clone)]
pub struct Moved {
    pub case: Id,
    pub title: String,
    /// 承办的期限从 4月3日 改到 4月7日
    pub words: String,
}

impl Engine {
    /// Which open cases would get another date under a calendar that is only being looked at. Writes nothing.
    pub fn would_move(
        &self,
        store: &Store,
        directory: &Directory,
        then: &Calendar,
    ) -> Result<Vec<Moved>> {
        let mut all = Vec::new();
        let nobody = Viewer {
            person: PersonId(0),
            holds: Vec::new(),
            roles: Vec::new(),
        };
        for case in list_dated_cases(&store.index()?)? {
            let read = store.shelf(case.shelf())?;
            let stored = find_case(&read, case)?;
            let head = &stored.head;
            let procedure = self
                .procedures
                .version(&read, &head.procedure, &head.version)?;
            let people = InOrgan {
                directory,
                organ: stored.state.organ,
            };
            let who = (&nobody, &people);
            let facts = self.facts(&procedure, &stored.state, who, (store.clock().now(), None));
            let facts = Facts {
                calendar: then,
                ..facts
            };
            let words = said(&facts, &reckon::changed(&facts, directory.calendar()));
            if !words.is_empty() {
                all.push(Moved {
                    case,
                    title: stored.head.title.clone(),
                    words,
                });
            }
        }
        Ok(all)
    }

    /// Counts every open case again; gives how many got another date. Done twice it changes nothing.
    pub fn recount(
        self: &Arc<Self>,
        store: &Store,
        turn: &Turn,
        stamp: impl Fn(Id) -> Stamp,
    ) -> Result<usize> {
        let cases = list_dated_cases(&store.index()?)?;
        let mut changed = 0;
        for case in cases {
            changed += usize::from(self.recount_one(store, turn, (case, stamp(case)))?);
        }
        Ok(changed)
    }

    fn recount_one(
        self: &Arc<Self>,
        store: &Store,
        turn: &Turn,
        (case, stamp): (Id, Stamp),
    ) -> Result<bool> {
        let stored = find_case(&store.shelf(case.shelf())?, case)?;
        let acting = Acting {
            directory: turn.directory.clone(),
            organ: stored.state.organ,
            dept: stored.state.dept,
            viewer: Viewer {
                person: turn.by,
                holds: Vec::new(),
                roles: Vec::new(),
            },
            signature: Signature {
                person: turn.by,
                name: turn.directory.person_name(turn.by).to_owned(),
                post_name: "管理员".to_owned(),
                dept_name: String::new(),
                acting_for: None,
            },
            limited: Vec::new(),
        };
        let (engine, before) = (self.clone(), turn.before.clone());
        let done = store.write(case.shelf(), stamp, move |w| {
            let mut work = Work::load(w, &engine, &acting, case)?;
            let Some(plan) = plan(&work.facts(None), &before) else {
                w.quiet("按新日历算出的期限不变，没有改动");
                return Ok(false);
            };
            work.carry(w, &plan, None)?;
            work.finish(w, "case.recounted")?;
            Ok(true)
        })?;
        Ok(done.value)
    }
}

fn plan(facts: &Facts<'_>, before: &Calendar) -> Option<Plan> {
    let changed = reckon::changed(facts, before);
    if changed.is_empty() {
        return None;
    }
    let words = format!("放假安排有变：{}", said(facts, &changed));
    let mut draft = Draft::new(facts);
    for (task, at) in changed {
        draft.push(Change::SetDue(task.id, Some(at)));
    }
    Some(draft.side(MoveId::Recount, "期限重算", None, &words))
}

/// 承办的期限从 4月3日 改到 4月7日, each step once.
fn said(facts: &Facts<'_>, changed: &[(&Task, Millis)]) -> String {
    let mut said: BTreeMap<String, String> = BTreeMap::new();
    for (task, at) in changed {
        let day = |m| facts.zone.day(m).short();
        let was = task.due_at.map(day).unwrap_or_default();
        let name = facts.procedure.step(&task.step).map_or("", |s| &s.name);
        said.insert(
            name.to_owned(),
            format!("{name}的期限从 {was} 改到 {}", day(*at)),
        );
    }
    let words: Vec<String> = said.into_values().collect();
    words.join("；")
}
