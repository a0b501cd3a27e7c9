//! A demonstration office: begun on an empty server, filled by `bench`, claimed at its end; and the wish
//! to have it out of the way again. Stamps of a time other than now exist only between begin and end.
//! Invariant: the marker `setup.demo` stands before the first invented row and never leaves its hub, so
//! invented and real data share no file; a half-filled office is gone on with, never claimed otherwise.

use super::entry::{Access, Begin};
use super::setup::{mark_claimed, still_unclaimed};
use super::{
    Actor, AdminRole, Allowed, Peer, Permit, Place, Token, account_store, action, setup_store, slip,
};
use crate::kit::{Error, Millis, PersonId, Result, ShelfNo, Zone, text};
use crate::store::{Query, Stamp, Write};
use serde::{Deserialize, Serialize};
use std::sync::atomic::Ordering;

action!(
    /// Having invented data out of the way, for good.
    pub ClearDemo,
    "setup.clear_demo",
    "清除演示数据，正式启用",
    Allowed::Admins(&[AdminRole::System]),
    Place::ServerOrHttps,
);

/// What has to be typed before invented data is put aside.
pub const CLEAR_WORD: &str = "清除";

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// People are there, papers are being written.
    Filling,
    /// Complete; the server is claimed.
    Ready,
}

/// A demonstration office as its hub keeps it. The password stands here in the clear: it opens invented
/// data only, and is shown to whoever administers them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Demo {
    /// How far.
    pub phase: Phase,
    /// When it was begun; its papers end here.
    pub at: Millis,
    /// Everybody's password.
    pub words: String,
}

/// The right to write invented papers, from [`Access::begin_demo`] to [`Access::finish_demo`].
#[derive(Debug)]
pub struct Filling {
    demo: Demo,
}

impl Filling {
    /// When the office was begun: the end of its story.
    #[must_use]
    pub const fn at(&self) -> Millis {
        self.demo.at
    }

    /// The stamp of what an invented person did, then. `op` makes going on after a kill harmless.
    #[must_use]
    pub fn stamp(&self, person: PersonId, action: &'static str, (at, op): (Millis, &str)) -> Stamp {
        let who = Actor::Person {
            id: person,
            acting_for: None,
        };
        Stamp {
            request: "demo".to_owned(),
            op: format!("demo-{op}"),
            ..Stamp::new(who.text(), action, at)
        }
    }
}

impl Access {
    /// The demonstration office, if this is one.
    pub fn demo(&self) -> Result<Option<Demo>> {
        let kept = setup_store::find_demo(&self.inner.store.hub()?)?;
        Ok(match kept {
            Some(kept) => Some(serde_json::from_str(&kept)?),
            None => None,
        })
    }

    /// Whether the data are invented.
    #[must_use]
    pub fn is_demo(&self) -> bool {
        self.inner.first_run.demo.load(Ordering::Acquire)
    }

