//! Which pieces of a year are meant: all, a class, a box, what was handed over in one go. Not here: what they hold.
//! Invariant: only numbered pieces that are not destroyed are in a package; the check of a year looks at every piece.

use super::super::card::Card;
use super::super::year::{Year, stands};
use crate::kit::Zone;

/// Which pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// 全年
    Year,
    /// One lowest class.
    Class(String),
    /// A box of it.
    Box(String, i64),
    /// What was handed over by one press of a button.
    Batch(String),
}

impl Scope {
    /// As it is sent.
    #[must_use]
    pub fn id(&self) -> String {
        match self {
            Self::Year => "year".to_owned(),
            Self::Class(class) => format!("class:{class}"),
            Self::Box(class, no) => format!("box:{no}:{class}"),
            Self::Batch(batch) => format!("batch:{batch}"),
        }
    }

    /// Those a year has, in order, with their names.
    #[must_use]
    pub fn all_of(year: &Year, zone: Zone) -> Vec<(Self, String)> {
        let mut all = vec![(Self::Year, "全年".to_owned())];
        let mut add = |scope: Self, name: String| {
            if !all.iter().any(|(s, _)| *s == scope) {
                all.push((scope, name));
            }
        };
        let numbered = year.numbered();
        for place in numbered.iter().filter_map(|c| c.place.as_ref()) {
            add(Self::Class(place.class.clone()), place.class.clone());
        }
        for card in &numbered {
            if let (Some(place), Some(no)) = (&card.place, card.box_no) {
                let name = format!("{} 第 {no} 盒", place.class);
                add(Self::Box(place.class.clone(), no), name);
            }
        }
        for card in numbered.iter().filter(|c| year.was(c.id, "handed")) {
            let events = year.later.get(&card.id).into_iter().flatten();
            for event in events.filter(|e| e.what == "handed") {
                let name = format!("{} 移交{}", zone.day(event.at).long(), event.said("to"));
                add(Self::Batch(event.batch.clone()), name);
            }
        }
        all
    }

    /// The one of this id among those the year has.
    #[must_use]
    pub fn read(id: &str, year: &Year, zone: Zone) -> Option<(Self, String)> {
        let all = Self::all_of(year, zone);
        all.into_iter().find(|(scope, _)| scope.id() == id)
    }

    /// Its pieces, in the order of the catalogue.
    #[must_use]
    pub fn pieces<'y>(&self, year: &'y Year) -> Vec<&'y Card> {
        let mut all = year.numbered();
        all.retain(|c| !year.was(c.id, "destroyed") && self.has(year, c));
        all
    }

    fn has(&self, year: &Year, card: &Card) -> bool {
        let of = |class: &str| card.place.as_ref().is_some_and(|p| p.class == class);
        match self {
            Self::Year => true,
            Self::Class(class) => of(class),
            Self::Box(class, no) => of(class) && card.box_no == Some(*no),
            Self::Batch(batch) => {
                let later = year.later.get(&card.id).map_or(&[][..], Vec::as_slice);
                let handed = later.iter().filter(|e| e.what == "handed");
                handed
                    .filter(|e| stands(later, e))
                    .any(|e| e.batch == *batch)
            }
        }
    }
}
