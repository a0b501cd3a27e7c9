//! SQL of channels and of what went out through them. When and what is decided in `round` and `words`.
//! Invariant: a channel has at most one message that waits for one person (0: for its group).

use super::words::Item;
use super::{Channel, Kind};
use crate::inbox::news::Kind as About;
use crate::inbox::server::Trouble;
use crate::kit::{DeptId, Error, Millis, Result};
use crate::store::{Query, Row, RowResult, Write, params};

/// All of them, in the order they were made.
pub fn list_channels(q: &impl Query) -> Result<Vec<Channel>> {
    q.all(
        "SELECT id, rev, kind, name, dept, address, secret, keyword, body, expects, authority, titles, on_now, since,
           trouble, trouble_since, tries, next_at FROM channel ORDER BY id",
        [],
        channel_row,
    )
}

fn channel_row(r: &Row<'_>) -> RowResult<Channel> {
    Ok(Channel {
        id: r.get(0)?,
        rev: r.get(1)?,
        kind: Kind::of(&r.get::<_, String>(2)?).unwrap_or(Kind::Sms),
        name: r.get(3)?,
        dept: Some(r.get(4)?).filter(|d| *d != 0).map(DeptId),
        address: r.get(5)?,
        secret: r.get(6)?,
        keyword: r.get(7)?,
        body: r.get(8)?,
        expects: r.get(9)?,
        authority: r.get(10)?,
        titles: r.get(11)?,
        on_now: r.get(12)?,
        since: r.get(13)?,
        trouble: Trouble {
            words: r.get(14)?,
            since: r.get::<_, Option<i64>>(15)?.map(Millis),
            tries: r.get(16)?,
            next_at: Millis(r.get(17)?),
        },
    })
}

/// A new one: what was told before is not its matter.
pub(super) fn insert_channel(w: &Write<'_>, c: &Channel) -> Result<i64> {
    w.execute(
        "INSERT INTO channel(kind, name, dept, address, secret, keyword, body, expects, authority, titles, on_now, since)
         VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11, coalesce((SELECT max(id) FROM alert), 0))",
        params![
            c.kind.id(), c.name, c.dept.map_or(0, |d| d.0), c.address, c.secret, c.keyword, c.body, c.expects,
            c.authority, c.titles, c.on_now
        ],
    )?;
    w.one("SELECT max(id) FROM channel", [], |r| r.get(0))
}

/// Changed settings are tried at once; one that was off does not tell what happened meanwhile.
pub(super) fn set_channel(w: &Write<'_>, c: &Channel) -> Result<()> {
    let changed = w.execute(
        "UPDATE channel SET name = ?3, dept = ?4, address = ?5, secret = ?6, keyword = ?7, body = ?8, expects = ?9,
           authority = ?10, titles = ?11,
           since = CASE WHEN on_now = 1 THEN since ELSE coalesce((SELECT max(id) FROM alert), 0) END,
           on_now = ?12, rev = rev + 1, trouble = '', trouble_since = NULL, tries = 0, next_at = 0
         WHERE id = ?1 AND rev = ?2",
        params![
            c.id, c.rev, c.name, c.dept.map_or(0, |d| d.0), c.address, c.secret, c.keyword, c.body, c.expects,
            c.authority, c.titles, c.on_now
        ],
    )?;
    if changed == 0 {
        return Err(Error::Conflict(
            "别人刚改过这个消息通道。请刷新后再改，以免盖掉别人的修改".into(),
        ));
    }
    Ok(())
}

/// With what went out through it and what waits; the audit keeps that it was there.
pub(super) fn take_channel(w: &Write<'_>, id: i64) -> Result<()> {
    w.execute("DELETE FROM push WHERE channel = ?1", [id])?;
    match w.execute("DELETE FROM channel WHERE id = ?1", [id])? {
        0 => Err(Error::NotFound),
        _ => Ok(()),
    }
}

pub(super) fn set_trouble(w: &Write<'_>, channel: i64, t: &Trouble) -> Result<()> {
    w.execute(
        "UPDATE channel SET trouble = ?2, trouble_since = ?3, tries = ?4, next_at = ?5 WHERE id = ?1",
        params![channel, t.words, t.since.map(|m| m.0), t.tries, t.next_at.0],
    )?;
    Ok(())
}

/// What was told so long ago is not sent any more: the search begins behind it.
pub(super) fn set_since(w: &Write<'_>, channel: i64, before: Millis) -> Result<()> {
    w.execute(
        "UPDATE channel SET since = coalesce((SELECT max(a.id) FROM alert a
           WHERE a.id > channel.since AND a.made_at < ?2), since) WHERE id = ?1",
        params![channel, before.0],
    )?;
    Ok(())
}

