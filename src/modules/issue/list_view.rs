//! How the lists of receivers look: all of them with who is in each, and the form of one. Not here: rules.

use super::LISTS_AT;
use crate::engine::facts::People as _;
use crate::engine::run::Acting;
use crate::kit::{FieldErrors, Principal, Result, name_keys};
use crate::org::distribution_store::{Distribution, Member};
use crate::ui::form::{self, Choice};
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::section;
use crate::ui::person_pick::{Count, Group, Person, Picker};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{HOME, Input, Visit};

/// What the form shows: typed, or stored.
type Filled<'a> = (&'a Distribution, Option<&'a Input>, &'a FieldErrors);

pub(super) fn all_page(
    visit: &Visit,
    acting: &Acting,
    (all, typed, errors): (&[Distribution], Option<&Input>, &FieldErrors),
) -> Result<Markup> {
    let title = "分送表";
    let blank = Distribution {
        id: 0,
        rev: 0,
        organ: acting.organ,
        name: String::new(),
        members: Vec::new(),
        on: true,
    };
    let content = html! {
        (crumbs(&Link::new("返回待办", HOME), &[], title))
        (heading(title, "常发的一批单位和人编成一张表，分发的时候一选就是一批", &html! {}))
        (form::errors(errors))
        @if !all.is_empty() { (section("h-all", "现有的表", &"", &table(acting, all))) }
        (section("h-add", "加一张", &"", &html! {
            form method="post" action=(LISTS_AT) {
                (form::tokens(visit.csrf(), &visit.new_op()?))
                (fields(acting, (&blank, typed, errors)))
                p.acts { button.btn.key type="submit" { "加上" } }
            }
        }))
    };
    Ok(visit.draw(&Page::new(title).wrong(errors), &content))
}

pub(super) fn one_page(
    visit: &Visit,
    acting: &Acting,
    (one, typed, errors): Filled<'_>,
) -> Result<Markup> {
    let states = vec![Choice::new("on", "在用"), Choice::new("off", "停用")];
    let state = typed.map_or(if one.on { "on" } else { "off" }, |t| t.first("state"));
    let content = html! {
        (crumbs(&Link::new("分送表", LISTS_AT), &[], &one.name))
        (heading(&one.name, "", &html! {}))
        (form::errors(errors))
        form method="post" action=(format!("{LISTS_AT}/{}", one.id)) {
            (form::tokens(visit.csrf(), &visit.new_op()?))
            (form::hidden("rev", &one.rev.to_string()))
            (fields(acting, (one, typed, errors)))
            (form::select("state", "状态", states).value(state))
            p.acts { button.btn.key type="submit" { "保存分送表" } }
        }
    };
    Ok(visit.draw(&Page::new(&one.name).wrong(errors), &content))
}

fn table(acting: &Acting, all: &[Distribution]) -> Markup {
    let columns = [
        Column::new("名称").spine().phone(Phone::Title),
        Column::new("单位和人员").phone(Phone::Labelled),
        Column::new("状态").short().phone(Phone::Labelled),
    ];
    let row = |d: &Distribution| {
        let names: Vec<String> = d.members.iter().map(|m| called(acting, m)).collect();
        Row::new(vec![
            html! { a href=(format!("{LISTS_AT}/{}", d.id)) { (d.name) } },
            html! { (names.len()) " 个：" (names.join("、")) },
            html! { @if d.on { "在用" } @else { "停用" } },
        ])
    };
    let rows: Vec<Row> = all.iter().map(row).collect();
    ledger("现有的分送表", &columns, &rows, "")
}

/// A member as people say it.
fn called(acting: &Acting, member: &Member) -> String {
    let people = acting.people();
    match member {
        Member::Person(p) => people.name(Principal::Person(*p)),
        Member::Department(d) => people.dept_name(*d),
        Member::Outside(name) => name.clone(),
    }
}

fn fields(acting: &Acting, (one, typed, errors): Filled<'_>) -> Markup {
    let name = typed.map_or_else(|| one.name.clone(), |t| t.first("name").to_owned());
    let outside = one.members.iter().filter_map(|m| match m {
        Member::Outside(name) => Some(name.as_str()),
        _ => None,
    });
    let outside = outside.collect::<Vec<_>>().join("\n");
    let outside = typed.map_or(outside, |t| t.first("outside").to_owned());
    let people = acting.people();
    let depts = people.departments().into_iter();
    let depts = depts
        .map(|d| Choice::new(d.to_string(), people.dept_name(d)))
        .collect();
    let ticked = |kind: &str| -> Vec<String> {
        if let Some(typed) = typed {
            return typed.all(kind).into_iter().map(str::to_owned).collect();
        }
        let of = |m: &Member| match (m, kind) {
            (Member::Department(d), "depts") => Some(d.to_string()),
            (Member::Person(p), "people") => Some(p.to_string()),
            _ => None,
        };
        one.members.iter().filter_map(of).collect()
    };
    html! {
        (form::text("name", "名称").need().value(name).check(errors))
        (form::checks("depts", "本单位的部门", depts).values(ticked("depts")))
        (Picker::new("people", "本单位的人员", Count::Many).groups(groups(acting)).chosen(ticked("people")))
        (form::area("outside", "外单位", 4).value(outside).hint("一行写一个单位").check(errors))
    }
}

fn groups(acting: &Acting) -> Vec<Group> {
    let people = acting.people();
    let one = |p: Principal| match p {
        Principal::Person(id) => {
            let name = people.name(p);
            let keys = name_keys(&name);
            Some(Person {
                value: id.to_string(),
                post: people.directory.title_of(id),
                keys: format!("{} {}", keys.full.replace(' ', ""), keys.initials),
                name,
                away: String::new(),
            })
        }
        _ => None,
    };
    let depts = people.departments().into_iter();
    let of = depts.map(|d| Group {
        dept: people.dept_name(d),
        people: people.staff_of(d).into_iter().filter_map(one).collect(),
    });
    of.filter(|g: &Group| !g.people.is_empty()).collect()
}
