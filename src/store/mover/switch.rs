//! The moment a shelf changes hands. The source's writer stands still while the last changes go over and are
//! read back; then one commit in the source says where the shelf stands, and everything after it follows.
//! Invariant: before that commit the source has the shelf, after it the target: a crash between the steps
//! leaves rows from which the start finishes them (`owners`).

use super::copy::{self, Round, Step, alone, drop_meta, gather, place_key, set_meta};
use super::job::{Halt, Job};
use super::shape;
use crate::kit::{Error, Millis, Result, ShelfNo};
use crate::store::connect::sql;
use crate::store::file::File;
use crate::store::outbox::{self, Event, START};
use rusqlite::{Connection, OptionalExtension, params};
use std::time::{Duration, Instant};

/// More notes than this are carried outside the pause; each time that was not enough, twice as many may
/// go in it, so that a busy office cannot put the switch off for ever.
const FEW: usize = 100;
const MOST: usize = 6_400;

/// Kind of the event that tells those who follow a volume that a shelf came into it.
pub(in crate::store) const CAME: &str = "shelf.came";

/// Key of the row that says that rows of a shelf may still stand here though it has moved away.
pub(super) fn leaving_key(shelf: ShelfNo) -> String {
    format!("leaving.{}", shelf.0)
}

/// What came of an attempt.
enum Tried {
    Switched,
    /// Too much changed: it is carried outside the pause first.
    TooMuch,
}

/// Switches; gives how long the source's writers stood still.
pub(super) fn switch(job: &Job) -> Result<Duration, Halt> {
    let mut longest = Duration::ZERO;
    let mut few = FEW;
    loop {
        copy::catch_up(job)?;
        let _alone = job.moving.switching();
        // whoever gives a shelf up waits for this lock, so that no shelf moves that was given up
        job.go_on()?;
        let began = Instant::now();
        let tried = attempt(job, few)?;
        few = (few * 2).min(MOST);
        longest = longest.max(began.elapsed());
        if matches!(tried, Tried::Switched) {
            finish(job)?;
            longest = longest.max(began.elapsed());
            return Ok(longest);
        }
    }
}

fn attempt(job: &Job, few: usize) -> Result<Tried> {
    let (shapes, shelf, target) = (job.shapes.clone(), job.shelf, job.target.clone());
    let ways = job.source.kit.ways;
    job.source.alone(move |c| {
        c.execute_batch("BEGIN IMMEDIATE").map_err(sql)?;
        // several notes may name one row: what counts is that none is left over
        let round = gather(c, &shapes, shelf, few)?;
        if copy::left_over(c, shelf, round.upto)? {
            return Ok(Tried::TooMuch);
        }
        let to = target.uuid.clone();
        let all = shapes.clone();
        let fits = alone(&target, move |t| last_round(t, &all, shelf, &round))?;
        if !fits {
            return Err(Error::fault(format!(
                "the last changes of shelf {} did not fit",
                shelf.0
            )));
        }
        shape::unwatch(c, shelf)?;
        set_meta(c, &leaving_key(shelf), &to)?;
        let moved = c
            .execute(
                "UPDATE shelf_owner SET state = 'moved', to_volume = ?2 WHERE shelf = ?1 AND state = 'active'",
                params![shelf.0, to],
            )
            .map_err(sql)?;
        if moved != 1 {
            return Err(Error::fault(format!("shelf {} is not active", shelf.0)));
        }
        ways.flush();
        c.execute_batch("COMMIT").map_err(sql)?;
        Ok(Tried::Switched)
    })
}

/// In the target: the last changes, read back, and the shelf's last id. False where a row does not fit.
fn last_round(
    t: &Connection,
    shapes: &[shape::Shape],
    shelf: ShelfNo,
    round: &Round,
) -> Result<bool> {
    copy::insert_versions_of(t, round)?;
    copy::apply(t, shapes, shelf, (&round.changes, Step::Delete))?;
    let again = copy::apply(t, shapes, shelf, (&round.changes, Step::Insert))?;
    t.execute(
        "UPDATE shelf_owner SET last_id = ?2 WHERE shelf = ?1 AND state = 'incoming'",
        params![shelf.0, round.last_id],
    )
    .map_err(sql)?;
    Ok(again.is_empty())
}

/// After the source's commit there is no way back: the target takes the shelf over, however often that needs
/// to be tried. What is not done when the server ends is done when it starts.
fn finish(job: &Job) -> Result<(), Halt> {
    let at = job.catalogue.kit().clock.now();
    loop {
        match take_over(&job.target, (job.shelf, &job.source.uuid), at) {
            Ok(()) => break,
            Err(e) => {
                tracing::error!(cause = %e, shelf = job.shelf.0, "a shelf waits for its new volume");
                if job.moving.stopping() {
                    return Err(Halt::Stopping);
                }
                std::thread::sleep(Duration::from_millis(200));
            }
        }
    }
    job.catalogue
        .hand_over(job.shelf, job.target.no, job.source.no);
    let (id, shelf, to) = (job.id, job.shelf, job.target.no);
    // the volumes' rows decide; where this fails the next start does it
    let told = job.catalogue.hub().call(move |c| {
        set_volume(c, shelf, to)?;
        c.execute(
            "UPDATE relocation SET state = 'switched', rows_done = rows_total, ended_at = NULL WHERE id = ?1",
            [id],
        )
        .map_err(sql)
    });
    if let Err(e) = told {
        tracing::error!(cause = %e, shelf = shelf.0, "the hub does not know yet that a shelf has moved");
    }
    Ok(())
}

/// The hub's cache follows.
pub(in crate::store) fn set_volume(c: &Connection, shelf: ShelfNo, volume: i64) -> Result<()> {
    c.execute(
        "UPDATE shelf SET volume = ?2 WHERE no = ?1",
        params![shelf.0, volume],
    )
    .map(drop)
    .map_err(sql)
}

/// The incoming shelf is this volume's own from now on, and whoever follows the volume hears it.
pub(in crate::store) fn take_over(
    target: &File,
    (shelf, from): (ShelfNo, &str),
    at: Millis,
) -> Result<()> {
    let payload = serde_json::to_string(&from)?;
    target.call(move |c| {
        let taken = c
            .execute(
                "UPDATE shelf_owner SET state = 'active', to_volume = NULL WHERE shelf = ?1 AND state = 'incoming'",
                [shelf.0],
            )
            .map_err(sql)?;
        if taken == 0 {
            // tried once more after an answer that was lost
            return Ok(());
        }
        drop_meta(c, &place_key(shelf))?;
        let newest = c
            .query_row(
                "SELECT seq, chain FROM outbox ORDER BY seq DESC LIMIT 1",
                [],
                |r| Ok((r.get(0)?, r.get(1)?)),
            )
            .optional()
            .map_err(sql)?;
        let event = Event {
            shelf,
            at,
            kind: CAME,
            target: None,
            payload: &payload,
        };
        outbox::append(c, newest.unwrap_or((0, START)), &event).map(drop)
    })
}