    /// Begins, or goes on where a fill was cut short. `make` writes organ and people, once.
    pub fn begin_demo(
        &self,
        request: &str,
        make: impl FnOnce(&mut Write<'_>) -> Result<()> + Send + 'static,
    ) -> Result<Filling> {
        let demo = Demo {
            phase: Phase::Filling,
            at: self.inner.clock.now(),
            // typed many times on a first afternoon: no capitals, no hyphen
            words: slip::fold(&slip::words(&self.inner.chance)?).to_lowercase(),
        };
        let stamp = system(request, "demo.begin", demo.at);
        let new = serde_json::to_string(&demo)?;
        let kept = self.inner.store.write(ShelfNo::HUB, stamp, move |w| {
            still_unclaimed(w)?;
            if let Some(kept) = setup_store::find_demo(w)? {
                w.quiet("接着装演示数据");
                return Ok(kept);
            }
            make(w)?;
            setup_store::set_demo(w, &new)?;
            w.note("装演示数据");
            Ok(new)
        })?;
        self.inner.first_run.demo.store(true, Ordering::Release);
        let demo = serde_json::from_str(&kept.value)?;
        Ok(Filling { demo })
    }

    /// Gives everybody an account with the one password and claims the server; the first administrator
    /// is logged in where somebody sits at `peer`.
    pub fn finish_demo(
        &self,
        filling: Filling,
        people: Vec<(PersonId, Vec<AdminRole>)>,
        (peer, request): (Option<&Peer>, &str),
    ) -> Result<Option<Token>> {
        let phc = self.inner.hasher.hash(&filling.demo.words)?;
        let at = self.inner.clock.now();
        let ready = serde_json::to_string(&Demo {
            phase: Phase::Ready,
            ..filling.demo
        })?;
        let ids: Vec<PersonId> = people.iter().map(|(id, _)| *id).collect();
        let admin = people
            .iter()
            .find(|(_, roles)| roles.contains(&AdminRole::System));
        let admin = admin.map(|(id, _)| *id);
        let admin = admin.ok_or_else(|| Error::fault("a demo without an administrator"))?;
        self.inner
            .change(system(request, "server.claim", at), ids, move |w| {
                still_unclaimed(w)?;
                for (person, roles) in &people {
                    account_store::insert_slip(w, *person, &phc, at)?;
                    account_store::set_password(w, *person, 1, &phc)?;
                    account_store::set_admin_roles(w, *person, roles)?;
                }
                setup_store::set_zone(w, Zone::BEIJING.0)?;
                setup_store::set_demo(w, &ready)?;
                mark_claimed(w)?;
                w.note("以演示数据启用服务器");
                Ok(())
            })?;
        self.close_first_run();
        let Some(peer) = peer else {
            return Ok(None);
        };
        let account = self.account(admin).ok_or(Error::NotFound)?;
        let begin = Begin {
            person: admin,
            rev: account.rev,
            at,
            peer,
            replaces: None,
            request,
        };
        self.inner.begin(&begin).map(Some)
    }

    /// When somebody asked to have the invented data put aside at the next start.
    pub fn clearing_asked(&self) -> Result<Option<Millis>> {
        let kept = setup_store::find_clearing(&self.inner.store.hub()?)?;
        Ok(kept.and_then(|at| at.parse().ok()).map(Millis))
    }

    /// Asks for it. Never in an office of real data.
    pub fn ask_clearing(&self, permit: &Permit<ClearDemo>, typed: &str) -> Result<()> {
        if text::one_line(typed) != CLEAR_WORD {
            let why = format!("请写“{CLEAR_WORD}”两个字，确认要清除");
            return Err(Error::invalid("word", why));
        }
        let at = permit.at();
        self.inner
            .store
            .write(ShelfNo::HUB, permit.stamp(), move |w| {
                only_demo(w)?;
                w.quiet("下次启动时处理");
                w.note("要求清除演示数据，下次启动时移走");
                setup_store::set_clearing(w, at).map(drop)
            })?;
        Ok(())
    }

    /// Takes it back.
    pub fn keep_demo(&self, permit: &Permit<ClearDemo>) -> Result<()> {
        self.inner.store.write(ShelfNo::HUB, permit.stamp(), |w| {
            w.quiet("演示数据还要用");
            w.note("撤回清除演示数据的要求");
            setup_store::take_clearing(w).map(drop)
        })?;
        Ok(())
    }
}

fn only_demo(q: &impl Query) -> Result<()> {
    match setup_store::find_demo(q)? {
        Some(_) => Ok(()),
        None => Err(Error::Denied(
            "这里是正式数据，不能这样清除。砚台没有改动任何数据".into(),
        )),
    }
}

fn system(request: &str, action: &'static str, at: Millis) -> Stamp {
    Stamp {
        request: request.to_owned(),
        ..Stamp::new(Actor::System("demo").text(), action, at)
    }
}
