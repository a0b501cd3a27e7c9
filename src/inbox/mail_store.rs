//! SQL of mail: choices, the office's server, the queue. When and what is sent is decided in `post.rs`.
//! Invariant: one person has at most one mail that waits and may still grow.

use super::choice::Choice;
use super::news::Kind;
use super::policy::Times;
use super::server::{Security, Server, Trouble};
use crate::kit::{Error, Id, Millis, PersonId, Result};
use crate::store::{Query, Row, RowResult, Write, params};

pub(super) fn find_choice(q: &impl Query, person: PersonId) -> Result<Option<Choice>> {
    let found = q.opt(
        "SELECT mail, address, digests, at_once, quiet_from, quiet_until, rest_days, sound, sms
         FROM alert_choice WHERE person = ?1",
        [person.0],
        |r| Ok((choice_row(r)?, r.get::<_, String>(2)?)),
    )?;
    found
        .map(|(mut choice, digests)| {
            choice.times.digests = serde_json::from_str(&digests)?;
            Ok(choice)
        })
        .transpose()
}

fn choice_row(r: &Row<'_>) -> RowResult<Choice> {
    Ok(Choice {
        mail: r.get(0)?,
        address: r.get(1)?,
        times: Times {
            digests: Vec::new(),
            at_once: r.get(3)?,
            quiet: (r.get(4)?, r.get(5)?),
            rest_days: r.get(6)?,
        },
        sound: r.get(7)?,
        sms: r.get(8)?,
    })
}

/// From now on so; what waits for a mail that is not wanted any more does not go.
pub(super) fn set_choice(w: &Write<'_>, person: PersonId, c: &Choice) -> Result<()> {
    let t = &c.times;
    w.execute(
        "INSERT INTO alert_choice(person, mail, address, digests, at_once, quiet_from, quiet_until, rest_days, sound, sms)
         VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)
         ON CONFLICT(person) DO UPDATE SET mail = excluded.mail, address = excluded.address,
           digests = excluded.digests, at_once = excluded.at_once, quiet_from = excluded.quiet_from,
           quiet_until = excluded.quiet_until, rest_days = excluded.rest_days, sound = excluded.sound, sms = excluded.sms, rev = rev + 1",
        params![
            person.0, c.mail, c.address, serde_json::to_string(&t.digests)?, t.at_once, t.quiet.0, t.quiet.1,
            t.rest_days, c.sound, c.sms
        ],
    )?;
    if c.mail {
        w.execute(
            "UPDATE mail SET address = ?2 WHERE person = ?1 AND state = 'queued'",
            params![person.0, c.address],
        )?;
        return Ok(());
    }
    w.execute(
        "UPDATE alert SET by_mail = 'no' WHERE person = ?1 AND by_mail = 'due'",
        [person.0],
    )?;
    w.execute(
        "UPDATE mail SET state = 'dropped', answer = '本人改成不收邮件', ended_at = ?2
         WHERE person = ?1 AND state = 'queued'",
        params![person.0, w.at().0],
    )?;
    Ok(())
}

pub(super) fn find_server(q: &impl Query) -> Result<Option<(Server, Trouble)>> {
    q.opt(
        "SELECT host, port, security, login, secret, authority, sender, base, on_now, trouble, trouble_since,
           tries, next_at, rev FROM mail_server WHERE id = 1",
        [],
        |r| {
            let server = Server {
                host: r.get(0)?,
                port: r.get(1)?,
                security: Security::of(&r.get::<_, String>(2)?),
                login: r.get(3)?,
                secret: r.get(4)?,
                authority: r.get(5)?,
                sender: r.get(6)?,
                base: r.get(7)?,
                on_now: r.get(8)?,
                rev: r.get(13)?,
            };
            let trouble = Trouble {
                words: r.get(9)?,
                since: r.get::<_, Option<i64>>(10)?.map(Millis),
                tries: r.get(11)?,
                next_at: Millis(r.get(12)?),
            };
            Ok((server, trouble))
        },
    )
}

