//! Letting people in by name, mobile or staff number (U67). What is said, how long it takes and what is
//! counted are the same for a name nobody has (S28): one hash each time, and locks are announced by what
//! was typed, not by whose account it is.
//!
//! Decision 2026-11-21: what several people are called is answered with their departments before any
//! password is looked at; it tells no more than the sign on the office's door. The alternative, trying
//! the password on each of them, lets one namesake lock the other.

use super::account::{Account, State};
use super::account_store;
use super::entry::Access;
use super::lockout::{Key, LOCK_MS, TRIES};
use super::refusal::{Refused, mask};
use super::second::Proved;
use super::slip;
use super::token::Token;
use super::{Peer, session};
use crate::kit::{DeptId, Digest, Error, Millis, PersonId, Result, text};
use crate::org::Directory;

/// Longest name and password looked at.
const LONGEST: usize = 256;

/// Somebody at the log-in page.
pub struct Attempt<'a> {
    /// Name, mobile or staff number as typed.
    pub name: &'a str,
    /// Password as typed.
    pub password: &'a str,
    /// Department, where namesakes had to choose.
    pub dept: Option<DeptId>,
    /// From where.
    pub peer: &'a Peer,
    /// Cookie of a browser that entered before.
    pub device: Option<&'a str>,
    /// What this browser's cookie was until now: it dies (S23).
    pub replaces: Option<&'a Token>,
    /// The request, as in the log.
    pub request: &'a str,
}

/// What came of it.
#[derive(Debug)]
pub enum LoginOutcome {
    /// Logged in.
    Entered(Entered),
    /// Several people have this name: these are their departments.
    ChooseDepartment(Vec<(DeptId, String)>),
    /// Namesakes in one department: only a number tells them apart.
    UseNumber,
    /// Name or password does not fit.
    Wrong,
    /// Too many wrong passwords for what was typed.
    Locked {
        /// Minutes to wait.
        minutes: i64,
    },
    /// Too many wrong passwords from this address.
    Slowed {
        /// Seconds to wait.
        seconds: i64,
    },
    /// The one-time password was right and is too old.
    SlipOver,
    /// The password was right and the account may not enter.
    Disabled,
    /// The password was right; the code is asked for on a second page, which sends this back.
    Code {
        /// Opens nothing by itself.
        half: String,
    },
    /// That code does not fit.
    WrongCode {
        /// The same again.
        half: String,
    },
    /// The second page stood open too long, or too many codes were tried.
    HalfOver,
}

/// A fresh log-in.
#[derive(Debug)]
pub struct Entered {
    /// For the session's cookie.
    pub token: Token,
    /// For the long-lived cookie of this browser.
    pub device: String,
    /// Who.
    pub person: PersonId,
    /// Whether a password of one's own has to be set first.
    pub must_change: bool,
}

impl LoginOutcome {
    /// What the page says; nothing where somebody entered.
    #[must_use]
    pub fn sentence(&self) -> Option<String> {
        let minutes = LOCK_MS / 60_000;
        Some(match self {
            Self::Entered(_) | Self::Code { .. } => return None,
            Self::ChooseDepartment(_) => "有几位同名的同事，请选一下您所在的部门".into(),
            Self::UseNumber => "同部门有同名的同事，请改用手机号或工号登录".into(),
            Self::Wrong => format!(
                "姓名或密码不对，请核对后再输一次。连续输错 {TRIES} 次要等 {minutes} 分钟；忘记密码请找系统管理员换发一次性密码"
            ),
            Self::Locked { minutes } => {
                format!("密码连续输错 {TRIES} 次，请 {minutes} 分钟后再试；着急可请安全管理员解锁")
            }
            Self::Slowed { seconds } => {
                format!("这个网络地址输错的次数较多，请 {seconds} 秒后再试")
            }
            Self::SlipOver => "一次性密码已过期，请系统管理员换发一张".into(),
            Self::Disabled => "这个账号已停用，请与系统管理员联系".into(),
            Self::WrongCode { .. } => {
                "验证码不对。请看手机上现在的六位数字，每个只能用一次；手机不在身边，可以用打印的备用码".into()
            }
            Self::HalfOver => "等得久了，或者试的次数多了，请从密码重新开始".into(),
        })
    }
}

