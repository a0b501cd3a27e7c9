//! A code beside the password (动态验证码, GB/T 22239-2019 8.1.4.1 d): setting it up on one's own phone, ten spare codes
//! on paper, and the second page of the log-in. The arithmetic is `kit::one_time`.
//! Invariant: between the two pages of a log-in there is no session: what is held then opens nothing, is known to
//! this process alone, ends after five minutes or five wrong codes, and is gone with the first right one.
//!
//! Decision 2026-11-23: it is set up at the server PC or over HTTPS; anywhere else its page says how to come there. Over plain
//! HTTP the secret would cross the same line as the password, and whoever listens would have both; that leaders come to a code
//! sooner that way lost against it.

use super::account::State;
use super::entry::{Access, Begin};
use super::lockout::Key;
use super::login::{Entered, LoginOutcome, locked_for};
use super::token::{Token, keyed};
use super::{Account, AdminRole, Allowed, Peer, Permit, Place, action, second_store, slip};
use crate::kit::{Digest, Error, Millis, PersonId, Result, ShelfNo, one_time, secret};
use crate::org::Directory;
use crate::store::{Query, Stamp};
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

action!(pub SeeCode, "account.code_see", "看动态验证码", Allowed::Newcomer, Place::Anywhere);
action!(pub KeepCode, "account.code", "设置动态验证码", Allowed::Newcomer, Place::ServerOrHttps);
action!(
    pub ResetCode,
    "account.code_reset",
    "重置动态验证码",
    Allowed::Admins(&[AdminRole::Security]),
    Place::ServerOrHttps,
);

/// Spare codes printed.
pub const SPARES: usize = 10;
/// Between the two pages of a log-in, and between showing a secret and its first code.
const PATIENCE_MS: i64 = 300_000;
const BEGUN_MS: i64 = 3 * PATIENCE_MS;
/// Wrong codes of one log-in.
const TRIES: u8 = 5;
/// Log-ins half way at once; beyond it the oldest go.
const MOST: usize = 2_000;

/// A log-in whose password was right.
#[derive(Clone)]
struct Half {
    person: PersonId,
    rev: i64,
    typed: Digest,
    replaces: Option<Token>,
    until: Millis,
    wrong: u8,
}

#[derive(Default)]
struct Held {
    /// Who has a code.
    people: HashSet<PersonId>,
    half: HashMap<Digest, Half>,
    /// Secrets shown and not proved yet.
    begun: HashMap<PersonId, (Vec<u8>, Millis)>,
}

/// Codes of one server instance.
#[derive(Default)]
pub(super) struct Seconds {
    held: Mutex<Held>,
}

impl Seconds {
    pub(super) fn load(hub: &impl Query) -> Result<Self> {
        let people = second_store::list_people(hub)?.into_iter().collect();
        Ok(Self {
            held: Mutex::new(Held {
                people,
                ..Held::default()
            }),
        })
    }

    pub(super) fn has(&self, person: PersonId) -> bool {
        self.lock().people.contains(&person)
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A secret to be taken over by a phone.
pub struct Begun {
    /// What the QR code says.
    pub address: String,
    /// The same to be typed, in groups of four.
    pub words: String,
}

/// Somebody at the second page of the log-in.
pub struct CodeAttempt<'a> {
    /// What the first page gave.
    pub half: &'a str,
    /// Six digits, or a spare code.
    pub code: &'a str,
    /// From where.
    pub peer: &'a Peer,
    /// The request, as in the log.
    pub request: &'a str,
}

/// What the first page of a log-in found out.
pub(super) struct Proved<'a> {
    pub account: &'a Account,
    pub rev: i64,
    pub typed: Digest,
    pub replaces: Option<&'a Token>,
}

impl Access {
    /// Whether somebody has a code.
    #[must_use]
    pub fn has_code(&self, person: PersonId) -> bool {
        self.inner.seconds.has(person)
    }

    /// Spare codes somebody has left.
    pub fn spares_left(&self, person: PersonId) -> Result<i64> {
        second_store::count_spares(&self.inner.store.hub()?, person)
    }

    /// The password was right and a code is asked for: what the second page sends back. Opens nothing.
    pub(super) fn half(&self, proved: &Proved<'_>, now: Millis) -> Result<LoginOutcome> {
        let token = Token::new(&self.inner.chance)?;
        let half = Half {
            person: proved.account.person,
            rev: proved.rev,
            typed: proved.typed,
            replaces: proved.replaces.cloned(),
            until: Millis(now.0 + PATIENCE_MS),
            wrong: 0,
        };
        let mut held = self.inner.seconds.lock();
        held.half.retain(|_, h| h.until > now);
        if held.half.len() >= MOST {
            held.half.clear();
        }
        held.half.insert(token.digest(), half);
        Ok(LoginOutcome::Code { half: token.text() })
    }

