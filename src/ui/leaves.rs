//! Breaks a printed form into A4 leaves: what must stay in one piece stays, running text goes on on the next
//! leaf under the same label. Browsers of the office's PCs number no pages, so the breaks are made here.
//! Heights are reckoned from the type sizes of `look.css` (mm), a little on the large side: a leaf that is not
//! quite full is fine, one that runs over is not.

use super::hand::Ink;
use super::{Markup, html};

/// Room for rows on one leaf, between title and foot.
pub const LEAF_MM: f32 = 201.0;
/// One column of the twelve.
const COLUMN_MM: f32 = 14.0;
/// Least that is worth beginning on a leaf's rest.
const BEGIN_MM: f32 = 22.0;
/// Rows of several boxes higher than this are set under each other.
pub const STACK_MM: f32 = 60.0;

/// A size of type: width of a character, height of a line, both in mm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Face {
    wide: f32,
    high: f32,
}

/// 11.5 pt, the form's own.
pub const PLAIN: Face = Face {
    wide: 4.12,
    high: 5.95,
};
/// 14 pt Kai: what people wrote.
pub const HAND: Face = Face {
    wide: 5.05,
    high: 8.0,
};
/// 14 pt Kai on tight lines, in a reader's row.
pub const TIGHT: Face = Face {
    wide: 5.05,
    high: 6.6,
};
/// 10.5 pt: notes under the words.
pub const SMALL: Face = Face {
    wide: 3.8,
    high: 5.7,
};

/// A paragraph of a running box.
#[derive(Debug, Clone, PartialEq)]
pub struct Para {
    pub text: String,
    pub face: Face,
    /// Its class in the stylesheet: `sig`, `aside`, or none.
    pub class: Option<&'static str>,
    /// Handwriting in its place.
    pub ink: Option<Ink>,
}

/// Room for handwriting in a box of so many columns, mm.
fn ink_room(span: u8) -> (f64, f64) {
    (f64::from(f32::from(span) * COLUMN_MM - 6.4), 24.0)
}

/// A row whose last box may go on on the next leaf.
pub struct Running {
    /// The boxes before it, and the same where it goes on.
    pub before: Markup,
    pub before_on: Markup,
    /// The box itself, in columns, with its class.
    pub span: u8,
    pub class: &'static str,
    pub paras: Vec<Para>,
    /// Height and class of the empty row.
    pub least: (f32, &'static str),
}

/// What is laid out.
pub enum Block {
    /// Stays in one piece: its height and its rows.
    Whole(f32, Markup),
    /// May be broken.
    Running(Running),
    /// Lines under a head that stands again where they go on.
    Rows(Lines),
}

/// The lines of a table.
pub struct Lines {
    /// What stands over them, and over those on the next leaf.
    pub head: Markup,
    pub head_on: Markup,
    pub head_mm: f32,
    /// Height and row of each.
    pub lines: Vec<(f32, Markup)>,
}

impl Lines {
    fn mm(&self) -> f32 {
        self.head_mm + self.lines.iter().map(|(mm, _)| mm).sum::<f32>()
    }
}

/// Characters as wide as a Chinese one; Latin letters and digits are half of it.
fn width(text: &str) -> f32 {
    let one = |c: char| if c.is_ascii() { 0.55 } else { 1.0 };
    text.chars().map(one).sum()
}

/// Lines a text takes in a box of so many columns.
#[must_use]
pub fn lines(text: &str, span: u8, face: Face) -> f32 {
    let room = line_room(span, face);
    (width(text) / room).ceil().max(1.0)
}

fn line_room(span: u8, face: Face) -> f32 {
    // padding and rules of the box
    ((f32::from(span) * COLUMN_MM - 6.4) / face.wide)
        .floor()
        .max(1.0)
}

/// Height of a row of labelled values: (label, value, columns of the value).
#[must_use]
pub fn pairs_mm(cells: &[(&str, &str, u8)]) -> f32 {
    // a label has 20 mm of its 28
    pairs(cells, 20.5).max(11.7)
}

/// The same in the narrow rows of 台账 (class `h0`), whose labels have more of their box.
#[must_use]
pub fn narrow_mm(cells: &[(&str, &str, u8)]) -> f32 {
    pairs(cells, 25.0)
}

fn pairs(cells: &[(&str, &str, u8)], label_room: f32) -> f32 {
    let high = |n: f32| n * PLAIN.high + 2.8;
    let label = |l: &str| (width(l) * PLAIN.wide / label_room).ceil().max(1.0);
    let of = |(l, v, span): &(&str, &str, u8)| high(lines(v, *span, PLAIN).max(label(l)));
    cells.iter().map(of).fold(high(1.0), f32::max)
}

impl Running {
    fn mm(&self) -> f32 {
        let text = self.paras.iter().map(|p| self.para_mm(p)).sum::<f32>();
        (text + 5.5).max(self.least.0)
    }

    fn para_mm(&self, p: &Para) -> f32 {
        match &p.ink {
            Some(ink) => ink.fits(ink_room(self.span)).1 as f32 + 1.5,
            None => lines(&p.text, self.span, p.face) * p.face.high,
        }
    }

