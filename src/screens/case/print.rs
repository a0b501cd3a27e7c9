//! Print sheets: the paper form on A4 with the procedure's own grid, opinions in their boxes, a QR code
//! that opens the case, and the readers' sheet with a row a person.

use super::OpenCase;
use super::page::{acting, readers, said};
use super::sheet::Said;
use crate::engine::definition::{Content, Field, Kind, Layout, Page as SheetPage, Sheet};
use crate::engine::printed;
use crate::engine::view::CaseView;
use crate::kit::{Error, Id, Millis, PersonId, Result, Zone, qr};
use crate::ui::frame::Page;
use crate::ui::paper::Opinion;
use crate::ui::print::{Height, Leaf, PrintBar, day, opinion_box, pair, print_page, row};
use crate::ui::qr::qr_svg;
use crate::ui::{Markup, html};
use crate::web::{Cx, Reply, Visit};

/// Rows of a readers' sheet, so that names can be added by hand.
const READER_ROWS: usize = 11;

/// Characters that fit beside a label in half a row.
const HALF_ROW: usize = 14;

/// GET `/case/{case}/print/{sheet}`.
pub fn show(cx: &mut Cx<OpenCase>) -> Result<Reply> {
    let (case, id): (Id, String) = (cx.path("case")?, cx.path("sheet")?);
    let acting = acting(cx)?;
    let view = cx
        .state
        .engine
        .open(&cx.state.store, &acting, (case, None))?;
    let sheet = view.procedure.sheets.iter().find(|s| s.id == id);
    let sheet = sheet.ok_or(Error::NotFound)?;
    let rows = match sheet.page {
        SheetPage::Readers => reader_rows(&view, cx.zone()),
        SheetPage::Ledger => ledger_rows(&view.ledger(&cx.state.engine, &acting)),
        SheetPage::Form => {
            let layout = sheet.layout.as_ref().unwrap_or(&view.procedure.layout);
            form_rows(&view, layout, cx.zone())
        }
    };
    let leaf = leaf(cx, &view, sheet, &rows)?;
    let bar = PrintBar {
        back: &format!("/case/{case}"),
        said: "一页，A4 纸，页边距已经排在纸里：打印时请选“无边距”或“默认”。",
    };
    Ok(Reply::Page(print_page(
        cx.site(),
        &Page::new(&sheet.title),
        &bar,
        &leaf,
    )))
}

fn leaf(visit: &Visit, view: &CaseView, sheet: &Sheet, rows: &Markup) -> Result<Markup> {
    let site = visit.site();
    let case = view.case.state.id;
    let address = format!("{}/case/{case}", site.address);
    let code = qr_svg(&qr::matrix(&address)?, "这一件的二维码");
    let line: Vec<String> = sheet
        .line
        .iter()
        .filter_map(|id| view.procedure.field(id))
        .map(|f| printed::value(f, &view.case.state.values))
        .collect();
    let printed_at = format!(
        "{}　{}打印",
        site.office_full,
        visit.zone().long_time(view.now())
    );
    let leaf = Leaf {
        org: if site.office_full.is_empty() {
            &site.office
        } else {
            &site.office_full
        },
        title: &sheet.title,
        line: (&line.join("　"), ""),
        tail: &[
            "纸上签好后请连同原件存好，扫右边的码可在平台打开这一件。",
            &printed_at,
        ],
        place: (1, 1),
    };
    Ok(leaf.show(rows, Some(&code)))
}

/// Opinions as the paper shows them: where a later step mends a box, its words stand for all before.
fn on_paper(view: &CaseView, zone: Zone) -> Vec<Said> {
    let mends = |at: Millis, person: PersonId, into: &str| {
        let act = view
            .case
            .acts
            .iter()
            .find(|a| a.at == at && a.by.person == person);
        let step = act.and_then(|a| view.procedure.step(&a.step));
        let rule = step.and_then(|s| s.opinion.as_ref());
        rule.is_some_and(|r| r.revises && r.into == into)
    };
    let opinions = &view.case.state.opinions;
    let first = |into: &str| {
        let mended = opinions
            .iter()
            .rposition(|o| o.into == into && mends(o.at, o.person, into));
        mended.unwrap_or(0)
    };
    said(view, zone)
        .into_iter()
        .enumerate()
        .filter(|(i, s)| *i >= first(&s.into))
        .map(|(_, s)| s)
        .collect()
}

