//! A register on paper: A4 leaves laid across, each with title, head and its place among the leaves.
//! The rows are dealt out here, so that 第 x 页 共 y 页 stands on every leaf in every browser and no row
//! is cut. Invariant: a row is reckoned at least as high as a browser draws it.

use super::{Markup, html};
use crate::kit::text;

/// Room for the table on a leaf in mm: width; height on the first, under the title, and on those after it.
const WIDE: f64 = 275.0;
const FIRST: f64 = 164.0;
const NEXT: f64 = 181.0;
/// Height of the column heads (two lines) and of one line, and what a row adds to its lines.
const HEAD: f64 = 9.3;
const LINE: f64 = 3.9;
const ROW: f64 = 1.25;
/// A Chinese character at 9 pt; the widest digit of the fonts in use is 0.58 of it.
const CHARACTER: f64 = 3.175;
const NARROW: f64 = 0.58;
/// What a cell's own margins take of its width.
const MARGINS: f64 = 1.8;
/// Characters up to which a column is short: it is not broken over two lines.
const SHORT: f64 = 6.0;
/// What a long column has at least, and by how much it is widened at a time, in mm.
const LEAST: f64 = 16.0;
const BIT: f64 = 1.0;
/// What stands at no line's end, and what at no line's beginning.
const OPENING: &str = "（〔《〈“‘【([";
const CLOSING: &str = "）〕》〉”’】)]，。、；：！？";
/// Rows looked at where the long columns share what is left.
const SAMPLE: usize = 200;

/// One column.
#[derive(Debug, Clone)]
pub struct BookColumn {
    /// What stands over it.
    pub label: String,
    /// Characters it is meant for; half as many again where there is room.
    pub most: u8,
    /// What a row is known by: as wide as it needs, never broken.
    pub whole: bool,
    /// Stands at the right.
    pub figure: bool,
}

impl BookColumn {
    /// A column of words.
    #[must_use]
    pub fn of(label: &str, most: u8, whole: bool) -> Self {
        Self {
            label: label.to_owned(),
            most,
            whole,
            figure: false,
        }
    }
}

/// The book.
#[derive(Debug, Clone, Copy)]
pub struct Book<'a> {
    /// 墨川县砚田镇人民政府.
    pub org: &'a str,
    /// 收文登记簿　2026年.
    pub title: &'a str,
    /// Under the title, left and right: what is listed, when it was printed.
    pub line: (&'a str, &'a str),
    /// From left to right.
    pub columns: &'a [BookColumn],
    /// As many cells as columns.
    pub rows: &'a [Vec<String>],
    /// Under the last row.
    pub total: &'a str,
}

