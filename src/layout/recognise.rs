//! The elements of an official document found in plain text, one paragraph a line: what a clerk types or pastes into the big
//! box. Not here: what a case's own fields say, which wins. Invariant: every line becomes part of some element; nothing is
//! lost and nothing is invented.

mod blocks;
mod ends;
mod opening;
mod written;

pub use blocks::blocks;
pub use written::written_day;

use super::document::{Annex, Block};
use crate::kit::Day;

/// What was found; empty where it does not stand in the text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Recognised {
    /// One line an entry, as broken by hand.
    pub title: Vec<String>,
    /// 发文字号
    pub number: String,
    /// Without its colon.
    pub addressee: String,
    pub body: Vec<Block>,
    /// 附件说明
    pub enclosures: Vec<String>,
    pub signatures: Vec<String>,
    pub date: Option<Day>,
    /// Without its brackets.
    pub note: Option<String>,
    /// Annexes; a text that is issued by the document (印发) is the first, without a label.
    pub annexes: Vec<Annex>,
    /// Without 抄送 and its full stop.
    pub copy_to: String,
    pub printer: String,
    pub printed_on: Option<Day>,
    /// 出席、请假、列席
    pub present: Vec<(String, String)>,
}

/// Reads a text whose title stands in it, if anywhere, in the first lines.
#[must_use]
pub fn recognise(text: &str) -> Recognised {
    recognise_titled(text, "")
}

/// The same where the title is known: lines at the head that say it again are the title.
#[must_use]
pub fn recognise_titled(text: &str, title: &str) -> Recognised {
    let all: Vec<&str> = text
        .lines()
        .map(trimmed)
        .filter(|l| !l.is_empty())
        .collect();
    let mut found = Recognised::default();
    let rest = opening::opening(&all, title, &mut found);
    let (main, annexes) = parted(rest);
    // a title that stands in a field of its own is not in the text
    let said = match found.title.is_empty() {
        true => title.to_owned(),
        false => found.title.concat(),
    };
    let issued = ends::closing(main, &said, &mut found);
    found.annexes = issued.into_iter().collect();
    for lines in annexes {
        let lines = ends::without_imprint(lines, &mut found);
        found.annexes.extend(annex(&lines));
    }
    found
}

/// Blanks of every width at both ends stand for nothing; tabs at the head of a pasted row of cells do.
fn trimmed(line: &str) -> &str {
    line.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
}

/// The text before the first annex, and each annex with its label.
fn parted<'a, 'b>(lines: &'b [&'a str]) -> (&'b [&'a str], Vec<&'b [&'a str]>) {
    let starts: Vec<usize> = (0..lines.len())
        .filter(|n| {
            lines
                .get(*n)
                .is_some_and(|l| opening::annex_label(l).is_some())
        })
        .collect();
    let first = starts.first().copied().unwrap_or(lines.len());
    let ends = starts.iter().skip(1).copied().chain([lines.len()]);
    let annexes = starts
        .iter()
        .zip(ends)
        .filter_map(|(a, b)| lines.get(*a..b))
        .collect();
    (lines.get(..first).unwrap_or_default(), annexes)
}

/// An annex: its label, its title in the next line, its text.
fn annex(lines: &[&str]) -> Option<Annex> {
    let (label, rest) = lines.split_first()?;
    let (label, inline) = opening::annex_label(label)?;
    let (title, body) = match (inline, rest.split_first()) {
        (Some(title), _) => (title, rest),
        (None, Some((title, body))) if opening::may_title(title) => ((*title).to_owned(), body),
        (None, _) => (String::new(), rest),
    };
    Some(Annex {
        label,
        title,
        body: blocks(body),
    })
}

#[cfg(test)]
#[expect(clippy::indexing_slicing, reason = "tests")]
mod tests;