/// Whom the typed name means.
enum Meant {
    One(PersonId),
    Several(Vec<(DeptId, String)>),
    SameDepartment,
    Nobody,
}

/// One attempt on its way, with what is decided about it so far.
struct Case<'a> {
    attempt: &'a Attempt<'a>,
    now: Millis,
    typed: Digest,
    account: Option<Account>,
    /// From a browser this account has entered from.
    known: bool,
}

impl Case<'_> {
    /// Whose wrong passwords these are.
    fn key(&self) -> Option<Key> {
        let person = self.account.as_ref()?.person;
        Some(if self.known {
            Key::Known(person)
        } else {
            Key::Person(person)
        })
    }

    /// The lock that may be announced.
    fn said(&self) -> Key {
        match self.key() {
            Some(key @ Key::Known(_)) => key,
            _ => Key::Typed(self.typed),
        }
    }
}

impl Access {
    /// Tries to log somebody in. `Busy` where too many do at once (S55).
    pub fn login(&self, directory: &Directory, attempt: &Attempt<'_>) -> Result<LoginOutcome> {
        if [attempt.name, attempt.password]
            .iter()
            .any(|t| t.chars().count() > LONGEST)
        {
            return Err(Error::invalid("name", "姓名或密码太长，请检查是否粘贴错了"));
        }
        let meant = self.meant(directory, attempt);
        let case = self.case(attempt, &meant);
        if let Some(outcome) = self.barred(&case) {
            self.log_refusal(directory, &case, &outcome);
            return Ok(outcome);
        }
        match meant {
            Meant::Several(departments) => {
                self.inner.hasher.fits(attempt.password, None)?;
                Ok(LoginOutcome::ChooseDepartment(departments))
            }
            Meant::SameDepartment => {
                self.inner.hasher.fits(attempt.password, None)?;
                Ok(LoginOutcome::UseNumber)
            }
            Meant::One(_) | Meant::Nobody => {
                let outcome = self.verify(directory, &case)?;
                self.log_refusal(directory, &case, &outcome);
                Ok(outcome)
            }
        }
    }

    fn case<'a>(&self, attempt: &'a Attempt<'a>, meant: &Meant) -> Case<'a> {
        let now = self.inner.clock.now();
        let account = match meant {
            Meant::One(person) => self.inner.accounts.get(*person),
            _ => None,
        };
        let known = account
            .as_ref()
            .zip(attempt.device)
            .is_some_and(|(a, c)| self.inner.device_key.knows(c, a.person, a.changed_at, now));
        let dept = attempt.dept.map_or(0, |d| d.0);
        let typed = text::fold_search(attempt.name);
        Case {
            attempt,
            now,
            typed: Digest::of_parts(&[typed.as_bytes(), &dept.to_be_bytes()]),
            account,
            known,
        }
    }

    /// Whom the name means: numbers first, they are nobody else's.
    fn meant(&self, directory: &Directory, attempt: &Attempt<'_>) -> Meant {
        let name = attempt.name;
        let number = directory
            .by_mobile(name)
            .or_else(|| directory.by_staff_no(name));
        if let Some(person) = number {
            return Meant::One(person.id);
        }
        let mut people: Vec<PersonId> = directory
            .named(name)
            .map(|p| p.id)
            .filter(|p| self.inner.accounts.get(*p).is_some())
            .collect();
        if let (true, Some(dept)) = (people.len() > 1, attempt.dept) {
            people.retain(|p| directory.posts_of(*p).any(|post| post.department == dept));
        }
        match people.as_slice() {
            [] => Meant::Nobody,
            [one] => Meant::One(*one),
            several => {
                let mut departments: Vec<(DeptId, String)> = several
                    .iter()
                    .filter_map(|p| directory.dept_of(*p))
                    .map(|d| (d.id, d.name.clone()))
                    .collect();
                departments.sort();
                departments.dedup();
                if departments.len() < 2 {
                    return Meant::SameDepartment;
                }
                Meant::Several(departments)
            }
        }
    }

