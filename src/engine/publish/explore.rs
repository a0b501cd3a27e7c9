//! The exhaustive check: a case is played through every state it can come to (step, open branches, what waits for
//! a return, fields filled so far) with every move its holders are offered, by the very functions that run real
//! cases. Not here: single sentences about the text (`publish`), today's people (`staff`).
//! Bound: `MOST` states; what is larger is said to be checked only so far. Every shipped procedure is checked whole (a
//! test asks): most have some hundreds of states, a document that goes out four thousand.

use super::Verdict;
use super::standing::{Fill, Here};
use super::state::{inputs, key};
use super::troupe::{self, Troupe};
use super::valuation;
use crate::engine::apply::Means;
use crate::engine::case::{CaseState, Purpose, State, Values};
use crate::engine::compute;
use crate::engine::definition::{Condition, HowMany, Kind, MoveId, Procedure, Who, Work};
use crate::engine::duty;
use crate::engine::facts::{Facts, Viewer};
use crate::engine::flow;
use crate::engine::moves;
use crate::engine::offer::{Input, Offer};
use crate::kit::{Calendar, Id, Millis, OrganId, Principal, Result, ShelfNo, Zone};
use std::collections::{BTreeSet, HashMap};

/// States looked at.
const MOST: usize = 20_000;
/// Faults said: whoever mends these checks again.
const SAID: usize = 12;

/// The same with every computed field typed by whoever types what it is computed from: which sum a table gives is
/// not asked, only what follows from it.
fn typed(procedure: &Procedure) -> Procedure {
    let mut played = procedure.clone();
    // what the sample text of a document is worth is not asked either
    for step in played
        .steps
        .iter_mut()
        .filter(|s| s.work == Some(Work::Check))
    {
        step.work = None;
    }
    for field in &mut played.fields {
        if matches!(field.kind, Kind::Computed(_)) {
            let steps = procedure.steps.iter().map(|s| s.id.clone());
            field.must = steps
                .filter(|s| compute::follows(procedure, field, s))
                .collect();
            // whole figures
            field.kind = Kind::Money;
        }
    }
    played
}

/// Adds what playing the procedure shows.
pub(super) fn explore(procedure: &Procedure, verdict: &mut Verdict) {
    let played = typed(procedure);
    let mut tour = Tour {
        p: &played,
        shown: procedure,
        troupe: Troupe::of(&played),
        calendar: Calendar::built_in(),
        nodes: Vec::new(),
        known: HashMap::new(),
        taken: BTreeSet::new(),
        faults: Vec::new(),
        said: BTreeSet::new(),
        writes: deciding(&played),
        because: Vec::new(),
    };
    if let Err(e) = tour.begin() {
        verdict.faults.push(e.to_string());
        return;
    }
    let mut at = 0;
    while at < tour.nodes.len() && at < MOST {
        tour.visit(at);
        at += 1;
    }
    let whole = at == tour.nodes.len();
    if whole {
        tour.conclude();
    } else {
        verdict.warnings.push(format!(
            "这个事项的情形太多，只核对了前 {MOST} 种，没有发现走不通的。请在试办里再走几遍"
        ));
    }
    tour.faults.truncate(SAID);
    verdict.faults.extend(tour.faults);
}

/// A state of the case, and how it was come to.
pub(super) struct Node {
    pub(super) case: CaseState,
    /// Steps the case has come to.
    pub(super) been: BTreeSet<String>,
    /// The step it came here from: what may be returned to is looked at from each of them.
    came: String,
    pub(super) from: Option<(usize, MoveId)>,
    /// What held when the ways here were taken and nobody has written over since.
    because: Vec<Condition>,
    pub(super) to: Vec<usize>,
}

pub(super) struct Tour<'a> {
    pub(super) p: &'a Procedure,
    /// As it is shown to people.
    pub(super) shown: &'a Procedure,
    troupe: Troupe,
    calendar: Calendar,
    pub(super) nodes: Vec<Node>,
    known: HashMap<String, usize>,
    /// Ways taken: step and place in its list.
    pub(super) taken: BTreeSet<(String, usize)>,
    pub(super) faults: Vec<String>,
    /// Faults by what they are about, so that each is said once.
    pub(super) said: BTreeSet<String>,
    /// Steps at which something is written that the way of a case hangs on.
    writes: BTreeSet<String>,
    /// What holds at the state that is looked at now.
    pub(super) because: Vec<Condition>,
}

