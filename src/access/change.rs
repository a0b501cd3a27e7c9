//! What changes an account: its password, whether it may enter, what it administers. Each takes the
//! permit of its action, ends the person's sessions in the same transaction (S24) and leaves an audit
//! row. Invariant: nothing here takes a role, state or person from a form without its own action (S32),
//! and there is always somebody left who can let others in.

use super::account::State;
use super::entry::{Access, Begin};
use super::lockout::Key;
use super::rule::{self, Personal};
use super::safety::PAST;
use super::setup;
use super::slip;
use super::token::Token;
use super::{Action, AdminRole, Allowed, Peer, Permit, Place, account_store, action, safety_store};
use crate::kit::{DeptId, Digest, Error, PersonId, Result, ShelfNo};
use crate::org::Directory;
use crate::store::{Stamp, Write};

action!(pub ChangePassword, "account.password", "修改密码", Allowed::Newcomer, Place::Anywhere);
action!(pub SetZoom, "account.zoom", "调整字号", Allowed::Newcomer, Place::Anywhere);
action!(pub LogOut, "session.end", "退出登录", Allowed::Newcomer, Place::Anywhere);
action!(pub EndOwnSessions, "session.end_own", "退出我的全部登录", Allowed::SignedIn, Place::Anywhere);
action!(
    pub EndSessions,
    "session.end_all",
    "让某人退出全部登录",
    Allowed::Admins(&[AdminRole::Security]),
    Place::ServerOrHttps,
);
action!(
    pub DisableAccount,
    "account.disable",
    "停用账号",
    Allowed::Admins(&[AdminRole::Security, AdminRole::System]),
    Place::ServerOrHttps,
);
action!(
    pub UnlockAccount,
    "account.unlock",
    "解锁账号",
    Allowed::Admins(&[AdminRole::Security]),
    Place::ServerOrHttps,
);
action!(
    pub GrantAdmin,
    "account.admin",
    "授予管理角色",
    Allowed::Admins(&[AdminRole::Security]),
    Place::ServerOrHttps,
);
action!(
    pub GrantDept,
    "account.dept_admin",
    "指定部门自管员",
    Allowed::Admins(&[AdminRole::Security, AdminRole::System]),
    Place::ServerOrHttps,
);

action!(
    pub GrantDesign,
    "account.design",
    "授予设计权限",
    Allowed::Admins(&[AdminRole::System]),
    Place::Anywhere,
);

/// Largest size of letters.
const ZOOM_MOST: u8 = 4;

/// A password of one's own, as typed.
pub struct NewPassword<'a> {
    /// The present one; not asked for after a slip.
    pub old: &'a str,
    /// The new one.
    pub new: &'a str,
    /// The new one again.
    pub again: &'a str,
}

/// What a browser gets whose password was changed from it: the old cookies are worthless.
#[derive(Debug)]
pub struct Renewed {
    /// For the session's cookie.
    pub token: Token,
    /// For the long-lived cookie of this browser.
    pub device: String,
}

/// The first account of a server, made by whoever typed the code of its own screen (README decision 18).
pub struct Founder<'a> {
    /// Who; the person stands in the hub already.
    pub person: PersonId,
    /// The password chosen.
    pub password: &'a str,
    /// What it must not be.
    pub about: &'a Personal,
    /// From where.
    pub peer: &'a Peer,
    /// The request, as in the log.
    pub request: &'a str,
}

/// What is known about a person, from the directory.
#[must_use]
pub fn personal(directory: &Directory, person: PersonId) -> Personal {
    let mut office = Vec::new();
    for organ in directory.organs() {
        office.extend([organ.name.clone(), organ.short_name.clone()]);
    }
    if let Some(dept) = directory.dept_of(person) {
        office.extend([dept.name.clone(), dept.short_name.clone()]);
    }
    let found = directory.person(person);
    Personal {
        name: found.map_or_else(String::new, |p| p.name.clone()),
        mobile: found.and_then(|p| p.mobile.clone()).unwrap_or_default(),
        staff_no: found.and_then(|p| p.staff_no.clone()).unwrap_or_default(),
        office,
    }
}

