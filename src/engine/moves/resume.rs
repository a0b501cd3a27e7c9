//! 恢复计时: what was waited for has come. Whoever has the branch in hand, or stopped the clock, lets it run again;
//! the date moves by as many days as it stood still, counted as the limit counts them.

use super::pause::dated;
use super::{Move, expect};
use crate::engine::case::{Purpose, Task, TaskState};
use crate::engine::definition::{MoveId, Need};
use crate::engine::facts::Facts;
use crate::engine::offer::{Choice, Input, Note, Offer};
use crate::engine::plan::{Change, Draft, Plan};
use crate::engine::reckon;
use crate::kit::Result;

pub const MOVE: Move = Move {
    id: MoveId::Resume,
    offer,
    plan,
};

fn offer(facts: &Facts<'_>) -> Option<Offer> {
    let rule = facts.procedure.pause.as_ref()?;
    let pause = mine(facts)?;
    let mut offer = Offer::new(MoveId::Resume, &rule.resume, None);
    let since = facts.zone.day(pause.given_at).short();
    let due = reckon::resumed(facts, pause);
    let due = due.map(|day| format!("现在恢复，期限是 {}。", facts.zone.day(day).long()));
    offer.said = format!(
        "从 {since} 起停着：{}。{}",
        pause.note,
        due.unwrap_or_default()
    );
    offer.choices = vec![Choice::plain("resume", &rule.resume)];
    offer.note = Some(Note {
        label: "恢复的原因",
        need: Need::Optional,
    });
    Some(offer)
}

/// A clock that stands still and that the viewer may let run again.
fn mine<'a>(facts: &Facts<'a>) -> Option<&'a Task> {
    let case = facts.case;
    let in_hand = |p: &Task| {
        let live = |t: &&Task| t.branch == p.branch && t.purpose.is_main() && t.state.is_live();
        let mut live = case.tasks.iter().filter(live);
        live.any(|t| t.purpose != Purpose::Sign && facts.holds(t.holder))
    };
    let here = |p: &Task| {
        let branch = p.branch.and_then(|b| case.branch(b));
        branch.is_some_and(|b| b.visit == case.visit)
    };
    case.tasks.iter().find(|p| {
        p.purpose == Purpose::Pause
            && p.state.is_live()
            && here(p)
            && (p.given_by == Some(facts.viewer.person) || in_hand(p))
    })
}

fn plan(facts: &Facts<'_>, input: &Input) -> Result<Plan> {
    let offer = expect(facts, &MOVE)?;
    offer.check(input)?;
    let pause = mine(facts).ok_or_else(|| facts.refusal(MoveId::Resume))?;
    let due = reckon::resumed(facts, pause);
    let mut draft = Draft::new(facts);
    for t in dated(facts, pause) {
        draft.push(Change::SetDue(t.id, due));
    }
    draft.set_task(pause.id, TaskState::Done);
    let mut plan = draft.side(MoveId::Resume, &offer.label, None, &input.note);
    plan.act.step.clone_from(&pause.step);
    plan.act.branch = pause.branch;
    Ok(plan)
}
