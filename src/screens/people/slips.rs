//! 密码单: giving people their way in. One chooses whom, the answer to that one request is the print
//! page with the passwords, and nothing shows them again (`access::slip`).
//! Invariant: nobody issues a slip for themselves, which would end the session it is printed from.

use super::sheet::Filled;
use super::{DESK_AT, SLIPS_AT, seats, slip_print};
use crate::access::slip::IssueSlips;
use crate::access::{Action, State};
use crate::kit::{DeptId, Error, PersonId, Result};
use crate::org::{Directory, pick};
use crate::ui::form::{self, Choice};
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::{Count, tally};
use crate::ui::note::{Tone, note};
use crate::ui::person_pick::{self, Picker};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};

/// Slips of one request at most: each costs the server a twentieth of a second.
const MOST: usize = 600;

pub(super) fn show(cx: &mut Cx<IssueSlips>) -> Result<Reply> {
    draw(cx, &Filled::fresh())
}

pub(super) fn issue(cx: &mut Cx<IssueSlips>) -> Result<Reply> {
    let d = cx.state.org.current();
    let issued =
        people(cx, &d).and_then(|people| cx.state.access.issue_slips(&cx.permit, &d, &people));
    match issued {
        Ok(slips) => Ok(Reply::Page(slip_print::page(cx, &d, &slips)?)),
        Err(why) => draw(cx, &Filled::again(&cx.input, why)?),
    }
}

/// Whether somebody has never come in with a password of their own.
fn is_waiting<A: Action>(cx: &Cx<A>, person: PersonId) -> bool {
    let account = cx.state.access.account(person);
    account.is_none_or(|a| a.state == State::Slip)
}

/// Whom the form asks for.
fn people(cx: &Cx<IssueSlips>, d: &Directory) -> Result<Vec<PersonId>> {
    let own = cx.who().person;
    let found: Vec<PersonId> = match cx.form("whom") {
        "all" => d
            .people()
            .map(|p| p.id)
            .filter(|p| cx.state.access.account(*p).is_none())
            .collect(),
        "dept" => of_departments(cx, d)?,
        "some" => named(cx, d)?,
        _ => return Err(Error::invalid("whom", "请选发给谁")),
    };
    let mut found: Vec<PersonId> = found.into_iter().filter(|p| *p != own).collect();
    if found.is_empty() {
        let why = "没有要发密码单的人：选到的人都已经有自己的密码";
        return Err(Error::invalid("whom", why));
    }
    if found.len() > MOST {
        let why = format!("一次最多发 {MOST} 张，请按部门分几次发");
        return Err(Error::invalid("whom", why));
    }
    found.dedup();
    Ok(found)
}

fn of_departments(cx: &Cx<IssueSlips>, d: &Directory) -> Result<Vec<PersonId>> {
    let ticked = cx.form_all("dept").into_iter();
    let depts: Vec<DeptId> = ticked.filter_map(|id| id.parse().ok()).collect();
    if depts.is_empty() {
        return Err(Error::invalid("dept", "请勾选部门"));
    }
    let mine = |p: PersonId| d.dept_of(p).is_some_and(|x| depts.contains(&x.id));
    let all = d.people().map(|p| p.id);
    Ok(all.filter(|p| mine(*p) && is_waiting(cx, *p)).collect())
}

/// Those ticked by name, whatever state their account is in: this is how a slip is re-issued.
fn named(cx: &Cx<IssueSlips>, d: &Directory) -> Result<Vec<PersonId>> {
    let ticked = cx.form_all("person").into_iter();
    let mut all: Vec<PersonId> = ticked.filter_map(|id| id.parse().ok()).collect();
    if all.is_empty() {
        return Err(Error::invalid("person", "请勾选人员"));
    }
    if all == [cx.who().person] {
        let why = "不能给自己发密码单；要换密码，请到“我的”里改";
        return Err(Error::invalid("person", why));
    }
    all.retain(|p| d.person(*p).is_some());
    all.sort_unstable();
    Ok(all)
}

fn draw(cx: &Cx<IssueSlips>, filled: &Filled<'_>) -> Result<Reply> {
    let d = cx.state.org.current();
    let without = |p: &PersonId| cx.state.access.account(*p).is_none();
    let people = || d.people().map(|p| p.id);
    let none = people().filter(without).count() as u64;
    let waiting = people().filter(|p| is_waiting(cx, *p)).count() as u64 - none;
    let counts = [
        Count {
            n: none,
            label: "还没有账号",
            href: "/admin/people?view=none",
        },
        Count {
            n: waiting,
            label: "密码单没用",
            href: "/admin/people?view=slip",
        },
    ];
    let content = html! {
        (crumbs(&Link::new("返回管理", DESK_AT), &[], "密码单"))
        (heading("密码单", "", &html! {}))
        (form::errors(&filled.errors))
        (tally(&counts))
        (note(Tone::Plain, "密码只在印的那一页上出现一次。",
            &"印好、裁开、当面交给本人。本人第一次登录要换成自己的密码。没印好就再发一次，前一张作废。"))
        form method="post" action=(SLIPS_AT) {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            (fields(cx, &d, filled, none))
            p.acts { button.btn.key type="submit" { "发密码单，去打印" } }
        }
    };
    let page = cx.draw(&Page::new("密码单").wrong(&filled.errors), &content);
    Ok(if filled.is_fresh() {
        Reply::Page(page)
    } else {
        Reply::Wrong(page)
    })
}

fn fields(cx: &Cx<IssueSlips>, d: &Directory, filled: &Filled<'_>, none: u64) -> Markup {
    let all = Choice::new("all", format!("还没有账号的全部人员（{none} 人）"));
    let all = if none == 0 {
        all.barred("都有账号了")
    } else {
        all
    };
    let whom = vec![
        all,
        Choice::new("dept", "下面勾选的部门里，还没有自己密码的人"),
        Choice::new(
            "some",
            "下面勾选的人（已有密码的会作废，要用新的密码单登录）",
        ),
    ];
    let first = if none == 0 { "some" } else { "all" };
    let depts = seats::departments(d)
        .into_iter()
        .map(|(id, name)| {
            let staff = d.staff_of(id);
            let n = staff.iter().filter(|p| is_waiting(cx, p.id)).count();
            Choice::new(id.to_string(), format!("{name}（{n}）"))
        })
        .collect();
    html! {
        (filled.put(form::radios("whom", "发给谁", whom), "whom", first))
        details open[filled.errors.of("dept").is_some()] {
            summary { "按部门勾选" }
            (filled.put_all(form::checks("dept", "部门", depts), "dept", Vec::new()))
        }
        details open[filled.errors.of("person").is_some()] {
            summary { "按人勾选" }
            (picker(d, filled))
        }
    }
}

fn picker(d: &Directory, filled: &Filled<'_>) -> Picker {
    let groups = pick::groups(d)
        .into_iter()
        .map(|g| person_pick::Group {
            dept: g.name,
            people: g.people.into_iter().map(|c| choice(d, c)).collect(),
        })
        .collect();
    Picker::new("person", "人员", person_pick::Count::Many)
        .groups(groups)
        .chosen(filled.ticked("person", Vec::new()))
        .check(&filled.errors)
}

fn choice(d: &Directory, c: pick::Choice) -> person_pick::Person {
    let person = d.person(c.person);
    let keys = person.map_or_else(String::new, |p| {
        format!("{} {}", p.keys.full.replace(' ', ""), p.keys.initials)
    });
    person_pick::Person {
        value: c.person.to_string(),
        name: c.name,
        post: c.post_name,
        keys,
        away: String::new(),
    }
}
