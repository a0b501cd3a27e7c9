//! [`Access`]: what of this room outlives a request, built once by `app`. Its methods that let somebody
//! in are in `login.rs`, those that change accounts in `change.rs`, slips in `slip.rs`.
//! Invariant: what ends a session ends it in memory before the answer, and in the hub in the same
//! transaction as its reason.

use super::account::Accounts;
use super::account_store;
use super::device::DeviceKey;
use super::lockout::Limiter;
use super::password::{Cost, Hasher};
use super::refusal::{Counted, Refusals, Refused};
use super::session::{Session, Sessions};
use super::setup::FirstRun;
use super::token::{Chance, Token};
use super::{Account, Actor, Peer, Who, refusal_store, session_store};
use crate::kit::{Clock, Digest, Error, Millis, PersonId, Result, ShelfNo, Zone};
use crate::org::Directory;
use crate::store::{Stamp, Store, Write};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What an instance is built with.
pub struct Setup {
    /// Random bytes.
    pub chance: Chance,
    /// What a password hash costs.
    pub cost: Cost,
    /// When a day of the security log ends.
    pub zone: Zone,
}

impl Setup {
    /// An office's: the system's generator, the full cost.
    #[must_use]
    pub fn office(zone: Zone) -> Self {
        Self {
            chance: Chance::System,
            cost: Cost::OFFICE,
            zone,
        }
    }
}

/// Who is in, who may come in. Cheap to clone.
#[derive(Clone)]
pub struct Access {
    pub(super) inner: Arc<Inner>,
}

/// A person as computed for one state of directory and account.
type Known = (u64, Account, Arc<Who>);

pub(super) struct Inner {
    pub store: Store,
    pub clock: Clock,
    pub chance: Chance,
    pub hasher: Hasher,
    pub accounts: Accounts,
    pub sessions: Sessions,
    pub refusals: Refusals,
    pub device_key: DeviceKey,
    pub first_run: FirstRun,
    limiter: Mutex<Limiter>,
    people: Mutex<HashMap<PersonId, Known>>,
}

