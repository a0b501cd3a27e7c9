//! Alerts at work: following what happens, the deadlines of each minute, the mail thread. Wires the rooms
//! together; what is told and when is said in `inbox`.

use crate::access::{Account, AdminRole, State as Standing};
use crate::engine::children::Children;
use crate::engine::dues;
use crate::engine::follow::Followers;
use crate::inbox::channel::round::Pusher;
use crate::inbox::lights::{Red, Watched};
use crate::inbox::post::{Here, Post, Rounds};
use crate::kit::{Millis, PersonId, Result};
use crate::modules::exchange::Carrier as Exchange;
use crate::org::standing_store::Carrier;
use crate::screens::health::check;
use crate::screens::health::lights::{self, Grade};
use crate::store::{ClockState, Follower, Stamp};
use crate::web::State;
use std::sync::Arc;

/// No deadline is told by a clock that is off by this, in milliseconds.
const HALF_A_DAY: i64 = 12 * 3_600_000;

/// The threads; they end when this is dropped.
pub struct Running {
    _follower: Follower,
    _delegations: Follower,
    _children: Follower,
    _followers: Follower,
    _exchange: Follower,
    _mailer: Rounds,
    _pusher: Rounds,
}

/// Begins. `own` is this server's address where the network has none.
pub fn start(state: &Arc<State>, own: String) -> Result<Running> {
    let follower = state.alerts.follow(&state.store)?;
    let carrier = Carrier::new(state.store.clone(), state.org.clone());
    let delegations = state.store.follow(Arc::new(carrier))?;
    let children = Children::new(
        state.store.clone(),
        state.engine.clone(),
        state.org.clone(),
        |at| Stamp::new("system:children", "case.child", at),
    );
    // what a power cut left half done; the events since come by themselves
    children.mend()?;
    let children = state.store.follow(Arc::new(children))?;
    let followers = Followers::new(
        state.store.clone(),
        state.engine.clone(),
        state.org.clone(),
        state.alerts.clone(),
    );
    let followers = state.store.follow(Arc::new(followers))?;
    let exchange = Exchange::new(state, |at| {
        Stamp::new("system:exchange", "exchange.carry", at)
    });
    exchange.mend()?;
    let exchange = state.store.follow(Arc::new(exchange))?;
    let (asked, there) = (state.clone(), own.clone());
    let mailer = post(state)?.start(move || here(&asked, &there))?;
    let asked = state.clone();
    let pusher = pusher(state).start(move || here(&asked, &own))?;
    Ok(Running {
        _follower: follower,
        _delegations: delegations,
        _children: children,
        _followers: followers,
        _exchange: exchange,
        _mailer: mailer,
        _pusher: pusher,
    })
}

/// The post room of this server.
pub fn post(state: &State) -> Result<Post> {
    Post::new(&state.store, &state.org, &state.alerts, |at| {
        stamp("mail.send", at)
    })
}

/// The messages of this server that go out beside mail.
#[must_use]
pub fn pusher(state: &State) -> Pusher {
    Pusher::new(&state.store, &state.org, &state.alerts, |at| {
        stamp("message.send", at)
    })
}

fn stamp(action: &'static str, at: Millis) -> Stamp {
    Stamp::new("system:alerts", action, at)
}

/// Where this server is now.
pub fn here(state: &State, own: &str) -> Here {
    let office = state.office();
    let base = match office.site.address.as_str() {
        "" => own.to_owned(),
        address => format!("http://{address}"),
    };
    Here {
        base,
        office: office.site.office.clone(),
        zone: office.zone,
    }
}

/// The PCs of the office know better than one PC alone; without them the last thing done decides.
fn is_sure_of_the_time(state: &State) -> bool {
    match (state.store.clock_state(), state.health.ahead()) {
        (ClockState::Held { .. }, _) => false,
        (_, Some(ahead)) => ahead.abs() < HALF_A_DAY,
        (thought, None) => thought == ClockState::Good,
    }
}

