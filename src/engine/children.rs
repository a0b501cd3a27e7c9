//! Cases that other cases started (组合流程): begun where their department files them, their state copied back to the
//! parent, the parent woken when they end. Two files cannot share a commit: each half is its own, done again until
//! it is known to be done. Invariant: a child is begun once, and a waiting task is woken once.

use super::case::{Purpose, State, TaskState};
use super::case_store::find_case;
use super::child_store::{self, Child, Origin};
use super::continued::{self, Former, is_continued};
use super::definition::MoveId;
use super::facts::{Facts, Viewer};
use super::plan::{Draft, Plan};
use super::printed;
use super::run::{Acting, Engine};
use super::stored::{Signature, Stored};
use super::work::Work;
use super::{flow, series_store};
use crate::kit::{Error, Id, Millis, Result};
use crate::org::{Directory, DirectoryHandle};
use crate::store::{Consumer, Effect, Event, Stamp, Standing, Store, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Kind of the event by which a case asks for another.
pub(super) const SPAWNED: &str = "case.spawned";

/// Follows cases and what they started.
pub struct Children {
    store: Store,
    engine: Arc<Engine>,
    org: DirectoryHandle,
    /// Of what is written by itself.
    stamp: fn(Millis) -> Stamp,
    /// Something could not be done, or may have been lost: everything open is looked at again.
    behind: AtomicBool,
}

impl Children {
    #[must_use]
    pub const fn new(
        store: Store,
        engine: Arc<Engine>,
        org: DirectoryHandle,
        stamp: fn(Millis) -> Stamp,
    ) -> Self {
        Self {
            store,
            engine,
            org,
            stamp,
            behind: AtomicBool::new(true),
        }
    }

    /// Looks at all that have not ended, where something was left undone: at the start, and with whatever
    /// happens after a failure.
    pub fn mend(&self) -> Result<()> {
        if !self.behind.swap(false, Ordering::AcqRel) {
            return Ok(());
        }
        for (shelf, ..) in self.store.shelves()? {
            if self.store.standing(shelf) != Standing::Open {
                continue;
            }
            let live = child_store::list_live(&self.store.shelf(shelf)?, shelf)?;
            for child in live {
                self.tried(child.id, self.bring(&child));
            }
        }
        Ok(())
    }

    /// What failed is tried again later: one parent that cannot be reached keeps no other from going on.
    fn tried(&self, what: Id, done: Result<()>) {
        if let Err(e) = done {
            tracing::warn!(cause = %e, %what, "a case started by another waits for the next look");
            self.behind.store(true, Ordering::Release);
        }
    }

    /// Brings one child as far as it can be: begun, and known to its parent.
    fn bring(&self, child: &Child) -> Result<()> {
        let made = match child.made {
            Some(made) => made,
            None if is_continued(child) => self.go_on(child)?,
            None => match self.begin(child) {
                Err(Error::Denied(why)) => return self.refused(child, &why),
                made => made?,
            },
        };
        self.copy(child.id, made)
    }

    fn after(&self, event: &Event) -> Result<()> {
        let Some(case) = event.target.filter(|_| event.kind.starts_with("case.")) else {
            return Ok(());
        };
        let read = self.store.shelf(case.shelf())?;
        if event.kind == SPAWNED {
            let all = child_store::list_children(&read, case)?;
            drop(read);
            for child in all.iter().filter(|c| c.made.is_none() && !c.ended) {
                self.bring(child)?;
            }
            return Ok(());
        }
        let origin = child_store::find_origin(&read, case)?;
        drop(read);
        match origin {
            Some(origin) => self.copy(origin.child, case),
            None => Ok(()),
        }
    }

    /// Begins the child in its starter's name, on the shelf of his department.
    fn begin(&self, child: &Child) -> Result<Id> {
        let engine = self.engine.clone();
        let acting = Acting::of(&self.org.current(), child.starter)?;
        let published = match engine.procedures.current(&child.procedure) {
            Ok(published) => published.clone(),
            Err(_) => return Err(Error::Denied("这个事项已经停用".into())),
        };
        let parent = find_case(&self.store.shelf(child.parent.shelf())?, child.parent)?;
        let shelf = engine.shelf_now(&self.store, &acting)?;
        let stamp = self.stamp(child.parent);
        let (child, title) = (child.clone(), parent.head.title);
        let done = self.store.write(shelf, stamp, move |w| {
            if let Some(made) = child_store::find_made(w, child.id)? {
                w.quiet("以前已经发起，没有改动");
                return Ok(made);
            }
            let mut work = Work::blank(w, &engine, &acting, &published.procedure)?;
            let facts = work.facts(None);
            let mut begin = flow::begin(&facts)?;
            begin.act.mv = MoveId::Spawn;
            begin.act.label = format!("由“{title}”发起");
            let mut filled = super::values::defaults(&facts);
            let known = child
                .fields
                .iter()
                .filter(|(id, _)| published.procedure.field(id).is_some());
            filled.extend(known.map(|(id, v)| (id.clone(), v.clone())));
            series_store::insert_version(
                w,
                &published.procedure.id,
                published.procedure.version(),
                &published.text,
            )?;
            work.carry(w, &begin, None)?;
            work.case.state.values.extend(filled);
            let made = work.case.state.id;
            work.finish(w, "case.started")?;
            let origin = Origin {
                parent: child.parent,
                child: child.id,
                title,
            };
            child_store::insert_origin(w, made, &origin)?;
            Ok(made)
        })?;
        Ok(done.value)
    }

    /// Begins what goes on from a case of a past year. Nothing may refuse it: the old case has ended.
    fn go_on(&self, child: &Child) -> Result<Id> {
        let engine = self.engine.clone();
        let former = Former::read(&self.store, &engine, child)?;
        let acting = former.acting(&self.org.current());
        let shelf = former.shelf(&self.store, &engine)?;
        former.bring_contents(&self.store, shelf)?;
        let (stamp, child) = (self.stamp(child.parent), child.clone());
        let done = self.store.write(shelf, stamp, move |w| {
            match child_store::find_made(w, child.id)? {
                Some(made) => {
                    w.quiet("以前已经发起，没有改动");
                    Ok(made)
                }
                None => continued::begin(w, &engine, &acting, (&former, &child)),
            }
        })?;
        Ok(done.value)
    }

    /// It cannot be begun at all: the parent says so, and does not wait for it.
    fn refused(&self, child: &Child, why: &str) -> Result<()> {
        let now = Child {
            line: format!("没有发起成功：{why}"),
            ended: true,
            ..child.clone()
        };
        let by = (child.starter, None);
        self.settle(now, by)
    }

    /// Copies how the child stands to its parent; where it has ended, the parent goes on.
    fn copy(&self, row: Id, made: Id) -> Result<()> {
        // a sealed year is never written again, and nothing of it waits
        if self.store.is_closed(row.shelf()) {
            return Ok(());
        }
        let (case, procedure) = {
            let read = self.store.shelf(made.shelf())?;
            let case = find_case(&read, made)?;
            let (id, version) = (&case.head.procedure, &case.head.version);
            let procedure = self.engine.procedures.version(&read, id, version)?;
            (case, procedure)
        };
        let held = child_store::find_child(&self.store.shelf(row.shelf())?, row)?;
        let stands = printed::standing(&procedure, &case);
        let line = match case.state.state {
            State::Open => format!("{stands}，现在到{}", printed::held_by(&case)),
            _ => stands,
        };
        let now = Child {
            made: Some(made),
            title: case.head.title.clone(),
            ended: case.state.state != State::Open,
            line,
            ..held.clone()
        };
        let same = held.made == now.made
            && (&held.title, &held.line, held.ended) == (&now.title, &now.line, now.ended);
        if same {
            return Ok(());
        }
        let last = case.acts.last();
        let by = last.map_or((child_starter(&held), None), |a| {
            (a.by.person, Some(a.by.clone()))
        });
        self.settle(now, by)
    }

    /// Writes how a child stands into its parent, and wakes what waits for one that has ended.
    fn settle(&self, now: Child, by: (crate::kit::PersonId, Option<Signature>)) -> Result<()> {
        let (engine, directory) = (self.engine.clone(), self.org.current());
        let stamp = self.stamp(now.parent);
        self.store.write(now.parent.shelf(), stamp, move |w| {
            child_store::set_child(w, &now)?;
            match now.wait.filter(|_| now.ended) {
                Some(wait) => wake(w, &engine, (&directory, by), (&now, wait)),
                None => {
                    w.quiet("抄录的一行，不影响各类清单");
                    Ok(())
                }
            }
        })?;
        Ok(())
    }

    fn stamp(&self, about: Id) -> Stamp {
        let mut stamp = (self.stamp)(self.store.clock().now());
        stamp.target = about.to_string();
        stamp
    }
}

const fn child_starter(child: &Child) -> crate::kit::PersonId {
    child.starter
}

/// The task that waits is over and whoever has the step goes on.
fn wake(
    w: &mut Write<'_>,
    engine: &Arc<Engine>,
    (directory, (by, signature)): (&Arc<Directory>, (crate::kit::PersonId, Option<Signature>)),
    (child, wait): (&Child, Id),
) -> Result<()> {
    let parent: Stored = find_case(w, child.parent)?;
    let signature = signature.unwrap_or_else(|| Signature {
        person: by,
        name: directory.person_name(by).to_owned(),
        post_name: String::new(),
        dept_name: String::new(),
        acting_for: None,
    });
    let acting = Acting {
        directory: directory.clone(),
        organ: parent.state.organ,
        dept: parent.state.dept,
        viewer: Viewer {
            person: by,
            holds: Vec::new(),
            roles: Vec::new(),
        },
        signature: Signature {
            acting_for: None,
            ..signature
        },
        limited: Vec::new(),
    };
    let mut work = Work::load(w, engine, &acting, child.parent)?;
    let Some(plan) = joined(&work.facts(None), wait, child) else {
        w.quiet("已无人等待，没有改动");
        return Ok(());
    };
    work.carry(w, &plan, None)?;
    work.finish(w, "case.advanced").map(drop)
}

/// What a child's end does to the task that waits for it; nothing where it waits no more.
fn joined(facts: &Facts<'_>, wait: Id, child: &Child) -> Option<Plan> {
    let task = facts.case.task(wait)?;
    if task.purpose != Purpose::Wait || task.state != TaskState::Open {
        return None;
    }
    let mut draft = Draft::new(facts);
    draft.set_task(task.id, TaskState::Done);
    let below = task.parent.and_then(|t| facts.case.task(t));
    if let Some(below) = below.filter(|t| t.state == TaskState::Waiting) {
        draft.set_task(below.id, TaskState::Open);
    }
    let label = format!("“{}”{}", child.label, child.line);
    Some(draft.side(MoveId::Joined, &label, Some(task.id), ""))
}

impl Consumer for Children {
    fn name(&self) -> &'static str {
        "children"
    }

    fn action(&self) -> &'static str {
        "case.child"
    }

    /// The other files are written here, each by itself; the hub keeps only how far this came.
    fn effect(&self, events: &[Event]) -> Result<Effect> {
        self.mend()?;
        for event in events {
            if let Some(case) = event.target {
                self.tried(case, self.after(event));
            }
        }
        Ok(Box::new(|_| Ok(())))
    }
}
