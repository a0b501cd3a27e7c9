//! What the cells of a drawing mean: a title, labels, what is filled in behind them, rows of a table.
//! Two ways of drawing are read: `{{事由}}` where something is filled in; or, where no cell says so, empty cells and
//! cells with boxes to tick. Not here: kinds.

use crate::kit::extract::drawn::{Drawn, Drew};

/// What stands before or in a box to tick.
const BOXES: [char; 8] = ['□', '☐', '○', '◯', '☑', '■', '▢', '〇'];
/// Labels of a row that sums up the rows above it.
const SUMS: [&str; 4] = ["合计", "总计", "小计", "共计"];

/// A drawing as it was understood.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub title: String,
    pub rows: Vec<Vec<Place>>,
    pub left: Vec<String>,
}

/// One thing to fill in.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Place {
    /// What stands before it.
    pub label: String,
    /// What stands in it already: boxes to tick.
    pub text: String,
    /// With its label, in the drawing's measure.
    pub width: f64,
    /// Rows it covers.
    pub high: usize,
    /// The columns of a table, and whether a sum stands below.
    pub columns: Vec<(String, bool)>,
}

/// Understands a drawing.
pub(super) fn read(drawn: &Drawn) -> Sheet {
    let braces = drawn.rows.iter().flatten().any(|c| c.text.contains("{{"));
    let mut sheet = Sheet {
        title: drawn
            .above
            .iter()
            .map(|l| closed(l))
            .max_by_key(|l| score(l))
            .unwrap_or_default(),
        ..Sheet::default()
    };
    let mut at = 0;
    while let Some(row) = drawn.rows.get(at) {
        let reader = Reader { drawn, braces };
        if let [only] = row.as_slice()
            && sheet.rows.is_empty()
            && sheet.title.is_empty()
            && !reader.fills(only)
            && !only.text.is_empty()
        {
            sheet.title = closed(&only.text);
            at += 1;
        } else if let Some((table, rows)) = reader.table(at) {
            sheet.rows.push(vec![table]);
            at += rows;
        } else {
            let (places, left) = reader.row(row);
            sheet.left.extend(left);
            // more than six in a row are not to be read on a page of twelve columns
            sheet.rows.extend(places.chunks(6).map(<[Place]>::to_vec));
            at += 1;
        }
    }
    sheet
}

/// A line above the grid that is a form's name: 单、表 at its end, and not the line of date and number.
fn score(line: &str) -> usize {
    let named = ["单", "表", "书", "笺", "卡", "函"]
        .iter()
        .any(|e| line.ends_with(e));
    let filled = line.contains(['：', ':', '_']);
    usize::from(!filled) + 2 * usize::from(named)
}

struct Reader<'a> {
    drawn: &'a Drawn,
    braces: bool,
}

