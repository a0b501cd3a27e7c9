//! Claims that are no numbers: a thing for a time (会议室、车辆), days of a person's balance (年休假). Reserved in
//! the hub before the volume's transaction, held after it; what the volume says decides, as with numbers (`claims`).
//! Not here: which case wants what (`engine::claiming`), the lists of things and balances (`agenda`).
//! Invariant: of one thing no two rows reserved or held overlap; the hub's one writer decides who was first.

use super::catalogue::Catalogue;
use super::connect::sql;
use super::file::File;
use super::query::Query;
use super::{Store, Write};
use crate::kit::{Id, Millis, Result, ShelfNo};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// What a case is to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Want {
    /// The claim's id in the procedure.
    pub claim: String,
    /// 会议室, 年休假.
    pub kind: String,
    /// The thing's name, or whose balance of which year.
    pub key: String,
    /// How much of it.
    pub what: Wanted,
    /// Whose name those read who come too late.
    pub who: String,
}

/// A time, or days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// From an instant to an instant, the latter not counted.
    Time { since: Millis, until: Millis },
    /// The same of what stands in no list: somebody's own time.
    Own { since: Millis, until: Millis },
    /// Days of the balance, in tenths.
    Days {
        tenths: i64,
        /// Whether more than is left may be taken.
        beyond: bool,
    },
}

/// Why a claim cannot be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clash {
    /// No thing of this name is in the list, or it is switched off.
    Unknown(Want),
    /// Somebody has it then; these are free.
    Taken {
        want: Want,
        who: String,
        /// Which case; none where it is only being sent in just now.
        case: Option<Id>,
        since: Millis,
        until: Millis,
        free: Vec<String>,
    },
    /// No thing was named yet, and each of them is somebody's then; this one is back first.
    None {
        want: Want,
        first: String,
        until: Millis,
    },
    /// The balance is too small: what is left, in tenths; nothing where the office gave none.
    Short { want: Want, left: Option<i64> },
}

/// Rows reserved for one write, in the order of the wants.
#[derive(Debug, Clone)]
pub struct ReservedSpans {
    shelf: ShelfNo,
    /// Each want with its number.
    pub all: Vec<(i64, Want)>,
}

/// A row as the volume keeps it.
struct Bound {
    n: i64,
    kind: String,
    key: String,
    since: i64,
    until: i64,
    tenths: i64,
    shelf: u16,
    case: i64,
    claim: String,
    who: String,
    state: String,
    at: i64,
}

impl Wanted {
    const fn parts(self) -> (i64, i64, i64) {
        match self {
            Self::Time { since, until } | Self::Own { since, until } => (since.0, until.0, 0),
            Self::Days { tenths, .. } => (0, 0, tenths),
        }
    }
}

impl Store {
    /// Reserves all of it or nothing. A case never stands in its own way. Whoever reserved must settle,
    /// whatever came of the write.
    pub fn reserve_spans(
        &self,
        shelf: ShelfNo,
        case: Option<Id>,
        wants: Vec<Want>,
    ) -> Result<std::result::Result<ReservedSpans, Vec<Clash>>> {
        let at = self.clock().now();
        self.inner.catalogue.hub().call(move |c| {
            let stand = clashes(c, case, &wants)?;
            if !stand.is_empty() {
                return Ok(Err(stand));
            }
            let mut all = Vec::with_capacity(wants.len());
            for want in wants {
                all.push((insert(c, (shelf, case), &want, at)?, want));
            }
            Ok(Ok(ReservedSpans { shelf, all }))
        })
    }

    /// What stands in the way of these now. Takes nothing: who settles it later may still be refused.
    pub fn look_at_spans(&self, case: Option<Id>, wants: Vec<Want>) -> Result<Vec<Clash>> {
        let hub = self.inner.catalogue.hub();
        hub.call(move |c| clashes(c, case, &wants))
    }

    /// After the write that was to use them: held where the volume has them, gone otherwise. Losing this to a
    /// crash is harmless.
    pub fn settle_spans(&self, reserved: &ReservedSpans) -> Result<()> {
        let catalogue = &self.inner.catalogue;
        let file = catalogue.file_of(reserved.shelf)?;
        for (n, _) in &reserved.all {
            settle(catalogue, &file, *n)?;
        }
        Ok(())
    }

