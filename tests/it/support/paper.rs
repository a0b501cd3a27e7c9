//! Opinions written on paper and entered by 宋小笺, without a browser.

use super::town::Town;
use inkstone::engine::offer::Input;
use inkstone::engine::paper::{Entry, Proof};
use inkstone::engine::run::Done;
use inkstone::kit::{Id, Result};

pub const CLERK: &str = "宋小笺";

/// Enters what somebody wrote on his open task, dated `on`, by the first way where none is named.
pub fn enter(
    town: &Town,
    case: Id,
    name: &str,
    (input, on): (Input, &str),
    proof: Proof,
) -> Result<Done> {
    town.clock.advance(60_000);
    let acting = town.acting(CLERK);
    let view = town.open_case(CLERK, case)?;
    let all = town.engine.enterable(&acting, &view);
    let found = all.into_iter().find(|e| e.name == name);
    let found = found.unwrap_or_else(|| panic!("{name} has nothing to be entered"));
    let first = found.offer.choices.first().map(|c| c.id.clone());
    let choice = match input.choice.as_str() {
        "" => first.unwrap_or_default(),
        named => named.to_owned(),
    };
    let entry = Entry {
        case,
        task: found.task,
        person: found.person,
        mv: found.offer.mv,
        input: Input { choice, ..input },
        said_on: on.parse().unwrap(),
        proof,
    };
    let stamp = town.stamp(CLERK, "paper.enter");
    let done = town
        .engine
        .enter_paper(&town.store, stamp, &acting, entry)?;
    Ok(done.value)
}

pub fn no_photo() -> Proof {
    Proof::Without("原件已随文退回".into())
}

/// What a person says of the first entry of a case in his name.
pub fn answer(town: &Town, case: Id, name: &str, (agrees, words): (bool, &str)) -> Result<()> {
    town.clock.advance(60_000);
    let view = town.open_case(name, case)?;
    let me = town.person(name);
    let paper = view.papers.iter().find(|p| p.person == me);
    let paper = paper
        .unwrap_or_else(|| panic!("nothing was entered for {name}"))
        .id;
    let stamp = town.stamp(name, "paper.answer");
    let said = ((case, paper), (agrees, words.to_owned()));
    let acting = town.acting(name);
    town.engine
        .answer_paper(&town.store, stamp, &acting, said)
        .map(|r| r.value)
}
