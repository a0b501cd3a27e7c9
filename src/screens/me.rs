//! One's own page: who one is here, one's password, log-ins, usual phrases, size of the letters, the menu.
//! Nothing here reaches another person's account; what does is in `people`.

use super::{alert, phrases, storage};
use crate::access::change::{ChangePassword, EndOwnSessions, NewPassword, SetZoom};
use crate::access::safety::PASSWORD_DAYS;
use crate::access::{Action, Allowed, KNOWN_MS, Place, Token, action, rule};
use crate::kit::{Error, FieldErrors, Result};
use crate::ui::deed::Press;
use crate::ui::form;
use crate::ui::frame::{ME_AT, MenuItem, Page, RAIL_TO, ZOOM_TO, heading};
use crate::ui::list::{facts, lines, section};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::cookies::{self, Keep};
use crate::web::{
    CODE_AT, Cx, DELEGATION_AT, HOME, LOGIN_AT, Manifest, PASSWORD_AT, Reply, Route, safe_next,
};

const END_ALL: &str = "/me/sessions/end";
const END_ONE: &str = "/me/sessions/end-one";

action!(pub SeeMe, "me.open", "打开我的页面", Allowed::Newcomer, Place::Anywhere);
action!(pub FoldMenu, "me.rail", "收起目录", Allowed::Newcomer, Place::Anywhere);

/// One's own page.
pub const MANIFEST: Manifest = Manifest {
    id: "me",
    menu: &[],
    routes,
};

fn routes() -> Vec<Route> {
    vec![
        Route::get::<SeeMe>(ME_AT, me),
        Route::get::<ChangePassword>(PASSWORD_AT, password_page),
        Route::post::<ChangePassword>(PASSWORD_AT, change_password),
        Route::post::<EndOwnSessions>(END_ALL, end_all),
        Route::post::<EndOwnSessions>(END_ONE, end_one),
        Route::get::<phrases::KeepPhrases>(phrases::AT, phrases::show),
        Route::post::<phrases::KeepPhrases>(phrases::AT, phrases::add),
        Route::post::<phrases::KeepPhrases>(phrases::TAKE, phrases::take),
        Route::post::<SetZoom>(ZOOM_TO, set_zoom),
        Route::post::<FoldMenu>(RAIL_TO, fold),
    ]
}

fn me(cx: &mut Cx<SeeMe>) -> Result<Reply> {
    let page = draw(cx, &FieldErrors::default())?;
    Ok(Reply::Page(page))
}

/// The menu on a phone, which has no rail.
fn everything(menu: &[MenuItem]) -> Markup {
    let of = |item: &MenuItem| Link::new(item.label.clone(), item.href.clone());
    let all: Vec<Link> = menu
        .iter()
        .flat_map(|m| std::iter::once(of(m)).chain(m.children.iter().map(of)))
        .collect();
    html! { div.only-sm { (section("all", "目录", &"", &lines(&all))) } }
}

/// The page; `errors` are about the phrase typed last.
pub(super) fn draw<A: Action>(cx: &Cx<A>, errors: &FieldErrors) -> Result<Markup> {
    let who = cx.who();
    let content = html! {
        (heading("我的", &who.name, &Link::new("修改密码", PASSWORD_AT).button()))
        (form::errors(errors))
        (everything(&cx.frame().menu))
        (facts("我在本单位", &about(cx)))
        @if !who.runs.is_empty() && !who.must_change {
            (section("vault", "部门自管", &"", &lines(&[Link::new("本部门的柜：大小、保密、岗位权限", storage::MINE_AT)])))
        }
        @if !who.must_change { (section("delegation", "委托", &"", &lines(&[Link::new("出差、休假时把待办委托给别人", DELEGATION_AT)]))) }
        @if !who.must_change { (section("code", "动态验证码", &"", &lines(&[Link::new(code_said(cx.state.access.has_code(who.person)), CODE_AT)]))) }
        (section("zoom", "字号", &"", &letters(cx)))
        @if !who.must_change { (section("phrases", "常用语", &"", &phrases::part(cx, errors)?)) }
        @if !who.must_change { (section("told", "提醒", &"", &alert::lines_of_mine(who))) }
        (section("logins", "我登录着的电脑和手机", &"", &logins(cx)?))
    };
    Ok(cx.draw(&Page::new("我的").wrong(errors), &content))
}

const fn code_said(has: bool) -> &'static str {
    if has {
        "已开通：登录时除了密码还要手机上的六位数字"
    } else {
        "未开通：登录时再加一道手机上的验证码"
    }
}

fn about<A: Action>(cx: &Cx<A>) -> Vec<(&'static str, String)> {
    let (who, d) = (cx.who(), cx.state.org.current());
    let posts: Vec<String> = d.posts_of(who.person).map(|p| d.post_title(p.id)).collect();
    let roles: Vec<&str> = who.roles.iter().map(|r| r.label()).collect();
    let admin: Vec<&str> = who.admin.iter().map(|r| r.label()).collect();
    let own = d.person(who.person);
    let mobile = own.and_then(|p| p.mobile.clone()).unwrap_or_default();
    let staff_no = own.and_then(|p| p.staff_no.clone()).unwrap_or_default();
    let rows = vec![
        ("姓名", who.name.clone()),
        ("部门", who.dept_name.clone()),
        ("岗位", posts.join("、")),
        ("角色", roles.join("、")),
        ("管理角色", admin.join("、")),
        ("手机", mobile),
        ("工号", staff_no),
    ];
    rows.into_iter().filter(|(_, v)| !v.is_empty()).collect()
}

