//! The year in its final order (DA/T 22-2015, 5.2 and 5.3): classes in the organ's arrangement, pieces inside them by
//! date; the numbers they will take; and the boxes they fill. Pure; not here: taking the numbers.
//! Invariant: inside a class numbers run from 1 without a gap; what has a number keeps it, what has none follows.

use super::card::{Card, Term, class_of, number_of};
use crate::kit::Id;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// In which order the classes stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Arrangement {
    /// 年度—机构（问题）—保管期限
    #[default]
    OfficeFirst,
    /// 年度—保管期限—机构（问题）
    TermFirst,
}

impl Arrangement {
    /// As stored.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::OfficeFirst => "office_first",
            Self::TermFirst => "term_first",
        }
    }

    /// From what is stored.
    #[must_use]
    pub fn from_id(id: &str) -> Self {
        match id {
            "term_first" => Self::TermFirst,
            _ => Self::OfficeFirst,
        }
    }

    /// As people say it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::OfficeFirst => "年度—机构（问题）—保管期限",
            Self::TermFirst => "年度—保管期限—机构（问题）",
        }
    }

    fn key(self, card: &Card) -> (u8, &str, u8) {
        let term = card.term.map_or(9, |t| t as u8);
        match self {
            Self::OfficeFirst => (0, &card.office, term),
            Self::TermFirst => (term, &card.office, 0),
        }
    }
}

/// Puts pieces into their final order.
pub fn sort(cards: &mut [Card], arrangement: Arrangement) {
    cards.sort_by(|a, b| {
        let place = |c: &Card| c.place.as_ref().map_or(i64::MAX, |p| p.n);
        let order = |c: &Card| match c.words.order {
            0 => i64::MAX,
            n => n,
        };
        let late = |c: &Card| (c.words.date.is_none(), c.words.date);
        arrangement
            .key(a)
            .cmp(&arrangement.key(b))
            .then_with(|| place(a).cmp(&place(b)))
            .then_with(|| order(a).cmp(&order(b)))
            .then_with(|| late(a).cmp(&late(b)))
            .then_with(|| a.words.doc_no.cmp(&b.words.doc_no))
            .then_with(|| a.id.cmp(&b.id))
    });
}

/// A number a card is to take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    pub card: Id,
    pub class: String,
    pub n: i64,
    pub text: String,
}

/// The numbers that cards in their final order will take: those of each class follow the ones it has, after filling
/// what was given back. `elsewhere` are numbers of cards this reader does not see.
#[must_use]
pub fn plan(
    sorted: &[Card],
    (fonds, year): (&str, i16),
    elsewhere: &[(String, i64)],
) -> Vec<Planned> {
    let seen = sorted.iter().filter_map(|c| c.place.as_ref());
    let mut used: BTreeSet<(String, i64)> = seen.map(|p| (p.class.clone(), p.n)).collect();
    used.extend(elsewhere.iter().cloned());
    let mut next: BTreeMap<String, i64> = BTreeMap::new();
    let mut planned = Vec::new();
    for card in sorted.iter().filter(|c| c.is_ready()) {
        let Some(term) = card.term else { continue };
        let class = class_of((fonds, year), term, &card.office);
        let n = next.entry(class.clone()).or_insert(0);
        *n += 1;
        while used.contains(&(class.clone(), *n)) {
            *n += 1;
        }
        planned.push(Planned {
            card: card.id,
            text: number_of(&class, *n),
            n: *n,
            class,
        });
    }
    planned
}

/// A box: its width, and how many pages lie in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Width(pub u32);

impl Width {
    /// What is sold (DA/T 22-2015, 8): 20, 30 and 40 mm.
    pub const ALL: [Self; 3] = [Self(20), Self(30), Self(40)];

    /// Pages that lie in it: a sheet of 80 g paper is a tenth of a millimetre, a fifth of the box is air and covers;
    /// pages are counted by side, most sheets carry one.
    #[must_use]
    pub const fn pages(self) -> u32 {
        self.0 * 8
    }
}

/// Pages a piece is reckoned at where nobody counted them.
const UNCOUNTED: u32 = 5;

/// Which box each numbered piece lies in: boxes of a class are filled in the order of the numbers, and none holds
/// two classes. Boxes are numbered from 1 in each class.
#[must_use]
pub fn fill(sorted: &[Card], width: Width) -> Vec<(Id, i64)> {
    let mut at: BTreeMap<&str, (i64, u32)> = BTreeMap::new();
    let mut filled = Vec::new();
    for card in sorted {
        let Some(place) = &card.place else { continue };
        let pages = card.words.pages.unwrap_or(UNCOUNTED);
        let (no, held) = at.entry(&place.class).or_insert((1, 0));
        if *held > 0 && *held + pages > width.pages() {
            (*no, *held) = (*no + 1, 0);
        }
        *held += pages;
        filled.push((card.id, *no));
    }
    filled
}