impl Access {
    /// Reads accounts and sessions of the hub.
    pub fn open(store: &Store, setup: Setup) -> Result<Self> {
        let clock = store.clock().clone();
        let device_key = device_key(store, &setup.chance, clock.now())?;
        let hub = store.hub()?;
        let sessions = session_store::list_sessions(&hub)?;
        let inner = Inner {
            accounts: Accounts::load(&hub)?,
            sessions: Sessions::of(sessions, clock.now()),
            hasher: Hasher::new(setup.cost, setup.chance.clone())?,
            refusals: Refusals::new(setup.zone),
            device_key,
            first_run: FirstRun::load(&hub)?,
            limiter: Mutex::default(),
            people: Mutex::default(),
            chance: setup.chance,
            store: store.clone(),
            clock,
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Where random bytes come from: repeat keys of forms, the browser before its log-in.
    #[must_use]
    pub fn chance(&self) -> &Chance {
        &self.inner.chance
    }

    /// A fresh token, for the browser that is about to log in.
    pub fn new_token(&self) -> Result<Token> {
        Token::new(&self.inner.chance)
    }

    /// Password hashes computed, for tests and the benchmark.
    #[must_use]
    pub fn hashes(&self) -> u64 {
        self.inner.hasher.computed()
    }

    /// Whether the server is still to be claimed. An account alone is proof of a claim too: whatever
    /// becomes of the marker, the wizard never comes back (S62).
    #[must_use]
    pub fn is_unclaimed(&self) -> bool {
        !self.inner.first_run.is_claimed() && self.inner.accounts.is_empty()
    }

    /// A person's account.
    #[must_use]
    pub fn account(&self, person: PersonId) -> Option<Account> {
        self.inner.accounts.get(person)
    }

    /// All accounts, by person.
    #[must_use]
    pub fn accounts(&self) -> Vec<Account> {
        self.inner.accounts.list()
    }

    /// How many people are logged in.
    #[must_use]
    pub fn people_in(&self) -> usize {
        self.inner.sessions.count(self.inner.store.steady_now())
    }

    /// A person's own log-ins, the last used first.
    #[must_use]
    pub fn sessions_of(&self, person: PersonId) -> Vec<(Digest, Session)> {
        self.inner
            .sessions
            .list_of(person, self.inner.store.steady_now())
    }

    /// Accounts locked by wrong passwords, and for how many more milliseconds.
    #[must_use]
    pub fn locked_people(&self) -> Vec<(PersonId, i64)> {
        let now = self.inner.clock.now();
        self.inner.limiter().locked_people(now)
    }

    /// The person of a cookie. `None`: nobody is logged in with it, or not any more, since password,
    /// state or roles changed (S24) or the person left.
    #[must_use]
    pub fn identify(&self, directory: &Directory, token: &Token) -> Option<Arc<Who>> {
        let digest = token.digest();
        let session = self
            .inner
            .sessions
            .find(&digest, self.inner.store.steady_now())?;
        self.known(directory, (digest, &session))
    }

    /// The same for what a page asks by itself: it does not count as use of the session (U53).
    #[must_use]
    pub fn identify_unattended(&self, directory: &Directory, token: &Token) -> Option<Arc<Who>> {
        let digest = token.digest();
        let session = self
            .inner
            .sessions
            .look(&digest, self.inner.store.steady_now())?;
        self.known(directory, (digest, &session))
    }

    /// Milliseconds until the session of this token ends by itself, and whether use puts that off.
    #[must_use]
    pub fn left(&self, token: &Token) -> Option<(i64, bool)> {
        let now = self.inner.store.steady_now();
        let session = self.inner.sessions.look(&token.digest(), now)?;
        Some(session.left(now))
    }

    fn known(
        &self,
        directory: &Directory,
        (digest, session): (Digest, &Session),
    ) -> Option<Arc<Who>> {
        let who = self
            .inner
            .accounts
            .get(session.person)
            .filter(|a| a.rev == session.account_rev && a.state != super::State::Disabled)
            .and_then(|account| self.inner.known(directory, account))
            .filter(|who| session.rights.is_none_or(|before| before == who.rights()));
        match &who {
            None => self.inner.sessions.end(&digest),
            Some(who) if session.rights.is_none() => {
                self.inner.sessions.set_rights(&digest, who.rights());
            }
            Some(_) => {}
        }
        who
    }

    /// Counts a refused request.
    pub fn refuse(&self, refused: Refused) {
        let line = refused.line();
        if self.inner.refusals.count(refused, self.inner.clock.now()) {
            tracing::warn!("{line}");
        }
    }

    /// Counts a refused request of a person or of nobody.
    pub fn refuse_to(&self, who: Option<&Who>, kind: &'static str, peer: &Peer, what: &str) {
        let who = who.map_or_else(|| "-".to_owned(), |w| w.actor.text());
        self.refuse(Refused::new(kind, &who, peer.addr, what));
    }

    /// The newest rows of the security log.
    pub fn list_refused(&self, most: i64) -> Result<Vec<Counted>> {
        refusal_store::list_refused(&self.inner.store.hub()?, most)
    }

    /// Writes touches, ended sessions and refusals in one go; writes nothing where there is nothing.
    /// A job of `app`, every minute and before a stop.
    pub fn flush(&self) -> Result<()> {
        let inner = &self.inner;
        let now = inner.clock.now();
        let pending = inner.sessions.take_pending(inner.store.steady_now());
        let refused = inner.refusals.take();
        if pending.is_empty() && refused.is_empty() {
            return Ok(());
        }
        let (keep_pending, keep_refused) = (pending.clone(), refused.clone());
        let stamp = Stamp::new(Actor::System("access").text(), "access.flush", now);
        let written = inner.store.write(ShelfNo::HUB, stamp, move |w| {
            w.quiet("登录时间与拒绝记录的定时记账");
            for digest in &pending.ended {
                session_store::take_session(w, digest)?;
            }
            for (digest, seen) in &pending.touched {
                session_store::set_seen(w, digest, *seen)?;
            }
            for tally in &refused {
                refusal_store::insert_refused(w, tally)?;
            }
            Ok(())
        });
        if let Err(e) = written {
            inner.sessions.give_back(keep_pending);
            inner.refusals.give_back(keep_refused);
            return Err(e);
        }
        Ok(())
    }
}

impl Inner {
    pub fn limiter(&self) -> MutexGuard<'_, Limiter> {
        self.limiter.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes accounts in one transaction that also takes their sessions; then memory follows.
    pub fn change(
        &self,
        stamp: Stamp,
        people: Vec<PersonId>,
        f: impl FnOnce(&mut Write<'_>) -> Result<()> + Send + 'static,
    ) -> Result<()> {
        let theirs = people.clone();
        self.store.write(ShelfNo::HUB, stamp, move |w| {
            w.quiet("账号变动，不影响各类清单");
            for person in &theirs {
                session_store::take_sessions_of(w, *person)?;
            }
            f(w)
        })?;
        for person in &people {
            self.sessions.end_all_of(*person, None);
        }
        self.accounts.refresh(&self.store.hub()?, &people)
    }

    /// Begins a session for whoever proved who they are with this revision of the account.
    pub fn begin(&self, begin: &Begin<'_>) -> Result<Token> {
        let token = Token::new(&self.chance)?.over(begin.peer.https);
        let digest = token.digest();
        // a clock set meanwhile must not log anybody out
        let at = self.store.steady_now();
        let session = Session {
            person: begin.person,
            made_at: at,
            seen_at: at,
            address: begin.peer.addr.to_string(),
            account_rev: begin.rev,
            rights: None,
        };
        let actor = Actor::Person {
            id: begin.person,
            acting_for: None,
        };
        let stamp = Stamp {
            request: begin.request.to_owned(),
            ..Stamp::new(actor.text(), "session.begin", begin.at)
        };
        let replaced = begin.replaces.map(Token::digest);
        let row = session.clone();
        self.store.write(ShelfNo::HUB, stamp, move |w| {
            w.quiet("登录");
            w.note(format!("登录，来自 {}", row.address));
            if let Some(old) = replaced {
                session_store::take_session(w, &old)?;
            }
            match session_store::insert_session(w, &digest, &row)? {
                0 => Err(Error::Conflict("账号刚刚有变动，请重新登录".into())),
                _ => Ok(()),
            }
        })?;
        if let Some(old) = replaced {
            self.sessions.end(&old);
        }
        self.sessions.add(digest, session);
        Ok(token)
    }

    /// The person of an account, kept until directory or account change.
    fn known(&self, directory: &Directory, account: Account) -> Option<Arc<Who>> {
        let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((version, at, who)) = people.get(&account.person)
            && *version == directory.version()
            && *at == account
        {
            return Some(who.clone());
        }
        let who = Arc::new(Who::of(directory, &account)?);
        let known = (directory.version(), account, who.clone());
        people.insert(who.person, known);
        Some(who)
    }
}

/// What a session begins with.
pub(super) struct Begin<'a> {
    pub person: PersonId,
    pub rev: i64,
    pub at: Millis,
    pub peer: &'a Peer,
    pub replaces: Option<&'a Token>,
    pub request: &'a str,
}

fn device_key(store: &Store, chance: &Chance, now: Millis) -> Result<DeviceKey> {
    if let Some(key) = account_store::find_device_key(&store.hub()?)? {
        return DeviceKey::parse(&key)
            .ok_or_else(|| Error::fault("setting access.device_key is damaged"));
    }
    let key = DeviceKey::new(chance)?;
    let text = key.text();
    let stamp = Stamp::new(Actor::System("access").text(), "access.begin", now);
    store.write(ShelfNo::HUB, stamp, move |w| {
        w.quiet("生成本机登录标记的密钥");
        account_store::insert_device_key(w, &text).map(drop)
    })?;
    Ok(key)
}
