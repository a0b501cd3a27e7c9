//! Reading a volume that stands beside ours: its list, its cases, their files, ledger and print. The same
//! pages serve the office that has it beside its own and `inkstone open`.
//! Invariant: whoever has the file may read all of it; the page says so, and nothing can be pressed.

use crate::engine::look_store::{Looked, Wanted, count_looked, list_depts, list_looked};
use crate::engine::run::Acting;
use crate::engine::view::CaseView;
use crate::kit::{Id, Millis, Page as Leafing, Result};
use crate::screens::case::{files, ledger as ledger_page, page, print as print_page};
use crate::store::attachments::Attachment;
use crate::store::freeze::Beside;
use crate::ui::form::{self, Choice};
use crate::ui::frame::{crumbs, heading};
use crate::ui::list::empty;
use crate::ui::note::{Tone, note};
use crate::ui::table::{
    Column, Filter, Pager, Phone, Row, filters, ledger as table, page_leaves, pager,
};
use crate::ui::{Link, Markup, html};
use crate::web::{FileReply, Reply, Visit, encode};
use std::collections::HashMap;
use std::sync::Arc;

/// The volume looked at, and the address its pages begin with.
pub(super) struct Shelf {
    pub volume: Arc<Beside>,
    pub at: String,
}

/// One of these pages.
pub(super) type Drawn = fn(&Visit, &Shelf) -> Result<Reply>;

/// 2024年，墨川县砚田镇人民政府，档案员苏简 2025年1月20日封存.
fn told(visit: &Visit, shelf: &Shelf) -> Markup {
    let v = &shelf.volume;
    let when = visit.zone().day(Millis(v.sealed_at)).long();
    let lead = format!("{} {}年封存的案卷，只能看。", v.office, v.year);
    let sealed = match v.sealed_by.as_str() {
        "" => String::new(),
        by => format!("{by} {when} 封存。"),
    };
    note(
        Tone::Plain,
        &lead,
        &format!("{sealed}有这个文件的人都能看里面的全部案卷，请像保管纸质案卷一样保管它。"),
    )
}

/// The list, by procedure, department and words.
pub(super) fn list(visit: &Visit, shelf: &Shelf) -> Result<Reply> {
    let read = shelf.volume.read()?;
    let procedures = visit.state.engine.procedures_in(&read)?;
    let leafing = Leafing::new(visit.query("page").parse().unwrap_or(1), 50);
    let wanted = Wanted {
        procedure: visit.query("p").to_owned(),
        dept: visit.query("d").parse().unwrap_or(0),
        words: visit.query("q").trim().to_owned(),
        from: leafing.offset(),
        many: leafing.limit(),
    };
    let rows = list_looked(&read, &wanted)?;
    let total = count_looked(&read, &wanted)?;
    let depts = depts_of(shelf, list_depts(&read)?);
    drop(read);
    let title = format!("{} {}年", shelf.volume.office, shelf.volume.year);
    let content = html! {
        @if visit.frame().person.is_empty() { (heading("案卷目录", &title, &html! {})) }
        @else {
            (crumbs(&Link::new("外来的柜", super::BESIDE_AT), &[], &title))
            (heading(&title, "外来的柜，只能看", &html! {}))
        }
        (told(visit, shelf))
        (conditions(shelf, &wanted, &procedures, &depts))
        @if rows.is_empty() {
            (empty("没有查到。", "请减少几个条件，或者换一个字再查。", &[Link::new("全部", shelf.at.clone())]))
        } @else {
            div.scroll { (table("案卷，新的在前", &columns(), &lines(visit, shelf, &rows, &procedures, &depts), "")) }
            (leaves(shelf, &wanted, leafing, total))
        }
    };
    Ok(visit.page(&title, &content))
}

/// Names as that office said them on the day of sealing, else as its acts say.
fn depts_of(shelf: &Shelf, used: Vec<(i64, i64, String)>) -> HashMap<i64, String> {
    let name = |(id, _, said): (i64, i64, String)| {
        let kept = shelf.volume.departments.get(&id).cloned();
        (id, kept.unwrap_or(said))
    };
    used.into_iter().map(name).collect()
}

fn conditions(
    shelf: &Shelf,
    wanted: &Wanted,
    procedures: &[(String, String)],
    depts: &HashMap<i64, String>,
) -> Markup {
    let mut by_dept: Vec<(&i64, &String)> = depts.iter().collect();
    by_dept.sort();
    let any = |label: &str| Choice::new("", label);
    let procedures = std::iter::once(any("全部事项"))
        .chain(procedures.iter().map(|(id, name)| Choice::new(id, name)))
        .collect();
    let dept = match wanted.dept {
        0 => String::new(),
        dept => dept.to_string(),
    };
    let depts = std::iter::once(any("全部部门"))
        .chain(
            by_dept
                .iter()
                .map(|(id, name)| Choice::new(id.to_string(), name.as_str())),
        )
        .collect();
    let all = [
        Filter::One(form::text("q", "标题、编号、正文、意见里的字").value(&wanted.words)),
        Filter::One(form::select("p", "事项", procedures).value(&wanted.procedure)),
        Filter::One(form::select("d", "部门", depts).value(dept)),
    ];
    filters(&shelf.at, &all, &[])
}

