//! What goes by itself: documents to organs on this server, the receipt of what was registered, and its way back. Each half is
//! a write of its own file, done again until it is known to be done.
//! Not here: what a receipt is (`package`), taking it in (`accept`). Invariant: a delivery arrives once and is answered once.

use super::accept::accept;
use super::kept::{self, Kept, LINK, RECEIPT};
use super::package::{self, Receipt};
use crate::engine::case_store::find_case;
use crate::engine::run::Engine;
use crate::engine::stored::Stored;
use crate::inbox::parcel::{self, NewParcel, Parcel, Settled, State, Way};
use crate::inbox::parcel_store::{
    find_delivery, find_parcel, insert_parcel, list_of_case, list_waiting, set_settled,
};
use crate::kit::{Error, Id, Millis, OrganId, PersonId, Result};
use crate::org::{DirectoryHandle, organ_key};
use crate::store::attachments;
use crate::store::{Consumer, Effect, Event, Stamp, Standing, Store};
use crate::web::State as Server;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What deliveries are carried with.
#[derive(Clone)]
pub(super) struct Rooms {
    pub store: Store,
    pub engine: Arc<Engine>,
    pub org: DirectoryHandle,
}

/// How a parcel that came is answered.
pub(super) enum Verdict<'a> {
    /// It became this case.
    Registered(&'a Stored),
    /// Why it goes back.
    Refused(&'a str),
}

impl Rooms {
    pub(super) fn of(state: &Server) -> Self {
        Self {
            store: state.store.clone(),
            engine: state.engine.clone(),
            org: state.org.clone(),
        }
    }

    /// Lays what left for an organ on this server into its list; nothing where it lies there.
    pub(super) fn deliver(&self, parcel: &Parcel, stamp: Stamp) -> Result<()> {
        let kept = Kept::of(parcel);
        let (Some(sister), Some(case)) = (kept.sister, parcel.case) else {
            return Ok(());
        };
        let directory = self.org.current();
        let Some(shelf) = parcel::shelf(&self.store, &directory, sister)? else {
            return Err(Error::Busy(format!(
                "{}还没有设办公室，收不了文。请管理员在组织机构里设好",
                parcel.partner
            )));
        };
        let read = self.store.shelf(shelf)?;
        if find_delivery(&read, (shelf, Way::In), &parcel.delivery)?.is_some() {
            return Ok(());
        }
        drop(read);
        let from = find_case(&self.store.shelf(case.shelf())?, case)?
            .state
            .organ;
        let (mut files, mut by) = (Vec::new(), PersonId(0));
        for file in kept::files_of(&self.store, parcel)? {
            let Some(field) = kept::same_field(&file.field).filter(|f| *f != RECEIPT) else {
                continue;
            };
            by = file.person;
            let way = (case.shelf(), shelf);
            files.push(kept::copy(&self.store, way, &file, field)?);
        }
        let new = NewParcel {
            way: Way::In,
            delivery: parcel.delivery.clone(),
            case: None,
            partner: directory.organ_name(from).to_owned(),
            key: None,
            answer: parcel.answer,
            digest: parcel.digest,
            data: Kept {
                sister: Some(from),
                home: Some(parcel.id),
                ..kept
            }
            .value()?,
            person: None,
            name: parcel.name.clone(),
        };
        self.store.write(shelf, stamp, move |w| {
            w.quiet("外单位来文等待登记，不影响各类清单");
            w.note(new.delivery.clone());
            if find_delivery(w, (w.shelf(), Way::In), &new.delivery)?.is_some() {
                return Ok(());
            }
            let id = insert_parcel(w, &new)?;
            kept::attach_all(w, id, &files, (by, &new.name))
        })?;
        Ok(())
    }

    /// Settles what came with a signed receipt, and brings it back where the sender is on this server.
    pub(super) fn answer(
        &self,
        (organ, parcel): (OrganId, &Parcel),
        verdict: &Verdict<'_>,
        ((person, name), stamp): ((PersonId, String), Stamp),
    ) -> Result<()> {
        let kept = Kept::of(parcel);
        let (ours, case, refused) = match verdict {
            Verdict::Registered(case) => (
                case.head.number.clone().unwrap_or_default(),
                Some(case.state.id),
                "",
            ),
            Verdict::Refused(why) => (String::new(), None, *why),
        };
        let receipt = Receipt {
            delivery: parcel.delivery.clone(),
            number: kept.elements.number,
            title: kept.elements.title,
            package: parcel.digest.hex(),
            organ: self.org.current().organ_name(organ).to_owned(),
            by: name.clone(),
            at: self.store.clock().now().0,
            ours,
            refused: refused.to_owned(),
        };
        let bare = || Stamp {
            op: String::new(),
            ..stamp.clone()
        };
        let key = organ_key::to_sign_with(&self.store, organ, &bare())?;
        let bytes = package::answer(&receipt, &key, &parcel.answer)?;
        let file = format!("回执 {} {}.gwhz", receipt.organ, parcel.delivery);
        let shelf = parcel.id.shelf();
        let file = kept::store(&self.store, shelf, (RECEIPT, &file, &bytes))?;
        let settled = Settled {
            state: match refused.is_empty() {
                true => State::Taken,
                false => State::Refused,
            },
            case,
            key: None,
            receipt: serde_json::to_value(&receipt)?,
        };
        let id = parcel.id;
        self.store.write(shelf, bare(), move |w| {
            w.quiet("档案移交清单，不影响各类清单");
            w.note(format!("{} {}", receipt.delivery, settled.state.word()));
            set_settled(w, id, &settled)?;
            w.attach(&file.belonging(id, (person, &name))).map(drop)
        })?;
        self.bring_home(&find_parcel(&self.store.shelf(shelf)?, id)?, bare())
    }

    /// The receipt of a settled parcel to the sender, where he is on this server and has it not yet.
    pub(super) fn bring_home(&self, parcel: &Parcel, stamp: Stamp) -> Result<()> {
        let Some(home) = Kept::of(parcel).home else {
            return Ok(());
        };
        let at_home = find_parcel(&self.store.shelf(home.shelf())?, home)?;
        if parcel.state == State::Waiting || at_home.state != State::Waiting {
            return Ok(());
        }
        let file = kept::file_of(&self.store, parcel, RECEIPT)?;
        let blob = self.store.blob(parcel.id.shelf(), file.digest())?;
        let bytes = blob.all(super::accept::LARGEST)?.ok_or(Error::NotFound)?;
        let rooms = (&self.store, self.engine.zone());
        accept(rooms, stamp, (&at_home, &bytes)).map(drop)
    }

    /// The case a parcel became, where its draft was sent on.
    pub(super) fn became(&self, parcel: &Parcel) -> Result<Option<Stored>> {
        let Some((_, link)) = Kept::of(parcel).draft else {
            return Ok(None);
        };
        let read = self.store.shelf(link.shelf())?;
        let owner = match attachments::find(&read, link) {
            Ok(file) => file.owner,
            Err(Error::NotFound) => return Ok(None),
            Err(other) => return Err(other),
        };
        match find_case(&read, owner) {
            Ok(case) => Ok(Some(case)),
            Err(Error::NotFound) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// Answers what an organ has registered since.
    pub(super) fn settle(&self, organ: OrganId, stamp: &dyn Fn() -> Stamp) -> Result<()> {
        let directory = self.org.current();
        let Some(shelf) = parcel::find_shelf(&self.store, &directory, organ)? else {
            return Ok(());
        };
        if self.store.standing(shelf) != Standing::Open {
            return Ok(());
        }
        let all = list_waiting(&self.store.shelf(shelf)?, (shelf, Way::In))?;
        for one in &all {
            let Some(case) = self.became(one)? else {
                continue;
            };
            let starter = case.state.starter;
            let who = (starter, directory.person_name(starter).to_owned());
            self.answer((organ, one), &Verdict::Registered(&case), (who, stamp()))?;
        }
        Ok(())
    }
}

/// Follows cases: what was registered is answered, what was issued within the server is laid into its list.
pub struct Carrier {
    rooms: Rooms,
    stamp: fn(Millis) -> Stamp,
    /// Something could not be done, or may have been lost: everything open is looked at again.
    behind: AtomicBool,
}

impl Carrier {
    /// Over the rooms of a server; `stamp` is of what it writes by itself.
    #[must_use]
    pub fn new(state: &Server, stamp: fn(Millis) -> Stamp) -> Self {
        Self {
            rooms: Rooms::of(state),
            stamp,
            behind: AtomicBool::new(true),
        }
    }

    fn stamped(&self) -> Stamp {
        (self.stamp)(self.rooms.store.clock().now())
    }

    /// Looks at all that waits, where something was left undone: at the start, and with whatever happens after a failure.
    pub fn mend(&self) -> Result<()> {
        if !self.behind.swap(false, Ordering::AcqRel) {
            return Ok(());
        }
        let directory = self.rooms.org.current();
        let organs: Vec<OrganId> = directory.organs().map(|o| o.id).collect();
        for organ in organs {
            self.tried(self.rooms.settle(organ, &|| self.stamped()));
        }
        for (shelf, ..) in self.rooms.store.shelves()? {
            if self.rooms.store.standing(shelf) != Standing::Open {
                continue;
            }
            let all = list_waiting(&self.rooms.store.shelf(shelf)?, (shelf, Way::Out))?;
            for one in all.iter().filter(|p| Kept::of(p).sister.is_some()) {
                self.tried(self.bring(one));
            }
        }
        Ok(())
    }

    /// One on its way within the server: there, and its receipt back where it was answered.
    fn bring(&self, parcel: &Parcel) -> Result<()> {
        self.rooms.deliver(parcel, self.stamped())?;
        let directory = self.rooms.org.current();
        let Some(sister) = Kept::of(parcel).sister else {
            return Ok(());
        };
        let Some(shelf) = parcel::find_shelf(&self.rooms.store, &directory, sister)? else {
            return Ok(());
        };
        let read = self.rooms.store.shelf(shelf)?;
        let there = find_delivery(&read, (shelf, Way::In), &parcel.delivery)?;
        drop(read);
        match there {
            Some(there) => self.rooms.bring_home(&there, self.stamped()),
            None => Ok(()),
        }
    }

    fn tried(&self, done: Result<()>) {
        if let Err(e) = done {
            tracing::warn!(cause = %e, "a document between offices waits for the next look");
            self.behind.store(true, Ordering::Release);
        }
    }

    fn after(&self, case: Id, kind: &str) -> Result<()> {
        let store = &self.rooms.store;
        if kind == "case.started" {
            let read = store.shelf(case.shelf())?;
            let came = attachments::list(&read, case)?;
            drop(read);
            if came.iter().any(|f| f.field == LINK) {
                let organ = find_case(&store.shelf(case.shelf())?, case)?.state.organ;
                return self.rooms.settle(organ, &|| self.stamped());
            }
            return Ok(());
        }
        let left = list_of_case(&store.shelf(case.shelf())?, case)?;
        let waits = |p: &&Parcel| p.state == State::Waiting && Kept::of(p).sister.is_some();
        left.iter().filter(waits).try_for_each(|p| self.bring(p))
    }
}

impl Consumer for Carrier {
    fn name(&self) -> &'static str {
        "exchange"
    }

    fn action(&self) -> &'static str {
        "exchange.carry"
    }

    /// The other files are written here, each by itself; the hub keeps only how far this came.
    fn effect(&self, events: &[Event]) -> Result<Effect> {
        self.mend()?;
        for event in events {
            if let Some(case) = event.target.filter(|_| event.kind.starts_with("case.")) {
                self.tried(self.after(case, &event.kind));
            }
        }
        Ok(Box::new(|_| Ok(())))
    }
}
