//! The synchronous half of a request, on the blocking pool: session, form token, permit, handler, and
//! what goes back. A panic in a handler is one 500 (house rule), its words go to the log only.
//! Invariant: a deed runs only with a form token of this browser and never for another site's page.

use super::cookies::{self, Keep};
use super::cx::{Cx, OpenCx};
use super::errors::{self, Trouble};
use super::guard::Origin;
use super::headers;
use super::mount::Edge;
use super::reply::{Answer, Body, Reply};
use super::route::{Demand, Method};
use super::visit::Visit;
use super::{CODE_AT, LOGIN_AT, PASSWORD_AT, urlform};
use crate::access::{Action, Allowed, Token, policy};
use crate::kit::{Error, Result};
use crate::ui::form::CSRF;
use actix_web::http::header::{self, HeaderName};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

impl Edge {
    /// Runs one route.
    pub(super) fn run(&self, n: usize, mut visit: Visit) -> Answer {
        if let Err(e) = enter(&mut visit) {
            return errors::answer(&e, &mut visit);
        }
        let Some(route) = self.routes.get(n) else {
            return errors::trouble_answer(&Trouble::not_found(), &mut visit);
        };
        if let Some(answer) = stop(route.demand.as_ref(), &mut visit) {
            return with_cookies(answer, visit);
        }
        if !visit.input.cut.is_empty() && !route.takes_cut {
            return errors::trouble_answer(&Trouble::too_big(), &mut visit);
        }
        (route.handle)(visit)
    }

    /// Whether files may be taken in for this route: they cost disk before any handler is asked.
    pub(super) fn takes_files(&self, n: usize, visit: &mut Visit) -> bool {
        let demand = self.routes.get(n).map(|r| r.demand);
        enter(visit).is_ok()
            && visit.origin != Origin::Foreign
            && match (demand, &visit.who) {
                (Some(Some(demand)), Some(who)) => {
                    policy::check(who, &visit.peer, demand.who, demand.place).is_ok()
                }
                (Some(None), _) => true,
                _ => false,
            }
    }
}

/// The answer at an address where no page stands: with the menu for whoever is logged in.
pub(super) fn nowhere(mut visit: Visit) -> Answer {
    let trouble = Trouble::not_found();
    // an address that is none is not said again in the page's forms
    "/".clone_into(&mut visit.path);
    match enter(&mut visit) {
        Ok(()) if visit.who.is_some() => errors::trouble_answer(&trouble, &mut visit),
        _ => errors::at_door(&trouble, &visit.state, visit.wants_json),
    }
}

/// Finds out who it is and which form token the page carries.
fn enter(visit: &mut Visit) -> Result<()> {
    if !visit.csrf.is_empty() {
        return Ok(());
    }
    let session = visit.cookie(cookies::SESSION).and_then(Token::parse);
    let session = session.map(|token| token.over(visit.peer.https));
    if let Some(token) = session {
        let state = &visit.state;
        let directory = state.org.current();
        visit.who = if visit.unattended {
            state.access.identify_unattended(&directory, &token)
        } else {
            state.access.identify(&directory, &token)
        };
        if visit.who.is_some() {
            visit.csrf = token.csrf();
            visit.session = Some(token);
        }
    }
    visit.door = visit.cookie(cookies::DOOR).and_then(Token::parse);
    if visit.who.is_none() {
        let door = match visit.door.take() {
            Some(door) => door,
            None => visit.state.access.new_token()?,
        };
        visit.csrf = door.csrf();
        visit.door = Some(door);
    }
    Ok(())
}

/// Why the handler is not asked, if so.
fn stop(demand: Option<&Demand>, visit: &mut Visit) -> Option<Answer> {
    let deed = visit.method == Method::Post;
    if deed && visit.origin == Origin::Foreign {
        return Some(refused(&Trouble::foreign(), visit));
    }
    if demand.is_some() && visit.who.is_none() {
        return Some(anonymous(visit));
    }
    if deed && !token_fits(visit) {
        // only our own page's form is shown again: nobody shall be led to press our button on theirs
        let trouble = match visit.origin {
            Origin::Ours => Trouble::stale(),
            Origin::Unsaid | Origin::Foreign => Trouble::foreign(),
        };
        return Some(refused(&trouble, visit));
    }
    let must_change = visit.who.as_ref().is_some_and(|w| w.must_change);
    let must_enrol = visit.who.as_ref().is_some_and(|w| w.must_enrol);
    match demand {
        Some(d) if must_change && d.who != Allowed::Newcomer => Some(Answer::to(PASSWORD_AT)),
        Some(d) if must_enrol && d.who != Allowed::Newcomer => Some(Answer::to(CODE_AT)),
        _ => None,
    }
}

