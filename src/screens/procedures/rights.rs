//! `/procedures/{procedure}/rights`: to whom a procedure is authorised: departments, posts, roles and people, one
//! question a page (who starts it, who opens its register, who changes it). Nobody named means: as the procedure says.

use super::designers::people_picker;
use super::{AuthoriseProcedure, at, published};
use crate::engine::procedures::{Grantee, Published};
use crate::engine::workshop::Right;
use crate::kit::{DeptId, PersonId, PostId, Principal, Result};
use crate::org::{Directory, Role};
use crate::screens::people::sheet::{self, Filled, Sheet};
use crate::ui::form::{self, Choice};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};

const ALL: [Right; 3] = [Right::Start, Right::See, Right::Design];

pub(super) fn show(cx: &mut Cx<AuthoriseProcedure>) -> Result<Reply> {
    let p = published(cx)?;
    let right = of(cx.query("of"));
    draw(cx, (&p, right), &Filled::fresh())
}

pub(super) fn save(cx: &mut Cx<AuthoriseProcedure>) -> Result<Reply> {
    let p = published(cx)?;
    let right = of(cx.form("of"));
    let id = &p.procedure.id;
    let named = typed(cx);
    let stamp = cx.permit.stamp_on(id);
    let wish = (id.as_str(), sheet::rev(cx));
    let engine = &cx.state.engine;
    match engine.authorise(&cx.state.store, stamp, wish, vec![(right, named)]) {
        Ok(()) => {
            cx.tell(&format!("“{}”的授权已改好", p.procedure.name));
            Ok(Reply::To(at(id)))
        }
        Err(why) => draw(cx, (&p, right), &Filled::again(&cx.input, why)?),
    }
}

fn of(word: &str) -> Right {
    let found = ALL.into_iter().find(|r| r.id() == word);
    found.unwrap_or(Right::Start)
}

fn typed(cx: &Cx<AuthoriseProcedure>) -> Vec<Grantee> {
    let d = cx.state.org.current();
    let principal = |p| Grantee::Principal(p);
    let roles = cx.form_all("role").into_iter();
    let mut all: Vec<Grantee> = roles
        .filter_map(Role::from_id)
        .map(|r| Grantee::Role(r.id().to_owned()))
        .collect();
    let depts = cx.form_all("dept").into_iter();
    let depts = depts.filter_map(|id| id.parse::<DeptId>().ok());
    all.extend(
        depts
            .filter(|id| d.dept(*id).is_some())
            .map(|id| principal(Principal::Pool(id))),
    );
    let posts = cx.form_all("post").into_iter();
    let posts = posts.filter_map(|id| id.parse::<PostId>().ok());
    all.extend(
        posts
            .filter(|id| d.post(*id).is_some())
            .map(|id| principal(Principal::Post(id))),
    );
    let people = cx.form_all("people").into_iter();
    let people = people.filter_map(|id| id.parse::<PersonId>().ok());
    all.extend(
        people
            .filter(|id| d.person(*id).is_some())
            .map(|id| principal(Principal::Person(id))),
    );
    all
}

fn draw(
    cx: &Cx<AuthoriseProcedure>,
    (p, right): (&Published, Right),
    filled: &Filled<'_>,
) -> Result<Reply> {
    let id = &p.procedure.id;
    let now = cx.state.engine.procedures.current(id)?;
    let named = match right {
        Right::Start => &now.standing.start,
        Right::See => &now.standing.see,
        Right::Design => &now.standing.design,
    };
    let d = cx.state.org.current();
    let others = ALL.into_iter().filter(|r| *r != right);
    let others: Vec<Link> = others
        .map(|r| Link::new(r.label(), format!("{}/rights?of={}", at(id), r.id())))
        .collect();
    let empty = match right {
        Right::Start => "一个也不选，就照事项里写的来",
        Right::See => "一个也不选，每个人都能打开登记簿；看得到哪些件，总是按各件的查看权",
        Right::Design => "一个也不选，有设计权限的人都能改；选了，也只有有设计权限的人里的这些能改",
    };
    let lead = html! {
        p { (empty) "。" }
        p { "还可以改：" @for (i, l) in others.iter().enumerate() { @if i > 0 { "、" } (l) } "。" }
    };
    Sheet {
        title: right.label(),
        small: &now.procedure.name,
        back: Link::new("返回事项", at(id)),
        lead,
        action: &format!("{}/rights", at(id)),
        rev: Some(now.standing.rev),
        fields: html! { (form::hidden("of", right.id())) (fields(&d, named, filled)) },
        press: "保存授权",
    }
    .reply(cx, filled)
}

fn fields(d: &Directory, named: &[Grantee], filled: &Filled<'_>) -> Markup {
    let roles = Role::ALL.map(|r| Choice::new(r.id(), r.label())).to_vec();
    let chosen = named.iter().filter_map(|g| match g {
        Grantee::Role(r) => Some(r.clone()),
        Grantee::Principal(_) => None,
    });
    let picked = |take: fn(&Principal) -> Option<i64>| -> Vec<String> {
        let all = named.iter().filter_map(|g| match g {
            Grantee::Principal(p) => take(p).map(|id| id.to_string()),
            Grantee::Role(_) => None,
        });
        all.collect()
    };
    let depts: Vec<Choice> = d
        .organs()
        .flat_map(|o| d.depts_of(o.id))
        .map(|x| Choice::new(x.id.to_string(), &x.name))
        .collect();
    let posts: Vec<Choice> = d
        .organs()
        .flat_map(|o| d.depts_of(o.id))
        .flat_map(|x| d.posts_in(x.id))
        .map(|p| Choice::new(p.id.to_string(), d.post_title(p.id)))
        .collect();
    let in_posts = picked(|p| match p {
        Principal::Post(id) => Some(id.0),
        _ => None,
    });
    let in_people = picked(|p| match p {
        Principal::Person(id) => Some(id.0),
        _ => None,
    });
    let in_depts = picked(|p| match p {
        Principal::Pool(id) => Some(id.0),
        _ => None,
    });
    html! {
        (filled.put_all(form::checks("role", "角色", roles), "role", chosen.collect()))
        (filled.put_all(form::checks("dept", "部门（全部门的人）", depts), "dept", in_depts))
        details open[!in_posts.is_empty()] {
            summary { "按岗位选" }
            (filled.put_all(form::checks("post", "岗位", posts), "post", in_posts.clone()))
        }
        details open[!in_people.is_empty()] {
            summary { "按人选" }
            (people_picker(d, filled, in_people.clone()))
        }
    }
}
