//! A department's own procedures: whose procedures somebody makes (`Range`), what one of a department may not take of
//! the office's; its numbers (`counted`), what it does not use of the office's (`used`), what it leaves behind when it
//! is closed (`left`). Not here: drafts and publishing (`workshop`), who runs a department (`access`).
//! Invariant: whose a procedure is stands in its text and never changes; whoever is out of range changes nothing.
//!
//! Decision 2026-11-22: a department's own procedures stand in the hub beside the office's, and not on the
//! department's standing shelf as first thought: an office that looks for what a case runs under, or rebuilds its
//! lists, would have had to open every volume first, one that is on a stick in a drawer among them. What a case
//! needs is in its own volume anyway, and a text says nothing of any case.

mod counted;
mod left;
mod used;

pub use counted::Counted;
pub use left::Left;

use super::acting::Acting;
use super::definition::{Procedure, Scope};
use super::run::Engine;
use super::workshop::Maker;
use crate::access::Who;
use crate::kit::{DeptId, Error, Result};
use crate::org::Directory;
use crate::store::Store;

/// Whose procedures somebody makes: the office's, and those of departments whose file the person runs.
#[derive(Debug, Clone)]
pub struct Range {
    office: bool,
    depts: Vec<DeptId>,
}

impl Range {
    /// What this person's rights come to.
    #[must_use]
    pub fn of(who: &Who) -> Self {
        Self {
            office: who.designs,
            depts: who.runs.clone(),
        }
    }

    /// The office's and no department's.
    #[must_use]
    pub const fn office() -> Self {
        Self {
            office: true,
            depts: Vec::new(),
        }
    }

    /// Whether the office's are in it.
    #[must_use]
    pub const fn has_office(&self) -> bool {
        self.office
    }

    /// Whether a procedure of this owner (none: the office) is in it.
    #[must_use]
    pub fn covers(&self, owner: Option<DeptId>) -> bool {
        owner.map_or(self.office, |d| self.depts.contains(&d))
    }

    /// The departments.
    #[must_use]
    pub fn departments(&self) -> &[DeptId] {
        &self.depts
    }

    /// Whose a new one may be, the usual one first.
    #[must_use]
    pub fn homes(&self) -> Vec<Option<DeptId>> {
        let office = self.office.then_some(None);
        let own = self.depts.iter().map(|d| Some(*d));
        office.into_iter().chain(own).collect()
    }
}

/// Makes a text this owner's. A department counts its numbers by itself.
pub fn adopt(procedure: &mut Procedure, home: Option<DeptId>) {
    procedure.department = home;
    if let Some(series) = procedure.series.as_mut().filter(|_| home.is_some()) {
        series.scope = Scope::Department;
    }
}

/// What a procedure takes that is not its owner's to take; `others` are all that are published.
#[must_use]
pub fn faults<'a>(p: &Procedure, others: impl Iterator<Item = &'a Procedure>) -> Vec<String> {
    let mut found = Vec::new();
    if p.department.is_some() {
        found.extend(of_office(p).map(str::to_owned));
    }
    for other in others.filter(|o| o.department != p.department) {
        if other.register.id == p.register.id {
            found.push(format!(
                "登记簿的代号“{}”别处已经在用，请另存为新事项，用自己的登记簿",
                p.register.id
            ));
        }
        let (own, known) = (by_department(p), by_department(other));
        if let Some(key) = own.filter(|k| known == Some(*k)) {
            found.push(format!(
                "编号“{key}”别处已经在用，请在“名称和登记簿”里换几个字"
            ));
        }
    }
    found.dedup();
    found
}