fn columns() -> [Column; 5] {
    [
        Column::new("编号").short().phone(Phone::Labelled),
        Column::new("标题").spine(),
        Column::new("事项").short().phone(Phone::Labelled),
        Column::new("部门").short().phone(Phone::Labelled),
        Column::new("登记").short().phone(Phone::Labelled),
    ]
}

fn lines(
    visit: &Visit,
    shelf: &Shelf,
    rows: &[Looked],
    procedures: &[(String, String)],
    depts: &HashMap<i64, String>,
) -> Vec<Row> {
    let line = |r: &Looked| {
        let procedure = procedures.iter().find(|(id, _)| *id == r.procedure);
        Row::new(vec![
            html! { span.nb { (r.number.as_deref().unwrap_or_default()) } },
            html! { a href=(format!("{}/case/{}", shelf.at, r.case)) { (r.title) } @if r.state == "void" { "（已作废）" } },
            html! { (procedure.map_or("", |(_, name)| name.as_str())) },
            html! { (depts.get(&r.dept).unwrap_or(&r.dept_name)) },
            html! { (r.starter) " " span.nb { (visit.zone().day(r.opened_at).long()) } },
        ])
    };
    rows.iter().map(line).collect()
}

fn leaves(shelf: &Shelf, w: &Wanted, leafing: Leafing, total: i64) -> Markup {
    let size = leafing.limit().max(1);
    let last = u64::try_from((total - 1).max(0) / size + 1).unwrap_or(1);
    let now = u64::from(leafing.number);
    let to = |n: u64| {
        format!(
            "{}?q={}&p={}&d={}&page={n}",
            shelf.at,
            encode(&w.words),
            encode(&w.procedure),
            w.dept
        )
    };
    pager(&Pager {
        said: format!("共 {total} 件"),
        sizes: Vec::new(),
        back: (now > 1).then(|| to(now - 1)),
        pages: page_leaves(now, last, to),
        next: (now < last).then(|| to(now + 1)),
    })
}

fn view(visit: &Visit, shelf: &Shelf) -> Result<CaseView> {
    let case: Id = visit.path("case")?;
    let at = format!("{}/case/{case}", shelf.at);
    let now = visit.state.store.clock().now();
    visit
        .state
        .engine
        .look(&shelf.volume.read()?, case, at, now)
}

/// A case.
pub(super) fn case(visit: &Visit, shelf: &Shelf) -> Result<Reply> {
    let told = told(visit, shelf);
    page::looked(visit, &Acting::nobody(), &view(visit, shelf)?, &told)
}

/// Its ledger.
pub(super) fn ledger(visit: &Visit, shelf: &Shelf) -> Result<Reply> {
    let view = view(visit, shelf)?;
    Ok(ledger_page::page_of(visit, &Acting::nobody(), &view))
}

/// One of its sheets.
pub(super) fn print(visit: &Visit, shelf: &Shelf) -> Result<Reply> {
    let sheet: String = visit.path("sheet")?;
    print_page::page_of(visit, &Acting::nobody(), &view(visit, shelf)?, &sheet)
}

fn found(visit: &Visit, shelf: &Shelf) -> Result<(CaseView, Attachment)> {
    let view = view(visit, shelf)?;
    let file = files::file_of(&view, visit.path("file")?)?;
    Ok((view, file))
}

/// A file, on a page.
pub(super) fn file(visit: &Visit, shelf: &Shelf) -> Result<Reply> {
    let (view, file) = found(visit, shelf)?;
    let blob = shelf.volume.blob(file.digest())?;
    files::page_of(visit, &view, &file, blob)
}

/// A file, to be kept.
pub(super) fn save(visit: &Visit, shelf: &Shelf) -> Result<Reply> {
    let (_, file) = found(visit, shelf)?;
    let blob = shelf.volume.blob(file.digest())?;
    Ok(Reply::File(FileReply::kept(file.name, blob)))
}

/// A file's bytes, inside the page.
pub(super) fn shown(visit: &Visit, shelf: &Shelf) -> Result<Reply> {
    let (_, file) = found(visit, shelf)?;
    let blob = shelf.volume.blob(file.digest())?;
    files::shown_of(file, blob)
}

/// A picture made small.
pub(super) fn small(visit: &Visit, shelf: &Shelf) -> Result<Reply> {
    let (_, file) = found(visit, shelf)?;
    files::small_of(shelf.volume.blob(file.digest())?)
}
