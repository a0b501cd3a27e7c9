//! An office under load: a township of forty people with accounts and sessions made the way an office
//! makes them (one-time passwords, log-in, a password of one's own), its files, and the real server over
//! them. Invariant: what serves here is what `app` serves, but for the procedure and the way to commit.

use crate::access::change::{ChangePassword, Founder, NewPassword, personal};
use crate::access::slip::{IssueSlips, Slip};
use crate::access::{Access, Attempt, LoginOutcome, Peer, Setup, Token, Who, policy};
use crate::engine::index_store::Lists;
use crate::engine::procedures::Procedures;
use crate::engine::run::Engine;
use crate::kit::{Clock, Day, Error, PersonId, PostId, Principal, Result, ShelfNo, Zone};
use crate::org::edit::{self, Hold, PersonDraft};
use crate::org::{Directory, DirectoryHandle, Role, Seen, Weight, template};
use crate::screens;
use crate::store::{DataDir, Stamp, Store, Ways, Write};
use crate::web::{self, Running, State};
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::sync::Arc;

/// The procedure the cases run under: each department numbers for itself (contract).
const PROCEDURE: &str = include_str!("procedure.toml");
/// Its id.
pub(super) const PROCEDURE_ID: &str = "bench-handle";
/// People on the board.
pub(super) const PEOPLE: usize = 40;
/// The departments whose posts they fill come first in the template, the leaders before them stay free.
const LEADERS: usize = 1;
pub(super) const ZONE: Zone = Zone::BEIJING;
/// Everybody's.
pub(super) const PASSWORD: &str = "门前的老槐树开花了";
const SURNAMES: &[&str] = &["江", "陆", "纪", "宋", "苏", "雷", "安", "田"];
const GIVEN: &[&str] = &["若川", "平章", "文澜", "小笺", "有备"];

/// Somebody at a browser.
#[derive(Debug, Clone)]
pub(super) struct Seat {
    pub person: PersonId,
    pub post: Principal,
    pub roles: Vec<Role>,
    /// Value of the session's cookie.
    pub session: String,
    /// What the forms carry.
    pub csrf: String,
}

/// An office that answers.
pub(super) struct Office {
    // The server ends before the files close.
    server: Running,
    pub state: Arc<State>,
    pub seats: Vec<Seat>,
}

impl Office {
    /// Opens the folder with this way to commit and serves it to these people.
    pub(super) fn open(dir: &DataDir, ways: Ways, seats: Vec<Seat>) -> Result<Self> {
        Self::open_at(Clock::System, dir, ways, seats)
    }

    /// The same by another clock.
    pub(super) fn open_at(
        clock: Clock,
        dir: &DataDir,
        ways: Ways,
        seats: Vec<Seat>,
    ) -> Result<Self> {
        Self::over(files(dir, (ways, clock))?, dir, seats)
    }

    /// The same with these procedures.
    pub(super) fn open_with(
        dir: &DataDir,
        ways: Ways,
        seats: Vec<Seat>,
        procedures: &[&str],
    ) -> Result<Self> {
        let files = files_with(dir, (ways, Clock::System), procedures)?;
        Self::over(files, dir, seats)
    }

    fn over(
        (store, engine): (Store, Arc<Engine>),
        dir: &DataDir,
        seats: Vec<Seat>,
    ) -> Result<Self> {
        let org = DirectoryHandle::open(&store, ZONE)?;
        let access = Access::open(&store, Setup::office(ZONE))?;
        let state = State::new(dir, store, org, access)?
            .with_engine(engine)?
            .with_counting(screens::todo::count);
        state.name_office(ZONE);
        let state = Arc::new(state);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        Ok(Self {
            server: web::serve(state.clone(), &crate::modules::every(), vec![listener])?,
            state,
            seats,
        })
    }

    /// Where it listens.
    pub(super) fn address(&self) -> String {
        let first = self.server.addresses().first();
        first.map(ToString::to_string).unwrap_or_default()
    }

    /// Those with a role.
    pub(super) fn with(&self, role: Role) -> Vec<&Seat> {
        let has = |s: &&Seat| s.roles.contains(&role);
        self.seats.iter().filter(has).collect()
    }
}

pub(super) fn files(dir: &DataDir, ways: (Ways, Clock)) -> Result<(Store, Arc<Engine>)> {
    files_with(dir, ways, &[PROCEDURE])
}

fn files_with(
    dir: &DataDir,
    (ways, clock): (Ways, Clock),
    procedures: &[&str],
) -> Result<(Store, Arc<Engine>)> {
    let procedures = Procedures::of(procedures)?;
    let engine = Arc::new(Engine::new(procedures, ZONE));
    let lists = Lists::new(engine.clone());
    let store = Store::open_as(ways, dir, clock, vec![Box::new(lists)])?;
    Ok((store, engine))
}