impl Access {
    /// Sets a password of one's own and begins a session in this browser; all others end.
    pub fn change_password(
        &self,
        permit: &Permit<ChangePassword>,
        directory: &Directory,
        typed: &NewPassword<'_>,
        peer: &Peer,
    ) -> Result<Renewed> {
        let person = permit.who().person;
        let rev = self.check_old(permit, typed)?;
        if typed.new != typed.again {
            let why = "两次输入的新密码不一样，请再输一次";
            return Err(Error::invalid("again", why));
        }
        rule::check_for(typed.new, &personal(directory, person), &self.safety())?;
        self.check_past(person, typed.new)?;
        let phc = self.inner.hasher.hash(typed.new)?;
        self.inner
            .change(permit.stamp_on(person), vec![person], move |w| {
                w.note("修改密码");
                safety_store::insert_past(w, person)?;
                must_hit(account_store::set_password(w, person, rev, &phc)?)
            })?;
        self.enter(person, permit, peer)
    }

    /// In 等保模式 no password comes back that was one of the last five.
    fn check_past(&self, person: PersonId, new: &str) -> Result<()> {
        if !self.safety().graded {
            return Ok(());
        }
        let past = safety_store::list_past(&self.inner.store.hub()?, person)?;
        for phc in past {
            if self.inner.hasher.fits(new, Some(&phc))? {
                let why = format!("这个密码以前用过，请换一个和最近 {PAST} 次都不同的");
                return Err(Error::invalid("password", why));
            }
        }
        Ok(())
    }

    /// Whether this is the person's present password, for what asks for it again; wrong ones count as at the log-in.
    pub(super) fn check_own<A: Action>(&self, permit: &Permit<A>, typed: &str) -> Result<()> {
        let person = permit.who().person;
        let key = Key::Known(person);
        if self.inner.limiter().locked(key, permit.at()).is_some() {
            let why = "密码连续输错，请 10 分钟后再办";
            return Err(Error::invalid("own", why));
        }
        let stored = account_store::find_password(&self.inner.store.hub()?, person)?;
        let (phc, _) = stored.ok_or(Error::NotFound)?;
        if !self.inner.hasher.fits(typed, Some(&phc))? {
            self.inner.limiter().wrong(key, permit.at());
            return Err(Error::invalid("own", "密码不对，请再输一次"));
        }
        Ok(())
    }

    /// The present password, where there is one; returns the row's revision it was checked against.
    fn check_old(&self, permit: &Permit<ChangePassword>, typed: &NewPassword<'_>) -> Result<i64> {
        let person = permit.who().person;
        let hub = self.inner.store.hub()?;
        let stored = account_store::find_password(&hub, person)?;
        drop(hub);
        let (phc, rev) = stored.ok_or(Error::NotFound)?;
        if permit.who().must_change && !permit.who().expired {
            if self.inner.hasher.fits(&slip::fold(typed.new), Some(&phc))? {
                let why = "请换一个与一次性密码不同的新密码";
                return Err(Error::invalid("password", why));
            }
            return Ok(rev);
        }
        let key = Key::Known(person);
        if self.inner.limiter().locked(key, permit.at()).is_some() {
            let why = "原密码连续输错，请 10 分钟后再改";
            return Err(Error::invalid("old", why));
        }
        if !self.inner.hasher.fits(typed.old, Some(&phc))? {
            self.inner.limiter().wrong(key, permit.at());
            let why = "原密码不对，请再输一次；忘记了可请系统管理员换发一次性密码";
            return Err(Error::invalid("old", why));
        }
        if typed.old == typed.new {
            let why = "请换一个与原密码不同的新密码";
            return Err(Error::invalid("password", why));
        }
        Ok(rev)
    }

    fn enter(
        &self,
        person: PersonId,
        permit: &Permit<ChangePassword>,
        peer: &Peer,
    ) -> Result<Renewed> {
        let account = self.account(person).ok_or(Error::NotFound)?;
        let token = self.inner.begin(&Begin {
            person,
            rev: account.rev,
            at: permit.at(),
            peer,
            replaces: None,
            request: permit.request(),
        })?;
        let key = &self.inner.device_key;
        Ok(Renewed {
            token,
            device: key.cookie(person, account.changed_at, permit.at()),
        })
    }

