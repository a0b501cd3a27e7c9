//! 会签: the holder of a step has departments (whoever receives for them, or their heads) or people sign, at once
//! or one after another, and gets it back when all have. The machinery is that of 加签 before oneself; what is
//! its own is that departments are asked as such, and that each writes in its own ink.

use super::{Move, expect, sign};
use crate::engine::case::{Task, TaskState};
use crate::engine::definition::{MoveId, Need, Step};
use crate::engine::facts::Facts;
use crate::engine::offer::{Choice, Input, Note, Offer, Ordered, Pick};
use crate::engine::plan::{Draft, Plan};
use crate::kit::{DeptId, Principal, Result};

pub const MOVE: Move = Move {
    id: MoveId::Countersign,
    offer,
    plan,
};

const DEPARTMENTS: &str = "departments";
const PEOPLE: &str = "people";

fn offer(facts: &Facts<'_>) -> Option<Offer> {
    let Some((task, step, label)) = facts.at_step(MoveId::Countersign) else {
        return sign::waiting(facts, MoveId::Countersign).map(|(_, offer)| offer);
    };
    let departments = facts.people.departments().into_iter();
    let departments: Vec<Principal> = departments
        .filter(|d| speaks_for(facts, (task, step), *d).is_some())
        .map(Principal::Pool)
        .collect();
    let ways = [
        (DEPARTMENTS, "送部门", departments),
        (PEOPLE, "送个人", sign::candidates(facts, task, step)),
    ];
    let mut offer = Offer::new(MoveId::Countersign, label, Some(task.id));
    for (id, words, among) in ways {
        if !among.is_empty() {
            offer.choices.push(Choice {
                pick: Some(Pick {
                    label: label.to_owned(),
                    most: among.len(),
                    among,
                    usual: Vec::new(),
                    ordered: Ordered::AsSaid,
                }),
                ..Choice::plain(id, format!("{words}{label}"))
            });
        }
    }
    offer.note = Some(Note {
        label: "对他们说的话",
        need: Need::Optional,
    });
    (!offer.choices.is_empty()).then_some(offer)
}

/// Who signs for a department: its receiver, else its head; none where that is whoever asks, or has a share.
fn speaks_for(facts: &Facts<'_>, at: (&Task, &Step), dept: DeptId) -> Option<Principal> {
    let people = facts.people;
    let both = [people.receiver_of(dept), people.head_of(dept)];
    both.into_iter()
        .flatten()
        .find(|p| !people.fills(facts.viewer.person, *p) && sign::is_free(facts, at, *p))
}

fn plan(facts: &Facts<'_>, input: &Input) -> Result<Plan> {
    let offer = expect(facts, &MOVE)?;
    let Some((task, step, label)) = facts.at_step(MoveId::Countersign) else {
        return sign::take_back(facts, MoveId::Countersign, input);
    };
    let choice = offer.check(input)?;
    let choice = choice.ok_or_else(|| facts.refusal(MoveId::Countersign))?;
    let mut holders: Vec<Principal> = Vec::new();
    for chosen in &input.people {
        let holder = match chosen {
            Principal::Pool(dept) => speaks_for(facts, (task, step), *dept),
            one => Some(*one),
        };
        // one head may speak for two departments
        if let Some(holder) = holder.filter(|h| !holders.contains(h)) {
            holders.push(holder);
        }
    }
    let mut draft = Draft::new(facts);
    let asked = (holders.as_slice(), input.turns);
    let held = TaskState::Waiting;
    sign::ask(&mut draft, (task, label), asked, &input.note, held);
    Ok(draft.main(
        MoveId::Countersign,
        &choice.label,
        Some(task.id),
        &input.note,
    ))
}
