//! The only way to change a hub or a volume: [`Write`] exists inside one request's savepoint, with a
//! stamp, on a shelf this file owns. Finishing it writes the audit row; a change that announces
//! nothing is a fault unless it said why (`quiet`).

use super::connect::sql;
use super::file::{File, frozen};
use super::outbox::{self, Event, Link};
use super::query::{Query, Source};
use super::{Counters, Stamp};
use crate::kit::{Error, Id, Millis, Result, ShelfNo};
use rusqlite::{Connection, OptionalExtension, Params, params};
use serde::{Serialize, de::DeserializeOwned};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

/// A committed answer and the event number it can be waited for.
#[derive(Debug, Clone)]
pub struct Receipt<T> {
    /// What the action returned.
    pub value: T,
    /// Whose outbox.
    pub volume: String,
    /// Newest event of the file when the action ended.
    pub seq: i64,
}

/// One request's right to write on one shelf.
pub struct Write<'t> {
    conn: &'t Connection,
    counters: Arc<Counters>,
    shelf: ShelfNo,
    stamp: Stamp,
    last_id: i64,
    /// The file's newest event, those of this action included.
    newest: Link,
    /// Number of this action's last event; 0 before it announced anything.
    seq: i64,
    quiet: Option<&'static str>,
    detail: String,
}

impl Source for Write<'_> {
    fn conn(&self) -> &Connection {
        self.conn
    }
    fn count(&self) {
        self.counters.statements.fetch_add(1, Ordering::Relaxed);
    }
}

impl Query for Write<'_> {}

impl Write<'_> {
    /// Runs one changing statement; returns the number of rows it changed.
    pub fn execute(&self, statement: &'static str, params: impl Params) -> Result<usize> {
        self.count();
        self.conn
            .prepare_cached(statement)
            .and_then(|mut s| s.execute(params))
            .map_err(sql)
    }

    /// Runs one INSERT into a hub table and returns the new row's number.
    pub fn insert(&self, statement: &'static str, params: impl Params) -> Result<i64> {
        self.execute(statement, params)?;
        Ok(self.conn.last_insert_rowid())
    }

    /// The shelf written to.
    #[must_use]
    pub const fn shelf(&self) -> ShelfNo {
        self.shelf
    }

    /// Who does what.
    #[must_use]
    pub const fn stamp(&self) -> &Stamp {
        &self.stamp
    }

    /// When, by the server's clock.
    #[must_use]
    pub const fn at(&self) -> Millis {
        self.stamp.at
    }

    /// A new id on this shelf.
    pub fn next_id(&mut self) -> Id {
        let id = Id::next(self.shelf, self.stamp.at, self.last_id);
        self.last_id = id.raw();
        id
    }

    /// Refuses an id of another shelf: a programming error, not the user's.
    pub fn must_hold(&self, id: Id) -> Result<()> {
        if id.shelf() == self.shelf {
            return Ok(());
        }
        Err(Error::Fault(format!(
            "id {id} does not belong to shelf {}",
            self.shelf.0
        )))
    }

    /// Announces what happened, in the same commit.
    pub fn emit(&mut self, kind: &str, target: Option<Id>, payload: &impl Serialize) -> Result<()> {
        let payload = serde_json::to_string(payload)?;
        self.count();
        self.newest = outbox::append(
            self.conn,
            self.newest,
            &Event {
                shelf: self.shelf,
                at: self.stamp.at,
                kind,
                target,
                payload: &payload,
            },
        )?;
        self.seq = self.newest.0;
        Ok(())
    }

    /// Says that this change announces nothing, and why.
    pub fn quiet(&mut self, reason: &'static str) {
        self.quiet = Some(reason);
    }

    /// What the audit row should say beside action and target.
    pub fn note(&mut self, detail: impl Into<String>) {
        self.detail = detail.into();
    }

    /// Says for whom it is done, where that is known only now.
    pub fn on_behalf_of(&mut self, person: i64) {
        self.stamp.acting_for = Some(person);
    }

    /// Names what the action was done to, where it is known only now.
    pub fn about(&mut self, target: impl ToString) {
        self.stamp.target = target.to_string();
    }
}

