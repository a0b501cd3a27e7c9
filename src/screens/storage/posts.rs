//! One post of a department that runs itself: which of the department's own duties it has. Duties of the whole
//! office (registering, leading, sealing) are given by the system administrator only and stay as they are.

use super::{MINE_AT, SetRights};
use crate::kit::{Error, PostId, Result, ShelfNo};
use crate::org::edit::{self, PostDraft};
use crate::org::{Post, Role, Seen};
use crate::screens::people::sheet::{self, Filled, Sheet};
use crate::ui::form::{self, Choice};
use crate::ui::note::{Tone, note};
use crate::ui::{Link, html};
use crate::web::{Cx, Reply};

/// What a department may settle among its own posts.
const OWN: [Role; 5] = [
    Role::DeptHead,
    Role::Receiver,
    Role::Handler,
    Role::Window,
    Role::Duty,
];

/// GET `/storage/mine/post/{id}`.
pub(super) fn page(cx: &mut Cx<SetRights>) -> Result<Reply> {
    let post = find(cx)?;
    draw(cx, &post, &Filled::fresh())
}

/// POST.
pub(super) fn save(cx: &mut Cx<SetRights>) -> Result<Reply> {
    let post = find(cx)?;
    let seen = Seen::new(post.id, sheet::rev(cx));
    let ticked: Vec<Role> = cx
        .form_all("roles")
        .into_iter()
        .filter_map(Role::from_id)
        .collect();
    let saved = roles(&post, &ticked).and_then(|roles| {
        let draft = PostDraft {
            name: post.name.clone(),
            sort: post.sort,
            roles,
        };
        cx.write_on(ShelfNo::HUB, post.id, move |w| {
            edit::set_post(w, seen, &draft)
        })
        .map(drop)
    });
    match saved {
        Ok(()) => {
            sheet::reload(cx)?;
            cx.tell("岗位的权限已改好，在岗的人要重新登录才有新的权限");
            Ok(Reply::To(MINE_AT.into()))
        }
        Err(why) => draw(cx, &post, &Filled::again(&cx.input, why)?),
    }
}

/// A post of a department this person runs; any other is not found.
fn find(cx: &Cx<SetRights>) -> Result<Post> {
    let id: PostId = cx.path("id")?;
    let d = cx.state.org.current();
    let post = d
        .post(id)
        .filter(|p| cx.who().runs_dept(p.department) && d.is_open_post(p.id));
    post.cloned().ok_or(Error::NotFound)
}

/// What was ticked beside what is not the department's to settle.
fn roles(post: &Post, ticked: &[Role]) -> Result<Vec<Role>> {
    if ticked.iter().any(|r| !OWN.contains(r)) {
        let why = "这里只能设本部门自己的权限，全单位的权限请系统管理员来设";
        return Err(Error::invalid("roles", why));
    }
    let mut all: Vec<Role> = post
        .roles
        .iter()
        .copied()
        .filter(|r| !OWN.contains(r))
        .collect();
    all.extend(ticked);
    Ok(all)
}

fn draw(cx: &Cx<SetRights>, post: &Post, filled: &Filled<'_>) -> Result<Reply> {
    let d = cx.state.org.current();
    let now = post
        .roles
        .iter()
        .filter(|r| OWN.contains(r))
        .map(|r| r.id().to_owned());
    let choices = OWN.map(|r| Choice::new(r.id(), what(r))).to_vec();
    let others: Vec<&str> = post
        .roles
        .iter()
        .filter(|r| !OWN.contains(r))
        .map(|r| r.label())
        .collect();
    let fields = html! {
        (filled.put_all(form::checks("roles", "能办什么", choices), "roles", now.collect()))
    };
    let lead = html! {
        @if !others.is_empty() {
            (note(Tone::Plain, &format!("这个岗位还有：{}。", others.join("、")), &"这些由系统管理员设，这里不变。"))
        }
    };
    Sheet {
        title: "岗位的权限",
        small: &d.post_title(post.id),
        back: Link::new("返回本部门的柜", MINE_AT),
        lead,
        action: &format!("{MINE_AT}/post/{}", post.id),
        rev: Some(post.rev),
        fields,
        press: "保存权限",
    }
    .reply(cx, filled)
}

const fn what(role: Role) -> &'static str {
    match role {
        Role::DeptHead => "部门负责人：交办、审核本部门的件",
        Role::Receiver => "部门收文：接收分到本部门的件",
        Role::Handler => "承办人：办理交给他的件",
        Role::Window => "窗口员：在办事窗口接件",
        Role::Duty => "值班员：轮到值班",
        other => other.label(),
    }
}