impl Book<'_> {
    /// The leaves, and how many.
    #[must_use]
    pub fn leaves(&self) -> (Markup, usize) {
        let widths = self.widths();
        let dealt = self.deal(&widths);
        let all: f64 = widths.iter().sum();
        let last = dealt.len();
        let drawn = html! {
            @for (n, rows) in dealt.iter().enumerate() {
                section.page.land aria-label=(format!("{}第 {} 页", self.title, n + 1)) {
                    @if n == 0 {
                        p.org { (self.org) }
                        h1 { (self.title) }
                        p.line { span { (self.line.0) } span { (self.line.1) } }
                    } @else {
                        p.line { span { (self.org) "　" (self.title) } span { (self.line.1) } }
                    }
                    table.tbl.book {
                        colgroup { @for w in &widths { col width=(format!("{:.2}%", w / all * 100.0)); } }
                        thead { tr { @for c in self.columns { th scope="col" { (c.label) } } } }
                        tbody {
                            @for row in *rows { tr { @for (cell, c) in row.iter().zip(self.columns) { td.num[c.figure] { (cell) } } } }
                            @if n + 1 == last && !self.total.is_empty() {
                                tr { td.sum colspan=(self.columns.len()) { @for piece in pieces(self.total) { span { (piece) } } } }
                            }
                        }
                    }
                    p.leaf { "第 " (n + 1) " 页，共 " (last) " 页" }
                }
            }
        };
        (drawn, last)
    }

    /// Widths in mm that fill the leaf: short columns get what they need, the long ones share
    /// the rest so that rows are as low as they can be.
    fn widths(&self) -> Vec<f64> {
        let need = |(i, c): (usize, &BookColumn)| {
            let head = c.label.chars().count().div_ceil(2).max(2);
            let longest = self.rows.iter().filter_map(|r| r.get(i)).map(|t| ems(t));
            let longest = longest.fold(0.0, f64::max);
            // what is only a little longer than its column is meant to be still stands on one line
            let most = if c.whole {
                longest
            } else {
                f64::from(c.most) * 1.5
            };
            longest.min(most).max(small(head)) * CHARACTER + MARGINS
        };
        let needs: Vec<f64> = self.columns.iter().enumerate().map(need).collect();
        let all: f64 = needs.iter().sum();
        let fixed: Vec<bool> = needs
            .iter()
            .zip(self.columns)
            .map(|(n, c)| c.whole || *n <= SHORT * CHARACTER + MARGINS)
            .collect();
        let kept = needs.iter().zip(&fixed).filter(|(_, f)| **f);
        let short: f64 = kept.map(|(n, _)| n).sum();
        if all <= WIDE || short > WIDE * 0.7 {
            return needs.iter().map(|n| n / all.max(1.0) * WIDE).collect();
        }
        let start = |(n, fixed): (&f64, &bool)| if *fixed { *n } else { n.min(LEAST) };
        let mut widths: Vec<f64> = needs.iter().zip(&fixed).map(start).collect();
        while widths.iter().sum::<f64>() + BIT <= WIDE {
            let Some(w) = self
                .tightest(&needs, &widths)
                .and_then(|i| widths.get_mut(i))
            else {
                break;
            };
            *w += BIT;
        }
        let all: f64 = widths.iter().sum();
        widths.iter().map(|n| n / all * WIDE).collect()
    }

    /// The column that most often makes a row as high as it is and could still be wider.
    fn tightest(&self, needs: &[f64], widths: &[f64]) -> Option<usize> {
        let mut blame = vec![0_usize; widths.len()];
        for row in self.rows.iter().step_by(self.rows.len() / SAMPLE + 1) {
            let cells = row.iter().zip(widths);
            let all: Vec<usize> = cells
                .map(|(t, w)| lines(t, (w - MARGINS) / CHARACTER))
                .collect();
            let most = all.iter().copied().max().unwrap_or(1);
            for (b, _) in blame.iter_mut().zip(&all).filter(|(_, n)| **n == most) {
                *b += 1;
            }
        }
        let wider = |i: &usize| needs.get(*i) > widths.get(*i);
        (0..widths.len())
            .filter(wider)
            .max_by_key(|i| blame.get(*i).copied())
    }

    /// Which rows stand on which leaf.
    fn deal(&self, widths: &[f64]) -> Vec<&[Vec<String>]> {
        let mut leaves = Vec::new();
        let (mut first, mut left) = (0, FIRST - HEAD);
        for (i, row) in self.rows.iter().enumerate() {
            let cells = row.iter().zip(widths);
            let lines = cells.map(|(t, w)| lines(t, (w - MARGINS) / CHARACTER));
            let high = small(lines.max().unwrap_or(1)) * LINE + ROW;
            if high > left && i > first {
                leaves.extend(self.rows.get(first..i));
                (first, left) = (i, NEXT - HEAD);
            }
            left -= high;
        }
        leaves.extend(self.rows.get(first..));
        // the total needs a line of its own
        let parts = pieces(self.total).map(ems);
        let total = small(laid(parts, WIDE / CHARACTER - 2.0)) * LINE + ROW;
        if !self.total.is_empty()
            && total > left
            && let Some(last) = leaves.pop_if(|l| l.len() > 1)
        {
            let (most, one) = last.split_at(last.len() - 1);
            leaves.extend([most, one]);
        }
        leaves
    }
}

fn small(n: usize) -> f64 {
    f64::from(u32::try_from(n).unwrap_or(u32::MAX))
}

fn em(c: char) -> f64 {
    let mut raw = [0; 4];
    if text::width(c.encode_utf8(&mut raw)) > 1 {
        1.0
    } else {
        NARROW
    }
}

