//! The first run, page by page: code, choice, office, departments, administrators, the network, done.
//! Each step is saved before the next is shown, so a kill resumes where it was; that of the administrators claims.
//! Invariant: none of these pages shows or does anything once the server is claimed (S62), and none
//! but the code's answers to a visitor who neither sits at the server PC nor typed the code.

mod admins;
mod choose;
mod code;
mod demo;
mod done;
mod lan;
mod office;
mod org;
mod restore;

pub use demo::MANIFEST as DEMO;
pub use done::MANIFEST as DONE;
pub use lan::MANIFEST as LAN;

use crate::access::Token;
use crate::access::setup_draft::Draft;
use crate::kit::{FieldErrors, Result};
use crate::ui::frame::{self, Page, Wizard, Zoom};
use crate::ui::{Markup, form, html};
use crate::web::{CLAIM, CLAIM_AT, LAN_AT, LOGIN_AT, Manifest, OpenCx, Reply, Route, Visit};

const CHOOSE_AT: &str = "/setup/choose";
const RESTORE_AT: &str = "/setup/restore";
const OFFICE_AT: &str = "/setup/office";
const ORG_AT: &str = "/setup/org";
const ADMINS_AT: &str = "/setup/admins";
const DONE_AT: &str = "/setup/done";
/// The cookie of whoever typed the code.
const COOKIE: &str = "ink_setup";
const STEPS: [&str; 7] = ["启用", "开始", "单位", "部门", "管理员", "局域网", "完成"];

/// The pages that answer before the claim; the only ones.
pub const MANIFEST: Manifest = Manifest {
    id: CLAIM,
    menu: &[],
    routes,
};

fn routes() -> Vec<Route> {
    vec![
        Route::open_get(CLAIM_AT, code::page),
        Route::open_post(CLAIM_AT, code::enter),
        Route::open_get(CHOOSE_AT, |cx| step(cx, CHOOSE_AT, choose::page)),
        Route::open_post(CHOOSE_AT, |cx| step(cx, CHOOSE_AT, choose::begin)),
        Route::open_get(RESTORE_AT, |cx| step(cx, CHOOSE_AT, restore::page)),
        Route::open_post(RESTORE_AT, |cx| step(cx, CHOOSE_AT, restore::begin)),
        Route::open_get(OFFICE_AT, |cx| step(cx, OFFICE_AT, office::page)),
        Route::open_post(OFFICE_AT, |cx| step(cx, OFFICE_AT, office::save)),
        Route::open_get(ORG_AT, |cx| step(cx, ORG_AT, org::page)),
        Route::open_post(ORG_AT, |cx| step(cx, ORG_AT, org::save)),
        Route::open_get(ADMINS_AT, |cx| step(cx, ADMINS_AT, admins::page)),
        Route::open_post(ADMINS_AT, |cx| step(cx, ADMINS_AT, admins::claim)),
    ]
}

/// Whether this visitor may set the server up.
fn may_set_up(cx: &OpenCx) -> Result<bool> {
    let cookie = cx.cookie(COOKIE).and_then(Token::parse);
    cx.state.access.may_set_up(cx.peer(), cookie.as_ref())
}

/// Whoever pressed the last button while the power went finds an office that is claimed.
fn over(cx: &mut OpenCx) -> Reply {
    cx.tell("这台服务器已经启用了，请用启用时写的姓名和密码登录");
    Reply::To(LOGIN_AT.into())
}

/// Lets a step run where the ones before it are done, for who may; sends everybody else where they
/// can go on.
fn step(
    cx: &mut OpenCx,
    at: &'static str,
    run: fn(&mut OpenCx, Draft) -> Result<Reply>,
) -> Result<Reply> {
    if cx.state.claimed() {
        return Ok(over(cx));
    }
    if !may_set_up(cx)? {
        return Ok(Reply::To(CLAIM_AT.into()));
    }
    let draft = cx.state.access.setup_draft()?;
    let open = if cx.state.access.is_demo() {
        CHOOSE_AT
    } else {
        next(&draft)
    };
    if place(at) > place(open) {
        return Ok(Reply::To(open.into()));
    }
    run(cx, draft)
}

/// The first step that is not done.
const fn next(draft: &Draft) -> &'static str {
    match (draft.begun, &draft.office, &draft.org) {
        (false, _, _) => CHOOSE_AT,
        (true, None, _) => OFFICE_AT,
        (true, Some(_), None) => ORG_AT,
        (true, Some(_), Some(_)) => ADMINS_AT,
    }
}

/// Which step a page is, counted from 1.
fn place(at: &str) -> usize {
    match at {
        CLAIM_AT => 1,
        CHOOSE_AT => 2,
        OFFICE_AT => 3,
        ORG_AT => 4,
        ADMINS_AT => 5,
        LAN_AT => 6,
        _ => 7,
    }
}

/// A page of the wizard.
struct Leaf<'a> {
    title: &'a str,
    at: &'static str,
    /// The step before, if one can go back.
    back: Option<&'static str>,
    /// The page's one primary button.
    key: &'a str,
    errors: &'a FieldErrors,
}

/// The step's own page: errors, fields, buttons, all in one form.
fn draw(cx: &Visit, leaf: &Leaf<'_>, fields: &Markup) -> Markup {
    let content = html! {
        (form::errors(leaf.errors))
        form method="post" action=(leaf.at) {
            (form::token(cx.csrf()))
            (fields)
            p.acts {
                button.btn.key type="submit" { (leaf.key) }
                @if let Some(back) = leaf.back { a.btn href=(back) { "上一步" } }
            }
            p.hint { "关掉本页也不要紧，再打开会接着这一步。" }
            (code::elsewhere(cx))
        }
    };
    in_wizard(
        cx,
        leaf.at,
        &Page::new(leaf.title).wrong(leaf.errors),
        &content,
    )
}

fn in_wizard(cx: &Visit, at: &str, page: &Page<'_>, content: &Markup) -> Markup {
    let wizard = Wizard {
        steps: &STEPS,
        at: place(at),
        person: "",
        // the size of the letters belongs to an account, and there is none
        csrf: "",
        path: at,
        zoom: Zoom::Plain,
    };
    frame::wizard_page(cx.site(), page, &wizard, content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::setup_draft::{OfficeDraft, OrgDraft};

    #[test]
    fn the_first_step_that_is_not_done_is_next() {
        let mut draft = Draft::default();
        assert_eq!(next(&draft), CHOOSE_AT);
        draft.begun = true;
        assert_eq!(next(&draft), OFFICE_AT);
        draft.office = Some(OfficeDraft::default());
        assert_eq!(next(&draft), ORG_AT);
        draft.org = Some(OrgDraft::default());
        assert_eq!(next(&draft), ADMINS_AT);
    }

    #[test]
    fn the_steps_stand_in_order() {
        let order = [
            CLAIM_AT, CHOOSE_AT, OFFICE_AT, ORG_AT, ADMINS_AT, LAN_AT, DONE_AT,
        ];
        let places: Vec<usize> = order.iter().map(|at| place(at)).collect();
        assert_eq!(places, (1..=STEPS.len()).collect::<Vec<_>>());
    }
}