fn letters<A: Action>(cx: &Cx<A>) -> Markup {
    let now = i64::from(cx.who().zoom);
    html! {
        form method="post" action=(ZOOM_TO) {
            (form::token(cx.csrf()))
            (form::hidden("back", ME_AT))
            p.acts {
                @for (size, word) in [(1, "标准"), (2, "大"), (3, "特大")] {
                    button.btn type="submit" name="z" value=(size) aria-pressed=(size == now) { (word) }
                }
            }
        }
    }
}

fn logins<A: Action>(cx: &Cx<A>) -> Result<Markup> {
    let zone = cx.zone();
    let all = cx.state.access.sessions_of(cx.who().person);
    let mine = cx.session().map(Token::digest);
    let columns = [
        Column::new("从哪台电脑").phone(Phone::Title),
        Column::new("登录时间").short().phone(Phone::Labelled),
        Column::new("最近使用").short().phone(Phone::Labelled),
        Column::new("要办的"),
    ];
    let mut rows = Vec::new();
    for (digest, s) in &all {
        let here = Some(*digest) == mine;
        rows.push(Row::new(vec![
            html! { (s.address) },
            html! { (zone.long_time(s.made_at)) },
            html! { (zone.long_time(s.seen_at)) },
            html! {
                @if here { "就是这一台" }
                @else if !cx.who().must_change {
                    form.inl method="post" action=(END_ONE) {
                        (form::token(cx.csrf()))
                        (form::hidden(form::OP, &cx.new_op()?))
                        (form::hidden("login", &digest.hex()))
                        (Press::new("退出这一处"))
                    }
                }
            },
        ]));
    }
    Ok(html! {
        (ledger("我的登录", &columns, &rows, &format!("共 {} 处", rows.len())))
        @if !cx.who().must_change {
            form method="post" action=(END_ALL) {
                (form::token(cx.csrf()))
                p.acts { button.btn type="submit" { "全部退出" } }
                p.hint { "离开过别人的电脑忘了退出，就点这里，这一台也会退出。" }
            }
        }
    })
}

fn end_one(cx: &mut Cx<EndOwnSessions>) -> Result<Reply> {
    let asked = cx.form("login");
    let all = cx.state.access.sessions_of(cx.who().person);
    let found = all.iter().find(|(digest, _)| digest.hex() == asked);
    if let Some((digest, _)) = found {
        cx.state.access.end_one(&cx.permit, *digest)?;
    }
    cx.tell("那一处已经退出");
    Ok(Reply::To(ME_AT.into()))
}

fn password_page(cx: &mut Cx<ChangePassword>) -> Result<Reply> {
    Ok(Reply::Page(draw_password(cx, &FieldErrors::default())))
}

fn draw_password(cx: &Cx<ChangePassword>, errors: &FieldErrors) -> Markup {
    let first = cx.who().must_change && !cx.who().expired;
    let safety = cx.state.access.safety();
    let new = |name, label| {
        form::password(name, label)
            .complete("new-password")
            .check(errors)
    };
    let content = html! {
        (form::errors(errors))
        (heading(if first { "先设一个自己的密码" } else { "修改密码" }, "", &html! {}))
        form method="post" action=(PASSWORD_AT) {
            (form::token(cx.csrf()))
            @if first {
                p { "一次性密码只能用这一次。设好以后，就用自己的密码登录。" }
            } @else {
                @if cx.who().expired { p { "这个密码用了 " (PASSWORD_DAYS) " 天了，本单位要求换一个，再继续办理。" } }
                (form::password("old", "现在的密码").check(errors))
            }
            (new("password", "新密码").hint(rule::words(&safety)))
            (new("again", "新密码再写一遍"))
            p { (form::show_password("password")) }
            p.acts {
                button.btn.key type="submit" { "改密码" }
                @if !cx.who().must_change { (Link::new("不改了", ME_AT).button()) }
            }
        }
    };
    cx.draw(&Page::new("修改密码").wrong(errors), &content)
}

fn change_password(cx: &mut Cx<ChangePassword>) -> Result<Reply> {
    let typed = NewPassword {
        old: cx.form("old"),
        new: cx.form("password"),
        again: cx.form("again"),
    };
    let directory = cx.state.org.current();
    let access = &cx.state.access;
    match access.change_password(&cx.permit, &directory, &typed, cx.peer()) {
        Ok(renewed) => {
            cx.set_session(Some(&renewed.token));
            let days = u32::try_from(KNOWN_MS / 86_400_000).unwrap_or(1);
            cx.set_cookie(cookies::DEVICE, &renewed.device, Keep::Days(days));
            cx.tell("密码已改好，别处的登录都已退出。下次请用新密码登录");
            Ok(Reply::To(HOME.into()))
        }
        Err(Error::Invalid(errors)) => Ok(Reply::Wrong(draw_password(cx, &errors))),
        Err(e) => Err(e),
    }
}

fn end_all(cx: &mut Cx<EndOwnSessions>) -> Result<Reply> {
    cx.state.access.end_own(&cx.permit)?;
    cx.set_session(None);
    cx.forget();
    cx.tell("已在所有电脑和手机上退出");
    Ok(Reply::To(LOGIN_AT.into()))
}

fn set_zoom(cx: &mut Cx<SetZoom>) -> Result<Reply> {
    let zoom = cx.form("z").parse().unwrap_or(1);
    cx.state.access.set_zoom(&cx.permit, zoom)?;
    Ok(Reply::To(back(cx.form("back"))))
}

fn fold(cx: &mut Cx<FoldMenu>) -> Result<Reply> {
    let rail = if cx.form("rail") == "folded" {
        "folded"
    } else {
        "open"
    };
    cx.set_cookie(cookies::RAIL, rail, Keep::Days(365));
    Ok(Reply::To(back(cx.form("back"))))
}

fn back(path: &str) -> String {
    safe_next(path).unwrap_or(HOME).to_owned()
}
