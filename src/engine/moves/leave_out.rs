//! 不归档: the case ends closed and is not filed, as most items for reading are.

use super::Move;
use super::archive::{end, ending};
use crate::engine::case::State;
use crate::engine::definition::MoveId;
use crate::engine::facts::Facts;
use crate::engine::offer::{Form, Input, Offer};
use crate::engine::plan::Plan;
use crate::kit::Result;

pub const MOVE: Move = Move {
    id: MoveId::LeaveOut,
    offer,
    plan,
};

fn offer(facts: &Facts<'_>) -> Option<Offer> {
    ending(facts, MoveId::LeaveOut, Form::Saved)
}

fn plan(facts: &Facts<'_>, input: &Input) -> Result<Plan> {
    end(facts, (&MOVE, State::Closed), input)
}
