//! What stands where, what a changed rule would move, and the list of shelves to be moved. The moving itself
//! is the mover's; here is only what is wanted and what the pages show.
//! Invariant: a rule and the relocations it asks for go into the hub in one commit.

use super::catalogue_store::{insert_rule, rule as rule_kept};
use super::placement::{Rule, VolumeKey};
use super::query::{Query, Source};
use super::{Stamp, Store, write};
use crate::kit::{Error, Millis, Result, ShelfNo};
use rusqlite::params;
use std::collections::BTreeMap;
use std::path::Path;

/// How a volume stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VolumeState {
    /// Read and written.
    Open,
    /// Sealed, read only.
    Frozen,
    /// Carried off; its titles stay.
    Detached,
    /// Damaged or missing.
    Broken,
}

/// One volume as the storage page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Volume {
    pub no: i64,
    pub uuid: String,
    pub key: VolumeKey,
    pub state: VolumeState,
    pub made_at: Millis,
    /// Of the volume with its attachments; 0 where it is away.
    pub bytes: u64,
    /// Shelf, department, working year.
    pub shelves: Vec<(ShelfNo, i64, i16)>,
    /// Whether its file is open here now.
    pub here: bool,
}

/// How far a relocation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelocationState {
    Waiting,
    Copying,
    /// The new volume owns the shelf; the old one is being emptied.
    Switched,
    Done,
    Cancelled,
    Failed,
}

/// One shelf on its way to another volume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relocation {
    pub id: i64,
    pub shelf: ShelfNo,
    pub from: i64,
    pub to: i64,
    pub state: RelocationState,
    pub asked_by: String,
    pub asked_at: Millis,
    pub rows_done: i64,
    pub rows_total: i64,
    pub words: String,
    pub ended_at: Option<Millis>,
}

/// Bytes of a file and of its log: what was written last stands there.
fn size_of(path: &Path) -> u64 {
    let of = |path: &Path| std::fs::metadata(path).map_or(0, |m| m.len());
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    of(path) + of(Path::new(&log))
}

/// What a rule would change.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// Shelf, department, year, the volume it stands in, where it goes.
    pub moves: Vec<(ShelfNo, i64, i16, i64, VolumeKey)>,
    /// Shelves in frozen, detached or broken volumes: they stay where they are.
    pub stay: Vec<ShelfNo>,
}

impl Store {
    /// The rule in force.
    pub fn rule(&self) -> Result<Rule> {
        self.inner.catalogue.hub().call(rule_kept)
    }

    /// Every volume, in order of number.
    pub fn volumes(&self) -> Result<Vec<Volume>> {
        let catalogue = &self.inner.catalogue;
        let hub = catalogue.hub().read_uncounted()?;
        let mut shelves: BTreeMap<i64, Vec<(ShelfNo, i64, i16)>> = BTreeMap::new();
        for (volume, shelf) in hub.all(
            "SELECT volume, no, dept, year FROM shelf ORDER BY no",
            [],
            |r| Ok((r.get(0)?, (ShelfNo(r.get(1)?), r.get(2)?, r.get(3)?))),
        )? {
            shelves.entry(volume).or_default().push(shelf);
        }
        let mut all = hub.all(
            "SELECT no, uuid, dept, year, state, made_at FROM volume ORDER BY no",
            [],
            |r| {
                Ok(Volume {
                    no: r.get(0)?,
                    uuid: r.get(1)?,
                    key: VolumeKey {
                        dept: r.get(2)?,
                        year: r.get(3)?,
                    },
                    state: match r.get_ref(4)?.as_str()? {
                        "open" => VolumeState::Open,
                        "frozen" => VolumeState::Frozen,
                        "detached" => VolumeState::Detached,
                        _ => VolumeState::Broken,
                    },
                    made_at: Millis(r.get(5)?),
                    bytes: 0,
                    shelves: Vec::new(),
                    here: false,
                })
            },
        )?;
        let dir = catalogue.dir();
        for volume in &mut all {
            volume.here = catalogue.volume(volume.no).is_ok();
            volume.bytes = size_of(&dir.volume(volume.no)) + size_of(&dir.attach(volume.no));
            volume.shelves = shelves.remove(&volume.no).unwrap_or_default();
        }
        Ok(all)
    }

    /// What `rule` would move, were it in force. Changes nothing.
    pub fn plan(&self, rule: &Rule) -> Result<Plan> {
        let mut plan = Plan::default();
        for volume in self.volumes()? {
            for (shelf, dept, year) in volume.shelves {
                let goes = rule.place(dept, year);
                if volume.state != VolumeState::Open || !volume.here {
                    plan.stay.push(shelf);
                } else if goes != volume.key {
                    plan.moves.push((shelf, dept, year, volume.no, goes));
                }
            }
        }
        Ok(plan)
    }

