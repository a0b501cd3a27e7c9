//! `/procedures`: all procedures in their groups, with state, version, cases under way and the last change; drafts
//! that were never published. Of a department's own, whoever does not run that department sees how many there are.

use super::{AT, SeeProcedures, at, left, maker, origin, used};
use crate::access::change::GrantDesign;
use crate::access::policy;
use crate::engine::own::Range;
use crate::engine::procedures::{Origin, Published};
use crate::engine::workshop::{Sketch, open_cases};
use crate::kit::{DeptId, Millis, Result};
use crate::ui::frame::heading;
use crate::ui::list::{empty, line, lines, section};
use crate::ui::note::{self, State, Tone, note};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};
use std::collections::{BTreeMap, HashMap};

/// What stands beside each.
struct Known<'a> {
    /// Number, maker and time of the newest version of the office.
    last: HashMap<String, (i64, String, Millis)>,
    open: HashMap<String, i64>,
    sketches: &'a [Sketch],
}

pub(super) fn show(cx: &mut Cx<SeeProcedures>) -> Result<Reply> {
    let engine = &cx.state.engine;
    let range = maker(cx)?.range;
    let all = engine.procedures.all();
    let sketches = sketches(cx, &range)?;
    let known = Known {
        last: engine.last_published(&cx.state.store)?,
        open: open_cases(&cx.state.store.index()?)?,
        sketches: &sketches,
    };
    let office: Vec<&Published> = of(&all, None).collect();
    let fresh: Vec<&Sketch> = sketches
        .iter()
        .filter(|s| all.iter().all(|p| p.procedure.id != s.procedure))
        .collect();
    let own: usize = range
        .departments()
        .iter()
        .map(|d| of(&all, Some(*d)).count())
        .sum();
    let content = html! {
        (heading("事项管理", &format!("共 {} 个事项", office.len() + own), &acts(cx)))
        @if range.has_office() { @for (id, why) in engine.procedures.broken().iter() {
            (note(Tone::Bad, &format!("“{id}”是用别的版本的程序做的，这个程序读不了。"), &why))
        } }
        (left::notices(cx)?)
        @if !fresh.is_empty() { (section("h-fresh", "还没有发布的新事项", &"", &lines(&drafts(cx, &fresh)))) }
        @for dept in range.departments() { (own_ones(cx, (&all, *dept), &known)?) }
        @if office.is_empty() { (empty("还没有事项。", "可以导入一个事项文件。", &[])) }
        @for (i, (group, of)) in grouped(&office).iter().enumerate() {
            (section(&format!("h-{i}"), group, &"", &table(cx, (group, of), &known)?))
        }
        (elsewhere(cx, &all, &range))
    };
    Ok(cx.page("事项管理", &content))
}

/// Those of one owner; the office where no department is named.
fn of(all: &[Published], owner: Option<DeptId>) -> impl Iterator<Item = &Published> {
    all.iter().filter(move |p| p.procedure.department == owner)
}

fn grouped<'a>(of: &[&'a Published]) -> Vec<(&'a str, Vec<&'a Published>)> {
    let mut groups: Vec<(&str, Vec<&Published>)> = Vec::new();
    for p in of {
        match groups.iter_mut().find(|(g, _)| *g == p.heading()) {
            Some((_, of)) => of.push(p),
            None => groups.push((p.heading(), vec![p])),
        }
    }
    for (_, of) in &mut groups {
        of.sort_by_key(|p| p.standing.sort);
    }
    groups
}

/// Drafts this person may go on with.
fn sketches(cx: &Cx<SeeProcedures>, range: &Range) -> Result<Vec<Sketch>> {
    let mut all = cx.state.engine.sketches(&cx.state.store)?;
    all.retain(|s| {
        let owner = super::read(&s.text).ok().and_then(|p| p.department);
        range.covers(owner)
    });
    Ok(all)
}

