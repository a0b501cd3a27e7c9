//! Following a case (关注): whoever may see it hears when it goes on and when it ends, until he has enough.
//! Not here: the pages, and how an alert reaches him (`inbox`).
//! Invariant: following gives no right. Each word is looked up as the follower sees the case at that moment; who
//! may see it no longer is told nothing, and nobody is told twice of one event, nor of his own act.
//!
//! Decision 2026-11-22: the wishes stand in the hub beside the alerts, not on the case: a sealed year can still be
//! followed no longer, and following changes nothing of what is kept of the case.

use super::case::State;
use super::definition::MoveId;
use super::follow_store as rows;
use super::printed;
use super::run::{Acting, Engine};
use super::stored::Acted;
use super::view::CaseView;
use crate::inbox::alert::{Alerts, Word};
use crate::kit::{Error, Id, PersonId, Result, ShelfNo};
use crate::org::DirectoryHandle;
use crate::store::{Consumer, Effect, Event, Stamp, Store};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Cases one person follows at most.
const MOST: i64 = 500;

/// What people follow, as far as it was asked: the page of a case asks each time it is shown.
#[derive(Default)]
pub(super) struct Follows(Mutex<BTreeMap<PersonId, BTreeSet<Id>>>);

impl Follows {
    pub(super) const fn new() -> Self {
        Self(Mutex::new(BTreeMap::new()))
    }

    fn held(&self) -> MutexGuard<'_, BTreeMap<PersonId, BTreeSet<Id>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Engine {
    /// Whether a person follows a case.
    pub fn is_followed(&self, store: &Store, (person, case): (PersonId, Id)) -> Result<bool> {
        if let Some(all) = self.follows.held().get(&person) {
            return Ok(all.contains(&case));
        }
        let all = rows::list_followed(&store.hub()?, person, (MOST, 0))?;
        let all: BTreeSet<Id> = all.into_iter().collect();
        let found = all.contains(&case);
        self.follows.held().insert(person, all);
        Ok(found)
    }

    /// Follows a case from now on.
    ///
    /// # Errors
    /// Not found where it is not this person's to see; Denied where he follows too many.
    pub fn follow(&self, store: &Store, stamp: Stamp, acting: &Acting, case: Id) -> Result<()> {
        self.open(store, acting, (case, None))?;
        let person = acting.viewer.person;
        store.write(ShelfNo::HUB, stamp, move |w| {
            w.quiet("关注是自己的，不影响各类清单");
            if rows::count_followed(w, person)? >= MOST {
                return Err(Error::Denied(format!(
                    "一个人最多关注 {MOST} 件，请先到“关注”里取消几件已经办完的"
                )));
            }
            rows::insert_follow(w, (person, case))
        })?;
        self.follows.held().remove(&person);
        Ok(())
    }

    /// Follows it no longer, whether or not he may still see it.
    pub fn unfollow(
        &self,
        store: &Store,
        stamp: Stamp,
        (person, case): (PersonId, Id),
    ) -> Result<()> {
        store.write(ShelfNo::HUB, stamp, move |w| {
            w.quiet("关注是自己的，不影响各类清单");
            rows::take_follow(w, (person, case))
        })?;
        self.follows.held().remove(&person);
        Ok(())
    }
}

/// Tells followers what happens.
pub struct Followers {
    store: Store,
    engine: Arc<Engine>,
    org: DirectoryHandle,
    alerts: Alerts,
}

impl Followers {
    #[must_use]
    pub const fn new(
        store: Store,
        engine: Arc<Engine>,
        org: DirectoryHandle,
        alerts: Alerts,
    ) -> Self {
        Self {
            store,
            engine,
            org,
            alerts,
        }
    }

    /// What one follower is told of an event.
    fn tell(&self, (event, case): (&Event, Id), person: PersonId) -> Result<Option<Word>> {
        let directory = self.org.current();
        let acting = match Acting::of(&directory, person) {
            Err(Error::Denied(_)) => return Ok(None),
            acting => acting?,
        };
        let view = match self.engine.open(&self.store, &acting, (case, None)) {
            Err(Error::NotFound) => return Ok(None),
            view => view?,
        };
        let acts = view.acts().filter(|a| a.at == event.at && goes_on(a.mv));
        let Some(act) = acts.last() else {
            return Ok(None);
        };
        let words = format!("{}{}", act.by.name, said(&view, act));
        Ok(Word::followed(event, &directory, (person, &words)))
    }
}

/// Whether an act moves the case, or ends it.
const fn goes_on(mv: MoveId) -> bool {
    use MoveId::{Jump, Read, Reopen, Report, Terminate, Void, Withdraw};
    match mv {
        Read => false,
        Withdraw | Void | Terminate | Reopen | Jump | Report => true,
        other => !other.is_aside(),
    }
}

/// 批示，现在到雷有备（承办）, or how it ended; as far as this follower may know.
fn said(view: &CaseView, act: &Acted) -> String {
    let did = &act.detail.label;
    if view.case.state.state != State::Open {
        return format!(
            "{did}，这一件{}",
            printed::standing(&view.procedure, &view.case)
        );
    }
    let held: Vec<String> = view
        .held()
        .map(|(task, name)| format!("{name}（{}）", task.verb))
        .collect();
    match held.is_empty() {
        true => did.clone(),
        false => format!("{did}，现在到{}", held.join("、")),
    }
}

impl Consumer for Followers {
    fn name(&self) -> &'static str {
        "followers"
    }

    fn action(&self) -> &'static str {
        "alert.follow"
    }

    fn effect(&self, events: &[Event]) -> Result<Effect> {
        let hub = self.store.hub()?;
        let mut told = Vec::new();
        for event in events.iter().filter(|e| e.kind.starts_with("case.")) {
            let Some(case) = event.target else { continue };
            for person in rows::list_followers(&hub, (case, event.at))? {
                match self.tell((event, case), person) {
                    Ok(word) => told.extend(word),
                    // a case whose file cannot be opened now keeps no other follower waiting
                    Err(e) => tracing::warn!(cause = %e, %case, "a follower was not told"),
                }
            }
        }
        Ok(Box::new(move |w| {
            told.iter().try_for_each(|word| word.insert(w))
        }))
    }

    fn taken(&self) {
        self.alerts.moved();
    }
}
