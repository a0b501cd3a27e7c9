//! What a department that was closed leaves behind: its own procedures, drafts of such, and how far their numbers came
//! this year; given to the department that does its work now. Not here: its open tasks (posts hand them on, `org`).
//! Invariant: a number that was given out is not given out again by the heir, wherever a stop comes between.

use super::{by_department, owner_of};
use crate::engine::definition::Procedure;
use crate::engine::import::import_store::set_floor;
use crate::engine::procedures::Published;
use crate::engine::run::Engine;
use crate::engine::series_store;
use crate::engine::workshop::{Maker, Sketch};
use crate::engine::workshop_store::{self as kept, NewSketch};
use crate::kit::{DeptId, Error, Result, ShelfNo};
use crate::org::Directory;
use crate::store::{Stamp, Store};
use std::collections::BTreeMap;

/// What stands in the name of one closed department.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    pub dept: DeptId,
    /// Who does its work now; nobody where it was closed without a successor.
    pub heir: Option<DeptId>,
    pub procedures: usize,
    /// Drafts nobody published yet.
    pub drafts: usize,
}

impl Engine {
    /// Closed departments in whose name something still stands.
    pub fn left_behind(&self, store: &Store, directory: &Directory) -> Result<Vec<Left>> {
        let mut all: BTreeMap<DeptId, (usize, usize)> = BTreeMap::new();
        let published = self.procedures.all();
        for dept in published.iter().filter_map(|p| p.procedure.department) {
            all.entry(dept).or_default().0 += 1;
        }
        for sketch in self.sketches(store)? {
            let known = published.iter().any(|p| p.procedure.id == sketch.procedure);
            if let Some(dept) = owner_of(&sketch.text)?.filter(|_| !known) {
                all.entry(dept).or_default().1 += 1;
            }
        }
        let closed = all.into_iter().filter(|(d, _)| !directory.is_open_dept(*d));
        let left = |(dept, (procedures, drafts))| Left {
            dept,
            heir: directory.heir_of_dept(dept),
            procedures,
            drafts,
        };
        Ok(closed.map(left).collect())
    }

    /// Gives what a closed department left to the one that does its work now; returns whom.
    ///
    /// # Errors
    /// Denied to who does not make the office's procedures; Conflict where the department is open or has no heir, or
    /// one of its procedures and one of the heir's cannot stand side by side.
    pub fn hand_on(
        &self,
        store: &Store,
        stamp: &Stamp,
        maker: &Maker,
        (from, year): (DeptId, i16),
    ) -> Result<DeptId> {
        if !maker.range.has_office() {
            let why = "只有能设计全单位事项的人，才能把撤销的部门留下的事项转给接续的部门";
            return Err(Error::Denied(why.into()));
        }
        let heir = heir_of(&maker.directory, from)?;
        let all = self.procedures.all();
        let own: Vec<&Published> = all
            .iter()
            .filter(|p| p.procedure.department == Some(from))
            .collect();
        let mut given = Vec::with_capacity(own.len());
        for p in &own {
            given.push(self.given(maker, &p.procedure, heir)?);
        }
        // the numbers first: a stop after them leaves only a gap
        for p in &own {
            numbers_go_on(store, stamp, &p.procedure, (from, heir, year))?;
        }
        let note = format!("原由{}管，部门撤销后转来", maker.directory.dept_name(from));
        for text in given {
            self.publish(store, stamp.clone(), maker, (text, &note, None))?;
        }
        self.drafts_go_on(store, stamp, maker, (from, heir))?;
        Ok(heir)
    }

    /// The text in the heir's name, where it may stand there.
    fn given(&self, maker: &Maker, procedure: &Procedure, heir: DeptId) -> Result<Published> {
        let mut given = procedure.clone();
        given.department = Some(heir);
        let faults = self.judge(maker, &given).faults;
        if faults.is_empty() {
            return Published::read(&given.text()?);
        }
        Err(Error::Conflict(format!(
            "“{}”转不过去：{}。请接续部门的自管员先改好，再转一次",
            procedure.name,
            faults.join("；")
        )))
    }

    fn drafts_go_on(
        &self,
        store: &Store,
        stamp: &Stamp,
        maker: &Maker,
        (from, heir): (DeptId, DeptId),
    ) -> Result<()> {
        let mut mine: Vec<(Sketch, String)> = Vec::new();
        for sketch in self.sketches(store)? {
            let mut procedure = Procedure::parse(&sketch.text)?;
            if procedure.department == Some(from) {
                procedure.department = Some(heir);
                mine.push((sketch, procedure.text()?));
            }
        }
        if mine.is_empty() {
            return Ok(());
        }
        let by = (maker.person, maker.name.clone());
        store.write(ShelfNo::HUB, stamp.clone(), move |w| {
            w.note(format!("{} 份草稿转给部门 {heir}", mine.len()));
            w.quiet("事项的草稿，不影响各类清单");
            for (sketch, text) in &mine {
                let new = NewSketch {
                    procedure: &sketch.procedure,
                    text,
                    rev: sketch.rev,
                    based_on: sketch.based_on.as_deref(),
                    by: (by.0, &by.1),
                };
                if kept::set_sketch(w, &new)?.is_none() {
                    let why = "有一份草稿刚刚被改过，请再按一次";
                    return Err(Error::Conflict(why.into()));
                }
            }
            Ok(())
        })?;
        Ok(())
    }
}

fn heir_of(directory: &Directory, from: DeptId) -> Result<DeptId> {
    if directory.is_open_dept(from) {
        let why = "这个部门还在，它的事项由它的自管员管，不用转";
        return Err(Error::Conflict(why.into()));
    }
    let why = "这个部门撤销时没有写由哪个部门接续，它的事项没有地方可转";
    directory
        .heir_of_dept(from)
        .ok_or_else(|| Error::Conflict(why.into()))
}

/// The heir counts on above the last number the closed department gave out this year.
fn numbers_go_on(
    store: &Store,
    stamp: &Stamp,
    procedure: &Procedure,
    (from, heir, year): (DeptId, DeptId, i16),
) -> Result<()> {
    let Some(key) = by_department(procedure).map(str::to_owned) else {
        return Ok(());
    };
    let shelves = store.shelves()?;
    let Some((shelf, ..)) = shelves.iter().find(|(_, d, y)| (*d, *y) == (from.0, year)) else {
        return Ok(());
    };
    let last = series_store::find_last(&store.shelf(*shelf)?, *shelf, (&key, year))?;
    if last == 0 {
        return Ok(());
    }
    let to = store.shelf_for(heir.0, year)?;
    store.write(to, stamp.clone(), move |w| {
        set_floor(w, (&key, year), last)?;
        w.note(format!(
            "{key} {year} 年接着撤销的部门，从 {} 号起编",
            last + 1
        ));
        w.quiet("编号的起点，不影响各类清单");
        Ok(())
    })?;
    Ok(())
}
