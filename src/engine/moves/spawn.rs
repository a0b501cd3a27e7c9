//! 发起子件: the step's holder starts a case of another procedure, with fields taken along. Where the step says
//! so his task waits until that case has ended, or until he will wait no longer (不等了).
//! Not here: the other case itself, which may stand in another file (`engine::children`).

use super::{Move, expect, write};
use crate::engine::case::{Purpose, Task, TaskState};
use crate::engine::definition::{MoveId, Need, SpawnRule, Step};
use crate::engine::facts::Facts;
use crate::engine::flow;
use crate::engine::offer::{Choice, Form, Input, Note, Offer};
use crate::engine::plan::{BranchRef, Change, Draft, NewTask, Plan, Spawned};
use crate::kit::Result;

pub const MOVE: Move = Move {
    id: MoveId::Spawn,
    offer,
    plan,
};

pub const STOP: Move = Move {
    id: MoveId::StopWaiting,
    offer: offer_stop,
    plan: plan_stop,
};

fn at<'a>(facts: &Facts<'a>) -> Option<(&'a Task, &'a Step)> {
    let task = facts.task(Purpose::Do)?;
    let step = facts.procedure.step(&task.step)?;
    (!step.spawns.is_empty() && facts.may_do(step, task)).then_some((task, step))
}

fn offer(facts: &Facts<'_>) -> Option<Offer> {
    let (task, step) = at(facts)?;
    let first = step.spawns.first()?;
    let mut offer = Offer::new(MoveId::Spawn, &first.label, Some(task.id));
    let rules = step.spawns.iter().enumerate();
    offer.choices = rules
        .map(|(n, rule)| Choice::plain(n.to_string(), &rule.label))
        .collect();
    offer.form = Form::Saved;
    offer.said = match step.spawns.iter().any(|r| r.wait) {
        true => "另外起一件，办完了自动回到这里接着办".to_owned(),
        false => "另外起一件，这一件照样往下办".to_owned(),
    };
    Some(offer)
}

fn plan(facts: &Facts<'_>, input: &Input) -> Result<Plan> {
    let offer = expect(facts, &MOVE)?;
    let choice = offer.check(input)?;
    let found = choice.and_then(|c| c.id.parse::<usize>().ok());
    let (Some((task, step)), Some(n)) = (at(facts), found) else {
        return Err(facts.refusal(MoveId::Spawn));
    };
    let Some(rule) = step.spawns.get(n) else {
        return Err(facts.refusal(MoveId::Spawn));
    };
    let mut draft = Draft::new(facts);
    write(&mut draft, &offer, step, input)?;
    if rule.wait {
        wait(&mut draft, task, rule);
    }
    let fields = rule.copy.iter().filter_map(|c| {
        let value = draft.values.get(&c.from)?;
        Some((c.to.clone(), value.clone()))
    });
    let spawned = Spawned {
        procedure: rule.procedure.clone(),
        label: rule.label.clone(),
        fields: fields.collect(),
    };
    draft.push(Change::Spawn(spawned));
    Ok(draft.side(MoveId::Spawn, &rule.label, Some(task.id), &input.note))
}

/// The holder's task waits below one that nobody can do but the other case's end.
fn wait(draft: &mut Draft<'_>, task: &Task, rule: &SpawnRule) {
    flow::finish_task(draft, task, TaskState::Waiting);
    let given_by = draft.facts.viewer.person;
    draft.open_task(NewTask {
        branch: task.branch.map(BranchRef::Known),
        parent: Some(task.id),
        purpose: Purpose::Wait,
        step: task.step.clone(),
        verb: format!("等“{}”办完", rule.label),
        holder: task.holder,
        given_by: Some(given_by),
        state: TaskState::Open,
        ord: 0,
        note: String::new(),
        due_at: None,
    });
    draft.to.clear();
}

/// What the viewer waits for, and his own task above it.
fn waits<'a>(facts: &Facts<'a>) -> Option<(&'a Task, &'a Task)> {
    let waiting = |t: &&Task| {
        t.purpose == Purpose::Wait && t.state == TaskState::Open && facts.holds(t.holder)
    };
    let wait = facts.case.tasks.iter().find(waiting)?;
    let above = wait.parent.and_then(|t| facts.case.task(t))?;
    (above.state == TaskState::Waiting).then_some((wait, above))
}

fn offer_stop(facts: &Facts<'_>) -> Option<Offer> {
    let (wait, _) = waits(facts)?;
    let label = "不等了，这一件先往下办";
    let mut offer = Offer::new(MoveId::StopWaiting, label, Some(wait.id));
    offer.choices = vec![Choice::plain("stop", label)];
    offer.note = Some(Note {
        label: "不等的原因",
        need: Need::Required,
    });
    offer.said = "另外起的那一件照样办，办完了不再提醒这里".to_owned();
    Some(offer)
}

fn plan_stop(facts: &Facts<'_>, input: &Input) -> Result<Plan> {
    let offer = expect(facts, &STOP)?;
    offer.check(input)?;
    let Some((wait, above)) = waits(facts) else {
        return Err(facts.refusal(MoveId::StopWaiting));
    };
    let mut draft = Draft::new(facts);
    draft.set_task(wait.id, TaskState::Cancelled);
    draft.set_task(above.id, TaskState::Open);
    let mut plan = draft.side(
        MoveId::StopWaiting,
        &offer.label,
        Some(wait.id),
        &input.note,
    );
    // he hands himself back what was his all along
    plan.act.to.clear();
    Ok(plan)
}
