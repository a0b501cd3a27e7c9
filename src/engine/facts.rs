//! Everything a rule may look at: the case, who looks, who exists, the calendar, the instant.
//! Rules never fetch: what is not here cannot decide anything.
//! Invariant: a page's buttons and the server's verdict are computed from the same `Facts`.

use super::case::{CaseState, Purpose, State, Task, TaskState};
use super::definition::{MoveId, Procedure, Step};
use super::duty;
use crate::kit::{Calendar, Day, DeptId, Error, Id, Millis, PersonId, Principal, Zone};
use crate::org::letterhead_store::Letterhead;

/// What the directory answers about the case's organ. Heads, receivers, leaders and holders of roles are posts,
/// so that a task outlives whoever fills it; staff are persons, for a post may be filled by many.
pub trait People {
    /// Holders of a role in the organ.
    fn with_role(&self, role: &str) -> Vec<Principal>;
    /// Holders of a role in one department.
    fn with_role_in(&self, role: &str, dept: DeptId) -> Vec<Principal>;
    /// The head of a department.
    fn head_of(&self, dept: DeptId) -> Option<Principal>;
    /// The clerk who receives for a department.
    fn receiver_of(&self, dept: DeptId) -> Option<Principal>;
    /// Leaders in charge of a department.
    fn leaders_of(&self, dept: DeptId) -> Vec<Principal>;
    /// Everybody of a department, head and receiver included, as persons.
    fn staff_of(&self, dept: DeptId) -> Vec<Principal>;
    /// Departments whose head this person is.
    fn headed_by(&self, person: PersonId) -> Vec<DeptId>;
    /// Departments in this person's charge (分管).
    fn charges_of(&self, person: PersonId) -> Vec<DeptId>;
    /// All departments of the organ.
    fn departments(&self) -> Vec<DeptId>;
    /// Everybody of the organ, as persons.
    fn everybody(&self) -> Vec<Principal>;
    /// Whether a person is, or fills, a principal.
    fn fills(&self, person: PersonId, principal: Principal) -> bool;
    /// 陆平章
    fn name(&self, principal: Principal) -> String;
    /// 应急管理办公室
    fn dept_name(&self, dept: DeptId) -> String;
    /// 办公室主任
    fn role_name(&self, role: &str) -> String;
}

/// Who looks at the case.
#[derive(Debug, Clone)]
pub struct Viewer {
    /// The person.
    pub person: PersonId,
    /// Principals this person stands for now, delegations included.
    pub holds: Vec<Hold>,
    /// Roles of the posts filled.
    pub roles: Vec<String>,
}

impl Viewer {
    /// The departments of this person's own posts.
    pub fn departments(&self) -> impl Iterator<Item = DeptId> {
        let own = self.holds.iter().filter(|h| h.acting_for.is_none());
        own.filter_map(|h| match h.principal {
            Principal::Pool(dept) => Some(dept),
            _ => None,
        })
    }

    /// Whether one of the person's own posts is of this department.
    #[must_use]
    pub fn is_in(&self, dept: DeptId) -> bool {
        self.departments().any(|d| d == dept)
    }
}

/// A principal a person stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hold {
    /// The principal.
    pub principal: Principal,
    /// Whose it is, where it is not the person's own (AB岗, delegation).
    pub acting_for: Option<PersonId>,
}

/// Everything a rule may look at.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// The version the case runs under.
    pub procedure: &'a Procedure,
    /// The case.
    pub case: &'a CaseState,
    /// Who looks.
    pub viewer: &'a Viewer,
    /// Who exists.
    pub people: &'a dyn People,
    /// Working days.
    pub calendar: &'a Calendar,
    /// The office's time.
    pub zone: Zone,
    /// Now.
    pub now: Millis,
    /// The task the page was opened on; the viewer's first one where none is named.
    pub focus: Option<Id>,
    /// The organ's letterheads, where a document is looked at with its head; none where nobody read them.
    pub letterheads: &'a [Letterhead],
}

impl<'a> Facts<'a> {
    /// The day it is.
    #[must_use]
    pub fn today(&self) -> Day {
        self.zone.day(self.now)
    }

