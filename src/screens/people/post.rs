//! One post: its name, roles and place, the departments a leader's post is in charge of, closing it.
//! Rights hang on the roles ticked here; who holds the post is `posting.rs`.

use super::sheet::{self, Filled, Sheet};
use super::{EditOrg, ORG_AT};
use crate::kit::{DeptId, Error, PostId, Result, ShelfNo};
use crate::org::edit::{self, Closing, PostDraft};
use crate::org::{Post, Role, Seen};
use crate::ui::form::{self, Choice};
use crate::ui::note::{Tone, note};
use crate::ui::{Link, html};
use crate::web::{Cx, Reply};

pub(super) fn new(cx: &mut Cx<EditOrg>) -> Result<Reply> {
    let dept: DeptId = cx.path("id")?;
    draw(cx, dept, None, &Filled::fresh())
}

pub(super) fn edit(cx: &mut Cx<EditOrg>) -> Result<Reply> {
    let post = find(cx)?;
    draw(cx, post.department, Some(&post), &Filled::fresh())
}

pub(super) fn add(cx: &mut Cx<EditOrg>) -> Result<Reply> {
    let dept: DeptId = cx.path("id")?;
    let from = sheet::today(cx);
    let saved = typed(cx).and_then(|draft| {
        cx.write(ShelfNo::HUB, move |w| {
            edit::add_post(w, dept, &draft, from).map(|id| id.0)
        })
        .map(drop)
    });
    match saved {
        Ok(()) => done(cx, dept, "岗位已新设，下一步在“人员”里安排人"),
        Err(why) => draw(cx, dept, None, &Filled::again(&cx.input, why)?),
    }
}

pub(super) fn save(cx: &mut Cx<EditOrg>) -> Result<Reply> {
    let post = find(cx)?;
    let seen = Seen::new(post.id, sheet::rev(cx));
    let saved = typed(cx).and_then(|draft| {
        cx.write(ShelfNo::HUB, move |w| edit::set_post(w, seen, &draft))
            .map(drop)
    });
    match saved {
        Ok(()) => done(
            cx,
            post.department,
            "岗位已改好，在岗的人要重新登录才有新的权限",
        ),
        Err(why) => draw(
            cx,
            post.department,
            Some(&post),
            &Filled::again(&cx.input, why)?,
        ),
    }
}

fn done(cx: &mut Cx<EditOrg>, dept: DeptId, said: &str) -> Result<Reply> {
    sheet::reload(cx)?;
    cx.tell(said);
    Ok(Reply::To(format!("{ORG_AT}/dept/{dept}")))
}

fn find(cx: &Cx<EditOrg>) -> Result<Post> {
    let id: PostId = cx.path("id")?;
    let d = cx.state.org.current();
    d.post(id).cloned().ok_or(Error::NotFound)
}

fn typed(cx: &Cx<EditOrg>) -> Result<PostDraft> {
    let roles = cx.form_all("roles").into_iter();
    Ok(PostDraft {
        name: cx.form("name").to_owned(),
        sort: sheet::number(cx, "sort")?,
        roles: roles.filter_map(Role::from_id).collect(),
    })
}

fn back(dept: DeptId) -> Link {
    Link::new("返回部门", format!("{ORG_AT}/dept/{dept}"))
}

fn draw(cx: &Cx<EditOrg>, dept: DeptId, post: Option<&Post>, filled: &Filled<'_>) -> Result<Reply> {
    let d = cx.state.org.current();
    let dept = d.dept(dept).ok_or(Error::NotFound)?;
    let now = post.and_then(|p| d.post(p.id));
    let roles: Vec<String> = match now {
        Some(p) => p.roles.iter().map(|r| r.id().to_owned()).collect(),
        None => vec![Role::Handler.id().to_owned()],
    };
    let choices = Role::ALL.map(|r| Choice::new(r.id(), r.label())).to_vec();
    let name = now.map_or("", |p| p.name.as_str());
    let sort = now.map(|p| p.sort.to_string()).unwrap_or_default();
    let fields = html! {
        (filled.put(form::text("name", "岗位名称").need(), "name", name))
        (filled.put_all(
            form::checks("roles", "角色", choices).need().hint("角色决定能办什么；一般干部勾“承办人”"),
            "roles",
            roles,
        ))
        (filled.put(form::number("sort", "顺序").hint("小的排在前面"), "sort", &sort))
    };
    let action = match post {
        Some(p) => format!("{ORG_AT}/post/{}", p.id),
        None => format!("{ORG_AT}/dept/{}/post", dept.id),
    };
    let close = post.map(|p| Link::new("撤销这个岗位", format!("{ORG_AT}/post/{}/close", p.id)));
    Sheet {
        title: if post.is_some() {
            "修改岗位"
        } else {
            "新设岗位"
        },
        small: &dept.name,
        back: back(dept.id),
        lead: html! { @if let Some(link) = close { p { (link) } } },
        action: &action,
        rev: now.map(|p| p.rev),
        fields,
        press: if post.is_some() {
            "保存岗位"
        } else {
            "新设这个岗位"
        },
    }
    .reply(cx, filled)
}

