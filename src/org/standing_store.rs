//! Statements on delegations and deputies in the hub, and what may be set and ended. Nothing is deleted.
//! Not here: who may set them for whom (the pages' actions say so).
//! Invariant: what a case asked for is unique by its cause, so carrying its event twice changes nothing.

use super::edit::changed;
use super::handle::DirectoryHandle;
use super::standing::{Asked, Delegation, span_words};
use super::store::{find_person, get, must_be};
use crate::kit::{Day, Error, FieldErrors, Millis, PersonId, PostId, Result};
use crate::store::{Consumer, Effect, Event, Query, Store, Write, params};
use std::sync::atomic::{AtomicBool, Ordering};

/// Kind of the event by which a case asks for a delegation.
pub const ASKED: &str = "delegation.asked";

/// Longest span somebody may hand his tasks on in one go, in days.
const LONGEST: i64 = 366;

/// A delegation as typed.
#[derive(Debug, Clone)]
pub struct Wish {
    pub person: PersonId,
    /// The deputies of the person's posts where nobody is named.
    pub delegate: Option<PersonId>,
    pub first: Day,
    pub last: Day,
    pub procedures: Vec<String>,
    pub reason: String,
}

pub(super) fn list_delegations(q: &impl Query) -> Result<Vec<Delegation>> {
    q.all(
        "SELECT id, rev, person, delegate, first, last, procedures, reason, cause, set_by, set_at, ended_by,
           ended_at FROM delegation ORDER BY id",
        [],
        |r| {
            let by: Option<i64> = r.get(11)?;
            let at: Option<i64> = r.get(12)?;
            Ok(Delegation {
                id: r.get(0)?,
                rev: r.get(1)?,
                person: PersonId(r.get(2)?),
                delegate: r.get::<_, Option<i64>>(3)?.map(PersonId),
                first: get(r, "first")?,
                last: get(r, "last")?,
                procedures: serde_json::from_str(&r.get::<_, String>(6)?).unwrap_or_default(),
                reason: r.get(7)?,
                cause: r.get(8)?,
                set_by: PersonId(r.get(9)?),
                set_at: Millis(r.get(10)?),
                ended: by.zip(at).map(|(p, at)| (PersonId(p), Millis(at))),
            })
        },
    )
}

pub(super) fn list_deputies(q: &impl Query) -> Result<Vec<(PostId, PersonId)>> {
    q.all(
        "SELECT post, person FROM deputy ORDER BY post, person",
        [],
        |r| Ok((PostId(r.get(0)?), PersonId(r.get(1)?))),
    )
}

/// Hands a person's tasks to another.
pub fn delegate(w: &mut Write<'_>, wish: &Wish, (by, today): (PersonId, Day)) -> Result<i64> {
    let mut errors = FieldErrors::default();
    let reason = wish.reason.trim();
    if reason.is_empty() {
        errors.add("reason", "请写为什么，例如“年休假”“去县里开会”");
    }
    if reason.chars().count() > 60 {
        errors.add("reason", "原因请写短一点，60 个字以内");
    }
    if wish.last < wish.first {
        errors.add("last", "最后一天要在第一天以后，请改一下");
    } else if wish.last < today {
        errors.add("last", "这几天已经过去了，请写今天以后的日子");
    } else if wish.first.plus_days(LONGEST) < wish.last {
        errors.add("last", "一次最多委托一年；长期不在的，请管理员调整岗位");
    }
    must_be(find_person(w, wish.person)?)?;
    match wish.delegate {
        Some(d) if d == wish.person => errors.add("delegate", "不能委托给本人，请另选一个人"),
        Some(d) => {
            let who = must_be(find_person(w, d)?)?;
            if !who.validity.holds(today) {
                let why = format!("{}已经不在本单位，请另选一个人", who.name);
                errors.add("delegate", why);
            }
        }
        None => {}
    }
    let errors = clashes(w, wish, errors)?;
    errors.check(())?;
    let id = w.insert(
        "INSERT INTO delegation(person, delegate, first, last, procedures, reason, set_by, set_at)
         VALUES(?1,?2,?3,?4,?5,?6,?7,?8)",
        params![
            wish.person.0,
            wish.delegate.map(|d| d.0),
            wish.first.to_string(),
            wish.last.to_string(),
            serde_json::to_string(&wish.procedures)?,
            reason,
            by.0,
            w.at().0
        ],
    )?;
    w.note(format!(
        "{} {}",
        wish.person,
        span_words(wish.first, wish.last)
    ));
    changed(w, "delegation", id, "add")?;
    Ok(id)
}

