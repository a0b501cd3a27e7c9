//! What tells one state of a case from another, and the answers people give to what they are offered.
//! Not here: playing them (`explore`). Two cases of one key go on alike, whoever holds them.

use crate::engine::case::{Branch, BranchState, CaseState, Part, Task};
use crate::engine::offer::{Back, Input, Offer};

/// An answer for each choice of an offer, and for each way back.
pub(super) fn inputs(offer: &Offer) -> Vec<Input> {
    let backs: &[Back] = match offer.back {
        Some(_) => &[Back::ToMe, Back::PastMe],
        None => &[Back::ToMe],
    };
    let mut all = Vec::new();
    for choice in &offer.choices {
        let people = choice.pick.as_ref().map_or_else(Vec::new, |pick| {
            let some = pick.among.iter().take(pick.most.min(2));
            some.copied().collect()
        });
        for back in backs {
            all.push(Input {
                choice: choice.id.clone(),
                people: people.clone(),
                dept: choice.departments.first().copied(),
                opinion: "同意。".to_owned(),
                note: "理由".to_owned(),
                back: *back,
                ..Input::default()
            });
        }
    }
    all
}

/// What tells one state from another.
pub(super) fn key(case: &CaseState, facts: &str) -> String {
    let of_branch = |b: &Branch| {
        let part = match b.part {
            Part::Whole => 'w',
            Part::Principal => 'p',
            Part::Assist => 'a',
        };
        let own = case.tasks.iter().filter(|t| t.branch == Some(b.id));
        let mut tasks: Vec<String> = own
            .filter(|t| t.state.is_live())
            .map(|t| format!("{:?}{:?}{}{}", t.purpose, t.state, t.ord, depth(case, t)))
            .collect();
        tasks.sort();
        format!("{part}{:?}{}", b.state, tasks.join(","))
    };
    // a share that was given to another department leaves nothing behind; counted, each turn would be a new state
    let there = |b: &&Branch| b.state != BranchState::Cancelled;
    let mut here: Vec<String> = case
        .current_branches()
        .filter(there)
        .map(of_branch)
        .collect();
    here.sort();
    let mut waits: Vec<String> = case
        .suspended()
        .map(|b| format!("{}{}", b.step, of_branch(b)))
        .collect();
    waits.sort();
    format!(
        "{}|{:?}|{}|{}|{facts}",
        case.step,
        case.state,
        here.join(";"),
        waits.join(";")
    )
}

fn depth(case: &CaseState, task: &Task) -> usize {
    let mut n = 0;
    let mut now = task.parent;
    while let Some(t) = now.and_then(|id| case.task(id)).filter(|_| n < 3) {
        n += 1;
        now = t.parent;
    }
    n
}
