//! SQL of alerts: who was told what, and what became of it. What is told is decided in `alert.rs`.
//! Invariant: rows are never deleted; the same key is written once.

use super::lights::Told;
use super::news::Kind;
use crate::kit::{Id, Millis, PersonId, Result, ShelfNo};
use crate::store::{Query, Row, RowResult, Write, params};

/// An alert to be written.
#[derive(Debug, Clone)]
pub(super) struct NewAlert {
    pub source: String,
    pub epoch: String,
    pub seq: i64,
    pub person: PersonId,
    pub what: String,
    pub kind: Kind,
    pub case: Id,
    pub task: Option<Id>,
    pub title: String,
    pub number: String,
    pub words: String,
    pub level: u8,
    pub hot: bool,
    pub made_at: Millis,
}

/// An alert as it stands in the log.
#[derive(Debug, Clone)]
pub struct Alert {
    /// Its number.
    pub id: i64,
    /// Who was told.
    pub person: PersonId,
    /// What kind of thing.
    pub kind: Kind,
    /// The case.
    pub case: Id,
    /// The task, where it is about one.
    pub task: Option<Id>,
    /// Title of the case.
    pub title: String,
    /// Its number.
    pub number: String,
    /// What was said.
    pub words: String,
    /// 0 ordinary, 1 urgent, 2 most urgent.
    pub level: u8,
    /// When.
    pub made_at: Millis,
    /// Since when there is nothing to do.
    pub over_at: Option<Millis>,
    /// no, due, in, dropped.
    pub by_mail: String,
    /// The mail it is in.
    pub mail: Option<MailState>,
}

/// The mail of an alert, as the log shows it.
#[derive(Debug, Clone)]
pub struct MailState {
    /// Its number.
    pub id: i64,
    /// queued, sending, sent, failed, dropped.
    pub state: String,
    /// To whom.
    pub address: String,
    /// What the server said last.
    pub answer: String,
    /// When it ended.
    pub ended_at: Option<Millis>,
    /// When it is tried again.
    pub next_at: Millis,
}

/// In the place of what an alert of a confidential department says.
const KEPT_BACK: (&str, &str) = ("1 件，标题不公开", "请打开看");

/// Says nothing of a case whose department is confidential. Asked in the same transaction: whatever was
/// prepared before the department became it is not written with its title after.
pub(super) fn insert_alert(w: &Write<'_>, a: &NewAlert) -> Result<()> {
    if !is_confidential(w, a.case.shelf())? {
        return insert_whole(w, a);
    }
    let (title, words) = KEPT_BACK;
    let bare = NewAlert {
        title: title.to_owned(),
        number: String::new(),
        words: words.to_owned(),
        ..a.clone()
    };
    insert_whole(w, &bare)
}

fn is_confidential(q: &impl Query, shelf: ShelfNo) -> Result<bool> {
    q.one(
        "SELECT EXISTS (SELECT 1 FROM shelf s JOIN confidential c ON c.dept = s.dept WHERE s.no = ?1)",
        [shelf.0],
        |r| r.get(0),
    )
}

/// A department became confidential: what was said of its cases before is taken back to the bare word, in mails
/// that have not gone too. The shelf stands in the number of a case (`kit::Id`).
pub fn keep_back(w: &Write<'_>, dept: i64) -> Result<()> {
    let (title, words) = KEPT_BACK;
    w.execute(
        "UPDATE alert SET title = ?2, number = '', words = ?3
         WHERE (case_id >> 6) & 65535 IN (SELECT no FROM shelf WHERE dept = ?1)",
        params![dept, title, words],
    )?;
    w.execute(
        "UPDATE mail SET subject = '' WHERE id IN (SELECT mail FROM alert
           WHERE (case_id >> 6) & 65535 IN (SELECT no FROM shelf WHERE dept = ?1))",
        [dept],
    )?;
    Ok(())
}

/// What is said beside a case (旁议) is quiet: it stands on the page and goes into no mail.
fn insert_whole(w: &Write<'_>, a: &NewAlert) -> Result<()> {
    w.execute(
        "INSERT INTO alert(source, epoch, seq, person, what, kind, case_id, task, title, number, words, level,
           hot, made_at, by_mail)
         VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,
           CASE WHEN ?6 <> 'talk' AND EXISTS (SELECT 1 FROM alert_choice c WHERE c.person = ?4 AND c.mail = 1)
             AND EXISTS (SELECT 1 FROM mail_server WHERE on_now = 1) THEN 'due' ELSE 'no' END)
         ON CONFLICT(source, epoch, seq, person, what) DO NOTHING",
        params![
            a.source, a.epoch, a.seq, a.person.0, a.what, a.kind.id(), a.case.raw(), a.task.map(Id::raw),
            a.title, a.number, a.words, a.level, a.hot, a.made_at.0
        ],
    )?;
    Ok(())
}