    /// The second page: a right code begins the session.
    pub fn second(&self, directory: &Directory, attempt: &CodeAttempt<'_>) -> Result<LoginOutcome> {
        let now = self.inner.clock.now();
        let Some(digest) = Token::parse(attempt.half).map(|t| t.digest()) else {
            return Ok(LoginOutcome::HalfOver);
        };
        let found = self.inner.seconds.lock().half.get(&digest).cloned();
        let Some(half) = found.filter(|h| h.until > now && h.wrong < TRIES) else {
            return Ok(LoginOutcome::HalfOver);
        };
        let same = |a: &Account| a.rev == half.rev && a.state != State::Disabled;
        let Some(account) = self.account(half.person).filter(same) else {
            return Ok(LoginOutcome::HalfOver);
        };
        let key = Key::Code(half.person);
        let locked = self.inner.limiter().locked(key, now);
        if let Some(ms) = locked {
            return Ok(locked_for(ms));
        }
        if !self.take_code(half.person, attempt.code, now)? {
            return Ok(self.wrong_code(directory, (digest, &half), attempt, now));
        }
        // of two right codes of the same half one begins a session
        if self.inner.seconds.lock().half.remove(&digest).is_none() {
            return Ok(LoginOutcome::HalfOver);
        }
        let proved = Proved {
            account: &account,
            rev: half.rev,
            typed: half.typed,
            replaces: half.replaces.as_ref(),
        };
        self.let_in(directory, &proved, (attempt.peer, attempt.request), now)
    }

    fn wrong_code(
        &self,
        directory: &Directory,
        (digest, half): (Digest, &Half),
        attempt: &CodeAttempt<'_>,
        now: Millis,
    ) -> LoginOutcome {
        if let Some(half) = self.inner.seconds.lock().half.get_mut(&digest) {
            half.wrong += 1;
        }
        let mut limiter = self.inner.limiter();
        limiter.wrong(Key::Code(half.person), now);
        limiter.wrong_from(attempt.peer.counted(), half.typed, now);
        let locked = limiter.locked(Key::Code(half.person), now);
        drop(limiter);
        let name = directory.person_name(half.person);
        self.refuse(super::Refused::new(
            "login.code",
            name,
            attempt.peer.addr,
            "login",
        ));
        locked.map_or(
            LoginOutcome::WrongCode {
                half: attempt.half.to_owned(),
            },
            locked_for,
        )
    }

    /// Whether a code opens; it is used up with the answer.
    fn take_code(&self, person: PersonId, typed: &str, now: Millis) -> Result<bool> {
        let hub = self.inner.store.hub()?;
        let Some((sealed, used)) = second_store::find_second(&hub, person)? else {
            return Ok(false);
        };
        drop(hub);
        let key = self.inner.store.machine_key()?;
        let secret = secret::open(&key, &about(person), &sealed).ok_or_else(|| {
            Error::Busy("动态验证码在这台电脑上打不开，数据文件夹里的 machine.key 换过了。请安全管理员重置您的动态验证码".into())
        })?;
        let stamp = Stamp::new(format!("person:{person}"), "session.code", now);
        if let Some(step) = one_time::fits(&secret, typed, now, used) {
            let taken = self.inner.store.write(ShelfNo::HUB, stamp, move |w| {
                w.quiet("动态验证码用过一次");
                second_store::set_used(w, person, step)
            })?;
            return Ok(taken.value == 1);
        }
        let typed = slip::fold(typed);
        if typed.chars().count() != slip::LENGTH {
            return Ok(false);
        }
        let digest = spare_digest(&key, person, &typed);
        let taken = self.inner.store.write(ShelfNo::HUB, stamp, move |w| {
            w.quiet("备用码用掉一个");
            let n = second_store::take_spare(w, person, &digest)?;
            if n == 1 {
                w.note("用备用码登录");
            }
            Ok(n)
        })?;
        Ok(taken.value == 1)
    }

    /// A fresh secret for one's own phone; it counts only once a code of it was typed. Asks for the password again.
    pub fn begin_code(&self, permit: &Permit<KeepCode>, own: &str, office: &str) -> Result<Begun> {
        self.check_own(permit, own)?;
        let secret: [u8; one_time::SECRET] = self.inner.chance.bytes()?;
        let who = permit.who();
        let until = Millis(permit.at().0 + BEGUN_MS);
        let mut held = self.inner.seconds.lock();
        held.begun.insert(who.person, (secret.to_vec(), until));
        Ok(shown(&secret, office, &who.name))
    }

    /// The secret that is being set up, to be shown again.
    #[must_use]
    pub fn begun_code(&self, permit: &Permit<KeepCode>, office: &str) -> Option<Begun> {
        let secret = self.begun(permit.who().person, permit.at())?;
        Some(shown(&secret, office, &permit.who().name))
    }

    fn begun(&self, person: PersonId, now: Millis) -> Option<Vec<u8>> {
        let held = self.inner.seconds.lock();
        let found = held.begun.get(&person).filter(|(_, until)| *until > now);
        found.map(|(secret, _)| secret.clone())
    }

