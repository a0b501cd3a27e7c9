//! Follows the outboxes of all volumes for effects that last, as mail: the cursor and the effects are
//! hub rows of one transaction, and never rebuilt (house: `store::Consumer`).
//! Invariant: an event is taken at least once, and its effects are unique by event, so taking it again
//! is harmless; a volume whose chain the cursor does not fit (restored, another epoch) starts at its
//! head: nobody is told old things anew.

use super::file::File;
use super::outbox::START;
use super::query::{Query, Read, Source as _};
use super::{Counters, Stamp, Store, Write, write};
use crate::kit::{Error, Id, Millis, Result, ShelfNo};
use rusqlite::{Connection, params};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// Events taken in one hub transaction.
const BATCH: i64 = 200;
/// Events of this while share one commit of the hub: nobody reads mail by the millisecond.
const GATHER: Duration = Duration::from_millis(700);
/// Looks by itself once in so long.
const IDLE: Duration = Duration::from_secs(3600);
/// After a failure.
const AGAIN: Duration = Duration::from_secs(5);

/// Something that happened in a volume.
#[derive(Debug, Clone)]
pub struct Event {
    /// Whose outbox.
    pub volume: String,
    /// Which life of that file.
    pub epoch: String,
    /// Its number there.
    pub seq: i64,
    /// When.
    pub at: Millis,
    /// As `case.advanced`.
    pub kind: String,
    /// The case.
    pub target: Option<Id>,
    /// JSON.
    pub payload: String,
}

