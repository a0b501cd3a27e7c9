//! 督办 on the page of a case: the day promised for a supervised matter with its light, and the cases it was raised
//! from or that were raised from this one, in sight from both ends. Not here: lights (`engine::supervision`).
//! Invariant: the light is the one 督办台账 and 卡在哪儿 show; of a case that is not the reader's only that there is one.

use crate::engine::relation_store::Related;
use crate::engine::supervision::{Light, Watch, supervisor};
use crate::engine::view::CaseView;
use crate::kit::{Calendar, Zone};
use crate::ui::list::{lines, section};
use crate::ui::note::{self, State};
use crate::ui::{Markup, html};
use crate::web::Visit;

/// The promised day and its light; nothing of a case nobody supervises.
pub(super) fn light(view: &CaseView, (zone, calendar): (Zone, &Calendar)) -> Markup {
    let Some(watch) = Watch::of(view) else {
        return html! {};
    };
    let light = watch.light(view.now(), zone, calendar);
    let why = watch.why(view.now(), zone, calendar);
    let state = match light {
        Light::Red => State::Bad,
        Light::Yellow => State::Warn,
        Light::Green => State::Ok,
        Light::Out => State::Off,
    };
    let due = watch
        .due_on
        .map_or_else(|| "没有定".to_owned(), |d| d.short());
    html! {
        p.watched {
            "督办时限 " b { (due) } "　" (note::state(state, light.word()))
            @if !why.is_empty() { " " (why) }
        }
    }
}

/// Where a supervised matter comes from, and which were raised from this case.
pub(super) fn ties(visit: &Visit, related: &[Related]) -> Markup {
    let Some((_, rule)) = supervisor(&visit.state.engine.procedures) else {
        return html! {};
    };
    let ours = |r: &&Related| r.word == rule.word && r.gone.is_none();
    let (raised, from): (Vec<&Related>, Vec<&Related>) =
        related.iter().filter(ours).partition(|r| r.from_there);
    let all = |some: &[&Related]| -> Vec<Markup> { some.iter().map(|r| one(r)).collect() };
    html! {
        @if !from.is_empty() { (section("h-watched-from", "督办的来源", &"", &lines(&all(&from)))) }
        @if !raised.is_empty() {
            (section("h-watched", "转出的督办", &format!("{} 件", raised.len()), &lines(&all(&raised))))
        }
    }
}

fn one(r: &Related) -> Markup {
    let Some(other) = &r.other else {
        return html! { "另有一件，您看不到" };
    };
    let stands = match other.state.as_str() {
        "open" => note::state(State::Now, &other.held_by),
        "void" => note::state(State::Off, "作废"),
        _ => note::state(State::Ok, "办结"),
    };
    html! {
        a href=(format!("/case/{}", other.case)) { (other.title) }
        @if let Some(n) = &other.number { span.faint { "　" (n) } }
        " " (stands)
    }
}
