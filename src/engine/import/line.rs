//! One line of an old register: which procedure, which year, which values, what is kept beside them.
//! Not here: what other lines and other cases say (`check`).
//! Invariant: every word of a line is in a value or in `extra`; people are never made of names.

use super::cells::{self, OldNumber, is_nothing};
use super::columns::{Head, Kindred, Target};
use crate::engine::case::Values;
use crate::engine::definition::{Field, Kind};
use crate::engine::values::{id_number, money, time};
use crate::kit::{Cell, Day, Digest, text};
use serde_json::{Value, json};
use std::collections::HashMap;

/// The oldest book there is.
const OLDEST: i16 = 1990;

/// What lines are read against.
pub struct Ground<'a> {
    /// Procedures of the register.
    pub kindred: &'a [Kindred],
    /// The sheet's head.
    pub head: &'a Head,
    /// Where each column goes.
    pub targets: &'a [Target],
    /// The procedure of a line that does not say.
    pub usual: usize,
    pub today: Day,
    /// Departments by name and short name.
    pub departments: HashMap<String, i64>,
}

/// A line that can become a case.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its row in the sheet, from 1.
    pub line: usize,
    /// Which of the procedures.
    pub kin: usize,
    /// Of which year.
    pub year: i16,
    /// Its day; none where only its number says the year.
    pub on: Option<Day>,
    pub closed: Option<Day>,
    /// Whether it says that it was archived, and perhaps when.
    pub archived: Option<Option<Day>>,
    pub number: Option<OldNumber>,
    pub title: String,
    pub values: Values,
    /// What has no field, under the head of its column.
    pub extra: Vec<(String, String)>,
    /// The same for the same words, whatever goes where.
    pub digest: [u8; 32],
}

/// A line that cannot become a case.
#[derive(Debug, Clone, Default)]
pub struct Wrong {
    /// What can be read of its year; 0 where nothing can.
    pub year: i16,
    pub title: String,
    pub errors: Vec<String>,
}

impl Line {
    /// Of its running number, for the number belongs to a year; else of its day.
    fn said_year(&self) -> Option<i16> {
        let named = self.number.as_ref().and_then(|n| n.year);
        named.or_else(|| self.on.map(Day::year))
    }
}

struct Reading<'a, 'g> {
    ground: &'g Ground<'a>,
    kin: &'g Kindred,
    line: Line,
    wrong: Vec<String>,
}

/// Reads row `row` (from 0). The error is all that is wrong with it.
pub fn read(ground: &Ground<'_>, row: usize, cells: &[Cell]) -> Result<Line, Wrong> {
    let said_kind =
        of_target(ground, cells, &Target::Procedure).map_or_else(String::new, Cell::text);
    let (kin, kind_wrong) = kind(ground, &said_kind);
    let title_of = |k: &Kindred| {
        let target = Target::Field(k.procedure.title.clone());
        of_target(ground, cells, &target).map_or_else(String::new, |c| text::one_line(&c.text()))
    };
    let Some(found) = ground.kindred.get(kin) else {
        return Err(Wrong {
            errors: vec!["这本登记簿不能导入".to_owned()],
            ..Wrong::default()
        });
    };
    let title = title_of(found);
    let mut reading = Reading {
        ground,
        kin: found,
        line: Line {
            line: row + 1,
            kin,
            year: 0,
            on: None,
            closed: None,
            archived: None,
            number: None,
            title: title.clone(),
            values: Values::new(),
            extra: Vec::new(),
            digest: digest(ground.head, cells),
        },
        wrong: kind_wrong.into_iter().collect(),
    };
    reading.all(cells);
    if reading.wrong.is_empty() {
        Ok(reading.line)
    } else {
        Err(Wrong {
            year: reading.line.said_year().unwrap_or(0),
            title,
            errors: reading.wrong,
        })
    }
}

fn of_target<'c>(ground: &Ground<'_>, cells: &'c [Cell], target: &Target) -> Option<&'c Cell> {
    let column = ground.targets.iter().position(|t| t == target)?;
    cells.get(column)
}

