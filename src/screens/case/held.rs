//! 现在到谁: the plates beside the sheet, one a holder, folded where there are many; or how the case ended.
//! Not here: readers (`reading`), what happened before (`passed`).

use super::dated::dated;
use crate::engine::case::{Outcome, State, Task};
use crate::engine::printed::{asked_of, refused};
use crate::engine::view::CaseView;
use crate::kit::{Millis, Zone, since};
use crate::ui::trail::{Holder, holder};
use crate::ui::{Markup, html};

/// Who has it, or how it ended.
pub fn held(view: &CaseView, zone: Zone) -> Markup {
    let when = |at: Option<Millis>| {
        at.map(|at| zone.short_time(at, view.now()))
            .unwrap_or_default()
    };
    let (heading, at) = match view.case.state.state {
        State::Open => return holders(view, zone),
        // settled, and still on somebody's desk: to be filed
        State::Closed if view.held().next().is_some() => return holders(view, zone),
        State::Closed if view.case.state.outcome == Some(Outcome::Rejected) => {
            ("已驳回", view.case.head.closed_at)
        }
        State::Closed if view.case.state.outcome == Some(Outcome::Terminated) => {
            ("已终止", view.case.head.closed_at)
        }
        State::Closed if view.case.state.outcome == Some(Outcome::Continued) => {
            ("已结转", view.case.head.closed_at)
        }
        State::Closed if refused(&view.case).is_some() => {
            ("已退回来文单位", view.case.head.closed_at)
        }
        State::Closed => ("已办结", view.case.head.closed_at),
        State::Archived => ("已归档", view.case.head.archived_at),
        State::Void => ("已作废", view.case.head.closed_at),
    };
    // an old book knows the day and not the hour
    let old = view.origin.is_some();
    let day = |at: Option<Millis>| at.map(|at| zone.day(at).long()).unwrap_or_default();
    let said = format!("{}登记的件", view.case.head.starter_name);
    holder(&Holder {
        heading,
        name: &if old { day(at) } else { when(at) },
        ask: "",
        said: if old { "旧登记簿上的件" } else { &said },
    })
}

/// Plates of holders in sight; the others are folded away.
const PLATES: usize = 3;

fn holders(view: &CaseView, zone: Zone) -> Markup {
    let all: Vec<(&Task, &str)> = view.held().collect();
    if all.is_empty() {
        return holder(&Holder {
            heading: "现在到",
            name: "前面的环节",
            ask: "",
            said: "还没有送到您这一步",
        });
    }
    let plate = |(task, name): &(&Task, &str)| {
        let said = since_when(task, view, zone);
        let ask = asked_of(&view.case, task);
        holder(&Holder {
            heading: "现在到",
            name,
            ask: &ask,
            said: &said,
        })
    };
    // one more plate takes no more room than the line that would fold it away
    let shown = if all.len() <= PLATES + 1 {
        all.len()
    } else {
        PLATES
    };
    html! {
        @for one in all.iter().take(shown) { (plate(one)) }
        @if all.len() > shown {
            details.more-holders {
                summary { "等 " (all.len()) " 人，还有 " (all.len() - shown) " 人" }
                @for one in all.iter().skip(shown) { (plate(one)) }
            }
        }
        (dated(view))
    }
}

fn since_when(task: &Task, view: &CaseView, zone: Zone) -> String {
    let now = view.now();
    let came = zone.short_time(task.given_at, now);
    let seen = match task.seen_at {
        Some(at) => format!("{} 打开", zone.short_time(at, now)),
        None if view.task == Some(task.id) => "刚刚打开".to_owned(),
        None => "还没有打开".to_owned(),
    };
    let due = match task.due_at {
        // the day of the whole matter stands above, and decides its light
        Some(at) if view.procedure.supervision.is_some() => {
            format!("，本环节 {}前办完", zone.day(at).short())
        }
        Some(at) => format!("，{}前办完", zone.day(at).short()),
        None => String::new(),
    };
    let due = match view.case.state.paused(task.branch) {
        Some(p) => format!("，{}起{}", zone.day(p.given_at).short(), p.verb),
        None => due,
    };
    let mut urges = view.case.state.urges_of(task.id);
    let urged = match (urges.clone().count(), urges.next_back()) {
        (n, Some(last)) => format!("，催办 {n} 次，最近 {}", zone.short_time(last.at, now)),
        _ => String::new(),
    };
    let long = match since(task.given_at, now) {
        short if short.starts_with("不到") => short,
        long => format!("已 {long}"),
    };
    format!("{came} 送到，{seen}，{long}{due}{urged}")
}
