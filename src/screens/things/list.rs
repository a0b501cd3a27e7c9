//! The office's list of rooms and vehicles: add one, rename it, switch it off. The kinds come from the procedures, so that
//! an office that makes a procedure for its projectors finds 投影仪 here.

use super::{KeepThings, LIST_AT, WEEK_AT, kinds};
use crate::agenda::resource_store::{Thing, add_thing, list_things, set_thing};
use crate::kit::{Error, Result, ShelfNo};
use crate::screens::people::sheet::{Filled, rev};
use crate::ui::form::{self, Choice};
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::section;
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};

pub(super) fn show(cx: &mut Cx<KeepThings>) -> Result<Reply> {
    draw(cx, &Filled::fresh())
}

pub(super) fn add(cx: &mut Cx<KeepThings>) -> Result<Reply> {
    let kind = cx.form("kind").to_owned();
    let (name, note) = (cx.form("name").to_owned(), cx.form("note").to_owned());
    let known = kinds(&cx.state.engine.procedures).contains(&kind);
    let added = if known {
        cx.write(ShelfNo::HUB, move |w| add_thing(w, &kind, &name, &note))
            .map(|_| ())
    } else {
        Err(Error::invalid("kind", "请选是哪一类"))
    };
    match added {
        Ok(()) => {
            cx.tell("已登记，申请的时候可以选了");
            Ok(Reply::To(LIST_AT.into()))
        }
        Err(why) => draw(cx, &Filled::again(&cx.input, why)?),
    }
}

pub(super) fn set(cx: &mut Cx<KeepThings>) -> Result<Reply> {
    let id: i64 = cx.path("id")?;
    let all = list_things(&cx.state.store.hub()?)?;
    let old = all
        .into_iter()
        .find(|t| t.id == id)
        .ok_or(Error::NotFound)?;
    let new = Thing {
        rev: rev(cx),
        name: cx.form("called").to_owned(),
        note: cx.form("about").to_owned(),
        on: cx.form("state") != "off",
        ..old
    };
    match cx.write_on(ShelfNo::HUB, id, move |w| set_thing(w, &new)) {
        Ok(_) => {
            cx.tell("已保存");
            Ok(Reply::To(LIST_AT.into()))
        }
        Err(why) => draw(cx, &Filled::again(&cx.input, why)?),
    }
}

fn draw(cx: &Cx<KeepThings>, filled: &Filled<'_>) -> Result<Reply> {
    let things = list_things(&cx.state.store.hub()?)?;
    let title = "登记会议室和车辆";
    let content = html! {
        (crumbs(&Link::new("会议室和车辆", WEEK_AT), &[], title))
        (heading(title, "申请会议室、用车的时候从这里选；停用的不能再选，已经安排的不受影响", &html! {}))
        (form::errors(&filled.errors))
        (section("h-add", "新登记一个", &"", &adding(cx, filled)?))
        @if !things.is_empty() { (section("h-all", "清单", &"", &all(cx, &things)?)) }
    };
    let page = cx.draw(&Page::new(title).wrong(&filled.errors), &content);
    Ok(if filled.is_fresh() {
        Reply::Page(page)
    } else {
        Reply::Wrong(page)
    })
}

fn adding(cx: &Cx<KeepThings>, filled: &Filled<'_>) -> Result<Markup> {
    let kinds = kinds(&cx.state.engine.procedures);
    let choices: Vec<Choice> = kinds.iter().map(|k| Choice::new(k, k)).collect();
    let first = kinds.first().cloned().unwrap_or_default();
    Ok(html! {
        form method="post" action=(LIST_AT) {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            (filled.put(form::select("kind", "类别", choices), "kind", &first))
            (filled.put(form::text("name", "名称").need().hint("例如 二楼会议室、苏A12345 越野车"), "name", ""))
            (filled.put(form::text("note", "说明").hint("例如 40 座，有投影；7 座"), "note", ""))
            p.acts { button.btn.key type="submit" { "登记" } }
        }
    })
}

fn all(cx: &Cx<KeepThings>, things: &[Thing]) -> Result<Markup> {
    let columns = [
        Column::new("类别").short().phone(Phone::Inline),
        Column::new("名称").spine().phone(Phone::Title),
        Column::new("说明").phone(Phone::Labelled),
        Column::new("状态").short().phone(Phone::Labelled),
        Column::new("操作").phone(Phone::Inline),
    ];
    let mut rows = Vec::with_capacity(things.len());
    for t in things {
        rows.push(Row::new(vec![
            html! { (t.kind) },
            html! { (t.name) },
            html! { (t.note) },
            html! { @if t.on { "在用" } @else { "停用" } },
            editing(cx, t)?,
        ]));
    }
    Ok(ledger("清单", &columns, &rows, ""))
}

fn editing(cx: &Cx<KeepThings>, t: &Thing) -> Result<Markup> {
    let states = vec![Choice::new("on", "在用"), Choice::new("off", "停用")];
    let at = t.id.to_string();
    Ok(html! {
        details {
            summary { "改" }
            form method="post" action=(format!("{LIST_AT}/{}", t.id)) {
                (form::tokens(cx.csrf(), &cx.new_op()?))
                (form::hidden("rev", &t.rev.to_string()))
                (form::text("called", "名称").value(&t.name).apart(&at))
                (form::text("about", "说明").value(&t.note).apart(&at))
                (form::select("state", "状态", states).value(if t.on { "on" } else { "off" }).apart(&at))
                p.acts { button.btn type="submit" { "保存" (t.name) } }
            }
        }
    })
}
