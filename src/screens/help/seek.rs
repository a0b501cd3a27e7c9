//! Looking for words in the manual: every question is one piece, found when it has all the words; where no piece
//! has them all, those that share the most pairs of letters are offered. One's own posts come first.
//! Not for cases (`screens/search`): these are a hundred pieces, read through each time.

use super::text::Chapter;
use super::{HELP_AT, answer};
use crate::kit::text;
use crate::ui::list::empty;
use crate::ui::{Link, Markup, html};

/// Longer is nobody's question.
const LONGEST: usize = 60;
/// More are not read.
const MOST: usize = 12;

/// What somebody typed, and its words as they are compared.
pub(super) struct Asked {
    typed: String,
    words: Vec<Vec<char>>,
}

impl Asked {
    pub(super) fn of(typed: &str) -> Self {
        let typed = text::clip(&text::one_line(typed), LONGEST);
        let words = text::fold_search(&typed)
            .split(|c: char| c.is_whitespace() || matches!(c, '，' | ',' | '、' | '。' | '?'))
            .filter(|w| !w.is_empty())
            .map(|w| w.chars().collect())
            .collect();
        Self { typed, words }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.words.is_empty()
    }
}

/// One question with its steps, and whose it is.
struct Piece {
    own: bool,
    chapter: &'static Chapter,
    question: &'static str,
    steps: &'static [&'static str],
}

impl Piece {
    /// How well it answers: nothing where a word is nowhere, more where the question itself has it.
    fn answers(&self, words: &[Vec<char>]) -> usize {
        let (head, all) = self.letters();
        if !words.iter().all(|w| has(&all, w)) {
            return 0;
        }
        1 + words.iter().filter(|w| has(&head, w)).count()
    }

    /// How many pairs of letters it shares with what was typed.
    fn resembles(&self, words: &[Vec<char>]) -> usize {
        let (head, all) = self.letters();
        let pairs = words.iter().flat_map(|w| w.windows(2));
        pairs
            .map(|p| usize::from(has(&all, p)) + usize::from(has(&head, p)))
            .sum()
    }

    fn letters(&self) -> (Vec<char>, Vec<char>) {
        let head: Vec<char> = self.question.chars().map(text::search_char).collect();
        let title = self.chapter.title.chars();
        let rest = title.chain(self.steps.iter().flat_map(|s| s.chars().chain(['\n'])));
        let all = head.iter().copied().chain(rest.map(text::search_char));
        let all = all.collect();
        (head, all)
    }
}

fn has(text: &[char], word: &[char]) -> bool {
    text.windows(word.len()).any(|w| w == word)
}

/// The box; works without a script.
pub(super) fn form(asked: &Asked) -> Markup {
    html! {
        form.asking method="get" action=(HELP_AT) role="search" aria-label="在帮助里找" {
            label.vh for="help-q" { "在帮助里找" }
            input #help-q type="search" name="q" value=(asked.typed) placeholder="写几个字，例如 作废、停电、代录" maxlength=(LONGEST);
            button.btn type="submit" { "在帮助里找" }
        }
    }
}

