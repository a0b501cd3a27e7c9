//! `/storage/dept/{id}`: who runs the file of a department: members of it, named by the security or the system
//! administrator. What they may then do is on their own page (`mine`).

use super::AT;
use super::stock::Stock;
use crate::access::change::GrantDept;
use crate::kit::{DeptId, Error, PersonId, Result};
use crate::screens::people::sheet::{Filled, Sheet};
use crate::ui::form::{self, Choice};
use crate::ui::list::empty;
use crate::ui::note::{Tone, note};
use crate::ui::{Link, html};
use crate::web::{Cx, Reply};

/// GET.
pub(super) fn page(cx: &mut Cx<GrantDept>) -> Result<Reply> {
    draw(cx, &Filled::fresh())
}

/// POST.
pub(super) fn save(cx: &mut Cx<GrantDept>) -> Result<Reply> {
    let dept: DeptId = cx.path("id")?;
    let directory = cx.state.org.current();
    let name = directory.dept(dept).ok_or(Error::NotFound)?.name.clone();
    let people = cx.form_all("people").into_iter();
    let people: Vec<PersonId> = people.filter_map(|id| id.parse().ok()).collect();
    let saved = exclusive(cx, dept).and_then(|()| {
        let access = &cx.state.access;
        access.set_dept_admins(&cx.permit, (&directory, dept), &people)
    });
    match saved {
        Ok(()) => {
            if people.contains(&cx.who().person) || !cx.who().runs.is_empty() {
                // one's own session may have ended with the change: the next page is the door then
                return Ok(Reply::To(AT.into()));
            }
            cx.tell(&format!("{name}的自管员已改好，他们要重新登录"));
            Ok(Reply::To(AT.into()))
        }
        Err(why) => draw(cx, &Filled::again(&cx.input, why)?),
    }
}

/// Only a department with a cabinet of its own is run by itself.
fn exclusive(cx: &Cx<GrantDept>, dept: DeptId) -> Result<()> {
    let rule = cx.state.store.rule()?;
    if rule.except.get(&dept.0).is_some_and(|p| p.exclusive) || cx.form_all("people").is_empty() {
        return Ok(());
    }
    let why = "这个部门和别的部门共用一柜。请先在“改存放办法”里给它自己的柜，再指定自管员";
    Err(Error::invalid("people", why))
}

fn draw(cx: &Cx<GrantDept>, filled: &Filled<'_>) -> Result<Reply> {
    let dept: DeptId = cx.path("id")?;
    let stock = Stock::read(cx)?;
    let d = &stock.directory;
    let name = d.dept(dept).ok_or(Error::NotFound)?.name.clone();
    let now: Vec<String> = cx
        .state
        .access
        .dept_admins(dept)?
        .iter()
        .map(ToString::to_string)
        .collect();
    let staff: Vec<Choice> = d
        .staff_of(dept)
        .into_iter()
        .map(|p| {
            let post = d.main_post(p.id).map_or("", |post| post.name.as_str());
            Choice::new(p.id.to_string(), format!("{}　{post}", p.name))
        })
        .collect();
    let fields = html! {
        @if staff.is_empty() {
            (empty("这个部门还没有人。", "先在“人员”里安排人，再来指定自管员。", &[]))
        } @else {
            (filled.put_all(form::checks("people", "由谁自管", staff), "people", now))
        }
    };
    Sheet {
        title: "部门自管员",
        small: &name,
        back: Link::new("返回库房", AT),
        lead: note(
            Tone::Plain,
            "部门自管员管本部门自己的柜：",
            &"看得到它的大小和情况，可以备份、封存、导出，设本部门各岗位的权限、保密、自己的事项和编号。他看案卷的权限不变，和他的岗位一样。",
        ),
        action: &format!("{AT}/dept/{dept}"),
        rev: None,
        fields,
        press: "保存自管员",
    }
    .reply(cx, filled)
}
