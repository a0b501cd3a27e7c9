//! The register taken out as Excel or CSV: the columns and order of the screen, every row asked for,
//! real days and numbers. A deed, noted in the audit with how many rows and which conditions.
//! Invariant: at most [`CHUNK`] rows are in memory beside the packed file.

use super::ExportRegister;
use super::page::{find, said};
use super::wish::{Wish, wish};
use crate::engine::definition::{ColumnKind, RegisterColumn};
use crate::engine::register::{Look, Table};
use crate::engine::register_sql::Want;
use crate::engine::register_store::{Registered, list_keys, list_rows};
use crate::engine::run::Engine;
use crate::kit::sheet_stream::{Head, SheetStream};
use crate::kit::{Cell, Day, Error, Result, ShelfNo, csv, text};
use crate::store::Store;
use crate::web::{Cx, FileReply, Reply};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Rows read at once.
const CHUNK: usize = 500;
/// Rows of one file at most: Excel itself ends at a million.
const MOST: i64 = 200_000;

/// POST `/register/{register}/excel`.
pub(super) fn excel(cx: &mut Cx<ExportRegister>) -> Result<Reply> {
    let (table, wish) = asked(cx)?;
    let shown = wish.shown(&table, None);
    let mut sheet = SheetStream::start(&Head {
        sheet_name: table.name.clone(),
        notes: Vec::new(),
        headers: shown.iter().map(|(_, c, _)| c.label.clone()).collect(),
        widths: shown.iter().map(|(_, c, _)| width(c)).collect(),
    });
    let money = shown.iter().map(|(_, _, look)| **look == Look::Money);
    sheet.with_two_decimals(money.collect());
    let want = wish.want(cx.who().scope.raw());
    let rows = each(
        (&cx.state.store, &cx.state.engine),
        (&table, &want),
        |row| {
            sheet.push(&cells(row, &shown));
        },
    )?;
    note(cx, (&table, &wish), rows)?;
    let name = file_name(&table, &wish, "xlsx");
    Ok(Reply::File(
        FileReply::made(name, XLSX, sheet.finish()).rows(rows),
    ))
}

/// POST `/register/{register}/csv`.
pub(super) fn comma(cx: &mut Cx<ExportRegister>) -> Result<Reply> {
    let (table, wish) = asked(cx)?;
    let shown = wish.shown(&table, None);
    let headers: Vec<String> = shown.iter().map(|(_, c, _)| c.label.clone()).collect();
    let mut out = csv::head(&headers);
    let want = wish.want(cx.who().scope.raw());
    let rows = each(
        (&cx.state.store, &cx.state.engine),
        (&table, &want),
        |row| {
            csv::line(&mut out, &cells(row, &shown));
        },
    )?;
    note(cx, (&table, &wish), rows)?;
    let name = file_name(&table, &wish, "csv");
    let kind = "text/csv; charset=utf-8";
    let file = FileReply::made(name, kind, out.into_bytes());
    Ok(Reply::File(file.rows(rows)))
}

fn asked(cx: &Cx<ExportRegister>) -> Result<(Table, Wish)> {
    let table = find(cx)?;
    let wish = wish(cx, &table);
    if wish.errors.is_empty() {
        Ok((table, wish))
    } else {
        Err(Error::Invalid(wish.errors))
    }
}

/// Every row asked for, in order. The order is taken once; the rows follow in small readings, so that
/// nobody waits for a long one and little stands in memory.
pub(super) fn each(
    (store, engine): (&Store, &Engine),
    (table, want): (&Table, &Want),
    mut f: impl FnMut(&Registered),
) -> Result<usize> {
    let keys = list_keys(&store.index()?, table, (want, MOST, 0))?;
    let mut rows = 0;
    for some in keys.chunks(CHUNK) {
        let mut read = list_rows(&store.index()?, table, (&want.who, some))?;
        engine.unveil_registered(store, (table, &want.who), &mut read)?;
        rows += read.len();
        read.iter().for_each(&mut f);
    }
    Ok(rows)
}

fn note(cx: &Cx<ExportRegister>, (table, wish): (&Table, &Wish), rows: usize) -> Result<()> {
    let words = format!(
        "导出{} {}，{rows} 件，条件 {}",
        table.name,
        wish.year_said(),
        wish.query()
    );
    cx.write_on(ShelfNo::HUB, format!("register/{}", table.id), move |w| {
        w.quiet("导出登记簿");
        w.note(words);
        Ok(())
    })?;
    Ok(())
}

fn file_name(table: &Table, wish: &Wish, extension: &str) -> String {
    format!("{}{}.{extension}", table.name, wish.year_said())
}

/// Definitions say widths in characters of Chinese.
fn width(column: &RegisterColumn) -> f64 {
    let said = text::width(&column.label).max(2 * usize::from(column.width));
    f64::from(u32::try_from(said.clamp(6, 60)).unwrap_or(60)) + 2.0
}

fn cells(row: &Registered, shown: &[(usize, &RegisterColumn, &Look)]) -> Vec<Cell> {
    let one = |(i, c, look): &(usize, &RegisterColumn, &Look)| {
        let value = row.columns.get(*i).map_or("", String::as_str);
        match c.kind {
            ColumnKind::Date => value.parse::<Day>().map_or(Cell::Empty, Cell::Day),
            ColumnKind::Number => match (value.parse::<i64>(), value.parse::<f64>()) {
                (Ok(n), _) => Cell::from(n),
                (_, Ok(n)) => Cell::Number(n),
                _ => Cell::of_text(value),
            },
            ColumnKind::Text => Cell::of_text(&said(row, (*i, c, look), 0)),
        }
    };
    shown.iter().map(one).collect()
}