    /// What is refused before a password is looked at: the same for names that exist and others.
    fn barred(&self, case: &Case<'_>) -> Option<LoginOutcome> {
        let mut limiter = self.inner.limiter();
        if !case.known
            && let Some(ms) = limiter.slowed(case.attempt.peer.counted(), case.now)
        {
            return Some(LoginOutcome::Slowed {
                seconds: (ms + 999) / 1000,
            });
        }
        limiter.locked(case.said(), case.now).map(locked_for)
    }

    fn verify(&self, directory: &Directory, case: &Case<'_>) -> Result<LoginOutcome> {
        let hub = self.inner.store.hub()?;
        // asked for nobody as well, so that a name nobody has takes as long
        let person = case.account.as_ref().map_or(PersonId(0), |a| a.person);
        let stored = account_store::find_password(&hub, person)?;
        drop(hub);
        let stored = stored.filter(|_| !self.is_locked(case));
        let one_time = case.account.as_ref().is_some_and(Account::must_change);
        let password = if one_time {
            slip::fold(case.attempt.password)
        } else {
            case.attempt.password.to_owned()
        };
        let phc = stored.as_ref().map(|(phc, _)| phc.as_str());
        let fits = self.inner.hasher.fits(&password, phc)?;
        match (&case.account, stored) {
            // locked meanwhile: of many tries at once only the first five count
            (Some(account), Some((_, rev))) if fits && !self.is_locked(case) => {
                self.admit(directory, case, (account, rev))
            }
            _ => Ok(self.note_wrong(case)),
        }
    }

    fn is_locked(&self, case: &Case<'_>) -> bool {
        let key = case.key();
        key.is_some_and(|key| self.inner.limiter().locked(key, case.now).is_some())
    }

    fn note_wrong(&self, case: &Case<'_>) -> LoginOutcome {
        let mut limiter = self.inner.limiter();
        let addr = case.attempt.peer.counted();
        limiter.wrong_from(addr, case.typed, case.now);
        if let Some(key) = case.key()
            && limiter.locked(key, case.now).is_none()
        {
            limiter.wrong(key, case.now);
        }
        if case.said() == Key::Typed(case.typed) {
            limiter.wrong(Key::Typed(case.typed), case.now);
        }
        limiter
            .locked(case.said(), case.now)
            .map_or(LoginOutcome::Wrong, locked_for)
    }

    fn admit(
        &self,
        directory: &Directory,
        case: &Case<'_>,
        (account, rev): (&Account, i64),
    ) -> Result<LoginOutcome> {
        if account.state == State::Disabled {
            return Ok(LoginOutcome::Disabled);
        }
        if account.slip_is_over(case.now) {
            return Ok(LoginOutcome::SlipOver);
        }
        let proved = Proved {
            account,
            rev,
            typed: case.typed,
            replaces: case.attempt.replaces,
        };
        if self.has_code(account.person) {
            return self.half(&proved, case.now);
        }
        let from = (case.attempt.peer, case.attempt.request);
        self.let_in(directory, &proved, from, case.now)
    }

    fn log_refusal(&self, directory: &Directory, case: &Case<'_>, outcome: &LoginOutcome) {
        let kind = match outcome {
            LoginOutcome::Wrong => "login.wrong",
            LoginOutcome::Locked { .. } => "login.locked",
            LoginOutcome::Slowed { .. } => "login.slowed",
            LoginOutcome::SlipOver => "login.slip_over",
            LoginOutcome::Disabled => "login.disabled",
            _ => return,
        };
        let who = case.account.as_ref().map_or_else(
            || mask(case.attempt.name),
            |a| directory.person_name(a.person).to_owned(),
        );
        self.refuse(Refused::new(kind, &who, case.attempt.peer.addr, "login"));
    }
}

pub(super) fn locked_for(ms: i64) -> LoginOutcome {
    LoginOutcome::Locked {
        minutes: locked_minutes(ms),
    }
}

/// Minutes to wait, as people are told.
pub(super) const fn locked_minutes(ms: i64) -> i64 {
    (ms + 59_999) / 60_000
}

/// For how many seconds the session's cookie is kept; the server decides anyway.
pub const COOKIE_SECONDS: i64 = session::LIFE_MS / 1000;
