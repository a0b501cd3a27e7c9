//! Sealing a volume, step by step. The hub's row says that it is wanted; every step looks for itself what
//! is done already, so that after a crash, or a stop in between, all of them are simply taken again.
//! Invariant: from the first fence on nothing of the year is written; the hub says `frozen` only after the
//! file was checked and its digest taken, and nothing is removed before that.

use super::closing::{drafts_in, open_in, unanswered_in, unbegun_in};
use super::copy::{self, Protected, protect};
use super::damage::check;
use super::every::counts;
use super::filling::fill;
use super::manifest::{Manifest, Names};
use super::older;
use super::switching::{reopen, switch};
use super::works::{Stop, Telling, Work};
use crate::kit::{Error, Millis, Result, ShelfNo};
use crate::store::catalogue::Catalogue;
use crate::store::connect::sql;
use crate::store::projector::newest;
use crate::store::query::{Query, Source as _};
use crate::store::{Stamp, Store, write};
use rusqlite::params;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

const SOON: Duration = Duration::from_millis(20);
/// How long the lists may take to follow.
const FOLLOW_WITHIN: Duration = Duration::from_secs(60);
const ACTION: &str = "volume.seal";

/// What is done, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The owner rows say `frozen`: no more writing.
    Fence,
    /// Lists and followers have everything.
    Drain,
    /// Attachments are copied in, each by its digest.
    Fill,
    /// The log is empty, the search file in one piece.
    Flush,
    /// No log any more: the file opens from a disk that cannot be written.
    Switch,
    /// The whole file is sound.
    Check,
    /// Digest and counts stand in the hub, which says `frozen` from here on.
    Record,
    /// Manifest beside the file, attachment file gone, the file marked.
    Finish,
}

impl Step {
    /// All, in order.
    pub const ALL: [Self; 8] = [
        Self::Fence,
        Self::Drain,
        Self::Fill,
        Self::Flush,
        Self::Switch,
        Self::Check,
        Self::Record,
        Self::Finish,
    ];

    /// What is being done, for the page.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Fence => "停止写入",
            Self::Drain => "等清单跟上",
            Self::Fill => "把附件收进柜里",
            Self::Flush => "整理检索",
            Self::Switch => "换成只读的样子",
            Self::Check => "从头到尾检查一遍",
            Self::Record => "登记封条",
            Self::Finish => "贴封条",
        }
    }
}

/// What becomes of drafts that nobody sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drafts {
    /// Where there is one, the year is not closed.
    Keep,
    /// They are thrown away.
    Drop,
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Wish {
    pub names: Names,
    /// Who asks, by name.
    pub by: String,
    /// This working year: it and later ones are not closed.
    pub present: i16,
    pub drafts: Drafts,
}

/// How far a sealing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealingState {
    Going,
    Sealed,
    Failed,
}

/// What the hub keeps of a sealing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealing {
    pub volume: i64,
    pub state: SealingState,
    pub asked_by: String,
    pub asked_name: String,
    pub asked_at: Millis,
    pub names: Names,
    /// Why it failed.
    pub words: String,
    pub manifest: Option<Manifest>,
    /// What the disk is called that it was carried off on, and the path.
    pub label: String,
    pub place: String,
    pub carried_at: Option<Millis>,
}

impl Store {
    /// What the hub keeps of a volume's sealing, where it was ever asked for.
    pub fn sealing(&self, no: i64) -> Result<Option<Sealing>> {
        find_sealing(self, no)
    }

    /// What goes on with a volume now, or ended since the server started.
    #[must_use]
    pub fn volume_work(&self, no: i64) -> Option<Work> {
        self.inner.works.of(no)
    }

    /// Shows on the page that a work is about to begin.
    pub fn announce_volume_work(&self, no: i64) {
        self.inner.works.announce(no);
    }

    /// Asks what goes on with a volume to stop at its next piece.
    pub fn stop_volume_work(&self, no: i64, why: Stop) {
        self.inner.works.stop(no, why);
    }

