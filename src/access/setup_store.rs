//! SQL of the hub's settings that the first run keeps: what was chosen so far, who may go on choosing,
//! that the server was claimed, the office's zone.
//! Invariant: `setup.claimed` is only ever inserted, so a second claim meets the first one's row.

use crate::kit::{Millis, Result};
use crate::store::{Query, Write, params};

/// What was chosen so far, as JSON.
pub(super) fn find_draft(q: &impl Query) -> Result<Option<String>> {
    q.opt("SELECT v FROM setting WHERE k = 'setup.draft'", [], |r| {
        r.get(0)
    })
}

pub(super) fn set_draft(w: &Write<'_>, draft: &str) -> Result<usize> {
    w.execute(
        "INSERT INTO setting(k, v) VALUES('setup.draft', ?1)
         ON CONFLICT(k) DO UPDATE SET v = excluded.v, rev = setting.rev + 1",
        [draft],
    )
}

/// SM3 of the cookie of whoever typed the code.
pub(super) fn find_visitor(q: &impl Query) -> Result<Option<String>> {
    q.opt("SELECT v FROM setting WHERE k = 'setup.visitor'", [], |r| {
        r.get(0)
    })
}

pub(super) fn set_visitor(w: &Write<'_>, digest: &str) -> Result<usize> {
    w.execute(
        "INSERT INTO setting(k, v) VALUES('setup.visitor', ?1)
         ON CONFLICT(k) DO UPDATE SET v = excluded.v, rev = setting.rev + 1",
        [digest],
    )
}

/// When the server was claimed.
pub(super) fn find_claimed(q: &impl Query) -> Result<Option<String>> {
    q.opt("SELECT v FROM setting WHERE k = 'setup.claimed'", [], |r| {
        r.get(0)
    })
}

pub(super) fn insert_claimed(w: &Write<'_>, at: Millis) -> Result<usize> {
    w.execute(
        "INSERT INTO setting(k, v) VALUES('setup.claimed', ?1) ON CONFLICT(k) DO NOTHING",
        [at.0.to_string()],
    )
}

/// Whether the step after the claim is still to be done.
pub(super) fn find_lan(q: &impl Query) -> Result<Option<String>> {
    q.opt("SELECT v FROM setting WHERE k = 'setup.lan'", [], |r| {
        r.get(0)
    })
}

pub(super) fn insert_lan(w: &Write<'_>) -> Result<usize> {
    w.execute(
        "INSERT INTO setting(k, v) VALUES('setup.lan', 'open') ON CONFLICT(k) DO NOTHING",
        [],
    )
}

pub(super) fn take_lan(w: &Write<'_>) -> Result<usize> {
    w.execute("DELETE FROM setting WHERE k = 'setup.lan'", [])
}

/// The demonstration office, as JSON.
pub(super) fn find_demo(q: &impl Query) -> Result<Option<String>> {
    q.opt("SELECT v FROM setting WHERE k = 'setup.demo'", [], |r| {
        r.get(0)
    })
}

pub(super) fn set_demo(w: &Write<'_>, demo: &str) -> Result<usize> {
    w.execute(
        "INSERT INTO setting(k, v) VALUES('setup.demo', ?1)
         ON CONFLICT(k) DO UPDATE SET v = excluded.v, rev = setting.rev + 1",
        [demo],
    )
}

/// When somebody asked to have the invented data put aside; read at start by `store::clearing_asked`.
pub(super) fn find_clearing(q: &impl Query) -> Result<Option<String>> {
    q.opt(
        "SELECT v FROM setting WHERE k = 'setup.clearing'",
        [],
        |r| r.get(0),
    )
}

pub(super) fn set_clearing(w: &Write<'_>, at: Millis) -> Result<usize> {
    w.execute(
        "INSERT INTO setting(k, v) VALUES('setup.clearing', ?1)
         ON CONFLICT(k) DO UPDATE SET v = excluded.v, rev = setting.rev + 1",
        [at.0.to_string()],
    )
}

pub(super) fn take_clearing(w: &Write<'_>) -> Result<usize> {
    w.execute("DELETE FROM setting WHERE k = 'setup.clearing'", [])
}

/// Nothing of the first run is kept beyond it.
pub(super) fn take_first_run(w: &Write<'_>) -> Result<usize> {
    w.execute(
        "DELETE FROM setting WHERE k IN ('setup.draft', 'setup.visitor')",
        [],
    )
}

/// Offset of the office's zone, in minutes; read before the files open, by `store::kept_zone`.
pub(super) fn set_zone(w: &Write<'_>, minutes: i32) -> Result<usize> {
    w.execute(
        "INSERT INTO setting(k, v) VALUES('office.zone', ?1)
         ON CONFLICT(k) DO UPDATE SET v = excluded.v, rev = setting.rev + 1",
        params![minutes.to_string()],
    )
}
