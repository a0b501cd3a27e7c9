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
use super::safety::Safety;
use super::second::Seconds;
use super::session::{Session, Sessions};
use super::setup::FirstRun;
use super::token::{Chance, Token};
use super::watch::Watch;
use super::{Account, Actor, Peer, Who, alarm_store, refusal_store, safety_store, session_store};
use crate::kit::{Clock, Digest, Error, Millis, PersonId, Result, ShelfNo, Zone};
use crate::org::Directory;
use crate::store::{Stamp, Store, Write};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

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

/// A person as computed for one state of directory and account, and what they have to do first.
type Known = (u64, Account, First, Arc<Who>);

/// What somebody has to do before anything else, beside changing a one-time password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct First {
    /// The password is older than the office lets it be.
    expired: bool,
    /// The office wants a code of this person, and there is none yet.
    must_enrol: bool,
}

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
    pub seconds: Seconds,
    pub watch: Watch,
    limiter: Mutex<Limiter>,
    people: Mutex<HashMap<PersonId, Known>>,
    safety: RwLock<Safety>,
}

impl Access {
    /// Reads accounts and sessions of the hub.
    pub fn open(store: &Store, setup: Setup) -> Result<Self> {
        let clock = store.clock().clone();
        let device_key = device_key(store, &setup.chance, clock.now())?;
        let hub = store.hub()?;
        let sessions = session_store::list_sessions(&hub)?;
        let safety = safety_store::find_safety(&hub)?;
        let inner = Inner {
            accounts: Accounts::load(&hub)?,
            sessions: Sessions::of(sessions, clock.now(), safety.limits()),
            seconds: Seconds::load(&hub)?,
            watch: Watch::new(setup.zone),
            safety: RwLock::new(safety),
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

    /// Accounts whose password could be read back from the files: none, as the self-check sees for itself.
    pub fn plain_passwords(&self) -> Result<i64> {
        account_store::count_plain(&self.inner.store.hub()?)
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
        Some(session.left(now, self.inner.sessions.limits()))
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
        let now = self.inner.clock.now();
        self.inner.watch.refused(&refused, now);
        if self.inner.refusals.count(refused, now) {
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
        let raised = inner.watch.take();
        if pending.is_empty() && refused.is_empty() && raised.is_empty() {
            return Ok(());
        }
        let keep = (pending.clone(), refused.clone(), raised.clone());
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
            for alarm in &raised {
                alarm_store::insert_alarm(w, alarm)?;
            }
            Ok(())
        });
        if let Err(e) = written {
            inner.sessions.give_back(keep.0);
            inner.refusals.give_back(keep.1);
            inner.watch.give_back(keep.2);
            return Err(e);
        }
        Ok(())
    }
}

impl Inner {
    pub fn limiter(&self) -> MutexGuard<'_, Limiter> {
        self.limiter.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the office chose.
    pub fn safety(&self) -> Safety {
        *self.safety.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// It was chosen anew.
    pub fn take_safety(&self, safety: Safety) {
        *self.safety.write().unwrap_or_else(PoisonError::into_inner) = safety;
        self.sessions.set_limits(safety.limits());
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

    /// The person of an account, kept until directory, account or what is asked of them first changes.
    fn known(&self, directory: &Directory, account: Account) -> Option<Arc<Who>> {
        let first = self.first(directory, &account);
        let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((version, at, before, who)) = people.get(&account.person)
            && *version == directory.version()
            && *at == account
            && *before == first
        {
            return Some(who.clone());
        }
        let mut who = Who::of(directory, &account)?;
        who.expired = first.expired;
        who.must_change |= first.expired;
        who.must_enrol = first.must_enrol;
        let who = Arc::new(who);
        let known = (directory.version(), account, first, who.clone());
        people.insert(who.person, known);
        Some(who)
    }

    fn first(&self, directory: &Directory, account: &Account) -> First {
        let safety = self.safety();
        let person = account.person;
        let old = |most: i64| self.clock.now().0 - account.changed_at.0 >= most;
        let own = account.state == super::State::Active;
        let wanted = safety.codes && safety.wants_code(&directory.roles_of(person), &account.admin);
        First {
            expired: own && safety.password_ms().is_some_and(old),
            must_enrol: wanted && !self.seconds.has(person),
        }
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