    /// After a write that gave something back: the hub follows what the case's volume says.
    pub fn follow_spans(&self, case: Id) -> Result<()> {
        let catalogue = &self.inner.catalogue;
        let read = catalogue.file_of(case.shelf())?.read_uncounted()?;
        let all = read.all(
            "SELECT n, kind, key, since, until, tenths, shelf, case_id, claim, who, state, at
             FROM claim_span_bound WHERE case_id = ?1",
            [case.raw()],
            bound,
        )?;
        drop(read);
        catalogue.hub().call(move |c| follow(c, &all))
    }
}

impl Write<'_> {
    /// Writes the volume's half of a claim in the transaction that takes it.
    pub fn bind_span(&self, n: i64, want: &Want, case: Id) -> Result<()> {
        self.must_hold(case)?;
        let (since, until, tenths) = want.what.parts();
        self.execute(
            "INSERT INTO claim_span_bound(n, shelf, kind, key, since, until, tenths, case_id, claim, who, state, at)
             VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,'held',?11)",
            params![
                n, self.shelf().0, want.kind, want.key, since, until, tenths, case.raw(), want.claim,
                want.who, self.at().0
            ],
        )?;
        Ok(())
    }

    /// Gives back what a case holds under a claim: it never was.
    pub fn free_span(&self, case: Id, claim: &str) -> Result<()> {
        self.must_hold(case)?;
        self.execute(
            "UPDATE claim_span_bound SET state = 'free' WHERE case_id = ?1 AND claim = ?2 AND state = 'held'",
            params![case.raw(), claim],
        )?;
        Ok(())
    }

    /// A thing is back now (还车); one that was never fetched is given back whole.
    pub fn end_span(&self, case: Id, claim: &str) -> Result<()> {
        self.must_hold(case)?;
        self.execute(
            "UPDATE claim_span_bound SET state = CASE WHEN since >= ?3 THEN 'free' ELSE state END,
               until = CASE WHEN since < ?3 THEN min(until, ?3) ELSE until END
             WHERE case_id = ?1 AND claim = ?2 AND state = 'held'",
            params![case.raw(), claim, self.at().0],
        )?;
        Ok(())
    }

    /// So many tenths of a day were really used; never more than were claimed.
    pub fn use_days(&self, case: Id, claim: &str, tenths: i64) -> Result<()> {
        self.must_hold(case)?;
        self.execute(
            "UPDATE claim_span_bound SET tenths = min(tenths, ?3) WHERE case_id = ?1 AND claim = ?2 AND state = 'held'",
            params![case.raw(), claim, tenths.max(0)],
        )?;
        Ok(())
    }
}

fn bound(r: &Row<'_>) -> rusqlite::Result<Bound> {
    Ok(Bound {
        n: r.get(0)?,
        kind: r.get(1)?,
        key: r.get(2)?,
        since: r.get(3)?,
        until: r.get(4)?,
        tenths: r.get(5)?,
        shelf: r.get(6)?,
        case: r.get(7)?,
        claim: r.get(8)?,
        who: r.get(9)?,
        state: r.get(10)?,
        at: r.get(11)?,
    })
}

fn clashes(c: &Connection, case: Option<Id>, wants: &[Want]) -> Result<Vec<Clash>> {
    let mut all = Vec::new();
    for want in wants {
        all.extend(clash(c, case, want)?);
    }
    Ok(all)
}

/// Who or what stands in the way of a want.
fn clash(c: &Connection, case: Option<Id>, want: &Want) -> Result<Option<Clash>> {
    let mine = case.map_or(0, Id::raw);
    match want.what {
        Wanted::Time { since, until } if want.key.is_empty() => {
            none_free(c, want, (since, until, mine))
        }
        Wanted::Own { since, until } => {
            let found = first_taken(c, want, (since, until, mine))?;
            Ok(found.map(|f| f.taken(want, Vec::new())))
        }
        Wanted::Time { since, until } => {
            if !is_listed(c, want)? {
                return Ok(Some(Clash::Unknown(want.clone())));
            }
            let found = first_taken(c, want, (since, until, mine))?;
            let free = match found {
                Some(_) => free_then(c, want, (since, until, mine))?,
                None => Vec::new(),
            };
            Ok(found.map(|f| f.taken(want, free)))
        }
        Wanted::Days { tenths, beyond } => {
            let left = left_of(c, want, mine)?;
            let enough = beyond || left.is_some_and(|l| l >= tenths);
            Ok((!enough).then(|| Clash::Short {
                want: want.clone(),
                left,
            }))
        }
    }
}