fn ems(text: &str) -> f64 {
    text.chars().map(em).sum()
}

/// Lines a text takes in a width of so many characters. It may break anywhere but behind an opening bracket and before
/// what closes one, as browsers break Chinese (避头尾).
fn lines(text: &str, width: f64) -> usize {
    let mut units: Vec<f64> = Vec::new();
    let mut glued = false;
    for c in text.chars() {
        match units.last_mut() {
            Some(unit) if (glued || CLOSING.contains(c)) && *unit + em(c) <= width => {
                *unit += em(c)
            }
            _ => units.push(em(c)),
        }
        glued = OPENING.contains(c);
    }
    laid(units.into_iter(), width)
}

/// Lines that pieces which stay whole take.
fn laid(units: impl Iterator<Item = f64>, width: f64) -> usize {
    let mut lines = 1;
    let mut used = 0.0;
    for wide in units {
        if used + wide > width && used > 0.0 {
            lines += 1;
            used = 0.0;
        }
        used += wide;
    }
    lines
}

/// 合计 20 件；缓急：特急 1、平件 19 in the pieces that are not broken.
fn pieces(total: &str) -> impl Iterator<Item = &str> {
    total.split_inclusive(['；', '、'])
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::ui::scan::{HOSTILE, check};

    fn book<'a>(columns: &'a [BookColumn], rows: &'a [Vec<String>]) -> Book<'a> {
        Book {
            org: HOSTILE,
            title: HOSTILE,
            line: (HOSTILE, HOSTILE),
            columns,
            rows,
            total: HOSTILE,
        }
    }

    fn columns() -> Vec<BookColumn> {
        let of = |label: &str, most| BookColumn {
            label: label.into(),
            most,
            whole: label == "收文号",
            figure: false,
        };
        vec![of("收文号", 10), of(HOSTILE, 24), of("份数", 3)]
    }

    #[test]
    fn brackets_and_the_pieces_of_a_total_stay_whole() {
        // seven would stand on one line, and the bracket opens at its end
        assert_eq!(lines("关于印发通（急）", 6.0), 2);
        assert_eq!(lines("关于印发的（急件）", 6.0), 2);
        assert_eq!(lines("甲乙丙丁戊（己", 6.0), 2);
        assert_eq!(lines("甲乙丙丁戊（己庚辛壬）癸", 6.0), 3);
        let all: Vec<&str> = pieces("合计 20 件；缓急：特急 1、平件 19").collect();
        assert_eq!(all, ["合计 20 件；", "缓急：特急 1、", "平件 19"]);
    }

    #[test]
    fn hostile_text_stays_text() {
        let columns = columns();
        let rows = [vec![HOSTILE.to_owned(), HOSTILE.to_owned(), "1".to_owned()]];
        check(&book(&columns, &rows).leaves().0);
    }

    #[test]
    fn every_row_stands_once_and_leaves_are_full_not_over() {
        let columns = columns();
        let rows: Vec<Vec<String>> = (0..300)
            .map(|n| {
                let long = "关于做好有关工作的通知".repeat(1 + n % 7);
                vec![format!("收文〔2026〕{n}号"), long, "1".into()]
            })
            .collect();
        let book = book(&columns, &rows);
        let widths = book.widths();
        assert!((widths.iter().sum::<f64>() - WIDE).abs() < 0.01);
        let dealt = book.deal(&widths);
        let told: Vec<&Vec<String>> = dealt.iter().copied().flatten().collect();
        assert!(told.into_iter().eq(rows.iter()));
        for (n, leaf) in dealt.iter().enumerate() {
            let high: f64 = leaf
                .iter()
                .map(|row| {
                    let cells = row.iter().zip(&widths);
                    let most = cells
                        .map(|(t, w)| lines(t, (w - MARGINS) / CHARACTER))
                        .max();
                    small(most.unwrap()) * LINE + ROW
                })
                .sum();
            assert!(high <= if n == 0 { FIRST } else { NEXT } - HEAD);
        }
        let (drawn, n) = book.leaves();
        assert_eq!(n, dealt.len());
        assert!(drawn.into_string().contains(&format!("第 1 页，共 {n} 页")));
    }
}