/// Which procedure a line says it is of.
fn kind(ground: &Ground<'_>, said: &str) -> (usize, Option<String>) {
    if is_nothing(said) {
        return (ground.usual, None);
    }
    let fits = |k: &Kindred| k.procedure.name == said || k.import.kind.iter().any(|w| w == said);
    match ground.kindred.iter().position(fits) {
        Some(kin) => (kin, None),
        None => {
            let words: Vec<&str> = ground
                .kindred
                .iter()
                .filter_map(|k| k.import.kind.first())
                .map(String::as_str)
                .collect();
            let why = format!(
                "不认识事项“{}”，可以写：{}",
                text::clip(said, 20),
                words.join("、")
            );
            (ground.usual, Some(why))
        }
    }
}

/// Over every word with the head above it: the same line of the same book is the same, whether it came as
/// CSV or as a workbook.
fn digest(head: &Head, cells: &[Cell]) -> [u8; 32] {
    let mut parts: Vec<String> = Vec::with_capacity(cells.len() * 2);
    for (i, cell) in cells.iter().enumerate().filter(|(_, c)| !c.is_empty()) {
        parts.push(head.labels.get(i).cloned().unwrap_or_default());
        parts.push(text::one_line(&cell.text()));
    }
    let parts: Vec<&[u8]> = parts.iter().map(String::as_bytes).collect();
    Digest::of_parts(&parts).0
}

impl Reading<'_, '_> {
    fn all(&mut self, cells: &[Cell]) {
        for (i, cell) in cells.iter().enumerate() {
            let said = cell.text();
            if is_nothing(&said) {
                continue;
            }
            match self.ground.targets.get(i).unwrap_or(&Target::Keep) {
                Target::Procedure => {}
                Target::Keep => self.keep(i, &said),
                Target::Closed => self.line.closed = self.day(cell),
                Target::Archived => self.line.archived = Some(self.day(cell)),
                Target::Field(id) => self.field(i, id, cell),
            }
        }
        self.title();
        self.when();
    }

    fn keep(&mut self, column: usize, said: &str) {
        let label = self.ground.head.labels.get(column).map_or("", |l| l.trim());
        let label = if label.is_empty() {
            format!("第 {} 栏", column + 1)
        } else {
            label.to_owned()
        };
        self.line.extra.push((label, said.to_owned()));
    }

    fn day(&mut self, cell: &Cell) -> Option<Day> {
        match cells::past_day(cell, self.ground.today) {
            Ok(day) => Some(day),
            Err(why) => {
                self.wrong.push(why);
                None
            }
        }
    }

    fn field(&mut self, column: usize, id: &str, cell: &Cell) {
        let said = cell.text();
        let procedure = self.kin.procedure.clone();
        let import = self.kin.import.clone();
        let Some(field) = procedure.field(id) else {
            return self.keep(column, &said);
        };
        if import.secrecy.as_deref() == Some(id)
            && let Some(word) = import.refuse.iter().find(|w| said.contains(w.as_str()))
        {
            self.wrong.push(format!(
                "{}写的是“{word}”：本平台不涉密，这一行请从表里删去，留在保密登记簿上",
                field.label
            ));
            return;
        }
        if procedure.series.as_ref().is_some_and(|s| s.field == id) {
            match cells::number(cell) {
                Ok(number) => self.line.number = number,
                Err(why) => self.wrong.push(why),
            }
            return;
        }
        if field.kind == Kind::Date {
            let Some(day) = self.date(field, cell) else {
                return;
            };
            if import.on == id {
                self.line.on = Some(day);
            }
            self.line
                .values
                .insert(id.to_owned(), json!(day.to_string()));
            return;
        }
        match value(field, &said, (&self.ground.departments, self.ground.today)) {
            Some(value) => {
                if import.archived.as_deref() == Some(id) {
                    self.line.archived.get_or_insert(None);
                }
                self.line.values.insert(id.to_owned(), value);
            }
            None if procedure.title == id => {}
            None => self.keep(column, &said),
        }
    }

