//! `/storage`: the cabinets as a picture, and the table of departments and years under it. Read anywhere by
//! administrators; who may change something here is offered it. Shows names, sizes and states, no case.

use super::cabinets::vault;
use super::stock::{Stock, mode_word, said, year_word};
use super::{AT, ChangeRule, MOVING_AT, MoveShelves, RULE_AT, SeeStorage, moving};
use crate::access::change::GrantDept;
use crate::access::policy;
use crate::kit::text::size;
use crate::kit::{DeptId, Result};
use crate::store::VolumeState;
use crate::store::placement::Rule;
use crate::ui::deed::Press;
use crate::ui::frame::{Page, heading};
use crate::ui::list::empty;
use crate::ui::note::{Tone, note};
use crate::ui::{Link, Markup, form, html};
use crate::web::{Cx, Reply};
use std::collections::BTreeSet;

/// GET `/storage`.
pub(super) fn page(cx: &mut Cx<SeeStorage>) -> Result<Reply> {
    let stock = Stock::read(cx)?;
    let changes = policy::may::<ChangeRule>(cx.who(), cx.peer());
    let acts = html! {
        @if changes { (Link::new("改存放办法", RULE_AT).button()) }
    };
    let small = "一个柜子就是一个文件，一格一年，一盒是一个部门一年的全部案卷";
    let content = html! {
        (heading("库房", small, &acts))
        (rule_note(&stock))
        @if !changes { p.hint.noprint { "改存放办法、搬库要系统管理员在服务器那台电脑上办。" } }
        (moving::part(cx, &stock)?)
        (misplaced(cx, &stock)?)
        @if stock.volumes.is_empty() {
            (empty("还没有柜子。", "登记第一件以后，这里会有第一个柜子和它的盒。", &[]))
        } @else {
            (vault(&stock, cx.zone().year(cx.at)))
            (map(cx, &stock))
        }
    };
    Ok(Reply::Page(cx.draw(&Page::new("库房").wide(), &content)))
}

fn rule_note(stock: &Stock) -> Markup {
    let lead = format!("现在的存放办法：{}。", mode_word(stock.rule.mode()));
    note(Tone::Plain, &lead, &said(stock, &stock.rule))
}

/// Boxes that do not stand where the rule says, and are not on their way there: given up or failed.
fn misplaced(cx: &Cx<SeeStorage>, stock: &Stock) -> Result<Markup> {
    if stock.open().next().is_some() {
        return Ok(html! {});
    }
    let plan = cx.state.store.plan(&stock.rule)?;
    if plan.moves.is_empty() || !policy::may::<MoveShelves>(cx.who(), cx.peer()) {
        return Ok(html! {});
    }
    let n = plan.moves.len();
    let rest = html! {
        "上次取消了，或者没有搬成。不影响办文。 "
        form.inl.noprint method="post" action=(MOVING_AT) {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            (Press::new("把它们搬过去").posts("do", "again"))
        }
    };
    Ok(note(
        Tone::Plain,
        &format!("有 {n} 盒没有放在现在的办法定的柜里。"),
        &rest,
    ))
}

fn how(rule: &Rule, dept: i64) -> &'static str {
    let policy = rule.except.get(&dept).copied().unwrap_or(rule.common);
    match (policy.exclusive, policy.yearly) {
        (true, true) => "独占，按年",
        (true, false) => "独占",
        (false, true) => "按年",
        (false, false) => "共用",
    }
}

fn map(cx: &Cx<SeeStorage>, stock: &Stock) -> Markup {
    let years = stock.years();
    let grants = policy::may::<GrantDept>(cx.who(), cx.peer());
    let confidential = cx.state.store.confidential();
    let mut depts: Vec<i64> = stock
        .boxes
        .iter()
        .map(|b| b.dept)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    depts.sort_by_key(|d| stock.directory.dept(DeptId(*d)).map(|d| (d.kind, d.sort)));
    html! {
        section {
            h2.band { span { "对照表：哪个部门、哪一年，在哪个柜" } }
            div.scroll tabindex="0" {
                table.ledger.map {
                    thead { tr {
                        th scope="col" { "部门" } th scope="col" { "办法" }
                        @for year in &years { th scope="col" { (year_word(*year)) } }
                    } }
                    tbody {
                        @for dept in &depts {
                            tr {
                                th scope="row" {
                                    @if grants && stock.rule.except.get(dept).is_some_and(|p| p.exclusive) {
                                        a href=(format!("{AT}/dept/{dept}")) { (stock.dept(*dept)) }
                                    } @else { (stock.dept(*dept)) }
                                }
                                td {
                                    (how(&stock.rule, *dept))
                                    @if confidential.contains(dept) { "，保密" }
                                }
                                @for year in &years { (cell(stock, *dept, *year)) }
                            }
                        }
                    }
                }
            }
            @if grants { p.hint.noprint { "独占一柜的部门，点它的名称可以指定本部门的自管员。" } }
        }
    }
}

fn cell(stock: &Stock, dept: i64, year: i16) -> Markup {
    let found = stock
        .boxes
        .iter()
        .find(|b| b.dept == dept && b.year == year);
    let Some(one) = found else {
        return html! { td.far { "—" } };
    };
    let state = stock.volume(one.volume).map(|v| v.state);
    let no = format!("{:04} 柜", one.volume);
    if stock.open().any(|r| r.shelf == one.shelf) {
        return html! { td { "正在搬　" (size(one.bytes)) } };
    }
    match state {
        Some(VolumeState::Detached) => html! { td.far { (no) "，不在" } },
        Some(VolumeState::Broken) => html! { td.far { (no) "，坏了" } },
        Some(VolumeState::Frozen) => html! { td { (no) "，封存　" (size(one.bytes)) } },
        _ => html! { td { (no) "　" (size(one.bytes)) } },
    }
}
