//! 关注: the cases somebody keeps an eye on without having them in hand, and beginning and ending that.
//! Not here: who is told what (`engine::follow`).
//! Invariant: of a case he may see no longer the list says only that there is one, and lets him take it out.

use super::case::page::acting;
use super::todo::{leafing, leaves, listed};
use crate::access::{Allowed, Place, action};
use crate::engine::follow_store;
use crate::engine::index_store::find_listed;
use crate::kit::{Id, Result};
use crate::ui::deed::{Press, one_button};
use crate::ui::frame::heading;
use crate::ui::list::{empty, lines, section};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, HOME, Manifest, MenuItem, Reply, Route};

action!(pub SeeFollowed, "follow.list", "看关注的件", Allowed::SignedIn, Place::Anywhere);
action!(pub FollowCase, "case.follow", "关注件", Allowed::SignedIn, Place::Anywhere);
action!(pub UnfollowCase, "case.unfollow", "不再关注件", Allowed::SignedIn, Place::Anywhere, spare = true);

/// Where the list is.
const AT: &str = "/followed";

/// The list, and the two buttons of a case's page.
pub const MANIFEST: Manifest = Manifest {
    id: "followed",
    menu: &[MenuItem::new("关注", AT, 35)],
    routes,
};

fn routes() -> Vec<Route> {
    vec![
        Route::get::<SeeFollowed>(AT, show),
        Route::post::<FollowCase>("/case/{case}/follow", follow),
        Route::post::<UnfollowCase>("/case/{case}/unfollow", unfollow),
    ]
}

fn show(cx: &mut Cx<SeeFollowed>) -> Result<Reply> {
    let leaf = leafing(cx);
    let person = cx.who().person;
    let (all, total) = {
        let hub = cx.state.store.hub()?;
        let span = (leaf.limit(), leaf.offset());
        let all = follow_store::list_followed(&hub, person, span)?;
        (all, follow_store::count_followed(&hub, person)?)
    };
    let who = cx.who().scope.json();
    let index = cx.state.store.index()?;
    let (mut seen, mut gone) = (Vec::new(), Vec::new());
    for case in all {
        match find_listed(&index, case, &who)? {
            Some(one) => seen.push(one),
            None => gone.push(case),
        }
    }
    drop(index);
    let engine = &cx.state.engine;
    engine.unveil_listed(&cx.state.store, &who, &mut seen)?;
    let total = u64::try_from(total).unwrap_or(0);
    let content = html! {
        (heading("关注", &format!("共 {total} 件"), &html! {}))
        @if total == 0 {
            (empty("您没有关注的件。", "打开一件，按“关注这一件”，以后它有进展、办结了都会提醒您。", &[Link::new("回待办", HOME)]))
        } @else {
            (listed("关注", &seen, cx)) (leaves(AT, leaf, total))
        }
        (lost(cx, &gone)?)
    };
    Ok(cx.page("关注", &content))
}

/// What he followed and may not see any more.
fn lost(cx: &Cx<SeeFollowed>, gone: &[Id]) -> Result<Markup> {
    if gone.is_empty() {
        return Ok(html! {});
    }
    let mut all = Vec::new();
    for case in gone {
        let press = Press::new("不再关注");
        let to = format!("/case/{case}/unfollow");
        all.push(
            html! { "有 1 件现在看不到了 " (one_button(&to, cx.csrf(), &cx.new_op()?, &press)) },
        );
    }
    Ok(section("h-lost", "看不到的件", &"", &lines(&all)))
}

fn follow(cx: &mut Cx<FollowCase>) -> Result<Reply> {
    let case: Id = cx.path("case")?;
    let acting = acting(cx)?;
    let stamp = cx.permit.stamp_on(case);
    cx.state
        .engine
        .follow(&cx.state.store, stamp, &acting, case)?;
    cx.tell("已关注，有进展会提醒您，可在“关注”里查看");
    Ok(Reply::To(format!("/case/{case}")))
}

fn unfollow(cx: &mut Cx<UnfollowCase>) -> Result<Reply> {
    let case: Id = cx.path("case")?;
    let person = cx.who().person;
    let stamp = cx.permit.stamp_on(case);
    cx.state
        .engine
        .unfollow(&cx.state.store, stamp, (person, case))?;
    cx.tell("不再关注这一件");
    Ok(Reply::To(AT.to_owned()))
}
