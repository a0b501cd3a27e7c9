//! What playing a procedure through shows, in the office's own words: the path to the place where it goes wrong, and
//! what to mend. Not here: the playing (`explore`). Invariant: each fault is said once, by its shortest path.

use super::explore::{Tour, is_over};
use super::standing::{Fill, Here};
use super::valuation;
use crate::engine::case::{BranchState, CaseState, Task, TaskState, Values};
use crate::engine::definition::{MoveId, Step};
use crate::engine::flow;
use crate::engine::offer::Offer;
use crate::kit::{Error, Id};
use std::collections::{BTreeMap, BTreeSet};

impl Tour<'_> {
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

    pub(super) fn refused(&mut self, at: usize, case: &CaseState, (offer, why): (&Offer, &Error)) {
        let about = format!("{} {} {why}", case.step, offer.mv.as_str());
        let sentence = format!("走到“{}”时，“{}”办不成：{why}", self.path(at), offer.label);
        self.say(about, sentence);
    }

    pub(super) fn unfilled(&mut self, at: usize, case: &CaseState, (offer, why): (&Offer, &Error)) {
        let about = format!("{} {} empty {why}", case.step, offer.mv.as_str());
        let sentence = format!(
            "走到“{}”时，如果前面没有填可以不填的字段，“{}”就办不成，在这里又补不上：{why}。请把要用的字段改成必填，或者让这个环节也能填",
            self.path(at),
            offer.label
        );
        self.say(about, sentence);
    }

    /// Every open branch has somebody, and whatever waits comes back to life.
    pub(super) fn held(&mut self, at: usize, case: &CaseState) {
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
    pub(super) fn gap(&mut self, at: usize, here: &Here) {
        let Some(step) = self.p.step(&here.case.step) else {
            return;
        };
        if step.next.is_empty() || step.next.iter().any(|n| n.when.is_empty()) {
            return;
        }
        let asked = step.next.iter().flat_map(|n| &n.when);
        let fields = valuation::looked_at(asked.chain(self.held_by()));
        let choices = self.choices(&fields, here, Fill::Typed);
        let none = |v: &Values| {
            self.may_be(v) && flow::open_ways(step, v).is_empty() && self.rules_hold(step, v)
        };
        if let Some(values) = valuation::find(here.base(Fill::Typed), &choices, &none) {
            let said = valuation::words(self.shown, &fields, &values);
            let sentence = format!(
                "走到“{}”时，如果{said}，就没有路可走：请补一条去路，或者把条件接上",
                self.path(at)
            );
            self.say(format!("{} gap", step.id), sentence);
        }
    }

    /// What only the whole picture shows.
    pub(super) fn conclude(&mut self) {
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
            let asked = self.p.rules.iter().filter(|r| r.steps.contains(&step));
            let asked: Vec<&str> = asked.map(|r| r.say.as_str()).collect();
            let sentence = match stuck {
                true if !asked.is_empty() => format!(
                    "走到“{path}”就停住了：环节“{name}”的填写要求（{}）怎么填都满足不了，请把要求改松，或者去掉",
                    asked.join("；")
                ),
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