fn refused(trouble: &Trouble, visit: &mut Visit) -> Answer {
    visit.refuse("csrf");
    let answer = errors::trouble_answer(trouble, visit);
    keep_door(visit);
    answer
}

fn anonymous(visit: &mut Visit) -> Answer {
    let ours = visit.origin == Origin::Ours;
    if visit.wants_json || (visit.method == Method::Post && ours) {
        let answer = errors::trouble_answer(&Trouble::log_in(), visit);
        keep_door(visit);
        return answer;
    }
    match visit.method {
        Method::Get if visit.path != "/" => {
            let next = urlform::encode(&visit.path);
            Answer::to(&format!("{LOGIN_AT}?next={next}"))
        }
        Method::Get | Method::Post => Answer::to(LOGIN_AT),
    }
}

/// A form opened before log-in (or when the session was over) carries the door's token; it counts only
/// where the browser says that the page was ours.
fn token_fits(visit: &Visit) -> bool {
    let given = visit.given.as_deref().unwrap_or(visit.form(CSRF));
    let fits = |token: &Option<Token>| token.as_ref().is_some_and(|t| t.csrf_fits(given));
    fits(&visit.session)
        || (fits(&visit.door) && (visit.who.is_none() || visit.origin == Origin::Ours))
}

/// Lets the browser keep the value its forms before log-in are checked by.
fn keep_door(visit: &mut Visit) {
    if visit.cookie(cookies::DOOR).is_none()
        && let Some(door) = visit.door.as_ref().map(Token::text)
    {
        visit.set_cookie(cookies::DOOR, &door, Keep::Days(400));
    }
}

/// Runs a handler of a route with an action.
pub(super) fn inside<A: Action>(
    mut visit: Visit,
    handler: fn(&mut Cx<A>) -> Result<Reply>,
) -> Answer {
    let Some(who) = visit.who.clone() else {
        return errors::trouble_answer(&Trouble::log_in(), &mut visit);
    };
    let permit = policy::permit::<A>(who, &visit.peer, visit.at, &visit.request, visit.op());
    match permit {
        Ok(permit) => {
            if visit.method == Method::Get {
                let state = &visit.state;
                state.unshown.wait(&state.store, permit.who().person);
            }
            visit.know_pc();
            let mut cx = Cx { permit, visit };
            let reply = guarded(|| handler(&mut cx));
            if let Ok(Reply::File(file)) = &reply
                && let Some((files, rows)) = file.taken_out()
            {
                cx.state.access.took(cx.who().person, files, rows);
            }
            finish(reply, cx.visit)
        }
        Err(e) => {
            note_refusal(&e, &visit);
            let answer = errors::answer(&e, &mut visit);
            with_cookies(answer, visit)
        }
    }
}

/// Runs a handler of a public route.
pub(super) fn open(mut visit: Visit, handler: fn(&mut OpenCx) -> Result<Reply>) -> Answer {
    keep_door(&mut visit);
    let mut cx = OpenCx { visit };
    let reply = guarded(|| handler(&mut cx));
    finish(reply, cx.visit)
}

fn guarded(f: impl FnOnce() -> Result<Reply>) -> Result<Reply> {
    catch_unwind(AssertUnwindSafe(f)).unwrap_or_else(|panic| Err(Error::Fault(words(&*panic))))
}

fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("panic: {}", text.unwrap_or("without words"))
}

fn finish(reply: Result<Reply>, mut visit: Visit) -> Answer {
    let answer = match reply.and_then(Answer::try_from) {
        Ok(answer) => answer,
        Err(e) => {
            note_refusal(&e, &visit);
            errors::answer(&e, &mut visit)
        }
    };
    let shown = answer.status != 303 && matches!(answer.body, Body::Bytes(_));
    if shown && !visit.wants_json && visit.cookie(cookies::SAID).is_some() {
        visit.set_cookie(cookies::SAID, "", Keep::Drop);
    }
    with_cookies(answer, visit)
}

/// What is not somebody's to see is "not found" to them; the security log counts it all the same (S07).
fn note_refusal(error: &Error, visit: &Visit) {
    match error {
        Error::Denied(_) => visit.refuse("denied"),
        Error::NotFound => visit.refuse("not_found"),
        Error::Invalid(_) | Error::Conflict(_) | Error::Busy(_) | Error::Fault(_) => {}
    }
}

fn with_cookies(mut answer: Answer, visit: Visit) -> Answer {
    for line in &visit.back.cookies {
        answer.add(header::SET_COOKIE, line);
    }
    if let Some(origin) = visit.probed.get() {
        answer.add(header::CONTENT_SECURITY_POLICY, &headers::probing(origin));
    }
    if visit.back.forget {
        let name = HeaderName::from_static("clear-site-data");
        answer.add(name, "\"cache\", \"storage\"");
    }
    answer
}
