//! An opinion written with finger, pen or mouse in a box beside the form: what the page posts is read once, bounded, and
//! kept as integers with the opinion. Not here: drawing (`ui::hand`), handwriting on pages (`modules::document`).
//! Invariant: no opinion is without words: where only a hand wrote, the words say so, for lists and registers.

use super::offer::Input;
use crate::layout::pen::{self, Stroke};

/// The box, mm: wide enough for a line of large characters on a telephone held upright.
pub const BOX: (f64, f64) = (120.0, 50.0);

/// The words of an opinion that is only handwriting.
pub const SAID: &str = "（手写）";

/// Strokes as a page posts them or a volume keeps them; none where nothing was written.
///
/// # Errors
/// What is wrong, in a word for the log.
pub fn strokes(raw: &str) -> Result<Vec<Stroke>, &'static str> {
    if raw.trim().is_empty() {
        return Ok(Vec::new());
    }
    let lists: Vec<Vec<i64>> = serde_json::from_str(raw).map_err(|_| "not strokes")?;
    pen::read(&lists, BOX)
}

/// Words and strokes of an answer as they are kept: the same integers and nothing else.
pub(super) fn kept(input: &Input) -> (String, String) {
    let all = strokes(&input.hand).unwrap_or_default();
    let words = input.opinion.trim();
    if all.is_empty() {
        // nothing was written by hand: the words would say what is not so
        let words = if words == SAID { "" } else { words };
        return (words.to_owned(), String::new());
    }
    let words = if words.is_empty() { SAID } else { words };
    let strokes = serde_json::to_string(&pen::written(&all)).unwrap_or_default();
    (words.to_owned(), strokes)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn input(opinion: &str, hand: &str) -> Input {
        Input {
            opinion: opinion.into(),
            hand: hand.into(),
            ..Input::default()
        }
    }

    #[test]
    fn words_and_strokes_are_kept_and_a_hand_alone_says_so() {
        let hand = "[[100, 200, 500, 0, 300, 220, 700, 16]]";
        assert_eq!(
            kept(&input(" 同意。", "")),
            ("同意。".into(), String::new())
        );
        let (words, strokes) = kept(&input("", hand));
        assert_eq!(
            (words.as_str(), strokes.as_str()),
            (SAID, "[[100,200,500,0,300,220,700,16]]")
        );
        assert_eq!(kept(&input("发。", hand)).0, "发。");
        assert_eq!(kept(&input("", "[]")), (String::new(), String::new()));
    }

    #[test]
    fn nothing_outside_the_box_is_read() {
        strokes("[[12000,5000,1000,0]]").unwrap();
        for bad in [
            "[[12001,0,0,0]]",
            "[[0,5001,0,0]]",
            "[[1,2,3]]",
            "{}",
            "[[1.5,0,0,0]]",
            "[[[1]]]",
        ] {
            strokes(bad).unwrap_err();
        }
    }
}
