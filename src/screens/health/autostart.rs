//! 自动启动: whether the office starts with the server PC, and the way of colleagues through its firewall. Asked at that PC itself,
//! since the system may ask back on its screen; what the program cannot do there is told line by line.
//! Invariant: the page says what is set now, never what was wished.

use super::{HEALTH_AT, SetAutostart};
use crate::kit::{Error, Result, ShelfNo};
use crate::ui::deed::{Press, one_button};
use crate::ui::frame::{crumbs, heading};
use crate::ui::list::section;
use crate::ui::note::{Tone, note};
use crate::ui::{Link, Markup, html};
use crate::web::machine::{Asked, Autostart, ByHand};
use crate::web::{Cx, Reply};

/// Where it is set.
pub const AUTOSTART_AT: &str = "/health/autostart";
/// Where on it colleagues are let in.
pub const FIREWALL_AT: &str = "/health/autostart#h-fire";
const WALL: &str = "h-fire";
const TITLE: &str = "自动启动";

/// GET `/health/autostart`.
pub(super) fn show(cx: &mut Cx<SetAutostart>) -> Result<Reply> {
    let is = (cx.state.machine.autostart)(&cx.state.data_root);
    let here = cx.peer().at_server();
    let (tone, lead, more) = told(is);
    let content = html! {
        (crumbs(&Link::new("体检", HEALTH_AT), &[], TITLE))
        (heading(TITLE, "停电以后不用人管", &html! {}))
        (note(tone, lead, &more))
        @if !here {
            (note(Tone::Plain, "这里只能看。", &"要按按钮，请到服务器那台电脑上打开砚台办理：电脑可能要在它自己的屏幕上问您。"))
        }
        (section("h-start", "跟着电脑启动", &"", &html! {
            p { "设好以后，开机不用登录、不用双击，大家就能打开；砚台意外退出，系统会再把它启动。没有管理员权限也能用，只是每次开机要有人双击一下图标。" }
            @if here {
                @if is != Autostart::Service { (deed(cx, "设成自动启动", "start")?) }
                @if matches!(is, Autostart::Service | Autostart::LogOn) { (deed(cx, "取消自动启动", "stop")?) }
            }
            p.hint { "取消自动启动不动数据，数据还在 " (cx.state.data_root.display()) " 。" }
        }))
        (section(WALL, "别的电脑打不开", &"", &html! {
            p { "这台电脑能打开，别的电脑打不开，多半是这台电脑的防火墙挡住了。普通的地址和加密的地址一起放行；以前只放行过普通地址的，再办一次。" }
            @if here { (deed(cx, "放行防火墙", "firewall")?) }
        }))
    };
    Ok(cx.page(TITLE, &content))
}

fn told(is: Autostart) -> (Tone, &'static str, &'static str) {
    match is {
        Autostart::Service => (Tone::Done, "已经设好：", "开机自动启动，不用登录。"),
        Autostart::LogOn => (
            Tone::Plain,
            "登录以后才启动：",
            "停电重启以后，要有人登录这台电脑，大家才能打开。",
        ),
        Autostart::Off | Autostart::Unknown => (
            Tone::Plain,
            "没有设：",
            "每次开机要有人双击砚台的图标，大家才能打开。",
        ),
    }
}

fn asked(wanted: &str) -> Option<Asked> {
    match wanted {
        "start" => Some(Asked::Start),
        "stop" => Some(Asked::NoStart),
        "firewall" => Some(Asked::Firewall),
        _ => None,
    }
}

fn by_hand(cx: &Cx<SetAutostart>, asked: Asked) -> Option<ByHand> {
    (cx.state.machine.by_hand)(asked, &cx.state.data_root)
}

/// A button, or what to do where it would not help.
fn deed(cx: &Cx<SetAutostart>, label: &str, wanted: &str) -> Result<Markup> {
    if let Some(how) = asked(wanted).and_then(|asked| by_hand(cx, asked)) {
        return Ok(html! {
            p { b { (label) "：" } (how.steps) }
            ul.lines { @for (when, line) in &how.commands { li { (when) b { (line) } } } }
        });
    }
    let press = Press::new(label).posts("do", wanted);
    let button = one_button(AUTOSTART_AT, cx.csrf(), &cx.new_op()?, &press);
    Ok(html! { p.acts { (button) } })
}

/// POST `/health/autostart`.
pub(super) fn set(cx: &mut Cx<SetAutostart>) -> Result<Reply> {
    if !cx.peer().at_server() {
        return Err(Error::Denied(
            "请到服务器那台电脑上打开砚台办理：电脑可能要在它自己的屏幕上问您".into(),
        ));
    }
    let asked = asked(cx.form("do")).ok_or(Error::NotFound)?;
    if by_hand(cx, asked).is_some() {
        return Err(Error::Conflict(
            "这件事砚台自己办不了，请照“自动启动”页上写的做".into(),
        ));
    }
    let said = match (cx.state.machine.ask)(asked, &cx.state.data_root) {
        Ok(said) => said,
        Err(Error::Busy(why)) => why,
        Err(e) => return Err(e),
    };
    let wanted = cx.form("do").to_owned();
    cx.write_on(ShelfNo::HUB, wanted, |w| {
        w.quiet("设在这台电脑的系统里，不在数据里");
        Ok(())
    })?;
    cx.tell(&said);
    Ok(Reply::To(AUTOSTART_AT.into()))
}