/// New settings are tried at once.
pub(super) fn set_server(w: &Write<'_>, s: &Server) -> Result<()> {
    let changed = w.execute(
        "INSERT INTO mail_server(id, host, port, security, login, secret, authority, sender, base, on_now)
         VALUES(1,?1,?2,?3,?4,?5,?6,?7,?8,?9)
         ON CONFLICT(id) DO UPDATE SET host = excluded.host, port = excluded.port, security = excluded.security,
           login = excluded.login, secret = excluded.secret, authority = excluded.authority,
           sender = excluded.sender, base = excluded.base, on_now = excluded.on_now, rev = rev + 1,
           trouble = '', trouble_since = NULL, tries = 0, next_at = 0
         WHERE mail_server.rev = ?10",
        params![
            s.host, s.port, s.security.id(), s.login, s.secret, s.authority, s.sender, s.base, s.on_now, s.rev
        ],
    )?;
    if changed == 0 {
        return Err(Error::Conflict(
            "别人刚改过邮件设置。请刷新后再改，以免盖掉别人的修改".into(),
        ));
    }
    Ok(())
}

pub(super) fn set_trouble(w: &Write<'_>, t: &Trouble) -> Result<()> {
    w.execute(
        "UPDATE mail_server SET trouble = ?1, trouble_since = ?2, tries = ?3, next_at = ?4 WHERE id = 1",
        params![t.words, t.since.map(|m| m.0), t.tries, t.next_at.0],
    )?;
    Ok(())
}

/// Whether there may be something to do for the mail thread.
pub(super) fn is_waiting(q: &impl Query, now: Millis) -> Result<bool> {
    q.one(
        "SELECT EXISTS (SELECT 1 FROM alert WHERE by_mail = 'due')
           OR EXISTS (SELECT 1 FROM mail WHERE state IN ('queued','sending') AND next_at <= ?1)",
        [now.0],
        |r| r.get(0),
    )
}

/// What waits to go by mail: person, number, when it was made, whether at once.
pub(super) fn list_due(q: &impl Query) -> Result<Vec<(PersonId, i64, Millis, bool)>> {
    q.all(
        "SELECT person, id, made_at, hot FROM alert WHERE by_mail = 'due' ORDER BY person, id LIMIT 20000",
        [],
        |r| Ok((PersonId(r.get(0)?), r.get(1)?, Millis(r.get(2)?), r.get(3)?)),
    )
}

/// All that is due for a person goes into the mail that waits for him, or into a new one.
pub(super) fn put_into_mail(
    w: &Write<'_>,
    (person, address): (PersonId, &str),
    message_id: &str,
    now: Millis,
) -> Result<()> {
    w.execute(
        "INSERT INTO mail(person, address, message_id, state, next_at, made_at)
         VALUES(?1, ?2, ?3, 'queued', ?4, ?4)
         ON CONFLICT(person) WHERE state IN ('queued','sending') AND handed = 0 DO NOTHING",
        params![person.0, address, message_id, now.0],
    )?;
    w.execute(
        "UPDATE alert SET by_mail = 'in', mail = (SELECT id FROM mail
           WHERE person = ?1 AND state IN ('queued','sending') AND handed = 0)
         WHERE person = ?1 AND by_mail = 'due'",
        [person.0],
    )?;
    Ok(())
}

/// A mail on its way.
#[derive(Debug, Clone)]
pub(super) struct Queued {
    pub id: i64,
    pub person: PersonId,
    pub address: String,
    pub message_id: String,
    pub handed: bool,
    pub tries: i64,
    pub made_at: Millis,
}

pub(super) fn list_queued(q: &impl Query, now: Millis) -> Result<Vec<Queued>> {
    q.all(
        "SELECT id, person, address, message_id, handed, tries, made_at FROM mail
         WHERE state = 'queued' AND next_at <= ?1 ORDER BY next_at, id LIMIT 500",
        [now.0],
        |r| {
            Ok(Queued {
                id: r.get(0)?,
                person: PersonId(r.get(1)?),
                address: r.get(2)?,
                message_id: r.get(3)?,
                handed: r.get(4)?,
                tries: r.get(5)?,
                made_at: Millis(r.get(6)?),
            })
        },
    )
}

