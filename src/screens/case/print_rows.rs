//! What stands in the rows of a printed sheet: the grid with values and opinions, a row a reader, the columns
//! of 台账, the lines of a table field. Not here: leaves, codes, requests.

use super::page::{readers, said_at};
use super::print_table::table_rows;
use super::sheet::Said;
use super::written;
use crate::engine::by_hand;
use crate::engine::case::{Opinion, Purpose, Task};
use crate::engine::definition::{Cell, Column, Content, Field, Kind, Layout, MoveId, Page, Sheet};
use crate::engine::printed;
use crate::engine::reading::{Reader, Reads};
use crate::engine::run::Acting;
use crate::engine::view::CaseView;
use crate::kit::{Millis, PersonId, Principal, Zone};
use crate::ui::hand::Ink;
use crate::ui::leaves::{
    Block, HAND, LEAF_MM, PLAIN, Para, Running, SMALL, STACK_MM, TIGHT, height, narrow_mm, pairs_mm,
};
use crate::ui::print::{self, Height, day, pair, row};
use crate::ui::{Markup, html};
use crate::web::Visit;
use serde_json::Value;

/// Rows of a readers' sheet, so that names can be added by hand.
const READER_ROWS: usize = 11;
/// Characters that fit beside a label in half a row.
const HALF_ROW: usize = 14;
/// A reader's row, and the head over all of them.
const SIGN_MM: f32 = 14.2;
const HEAD_MM: f32 = 11.7;
/// An opinion box: as high as it should be for a pen, and where the form is long.
const ROOMY: (f32, &str) = (37.2, "h3");
const CLOSE: (f32, &str) = (24.2, "h4");
const SNUG: (f32, &str) = (14.2, "h2");

/// A sheet's rows: on the first leaf only, at the top of each leaf, and what follows.
pub struct Rows {
    pub first: Vec<Block>,
    pub repeat: Markup,
    pub repeat_mm: f32,
    pub rest: Vec<Block>,
}

/// The rows of a sheet.
pub fn of(visit: &Visit, acting: &Acting, view: &CaseView, sheet: &Sheet) -> Rows {
    let zone = visit.zone();
    let plain = |first| Rows {
        first,
        repeat: html! {},
        repeat_mm: 0.0,
        rest: Vec::new(),
    };
    match sheet.page {
        Page::Form => {
            let layout = sheet.layout.as_ref().unwrap_or(&view.procedure.layout);
            plain(form_rows(view, layout, zone))
        }
        Page::Ledger => plain(ledger_rows(&view.ledger(&visit.state.engine, acting))),
        Page::Readers => {
            let layout = sheet.layout.as_ref();
            let first = layout.map_or_else(|| title_row(view), |l| form_rows(view, l, zone));
            let room = LEAF_MM - height(&first) - HEAD_MM;
            Rows {
                repeat: row(
                    Height::Line,
                    &html! {
                        th { "序号" } th colspan="2" { "传阅人" } th colspan="3" { "职务或部门" }
                        th colspan="2" { "阅毕时间" } th colspan="4" { "签名和意见" }
                    },
                ),
                repeat_mm: HEAD_MM,
                rest: reader_rows(view, acting, zone, room),
                first,
            }
        }
    }
}

fn title_row(view: &CaseView) -> Vec<Block> {
    let title = view.case.head.title.as_str();
    let mm = pairs_mm(&[("标题", title, 10)]);
    vec![Block::Whole(
        mm,
        row(Height::Line, &pair("标题", title, 10)),
    )]
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
        // who signs beside says his own word and mends nobody's
        let beside = act.is_some_and(|a| a.mv == MoveId::Sign);
        !beside && rule.is_some_and(|r| r.revises && r.into == into)
    };
    let opinions = &view.case.state.opinions;
    let first = |into: &str| {
        let mended = opinions
            .iter()
            .rposition(|o| o.into == into && mends(o.at, o.person, into));
        mended.unwrap_or(0)
    };
    said_at(view, zone)
        .into_iter()
        .filter(|(i, s)| *i >= first(&s.into))
        .map(|(_, s)| s)
        .collect()
}

