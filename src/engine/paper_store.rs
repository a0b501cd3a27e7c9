//! What was written on paper and what its writer says of the entry: the statements of `paper_opinion`,
//! `paper_reply` and their line in the index, and which case a number means. Append-only; not here: who may
//! (`paper`).

use super::paper::{PaperOpinion, Reply, SHEET, Waiting};
use super::stored::{Stored, Written};
use crate::kit::{Day, Digest, Error, Id, Millis, PersonId, Result};
use crate::store::{IndexWrite, Query, Read, Row, RowResult, Write, params};
use serde_json::{Value, json};

/// An entry to be written: the act has just been saved by this write.
pub(super) struct NewPaper<'a> {
    pub case: Id,
    pub task: Id,
    pub person: (PersonId, &'a str),
    pub written: &'a Written,
    pub photo: Option<Id>,
    pub no_photo: &'a str,
    /// Whether the act wrote an opinion.
    pub spoke: bool,
}

/// Entries of a case in order, with the replies to each.
pub(super) fn list_papers(db: &impl Query, case: Id) -> Result<Vec<PaperOpinion>> {
    let mut all = db.all(
        "SELECT p.id, p.person, p.name, p.entered_by, p.entered_name, p.said_on, p.photo, p.no_photo, p.at,
           p.opinion, coalesce(o.text, ''), p.task FROM paper_opinion p LEFT JOIN opinion o ON o.id = p.opinion
         WHERE p.case_id = ?1 ORDER BY p.id",
        [case.raw()],
        paper_row,
    )?;
    let replies = db.all(
        "SELECT paper, name, agrees, text, at FROM paper_reply WHERE case_id = ?1 ORDER BY id",
        [case.raw()],
        |r| Ok((Id::from_raw(r.get(0)?), reply_row(r)?)),
    )?;
    for (paper, reply) in replies {
        if let Some(found) = all.iter_mut().find(|p| p.id == paper) {
            found.replies.push(reply);
        }
    }
    let last = |p: &PaperOpinion| {
        let mut later = all.iter().filter(|o| o.id > p.id);
        later.any(|o| (o.task, o.person) == (p.task, p.person))
    };
    let mended: Vec<bool> = all.iter().map(last).collect();
    for (p, mended) in all.iter_mut().zip(mended) {
        p.mended = mended;
    }
    Ok(all)
}

fn paper_row(r: &Row<'_>) -> RowResult<PaperOpinion> {
    Ok(PaperOpinion {
        id: Id::from_raw(r.get(0)?),
        person: PersonId(r.get(1)?),
        name: r.get(2)?,
        entered_by: PersonId(r.get(3)?),
        entered_name: r.get(4)?,
        said_on: r.get::<_, String>(5)?.parse::<Day>().ok(),
        photo: r.get::<_, Option<i64>>(6)?.map(Id::from_raw),
        no_photo: r.get(7)?,
        at: Millis(r.get(8)?),
        spoke: r.get::<_, Option<i64>>(9)?.is_some(),
        words: r.get(10)?,
        task: Id::from_raw(r.get(11)?),
        mended: false,
        replies: Vec::new(),
    })
}

fn reply_row(r: &Row<'_>) -> RowResult<Reply> {
    Ok(Reply {
        name: r.get(1)?,
        agrees: r.get::<_, i64>(2)? == 1,
        words: r.get(3)?,
        at: Millis(r.get(4)?),
    })
}

/// Writes the entry of the case's last act.
pub(super) fn insert_paper(w: &mut Write<'_>, new: &NewPaper<'_>) -> Result<Id> {
    let id = w.next_id();
    w.execute(
        "INSERT INTO paper_opinion(id, shelf, case_id, ledger, opinion, task, person, name, entered_by,
           entered_name, said_on, photo, no_photo, at)
         VALUES(?1, ?2, ?3, (SELECT id FROM ledger WHERE case_id = ?3 ORDER BY n DESC LIMIT 1),
           CASE WHEN ?4 THEN (SELECT max(id) FROM opinion WHERE case_id = ?3) END,
           ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        params![
            id.raw(), w.shelf().0, new.case.raw(), new.spoke, new.task.raw(), new.person.0.0, new.person.1,
            new.written.by.0, new.written.name, new.written.on.to_string(), new.photo.map(Id::raw),
            new.no_photo, w.at().0
        ],
    )?;
    Ok(id)
}