pub(super) fn charges(cx: &mut Cx<EditOrg>) -> Result<Reply> {
    draw_charges(cx, &Filled::fresh())
}

pub(super) fn set_charges(cx: &mut Cx<EditOrg>) -> Result<Reply> {
    let post = find(cx)?;
    let seen = Seen::new(post.id, sheet::rev(cx));
    let ticked = cx.form_all("charges").into_iter();
    let depts: Vec<DeptId> = ticked.filter_map(|id| id.parse().ok()).collect();
    let saved = cx.write(ShelfNo::HUB, move |w| edit::set_charges(w, seen, &depts));
    match saved {
        Ok(_) => done(cx, post.department, "分管部门已改好"),
        Err(why) => draw_charges(cx, &Filled::again(&cx.input, why)?),
    }
}

fn draw_charges(cx: &Cx<EditOrg>, filled: &Filled<'_>) -> Result<Reply> {
    let d = cx.state.org.current();
    let post = find(cx)?;
    let organ = d.dept(post.department).ok_or(Error::NotFound)?.organ;
    let all = d.depts_of(organ);
    let choices = all
        .map(|x| Choice::new(x.id.to_string(), &x.name))
        .collect();
    let now = d.charges_of(post.id).map(|x| x.id.to_string()).collect();
    let names: Vec<&str> = d.holders_of(post.id).map(|p| p.name.as_str()).collect();
    let fields = html! {
        (filled.put_all(form::checks("charges", "分管这些部门", choices), "charges", now))
    };
    Sheet {
        title: "分管部门",
        small: &format!("{} {}", post.name, names.join("、")),
        back: back(post.department),
        lead: html! {},
        action: &format!("{ORG_AT}/post/{}/charges", post.id),
        rev: Some(post.rev),
        fields,
        press: "保存分管部门",
    }
    .reply(cx, filled)
}

pub(super) fn closing(cx: &mut Cx<EditOrg>) -> Result<Reply> {
    draw_closing(cx, &Filled::fresh())
}

pub(super) fn close(cx: &mut Cx<EditOrg>) -> Result<Reply> {
    let post = find(cx)?;
    let seen = Seen::new(post.id, sheet::rev(cx));
    let saved = closing_of(cx).and_then(|closing| {
        cx.write(ShelfNo::HUB, move |w| edit::close_post(w, seen, closing))
            .map(drop)
    });
    match saved {
        Ok(()) => done(cx, post.department, "岗位已撤销"),
        Err(why) => draw_closing(cx, &Filled::again(&cx.input, why)?),
    }
}

fn closing_of(cx: &Cx<EditOrg>) -> Result<Closing<PostId>> {
    Ok(Closing {
        last_day: sheet::day(cx, "last_day")?,
        successor: sheet::chosen(cx, "successor")?,
    })
}

fn draw_closing(cx: &Cx<EditOrg>, filled: &Filled<'_>) -> Result<Reply> {
    let d = cx.state.org.current();
    let post = find(cx)?;
    let mine = post.id.to_string();
    let mut heirs = super::seats::all(&d);
    heirs.retain(|c| c.value != mine);
    if let Some(first) = heirs.first_mut() {
        *first = Choice::new("", "没有岗位接续");
    }
    let today = sheet::today(cx).to_string();
    let fields = html! {
        (filled.put(form::date("last_day", "最后一天").need(), "last_day", &today))
        (filled.put(
            form::select("successor", "由哪个岗位接续", heirs).hint("没办完的件和查看权限转给它"),
            "successor",
            "",
        ))
    };
    let holders = d.holders_of(post.id).count();
    let lead = format!("撤销后，在岗的 {holders} 人不再有这个岗位。");
    Sheet {
        title: "撤销岗位",
        small: &d.post_title(post.id),
        back: back(post.department),
        lead: note(Tone::Plain, "撤销前看一眼。", &lead),
        action: &format!("{ORG_AT}/post/{}/close", post.id),
        rev: Some(post.rev),
        fields,
        press: "撤销这个岗位",
    }
    .reply(cx, filled)
}
