//! The state of one case (件): branches, the tasks in them, opinions, values.
//! Not here: rights and rules (`facts`, `moves`), SQL (the case store loads and saves exactly this).
//! Invariant: the holder stack of a branch is its chain of tasks: `parent` is the task of whoever gave it,
//! waiting below; at most the top of a chain is open. The main lane is at `step`, visit `visit`.

use super::deed::Deed;
use super::definition::{MoveId, Procedure};
use crate::kit::{DeptId, Id, Millis, OrganId, PersonId, Principal};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Values of a form by field id.
pub type Values = Map<String, Value>;

/// A running or finished case.
#[derive(Debug, Clone)]
pub struct CaseState {
    /// Its id; its shelf is in it.
    pub id: Id,
    /// Whose case it is.
    pub organ: OrganId,
    /// The department that started it.
    pub dept: DeptId,
    /// Where it stands in its life.
    pub state: State,
    /// How it ended, where that was not by being done.
    pub outcome: Option<Outcome>,
    /// The step the main lane is at; the last one when the case has ended.
    pub step: String,
    /// Which arrival at a step this is; going back to a step counts anew.
    pub visit: u32,
    /// Who started it.
    pub starter: PersonId,
    /// When.
    pub opened_at: Millis,
    /// The form.
    pub values: Values,
    /// All branches ever opened.
    pub branches: Vec<Branch>,
    /// All tasks ever given.
    pub tasks: Vec<Task>,
    /// All opinions, in order; append-only.
    pub opinions: Vec<Opinion>,
    /// Who sees it, from which step on; the first grant of a principal stands.
    pub grants: Vec<(Principal, String)>,
    /// The last act on the main lane: what may be withdrawn.
    pub last: Option<LastAct>,
    /// Every time somebody was urged, in order; append-only.
    pub urges: Vec<Urge>,
    /// What was done to its official document, in order; append-only.
    pub deeds: Vec<Deed>,
    /// Names of the files its document encloses, where its step checks the document; none where nobody read them.
    pub enclosed: Option<Vec<String>>,
}

/// Where a case stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// 在办
    Open,
    /// 办结
    Closed,
    /// 归档
    Archived,
    /// 作废
    Void,
}

/// How a closed case ended, where that was not by being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// 驳回
    Rejected,
    /// 终止
    Terminated,
    /// 结转: its year was closed, and another case goes on with it in the new one
    Continued,
}

impl Outcome {
    /// As volumes and lists store it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rejected => "rejected",
            Self::Terminated => "terminated",
            Self::Continued => "continued",
        }
    }

    /// The outcome of a stored word; none for a case that ended by being done.
    #[must_use]
    pub fn of(stored: &str) -> Option<Self> {
        [Self::Rejected, Self::Terminated, Self::Continued]
            .into_iter()
            .find(|o| o.as_str() == stored)
    }

    /// 驳回
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Rejected => "驳回",
            Self::Terminated => "终止",
            Self::Continued => "结转",
        }
    }
}

/// One strand of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// Its id.
    pub id: Id,
    /// The step that opened it.
    pub step: String,
    /// The arrival that opened it.
    pub visit: u32,
    /// What share of the work it is.
    pub part: Part,
    /// The department it was handed to.
    pub dept: Option<DeptId>,
    /// Whether it is still at work.
    pub state: BranchState,
}

/// What share of a step's work a branch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// An ordinary branch.
    Whole,
    /// 主办
    Principal,
    /// 协办
    Assist,
}

/// Whether a branch is at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BranchState {
    /// 在办
    Open,
    /// 办完
    Done,
    /// 不再需要
    Cancelled,
}

/// One principal's duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Its id.
    pub id: Id,
    /// Its branch; readers of the whole case have none.
    pub branch: Option<Id>,
    /// The task of whoever gave it, waiting below in the stack.
    pub parent: Option<Id>,
    /// What is asked.
    pub purpose: Purpose,
    /// At which step.
    pub step: String,
    /// What is asked, in the office's word at that time.
    pub verb: String,
    /// To whom it was given.
    pub holder: Principal,
    /// Who did it.
    pub person: Option<PersonId>,
    /// Who gave it.
    pub given_by: Option<PersonId>,
    /// Where it stands.
    pub state: TaskState,
    /// Turn within an order; 0 where there is none.
    pub ord: u32,
    /// What the giver said.
    pub note: String,
    /// When it was given.
    pub given_at: Millis,
    /// When the holder first opened it.
    pub seen_at: Option<Millis>,
    /// When it ended.
    pub done_at: Option<Millis>,
    /// Until when.
    pub due_at: Option<Millis>,
}

