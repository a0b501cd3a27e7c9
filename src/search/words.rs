//! Text folded for comparing, and the pairs of characters it is found by (storage.md §4).
//! Letters, digits and Chinese characters are one class; any other sign ends a run of pairs. The last of a
//! run also stands alone, so that one character is a prefix of something.
//! Invariant: where the folded query stands in the folded text, all pairs of the query are pairs of the text.

use crate::kit::text;
use std::collections::BTreeSet;

/// A text folded character by character, each with its place in the original, in bytes.
#[derive(Debug, Default)]
pub struct Folded {
    pub chars: Vec<char>,
    /// Where each character begins, and the end of the text at last.
    pub at: Vec<usize>,
}

/// Folds width, case and brackets; drops what is invisible, and white space beside a Chinese character or a
/// sign. Ends of paragraphs stay.
#[must_use]
pub fn fold(text: &str) -> Folded {
    let mut out = Folded::default();
    each(text, |c, at| {
        out.chars.push(c);
        out.at.push(at);
    });
    out.at.push(text.len());
    out
}

/// The same without places.
#[must_use]
pub fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    each(text, |c, _| out.push(c));
    out
}

fn each(text: &str, mut put: impl FnMut(char, usize)) {
    let mut last = '\n';
    let mut space = None;
    for (at, c) in text.char_indices() {
        if is_invisible(c) {
            continue;
        }
        let c = match c {
            '\r' | '\n' => '\n',
            c => text::search_char(c),
        };
        if c != '\n' && c.is_whitespace() {
            space = space.or(Some(at));
            continue;
        }
        if let Some(place) = space.take()
            && is_latin(last)
            && is_latin(c)
        {
            put(' ', place);
        }
        put(c, at);
        last = c;
    }
}

fn is_invisible(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\r' && c != '\t')
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// A letter or digit of a script that sets spaces between words.
fn is_latin(c: char) -> bool {
    c.is_alphanumeric() && u32::from(c) < 0x2e80
}

/// Whether the character belongs to runs.
#[must_use]
pub fn is_word(c: char) -> bool {
    c.is_alphanumeric()
}

/// The words asked for: separated by white space, folded, those without any letter left out.
#[must_use]
pub fn asked(query: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for word in query.split_whitespace() {
        let word = folded(word);
        if word.chars().any(is_word) && !all.contains(&word) {
            all.push(word);
        }
    }
    all.truncate(MOST_WORDS);
    all
}

/// Words of one query.
pub const MOST_WORDS: usize = 8;
/// Pairs looked up of one word: the rest is left to the verification.
const MOST_PAIRS: usize = 24;

/// Adds the pairs of a text, and the last character of each run.
pub fn add_pairs(text: &str, into: &mut BTreeSet<[char; 2]>) {
    let mut last = None;
    each(text, |c, _| {
        if is_word(c) {
            if let Some(before) = last {
                into.insert([before, c]);
            }
            last = Some(c);
        } else if let Some(before) = last.take() {
            into.insert([before, ALONE]);
        }
    });
    if let Some(before) = last {
        into.insert([before, ALONE]);
    }
}

/// Stands for nothing behind the last character of a run.
pub const ALONE: char = '\0';

/// What is looked up for one folded word: its pairs; where it has none, one of its characters as a prefix.
#[derive(Debug, PartialEq, Eq)]
pub enum LookUp {
    Pairs(Vec<String>),
    /// A single character: everything that begins with it.
    Prefix(char),
}

#[must_use]
pub fn look_up(word: &str) -> LookUp {
    let chars: Vec<char> = word.chars().collect();
    let mut pairs: Vec<String> = Vec::new();
    for pair in chars.windows(2) {
        if pair.iter().copied().all(is_word) {
            let pair: String = pair.iter().collect();
            if !pairs.contains(&pair) && pairs.len() < MOST_PAIRS {
                pairs.push(pair);
            }
        }
    }
    match chars.iter().copied().find(|c| is_word(*c)) {
        Some(c) if pairs.is_empty() => LookUp::Prefix(c),
        _ => LookUp::Pairs(pairs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Vec<String> {
        let mut all = BTreeSet::new();
        add_pairs(text, &mut all);
        all.iter()
            .map(|p| p.iter().filter(|c| **c != ALONE).collect())
            .collect()
    }

    #[test]
    fn pairs_stay_within_a_run() {
        assert_eq!(pairs("排水，Ａ1"), ["1", "a1", "排水", "水"]);
        assert_eq!(pairs("张　三"), ["三", "张三"]);
        assert_eq!(pairs("no 12"), ["12", "2", "no", "o"]);
        assert_eq!(pairs("一\n二"), ["一", "二"]);
    }

    #[test]
    fn places_are_those_of_the_original() {
        let text = "关 于〔２０２６〕";
        let folded = fold(text);
        assert_eq!(folded.chars.iter().collect::<String>(), "关于(2026)");
        assert_eq!(folded.at, [0, 4, 7, 10, 13, 16, 19, 22, 25]);
    }

    #[test]
    fn what_is_looked_up() {
        assert_eq!(asked("  消防　 Ｂ栋 《 消防"), ["消防", "b栋"]);
        assert_eq!(
            look_up("(2023)1"),
            LookUp::Pairs(vec!["20".into(), "02".into(), "23".into()])
        );
        assert_eq!(look_up("《水"), LookUp::Prefix('水'));
        let long = "消防".repeat(5000);
        assert_eq!(
            look_up(&long),
            LookUp::Pairs(vec!["消防".into(), "防消".into()])
        );
    }
}
