//! After the claim: the address for everybody else, and what comes next. An ordinary page of the
//! system administrator, so it never shows anything to a visitor.

use super::demo::names;
use super::{DONE_AT, STEPS, place};
use crate::access::demo::Demo;
use crate::access::{AdminRole, Allowed, Place, action};
use crate::kit::{Result, qr};
use crate::screens::address::{GIVE_AT, PRINT_AT};
use crate::screens::health::autostart::AUTOSTART_AT;
use crate::screens::help::EMERGENCY_AT;
use crate::screens::people::IMPORT_AT;
use crate::ui::frame::{self, Page, Wizard, Zoom};
use crate::ui::note::{State, state};
use crate::ui::qr::qr_svg;
use crate::ui::{Link, Markup, html};
use crate::web::{BACKUP_AT, Cx, DEMO_AT, HOME, Manifest, Reply, Route};

action!(
    pub SeeFirstRun,
    "setup.done",
    "看启用结果",
    Allowed::Admins(&[AdminRole::System]),
    Place::Anywhere,
);

/// The page after the claim.
pub const MANIFEST: Manifest = Manifest {
    id: "setup_done",
    menu: &[],
    routes,
};

fn routes() -> Vec<Route> {
    vec![Route::get::<SeeFirstRun>(DONE_AT, page)]
}

fn page(cx: &mut Cx<SeeFirstRun>) -> Result<Reply> {
    let who = cx.who();
    let wizard = Wizard {
        steps: &STEPS,
        at: place(DONE_AT),
        person: &who.name,
        csrf: cx.csrf(),
        path: DONE_AT,
        zoom: Zoom::of(i64::from(who.zoom)),
    };
    let site = cx.site();
    if let Some(demo) = cx.state.access.demo()? {
        return Ok(Reply::Page(frame::wizard_page(
            site,
            &Page::new("演示数据装好了"),
            &wizard,
            &invented(cx, &demo),
        )));
    }
    // accounts are made at the server PC only (README decision 19)
    let at_server = cx.peer().at_server() || cx.peer().https;
    let content = html! {
        p { (state(State::Ok, "已经启用")) "　" (site.office_full) "的数据都在这台电脑上。" }
        @if !site.address.is_empty() { (address(&site.address, &known())) (handed_out()) }
        section {
            h2.band { span { "接下来" } }
            ul.lines {
                li { b { "导入人员。" } "在人员管理里下载表格，填好传回来，再按部门打印一次性密码条。"
                    @if at_server { (Link::new("去导入人员", IMPORT_AT)) }
                    @else { "导入要在服务器电脑的浏览器里做。" } }
                li { b { "请大家登录。" } "把上面的地址发给大家，用密码条上的一次性密码登录，第一次登录会改成自己的密码。" }
                li { b { "备份。" } "插一块移动硬盘或者 U 盘，加成备份位置，再印一张恢复码锁好。电脑坏了，靠这两样换一台。"
                    @if at_server { (Link::new("去设备份", BACKUP_AT)) }
                    @else { "要在服务器电脑的浏览器里设。" } }
                @if who.admin.len() > 1 {
                    li { b { "分开三员。" } "您现在一个人担任几个管理角色，请尽快分给三个人。" }
                }
                li { b { "设成自动启动。" } "停电重启以后，不用登录、不用双击，大家就能打开。"
                    @if at_server { (Link::new("去设", AUTOSTART_AT)) }
                    @else { "要在服务器电脑的浏览器里设。" } }
                li { b { "服务器电脑不要关机、不要休眠。" } "关了，大家就打不开。" }
                li { b { "把应急卡贴在服务器旁边。" } "打不开、停电、换电脑，照着一条一条办。" (Link::new("打印应急卡", EMERGENCY_AT)) }
            }
        }
        section { p.acts { (Link::new("开始使用", HOME).key()) } }
    };
    let page = Page::new("可以用了");
    Ok(Reply::Page(frame::wizard_page(
        site, &page, &wizard, &content,
    )))
}

/// A demonstration office: how to log in, how to be rid of it.
fn invented(cx: &Cx<SeeFirstRun>, demo: &Demo) -> Markup {
    let site = cx.site();
    html! {
        p { (state(State::Ok, "已经装好")) "　" (site.office_full) "是编出来的，人和文件都是编的，可以随便点、随便办。您现在是系统管理员" (cx.who().name) "。" }
        (names(&cx.state, demo))
        @if !site.address.is_empty() { (address(&site.address, &known())) }
        section {
            h2.band { span { "用完以后" } }
            p { "不想要了，到“演示数据”页里清除，再从头启用本单位自己的平台。" (Link::new("演示数据", DEMO_AT)) }
        }
        section { p.acts { (Link::new("开始使用", HOME).key()) } }
    }
}

/// What is carried to the others: nobody types an address twice.
fn handed_out() -> Markup {
    html! {
        p.acts {
            (Link::new("打印地址卡", PRINT_AT).button())
            (Link::new("给别的电脑的快捷方式", GIVE_AT).button())
        }
    }
}

/// What the address is for, once it was tried.
fn known() -> Markup {
    html! { "发给大家：电脑连着单位的网、手机连着办公室的无线网，就能打开。" }
}

/// Big, and as a code for phones.
pub(super) fn address(address: &str, says: &Markup) -> Markup {
    let url = format!("http://{address}");
    let dark = qr::matrix(&url).unwrap_or_default();
    html! {
        section.proof {
            div {
                p.quiet { "全单位的人都用这个地址" }
                p.address { (url) }
                p.quiet { (says) }
            }
            @if !dark.is_empty() { (qr_svg(&dark, "本平台地址的二维码")) }
        }
    }
}
