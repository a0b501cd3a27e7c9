//! The lines of a table field on a printed sheet: typed columns of a width that fits what is in them, sums below,
//! the head again on each leaf. Not here: where leaves break (`ui::leaves`).

use crate::engine::definition::Column;
use crate::engine::rows;
use crate::kit::text;
use crate::ui::leaves::{Block, Lines, PLAIN};
use crate::ui::{Markup, html};
use serde_json::Value;

/// A table field: its columns under its label, a row a line, the sums at its end; its head stands again on each
/// leaf. More than twelve columns go on below.
pub fn table_rows(label: &str, columns: &[Column], kept: &[Value], all: &mut Vec<Block>) {
    let value = Value::Array(kept.to_vec());
    let cells = |c: &Column| {
        let said = kept.iter().map(|r| rows::printed(c, r.get(&c.id)));
        said.collect::<Vec<String>>()
    };
    let each: Vec<Vec<String>> = columns.iter().map(cells).collect();
    let sums = rows::sums(columns, &value).unwrap_or_default();
    for (band, first) in columns.chunks(BAND).zip((0..).step_by(BAND)) {
        let mine = |all: &[String]| all.get(first..).unwrap_or_default().to_vec();
        let own: Vec<&Vec<String>> = each.iter().skip(first).take(band.len()).collect();
        let spans = spans(band, &own);
        let titles: Vec<String> = band.iter().map(|c| c.label.clone()).collect();
        let head = line_of((band, &spans), &titles, Line::Head);
        let title = if first == 0 {
            label.to_owned()
        } else {
            format!("{label}（续栏）")
        };
        let over = |title: &str| html! { tr { th colspan="12" scope="colgroup" { (title) } } };
        let mut lines: Vec<(f32, Markup)> = (0..kept.len())
            .map(|n| {
                let row: Vec<String> = own
                    .iter()
                    .map(|c| c.get(n).cloned().unwrap_or_default())
                    .collect();
                line_of((band, &spans), &row, Line::Row)
            })
            .collect();
        let below: Vec<String> = mine(&sums).into_iter().take(band.len()).collect();
        if below.iter().any(|s| !s.is_empty()) {
            let mut below = below;
            if let Some(first) = below.first_mut().filter(|f| f.is_empty()) {
                "合计".clone_into(first);
            }
            lines.push(line_of((band, &spans), &below, Line::Sum));
        }
        all.push(Block::Rows(Lines {
            head: html! { (over(&title)) (head.1) },
            head_on: html! { (over(&format!("{title}（续）"))) (head.1) },
            head_mm: OVER_MM + head.0,
            lines,
        }));
    }
}

/// Columns of a table that stand beside each other on a sheet.
const BAND: usize = 12;
/// The line over a table.
const OVER_MM: f32 = 9.0;

/// Twelve columns shared out: one each, and what is left to whoever would need most lines.
fn spans(columns: &[Column], cells: &[&Vec<String>]) -> Vec<u8> {
    let need = |(c, cells): (&Column, &&Vec<String>)| {
        let words = cells.iter().map(|s| text::width(s)).max().unwrap_or(0);
        // a figure is never broken over two lines
        let weight = if rows::is_figure(c) { 2 } else { 1 };
        (words * weight).max(text::width(&c.label)).clamp(2, 80)
    };
    let needs: Vec<usize> = columns.iter().zip(cells).map(need).collect();
    let mut spans = vec![1_u8; columns.len()];
    for _ in columns.len()..BAND {
        let tight = |i: &usize| {
            let need = needs.get(*i).copied().unwrap_or(0);
            need * 60 / usize::from(spans.get(*i).copied().unwrap_or(1))
        };
        // the first of those that are as tight
        let most = (0..spans.len()).rev().max_by_key(tight);
        if let Some(span) = most.and_then(|i| spans.get_mut(i)) {
            *span += 1;
        }
    }
    spans
}

/// What a line of a table is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Line {
    Head,
    Row,
    Sum,
}

fn line_of((columns, spans): (&[Column], &[u8]), values: &[String], line: Line) -> (f32, Markup) {
    let high = values
        .iter()
        .zip(spans)
        .map(|(v, s)| crate::ui::leaves::lines(v, *s, PLAIN))
        .fold(1.0, f32::max);
    let cells = html! {
        @for ((v, s), c) in values.iter().zip(spans).zip(columns) {
            @if line == Line::Head { th colspan=(s) { (v) } }
            @else { td.num[rows::is_figure(c)] colspan=(s) { @if line == Line::Sum { b { (v) } } @else { (v) } } }
        }
    };
    (high * 5.95 + 2.8, html! { tr { (cells) } })
}
