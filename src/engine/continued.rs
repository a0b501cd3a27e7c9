//! Closing a year with cases that are not done (README decision 10): such a case ends as carried over (结转) and goes
//! on as a linked successor on its department's shelf of the new year, at the same step, in the same hands, under the
//! same number. The old case and its address stay as they are. Not here: which cases, and who may (`screens`).
//! Invariant: the old case's own commit says so with everything the successor needs; the successor is begun once,
//! however often it is tried (`children`).

use super::acting::Acting;
use super::case::{Branch, CaseState, Opinion, Outcome, Purpose, State, Task, TaskState, Undo};
use super::case_store::{fill_tables, find_case, list_grants};
use super::child_store::{self, Child, Origin};
use super::children::SPAWNED;
use super::claiming;
use super::deed::{Deed, What};
use super::definition::{MoveId, Procedure};
use super::facts::{Facts, Viewer};
use super::flow;
use super::plan::{Change, Draft, Plan, Spawned};
use super::run::Engine;
use super::series_store::{find_version, insert_version};
use super::stored::{Signature, Stored};
use super::work::Work;
use crate::kit::{Error, Id, Millis, Principal, Result, ShelfNo};
use crate::org::Directory;
use crate::store::attachments::{self, Attachment};
use crate::store::{Stamp, Store, Write};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;

/// What a row of a started case says that is no field of a form: how the old case stood before it was carried over.
const STOOD: &str = "@stood";

/// What became of a case of a past year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Onward {
    /// It goes on in the new year.
    Continued,
    /// It was settled and only waited for readers, who are not waited for any more.
    Unread,
}

/// Whether a row of a started case is one that was carried over.
#[must_use]
pub fn is_continued(child: &Child) -> bool {
    child.fields.contains_key(STOOD)
}

impl Engine {
    /// Carries a case of a past year over into this one; its successor is begun a moment later.
    ///
    /// # Errors
    /// Conflict with why this case has to be finished where it is.
    pub fn continue_case(
        self: &Arc<Self>,
        store: &Store,
        stamp: Stamp,
        acting: &Acting,
        case: Id,
    ) -> Result<Onward> {
        contents_are_there(store, case)?;
        let year = self.zone().year(stamp.at);
        let (engine, acting) = (self.clone(), acting.clone());
        let done = store.write(case.shelf(), stamp, move |w| {
            let work = Work::load(w, &engine, &acting, case)?;
            if work.case.head.year >= year {
                return Err(Error::Conflict("是今年的件，不用结转".into()));
            }
            match work.case.state.state {
                State::Open => carry_over(w, work, year),
                _ => unread(w, work),
            }
        })?;
        Ok(done.value)
    }
}

/// What is lost cannot go along: better said before the old case has ended.
fn contents_are_there(store: &Store, case: Id) -> Result<()> {
    for file in attachments::list(&store.shelf(case.shelf())?, case)? {
        if store.blob(case.shelf(), file.digest()).is_err() {
            let why = "有附件的内容不见了，请先从备份恢复";
            return Err(Error::Conflict(why.into()));
        }
    }
    Ok(())
}

fn carry_over(w: &mut Write<'_>, mut work: Work<'_>, year: i16) -> Result<Onward> {
    if let Some(why) = hindrance(w, &work)? {
        return Err(Error::Conflict(why.into()));
    }
    let facts = work.facts(None);
    let by = facts.viewer.person;
    let (plan, stood) = ending(&facts, &format!("转入{year}年续办"));
    let spawned = Spawned {
        procedure: facts.procedure.id.clone(),
        label: plan.act.label.clone(),
        fields: [(STOOD.to_owned(), serde_json::to_value(stood)?)]
            .into_iter()
            .collect(),
    };
    let case = facts.case.id;
    work.carry(w, &plan, None)?;
    work.finish(w, SPAWNED)?;
    child_store::insert_child(w, (case, None), &spawned, by)?;
    Ok(Onward::Continued)
}

/// The plan that ends the old case, and how it stood before. It cannot be withdrawn: the other case is there.
fn ending(facts: &Facts<'_>, label: &str) -> (Plan, Option<Undo>) {
    let mut draft = Draft::new(facts);
    flow::give_up(&mut draft);
    stop_readers(&mut draft);
    draft.push(Change::End(Outcome::Continued));
    let mut plan = draft.main(MoveId::Continue, label, None, "年底没有办完");
    let stood = plan.undo.take();
    (plan, stood)
}

