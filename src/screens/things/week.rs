//! Who has what in a week: a line a thing, a column a day. Prints across. Names only, never what for: everybody may look.

use super::{KeepThings, LIST_AT, SeeThings, WEEK_AT};
use crate::access::{Action, policy};
use crate::agenda::resource_store::{Busy, Thing, list_busy, list_things};
use crate::kit::{Day, Millis, Result, Zone};
use crate::ui::frame::{Page, heading};
use crate::ui::list::{empty, section};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};

pub(super) fn show(cx: &mut Cx<SeeThings>) -> Result<Reply> {
    let zone = cx.zone();
    let asked: Option<Day> = cx.query("day").parse().ok();
    let day = asked.unwrap_or_else(|| zone.day(cx.at));
    let monday = day.plus_days(1 - i64::from(day.weekday()));
    let span = (zone.start_of(monday), zone.start_of(monday.plus_days(7)));
    let hub = cx.state.store.hub()?;
    let (things, busy) = (list_things(&hub)?, list_busy(&hub, span)?);
    drop(hub);
    let shown: Vec<&Thing> = things
        .iter()
        .filter(|t| t.on || busy.iter().any(|b| is_of(b, t)))
        .collect();
    let keeps = policy::check(cx.who(), cx.peer(), KeepThings::WHO, KeepThings::PLACE).is_ok();
    let at = |d: Day| format!("{WEEK_AT}?day={d}");
    let last = monday.plus_days(6);
    let small = format!("{}至{}", monday.long(), last.short());
    let acts = html! {
        a.btn href=(at(monday.plus_days(-7))) { "上一周" }
        a.btn href=(WEEK_AT) { "本周" }
        a.btn href=(at(monday.plus_days(7))) { "下一周" }
        button.btn type="button" data-print data-js hidden { "打印" }
        @if keeps { a.btn href=(LIST_AT) { "登记会议室和车辆" } }
    };
    let mut kinds: Vec<&str> = shown.iter().map(|t| t.kind.as_str()).collect();
    kinds.dedup();
    let content = html! {
        (heading("会议室和车辆", &small, &acts))
        @if kinds.is_empty() {
            (empty("还没有登记会议室和车辆。", "党政办先登记有哪些，申请的时候才能选。", &register(keeps)))
        }
        @for (i, kind) in kinds.iter().enumerate() {
            (section(&format!("h-{i}"), kind, &"", &table(kind, (&shown, &busy), (monday, zone))))
        }
    };
    Ok(Reply::Page(
        cx.draw(&Page::new("会议室和车辆").wide(), &content),
    ))
}

fn register(keeps: bool) -> Vec<Link> {
    keeps
        .then(|| Link::new("现在登记", LIST_AT))
        .into_iter()
        .collect()
}

fn is_of(b: &Busy, t: &Thing) -> bool {
    (&b.kind, &b.name) == (&t.kind, &t.name)
}

fn table(kind: &str, (things, busy): (&[&Thing], &[Busy]), (monday, zone): (Day, Zone)) -> Markup {
    let days: Vec<Day> = (0..7).map(|i| monday.plus_days(i)).collect();
    let mut columns = vec![Column::new(kind).phone(Phone::Title)];
    for d in &days {
        let label = format!("{} {}", d.weekday_cn(), d.dense());
        columns.push(Column::new(label).phone(Phone::Labelled));
    }
    let rows: Vec<Row> = things
        .iter()
        .filter(|t| t.kind == kind)
        .map(|t| {
            let name = html! {
                (t.name) @if !t.on { "（停用）" }
                @if !t.note.is_empty() { span.when { (t.note) } }
            };
            let mine: Vec<&Busy> = busy.iter().filter(|b| is_of(b, t)).collect();
            let cells = days.iter().map(|d| cell(&mine, *d, zone));
            Row::new(std::iter::once(name).chain(cells).collect())
        })
        .collect();
    html! { div.scroll { (ledger(kind, &columns, &rows, "")) } }
}

fn cell(busy: &[&Busy], day: Day, zone: Zone) -> Markup {
    let (from, to) = (zone.start_of(day), zone.start_of(day.plus_days(1)));
    let here: Vec<&&Busy> = busy
        .iter()
        .filter(|b| b.since < to && b.until > from)
        .collect();
    html! {
        @for (i, b) in here.iter().enumerate() {
            @if i > 0 { br; }
            (hours(b, (from, to), zone)) " " (b.who)
        }
    }
}

/// 08:30–11:00, or the share of it that falls on this day.
fn hours(b: &Busy, (from, to): (Millis, Millis), zone: Zone) -> String {
    let since = if b.since <= from {
        "00:00".to_owned()
    } else {
        zone.clock(b.since)
    };
    let until = if b.until >= to {
        "24:00".to_owned()
    } else {
        zone.clock(b.until)
    };
    if since == "00:00" && until == "24:00" {
        return "全天".to_owned();
    }
    format!("{since}–{until}")
}
