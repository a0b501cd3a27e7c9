//! The register on paper: every row asked for, laid across on A4, with the office's name above and the
//! totals below (`ui::book` deals the rows out). Looking, not taking out: what is printed is on screen.

use super::excel::each;
use super::page::{find, said};
use super::wish::wish;
use super::{SeeRegister, totals};
use crate::engine::definition::{ColumnKind, Medium};
use crate::engine::register::Look;
use crate::kit::{Error, Result};
use crate::ui::book::{Book, BookColumn};
use crate::ui::frame::Page;
use crate::ui::print::{PrintBar, print_page};
use crate::web::{Cx, Reply};

/// Rows printed at once at most: a year of a large office.
const MOST: u64 = 5_000;

/// GET `/register/{register}/print`.
pub(super) fn show(cx: &mut Cx<SeeRegister>) -> Result<Reply> {
    let table = find(cx)?;
    let wish = wish(cx, &table);
    if !wish.errors.is_empty() {
        return Err(Error::Invalid(wish.errors));
    }
    let want = wish.want(cx.who().scope.raw());
    let version = cx.state.store.lists_version();
    let index = cx.state.store.index()?;
    let sums = totals::of(&cx.state.totals, (version, &index), (&table, &wish, &want))?;
    drop(index);
    if sums.rows > MOST {
        let why = format!(
            "一共 {} 件，一次最多打印 {MOST} 件。请返回登记簿，按年份或日期分几次打印，或者导出 Excel",
            sums.rows
        );
        return Err(Error::invalid("", why));
    }
    let mut shown = wish.shown(&table, Some(Medium::Paper));
    let mut rows = Vec::new();
    each(
        (&cx.state.store, &cx.state.engine),
        (&table, &want),
        |row| {
            let cells = shown
                .iter()
                .map(|(i, c, look)| said(row, (*i, c, look), wish.year));
            rows.push(cells.collect::<Vec<String>>());
        },
    )?;
    if wish.columns.is_empty() {
        leave_out_empty(&mut shown, &mut rows);
    }
    let columns: Vec<BookColumn> = shown
        .iter()
        .map(|(_, c, look)| BookColumn {
            label: c.label.clone(),
            most: c.width,
            whole: **look == Look::Series,
            figure: c.kind == ColumnKind::Number,
        })
        .collect();
    let site = cx.site();
    let directory = cx.state.org.current();
    let names = [&site.office_full, &site.office];
    let org = names.into_iter().find(|n| !n.is_empty());
    let org = org.map_or_else(|| directory.organ_name(cx.who().organ), String::as_str);
    let title = format!("{}　{}", table.name, wish.year_said());
    let listed = if wish.is_narrow() {
        format!("按条件选出 {} 件", rows.len())
    } else {
        format!("共 {} 件", rows.len())
    };
    let printed = format!("{}打印", cx.zone().long_time(cx.at));
    let (leaves, n) = Book {
        org,
        title: &title,
        line: (&listed, &printed),
        columns: &columns,
        rows: &rows,
        total: &totals::said(&table, &sums),
    }
    .leaves();
    let bar = PrintBar {
        back: &format!("/register/{}?{}", table.id, wish.query()),
        said: &format!(
            "共 {n} 页，A4 纸横放，边距已经排在纸里：打印时方向选“横向”，边距选“无”或“默认”。"
        ),
    };
    let page = Page::new(&title);
    Ok(Reply::Page(print_page(site, &page, &bar, &leaves)))
}

/// A column nobody chose and no row has anything in takes room from those that have, as on screen.
fn leave_out_empty<T>(shown: &mut Vec<T>, rows: &mut [Vec<String>]) {
    for i in (0..shown.len()).rev() {
        let said = rows.iter().any(|r| r.get(i).is_some_and(|v| !v.is_empty()));
        if !said && !rows.is_empty() {
            shown.remove(i);
            rows.iter_mut().for_each(|r| drop(r.remove(i)));
        }
    }
}
