//! 处理流程台账: the columns the procedure names, filled by the engine, and every act in order.

use super::page::acting;
use super::passed::{did, mended, words_of};
use super::{OpenCase, written};
use crate::engine::run::Acting;
use crate::engine::view::CaseView;
use crate::kit::{Id, Result};
use crate::ui::frame::{crumbs, heading};
use crate::ui::table::{Column, Row, ledger};
use crate::ui::{Link, html, list};
use crate::web::{Cx, Reply, Visit};

/// GET `/case/{case}/ledger`.
pub fn show(cx: &mut Cx<OpenCase>) -> Result<Reply> {
    let case: Id = cx.path("case")?;
    let acting = acting(cx)?;
    let view = cx
        .state
        .engine
        .open(&cx.state.store, &acting, (case, None))?;
    Ok(page_of(cx, &acting, &view))
}

/// The page of a case's ledger.
pub fn page_of(visit: &Visit, acting: &Acting, view: &CaseView) -> Reply {
    let zone = visit.zone();
    let columns = view.ledger(&visit.state.engine, acting);
    let facts: Vec<(&str, &str)> = columns
        .iter()
        .map(|(l, v)| (l.as_str(), v.as_str()))
        .collect();
    let heads = [
        "环节",
        "办理依据",
        "经办人",
        "收到",
        "打开",
        "办毕",
        "办了什么",
        "意见",
    ];
    let when = |at: Option<crate::kit::Millis>| {
        at.map(|at| zone.short_time(at, view.now()))
            .unwrap_or_default()
    };
    let rows: Vec<Row> = view
        .acts()
        .map(|a| {
            Row::new(vec![
                html! { (view.procedure.step_name(&a.step)) },
                html! { (a.defined) },
                html! { (super::page::signed(&a.by)) },
                html! { span.nb { (when(a.received_at)) } },
                html! { span.nb { (when(a.opened_at)) } },
                html! { span.nb { (when(Some(a.at))) } },
                html! { (did(a)) (mended(view, a)) },
                html! {
                    span.kai { (words_of(view, a).unwrap_or_default()) }
                    @for note in written::notes_of(view, a, zone) { span.aside { (note) } }
                },
            ])
        })
        .collect();
    let title = format!("处理流程台账：{}", view.case.head.title);
    let content = html! {
        (crumbs(&Link::new("返回", view.at.clone()), &[], &title))
        (heading("处理流程台账", &view.case.head.title, &html! {}))
        (list::section("h-facts", &format!("台账 {} 栏", facts.len()), &"", &list::facts("台账各栏", &facts)))
        (list::section("h-acts", "逐项经过", &"", &html! {
            div.scroll { (ledger("逐项经过，从早到晚", &heads.map(Column::new), &rows, "")) }
        }))
    };
    visit.page("处理流程台账", &content)
}
