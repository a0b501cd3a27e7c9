//! Dates counted again after the office's calendar changed (alaveteli#7292): each open case whose terms end on
//! another day gets a ledger row that says from which day to which.
//! Not here: what a calendar is (`kit::workdays`) and how a date is counted (`reckon`).

use super::case_store::find_case;
use super::definition::MoveId;
use super::dues_store::list_dated_cases;
use super::facts::{Facts, Viewer};
use super::plan::{Change, Draft, Plan};
use super::reckon;
use super::run::{Acting, Engine};
use super::stored::Signature;
use super::work::Work;
use crate::kit::{Calendar, Id, PersonId, Result};
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

impl Engine {
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
        };
        let (engine, before) = (self.clone(), turn.before.clone());
        let done = store.write(case.shelf(), stamp, move |w| {
            let mut work = Work::load(w, &engine, &acting, case)?;
            let Some(plan) = plan(&work.facts(None), &before) else {
                w.quiet("the new calendar gives the same dates");
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
    let mut draft = Draft::new(facts);
    let mut said: BTreeMap<String, String> = BTreeMap::new();
    for (task, at) in changed {
        let day = |m| facts.zone.day(m).short();
        let was = task.due_at.map(day).unwrap_or_default();
        let name = facts.procedure.step(&task.step).map_or("", |s| &s.name);
        said.insert(
            name.to_owned(),
            format!("{name}的期限从 {was} 改到 {}", day(at)),
        );
        draft.push(Change::SetDue(task.id, Some(at)));
    }
    let words: Vec<String> = said.into_values().collect();
    let words = format!("放假安排有变：{}", words.join("；"));
    Some(draft.side(MoveId::Recount, "期限重算", None, &words))
}