/// Steps at which a field is written that conditions, rules or rules of people look at.
fn deciding(p: &Procedure) -> BTreeSet<String> {
    let mut fields = valuation::every_looked_at(p);
    for step in &p.steps {
        match &step.who {
            Who::HeadOf(f) | Who::ReceiverOf(f) | Who::LeaderOf(f) => fields.push(f),
            Who::RoleOf { department, .. } => fields.push(department),
            _ => {}
        }
        if let HowMany::Departments {
            principal,
            assisting,
            ..
        } = &step.how
        {
            fields.push(principal);
            fields.extend(assisting.as_deref());
        }
    }
    let written = p.fields.iter().filter(|f| fields.contains(&f.id.as_str()));
    written
        .flat_map(|f| f.write.iter().chain(&f.must))
        .cloned()
        .collect()
}

const NOW: Millis = Millis(1_773_000_000_000);

impl<'a> Tour<'a> {
    fn begin(&mut self) -> Result<()> {
        let id = Id::next(ShelfNo(1), NOW, 0);
        let begun = CaseState::begun(id, (OrganId(1), troupe::HOME), (troupe::STARTER, NOW));
        let viewer = self.troupe.viewer(Principal::Person(troupe::STARTER));
        let mut case = begun.clone();
        let plan = flow::opening(&self.facts(&begun, &viewer, None))?;
        apply(&mut case, &plan);
        self.add(case, None, None);
        Ok(())
    }

    fn facts<'b>(
        &'b self,
        case: &'b CaseState,
        viewer: &'b Viewer,
        focus: Option<Id>,
    ) -> Facts<'b> {
        Facts {
            procedure: self.p,
            case,
            viewer,
            people: &self.troupe,
            calendar: &self.calendar,
            zone: Zone::BEIJING,
            now: NOW,
            focus,
            letterheads: &[],
        }
    }

    /// What holds where a way of the step looked at leads: what held, what the way asks, but for what can be written
    /// there anew.
    fn because(&self, here: &str, way: Option<usize>, to: &str) -> Vec<Condition> {
        let asked = way.and_then(|n| self.p.step(here)?.next.get(n));
        let asked = asked.map_or(&[][..], |n| n.when.as_slice());
        let stays = |c: &&Condition| {
            let other = c.than.as_ref().map(|t| t.field.as_str());
            let mut of = std::iter::once(c.field.as_str()).chain(other);
            of.all(|id| {
                let field = self.p.field(id);
                field.is_none_or(|f| !compute::follows(self.p, f, to))
            })
        };
        let mut all: Vec<Condition> = Vec::new();
        for c in self.because.iter().chain(asked).filter(stays) {
            if !all.contains(c) {
                all.push(c.clone());
            }
        }
        all
    }

    fn add(&mut self, case: CaseState, from: Option<(usize, MoveId)>, way: Option<usize>) {
        let before = from.and_then(|(n, _)| self.nodes.get(n));
        let before = before.map_or_else(String::new, |n| n.case.step.clone());
        let because = self.because(&before, way, &case.step);
        let mut been = from
            .and_then(|(n, _)| self.nodes.get(n))
            .map(|n| n.been.clone())
            .unwrap_or_default();
        been.insert(case.step.clone());
        let came = from.and_then(|(n, _)| self.nodes.get(n));
        let came = came.map_or("", |n| n.case.step.as_str());
        let came = match came == case.step {
            true => from
                .and_then(|(n, _)| self.nodes.get(n))
                .map_or("", |n| n.came.as_str()),
            false => came,
        };
        let came = came.to_owned();
        let past = format!("{came}|{}|{because:?}", self.remembered(&case, &been));
        let key = key(&case, &past);
        let next = self.nodes.len();
        let place = *self.known.entry(key).or_insert(next);
        if place == next {
            self.nodes.push(Node {
                case,
                been,
                came,
                from,
                because,
                to: Vec::new(),
            });
        }
        if let Some(node) = from.and_then(|(n, _)| self.nodes.get_mut(n)) {
            node.to.push(place);
        }
    }

    /// What of its past decides how a case goes on: steps whose handler is asked again, and steps whose fields
    /// conditions and rules of people look at.
    fn remembered(&self, case: &CaseState, been: &BTreeSet<String>) -> String {
        let mut all: Vec<&str> = Vec::new();
        for step in &self.p.steps {
            if let Who::HandlerOf(s) = &step.who
                && case.last_done(s).is_some()
            {
                all.push(s);
            }
        }
        for s in been.iter().filter(|s| self.writes.contains(*s)) {
            all.push(s);
        }
        all.sort_unstable();
        all.dedup();
        all.join(",")
    }

    /// Every move of everybody who holds something here.
    fn visit(&mut self, at: usize) {
        let Some(node) = self.nodes.get(at) else {
            return;
        };
        let (case, been) = (node.case.clone(), node.been.clone());
        self.because.clone_from(&node.because);
        if is_over(&case) {
            return;
        }
        self.held(at, &case);
        let here = self.here(case, been);
        let case = &here.case;
        self.gap(at, &here);
        let standing = self.standing(&here);
        for (viewer, focus) in self.actors(case) {
            let mut asked = BTreeSet::new();
            for values in &standing {
                let mut open = case.clone();
                open.values.clone_from(values);
                open.deeds = duty::all_done(self.p, values);
                let offers = moves::offers(&self.facts(&open, &viewer, focus));
                for mut offer in offers.into_iter().filter(|o| is_played(o, case, focus)) {
                    let mv = offer.mv.as_str();
                    offer
                        .choices
                        .retain(|c| asked.insert(format!("{mv} {} {}", c.id, c.label)));
                    self.play(at, &here, (&viewer, focus), &offer);
                }
            }
        }
    }

    /// Whoever has something to do, one of each branch and purpose; and whoever sent it here.
    fn actors(&self, case: &CaseState) -> Vec<(Viewer, Option<Id>)> {
        let mut seen = Vec::new();
        let mut all = Vec::new();
        for t in case.open_tasks() {
            let share = (t.branch, t.purpose, t.parent);
            if !seen.contains(&share) {
                seen.push(share);
                all.push((self.troupe.viewer(t.holder), Some(t.id)));
            }
        }
        let sender = case.open_tasks().find_map(|t| t.given_by);
        if let Some(p) = sender {
            all.push((self.troupe.viewer(Principal::Person(p)), None));
        }
        all
    }

    fn play(
        &mut self,
        at: usize,
        here: &Here,
        (viewer, focus): (&Viewer, Option<Id>),
        offer: &Offer,
    ) {
        let case = &here.case;
        for input in inputs(offer) {
            let least = self.cases(here, (offer, &input), Fill::Least);
            let whole = self.cases(here, (offer, &input), Fill::All);
            for (way, full) in &whole {
                let few = least.iter().find(|(w, _)| w == way).map(|(_, c)| c);
                let done = few.map(|c| self.act(c, (viewer, focus), (offer.mv, &input)));
                let done = match done {
                    Some(Ok(next)) => Ok(next),
                    Some(Err(why)) => {
                        let again = self.act(full, (viewer, focus), (offer.mv, &input));
                        if again.is_ok() {
                            self.unfilled(at, case, (offer, &why));
                        }
                        again
                    }
                    None => self.act(full, (viewer, focus), (offer.mv, &input)),
                };
                match done {
                    Ok(next) => {
                        if let Some(n) = way {
                            self.taken.insert((case.step.clone(), *n));
                        }
                        self.add(next, Some((at, offer.mv)), *way);
                    }
                    Err(why) => self.refused(at, case, (offer, &why)),
                }
            }
        }
    }

    fn act(
        &self,
        case: &CaseState,
        (viewer, focus): (&Viewer, Option<Id>),
        (mv, input): (MoveId, &Input),
    ) -> Result<CaseState> {
        let plan = moves::plan(&self.facts(case, viewer, focus), mv, input)?;
        let mut next = case.clone();
        apply(&mut next, &plan);
        next.values = Values::new();
        next.deeds.clear();
        Ok(next)
    }
}

