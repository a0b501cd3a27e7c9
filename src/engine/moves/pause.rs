//! 暂停计时: the days until what is missing has come are no days of the limit (补正、公告、鉴定). While time stands
//! still the tasks of the branch have no due date; what rests beside them, never on anybody's desk, keeps the old
//! one and since when. It ends by 恢复计时, or with the branch.

use super::{Move, expect};
use crate::engine::case::{Purpose, State, Task, TaskState};
use crate::engine::definition::{MoveId, Need, Pausing};
use crate::engine::facts::Facts;
use crate::engine::offer::{Choice, Input, Note, Offer};
use crate::engine::plan::{BranchRef, Change, Draft, NewTask, Plan};
use crate::kit::Result;

pub const MOVE: Move = Move {
    id: MoveId::Pause,
    offer,
    plan,
};

/// The ground that says nothing: the reason has to.
const OTHER: &str = "其他";

fn offer(facts: &Facts<'_>) -> Option<Offer> {
    let (_, rule) = may(facts)?;
    let mut offer = Offer::new(MoveId::Pause, &rule.label, None);
    offer.said =
        "暂停以后期限停着不走，不提醒也不算超期；恢复的时候，暂停了几天就往后顺延几天。".to_owned();
    let one = |(i, ground): (usize, &String)| Choice {
        reason: ground == OTHER,
        ..Choice::plain(i.to_string(), format!("{}：{ground}", rule.label))
    };
    offer.choices = rule.grounds.iter().enumerate().map(one).collect();
    offer.note = Some(Note {
        label: "暂停的原因",
        need: Need::Optional,
    });
    (!offer.choices.is_empty()).then_some(offer)
}

/// The viewer's task whose clock may stand still.
fn may<'a>(facts: &Facts<'a>) -> Option<(&'a Task, &'a Pausing)> {
    let rule = facts.procedure.pause.as_ref()?;
    let task = facts.task(Purpose::Do)?;
    let step = facts.procedure.step(&task.step)?;
    let asks =
        |t: &Task| t.purpose == Purpose::Extend && t.branch == task.branch && t.state.is_live();
    let free = task.due_at.is_some()
        && facts.case.state == State::Open
        && facts.may_do(step)
        && rule.steps.contains(&task.step)
        && facts.case.paused(task.branch).is_none()
        // an extension is asked for from a date; it is answered first
        && !facts.case.tasks.iter().any(asks);
    free.then_some((task, rule))
}

/// All that was ever asked in a branch under its date: what is done already may come back, returned or withdrawn.
pub(super) fn dated<'a>(facts: &Facts<'a>, of: &'a Task) -> impl Iterator<Item = &'a Task> {
    let here = move |t: &&Task| t.branch == of.branch && t.step == of.step;
    let all = facts.case.tasks.iter().filter(|t| t.purpose == Purpose::Do);
    all.filter(here)
}

fn plan(facts: &Facts<'_>, input: &Input) -> Result<Plan> {
    let offer = expect(facts, &MOVE)?;
    let choice = offer.check(input)?;
    let (Some((task, rule)), Some(choice)) = (may(facts), choice) else {
        return Err(facts.refusal(MoveId::Pause));
    };
    let ground = choice.id.parse().ok();
    let ground = ground.and_then(|i: usize| rule.grounds.get(i));
    let said: Vec<&str> = ground
        .map(String::as_str)
        .into_iter()
        .chain([input.note.trim()])
        .filter(|s| !s.is_empty() && *s != OTHER)
        .collect();
    let mut draft = Draft::new(facts);
    for t in dated(facts, task) {
        draft.push(Change::SetDue(t.id, None));
    }
    draft.open_task(NewTask {
        branch: task.branch.map(BranchRef::Known),
        parent: Some(task.id),
        purpose: Purpose::Pause,
        step: task.step.clone(),
        verb: rule.label.clone(),
        holder: task.holder,
        given_by: Some(facts.viewer.person),
        state: TaskState::Waiting,
        ord: 0,
        note: said.join("，"),
        due_at: task.due_at,
    });
    let mut plan = draft.side(MoveId::Pause, &rule.label, None, &said.join("，"));
    plan.act.step.clone_from(&task.step);
    plan.act.branch = task.branch;
    Ok(plan)
}
