//! 更正: mending what was registered, on a page of its own with only the fields that may be mended.
//! Invariant: what was typed comes back with the error, and a page older than the case is refused: the
//! engine compares the version, not this page.

use super::fill::Beside;
use super::page::{acting, told};
use super::sheet::Paper;
use super::{CorrectCase, answer, names};
use crate::engine::case::Values;
use crate::engine::definition::{Field, Kind, MoveId, is_empty, text_of};
use crate::engine::moves::correct::fields;
use crate::engine::offer::{Input, Offer};
use crate::engine::printed;
use crate::engine::run::{Acting, Ask};
use crate::engine::view::CaseView;
use crate::kit::{Error, FieldErrors, Id, Result};
use crate::ui::deed::{Deed, Press};
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::note::{Tone, note};
use crate::ui::{Link, Markup, form, html};
use crate::web::{Cx, Reply, Visit};

const DEED: (MoveId, &str) = (MoveId::Correct, "mend");

/// GET `/case/{case}/correct`.
pub fn show(cx: &mut Cx<CorrectCase>) -> Result<Reply> {
    let acting = acting(cx)?;
    let view = opened(cx, &acting)?;
    let offer = offered(&view)?;
    let errors = FieldErrors::default();
    draw(cx, (&acting, &view, offer), None, &errors).map(Reply::Page)
}

/// POST `/case/{case}/correct`.
pub fn mend(cx: &mut Cx<CorrectCase>) -> Result<Reply> {
    let acting = acting(cx)?;
    let view = opened(cx, &acting)?;
    let case = view.case.state.id;
    let typed = left_covered(&view, answer::typed(cx, &view.procedure));
    let (_, rev) = answer::stood(cx);
    let ask = Ask {
        case,
        task: None,
        rev: Some(rev.unwrap_or(0)),
        mv: DEED.0,
        input: Input {
            choice: DEED.1.to_owned(),
            note: cx.form(&names::of_move("note", DEED.0)).to_owned(),
            values: typed.clone(),
            ..Input::default()
        },
    };
    let stamp = cx.permit.stamp_on(case);
    match cx.state.engine.act(&cx.state.store, stamp, &acting, ask) {
        Ok(receipt) => {
            cx.state.unshown.note(cx.who().person, &receipt);
            cx.tell(&told(&receipt.value));
            Ok(Reply::To(format!("/case/{case}")))
        }
        Err(e) => {
            let errors = answer::shown(e, DEED)?;
            // as it stands now, not as it stood before somebody else was faster
            let view = opened(cx, &acting)?;
            let offer = offered(&view)?;
            draw(cx, (&acting, &view, offer), Some(typed), &errors).map(Reply::Wrong)
        }
    }
}

/// Personal data is not shown to be mended: its box is empty, and left empty it stays as it is.
fn left_covered(view: &CaseView, mut typed: Values) -> Values {
    for field in view.procedure.fields.iter().filter(|f| f.masked) {
        if typed.get(&field.id).is_some_and(is_empty) {
            typed.remove(&field.id);
        }
    }
    typed
}

fn opened(cx: &Cx<CorrectCase>, acting: &Acting) -> Result<CaseView> {
    let case: Id = cx.path("case")?;
    cx.state.engine.open(&cx.state.store, acting, (case, None))
}

fn offered(view: &CaseView) -> Result<&Offer> {
    let mut offers = view.offers.iter();
    offers
        .find(|o| o.mv == MoveId::Correct)
        .ok_or_else(|| Error::Denied("这一件登记的内容不能由您更正，请找收发文员".to_owned()))
}

fn draw(
    visit: &Visit,
    (acting, view, offer): (&Acting, &CaseView, &Offer),
    typed: Option<Values>,
    errors: &FieldErrors,
) -> Result<Markup> {
    let case = view.case.state.id;
    let people = acting.people();
    let mut values = view.case.state.values.clone();
    for field in view.procedure.fields.iter().filter(|f| f.masked) {
        values.remove(&field.id);
    }
    values.extend(typed.clone().unwrap_or_default());
    let paper = Paper {
        senders: &[],
        procedure: &view.procedure,
        values: &values,
        open: None,
        said: &[],
        writing: None,
        phrases: &[],
        readers: &[],
        files: &|_: &str| html! {},
        hidden: &|_: &Field| false,
        mended: &|_: &Field| false,
        people: &people,
        errors,
        beside: Beside::default(),
    };
    let rule = view.procedure.correct.as_ref();
    let all: Vec<&Field> = rule
        .into_iter()
        .flat_map(|r| fields(&view.procedure, r))
        .collect();
    let note_name = names::of_move("note", DEED.0);
    let reason = form::area(&note_name, "更正的原因", 2)
        .value(if typed.is_some() {
            visit.form(&note_name)
        } else {
            ""
        })
        .hint("例如：把 12 号错录成 21 号")
        .need()
        .check(errors);
    let bar = Deed {
        said: "改了哪几项、原来是什么、谁在什么时候为什么改，都留在经过里".into(),
        links: vec![Link::new("不改了，回这一件", format!("/case/{case}"))],
        presses: vec![Press::key(&offer.label).posts(names::DEED, names::deed(DEED.0, DEED.1))],
        ..Deed::default()
    };
    let title = format!("{}登记的内容", offer.label);
    let number = view.case.head.number.as_deref().unwrap_or_default();
    let content = html! {
        (crumbs(&Link::new("返回", format!("/case/{case}")), &[], &view.case.head.title))
        (heading(&title, number, &html! {}))
        form method="post" action=(format!("/case/{case}/correct")) {
            (form::tokens(visit.csrf(), &visit.new_op()?))
            (form::hidden(names::REV, &view.case.head.rev.to_string()))
            (form::errors(errors))
            (note(Tone::Plain, "只改写错的那几项。", &"编号不能更正。打印出来的处理单只印改好的。"))
            @for field in &all { (control(&paper, view, field, typed.is_some())) }
            (reason)
            (bar)
        }
    };
    Ok(visit.draw(&Page::new(&title).acting().wrong(errors), &content))
}

/// One field; where what was typed differs from what stands there now, that is said too.
fn control(paper: &Paper<'_>, view: &CaseView, field: &Field, came_back: bool) -> Markup {
    let now = printed::value(field, &view.case.state.values);
    if let Some(wide) = paper.wide_control(field) {
        let group = field.kind == Kind::People;
        return html! {
            div.field { p.label { (field.label) } (wide) @if group { (form::hidden(&names::group(&field.id), "1")) } }
        };
    }
    let mut control = paper.bare_control(field).check(paper.errors);
    let text = |values: &Values| values.get(&field.id).map(text_of).unwrap_or_default();
    let changed = text(&view.case.state.values) != text(paper.values);
    if field.masked && !now.is_empty() {
        control = control.hint(format!("现在登记的是 {now}，不改就空着"));
    } else if came_back && changed {
        let now = if now.is_empty() {
            "空的"
        } else {
            now.as_str()
        };
        control = control.hint(format!("现在登记的是：{now}"));
    }
    if !field.must.is_empty() {
        control = control.need();
    }
    let group = matches!(
        field.kind,
        Kind::Choices { .. } | Kind::People | Kind::Departments
    );
    html! {
        (control)
        @if group { (form::hidden(&names::group(&field.id), "1")) }
    }
}
