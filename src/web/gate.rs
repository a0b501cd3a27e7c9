//! The doors of a server that may not be let in yet: a new program on trial. Everybody reads that it is being updated; whoever
//! started it asks, with a word only the two of them have, whether it is well.
//! Invariant: behind closed doors no handler runs, so nothing is registered that a return to the old program would lose.

use super::State;
use super::admit::wants_json;
use super::errors;
use super::reply::Answer;
use crate::access::same;
use crate::kit::{Result, version};
use crate::ui::frame::{Page, heading};
use crate::ui::html;
use actix_web::HttpRequest;
use actix_web::http::header::HeaderName;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// The header with the word.
pub const WORD: &str = "x-inkstone-trial";
/// Browsers ask again after so many seconds.
const AGAIN: u32 = 3;

/// The doors; open where nobody closes them.
#[derive(Debug, Default)]
pub struct Gate {
    closed: AtomicBool,
    word: OnceLock<String>,
}

impl Gate {
    /// Closes them, before the server listens.
    pub fn close(&self, word: &str) {
        let _ = self.word.set(word.to_owned());
        self.closed.store(true, Ordering::Release);
    }

    /// Opens them for good.
    pub fn open(&self) {
        self.closed.store(false, Ordering::Release);
    }

    /// The answer of closed doors.
    pub(super) fn answer(&self, req: &HttpRequest, state: &State) -> Option<Answer> {
        if !self.closed.load(Ordering::Acquire) {
            return None;
        }
        let given = req.headers().get(HeaderName::from_static(WORD));
        let given = given.and_then(|v| v.to_str().ok());
        let known = self.word.get().filter(|w| !w.is_empty());
        Some(match (given, known) {
            (Some(given), Some(known)) if same(given.as_bytes(), known.as_bytes()) => well(state),
            _ => updating(state, wants_json(req)),
        })
    }
}

/// How the server is, read from its files.
fn well(state: &State) -> Answer {
    let looked = || -> Result<String> {
        let (volumes, people) = (
            state.store.volumes()?.len(),
            state.org.current().people().count(),
        );
        let lost = state.store.lost().len();
        let said = serde_json::json!({
            "version": version(), "volumes": volumes, "people": people, "lost": lost,
        });
        Ok(said.to_string())
    };
    match looked() {
        Ok(said) => Answer::text(200, "application/json; charset=utf-8", said),
        Err(e) => {
            tracing::error!(cause = %e, "not well on trial");
            Answer::text(500, "text/plain; charset=utf-8", String::new())
        }
    }
}

fn updating(state: &State, wants_json: bool) -> Answer {
    let content = html! {
        (heading("系统升级中", "", &html! {}))
        div.prose {
            p { "大约半分钟。本页会自己再打开，不用按什么。" }
            p { "刚才正在提交的，等一会儿请看看在不在；不在就再提交一次。" }
        }
    };
    let page = Page::new("系统升级中").refresh(AGAIN);
    errors::closed(state, &page, &content, wants_json)
}
