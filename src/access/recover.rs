//! An administrator who cannot come in and whom nobody can let in: the only one of his kind, without his password, or without
//! phone and spare codes. Whoever sits at the server PC with the recovery key from the safe gets a one-time password for him.
//! Not for anybody else, who asks his administrator. Invariant: never from the LAN; it raises an alarm in the same write.
//!
//! Decision 2026-11-23: asked for is the key that opens the backups. Its holder can restore the whole office at another PC
//! and read it all, so he gains nothing here; a second secret on a second sheet would be lost as the password was.

use super::alarm::{Raised, Rule};
use super::entry::Access;
use super::lockout::Key;
use super::login::locked_minutes;
use super::slip::{self, OPEN_MS, Slip};
use super::{
    Account, Actor, AdminRole, Peer, State, account_store, alarm_store, refusal::Refused,
    second_store,
};
use crate::kit::recovery::RecoveryKey;
use crate::kit::{Error, Millis, PersonId, Result};
use crate::org::Directory;
use crate::store::{Stamp, backup};

/// Who can let others in, and is let in here himself.
const ROLES: [AdminRole; 2] = [AdminRole::System, AdminRole::Security];

/// Somebody at the server PC with the sheet from the safe.
pub struct Recovering<'a> {
    /// Which administrator.
    pub person: PersonId,
    /// The recovery key as typed.
    pub key: &'a str,
    /// From where.
    pub peer: &'a Peer,
    /// The request, as in the log.
    pub request: &'a str,
}

impl Access {
    /// The administrators who can be let in again.
    #[must_use]
    pub fn recoverable(&self, directory: &Directory) -> Vec<Account> {
        let mut all = self.accounts();
        all.retain(|a| is_one(a) && directory.is_here(a.person));
        all
    }

    /// A one-time password for an administrator; his code beside the password is gone, his log-ins end.
    pub fn recover(&self, directory: &Directory, asked: &Recovering<'_>) -> Result<Slip> {
        if !asked.peer.at_server() {
            return Err(Error::Denied(
                "这件事要在服务器那台电脑上办，请到那台电脑上打开砚台".into(),
            ));
        }
        let known = self.recoverable(directory);
        if !known.iter().any(|a| a.person == asked.person) {
            return Err(Error::invalid("who", "请选一位管理员"));
        }
        let number = self.proved(asked)?;
        let at = self.inner.clock.now();
        let slip = Slip {
            person: asked.person,
            words: slip::words(&self.inner.chance)?,
            until: Millis(at.0 + OPEN_MS),
        };
        let phc = self.inner.hasher.hash(&slip::fold(&slip.words))?;
        self.write_recovered(directory, (asked, at), (phc, slip.until, number))?;
        self.forget_code(asked.person);
        Ok(slip)
    }

    /// The number of the sheet, where it is the present one. Only a key that is well written counts as a try: a slip of the
    /// pen is told by its group and says nothing about the right one.
    fn proved(&self, asked: &Recovering<'_>) -> Result<String> {
        let key = RecoveryKey::read(asked.key)?;
        let now = self.inner.clock.now();
        let locked = self.inner.limiter().locked(Key::Recovery, now);
        if let Some(ms) = locked {
            let minutes = locked_minutes(ms);
            let why = format!("恢复码连续写错，请 {minutes} 分钟后再试");
            return Err(Error::invalid("key", why));
        }
        let Some(wanted) = backup::present_number(&self.inner.store)? else {
            return Err(Error::Conflict(
                "这台服务器还没有印过恢复码，不能这样办".into(),
            ));
        };
        if backup::is_present(&self.inner.store, &key)? {
            return Ok(wanted);
        }
        self.inner.limiter().wrong(Key::Recovery, now);
        let name = asked.person.to_string();
        self.refuse(Refused::new(
            "login.recovery",
            &format!("person:{name}"),
            asked.peer.addr,
            "recover",
        ));
        let why = format!(
            "恢复码不对：要用编号 {wanted} 的那一张，您写的是编号 {} 的。请找右上角印着 {wanted} 的再写一次；连续写错 5 次要等 10 分钟",
            key.number()
        );
        Err(Error::invalid("key", why))
    }

    fn write_recovered(
        &self,
        directory: &Directory,
        (asked, at): (&Recovering<'_>, Millis),
        (phc, until, number): (String, Millis, String),
    ) -> Result<()> {
        let person = asked.person;
        let name = directory.person_name(person).to_owned();
        let stamp = Stamp {
            target: person.to_string(),
            request: asked.request.to_owned(),
            ..Stamp::new(Actor::System("recovery").text(), "account.recover", at)
        };
        let raised = Raised {
            rule: Rule::Recovered,
            who: format!("person:{person}"),
            address: asked.peer.addr.to_string(),
            words: "在服务器电脑上凭恢复码换发了一次性密码，动态验证码也重置了".into(),
            at,
        };
        self.inner.change(stamp, vec![person], move |w| {
            let found = account_store::find_account(w, person)?;
            if !found.as_ref().is_some_and(is_one) {
                let why = "这个账号刚刚有变动，请刷新页面后再办";
                return Err(Error::Conflict(why.into()));
            }
            w.note(format!(
                "凭恢复码（编号 {number}）给管理员{name}发一次性密码，重置动态验证码"
            ));
            account_store::insert_slip(w, person, &phc, until)?;
            second_store::take_second(w, person)?;
            alarm_store::insert_alarm(w, &raised).map(drop)
        })
    }
}

fn is_one(account: &Account) -> bool {
    // who was shut out on purpose stays out: there is always another one of his kind
    account.state != State::Disabled && account.admin.iter().any(|r| ROLES.contains(r))
}