/// What a task asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To do the step.
    Do,
    /// To look at what a department fed back.
    Review,
    /// To settle what happens where a department says it is not its matter.
    Settle,
    /// To read, beside the main lane.
    Read,
    /// To say whether a branch gets more time, beside the main lane.
    Extend,
    /// To sign beside whoever has the step (加签, 会签).
    Sign,
    /// To let time stand still, beside the main lane, until it goes on (暂停计时).
    Pause,
    /// To wait for another case.
    Wait,
}

impl Purpose {
    /// Whether it is of the main lane: the step ends when all of these have ended.
    #[must_use]
    pub const fn is_main(self) -> bool {
        matches!(
            self,
            Self::Do | Self::Review | Self::Settle | Self::Sign | Self::Wait
        )
    }
}

/// Where a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    /// 待办
    Open,
    /// Given on; comes back.
    Waiting,
    /// Its turn has not come.
    Queued,
    /// 已办
    Done,
    /// 退回
    Returned,
    /// 撤回
    Withdrawn,
    /// 不再需要
    Cancelled,
}

impl TaskState {
    /// Whether it may still have to be done.
    #[must_use]
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Open | Self::Waiting | Self::Queued)
    }
}

/// What somebody wrote when acting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opinion {
    /// The opinion box.
    pub into: String,
    /// The branch it was written in.
    pub branch: Option<Id>,
    /// The task it was written on; none in volumes of before.
    pub task: Option<Id>,
    /// The words.
    pub text: String,
    /// What was written by hand, as it is kept; empty where nothing was.
    pub hand: String,
    /// Who.
    pub person: PersonId,
    /// For whom.
    pub acting_for: Option<PersonId>,
    /// When.
    pub at: Millis,
}

/// Somebody was reminded of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Urge {
    /// The task.
    pub task: Id,
    /// By whom.
    pub by: PersonId,
    /// When.
    pub at: Millis,
    /// With which words; may be empty.
    pub words: String,
}

/// The last act on the main lane, and how to undo it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastAct {
    /// What it was.
    pub mv: MoveId,
    /// Who did it.
    pub by: PersonId,
    /// How things were before.
    pub undo: Undo,
    /// Tasks it opened.
    pub tasks: Vec<Id>,
    /// Branches it opened.
    pub branches: Vec<Id>,
}

/// How things were before an act. Kept in the act's ledger row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undo {
    /// The case's state.
    pub state: State,
    /// The step.
    pub step: String,
    /// The visit.
    pub visit: u32,
    /// Tasks the act changed.
    pub tasks: Vec<(Id, TaskState)>,
    /// Branches the act changed.
    pub branches: Vec<(Id, BranchState)>,
}

impl CaseState {
    /// A case that stands at no step yet.
    #[must_use]
    pub fn begun(
        id: Id,
        (organ, dept): (OrganId, DeptId),
        (starter, at): (PersonId, Millis),
    ) -> Self {
        Self {
            id,
            organ,
            dept,
            state: State::Open,
            outcome: None,
            step: String::new(),
            visit: 0,
            starter,
            opened_at: at,
            values: Values::new(),
            branches: Vec::new(),
            tasks: Vec::new(),
            opinions: Vec::new(),
            grants: Vec::new(),
            last: None,
            urges: Vec::new(),
            deeds: Vec::new(),
            enclosed: None,
        }
    }

    /// When and how a task was urged, in order.
    pub fn urges_of(&self, task: Id) -> impl DoubleEndedIterator<Item = &Urge> + Clone {
        self.urges.iter().filter(move |u| u.task == task)
    }

    /// Readers beside the main lane whose reading is still open, their turn come or not.
    pub fn unread(&self) -> impl Iterator<Item = &Task> {
        self.tasks
            .iter()
            .filter(|t| t.purpose == Purpose::Read && t.state.is_live())
    }

    /// The task of this id.
    #[must_use]
    pub fn task(&self, id: Id) -> Option<&Task> {
        self.tasks.iter().find(|t| t.id == id)
    }

    /// The branch of this id.
    #[must_use]
    pub fn branch(&self, id: Id) -> Option<&Branch> {
        self.branches.iter().find(|b| b.id == id)
    }

