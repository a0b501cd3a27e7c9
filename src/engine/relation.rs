//! Relations (关联): two cases tied by a word, whatever their procedure, year or volume. The case they were made on
//! keeps them, with the number of the other alone; the lists show them from both ends.
//! Invariant: a relation gives nobody a right: of a case that is not the reader's not even the title is told.

use super::case_store;
use super::index_store::{Listed, find_listed};
use super::run::{Acting, Engine};
use crate::inbox::news::News;
use crate::kit::{Error, Id, Millis, Principal, Result, text};
use crate::store::{Query, Receipt, Row, RowResult, Stamp, Store, Write, params};

/// Words two cases are usually tied by.
pub const WORDS: [&str; 6] = ["依据", "答复", "同一事项", "转督办", "附带办理", "参考"];
/// Characters of a word at most.
const LONGEST: usize = 12;
/// Cases offered for a search at most.
const MOST: i64 = 20;

/// A relation as the case says it that it was made on.
#[derive(Debug, Clone)]
pub struct Made {
    pub id: Id,
    pub other: Id,
    pub word: String,
    pub name: String,
    pub at: Millis,
}

/// A relation as one person sees it from one of its ends.
#[derive(Debug, Clone)]
pub struct Related {
    pub word: String,
    /// Whether the other end made it.
    pub from_there: bool,
    /// Who made it.
    pub name: String,
    pub at: Millis,
    /// The other case, where this person may see it.
    pub other: Option<Listed>,
}

/// What a case says of itself, in the order it was said.
pub fn list_made(db: &impl Query, case: Id) -> Result<Vec<Made>> {
    db.all(
        "SELECT id, other, word, name, at FROM relation WHERE case_id = ?1 ORDER BY id",
        [case.raw()],
        |r| {
            Ok(Made {
                id: Id::from_raw(r.get(0)?),
                other: Id::from_raw(r.get(1)?),
                word: r.get(2)?,
                name: r.get(3)?,
                at: Millis(r.get(4)?),
            })
        },
    )
}

/// The relations of a case from both ends, as far as these principals (a JSON array) may see.
pub fn list_related(db: &impl Query, case: Id, who: &str) -> Result<Vec<Related>> {
    let ends: Vec<(Id, Related)> = db.all(
        "SELECT other, word, name, at, 0 FROM related WHERE case_id = ?1
         UNION ALL SELECT case_id, word, name, at, 1 FROM related WHERE other = ?1 ORDER BY 4, 1",
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

/// Writes one on the case it is made on.
pub(super) fn insert_relation(
    w: &mut Write<'_>,
    (case, other): (Id, Id),
    word: &str,
    acting: &Acting,
) -> Result<()> {
    let known: bool = w.one(
        "SELECT EXISTS (SELECT 1 FROM relation WHERE case_id = ?1 AND other = ?2 AND word = ?3)",
        params![case.raw(), other.raw(), word],
        |r| r.get(0),
    )?;
    if known {
        return Err(Error::Conflict(format!("这两件已经按“{word}”关联过了")));
    }
    let (id, at) = (w.next_id(), w.at());
    let by = &acting.signature;
    w.execute(
        "INSERT INTO relation(id, shelf, case_id, other, word, person, name, at) VALUES(?1,?2,?3,?4,?5,?6,?7,?8)",
        params![id.raw(), case.shelf().0, case.raw(), other.raw(), word, by.person.0, by.name, at.0],
    )?;
    Ok(())
}

/// The word as it is kept.
fn read_word(typed: &str) -> Result<String> {
    let word = text::one_line(typed);
    match word.chars().count() {
        0 => Err(Error::invalid(
            "word",
            "请写明两件是什么关系，例如 依据、答复",
        )),
        n if n > LONGEST => Err(Error::invalid(
            "word",
            format!("关系最多写 {LONGEST} 个字，例如 依据"),
        )),
        _ => Ok(word),
    }
}

impl Engine {
    /// Ties two cases this person may both see.
    ///
    /// # Errors
    /// Not found where one of them is not this person's; Invalid with what is missing; Conflict where they are
    /// tied so already.
    pub fn relate(
        &self,
        store: &Store,
        stamp: Stamp,
        acting: &Acting,
        (case, other, typed): (Id, Id, &str),
    ) -> Result<Receipt<()>> {
        let word = read_word(typed)?;
        if case == other {
            return Err(Error::invalid("other", "请选另外一件，一件不能和自己关联"));
        }
        let mine: Vec<Principal> = acting.viewer.holds.iter().map(|h| h.principal).collect();
        let who = super::index_store::principals(&mine);
        if find_listed(&store.index()?, other, &who)?.is_none() {
            return Err(Error::NotFound);
        }
        let acting = acting.clone();
        store.write(case.shelf(), stamp, move |w| {
            let grants = case_store::list_grants(w, case)?;
            if !grants.iter().any(|(p, _)| mine.contains(p)) {
                return Err(Error::NotFound);
            }
            insert_relation(w, (case, other), &word, &acting)?;
            w.about(case);
            w.emit("case.related", Some(case), &News::default())
        })
    }
}
