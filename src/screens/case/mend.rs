//! 更正代录的意见: what I typed from paper, each entry with a form that types it once more.
//! Not here: who may and what becomes of the old words (`engine::paper_mend`).
//! Invariant: a form that comes back carries what was typed, and only the entry it was about is open.

use super::page::{acting, told};
use super::{EnterPaper, paper, written};
use crate::engine::paper::PaperOpinion;
use crate::engine::paper_mend::Mending;
use crate::engine::run::Acting;
use crate::engine::view::CaseView;
use crate::kit::{Error, FieldErrors, Id, Result, parse_day};
use crate::ui::{Markup, form, html, list};
use crate::web::{Cx, Reply, Visit};

const WORDS: &str = "opinion";
const SAID_ON: &str = "said_on";
const REASON: &str = "reason";

/// The entries of mine that may still be mended; nothing where there are none.
pub fn section(
    visit: &Visit,
    (acting, view): (&Acting, &CaseView),
    errors: &FieldErrors,
) -> Result<Markup> {
    let mut all = Vec::new();
    for p in view.mendable(acting) {
        all.push(one(visit, view, p, errors)?);
    }
    if all.is_empty() {
        return Ok(html! {});
    }
    Ok(list::section(
        "h-mend",
        "我代录的，录错了可以更正",
        &"",
        &html! { @for m in &all { (m) } },
    ))
}

/// A field of this entry's form: several forms stand on one page.
fn of(name: &str, p: &PaperOpinion) -> String {
    format!("{name}.{}", p.id)
}

fn one(visit: &Visit, view: &CaseView, p: &PaperOpinion, errors: &FieldErrors) -> Result<Markup> {
    let names = [WORDS, SAID_ON, REASON].map(|n| of(n, p));
    let open = names.iter().any(|n| errors.of(n).is_some());
    let [words, said_on, reason] = names;
    let typed = |name: &str, was: String| {
        if open {
            visit.form(name).to_owned()
        } else {
            was
        }
    };
    let day = p.said_on.map(|d| d.to_string()).unwrap_or_default();
    let at = format!("/case/{}/paper/{}/mend", view.case.state.id, p.id);
    let on = p.said_on.map(|d| d.short()).unwrap_or_default();
    Ok(html! {
        div.note {
            p { b { (p.name) "　" (on) } @if p.words.is_empty() { "　只记签阅" } @else { q.kai { (p.words) } } }
            @if let Some(shot) = written::shot(view, p) { (shot.show()) }
            details.inl open[open] {
                summary { "更正" }
                form method="post" action=(at) {
                    (form::tokens(visit.csrf(), &visit.new_op()?))
                    (form::area(&words, "纸上写的意见", 2).value(typed(&words, p.words.clone()))
                        .hint("照原样录，一字不改").check(errors))
                    (form::date(&said_on, "纸上写的日期").few().value(typed(&said_on, day)).need().check(errors))
                    (form::text(&reason, "更正的原因").value(typed(&reason, String::new())).need()
                        .hint("例如：看错了字。原来录的留着，和更正的一起看得见；本人要重新核对").check(errors))
                    p.acts { button.btn type="submit" { "更正代录的意见" } }
                }
            }
        }
    })
}

/// POST `/case/{case}/paper/{paper}/mend`.
pub fn mend(cx: &mut Cx<EnterPaper>) -> Result<Reply> {
    let (case, paper): (Id, Id) = (cx.path("case")?, cx.path("paper")?);
    let acting = acting(cx)?;
    let field = |name: &str| format!("{name}.{paper}");
    let today = cx.zone().day(cx.at);
    let done = parse_day(cx.form(&field(SAID_ON)), today)
        .map_err(|why| Error::invalid(SAID_ON, why))
        .and_then(|said_on| {
            let mending = Mending {
                case,
                paper,
                words: cx.form(&field(WORDS)).to_owned(),
                said_on,
                reason: cx.form(&field(REASON)).to_owned(),
            };
            let stamp = cx.permit.stamp_on(case);
            let engine = &cx.state.engine;
            engine.mend_paper(&cx.state.store, stamp, &acting, mending)
        });
    match done {
        Ok(receipt) => {
            cx.state.unshown.note(cx.who().person, &receipt);
            cx.tell(&format!("{}，请本人再核对一次", told(&receipt.value)));
            Ok(Reply::To(format!("/case/{case}")))
        }
        Err(Error::Invalid(wrong)) => {
            let mut errors = FieldErrors::default();
            for e in wrong.0 {
                errors.add(field(&e.field), e.message);
            }
            self::paper::with_errors(cx, &errors)
        }
        Err(e) => Err(e),
    }
}