fn is_listed(c: &Connection, want: &Want) -> Result<bool> {
    c.prepare_cached("SELECT 1 FROM resource WHERE kind = ?1 AND name = ?2 AND state = 'on'")
        .and_then(|mut s| s.exists([&want.kind, &want.key]))
        .map_err(sql)
}

/// Whoever has it.
struct Found {
    who: String,
    since: i64,
    until: i64,
    case: Option<i64>,
}

impl Found {
    fn taken(self, want: &Want, free: Vec<String>) -> Clash {
        Clash::Taken {
            want: want.clone(),
            who: self.who,
            case: self.case.map(Id::from_raw),
            since: Millis(self.since),
            until: Millis(self.until),
            free,
        }
    }
}

fn first_taken(
    c: &Connection,
    want: &Want,
    (since, until, mine): (Millis, Millis, i64),
) -> Result<Option<Found>> {
    c.prepare_cached(
        "SELECT who, since, until, case_id FROM claim_span
         WHERE kind = ?1 AND key = ?2 AND until > ?3 AND since < ?4 AND state IN ('reserved','held')
           AND coalesce(case_id, -1) <> ?5
         ORDER BY since LIMIT 1",
    )
    .and_then(|mut s| {
        s.query_row(params![want.kind, want.key, since.0, until.0, mine], |r| {
            Ok(Found {
                who: r.get(0)?,
                since: r.get(1)?,
                until: r.get(2)?,
                case: r.get(3)?,
            })
        })
        .optional()
    })
    .map_err(sql)
}

/// Things of the kind that nobody else has then.
fn free_then(
    c: &Connection,
    want: &Want,
    (since, until, mine): (Millis, Millis, i64),
) -> Result<Vec<String>> {
    c.prepare_cached(
        "SELECT name FROM resource r WHERE kind = ?1 AND state = 'on' AND NOT EXISTS
           (SELECT 1 FROM claim_span s WHERE s.kind = r.kind AND s.key = r.name AND s.until > ?2 AND s.since < ?3
              AND s.state IN ('reserved','held') AND coalesce(s.case_id, -1) <> ?4)
         ORDER BY name",
    )
    .and_then(|mut s| {
        s.query_map(params![want.kind, since.0, until.0, mine], |r| r.get(0))?
            .collect()
    })
    .map_err(sql)
}

/// Where none was named yet: that all there are is taken; nothing where the office has none at all.
fn none_free(c: &Connection, want: &Want, time: (Millis, Millis, i64)) -> Result<Option<Clash>> {
    if !free_then(c, want, time)?.is_empty() {
        return Ok(None);
    }
    let first: Option<(String, i64)> = c
        .prepare_cached(
            "SELECT s.key, s.until FROM claim_span s JOIN resource r ON r.kind = s.kind AND r.name = s.key
             WHERE s.kind = ?1 AND r.state = 'on' AND s.until > ?2 AND s.since < ?3 AND s.state IN ('reserved','held')
             ORDER BY s.until LIMIT 1",
        )
        .and_then(|mut s| {
            s.query_row(params![want.kind, time.0.0, time.1.0], |r| Ok((r.get(0)?, r.get(1)?)))
                .optional()
        })
        .map_err(sql)?;
    Ok(first.map(|(first, until)| Clash::None {
        want: want.clone(),
        first,
        until: Millis(until),
    }))
}

/// What is left of a balance beside what this case holds itself.
fn left_of(c: &Connection, want: &Want, mine: i64) -> Result<Option<i64>> {
    c.prepare_cached(
        "SELECT b.tenths - coalesce((SELECT sum(s.tenths) FROM claim_span s WHERE s.kind = ?1 AND s.key = ?2
           AND s.state IN ('reserved','held') AND coalesce(s.case_id, -1) <> ?3), 0)
         FROM balance b WHERE b.kind = ?1 AND b.person || '/' || b.year = ?2",
    )
    .and_then(|mut s| {
        s.query_row(params![want.kind, want.key, mine], |r| r.get(0))
            .optional()
    })
    .map_err(sql)
}