    /// Closes every shelf of a volume for writing and notes that it is to be sealed. `Conflict` says what
    /// stands in the way. [`Store::seal`] does the rest.
    pub fn ask_seal(&self, no: i64, wish: &Wish, stamp: Stamp) -> Result<()> {
        let closing = self.closing(no)?;
        if let Some(why) = closing.why_not(wish.present) {
            return Err(Error::Conflict(why));
        }
        let count: i64 = closing.drafts.iter().map(|(_, n)| n).sum();
        if count > 0 && wish.drafts == Drafts::Keep {
            return Err(Error::Conflict(format!(
                "还有 {count} 份没有送出的草稿。请让本人送出，或者勾选“草稿不要了”再封存"
            )));
        }
        let names = serde_json::to_string(&wish.names)?;
        let by = wish.by.clone();
        let hub = self.inner.catalogue.hub();
        write::run(hub, ShelfNo::HUB, stamp.clone(), move |w| {
            let changed = w.execute(
                "INSERT INTO sealing(volume, state, asked_by, asked_name, asked_at, names)
                 SELECT no, 'going', ?2, ?3, ?4, ?5 FROM volume WHERE no = ?1 AND state = 'open'
                 ON CONFLICT(volume) DO UPDATE SET state = 'going', asked_by = excluded.asked_by,
                   asked_name = excluded.asked_name, asked_at = excluded.asked_at, names = excluded.names,
                   words = '', manifest = NULL WHERE sealing.state <> 'sealed'",
                params![no, w.stamp().actor, by, w.at().0, names],
            )?;
            if changed == 0 {
                return Err(Error::Conflict(
                    "这个柜子不是开着的，不能封存。请刷新库房页看看".into(),
                ));
            }
            w.about(no);
            w.quiet("要封存一个柜子；清单不受影响");
            Ok(())
        })?;
        let fenced = fence(self, no, wish.drafts);
        if let Err(e) = &fenced {
            give_up(self, no, &e.to_string())?;
        }
        fenced
    }

    /// Takes all steps of a sealing that was asked for.
    pub fn seal(&self, no: i64) -> Result<()> {
        self.seal_to(no, Step::Finish)
    }

    /// Takes the steps up to one and leaves it at that: taken up again by the next call.
    pub fn seal_to(&self, no: i64, last: Step) -> Result<()> {
        let done = self.inner.works.run(
            no,
            |()| format!("{no:04} 柜已经封存"),
            |telling| {
                let steps = Step::ALL.into_iter().filter(|s| *s <= last);
                for (n, step) in (0..).zip(steps) {
                    telling.tell(step.words(), n, Step::ALL.len() as u64)?;
                    take(self, no, step, telling)?;
                }
                Ok(())
            },
        );
        if let Err(e) = &done
            && !self.inner.works.is_left(no)
        {
            tracing::warn!(cause = %e, volume = no, "a volume was not sealed");
            give_up(self, no, &e.to_string())?;
        }
        done
    }

    /// Sealings a stop of the server cut short, and what of finished ones is still to be tidied.
    pub fn unfinished_seals(&self) -> Result<Vec<i64>> {
        let hub = self.hub()?;
        let mut all = hub.all(
            "SELECT volume FROM sealing WHERE state = 'going' ORDER BY volume",
            [],
            |r| r.get(0),
        )?;
        let dir = self.inner.catalogue.dir();
        for no in hub.all(
            "SELECT no FROM volume WHERE state = 'frozen' ORDER BY no",
            [],
            |r| r.get::<_, i64>(0),
        )? {
            if dir.attach(no).exists() || !dir.manifest(no).exists() {
                all.push(no);
            }
        }
        Ok(all)
    }
}

pub(super) fn find_sealing(store: &Store, no: i64) -> Result<Option<Sealing>> {
    let found = store.hub()?.opt(
        "SELECT state, asked_by, asked_name, asked_at, names, words, manifest, label, place, carried_at
         FROM sealing WHERE volume = ?1",
        [no],
        |r| {
            let (names, manifest): (String, Option<String>) = (r.get(4)?, r.get(6)?);
            let sealing = Sealing {
                volume: no,
                state: match r.get_ref(0)?.as_str()? {
                    "sealed" => SealingState::Sealed,
                    "failed" => SealingState::Failed,
                    _ => SealingState::Going,
                },
                asked_by: r.get(1)?,
                asked_name: r.get(2)?,
                asked_at: Millis(r.get(3)?),
                names: Names::default(),
                words: r.get(5)?,
                manifest: None,
                label: r.get(7)?,
                place: r.get(8)?,
                carried_at: r.get::<_, Option<i64>>(9)?.map(Millis),
            };
            Ok((sealing, names, manifest))
        },
    )?;
    found
        .map(|(sealing, names, manifest)| {
            Ok(Sealing {
                names: serde_json::from_str(&names)?,
                manifest: manifest.map(|m| serde_json::from_str(&m)).transpose()?,
                ..sealing
            })
        })
        .transpose()
}