/// What else is handed on in the same days: by the person, and by whoever is to take it.
fn clashes(w: &Write<'_>, wish: &Wish, mut errors: FieldErrors) -> Result<FieldErrors> {
    let span = (wish.first, wish.last);
    for d in list_delegations(w)? {
        if d.person == wish.person && d.meets(span, &wish.procedures) {
            let why = format!(
                "{}已经有一份委托（{}），请先结束那一份，或者改这一份的日子",
                d.span_words(),
                d.reason
            );
            errors.add("first", why);
        }
        if Some(d.person) == wish.delegate && d.meets(span, &[]) {
            let why = format!(
                "他{}自己也委托给了别人（{}），请另选一个人",
                d.span_words(),
                d.reason
            );
            errors.add("delegate", why);
        }
    }
    Ok(errors)
}

/// Ends a delegation before its time.
pub fn end(w: &mut Write<'_>, (id, rev): (i64, i64), by: PersonId) -> Result<()> {
    let hit = w.execute(
        "UPDATE delegation SET rev = rev + 1, ended_by = ?3, ended_at = ?4
         WHERE id = ?1 AND rev = ?2 AND ended_at IS NULL",
        params![id, rev, by.0, w.at().0],
    )?;
    if hit == 0 {
        return Err(Error::Conflict(
            "这份委托刚刚已经结束或者改过了，请刷新看一看".into(),
        ));
    }
    changed(w, "delegation", id, "end")
}

/// Says who stands in on a post while whoever fills it is away.
pub fn set_deputies(w: &mut Write<'_>, post: PostId, people: &[PersonId]) -> Result<()> {
    must_be(super::store::find_post(w, post)?)?;
    w.execute("DELETE FROM deputy WHERE post = ?1", [post.0])?;
    for p in people {
        must_be(find_person(w, *p)?)?;
        w.execute(
            "INSERT INTO deputy(post, person) VALUES(?1, ?2) ON CONFLICT DO NOTHING",
            params![post.0, p.0],
        )?;
    }
    changed(w, "deputy", post.0, "set")
}

/// Carries what cases ask for into the hub.
pub struct Carrier {
    store: Store,
    org: DirectoryHandle,
    changed: AtomicBool,
}

impl Carrier {
    #[must_use]
    pub const fn new(store: Store, org: DirectoryHandle) -> Self {
        Self {
            store,
            org,
            changed: AtomicBool::new(false),
        }
    }
}

impl Consumer for Carrier {
    fn name(&self) -> &'static str {
        "delegations"
    }

    fn action(&self) -> &'static str {
        "delegation.asked"
    }

    fn effect(&self, events: &[Event]) -> Result<Effect> {
        let asked = events.iter().filter(|e| e.kind == ASKED);
        // what cannot be read was written by a newer version: its own to carry
        let all: Vec<(Asked, Millis)> = asked
            .filter_map(|e| Some((serde_json::from_str(&e.payload).ok()?, e.at)))
            .collect();
        self.changed.store(!all.is_empty(), Ordering::Relaxed);
        Ok(Box::new(move |w| {
            for (asked, at) in &all {
                carry(w, asked, *at)?;
            }
            Ok(())
        }))
    }

    fn taken(&self) {
        if self.changed.swap(false, Ordering::Relaxed)
            && let Err(e) = self.org.reload(&self.store)
        {
            tracing::error!(cause = %e, "the directory does not know of a delegation before the next change");
        }
    }
}

/// The case's last word counts; what was ended by hand stays ended.
fn carry(w: &mut Write<'_>, asked: &Asked, at: Millis) -> Result<()> {
    if asked.over {
        let hit = w.execute(
            "UPDATE delegation SET rev = rev + 1, ended_by = ?2, ended_at = ?3
             WHERE (cause = ?1 OR substr(cause, 1, length(?1) + 1) = ?1 || ' ') AND ended_at IS NULL",
            params![asked.cause, asked.by, at.0],
        )?;
        return match hit {
            0 => Ok(()),
            _ => changed(w, "delegation", 0, "over"),
        };
    }
    let known = find_person(w, PersonId(asked.person))?.is_some();
    let delegate = asked.delegate.filter(|d| *d != asked.person);
    let delegate = match delegate {
        Some(d) if find_person(w, PersonId(d))?.is_some() => Some(d),
        _ => None,
    };
    if !known || asked.last < asked.first {
        return Ok(());
    }
    w.execute(
        "INSERT INTO delegation(person, delegate, first, last, reason, cause, set_by, set_at)
         VALUES(?1,?2,?3,?4,?5,?6,?7,?8)
         ON CONFLICT(cause) WHERE cause <> '' DO UPDATE SET rev = rev + 1, delegate = excluded.delegate,
           first = excluded.first, last = excluded.last, reason = excluded.reason
         WHERE ended_at IS NULL",
        params![
            asked.person, delegate, asked.first, asked.last, asked.reason, asked.cause, asked.by, at.0
        ],
    )?;
    changed(w, "delegation", 0, "asked")
}
