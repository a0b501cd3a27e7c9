//! Looking round while the server runs: the disk, the clock, volumes that went away and volumes that are
//! back. A volume that comes back is repaired as at a start before anybody can reach it.
//! Invariant: a volume is never made anew in the place of one that is away.

use super::clock_hold::ClockState;
use super::connect::{READ_FLAGS, sql};
use super::query::Query as _;
use super::room::{Disk, Limits};
use super::seat::Why;
use super::trouble::hub_broken;
use super::{Error, Result, ShelfNo, Stamp, Store, claims, params, spans, voids};
use crate::kit::Millis;
use rusqlite::Connection;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The row that says what an administrator confirmed of the clock.
const SURE: &str = "clock.sure";

/// A volume that ought to be here and is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// Its number.
    pub volume: i64,
    /// For the administrator: which file, what became of it, what to do.
    pub words: String,
}

impl Store {
    /// Watches the disk from now on, by these limits or by those of its size.
    pub fn watch_disk(&self, limits: Option<Limits>) -> Result<()> {
        self.inner.catalogue.kit().room.watch(limits)
    }

    /// The disk, as last looked at.
    #[must_use]
    pub fn disk(&self) -> Disk {
        self.inner.catalogue.kit().room.disk()
    }

    /// What is thought of the PC's clock.
    #[must_use]
    pub fn clock_state(&self) -> ClockState {
        self.inner.catalogue.kit().hold.state()
    }

    /// Now, for spans that no setting of the clock may end.
    #[must_use]
    pub fn steady_now(&self) -> Millis {
        self.inner.catalogue.kit().hold.steady(self.clock())
    }

    /// An administrator says that the clock is right.
    pub fn confirm_clock(&self, stamp: Stamp) -> Result<()> {
        let newest = self.newest_act()?.unwrap_or_default();
        self.write(ShelfNo::HUB, stamp, move |w| {
            w.quiet("核对过服务器的时间");
            let sure = format!("{} {}", w.at().0, newest.0);
            w.execute(
                "INSERT INTO setting(k, v) VALUES(?1, ?2)
                 ON CONFLICT(k) DO UPDATE SET v = excluded.v, rev = rev + 1",
                params![SURE, sure],
            )
            .map(drop)
        })?;
        self.inner.catalogue.kit().hold.confirm();
        Ok(())
    }

    /// At start: compares the clock with what was done last.
    pub(super) fn judge_clock(&self) -> Result<()> {
        let sure: Option<String> =
            self.hub()?
                .opt("SELECT v FROM setting WHERE k = ?1", [SURE], |r| r.get(0))?;
        let sure = sure.as_deref().and_then(|v| {
            let (at, against) = v.split_once(' ')?;
            Some((Millis(at.parse().ok()?), Millis(against.parse().ok()?)))
        });
        let hold = &self.inner.catalogue.kit().hold;
        hold.begin(self.newest_act()?, sure, self.clock().now());
        Ok(())
    }

    /// When something was last done in a volume. The hub is left out: log-ins go on while the clock is held,
    /// and must not become the measure.
    fn newest_act(&self) -> Result<Option<Millis>> {
        let mut newest = None;
        for file in self.inner.catalogue.volumes() {
            let read = file.read_uncounted()?;
            let at: Option<i64> =
                read.opt("SELECT at FROM audit ORDER BY id DESC LIMIT 1", [], |r| {
                    r.get(0)
                })?;
            newest = newest.max(at.map(Millis));
        }
        Ok(newest)
    }

    /// Volumes that ought to be here and are not.
    #[must_use]
    pub fn lost(&self) -> Vec<Lost> {
        let lost = self.inner.catalogue.lost().into_iter();
        lost.map(|(volume, why)| Lost {
            volume,
            words: why.words,
        })
        .collect()
    }

    /// Why nothing of this shelf can be opened now, for whoever asks; `None` where it can.
    #[must_use]
    pub fn away(&self, shelf: ShelfNo) -> Option<String> {
        match self.inner.catalogue.file_of(shelf) {
            Err(Error::Busy(words)) => Some(words),
            _ => None,
        }
    }

