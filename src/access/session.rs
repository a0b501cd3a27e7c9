//! Who is logged in: all sessions in memory, so that no request asks the hub (README decision 3).
//! Twelve idle hours or seven days end one; so does every change of password, state or role (S24).
//! Invariant: a session ended stays ended, whatever the clock does (S69): a clock set back by more
//! than five minutes ends them all, since nobody can then say which of them were over.

use super::steady::STEP_MS;
use crate::kit::{Digest, Millis, PersonId};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Ends after this long without a request: 12 hours.
pub const IDLE_MS: i64 = 12 * 3_600_000;
/// Ends this long after the log-in: 7 days.
pub const LIFE_MS: i64 = 7 * 24 * 3_600_000;
/// A touch is worth writing once it moved by this much: 10 minutes.
const WORTH_MS: i64 = 600_000;
/// Browsers one person may be logged in with.
pub const BROWSERS: usize = 10;

/// How long a log-in lasts; an office may choose shorter (`safety.rs`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Ends after this long without a request.
    pub idle_ms: i64,
    /// Ends this long after the log-in.
    pub life_ms: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            idle_ms: IDLE_MS,
            life_ms: LIFE_MS,
        }
    }
}

/// One log-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Who.
    pub person: PersonId,
    /// Since when.
    pub made_at: Millis,
    /// Last request.
    pub seen_at: Millis,
    /// From where it began.
    pub address: String,
    /// The account's revision it was begun with; another one ends it.
    pub account_rev: i64,
    /// Roles it was first used with; others end it. Unknown until then and after a restart.
    pub rights: Option<Digest>,
}

impl Session {
    /// Milliseconds until it ends by itself, and whether going on working puts that off.
    #[must_use]
    pub fn left(&self, now: Millis, limits: Limits) -> (i64, bool) {
        let idle = self.seen_at.0 + limits.idle_ms - now.0;
        let life = self.made_at.0 + limits.life_ms - now.0;
        (idle.min(life).max(0), idle < life)
    }

    fn is_over(&self, now: Millis, limits: Limits) -> bool {
        now.0 - self.seen_at.0 >= limits.idle_ms
            || now.0 - self.made_at.0 >= limits.life_ms
            || now.0 < self.made_at.0 - STEP_MS
    }
}

#[derive(Default)]
struct Live {
    all: HashMap<Digest, Session>,
    /// `seen_at` as last written.
    saved: HashMap<Digest, Millis>,
    /// Ended here and not yet in the hub.
    ended: Vec<Digest>,
    latest: Millis,
    limits: Limits,
}

/// What the next bulk write carries to the hub.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pending {
    /// Sessions over: their rows go.
    pub ended: Vec<Digest>,
    /// Sessions used: their `seen_at`.
    pub touched: Vec<(Digest, Millis)>,
}

impl Pending {
    /// Whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ended.is_empty() && self.touched.is_empty()
    }
}

/// All sessions of one server instance.
#[derive(Default)]
pub struct Sessions {
    live: Mutex<Live>,
}

impl Sessions {
    /// The sessions a start-up found in the hub. A clock that stands before the last use of any of
    /// them was set back while the server was off: then all are over.
    #[must_use]
    pub fn of(rows: Vec<(Digest, Session)>, now: Millis, limits: Limits) -> Self {
        let latest = rows
            .iter()
            .map(|(_, s)| s.seen_at.max(s.made_at))
            .max()
            .unwrap_or(now);
        let saved = rows.iter().map(|(d, s)| (*d, s.seen_at)).collect();
        let mut live = Live {
            all: rows.into_iter().collect(),
            saved,
            ended: Vec::new(),
            latest,
            limits,
        };
        live.watch(now);
        live.sweep(now);
        Self {
            live: Mutex::new(live),
        }
    }

