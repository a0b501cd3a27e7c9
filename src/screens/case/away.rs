//! The page of a case whose volume is not on this PC: what the lists know of it, and where the rest is.
//! Invariant: whoever may not see the case learns nothing, as ever.

use super::OpenCase;
use crate::engine::index_store::{find_listed, principals};
use crate::engine::run::Acting;
use crate::kit::{Error, Id, Principal, Result};
use crate::store::Standing;
use crate::ui::frame::{crumbs, heading};
use crate::ui::note::{Tone, note};
use crate::ui::{Link, html, list};
use crate::web::{Cx, LOOK_UP_AT, Reply};

/// What is said instead of the case. `words` is why it could not be opened.
pub fn page(cx: &Cx<OpenCase>, acting: &Acting, case: Id, words: String) -> Result<Reply> {
    let Standing::Away(at) = cx.state.store.standing(case.shelf()) else {
        return Err(Error::Busy(words));
    };
    let mine: Vec<Principal> = acting.viewer.holds.iter().map(|h| h.principal).collect();
    let listed = find_listed(&cx.state.store.index()?, case, &principals(&mine))?;
    let listed = listed.ok_or(Error::NotFound)?;
    let zone = cx.zone();
    let state = match listed.state.as_str() {
        "archived" => "已归档",
        "void" => "已作废",
        "rejected" => "已驳回",
        "terminated" => "已终止",
        "continued" => "已结转",
        _ => "已办结",
    };
    let facts = [
        ("编号", listed.number.clone().unwrap_or_default()),
        ("事项", listed.procedure.clone()),
        ("办理情况", state.to_owned()),
        ("最后办理", zone.day(listed.changed_at).long()),
    ];
    let content = html! {
        (crumbs(&Link::new("返回登记簿", LOOK_UP_AT), &[], &listed.title))
        (heading(&listed.title, "正文不在这台电脑上", &html! {}))
        (note(Tone::Plain, "这一件的正文现在看不到。", &at))
        (list::facts("这一件", &facts))
    };
    Ok(cx.page(&listed.title, &content))
}
