//! The room as a whole, on a real hub with a small town: who gets in, who is out at once, what is said.
//! Hashing is cheap here and the clock held; equal time is shown by counting hashes, not by a clock.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use super::change::{
    ChangePassword, DisableAccount, EndOwnSessions, Founder, GrantAdmin, LogOut, NewPassword,
    SetZoom, UnlockAccount, personal,
};
use super::refusal::Counted;
use super::slip::{IssueSlips, OPEN_MS, Slip};
use super::{
    Access, Action, AdminRole, Attempt, Chance, Cost, Entered, LoginOutcome, Peer, Permit,
    Principal, Setup, State, Token, Who, policy, session,
};
use crate::kit::{DeptId, Error, PersonId, Result, Zone};
use crate::org::sample::{DAY, Office, town};
use crate::org::{Role, Weight, edit};
use std::net::IpAddr;
use std::sync::Arc;

const SENTENCE: &str = "门前老槐树开花了";
const YEAR: i64 = 365 * 86_400_000;

mod entering;
mod guessing;

struct Town {
    office: Office,
    access: Access,
    founder: PersonId,
    session: Token,
}

fn peer(last: u8) -> Peer {
    Peer {
        addr: IpAddr::from([192, 168, 1, last]),
        local: IpAddr::from([192, 168, 1, 1]),
        https: false,
    }
}

fn here() -> Peer {
    let loopback = IpAddr::from([127, 0, 0, 1]);
    Peer {
        addr: loopback,
        local: loopback,
        https: false,
    }
}

fn open(office: &Office) -> Access {
    let setup = Setup {
        chance: Chance::System,
        cost: Cost::TEST,
        zone: Zone::BEIJING,
    };
    Access::open(&office.store, setup).unwrap()
}

fn any_post(office: &Office, role: Role) -> crate::kit::PostId {
    office.directory().with_role(role).next().unwrap().id
}

/// A town whose records clerk has claimed the server.
fn claimed(name: &str) -> Town {
    let office = town(&format!("access-{name}"));
    let clerk = any_post(&office, Role::RecordsClerk);
    let founder = office.person("李文书", "13800000001", clerk);
    let access = open(&office);
    assert!(access.is_unclaimed());
    let session = access
        .found(&Founder {
            person: founder,
            password: SENTENCE,
            about: &personal(&office.directory(), founder),
            peer: &here(),
            request: "r0",
        })
        .unwrap();
    Town {
        office,
        access,
        founder,
        session,
    }
}

impl Town {
    fn permit<A: Action>(&self, who: Arc<Who>) -> Permit<A> {
        policy::permit::<A>(who, &here(), self.office.clock.now(), "r1", "").unwrap()
    }

    fn admin<A: Action>(&self) -> Permit<A> {
        self.permit(self.who(&self.session).unwrap())
    }

    fn who(&self, token: &Token) -> Option<Arc<Who>> {
        self.access.identify(&self.office.directory(), token)
    }

    fn handler(&self, name: &str, mobile: &str) -> PersonId {
        let post = any_post(&self.office, Role::Handler);
        self.office.person(name, mobile, post)
    }

    fn slip(&self, person: PersonId) -> Slip {
        let slips = self.access.issue_slips(
            &self.admin::<IssueSlips>(),
            &self.office.directory(),
            &[person],
        );
        slips.unwrap().pop().unwrap()
    }

    fn attempt(&self, attempt: &Attempt<'_>) -> LoginOutcome {
        self.access
            .login(&self.office.directory(), attempt)
            .unwrap()
    }

    fn login(&self, name: &str, password: &str) -> LoginOutcome {
        self.attempt(&attempt(name, password, &peer(8)))
    }

    fn enter(&self, name: &str, password: &str) -> Entered {
        match self.login(name, password) {
            LoginOutcome::Entered(entered) => entered,
            other => panic!("{other:?}"),
        }
    }

    /// A handler with a password of their own, logged in.
    fn member(&self, name: &str, mobile: &str) -> (PersonId, Entered) {
        let person = self.handler(name, mobile);
        let slip = self.slip(person);
        let first = self.enter(mobile, &slip.words);
        assert!(first.must_change);
        self.change(&first.token, "", SENTENCE).unwrap();
        (person, self.enter(mobile, SENTENCE))
    }

    fn change(&self, token: &Token, old: &str, new: &str) -> Result<Token> {
        let permit = self.permit::<ChangePassword>(self.who(token).unwrap());
        let typed = NewPassword {
            old,
            new,
            again: new,
        };
        let directory = self.office.directory();
        self.access
            .change_password(&permit, &directory, &typed, &peer(8))
            .map(|renewed| renewed.token)
    }

    fn refused(&self) -> Vec<Counted> {
        self.access.flush().unwrap();
        self.access.list_refused(50).unwrap()
    }
}

fn attempt<'a>(name: &'a str, password: &'a str, peer: &'a Peer) -> Attempt<'a> {
    Attempt {
        name,
        password,
        dept: None,
        peer,
        device: None,
        replaces: None,
        request: "r2",
    }
}