fn take(store: &Store, no: i64, step: Step, telling: &Telling<'_>) -> Result<()> {
    let catalogue = &store.inner.catalogue;
    match step {
        Step::Fence => fence(store, no, Drafts::Keep),
        Step::Drain => drain(store, no),
        Step::Fill => fill(store, no, telling),
        Step::Flush => flush(store, no),
        Step::Switch => switch(store, no),
        Step::Check => check(&catalogue.volume(no)?.path),
        Step::Record => record(store, no, telling),
        Step::Finish => finish(catalogue, no, find_sealing(store, no)?),
    }
}

/// What cannot be sealed is open again, as it was.
fn give_up(store: &Store, no: i64, why: &str) -> Result<()> {
    let catalogue = &store.inner.catalogue;
    let sealed = find_sealing(store, no)?.is_some_and(|s| s.state == SealingState::Sealed);
    if sealed {
        return Ok(());
    }
    let file = catalogue.volume(no)?;
    let file = if file.is_frozen() {
        drop(file);
        reopen(store, no)?
    } else {
        file
    };
    file.call(|c| {
        c.execute(
            "UPDATE shelf_owner SET state = 'active' WHERE state = 'frozen'",
            [],
        )
        .map(drop)
        .map_err(sql)
    })?;
    let why = why.to_owned();
    catalogue.hub().call(move |c| {
        c.execute(
            "UPDATE sealing SET state = 'failed', words = ?2 WHERE volume = ?1 AND state = 'going'",
            params![no, why],
        )
        .map(drop)
        .map_err(sql)
    })
}

/// Each shelf by an action of its own, with its audit row; one that is closed already is passed by.
fn fence(store: &Store, no: i64, drafts: Drafts) -> Result<()> {
    let file = store.inner.catalogue.volume(no)?;
    if file.is_frozen() {
        return Ok(());
    }
    let sealing = find_sealing(store, no)?.ok_or(Error::NotFound)?;
    let open: Vec<ShelfNo> = file.read_uncounted()?.all(
        "SELECT shelf FROM shelf_owner WHERE state = 'active' ORDER BY shelf",
        [],
        |r| r.get(0).map(ShelfNo),
    )?;
    for shelf in open {
        let stamp = Stamp {
            target: no.to_string(),
            ..Stamp::new(&sealing.asked_by, ACTION, store.clock().now())
        };
        write::run(&file, shelf, stamp, move |w| close_shelf(w, drafts))?;
    }
    store.inner.projector.wake();
    store.inner.bell.ring();
    store.inner.sides.ring();
    Ok(())
}

fn close_shelf(w: &mut crate::store::Write<'_>, drafts: Drafts) -> Result<()> {
    let shelf = w.shelf();
    let open = open_in(w, shelf)?;
    if open > 0 {
        return Err(Error::Conflict(format!(
            "刚才又有 {open} 件没有办完，没有封存。请办完再试"
        )));
    }
    let unbegun = unbegun_in(w, shelf)?;
    if unbegun > 0 {
        return Err(Error::Conflict(format!(
            "有 {unbegun} 件正在转到今年，没有封存。请等几秒钟再试"
        )));
    }
    let count = drafts_in(w, shelf)?;
    if count > 0 && drafts == Drafts::Keep {
        return Err(Error::Conflict(format!(
            "刚才又有 {count} 份草稿，没有封存。请再看一遍"
        )));
    }
    w.execute("DELETE FROM draft WHERE shelf = ?1", [shelf.0])?;
    w.execute(
        "UPDATE shelf_owner SET state = 'frozen' WHERE shelf = ?1",
        [shelf.0],
    )?;
    // nobody can answer these any more: their lines leave the lists
    for case in unanswered_in(w, shelf)? {
        w.emit("shelf.sealed", Some(case), &())?;
    }
    w.note(format!("{count} draft(s) dropped"));
    w.emit("shelf.sealed", None, &())
}

