//! Facts for the lights, and the check that reads the files through. Not for judging: [`super::lights`] does.

use super::lights::Facts;
use super::way_in::WayIn;
use crate::inbox::channel;
use crate::store::backup::{self, Alarm};
use crate::store::freeze::Stray;
use crate::store::{Checked, Stamp, Store};
use crate::web::State;
use crate::web::health::Health;
use crate::web::machine::Autostart;
use crate::web::update::Past;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// What is known now. Asks nothing of the disk but how far the lists are.
#[must_use]
pub fn facts(state: &State) -> Facts {
    Facts {
        lists: Some((
            !state.store.drain(std::time::Duration::ZERO),
            state.search.rebuilding(),
        )),
        autostart: (state.machine.autostart)(&state.data_root),
        ..quick(state)
    }
}

fn backups(state: &State) -> (Vec<Alarm>, Option<String>) {
    let status = backup::status(&state.store).ok();
    let last = status.and_then(|s| s.last_good.map(|_| s.words));
    (backup::alarms(&state.store), last)
}

/// The last update, until an administrator read how it ended.
fn update(state: &State) -> Option<Past> {
    let standing = state.updates.get()?.standing().ok()?;
    standing.past.into_iter().next().filter(|p| !p.seen)
}

fn way_in(state: &State) -> Option<WayIn> {
    let tls = state.tls()?;
    Some(WayIn {
        moved: state.reach.moved(),
        open: tls.is_open(),
        holds: (tls.told().until, tls.is_whole()),
        force: tls.force(),
    })
}

/// A hub that cannot be read is another light's matter, too.
fn messages(state: &State) -> Option<String> {
    let hub = state.store.hub().ok()?;
    channel::trouble(&hub).ok()?
}

/// A folder that cannot be read is another light's matter.
fn strays(state: &State) -> Vec<Stray> {
    state.store.strays().unwrap_or_else(|e| {
        tracing::warn!(cause = %e, "the volumes' folder was not looked at");
        Vec::new()
    })
}

/// What is known without a single question to a volume: for the to-do list.
#[must_use]
pub fn quick(state: &State) -> Facts {
    Facts {
        disk: state.store.disk(),
        lost: state.store.lost(),
        strays: strays(state),
        lists: None,
        backups: Some(backups(state)),
        mail: Some(state.alerts.trouble()),
        messages: messages(state),
        clock: state.store.clock_state(),
        ahead: state.health.ahead(),
        place: state
            .health
            .place
            .or_else(|| (state.machine.place)(&state.data_root)),
        program: (state.machine.program)(),
        checked: state.health.checked().map(|c| Checked::clone(&c)),
        checking: state.health.is_checking(),
        // two files or a question to the service manager: the page's matter, not every to-do list's
        autostart: Autostart::Unknown,
        alarms: state.access.open_alarms().ok(),
        update: update(state),
        way_in: way_in(state),
        now: state.clock.now(),
        zone: state.zone(),
    }
}

/// Reads the files through, here and now, unless another does; the result is kept.
pub fn run(state: &State, stamp: Stamp) {
    if let Some(stop) = state.health.begin() {
        go_on(&state.store, &state.health, stamp, &stop);
    }
}

/// The rest of a check that has begun.
pub(super) fn go_on(store: &Store, health: &Health, stamp: Stamp, stop: &Arc<AtomicBool>) {
    let before = health.checked();
    let before = before.map_or_else(Checked::default, |c| Checked::clone(&c));
    // a check that breaks off must not say for ever that it is under way
    let found = catch_unwind(AssertUnwindSafe(|| store.check_all(&before, stop)));
    let found = found.unwrap_or_default();
    if let Some(checked) = &found {
        let (files, contents, wrong) = (checked.files, checked.contents, checked.wrong.len());
        tracing::info!(files, contents, wrong, "files read through");
        if let Err(e) = store.keep_checked(stamp, checked) {
            tracing::error!(cause = %e, "the result of a check was not kept");
        }
    }
    health.end(found);
}