/// A line of a mail.
#[derive(Debug, Clone)]
pub struct Line {
    /// What kind of thing.
    pub kind: Kind,
    /// The case.
    pub case: Id,
    /// The task.
    pub task: Option<Id>,
    /// Title of the case.
    pub title: String,
    /// Its number.
    pub number: String,
    /// What is said.
    pub words: String,
    /// 0 ordinary, 1 urgent, 2 most urgent.
    pub level: u8,
    /// When it was made.
    pub made_at: Millis,
}

/// The lines of a mail; where a server may have it already, also those that are over since.
pub(super) fn list_lines(q: &impl Query, mail: i64, handed: bool) -> Result<Vec<Line>> {
    q.all(
        "SELECT kind, case_id, task, title, number, words, level, made_at FROM alert
         WHERE mail = ?1 AND (?2 OR over_at IS NULL) ORDER BY level DESC, id",
        params![mail, handed],
        |r| {
            Ok(Line {
                kind: Kind::of(&r.get::<_, String>(0)?),
                case: Id::from_raw(r.get(1)?),
                task: r.get::<_, Option<i64>>(2)?.map(Id::from_raw),
                title: r.get(3)?,
                number: r.get(4)?,
                words: r.get(5)?,
                level: r.get(6)?,
                made_at: Millis(r.get(7)?),
            })
        },
    )
}

/// On its way: lines that are over stay out of it for good.
pub(super) fn set_sending(w: &Write<'_>, mail: &Queued, subject: &str) -> Result<()> {
    w.execute(
        "UPDATE mail SET state = 'sending', subject = ?2 WHERE id = ?1",
        params![mail.id, subject],
    )?;
    if !mail.handed {
        w.execute(
            "UPDATE alert SET by_mail = 'dropped', mail = NULL WHERE mail = ?1 AND over_at IS NOT NULL",
            [mail.id],
        )?;
    }
    Ok(())
}

/// What became of a mail.
#[derive(Debug, Clone)]
pub(super) struct Fate {
    pub state: &'static str,
    pub handed: bool,
    pub tries: i64,
    pub next_at: Millis,
    pub answer: String,
}

pub(super) fn set_fate(w: &Write<'_>, mail: i64, fate: &Fate) -> Result<()> {
    let ended = fate.state != "queued";
    w.execute(
        "UPDATE mail SET state = ?2, handed = ?3, tries = ?4, next_at = ?5, answer = ?6, ended_at = ?7 WHERE id = ?1",
        params![
            mail, fate.state, fate.handed, fate.tries, fate.next_at.0, fate.answer,
            ended.then_some(w.at().0)
        ],
    )?;
    Ok(())
}

/// Nothing in it has to be done any more.
pub(super) fn drop_mail(w: &Write<'_>, mail: i64) -> Result<()> {
    w.execute(
        "UPDATE alert SET by_mail = 'dropped', mail = NULL WHERE mail = ?1",
        [mail],
    )?;
    w.execute(
        "UPDATE mail SET state = 'dropped', answer = '都已经办了或看了，不用再发', ended_at = ?2 WHERE id = ?1",
        params![mail, w.at().0],
    )?;
    Ok(())
}

/// After a start: what was on its way when the power went may have arrived.
pub(super) fn take_up(w: &Write<'_>) -> Result<usize> {
    w.execute(
        "UPDATE mail SET state = 'queued', handed = 1 WHERE state = 'sending'",
        [],
    )
}

/// Once more, by hand; a mail that failed, of this person where one is named.
pub(super) fn send_again(w: &Write<'_>, mail: i64, person: Option<PersonId>) -> Result<usize> {
    w.execute(
        "UPDATE mail SET state = 'queued', handed = 1, tries = 0, next_at = ?3, made_at = ?3, ended_at = NULL,
           address = coalesce((SELECT nullif(c.address, '') FROM alert_choice c WHERE c.person = mail.person), address)
         WHERE id = ?1 AND state = 'failed' AND (?2 IS NULL OR person = ?2)",
        params![mail, person.map(|p| p.0), w.at().0],
    )
}

/// Mails that wait or have failed, for the administrator: waiting, failed.
pub fn count_mails(q: &impl Query) -> Result<(i64, i64)> {
    q.one(
        "SELECT count(*) FILTER (WHERE state IN ('queued','sending')), count(*) FILTER (WHERE state = 'failed')
         FROM mail",
        [],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )
}