/// What has not gone to the group yet and still asks for something. Alarms and the server's health are for those who keep it:
/// whoever broke in may sit in the group.
pub(super) fn list_for_group(q: &impl Query, c: &Channel) -> Result<Vec<Item>> {
    q.all(
        "SELECT a.person, a.id, a.made_at, a.hot, a.kind, a.level, a.title FROM alert a
         WHERE a.id > max(?2, coalesce((SELECT max(p.upto) FROM push p
             WHERE p.channel = ?1 AND p.person = 0 AND p.state <> 'queued'), 0))
           AND a.over_at IS NULL AND a.kind NOT IN ('talk','followed','delegated','alarm','health')
         ORDER BY a.id LIMIT 20000",
        params![c.id, c.since],
        item_row,
    )
}

/// What cannot wait (特急、催办、批示、超期) and has not gone to the telephones of those who want it.
pub(super) fn list_for_phones(q: &impl Query, c: &Channel) -> Result<Vec<Item>> {
    q.all(
        "SELECT a.person, a.id, a.made_at, a.hot, a.kind, a.level, a.title FROM alert a
         JOIN alert_choice h ON h.person = a.person AND h.sms = 1
         WHERE a.id > ?2 AND a.over_at IS NULL AND (a.hot = 1 OR a.kind = 'overdue')
           AND a.id > coalesce((SELECT max(p.upto) FROM push p
             WHERE p.channel = ?1 AND p.person = a.person AND p.state <> 'queued'), 0) ORDER BY a.id LIMIT 20000",
        params![c.id, c.since],
        item_row,
    )
}

fn item_row(r: &Row<'_>) -> RowResult<Item> {
    Ok(Item {
        person: r.get(0)?,
        id: r.get(1)?,
        made_at: r.get(2)?,
        hot: r.get(3)?,
        kind: About::of(&r.get::<_, String>(4)?),
        level: r.get(5)?,
        title: r.get(6)?,
    })
}

/// A message on its way.
#[derive(Debug, Clone)]
pub(super) struct Open {
    pub id: i64,
    pub tries: i64,
    pub next_at: Millis,
    pub made_at: Millis,
}

/// The message that waits for this person.
pub(super) fn find_open(q: &impl Query, channel: i64, person: i64) -> Result<Option<Open>> {
    q.opt(
        "SELECT id, tries, next_at, made_at FROM push WHERE channel = ?1 AND person = ?2 AND state = 'queued'",
        [channel, person],
        |r| {
            Ok(Open {
                id: r.get(0)?,
                tries: r.get(1)?,
                next_at: Millis(r.get(2)?),
                made_at: Millis(r.get(3)?),
            })
        },
    )
}

/// Puts it on disk before the other end hears of it; one that waits takes the newer words. Nothing where the channel was
/// taken away since the round began.
pub(super) fn put(
    w: &Write<'_>,
    (channel, person): (i64, i64),
    words: &str,
    upto: i64,
) -> Result<()> {
    w.execute(
        "INSERT INTO push(channel, person, words, upto, state, tries, next_at, answer, made_at)
         SELECT ?1, ?2, ?3, ?4, 'queued', 0, ?5, '', ?5 WHERE EXISTS (SELECT 1 FROM channel WHERE id = ?1)
         ON CONFLICT(channel, person) WHERE state = 'queued' DO UPDATE SET words = excluded.words, upto = excluded.upto",
        params![channel, person, words, upto, w.at().0],
    )?;
    Ok(())
}

/// What became of a message.
pub(super) struct Fate {
    pub state: &'static str,
    pub tries: i64,
    pub next_at: Millis,
    pub answer: String,
}

pub(super) fn set_fate(w: &Write<'_>, push: i64, fate: &Fate) -> Result<()> {
    let ended = fate.state != "queued";
    w.execute(
        "UPDATE push SET state = ?2, tries = ?3, next_at = ?4, answer = ?5, ended_at = ?6 WHERE id = ?1",
        params![push, fate.state, fate.tries, fate.next_at.0, fate.answer, ended.then_some(w.at().0)],
    )?;
    Ok(())
}

/// A message as the page shows it.
#[derive(Debug, Clone)]
pub struct Push {
    /// Through which.
    pub channel: i64,
    /// To whom; 0 is the group.
    pub person: i64,
    /// What it says.
    pub words: String,
    /// queued, sent, failed.
    pub state: String,
    /// What the other end said last.
    pub answer: String,
    /// When it was made.
    pub made_at: Millis,
    /// When it ended.
    pub ended_at: Option<Millis>,
}

/// The newest messages.
pub fn list_pushes(q: &impl Query, most: i64) -> Result<Vec<Push>> {
    q.all(
        "SELECT channel, person, words, state, answer, made_at, ended_at FROM push ORDER BY id DESC LIMIT ?1",
        [most],
        |r| {
            Ok(Push {
                channel: r.get(0)?,
                person: r.get(1)?,
                words: r.get(2)?,
                state: r.get(3)?,
                answer: r.get(4)?,
                made_at: Millis(r.get(5)?),
                ended_at: r.get::<_, Option<i64>>(6)?.map(Millis),
            })
        },
    )
}

/// Messages of a channel that wait.
pub fn count_waiting(q: &impl Query, channel: i64) -> Result<i64> {
    q.one(
        "SELECT count(*) FROM push WHERE channel = ?1 AND state = 'queued'",
        [channel],
        |r| r.get(0),
    )
}
