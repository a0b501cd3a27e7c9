//! Where the head of an old register is and which of its columns is which field.
//! Heads are guessed by words the procedures know (`[import]`); the clerk has the last word.
//! Invariant: column j of a head is column j of the sheet.

use crate::engine::definition::{Field, Import, Kind, Procedure, Source};
use crate::kit::{Cell, text};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Rows looked through for the head: above it stand a title and perhaps who kept the book.
const LOOKED: usize = 15;
/// A head of several words is no longer than this.
const LONG_HEAD: usize = 16;

/// A procedure lines may become cases of.
#[derive(Debug, Clone)]
pub struct Kindred {
    /// Its definition.
    pub procedure: Arc<Procedure>,
    /// Its text, which goes into the volume.
    pub text: Arc<str>,
    /// What it says of old registers.
    pub import: Import,
}

/// Where a column goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Into a field.
    Field(String),
    /// Which procedure the line belongs to.
    Procedure,
    /// When the case was closed.
    Closed,
    /// When it was archived.
    Archived,
    /// Into the case's note, under its own head.
    Keep,
}

impl Target {
    /// Its word in a form.
    #[must_use]
    pub fn word(&self) -> String {
        match self {
            Self::Field(id) => format!("f:{id}"),
            Self::Procedure => "procedure".to_owned(),
            Self::Closed => "closed".to_owned(),
            Self::Archived => "archived".to_owned(),
            Self::Keep => "keep".to_owned(),
        }
    }

    /// From its word; what is no word is kept.
    #[must_use]
    pub fn of(word: &str) -> Self {
        match word {
            "procedure" => Self::Procedure,
            "closed" => Self::Closed,
            "archived" => Self::Archived,
            _ => word
                .strip_prefix("f:")
                .map_or(Self::Keep, |id| Self::Field(id.to_owned())),
        }
    }
}

/// The head of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Head {
    /// Its first row, from 0.
    pub at: usize,
    /// One row, or two where columns are grouped.
    pub rows: usize,
    /// What stands over each column.
    pub labels: Vec<String>,
}

/// A place a column may go to, with its label and the words old registers use for it.
#[derive(Debug, Clone)]
pub struct Place {
    pub target: Target,
    pub label: String,
    words: Vec<String>,
}

/// Every place columns of this register may go to.
#[must_use]
pub fn places(all: &[Kindred]) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    for kin in all {
        let own = &kin.procedure.register.columns;
        for field in kin.procedure.fields.iter().filter(|f| takes(f)) {
            let target = Target::Field(field.id.clone());
            let mut words = vec![plain(&field.label)];
            let from = |s: &Source| matches!(s, Source::Field(id) if *id == field.id);
            words.extend(
                own.iter()
                    .filter(|c| from(&c.from))
                    .map(|c| plain(&c.label)),
            );
            let more = kin.import.words.get(&field.id).into_iter().flatten();
            words.extend(more.map(|w| plain(w)));
            match places.iter_mut().find(|p| p.target == target) {
                Some(place) => place.words.extend(words),
                None => places.push(Place {
                    target,
                    label: field.label.clone(),
                    words,
                }),
            }
        }
    }
    let mut special = |target, label: &str, words: &[&str]| {
        places.push(Place {
            target,
            label: label.to_owned(),
            words: words.iter().map(|w| plain(w)).collect(),
        });
    };
    special(
        Target::Procedure,
        "属于哪种事项",
        &["办阅", "办阅件", "办文类别", "事项"],
    );
    special(
        Target::Closed,
        "办结日期",
        &["办结日期", "办结时间", "办完日期", "完成日期"],
    );
    special(
        Target::Archived,
        "归卷日期",
        &["归卷日期", "归档日期", "归档时间", "归卷时间"],
    );
    places
}

/// Fields a cell can fill. Opinions are written by whoever signs them, files are no text.
fn takes(field: &Field) -> bool {
    !matches!(
        field.kind,
        Kind::Files
            | Kind::Table { .. }
            | Kind::OpinionBox
            | Kind::People
            | Kind::Departments
            | Kind::Choices { .. }
            | Kind::Computed(_)
    )
}

/// A head without spaces, marks and what stands in brackets.
fn plain(label: &str) -> String {
    let mut depth = 0_u32;
    let mut kept = String::new();
    for c in text::fold(label).chars() {
        match c {
            '(' | '（' | '[' | '【' => depth += 1,
            ')' | '）' | ']' | '】' => depth = depth.saturating_sub(1),
            _ if depth > 0 || c.is_whitespace() => {}
            ':' | '：' | '*' | '、' | '/' | '.' | '。' | '-' | '_' => {}
            c => kept.extend(c.to_lowercase()),
        }
    }
    kept
}

