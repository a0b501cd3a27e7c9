//! 用印登记簿: every use of every seal in a year, undone ones too, out of the deeds themselves. Paper that was sealed by
//! hand stands in the register of its own procedure. Not here: whether a file still is what was sealed (`check`).

use super::seal_store::{Used, list_used};
use super::{SeeUse, USED_AT, VERIFY_AT, WHAT_IT_IS};
use crate::engine::deed::What;
use crate::kit::stamped::Stamped;
use crate::kit::{Result, ShelfNo};
use crate::store::Standing;
use crate::ui::frame::heading;
use crate::ui::list::empty;
use crate::ui::note::{State, state};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};
use serde_json::Value;

pub(super) fn show(cx: &mut Cx<SeeUse>) -> Result<Reply> {
    let now = cx.zone().year(cx.at);
    let year = cx.query("year").parse().unwrap_or(now);
    let (mut all, mut away) = (Vec::new(), 0);
    for (shelf, _, _) in cx
        .state
        .store
        .shelves()?
        .into_iter()
        .filter(|s| s.2 == year)
    {
        match cx.state.store.standing(shelf) {
            Standing::Away(_) => away += 1,
            _ => all.extend(list_used(
                &cx.state.store.shelf(shelf)?,
                i64::from(shelf.0),
            )?),
        }
    }
    all.sort_by_key(|u| std::cmp::Reverse(u.at));
    let years = html! {
        (Link::new(format!("{}年", year - 1), format!("{USED_AT}?year={}", year - 1)).button())
        @if year < now { (Link::new(format!("{}年", year + 1), format!("{USED_AT}?year={}", year + 1)).button()) }
        (Link::new("核验盖章文件", VERIFY_AT).button())
    };
    let content = html! {
        (heading("用印登记簿", &format!("{year}年"), &years))
        p.hint { (WHAT_IT_IS) "盖在纸上的用印，在“登记簿”的用印申请里查。" }
        @if away > 0 { p.hint { "有 " (away) " 盒的柜子不在这台电脑上，里面的没有列出来。" } }
        (table(cx, &all))
    };
    Ok(cx.page("用印登记簿", &content))
}

fn table(cx: &Cx<SeeUse>, all: &[Used]) -> Markup {
    if all.is_empty() {
        return empty(
            "这一年还没有用印。",
            "公文签发以后，到用印环节由保管人盖章，这里就有一行。",
            &[],
        );
    }
    let columns = [
        Column::new("时间").short().phone(Phone::Inline),
        Column::new("发文字号").short().phone(Phone::Labelled),
        Column::new("标题").spine().phone(Phone::Title),
        Column::new("印章").phone(Phone::Labelled),
        Column::new("用印人").short().phone(Phone::Labelled),
        Column::new("情况").phone(Phone::Labelled),
    ];
    let rows: Vec<Row> = all.iter().map(|u| line(cx, u, all)).collect();
    ledger(
        "用印登记簿",
        &columns,
        &rows,
        &format!("共 {} 行", all.len()),
    )
}

fn line(cx: &Cx<SeeUse>, u: &Used, all: &[Used]) -> Row {
    let data: Value = serde_json::from_str(&u.data).unwrap_or_default();
    let sealed = u.what == What::Sealed.word();
    // an undone one names the deed it undoes
    let of = match sealed {
        true => Some(data.clone()),
        false => all
            .iter()
            .find(|x| Some(x.id.to_string().as_str()) == data.get("deed").and_then(Value::as_str))
            .and_then(|x| serde_json::from_str(&x.data).ok()),
    };
    let stamped = of.and_then(|v: Value| stamped(&v));
    let said = |f: fn(&Stamped) -> String| stamped.as_ref().map(f).unwrap_or_default();
    let undone = all.iter().any(|x| {
        let of: Value = serde_json::from_str(&x.data).unwrap_or_default();
        x.what == What::Unsealed.word()
            && of.get("deed").and_then(Value::as_str) == Some(u.id.to_string().as_str())
    });
    let standing = match (sealed, undone) {
        (true, false) => state(State::Ok, "已用印"),
        (true, true) => state(State::Off, "已用印，后来作废"),
        (false, _) => {
            let why = data
                .get("reason")
                .and_then(Value::as_str)
                .unwrap_or_default();
            html! { (state(State::Off, "作废用印")) "：" (why) }
        }
    };
    Row::new(vec![
        html! { (cx.zone().long_time(u.at)) },
        html! { (said(|s| s.signed.number.clone())) },
        html! { (Link::new(said(|s| s.signed.title.clone()), format!("/case/{}", u.case))) },
        html! { (said(|s| s.signed.seal.clone())) @if stamped.as_ref().is_some_and(|s| s.signed.sample) { "（样章）" } },
        html! { (u.name) },
        standing,
    ])
}

/// What a deed's data says was signed.
pub(super) fn stamped(data: &Value) -> Option<Stamped> {
    serde_json::from_value(data.get("stamped")?.clone()).ok()
}

/// A shelf by its number, as `shelves` lists them.
pub(super) fn shelves(all: Vec<(ShelfNo, i64, i16)>) -> impl Iterator<Item = ShelfNo> {
    all.into_iter().map(|(no, _, _)| no)
}
