//! 补阅: lets somebody read a case that is closed or archived already. Nothing of the case changes but who
//! may see it and has read it.

use super::circulate::{ask_readers, new_readers, pick, word};
use super::{Move, expect};
use crate::engine::case::State;
use crate::engine::definition::MoveId;
use crate::engine::facts::Facts;
use crate::engine::offer::{Choice, Input, Offer};
use crate::engine::plan::{Draft, Plan};
use crate::kit::Result;

pub const MOVE: Move = Move {
    id: MoveId::LateReader,
    offer,
    plan,
};

const LABEL: &str = "补阅";

fn offer(facts: &Facts<'_>) -> Option<Offer> {
    let circulation = facts.procedure.circulation.as_ref()?;
    let allowed = circulation
        .late
        .iter()
        .any(|r| facts.viewer.roles.contains(r));
    if !matches!(facts.case.state, State::Closed | State::Archived) || !allowed {
        return None;
    }
    let all = circulation
        .among
        .iter()
        .flat_map(|r| facts.people.with_role(r));
    let among = new_readers(facts, None, all.collect());
    let mut offer = Offer::new(MoveId::LateReader, LABEL, None);
    offer.choices = vec![Choice {
        pick: Some(pick(circulation, among)?),
        ..Choice::plain("readers", LABEL)
    }];
    offer.note = Some(word());
    Some(offer)
}

fn plan(facts: &Facts<'_>, input: &Input) -> Result<Plan> {
    let offer = expect(facts, &MOVE)?;
    offer.check(input)?;
    let mut draft = Draft::new(facts);
    ask_readers(&mut draft, None, input);
    Ok(draft.side(MoveId::LateReader, LABEL, None, &input.note))
}
