//! Cases the calendar begins (按时发起): one for each post the procedure names, when its day comes, in the name of who
//! fills the post, who finds it among his to-dos. Not here: which day that is (`definition::arrive`).
//! Invariant: a post has one case a period, whatever the clock and the power do: the case's own write is unique by
//! procedure, period and post, and the hub's row follows it.
//!
//! Decision 2026-11-22: what ships with a calendar begins nothing until somebody of the office switches it on, and a
//! period that came before that day, or while the server was off until the next one came, is not made up for:
//! a drawer full of last month's forms helps nobody.

use super::definition::arrive::{Every, Turn};
use super::facts::People as _;
use super::people::InOrgan;
use super::procedures::Published;
use super::run::{Acting, Engine};
use super::schedule_store::{self as rows, Switched};
use super::work::Work;
use super::{flow, series_store, values};
use crate::kit::{Day, Error, Id, Millis, PersonId, PostId, Principal, Result, ShelfNo};
use crate::org::Directory;
use crate::store::{Stamp, Store};
use serde_json::Value;
use std::sync::Arc;

/// What the job is called in stamps.
type Stamped = fn(Millis) -> Stamp;

impl Engine {
    /// Switches the calendar of a procedure on, from today, or off.
    ///
    /// # Errors
    /// Invalid where the procedure names no calendar.
    pub fn switch_schedule(
        &self,
        store: &Store,
        stamp: Stamp,
        (id, on): (&str, bool),
        person: PersonId,
    ) -> Result<()> {
        let published = self.procedures.current(id)?;
        if published.procedure.start.every.is_none() {
            return Err(Error::invalid("", "这个事项没有写按什么时候发起"));
        }
        let (id, today) = (id.to_owned(), self.zone().day(stamp.at));
        store.write(ShelfNo::HUB, stamp, move |w| {
            w.quiet("按时发起的开关，不影响各类清单");
            w.note(format!("{id} {}", if on { "on" } else { "off" }));
            match on {
                true => rows::set_switched(w, &id, (today, person)),
                false => rows::take_switched(w, &id),
            }
        })?;
        Ok(())
    }

    /// Begins what has come by now and was not begun; gives how many cases. What cannot be begun is logged and
    /// keeps nothing else waiting.
    pub fn begin_due(
        self: &Arc<Self>,
        store: &Store,
        directory: &Arc<Directory>,
        (now, stamp): (Millis, Stamped),
    ) -> Result<usize> {
        let switched = rows::list_switched(&store.hub()?)?;
        let mut begun = 0;
        for one in switched {
            let Ok(published) = self.procedures.current(&one.procedure) else {
                continue;
            };
            let every = published.procedure.start.every.clone();
            let due = every.and_then(|every| {
                let turn = every.latest(self.zone().day(now), directory.calendar())?;
                is_ours(&one, &turn, self.zone().day(now)).then_some((every, turn))
            });
            let Some((every, turn)) = due.filter(|_| !published.standing.off) else {
                continue;
            };
            for post in posts(directory, &every) {
                let dept = directory.post(post).map(|p| p.department);
                if !dept.is_some_and(|d| published.is_used_in(d)) {
                    continue;
                }
                let key = (published.procedure.id.as_str(), turn.period.as_str());
                if rows::is_begun(&store.hub()?, key, post)? {
                    continue;
                }
                match self.begin_turn(store, directory, (&published, &turn), (post, stamp(now))) {
                    Ok(done) => begun += usize::from(done),
                    Err(e) => {
                        tracing::warn!(cause = %e, procedure = %one.procedure, "a case of the calendar was not begun")
                    }
                }
            }
        }
        Ok(begun)
    }

    /// One case, and the row that says so. Nothing where nobody fills the post.
    fn begin_turn(
        self: &Arc<Self>,
        store: &Store,
        directory: &Arc<Directory>,
        (published, turn): (&Published, &Turn),
        (post, stamp): (PostId, Stamp),
    ) -> Result<bool> {
        let Some(holder) = directory.holders_of(post).next().map(|p| p.id) else {
            return Ok(false);
        };
        let Some(every) = published.procedure.start.every.clone() else {
            return Ok(false);
        };
        let mut acting = Acting::of(directory, holder)?;
        if let Some(dept) = directory.post(post).map(|p| p.department) {
            acting.dept = dept;
        }
        let id = published.procedure.id.clone();
        let op = format!("schedule.{id}.{}.{post}", turn.period);
        let of_case = Stamp {
            op,
            ..stamp.clone()
        };
        let shelf = self.shelf_at(store, &acting, stamp.at)?;
        let (engine, published) = (self.clone(), published.clone());
        let (title, words) = (every.title_of(turn), every.words());
        let made = store.write(shelf, of_case, move |w| {
            let mut work = Work::blank(w, &engine, &acting, &published.procedure)?;
            let facts = work.facts(None);
            let mut begin = flow::begin(&facts)?;
            begin.act.label = format!("按时发起（{words}）");
            let mut filled = values::defaults(&facts);
            if !title.is_empty() {
                filled.insert(published.procedure.title.clone(), Value::String(title));
            }
            let version = published.procedure.version();
            series_store::insert_version(w, &published.procedure.id, version, &published.text)?;
            work.carry(w, &begin, None)?;
            work.case.state.values.extend(filled);
            work.finish(w, "case.started")
        })?;
        let (case, period): (Id, String) = (made.value.case, turn.period.clone());
        store.write(ShelfNo::HUB, stamp, move |w| {
            w.quiet("按时发起的记录，不影响各类清单");
            rows::insert_run(w, (&id, &period), (post, case))
        })?;
        Ok(true)
    }
}

/// Whether the period came after it was switched on, and in this year: a case stands on the shelf of its year.
fn is_ours(one: &Switched, turn: &Turn, today: Day) -> bool {
    turn.day >= one.since && turn.day.year() == today.year()
}

/// The posts of all organs that have one of the roles.
fn posts(directory: &Directory, every: &Every) -> Vec<PostId> {
    let mut all: Vec<PostId> = Vec::new();
    for organ in directory.organs().map(|o| o.id) {
        let people = InOrgan { directory, organ };
        let found = every.roles.iter().flat_map(|r| people.with_role(r));
        for post in found {
            if let Principal::Post(post) = post
                && !all.contains(&post)
            {
                all.push(post);
            }
        }
    }
    all
}
