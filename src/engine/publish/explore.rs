//! The exhaustive check: a case is played through every state it can come to (step, open branches, what waits for
//! a return, fields filled so far) with every move its holders are offered, by the very functions that run real
//! cases. Not here: single sentences about the text (`publish`), today's people (`staff`).
//! Bound: `MOST` states; what is larger is said to be checked only so far. A shipped procedure has some hundreds.

use super::Verdict;
use super::troupe::{self, Troupe};
use super::valuation::{self, Choice};
use crate::engine::apply::Means;
use crate::engine::case::{BranchState, CaseState, Part, Purpose, State, Task, TaskState, Values};
use crate::engine::definition::{Condition, Kind, MoveId, Procedure, Step};
use crate::engine::facts::{Facts, Viewer};
use crate::engine::flow;
use crate::engine::moves;
use crate::engine::offer::{Back, Input, Offer};
use crate::kit::{Calendar, Error, Id, Millis, OrganId, Principal, Result, ShelfNo, Zone};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// States looked at.
const MOST: usize = 2_000;
/// Faults said: whoever mends these checks again.
const SAID: usize = 12;

/// Adds what playing the procedure shows.
pub(super) fn explore(procedure: &Procedure, verdict: &mut Verdict) {
    let mut tour = Tour {
        p: procedure,
        troupe: Troupe::of(procedure),
        calendar: Calendar::built_in(),
        nodes: Vec::new(),
        known: HashMap::new(),
        taken: BTreeSet::new(),
        faults: Vec::new(),
        said: BTreeSet::new(),
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
struct Node {
    case: CaseState,
    /// Steps the case has come to.
    been: BTreeSet<String>,
    from: Option<(usize, MoveId)>,
    to: Vec<usize>,
    tried: bool,
}

struct Tour<'a> {
    p: &'a Procedure,
    troupe: Troupe,
    calendar: Calendar,
    nodes: Vec<Node>,
    known: HashMap<String, usize>,
    /// Ways taken: step and place in its list.
    taken: BTreeSet<(String, usize)>,
    faults: Vec<String>,
    /// Faults by what they are about, so that each is said once.
    said: BTreeSet<String>,
}

/// Which fields stand filled in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fill {
    /// All that could be by now.
    All,
    /// Those that had to be, and those that still can.
    Least,
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
        self.add(case, None);
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
        }
    }

    fn add(&mut self, case: CaseState, from: Option<(usize, MoveId)>) {
        let mut been = from
            .and_then(|(n, _)| self.nodes.get(n))
            .map(|n| n.been.clone())
            .unwrap_or_default();
        been.insert(case.step.clone());
        let key = key(&case, &been);
        let next = self.nodes.len();
        let place = *self.known.entry(key).or_insert(next);
        if place == next {
            self.nodes.push(Node {
                case,
                been,
                from,
                to: Vec::new(),
                tried: false,
            });
        }
        if let Some(node) = from.and_then(|(n, _)| self.nodes.get_mut(n)) {
            node.to.push(place);
        }
    }

    /// Every move of everybody who holds something here.
    fn visit(&mut self, at: usize) {
        let Some(node) = self.nodes.get_mut(at) else {
            return;
        };
        node.tried = true;
        let (case, been) = (node.case.clone(), node.been.clone());
        if is_over(&case) {
            return;
        }
        self.held(at, &case);
        self.gap(at, &case, &been);
        for (viewer, focus) in self.actors(&case) {
            let mut open = case.clone();
            open.values = self.filled(&been, &case.step, Fill::All);
            let offers = moves::offers(&self.facts(&open, &viewer, focus));
            for offer in offers.iter().filter(|o| is_played(o, &case, focus)) {
                self.play(at, (&case, &been), (&viewer, focus), offer);
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
        (case, been): (&CaseState, &BTreeSet<String>),
        (viewer, focus): (&Viewer, Option<Id>),
        offer: &Offer,
    ) {
        for input in inputs(offer) {
            let least = self.cases(case, been, (offer, &input), Fill::Least);
            let whole = self.cases(case, been, (offer, &input), Fill::All);
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
                        self.add(next, Some((at, offer.mv)));
                    }
                    Err(why) => self.refused(at, case, (offer, &why)),
                }
            }
        }
    }

    /// The case with values for which each way this answer may take is taken, with the way's place.
    fn cases(
        &self,
        case: &CaseState,
        been: &BTreeSet<String>,
        (offer, input): (&Offer, &Input),
        fill: Fill,
    ) -> Vec<(Option<usize>, CaseState)> {
        let base = self.filled(been, &case.step, fill);
        let with = |values: Values| {
            let mut case = case.clone();
            case.values = values;
            case
        };
        let Some(step) = self.p.step(&case.step) else {
            return Vec::new();
        };
        let goes = !matches!(
            offer.mv,
            MoveId::Return | MoveId::Transfer | MoveId::Assign | MoveId::Refuse | MoveId::Reject
        );
        if !goes || step.next.is_empty() {
            let held = self.found(step, (been, &base), fill, &|v| self.rules_hold(step, v));
            return vec![(None, with(held.unwrap_or(base)))];
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
            if let Some(values) = self.found(step, (been, &base), fill, &holds) {
                all.push((Some(i), with(values)));
            }
        }
        if !chooses && all.is_empty() {
            all.push((None, with(base)));
        }
        all
    }

    fn rules_hold(&self, step: &Step, values: &Values) -> bool {
        let here = self.p.rules.iter().filter(|r| r.steps.contains(&step.id));
        here.clone().all(|r| {
            let asked = r.when.iter().all(|c| c.holds(values));
            !asked || r.must.iter().all(|c| c.holds(values))
        })
    }

    fn found(
        &self,
        step: &Step,
        (been, base): (&BTreeSet<String>, &Values),
        fill: Fill,
        holds: &dyn Fn(&Values) -> bool,
    ) -> Option<Values> {
        let rules = self.p.rules.iter().filter(|r| r.steps.contains(&step.id));
        let rules = rules.flat_map(|r| r.when.iter().chain(&r.must));
        let ways = step.next.iter().flat_map(|n| &n.when);
        let fields = valuation::looked_at(ways.chain(rules));
        let choices = self.choices(&fields, (been, &step.id), fill);
        valuation::find(base, &choices, holds)
    }

    /// What may stand in these fields when a step that has been come to is left.
    fn choices<'f>(
        &self,
        fields: &[&'f str],
        (been, here): (&BTreeSet<String>, &str),
        fill: Fill,
    ) -> Vec<Choice<'f>> {
        let one = |id: &&'f str| {
            let filled = self.can_stand(id, been, here, fill);
            let must = self.must_stand(id, been) || self.writable(id, here);
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
            Fill::All => written() || engines(),
            Fill::Least => engines(),
        }
    }

    fn filled(&self, been: &BTreeSet<String>, here: &str, fill: Fill) -> Values {
        let fields = self.p.fields.iter();
        let there = fields.filter(|f| self.can_stand(&f.id, been, here, fill));
        there
            .filter_map(|f| {
                let value = valuation::sample(f);
                let number = || (f.kind == Kind::SeriesNumber).then(|| Value::from("1号"));
                Some((f.id.clone(), value.or_else(number)?))
            })
            .collect()
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
        Ok(next)
    }

    /// 拟稿 → 部门负责人 →（退回）拟稿.
    fn path(&self, at: usize) -> String {
        let mut all: Vec<(String, bool)> = Vec::new();
        let mut now = Some(at);
        while let Some(node) = now.and_then(|n| self.nodes.get(n)) {
            let name = self.p.step_name(&node.case.step).to_owned();
            let back = matches!(node.from, Some((_, MoveId::Return)));
            let same = all.last().is_some_and(|(n, b)| *n == name && !b);
            if !same || back {
                all.push((name, back));
            }
            now = node.from.map(|(n, _)| n);
        }
        all.reverse();
        let mut said = String::new();
        for (i, (name, back)) in all.iter().enumerate() {
            if i > 0 {
                said.push_str(if *back { " →（退回）" } else { " → " });
            }
            said.push_str(name);
        }
        said
    }

    fn say(&mut self, about: String, sentence: String) {
        if self.said.insert(about) {
            self.faults.push(sentence);
        }
    }

    fn refused(&mut self, at: usize, case: &CaseState, (offer, why): (&Offer, &Error)) {
        let about = format!("{} {} {why}", case.step, offer.mv.as_str());
        let sentence = format!("走到“{}”时，“{}”办不成：{why}", self.path(at), offer.label);
        self.say(about, sentence);
    }

    fn unfilled(&mut self, at: usize, case: &CaseState, (offer, why): (&Offer, &Error)) {
        let about = format!("{} {} empty {why}", case.step, offer.mv.as_str());
        let sentence = format!(
            "走到“{}”时，如果前面没有填可以不填的字段，“{}”就办不成，在这里又补不上：{why}。请把要用的字段改成必填，或者让这个环节也能填",
            self.path(at),
            offer.label
        );
        self.say(about, sentence);
    }

    /// Every open branch has somebody, and whatever waits comes back to life.
    fn held(&mut self, at: usize, case: &CaseState) {
        let live = |b: Id| {
            let own = case.tasks.iter().filter(move |t| t.branch == Some(b));
            own.filter(|t| t.state.is_live() && t.purpose.is_main())
        };
        let orphan = case
            .branches
            .iter()
            .find(|b| b.state == BranchState::Open && live(b.id).count() == 0);
        if let Some(b) = orphan {
            let name = self.p.step_name(&b.step).to_owned();
            let path = self.path(at);
            self.say(
                format!("{} orphan", b.step),
                format!("走到“{path}”时，环节“{name}”还有一份没有办完，却不在任何人手里"),
            );
        }
        let here: BTreeSet<Id> = case.current_branches().map(|b| b.id).collect();
        let forgotten = |t: &&Task| {
            t.state == TaskState::Waiting
                && t.purpose.is_main()
                && t.branch.is_some_and(|b| here.contains(&b))
                && !case.has_live_child(t.id)
        };
        if let Some(t) = case.tasks.iter().find(forgotten) {
            let name = self.p.step_name(&t.step).to_owned();
            let path = self.path(at);
            self.say(
                format!("{} waiting", t.step),
                format!("走到“{path}”时，环节“{name}”的待办一直等着，再也回不到人手里"),
            );
        }
    }

    /// A ladder of conditions that leaves some value without a way.
    fn gap(&mut self, at: usize, case: &CaseState, been: &BTreeSet<String>) {
        let Some(step) = self.p.step(&case.step) else {
            return;
        };
        if step.next.is_empty() || step.next.iter().any(|n| n.when.is_empty()) {
            return;
        }
        let when: Vec<&Condition> = step.next.iter().flat_map(|n| &n.when).collect();
        let fields = valuation::looked_at(when.into_iter());
        let choices = self.choices(&fields, (been, &step.id), Fill::All);
        let base = self.filled(been, &step.id, Fill::All);
        let none = |v: &Values| flow::open_ways(step, v).is_empty() && self.rules_hold(step, v);
        if let Some(values) = valuation::find(&base, &choices, &none) {
            let said = valuation::words(self.p, &fields, &values);
            let sentence = format!(
                "走到“{}”时，如果{said}，就没有路可走：请补一条去路，或者把条件接上",
                self.path(at)
            );
            self.say(format!("{} gap", step.id), sentence);
        }
    }

    /// What only the whole picture shows.
    fn conclude(&mut self) {
        for step in &self.p.steps {
            if !self.nodes.iter().any(|n| n.been.contains(&step.id)) {
                let why = format!(
                    "没有一条路真的通到环节“{}”：它前面的去路，条件永远不成立",
                    step.name
                );
                self.say(format!("{} unreached", step.id), why);
            }
            self.untaken(step);
        }
        let ends = self.ending();
        for at in 0..self.nodes.len() {
            let Some(node) = self.nodes.get(at) else {
                continue;
            };
            if ends.contains(&at) {
                continue;
            }
            let step = node.case.step.clone();
            let name = self.p.step_name(&step).to_owned();
            let path = self.path(at);
            let stuck = node.to.is_empty();
            let sentence = match stuck {
                true => format!(
                    "走到“{path}”就停住了：环节“{name}”没有人能往下办，请给它能办完的动作和去路"
                ),
                false => {
                    format!("走到“{path}”以后，怎么办都到不了办结或归档，请给它一条通到结束的路")
                }
            };
            self.say(format!("{step} endless"), sentence);
        }
    }

    fn untaken(&mut self, step: &Step) {
        let been = self.nodes.iter().any(|n| n.case.step == step.id);
        for (i, next) in step.next.iter().enumerate() {
            let taken = self.taken.contains(&(step.id.clone(), i));
            if been && !taken && !next.when.is_empty() {
                let sentence = format!(
                    "环节“{}”的去路“{}”永远走不了：它的条件不会成立，或者要看的字段在这之前没有地方填",
                    step.name, next.label
                );
                self.say(format!("{} way {i}", step.id), sentence);
            }
        }
    }

    /// States from which the case can end.
    fn ending(&self) -> BTreeSet<usize> {
        let mut back: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (from, node) in self.nodes.iter().enumerate() {
            for to in &node.to {
                back.entry(*to).or_default().push(from);
            }
        }
        let over = self.nodes.iter().enumerate();
        let mut rest: Vec<usize> = over
            .filter(|(_, n)| is_over(&n.case))
            .map(|(i, _)| i)
            .collect();
        let mut seen = BTreeSet::new();
        while let Some(i) = rest.pop() {
            if seen.insert(i) {
                rest.extend(back.get(&i).into_iter().flatten());
            }
        }
        seen
    }
}

