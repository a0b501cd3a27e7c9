//! Makes cards: of the year's archived cases by rule, and by hand for documents on paper only. Not here: which cases are
//! at their end (`engine::filed_store`), the table of retention (`retention`).
//! Invariant: a case has one card at most, and gathering twice makes none twice.

use super::card::{Picture, State, Term, Words};
use super::card_store::{Hand, insert_card};
use super::piece::Part;
use super::retention::{Keep, Origin, Subject, suggest};
use super::settings_store::Settings;
use super::year::{Archive, Drawer};
use crate::engine::definition::{Filing, Procedure, text_of};
use crate::engine::filed_store::{Ended, find_ended, is_ended, list_uncarded};
use crate::engine::official::find_letterhead;
use crate::engine::stored::Stored;
use crate::kit::{DeptId, Id, Result};
use crate::store::Stamp;

impl Archive {
    /// Whose hand it is, under the name of this request.
    #[must_use]
    pub fn hand(&self, stamp: &Stamp) -> Hand {
        Hand {
            person: self.keeper.person,
            name: self.keeper.name.clone(),
            batch: format!("{}-{}", stamp.request, stamp.at.0),
        }
    }

    /// Makes cards of all cases of a year at their end that have none; says how many.
    pub fn gather(&self, year: i16, ended: Ended, stamp: &Stamp) -> Result<usize> {
        let settings = self.settings()?;
        let mut made = 0;
        for drawer in self.drawers(year)?.iter().filter(|d| d.is_open()) {
            made += self.gather_drawer(drawer, &settings, (ended, stamp))?;
        }
        Ok(made)
    }

    /// How many cases of a year wait to be gathered.
    pub fn count_waiting(&self, year: i16) -> Result<usize> {
        let mut waiting = 0;
        for drawer in self.drawers(year)?.iter().filter(|d| d.is_open()) {
            let read = self.store.shelf(drawer.shelf)?;
            waiting += list_uncarded(&read, drawer.shelf, Ended::Archived)?.len();
        }
        Ok(waiting)
    }

    fn gather_drawer(
        &self,
        drawer: &Drawer,
        settings: &Settings,
        (ended, stamp): (Ended, &Stamp),
    ) -> Result<usize> {
        let read = self.store.shelf(drawer.shelf)?;
        let mut made = Vec::new();
        for case in list_uncarded(&read, drawer.shelf, ended)? {
            let (stored, procedure) = find_ended(&self.engine, &read, case)?;
            // 责任者 of an own document is who signs it: 镇党委 or 镇政府
            let hub = self.store.hub()?;
            let head = find_letterhead(&hub, &stored, &procedure)?;
            let signs = head.map_or_else(String::new, |l| l.signature);
            made.push((case, self.picture((&stored, &procedure), signs, settings)));
        }
        drop(read);
        if made.is_empty() {
            return Ok(0);
        }
        let (organ, hand) = (self.keeper.organ, self.hand(stamp));
        let done = self.store.write(drawer.shelf, stamp.clone(), move |w| {
            let mut count = 0;
            for (case, picture) in &made {
                // reopened or voided since it was read
                if is_ended(w, *case)? {
                    let card = insert_card(w, (organ, Some(*case)), picture, &hand)?;
                    count += usize::from(card.is_some());
                }
            }
            w.quiet("档案条目，不影响各类清单");
            Ok(count)
        })?;
        Ok(done.value)
    }

    /// What the card of a case says to begin with.
    fn picture(
        &self,
        (stored, procedure): (&Stored, &Procedure),
        signs: String,
        settings: &Settings,
    ) -> Picture {
        let blank = Filing::default();
        let filing = procedure.archive.as_ref().unwrap_or(&blank);
        let values = &stored.state.values;
        let said = |field: &Option<String>| {
            let value = field.as_ref().and_then(|id| values.get(id));
            value.map_or_else(String::new, text_of)
        };
        let organ = self.directory.organ_name(self.keeper.organ);
        let own = procedure.document.is_some() || filing.author.is_none();
        let first_said = |all: [String; 2]| all.into_iter().find(|s| !s.is_empty());
        let author = first_said([said(&filing.author), signs]);
        let author = author.unwrap_or_else(|| organ.to_owned());
        let number = stored.head.number.clone().unwrap_or_default();
        let doc_no = first_said([said(&filing.number), number]);
        let kind = first_said([said(&filing.kind), procedure.name.clone()]);
        let from = match own {
            true => Origin::Own,
            false => Origin::of_level(&said(&filing.level)),
        };
        let suggestion = suggest(
            &settings.rules,
            &Subject {
                title: &stored.head.title,
                kind: kind.as_deref().unwrap_or_default(),
                from,
                chosen: Term::read(&said(&filing.retention)),
            },
        );
        let closed = stored.head.closed_at.or(stored.head.archived_at);
        let (state, term) = match suggestion.keep {
            Keep::For(term) => (State::Draft, Some(term)),
            Keep::Not => (State::LeftOut, None),
        };
        Picture {
            words: Words {
                title: stored.head.title.clone(),
                author,
                doc_no: doc_no.unwrap_or_default(),
                date: said(&filing.dated_on)
                    .parse()
                    .ok()
                    .or_else(|| closed.map(|at| self.engine.zone().day(at))),
                why: suggestion.why,
                part: Part::Main,
                ..Words::default()
            },
            term,
            office: settings.code(stored.state.dept).to_owned(),
            state,
            joined: None,
        }
    }

    /// Makes a card by hand, for a document that is on paper only, in a department's year.
    pub fn add(
        &self,
        (dept, year): (DeptId, i16),
        picture: Picture,
        stamp: &Stamp,
    ) -> Result<Option<Id>> {
        let shelf = self.store.shelf_for(dept.0, year)?;
        let (organ, hand) = (self.keeper.organ, self.hand(stamp));
        let done = self.store.write(shelf, stamp.clone(), move |w| {
            let id = insert_card(w, (organ, None), &picture, &hand)?;
            w.quiet("档案条目，不影响各类清单");
            Ok(id)
        })?;
        Ok(done.value)
    }
}