    /// A time limit may lie ahead; the day the case is dated by may not.
    fn date(&mut self, field: &Field, cell: &Cell) -> Option<Day> {
        let read = if self.kin.import.on == field.id {
            cells::past_day
        } else {
            cells::day
        };
        match read(cell, self.ground.today) {
            Ok(day) => Some(day),
            Err(why) => {
                self.wrong.push(format!("{}：{why}", field.label));
                None
            }
        }
    }

    fn title(&mut self) {
        let id = &self.kin.procedure.title;
        let label = self.kin.procedure.field(id).map_or("标题", |f| &f.label);
        if self.line.title.is_empty() || is_nothing(&self.line.title) {
            self.wrong.push(format!("没有{label}，请填上"));
        } else if !self.line.values.contains_key(id) {
            let n = self.line.title.chars().count();
            self.wrong
                .push(format!("{label}有 {n} 个字，太长了，请缩短或者移到别的栏"));
        }
    }

    /// The year: of the running number, for the number belongs to it; else of the date.
    fn when(&mut self) {
        if !self.wrong.is_empty() {
            return;
        }
        let Some(year) = self.line.said_year() else {
            let on = self.kin.procedure.field(&self.kin.import.on);
            let label = on.map_or("日期", |f| &f.label);
            self.wrong.push(format!(
                "没有{label}，编号里也没有年份，不知道归到哪一年，请填上{label}"
            ));
            return;
        };
        let now = self.ground.today.year();
        if !(OLDEST..=now).contains(&year) {
            self.wrong
                .push(format!("年份 {year} 不在 {OLDEST} 到 {now} 之间，请核对"));
        }
        if let (Some(closed), Some(on)) = (self.line.closed, self.line.on)
            && closed < on
        {
            self.wrong
                .push(format!("办结日期 {closed} 在收到日期 {on} 之前，请核对"));
        }
        self.line.year = year;
    }
}

/// Two whole days with a mark between them: 2020-03-09 至 2020-03-11. Without its year a day of an old book is
/// not known.
fn span_of(line: &str, today: Day) -> Option<Value> {
    let marks = ["至", "—", "－", "~", "～"];
    let (first, last) = marks.iter().find_map(|m| line.split_once(m))?;
    let day = |s: &str| cells::day(&Cell::of_text(s.trim()), today).ok();
    let (first, last) = (day(first)?, day(last.trim_start_matches('—'))?);
    (first <= last).then(|| json!({ "first": first.to_string(), "last": last.to_string() }))
}

/// What a field keeps of these words; `None` where they do not fit it and stay words.
fn value(
    field: &Field,
    said: &str,
    (departments, today): (&HashMap<String, i64>, Day),
) -> Option<Value> {
    let line = text::one_line(said);
    let fits = |most: usize| line.chars().count() <= most;
    match &field.kind {
        Kind::Text { max } => fits(*max).then(|| json!(line)),
        Kind::OutsideOrgan => fits(100).then(|| json!(line)),
        Kind::LongText { max } => {
            let said = text::many_lines(said);
            (said.chars().count() <= *max).then(|| json!(said))
        }
        Kind::Number { min, max } => {
            let n: f64 = text::fold(&line).trim_end_matches('份').parse().ok()?;
            let within = min.is_none_or(|m| n >= m) && max.is_none_or(|m| n <= m);
            (within && n.fract() == 0.0).then(|| json!(n as i64))
        }
        Kind::Choice { options } => options.contains(&line).then(|| json!(line)),
        Kind::Department => departments.get(&line).map(|id| json!(id)),
        Kind::Money => money(&field.label, &json!(line), &line).ok(),
        Kind::Time => time(&field.label, &line).ok(),
        Kind::IdNumber => id_number(&field.label, &line).ok(),
        Kind::Resource { .. } => fits(60).then(|| json!(line)),
        Kind::Span => span_of(&line, today),
        Kind::Phone => {
            let digits = text::phone(&line);
            (5..=15).contains(&digits.len()).then(|| json!(digits))
        }
        _ => None,
    }
}
