//! What must hold after whatever anybody did: exactly one main step; a case not at its end has somebody's open
//! task; opinions, ledger rows and urgings are never lost, nor a number once it is there; a reader is lost by
//! nothing but reading, recalling, ending and voiding; who signs, signs for somebody who waits or is done; a
//! limit has its date unless its clock stands still; what is not offered is refused and changes nothing.

use super::town::Town;
use inkstone::engine::case::{BranchState, CaseState, Purpose, State, Task, TaskState};
use inkstone::engine::definition::MoveId;
use inkstone::engine::facts::{People, Viewer};
use inkstone::engine::moves::{self, MOVES};
use inkstone::engine::offer::{Input, Offer};
use inkstone::engine::plan::Lane;
use inkstone::engine::rehearsal::Rehearsal;
use inkstone::kit::Id;

/// What no act may take away, as it was before the act.
pub struct Kept {
    acts: usize,
    urges: usize,
    number: Option<serde_json::Value>,
    unread: Vec<inkstone::kit::Id>,
}

impl Kept {
    pub fn of(it: &Rehearsal<'_>) -> Self {
        let field = it.procedure.series.as_ref().map(|s| s.field.as_str());
        Self {
            acts: it.acts.len(),
            urges: it.case.urges.len(),
            number: field.and_then(|f| it.case.values.get(f)).cloned(),
            unread: it.case.unread().map(|t| t.id).collect(),
        }
    }

    pub fn holds(&self, it: &Rehearsal<'_>, mv: MoveId) -> Result<(), String> {
        let now = Self::of(it);
        if now.acts < self.acts || now.acts > self.acts + 1 || now.urges < self.urges {
            return Err("台账少了一行".to_owned());
        }
        if self.number.is_some() && now.number != self.number {
            return Err(format!("号从 {:?} 变成了 {:?}", self.number, now.number));
        }
        use MoveId::{EndCirculation, Read, Recall, Void};
        let ends = matches!(mv, EndCirculation | Read | Recall | Void);
        if !ends && self.unread.iter().any(|t| !now.unread.contains(t)) {
            return Err("传阅丢了一个人".to_owned());
        }
        Ok(())
    }
}

/// How the main lane stands: step, visit, state, who has it.
pub type MainLane = (String, u32, State, Vec<String>);

/// How the main lane stands: what a withdrawal must bring back.
pub fn main_lane(it: &Rehearsal<'_>) -> MainLane {
    let case = &it.case;
    let tasks = case
        .tasks
        .iter()
        .filter(|t| t.purpose.is_main() && t.state.is_live());
    let mut live: Vec<String> = tasks
        .map(|t| {
            format!(
                "{} {} {} {:?} {:?}",
                t.id,
                Town.name(t.holder),
                t.verb,
                t.state,
                t.branch
            )
        })
        .collect();
    let branches = case
        .branches
        .iter()
        .filter(|b| b.state != BranchState::Cancelled);
    live.extend(branches.map(|b| format!("{} {:?}", b.id, b.state)));
    (case.step.clone(), case.visit, case.state, live)
}

/// What the page does not offer, opened on this task or on none, the server refuses, however it is answered.
pub fn agree(
    it: &Rehearsal<'_>,
    viewer: &Viewer,
    (offers, focus): (&[Offer], Option<Id>),
) -> Result<(), String> {
    let facts = it.facts(viewer, focus);
    let full = Input {
        choice: it.case.step.clone(),
        people: it.people.everybody(),
        dept: Some(it.case.dept),
        opinion: "同意。".to_owned(),
        note: "说明".to_owned(),
        ..Input::default()
    };
    for m in MOVES.iter().filter(|m| offers.iter().all(|o| o.mv != m.id)) {
        for input in [&Input::default(), &full] {
            if moves::plan(&facts, m.id, input).is_ok() {
                return Err(format!("{:?} 没有提供却办得成", m.id));
            }
        }
    }
    Ok(())
}

