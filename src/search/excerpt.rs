//! Excerpts of texts with the words asked for marked, as values: drawing them is the page's business.
//! Invariant: the runs of an excerpt, put together, are a piece of the original, cut at characters.

use super::document::Where;
use super::words::{Folded, fold};
use crate::kit::Id;

/// Characters before the first word, and in all.
const BEFORE: usize = 24;
const LONG: usize = 96;

/// A piece of text, marked or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub text: String,
    pub marked: bool,
}

/// Where a word was found.
#[derive(Debug, Clone)]
pub struct Excerpt {
    pub place: Where,
    /// What the part is called on the form, who wrote it, or the file's name.
    pub label: String,
    /// The attachment.
    pub file: Option<Id>,
    pub runs: Vec<Run>,
}

/// The whole text with the words marked.
#[must_use]
pub fn marked(text: &str, words: &[String]) -> Vec<Run> {
    let folded = fold(text);
    runs(text, &spans(text, &folded, words), (0, text.len()))
}

/// The piece around the first word.
#[must_use]
pub(super) fn around(text: &str, words: &[String]) -> Vec<Run> {
    let folded = fold(text);
    let spans = spans(text, &folded, words);
    let first = spans.first().map_or(0, |s| s.0);
    let from = text
        .get(..first)
        .unwrap_or_default()
        .char_indices()
        .rev()
        .take(BEFORE)
        .take_while(|(_, c)| *c != '\n')
        .last()
        .map_or(first, |(at, _)| at);
    let rest = text.get(from..).unwrap_or_default();
    let to = rest
        .char_indices()
        .nth(LONG)
        .map_or(text.len(), |(at, _)| from + at);
    let mut runs = runs(text, &spans, (from, to));
    let before = text.get(..from).and_then(|t| t.chars().next_back());
    if let Some(first) = runs
        .first_mut()
        .filter(|_| before.is_some_and(|c| c != '\n'))
    {
        first.text.insert(0, '…');
    }
    if to < text.len() {
        runs.push(Run {
            text: "…".into(),
            marked: false,
        });
    }
    runs
}

/// Where the words stand, in bytes, in order and not overlapping.
fn spans(text: &str, folded: &Folded, words: &[String]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for word in words {
        let word: Vec<char> = word.chars().collect();
        for (i, window) in folded.chars.windows(word.len().max(1)).enumerate() {
            if window == word {
                let last = folded.at.get(i + word.len() - 1).copied().unwrap_or(0);
                let end = text
                    .get(last..)
                    .and_then(|t| t.chars().next())
                    .map_or(0, char::len_utf8);
                found.push((folded.at.get(i).copied().unwrap_or(0), last + end));
            }
        }
    }
    found.sort_unstable();
    let mut merged: Vec<(usize, usize)> = Vec::new();
    for (from, to) in found {
        match merged.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => merged.push((from, to)),
        }
    }
    merged
}

fn runs(text: &str, spans: &[(usize, usize)], (from, to): (usize, usize)) -> Vec<Run> {
    let mut out = Vec::new();
    let mut push = |a: usize, b: usize, marked: bool| {
        if let Some(piece) = text.get(a.max(from)..b.min(to)).filter(|p| !p.is_empty()) {
            out.push(Run {
                text: piece.replace('\n', " "),
                marked,
            });
        }
    };
    let mut at = from;
    for (a, b) in spans {
        if *b > from && *a < to {
            push(at, *a, false);
            push(*a, *b, true);
            at = *b;
        }
    }
    push(at, to, false);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(runs: &[Run]) -> String {
        runs.iter()
            .map(|r| {
                if r.marked {
                    format!("[{}]", r.text)
                } else {
                    r.text.clone()
                }
            })
            .collect()
    }

    #[test]
    fn words_are_marked_where_they_stand() {
        let words = ["消防".to_owned(), "2026".to_owned()];
        assert_eq!(
            shown(&marked("关于消 防〔２０２６〕的消防", &words)),
            "关于[消 防]〔[２０２６]〕的[消防]"
        );
        assert_eq!(shown(&marked("没有", &words)), "没有");
    }

    #[test]
    fn an_excerpt_begins_before_the_word_and_in_its_paragraph() {
        let text = format!("第一段。\n{}消防设施{}", "前".repeat(40), "后".repeat(200));
        let words = ["消防".to_owned()];
        let said = shown(&around(&text, &words));
        assert!(
            said.starts_with(&format!("…{}[消防]设施后", "前".repeat(24))),
            "{said}"
        );
        assert!(said.ends_with("后…"));
        assert_eq!(shown(&around("一\n消防", &words)), "[消防]");
    }
}
