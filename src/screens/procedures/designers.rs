//! `/procedures/designers`: who may make and change procedures. A permission of its own: it hangs on no post and no
//! administrator's role, and opens no case.

use super::AT;
use crate::access::change::GrantDesign;
use crate::kit::{PersonId, Result};
use crate::org::{Directory, pick};
use crate::screens::people::sheet::{Filled, Sheet};
use crate::ui::note::{Tone, note};
use crate::ui::person_pick::{self, Picker};
use crate::ui::{Link, html};
use crate::web::{Cx, Reply};

pub(super) fn show(cx: &mut Cx<GrantDesign>) -> Result<Reply> {
    draw(cx, &Filled::fresh())
}

pub(super) fn save(cx: &mut Cx<GrantDesign>) -> Result<Reply> {
    let ticked = cx.form_all("people").into_iter();
    let people: Vec<PersonId> = ticked.filter_map(|id| id.parse().ok()).collect();
    let d = cx.state.org.current();
    match cx.state.access.set_designers(&cx.permit, &d, &people) {
        Ok(()) => {
            cx.tell("设计权限已改好，权限有变的人要重新登录");
            Ok(Reply::To(AT.into()))
        }
        Err(why) => draw(cx, &Filled::again(&cx.input, why)?),
    }
}

fn draw(cx: &Cx<GrantDesign>, filled: &Filled<'_>) -> Result<Reply> {
    let d = cx.state.org.current();
    let now = cx.state.access.designers()?;
    let now: Vec<String> = now.iter().map(ToString::to_string).collect();
    Sheet {
        title: "谁可以设计",
        small: "",
        back: Link::new("返回事项管理", AT),
        lead: note(
            Tone::Plain,
            "有设计权限的人可以做新事项、改现有的事项。",
            &"这个权限不看岗位，也不能多看任何一件。系统管理员总是有。",
        ),
        action: &format!("{AT}/designers"),
        rev: None,
        fields: html! { (people_picker(&d, filled, now)) },
        press: "保存设计权限",
    }
    .reply(cx, filled)
}

/// Everybody by department, to be ticked.
pub(super) fn people_picker(d: &Directory, filled: &Filled<'_>, now: Vec<String>) -> Picker {
    let person = |c: pick::Choice| {
        let keys = d.person(c.person).map_or_else(String::new, |p| {
            format!("{} {}", p.keys.full.replace(' ', ""), p.keys.initials)
        });
        person_pick::Person {
            value: c.person.to_string(),
            name: c.name,
            post: c.post_name,
            keys,
            away: String::new(),
        }
    };
    let groups = pick::groups(d)
        .into_iter()
        .map(|g| person_pick::Group {
            dept: g.name,
            people: g.people.into_iter().map(person).collect(),
        })
        .collect();
    Picker::new("people", "人员", person_pick::Count::Many)
        .groups(groups)
        .chosen(filled.ticked("people", now))
        .check(&filled.errors)
}