/// Readers read on in the new case, or are not waited for any more.
fn stop_readers(draft: &mut Draft<'_>) {
    let all = draft.facts.case.tasks.iter();
    let live: Vec<Id> = all
        .filter(|t| draft.task_state(t.id).is_some_and(TaskState::is_live))
        .map(|t| t.id)
        .collect();
    for task in live {
        draft.set_task(task, TaskState::Cancelled);
    }
}

/// Why a case has to be finished where it is.
fn hindrance(w: &Write<'_>, work: &Work<'_>) -> Result<Option<&'static str>> {
    let state = &work.case.state;
    let waits = |t: &Task| t.purpose == Purpose::Wait && t.state.is_live();
    let left_the_house = |d: &Deed| d.what != What::Signed;
    let begun_here = |w: &Write<'_>| -> Result<bool> {
        let first = work.case.acts.first().map(|a| a.mv);
        Ok(first != Some(MoveId::Continue) && child_store::find_origin(w, state.id)?.is_some())
    };
    Ok(if claiming::holds(&work.procedure, state) {
        Some("还占着车辆、会议室或者假期，请先办完或者退回")
    } else if state.tasks.iter().any(waits) {
        Some("在等它发起的另一件，请先办完那一件，或者选“不等了”")
    } else if begun_here(w)? {
        Some("是从另一件发起的，那一件在等它的结果，请先办完")
    } else if state.deeds.iter().any(left_the_house) {
        Some("已经用印或者分发，请在原来的件上办完")
    } else {
        None
    })
}

/// A settled case whose readers have not read it: the reading ends with the year.
fn unread(w: &mut Write<'_>, mut work: Work<'_>) -> Result<Onward> {
    let facts = work.facts(None);
    let live = || facts.case.tasks.iter().filter(|t| t.state.is_live());
    if live().next().is_none() {
        return Err(Error::Conflict("已经办完，不用结转".into()));
    }
    if live().any(|t| t.purpose != Purpose::Read) {
        return Err(Error::Conflict("已经办结，只差归档，请先归档".into()));
    }
    let mut draft = Draft::new(&facts);
    stop_readers(&mut draft);
    let plan = draft.side(MoveId::EndCirculation, "结束传阅", None, "这一年要封存");
    work.carry(w, &plan, None)?;
    work.finish(w, "case.advanced")?;
    Ok(Onward::Unread)
}

/// The old case as its successor takes it over.
#[derive(Clone)]
pub(super) struct Former {
    case: Stored,
    procedure: Arc<Procedure>,
    /// The words of its version, for the successor's volume.
    text: String,
    grants: Vec<(Principal, String)>,
    files: Vec<Attachment>,
    /// Who carried it over.
    by: Signature,
}

impl Former {
    pub(super) fn read(store: &Store, engine: &Engine, child: &Child) -> Result<Self> {
        let read = store.shelf(child.parent.shelf())?;
        let mut case = find_case(&read, child.parent)?;
        let (id, version) = (case.head.procedure.clone(), case.head.version.clone());
        let procedure = engine.procedures.version(&read, &id, &version)?;
        fill_tables(&read, &procedure, &mut case.state)?;
        let mut acts = case.acts.iter().rev();
        let last = acts.find(|a| a.mv == MoveId::Continue);
        let by = last.map(|a| a.by.clone()).ok_or(Error::NotFound)?;
        Ok(Self {
            procedure,
            text: find_version(&read, &id, &version)?,
            grants: list_grants(&read, child.parent)?,
            files: attachments::list(&read, child.parent)?,
            by,
            case,
        })
    }

    /// The shelf its successor stands on.
    pub(super) fn shelf(&self, store: &Store, engine: &Engine) -> Result<ShelfNo> {
        let year = engine.zone().year(store.clock().now());
        store.shelf_for(self.case.state.dept.0, year)
    }

    /// Contents first, then the reference: a reference never dangles.
    pub(super) fn bring_contents(&self, store: &Store, to: ShelfNo) -> Result<()> {
        for file in &self.files {
            let mut from = store.blob(self.case.state.id.shelf(), file.digest())?;
            let mut upload = store.upload(to)?;
            while let Some(chunk) = from.next_chunk()? {
                upload.push(&chunk)?;
            }
            upload.finish()?;
        }
        Ok(())
    }

