//! The first run: who may set the server up, and the one write that makes an office of it.
//! No first visitor wins (README decision 18): at the server's own screen nothing is asked, anybody else
//! types the code that stands there, and gets a cookie of which the hub keeps the SM3.
//! Invariant: organ, people, accounts and the marker are one transaction, so a kill leaves either an
//! unclaimed or a claimed office; the marker is never taken away again (S62).

use super::entry::{Access, Begin};
use super::rule::{self, Personal};
use super::setup_draft::Draft;
use super::token::{Chance, Token, same};
use super::{Actor, AdminRole, Peer, account_store, setup_store};
use crate::kit::text::fold;
use crate::kit::{Day, Error, FieldErrors, Millis, PersonId, PostId, Result, ShelfNo, Zone};
use crate::org::edit::{self, Hold, OrganDraft, PersonDraft};
use crate::org::{Seen, Weight, template};
use crate::store::{Read, Stamp, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Wrong tries a code stands.
pub const TRIES: u8 = 5;
/// After the last one the LAN waits: five tries a minute never find eight digits.
pub const PAUSE_MS: i64 = 60_000;
/// What stands on the pages of whoever holds several administrators' roles.
pub const STANDING_WARNING: &str = "请尽快到人员管理里把系统管理员、安全管理员、审计员分给三个人：自己管、自己批、自己查，出了事说不清。";

const CLAIMED: &str = "这台服务器已经启用了，请直接登录";

/// Shows a new code where the old one stood: the console.
pub type Announce = Box<dyn Fn(&str) + Send + Sync>;

/// What of the first run lives in memory.
pub(super) struct FirstRun {
    claimed: AtomicBool,
    /// Whether the data are invented.
    pub(super) demo: AtomicBool,
    /// Whether the claimed server still looks for its second device.
    lan: AtomicBool,
    code: Mutex<Code>,
}

#[derive(Default)]
struct Code {
    digits: Option<String>,
    wrong: u8,
    /// No try before.
    after: Option<Millis>,
    announce: Option<Announce>,
}

impl FirstRun {
    pub fn load(hub: &Read) -> Result<Self> {
        let claimed = setup_store::find_claimed(hub)?.is_some();
        let demo = setup_store::find_demo(hub)?.is_some();
        let lan = setup_store::find_lan(hub)?.is_some();
        Ok(Self {
            claimed: AtomicBool::new(claimed),
            demo: AtomicBool::new(demo),
            lan: AtomicBool::new(lan),
            code: Mutex::default(),
        })
    }

    pub fn is_claimed(&self) -> bool {
        self.claimed.load(Ordering::Acquire)
    }

    fn code(&self) -> MutexGuard<'_, Code> {
        self.code.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Code {
    fn digits(&mut self, chance: &Chance) -> Result<String> {
        if let Some(digits) = &self.digits {
            return Ok(digits.clone());
        }
        let new = draw(chance)?;
        self.digits = Some(new.clone());
        self.wrong = 0;
        Ok(new)
    }
}

/// Eight digits, each as likely as the others.
fn draw(chance: &Chance) -> Result<String> {
    let mut digits = String::with_capacity(8);
    while digits.len() < 8 {
        // 250 is the largest multiple of 10 in a byte
        for b in chance.bytes::<16>()?.into_iter().filter(|b| *b < 250) {
            if digits.len() < 8 {
                digits.push(char::from(b'0' + b % 10));
            }
        }
    }
    Ok(digits)
}

/// 4827 1963, as it stands on the screen.
fn grouped(digits: &str) -> String {
    let (left, right) = digits.split_at_checked(4).unwrap_or((digits, ""));
    format!("{left} {right}")
}

/// An administrator as typed in the last step.
#[derive(Debug, Clone, Default)]
pub struct Admin {
    /// Name.
    pub name: String,
    /// Mobile number.
    pub mobile: String,
    /// Code of the department and place of the post in it, from the draft's list.
    pub post: (String, usize),
    /// The password chosen.
    pub password: String,
    /// What this person administers.
    pub roles: Vec<AdminRole>,
}

/// The last step.
pub struct Claiming<'a> {
    /// One person with all three roles, or three with one each. Errors name the field and the
    /// person's place in this list: `mobile-1`.
    pub admins: &'a [Admin],
    /// Where from.
    pub peer: &'a Peer,
    /// The request, for the log.
    pub request: &'a str,
}

/// A server that just became an office.
#[derive(Debug)]
pub struct Claimed {
    /// Session of the first administrator.
    pub token: Token,
    /// The office's zone.
    pub zone: Zone,
}

/// The code, and who holds its cookie.
impl Access {
    /// The code for the server's own screen, in groups of four; none once the server is claimed.
    pub fn setup_code(&self) -> Result<Option<String>> {
        if !self.is_unclaimed() {
            return Ok(None);
        }
        let digits = self.inner.first_run.code().digits(&self.inner.chance)?;
        Ok(Some(grouped(&digits)))
    }

    /// Shows each later code so.
    pub fn announce_codes(&self, announce: Announce) {
        self.inner.first_run.code().announce = Some(announce);
    }

    /// Lets somebody away from the server PC set it up, who typed its code.
    pub fn enter_code(&self, typed: &str, peer: &Peer, request: &str) -> Result<Token> {
        if !self.is_unclaimed() {
            return Err(Error::Conflict(CLAIMED.into()));
        }
        let typed: String = fold(typed).chars().filter(char::is_ascii_digit).collect();
        if let Some(why) = self.try_code(&typed)? {
            self.refuse_to(None, "setup", peer, "code");
            return Err(Error::invalid("code", why));
        }
        let token = self.new_token()?;
        let digest = token.digest().hex();
        self.write_setup("setup.enter", request, move |w| {
            w.quiet("输对安装码，开始设置");
            setup_store::set_visitor(w, &digest).map(drop)
        })?;
        Ok(token)
    }

    /// Why the code does not open, if so.
    fn try_code(&self, typed: &str) -> Result<Option<String>> {
        let now = self.inner.clock.now();
        let mut code = self.inner.first_run.code();
        let wait = code.after.map_or(0, |after| after.0 - now.0);
        // a clock set back must not lock the door for hours
        if (1..=PAUSE_MS).contains(&wait) {
            let seconds = wait.div_euclid(1000) + 1;
            let why = format!("刚才连续输错，请等 {seconds} 秒，看着服务器电脑上的新码再输");
            return Ok(Some(why));
        }
        let right = code.digits(&self.inner.chance)?;
        if same(right.as_bytes(), typed.as_bytes()) {
            code.wrong = 0;
            return Ok(None);
        }
        code.wrong += 1;
        let left = TRIES.saturating_sub(code.wrong);
        if left > 0 {
            let why = format!(
                "安装码不对，请看着服务器电脑打开的页面，4 位一组再输一次。还可以试 {left} 次，用完后服务器会换一个新码"
            );
            return Ok(Some(why));
        }
        code.digits = None;
        code.after = Some(Millis(now.0 + PAUSE_MS));
        let new = code.digits(&self.inner.chance)?;
        if let Some(announce) = &code.announce {
            announce(&grouped(&new));
        }
        let why =
            "已经输错 5 次，服务器换了新的安装码。请到服务器电脑上刷新页面看新码，1 分钟后再输";
        Ok(Some(why.to_owned()))
    }

    /// Whether a visitor may set the server up: at its own screen, or with the cookie of the code.
    pub fn may_set_up(&self, peer: &Peer, cookie: Option<&Token>) -> Result<bool> {
        if !self.is_unclaimed() {
            return Ok(false);
        }
        if peer.at_server() {
            return Ok(true);
        }
        let Some(cookie) = cookie else {
            return Ok(false);
        };
        let kept = setup_store::find_visitor(&self.inner.store.hub()?)?;
        let digest = cookie.digest().hex();
        Ok(kept.is_some_and(|kept| same(kept.as_bytes(), digest.as_bytes())))
    }

    /// Whether the first run is claimed and did not come to its end: the step 局域网 stands open.
    #[must_use]
    pub fn lan_is_open(&self) -> bool {
        self.inner.first_run.lan.load(Ordering::Relaxed)
    }

    /// The step is done, or left out.
    pub fn close_lan(&self, stamp: Stamp) -> Result<()> {
        self.inner.store.write(ShelfNo::HUB, stamp, |w| {
            w.quiet("第一次设置的局域网一步做完");
            setup_store::take_lan(w).map(drop)
        })?;
        self.inner.first_run.lan.store(false, Ordering::Relaxed);
        Ok(())
    }

    /// The server is claimed from here on, and its code is nobody's any more.
    pub(super) fn close_first_run(&self) {
        self.inner.first_run.claimed.store(true, Ordering::Release);
        self.inner.first_run.code().digits = None;
    }

    fn write_setup(
        &self,
        action: &'static str,
        request: &str,
        f: impl FnOnce(&mut Write<'_>) -> Result<()> + Send + 'static,
    ) -> Result<()> {
        let stamp = Stamp {
            request: request.to_owned(),
            ..Stamp::new(
                Actor::System("setup").text(),
                action,
                self.inner.clock.now(),
            )
        };
        self.inner.store.write(ShelfNo::HUB, stamp, move |w| {
            still_unclaimed(w)?;
            f(w)
        })?;
        Ok(())
    }
}

/// What was chosen, and the claim.
impl Access {
    /// What was chosen so far.
    pub fn setup_draft(&self) -> Result<Draft> {
        Ok(self.kept_draft()?.1)
    }

    fn kept_draft(&self) -> Result<(String, Draft)> {
        let text = setup_store::find_draft(&self.inner.store.hub()?)?.unwrap_or_default();
        if text.is_empty() {
            return Ok((text, Draft::default()));
        }
        let draft = serde_json::from_str(&text)?;
        Ok((text, draft))
    }

    /// Keeps what was chosen, on disk before the answer.
    pub fn save_setup_draft(&self, draft: &Draft, request: &str) -> Result<()> {
        let text = serde_json::to_string(draft)?;
        self.write_setup("setup.save", request, move |w| {
            w.quiet("保存第一次设置的选择");
            setup_store::set_draft(w, &text).map(drop)
        })
    }

    /// Makes the office: organ, departments, posts, the administrators with their accounts, and the
    /// marker, all in one write. `Conflict` for whoever comes second.
    pub fn claim(&self, claiming: &Claiming<'_>) -> Result<Claimed> {
        if !self.is_unclaimed() {
            return Err(Error::Conflict(CLAIMED.into()));
        }
        let (seen, draft) = self.kept_draft()?;
        let plan = Plan::of(&draft, claiming.admins, |p| self.inner.hasher.hash(p))?;
        let zone = plan.zone;
        let at = self.inner.clock.now();
        let stamp = Stamp {
            request: claiming.request.to_owned(),
            ..Stamp::new(Actor::System("setup").text(), "server.claim", at)
        };
        let written = self.inner.store.write(ShelfNo::HUB, stamp, move |w| {
            still_unclaimed(w)?;
            if setup_store::find_demo(w)?.is_some() {
                let why = "演示数据装了一半，请回到第二步接着装";
                return Err(Error::Conflict(why.into()));
            }
            if setup_store::find_draft(w)?.unwrap_or_default() != seen {
                let why = "设置刚刚在另一台电脑上改过，请从头看一遍再启用";
                return Err(Error::Conflict(why.into()));
            }
            plan.make(w)
        })?;
        let people: Vec<PersonId> = written.value.into_iter().map(PersonId).collect();
        let hub = self.inner.store.hub()?;
        self.inner.accounts.refresh(&hub, &people)?;
        self.close_first_run();
        self.inner.first_run.lan.store(true, Ordering::Relaxed);
        let first = people.first().and_then(|p| self.account(*p));
        let first = first.ok_or_else(|| Error::fault("a claim without an administrator"))?;
        let token = self.inner.begin(&Begin {
            person: first.person,
            rev: first.rev,
            at,
            peer: claiming.peer,
            replaces: None,
            request: claiming.request,
        })?;
        Ok(Claimed { token, zone })
    }
}

/// Whoever comes second meets this inside the writer, where nothing can come between.
pub(super) fn still_unclaimed(w: &Write<'_>) -> Result<()> {
    let marked = setup_store::find_claimed(w)?.is_some();
    if marked || account_store::count_accounts(w)? > 0 {
        return Err(Error::Conflict(CLAIMED.into()));
    }
    Ok(())
}

/// The marker, in the write that makes the first account.
pub(super) fn mark_claimed(w: &Write<'_>) -> Result<()> {
    setup_store::insert_claimed(w, w.at())?;
    setup_store::take_first_run(w).map(drop)
}

/// Everything the write needs, computed before it: hashing takes its time.
struct Plan {
    organ: OrganDraft,
    departments: Vec<template::DeptPlan>,
    zone: Zone,
    admins: Vec<(Admin, String)>,
}

impl Plan {
    fn of(draft: &Draft, admins: &[Admin], hash: impl Fn(&str) -> Result<String>) -> Result<Self> {
        let (Some(office), Some(_)) = (&draft.office, &draft.org) else {
            let why = "前面的步骤还没有做完，请从第一步接着做";
            return Err(Error::Conflict(why.into()));
        };
        let departments = draft.plan();
        check(admins, &departments, [&office.name, &office.short_name])?;
        let mut hashed = Vec::with_capacity(admins.len());
        for admin in admins {
            hashed.push((admin.clone(), hash(&admin.password)?));
        }
        Ok(Self {
            organ: OrganDraft {
                name: office.name.clone(),
                short_name: office.short_name.clone(),
                codes: office.codes.clone(),
            },
            departments,
            zone: office.zone,
            admins: hashed,
        })
    }

    /// Ids of the administrators.
    fn make(&self, w: &mut Write<'_>) -> Result<Vec<i64>> {
        let from = self.zone.day(w.at());
        let applied = template::apply(w, &self.organ, &self.departments, from)?;
        let mut errors = FieldErrors::default();
        let mut people = Vec::new();
        for (n, (admin, phc)) in self.admins.iter().enumerate() {
            let dept = self.departments.iter().position(|d| d.code == admin.post.0);
            let posts = dept.and_then(|d| applied.post_ids.get(d));
            let post = posts.and_then(|p| p.get(admin.post.1)).copied();
            match enter_person(w, admin, post, from) {
                Ok(person) => {
                    enter_account(w, person, phc, &admin.roles)?;
                    people.push(person.0);
                }
                Err(Error::Invalid(wrong)) => errors.0.extend(numbered(wrong, n).0),
                Err(e) => return Err(e),
            }
        }
        errors.check(())?;
        setup_store::set_zone(w, self.zone.0)?;
        setup_store::insert_lan(w)?;
        mark_claimed(w)?;
        let names: Vec<&str> = self.admins.iter().map(|(a, _)| a.name.as_str()).collect();
        w.note(format!(
            "启用服务器：{}，管理员 {}",
            self.organ.name,
            names.join("、")
        ));
        Ok(people)
    }
}

fn enter_person(
    w: &mut Write<'_>,
    admin: &Admin,
    post: Option<PostId>,
    from: Day,
) -> Result<PersonId> {
    let post = post.ok_or_else(|| Error::invalid("post", "请选一个岗位"))?;
    let draft = PersonDraft {
        name: admin.name.clone(),
        mobile: admin.mobile.clone(),
        ..PersonDraft::default()
    };
    let person = edit::add_person(w, &draft, from)?;
    let hold = Hold {
        post,
        weight: Weight::Main,
        from,
    };
    edit::hold_post(w, Seen::new(person, 1), hold)?;
    Ok(person)
}

/// An account with a password of its own, in the only order the rows allow.
fn enter_account(w: &Write<'_>, person: PersonId, phc: &str, roles: &[AdminRole]) -> Result<()> {
    account_store::insert_slip(w, person, phc, w.at())?;
    account_store::set_password(w, person, 1, phc)?;
    account_store::set_admin_roles(w, person, roles).map(drop)
}

fn numbered(wrong: FieldErrors, n: usize) -> FieldErrors {
    let mut out = FieldErrors::default();
    for e in wrong.0 {
        out.add(format!("{}-{}", e.field, n + 1), e.message);
    }
    out
}

/// What can be told before the write: passwords, missing posts, one person twice.
fn check(admins: &[Admin], list: &[template::DeptPlan], office: [&str; 2]) -> Result<()> {
    let mut errors = FieldErrors::default();
    for (n, admin) in admins.iter().enumerate() {
        let mut wrong = FieldErrors::default();
        if admin.mobile.trim().is_empty() {
            wrong.add("mobile", "请写手机号，登录和找人都用得上");
        }
        let dept = list.iter().find(|d| d.code == admin.post.0);
        if dept.and_then(|d| d.posts.get(admin.post.1)).is_none() {
            wrong.add("post", "请选一个岗位");
        }
        let mut names: Vec<String> = office.iter().map(|name| (*name).to_owned()).collect();
        names.extend(
            dept.iter()
                .flat_map(|d| [d.name.clone(), d.short_name.clone()]),
        );
        let about = Personal {
            name: admin.name.clone(),
            mobile: fold(&admin.mobile),
            staff_no: String::new(),
            office: names,
        };
        if let Err(Error::Invalid(why)) = rule::check(&admin.password, &about) {
            wrong.0.extend(why.0);
        }
        let before = admins.iter().take(n);
        if before
            .clone()
            .any(|other| fold(&other.name) == fold(&admin.name))
        {
            wrong.add("name", "三员要由三个不同的人担任，请换一位同事");
        }
        errors.0.extend(numbered(wrong, n).0);
    }
    errors.check(())
}
