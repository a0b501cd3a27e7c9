//! `/procedures`: all procedures in their groups, with state, version, cases under way and the last change; drafts
//! that were never published. Not for changing anything.

use super::{AT, SeeProcedures, at, origin};
use crate::access::change::GrantDesign;
use crate::access::policy;
use crate::engine::procedures::{Origin, Published};
use crate::engine::workshop::{Sketch, open_cases};
use crate::kit::{Millis, Result};
use crate::ui::frame::heading;
use crate::ui::list::{empty, line, lines, section};
use crate::ui::note::{self, State, Tone, note};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};
use std::collections::HashMap;

type Last = HashMap<String, (i64, String, Millis)>;

pub(super) fn show(cx: &mut Cx<SeeProcedures>) -> Result<Reply> {
    let engine = &cx.state.engine;
    let all = engine.procedures.all();
    let sketches = engine.sketches(&cx.state.store)?;
    let last = engine.last_published(&cx.state.store)?;
    let open = open_cases(&cx.state.store.index()?)?;
    let mut groups: Vec<(&str, Vec<&Published>)> = Vec::new();
    for p in all.iter() {
        match groups.iter_mut().find(|(g, _)| *g == p.heading()) {
            Some((_, of)) => of.push(p),
            None => groups.push((p.heading(), vec![p])),
        }
    }
    for (_, of) in &mut groups {
        of.sort_by_key(|p| p.standing.sort);
    }
    let fresh: Vec<&Sketch> = sketches
        .iter()
        .filter(|s| all.iter().all(|p| p.procedure.id != s.procedure))
        .collect();
    let content = html! {
        (heading("事项管理", &format!("共 {} 个事项", all.len()), &acts(cx)))
        @for (id, why) in engine.procedures.broken().iter() {
            (note(Tone::Bad, &format!("“{id}”是用别的版本的程序做的，这个程序读不了。"), &why))
        }
        @if !fresh.is_empty() { (section("h-fresh", "还没有发布的新事项", &"", &lines(&drafts(cx, &fresh)))) }
        @if groups.is_empty() { (empty("还没有事项。", "可以导入一个事项文件。", &[])) }
        @for (i, (group, of)) in groups.iter().enumerate() {
            (section(&format!("h-{i}"), group, &"", &table(cx, (group, of), (&sketches, &last, &open))))
        }
    };
    Ok(cx.page("事项管理", &content))
}

/// What can be done here; new procedures are drawn on pages of their own.
fn acts(cx: &Cx<SeeProcedures>) -> Markup {
    html! {
        (Link::new("新建事项", crate::screens::design::NEW_AT).key())
        (Link::new("用画好的表格做", super::drawn::AT).button())
        (Link::new("导入事项文件", format!("{AT}/import")).button())
        @if policy::may::<GrantDesign>(cx.who(), cx.peer()) {
            (Link::new("谁可以设计", format!("{AT}/designers")).button())
        }
    }
}

fn drafts(cx: &Cx<SeeProcedures>, all: &[&Sketch]) -> Vec<Markup> {
    let one = |s: &&Sketch| {
        let name = super::read(&s.text).map_or_else(|_| s.procedure.clone(), |p| p.name);
        let when = cx.zone().short_time(s.at, cx.at);
        let said = format!("{} {when} 存的草稿", s.name);
        line(&Link::new(name, at(&s.procedure)), &said)
    };
    all.iter().map(one).collect()
}

fn table(
    cx: &Cx<SeeProcedures>,
    (group, of): (&str, &[&Published]),
    (sketches, last, open): (&[Sketch], &Last, &HashMap<String, i64>),
) -> Markup {
    let columns = [
        Column::new("事项").spine().phone(Phone::Title),
        Column::new("状态").short().phone(Phone::Labelled),
        Column::new("版本").phone(Phone::Labelled),
        Column::new("在办").num().phone(Phone::Labelled),
        Column::new("最近改动").phone(Phone::Labelled),
    ];
    let row = |p: &&Published| {
        let id = &p.procedure.id;
        let sketch = sketches.iter().find(|s| s.procedure == *id);
        let changed = last.get(id);
        let version = match (p.standing.origin, changed) {
            (Origin::Shipped, _) | (_, None) => origin(p.standing.origin).to_owned(),
            (o, Some((n, ..))) => format!("{}，第 {n} 版", origin(o)),
        };
        Row::new(vec![
            html! {
                (Link::new(&p.procedure.name, at(id)))
                @if sketch.is_some() { " " (note::mark(note::Rank::Calm, "草稿")) }
                @if p.standing.newer.is_some() { " " (note::mark(note::Rank::Good, "新")) }
            },
            html! { @if p.standing.off { (note::state(State::Off, "停用")) } @else { (note::state(State::Ok, "启用")) } },
            html! { (version) },
            html! { (open.get(id).copied().unwrap_or(0)) },
            html! {
                @if let Some((_, name, when)) = changed { (name) " " (cx.zone().short_time(*when, cx.at)) }
            },
        ])
    };
    let rows: Vec<Row> = of.iter().map(row).collect();
    // one table a group: their columns stand under each other
    html! { div.even { (ledger(group, &columns, &rows, "")) } }
}
