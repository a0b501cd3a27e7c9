//! Numbers and boxes of a year: the plan shown before, taken in one act, given back as long as nothing of the class is
//! handed over. Not here: the order (`arrange`), how numbers are held (`store::runs`).
//! Invariant: what the preview showed is what is taken, or nothing is: somebody may have numbered meanwhile.

use super::arrange::{Planned, Width, fill, plan};
use super::card::{Card, Place};
use super::card_store::{set_box, set_place};
use super::year::{Archive, Year};
use crate::kit::{Error, Id, Result, ShelfNo};
use crate::store::{Reserved, Stamp};
use std::collections::{BTreeMap, BTreeSet};

/// The kind of claim archive numbers are (README decision 4).
const KIND: &str = "archive";

impl Archive {
    /// The numbers the year's accepted pieces will take.
    #[must_use]
    pub fn planned(&self, year: &Year) -> Vec<Planned> {
        let open: Vec<Card> = year
            .cards
            .iter()
            .filter(|c| c.place.is_some() || year.is_open(c))
            .cloned()
            .collect();
        plan(&open, (&year.settings.fonds, year.year), &year.elsewhere)
    }

    /// A class as the hub knows it: two organs of one server may have no fonds number yet.
    fn key(&self, class: &str) -> String {
        format!("{}/{class}", self.keeper.organ.0)
    }

    /// Gives every accepted piece its number; says how many.
    pub fn number(&self, year: &Year, stamp: &Stamp) -> Result<usize> {
        if year.settings.fonds.is_empty() {
            return Err(Error::Conflict(
                "还没有填全宗号。请先到“档案设置”填上再编号".into(),
            ));
        }
        let planned = self.planned(year);
        let mut by_class: BTreeMap<&str, Vec<&Planned>> = BTreeMap::new();
        for p in &planned {
            by_class.entry(&p.class).or_default().push(p);
        }
        let mut runs = Vec::new();
        let written = by_class
            .iter()
            .try_for_each(|(class, planned)| {
                runs.extend(self.take(class, planned)?);
                Ok(())
            })
            .and_then(|()| self.write_numbers(year, &runs, stamp));
        self.store.settle_run(
            &runs
                .iter()
                .map(|(_, claim)| claim.clone())
                .collect::<Vec<_>>(),
        )?;
        written?;
        Ok(runs.len())
    }

    fn take(&self, class: &str, planned: &[&Planned]) -> Result<Vec<(Planned, Reserved)>> {
        let holders: Vec<(ShelfNo, String)> = planned
            .iter()
            .map(|p| (p.card.shelf(), p.card.to_string()))
            .collect();
        let taken = self.store.reserve_run((KIND, &self.key(class)), &holders)?;
        let pairs: Vec<(Planned, Reserved)> =
            planned.iter().map(|p| (*p).clone()).zip(taken).collect();
        if pairs.iter().all(|(p, claim)| p.n == claim.n) {
            return Ok(pairs);
        }
        let claims: Vec<Reserved> = pairs.into_iter().map(|(_, claim)| claim).collect();
        self.store.settle_run(&claims)?;
        Err(Error::Conflict(format!(
            "{class} 里有别的件刚编了号，和预览的不一样了。请重新打开“编号”页再看一遍"
        )))
    }

