//! The text as lines of characters, each with its part in the document, as far as rules must know it.
//! Not here: the elements themselves (`recognise`): a rule that asks for them asks the document.

/// A text's lines.
pub(super) struct Text {
    pub lines: Vec<Line>,
}

/// One line.
pub(super) struct Line {
    /// From 0, in the text as typed.
    pub n: usize,
    pub chars: Vec<char>,
    pub part: Part,
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// A paragraph, heading or title: what punctuation and wording are asked of.
    Words,
    /// A row of a table, or cells flattened to lines.
    Cells,
    /// 附件：1. …, and the lines of names after it.
    Enclosures,
    /// Signature, date, 抄送 and 印发: laid out with blanks by hand.
    Foot,
}

impl Text {
    pub fn of(text: &str) -> Self {
        let mut enclosing = false;
        let mut lines: Vec<Line> = Vec::new();
        for (n, raw) in text.split('\n').enumerate() {
            let line = raw.trim();
            enclosing = begins_enclosures(line) || (enclosing && goes_on(line));
            let part = match () {
                () if line.starts_with('|') || line.starts_with('｜') => Part::Cells,
                () if enclosing => Part::Enclosures,
                () if is_foot(line) => Part::Foot,
                () => Part::Words,
            };
            lines.push(Line {
                n,
                chars: raw.chars().collect(),
                part,
            });
        }
        Self { lines }
    }

    /// Lines of words that are not empty.
    pub fn words(&self) -> impl Iterator<Item = &Line> {
        let words = self.lines.iter().filter(|l| l.part == Part::Words);
        words.filter(|l| l.chars.iter().any(|c| !c.is_whitespace()))
    }

    /// All lines that are no foot: where the office's wording stands.
    pub fn said(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|l| l.part != Part::Foot)
    }
}

impl Line {
    pub fn text(&self) -> String {
        self.chars.iter().collect()
    }

    pub fn at(&self, place: usize) -> Option<char> {
        self.chars.get(place).copied()
    }

    /// The character before a place.
    pub fn before(&self, place: usize) -> Option<char> {
        place.checked_sub(1).and_then(|p| self.at(p))
    }

    /// Where these words stand, from 0.
    pub fn places(&self, words: &str) -> Vec<usize> {
        let wanted: Vec<char> = words.chars().collect();
        let all = self.chars.windows(wanted.len().max(1)).enumerate();
        all.filter(|(_, w)| **w == *wanted)
            .map(|(at, _)| at)
            .collect()
    }

    /// The place of some characters of this line.
    pub const fn span(&self, from: usize, to: usize) -> (usize, usize, usize) {
        (self.n, from, to)
    }

    /// Characters of a stretch.
    pub fn stretch(&self, from: usize, to: usize) -> String {
        let many = to.saturating_sub(from);
        self.chars.iter().skip(from).take(many).collect()
    }
}

fn begins_enclosures(line: &str) -> bool {
    ["附件：", "附件:"].iter().any(|w| line.starts_with(w))
}

/// A further name of an enclosure: begins with a number and is short.
fn goes_on(line: &str) -> bool {
    line.starts_with(|c: char| c.is_ascii_digit()) && line.chars().count() <= 60
}

fn is_foot(line: &str) -> bool {
    let short = line.chars().count() <= 60;
    let printed = line.ends_with("印发") && line.contains('年');
    let copied = line.starts_with("抄送：") || line.starts_with("抄送:");
    let dated = short && line.ends_with('日') && line.contains('年') && line.contains('月');
    let bare = line.chars().all(|c| !is_mark(c));
    let blank = ["年   月   日", "年 月 日"]
        .iter()
        .any(|w| line.ends_with(w));
    printed || copied || (dated && bare) || blank
}

/// Chinese punctuation that sentences have.
pub(super) const fn is_mark(c: char) -> bool {
    matches!(c, '，' | '。' | '；' | '：' | '？' | '！' | '、')
}

/// A Chinese character.
pub(super) const fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}')
}
