//! A year of an organ's cards, read from the shelves of all its departments: what the tidy-up page, the papers and the
//! numbering stand on. Not here: changing anything (`work`).
//! Invariant: of a confidential department whose files are not this reader's, no title is read at all; such a shelf is
//! only counted.

use super::card::{Card, State};
use super::card_store::{Event, list_cards, list_later, list_places};
use super::piece;
use super::settings_store::{Settings, find_settings};
use crate::access::Who;
use crate::engine::filed_store::{Held, count_held};
use crate::engine::run::Engine;
use crate::kit::{DeptId, Id, OrganId, PersonId, Result, ShelfNo};
use crate::org::Directory;
use crate::store::{Standing, Store};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Who works on the archive, and of which organ.
#[derive(Debug, Clone)]
pub struct Keeper {
    pub person: PersonId,
    pub name: String,
    pub organ: OrganId,
    pub dept: DeptId,
    /// Departments whose own file they run.
    pub runs: Vec<DeptId>,
}

impl Keeper {
    /// Whoever is at the screen.
    #[must_use]
    pub fn of(who: &Who) -> Self {
        Self {
            person: who.person,
            name: who.name.clone(),
            organ: who.organ,
            dept: who.dept,
            runs: who.runs.clone(),
        }
    }
}

/// The rooms of the house an archivist's work goes through.
#[derive(Clone)]
pub struct Archive {
    pub store: Store,
    pub engine: Arc<Engine>,
    pub directory: Arc<Directory>,
    pub keeper: Keeper,
}

/// A department's year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawer {
    pub shelf: ShelfNo,
    pub dept: DeptId,
    pub standing: Standing,
    /// Confidential, and not this reader's.
    pub hidden: bool,
}

impl Drawer {
    /// Whether its cards can be read.
    #[must_use]
    pub fn is_read(&self) -> bool {
        !self.hidden && !matches!(self.standing, Standing::Away(_))
    }

    /// Whether its cards can be changed.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.hidden && self.standing == Standing::Open
    }
}

/// Everything of a year.
pub struct Year {
    pub year: i16,
    pub settings: Settings,
    pub drawers: Vec<Drawer>,
    /// All cards, pieces in their final order.
    pub cards: Vec<Card>,
    /// What is there of each card's case.
    pub held: HashMap<Id, Held>,
    /// Class and number of cards that this reader does not see.
    pub elsewhere: Vec<(String, i64)>,
    /// What was done to cards later on, oldest first.
    pub later: HashMap<Id, Vec<Event>>,
}

impl Archive {
    /// The shelves of the organ's departments of a year, closed departments too.
    pub fn drawers(&self, year: i16) -> Result<Vec<Drawer>> {
        let depts: BTreeSet<DeptId> = self
            .directory
            .all_depts()
            .iter()
            .filter(|d| d.organ == self.keeper.organ)
            .map(|d| d.id)
            .collect();
        let shelves = self.store.shelves()?.into_iter();
        Ok(shelves
            .filter(|(_, dept, y)| *y == year && depts.contains(&DeptId(*dept)))
            .map(|(shelf, dept, _)| self.drawer(shelf, DeptId(dept)))
            .collect())
    }

    fn drawer(&self, shelf: ShelfNo, dept: DeptId) -> Drawer {
        let mine = self.keeper.dept == dept || self.keeper.runs.contains(&dept);
        Drawer {
            shelf,
            dept,
            standing: self.store.standing(shelf),
            hidden: self.store.is_confidential(shelf) && !mine,
        }
    }

    /// Years there are shelves of, the newest first.
    pub fn years(&self) -> Result<Vec<i16>> {
        let all: BTreeSet<i16> = self
            .store
            .shelves()?
            .into_iter()
            .map(|(_, _, y)| y)
            .filter(|y| *y > 0)
            .collect();
        Ok(all.into_iter().rev().collect())
    }

    /// The department a shelf is of, with its year.
    pub fn place_of(&self, shelf: ShelfNo) -> Result<Option<(DeptId, i16)>> {
        let all = self.store.shelves()?;
        let found = all.into_iter().find(|(no, _, _)| *no == shelf);
        Ok(found.map(|(_, dept, year)| (DeptId(dept), year)))
    }

    /// The organ's settings.
    pub fn settings(&self) -> Result<Settings> {
        find_settings(&self.store.hub()?, self.keeper.organ)
    }