fn is_over(case: &CaseState) -> bool {
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

/// An answer for each choice of an offer, and for each way back.
fn inputs(offer: &Offer) -> Vec<Input> {
    let backs: &[Back] = match offer.back {
        Some(_) => &[Back::ToMe, Back::PastMe],
        None => &[Back::ToMe],
    };
    let mut all = Vec::new();
    for choice in &offer.choices {
        let people = choice.pick.as_ref().map_or_else(Vec::new, |pick| {
            let some = pick.among.iter().take(pick.most.min(2));
            some.copied().collect()
        });
        for back in backs {
            all.push(Input {
                choice: choice.id.clone(),
                people: people.clone(),
                dept: choice.departments.first().copied(),
                opinion: "同意。".to_owned(),
                note: "理由".to_owned(),
                back: *back,
                ..Input::default()
            });
        }
    }
    all
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

/// What tells one state from another.
fn key(case: &CaseState, been: &BTreeSet<String>) -> String {
    let of_branch = |b: &crate::engine::case::Branch| {
        let part = match b.part {
            Part::Whole => 'w',
            Part::Principal => 'p',
            Part::Assist => 'a',
        };
        let own = case.tasks.iter().filter(|t| t.branch == Some(b.id));
        let mut tasks: Vec<String> = own
            .filter(|t| t.state.is_live())
            .map(|t| format!("{:?}{:?}{}{}", t.purpose, t.state, t.ord, depth(case, t)))
            .collect();
        tasks.sort();
        format!("{part}{:?}{}", b.state, tasks.join(","))
    };
    let mut here: Vec<String> = case.current_branches().map(of_branch).collect();
    here.sort();
    let mut waits: Vec<String> = case
        .suspended()
        .map(|b| format!("{}{}", b.step, of_branch(b)))
        .collect();
    waits.sort();
    let mut done: Vec<&str> = case
        .tasks
        .iter()
        .filter(|t| t.purpose == Purpose::Do && t.state == TaskState::Done)
        .map(|t| t.step.as_str())
        .collect();
    done.sort_unstable();
    done.dedup();
    format!(
        "{}|{:?}|{}|{}|{}|{been:?}",
        case.step,
        case.state,
        here.join(";"),
        waits.join(";"),
        done.join(",")
    )
}

fn depth(case: &CaseState, task: &Task) -> usize {
    let mut n = 0;
    let mut now = task.parent;
    while let Some(t) = now.and_then(|id| case.task(id)).filter(|_| n < 3) {
        n += 1;
        now = t.parent;
    }
    n
}