/// A department's own, for whoever runs its file.
fn own_ones(
    cx: &Cx<SeeProcedures>,
    (all, dept): (&[Published], DeptId),
    known: &Known<'_>,
) -> Result<Markup> {
    let directory = cx.state.org.current();
    let title = format!("{}自己的事项", directory.dept_name(dept));
    let own: Vec<&Published> = of(all, Some(dept)).collect();
    let inside = match own.is_empty() {
        true => empty(
            "本部门还没有自己的事项。",
            "点“新建事项”做一个，或者打开一个全单位的事项“另存为新事项”；只有本部门的人能发起、能看登记簿。",
            &[],
        ),
        false => table(cx, (&title, &own), known)?,
    };
    Ok(section(&format!("h-d{dept}"), &title, &"", &inside))
}

/// That other departments have procedures of their own, and no name of any.
fn elsewhere(cx: &Cx<SeeProcedures>, all: &[Published], range: &Range) -> Markup {
    let directory = cx.state.org.current();
    let strange = all.iter().filter_map(|p| p.procedure.department);
    let mut count: BTreeMap<DeptId, usize> = BTreeMap::new();
    for dept in strange.filter(|d| range.has_office() && !range.covers(Some(*d))) {
        *count.entry(dept).or_default() += 1;
    }
    let said: Vec<Markup> = count
        .iter()
        .map(|(d, n)| html! { (directory.dept_name(*d)) span.when { (n) " 个，由它的自管员管" } })
        .collect();
    html! { @if !said.is_empty() { (section("h-else", "部门自己的事项", &"", &lines(&said))) } }
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
    known: &Known<'_>,
) -> Result<Markup> {
    let mut columns = vec![
        Column::new("事项").spine().phone(Phone::Title),
        Column::new("状态").short().phone(Phone::Labelled),
        Column::new("版本").phone(Phone::Labelled),
        Column::new("在办").num().phone(Phone::Labelled),
        Column::new("最近改动").phone(Phone::Labelled),
    ];
    let here = !cx.who().runs.is_empty() && of.iter().all(|p| p.procedure.department.is_none());
    if here {
        columns.push(Column::new("本部门").phone(Phone::Inline));
    }
    let mut rows = Vec::with_capacity(of.len());
    for p in of {
        let mut cells = row(cx, p, known);
        if here {
            cells.push(used::buttons(cx, p, "list")?);
        }
        rows.push(Row::new(cells));
    }
    // one table a group: their columns stand under each other
    Ok(html! { div.even { (ledger(group, &columns, &rows, "")) } })
}

fn row(cx: &Cx<SeeProcedures>, p: &Published, known: &Known<'_>) -> Vec<Markup> {
    let id = &p.procedure.id;
    let sketch = known.sketches.iter().find(|s| s.procedure == *id);
    let changed = known.last.get(id);
    let version = match (p.standing.origin, changed) {
        (Origin::Own, Some((n, ..))) if p.procedure.department.is_some() => {
            format!("本部门自己的，第 {n} 版")
        }
        (Origin::Shipped, _) | (_, None) => origin(p.standing.origin).to_owned(),
        (o, Some((n, ..))) => format!("{}，第 {n} 版", origin(o)),
    };
    let off_in = p.standing.off_in.len();
    vec![
        html! {
            (Link::new(&p.procedure.name, at(id)))
            @if sketch.is_some() { " " (note::mark(note::Rank::Calm, "草稿")) }
            @if p.standing.newer.is_some() { " " (note::mark(note::Rank::Good, "新")) }
        },
        html! {
            @if p.standing.off { (note::state(State::Off, "停用")) } @else { (note::state(State::Ok, "启用")) }
            @if off_in > 0 && cx.who().designs { br; (off_in) " 个部门自己停用" }
        },
        html! { (version) },
        html! { (known.open.get(id).copied().unwrap_or(0)) },
        html! {
            @if let Some((_, name, when)) = changed { (name) " " (cx.zone().short_time(*when, cx.at)) }
        },
    ]
}
