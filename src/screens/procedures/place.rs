//! `/procedures/{procedure}/place`: whether a procedure is in use, and where it stands in menus.

use super::{DesignProcedure, at, may_change, published};
use crate::engine::procedures::Published;
use crate::engine::workshop::Placing;
use crate::kit::{Error, Result};
use crate::screens::people::sheet::{self, Filled, Sheet};
use crate::ui::form::{self, Choice};
use crate::ui::{Link, html};
use crate::web::{Cx, Reply};

/// Characters of a heading.
const HEADING: usize = 12;

pub(super) fn show(cx: &mut Cx<DesignProcedure>) -> Result<Reply> {
    let p = published(cx)?;
    may_change(cx, &p.procedure.id)?;
    draw(cx, &p, &Filled::fresh())
}

pub(super) fn save(cx: &mut Cx<DesignProcedure>) -> Result<Reply> {
    let p = published(cx)?;
    let id = &p.procedure.id;
    may_change(cx, id)?;
    let saved = typed(cx).and_then(|placing| {
        let stamp = cx.permit.stamp_on(id);
        cx.state.engine.place(&cx.state.store, stamp, (id, placing))
    });
    match saved {
        Ok(()) => {
            let off = cx.form("state") == "off";
            cx.tell(match off {
                true => "已停用：不能再发起，在办的照常办完，登记簿照常看",
                false => "已保存",
            });
            Ok(Reply::To(at(id)))
        }
        Err(why) => draw(cx, &p, &Filled::again(&cx.input, why)?),
    }
}

fn typed(cx: &Cx<DesignProcedure>) -> Result<Placing> {
    let heading = crate::kit::text::one_line(cx.form("heading"));
    if heading.chars().count() > HEADING {
        let why = format!("分组的名称不超过 {HEADING} 个字");
        return Err(Error::invalid("heading", why));
    }
    Ok(Placing {
        rev: sheet::rev(cx),
        off: cx.form("state") == "off",
        heading,
        sort: sheet::number(cx, "sort")?,
    })
}

fn draw(cx: &Cx<DesignProcedure>, p: &Published, filled: &Filled<'_>) -> Result<Reply> {
    let id = &p.procedure.id;
    // a form that came back stale carries the number of the state it now shows beside
    let now = cx.state.engine.procedures.current(id)?;
    let state = if now.standing.off { "off" } else { "on" };
    let all = cx.state.engine.procedures.all();
    let mut headings: Vec<(String, String)> = Vec::new();
    for other in all.iter() {
        let offer = (other.heading().to_owned(), String::new());
        if !headings.contains(&offer) {
            headings.push(offer);
        }
    }
    let fields = html! {
        (filled.put(form::radios("state", "用不用", vec![
            Choice::new("on", "启用：可以发起"),
            Choice::new("off", "停用：不能再发起，在办的照常办完，登记簿照常看"),
        ]), "state", state))
        (filled.put(form::text("heading", "分组").hint("在“发起事项”里排在哪个标题下面；空着就按事项自己的").suggest(headings), "heading", &now.standing.heading))
        (filled.put(form::number("sort", "顺序").hint("小的排在前面"), "sort", &now.standing.sort.to_string()))
    };
    Sheet {
        title: "启用和位置",
        small: &now.procedure.name,
        back: Link::new("返回事项", at(id)),
        lead: html! {},
        action: &format!("{}/place", at(id)),
        rev: Some(now.standing.rev),
        fields,
        press: "保存",
    }
    .reply(cx, filled)
}