    /// The first code of the phone: from now on it is asked for. Gives the spare codes, to be shown once.
    pub fn keep_code(&self, permit: &Permit<KeepCode>, typed: &str) -> Result<Vec<String>> {
        let (person, now) = (permit.who().person, permit.at());
        let over = "时间过得久了，请从头再设一次";
        let found = self.begun(person, now);
        let secret = found.ok_or_else(|| Error::invalid("code", over))?;
        let Some(step) = one_time::fits(&secret, typed, now, 0) else {
            let why =
                "验证码不对。请看手机上现在的六位数字；总是不对，就核对一下手机和服务器的时间";
            return Err(Error::invalid("code", why));
        };
        let key = self.inner.store.machine_key()?;
        let sealed = secret::seal(&key, &about(person), &secret)?;
        let words = (0..SPARES).map(|_| slip::words(&self.inner.chance));
        let words: Vec<String> = words.collect::<Result<_>>()?;
        let digests: Vec<Digest> = words
            .iter()
            .map(|w| spare_digest(&key, person, &slip::fold(w)))
            .collect();
        self.inner
            .store
            .write(ShelfNo::HUB, permit.stamp_on(person), move |w| {
                w.quiet("开通动态验证码");
                w.note("开通动态验证码");
                second_store::insert_second(w, person, (&sealed, step))?;
                second_store::set_spares(w, person, &digests)
            })?;
        let mut held = self.inner.seconds.lock();
        held.begun.remove(&person);
        held.people.insert(person);
        Ok(words)
    }

    /// Does without a code again, where the office lets one. Asks for the password.
    pub fn end_code(&self, permit: &Permit<KeepCode>, own: &str) -> Result<()> {
        let who = permit.who();
        if self.safety().wants_code(&who.roles, &who.admin) {
            let why = "本单位要求管理员和领导使用动态验证码，不能停用。换手机请用“重新设置”";
            return Err(Error::Denied(why.into()));
        }
        self.check_own(permit, own)?;
        let person = who.person;
        self.inner
            .store
            .write(ShelfNo::HUB, permit.stamp_on(person), move |w| {
                w.quiet("停用动态验证码");
                w.note("停用动态验证码");
                second_store::take_second(w, person)
            })?;
        self.inner.seconds.lock().people.remove(&person);
        Ok(())
    }

    /// A lost phone: the security administrator takes the code away, and all log-ins of the person end.
    pub fn reset_code(&self, permit: &Permit<ResetCode>, person: PersonId) -> Result<()> {
        self.inner
            .change(permit.stamp_on(person), vec![person], move |w| {
                w.note("重置动态验证码");
                second_store::take_second(w, person).map(drop)
            })?;
        self.forget_code(person);
        Ok(())
    }

    /// What is kept in memory of a code that was taken away, and of the wrong ones before it.
    pub(super) fn forget_code(&self, person: PersonId) {
        let mut held = self.inner.seconds.lock();
        held.people.remove(&person);
        held.half.retain(|_, h| h.person != person);
        held.begun.remove(&person);
        drop(held);
        self.inner.limiter().unlock(person);
    }

    /// Begins the session of somebody who proved all that was asked for.
    pub(super) fn let_in(
        &self,
        directory: &Directory,
        proved: &Proved<'_>,
        (peer, request): (&Peer, &str),
        now: Millis,
    ) -> Result<LoginOutcome> {
        let account = proved.account;
        let person = account.person;
        self.inner
            .limiter()
            .right(peer.counted(), proved.typed, person, now);
        let token = self.inner.begin(&Begin {
            person,
            rev: proved.rev,
            at: now,
            peer,
            replaces: proved.replaces,
            request,
        })?;
        if !account.admin.is_empty() {
            let watch = &self.inner.watch;
            let works = directory.calendar().is_working(watch.zone().day(now));
            watch.admin_in((person, &peer.addr.to_string()), works, now);
        }
        let key = &self.inner.device_key;
        Ok(LoginOutcome::Entered(Entered {
            token,
            device: key.cookie(person, account.changed_at, now),
            person,
            must_change: account.must_change(),
        }))
    }
}

/// What the sealed secret is sealed as.
fn about(person: PersonId) -> String {
    format!("code of person {person}")
}

/// Under the folder's key, so that a copied hub does not let anybody try all words.
fn spare_digest(key: &[u8; 32], person: PersonId, folded: &str) -> Digest {
    keyed(key, &[b"spare", &person.0.to_be_bytes(), folded.as_bytes()])
}

fn shown(secret: &[u8], office: &str, name: &str) -> Begun {
    let letters: Vec<char> = one_time::base32(secret).chars().collect();
    let groups = letters.chunks(4).map(|g| g.iter().collect::<String>());
    Begun {
        address: one_time::address(secret, office, name),
        words: groups.collect::<Vec<_>>().join(" "),
    }
}