/// The grid. Opinion boxes are roomy where all of it stands on one leaf, and closer where it does not.
fn form_rows(view: &CaseView, layout: &Layout, zone: Zone) -> Vec<Block> {
    let said = on_paper(view, zone);
    let readers = reader_names(view, zone);
    let grid = Grid {
        view,
        said: &said,
        readers: &readers,
    };
    let tries = [ROOMY, CLOSE, SNUG].map(|room| grid.rows(layout, room));
    let fits = tries.iter().position(|rows| height(rows) <= LEAF_MM);
    // what goes on to a second leaf need not be crowded
    tries.into_iter().nth(fits.unwrap_or(1)).unwrap_or_default()
}

struct Grid<'a> {
    view: &'a CaseView,
    said: &'a [Said],
    readers: &'a str,
}

impl Grid<'_> {
    fn rows(&self, layout: &Layout, tall: (f32, &'static str)) -> Vec<Block> {
        let mut all = Vec::new();
        for cells in &layout.rows {
            self.row(&cells.0, tall, &mut all);
        }
        all
    }

    fn row(&self, cells: &[Cell], tall: (f32, &'static str), all: &mut Vec<Block>) {
        if let [only] = cells {
            return self.alone(only, tall, all);
        }
        let boxes: Vec<(&Cell, String, String)> = cells
            .iter()
            .map(|c| (c, self.label(c), self.text(c)))
            .collect();
        let shown: Vec<(&str, &str, u8)> = boxes
            .iter()
            .map(|(c, l, v)| (l.as_str(), v.as_str(), c.span.saturating_sub(2)))
            .collect();
        let any_tall = cells.iter().any(|c| c.tall);
        let least = if any_tall { tall } else { (HEAD_MM, "h1") };
        let mm = pairs_mm(&shown).max(least.0);
        let table = cells.iter().any(|c| self.table(c).is_some());
        // two columns are the label's: beside it there would be no room at all
        let narrow = cells.iter().any(|c| c.span < 3);
        // handwriting wants the whole row
        let drawn = cells.iter().any(|c| self.is_drawn(c));
        if mm > STACK_MM || table || narrow || drawn {
            // boxes beside each other cannot go on on the next leaf: each gets a row of its own
            for cell in cells {
                self.alone(cell, tall, all);
            }
            return;
        }
        let rows = html! {
            tr class=(least.1) {
                @for (cell, label, value) in &boxes {
                    @let span = cell.span.saturating_sub(2);
                    @if self.is_day(cell) { (day(label, value, span)) } @else { (pair(label, value, span)) }
                }
            }
        };
        all.push(Block::Whole(mm, rows));
    }

    /// A box over the whole row.
    fn alone(&self, cell: &Cell, tall: (f32, &'static str), all: &mut Vec<Block>) {
        let label = self.label(cell);
        if let Some((columns, rows)) = self.table(cell) {
            return table_rows(&label, columns, &rows, all);
        }
        let written = self.is_opinion(cell);
        let least = if cell.tall || written {
            tall
        } else {
            (HEAD_MM, "h1")
        };
        let shown = self.field(cell).is_none_or(|f| self.view.shows(f));
        let paras = if written && !shown {
            Vec::new()
        } else if written {
            let mine = self.said.iter().filter(|s| match &cell.content {
                Content::Field(id) => s.into == *id,
                Content::Readers => false,
            });
            mine.flat_map(paras_of).collect()
        } else {
            plain_paras(&self.text(cell))
        };
        all.push(Block::Running(Running {
            before: label_box(&label),
            before_on: label_box(&format!("{label}（续）")),
            span: 10,
            class: if written { "op" } else { "" },
            paras,
            least,
        }));
    }

    fn field(&self, cell: &Cell) -> Option<&Field> {
        match &cell.content {
            Content::Field(id) => self.view.procedure.field(id),
            Content::Readers => None,
        }
    }

    fn label(&self, cell: &Cell) -> String {
        match &cell.content {
            Content::Readers => "传阅".to_owned(),
            Content::Field(_) => self
                .field(cell)
                .map_or_else(String::new, |f| f.label.clone()),
        }
    }

    /// What is one word of figures and must not be torn: a day, a time, a telephone number.
    fn is_day(&self, cell: &Cell) -> bool {
        let whole = [Kind::Date, Kind::Time, Kind::Phone];
        self.field(cell).is_some_and(|f| whole.contains(&f.kind))
    }

    fn is_opinion(&self, cell: &Cell) -> bool {
        self.field(cell).is_some_and(|f| f.kind == Kind::OpinionBox)
    }

    /// Whether somebody wrote in it by hand.
    fn is_drawn(&self, cell: &Cell) -> bool {
        let field = self.field(cell).filter(|f| self.view.shows(f));
        let here = |s: &Said| s.hand.is_some() && field.is_some_and(|f| f.id == s.into);
        self.said.iter().any(here)
    }

    /// Columns and rows of a table field this person sees.
    fn table(&self, cell: &Cell) -> Option<(&[Column], Vec<Value>)> {
        let field = self.field(cell).filter(|f| self.view.shows(f))?;
        let Kind::Table { columns } = &field.kind else {
            return None;
        };
        let rows = match self.view.case.state.values.get(&field.id) {
            Some(Value::Array(rows)) => rows.clone(),
            _ => Vec::new(),
        };
        Some((columns, rows))
    }

    /// Money with its unit and its capitals, as a receipt says it.
    fn printed(&self, field: &Field) -> String {
        let view = self.view;
        let said = view.printed(field);
        let unit = if field.kind == Kind::Money && !said.is_empty() {
            " 元"
        } else {
            ""
        };
        match printed::capitals(&view.procedure, field, &view.case.state.values) {
            Some(capitals) => format!("{said}{unit}　{capitals}"),
            None => said,
        }
    }

    fn text(&self, cell: &Cell) -> String {
        let Some(field) = self.field(cell) else {
            return match &cell.content {
                Content::Readers => self.readers.to_owned(),
                Content::Field(_) => String::new(),
            };
        };
        if !self.view.shows(field) {
            return String::new();
        }
        match field.kind {
            Kind::Files => {
                let names = self.view.files.iter().filter(|f| f.field == field.id);
                names
                    .map(|f| f.name.as_str())
                    .collect::<Vec<_>>()
                    .join("、")
            }
            Kind::OpinionBox => {
                let mine = self.said.iter().filter(|s| s.into == field.id);
                mine.map(|s| format!("{}（{}　{}）", s.words, s.who, s.when))
                    .collect::<Vec<_>>()
                    .join("；")
            }
            _ => self.printed(field),
        }
    }
}

fn label_box(label: &str) -> Markup {
    print::label(label)
}

fn para(text: impl Into<String>, face: crate::ui::leaves::Face) -> Para {
    Para {
        text: text.into(),
        face,
        class: None,
        ink: None,
    }
}

fn plain_paras(text: &str) -> Vec<Para> {
    text.lines().map(|l| para(l, PLAIN)).collect()
}

/// The words, what is noted of them, the signature.
fn paras_of(s: &Said) -> Vec<Para> {
    let words = s.words.lines().map(|l| Para {
        class: s.ink,
        ..para(l, HAND)
    });
    let notes = s.notes.iter().map(|n| Para {
        class: Some("aside"),
        ..para(n.as_str(), SMALL)
    });
    let signed = Para {
        class: Some("sig"),
        ..para(format!("{}　{}", s.who, s.when), HAND)
    };
    let drawn = s.hand.iter().map(|ink| Para {
        class: s.ink,
        ink: Some(ink.clone()),
        ..para("", HAND)
    });
    // the hand signs its own words; what others note stands under it
    words.chain(drawn).chain([signed]).chain(notes).collect()
}

/// The office's columns two to a row; what does not fit into half a row has one of its own.
fn ledger_rows(columns: &[(String, String)]) -> Vec<Block> {
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
    rows.into_iter()
        .map(|row| match row.as_slice() {
            [(label, value)] => Block::Running(Running {
                before: label_box(label),
                before_on: label_box(&format!("{label}（续）")),
                span: 10,
                class: "",
                paras: plain_paras(value),
                least: (narrow_mm(&[(label, "", 10)]), "h0"),
            }),
            all => two_columns(all),
        })
        .collect()
}

fn two_columns(all: &[&(String, String)]) -> Block {
    let shown: Vec<(&str, &str, u8)> = all
        .iter()
        .map(|(l, v)| (l.as_str(), v.as_str(), 4))
        .collect();
    let cells = html! { @for (label, value) in all { (pair(label, value, 4)) } };
    Block::Whole(narrow_mm(&shown), html! { tr.h0 { (cells) } })
}

fn reader_names(view: &CaseView, zone: Zone) -> String {
    let all = readers(view, zone).into_iter();
    all.map(|(who, how)| format!("{who}（{how}）"))
        .collect::<Vec<_>>()
        .join("、")
}

/// A row a reader, and rows for a pen as far as they fill the first leaf's `room`.
fn reader_rows(view: &CaseView, acting: &Acting, zone: Zone, room: f32) -> Vec<Block> {
    let all = view.readers();
    let mut rows: Vec<Block> = all
        .iter()
        .enumerate()
        .map(|(i, r)| reader_row(view, acting, zone, (i + 1, r)))
        .collect();
    let mut used = height(&rows);
    for i in 0..READER_ROWS.saturating_sub(all.len()) {
        used += SIGN_MM;
        if used > room {
            break;
        }
        let cells = html! {
            td { (all.len() + i + 1) } td colspan="2" {} td colspan="3" {} td colspan="2" {} td colspan="4" {}
        };
        rows.push(Block::Whole(SIGN_MM, row(Height::Sign, &cells)));
    }
    rows
}

fn reader_row(
    view: &CaseView,
    acting: &Acting,
    zone: Zone,
    (n, reader): (usize, &Reader<'_>),
) -> Block {
    let (task, who) = (reader.task, reader.name);
    // on paper what is empty waits for a pen
    let when = match reader.reads {
        Reads::Read => {
            let on_screen = || task.done_at.map(|at| zone.short_time(at, view.now()));
            written::read_on(view, task).or_else(on_screen)
        }
        Reads::Unread => Some("未阅".to_owned()),
        Reads::Asked => None,
    };
    let boxes = |name: &str| {
        html! {
            td { (n) } td.kt colspan="2" { (name) } td colspan="3" { (place(acting, task.holder)) }
            td colspan="2" { (when.as_deref().unwrap_or_default()) }
        }
    };
    Block::Running(Running {
        before: boxes(who),
        before_on: boxes(&format!("{who}（续）")),
        span: 4,
        class: "kt",
        paras: words(view, task, zone),
        least: (SIGN_MM, "h2"),
    })
}

/// Post or department of a reader, as read on the door today.
fn place(acting: &Acting, holder: Principal) -> String {
    let directory = &acting.directory;
    let post = match holder {
        Principal::Person(p) => directory.main_post(p),
        Principal::Post(post) => directory.post(post),
        _ => None,
    };
    post.map_or_else(String::new, |p| {
        let dept = match directory.dept_short(p.department) {
            "" => directory.dept_name(p.department),
            short => short,
        };
        format!("{dept} {}", p.name)
    })
}

/// A reader's words, and what he wrote by hand.
fn reader_paras(o: &Opinion) -> Vec<Para> {
    let drawn = by_hand::strokes(&o.hand).ok().filter(|all| !all.is_empty());
    let only = drawn.is_some() && o.text == by_hand::SAID;
    let words = o.text.lines().filter(|_| !only).map(|l| para(l, TIGHT));
    let drawn = drawn.map(|all| Para {
        ink: Some(Ink(all)),
        ..para("", TIGHT)
    });
    words.chain(drawn).collect()
}

/// What a reader wrote when he had read: the words of the same hand at the same instant.
fn words(view: &CaseView, task: &Task, zone: Zone) -> Vec<Para> {
    let reads = matches!(task.purpose, Purpose::Read | Purpose::Do);
    let (Some(at), Some(person), true) = (task.done_at, task.person, reads) else {
        return Vec::new();
    };
    let entry = view.paper_of(task);
    let at = entry.map_or(at, |p| p.at);
    let all = view.case.state.opinions.iter();
    let mine = all.filter(|o| o.at == at && o.person == person);
    let mut paras: Vec<Para> = mine.flat_map(reader_paras).collect();
    if let Some(entry) = entry {
        let notes = written::notes(view, entry, zone).into_iter();
        paras.extend(notes.map(|n| Para {
            class: Some("aside"),
            ..para(n, SMALL)
        }));
    }
    paras
}