    /// Tasks of the main lane that somebody has to do now: who has it.
    pub fn open_tasks(&self) -> impl Iterator<Item = &Task> {
        self.tasks
            .iter()
            .filter(|t| t.state == TaskState::Open && t.purpose.is_main())
    }

    /// Branches of the step the case is at.
    pub fn current_branches(&self) -> impl Iterator<Item = &Branch> {
        self.branches.iter().filter(|b| b.visit == self.visit)
    }

    /// Branches left open at another visit: the case was returned and may come straight back to them.
    pub fn suspended(&self) -> impl Iterator<Item = &Branch> {
        self.branches
            .iter()
            .filter(|b| b.visit != self.visit && b.state == BranchState::Open)
    }

    /// The visit the case comes straight back to once it is mended: the last one that was left so.
    #[must_use]
    pub fn comes_back_to(&self) -> Option<(&str, u32)> {
        let last = self.suspended().max_by_key(|b| b.visit)?;
        Some((&last.step, last.visit))
    }

    /// Where it stands, as lists keep it: the state, or how it ended.
    ///
    /// # Errors
    /// Fault where a state has no word; all have.
    pub fn stands(&self) -> crate::kit::Result<String> {
        match self.outcome.filter(|_| self.state == State::Closed) {
            Some(outcome) => Ok(outcome.as_str().to_owned()),
            None => super::stored::word(&self.state),
        }
    }

    /// The number of the next visit.
    #[must_use]
    pub fn next_visit(&self) -> u32 {
        let used = self.branches.iter().map(|b| b.visit).max().unwrap_or(0);
        used.max(self.visit) + 1
    }

    /// The task that last did a step, if it was ever done.
    #[must_use]
    pub fn last_done(&self, step: &str) -> Option<&Task> {
        self.tasks
            .iter()
            .filter(|t| t.step == step && t.purpose == Purpose::Do && t.state == TaskState::Done)
            .max_by_key(|t| (t.done_at, t.id))
    }

    /// Whether live tasks were given from this one.
    #[must_use]
    pub fn has_live_child(&self, task: Id) -> bool {
        self.tasks
            .iter()
            .any(|t| t.parent == Some(task) && t.state.is_live() && t.purpose.is_main())
    }

    /// Readers of one round of circulation: all that one person let read from one task.
    pub fn round(&self, by: Option<PersonId>, parent: Option<Id>) -> impl Iterator<Item = &Task> {
        self.tasks
            .iter()
            .filter(move |t| t.purpose == Purpose::Read && t.given_by == by && t.parent == parent)
    }

    /// The words an opinion box prints last.
    #[must_use]
    pub fn last_opinion(&self, into: &str) -> Option<&Opinion> {
        self.opinions.iter().rev().find(|o| o.into == into)
    }

    /// The task of whoever was asked to sign beside, where an opinion was written so.
    #[must_use]
    pub fn signed_beside(&self, opinion: &Opinion) -> Option<&Task> {
        let task = self.task(opinion.task?)?;
        (task.purpose == Purpose::Sign).then_some(task)
    }

    /// All who were asked to sign for one task, in the order they were asked.
    pub fn signers(&self, task: Id) -> impl DoubleEndedIterator<Item = &Task> + Clone {
        self.tasks
            .iter()
            .filter(move |t| t.purpose == Purpose::Sign && t.parent == Some(task))
    }

    /// How many of the present round of signing have signed, and how many were asked.
    #[must_use]
    pub fn signed(&self, task: Id) -> (usize, usize) {
        // what was asked before the asker last had it in hand was another round
        let since = self.task(task).map_or(Millis(0), |t| t.given_at);
        let counted = |t: &&Task| {
            t.given_at >= since && !matches!(t.state, TaskState::Withdrawn | TaskState::Cancelled)
        };
        let all = self.signers(task).filter(counted);
        let done = all.clone().filter(|t| !t.state.is_live()).count();
        (done, all.count())
    }

    /// The clock that stands still in a branch.
    #[must_use]
    pub fn paused(&self, branch: Option<Id>) -> Option<&Task> {
        let pause = |t: &&Task| t.purpose == Purpose::Pause && t.branch == branch;
        let mut all = self.tasks.iter().filter(pause);
        all.find(|t| t.state.is_live())
    }

    /// The case's title, from the field the procedure names.
    #[must_use]
    pub fn title(&self, procedure: &Procedure) -> String {
        self.values
            .get(&procedure.title)
            .map(super::definition::text_of)
            .unwrap_or_default()
    }
}