    /// Whoever carried it over, as he was called; he may have left since.
    pub(super) fn acting(&self, directory: &Arc<Directory>) -> Acting {
        Acting {
            directory: directory.clone(),
            organ: self.case.state.organ,
            dept: self.case.state.dept,
            viewer: Viewer {
                person: self.by.person,
                holds: Vec::new(),
                roles: Vec::new(),
            },
            signature: self.by.clone(),
            limited: Vec::new(),
        }
    }
}

/// Begins the successor.
pub(super) fn begin(
    w: &mut Write<'_>,
    engine: &Arc<Engine>,
    acting: &Acting,
    (former, child): (&Former, &Child),
) -> Result<Id> {
    let stood = child.fields.get(STOOD).cloned().unwrap_or_default();
    let stood: Undo = serde_json::from_value(stood)?;
    let head = &former.case.head;
    insert_version(w, &head.procedure, &head.version, &former.text)?;
    let mut work = Work::blank(w, engine, acting, &former.procedure)?;
    let id = work.case.state.id;
    let mut mint = || w.next_id();
    let mut state = onward(&former.case.state, &stood, (id, work.at()), &mut mint);
    state.grants.clone_from(&former.grants);
    work.case.state = state;
    work.case.said.clone_from(&former.case.said);
    work.case.head.number.clone_from(&head.number);
    work.case.head.starter_name.clone_from(&head.starter_name);
    let note = match &head.number {
        Some(number) => format!("接着办{}年的{number}", head.year),
        None => format!("接着办{}年的一件", head.year),
    };
    let facts = work.facts(None);
    let plan = Draft::new(&facts).side(MoveId::Continue, "结转续办", None, &note);
    work.carry(w, &plan, None)?;
    work.finish(w, "case.started")?;
    let origin = Origin {
        parent: child.parent,
        child: child.id,
        title: head.title.clone(),
    };
    child_store::insert_origin(w, id, &origin)?;
    for file in &former.files {
        w.attach_at(&file.of_owner(id), file.at)?;
    }
    Ok(id)
}

/// The state as it was before it was carried over, with ids of the new shelf.
fn onward(
    old: &CaseState,
    stood: &Undo,
    (id, now): (Id, Millis),
    mint: &mut dyn FnMut() -> Id,
) -> CaseState {
    let branches: HashMap<Id, Id> = old.branches.iter().map(|b| (b.id, mint())).collect();
    let tasks: HashMap<Id, Id> = old.tasks.iter().map(|t| (t.id, mint())).collect();
    let of = |all: &HashMap<Id, Id>, id: Option<Id>| id.and_then(|id| all.get(&id).copied());
    let branch = |b: &Branch| Branch {
        id: of(&branches, Some(b.id)).unwrap_or(b.id),
        state: before(&stood.branches, b.id).unwrap_or(b.state),
        ..b.clone()
    };
    let task = |t: &Task| {
        let undone = before(&stood.tasks, t.id);
        Task {
            id: of(&tasks, Some(t.id)).unwrap_or(t.id),
            branch: of(&branches, t.branch),
            parent: of(&tasks, t.parent),
            state: undone.unwrap_or(t.state),
            done_at: t.done_at.filter(|_| undone.is_none()),
            seen_at: None,
            ..t.clone()
        }
    };
    let opinion = |o: &Opinion| Opinion {
        branch: of(&branches, o.branch),
        task: of(&tasks, o.task),
        ..o.clone()
    };
    let deeds = old.deeds.iter().map(|d| Deed {
        id: mint(),
        ..d.clone()
    });
    let deeds = deeds.collect();
    CaseState {
        id,
        state: stood.state,
        outcome: None,
        step: stood.step.clone(),
        visit: stood.visit,
        opened_at: now,
        branches: old.branches.iter().map(branch).collect(),
        tasks: old.tasks.iter().map(task).collect(),
        opinions: old.opinions.iter().map(opinion).collect(),
        grants: Vec::new(),
        last: None,
        urges: Vec::new(),
        deeds,
        ..old.clone()
    }
}

fn before<T: Copy>(all: &[(Id, T)], id: Id) -> Option<T> {
    all.iter().find(|(of, _)| *of == id).map(|(_, was)| *was)
}
