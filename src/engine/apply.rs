//! Carries a plan out on a case in memory. The store saves what changed; the rehearsal keeps it.
//! Not here: rules. A plan was agreed by its move; this only does it, so both do it alike.
//! Invariant: opinions are appended, never changed; a principal's first grant stands.

use super::case::{Branch, BranchState, CaseState, LastAct, Opinion, State, Task, TaskState, Urge};
use super::deed::Deed;
use super::plan::{Act, BranchRef, Change, Lane, NewTask, Plan};
use crate::kit::{Id, Millis};

/// What the plan's surroundings give it: the instant, new ids, the number of the series.
pub struct Means<'a> {
    /// When it happens.
    pub now: Millis,
    /// The next id of the case's shelf.
    pub mint: &'a mut dyn FnMut() -> Id,
    /// The field a number goes into and the number taken for this plan, where it takes one.
    pub number: Option<(String, String)>,
}

/// What a plan opened.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Opened {
    /// Branches.
    pub branches: Vec<Id>,
    /// Tasks.
    pub tasks: Vec<Id>,
}

impl CaseState {
    /// Carries a plan out.
    pub fn apply(&mut self, plan: &Plan, means: &mut Means<'_>) -> Opened {
        let mut opened = Opened::default();
        for change in &plan.changes {
            self.apply_one(change, &plan.act, means, &mut opened);
        }
        if plan.act.lane == Lane::Main {
            self.last = plan.undo.clone().map(|undo| LastAct {
                mv: plan.act.mv,
                by: plan.act.by,
                undo,
                tasks: opened.tasks.clone(),
                branches: opened.branches.clone(),
            });
        }
        opened
    }

    fn apply_one(
        &mut self,
        change: &Change,
        act: &Act,
        means: &mut Means<'_>,
        opened: &mut Opened,
    ) {
        match change {
            Change::OpenBranch(new) => {
                let id = (means.mint)();
                opened.branches.push(id);
                self.branches.push(Branch {
                    id,
                    step: new.step.clone(),
                    visit: new.visit,
                    part: new.part,
                    dept: new.dept,
                    state: BranchState::Open,
                });
            }
            Change::SetBranch(id, state) => {
                if let Some(b) = self.branches.iter_mut().find(|b| b.id == *id) {
                    b.state = *state;
                }
            }
            Change::OpenTask(new) => {
                let id = (means.mint)();
                opened.tasks.push(id);
                self.tasks.push(task_of(new, id, means.now, opened));
            }
            Change::SetTask(id, state) => {
                if let Some(t) = self.tasks.iter_mut().find(|t| t.id == *id) {
                    set_task(t, *state, act, means.now);
                }
            }
            Change::SetDue(id, at) => {
                if let Some(t) = self.tasks.iter_mut().find(|t| t.id == *id) {
                    t.due_at = *at;
                }
            }
            Change::SetStep { step, visit } => {
                self.step.clone_from(step);
                self.visit = *visit;
            }
            Change::SetState(state) => {
                self.state = *state;
                self.outcome = None;
            }
            Change::End(outcome) => {
                self.state = State::Closed;
                self.outcome = Some(*outcome);
            }
            Change::SetFields(values) => self.values.extend(values.clone()),
            Change::WriteOpinion {
                into,
                branch,
                text,
                hand,
            } => self.opinions.push(Opinion {
                into: into.clone(),
                branch: *branch,
                task: act.task,
                text: text.clone(),
                hand: hand.clone(),
                person: act.by,
                acting_for: act.acting_for,
                at: means.now,
            }),
            Change::Grant(principal, step) => {
                if self.grants.iter().all(|(p, _)| p != principal) {
                    self.grants.push((*principal, step.clone()));
                }
            }
            // the store's: the number stays printed on the case, the other case is begun elsewhere
            Change::VoidNumber | Change::Spawn(_) => {}
            Change::Urge(task) => self.urges.push(Urge {
                task: *task,
                by: act.by,
                at: means.now,
                words: act.note.clone(),
            }),
            Change::Deed(new) => self.deeds.push(Deed {
                id: (means.mint)(),
                what: new.what,
                text: new.text,
                data: new.data.clone(),
                person: Some(act.by),
                name: new.name.clone(),
                at: means.now,
            }),
            Change::TakeNumber => {
                if let Some((field, number)) = means.number.take() {
                    self.values.insert(field, number.into());
                }
            }
        }
    }
}

fn task_of(new: &NewTask, id: Id, now: Millis, opened: &Opened) -> Task {
    let branch = new.branch.and_then(|b| match b {
        BranchRef::Known(id) => Some(id),
        BranchRef::New(n) => opened.branches.get(n).copied(),
    });
    Task {
        id,
        branch,
        parent: new.parent,
        purpose: new.purpose,
        step: new.step.clone(),
        verb: new.verb.clone(),
        holder: new.holder,
        person: None,
        given_by: new.given_by,
        state: new.state,
        ord: new.ord,
        note: new.note.clone(),
        given_at: now,
        seen_at: None,
        done_at: None,
        due_at: new.due_at,
    }
}

fn set_task(task: &mut Task, state: TaskState, act: &Act, now: Millis) {
    task.state = state;
    match state {
        TaskState::Open => {
            task.given_at = now;
            task.seen_at = None;
            task.done_at = None;
        }
        TaskState::Waiting | TaskState::Queued => task.done_at = None,
        TaskState::Done | TaskState::Returned => {
            task.done_at = Some(now);
            if act.task == Some(task.id) {
                task.person = Some(act.by);
            }
        }
        TaskState::Withdrawn | TaskState::Cancelled => task.done_at = Some(now),
    }
}
