//! Browsers that can show none of our pages: Internet Explorer, and Chinese double-core browsers in its mode.
//! They get one page that says how to switch, whatever they asked for. Not for old Chromium, which is served.

use super::State;
use super::reply::Answer;
use crate::ui::old::old_browser_page;
use actix_web::HttpRequest;
use actix_web::http::{Method, header};

/// Whether this engine is Internet Explorer's.
pub(super) fn is_old(req: &HttpRequest) -> bool {
    let agent = req.headers().get(header::USER_AGENT);
    let says = |agent: &str| agent.contains("Trident/") || agent.contains("MSIE ");
    req.method() == Method::GET && agent.and_then(|a| a.to_str().ok()).is_some_and(says)
}

/// What it gets. Not an error: Internet Explorer shows pages of its own in place of those.
pub(super) fn answer(state: &State) -> Answer {
    Answer::page(200, old_browser_page(&state.office().site))
}
