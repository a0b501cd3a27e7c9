//! The invented office's own page: who may log in with which password, and having it all out of the way.
//! Invariant: it is not found where the data are real; nothing is deleted while serving, the next start
//! puts the files aside.

use crate::access::demo::{CLEAR_WORD, ClearDemo, Demo, Phase};
use crate::access::{AdminRole, Allowed, Place, action};
use crate::kit::{Error, FieldErrors, PersonId, Result};
use crate::org::Directory;
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::note::{Tone, note};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, form, html};
use crate::web::{Cx, DEMO_AT, HOME, Manifest, Reply, Route, State};

action!(
    pub SeeDemo,
    "setup.demo",
    "看演示数据的登录名单",
    Allowed::Admins(&[AdminRole::System]),
    Place::Anywhere,
);

const CLEAR_AT: &str = "/setup/demo/clear";
const KEEP_AT: &str = "/setup/demo/keep";
const SERVER_ONLY: &str = "清除要在服务器电脑的浏览器里做。";

/// The invented office's page.
pub const MANIFEST: Manifest = Manifest {
    id: "setup_demo",
    menu: &[],
    routes,
};

fn routes() -> Vec<Route> {
    vec![
        Route::get::<SeeDemo>(DEMO_AT, page),
        Route::post::<ClearDemo>(CLEAR_AT, clear),
        Route::post::<ClearDemo>(KEEP_AT, keep),
    ]
}

/// The demonstration, or nothing found.
fn demo(state: &State) -> Result<Demo> {
    let found = state.access.demo()?;
    found
        .filter(|d| d.phase == Phase::Ready)
        .ok_or(Error::NotFound)
}

fn page(cx: &mut Cx<SeeDemo>) -> Result<Reply> {
    let demo = demo(&cx.state)?;
    let at_server = cx.peer().at_server() || cx.peer().https;
    let clearing = if !at_server {
        html! { p { (SERVER_ONLY) } }
    } else if cx.state.access.clearing_asked()?.is_some() {
        asked(cx.csrf())
    } else {
        ask(cx.csrf(), "", &FieldErrors::default())
    };
    let content = html! {
        (crumbs(&Link::new("返回待办", HOME), &[], "演示数据"))
        (heading("演示数据", "人和文件都是编的", &html! {}))
        (names(&cx.state, &demo))
        (clearing)
    };
    Ok(cx.page("演示数据", &content))
}

fn clear(cx: &mut Cx<ClearDemo>) -> Result<Reply> {
    let demo = demo(&cx.state)?;
    let typed = cx.form("word").to_owned();
    match cx.state.access.ask_clearing(&cx.permit, &typed) {
        Ok(()) => {
            cx.tell("已经记下，下次启动砚台时把演示数据移走");
            Ok(Reply::To(DEMO_AT.into()))
        }
        Err(Error::Invalid(errors)) => {
            let content = html! {
                (crumbs(&Link::new("返回待办", HOME), &[], "演示数据"))
                (heading("演示数据", "人和文件都是编的", &html! {}))
                (form::errors(&errors))
                (ask(cx.csrf(), &typed, &errors))
                (names(&cx.state, &demo))
            };
            let page = Page::new("演示数据").wrong(&errors);
            Ok(Reply::Wrong(cx.draw(&page, &content)))
        }
        Err(e) => Err(e),
    }
}

fn keep(cx: &mut Cx<ClearDemo>) -> Result<Reply> {
    demo(&cx.state)?;
    cx.state.access.keep_demo(&cx.permit)?;
    cx.tell("演示数据保留，不清除了");
    Ok(Reply::To(DEMO_AT.into()))
}

fn ask(csrf: &str, typed: &str, errors: &FieldErrors) -> Markup {
    html! {
        section {
            h2.band { span { "清除演示数据，正式启用" } }
            p { "清除以后是一套全新的、空的平台，从头填本单位的名称、部门和管理员。演示数据不会混进去。" }
            p { "演示数据的文件不会马上删掉：下次启动时移到数据文件夹里一个叫 demo 加日期的子文件夹，确认不要了再自己删。" }
            form method="post" action=(CLEAR_AT) {
                (form::token(csrf))
                (form::text("word", "确认").need().value(typed)
                    .hint(format!("请写“{CLEAR_WORD}”两个字")).check(errors))
                p.acts { button.btn type="submit" { "清除演示数据，正式启用" } }
            }
        }
    }
}

fn asked(csrf: &str) -> Markup {
    html! {
        section {
            h2.band { span { "清除演示数据，正式启用" } }
            (note(Tone::Plain, "已经记下，还差一步：", &"到服务器电脑上把砚台停下，再启动一次。Windows 电脑点屏幕右下角砚台的图标，选“停止砚台”；没有图标的，把那台电脑重启一次，再双击砚台。启动以后打开网页，就是第一次启用的页面。"))
            p { "在停下以前，演示数据还照常能用。" }
            form method="post" action=(KEEP_AT) {
                (form::token(csrf))
                p.acts { button.btn type="submit" { "不清除了" } }
            }
        }
    }
}

/// Everybody's name and post, and the one password.
pub(super) fn names(state: &State, demo: &Demo) -> Markup {
    let directory = state.org.current();
    let columns = [
        Column::new("登录名").spine(),
        Column::new("部门和岗位").phone(Phone::Labelled),
        Column::new("管理").phone(Phone::Labelled),
    ];
    let rows: Vec<Row> = directory
        .people()
        .map(|p| Row::new(cells(state, &directory, p.id)))
        .collect();
    html! {
        section {
            h2.band { span { "用谁的名字登录都行" } i { "密码都一样" } }
            p { "密码：" b { (demo.words) } "　登录名就是姓名。换一个人看，先点右上角“退出”。" }
            (ledger("演示里的人", &columns, &rows, ""))
        }
    }
}

fn cells(state: &State, directory: &Directory, person: PersonId) -> Vec<Markup> {
    let admin = state.access.account(person).map(|a| a.admin);
    let admin = admin.unwrap_or_default();
    let post = directory.main_post(person);
    let post = post.map(|p| directory.post_title(p.id)).unwrap_or_default();
    let labels: Vec<&str> = admin.iter().map(|role| role.label()).collect();
    vec![
        html! { (directory.person_name(person)) },
        html! { (post) },
        html! { (labels.join("、")) },
    ]
}
