//! The chained rows a commit writes by itself: outbox (one chain a file) and audit (one a shelf).
//! `verify` computes the same digests from plain SQL, so their parts are fixed here in words:
//! outbox = prev, seq, shelf, at, kind, target or "", payload; audit = prev, id, at, actor,
//! acting_for or "", action, target, request, detail; numbers in decimal.

use super::Stamp;
use super::connect::sql;
use crate::kit::{Digest, Id, Millis, Result, ShelfNo};
use rusqlite::{Connection, params};

/// What stands before the first row of a chain.
pub(super) const START: [u8; 32] = [0; 32];

pub(super) struct Event<'a> {
    pub shelf: ShelfNo,
    pub at: Millis,
    pub kind: &'a str,
    pub target: Option<Id>,
    pub payload: &'a str,
}

/// Number and chain value of an event.
pub(super) type Link = (i64, [u8; 32]);

/// Appends one event behind the newest and returns its own number and chain value.
pub(super) fn append(conn: &Connection, (last, prev): Link, e: &Event<'_>) -> Result<Link> {
    let seq = last + 1;
    let target = e.target.map(Id::raw);
    let chain = chain_event(&prev, seq, e, target);
    conn.prepare_cached(
        "INSERT INTO outbox(seq, shelf, at, kind, target, payload, chain) VALUES(?1,?2,?3,?4,?5,?6,?7)",
    )
    .and_then(|mut s| {
        s.execute(params![
            seq, e.shelf.0, e.at.0, e.kind, target, e.payload, chain.0
        ])
    })
    .map_err(sql)?;
    Ok((seq, chain.0))
}

fn chain_event(prev: &[u8], seq: i64, e: &Event<'_>, target: Option<i64>) -> Digest {
    Digest::of_parts(&[
        prev,
        seq.to_string().as_bytes(),
        e.shelf.0.to_string().as_bytes(),
        e.at.0.to_string().as_bytes(),
        e.kind.as_bytes(),
        target
            .map_or_else(String::new, |t| t.to_string())
            .as_bytes(),
        e.payload.as_bytes(),
    ])
}

/// Appends the audit row of one action behind the shelf's last link.
pub(super) fn audit(
    conn: &Connection,
    shelf: ShelfNo,
    id: Id,
    stamp: &Stamp,
    detail: &str,
    prev: &[u8; 32],
) -> Result<()> {
    let acting = stamp.acting_for.map_or_else(String::new, |p| p.to_string());
    let chain = Digest::of_parts(&[
        prev,
        id.raw().to_string().as_bytes(),
        stamp.at.0.to_string().as_bytes(),
        stamp.actor.as_bytes(),
        acting.as_bytes(),
        stamp.action.as_bytes(),
        stamp.target.as_bytes(),
        stamp.request.as_bytes(),
        detail.as_bytes(),
    ]);
    conn.prepare_cached(
        "INSERT INTO audit(id, shelf, at, actor, acting_for, action, target, request, detail, chain)
         VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)",
    )
    .and_then(|mut s| {
        s.execute(params![
            id.raw(),
            shelf.0,
            stamp.at.0,
            stamp.actor,
            stamp.acting_for,
            stamp.action,
            stamp.target,
            stamp.request,
            detail,
            chain.0
        ])
    })
    .map_err(sql)?;
    Ok(())
}
