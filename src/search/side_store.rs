//! Statements on a search file: documents, contents of attachments, candidates of a query.
//! Not here: what the tokens are. A document is replaced as a whole, at the place it first had.

use crate::kit::{Digest, Id, Result};
use crate::store::{IndexWrite, Query, Read, params};

/// Drops a case; says at which place it stood.
pub(super) fn take_doc(side: &IndexWrite<'_>, case: Id) -> Result<Option<i64>> {
    let place: Option<i64> = side.opt(
        "DELETE FROM doc WHERE case_id = ?1 RETURNING place",
        [case.raw()],
        |r| r.get(0),
    )?;
    if let Some(place) = place {
        side.execute("DELETE FROM found WHERE rowid = ?1", [place])?;
        side.execute("DELETE FROM doc_content WHERE case_id = ?1", [case.raw()])?;
    }
    Ok(place)
}

/// Whether nothing stands at a place.
pub(super) fn is_free(side: &IndexWrite<'_>, place: i64) -> Result<bool> {
    let taken = side.opt("SELECT 1 FROM doc WHERE place = ?1", [place], |_| Ok(()))?;
    Ok(taken.is_none())
}

pub(super) fn insert_doc(
    side: &IndexWrite<'_>,
    (place, case): (i64, Id),
    parts: &[u8],
    tokens: &str,
) -> Result<()> {
    side.execute(
        "INSERT INTO doc(place, case_id, parts) VALUES(?1,?2,?3)",
        params![place, case.raw(), parts],
    )?;
    side.execute(
        "INSERT INTO found(rowid, tokens) VALUES(?1,?2)",
        params![place, tokens],
    )?;
    Ok(())
}

/// Notes which contents a case holds; unknown ones wait to be read.
pub(super) fn insert_contents(side: &IndexWrite<'_>, case: Id, digests: &[Digest]) -> Result<()> {
    for digest in digests {
        side.execute(
            "INSERT INTO doc_content(digest, case_id) VALUES(?1,?2) ON CONFLICT DO NOTHING",
            params![digest.0, case.raw()],
        )?;
        side.execute(
            "INSERT INTO content(digest, state, body) VALUES(?1,'waiting',x'') ON CONFLICT DO NOTHING",
            [digest.0],
        )?;
    }
    Ok(())
}

/// The packed text of contents that were read.
pub(super) fn find_content(db: &impl Query, digest: Digest) -> Result<Option<Vec<u8>>> {
    db.opt(
        "SELECT body FROM content WHERE digest = ?1 AND state = 'read'",
        [digest.0],
        |r| r.get(0),
    )
}

/// Why contents have no text, packed, where that is known.
pub(super) fn find_why_not(db: &impl Query, digest: Digest) -> Result<Option<Vec<u8>>> {
    db.opt(
        "SELECT body FROM content WHERE digest = ?1 AND state = 'unread'",
        [digest.0],
        |r| r.get(0),
    )
}

/// What a search file knows of contents: the state, the packed text or why there is none.
pub(super) struct KnownContent {
    digest: Digest,
    state: String,
    body: Vec<u8>,
}

/// Contents that were read, or cannot be.
pub(super) fn find_known(db: &impl Query, digest: Digest) -> Result<Option<KnownContent>> {
    db.opt(
        "SELECT state, body FROM content WHERE digest = ?1 AND state IN ('read','unread')",
        [digest.0],
        |r| {
            Ok(KnownContent {
                digest,
                state: r.get(0)?,
                body: r.get(1)?,
            })
        },
    )
}

/// Takes over what another search file knows.
pub(super) fn insert_known(side: &IndexWrite<'_>, known: &KnownContent) -> Result<()> {
    side.execute(
        "INSERT INTO content(digest, state, body) VALUES(?1,?2,?3) ON CONFLICT DO NOTHING",
        params![known.digest.0, known.state, known.body],
    )?;
    Ok(())
}

/// Contents to be read: whether that was begun before, and a case that holds them.
pub(super) struct Waiting {
    pub digest: Digest,
    pub begun: bool,
    pub case: Option<Id>,
}