/// What was found, best first; one's own before the others'.
pub(super) fn found(asked: &Asked, chapters: &[(bool, &'static Chapter)]) -> Markup {
    let (exact, pieces) = look(asked, chapters);
    html! {
        @if pieces.is_empty() {
            (empty("帮助里没有这几个字。", "换个说法，或者少写几个字；再找不到，打旁边的电话。", &[Link::new("看全部帮助", HELP_AT)]))
        } @else {
            p.quiet {
                @if exact { "找到 " (pieces.len()) " 条。" } @else { "没有一条全有这几个字，下面是相近的 " (pieces.len()) " 条。" }
                (Link::new("看全部帮助", HELP_AT))
            }
            @for p in &pieces {
                section.found {
                    h2 { (marked(p.question, &asked.words)) }
                    p.faint { (p.chapter.title) }
                    (marked_steps(p.steps, &asked.words))
                }
            }
        }
    }
}

/// Whether every word was met, and the pieces.
fn look(asked: &Asked, chapters: &[(bool, &'static Chapter)]) -> (bool, Vec<Piece>) {
    let exact = ranked(chapters, |p| p.answers(&asked.words));
    if exact.is_empty() {
        return (false, ranked(chapters, |p| p.resembles(&asked.words)));
    }
    (true, exact)
}

fn ranked(chapters: &[(bool, &'static Chapter)], worth: impl Fn(&Piece) -> usize) -> Vec<Piece> {
    let pieces = chapters.iter().flat_map(|(own, chapter)| {
        chapter.questions.iter().map(|(question, steps)| Piece {
            own: *own,
            chapter,
            question,
            steps,
        })
    });
    let mut all: Vec<(usize, Piece)> = pieces
        .map(|p| (worth(&p), p))
        .filter(|(n, _)| *n > 0)
        .collect();
    all.sort_by_key(|(n, p)| (!p.own, std::cmp::Reverse(*n)));
    all.into_iter().take(MOST).map(|(_, p)| p).collect()
}

fn marked_steps(steps: &[&str], words: &[Vec<char>]) -> Markup {
    html! {
        @match steps {
            [one] => { p { (marked(one, words)) } }
            many if words.is_empty() => { (answer(many)) }
            many => { ol { @for step in many { li { (marked(step, words)) } } } }
        }
    }
}

/// The text with the words in it marked; folding keeps positions, so what is marked is what stands there.
fn marked(said: &str, words: &[Vec<char>]) -> Markup {
    let plain: Vec<char> = said.chars().collect();
    let folded: Vec<char> = plain.iter().copied().map(text::search_char).collect();
    let mut hit = vec![false; plain.len()];
    for word in words {
        for (at, window) in folded.windows(word.len()).enumerate() {
            if window == word.as_slice() {
                hit.iter_mut()
                    .skip(at)
                    .take(word.len())
                    .for_each(|h| *h = true);
            }
        }
    }
    let letters: Vec<(char, bool)> = plain.into_iter().zip(hit).collect();
    html! {
        @for run in letters.chunk_by(|a, b| a.1 == b.1) {
            @let words: String = run.iter().map(|(c, _)| *c).collect();
            @if run.first().is_some_and(|(_, hit)| *hit) { mark { (words) } } @else { (words) }
        }
    }
}

#[cfg(test)]
#[expect(clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::*;
    use crate::screens::help::text::{ALL, Reader};

    fn chapters(own: Reader) -> Vec<(bool, &'static Chapter)> {
        let mut all: Vec<_> = ALL.iter().map(|c| (c.reader == own, *c)).collect();
        all.sort_by_key(|(own, _)| !own);
        all
    }

    fn titles(typed: &str, own: Reader) -> Vec<&'static str> {
        let (_, pieces) = look(&Asked::of(typed), &chapters(own));
        pieces.iter().map(|p| p.question).collect()
    }

    #[test]
    fn all_words_must_be_there() {
        let found = titles("作废 号", Reader::Clerk);
        assert_eq!(found[0], "号用错了，怎么作废");
        let (exact, none) = look(&Asked::of("火星 土星"), &chapters(Reader::Clerk));
        assert!(!exact && none.is_empty());
        let (exact, near) = look(&Asked::of("电脑停电了怎么办呀"), &chapters(Reader::Clerk));
        assert!(!exact && near.iter().any(|p| p.question.contains("停电")));
    }

    #[test]
    fn ones_own_post_comes_first() {
        let clerk = look(&Asked::of("备份"), &chapters(Reader::Keeper)).1;
        assert!(clerk[0].own && clerk.iter().any(|p| !p.own));
        let system = titles("备份", Reader::System);
        assert_ne!(clerk[0].question, system[0]);
    }

    #[test]
    fn words_are_marked_where_they_stand_and_stay_text() {
        let asked = Asked::of("ＰＤＦ <b>");
        assert_eq!(
            marked("一份 pdf<B>原件", &asked.words).0,
            "一份 <mark>pdf&lt;B&gt;</mark>原件"
        );
        assert!(form(&asked).0.contains("&lt;b&gt;"));
        let found = found(&Asked::of("传阅"), &chapters(Reader::Clerk)).0;
        assert!(found.contains("<mark>传阅</mark>"));
        assert!(Asked::of("　，").is_empty());
    }
}
