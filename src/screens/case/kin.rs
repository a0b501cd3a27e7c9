//! Cases this one started and the one that started it, beside the sheet; and for whom the reader acts here.
//! Not here: whether he may see them: the page behind a link says so.

use crate::engine::continued::is_continued;
use crate::engine::definition::MoveId;
use crate::engine::facts::Facts;
use crate::engine::run::Acting;
use crate::engine::view::CaseView;
use crate::kit::PersonId;
use crate::ui::list::{lines, section};
use crate::ui::note::{State, Tone, note, state};
use crate::ui::{Markup, html};

/// The part beside the sheet; nothing where there are none.
pub fn kin(view: &CaseView) -> Markup {
    let children: Vec<Markup> = view
        .kin
        .children
        .iter()
        .map(|c| {
            let mark = if c.ended { State::Ok } else { State::Now };
            let stands = match c.line.as_str() {
                "" => "正在发起",
                line => line,
            };
            let name = if c.title.is_empty() {
                &c.label
            } else {
                &c.title
            };
            html! {
                @match c.made {
                    Some(made) => a href=(format!("/case/{made}")) { (name) },
                    None => (name),
                }
                " " (state(mark, stands))
                @if c.wait.is_some() && !c.ended { span.when { "办完了这一件才往下走" } }
            }
        })
        .collect();
    let continues = view
        .case
        .acts
        .first()
        .is_some_and(|a| a.mv == MoveId::Continue);
    let parent = if continues {
        "接着这一件办"
    } else {
        "由这一件发起"
    };
    let onward = view.kin.children.iter().any(is_continued);
    let below = if onward {
        "结转到这一件"
    } else {
        "发起的子件"
    };
    html! {
        @if let Some(p) = &view.kin.parent {
            (section("h-parent", parent, &"", &lines(&[html! {
                a href=(format!("/case/{}", p.parent)) { (p.title) }
            }])))
        }
        @if !children.is_empty() { (section("h-children", below, &"", &lines(&children))) }
    }
}

/// For whom the reader acts on the task before him.
fn behind(view: &CaseView, acting: &Acting) -> Option<PersonId> {
    let task = view.task.and_then(|t| view.case.state.task(t))?;
    let viewer = acting.viewer_in(&view.procedure.id);
    Facts::behind(&viewer, task.holder)
}

/// Says so above the sheet.
pub fn acting_note(view: &CaseView, acting: &Acting) -> Markup {
    match behind(view, acting) {
        Some(p) if !view.offers.is_empty() => {
            let lead = format!("这一件您是代{}办理。", acting.directory.person_name(p));
            note(Tone::Plain, &lead, &"意见和台账里都会写明。")
        }
        _ => html! {},
    }
}
