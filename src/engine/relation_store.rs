//! SQL of relations: what a case says of itself in its volume, and both ends as the index has them. Which two may be
//! tied is decided in `relation.rs`. Invariant: of another case only what `find_listed` gives is read.

use super::index_store::{Listed, find_listed};
use crate::kit::{Error, Id, Millis, PersonId, Result};
use crate::store::{Query, Row, RowResult, Write, params};

/// Cases offered for a search at most.
const MOST: i64 = 20;

/// A relation as the case says it that it was made on.
#[derive(Debug, Clone)]
pub struct Made {
    pub id: Id,
    pub other: Id,
    pub word: String,
    pub person: PersonId,
    pub name: String,
    pub at: Millis,
    /// Where it was taken back.
    pub gone: Option<Gone>,
}

/// Who took a relation back, when and why.
#[derive(Debug, Clone)]
pub struct Gone {
    pub name: String,
    pub at: Millis,
    pub why: String,
}

/// A relation as one person sees it from one of its ends.
#[derive(Debug, Clone)]
pub struct Related {
    pub id: Id,
    pub word: String,
    /// Whether the other end made it.
    pub from_there: bool,
    /// Who made it.
    pub person: PersonId,
    pub name: String,
    pub at: Millis,
    /// Taken back: told only on the case it was made on.
    pub gone: Option<Gone>,
    /// The other case, where this person may see it.
    pub other: Option<Listed>,
}

/// What a case says of itself, in the order it was said.
pub fn list_made(db: &impl Query, case: Id) -> Result<Vec<Made>> {
    db.all(
        "SELECT r.id, r.other, r.word, r.person, r.name, r.at, t.at, t.name, t.why FROM relation r
         LEFT JOIN relation_turn t ON t.back = 1
           AND t.id = (SELECT max(id) FROM relation_turn WHERE relation = r.id)
         WHERE r.case_id = ?1 ORDER BY r.id",
        [case.raw()],
        |r| {
            Ok(Made {
                id: Id::from_raw(r.get(0)?),
                other: Id::from_raw(r.get(1)?),
                word: r.get(2)?,
                person: PersonId(r.get(3)?),
                name: r.get(4)?,
                at: Millis(r.get(5)?),
                gone: gone(r, 6)?,
            })
        },
    )
}

/// When, by whom and why, in three columns from this one on.
fn gone(r: &Row<'_>, from: usize) -> RowResult<Option<Gone>> {
    let at: Option<i64> = r.get(from)?;
    at.map(|at| {
        Ok(Gone {
            at: Millis(at),
            name: r.get(from + 1)?,
            why: r.get(from + 2)?,
        })
    })
    .transpose()
}

/// The relations of a case from both ends, as far as these principals (a JSON array) may see.
pub fn list_related(db: &impl Query, case: Id, who: &str) -> Result<Vec<Related>> {
    let ends: Vec<(Id, Related)> = db.all(
        "SELECT other, word, name, at, 0, id, person, gone_at, gone_name, gone_why FROM related WHERE case_id = ?1
         UNION ALL SELECT case_id, word, name, at, 1, id, person, NULL, NULL, NULL FROM related
           WHERE other = ?1 AND gone_at IS NULL ORDER BY 4, 1",
        [case.raw()],
        end_row,
    )?;
    let mut all = Vec::with_capacity(ends.len());
    for (other, mut one) in ends {
        one.other = find_listed(db, other, who)?;
        all.push(one);
    }
    Ok(all)
}

fn end_row(r: &Row<'_>) -> RowResult<(Id, Related)> {
    let one = Related {
        id: Id::from_raw(r.get(5)?),
        person: PersonId(r.get(6)?),
        gone: gone(r, 7)?,
        word: r.get(1)?,
        name: r.get(2)?,
        at: Millis(r.get(3)?),
        from_there: r.get(4)?,
        other: None,
    };
    Ok((Id::from_raw(r.get(0)?), one))
}

/// Cases these principals may see whose number or title has all of these words, newest first.
pub fn list_found(db: &impl Query, words: &str, who: &str) -> Result<Vec<Id>> {
    let mut words = words.split_whitespace();
    let (first, second) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    db.all(
        "SELECT l.case_id FROM case_list l
         WHERE (instr(l.title, ?1) OR instr(coalesce(l.number, ''), ?1))
           AND (?2 = '' OR instr(l.title, ?2) OR instr(coalesce(l.number, ''), ?2))
           AND EXISTS (SELECT 1 FROM case_access a WHERE a.case_id = l.case_id
             AND a.principal IN (SELECT value FROM json_each(?3)))
         ORDER BY l.case_id DESC LIMIT ?4",
        params![first, second, who, MOST],
        |r| r.get(0).map(Id::from_raw),
    )
}

/// Writes one on the case it is made on; one that was taken back stands again.
pub(super) fn insert_relation(
    w: &mut Write<'_>,
    (case, other): (Id, Id),
    word: &str,
    (person, name): (PersonId, &str),
) -> Result<()> {
    let known = list_made(w, case)?;
    let known = known.iter().find(|m| m.other == other && m.word == word);
    match known {
        Some(m) if m.gone.is_some() => return insert_turn(w, (case, m.id), None, (person, name)),
        Some(_) => return Err(Error::Conflict(format!("这两件已经按“{word}”关联过了"))),
        None => {}
    }
    let (id, at) = (w.next_id(), w.at());
    w.execute(
        "INSERT INTO relation(id, shelf, case_id, other, word, person, name, at) VALUES(?1,?2,?3,?4,?5,?6,?7,?8)",
        params![id.raw(), case.shelf().0, case.raw(), other.raw(), word, person.0, name, at.0],
    )?;
    Ok(())
}

/// Writes that a relation was taken back, and why; or, without a why, that it stands again.
pub(super) fn insert_turn(
    w: &mut Write<'_>,
    (case, relation): (Id, Id),
    why: Option<&str>,
    (person, name): (PersonId, &str),
) -> Result<()> {
    let (id, at) = (w.next_id(), w.at());
    w.execute(
        "INSERT INTO relation_turn(id, shelf, relation, case_id, back, why, person, name, at) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9)",
        params![
            id.raw(), case.shelf().0, relation.raw(), case.raw(), why.is_some(), why.unwrap_or_default(), person.0, name, at.0
        ],
    )?;
    Ok(())
}

/// Whether one of these principals (a JSON array) has work on the case now.
pub(super) fn is_held_by(db: &impl Query, case: Id, who: &str) -> Result<bool> {
    db.one(
        "SELECT EXISTS (SELECT 1 FROM task WHERE case_id = ?1 AND state = 'open'
           AND holder IN (SELECT value FROM json_each(?2)))",
        params![case.raw(), who],
        |r| r.get(0),
    )
}