/// How well a head names a place: its very words, or words that contain them.
fn fit(label: &str, place: &Place) -> usize {
    let label = plain(label);
    if label.is_empty() || label.chars().count() > LONG_HEAD {
        return 0;
    }
    let one = |word: &String| {
        let n = word.chars().count();
        if *word == label {
            100 + n
        } else if n >= 2 && label.contains(word.as_str()) {
            n
        } else {
            0
        }
    };
    place.words.iter().map(one).max().unwrap_or(0)
}

/// Where the head is. A sheet without one known word has it in its first row of several cells.
#[must_use]
pub fn find_head(rows: &[Vec<Cell>], places: &[Place]) -> Head {
    let mut best = (1, Head::default());
    for (at, row) in rows.iter().enumerate().take(LOOKED) {
        let single: Vec<String> = row.iter().map(Cell::text).collect();
        let below = rows.get(at + 1).filter(|r| is_head_like(r));
        let pair = below.map(|r| joined(&single, r));
        for (rows, labels) in [(1, Some(single)), (2, pair)] {
            let Some(labels) = labels else { continue };
            let score = known(&labels, places);
            if score > best.0 {
                best = (score, Head { at, rows, labels });
            }
        }
    }
    if best.1.rows > 0 {
        return best.1;
    }
    let several = |r: &Vec<Cell>| r.iter().filter(|c| !c.is_empty()).count() >= 2;
    let at = rows.iter().position(several).unwrap_or(0);
    let labels = rows.get(at).map(|r| r.iter().map(Cell::text).collect());
    Head {
        at,
        rows: 1,
        labels: labels.unwrap_or_default(),
    }
}

/// How many places the labels name, each once.
fn known(labels: &[String], places: &[Place]) -> usize {
    let exact = |l: &String| {
        let fits = |p: &&Place| fit(l, p) >= 100;
        places.iter().position(|p| fits(&p))
    };
    labels
        .iter()
        .filter_map(exact)
        .collect::<BTreeSet<_>>()
        .len()
}

fn is_head_like(row: &[Cell]) -> bool {
    let short = |c: &Cell| match c {
        Cell::Text(t) => t.trim().chars().count() <= LONG_HEAD,
        Cell::Empty => true,
        Cell::Number(_) | Cell::Day(_) => false,
    };
    row.iter().any(|c| !c.is_empty()) && row.iter().all(short)
}

/// 来文 over 机关 | 字号 becomes 来文机关 | 来文字号: a group stands over the columns to its right.
fn joined(upper: &[String], lower: &[Cell]) -> Vec<String> {
    let mut group = String::new();
    (0..upper.len().max(lower.len()))
        .map(|i| {
            let above = upper.get(i).map_or("", |s| s.trim());
            let below = lower.get(i).map(Cell::text).unwrap_or_default();
            if !above.is_empty() {
                above.clone_into(&mut group);
            }
            match (above.is_empty(), below.is_empty()) {
                (_, true) => above.to_owned(),
                _ => format!("{group}{below}"),
            }
        })
        .collect()
}

/// The best place for each column, each place once; the rest is kept in the note.
#[must_use]
pub fn guess(head: &Head, places: &[Place]) -> Vec<Target> {
    let mut targets = vec![Target::Keep; head.labels.len()];
    let mut fits: Vec<(usize, usize, usize)> = Vec::new();
    for (column, label) in head.labels.iter().enumerate() {
        for (n, place) in places.iter().enumerate() {
            let score = fit(label, place);
            if score > 0 {
                fits.push((score, column, n));
            }
        }
    }
    // the better fit first, then the column further left
    fits.sort_by_key(|(score, column, n)| (std::cmp::Reverse(*score), *column, *n));
    let mut used = BTreeSet::new();
    for (_, column, n) in fits {
        let Some(target) = targets.get_mut(column) else {
            continue;
        };
        if *target == Target::Keep
            && used.insert(n)
            && let Some(place) = places.get(n)
        {
            *target = place.target.clone();
        }
    }
    targets
}

/// Two columns that go to one place, by their heads.
#[must_use]
pub fn twice(head: &Head, targets: &[Target]) -> Option<(String, String)> {
    let label = |i: usize| head.labels.get(i).cloned().unwrap_or_default();
    for (i, target) in targets.iter().enumerate() {
        let same = |t: &Target| t == target && *t != Target::Keep;
        if let Some(j) = targets.iter().skip(i + 1).position(same) {
            return Some((label(i), label(i + 1 + j)));
        }
    }
    None
}
