//! What a move will do: a list of changes and the act that is written into the ledger.
//! Not here: doing it (`CaseState::apply`; the store saves what it changed).
//! Invariant: a plan that touches the main lane carries how to undo it, recorded change by change.

use super::case::{BranchState, CaseState, Outcome, Part, Purpose, State, TaskState, Undo, Values};
use super::compute;
use super::deed::What;
use super::definition::MoveId;
use super::facts::Facts;
use crate::kit::{DeptId, Digest, Id, Millis, PersonId, Principal};
use serde::{Deserialize, Serialize};

/// What a move will do.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The ledger row.
    pub act: Act,
    /// How to take it back; none for what stays (side lanes, archiving, a withdrawal).
    pub undo: Option<Undo>,
    /// In this order.
    pub changes: Vec<Change>,
}

/// Who did what: the facts of a ledger row.
#[derive(Debug, Clone)]
pub struct Act {
    /// The move.
    pub mv: MoveId,
    /// The words on the button: 批示并送党政办分办.
    pub label: String,
    /// Whether the main lane moved.
    pub lane: Lane,
    /// Who.
    pub by: PersonId,
    /// For whom.
    pub acting_for: Option<PersonId>,
    /// The step it was done at.
    pub step: String,
    /// The step the case went to, where it went.
    pub to_step: Option<String>,
    /// The branch.
    pub branch: Option<Id>,
    /// The task it settled.
    pub task: Option<Id>,
    /// To whom things went.
    pub to: Vec<Principal>,
    /// The reason or the giver's words.
    pub note: String,
    /// Tasks whose holders were urged.
    pub urged: Vec<Id>,
    /// Fields that were mended.
    pub corrected: Vec<Corrected>,
}

/// A registered field that was mended: what stood there, and what stands there now, as printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Corrected {
    /// The field.
    pub field: String,
    /// What it was called that day.
    pub label: String,
    /// What stood there; empty where nothing did.
    pub old: String,
    /// What stands there now.
    pub new: String,
}

/// Which lane an act is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// The main lane.
    Main,
    /// A side lane, which never blocks it.
    Side,
}

/// A branch of a plan: one there already, or the n-th the plan opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BranchRef {
    /// There already.
    Known(Id),
    /// Opened by this plan.
    New(usize),
}

/// One change.
#[derive(Debug, Clone)]
pub enum Change {
    /// A branch opens, of the step and visit the plan has set.
    OpenBranch(NewBranch),
    /// A branch ends or comes back to life.
    SetBranch(Id, BranchState),
    /// Somebody is given a task.
    OpenTask(NewTask),
    /// A task changes hands of time. `Open` delivers it anew: unread, received now.
    SetTask(Id, TaskState),
    /// The main lane goes on.
    SetStep {
        /// To this step.
        step: String,
        /// On this visit.
        visit: u32,
    },
    /// 办结, 归档.
    SetState(State),
    /// 驳回, 终止: the case is closed without being done.
    End(Outcome),
    /// Fields get values.
    SetFields(Values),
    /// Somebody wrote something.
    WriteOpinion {
        /// In which box.
        into: String,
        /// In which branch.
        branch: Option<Id>,
        /// The words.
        text: String,
        /// What was written by hand, as it is kept; empty where nothing was.
        hand: String,
    },
    /// Somebody may see the case, from this step on.
    Grant(Principal, String),
    /// The next number of the procedure's series goes into its field.
    TakeNumber,
    /// The number of the case counts no more and is never taken again.
    VoidNumber,
    /// A case of another procedure is to be started; the last task the plan opens waits for it, where one does.
    Spawn(Spawned),
    /// A task is to be done by another day, or by none while time stands still.
    SetDue(Id, Option<Millis>),
    /// Whoever has a task was reminded of it.
    Urge(Id),
    /// Something was done to the official document.
    Deed(DeedOf),
}

