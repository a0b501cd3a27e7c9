//! 局域网, the step after the claim: the address big and as a code, and waiting for a second device (F06). The page loads
//! itself again, without a script; after a minute it says what usually is in the way. It can be left out, and where it
//! broke off, a line on every page of the administrator leads back to it.
//! Invariant: looking at it changes nothing; it is over by its button alone.

use super::done::{SeeFirstRun, address};
use super::{DONE_AT, STEPS, place};
use crate::access::{AdminRole, Allowed, Place, action};
use crate::kit::Result;
use crate::screens::health::autostart::FIREWALL_AT;
use crate::ui::frame::{self, Page, Wizard, Zoom};
use crate::ui::note::{State, Tone, note, state};
use crate::ui::{Link, Markup, form, html};
use crate::web::{Cx, HELLO_AT, LAN_AT, Manifest, Reply, Route};

action!(
    pub PassLan,
    "setup.lan",
    "做完启用的局域网一步",
    Allowed::Admins(&[AdminRole::System]),
    Place::Anywhere,
);

/// Seconds between two looks.
const EVERY: u32 = 3;
/// After this long nobody comes by himself.
const LONG_MS: i64 = 60_000;
const DAY_MS: i64 = 86_400_000;

/// The step after the claim.
pub const MANIFEST: Manifest = Manifest {
    id: "setup_lan",
    menu: &[],
    routes,
};

fn routes() -> Vec<Route> {
    vec![
        Route::get::<SeeFirstRun>(LAN_AT, page),
        Route::post::<PassLan>(LAN_AT, pass),
    ]
}

/// GET `/setup/lan?t=`: since when it is waited, in the address, so that loading again keeps it.
fn page(cx: &mut Cx<SeeFirstRun>) -> Result<Reply> {
    let since = cx.query("t").parse::<i64>().ok();
    let since = since.filter(|t| (0..DAY_MS).contains(&(cx.at.0 - t)));
    let Some(since) = since else {
        return Ok(Reply::To(format!("{LAN_AT}?t={}", cx.at.0)));
    };
    let who = cx.who();
    let wizard = Wizard {
        steps: &STEPS,
        at: place(LAN_AT),
        person: &who.name,
        csrf: cx.csrf(),
        path: LAN_AT,
        zoom: Zoom::of(i64::from(who.zoom)),
    };
    let site = cx.site();
    let heard = cx.state.reach.heard();
    let content = html! {
        @if site.address.is_empty() {
            (note(Tone::Bad, "这台电脑没有连上网。", &"插好网线或者连上办公室的无线网，一分钟以内地址会自己出来。"))
        } @else {
            (address(&format!("{}{HELLO_AT}", site.address), &html! {
                "请现在就用" b { "手机" } "或" b { "另一台电脑" } "打开它。手机要连办公室的无线网，在服务器的屏幕上扫码也行。"
            }))
        }
        @match heard {
            Some(ip) => {
                p { (state(State::Ok, "通了")) "　" (ip) " 刚才打开了本平台，别的电脑和手机都能用了。" }
            }
            None => {
                p { (state(State::Now, "正在等第二台设备")) "　打开上面的地址，这里会自己变绿。" }
                @if cx.at.0 - since >= LONG_MS { (causes(cx.peer().at_server())) }
            }
        }
        form method="post" action=(LAN_AT) {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            p.acts {
                @if heard.is_some() { button.btn.key type="submit" { "下一步" } }
                @else { button.btn type="submit" { "先跳过" } }
            }
            p.hint { "关掉本页也不要紧，登录以后，页面上方有一行字带您回来。" }
        }
    };
    let mut page = Page::new("让别的电脑打开");
    if heard.is_none() {
        page = page.refresh(EVERY);
    }
    Ok(Reply::Page(frame::wizard_page(
        site, &page, &wizard, &content,
    )))
}

/// The wall is let open at the server PC; a link, since the system may ask back there.
fn causes(at_server: bool) -> Markup {
    let rest = html! {
        ol {
            li { b { "防火墙拦住了。" }
                @if at_server { (Link::new("去放行防火墙", FIREWALL_AT)) "，办好再回这一步。也可以自己设：" }
                @else { "请到服务器那台电脑上打开砚台，点“体检 - 自动启动 - 放行防火墙”。也可以自己设：" }
                "Windows 问过“是否允许访问网络”而点了取消的：打开“控制面板 - Windows Defender 防火墙 - 允许应用通过防火墙”，找到砚台，“专用”“公用”都勾上。360、火绒等安全软件里也要允许。" }
            li { b { "不在同一个网里。" } "手机连的是“访客”无线网，或者开着流量。请连办公室平时用的那个无线网；电脑请看是不是插在单位的网上。" }
            li { b { "网络类型是“公用”。" } "在服务器电脑的“设置 - 网络”里，点正在用的网络，把“网络配置文件”改成“专用”。" }
        }
    };
    note(Tone::Plain, "等了一分钟还没有来，多半是下面三样：", &rest)
}

fn pass(cx: &mut Cx<PassLan>) -> Result<Reply> {
    cx.state.access.close_lan(cx.permit.stamp())?;
    Ok(Reply::To(DONE_AT.into()))
}