fn form_rows(view: &CaseView, layout: &Layout, zone: Zone) -> Markup {
    let said = on_paper(view, zone);
    html! {
        @for cells in &layout.rows {
            @let tall = cells.0.iter().any(|c| c.tall);
            @let height = if tall { Height::Opinion } else { Height::Line };
            (row(height, &html! {
                @for cell in &cells.0 {
                    @match &cell.content {
                        Content::Readers => { (pair("传阅", &reader_names(view, zone), cell.span - 2)) }
                        Content::Field(id) => {
                            @if let Some(f) = view.procedure.field(id) { (field(view, f, cell.span, &said)) }
                        }
                    }
                }
            }))
        }
    }
}

/// The office's columns two to a row; what does not fit into half a row has one of its own.
fn ledger_rows(columns: &[(String, String)]) -> Markup {
    let long = |value: &str| value.chars().count() > HALF_ROW;
    let mut rows: Vec<Vec<&(String, String)>> = Vec::new();
    for column in columns {
        match rows.last_mut() {
            Some(row) if row.len() == 1 && !row.iter().any(|c| long(&c.1)) && !long(&column.1) => {
                row.push(column);
            }
            _ => rows.push(vec![column]),
        }
    }
    html! {
        @for all in &rows {
            @let span = if all.len() == 2 { 4 } else { 10 };
            (row(Height::Line, &html! { @for (label, value) in all { (pair(label, value, span)) } }))
        }
    }
}

fn field(view: &CaseView, field: &Field, span: u8, said: &[Said]) -> Markup {
    if field.kind == Kind::OpinionBox {
        let all: Vec<Opinion<'_>> = said
            .iter()
            .filter(|s| s.into == field.id)
            .map(Said::opinion)
            .collect();
        return opinion_box(&field.label, &all, span - 2);
    }
    let value = if !view.shows(field) {
        String::new()
    } else if field.kind == Kind::Files {
        let names = view.files.iter().filter(|f| f.field == field.id);
        names
            .map(|f| f.name.as_str())
            .collect::<Vec<_>>()
            .join("、")
    } else {
        printed::value(field, &view.case.state.values)
    };
    match field.kind {
        Kind::Date => day(&field.label, &value, span - 2),
        _ => pair(&field.label, &value, span - 2),
    }
}

fn reader_names(view: &CaseView, zone: Zone) -> String {
    let all = readers(view, zone).into_iter();
    all.map(|(who, how)| format!("{who}（{how}）"))
        .collect::<Vec<_>>()
        .join("、")
}

fn reader_rows(view: &CaseView, zone: Zone) -> Markup {
    let all = readers(view, zone);
    let empty = READER_ROWS.saturating_sub(all.len());
    let head = &view.case.head;
    html! {
        (row(Height::Line, &pair("标题", &head.title, 10)))
        (row(Height::Line, &html! {
            th { "序号" } th colspan="3" { "传阅人" } th colspan="4" { "阅毕时间" } th colspan="4" { "签名和意见" }
        }))
        @for (i, (who, how)) in all.iter().enumerate() {
            (row(Height::Sign, &html! {
                td { (i + 1) } td.kt colspan="3" { (who) } td colspan="4" { (how) } td.kt colspan="4" { (words(view, who)) }
            }))
        }
        @for i in 0..empty {
            (row(Height::Sign, &html! {
                td { (all.len() + i + 1) } td colspan="3" {} td colspan="4" {} td colspan="4" {}
            }))
        }
    }
}

/// What a reader wrote in the readers' box.
fn words(view: &CaseView, who: &str) -> String {
    let into = view
        .procedure
        .circulation
        .as_ref()
        .and_then(|c| c.into.as_ref());
    let all = view.case.state.opinions.iter().zip(&view.case.said);
    let mine = all.filter(|(o, by)| by.name == who && into.is_none_or(|i| *i == o.into));
    mine.map(|(o, _)| o.text.as_str())
        .collect::<Vec<_>>()
        .join("；")
}
