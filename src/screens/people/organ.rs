//! One organ's form: its names and its codes (机关代字 and the like). Not for departments.

use super::sheet::{self, Filled, Sheet};
use super::{EditOrg, ORG_AT};
use crate::access::Action;
use crate::kit::{Error, OrganId, Result, ShelfNo, text};
use crate::org::edit::{self, DeptDraft, OrganDraft};
use crate::org::{DeptKind, Organ, Seen};
use crate::ui::form;
use crate::ui::{Link, html};
use crate::web::{Cx, Reply};
use std::collections::BTreeMap;

/// Code of the department that holds the organ's own shelves.
const OWN_SHELVES: &str = "BJG";

pub(super) fn new(cx: &mut Cx<EditOrg>) -> Result<Reply> {
    draw(cx, None, &Filled::fresh())
}

pub(super) fn edit(cx: &mut Cx<EditOrg>) -> Result<Reply> {
    let organ = find(cx)?;
    draw(cx, Some(&organ), &Filled::fresh())
}

pub(super) fn add(cx: &mut Cx<EditOrg>) -> Result<Reply> {
    let from = sheet::today(cx);
    let saved = typed(cx).and_then(|draft| {
        let added = cx.write(ShelfNo::HUB, move |w| {
            let id = edit::add_organ(w, &draft, from)?;
            let own = DeptDraft {
                code: OWN_SHELVES.to_owned(),
                name: DeptKind::Hidden.label().to_owned(),
                short_name: String::new(),
                kind: DeptKind::Hidden,
                sort: 0,
            };
            edit::add_dept(w, id, &own, from)?;
            Ok(id.0)
        })?;
        Ok(added.value)
    });
    match saved {
        Ok(_) => done(cx, "单位已新增，下一步设部门"),
        Err(why) => draw(cx, None, &Filled::again(&cx.input, why)?),
    }
}

pub(super) fn save(cx: &mut Cx<EditOrg>) -> Result<Reply> {
    let organ = find(cx)?;
    let seen = Seen::new(organ.id, sheet::rev(cx));
    let saved = typed(cx).and_then(|draft| {
        cx.write(ShelfNo::HUB, move |w| edit::set_organ(w, seen, &draft))
            .map(drop)
    });
    match saved {
        Ok(()) => done(cx, "单位已改好。以前印出去的仍是旧名称"),
        Err(why) => draw(cx, Some(&organ), &Filled::again(&cx.input, why)?),
    }
}

fn done(cx: &mut Cx<EditOrg>, said: &str) -> Result<Reply> {
    sheet::reload(cx)?;
    cx.tell(said);
    Ok(Reply::To(ORG_AT.into()))
}

fn find(cx: &Cx<EditOrg>) -> Result<Organ> {
    let id: OrganId = cx.path("id")?;
    let d = cx.state.org.current();
    d.organ(id).cloned().ok_or(Error::NotFound)
}

fn typed<A: Action>(cx: &Cx<A>) -> Result<OrganDraft> {
    Ok(OrganDraft {
        name: cx.form("name").to_owned(),
        short_name: cx.form("short_name").to_owned(),
        codes: codes(cx.form("codes"))?,
    })
}

/// One code a line: its kind, then the code.
fn codes(typed: &str) -> Result<BTreeMap<String, String>> {
    let mut all = BTreeMap::new();
    for written in typed.lines() {
        let line = text::one_line(&written.replace(['：', ':', '＝', '='], " "));
        if line.is_empty() {
            continue;
        }
        let Some((kind, code)) = line.split_once(' ') else {
            let why = format!("“{line}”这一行要先写名称，空一格，再写代字，例如：机关代字 墨砚政");
            return Err(Error::invalid("codes", why));
        };
        all.insert(kind.to_owned(), code.trim().to_owned());
    }
    Ok(all)
}

fn draw(cx: &Cx<EditOrg>, organ: Option<&Organ>, filled: &Filled<'_>) -> Result<Reply> {
    let stored = organ.cloned();
    let of = |f: fn(&Organ) -> String| stored.as_ref().map(f).unwrap_or_default();
    let lines = of(|o| {
        let lines: Vec<String> = o.codes.iter().map(|(k, v)| format!("{k} {v}")).collect();
        lines.join("\n")
    });
    let action = organ.map_or_else(
        || format!("{ORG_AT}/organ"),
        |o| format!("{ORG_AT}/organ/{}", o.id),
    );
    let fields = html! {
        (filled.put(form::text("name", "单位全称").need(), "name", &of(|o| o.name.clone())))
        (filled.put(
            form::text("short_name", "简称").hint("列表里显示，不写就用全称"),
            "short_name",
            &of(|o| o.short_name.clone()),
        ))
        (filled.put(
            form::area("codes", "代字代码", 4).hint("一行一个，名称和代字之间空一格，例如：机关代字 墨砚政"),
            "codes",
            &lines,
        ))
    };
    Sheet {
        title: if organ.is_some() {
            "修改单位"
        } else {
            "新增单位"
        },
        small: organ.map_or("", |o| o.name.as_str()),
        back: Link::new("返回组织机构", ORG_AT),
        lead: html! {},
        action: &action,
        rev: organ.map(|o| o.rev),
        fields,
        press: if organ.is_some() {
            "保存单位"
        } else {
            "新增这个单位"
        },
    }
    .reply(cx, filled)
}
