//! What a page asks by itself every half minute: how much waits, what is new, when the session ends.
//! Cheap: counted once for each state of the lists. Not for showing anything; `pulse.js` does.

use crate::access::{Allowed, Place, action};
use crate::engine::dues_store;
use crate::inbox::{alert_store, choice};
use crate::kit::{Millis, Result};
use crate::web::{Cx, Reply};
use serde_json::json;
use std::sync::Arc;

action!(pub Pulse, "alert.pulse", "看有没有新的", Allowed::SignedIn, Place::Anywhere);

/// Alerts older than this are no news.
const NEWS_MS: i64 = 3 * 24 * 3_600_000;

pub(super) fn pulse(cx: &mut Cx<Pulse>) -> Result<Reply> {
    if let Ok(theirs) = cx.query("now").parse() {
        let at = cx.state.clock.now();
        cx.state.health.hear(cx.who().person, Millis(theirs), at);
    }
    let counted = counted(cx)?;
    // the session's own time is the one thing that differs from ask to ask
    let (left, stays) = cx
        .session()
        .and_then(|t| cx.state.access.left(t))
        .unwrap_or_default();
    Ok(Reply::Json(format!(
        "{{{counted},\"left\":{left},\"stays\":{stays}}}"
    )))
}

/// Everything else, as the inside of a JSON object.
fn counted(cx: &Cx<Pulse>) -> Result<Arc<str>> {
    let state = &cx.state;
    let who = cx.who();
    let version = state.store.lists_version() + state.alerts.version();
    let scope = who.scope.todo_json();
    state
        .pulses
        .once(version, &format!("{}{scope}", who.person), || {
            let todo = state.numbers(who)?.todo;
            let (given, hot) = dues_store::newest_todo(&state.store.index()?, &scope)?;
            let hub = state.store.hub()?;
            let after = Millis(cx.at.0 - NEWS_MS);
            let told = alert_store::list_told(&hub, who.person, after)?;
            let sound = choice::of(&hub, who.person)?.sound;
            let told: Vec<i64> = told.into_iter().map(|(id, _)| id).collect();
            Ok(format!(
                "\"todo\":{todo},\"given\":{},\"hot\":{hot},\"told\":{},\"sound\":{sound}",
                json!(given),
                json!(told)
            )
            .into())
        })
}
