//! 分送表: the office's named lists of receivers; add one, change one, switch one off. Not here: drawing (`list_view`).

use super::list_view::{all_page, one_page};
use super::{KeepLists, LISTS_AT};
use crate::engine::run::Acting;
use crate::kit::{DeptId, Error, FieldErrors, OrganId, PersonId, Result, ShelfNo, text};
use crate::org::distribution_store::{Distribution, Member, list_distributions, set_distribution};
use crate::web::{Cx, Reply};

pub(super) fn show(cx: &mut Cx<KeepLists>) -> Result<Reply> {
    draw(cx, &FieldErrors::default())
}

fn draw(cx: &Cx<KeepLists>, errors: &FieldErrors) -> Result<Reply> {
    let acting = acting(cx)?;
    let all = list_distributions(&cx.state.store.hub()?, acting.organ)?;
    let typed = (!errors.is_empty()).then_some(&cx.input);
    let page = all_page(cx, &acting, (&all, typed, errors))?;
    Ok(match errors.is_empty() {
        true => Reply::Page(page),
        false => Reply::Wrong(page),
    })
}

pub(super) fn add(cx: &mut Cx<KeepLists>) -> Result<Reply> {
    let organ = acting(cx)?.organ;
    let kept = read(cx, organ).and_then(|new| keep(cx, new));
    match errors_of(kept)? {
        None => {
            cx.tell("分送表已加上，分发的时候可以照它选");
            Ok(Reply::To(LISTS_AT.into()))
        }
        Some(errors) => draw(cx, &errors),
    }
}

pub(super) fn one(cx: &mut Cx<KeepLists>) -> Result<Reply> {
    let known = known(cx)?;
    let page = one_page(cx, &acting(cx)?, (&known, None, &FieldErrors::default()))?;
    Ok(Reply::Page(page))
}

pub(super) fn set(cx: &mut Cx<KeepLists>) -> Result<Reply> {
    let old = known(cx)?;
    let kept = read(cx, old.organ).and_then(|typed| {
        let new = Distribution {
            id: old.id,
            rev: cx.form("rev").parse().unwrap_or(0),
            on: cx.form("state") != "off",
            ..typed
        };
        keep(cx, new)
    });
    match errors_of(kept)? {
        None => {
            cx.tell("分送表已保存");
            Ok(Reply::To(LISTS_AT.into()))
        }
        Some(errors) => {
            let page = one_page(cx, &acting(cx)?, (&old, Some(&cx.input), &errors))?;
            Ok(Reply::Wrong(page))
        }
    }
}

fn acting(cx: &Cx<KeepLists>) -> Result<Acting> {
    Acting::of(&cx.state.org.current(), cx.who().person)
}

fn known(cx: &Cx<KeepLists>) -> Result<Distribution> {
    let id: i64 = cx.path("id")?;
    let all = list_distributions(&cx.state.store.hub()?, acting(cx)?.organ)?;
    all.into_iter().find(|d| d.id == id).ok_or(Error::NotFound)
}

fn keep(cx: &Cx<KeepLists>, new: Distribution) -> Result<()> {
    let about = format!("distribution:{}", new.name);
    cx.write_on(ShelfNo::HUB, about, move |w| {
        let id = set_distribution(w, &new)?;
        w.quiet("分送表，不影响各类清单");
        Ok(id)
    })
    .map(drop)
}

/// What the writer can mend; the rest goes up.
fn errors_of(kept: Result<()>) -> Result<Option<FieldErrors>> {
    match kept {
        Ok(()) => Ok(None),
        Err(why) => why.shown_at("").map(Some),
    }
}

fn read(cx: &Cx<KeepLists>, organ: OrganId) -> Result<Distribution> {
    let mut errors = FieldErrors::default();
    let name = text::one_line(cx.form("name"));
    if name.is_empty() || name.chars().count() > 30 {
        errors.add("name", "请写分送表的名称，最多 30 个字，例如 各村（社区）");
    }
    let directory = cx.state.org.current();
    let mut members: Vec<Member> = Vec::new();
    let depts = cx
        .form_all("depts")
        .into_iter()
        .filter_map(|d| d.parse().ok());
    let own = |d: &DeptId| directory.dept(*d).is_some_and(|x| x.organ == organ);
    members.extend(depts.map(DeptId).filter(own).map(Member::Department));
    let people = cx
        .form_all("people")
        .into_iter()
        .filter_map(|p| p.parse().ok());
    let here = |p: &PersonId| directory.person(*p).is_some();
    members.extend(people.map(PersonId).filter(here).map(Member::Person));
    for line in cx.form("outside").lines().map(text::one_line) {
        if line.chars().count() > 60 {
            errors.add(
                "outside",
                format!("“{line}”太长了，一行写一个单位，最多 60 个字"),
            );
        } else if !line.is_empty() {
            members.push(Member::Outside(line));
        }
    }
    let mut once: Vec<Member> = Vec::new();
    for member in members {
        if !once.contains(&member) {
            once.push(member);
        }
    }
    if once.is_empty() {
        errors.add(
            "outside",
            "表里一个单位也没有：请选部门、人员，或者写外单位",
        );
    }
    errors.check(Distribution {
        id: 0,
        rev: 0,
        organ,
        name,
        members: once,
        on: true,
    })
}