    /// Makes the first account, with all administrators' roles, and logs it in. `Conflict` where there
    /// is any account already: the server is claimed once.
    pub fn found(&self, founder: &Founder<'_>) -> Result<Token> {
        rule::check(founder.password, founder.about)?;
        let phc = self.inner.hasher.hash(founder.password)?;
        let (person, at) = (founder.person, self.inner.clock.now());
        let stamp = Stamp {
            target: person.to_string(),
            request: founder.request.to_owned(),
            ..Stamp::new(format!("person:{person}"), "server.claim", at)
        };
        self.inner.change(stamp, vec![person], move |w| {
            setup::still_unclaimed(w)?;
            setup::mark_claimed(w)?;
            w.note("认领服务器，建立第一个账号");
            account_store::insert_slip(w, person, &phc, at)?;
            must_hit(account_store::set_password(w, person, 1, &phc)?)?;
            must_hit(account_store::set_admin_roles(w, person, &AdminRole::ALL)?)
        })?;
        let account = self.account(person).ok_or(Error::NotFound)?;
        self.inner.begin(&Begin {
            person,
            rev: account.rev,
            at,
            peer: founder.peer,
            replaces: None,
            request: founder.request,
        })
    }

    /// Shuts an account; a slip opens it again. `Conflict` for the last administrator of a kind.
    pub fn disable(&self, permit: &Permit<DisableAccount>, person: PersonId) -> Result<()> {
        self.inner
            .change(permit.stamp_on(person), vec![person], move |w| {
                w.note("停用账号");
                must_hit(account_store::set_state(w, person, State::Disabled)?)?;
                somebody_is_left(w)
            })
    }

    /// Sets the administrator's roles of an account. `Conflict` where nobody would be left.
    pub fn set_admin_roles(
        &self,
        permit: &Permit<GrantAdmin>,
        person: PersonId,
        roles: &[AdminRole],
    ) -> Result<()> {
        let mut roles = roles.to_vec();
        roles.sort_unstable();
        roles.dedup();
        let before = self.account(person).map_or_else(Vec::new, |a| a.admin);
        let new = roles.iter().filter(|r| !before.contains(r));
        let given: Vec<&str> = new.map(|r| r.label()).collect();
        self.inner
            .change(permit.stamp_on(person), vec![person], move |w| {
                let labels: Vec<&str> = roles.iter().map(|r| r.label()).collect();
                w.note(format!("管理角色改为：{}", labels.join("、")));
                must_hit(account_store::set_admin_roles(w, person, &roles)?)?;
                somebody_is_left(w)
            })?;
        if !given.is_empty() {
            let by = permit.who().name.clone();
            self.inner
                .watch
                .new_admin(person, (&by, &given), permit.at());
        }
        Ok(())
    }

    /// Who runs the file of a department.
    pub fn dept_admins(&self, dept: DeptId) -> Result<Vec<PersonId>> {
        account_store::list_dept_admins(&self.inner.store.hub()?, dept)
    }

    /// Says who runs the file of a department: members of it who have an account. Their sessions end.
    pub fn set_dept_admins(
        &self,
        permit: &Permit<GrantDept>,
        (directory, dept): (&Directory, DeptId),
        people: &[PersonId],
    ) -> Result<()> {
        let own = |p: &PersonId| directory.posts_of(*p).any(|post| post.department == dept);
        if let Some(stranger) = people.iter().find(|p| !own(p)) {
            let name = directory.person_name(*stranger);
            let why = format!("{name}不在这个部门任职，请在本部门的人里选");
            return Err(Error::invalid("people", why));
        }
        if let Some(p) = people.iter().find(|p| self.account(**p).is_none()) {
            let name = directory.person_name(*p);
            let why = format!("{name}还没有账号，请先给他发密码单");
            return Err(Error::invalid("people", why));
        }
        let before = self.dept_admins(dept)?;
        let mut changed = people.to_vec();
        changed.retain(|p| !before.contains(p));
        changed.extend(before.iter().filter(|p| !people.contains(p)));
        let people = people.to_vec();
        let names: Vec<&str> = people.iter().map(|p| directory.person_name(*p)).collect();
        let said = match names.is_empty() {
            true => "不设部门自管员".to_owned(),
            false => format!("部门自管员改为：{}", names.join("、")),
        };
        self.inner
            .change(permit.stamp_on(format!("dept/{dept}")), changed, move |w| {
                w.note(said);
                account_store::set_dept_admins(w, dept, &people)
            })
    }

    /// Who may make and change procedures, beside the system administrator.
    pub fn designers(&self) -> Result<Vec<PersonId>> {
        account_store::list_designers(&self.inner.store.hub()?)
    }

