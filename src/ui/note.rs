//! Words that carry rank or state, and notes on the page.
//! State is always a word with a mark, never a colour alone; only [`Rank::Hot`] is filled with red.

use super::{Markup, Render, html};

/// How loud a mark is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rank {
    /// 特急: the only filled one.
    Hot,
    /// 加急, 超期.
    Warm,
    /// 新.
    Good,
    /// 封存, 代办 and the like.
    Calm,
}

/// A mark of one to three characters, such as 特急.
#[must_use]
pub fn mark(rank: Rank, word: &str) -> Markup {
    let class = match rank {
        Rank::Hot => "mark hot",
        Rank::Warm => "mark warm",
        Rank::Good => "mark good",
        Rank::Calm => "mark calm",
    };
    html! { b class=(class) { (word) } }
}

/// The mark of an urgency word as written in the register; nothing for ordinary matters.
#[must_use]
pub fn urgency(word: &str) -> Option<Markup> {
    match word {
        "特急" | "特提" => Some(mark(Rank::Hot, word)),
        "加急" | "平急" | "急件" | "急" => Some(mark(Rank::Warm, word)),
        _ => None,
    }
}

/// State inside a line or a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// ○ not yet.
    Waiting,
    /// ● under way.
    Now,
    /// A tick: in order, done.
    Ok,
    /// ▲ to be watched.
    Warn,
    /// ■ wrong or overdue.
    Bad,
    /// － switched off, withdrawn.
    Off,
}

/// A state word with its mark.
#[must_use]
pub fn state(state: State, word: &str) -> Markup {
    let class = match state {
        State::Waiting => "st",
        State::Now => "st now",
        State::Ok => "st ok",
        State::Warn => "st warn",
        State::Bad => "st bad",
        State::Off => "st off",
    };
    html! { span class=(class) { (word) } }
}

/// Tone of a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Something to know: acting for somebody, a shelf is sealed.
    Plain,
    /// It worked: what happened and what comes next.
    Done,
    /// It did not work: what to do.
    Bad,
}

/// Something to know: the bold `lead` first, then the rest.
#[must_use]
pub fn note(tone: Tone, lead: &str, rest: &impl Render) -> Markup {
    let (class, role) = match tone {
        Tone::Plain => ("note", None),
        Tone::Done => ("note ok", Some("status")),
        Tone::Bad => ("note bad", Some("alert")),
    };
    html! { div class=(class) role=[role] { b { (lead) } " " (rest) } }
}

/// Success in one sentence that names the result and the next step (U61), such as
/// 已送纪文澜拟办，可在“我经手”查看。
#[must_use]
pub fn done(sentence: &str) -> Markup {
    note(Tone::Done, sentence, &"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::scan::{HOSTILE, check};

    #[test]
    fn words_are_escaped() {
        check(&mark(Rank::Hot, HOSTILE));
        check(&state(State::Bad, HOSTILE));
        check(&note(Tone::Bad, HOSTILE, &HOSTILE));
        check(&done(HOSTILE));
    }

    #[test]
    fn only_urgent_words_are_marked() {
        assert!(urgency("").is_none());
        assert!(urgency("平件").is_none());
        assert_eq!(
            urgency("特急").map(|m| m.into_string()),
            Some(r#"<b class="mark hot">特急</b>"#.to_owned())
        );
    }
}
