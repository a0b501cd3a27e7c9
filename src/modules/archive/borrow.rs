//! 申请借阅: a piece found in the catalogue begins a request for it, its title and number filled in.
//! Not here: who approves (a procedure), writing down what was lent (`later_page`).
//! Invariant: which field takes what is said by the procedure; nobody asks for a piece he does not see.

use super::card::{Card, State};
use super::card_page::found;
use super::list_page::may_see;
use super::year::Year;
use super::{AT, AskArchive};
use crate::access::Action;
use crate::engine::case::Values;
use crate::engine::draft_store;
use crate::engine::run::Acting;
use crate::kit::{Error, Result};
use crate::ui::deed::{Press, one_button};
use crate::ui::{Markup, html};
use crate::web::{Cx, Reply};
use serde_json::Value;

/// Whether there is anything to be lent.
fn is_there(year: &Year, card: &Card) -> bool {
    let gone = ["destroyed", "handed"];
    card.state != State::Draft && !gone.iter().any(|what| year.was(card.id, what))
}

/// The procedure this person asks by: its id.
fn procedure<A: Action>(cx: &Cx<A>, acting: &Acting) -> Option<String> {
    let all = cx.state.engine.procedures.all();
    let mut lends = all.iter().filter(|p| p.procedure.lending.is_some());
    let found = lends.find(|p| p.may_start(&acting.viewer))?;
    Some(found.procedure.id.clone())
}

/// The button on a card's page.
pub(super) fn button<A: Action>(cx: &Cx<A>, (year, card): (&Year, &Card)) -> Result<Markup> {
    let acting = Acting::of(&cx.state.org.current(), cx.who().person)?;
    if !is_there(year, card) || procedure(cx, &acting).is_none() {
        return Ok(html! {});
    }
    let at = format!("{AT}/card/{}/ask", card.id);
    let ask = Press::new("申请借阅");
    Ok(one_button(&at, cx.csrf(), &cx.new_op()?, &ask))
}

/// POST `/archive/card/{card}/ask`.
pub(super) fn ask(cx: &mut Cx<AskArchive>) -> Result<Reply> {
    let (archive, year, card) = found(cx)?;
    if !may_see(cx.who(), (&archive, &year), &card)? {
        return Err(Error::NotFound);
    }
    if !is_there(&year, &card) {
        return Err(Error::Conflict(
            "这一件已经移交或者销毁，不在本单位档案室，借不了".into(),
        ));
    }
    let acting = Acting::of(&cx.state.org.current(), cx.who().person)?;
    let id = procedure(cx, &acting)
        .ok_or_else(|| Error::Denied("您的岗位不发起档案借阅，请找档案员登记".into()))?;
    let published = cx.state.engine.procedures.current(&id)?;
    let lending = published
        .procedure
        .lending
        .as_ref()
        .ok_or(Error::NotFound)?;
    let number = card.place.as_ref().map_or("", |p| p.text.as_str());
    let mut values = Values::new();
    for (field, said) in [
        (&lending.title, card.words.printed_title().as_str()),
        (&lending.number, number),
    ] {
        if !said.is_empty() {
            values.insert(field.clone(), Value::from(said));
        }
    }
    let (store, person) = (&cx.state.store, acting.viewer.person);
    let home = cx.state.engine.shelf_now(store, &acting)?;
    let stamp = cx.permit.stamp_on(card.id);
    let draft = store.write(home, stamp, {
        let id = id.clone();
        move |w| {
            w.quiet("草稿是自己的，不影响各类清单");
            draft_store::set_draft(w, (None, person), &id, &values)
        }
    })?;
    cx.tell("题名和档号已经填好，请写用途和借阅期限再送出");
    Ok(Reply::To(format!("/start/{id}?draft={}", draft.value)))
}