    /// Puts a rule in force: new shelves follow it at once, the others are asked to move. What still waits
    /// from an earlier rule is given up; `Conflict` while a shelf is on its way.
    pub fn change_rule(&self, rule: &Rule, stamp: Stamp) -> Result<Plan> {
        let _still = self.inner.moving.switching();
        let plan = self.plan(rule)?;
        let mut wanted = Vec::with_capacity(plan.moves.len());
        for (shelf, .., from, key) in &plan.moves {
            let to = self.inner.catalogue.volume_for(*key, self.clock().now())?;
            wanted.push((*shelf, *from, to.no));
        }
        let text = serde_json::to_string(rule)?;
        let hub = self.inner.catalogue.hub();
        write::run(hub, ShelfNo::HUB, stamp, move |w| {
            let moving: i64 = w.one(
                "SELECT count(*) FROM relocation WHERE state IN ('copying','switched')",
                [],
                |r| r.get(0),
            )?;
            if moving > 0 {
                return Err(Error::Conflict(
                    "还有案卷正在搬。请等它搬完，或者先取消，再改存放办法".into(),
                ));
            }
            insert_rule(w.conn(), &text)?;
            let at = w.at().0;
            w.execute(
                "UPDATE relocation SET state = 'cancelled', ended_at = ?1 WHERE state = 'waiting'",
                [at],
            )?;
            let by = w.stamp().actor.clone();
            for (shelf, from, to) in wanted {
                w.execute(
                    "INSERT INTO relocation(shelf, from_volume, to_volume, state, asked_by, asked_at)
                     VALUES(?1, ?2, ?3, 'waiting', ?4, ?5)",
                    params![shelf.0, from, to, by, at],
                )?;
            }
            w.quiet("存放办法改了；清单不受影响");
            Ok(())
        })?;
        self.inner.moving.ring();
        Ok(plan)
    }

    /// Nothing is moved until this is taken back; what is being copied stops after its slice.
    pub fn pause_relocation(&self, paused: bool, stamp: Stamp) -> Result<()> {
        let _still = self.inner.moving.switching();
        self.inner.moving.ring();
        write::run(self.inner.catalogue.hub(), ShelfNo::HUB, stamp, move |w| {
            w.execute(
                "INSERT INTO setting(k, v) VALUES('relocation.paused', ?1)
                     ON CONFLICT(k) DO UPDATE SET v = excluded.v, rev = rev + 1",
                [if paused { "1" } else { "0" }],
            )?;
            w.quiet("搬库暂停或继续；清单不受影响");
            Ok(())
        })
        .map(drop)
    }

    /// Whether moving is paused.
    pub fn relocation_is_paused(&self) -> Result<bool> {
        let kept: Option<String> = self.hub()?.opt(
            "SELECT v FROM setting WHERE k = 'relocation.paused'",
            [],
            |r| r.get(0),
        )?;
        Ok(kept.as_deref() == Some("1"))
    }

    /// Gives up what waits or is being copied; a shelf that has switched already stays where it is now.
    /// Gives how many that were.
    pub fn cancel_relocations(&self, stamp: Stamp) -> Result<usize> {
        let _still = self.inner.moving.switching();
        self.inner.moving.ring();
        let done = write::run(self.inner.catalogue.hub(), ShelfNo::HUB, stamp, |w| {
            let count = w.execute(
                "UPDATE relocation SET state = 'cancelled', ended_at = ?1 WHERE state IN ('waiting','copying')",
                [w.at().0],
            )?;
            w.quiet("不搬了；清单不受影响");
            Ok(count)
        })?;
        Ok(done.value)
    }

    /// Relocations, the newest first, at most so many.
    pub fn relocations(&self, at_most: u32) -> Result<Vec<Relocation>> {
        self.hub()?.all(
            "SELECT id, shelf, from_volume, to_volume, state, asked_by, asked_at, rows_done, rows_total, words, ended_at
             FROM relocation ORDER BY id DESC LIMIT ?1",
            [at_most],
            |r| {
                Ok(Relocation {
                    id: r.get(0)?,
                    shelf: ShelfNo(r.get(1)?),
                    from: r.get(2)?,
                    to: r.get(3)?,
                    state: match r.get_ref(4)?.as_str()? {
                        "waiting" => RelocationState::Waiting,
                        "copying" => RelocationState::Copying,
                        "switched" => RelocationState::Switched,
                        "done" => RelocationState::Done,
                        "cancelled" => RelocationState::Cancelled,
                        _ => RelocationState::Failed,
                    },
                    asked_by: r.get(5)?,
                    asked_at: Millis(r.get(6)?),
                    rows_done: r.get(7)?,
                    rows_total: r.get(8)?,
                    words: r.get(9)?,
                    ended_at: r.get::<_, Option<i64>>(10)?.map(Millis),
                })
            },
        )
    }
}