    /// The definition of the step the case is at.
    #[must_use]
    pub fn step(&self) -> Option<&'a Step> {
        self.procedure.step(&self.case.step)
    }

    /// Whether the viewer stands for a principal.
    #[must_use]
    pub fn holds(&self, principal: Principal) -> bool {
        self.viewer.holds.iter().any(|h| h.principal == principal)
    }

    /// Whether two principals are, by what they are now, the same person's.
    #[must_use]
    pub fn same(&self, a: Principal, b: Principal) -> bool {
        let fills = |x: Principal, y: Principal| match x {
            Principal::Person(p) => self.people.fills(p, y),
            _ => false,
        };
        a == b || fills(a, b) || fills(b, a)
    }

    /// For whom the viewer acts when acting as this principal; his own right goes first.
    #[must_use]
    pub fn acting_for(&self, principal: Principal) -> Option<PersonId> {
        Self::behind(self.viewer, principal)
    }

    /// The same of any viewer.
    #[must_use]
    pub fn behind(viewer: &Viewer, principal: Principal) -> Option<PersonId> {
        let mut holds = viewer.holds.iter().filter(|h| h.principal == principal);
        match holds.clone().any(|h| h.acting_for.is_none()) {
            true => None,
            false => holds.next().and_then(|h| h.acting_for),
        }
    }

    /// The viewer's open task of a purpose: the one in focus, or else the first.
    #[must_use]
    pub fn task(&self, purpose: Purpose) -> Option<&'a Task> {
        self.case.tasks.iter().find(|t| {
            t.state == TaskState::Open
                && t.purpose == purpose
                && self.focus.is_none_or(|f| f == t.id)
                && self.holds(t.holder)
        })
    }

    /// The viewer's open task of the step, with the step, where the step allows a move.
    #[must_use]
    pub fn at_step(&self, mv: MoveId) -> Option<(&'a Task, &'a Step, &'a str)> {
        let task = self.task(Purpose::Do)?;
        let step = self.procedure.step(&task.step)?;
        let label = step.label(mv)?;
        let free = self.may_do(step, task) && duty::held_up(self, step, mv).is_none();
        free.then_some((task, step, label))
    }

    /// Nobody does a step marked `not_own` on what he himself started, nor does another in his place.
    #[must_use]
    pub fn may_do(&self, step: &Step, task: &Task) -> bool {
        let starter = self.case.starter;
        let own = self.viewer.person == starter || self.acting_for(task.holder) == Some(starter);
        !(step.not_own && own)
    }

    /// Why a move is refused, said so that the person knows who has the case now.
    #[must_use]
    pub fn refusal(&self, mv: MoveId) -> Error {
        if self.case.state == State::Void {
            return Error::Conflict("这一件已经作废，不再办理。要办请重新登记".to_owned());
        }
        if let Some(task) = self.focus.and_then(|f| self.case.task(f)) {
            if let Some(gone) = self.gone(task) {
                return Error::Conflict(gone);
            }
            if !self.holds(task.holder) {
                let who = self.people.name(task.holder);
                return Error::Denied(format!("这一件现在由{who}{}，您不能代办", task.verb));
            }
            if self
                .procedure
                .step(&task.step)
                .is_some_and(|s| !self.may_do(s, task))
            {
                return Error::Denied("这一件是您自己发起的，这个环节要由别人办".to_owned());
            }
        }
        if mv == MoveId::Withdraw {
            return self.no_withdrawal();
        }
        let mine = self.task(Purpose::Do);
        let step = mine.and_then(|t| self.procedure.step(&t.step));
        if let Some(why) = step.and_then(|s| duty::held_up(self, s, mv)) {
            return Error::Conflict(why);
        }
        let now = self.who_has_it();
        Error::Denied(format!("这一件现在不能这样办。{now}"))
    }

    /// 现在到谁, as a sentence.
    #[must_use]
    pub fn who_has_it(&self) -> String {
        let held: Vec<String> = self
            .case
            .open_tasks()
            .map(|t| format!("{}（{}）", self.people.name(t.holder), t.verb))
            .collect();
        if held.is_empty() {
            match self.case.state {
                State::Void => "这一件已经作废。".to_owned(),
                _ => match self.case.outcome {
                    Some(outcome) => format!("这一件已经{}。", outcome.label()),
                    None => "这一件已经办完了。".to_owned(),
                },
            }
        } else {
            format!("现在到{}。", held.join("、"))
        }
    }

    fn gone(&self, task: &Task) -> Option<String> {
        let name = |p: Option<PersonId>| {
            p.map_or_else(
                || self.people.name(task.holder),
                |p| self.people.name(Principal::Person(p)),
            )
        };
        Some(match task.state {
            TaskState::Open => return None,
            TaskState::Done => format!("已由{}办理，{}", name(task.person), self.who_has_it()),
            TaskState::Waiting => format!("已经交给别人在办，{}", self.who_has_it()),
            TaskState::Queued if self.procedure.step(&task.step).is_some_and(|s| s.take) => {
                format!("已经有人领办，{}", self.who_has_it())
            }
            TaskState::Queued => format!("还没有轮到，{}", self.who_has_it()),
            TaskState::Returned => format!("已由{}退回，{}", name(task.person), self.who_has_it()),
            TaskState::Withdrawn => format!("{}已经撤回", name(task.given_by)),
            TaskState::Cancelled if task.purpose == Purpose::Read => {
                "传阅已经结束，您这一份记为未阅；还要阅的，请收发文员再传给您".to_owned()
            }
            TaskState::Cancelled => match self.taker(task) {
                Some(taker) => format!("已由{}办理，{}", name(Some(taker)), self.who_has_it()),
                None => format!("这一项不再需要办了，{}", self.who_has_it()),
            },
        })
    }

    /// Who was first, where several were offered the same task.
    fn taker(&self, task: &Task) -> Option<PersonId> {
        let sibling = |t: &&Task| {
            t.branch == task.branch && t.parent == task.parent && t.purpose == task.purpose
        };
        let done = |t: &Task| t.person.filter(|_| t.state != TaskState::Cancelled);
        self.case.tasks.iter().filter(sibling).find_map(done)
    }

    fn no_withdrawal(&self) -> Error {
        let seen = self.case.last.as_ref().and_then(|last| {
            let given = last
                .tasks
                .iter()
                .chain(last.undo.tasks.iter().map(|(t, _)| t));
            given
                .filter_map(|t| self.case.task(*t))
                .find(|t| t.seen_at.is_some() && t.state == TaskState::Open)
        });
        match seen {
            Some(t) => Error::Conflict(format!(
                "{}已经打开，不能撤回了；要改请对方退回",
                self.people.name(t.holder)
            )),
            None => Error::Denied(format!("没有可以撤回的。{}", self.who_has_it())),
        }
    }
}