/// A deed to be written.
#[derive(Debug, Clone)]
pub struct DeedOf {
    /// Which.
    pub what: What,
    /// SM3 of the text it was done to.
    pub text: Digest,
    /// What else is to be known of it.
    pub data: serde_json::Value,
    /// Who did it, as he is called now.
    pub name: String,
}

/// A case to be started in another procedure.
#[derive(Debug, Clone)]
pub struct Spawned {
    /// Its procedure.
    pub procedure: String,
    /// The words on the button.
    pub label: String,
    /// What it takes along, by its own fields.
    pub fields: Values,
}

/// A branch to open.
#[derive(Debug, Clone)]
pub struct NewBranch {
    /// The step.
    pub step: String,
    /// The visit.
    pub visit: u32,
    /// What share.
    pub part: Part,
    /// Whose.
    pub dept: Option<DeptId>,
}

/// A task to give.
#[derive(Debug, Clone)]
pub struct NewTask {
    /// In which branch.
    pub branch: Option<BranchRef>,
    /// From whose task.
    pub parent: Option<Id>,
    /// What is asked.
    pub purpose: Purpose,
    /// At which step.
    pub step: String,
    /// In which word.
    pub verb: String,
    /// Of whom.
    pub holder: Principal,
    /// By whom.
    pub given_by: Option<PersonId>,
    /// At once, or when the turn comes.
    pub state: TaskState,
    /// The turn.
    pub ord: u32,
    /// What the giver said.
    pub note: String,
    /// Until when.
    pub due_at: Option<Millis>,
}

/// A plan being written: sees the case as it will be.
pub struct Draft<'a> {
    /// What it is decided on.
    pub facts: &'a Facts<'a>,
    /// The form as it will be.
    pub values: Values,
    /// Whoever is given something, for the ledger row.
    pub to: Vec<Principal>,
    /// The step it goes to.
    pub to_step: Option<String>,
    /// Fields it mends.
    pub corrected: Vec<Corrected>,
    urged: Vec<Id>,
    changes: Vec<Change>,
    undo: Undo,
    opened: usize,
}

impl<'a> Draft<'a> {
    /// An empty plan.
    #[must_use]
    pub fn new(facts: &'a Facts<'a>) -> Self {
        let case: &CaseState = facts.case;
        Self {
            facts,
            values: case.values.clone(),
            to: Vec::new(),
            to_step: None,
            corrected: Vec::new(),
            urged: Vec::new(),
            changes: Vec::new(),
            undo: Undo {
                state: case.state,
                step: case.step.clone(),
                visit: case.visit,
                tasks: Vec::new(),
                branches: Vec::new(),
            },
            opened: 0,
        }
    }

    /// Adds a change that needs no record for the way back.
    pub fn push(&mut self, change: Change) {
        self.changes.push(change);
    }

    /// Fields get values; rules further on in the plan see them.
    pub fn set_fields(&mut self, fields: Values) {
        if fields.is_empty() {
            return;
        }
        self.values.extend(fields.clone());
        self.push(Change::SetFields(fields));
        self.compute();
    }

    /// Computed fields follow the form as it will be.
    pub fn compute(&mut self) {
        let facts = self.facts;
        let by = (facts.calendar, facts.today());
        let fields = compute::changed(facts.procedure, by, &self.values);
        if !fields.is_empty() {
            self.values.extend(fields.clone());
            self.push(Change::SetFields(fields));
        }
    }

    /// A branch opens.
    pub fn open_branch(&mut self, branch: NewBranch) -> BranchRef {
        self.push(Change::OpenBranch(branch));
        self.opened += 1;
        BranchRef::New(self.opened - 1)
    }

    /// Somebody is given a task, and with it the right to see the case.
    pub fn open_task(&mut self, task: NewTask) {
        if task.state == TaskState::Open {
            self.to.push(task.holder);
        }
        self.push(Change::Grant(task.holder, task.step.clone()));
        self.push(Change::OpenTask(task));
    }