    /// Looks at the disk, the clock and the volumes' files: every few seconds. What goes wrong with one
    /// volume is that volume's matter.
    pub fn look_round(&self) {
        let catalogue = &self.inner.catalogue;
        catalogue.kit().room.look();
        catalogue.kit().hold.look(self.clock());
        for file in catalogue.volumes() {
            // Written on, a file that is gone from its place would take every commit with it.
            if file.path.try_exists().is_ok_and(|there| !there) {
                let why = catalogue.gone(file.no);
                catalogue.lose(file.no, why);
            }
        }
    }

    /// Tries every lost volume once more: each minute. Gives those that are back.
    pub fn call_back(&self) -> Vec<i64> {
        let lost = self.inner.catalogue.lost().into_iter();
        let back: Vec<i64> = lost
            .filter_map(|(no, why)| {
                self.find_again(no, &why).unwrap_or_else(|e| {
                    let catalogue = &self.inner.catalogue;
                    let now = catalogue.why(no, &e);
                    if now != why {
                        catalogue.lose(no, now);
                    }
                    None
                })
            })
            .collect();
        if !back.is_empty() {
            self.inner.projector.wake();
            self.inner.bell.ring();
            self.inner.sides.ring();
        }
        back
    }

    fn find_again(&self, no: i64, why: &Why) -> Result<Option<i64>> {
        let catalogue = &self.inner.catalogue;
        let path = catalogue.dir().volume(no);
        if why.looked.is_some() && catalogue.why(no, &Error::NotFound).looked == why.looked {
            // the same bad file as before
            return Ok(None);
        }
        if path.exists() {
            quick_check(&path, &Arc::default())?;
        }
        let Some(file) = catalogue.find_again(no)? else {
            return Ok(None);
        };
        claims::repair_in(catalogue, &file, &self.inner.in_flight)?;
        voids::repair_in(catalogue, &file)?;
        spans::repair_in(catalogue, &file)?;
        catalogue.seat(no, file);
        tracing::info!(volume = no, "a volume is back");
        Ok(Some(no))
    }

    /// Reads every page of every open file; a volume that is damaged is away from then on. `stop` ends it
    /// soon. Gives what is wrong, by file, and `None` where it was stopped.
    pub fn check_files(&self, stop: &Arc<AtomicBool>) -> Option<Vec<String>> {
        let catalogue = &self.inner.catalogue;
        let mut wrong = Vec::new();
        for file in catalogue.files() {
            let checked = quick_check(&file.path, stop);
            if stop.load(Ordering::Acquire) {
                return None;
            }
            if let Err(e) = checked {
                if file.no == 0 {
                    wrong.push(hub_broken(catalogue.dir()).to_string());
                } else {
                    let why = catalogue.why(file.no, &e);
                    wrong.push(why.words.clone());
                    catalogue.lose(file.no, why);
                }
            }
            let attach = catalogue.dir().attach(file.no);
            if attach.exists() && quick_check(&attach, stop).is_err() {
                wrong.push(format!(
                    "附件文件 {} 坏了，有的附件打不开。请从备份恢复这个文件",
                    attach.display()
                ));
            }
        }
        Some(wrong)
    }
}

/// SQLite's own quick check, on a connection of its own that can be stopped.
pub(super) fn quick_check(path: &Path, stop: &Arc<AtomicBool>) -> Result<()> {
    let conn = Connection::open_with_flags(path, READ_FLAGS).map_err(sql)?;
    conn.execute_batch("PRAGMA query_only=ON; PRAGMA cache_size=-2048;")
        .map_err(sql)?;
    let asked = stop.clone();
    conn.progress_handler(20_000, Some(move || asked.load(Ordering::Acquire)))
        .map_err(sql)?;
    let mut checking = conn.prepare("PRAGMA quick_check(1)").map_err(sql)?;
    let mut rows = checking.query([]).map_err(sql)?;
    let first: String = match rows.next().map_err(sql)? {
        Some(row) => row.get(0).map_err(sql)?,
        None => "ok".to_owned(),
    };
    match first.as_str() {
        "ok" => Ok(()),
        bad => Err(Error::Fault(format!("quick_check: {bad}"))),
    }
}
