//! Documents that came before: by number and sender, or by title and sender where one of them has no
//! number; across years and procedures of an organ. And what a form may take over: senders written
//! before, and the case this person began last.
//! Read from the index, before the write: registering does not wait for it. A void case is not there.

use super::case::Values;
use super::definition::{Procedure, Same, text_of};
use super::stored::Stored;
use crate::kit::same::{name_key, number_key};
use crate::kit::{Digest, Id, Millis, OrganId, PersonId, Result, text};
use crate::store::{IndexWrite, Query, params};

/// Cases looked through for senders: the newest of an office.
const LOOKED: i64 = 1500;
/// Senders offered.
const OFFERED: i64 = 300;
/// Earlier registrations shown.
const SHOWN: i64 = 5;

/// What a document is known by, as the index keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    issuer: String,
    number: String,
    title: String,
}

impl Keys {
    /// From the values of a form, typed or kept; `None` where they say too little.
    #[must_use]
    pub fn of(same: &Same, values: &Values) -> Option<Self> {
        let line = |id: &str| values.get(id).map(text_of).unwrap_or_default();
        let keys = Self {
            issuer: name_key(&line(&same.issuer)),
            number: number_key(&line(&same.number)),
            title: name_key(&line(&same.title)),
        };
        let nothing = keys.number.is_empty() && keys.title.is_empty();
        (!nothing && !keys.issuer.is_empty()).then_some(keys)
    }
}

impl Keys {
    /// What stands in the lists for a confidential department: fits the same document and says nothing of it.
    fn veiled(&self) -> Self {
        let veil = |key: &str| match key {
            "" => String::new(),
            key => Digest::of_parts(&[b"known", key.as_bytes()]).hex(),
        };
        Self {
            issuer: veil(&self.issuer),
            number: veil(&self.number),
            title: veil(&self.title),
        }
    }
}

/// An earlier registration. To whom it is not shown, it is only known to be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    pub case: Id,
    pub number: Option<String>,
    pub title: String,
    pub procedure: String,
    pub opened_at: Millis,
    /// The step it is at and who has it; empty where it has ended.
    pub held_by: String,
    /// Whether whoever asks may see it.
    pub seen: bool,
}

/// Earlier registrations of the same document, newest first.
pub fn list_earlier(
    db: &impl Query,
    organ: OrganId,
    keys: &Keys,
    who: &str,
) -> Result<Vec<Earlier>> {
    let veiled = keys.veiled();
    db.all(
        "SELECT l.case_id, l.number, l.title, l.procedure_name, l.opened_at, l.held_by, l.state,
           EXISTS (SELECT 1 FROM case_access a WHERE a.case_id = l.case_id
             AND a.principal IN (SELECT value FROM json_each(?5)))
         FROM (SELECT case_id FROM known
             WHERE number_key <> '' AND number_key IN (?2, ?8) AND issuer_key IN (?1, ?7) AND organ = ?4
           UNION SELECT case_id FROM known
             WHERE title_key <> '' AND title_key IN (?3, ?9) AND issuer_key IN (?1, ?7) AND organ = ?4
               AND (number_key = '' OR ?2 = '')) k
         JOIN case_list l ON l.case_id = k.case_id ORDER BY l.case_id DESC LIMIT ?6",
        params![
            keys.issuer, keys.number, keys.title, organ.0, who, SHOWN, veiled.issuer, veiled.number,
            veiled.title
        ],
        |r| {
            let state: String = r.get(6)?;
            let held_by: String = r.get(5)?;
            Ok(Earlier {
                case: Id::from_raw(r.get(0)?),
                number: r.get(1)?,
                title: r.get(2)?,
                procedure: r.get(3)?,
                opened_at: Millis(r.get(4)?),
                held_by: if state == "open" {
                    held_by
                } else {
                    String::new()
                },
                seen: r.get(7)?,
            })
        },
    )
}

/// Senders written before in cases these principals may see, the usual ones first.
pub fn list_issuers(db: &impl Query, organ: OrganId, who: &str) -> Result<Vec<String>> {
    db.all(
        "SELECT issuer FROM (SELECT k.issuer, k.case_id FROM known k
             WHERE k.organ = ?1 AND k.issuer <> '' AND EXISTS (SELECT 1 FROM case_access a
               WHERE a.case_id = k.case_id AND a.principal IN (SELECT value FROM json_each(?2)))
             ORDER BY k.case_id DESC LIMIT ?3)
         GROUP BY issuer ORDER BY count(*) DESC, max(case_id) DESC LIMIT ?4",
        params![organ.0, who, LOOKED, OFFERED],
        |r| r.get(0),
    )
}

/// The case of a procedure this person began last, among those he had in hand of late.
pub fn find_last_started(db: &impl Query, person: PersonId, procedure: &str) -> Result<Option<Id>> {
    db.opt(
        "SELECT h.case_id FROM (SELECT case_id FROM hand WHERE person = ?1 AND open = 1 AND started = 1
             ORDER BY last_at DESC, case_id DESC LIMIT 50) h
         JOIN case_list l ON l.case_id = h.case_id
         WHERE l.procedure = ?2 ORDER BY h.case_id DESC LIMIT 1",
        params![person.0, procedure],
        |r| r.get(0).map(Id::from_raw),
    )
}

/// Keeps by what a case is known.
pub(super) fn insert_known(
    ix: &IndexWrite<'_>,
    case: &Stored,
    procedure: &Procedure,
) -> Result<()> {
    let Some(same) = &procedure.same else {
        return Ok(());
    };
    let s = &case.state;
    let state = serde_json::to_value(s.state)?;
    let Some(keys) = Keys::of(same, &s.values).filter(|_| state.as_str() != Some("void")) else {
        return Ok(());
    };
    let (keys, issuer) = match ix.hides(s.id.shelf()) {
        true => (keys.veiled(), String::new()),
        false => {
            let issuer = s.values.get(&same.issuer).map(text_of);
            (keys, issuer.unwrap_or_default())
        }
    };
    ix.execute(
        "INSERT INTO known(case_id, organ, issuer, issuer_key, number_key, title_key)
         VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            s.id.raw(),
            s.organ.0,
            text::clip(&text::one_line(&issuer), 100),
            keys.issuer,
            keys.number,
            keys.title
        ],
    )?;
    Ok(())
}
