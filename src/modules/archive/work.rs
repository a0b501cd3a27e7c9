//! What an archivist does to cards: edits saved in one go, pieces joined and split, the last press undone. One press is
//! one transaction on each shelf it touches. Not here: numbers (`numbers`), which fields a page shows.
//! Invariant: a card with a number keeps its class; a piece handed over is not changed at all.

use super::card::{Card, Picture, State};
use super::card_store::{Hand, find_card, find_last, insert_event, list_batch, set_card};
use super::year::{Archive, Year};
use crate::kit::{Error, Id, Result, ShelfNo};
use crate::store::Stamp;
use serde_json::Value;
use std::collections::BTreeMap;

/// A card as it was seen, and as it shall be.
pub type Edit = (Card, Picture);

impl Archive {
    /// Saves edits, those that change something; says how many.
    pub fn save(&self, year: &Year, edits: Vec<Edit>, stamp: &Stamp) -> Result<usize> {
        let mut by_shelf: BTreeMap<ShelfNo, Vec<Edit>> = BTreeMap::new();
        for (card, picture) in edits {
            if card.picture() == picture {
                continue;
            }
            refuse(year, &card, &picture)?;
            by_shelf
                .entry(card.id.shelf())
                .or_default()
                .push((card, picture));
        }
        let mut saved = 0;
        for (shelf, edits) in by_shelf {
            saved += self.save_shelf(shelf, edits, (stamp, None))?;
        }
        Ok(saved)
    }

    fn save_shelf(
        &self,
        shelf: ShelfNo,
        edits: Vec<Edit>,
        (stamp, undoes): (&Stamp, Option<String>),
    ) -> Result<usize> {
        let hand = self.hand(stamp);
        let done = self.store.write(shelf, stamp.clone(), move |w| {
            for (card, picture) in &edits {
                set_card(w, card, picture, (&hand, undoes.as_deref()))?;
            }
            w.quiet("档案条目，不影响各类清单");
            Ok(edits.len())
        })?;
        Ok(done.value)
    }

    /// Makes one piece of cards of one shelf: the first is the piece, the others are parts of it.
    pub fn join(&self, year: &Year, ids: &[Id], stamp: &Stamp) -> Result<usize> {
        let cards: Vec<&Card> = ids.iter().filter_map(|id| year.card(*id)).collect();
        let [first, rest @ ..] = cards.as_slice() else {
            return Err(Error::invalid("pick", "请先勾选要合在一起的几份"));
        };
        if rest.is_empty() {
            return Err(Error::invalid("pick", "合为一件至少要勾选两份"));
        }
        if rest.iter().any(|c| c.id.shelf() != first.id.shelf()) {
            return Err(Error::invalid(
                "pick",
                "勾选的几份不是同一个部门的，不能合为一件。请分别归档，在备注里互相写明文号",
            ));
        }
        if cards.iter().any(|c| c.place.is_some()) {
            return Err(Error::invalid(
                "pick",
                "勾选的里面有已经编号的。请先取消编号，再合件",
            ));
        }
        let mut edits = Vec::new();
        for card in rest {
            let mut picture = card.picture();
            (picture.state, picture.joined) = (State::Joined, Some(first.id));
            edits.push(((*card).clone(), picture));
            // what was joined to it comes along
            for part in year.cards.iter().filter(|c| c.joined == Some(card.id)) {
                let mut picture = part.picture();
                picture.joined = Some(first.id);
                edits.push((part.clone(), picture));
            }
        }
        self.save(year, edits, stamp)
    }