/// Tells of deadlines, a job of each minute; gives how many were told.
pub fn remind(state: &State) -> Result<usize> {
    let now = state.clock.now();
    // a clock that was set wrong makes everything overdue at once
    state.store.look_round();
    if !is_sure_of_the_time(state) {
        return Ok(0);
    }
    let index = state.store.index()?;
    let all = dues::list(&index, state.zone(), state.org.current().calendar(), now)?;
    drop(index);
    let stamp = stamp("alert.remind", now);
    state.alerts.remind(&state.store, stamp, &all)
}

/// Tells who stands in for whom from today or from some later day, a job of each minute; gives how many were new.
pub fn tell_stand_ins(state: &State) -> Result<usize> {
    if !is_sure_of_the_time(state) {
        return Ok(0);
    }
    let all = &state.engine.procedures;
    let named = |ids: &[String]| all.named(ids);
    let stamp = stamp("alert.remind", state.clock.now());
    state.alerts.tell_stand_ins(&state.store, stamp, &named)
}

/// Tells of alarms nobody has looked at, a job of each minute; gives how many were new.
pub fn tell_alarms(state: &State) -> Result<usize> {
    let open: Vec<_> = state.access.list_alarms(50)?;
    let alarms: Vec<(i64, &'static str, String)> = open
        .into_iter()
        .filter(|a| a.seen.is_none())
        .filter_map(|a| Some((a.id, a.rule?.label(), a.words)))
        .collect();
    if alarms.is_empty() {
        return Ok(0);
    }
    let people = holding(state, &[AdminRole::Security, AdminRole::Audit]);
    let stamp = stamp("alert.alarm", state.clock.now());
    state
        .alerts
        .tell_alarms(&state.store, stamp, (&people, &alarms))
}

/// Tells the system administrators that colleagues find the server no longer where they were told.
pub fn tell_moved(state: &State, before: &str, now: &str) -> Result<usize> {
    let people = holding(state, &[AdminRole::System]);
    let stamp = stamp("alert.moved", state.clock.now());
    state
        .alerts
        .tell_moved(&state.store, stamp, (&people, before, now))
}

/// Tells those who keep the server of its red lights, a job of each minute; gives how many were told. Whatever the clock says:
/// it may be what is wrong.
pub fn tell_lights(state: &State, watched: &mut Watched) -> Result<usize> {
    let facts = check::quick(state);
    // a new address has an alert of its own
    let is_moved = facts.way_in.as_ref().is_some_and(|w| w.moved.is_some());
    let red: Vec<Red> = lights::of(&facts)
        .into_iter()
        .filter(|l| l.grade == Grade::Bad)
        .map(|l| Red {
            known: is_moved && l.name == lights::WAY_IN,
            name: l.name,
            says: l.says,
        })
        .collect();
    let people = holding(state, &[AdminRole::System]);
    let stamp = stamp("alert.health", state.clock.now());
    state
        .alerts
        .tell_lights(&state.store, stamp, (watched, &people, &red))
}

/// Whoever can come in and administers one of these.
fn holding(state: &State, roles: &[AdminRole]) -> Vec<PersonId> {
    let holds = |a: &&Account| {
        a.state != Standing::Disabled && a.admin.iter().any(|role| roles.contains(role))
    };
    let accounts = state.access.accounts();
    accounts.iter().filter(holds).map(|a| a.person).collect()
}

/// Begins the cases whose day has come (按时发起), a job of each minute; gives how many.
pub fn begin_due(state: &State) -> Result<usize> {
    // by a clock that is a year ahead nobody fills in next year's forms
    if !is_sure_of_the_time(state) {
        return Ok(0);
    }
    let stamped = |at| Stamp::new("system:calendar", "case.schedule", at);
    let when = (state.clock.now(), stamped as fn(Millis) -> Stamp);
    state
        .engine
        .begin_due(&state.store, &state.org.current(), when)
}