pub(super) fn is_over(case: &CaseState) -> bool {
    case.state != State::Open && case.open_tasks().next().is_none()
}

/// Moves of the main lane; what only stands beside it leads to no other state.
fn is_played(offer: &Offer, case: &CaseState, focus: Option<Id>) -> bool {
    let signing = case
        .tasks
        .iter()
        .any(|t| t.purpose == Purpose::Sign && t.state.is_live());
    let given_on = focus
        .and_then(|f| case.task(f))
        .is_some_and(|t| t.parent.is_some());
    match offer.mv {
        MoveId::Circulate | MoveId::AnswerExtension => false,
        MoveId::AddSigner | MoveId::Countersign => !signing,
        MoveId::Assign => !given_on,
        MoveId::Conclude => focus.is_none(),
        mv => !mv.is_aside() && focus.is_some(),
    }
}

fn apply(case: &mut CaseState, plan: &crate::engine::plan::Plan) {
    let ids = case.tasks.iter().map(|t| t.id.raw());
    let ids = ids.chain(case.branches.iter().map(|b| b.id.raw()));
    let mut last = ids.max().unwrap_or(0).max(case.id.raw());
    let mut mint = || {
        last += 1;
        Id::from_raw(last)
    };
    let mut means = Means {
        now: NOW,
        mint: &mut mint,
        number: None,
    };
    case.apply(plan, &mut means);
    // how it was come to is no part of a state
    case.opinions.clear();
    case.last = None;
}