/// Makes the township and lets everybody in; the folder is closed again.
pub(super) fn found(dir: &DataDir) -> Result<Vec<Seat>> {
    found_at(Clock::System, dir)
}

/// The same by another clock.
pub(super) fn found_at(clock: Clock, dir: &DataDir) -> Result<Vec<Seat>> {
    let (store, _) = files(dir, (Ways::default(), clock.clone()))?;
    let people = settle(&store)?;
    let directory = DirectoryHandle::open(&store, ZONE)?.current();
    let access = Access::open(&store, Setup::office(ZONE))?;
    let (first, rest) = people
        .split_first()
        .ok_or_else(|| Error::fault("nobody was settled"))?;
    let founder = access.found(&Founder {
        person: *first,
        password: PASSWORD,
        about: &personal(&directory, *first),
        peer: &here(),
        request: "bench",
    })?;
    let who = known(&access, &directory, &founder)?;
    let now = store.clock().now();
    let permit = policy::permit::<IssueSlips>(who, &here(), now, "bench", "")?;
    let slips = access.issue_slips(&permit, &directory, rest)?;
    let mut seats = vec![seat(&directory, *first, &founder)?];
    for slip in &slips {
        let token = enter((&access, &clock), &directory, slip)?;
        seats.push(seat(&directory, slip.person, &token)?);
    }
    Ok(seats)
}

/// First log-in with the slip, then a password of one's own: the session that stays.
fn enter((access, clock): (&Access, &Clock), directory: &Directory, slip: &Slip) -> Result<Token> {
    let attempt = Attempt {
        name: directory.person_name(slip.person),
        password: &slip.words,
        dept: None,
        peer: &here(),
        device: None,
        replaces: None,
        request: "bench",
    };
    let LoginOutcome::Entered(entered) = access.login(directory, &attempt)? else {
        return Err(Error::fault("a slip did not open"));
    };
    let who = known(access, directory, &entered.token)?;
    let permit = policy::permit::<ChangePassword>(who, &here(), clock.now(), "bench", "")?;
    let typed = NewPassword {
        old: "",
        new: PASSWORD,
        again: PASSWORD,
    };
    Ok(access
        .change_password(&permit, directory, &typed, &here())?
        .token)
}

fn known(access: &Access, directory: &Directory, token: &Token) -> Result<Arc<Who>> {
    let who = access.identify(directory, token);
    who.ok_or_else(|| Error::fault("nobody is logged in"))
}

pub(super) fn seat(directory: &Directory, person: PersonId, token: &Token) -> Result<Seat> {
    let post = directory.main_post(person).ok_or(Error::NotFound)?;
    Ok(Seat {
        person,
        post: Principal::Post(post.id),
        roles: directory.roles_of(person),
        session: token.text(),
        csrf: token.csrf(),
    })
}

/// At the server PC itself.
pub(super) fn here() -> Peer {
    let ip = IpAddr::V4(Ipv4Addr::LOCALHOST);
    Peer {
        addr: ip,
        local: ip,
        https: false,
    }
}

#[derive(Serialize, Deserialize)]
struct Settled(Vec<PersonId>);

/// The stamp of what a benchmark does for itself.
pub(super) fn own_stamp(office: &Office, action: &'static str) -> Stamp {
    Stamp::new("system:bench", action, office.state.clock.now())
}

fn settle(store: &Store) -> Result<Vec<PersonId>> {
    let from: Day = "2020-01-01".parse().map_err(Error::fault)?;
    let stamp = Stamp::new("system:bench", "bench.settle", store.clock().now());
    let made = store.write(ShelfNo::HUB, stamp, move |w| {
        w.quiet("测试用的组织机构和人员");
        let plan = template::plan(&template::Options::default());
        let organ = template::organ_named("砚田镇人民政府", "砚田镇");
        let made = template::apply(w, &organ, &plan, from)?;
        let posts = made.post_ids.iter().skip(LEADERS).flatten();
        let people = (0..).zip(posts.take(PEOPLE));
        people
            .map(|(n, post)| settle_one(w, n, (*post, from)))
            .collect::<Result<Vec<_>>>()
            .map(Settled)
    })?;
    Ok(made.value.0)
}

fn settle_one(w: &mut Write<'_>, n: usize, (post, from): (PostId, Day)) -> Result<PersonId> {
    let word = |all: &[&'static str], n: usize| all.get(n % all.len()).copied().unwrap_or_default();
    let draft = PersonDraft {
        name: format!("{}{}", word(SURNAMES, n), word(GIVEN, n / SURNAMES.len())),
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
