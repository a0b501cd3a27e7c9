//! 撤回关联: a wrong relation is taken back with a reason. Not here: making one (`beside`), who may (`engine::relation`).
//! Invariant: of the other case only what the reader may see is told.

use super::RelateCase;
use super::page::acting;
use crate::engine::index_store::{find_listed, principals};
use crate::engine::relation;
use crate::engine::relation_store::{Made, list_made};
use crate::kit::{Error, FieldErrors, Id, Principal, Result};
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::{Link, Markup, form, html};
use crate::web::{Cx, Reply};

/// GET `/case/{case}/relate/{id}`.
pub fn ask(cx: &mut Cx<RelateCase>) -> Result<Reply> {
    let made = found(cx)?;
    draw(cx, &made, &FieldErrors::default()).map(Reply::Page)
}

/// POST `/case/{case}/relate/{id}`.
pub fn part(cx: &mut Cx<RelateCase>) -> Result<Reply> {
    let made = found(cx)?;
    let (case, relation): (Id, Id) = (cx.path("case")?, cx.path("id")?);
    let acting = acting(cx)?;
    let why = cx.form("why").to_owned();
    let stamp = cx.permit.stamp_on(case);
    let (store, engine) = (&cx.state.store, &cx.state.engine);
    match engine.part(store, stamp, &acting, (case, relation, &why)) {
        Ok(receipt) => {
            cx.state.unshown.note(cx.who().person, &receipt);
            cx.tell("关联已撤回，两件上都不再显示对方");
            Ok(Reply::To(format!("/case/{case}?open=related#related")))
        }
        Err(Error::Invalid(errors)) => draw(cx, &made, &errors).map(Reply::Wrong),
        Err(e) => Err(e),
    }
}

/// The relation, where this person sees the case it was made on.
fn found(cx: &Cx<RelateCase>) -> Result<Made> {
    let (case, relation): (Id, Id) = (cx.path("case")?, cx.path("id")?);
    let store = &cx.state.store;
    cx.state.engine.open(store, &acting(cx)?, (case, None))?;
    relation::standing(list_made(&store.shelf(case.shelf())?, case)?, relation)
}

fn draw(cx: &Cx<RelateCase>, made: &Made, errors: &FieldErrors) -> Result<Markup> {
    let case: Id = cx.path("case")?;
    let acting = acting(cx)?;
    let (store, engine) = (&cx.state.store, &cx.state.engine);
    let mine: Vec<Principal> = acting.viewer.holds.iter().map(|h| h.principal).collect();
    let who = principals(&mine);
    let mut other: Vec<_> = find_listed(&store.index()?, made.other, &who)?
        .into_iter()
        .collect();
    engine.unveil_listed(store, &who, &mut other)?;
    let title = match other.first() {
        Some(l) => format!("“{}”", l.title),
        None => "另有一件，您看不到".to_owned(),
    };
    let back = format!("/case/{case}?open=related#related");
    let when = cx.zone().short_time(made.at, cx.at);
    let content = html! {
        (crumbs(&Link::new("返回这一件", back.clone()), &[], "撤回关联"))
        (heading("撤回关联", "标错了才撤回；撤回以后可以重新关联", &html! {}))
        (form::errors(errors))
        p { (title) " 是这一件的" b { (made.word) } "，" (made.name) " " (when) " 标的。" }
        form method="post" action=(format!("/case/{case}/relate/{}", made.id)) {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            (form::text("why", "为什么撤回").need().value(cx.form("why"))
                .hint("例如 选错了件。理由和名字留在这一件上").check(errors))
            p.acts {
                button.btn.key type="submit" { "撤回关联" }
                (Link::new("不撤回", back).button())
            }
        }
    };
    Ok(cx.draw(&Page::new("撤回关联").wrong(errors), &content))
}
