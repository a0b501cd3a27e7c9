//! `/storage/mine/numbers`: the numbers a department counts by itself: how far each is this year, and where it goes on
//! after a paper book. Not here: the office's numbers (`office::numbers`), how one is written (the designer).
//! Invariant: counting only goes forward; a number that was given out is never given again.

use super::{MINE_AT, NUMBERS_AT, SetNumbers};
use crate::engine::own::Counted;
use crate::kit::{DeptId, Error, Result, text};
use crate::screens::people::sheet::Filled;
use crate::ui::form;
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::{empty, section};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};

const TITLE: &str = "本部门的编号";

/// GET.
pub(super) fn page(cx: &mut Cx<SetNumbers>) -> Result<Reply> {
    draw(cx, &Filled::fresh())
}

/// POST: goes on above what the paper book came to.
pub(super) fn save(cx: &mut Cx<SetNumbers>) -> Result<Reply> {
    let dept: DeptId = cx.form("dept").parse().map_err(|_| Error::NotFound)?;
    if !cx.who().runs_dept(dept) {
        let why = "只有这个部门的自管员能设它的编号，请与他们联系";
        return Err(Error::Denied(why.into()));
    }
    let (year, key) = (cx.zone().year(cx.at), cx.form("key").to_owned());
    let n = text::fold(cx.form("n")).parse().unwrap_or(0);
    let stamp = cx.permit.stamp_on(format!("dept/{dept}"));
    let (engine, store) = (&cx.state.engine, &cx.state.store);
    match engine.count_from(store, stamp, (dept, year, &key), n) {
        Ok(()) => {
            cx.tell(&format!("“{key}”今年从 {} 号接着编", n + 1));
            Ok(Reply::To(NUMBERS_AT.into()))
        }
        Err(why) => draw(cx, &Filled::again(&cx.input, why)?),
    }
}

fn draw(cx: &Cx<SetNumbers>, filled: &Filled<'_>) -> Result<Reply> {
    let mut sections = Vec::new();
    for dept in &cx.who().runs {
        sections.push(of_dept(cx, *dept, filled)?);
    }
    let content = html! {
        (crumbs(&Link::new("返回本部门的柜", MINE_AT), &[], TITLE))
        (heading(TITLE, "本部门自己编的号，一年一排，不跳号；送出时自动取", &html! {}))
        (form::errors(&filled.errors))
        @for section in &sections { (section) }
    };
    let page = cx.draw(&Page::new(TITLE).wrong(&filled.errors), &content);
    Ok(if filled.is_fresh() {
        Reply::Page(page)
    } else {
        Reply::Wrong(page)
    })
}

fn of_dept(cx: &Cx<SetNumbers>, dept: DeptId, filled: &Filled<'_>) -> Result<Markup> {
    let directory = cx.state.org.current();
    let year = cx.zone().year(cx.at);
    let all = cx.state.engine.counted_by(&cx.state.store, (dept, year))?;
    let inside = if all.is_empty() {
        empty(
            "本部门还没有自己编的号。",
            "做一个本部门自己的事项，在“名称和登记簿”里写上编号前面的字，这里就有了。",
            &[Link::new("去做本部门的事项", super::super::procedures::AT)],
        )
    } else {
        let columns = [
            Column::new("编号").spine().phone(Phone::Title),
            Column::new("哪些事项用").phone(Phone::Labelled),
            Column::new("今年编到").phone(Phone::Labelled),
            Column::new("操作").phone(Phone::Inline),
        ];
        let mut rows = Vec::with_capacity(all.len());
        for one in &all {
            rows.push(row(cx, (dept, year), one, filled)?);
        }
        ledger("本部门自己编的号", &columns, &rows, "")
    };
    let title = directory.dept_name(dept);
    Ok(section(&format!("h-n{dept}"), title, &"", &inside))
}

fn row(
    cx: &Cx<SetNumbers>,
    (dept, year): (DeptId, i16),
    one: &Counted,
    filled: &Filled<'_>,
) -> Result<Row> {
    let key = one.series.key.as_str();
    let written = |n: i64| u32::try_from(n).map(|n| one.series.written("", year, n));
    let last = match one.last {
        0 => "今年还没有".to_owned(),
        n => written(n).unwrap_or_default(),
    };
    let again = filled.text("key", "") == key && filled.text("dept", "") == dept.to_string();
    let typed = if again {
        filled.text("n", "")
    } else {
        String::new()
    };
    Ok(Row::new(vec![
        html! { (key) },
        html! { (one.by.join("、")) },
        html! { (last) },
        html! {
            details open[again] {
                summary { "接着纸质登记簿编" }
                form method="post" action=(NUMBERS_AT) {
                    (form::tokens(cx.csrf(), &cx.new_op()?))
                    (form::hidden("dept", &dept.to_string()))
                    (form::hidden("key", key))
                    (form::number("n", "纸质登记簿今年已经编到几号").need().value(&typed)
                        .hint("从下一个号起编，已经编出去的号不变"))
                    p.acts { button.btn type="submit" { "从下一个号起编" } }
                }
            }
        },
    ]))
}