    /// Adds one that stands in the hub. Where the person has too many, the one unused longest ends.
    pub fn add(&self, token: Digest, session: Session) {
        let mut live = self.lock();
        live.watch(session.made_at);
        let person = session.person;
        live.saved.insert(token, session.seen_at);
        live.all.insert(token, session);
        let mut own: Vec<(Millis, Digest)> = live
            .all
            .iter()
            .filter(|(d, s)| s.person == person && **d != token)
            .map(|(d, s)| (s.seen_at, *d))
            .collect();
        own.sort_unstable_by_key(|(seen, d)| (*seen, d.0));
        let over = own.len().saturating_sub(BROWSERS - 1);
        for (_, digest) in own.into_iter().take(over) {
            live.end(&digest);
        }
    }

    /// The session of a token, touched; `None` where there is none or it is over.
    #[must_use]
    pub fn find(&self, token: &Digest, now: Millis) -> Option<Session> {
        let mut live = self.lock();
        live.watch(now);
        let limits = live.limits;
        let session = live.all.get_mut(token)?;
        if session.is_over(now, limits) {
            live.end(token);
            return None;
        }
        session.seen_at = session.seen_at.max(now);
        Some(session.clone())
    }

    /// The session of a token as it stands; asking does not keep it alive.
    #[must_use]
    pub fn look(&self, token: &Digest, now: Millis) -> Option<Session> {
        let mut live = self.lock();
        live.watch(now);
        let session = live.all.get(token)?.clone();
        if session.is_over(now, live.limits) {
            live.end(token);
            return None;
        }
        Some(session)
    }

    /// From now on log-ins last so long.
    pub fn set_limits(&self, limits: Limits) {
        self.lock().limits = limits;
    }

