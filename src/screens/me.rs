//! One's own page: who one is here, one's password, one's log-ins, the size of the letters, the menu.
//! Nothing here reaches another person's account; what does is in `people`.

use crate::access::change::{ChangePassword, EndOwnSessions, NewPassword, SetZoom};
use crate::access::{Allowed, KNOWN_MS, Place, action, rule};
use crate::kit::{Error, FieldErrors, Result};
use crate::ui::form;
use crate::ui::frame::{ME_AT, Page, RAIL_TO, ZOOM_TO, heading};
use crate::ui::table::{Column, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::cookies::{self, Keep};
use crate::web::{Cx, HOME, LOGIN_AT, Manifest, PASSWORD_AT, Reply, Route, safe_next};

const END_ALL: &str = "/me/sessions/end";

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
        Route::post::<SetZoom>(ZOOM_TO, set_zoom),
        Route::post::<FoldMenu>(RAIL_TO, fold),
    ]
}

fn me(cx: &mut Cx<SeeMe>) -> Result<Reply> {
    let (who, zone) = (cx.who(), cx.zone());
    let logins = cx.state.access.sessions_of(who.person);
    let columns = [
        Column::new("从哪台电脑"),
        Column::new("登录时间"),
        Column::new("最近使用"),
    ];
    let rows: Vec<Row> = logins
        .iter()
        .map(|(_, s)| {
            Row::new(vec![
                html! { (s.address) },
                html! { (zone.long_time(s.made_at)) },
                html! { (zone.long_time(s.seen_at)) },
            ])
        })
        .collect();
    let content = html! {
        (heading("我的", &who.name, &Link::new("修改密码", PASSWORD_AT).button()))
        div.prose {
            p { (who.dept_name) " " (who.post_name) }
        }
        section {
            h2 { "我登录着的电脑和手机" }
            (ledger("我的登录", &columns, &rows, &format!("共 {} 处", rows.len())))
            form method="post" action=(END_ALL) {
                (form::token(cx.csrf()))
                p.acts { button.btn type="submit" { "全部退出" } }
                p.hint { "离开过别人的电脑忘了退出，就点这里，这一台也会退出。" }
            }
        }
    };
    Ok(cx.page("我的", &content))
}

fn password_page(cx: &mut Cx<ChangePassword>) -> Result<Reply> {
    Ok(Reply::Page(draw_password(cx, &FieldErrors::default())))
}

fn draw_password(cx: &Cx<ChangePassword>, errors: &FieldErrors) -> Markup {
    let first = cx.who().must_change;
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
                (form::password("old", "现在的密码").check(errors))
            }
            (new("password", "新密码").hint(rule::RULE))
            (new("again", "新密码再写一遍"))
            p { (form::show_password("password")) }
            p.acts {
                button.btn.key type="submit" { "改密码" }
                @if !first { (Link::new("不改了", ME_AT).button()) }
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