    /// A year with everything that is read of it.
    pub fn year(&self, year: i16) -> Result<Year> {
        let settings = self.settings()?;
        let drawers = self.drawers(year)?;
        let (mut cards, mut held) = (Vec::new(), HashMap::new());
        for drawer in drawers.iter().filter(|d| d.is_read()) {
            let read = self.store.shelf(drawer.shelf)?;
            cards.extend(list_cards(&read, drawer.shelf, self.keeper.organ)?);
            held.extend(count_held(&read, drawer.shelf)?);
        }
        let mut elsewhere = Vec::new();
        for drawer in drawers
            .iter()
            .filter(|d| d.hidden && !matches!(d.standing, Standing::Away(_)))
        {
            elsewhere.extend(list_places(&self.store.shelf(drawer.shelf)?, drawer.shelf)?);
        }
        super::arrange::sort(&mut cards, settings.arrangement);
        let later = self.later(drawers.iter().map(|d| d.dept))?;
        Ok(Year {
            year,
            settings,
            drawers,
            cards,
            held,
            elsewhere,
            later,
        })
    }

    /// What was done to the cards of departments after their years: it stands on their standing shelves.
    pub fn later(&self, depts: impl Iterator<Item = DeptId>) -> Result<HashMap<Id, Vec<Event>>> {
        let depts: BTreeSet<DeptId> = depts.collect();
        let mut all: HashMap<Id, Vec<Event>> = HashMap::new();
        for (shelf, dept, year) in self.store.shelves()? {
            let away = matches!(self.store.standing(shelf), Standing::Away(_));
            if year != 0 || away || !depts.contains(&DeptId(dept)) {
                continue;
            }
            for event in list_later(&self.store.shelf(shelf)?, shelf)? {
                all.entry(event.card).or_default().push(event);
            }
        }
        Ok(all)
    }
}

/// Whether what was noted of a card was not taken back since, as a mistake.
#[must_use]
pub fn stands(all: &[Event], noted: &Event) -> bool {
    let undone = |e: &&Event| {
        e.what == "undone" && e.said("batch") == noted.batch && e.said("what") == noted.what
    };
    !all.iter().any(|e| undone(&e))
}

impl Year {
    /// Whether this was done to the card and not taken back.
    #[must_use]
    pub fn was(&self, card: Id, what: &str) -> bool {
        let all = self.later.get(&card).map_or(&[][..], Vec::as_slice);
        all.iter().any(|e| e.what == what && stands(all, e))
    }

    /// Who has it now, where it is lent.
    #[must_use]
    pub fn lent_to(&self, card: Id) -> Option<&Event> {
        let all = self.later.get(&card)?;
        let last = all
            .iter()
            .rev()
            .find(|e| e.what == "lent" || e.what == "returned")?;
        (last.what == "lent").then_some(last)
    }

    /// The card of this id.
    #[must_use]
    pub fn card(&self, id: Id) -> Option<&Card> {
        self.cards.iter().find(|c| c.id == id)
    }

    /// Pieces, without what need not be archived.
    pub fn pieces(&self) -> impl Iterator<Item = &Card> {
        self.cards.iter().filter(|c| c.is_piece())
    }

    /// Pieces with a number, in their final order.
    #[must_use]
    pub fn numbered(&self) -> Vec<&Card> {
        self.pieces().filter(|c| c.place.is_some()).collect()
    }

    /// The cards of a piece in the order they lie, the card of the piece among them.
    #[must_use]
    pub fn inside(&self, piece: &Card) -> Vec<&Card> {
        let mut all: Vec<&Card> = self
            .cards
            .iter()
            .filter(|c| c.id == piece.id || c.joined == Some(piece.id))
            .collect();
        piece::lay(&mut all);
        all
    }

    /// Pages of a piece; none where a part of it is not counted.
    #[must_use]
    pub fn pages(&self, piece: &Card) -> Option<u32> {
        self.inside(piece).iter().map(|c| c.words.pages).sum()
    }

    /// What is missing before a piece can be closed, in words.
    #[must_use]
    pub fn missing(&self, card: &Card) -> Vec<&'static str> {
        let held = card.case.and_then(|case| self.held.get(&case));
        let held = held.copied().unwrap_or_default();
        let all = [
            (
                card.case.is_some() && held.files == 0,
                "没有扫描件或电子原件",
            ),
            (card.case.is_some() && held.opinions == 0, "没有办理意见"),
            (card.words.pages.is_none(), "页数"),
            (card.words.date.is_none(), "日期"),
            (card.words.author.is_empty(), "责任者"),
            (
                card.term.is_none() && card.state != State::LeftOut,
                "保管期限",
            ),
        ];
        all.into_iter()
            .filter_map(|(missing, word)| missing.then_some(word))
            .collect()
    }

    /// How many cards are in each state, and how many have a number.
    #[must_use]
    pub fn counts(&self) -> (BTreeMap<&'static str, usize>, usize) {
        let mut by: BTreeMap<&'static str, usize> = BTreeMap::new();
        for card in &self.cards {
            *by.entry(card.state.id()).or_default() += 1;
        }
        (by, self.numbered().len())
    }

    /// Whether a card's shelf can be written.
    #[must_use]
    pub fn is_open(&self, card: &Card) -> bool {
        let shelf = card.id.shelf();
        self.drawers.iter().any(|d| d.shelf == shelf && d.is_open())
    }
}