/// What only the office settles.
fn of_office(p: &Procedure) -> impl Iterator<Item = &'static str> {
    let organ = p.series.as_ref().is_some_and(|s| s.scope == Scope::Organ);
    let told = [
        (
            organ,
            "部门自己的事项用部门自己的编号：请在“名称和登记簿”里把“怎么编”改成“各部门自己编”",
        ),
        (
            p.document.is_some() || p.exchange.is_some(),
            "部门自己的事项不能成公文、收发公文，公文走全单位的事项",
        ),
        (
            p.supervision.is_some() || p.raises.is_some(),
            "部门自己的事项不能督办，督办走全单位的事项",
        ),
        (
            !p.claims.is_empty(),
            "部门自己的事项不能占会议室、车辆、假期这些全单位的东西，要用请走全单位的事项",
        ),
    ];
    told.into_iter().filter(|(is, _)| *is).map(|(_, why)| why)
}

fn by_department(p: &Procedure) -> Option<&str> {
    let own = p.series.as_ref()?;
    (own.scope == Scope::Department).then_some(own.key.as_str())
}

impl Acting {
    /// The person at the desk a procedure belongs to: a department's own is begun on that department's shelf,
    /// whichever of his posts is the main one.
    #[must_use]
    pub fn seated(mut self, procedure: &Procedure) -> Self {
        if let Some(own) = procedure.department.filter(|d| self.viewer.is_in(*d)) {
            self.dept = own;
        }
        self
    }
}

impl Engine {
    /// Whether this person may look at how a procedure is made.
    ///
    /// # Errors
    /// Denied where it is a department's own that somebody else runs; it is not even named.
    pub fn may_look(&self, store: &Store, maker: &Maker, id: &str) -> Result<()> {
        match self.owner(store, id)? {
            Some(Some(own)) if !maker.range.covers(Some(own)) => Err(strange(maker, own)),
            _ => Ok(()),
        }
    }

    /// Whether a draft that was never published may be gone on with; what there is nothing of yet, anybody may.
    pub(super) fn may_take_up(&self, store: &Store, maker: &Maker, id: &str) -> Result<()> {
        match self.owner(store, id)? {
            Some(owner) => known_owner(maker, owner),
            None => Ok(()),
        }
    }

    /// Whose a procedure or draft is: nothing where there is none of this id.
    pub fn owner(&self, store: &Store, id: &str) -> Result<Option<Option<DeptId>>> {
        if let Ok(published) = self.procedures.current(id) {
            return Ok(Some(published.procedure.department));
        }
        let sketch = self.sketch(store, id)?;
        sketch.map(|s| owner_of(&s.text)).transpose()
    }

    /// Refuses to keep or publish what is not this maker's, and to give a procedure to another owner.
    pub(super) fn in_range(&self, maker: &Maker, p: &Procedure) -> Result<()> {
        known_owner(maker, p.department)?;
        let now = self.procedures.current(&p.id).ok();
        match now.map(|n| n.procedure.department) {
            Some(owner) if owner != p.department => {
                known_owner(maker, owner)?;
                let why = "一个事项归谁不能改。要给别的部门用，请“另存为新事项”";
                Err(Error::Conflict(why.into()))
            }
            _ => Ok(()),
        }
    }
}

/// Refuses what is out of somebody's range.
fn known_owner(maker: &Maker, owner: Option<DeptId>) -> Result<()> {
    match owner {
        own if maker.range.covers(own) => Ok(()),
        Some(own) => Err(strange(maker, own)),
        None => Err(Error::Denied(
            "全单位的事项由有设计权限的人改。本部门要用自己的，请“另存为新事项”".into(),
        )),
    }
}

/// Whose a stored text is.
pub(super) fn owner_of(text: &str) -> Result<Option<DeptId>> {
    Ok(Procedure::parse(text)?.department)
}

/// Another department's own: not even its name is said.
fn strange(maker: &Maker, own: DeptId) -> Error {
    Error::Denied(format!(
        "这是{}自己的事项，由它的自管员管，请与他们联系",
        dept_name(&maker.directory, own)
    ))
}

fn dept_name(directory: &Directory, dept: DeptId) -> &str {
    match directory.dept_name(dept) {
        "" => "别的部门",
        name => name,
    }
}
