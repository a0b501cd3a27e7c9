//! A whole sheet looked at: which lines will become cases, which are here already, which are wrong and why.
//! Reads, never writes; the same is looked at again before anything is carried in.
//! Invariant: each row below the head is in exactly one of `good`, `there`, `bad` and `passed`, blank ones aside.

use super::columns::Head;
use super::line::{self, Ground, Line};
use crate::engine::definition::Scope;
use crate::kit::{Cell, Result, sheet, text};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// What the office has already.
pub trait Known {
    /// Whether this very line came in before.
    fn has(&self, digest: &[u8; 32]) -> bool;
    /// Numbers of a series that are taken in a year.
    fn taken(&self, scope: Scope, key: &str, year: i16) -> Result<BTreeSet<i64>>;
}

/// A line that cannot be taken.
#[derive(Debug, Clone)]
pub struct Bad {
    /// Its row in the sheet, from 1.
    pub line: usize,
    /// Its title, to find it by.
    pub title: String,
    pub errors: Vec<String>,
}

/// Lines of one year.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OfYear {
    pub new: usize,
    pub there: usize,
    pub bad: usize,
}

/// A sheet looked at.
#[derive(Debug, Clone, Default)]
pub struct Checked {
    /// In the order they are carried in: by year, then as in the book.
    pub good: Vec<Line>,
    /// Rows that came in before.
    pub there: Vec<usize>,
    pub bad: Vec<Bad>,
    /// Rows that are no line of the book: totals, heads again, remarks.
    pub passed: Vec<(usize, String)>,
    /// Year 0: lines whose year cannot be told.
    pub years: BTreeMap<i16, OfYear>,
    /// How many lines keep something of a column in the case's note.
    pub kept: BTreeMap<String, usize>,
    /// By series (scope, key, year) the highest number of the book.
    pub floors: BTreeMap<(bool, String, i16), i64>,
}

/// Looks at every row below the head.
pub fn check(ground: &Ground<'_>, rows: &[Vec<Cell>], known: &dyn Known) -> Result<Checked> {
    let mut out = Checked::default();
    let mut seen: HashMap<[u8; 32], usize> = HashMap::new();
    let mut numbers = Numbers::default();
    let first = ground.head.at + ground.head.rows;
    for (row, cells) in rows.iter().enumerate().skip(first) {
        if cells.iter().all(Cell::is_empty) {
            continue;
        }
        if let Some(why) = no_line(ground.head, cells) {
            out.passed.push((row + 1, why));
            continue;
        }
        match line::read(ground, row, cells) {
            Err(wrong) => {
                out.years.entry(wrong.year).or_default().bad += 1;
                out.bad.push(Bad {
                    line: row + 1,
                    title: wrong.title,
                    errors: wrong.errors,
                });
            }
            Ok(line) => {
                let twin = seen.insert(line.digest, line.line);
                let there = known.has(&line.digest);
                let wrong = match twin {
                    Some(n) => Some(format!(
                        "和第 {n} 行一模一样，只要一行；确实是两件的，请写明区别"
                    )),
                    None => numbers.wrong(ground, &line, known, there)?,
                };
                out.take(line, there, wrong);
            }
        }
    }
    out.good.sort_by_key(|l| (l.year, l.line));
    out.floors = numbers.floors;
    Ok(out)
}

impl Checked {
    fn take(&mut self, line: Line, there: bool, wrong: Option<String>) {
        if let Some(why) = wrong {
            self.years.entry(line.year).or_default().bad += 1;
            self.bad.push(Bad {
                line: line.line,
                title: line.title,
                errors: vec![why],
            });
            return;
        }
        let year = self.years.entry(line.year).or_default();
        if there {
            year.there += 1;
            self.there.push(line.line);
            return;
        }
        year.new += 1;
        let labels: BTreeSet<&String> = line.extra.iter().map(|(l, _)| l).collect();
        for label in labels {
            *self.kept.entry(label.clone()).or_default() += 1;
        }
        self.good.push(line);
    }

