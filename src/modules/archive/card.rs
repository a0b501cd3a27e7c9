//! An archive card (归档文件): what the catalogue says of a document, how long it is kept, its place in the year.
//! Plain values and their words; not here: how they are stored (`card_store`), suggested (`retention`), numbered.
//! Invariant: a number is three things that agree: the class, the n in it, and the text printed on paper.

use crate::kit::{Day, Id};
use serde::{Deserialize, Serialize};

/// 保管期限 (国家档案局令第8号, §4): for ever, or for a term from the year after the document's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Term {
    /// 永久
    Y,
    /// 30年
    D30,
    /// 10年
    D10,
}

impl Term {
    /// All, the longest first: the order of the catalogue.
    pub const ALL: [Self; 3] = [Self::Y, Self::D30, Self::D10];

    /// Its code in the archive number (DA/T 22-2015, 6.2).
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Y => "Y",
            Self::D30 => "D30",
            Self::D10 => "D10",
        }
    }

    /// As people say it; an empty text is no term.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Y => "永久",
            Self::D30 => "30年",
            Self::D10 => "10年",
        }
    }

    /// From its code or its label, with or without 定期.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches("定期");
        Self::ALL
            .into_iter()
            .find(|t| t.code() == text || t.label() == text)
    }

    /// The first year in which it is over, for documents of a year.
    #[must_use]
    pub const fn over_in(self, year: i16) -> Option<i16> {
        match self {
            Self::Y => None,
            Self::D30 => Some(year + 31),
            Self::D10 => Some(year + 11),
        }
    }
}

/// Where a card is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// As it was suggested; nobody has looked.
    Draft,
    /// Accepted.
    Sorted,
    /// Part of another card's piece.
    Joined,
    /// Need not be archived (8号令 §6); the case stays where it is.
    LeftOut,
}

impl State {
    /// As stored.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Sorted => "sorted",
            Self::Joined => "joined",
            Self::LeftOut => "left_out",
        }
    }

    /// From what is stored.
    #[must_use]
    pub fn from_id(id: &str) -> Self {
        [Self::Sorted, Self::Joined, Self::LeftOut]
            .into_iter()
            .find(|s| s.id() == id)
            .unwrap_or(Self::Draft)
    }

    /// As people say it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Draft => "待整理",
            Self::Sorted => "已整理",
            Self::Joined => "并入",
            Self::LeftOut => "不归档",
        }
    }
}

/// What the catalogue says of a document (DA/T 22-2015, 7: 归档文件目录).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Words {
    /// 题名; one made by the archivist stands in ［］.
    pub title: String,
    /// Made by the archivist, because the document has none or none that says anything.
    pub own_title: bool,
    /// 责任者
    pub author: String,
    /// 文号
    pub doc_no: String,
    /// 日期
    pub date: Option<Day>,
    /// 页数
    pub pages: Option<u32>,
    /// 备注
    pub note: String,
    /// What it is inside its piece.
    pub part: super::piece::Part,
    /// Where it stands before others of its class; 0 leaves that to the date.
    pub order: i64,
    /// Why this term was suggested.
    pub why: String,
}

impl Words {
    /// The title as it is printed: a self-made one in ［］ (DA/T 22-2015, 7.2).
    #[must_use]
    pub fn printed_title(&self) -> String {
        match self.own_title {
            true => format!("［{}］", self.title),
            false => self.title.clone(),
        }
    }

    /// The date as the catalogue writes it: 20260309; 0000 for a day nobody knows.
    #[must_use]
    pub fn printed_date(&self) -> String {
        self.date.map_or_else(String::new, |d| {
            format!("{:04}{:02}{:02}", d.year(), d.month(), d.day())
        })
    }
}

/// The place of a numbered card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Everything before 件号: Z109-WS·2026-Y-BGS.
    pub class: String,
    /// 件号
    pub n: i64,
    /// 档号
    pub text: String,
}

/// A card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    pub id: Id,
    pub rev: i64,
    /// The case it was made of; none: it is on paper only.
    pub case: Option<Id>,
    pub words: Words,
    pub term: Option<Term>,
    /// 机构（问题）代码
    pub office: String,
    pub state: State,
    /// The card whose piece it is part of.
    pub joined: Option<Id>,
    pub place: Option<Place>,
    /// 盒号
    pub box_no: Option<i64>,
}

/// What an archivist changes of a card, and what undoing brings back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    pub words: Words,
    pub term: Option<Term>,
    pub office: String,
    pub state: State,
    pub joined: Option<Id>,
}

impl Card {
    /// What can be changed of it, as it is.
    #[must_use]
    pub fn picture(&self) -> Picture {
        Picture {
            words: self.words.clone(),
            term: self.term,
            office: self.office.clone(),
            state: self.state,
            joined: self.joined,
        }
    }

    /// Whether it is, or will be, a piece of its own in the catalogue.
    #[must_use]
    pub fn is_piece(&self) -> bool {
        matches!(self.state, State::Draft | State::Sorted)
    }

    /// Whether it may be given a number now.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.state == State::Sorted && self.term.is_some() && self.place.is_none()
    }
}

/// The class of a card: 全宗号-WS·年度-保管期限-机构代码 (DA/T 22-2015, 6.2). Without a code the class has three parts.
#[must_use]
pub fn class_of((fonds, year): (&str, i16), term: Term, office: &str) -> String {
    match office {
        "" => format!("{fonds}-WS·{year}-{}", term.code()),
        office => format!("{fonds}-WS·{year}-{}-{office}", term.code()),
    }
}

/// The archive number: four figures for the piece (DA/T 22-2015, 6.2).
#[must_use]
pub fn number_of(class: &str, n: i64) -> String {
    format!("{class}-{n:04}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_written_as_the_standard_writes_it() {
        let class = class_of(("Z109", 2026), Term::Y, "BGS");
        assert_eq!(number_of(&class, 1), "Z109-WS·2026-Y-BGS-0001");
        assert_eq!(
            number_of(&class_of(("Z109", 2026), Term::D30, ""), 12),
            "Z109-WS·2026-D30-0012"
        );
    }

    #[test]
    fn terms_are_read_as_people_write_them_and_end() {
        for (text, term) in [
            ("永久", Some(Term::Y)),
            ("定期30年", Some(Term::D30)),
            ("D10", Some(Term::D10)),
            ("15年", None),
        ] {
            assert_eq!(Term::read(text), term, "{text}");
        }
        assert_eq!(Term::D10.over_in(2015), Some(2026));
        assert_eq!(Term::Y.over_in(2015), None);
    }

    #[test]
    fn a_title_of_ones_own_stands_in_brackets() {
        let words = Words {
            title: "关于防汛值班的照片".into(),
            own_title: true,
            date: "2026-03-09".parse().ok(),
            ..Words::default()
        };
        assert_eq!(words.printed_title(), "［关于防汛值班的照片］");
        assert_eq!(words.printed_date(), "20260309");
    }
}