    fn write_numbers(
        &self,
        year: &Year,
        runs: &[(Planned, Reserved)],
        stamp: &Stamp,
    ) -> Result<()> {
        let mut by_shelf: BTreeMap<ShelfNo, Vec<(Card, Place, Reserved)>> = BTreeMap::new();
        for (planned, claim) in runs {
            let card = year.card(planned.card).ok_or(Error::NotFound)?;
            let place = Place {
                class: planned.class.clone(),
                n: planned.n,
                text: planned.text.clone(),
            };
            by_shelf
                .entry(card.id.shelf())
                .or_default()
                .push((card.clone(), place, claim.clone()));
        }
        let hand = self.hand(stamp);
        for (shelf, cards) in by_shelf {
            let hand = hand.clone();
            self.store.write(shelf, stamp.clone(), move |w| {
                for (card, place, claim) in &cards {
                    w.bind(claim, card.id)?;
                    set_place(w, card, Some(place), &hand)?;
                }
                w.note(format!("{} 件", cards.len()));
                w.quiet("档案条目，不影响各类清单");
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Why the numbers of a class cannot be taken back.
    #[must_use]
    pub fn held_fast(&self, year: &Year, class: &str) -> Option<String> {
        let mut mine = year.cards.iter().filter(|c| in_class(c, class));
        mine.find_map(|card| {
            if !year.is_open(card) {
                return Some("有一部分已经封存".to_owned());
            }
            let handed = year.was(card.id, "handed") || year.was(card.id, "destroyed");
            handed.then(|| "已经移交或销毁过".to_owned())
        })
    }

    /// Takes the numbers of a class off its cards, so that it can be arranged anew; says how many.
    pub fn unnumber(&self, year: &Year, class: &str, stamp: &Stamp) -> Result<usize> {
        if let Some(why) = self.held_fast(year, class) {
            return Err(Error::Conflict(format!("{class} {why}，编号不能再取消")));
        }
        let hidden = year.drawers.iter().any(|d| !d.is_open());
        let mut by_shelf: BTreeMap<ShelfNo, Vec<Card>> = BTreeMap::new();
        for card in year.cards.iter().filter(|c| in_class(c, class)) {
            by_shelf
                .entry(card.id.shelf())
                .or_default()
                .push(card.clone());
        }
        let count: usize = by_shelf.values().map(Vec::len).sum();
        let key = self.key(class);
        let run = self.store.release_run(KIND, &key)?;
        let shelves: BTreeSet<ShelfNo> = by_shelf.keys().copied().collect();
        let done = if hidden && run.len() != count {
            Err(Error::Conflict(format!(
                "{class} 里有您看不到的件（保密部门的，或者柜子不在），要连它们一起才能取消编号"
            )))
        } else {
            by_shelf
                .into_iter()
                .try_for_each(|(shelf, cards)| self.take_off((shelf, &key), cards, stamp))
        };
        self.store.settle_released(&run)?;
        tracing::debug!(class, shelves = shelves.len(), "archive numbers taken back");
        done.map(|()| count)
    }

    fn take_off(
        &self,
        (shelf, key): (ShelfNo, &str),
        cards: Vec<Card>,
        stamp: &Stamp,
    ) -> Result<()> {
        let (hand, key) = (self.hand(stamp), key.to_owned());
        self.store.write(shelf, stamp.clone(), move |w| {
            for card in &cards {
                w.unbind((KIND, &key), card.id)?;
                set_place(w, card, None, &hand)?;
            }
            w.note(format!("{} 件", cards.len()));
            w.quiet("档案条目，不影响各类清单");
            Ok(())
        })?;
        Ok(())
    }

    /// Puts all numbered pieces of the year into boxes of a width; says how many boxes.
    pub fn put_in_boxes(&self, year: &Year, width: Width, stamp: &Stamp) -> Result<usize> {
        let mut pieces: Vec<Card> = year.numbered().into_iter().cloned().collect();
        for card in &mut pieces {
            card.words.pages = year.pages(card);
        }
        let filled = fill(&pieces, width);
        let mut boxes = BTreeSet::new();
        let mut by_shelf: BTreeMap<ShelfNo, Vec<(Id, i64)>> = BTreeMap::new();
        for ((id, no), card) in filled.into_iter().zip(&pieces) {
            boxes.insert((card.place.as_ref().map(|p| p.class.clone()), no));
            if year.is_open(card) && card.box_no != Some(no) {
                by_shelf.entry(id.shelf()).or_default().push((id, no));
            }
        }
        for (shelf, cards) in by_shelf {
            let hand = self.hand(stamp);
            self.store.write(shelf, stamp.clone(), move |w| {
                for card in &cards {
                    set_box(w, *card, &hand)?;
                }
                w.quiet("档案条目，不影响各类清单");
                Ok(())
            })?;
        }
        Ok(boxes.len())
    }
}

fn in_class(card: &Card, class: &str) -> bool {
    card.place.as_ref().is_some_and(|p| p.class == class)
}