/// What stands on the spine of a box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spine {
    pub class: String,
    pub term: Term,
    pub office: String,
    pub no: i64,
    /// 起止件号
    pub from: i64,
    pub to: i64,
    pub pieces: usize,
    pub pages: u32,
    /// How many of its pieces have no count of pages.
    pub uncounted: usize,
}

/// The spines of the boxes, in the order of the catalogue.
#[must_use]
pub fn spines(sorted: &[Card]) -> Vec<Spine> {
    let mut all: Vec<Spine> = Vec::new();
    for card in sorted {
        let (Some(place), Some(term), Some(no)) = (&card.place, card.term, card.box_no) else {
            continue;
        };
        let same = |s: &&mut Spine| s.class == place.class && s.no == no;
        let spine = match all.iter_mut().find(same) {
            Some(spine) => spine,
            None => {
                all.push(Spine {
                    class: place.class.clone(),
                    term,
                    office: card.office.clone(),
                    no,
                    from: place.n,
                    to: place.n,
                    pieces: 0,
                    pages: 0,
                    uncounted: 0,
                });
                let Some(last) = all.last_mut() else { continue };
                last
            }
        };
        spine.to = spine.to.max(place.n);
        spine.from = spine.from.min(place.n);
        spine.pieces += 1;
        spine.pages += card.words.pages.unwrap_or(0);
        spine.uncounted += usize::from(card.words.pages.is_none());
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modules::archive::card::{Place, State, Words};

    fn card(n: i64, term: Term, office: &str, date: &str) -> Card {
        Card {
            id: Id::from_raw(n),
            rev: 1,
            case: None,
            words: Words {
                date: date.parse().ok(),
                ..Words::default()
            },
            term: Some(term),
            office: office.into(),
            state: State::Sorted,
            joined: None,
            place: None,
            box_no: None,
        }
    }

    #[test]
    fn classes_are_numbered_from_one_without_a_gap() {
        let mut all = vec![
            card(1, Term::D10, "BGS", "2026-05-01"),
            card(2, Term::Y, "BGS", "2026-03-01"),
            card(3, Term::Y, "BGS", ""),
            card(4, Term::Y, "BGS", "2026-02-01"),
            card(5, Term::Y, "AQB", "2026-02-01"),
        ];
        sort(&mut all, Arrangement::OfficeFirst);
        let planned = plan(&all, ("Z109", 2026), &[]);
        let said: Vec<(i64, &str)> = planned
            .iter()
            .map(|p| (p.card.raw(), p.text.as_str()))
            .collect();
        assert_eq!(
            said,
            [
                (5, "Z109-WS·2026-Y-AQB-0001"),
                (4, "Z109-WS·2026-Y-BGS-0001"),
                (2, "Z109-WS·2026-Y-BGS-0002"),
                (3, "Z109-WS·2026-Y-BGS-0003"),
                (1, "Z109-WS·2026-D10-BGS-0001"),
            ]
        );
        sort(&mut all, Arrangement::TermFirst);
        let order: Vec<i64> = all.iter().map(|c| c.id.raw()).collect();
        assert_eq!(order, [5, 4, 2, 3, 1]);
    }

    #[test]
    fn what_comes_later_follows_what_has_a_number() {
        let mut all = vec![
            card(1, Term::Y, "BGS", "2026-01-01"),
            card(2, Term::Y, "BGS", "2026-03-01"),
        ];
        let class = class_of(("Z109", 2026), Term::Y, "BGS");
        if let Some(second) = all.get_mut(1) {
            second.place = Some(Place {
                text: number_of(&class, 1),
                class,
                n: 1,
            });
        }
        sort(&mut all, Arrangement::OfficeFirst);
        let planned = plan(&all, ("Z109", 2026), &[]);
        assert_eq!(planned.first().map(|p| (p.card.raw(), p.n)), Some((1, 2)));
        assert_eq!(planned.len(), 1);
    }

    #[test]
    fn a_box_is_filled_and_says_from_where_to_where() {
        let class = class_of(("Z109", 2026), Term::Y, "BGS");
        let mut all: Vec<Card> = (1..=5)
            .map(|n| {
                let mut c = card(n, Term::Y, "BGS", "2026-01-01");
                c.words.pages = Some(60);
                c.place = Some(Place {
                    class: class.clone(),
                    n,
                    text: number_of(&class, n),
                });
                c
            })
            .collect();
        let boxes = fill(&all, Width(20));
        assert_eq!(
            boxes.iter().map(|(_, b)| *b).collect::<Vec<_>>(),
            [1, 1, 2, 2, 3]
        );
        for (card, (_, no)) in all.iter_mut().zip(boxes) {
            card.box_no = Some(no);
        }
        let said: Vec<_> = spines(&all)
            .iter()
            .map(|s| (s.no, s.from, s.to, s.pages))
            .collect();
        assert_eq!(said, [(1, 1, 2, 120), (2, 3, 4, 120), (3, 5, 5, 60)]);
    }
}