/// What is written for a batch of events, on the hub's writer.
pub type Effect = Box<dyn FnOnce(&mut Write<'_>) -> Result<()> + Send>;

/// A room's lasting effects of what happens in the volumes.
pub trait Consumer: Send + Sync {
    /// Of its cursors; never changes.
    fn name(&self) -> &'static str;
    /// Of its audit rows.
    fn action(&self) -> &'static str;
    /// What these events come to. An event it cannot read is its own to skip: an error is tried again.
    fn effect(&self, events: &[Event]) -> Result<Effect>;
    /// The effects are on disk.
    fn taken(&self) {}
}

/// Tells followers that something was written.
#[derive(Default)]
pub(super) struct Bell {
    rung: Mutex<u64>,
    heard: Condvar,
}

impl Bell {
    pub(super) fn ring(&self) {
        *self.rung() += 1;
        self.heard.notify_all();
    }

    fn rung(&self) -> MutexGuard<'_, u64> {
        self.rung.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for another stroke than `last`, or until `at_most` has passed; gives the present one.
    fn wait(&self, last: u64, at_most: Duration) -> u64 {
        let rung = self.rung();
        let waited = self
            .heard
            .wait_timeout_while(rung, at_most, |now| *now == last);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

/// A consumer's thread; ends when this is dropped.
pub struct Follower {
    stop: Arc<Stop>,
    bell: Arc<Bell>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Stop {
    asked: Mutex<bool>,
    told: Condvar,
}

impl Stop {
    fn asked(&self) -> MutexGuard<'_, bool> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// True where it is time to stop; waits at most so long for it.
    fn within(&self, at_most: Duration) -> bool {
        let asked = self.asked();
        let waited = self.told.wait_timeout_while(asked, at_most, |a| !*a);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        *self.stop.asked() = true;
        self.stop.told.notify_all();
        self.bell.ring();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Store {
    /// Carries the outboxes to a consumer until the answer is dropped; begins with what is there.
    pub fn follow(&self, consumer: Arc<dyn Consumer>) -> Result<Follower> {
        let (store, stop) = (self.clone(), Arc::<Stop>::default());
        let (bell, heard) = (self.inner.bell.clone(), stop.clone());
        let thread = std::thread::Builder::new()
            .name(consumer.name().into())
            .spawn(move || follow(&store, &consumer, &heard))?;
        Ok(Follower {
            stop,
            bell,
            thread: Some(thread),
        })
    }

    /// Carries what there is now, here and at once; gives how many events that were.
    pub fn deliver(&self, consumer: &Arc<dyn Consumer>) -> Result<usize> {
        let delivering = self.inner.delivering.lock();
        let _alone = delivering.unwrap_or_else(PoisonError::into_inner);
        let since = self.begun(consumer.name())?;
        let mut count = 0;
        for file in self.inner.catalogue.volumes() {
            loop {
                let taken = self.carry(consumer, &file, since)?;
                count += taken;
                if taken < BATCH as usize {
                    break;
                }
            }
        }
        Ok(count)
    }

    /// When this consumer first followed: what happened in volumes made before is not its matter.
    fn begun(&self, name: &'static str) -> Result<Millis> {
        let at = self.clock().now();
        self.inner.catalogue.hub().call(move |c| {
            c.prepare_cached(
                "INSERT INTO follower(name, since) VALUES(?1, ?2) ON CONFLICT(name) DO NOTHING",
            )
            .and_then(|mut s| s.execute(params![name, at.0]))
            .and_then(|_| {
                c.query_row("SELECT since FROM follower WHERE name = ?1", [name], |r| {
                    r.get(0).map(Millis)
                })
            })
            .map_err(super::connect::sql)
        })
    }

    fn carry(&self, consumer: &Arc<dyn Consumer>, file: &File, since: Millis) -> Result<usize> {
        let name = consumer.name();
        let read = file.read_uncounted()?;
        let (place, events) = read.snapshot(|read| {
            let place = self.place(name, (file, read), since)?;
            let events = match &place {
                Place::At(seq) => events_after(read, file, *seq)?,
                Place::Head(..) => Vec::new(),
            };
            Ok((place, events))
        })?;
        drop(read);
        let (volume, epoch) = (file.uuid.clone(), file.epoch.clone());
        let hub = self.inner.catalogue.hub();
        if let Place::Head(seq, chain) = place {
            hub.call(move |c| set_cursor(c, name, (&volume, &epoch), (seq, &chain)))?;
            return Ok(0);
        }
        let Some((last, chain)) = events.last().map(|(e, chain)| (e.seq, chain.clone())) else {
            return Ok(0);
        };
        let events: Vec<Event> = events.into_iter().map(|(e, _)| e).collect();
        let effect = consumer.effect(&events)?;
        let stamp = Stamp::new(
            format!("system:{name}"),
            consumer.action(),
            self.clock().now(),
        );
        write::run_counted(
            hub,
            (ShelfNo::HUB, stamp),
            Arc::<Counters>::default(),
            move |w| {
                effect(w)?;
                w.quiet("后台随业务办理，不影响各类清单");
                set_cursor(w.conn(), name, (&volume, &epoch), (last, &chain))
            },
        )?;
        consumer.taken();
        Ok(events.len())
    }

    fn place(&self, name: &str, (file, read): (&File, &Read), since: Millis) -> Result<Place> {
        let hub = self.inner.catalogue.hub().read_uncounted()?;
        let cursor: Option<(String, i64, Vec<u8>)> = hub.opt(
            "SELECT epoch, seq, chain FROM followed WHERE name = ?1 AND volume = ?2",
            params![name, file.uuid],
            |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
        )?;
        match cursor {
            Some((epoch, 0, _)) if epoch == file.epoch => return Ok(Place::At(0)),
            Some((epoch, seq, chain)) if epoch == file.epoch => {
                let own: Option<Vec<u8>> =
                    read.opt("SELECT chain FROM outbox WHERE seq = ?1", [seq], |r| {
                        r.get(0)
                    })?;
                if own.as_ref() == Some(&chain) {
                    return Ok(Place::At(seq));
                }
            }
            Some(_) => {}
            None => {
                let made: Option<i64> = hub.opt(
                    "SELECT made_at FROM volume WHERE uuid = ?1",
                    [&file.uuid],
                    |r| r.get(0),
                )?;
                if made.is_some_and(|at| at >= since.0) {
                    return Ok(Place::At(0));
                }
            }
        }
        let head = read.opt(
            "SELECT seq, chain FROM outbox ORDER BY seq DESC LIMIT 1",
            [],
            |r| Ok(Place::Head(r.get(0)?, r.get(1)?)),
        )?;
        Ok(head.unwrap_or_else(|| Place::Head(0, START.to_vec())))
    }
}

/// Where to go on in a volume.
enum Place {
    /// After this event.
    At(i64),
    /// Nowhere yet: the cursor is to stand at the newest event.
    Head(i64, Vec<u8>),
}

fn follow(store: &Store, consumer: &Arc<dyn Consumer>, stop: &Stop) {
    let bell = store.inner.bell.clone();
    let mut last = None;
    loop {
        let heard = last.map_or_else(|| *bell.rung(), |last| bell.wait(last, IDLE));
        if stop.within(if last.is_some() {
            GATHER
        } else {
            Duration::ZERO
        }) {
            return;
        }
        let now = *bell.rung();
        let done = catch_unwind(AssertUnwindSafe(|| store.deliver(consumer))).unwrap_or_else(|p| {
            Err(Error::Fault(format!(
                "panic: {}",
                super::writer::words(&*p)
            )))
        });
        last = match done {
            Ok(_) => Some(now.max(heard)),
            Err(e) => {
                tracing::error!(cause = %e, name = consumer.name(), "a follower is behind; trying again");
                if stop.within(AGAIN) {
                    return;
                }
                None
            }
        };
    }
}

fn events_after(read: &Read, file: &File, seq: i64) -> Result<Vec<(Event, Vec<u8>)>> {
    read.all(
        "SELECT seq, at, kind, target, payload, chain FROM outbox WHERE seq > ?1 ORDER BY seq LIMIT ?2",
        params![seq, BATCH],
        |r| {
            let event = Event {
                volume: file.uuid.clone(),
                epoch: file.epoch.clone(),
                seq: r.get(0)?,
                at: Millis(r.get(1)?),
                kind: r.get(2)?,
                target: r.get::<_, Option<i64>>(3)?.map(Id::from_raw),
                payload: r.get(4)?,
            };
            Ok((event, r.get(5)?))
        },
    )
}

fn set_cursor(
    c: &Connection,
    name: &str,
    (volume, epoch): (&str, &str),
    (seq, chain): (i64, &[u8]),
) -> Result<()> {
    c.prepare_cached(
        "INSERT INTO followed(name, volume, epoch, seq, chain) VALUES(?1,?2,?3,?4,?5)
         ON CONFLICT(name, volume) DO UPDATE
           SET epoch = excluded.epoch, seq = excluded.seq, chain = excluded.chain",
    )
    .and_then(|mut s| s.execute(params![name, volume, epoch, seq, chain]))
    .map(drop)
    .map_err(super::connect::sql)
}