    fn row(&self, going_on: bool, paras: &[Para], class: &str) -> Markup {
        let before = if going_on {
            &self.before_on
        } else {
            &self.before
        };
        html! {
            tr class=(class) {
                (before)
                td class=(self.class) colspan=(self.span) {
                    @for p in paras {
                        @match &p.ink {
                            Some(ink) => p class=[p.class] { (ink.show(ink_room(self.span))) },
                            None => p class=[p.class] { (p.text) },
                        }
                    }
                }
            }
        }
    }

    /// Takes off what fits into `room`, and leaves the rest.
    fn take(&mut self, room: f32) -> Vec<Para> {
        let mut left = room - 5.5;
        let mut taken = Vec::new();
        while let Some(p) = self.paras.first() {
            let mm = self.para_mm(p);
            if mm <= left {
                left -= mm;
                taken.push(self.paras.remove(0));
                continue;
            }
            let whole_lines = (left / p.face.high).floor();
            // a signature is not torn, nor what a hand wrote
            if whole_lines >= 1.0 && p.class != Some("sig") && p.ink.is_none() {
                let (now, rest) = cut(&p.text, whole_lines * line_room(self.span, p.face));
                let (face, class) = (p.face, p.class);
                let part = |text: &str| Para {
                    text: text.to_owned(),
                    face,
                    class,
                    ink: None,
                };
                let (now, rest) = (part(now), part(rest));
                taken.push(now);
                if let Some(first) = self.paras.first_mut() {
                    *first = rest;
                }
            }
            break;
        }
        taken
    }
}

/// The text as far as it fills so many characters, and the rest.
fn cut(text: &str, room: f32) -> (&str, &str) {
    let mut sum = 0.0;
    for (at, c) in text.char_indices() {
        sum += if c.is_ascii() { 0.55 } else { 1.0 };
        if sum > room && at > 0 {
            return text.split_at(at);
        }
    }
    (text, "")
}

/// Leaves being filled.
struct Filling<'a> {
    repeat: (&'a Markup, f32),
    done: Vec<Markup>,
    rows: Vec<Markup>,
    used: f32,
}

impl Filling<'_> {
    fn room(&self) -> f32 {
        LEAF_MM - self.used
    }

    fn turn(&mut self) {
        let rows = std::mem::take(&mut self.rows);
        self.done.push(html! { @for r in &rows { (r) } });
        self.rows.push(self.repeat.0.clone());
        self.used = self.repeat.1;
    }

    fn put(&mut self, mm: f32, rows: Markup) {
        self.used += mm;
        self.rows.push(rows);
    }

    fn lines(&mut self, table: Lines) {
        let first = table.lines.first().map_or(0.0, |(mm, _)| *mm);
        if self.room() < table.head_mm + first {
            self.turn();
        }
        self.put(table.head_mm, table.head);
        for (mm, line) in table.lines {
            if mm > self.room() {
                self.turn();
                self.put(table.head_mm, table.head_on.clone());
            }
            self.put(mm, line);
        }
    }

    fn run(&mut self, mut block: Running) {
        let mm = block.mm();
        let class = block.least.1;
        if mm <= self.room() {
            let row = block.row(false, &block.paras, class);
            return self.put(mm, row);
        }
        // a box that would stand whole on a leaf of its own is not begun on this one's last lines
        let fits_alone = mm <= LEAF_MM - self.repeat.1;
        if self.room() < BEGIN_MM || (fits_alone && mm < LEAF_MM / 2.0) {
            self.turn();
        }
        if mm <= self.room() {
            let row = block.row(false, &block.paras, class);
            return self.put(mm, row);
        }
        let mut going_on = false;
        while !block.paras.is_empty() {
            let room = self.room();
            let taken = block.take(room);
            if taken.is_empty() && self.used <= self.repeat.1 {
                // higher than a leaf in one piece: it is printed all the same
                let rest = std::mem::take(&mut block.paras);
                let row = block.row(going_on, &rest, "");
                self.put(room, row);
                return;
            }
            if !taken.is_empty() {
                let high: f32 = taken.iter().map(|p| block.para_mm(p)).sum();
                let row = block.row(going_on, &taken, "");
                self.put(high + 5.5, row);
                going_on = true;
            }
            if !block.paras.is_empty() {
                self.turn();
            }
        }
    }
}

/// The rows of each leaf. `first` stands on the first leaf only, `repeat` (with its height) at the top of all.
#[must_use]
pub fn lay(first: Vec<Block>, repeat: (&Markup, f32), rest: Vec<Block>) -> Vec<Markup> {
    let nothing = html! {};
    let mut filling = Filling {
        repeat: (&nothing, 0.0),
        done: Vec::new(),
        rows: Vec::new(),
        used: 0.0,
    };
    fill(&mut filling, first);
    filling.repeat = repeat;
    if filling.room() < repeat.1 + BEGIN_MM && !rest.is_empty() {
        filling.turn();
    } else {
        filling.put(repeat.1, repeat.0.clone());
    }
    fill(&mut filling, rest);
    let rows = filling.rows;
    filling.done.push(html! { @for r in &rows { (r) } });
    filling.done
}