impl Reader<'_> {
    fn fills(&self, cell: &Drew) -> bool {
        if self.braces {
            cell.text.contains("{{")
        } else {
            cell.text.is_empty() || ticks(&cell.text)
        }
    }

    fn width(&self, from: usize, to: usize) -> f64 {
        self.drawn.widths.iter().take(to).skip(from).sum()
    }

    /// A row of at least three heads with rows to fill in under the very same columns, and how many rows it takes.
    fn table(&self, at: usize) -> Option<(Place, usize)> {
        let row = self.drawn.rows.get(at)?;
        let (group, heads) = match row.as_slice() {
            // 明细 | 品名 | 数量 | …: what stands left of all its rows is the table's name
            [first, rest @ ..] if first.high > 1 => (Some(first), rest),
            all => (None, all),
        };
        let plain = |c: &Drew| !c.text.is_empty() && !self.fills(c) && c.high == 1;
        if heads.len() < 3 || !heads.iter().all(plain) {
            return None;
        }
        let under = |row: &Vec<Drew>| {
            row.len() == heads.len()
                && row.iter().zip(heads).all(|(c, h)| {
                    c.at == h.at && c.wide == h.wide && (self.fills(c) || ordinal(&c.text))
                })
        };
        let body = self.drawn.rows.iter().skip(at + 1);
        let rows = body.clone().take_while(|r| under(r)).count();
        // one empty row under its heads may be a form of two rows; with {{}} it is said
        if rows < if self.braces { 1 } else { 2 } {
            return None;
        }
        let after = self.drawn.rows.get(at + 1 + rows).and_then(|r| r.first());
        let sums = after.is_some_and(|c| SUMS.iter().any(|s| closed(&c.text).starts_with(s)));
        let numbered = |h: &&Drew| !matches!(closed(&h.text).as_str(), "序号" | "编号" | "号");
        let columns = heads.iter().filter(numbered);
        let columns = columns.map(|h| {
            let label = closed(&h.text);
            let sum = sums && super::guess::is_amount(&label);
            (label, sum)
        });
        let first = row.first().map_or(0, |c| c.at);
        let last = heads.last().map_or(0, |c| c.at + c.wide);
        let place = Place {
            label: group.map_or_else(|| "明细".to_owned(), |g| closed(&g.text)),
            width: self.width(first, last),
            high: 1,
            columns: columns.collect(),
            ..Place::default()
        };
        Some((place, 1 + rows + usize::from(sums)))
    }

    /// The things to fill in of one row, and the words that are none's label.
    fn row(&self, row: &[Drew]) -> (Vec<Place>, Vec<String>) {
        let (mut places, mut left) = (Vec::new(), Vec::new());
        let mut label: Option<&Drew> = None;
        for cell in row {
            if self.fills(cell) {
                let from = label.map_or(cell.at, |l| l.at);
                let width = self.width(from, cell.at + cell.wide);
                let before = label.take().map(|l| closed(&l.text)).unwrap_or_default();
                places.extend(self.filled(cell, &before, width));
                continue;
            }
            if cell.text.is_empty() {
                continue;
            }
            if let Some(lone) = label.replace(cell) {
                self.lone(lone, &mut places, &mut left);
            }
        }
        if let Some(lone) = label {
            self.lone(lone, &mut places, &mut left);
        }
        (places, left)
    }

    /// What one cell asks for; with `{{}}` it may be several.
    fn filled(&self, cell: &Drew, before: &str, width: f64) -> Vec<Place> {
        let high = cell.high;
        if !self.braces {
            let place = Place {
                label: before.to_owned(),
                text: cell.text.clone(),
                width,
                high,
                ..Place::default()
            };
            // an empty cell without a label is only room
            let room = before.is_empty() && cell.text.is_empty();
            return if room { Vec::new() } else { vec![place] };
        }
        let names: Vec<String> = cell.text.split("{{").skip(1).filter_map(named).collect();
        let share = width / (names.len().max(1) as f64);
        let alone = names.len() == 1;
        let of = |name: String| {
            // {{}} names what the label names already
            let label = if name.is_empty() && alone {
                before.to_owned()
            } else {
                name
            };
            Place {
                label,
                width: share,
                high,
                ..Place::default()
            }
        };
        names
            .into_iter()
            .map(of)
            .filter(|p| !p.label.is_empty())
            .collect()
    }

    /// A label with nothing to its right: “电话：” is filled in behind itself, an opinion below itself.
    fn lone(&self, cell: &Drew, places: &mut Vec<Place>, left: &mut Vec<String>) {
        let text = closed(&cell.text);
        let behind = cell.text.trim_end().ends_with(['：', ':', '_']);
        // a sentence is a remark, not the name of a box
        let sentence = text.contains(['：', '，', '。', ':']) || text.chars().count() > 20;
        let opinion = super::guess::is_opinion(&text) && !sentence;
        if !self.braces && (behind || opinion) {
            places.push(Place {
                label: text,
                width: self.width(cell.at, cell.at + cell.wide),
                high: cell.high,
                ..Place::default()
            });
        } else {
            left.push(text);
        }
    }
}

/// What stands between the braces.
fn named(rest: &str) -> Option<String> {
    Some(closed(rest.split_once("}}")?.0))
}

/// A label as a name: “事　由：” is 事由.
fn closed(text: &str) -> String {
    let wide = |c: &char| c.is_whitespace();
    let letters = text.chars().any(|c| c.is_ascii_alphabetic());
    let joined: String = if letters {
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    } else {
        text.chars().filter(|c| !wide(c)).collect()
    };
    joined.trim_end_matches(['：', ':', '_']).to_owned()
}

fn ordinal(text: &str) -> bool {
    text.chars().count() <= 3
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || "一二三四五六七八九十.、…".contains(c))
}

/// Whether it is a row of boxes to tick.
pub(super) fn ticks(text: &str) -> bool {
    text.contains(BOXES)
}

/// 事假, 病假 of “□事假 □病假”.
pub(super) fn options(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for part in text.split(BOXES).skip(1) {
        let word: String = part
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '_')
            .collect();
        let word = word
            .trim_matches(['、', '，', ',', '；', '：', '/'])
            .to_owned();
        if !word.is_empty() && !found.contains(&word) {
            found.push(word);
        }
    }
    found
}
