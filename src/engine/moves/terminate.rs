//! 终止: the matter is dropped, by those the procedure names or by whoever started it, with the reason. Readers
//! keep what they were asked to read. It goes on only by being reopened.

use super::{Move, expect, has_power};
use crate::engine::case::{Outcome, State};
use crate::engine::definition::{MoveId, Need};
use crate::engine::facts::Facts;
use crate::engine::flow;
use crate::engine::offer::{Choice, Input, Note, Offer};
use crate::engine::plan::{Change, Draft, Plan};
use crate::kit::Result;

pub const MOVE: Move = Move {
    id: MoveId::Terminate,
    offer,
    plan,
};

fn offer(facts: &Facts<'_>) -> Option<Offer> {
    let rule = facts.procedure.terminate.as_ref()?;
    let mine = facts.viewer.person == facts.case.starter;
    let may = mine || has_power(facts, rule);
    if !may || facts.case.state != State::Open {
        return None;
    }
    let label = &rule.label;
    let mut offer = Offer::new(MoveId::Terminate, label, None);
    offer.said = format!(
        "{label}以后这一件不再往下办，各人的待办里不再有它，状态记为{label}；登记的内容、意见和台账都留着。{label}后不能撤回。"
    );
    offer.choices = vec![Choice::plain("terminate", label)];
    offer.note = Some(Note {
        label: "终止的原因",
        need: Need::Required,
    });
    Some(offer)
}

fn plan(facts: &Facts<'_>, input: &Input) -> Result<Plan> {
    let offer = expect(facts, &MOVE)?;
    offer.check(input)?;
    let mut draft = Draft::new(facts);
    flow::give_up(&mut draft);
    draft.push(Change::End(Outcome::Terminated));
    let mut plan = draft.main(MoveId::Terminate, &offer.label, None, &input.note);
    plan.undo = None;
    Ok(plan)
}
