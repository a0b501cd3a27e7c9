//! What may not begin or end a line (GB/T 15834-2011 §5.1) and what is not torn. Not here: widths.
//! Invariant: a break is judged by the two characters beside it and nothing else.

/// Closing marks: never at a line's head.
pub const CLOSING: &str = "。，、；：！？）》”’」』】〕〉］｝．·％‰℃°.,;:!?)]}>%";

/// Pauses and stops: at a line's end one more of them is taken in, where word processors let it hang in the margin.
const PAUSES: &str = "，。、；：？！．,.;:?!";

/// Opening marks: never at a line's end.
pub const OPENING: &str = "（《“‘「『【〔〈［｛([{<￥№";

/// Marks of two characters' width: not torn between lines.
const LONG: &str = "—…─⋯";

#[must_use]
pub fn closes(c: char) -> bool {
    CLOSING.contains(c)
}

#[must_use]
pub fn pauses(c: char) -> bool {
    PAUSES.contains(c)
}

#[must_use]
pub fn opens(c: char) -> bool {
    OPENING.contains(c)
}

/// Digits and Latin letters with the marks inside numbers and words.
#[must_use]
pub fn latin(c: char) -> bool {
    c.is_ascii_graphic()
}

/// Whether a line may end with `a` and the next begin with `b`.
#[must_use]
pub fn may_break(a: char, b: char) -> bool {
    gap(a, b) && !(closes(b) || opens(a) || blank(b))
}

/// A blank stays at the end of its line.
#[must_use]
pub fn blank(c: char) -> bool {
    c == ' ' || c == '\u{3000}' || c == '\u{a0}' || c == '\t'
}

/// Whether a justified line may be widened between the two.
#[must_use]
pub fn gap(a: char, b: char) -> bool {
    let torn = (latin(a) && latin(b)) || (a == b && LONG.contains(a));
    !torn
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_keep_to_their_side() {
        assert!(may_break('镇', '人'));
        assert!(!may_break('镇', '。') && !may_break('《', '办') && !may_break('”', '，'));
        assert!(may_break('》', '的') && may_break('：', '“'));
    }

    #[test]
    fn numbers_words_and_dashes_are_whole() {
        assert!(!may_break('2', '0') && !may_break('O', 'A') && !may_break('.', '5'));
        assert!(may_break('6', '年') && may_break('年', '3'));
        assert!(!may_break('—', '—') && !may_break('…', '…') && may_break('…', '等'));
    }
}