    /// The tasks the plan gives are done branch after branch: all but the first branch's wait for their turn.
    pub fn in_turn(&mut self) {
        let mut first = None;
        for change in &mut self.changes {
            let Change::OpenTask(task) = change else {
                continue;
            };
            let Some(BranchRef::New(n)) = task.branch else {
                continue;
            };
            let first = *first.get_or_insert(n);
            task.ord = u32::try_from(n - first)
                .unwrap_or(u32::MAX)
                .saturating_add(1);
            if n > first {
                task.state = TaskState::Queued;
                let holder = task.holder;
                self.to.retain(|p| *p != holder);
            }
        }
    }

    /// A task changes.
    pub fn set_task(&mut self, id: Id, state: TaskState) {
        if let Some(task) = self.facts.case.task(id) {
            if self.undo.tasks.iter().all(|(t, _)| *t != id) {
                self.undo.tasks.push((id, task.state));
            }
            if state == TaskState::Open {
                self.to.push(task.holder);
            }
            self.push(Change::SetTask(id, state));
        }
    }

    /// Whoever has a task is reminded of it.
    pub fn urge(&mut self, task: &super::case::Task) {
        if !self.to.contains(&task.holder) {
            self.to.push(task.holder);
        }
        self.urged.push(task.id);
        self.push(Change::Urge(task.id));
    }

    /// A branch changes.
    pub fn set_branch(&mut self, id: Id, state: BranchState) {
        if let Some(branch) = self.facts.case.branch(id) {
            if self.undo.branches.iter().all(|(b, _)| *b != id) {
                self.undo.branches.push((id, branch.state));
            }
            self.push(Change::SetBranch(id, state));
        }
    }

    /// The main lane goes on.
    pub fn set_step(&mut self, step: &str, visit: u32) {
        self.to_step = Some(step.to_owned());
        self.push(Change::SetStep {
            step: step.to_owned(),
            visit,
        });
    }

    /// How a branch will stand when the plan is done.
    #[must_use]
    pub fn branch_state(&self, id: Id) -> Option<BranchState> {
        let planned = self.changes.iter().rev().find_map(|c| match c {
            Change::SetBranch(b, state) if *b == id => Some(*state),
            _ => None,
        });
        planned.or_else(|| self.facts.case.branch(id).map(|b| b.state))
    }

    /// How a task will stand when the plan is done.
    #[must_use]
    pub fn task_state(&self, id: Id) -> Option<TaskState> {
        let planned = self.changes.iter().rev().find_map(|c| match c {
            Change::SetTask(t, state) if *t == id => Some(*state),
            _ => None,
        });
        planned.or_else(|| self.facts.case.task(id).map(|t| t.state))
    }

    /// A plan on the main lane, which may be withdrawn.
    #[must_use]
    pub fn main(self, mv: MoveId, label: &str, task: Option<Id>, note: &str) -> Plan {
        self.end(Lane::Main, mv, label, task, note)
    }

    /// A plan beside the main lane.
    #[must_use]
    pub fn side(self, mv: MoveId, label: &str, task: Option<Id>, note: &str) -> Plan {
        self.end(Lane::Side, mv, label, task, note)
    }

    fn end(self, lane: Lane, mv: MoveId, label: &str, task: Option<Id>, note: &str) -> Plan {
        let settled = task.and_then(|t| self.facts.case.task(t));
        let act = Act {
            mv,
            label: label.to_owned(),
            lane,
            by: self.facts.viewer.person,
            acting_for: settled.and_then(|t| self.facts.acting_for(t.holder)),
            step: settled.map_or_else(|| self.facts.case.step.clone(), |t| t.step.clone()),
            to_step: self.to_step,
            branch: settled.and_then(|t| t.branch),
            task,
            to: self.to,
            note: note.trim().to_owned(),
            urged: self.urged,
            corrected: self.corrected,
        };
        let undo = (lane == Lane::Main).then_some(self.undo);
        Plan {
            act,
            undo,
            changes: self.changes,
        }
    }
}
