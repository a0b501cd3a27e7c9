//! The official document of a case on its page: where it is looked at, sealed and issued, and what the step still waits for.
//! Not here: those pages (`modules`); they are only linked, by path.

use crate::engine::case::State;
use crate::engine::deed::What;
use crate::engine::definition::Work;
use crate::engine::view::{CaseView, Stands};
use crate::ui::note::{Tone, note};
use crate::ui::{Markup, html};

/// The page of a work: its last part, and what the link says.
const fn page(work: Work) -> (&'static str, &'static str) {
    match work {
        Work::Check | Work::SignOff => ("document", "看公文版面和体检"),
        Work::Seal => ("seal", "用印"),
        Work::Issue => ("issue", "分发"),
    }
}

/// Links to what the step's work is done on, and to who has the document once it was issued.
pub(super) fn links(view: &CaseView) -> Markup {
    if view.stands == Stands::Beside || view.procedure.document.is_none() {
        return html! {};
    }
    let here = view.writing_at().and_then(|s| s.work);
    let issued = view.case.state.deeds.iter().any(|d| d.what == What::Issued);
    let (at, label) = page(Work::Issue);
    html! {
        @if let Some((at, label)) = here.map(page) {
            a.btn href=(format!("{}/{at}", view.at)) { (label) }
        }
        @if issued && here != Some(Work::Issue) && view.case.state.state != State::Void {
            a.btn href=(format!("{}/{at}", view.at)) { (label) "情况" }
        }
    }
}

/// What is still to be done before this step can be left, and where.
pub(super) fn told(view: &CaseView) -> Markup {
    let Some(why) = &view.unmet else {
        return html! {};
    };
    let here = view.writing_at().and_then(|s| s.work).map(page);
    note(
        Tone::Plain,
        "现在还不能往下送。",
        &html! {
            (why) "。"
            @if let Some((at, label)) = here { " " a href=(format!("{}/{at}", view.at)) { "去" (label) } }
        },
    )
}