    /// Says who may make and change procedures: people with an account. The sessions of those it changes for end.
    pub fn set_designers(
        &self,
        permit: &Permit<GrantDesign>,
        directory: &Directory,
        people: &[PersonId],
    ) -> Result<()> {
        if let Some(p) = people.iter().find(|p| self.account(**p).is_none()) {
            let name = directory.person_name(*p);
            let why = format!("{name}还没有账号，请先给他发密码单");
            return Err(Error::invalid("people", why));
        }
        let before = self.designers()?;
        let mut changed = people.to_vec();
        changed.retain(|p| !before.contains(p));
        changed.extend(before.iter().filter(|p| !people.contains(p)));
        let people = people.to_vec();
        let names: Vec<&str> = people.iter().map(|p| directory.person_name(*p)).collect();
        let said = match names.is_empty() {
            true => "除系统管理员外，没有人有设计权限".to_owned(),
            false => format!("设计权限改为：{}", names.join("、")),
        };
        self.inner.change(permit.stamp(), changed, move |w| {
            w.note(said);
            account_store::set_designers(w, &people)
        })
    }

    /// Opens a locked account before its ten minutes are over.
    pub fn unlock(&self, permit: &Permit<UnlockAccount>, person: PersonId) -> Result<()> {
        let stamp = permit.stamp_on(person);
        self.inner.store.write(ShelfNo::HUB, stamp, |w| {
            w.quiet("解锁账号");
            Ok(())
        })?;
        self.inner.limiter().unlock(person);
        Ok(())
    }

    /// Logs out: the cookie is worthless at once.
    pub fn log_out(&self, permit: &Permit<LogOut>, token: &Token) -> Result<()> {
        let digest = token.digest();
        self.inner.sessions.end(&digest);
        self.take(permit.stamp(), digest)
    }

    /// Ends one of one's own log-ins, by the digest its list showed. Others' are not found.
    pub fn end_one(&self, permit: &Permit<EndOwnSessions>, digest: Digest) -> Result<()> {
        let own = self.sessions_of(permit.who().person);
        if !own.iter().any(|(d, _)| *d == digest) {
            return Err(Error::NotFound);
        }
        self.inner.sessions.end(&digest);
        self.take(permit.stamp(), digest)
    }

    fn take(&self, stamp: Stamp, digest: Digest) -> Result<()> {
        self.inner.store.write(ShelfNo::HUB, stamp, move |w| {
            w.quiet("退出登录");
            super::session_store::take_session(w, &digest).map(drop)
        })?;
        Ok(())
    }

    /// Ends all of one's own log-ins, this one too.
    pub fn end_own(&self, permit: &Permit<EndOwnSessions>) -> Result<()> {
        let person = permit.who().person;
        self.inner.change(permit.stamp(), vec![person], |w| {
            w.note("退出自己的全部登录");
            Ok(())
        })
    }

    /// Ends all of a person's log-ins.
    pub fn end_all_of(&self, permit: &Permit<EndSessions>, person: PersonId) -> Result<()> {
        self.inner
            .change(permit.stamp_on(person), vec![person], |w| {
                w.note("让其退出全部登录");
                Ok(())
            })
    }

    /// Size of the letters, 0 to 4; ends no session.
    pub fn set_zoom(&self, permit: &Permit<SetZoom>, zoom: u8) -> Result<()> {
        let person = permit.who().person;
        self.inner
            .store
            .write(ShelfNo::HUB, permit.stamp(), move |w| {
                w.quiet("调整字号");
                must_hit(account_store::set_zoom(w, person, zoom.min(ZOOM_MOST))?)
            })?;
        let hub = self.inner.store.hub()?;
        self.inner.accounts.refresh(&hub, &[person])
    }
}

fn must_hit(rows: usize) -> Result<()> {
    if rows == 0 {
        let why = "账号刚刚有变动，请刷新页面后再办";
        return Err(Error::Conflict(why.into()));
    }
    Ok(())
}

/// Refuses a change after which nobody could set up, grant, or look over their shoulders: without an
/// auditor the three are not apart, and the security administrator could take all roles.
fn somebody_is_left(w: &Write<'_>) -> Result<()> {
    for role in AdminRole::ALL {
        if account_store::count_admins(w, role)? == 0 {
            return Err(Error::Conflict(format!(
                "这是最后一位{}，请先把这个角色交给另一位同事",
                role.label()
            )));
        }
    }
    Ok(())
}