fn fill(filling: &mut Filling<'_>, blocks: Vec<Block>) {
    for block in blocks {
        match block {
            Block::Whole(mm, rows) => {
                if mm > filling.room() {
                    filling.turn();
                }
                filling.put(mm, rows);
            }
            Block::Running(running) => filling.run(running),
            Block::Rows(lines) => filling.lines(lines),
        }
    }
}

/// Height of all blocks together.
#[must_use]
pub fn height(blocks: &[Block]) -> f32 {
    let one = |b: &Block| match b {
        Block::Whole(mm, _) => *mm,
        Block::Running(r) => r.mm(),
        Block::Rows(t) => t.mm(),
    };
    blocks.iter().map(one).sum()
}

#[cfg(test)]
#[expect(clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::*;

    fn text(n: usize) -> Vec<Para> {
        let words: String = "一二三四五六七八九十".chars().cycle().take(n).collect();
        let para = |text: String, class| Para {
            text,
            face: HAND,
            class,
            ink: None,
        };
        vec![
            para(words, None),
            para("江若川　3月9日".into(), Some("sig")),
        ]
    }

    fn running(n: usize) -> Block {
        Block::Running(Running {
            before: html! { th { "领导批示" } },
            before_on: html! { th { "领导批示（续）" } },
            span: 10,
            class: "op",
            paras: text(n),
            least: (37.0, "h3"),
        })
    }

    fn letters(leaves: &[Markup]) -> usize {
        let all: String = leaves.iter().map(|l| l.0.as_str()).collect();
        all.chars()
            .filter(|c| "一二三四五六七八九十".contains(*c))
            .count()
    }

    #[test]
    fn a_short_form_is_one_leaf() {
        let leaves = lay(vec![running(40), running(40)], (&html! {}, 0.0), vec![]);
        assert_eq!(leaves.len(), 1);
        assert!(leaves[0].0.contains("class=\"h3\""));
    }

    #[test]
    fn long_words_go_on_and_none_is_lost() {
        for n in [600, 1_000, 3_000] {
            let leaves = lay(vec![running(60), running(n)], (&html! {}, 0.0), vec![]);
            assert!(leaves.len() > 1, "{n}");
            assert_eq!(letters(&leaves), 60 + n, "{n}");
            assert!(leaves[1].0.contains("领导批示"), "{n}");
            let signed = leaves.iter().filter(|l| l.0.contains("江若川")).count();
            assert!(signed >= 1);
        }
    }

    #[test]
    fn a_row_without_words_goes_to_the_next_leaf_whole() {
        let sign = |i: usize| {
            Block::Running(Running {
                before: html! { td { "第" (i) "人" } },
                before_on: html! {},
                span: 4,
                class: "kt",
                paras: Vec::new(),
                least: (14.2, "h2"),
            })
        };
        let leaves = lay(Vec::new(), (&html! {}, 0.0), (1..=40).map(sign).collect());
        let rows: usize = leaves.iter().map(|l| l.0.matches("人</td>").count()).sum();
        assert_eq!((leaves.len(), rows), (3, 40));
    }

    #[test]
    fn a_table_takes_its_head_along() {
        let line = |i: usize| (8.7, html! { tr { td { "第" (i) "行" } } });
        let table = Block::Rows(Lines {
            head: html! { tr { th { "品名" } } },
            head_on: html! { tr { th { "品名（续）" } } },
            head_mm: 17.0,
            lines: (1..=200).map(line).collect(),
        });
        let leaves = lay(
            vec![running(20), table],
            (&html! {}, 0.0),
            vec![running(20)],
        );
        let rows: usize = leaves.iter().map(|l| l.0.matches("行</td>").count()).sum();
        assert_eq!(rows, 200);
        assert!(leaves.len() > 8 && leaves.len() < 12, "{}", leaves.len());
        let on = leaves.iter().filter(|l| l.0.contains("品名（续）")).count();
        assert_eq!(on, leaves.len() - 1);
        assert_eq!(letters(&leaves), 40);
    }

    #[test]
    fn rows_keep_whole_under_a_repeated_head() {
        let row = |i: usize| Block::Whole(14.0, html! { tr { td { "第" (i) "行" } } });
        let head = html! { tr { th { "序号" } } };
        let leaves = lay(
            vec![running(10)],
            (&head, 12.0),
            (1..=25).map(row).collect(),
        );
        assert_eq!(leaves.len(), 3);
        assert!(leaves.iter().all(|l| l.0.matches("序号").count() == 1));
        let rows: usize = leaves.iter().map(|l| l.0.matches("行</td>").count()).sum();
        assert_eq!(rows, 25);
    }

    #[test]
    fn a_row_knows_its_height() {
        assert!(pairs_mm(&[("标题", "通知", 10)]) < 12.0);
        let long = "关于".repeat(100);
        assert!(pairs_mm(&[("标题", &long, 10)]) > 40.0);
        assert!(pairs_mm(&[("预先提醒期限", "1", 2)]) > 14.0);
    }
}
