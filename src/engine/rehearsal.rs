//! A case played in memory: try a procedure with sample people before it is published, drive it in tests.
//! Not here: anything a real case does not do; moves, plans and `apply` are the very same.
//! Invariant: what the rehearsal refuses, the server refuses.

use super::apply::Means;
use super::case::{CaseState, Purpose, TaskState};
use super::deed::{Deed, What};
use super::definition::{MoveId, Procedure};
use super::duty;
use super::facts::{Facts, People, Viewer};
use super::flow;
use super::moves;
use super::offer::{Input, Offer};
use super::plan::{Act, Change};
use super::values;
use crate::kit::{Calendar, DeptId, Error, Id, Millis, OrganId, Principal, Result, ShelfNo, Zone};

/// One case in memory.
#[derive(Clone)]
pub struct Rehearsal<'a> {
    /// Its procedure.
    pub procedure: &'a Procedure,
    /// Who exists.
    pub people: &'a dyn People,
    /// Working days.
    pub calendar: &'a Calendar,
    /// Now; whoever plays moves it on.
    pub now: Millis,
    /// The case.
    pub case: CaseState,
    /// What was done, in order.
    pub acts: Vec<Act>,
    /// How many numbers of its series are given out; cases of one run hand it on.
    pub numbers: u32,
    last_id: i64,
}

impl<'a> Rehearsal<'a> {
    /// A case begun by this person for this department.
    ///
    /// # Errors
    /// Denied where the person may not start it.
    pub fn begin(
        procedure: &'a Procedure,
        people: &'a dyn People,
        calendar: &'a Calendar,
        (viewer, dept): (&Viewer, DeptId),
        now: Millis,
    ) -> Result<Self> {
        let id = Id::next(ShelfNo(1), now, 0);
        let case = CaseState::begun(id, (OrganId(1), dept), (viewer.person, now));
        let mut it = Self {
            procedure,
            people,
            calendar,
            now,
            case,
            acts: Vec::new(),
            last_id: id.raw(),
            numbers: 0,
        };
        let facts = it.facts(viewer, None);
        let plan = flow::begin(&facts)?;
        let filled = values::defaults(&facts);
        it.carry_out(&plan);
        it.case.values.extend(filled);
        Ok(it)
    }

    /// What rules see for this viewer.
    #[must_use]
    pub fn facts<'b>(&'b self, viewer: &'b Viewer, focus: Option<Id>) -> Facts<'b> {
        Facts {
            procedure: self.procedure,
            case: &self.case,
            viewer,
            people: self.people,
            calendar: self.calendar,
            zone: Zone::BEIJING,
            now: self.now,
            focus,
            letterheads: &[],
        }
    }

    /// What this viewer may do.
    #[must_use]
    pub fn offers(&self, viewer: &Viewer) -> Vec<Offer> {
        moves::offers(&self.facts(viewer, None))
    }

    /// Does it, or says why not; a refused move changes nothing.
    ///
    /// # Errors
    /// As the move says.
    pub fn act(
        &mut self,
        viewer: &Viewer,
        focus: Option<Id>,
        (mv, input): (MoveId, &Input),
    ) -> Result<()> {
        let plan = moves::plan(&self.facts(viewer, focus), mv, input)?;
        self.carry_out(&plan);
        Ok(())
    }

    /// The viewer opens the case: his open tasks are seen.
    ///
    /// # Errors
    /// NotFound where he has none.
    pub fn open(&mut self, viewer: &Viewer) -> Result<()> {
        let now = self.now;
        let mut found = false;
        for task in &mut self.case.tasks {
            let mine = viewer.holds.iter().any(|h| h.principal == task.holder);
            if mine && task.state == TaskState::Open {
                task.seen_at.get_or_insert(now);
                found = true;
            }
        }
        if found { Ok(()) } else { Err(Error::NotFound) }
    }

    /// Something is done to the official document as it stands, as a module does it beside the moves.
    ///
    /// # Errors
    /// NotFound where the procedure makes no document.
    pub fn deed(&mut self, viewer: &Viewer, what: What) -> Result<()> {
        let text = duty::text(self.procedure, &self.case.values).ok_or(Error::NotFound)?;
        let id = Id::next(ShelfNo(1), self.now, self.last_id);
        self.last_id = id.raw();
        self.case.deeds.push(Deed {
            id,
            what,
            text,
            data: serde_json::Value::Null,
            person: Some(viewer.person),
            name: self.people.name(Principal::Person(viewer.person)),
            at: self.now,
        });
        Ok(())
    }

    /// How many have read and how many were asked, beside the main lane.
    #[must_use]
    pub fn readers(&self) -> (usize, usize) {
        let asked = |t: &&super::case::Task| {
            t.purpose == Purpose::Read
                && !matches!(t.state, TaskState::Withdrawn | TaskState::Cancelled)
        };
        let all = self.case.tasks.iter().filter(asked);
        let done = all.clone().filter(|t| t.state == TaskState::Done).count();
        (done, all.count())
    }

    fn carry_out(&mut self, plan: &super::plan::Plan) {
        let number = self.number_for(plan);
        let (now, last) = (self.now, &mut self.last_id);
        let mut mint = || {
            let id = Id::next(ShelfNo(1), now, *last);
            *last = id.raw();
            id
        };
        let mut means = Means {
            now,
            mint: &mut mint,
            number,
        };
        self.case.apply(plan, &mut means);
        self.acts.push(plan.act.clone());
    }

    fn number_for(&mut self, plan: &super::plan::Plan) -> Option<(String, String)> {
        let series = self.procedure.series.as_ref()?;
        let takes = |c: &Change| matches!(c, Change::TakeNumber);
        if !plan.changes.iter().any(takes) {
            return None;
        }
        self.numbers += 1;
        let year = Zone::BEIJING.year(self.now);
        let code = series.code(&self.case.values);
        let written = series.written(&code, year, self.numbers);
        Some((series.field.clone(), written))
    }
}
