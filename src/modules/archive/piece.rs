//! What makes one piece (件) and in which order it lies (DA/T 22-2015, 4 and 5.1): text and annexes, printed and final
//! version, a letter and its answer. Pure; not here: cards in the database.
//! Invariant: the order inside a piece is total: by part, then by date, then as the cards were made.

use super::card::Card;
use serde::{Deserialize, Serialize};

/// What a document is inside its piece, in the order they lie: 复文前来文后、正本前定稿后、正文前附件后、原件前复制件后、
/// 转发文前被转发文后.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// 复文
    Answer,
    /// 正本, and whatever stands alone.
    #[default]
    Main,
    /// 附件
    Annex,
    /// 被转发文
    Passed,
    /// 来文
    Letter,
    /// 发文稿纸、定稿
    Draft,
    /// 复制件
    Copy,
}

impl Part {
    /// All, in the order they lie.
    pub const ALL: [Self; 7] = [
        Self::Answer,
        Self::Main,
        Self::Annex,
        Self::Passed,
        Self::Letter,
        Self::Draft,
        Self::Copy,
    ];

    /// As people say it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Answer => "复文",
            Self::Main => "正本",
            Self::Annex => "附件",
            Self::Passed => "被转发文",
            Self::Letter => "来文",
            Self::Draft => "定稿",
            Self::Copy => "复制件",
        }
    }

    /// From its label.
    #[must_use]
    pub fn read(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.label() == label)
    }
}

/// The cards of one piece in the order they lie.
pub fn lay(cards: &mut [&Card]) {
    cards.sort_by_key(|c| (c.words.part, c.words.date, c.id));
}

/// Kinds of documents that answer, and those that are answered.
const ANSWERS: [&str; 3] = ["批复", "复函", "答复"];
const LETTERS: [&str; 4] = ["请示", "来函", "函", "报告"];

/// What a title is about, without 关于 and its kind: the same in a letter and its answer.
#[must_use]
pub fn matter(title: &str) -> Option<(&str, Part)> {
    let from = title.find("关于").map_or(0, |at| at + "关于".len());
    let rest = title.get(from..)?;
    let cut = |kinds: &[&str], part: Part| {
        kinds.iter().find_map(|kind| {
            let stem = rest.strip_suffix(kind)?;
            let stem = stem.strip_suffix('的').unwrap_or(stem);
            (stem.chars().count() >= 4).then_some((stem, part))
        })
    };
    cut(&ANSWERS, Part::Answer).or_else(|| cut(&LETTERS, Part::Letter))
}

/// Pairs of a letter and its answer among cards of one shelf, answer first: to be looked at, never joined by itself
/// (来文与复文一般各为一件, 也可为一件).
#[must_use]
pub fn pairs(cards: &[Card]) -> Vec<(&Card, &Card)> {
    let mut found = Vec::new();
    let open = |c: &&Card| c.is_piece() && c.place.is_none();
    for answer in cards.iter().filter(open) {
        let Some((about, Part::Answer)) = matter(&answer.words.title) else {
            continue;
        };
        // 同意…的批复 says the matter of the 请示 after a word of its own
        let letter = cards.iter().filter(open).find(|c| {
            c.id.shelf() == answer.id.shelf()
                && matches!(matter(&c.words.title), Some((m, Part::Letter)) if about == m || about.strip_prefix("同意") == Some(m))
        });
        found.extend(letter.map(|l| (answer, l)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::Id;
    use crate::modules::archive::card::{State, Words};

    fn card(n: i64, title: &str, part: Part) -> Card {
        Card {
            id: Id::from_raw((n << 22) | (3 << 6)),
            rev: 1,
            case: None,
            words: Words {
                title: title.into(),
                part,
                ..Words::default()
            },
            term: None,
            office: String::new(),
            state: State::Draft,
            joined: None,
            place: None,
            box_no: None,
        }
    }

    #[test]
    fn an_answer_lies_before_its_letter_and_the_final_text_behind() {
        let all = [
            card(1, "请示", Part::Letter),
            card(2, "批复", Part::Main),
            card(3, "定稿", Part::Draft),
            card(4, "附件", Part::Annex),
            card(5, "复函", Part::Answer),
        ];
        let mut laid: Vec<&Card> = all.iter().collect();
        lay(&mut laid);
        let order: Vec<&str> = laid.iter().map(|c| c.words.title.as_str()).collect();
        assert_eq!(order, ["复函", "批复", "附件", "请示", "定稿"]);
    }

    #[test]
    fn a_letter_and_its_answer_are_found() {
        let all = [
            card(1, "砚田镇人民政府关于修缮东岭水库的请示", Part::Main),
            card(2, "关于防汛值班的通知", Part::Main),
            card(3, "墨川县人民政府关于同意修缮东岭水库的批复", Part::Main),
        ];
        let found = pairs(&all);
        assert_eq!(found.len(), 1);
        assert_eq!(
            found.first().map(|(a, l)| (a.id, l.id)),
            all.get(2).zip(all.first()).map(|(a, l)| (a.id, l.id))
        );
        assert!(matter("关于开会的通知").is_none());
    }
}