/// Writes what the writer says of an entry; the chain is SM3 over prev and the columns in the table's order.
pub(super) fn insert_reply(
    w: &mut Write<'_>,
    (case, paper): (Id, Id),
    (person, name): (PersonId, &str),
    (agrees, text): (bool, &str),
) -> Result<Id> {
    let prev: Option<[u8; 32]> = w.opt(
        "SELECT chain FROM paper_reply WHERE case_id = ?1 ORDER BY id DESC LIMIT 1",
        [case.raw()],
        |r| r.get(0),
    )?;
    let id = w.next_id();
    let parts = [
        id.raw().to_string(),
        case.raw().to_string(),
        paper.raw().to_string(),
        person.to_string(),
        name.to_owned(),
        i64::from(agrees).to_string(),
        text.to_owned(),
        w.at().0.to_string(),
    ];
    let prev = prev.unwrap_or([0; 32]);
    let mut all: Vec<&[u8]> = vec![&prev];
    all.extend(parts.iter().map(String::as_bytes));
    let chain = Digest::of_parts(&all).0;
    w.execute(
        "INSERT INTO paper_reply(id, shelf, case_id, paper, person, name, agrees, text, at, chain)
         VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)",
        params![
            id.raw(),
            w.shelf().0,
            case.raw(),
            paper.raw(),
            person.0,
            name,
            i64::from(agrees),
            text,
            w.at().0,
            chain
        ],
    )?;
    Ok(id)
}

/// Refuses a photograph that is not one of the case's signed sheets.
pub(super) fn must_be_sheet(db: &impl Query, case: Id, photo: Id) -> Result<()> {
    let found: Option<i64> = db.opt(
        "SELECT 1 FROM attachment WHERE id = ?1 AND owner = ?2 AND field = ?3 AND state = 'kept'",
        params![photo.raw(), case.raw(), SHEET],
        |r| r.get(0),
    )?;
    match found {
        Some(_) => Ok(()),
        None => Err(Error::invalid(
            "photo",
            "这张照片不在这一件里，请重新选择或重新拍照上传",
        )),
    }
}

/// The case's lines in the index, where it has paper at all.
pub(super) fn refresh(ix: &IndexWrite<'_>, volume: &Read, case: &Stored) -> Result<()> {
    if case.acts.iter().any(|a| a.detail.paper.is_some()) {
        let id = case.state.id;
        replace_waiting(ix, (id, &case.head.title), &list_papers(volume, id)?)?;
    }
    Ok(())
}

/// Entries nobody has answered.
fn replace_waiting(
    ix: &IndexWrite<'_>,
    (case, title): (Id, &str),
    papers: &[PaperOpinion],
) -> Result<()> {
    ix.execute("DELETE FROM paper_waiting WHERE case_id = ?1", [case.raw()])?;
    let open = papers.iter().filter(|p| p.replies.is_empty());
    let rows: Vec<Value> = open
        .map(|p| {
            let on = p.said_on.map(|d| d.to_string()).unwrap_or_default();
            json!([p.person.0, p.id.raw(), p.entered_name, on, p.words])
        })
        .collect();
    if !rows.is_empty() {
        ix.execute(
            "INSERT INTO paper_waiting(person, paper, case_id, shelf, title, entered_name, said_on, words)
             SELECT value ->> 0, value ->> 1, ?2, ?3, ?4, value ->> 2, value ->> 3, value ->> 4
             FROM json_each(?1)",
            params![Value::Array(rows).to_string(), case.raw(), case.shelf().0, title],
        )?;
    }
    Ok(())
}

/// Forgets the lines of a shelf.
pub(super) fn forget_waiting(ix: &IndexWrite<'_>, shelf: i64) -> Result<()> {
    ix.execute("DELETE FROM paper_waiting WHERE shelf = ?1", [shelf])?;
    Ok(())
}

/// What was entered in this person's name and is not answered, newest first.
pub(super) fn list_waiting(db: &impl Query, person: PersonId) -> Result<Vec<Waiting>> {
    db.all(
        "SELECT paper, case_id, title, entered_name, said_on, words FROM paper_waiting
         WHERE person = ?1 ORDER BY paper DESC LIMIT 60",
        [person.0],
        |r| {
            Ok(Waiting {
                paper: Id::from_raw(r.get(0)?),
                case: Id::from_raw(r.get(1)?),
                title: r.get(2)?,
                entered_name: r.get(3)?,
                said_on: r.get::<_, String>(4)?.parse::<Day>().ok(),
                words: r.get(5)?,
            })
        },
    )
}

/// Cases of a number among those granted to these principals, newest first: the number as it is written, or
/// its running number alone.
pub(super) fn list_numbered(db: &impl Query, who: &str, typed: &str) -> Result<Vec<Id>> {
    let near: Vec<(Id, String)> = db.all(
        "SELECT l.case_id, l.number FROM case_list l WHERE instr(l.number, ?2) > 0
           AND EXISTS (SELECT 1 FROM case_access a WHERE a.case_id = l.case_id
             AND a.principal IN (SELECT value FROM json_each(?1)))
         ORDER BY l.case_id DESC LIMIT 500",
        params![who, typed],
        |r| Ok((r.get(0).map(Id::from_raw)?, r.get(1)?)),
    )?;
    let running = |number: &str| {
        let mut figures = number.rsplit(|c: char| !c.is_ascii_digit());
        figures.find(|f| !f.is_empty()) == Some(typed)
    };
    let fits = near
        .into_iter()
        .filter(|(_, n)| n == typed || running(n))
        .map(|(id, _)| id);
    Ok(fits.take(10).collect())
}