pub fn holds(it: &Rehearsal<'_>) -> Result<(), String> {
    let case = &it.case;
    if it.procedure.step(&case.step).is_none() {
        return Err(format!("不在任何环节：{}", case.step));
    }
    let last_step = it.procedure.step(&case.step);
    let closed_for_good = case.state == State::Closed
        && last_step.is_some_and(|s| s.label(MoveId::Close).is_some() && s.next.is_empty());
    let last = it.acts.iter().rev().find(|a| a.lane == Lane::Main);
    let put_by = last.is_some_and(|a| matches!(a.mv, MoveId::LeaveOut | MoveId::Refuse));
    let ended = matches!(case.state, State::Archived | State::Void) || case.outcome.is_some();
    let at_end = ended || closed_for_good || (case.state == State::Closed && put_by);
    if case.outcome.is_some() && case.state != State::Closed {
        return Err(format!("没有了结却是 {:?}", case.outcome));
    }
    let open: Vec<_> = case.open_tasks().collect();
    if at_end != open.is_empty() {
        return Err(format!("状态 {:?}，待办 {} 件", case.state, open.len()));
    }
    for t in &open {
        let branch = t
            .branch
            .and_then(|b| case.branch(b))
            .ok_or("主线的待办没有支")?;
        if branch.visit != case.visit || branch.state != BranchState::Open {
            return Err(format!("{} 的待办不在现在的环节上", Town.name(t.holder)));
        }
    }
    for b in case
        .current_branches()
        .filter(|b| b.state == BranchState::Open)
    {
        let live =
            |t: &&inkstone::engine::case::Task| t.branch == Some(b.id) && t.purpose.is_main();
        let has = |s: TaskState| case.tasks.iter().filter(live).any(|t| t.state == s);
        if !has(TaskState::Open) && !has(TaskState::Queued) {
            return Err("有一支没有人在办".to_owned());
        }
    }
    let waiting_alone = case.tasks.iter().any(|t| {
        let branch = t.branch.and_then(|b| case.branch(b));
        t.state.is_live()
            && t.purpose != Purpose::Read
            && branch.is_some_and(|b| b.state != BranchState::Open)
    });
    if waiting_alone {
        return Err("办完的支里还有没了结的待办".to_owned());
    }
    signing(case)?;
    clocks(it)?;
    let mut waits: Vec<u32> = case.suspended().map(|b| b.visit).collect();
    waits.dedup();
    if waits.len() > 2 || waits.iter().any(|v| *v > case.visit) {
        return Err(format!("等着直接送回的有 {waits:?}，现在是 {}", case.visit));
    }
    if !case
        .grants
        .iter()
        .any(|(p, _)| Town.fills(case.starter, *p))
    {
        return Err("发起人看不见自己的件".to_owned());
    }
    Ok(())
}

/// Nobody is asked to sign for nobody, and no round stands with only turns that never come.
fn signing(case: &CaseState) -> Result<(), String> {
    let live = |t: &&Task| t.purpose == Purpose::Sign && t.state.is_live();
    for t in case.tasks.iter().filter(live) {
        let asker = t.parent.and_then(|p| case.task(p)).ok_or("没有人请他签")?;
        if !matches!(asker.state, TaskState::Waiting | TaskState::Done) {
            return Err(format!("还有人没签，请的人却是 {:?}", asker.state));
        }
        let mut round = case.signers(asker.id);
        let asked = |s: &Task| matches!(s.state, TaskState::Open | TaskState::Waiting);
        if t.state == TaskState::Queued && !round.any(asked) {
            return Err("轮着签的没有人在签".to_owned());
        }
    }
    Ok(())
}

/// A task under a limit has its date, but for while its clock stands still; one clock a branch.
fn clocks(it: &Rehearsal<'_>) -> Result<(), String> {
    let case = &it.case;
    let live = |t: &&Task| t.state.is_live();
    for t in case.tasks.iter().filter(live) {
        let step = it.procedure.step(&t.step).ok_or("不在任何环节")?;
        let still = |p: &&Task| p.purpose == Purpose::Pause && p.branch == t.branch;
        let clocks = case.tasks.iter().filter(live).filter(still).count();
        let dated = t.purpose == Purpose::Do && step.due.is_some();
        if clocks > 1 || (dated && t.due_at.is_some() == (clocks == 1)) {
            return Err(format!(
                "{} 的期限是 {:?}，停着 {clocks} 个",
                t.verb, t.due_at
            ));
        }
    }
    Ok(())
}
