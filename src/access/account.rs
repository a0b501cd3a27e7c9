//! Accounts in memory: what every request needs to know of them, without their passwords.
//! The hub's rows decide; a row is read again after each write that changed it.
//! Invariant: `rev` grows with each change of password, state or administrator's roles, so that a
//! session begun before it is over (S24) even where the two raced.

use super::{AdminRole, account_store};
use crate::kit::{DeptId, Millis, PersonId, Result};
use crate::store::Read;
use std::collections::HashMap;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Whether and how an account may enter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// With a one-time password that has to be changed.
    Slip,
    /// With a password of its own.
    Active,
    /// Not at all.
    Disabled,
}

impl State {
    /// As stored.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Slip => "slip",
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }

    /// As people say it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Slip => "待启用",
            Self::Active => "正常",
            Self::Disabled => "已停用",
        }
    }

    /// The state of a stored id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        [Self::Slip, Self::Active, Self::Disabled]
            .into_iter()
            .find(|s| s.id() == id)
    }
}

/// One account, without its password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Whose.
    pub person: PersonId,
    /// Grows with each change that ends sessions.
    pub rev: i64,
    /// Whether it may enter.
    pub state: State,
    /// Administrator's roles.
    pub admin: Vec<AdminRole>,
    /// Departments whose own file it runs.
    pub runs: Vec<DeptId>,
    /// Whether it may make and change procedures.
    pub designs: bool,
    /// Until when a one-time password opens.
    pub slip_until: Option<Millis>,
    /// When the password was set.
    pub changed_at: Millis,
    /// Size of the letters chosen.
    pub zoom: u8,
}

impl Account {
    /// Whether a password of one's own has to be set first.
    #[must_use]
    pub fn must_change(&self) -> bool {
        self.state == State::Slip
    }

    /// Whether the one-time password is too old.
    #[must_use]
    pub fn slip_is_over(&self, now: Millis) -> bool {
        self.state == State::Slip && self.slip_until.is_none_or(|until| until <= now)
    }
}

/// All accounts of one server instance.
pub struct Accounts {
    all: RwLock<HashMap<PersonId, Account>>,
}

impl Accounts {
    /// The accounts of the hub.
    pub fn load(hub: &Read) -> Result<Self> {
        let all = account_store::list_accounts(hub)?;
        Ok(Self {
            all: RwLock::new(all.into_iter().map(|a| (a.person, a)).collect()),
        })
    }

    /// One account.
    #[must_use]
    pub fn get(&self, person: PersonId) -> Option<Account> {
        self.read().get(&person).cloned()
    }

    /// All, by person.
    #[must_use]
    pub fn list(&self) -> Vec<Account> {
        let mut all: Vec<Account> = self.read().values().cloned().collect();
        all.sort_unstable_by_key(|a| a.person);
        all
    }

    /// Whether there is any: a server without one is unclaimed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.read().is_empty()
    }

    /// Reads rows again after a write. Reading happens under the lock, so that of two writers the
    /// older row never lands on top of the newer one.
    pub fn refresh(&self, hub: &Read, people: &[PersonId]) -> Result<()> {
        let mut all = self.write();
        for person in people {
            match account_store::find_account(hub, *person)? {
                Some(account) => all.insert(*person, account),
                None => all.remove(person),
            };
        }
        Ok(())
    }

    fn read(&self) -> RwLockReadGuard<'_, HashMap<PersonId, Account>> {
        self.all.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, HashMap<PersonId, Account>> {
        self.all.write().unwrap_or_else(PoisonError::into_inner)
    }
}