/// The next contents to be read.
pub(super) fn find_waiting(db: &impl Query) -> Result<Option<Waiting>> {
    db.opt(
        "SELECT c.digest, c.state = 'once', (SELECT max(case_id) FROM doc_content d WHERE d.digest = c.digest)
         FROM content c WHERE c.state IN ('waiting','once') LIMIT 1",
        [],
        |r| {
            let case: Option<i64> = r.get(2)?;
            Ok(Waiting {
                digest: Digest(r.get(0)?),
                begun: r.get(1)?,
                case: case.map(Id::from_raw),
            })
        },
    )
}

/// Keeps what was read: the packed text, or in plain words why there is none.
pub(super) fn set_content(
    side: &IndexWrite<'_>,
    digest: Digest,
    (state, body): (&str, &[u8]),
) -> Result<()> {
    side.execute(
        "UPDATE content SET state = ?2, body = ?3 WHERE digest = ?1",
        params![digest.0, state, body],
    )?;
    Ok(())
}

/// Forgets contents that no case holds any more.
pub(super) fn drop_content(side: &IndexWrite<'_>, digest: Digest) -> Result<()> {
    side.execute("DELETE FROM content WHERE digest = ?1", [digest.0])?;
    Ok(())
}

/// The cases that hold contents and wait for no others: the rest are made anew with their last ones.
pub(super) fn list_holders(db: &impl Query, digest: Digest) -> Result<Vec<Id>> {
    db.all(
        "SELECT case_id FROM doc_content h WHERE digest = ?1 AND NOT EXISTS (
           SELECT 1 FROM doc_content d JOIN content c ON c.digest = d.digest
           WHERE d.case_id = h.case_id AND d.digest <> ?1 AND c.state IN ('waiting','once'))",
        [digest.0],
        |r| r.get(0).map(Id::from_raw),
    )
}

/// The newest place taken, and none where there is no case.
pub(super) fn newest(db: &Read) -> Result<Option<i64>> {
    db.one("SELECT max(place) FROM doc", [], |r| r.get(0))
}

/// A case that may hold what is asked for.
pub(super) struct Candidate {
    pub place: i64,
    pub case: Id,
    pub parts: Vec<u8>,
}

/// The next candidates at or below a place and not below another, newest first.
pub(super) fn list_candidates(
    db: &Read,
    tokens: &str,
    (below, above): (i64, i64),
    limit: i64,
) -> Result<Vec<Candidate>> {
    db.all(
        "SELECT d.place, d.case_id, d.parts FROM
           (SELECT rowid AS place FROM found WHERE found MATCH ?1 AND rowid <= ?2 AND rowid >= ?3
            ORDER BY rowid DESC LIMIT ?4) f
         JOIN doc d ON d.place = f.place ORDER BY d.place DESC",
        params![tokens, below, above, limit],
        |r| {
            Ok(Candidate {
                place: r.get(0)?,
                case: Id::from_raw(r.get(1)?),
                parts: r.get(2)?,
            })
        },
    )
}

/// Into how many pieces the lists of places are split: each is looked up for every word of a query.
pub(super) fn count_pieces(db: &impl Query) -> Result<i64> {
    let statement = "SELECT count(DISTINCT segid) FROM found_idx";
    db.one(statement, [], |r| r.get(0))
}

/// Pages of all pieces.
pub(super) fn count_pages(db: &impl Query) -> Result<i64> {
    db.one("SELECT count(*) FROM found_idx", [], |r| r.get(0))
}

/// Begins to make one piece of all, some pages at a time.
pub(super) fn begin_one_piece(side: &IndexWrite<'_>, pages: i64) -> Result<()> {
    let merge = "INSERT INTO found(found, rank) VALUES('merge', -?1)";
    side.execute(merge, [pages]).map(drop)
}

/// Goes on with that.
pub(super) fn go_on_one_piece(side: &IndexWrite<'_>, pages: i64) -> Result<()> {
    let merge = "INSERT INTO found(found, rank) VALUES('merge', ?1)";
    side.execute(merge, [pages]).map(drop)
}