    /// Makes pieces of their own again of all parts of these pieces.
    pub fn split(&self, year: &Year, ids: &[Id], stamp: &Stamp) -> Result<usize> {
        let parts = year.cards.iter().filter(|c| {
            let piece = c.joined;
            ids.contains(&c.id) && c.state == State::Joined
                || piece.is_some_and(|p| ids.contains(&p))
        });
        let mut edits = Vec::new();
        for card in parts {
            let whole = card.joined.and_then(|id| year.card(id));
            if whole.is_some_and(|c| c.place.is_some()) {
                return Err(Error::invalid(
                    "pick",
                    "这一件已经编号。请先取消编号，再拆开",
                ));
            }
            let mut picture = card.picture();
            (picture.state, picture.joined) = (State::Draft, None);
            edits.push((card.clone(), picture));
        }
        if edits.is_empty() {
            return Err(Error::invalid("pick", "勾选的里面没有合成一件的"));
        }
        self.save(year, edits, stamp)
    }

    /// Takes back this person's last press on the year's cards; says how many cards it touched.
    pub fn undo(&self, year: &Year, stamp: &Stamp) -> Result<usize> {
        let mut last: Option<(i64, String)> = None;
        let open: Vec<ShelfNo> = year
            .drawers
            .iter()
            .filter(|d| d.is_open())
            .map(|d| d.shelf)
            .collect();
        for shelf in &open {
            let read = self.store.shelf(*shelf)?;
            if let Some((batch, at)) = find_last(&read, *shelf, self.keeper.person)? {
                last = last.max(Some((at, batch)));
            }
        }
        let Some((_, batch)) = last else {
            return Err(Error::Conflict("没有可以撤销的改动".into()));
        };
        let mut undone = 0;
        for shelf in open {
            let read = self.store.shelf(shelf)?;
            let mut edits = Vec::new();
            for (id, before, after) in list_batch(&read, shelf, &batch)? {
                let card = find_card(&read, id)?;
                if card.picture() != after {
                    return Err(Error::Conflict(format!(
                        "“{}”后来又改过，不能再撤销那一步。请直接改它",
                        card.words.title
                    )));
                }
                refuse(year, &card, &before)?;
                edits.push((card, before));
            }
            if !edits.is_empty() {
                undone += self.save_shelf(shelf, edits, (stamp, Some(batch.clone())))?;
            }
        }
        Ok(undone)
    }

    /// Writes what was done to a card later on, on the standing shelf of its department.
    pub fn note_later(
        &self,
        cards: &[Id],
        what: &'static str,
        data: &Value,
        stamp: &Stamp,
    ) -> Result<()> {
        let mut by_dept: BTreeMap<i64, Vec<Id>> = BTreeMap::new();
        for card in cards {
            let place = self.place_of(card.shelf())?;
            let (dept, _) = place.ok_or(Error::NotFound)?;
            by_dept.entry(dept.0).or_default().push(*card);
        }
        for (dept, cards) in by_dept {
            let shelf = self.store.shelf_for(dept, 0)?;
            let (hand, data): (Hand, Value) = (self.hand(stamp), data.clone());
            self.store.write(shelf, stamp.clone(), move |w| {
                for card in &cards {
                    insert_event(w, (*card, what), &hand, &data)?;
                }
                w.quiet("档案条目，不影响各类清单");
                Ok(())
            })?;
        }
        Ok(())
    }
}

/// What may not be done to a card any more, and what to do first.
fn refuse(year: &Year, card: &Card, picture: &Picture) -> Result<()> {
    if !year.is_open(card) {
        return Err(Error::Conflict(
            "这一年已经封存，卡片只能看。以后的事请写在卡片的“后来的事”里".into(),
        ));
    }
    if year.was(card.id, "handed") || year.was(card.id, "destroyed") {
        return Err(Error::Conflict(format!(
            "“{}”已经移交或销毁，卡片不再改动",
            card.words.title
        )));
    }
    let same =
        (picture.term, &picture.office, picture.state) == (card.term, &card.office, card.state);
    if card.place.is_some() && !same {
        return Err(Error::Conflict(format!(
            "“{}”已经编号，期限、机构和归档与否不能再改。请先在“编号”页取消编号",
            card.words.title
        )));
    }
    Ok(())
}