    /// How long log-ins last.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.lock().limits
    }

    /// Remembers the roles a session is used with.
    pub fn set_rights(&self, token: &Digest, rights: Digest) {
        if let Some(session) = self.lock().all.get_mut(token) {
            session.rights = Some(rights);
        }
    }

    /// Ends one.
    pub fn end(&self, token: &Digest) {
        self.lock().end(token);
    }

    /// Ends all of a person, but the one given.
    pub fn end_all_of(&self, person: PersonId, but: Option<&Digest>) {
        let mut live = self.lock();
        let own: Vec<Digest> = live
            .all
            .iter()
            .filter(|(d, s)| s.person == person && Some(*d) != but)
            .map(|(d, _)| *d)
            .collect();
        for digest in own {
            live.end(&digest);
        }
    }

    /// A person's sessions, the last used first: for the person's own page.
    #[must_use]
    pub fn list_of(&self, person: PersonId, now: Millis) -> Vec<(Digest, Session)> {
        let live = self.lock();
        let mut own: Vec<_> = live
            .all
            .iter()
            .filter(|(_, s)| s.person == person && !s.is_over(now, live.limits))
            .map(|(d, s)| (*d, s.clone()))
            .collect();
        own.sort_unstable_by_key(|(d, s)| (std::cmp::Reverse(s.seen_at), d.0));
        own
    }

    /// How many people are logged in.
    #[must_use]
    pub fn count(&self, now: Millis) -> usize {
        let live = self.lock();
        let people: std::collections::HashSet<PersonId> = live
            .all
            .values()
            .filter(|s| !s.is_over(now, live.limits))
            .map(|s| s.person)
            .collect();
        people.len()
    }

    /// Takes what has to be written; [`Self::give_back`] it where the write fails.
    #[must_use]
    pub fn take_pending(&self, now: Millis) -> Pending {
        let mut live = self.lock();
        live.watch(now);
        live.sweep(now);
        let touched: Vec<(Digest, Millis)> = live
            .all
            .iter()
            .filter(|(d, s)| {
                live.saved
                    .get(d)
                    .is_none_or(|saved| s.seen_at.0 - saved.0 >= WORTH_MS)
            })
            .map(|(d, s)| (*d, s.seen_at))
            .collect();
        for (digest, seen) in &touched {
            live.saved.insert(*digest, *seen);
        }
        Pending {
            ended: std::mem::take(&mut live.ended),
            touched,
        }
    }

    /// The write failed: the next one carries it.
    pub fn give_back(&self, pending: Pending) {
        let mut live = self.lock();
        live.ended.extend(pending.ended);
        for (digest, _) in pending.touched {
            live.saved.remove(&digest);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Live> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Live {
    /// Notices a clock that was set back.
    fn watch(&mut self, now: Millis) {
        if now.0 < self.latest.0 - STEP_MS {
            let all: Vec<Digest> = self.all.keys().copied().collect();
            for digest in all {
                self.end(&digest);
            }
            self.latest = now;
        }
        self.latest = self.latest.max(now);
    }

    fn sweep(&mut self, now: Millis) {
        let over: Vec<Digest> = self
            .all
            .iter()
            .filter(|(_, s)| s.is_over(now, self.limits))
            .map(|(d, _)| *d)
            .collect();
        for digest in over {
            self.end(&digest);
        }
    }

    fn end(&mut self, token: &Digest) {
        self.saved.remove(token);
        if self.all.remove(token).is_some() {
            self.ended.push(*token);
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const START: Millis = Millis(1_800_000_000_000);
    const HOUR: i64 = 3_600_000;
    const YEAR: i64 = 365 * 24 * HOUR;

    fn at(ms: i64) -> Millis {
        Millis(START.0 + ms)
    }

    fn token(n: u8) -> Digest {
        Digest::of(&[n])
    }

    fn session(person: i64, made: Millis) -> Session {
        Session {
            person: PersonId(person),
            made_at: made,
            seen_at: made,
            address: "192.168.1.8".into(),
            account_rev: 1,
            rights: None,
        }
    }

    fn with(n: u8) -> Sessions {
        let sessions = Sessions::default();
        for i in 0..n {
            sessions.add(token(i), session(i64::from(i), at(0)));
        }
        sessions
    }

    #[test]
    fn twelve_idle_hours_or_seven_days_end_it() {
        let s = with(2);
        assert!(s.find(&token(0), at(IDLE_MS - 1)).is_some());
        assert!(s.find(&token(1), at(IDLE_MS)).is_none(), "idle");
        let mut now = IDLE_MS;
        while now < LIFE_MS {
            assert!(s.find(&token(0), at(now)).is_some(), "used every hour");
            now += HOUR;
        }
        assert!(s.find(&token(0), at(LIFE_MS)).is_none(), "a week");
        assert!(s.find(&token(0), at(LIFE_MS - HOUR)).is_none(), "for good");
    }

    #[test]
    fn u53_asking_by_itself_keeps_no_session_alive() {
        let s = with(2);
        let mut now = 0;
        while now < IDLE_MS {
            let session = s.look(&token(0), at(now)).unwrap();
            assert_eq!(
                session.left(at(now), Limits::default()),
                (IDLE_MS - now, true)
            );
            now += HOUR;
        }
        assert!(s.look(&token(0), at(IDLE_MS)).is_none(), "asked every hour");
        assert!(s.find(&token(0), at(IDLE_MS)).is_none(), "for good");
        // one that is used ends by its age, which no use puts off
        let mut session = session(1, at(0));
        session.seen_at = at(LIFE_MS - HOUR);
        assert_eq!(
            session.left(at(LIFE_MS - HOUR), Limits::default()),
            (HOUR, false)
        );
    }

    #[test]
    fn shorter_limits_end_what_is_older_at_once() {
        let s = with(2);
        assert!(s.find(&token(0), at(HOUR)).is_some());
        s.set_limits(Limits {
            idle_ms: HOUR / 2,
            life_ms: 12 * HOUR,
        });
        assert!(s.find(&token(1), at(HOUR)).is_none(), "unused for an hour");
        assert!(s.find(&token(0), at(HOUR + HOUR / 2 - 1)).is_some());
        let mut now = HOUR + HOUR / 2 - 1;
        while now < 12 * HOUR {
            assert!(s.find(&token(0), at(now)).is_some());
            now += HOUR / 4;
        }
        assert!(s.find(&token(0), at(12 * HOUR)).is_none(), "its age");
    }

    #[test]
    fn s69_a_clock_set_back_a_year_resurrects_nothing() {
        let s = with(3);
        // over, and found to be over
        assert!(s.find(&token(0), at(IDLE_MS)).is_none());
        for back in [at(1), at(-YEAR)] {
            for n in 0..3 {
                assert!(s.find(&token(n), back).is_none(), "{n}");
            }
        }
        assert_eq!(s.take_pending(at(-YEAR)).ended.len(), 3);
        // and people can log in again, on either side of the step
        s.add(token(9), session(9, at(-YEAR)));
        assert!(s.find(&token(9), at(HOUR - YEAR)).is_some());
        assert!(s.find(&token(9), at(0)).is_none(), "a year passed");
        s.add(token(8), session(8, at(0)));
        assert!(s.find(&token(8), at(HOUR)).is_some());
    }

    #[test]
    fn s69_also_while_the_server_was_off() {
        let rows = || {
            vec![
                (token(1), session(1, at(0))),
                (token(2), session(2, at(-2 * HOUR))),
            ]
        };
        let s = Sessions::of(rows(), at(-HOUR), Limits::default());
        assert!(s.find(&token(1), at(-HOUR)).is_none());
        assert!(s.find(&token(2), at(-HOUR)).is_none());
        assert_eq!(s.take_pending(at(-HOUR)).ended.len(), 2);
        let s = Sessions::of(rows(), at(HOUR), Limits::default());
        assert!(s.find(&token(1), at(HOUR)).is_some());
    }

    #[test]
    fn a_time_server_stepping_back_is_not_an_event() {
        let s = with(1);
        assert!(s.find(&token(0), at(60_000)).is_some());
        assert!(s.find(&token(0), at(60_000 - STEP_MS)).is_some());
    }

    #[test]
    fn s24_ending_all_of_a_person_ends_theirs_only() {
        let s = with(1);
        s.add(token(10), session(7, at(0)));
        s.add(token(11), session(7, at(0)));
        s.add(token(12), session(7, at(0)));
        s.end_all_of(PersonId(7), Some(&token(12)));
        assert!(s.find(&token(10), at(1)).is_none());
        assert!(s.find(&token(11), at(1)).is_none());
        assert!(s.find(&token(12), at(1)).is_some());
        assert!(s.find(&token(0), at(1)).is_some());
        s.end(&token(12));
        assert!(s.find(&token(12), at(1)).is_none());
        assert_eq!(s.take_pending(at(1)).ended.len(), 3);
    }

    #[test]
    fn touches_are_written_in_bulk_and_seldom() {
        let s = with(2);
        assert!(s.take_pending(at(0)).is_empty());
        let _ = s.find(&token(0), at(1000));
        assert!(s.take_pending(at(1000)).is_empty(), "not worth it");
        let _ = s.find(&token(0), at(WORTH_MS));
        let pending = s.take_pending(at(WORTH_MS));
        assert_eq!(pending.touched, vec![(token(0), at(WORTH_MS))]);
        assert!(s.take_pending(at(WORTH_MS)).is_empty());
        s.give_back(pending.clone());
        assert_eq!(s.take_pending(at(WORTH_MS)).touched, pending.touched);
    }

    #[test]
    fn the_eleventh_browser_ends_the_one_unused_longest() {
        let s = Sessions::default();
        for n in 0..11 {
            s.add(token(n), session(7, at(i64::from(n))));
        }
        assert!(s.find(&token(0), at(20)).is_none());
        assert!(s.find(&token(1), at(20)).is_some());
        assert_eq!(s.list_of(PersonId(7), at(20)).len(), BROWSERS);
        assert_eq!(s.list_of(PersonId(7), at(20)).first().unwrap().0, token(1));
        assert_eq!(s.count(at(20)), 1);
    }
}