fn drain(store: &Store, no: i64) -> Result<()> {
    if !store.drain(FOLLOW_WITHIN) {
        return Err(Error::Busy(
            "清单一直没有跟上，没有封存。请过一会儿再试".into(),
        ));
    }
    // whoever follows reads the sealed file as well: this only spares the reader of a copy old news
    let file = store.inner.catalogue.volume(no)?;
    let head = newest(&file.read_uncounted()?)?.0;
    let until = Instant::now() + Duration::from_secs(5);
    loop {
        let behind: i64 = store.hub()?.one(
            "SELECT count(*) FROM followed WHERE volume = ?1 AND seq < ?2",
            params![file.uuid, head],
            |r| r.get(0),
        )?;
        if behind == 0 || Instant::now() > until {
            return Ok(());
        }
        sleep(SOON);
    }
}

fn flush(store: &Store, no: i64) -> Result<()> {
    for side in store.sides()? {
        if side.no() == no
            && let Err(e) = side.change(|ix| {
                ix.execute("INSERT INTO found(found) VALUES('optimize')", [])
                    .map(drop)
            })
        {
            // a projection: it is made anew where it is damaged
            tracing::warn!(cause = %e, volume = no, "the search file was not put in one piece");
        }
    }
    let file = store.inner.catalogue.volume(no)?;
    if file.is_frozen() {
        return Ok(());
    }
    // readers may hold pages back: the switch empties the rest
    file.alone(|c| {
        c.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            .map_err(sql)
    })
}

fn record(store: &Store, no: i64, telling: &Telling<'_>) -> Result<()> {
    let sealing = find_sealing(store, no)?.ok_or(Error::NotFound)?;
    if sealing.state == SealingState::Sealed {
        return Ok(());
    }
    let manifest = manifest_of(store, &sealing, telling)?;
    let text = serde_json::to_string(&manifest)?;
    let stamp = Stamp::new(&sealing.asked_by, ACTION, store.clock().now());
    write::run(store.inner.catalogue.hub(), ShelfNo::HUB, stamp, move |w| {
        w.execute(
            "UPDATE sealing SET state = 'sealed', manifest = ?2 WHERE volume = ?1",
            params![no, text],
        )?;
        w.execute("UPDATE volume SET state = 'frozen' WHERE no = ?1", [no])?;
        w.about(no);
        w.quiet("柜子封存了；清单不受影响");
        Ok(())
    })
    .map(drop)
}

fn manifest_of(store: &Store, sealing: &Sealing, telling: &Telling<'_>) -> Result<Manifest> {
    let (catalogue, no) = (&store.inner.catalogue, sealing.volume);
    let volume = store.volume(no)?;
    let file = catalogue.volume(no)?;
    let bytes = std::fs::metadata(&file.path)?.len();
    let told = |done| telling.tell(Step::Record.words(), done, bytes);
    let sm3 = copy::digest(&file.path, &told)?.hex();
    let read = file.read_uncounted()?;
    let (head, chain) = newest(&read)?;
    let names = &sealing.names.departments;
    let mut departments: Vec<(i64, String)> = volume
        .shelves
        .iter()
        .map(|(_, dept, _)| (*dept, names.get(dept).cloned().unwrap_or_default()))
        .collect();
    departments.sort_unstable();
    Ok(Manifest {
        office: sealing.names.office.clone(),
        office_uuid: catalogue.hub().uuid.clone(),
        volume: no,
        uuid: file.uuid.clone(),
        epoch: file.epoch.clone(),
        schema: older::check(&file.path)?,
        year: volume.shelves.first().map_or(0, |(.., year)| *year),
        departments,
        sealed_by: sealing.asked_name.clone(),
        sealed_at: store.clock().now().0,
        bytes,
        sm3,
        head,
        chain: chain.iter().map(|b| format!("{b:02x}")).collect(),
        rows: counts(read.conn())?,
    })
}

/// Nothing here changes the file itself.
fn finish(catalogue: &Catalogue, no: i64, sealing: Option<Sealing>) -> Result<()> {
    let Some(manifest) = sealing.and_then(|s| s.manifest) else {
        return Ok(());
    };
    let path = catalogue.dir().volume(no);
    manifest.write(&path)?;
    let attach = catalogue.dir().attach(no);
    for end in ["-wal", "-shm", ""] {
        let mut name = attach.as_os_str().to_owned();
        name.push(end);
        copy::remove(Path::new(&name))?;
    }
    protect(&path, Protected::Yes)
}
