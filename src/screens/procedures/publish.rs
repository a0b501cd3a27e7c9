//! Publishing a draft: what it changes, what the check found, a word why; throwing it away; taking what newly ships.
//! Invariant: the page shows the very verdict the publishing asks again.

use super::{AT, DesignProcedure, PublishProcedure, at, may_change, read};
use crate::engine::definition::difference::differences;
use crate::kit::{Error, FieldErrors, Result};
use crate::screens::people::sheet::{self, Filled};
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::{lines, section};
use crate::ui::{Link, form, html};
use crate::web::{Cx, Reply};

/// Characters of a word why.
const NOTE: usize = 200;

pub(super) fn look(cx: &mut Cx<PublishProcedure>) -> Result<Reply> {
    draw(cx, &Filled::fresh())
}

pub(super) fn publish(cx: &mut Cx<PublishProcedure>) -> Result<Reply> {
    let id: String = cx.path("procedure")?;
    let maker = may_change(cx, &id)?;
    let (rev, note) = (sheet::rev(cx), cx.form("note").trim().to_owned());
    let done = check(&note).and_then(|()| {
        let stamp = cx.permit.stamp_on(&id);
        let engine = &cx.state.engine;
        engine.publish_sketch(&cx.state.store, stamp, &maker, (&id, rev, &note))
    });
    match done {
        Ok(published) => {
            cx.tell(&format!(
                "“{}”已发布，从现在起新发起的都照新版本办，在办的照旧办完",
                published.procedure.name
            ));
            Ok(Reply::To(at(&id)))
        }
        Err(why) => draw(cx, &Filled::again(&cx.input, why)?),
    }
}

fn check(note: &str) -> Result<()> {
    match note.chars().count() {
        0 => Err(Error::invalid(
            "note",
            "请写一句为什么改，例如：请假改由分管领导批",
        )),
        n if n > NOTE => Err(Error::invalid("note", format!("请缩短到 {NOTE} 个字以内"))),
        _ => Ok(()),
    }
}

fn draw(cx: &Cx<PublishProcedure>, filled: &Filled<'_>) -> Result<Reply> {
    let id: String = cx.path("procedure")?;
    let maker = may_change(cx, &id)?;
    let engine = &cx.state.engine;
    let Some(sketch) = engine.sketch(&cx.state.store, &id)? else {
        let why = "这份草稿已经发布或放弃了，请回到事项管理看现在的版本";
        return Err(Error::Conflict(why.into()));
    };
    let drawn = read(&sketch.text)?;
    let verdict = engine.judge(&maker, &drawn);
    let now = engine.procedures.current(&id).ok();
    let said = now.map(|p| differences(&p.procedure, &drawn));
    let title = format!("发布“{}”", drawn.name);
    // the verdict says the faults by itself, once
    let own: FieldErrors = FieldErrors(
        filled
            .errors
            .0
            .iter()
            .filter(|e| !verdict.faults.contains(&e.message))
            .cloned()
            .collect(),
    );
    let content = html! {
        (crumbs(&Link::new(&drawn.name, at(&id)), &[Link::new("事项管理", AT)], "发布"))
        (heading(&title, &format!("{} {} 存的草稿", sketch.name, cx.zone().short_time(sketch.at, cx.at)), &html! {}))
        (form::errors(&own))
        (super::show::verdict(&verdict.faults, &verdict.warnings))
        @if let Some(said) = &said {
            (section("h-said", "和现在的版本比", &"", &html! {
                @if said.is_empty() { p { "没有改动。" } }
                @else { (lines(&said.iter().map(|s| html! { (s) }).collect::<Vec<_>>())) }
            }))
        }
        @if verdict.faults.is_empty() {
            form method="post" action={ (at(&id)) "/publish" } {
                (form::tokens(cx.csrf(), &cx.new_op()?))
                (form::hidden("rev", &sketch.rev.to_string()))
                (filled.put(form::text("note", "为什么改").need().hint("写一句，以后看版本时知道缘由"), "note", ""))
                p.acts { button.btn.key type="submit" { "发布，新发起的都照它办" } }
            }
        }
    };
    let page = cx.draw(&Page::new(&title).wrong(&own), &content);
    Ok(if filled.is_fresh() {
        Reply::Page(page)
    } else {
        Reply::Wrong(page)
    })
}

pub(super) fn throw_away(cx: &mut Cx<DesignProcedure>) -> Result<Reply> {
    let id: String = cx.path("procedure")?;
    may_change(cx, &id)?;
    let (rev, stamp) = (sheet::rev(cx), cx.permit.stamp_on(&id));
    let engine = &cx.state.engine;
    engine.drop_sketch(&cx.state.store, stamp, (&id, rev))?;
    let there = engine.procedures.current(&id).is_ok();
    cx.tell("草稿已放弃");
    Ok(Reply::To(if there { at(&id) } else { AT.into() }))
}

pub(super) fn follow(cx: &mut Cx<PublishProcedure>) -> Result<Reply> {
    let id: String = cx.path("procedure")?;
    let maker = may_change(cx, &id)?;
    let stamp = cx.permit.stamp_on(&id);
    let engine = &cx.state.engine;
    engine.follow_shipped(&cx.state.store, stamp, &maker, &id)?;
    cx.tell(
        "已改用随程序带来的版本，从现在起新发起的照它办；本单位原来的版本还在下面，随时可以改回",
    );
    Ok(Reply::To(at(&id)))
}

pub(super) fn keep(cx: &mut Cx<PublishProcedure>) -> Result<Reply> {
    let id: String = cx.path("procedure")?;
    may_change(cx, &id)?;
    let stamp = cx.permit.stamp_on(&id);
    cx.state.engine.keep_own(&cx.state.store, stamp, &id)?;
    cx.tell("继续用本单位的版本。下一次程序再带来新的，会再提醒");
    Ok(Reply::To(at(&id)))
}