/// Runs one action on the file's writer thread.
pub(super) fn run<T>(
    file: &Arc<File>,
    shelf: ShelfNo,
    stamp: Stamp,
    f: impl FnOnce(&mut Write<'_>) -> Result<T> + Send + 'static,
) -> Result<Receipt<T>>
where
    T: Serialize + DeserializeOwned + Send + 'static,
{
    run_counted(file, (shelf, stamp), file.kit.counters.clone(), f)
}

/// The same, counting its statements elsewhere: what no request asked for.
pub(super) fn run_counted<T>(
    file: &Arc<File>,
    (shelf, stamp): (ShelfNo, Stamp),
    counters: Arc<Counters>,
    f: impl FnOnce(&mut Write<'_>) -> Result<T> + Send + 'static,
) -> Result<Receipt<T>>
where
    T: Serialize + DeserializeOwned + Send + 'static,
{
    let done = attempt(file, (shelf, stamp), counters, &Waiting::new(f))?;
    done.ok_or_else(|| Error::Fault(format!("shelf {} does not stand here", shelf.0)))
}

/// What is to be done, until a file that owns the shelf takes it.
pub(super) struct Waiting<F>(Arc<Mutex<Option<F>>>);

impl<F> Waiting<F> {
    pub(super) fn new(f: F) -> Self {
        Self(Arc::new(Mutex::new(Some(f))))
    }

    fn take(&self) -> Option<F> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl<F> Clone for Waiting<F> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// Runs the action in this file, where the shelf stands here; `None` where it has moved away, and then nothing
/// was touched and the action still waits.
pub(super) fn attempt<T, F>(
    file: &Arc<File>,
    (shelf, stamp): (ShelfNo, Stamp),
    counters: Arc<Counters>,
    waiting: &Waiting<F>,
) -> Result<Option<Receipt<T>>>
where
    T: Serialize + DeserializeOwned + Send + 'static,
    F: FnOnce(&mut Write<'_>) -> Result<T> + Send + 'static,
{
    let (room, hold) = (file.kit.room.clone(), file.kit.hold.clone());
    let spare = stamp.spare;
    let admit = move || {
        // whoever logs in or looks after the office writes to the hub, whatever the clock says
        if shelf == ShelfNo::HUB {
            return Ok(());
        }
        hold.admit()?;
        room.admit(spare)
    };
    let waiting = waiting.clone();
    let done = file.call(move |conn| within(conn, counters, (shelf, stamp), admit, &waiting));
    if matches!(done, Err(Error::Busy(_))) {
        // perhaps the disk: the ballast may help the next one
        file.kit.room.look();
    }
    Ok(done?.map(|(value, seq)| Receipt {
        value,
        volume: file.uuid.clone(),
        seq,
    }))
}

fn within<T, F>(
    conn: &Connection,
    counters: Arc<Counters>,
    (shelf, stamp): (ShelfNo, Stamp),
    admit: impl FnOnce() -> Result<()>,
    waiting: &Waiting<F>,
) -> Result<Option<(T, i64)>>
where
    T: Serialize + DeserializeOwned,
    F: FnOnce(&mut Write<'_>) -> Result<T>,
{
    counters.statements.fetch_add(1, Ordering::Relaxed);
    let op = stamp.repeat_key();
    let Some(gate) = gate(conn, shelf, &op)? else {
        return Ok(None);
    };
    if let Some(answer) = gate.answered {
        // a number used for another form of the same action: what it was answered is of another kind
        let value = serde_json::from_str(&answer)
            .map_err(|_| Error::Conflict("这一页已经提交过一次，请刷新后再办".into()))?;
        return Ok(Some((value, 0)));
    }
    admit()?;
    let f = waiting
        .take()
        .ok_or_else(|| Error::fault("an action was to run twice"))?;
    let mut w = Write {
        conn,
        counters,
        shelf,
        stamp,
        last_id: gate.last_id,
        newest: gate.newest,
        seq: 0,
        quiet: None,
        detail: String::new(),
    };
    let value = f(&mut w)?;
    if w.seq == 0 && w.quiet.is_none() {
        return Err(Error::Fault(format!(
            "action {} changed something and announced nothing",
            w.stamp.action
        )));
    }
    if !op.is_empty() {
        let answer = serde_json::to_string(&value)?;
        w.execute(
            "INSERT INTO op(shelf, key, at, result) VALUES(?1,?2,?3,?4)",
            params![shelf.0, op, w.stamp.at.0, answer],
        )?;
    }
    finish(&mut w, &gate.audit)?;
    Ok(Some((value, w.seq)))
}

fn finish(w: &mut Write<'_>, prev: &[u8; 32]) -> Result<()> {
    let id = w.next_id();
    let detail = match w.quiet {
        Some(reason) if w.detail.is_empty() => reason.to_owned(),
        _ => std::mem::take(&mut w.detail),
    };
    w.count();
    outbox::audit(w.conn, w.shelf, id, &w.stamp, &detail, prev)?;
    w.execute(
        "UPDATE shelf_owner SET last_id = ?2 WHERE shelf = ?1",
        params![w.shelf.0, w.last_id],
    )?;
    Ok(())
}

/// Whether this very submit was answered before.
pub(super) fn answered(db: &impl Query, shelf: ShelfNo, stamp: &Stamp) -> Result<bool> {
    let key = stamp.repeat_key();
    if key.is_empty() {
        return Ok(false);
    }
    let found = db.opt(
        "SELECT 1 FROM op WHERE shelf = ?1 AND key = ?2",
        params![shelf.0, key],
        |_| Ok(()),
    )?;
    Ok(found.is_some())
}

/// What one statement says before the action may begin.
struct Gate {
    last_id: i64,
    audit: [u8; 32],
    answered: Option<String>,
    newest: Link,
}

/// The shelf's last id, where this file owns the shelf (storage.md I6), its last audit link, what
/// the same submit was answered before (U19), and the file's newest event. `None`: it stands elsewhere now.
fn gate(conn: &Connection, shelf: ShelfNo, op: &str) -> Result<Option<Gate>> {
    let found = conn
        .prepare_cached(
            "SELECT state, last_id,
               (SELECT chain FROM audit a WHERE a.shelf = o.shelf ORDER BY a.id DESC LIMIT 1),
               (SELECT result FROM op p WHERE p.shelf = o.shelf AND p.key = ?2),
               (SELECT max(seq) FROM outbox),
               (SELECT chain FROM outbox ORDER BY seq DESC LIMIT 1)
             FROM shelf_owner o WHERE shelf = ?1",
        )
        .and_then(|mut s| {
            s.query_row(params![shelf.0, op], |r| {
                let gate = Gate {
                    last_id: r.get(1)?,
                    audit: r.get::<_, Option<[u8; 32]>>(2)?.unwrap_or(outbox::START),
                    answered: r.get(3)?,
                    newest: (
                        r.get::<_, Option<i64>>(4)?.unwrap_or(0),
                        r.get::<_, Option<[u8; 32]>>(5)?.unwrap_or(outbox::START),
                    ),
                };
                Ok((r.get::<_, String>(0)?, gate))
            })
            .optional()
        })
        .map_err(sql)?;
    match found {
        Some((state, gate)) if state == "active" => Ok(Some(gate)),
        Some((state, _)) if state == "frozen" => Err(frozen()),
        Some(_) => Ok(None),
        None => Err(Error::Fault(format!("shelf {} has no owner here", shelf.0))),
    }
}