fn insert(
    c: &Connection,
    (shelf, case): (ShelfNo, Option<Id>),
    want: &Want,
    at: Millis,
) -> Result<i64> {
    let (since, until, tenths) = want.what.parts();
    c.prepare_cached(
        "INSERT INTO claim_span(n, kind, key, since, until, tenths, shelf, case_id, claim, who, state, at)
         SELECT max(?10 * 1000, coalesce((SELECT max(n) FROM claim_span), 0) + 1),
           ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'reserved', ?10
         RETURNING n",
    )
    .and_then(|mut s| {
        s.query_row(
            params![
                want.kind,
                want.key,
                since,
                until,
                tenths,
                shelf.0,
                case.map(Id::raw),
                want.claim,
                want.who,
                at.0
            ],
            |r| r.get(0),
        )
    })
    .map_err(sql)
}

/// What the volume has of a reserved row becomes the hub's; what it has not is no claim.
fn settle(catalogue: &Catalogue, file: &File, n: i64) -> Result<()> {
    let read = file.read_uncounted()?;
    let found = read.opt(
        "SELECT n, kind, key, since, until, tenths, shelf, case_id, claim, who, state, at
         FROM claim_span_bound WHERE n = ?1",
        [n],
        bound,
    )?;
    drop(read);
    catalogue.hub().call(move |c| match found {
        Some(found) => follow(c, &[found]),
        None => c
            .prepare_cached("DELETE FROM claim_span WHERE n = ?1")
            .and_then(|mut s| s.execute([n]))
            .map(|_| ())
            .map_err(sql),
    })
}

/// The key is the hub's own: a thing that was called otherwise since is claimed under its new name.
fn follow(c: &Connection, all: &[Bound]) -> Result<()> {
    let mut set = c
        .prepare_cached(
            "INSERT INTO claim_span(n, kind, key, since, until, tenths, shelf, case_id, claim, who, state, at)
             VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12)
             ON CONFLICT(n) DO UPDATE SET since = excluded.since, until = excluded.until, tenths = excluded.tenths,
               case_id = excluded.case_id, state = excluded.state
             WHERE state <> excluded.state OR until <> excluded.until OR tenths <> excluded.tenths
               OR case_id IS NOT excluded.case_id",
        )
        .map_err(sql)?;
    for b in all {
        set.execute(params![
            b.n, b.kind, b.key, b.since, b.until, b.tenths, b.shelf, b.case, b.claim, b.who,
            b.state, b.at
        ])
        .map_err(sql)?;
    }
    Ok(())
}

/// Start-up: the hub says what the volumes that are here say; what none of them has is no claim.
pub(super) fn repair(catalogue: &Catalogue) -> Result<()> {
    for file in catalogue.volumes() {
        repair_in(catalogue, &file)?;
    }
    Ok(())
}

/// The same for one volume.
pub(super) fn repair_in(catalogue: &Catalogue, file: &File) -> Result<()> {
    let read = file.read_uncounted()?;
    let here = super::projector::shelves(&read)?;
    let mut all = read.all(
        "SELECT n, kind, key, since, until, tenths, shelf, case_id, claim, who, state, at FROM claim_span_bound",
        [],
        bound,
    )?;
    drop(read);
    // of a shelf that moved away the other volume speaks
    all.retain(|b| here.contains(&ShelfNo(b.shelf)));
    catalogue.hub().call(move |c| {
        follow(c, &all)?;
        let known: std::collections::BTreeSet<i64> = all.iter().map(|b| b.n).collect();
        let live = c
            .prepare("SELECT n, shelf FROM claim_span WHERE state IN ('reserved','held')")
            .and_then(|mut s| {
                s.query_map([], |r| Ok((r.get(0)?, ShelfNo(r.get(1)?))))?
                    .collect::<rusqlite::Result<Vec<(i64, ShelfNo)>>>()
            })
            .map_err(sql)?;
        let mut drop = c
            .prepare_cached("DELETE FROM claim_span WHERE n = ?1")
            .map_err(sql)?;
        for (n, shelf) in live {
            if here.contains(&shelf) && !known.contains(&n) {
                drop.execute([n]).map_err(sql)?;
            }
        }
        Ok(())
    })
}