    /// The sheet as it came, with what is wrong in a last column.
    #[must_use]
    pub fn returned(&self, head: &Head, rows: &[Vec<Cell>]) -> sheet::Table {
        let bad: HashMap<usize, &Bad> = self.bad.iter().map(|b| (b.line, b)).collect();
        let width = head.labels.len();
        let mut headers = head.labels.clone();
        headers.push("错误".to_owned());
        let first = head.at + head.rows;
        let body = rows.iter().enumerate().skip(first).map(|(i, cells)| {
            let mut row = cells.clone();
            row.resize(width.max(row.len()), Cell::Empty);
            row.truncate(width);
            let why = bad.get(&(i + 1)).map(|b| b.errors.join("；"));
            row.push(Cell::of_text(&why.unwrap_or_default()));
            row
        });
        sheet::Table {
            sheet_name: "旧登记簿".to_owned(),
            headers,
            rows: body.collect(),
            ..sheet::Table::default()
        }
    }
}

/// Why a row is no line of the book, where it is none.
fn no_line(head: &Head, cells: &[Cell]) -> Option<String> {
    let said: Vec<String> = cells
        .iter()
        .map(Cell::text)
        .filter(|t| !t.is_empty())
        .collect();
    let first: String = said
        .first()?
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    let total = ["合计", "总计", "小计", "共计", "本页合计", "累计"];
    if total
        .iter()
        .any(|w| first.trim_end_matches([':', '：']) == *w || first.starts_with("本页"))
    {
        return Some(format!("合计行：{}", text::clip(&said.join(" "), 40)));
    }
    let heads: HashSet<&str> = head
        .labels
        .iter()
        .map(|l| l.trim())
        .filter(|l| !l.is_empty())
        .collect();
    if said.len() > 1 && said.iter().all(|t| heads.contains(t.as_str())) {
        return Some("重复的表头".to_owned());
    }
    if said.len() == 1 && head.labels.len() > 2 {
        return Some(format!("只有一格有字：{}", text::clip(&first, 40)));
    }
    None
}

/// Numbers seen on the way, by series and year.
#[derive(Default)]
struct Numbers {
    taken: HashMap<(bool, String, i16), BTreeSet<i64>>,
    own: HashMap<(bool, String, i16, i64), usize>,
    floors: BTreeMap<(bool, String, i16), i64>,
}

impl Numbers {
    fn wrong(
        &mut self,
        ground: &Ground<'_>,
        line: &Line,
        known: &dyn Known,
        there: bool,
    ) -> Result<Option<String>> {
        let series = ground
            .kindred
            .get(line.kin)
            .and_then(|k| k.procedure.series.as_ref());
        let (Some(number), Some(series)) = (&line.number, series) else {
            return Ok(None);
        };
        let n = number.n;
        let organ = series.scope == Scope::Organ;
        let own = (organ, series.key.clone(), line.year, n);
        if let Some(first) = self.own.get(&own) {
            return Ok(Some(format!(
                "{} 年的 {n} 号和第 {first} 行重了，请改其中一个",
                line.year
            )));
        }
        self.own.insert(own, line.line);
        let key = (organ, series.key.clone(), line.year);
        if !there {
            let taken = match self.taken.get(&key) {
                Some(taken) => taken,
                None => {
                    let taken = known.taken(series.scope, &series.key, line.year)?;
                    self.taken.entry(key.clone()).or_insert(taken)
                }
            };
            if taken.contains(&n) {
                return Ok(Some(format!(
                    "{} 年的 {n} 号已经登记过别的文件，请核对；两本簿子各编各号的，把这一栏改为“留在备注里”",
                    line.year
                )));
            }
            let floor = self.floors.entry(key).or_insert(n);
            *floor = n.max(*floor);
        }
        Ok(None)
    }
}