pub(super) fn is_told(q: &impl Query, a: &NewAlert) -> Result<bool> {
    q.one(
        "SELECT EXISTS (SELECT 1 FROM alert
           WHERE source = ?1 AND epoch = ?2 AND seq = ?3 AND person = ?4 AND what = ?5)",
        params![a.source, a.epoch, a.seq, a.person.0, a.what],
        |r| r.get(0),
    )
}

/// A task is done, opened or not needed any more: what was said of it needs no mail.
pub(super) fn set_over(w: &Write<'_>, task: Id, at: Millis) -> Result<()> {
    w.execute(
        "UPDATE alert SET over_at = ?2, by_mail = CASE by_mail WHEN 'due' THEN 'dropped' ELSE by_mail END
         WHERE task = ?1 AND over_at IS NULL",
        params![task.raw(), at.0],
    )?;
    Ok(())
}

/// What was said from there is past: it needs no mail any more.
pub(super) fn set_source_over(w: &Write<'_>, source: &str, at: Millis) -> Result<()> {
    w.execute(
        "UPDATE alert SET over_at = ?2, by_mail = CASE by_mail WHEN 'due' THEN 'dropped' ELSE by_mail END
         WHERE source = ?1 AND over_at IS NULL",
        params![source, at.0],
    )?;
    Ok(())
}

/// Which red lights were told. What cannot be read was never told.
pub(super) fn find_told(q: &impl Query) -> Result<Told> {
    let kept: Option<String> = q.opt("SELECT v FROM setting WHERE k = 'health.told'", [], |r| {
        r.get(0)
    })?;
    let told = kept.and_then(|v| serde_json::from_str(&v).ok());
    Ok(told.unwrap_or_default())
}

pub(super) fn set_told(w: &Write<'_>, told: &Told) -> Result<()> {
    let text = serde_json::to_string(told)?;
    w.execute(
        "INSERT INTO setting(k, v) VALUES('health.told', ?1)
         ON CONFLICT(k) DO UPDATE SET v = excluded.v, rev = rev + 1",
        [text],
    )?;
    Ok(())
}

/// What one person was told, or everybody; newest first.
pub fn list_alerts(
    q: &impl Query,
    person: Option<PersonId>,
    (limit, offset): (i64, i64),
) -> Result<Vec<Alert>> {
    q.all(
        "SELECT a.id, a.person, a.kind, a.case_id, a.task, a.title, a.number, a.words, a.level, a.made_at,
           a.over_at, a.by_mail, m.id, m.state, m.address, m.answer, m.ended_at, m.next_at
         FROM alert a LEFT JOIN mail m ON m.id = a.mail
         WHERE ?1 IS NULL OR a.person = ?1 ORDER BY a.id DESC LIMIT ?2 OFFSET ?3",
        params![person.map(|p| p.0), limit, offset],
        alert_row,
    )
}

pub fn count_alerts(q: &impl Query, person: Option<PersonId>) -> Result<i64> {
    q.one(
        "SELECT count(*) FROM alert WHERE ?1 IS NULL OR person = ?1",
        params![person.map(|p| p.0)],
        |r| r.get(0),
    )
}

/// The newest alerts of a person that ask for nothing, made after this: what the to-do list cannot show.
pub fn list_told(q: &impl Query, person: PersonId, after: Millis) -> Result<Vec<(i64, Kind)>> {
    let all = q.all(
        "SELECT id, kind FROM alert WHERE person = ?1 AND made_at >= ?2 ORDER BY id DESC LIMIT 50",
        params![person.0, after.0],
        |r| Ok((r.get(0)?, r.get::<_, String>(1)?)),
    )?;
    let kinds = all.into_iter().map(|(id, kind)| (id, Kind::of(&kind)));
    Ok(kinds.filter(|(_, kind)| !kind.is_todo()).collect())
}

fn alert_row(r: &Row<'_>) -> RowResult<Alert> {
    let mail = match r.get::<_, Option<i64>>(12)? {
        Some(id) => Some(MailState {
            id,
            state: r.get(13)?,
            address: r.get(14)?,
            answer: r.get(15)?,
            ended_at: r.get::<_, Option<i64>>(16)?.map(Millis),
            next_at: Millis(r.get(17)?),
        }),
        None => None,
    };
    Ok(Alert {
        id: r.get(0)?,
        person: PersonId(r.get(1)?),
        kind: Kind::of(&r.get::<_, String>(2)?),
        case: Id::from_raw(r.get(3)?),
        task: r.get::<_, Option<i64>>(4)?.map(Id::from_raw),
        title: r.get(5)?,
        number: r.get(6)?,
        words: r.get(7)?,
        level: r.get(8)?,
        made_at: Millis(r.get(9)?),
        over_at: r.get::<_, Option<i64>>(10)?.map(Millis),
        by_mail: r.get(11)?,
        mail,
    })
}
