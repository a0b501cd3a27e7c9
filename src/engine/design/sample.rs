//! Trying a sketch out: a case of it played in memory by people of this office, from the beginning each time, and
//! the same case as the print sheets see it. Not here: pages.
//! Invariant: nothing is written; what was played travels with the page and is checked by the engine anew.

use crate::engine::case::{CaseState, Values};
use crate::engine::definition::{Field, Kind, MoveId, Procedure, is_empty};
use crate::engine::offer::{Back, Input, Turns};
use crate::engine::people::{self, InOrgan};
use crate::engine::rehearsal::Rehearsal;
use crate::engine::run::Acting;
use crate::engine::stored::{Head, Stored};
use crate::engine::view::{CaseView, Stands};
use crate::engine::work;
use crate::kit::{DeptId, Error, Millis, PersonId, Principal, Result, Zone};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Between two acts.
const HOUR: i64 = 3_600_000;
/// Acts of one rehearsal at most.
const MOST: usize = 60;

/// A rehearsal so far.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Played {
    begun: i64,
    starter: i64,
    pub acts: Vec<Deed>,
}

/// What somebody did in it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deed {
    pub who: i64,
    mv: MoveId,
    choice: String,
    people: Vec<i64>,
    in_order: bool,
    dept: Option<i64>,
    opinion: String,
    note: String,
    values: Values,
    past_me: bool,
}

impl Deed {
    /// What was answered on the page.
    #[must_use]
    pub fn new(who: PersonId, mv: MoveId, input: Input) -> Self {
        Self {
            who: who.0,
            mv,
            choice: input.choice,
            people: input.people.iter().map(|p| p.to_raw()).collect(),
            in_order: input.turns == Turns::InOrder,
            dept: input.dept.map(|d| d.0),
            opinion: input.opinion,
            note: input.note,
            values: input.values,
            past_me: input.back == Back::PastMe,
        }
    }

    fn input(&self) -> Input {
        let people = self.people.iter();
        Input {
            choice: self.choice.clone(),
            people: people.filter_map(|p| Principal::from_raw(*p)).collect(),
            turns: match self.in_order {
                true => Turns::InOrder,
                false => Turns::AtOnce,
            },
            dept: self.dept.map(DeptId),
            opinion: self.opinion.clone(),
            note: self.note.clone(),
            values: self.values.clone(),
            back: match self.past_me {
                true => Back::PastMe,
                false => Back::ToMe,
            },
            from: None,
            ..Input::default()
        }
    }
}

impl Played {
    /// Begun by this person, now.
    #[must_use]
    pub const fn begin(starter: PersonId, now: Millis) -> Self {
        Self {
            begun: now.0,
            starter: starter.0,
            acts: Vec::new(),
        }
    }

    /// Who began it.
    #[must_use]
    pub const fn starter(&self) -> PersonId {
        PersonId(self.starter)
    }

    /// As it stands after all that was done.
    ///
    /// # Errors
    /// As the engine says of the first act that cannot be done (the sketch has changed since).
    pub fn replay<'a>(
        &self,
        procedure: &'a Procedure,
        people: &'a InOrgan<'a>,
    ) -> Result<Rehearsal<'a>> {
        if self.acts.len() > MOST {
            return Err(Error::invalid("", "已经走了很多步，请从头再试"));
        }
        let directory = people.directory;
        let dept = directory.dept_of(self.starter()).map(|d| d.id);
        let dept = dept.ok_or_else(|| Error::Denied("这个人没有岗位，不能发起".into()))?;
        let viewer = people::viewer(directory, self.starter());
        let begun = Millis(self.begun);
        let mut it = Rehearsal::begin(
            procedure,
            people,
            directory.calendar(),
            (&viewer, dept),
            begun,
        )?;
        for deed in &self.acts {
            it.now = Millis(it.now.0.saturating_add(HOUR));
            let viewer = people::viewer(directory, PersonId(deed.who));
            // whoever does something has opened it before
            let _seen = it.open(&viewer);
            let mut input = deed.input();
            stand_in(procedure, &it.case, &mut input.values);
            it.act(&viewer, None, (deed.mv, &input))?;
        }
        Ok(it)
    }
}

/// Files cannot be sent along in a rehearsal: one that must be there is.
fn stand_in(procedure: &Procedure, case: &CaseState, values: &mut Values) {
    let step = case.step.clone();
    let wanted = |f: &&Field| f.kind == Kind::Files && f.must_at(&step);
    for f in procedure.fields.iter().filter(wanted) {
        if case.values.get(&f.id).is_none_or(is_empty) {
            values.insert(f.id.clone(), serde_json::json!(["试走的附件"]));
        }
    }
}

/// A case that is kept nowhere, as the print sheets see it.
#[must_use]
pub fn view(
    procedure: &Arc<Procedure>,
    acting: &Acting,
    state: CaseState,
    now: Millis,
) -> CaseView {
    let mut state = state;
    work::keep_names(procedure, &mut state.values, &acting.people());
    let head = Head {
        rev: 0,
        procedure: procedure.id.clone(),
        version: procedure.version().to_owned(),
        year: Zone::BEIJING.year(now),
        title: state.title(procedure),
        number: None,
        urgency: String::new(),
        starter_name: acting.signature.name.clone(),
        changed_at: now,
        closed_at: None,
        archived_at: None,
    };
    let stored = Stored::new(head, state);
    let at = (String::new(), Stands::Open);
    CaseView::looked(
        (stored, procedure.clone()),
        (Vec::new(), Vec::new(), None),
        at,
        now,
    )
}

/// Puts the names of people and departments beside their numbers, as a saved case has them.
pub fn named(procedure: &Procedure, values: &mut Values, people: &InOrgan<'_>) {
    work::keep_names(procedure, values, people);
}
