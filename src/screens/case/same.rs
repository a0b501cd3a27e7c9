//! Whether the document is there already: shown while it is typed, and asked about when it is sent.
//! To whom the earlier one is not his to see, only that it is there is said.

use super::{StartCase, drafts, names};
use crate::engine::case::Values;
use crate::engine::definition::{Procedure, Same};
use crate::engine::run::Acting;
use crate::engine::same_store::{Earlier, Keys, list_earlier};
use crate::kit::{Error, FieldErrors, Result, text};
use crate::ui::form;
use crate::ui::note::{Tone, note};
use crate::ui::{Markup, html};
use crate::web::{Cx, Reply, Visit};
use serde_json::Value;

/// Longest text looked up.
const MOST: usize = 300;

/// Earlier registrations of what these values say.
pub fn earlier(
    visit: &Visit,
    (acting, who): (&Acting, &str),
    procedure: &Procedure,
    values: &Values,
) -> Result<Vec<Earlier>> {
    let keys = procedure.same.as_ref().and_then(|s| Keys::of(s, values));
    let Some(keys) = keys else {
        return Ok(Vec::new());
    };
    let store = &visit.state.store;
    let mut all = list_earlier(&store.index()?, acting.organ, &keys, who)?;
    visit.state.engine.unveil_earlier(store, who, &mut all)?;
    Ok(all)
}

/// Refuses what is there already, unless it is said why it is registered again.
pub fn check(procedure: &Procedure, values: &Values, earlier: &[Earlier]) -> Result<()> {
    let Some(same) = procedure.same.as_ref().filter(|_| !earlier.is_empty()) else {
        return Ok(());
    };
    let said = values.get(&same.why).and_then(Value::as_str);
    if said.is_some_and(|s| !s.trim().is_empty()) {
        return Ok(());
    }
    Err(Error::invalid(
        &same.why,
        "这份文件已经登记过。确实要再登记一件的，请在下面写明原因，例如“另一份给分管领导”；不用再登记的，请打开原来那件",
    ))
}

/// GET `/start/{procedure}/same`: the notice for what is being typed.
pub fn look(cx: &mut Cx<StartCase>) -> Result<Reply> {
    let published = drafts::may_start(cx)?;
    let acting = super::page::acting(cx)?.seated(&published.procedure);
    let procedure = &published.procedure;
    let Some(same) = &procedure.same else {
        return Ok(Reply::Part(html! {}));
    };
    let mut values = Values::new();
    for id in [&same.number, &same.issuer, &same.title, &same.why] {
        let typed = text::clip(cx.query(&names::field(id)), MOST);
        values.insert(id.clone(), Value::from(typed));
    }
    let who = cx.who().scope.json();
    let earlier = earlier(cx, (&acting, &who), procedure, &values)?;
    let errors = FieldErrors::default();
    Ok(Reply::Part(notice(cx, (same, &values), &earlier, &errors)))
}

/// Where the notice stands, and what the script asks with.
pub fn place(procedure: &Procedure, notice: &Markup) -> Markup {
    let Some(same) = &procedure.same else {
        return html! {};
    };
    let asked = [&same.number, &same.issuer, &same.title].map(|id| names::field(id));
    let asked = asked.join(" ");
    html! {
        div data-same=(format!("/start/{}/same", procedure.id)) data-of=(asked) role="status" { (notice) }
    }
}

/// What is there already: number, day, who has it, and the box for the reason.
pub fn notice(
    visit: &Visit,
    (same, values): (&Same, &Values),
    earlier: &[Earlier],
    errors: &FieldErrors,
) -> Markup {
    if earlier.is_empty() {
        return html! {};
    }
    let name = names::field(&same.why);
    let typed = values
        .get(&same.why)
        .and_then(Value::as_str)
        .unwrap_or_default();
    let reason = form::text(&name, "仍要登记的原因")
        .value(typed)
        .hint("写了原因才能再登记一件，原因会留在件里。不用再登记的，打开原来那件就行")
        .check(errors);
    let list = html! {
        ul.lines { @for e in earlier { li { (one(visit, e)) } } }
        (reason)
    };
    note(Tone::Bad, "这份文件好像已经登记过：", &list)
}

fn one(visit: &Visit, e: &Earlier) -> Markup {
    if !e.seen {
        return html! { "已有登记（不在您的查看范围内）" };
    }
    let number = e.number.clone().unwrap_or_else(|| "（没有收文号）".into());
    let day = visit.zone().day(e.opened_at).long();
    html! {
        a href=(format!("/case/{}", e.case)) target="_blank" { (number) }
        "　" (text::clip(&e.title, 40)) "　" (e.procedure) "，" (day) "登记，"
        @if e.held_by.is_empty() { "已经办结" } @else { "现在到" (e.held_by) }
    }
}
