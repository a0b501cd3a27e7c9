//! 督办台账 taken out as Excel: the rows and the lights of the screen, days as real days. A deed, noted in the audit.
//! Not here: lights (`engine::supervision`). Invariant: what is taken out is what the page lists for the same person.

use super::ExportMatters;
use super::page::{Clock, chosen, matters};
use crate::engine::supervision::{Light, Matter};
use crate::kit::sheet_stream::{Head, SheetStream};
use crate::kit::{Cell, Result, ShelfNo, text};
use crate::web::{Cx, FileReply, Reply};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const HEADERS: [(&str, f64); 11] = [
    ("灯", 6.0),
    ("为什么", 18.0),
    ("编号", 20.0),
    ("督办事项", 40.0),
    ("目标和要求", 44.0),
    ("来源", 12.0),
    ("牵头部门", 16.0),
    ("配合部门", 20.0),
    ("时限", 12.0),
    ("最近进展", 50.0),
    ("现在到", 20.0),
];

/// POST `/supervision/excel`.
pub(super) fn excel(cx: &mut Cx<ExportMatters>) -> Result<Reply> {
    let all = matters(cx)?;
    let directory = cx.state.org.current();
    let clock = Clock {
        now: cx.at,
        zone: cx.zone(),
        calendar: directory.calendar(),
    };
    let some = chosen(cx, &all, &clock);
    let name = format!("督办台账{}", cx.zone().day(cx.at));
    let mut sheet = SheetStream::start(&Head {
        sheet_name: "督办台账".to_owned(),
        notes: Vec::new(),
        headers: HEADERS.iter().map(|(h, _)| (*h).to_owned()).collect(),
        widths: HEADERS.iter().map(|(_, w)| *w).collect(),
    });
    for m in &some {
        sheet.push(&row(m, &clock));
    }
    let rows = some.len();
    let words = format!("导出督办台账，{rows} 件");
    cx.write_on(ShelfNo::HUB, "supervise".to_owned(), move |w| {
        w.quiet("导出督办台账");
        w.note(words);
        Ok(())
    })?;
    let file = FileReply::made(format!("{name}.xlsx"), XLSX, sheet.finish());
    Ok(Reply::File(file.rows(rows)))
}

fn row(m: &Matter, clock: &Clock<'_>) -> Vec<Cell> {
    let light = clock.light(m);
    let told = m.progress.first();
    let told =
        told.map(|(at, who, words)| format!("{} {who}：{words}", clock.zone.day(*at).short()));
    let held = if light == Light::Out { "" } else { &m.held_by };
    vec![
        Cell::from(light.word()),
        Cell::of_text(&clock.why(m)),
        Cell::of_text(m.number.as_deref().unwrap_or_default()),
        Cell::of_text(&m.title),
        Cell::of_text(&text::one_line(&m.matter)),
        Cell::of_text(&m.source),
        Cell::of_text(&m.principal),
        Cell::of_text(&m.assisting),
        m.due_on.map_or(Cell::Empty, Cell::Day),
        Cell::of_text(&told.unwrap_or_default()),
        Cell::of_text(held),
    ]
}
