//! What may stand in the form where a case has come to: which fields are filled by then, and values for which each way
//! on is open. Not here: which values are worth trying (`valuation`), playing the moves (`explore`).

use super::explore::Tour;
use super::valuation::{self, Choice};
use crate::engine::case::{CaseState, Values};
use crate::engine::definition::{Condition, Kind, MoveId, Step};
use crate::engine::duty;
use crate::engine::offer::{Input, Offer};
use serde_json::Value;
use std::collections::BTreeSet;

/// Which fields stand filled in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fill {
    /// All that could be by now.
    All,
    /// The same, and nobody leaves empty what he can type on this very page: he is told, and types it.
    Typed,
    /// Those that had to be, and those that still can.
    Least,
}

/// A state that is looked at: the case, the steps it has come to, and what may be filled in by now.
pub(super) struct Here {
    pub(super) case: CaseState,
    pub(super) been: BTreeSet<String>,
    whole: Values,
    least: Values,
}

impl Here {
    pub(super) const fn base(&self, fill: Fill) -> &Values {
        match fill {
            Fill::All | Fill::Typed => &self.whole,
            Fill::Least => &self.least,
        }
    }
}

impl Tour<'_> {
    pub(super) fn here(&self, case: CaseState, been: BTreeSet<String>) -> Here {
        Here {
            whole: self.filled(&been, &case.step, Fill::All),
            least: self.filled(&been, &case.step, Fill::Least),
            case,
            been,
        }
    }

    /// Values under which each way on is open once, so that the page offers all of them.
    pub(super) fn standing(&self, here: &Here) -> Vec<Values> {
        let Some(step) = self.p.step(&here.case.step) else {
            return vec![here.whole.clone()];
        };
        let ways = step.next.iter().filter(|n| !n.when.is_empty());
        let open = ways.filter_map(|n| {
            let holds = |v: &Values| n.when.iter().all(|c| c.holds(v));
            self.found(step, here, Fill::All, &holds)
        });
        let mut all: Vec<Values> = open.collect();
        all.push(here.whole.clone());
        all
    }

    /// The case with values for which each way this answer may take is taken, with the way's place.
    pub(super) fn cases(
        &self,
        here: &Here,
        (offer, input): (&Offer, &Input),
        fill: Fill,
    ) -> Vec<(Option<usize>, CaseState)> {
        let with = |values: Values| {
            let mut case = here.case.clone();
            case.deeds = duty::all_done(self.p, &values);
            case.values = values;
            case
        };
        let Some(step) = self.p.step(&here.case.step) else {
            return Vec::new();
        };
        let goes = !matches!(
            offer.mv,
            MoveId::Return | MoveId::Transfer | MoveId::Assign | MoveId::Refuse | MoveId::Reject
        );
        if !goes || step.next.is_empty() {
            let held = self.found(step, here, fill, &|v| self.rules_hold(step, v));
            let held = held.unwrap_or_else(|| here.base(fill).clone());
            return vec![(None, with(held))];
        }
        let label = offer.choices.iter().find(|c| c.id == input.choice);
        let label = label.map_or("", |c| c.label.as_str());
        let named = |i: usize| {
            let next = step.next.get(i);
            next.is_some_and(|n| n.to == input.choice && n.label == label)
        };
        let chooses = (0..step.next.len()).any(named);
        let mut all = Vec::new();
        for (i, next) in step.next.iter().enumerate() {
            if chooses && !named(i) {
                continue;
            }
            let open = |v: &Values| next.when.iter().all(|c| c.holds(v));
            let first = |v: &Values| {
                let before = step.next.iter().take(i);
                chooses || before.clone().all(|n| !n.when.iter().all(|c| c.holds(v)))
            };
            let holds = |v: &Values| open(v) && first(v) && self.rules_hold(step, v);
            if let Some(values) = self.found(step, here, fill, &holds) {
                all.push((Some(i), with(values)));
            }
        }
        if !chooses && all.is_empty() {
            all.push((None, with(here.base(fill).clone())));
        }
        all
    }

    pub(super) fn rules_hold(&self, step: &Step, values: &Values) -> bool {
        let here = self.p.rules.iter().filter(|r| r.steps.contains(&step.id));
        here.clone().all(|r| {
            let asked = r.when.iter().all(|c| c.holds(values));
            !asked || r.must.iter().all(|c| c.holds(values))
        })
    }

    fn found(
        &self,
        step: &Step,
        here: &Here,
        fill: Fill,
        holds: &dyn Fn(&Values) -> bool,
    ) -> Option<Values> {
        let rules = self.p.rules.iter().filter(|r| r.steps.contains(&step.id));
        let rules = rules.flat_map(|r| r.when.iter().chain(&r.must));
        let ways = step.next.iter().flat_map(|n| &n.when);
        let fields = valuation::looked_at(ways.chain(rules).chain(&self.because));
        let choices = self.choices(&fields, here, fill);
        let both = |v: &Values| self.may_be(v) && holds(v);
        valuation::find(here.base(fill), &choices, &both)
    }

    /// Whether these values agree with how the case came here.
    pub(super) fn may_be(&self, values: &Values) -> bool {
        self.because.iter().all(|c| c.holds(values))
    }

    pub(super) fn held_by(&self) -> &[Condition] {
        &self.because
    }

    /// What may stand in these fields when a step that has been come to is left.
    pub(super) fn choices<'f>(
        &self,
        fields: &[&'f str],
        here: &Here,
        fill: Fill,
    ) -> Vec<Choice<'f>> {
        let (been, here) = (&here.been, here.case.step.as_str());
        let one = |id: &&'f str| {
            let filled = self.can_stand(id, been, here, fill);
            let typed = fill == Fill::Typed && self.writable(id, here);
            let must = self.must_stand(id, been) || typed;
            let mut among = match filled {
                true => valuation::worth_trying(self.p, id),
                false => vec![Value::Null],
            };
            if filled && !must {
                among.push(Value::Null);
            }
            Choice { id, among }
        };
        fields.iter().map(one).collect()
    }

    fn writable(&self, id: &str, step: &str) -> bool {
        self.p.field(id).is_some_and(|f| f.writable_at(step))
    }

    fn must_stand(&self, id: &str, been: &BTreeSet<String>) -> bool {
        let field = self.p.field(id);
        field.is_some_and(|f| {
            matches!(f.kind, Kind::Computed(_))
                || f.default.is_some()
                || been.iter().any(|s| f.must_at(s))
        })
    }

    fn can_stand(&self, id: &str, been: &BTreeSet<String>, here: &str, fill: Fill) -> bool {
        let written = || been.iter().any(|s| self.writable(id, s));
        let engines = || {
            let number = self.p.series.as_ref().filter(|s| s.field == id);
            number.is_some_and(|s| been.contains(&s.step))
        };
        match fill {
            _ if self.must_stand(id, been) || self.writable(id, here) => true,
            Fill::All | Fill::Typed => written() || engines(),
            Fill::Least => engines(),
        }
    }

    fn filled(&self, been: &BTreeSet<String>, here: &str, fill: Fill) -> Values {
        let fields = self.p.fields.iter();
        let there = fields.filter(|f| self.can_stand(&f.id, been, here, fill));
        there
            .filter_map(|f| {
                let value = valuation::sample(self.p, f);
                let number = || (f.kind == Kind::SeriesNumber).then(|| Value::from("1号"));
                Some((f.id.clone(), value.or_else(number)?))
            })
            .collect()
    }
}
