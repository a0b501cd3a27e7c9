//! The address card: where everybody opens the office, big and as a code; which network cards there are; what to give
//! to other PCs; how to keep the address from changing. The same as one sheet of paper for the wall.
//! Invariant: the card shows the addresses of this moment, never kept ones.

use super::{DESKTOP_AT, HTTPS_AT, PRINT_AT, SHORTCUT_AT, SeeAddress, TOLD_AT, TellAddress};
use crate::access::{Action, AdminRole};
use crate::kit::{Error, Result, ShelfNo, qr};
use crate::ui::deed::{Press, one_button};
use crate::ui::frame::{Page, heading};
use crate::ui::list::section;
use crate::ui::note::{Tone, note};
use crate::ui::print::{Height, Leaf, PrintBar, label, pair, print_page, row};
use crate::ui::qr::qr_svg;
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::lan::{self, Card};
use crate::web::reply::FileReply;
use crate::web::{ADDRESS_AT, Cx, Reply, TRUST_AT, Visit, tls};

/// Where everybody opens the office.
struct Addresses {
    cards: Vec<Card>,
    plain: Option<String>,
    secure: Option<String>,
}

impl Addresses {
    fn of(cx: &Visit) -> Self {
        let cards = lan::cards();
        let best = cards.first().map(|card| card.ip);
        let tls = cx.state.tls().filter(|tls| tls.is_open());
        Self {
            plain: best.map(|ip| lan::url(ip, cx.state.reach.port())),
            secure: best.zip(tls).map(|(ip, tls)| tls.origin(&lan::host(ip))),
            cards,
        }
    }
}

/// The encrypted address as other PCs write it: at the server's own screen the one of the visit is 127.0.0.1.
pub(super) fn secure(cx: &Visit) -> Option<String> {
    Addresses::of(cx).secure
}

fn code(url: &str, label: &str) -> Markup {
    let dark = qr::matrix(url).unwrap_or_default();
    html! { @if !dark.is_empty() { (qr_svg(&dark, label)) } }
}

pub(super) fn show(cx: &mut Cx<SeeAddress>) -> Result<Reply> {
    let all = Addresses::of(cx);
    let manages = cx.who().is_admin(AdminRole::System);
    let print = html! { (Link::new("打印地址卡", PRINT_AT).button()) };
    let content = html! {
        (heading("地址卡", "别的电脑和手机从这里打开", &print))
        @if manages { (moved(cx)?) }
        @match &all.plain {
            Some(plain) => {
                section.proof {
                    div {
                        p.quiet { "全单位的人都用这个地址" }
                        p.address { (plain) }
                        @if let Some(secure) = &all.secure {
                            p { "加密的地址：" b { (secure) } "　装过证书的电脑用它，" (Link::new("怎样装证书", TRUST_AT)) }
                        }
                        p.quiet { "手机连上办公室的无线网，在电脑上打开本页，用手机扫码也行。" }
                    }
                    (code(plain, "本平台地址的二维码"))
                }
                (give())
            }
            None => { (note(Tone::Bad, "这台电脑没有连上网。", &"现在只有服务器电脑自己能打开。插好网线或者连上无线网，一分钟以内地址会自己出来。")) }
        }
        (adapters(&all.cards))
        (section("h-fix", "让地址不再变", &"", &fix(&all)))
        @if manages { p { (Link::new("看哪些电脑已经信任证书", HTTPS_AT)) } }
    };
    Ok(cx.page("地址卡", &content))
}

/// To the administrator: the address is another one than people were told.
fn moved<A: Action>(cx: &Cx<A>) -> Result<Markup> {
    let Some((told, now)) = cx.state.reach.moved() else {
        return Ok(html! {});
    };
    let press = Press::new("大家都知道了").posts("now", &now);
    let button = one_button(TOLD_AT, cx.csrf(), &cx.new_op()?, &press);
    let rest = html! {
        "原来是 " (told) "，现在是 " b { (now) } "。别的电脑上存的网址和快捷方式打不开了：请把新地址告诉大家、重新发快捷方式，或者照下面的办法把地址改回原来的。" (button)
    };
    Ok(note(Tone::Bad, "服务器的地址变了。", &rest))
}

pub(super) fn told(cx: &mut Cx<TellAddress>) -> Result<Reply> {
    let typed = cx.form("now").to_owned();
    let Some((_, now)) = cx.state.reach.moved().filter(|(_, now)| *now == typed) else {
        return Err(Error::Conflict("地址又变了，请刷新地址卡再看一遍".into()));
    };
    cx.write(ShelfNo::HUB, move |w| {
        w.quiet("新地址已经通知大家");
        w.note(&now);
        tls::keep_address(w, &now)
    })?;
    cx.state.reach.set_moved(None);
    cx.tell("记下了，地址再变的时候会再提醒");
    Ok(Reply::To(ADDRESS_AT.into()))
}

/// What is carried to another PC.
fn give() -> Markup {
    let content = html! {
        p { "下载下面的小文件，用 U 盘或者聊天软件发给同事，放到桌面上，双击就打开办公平台。" }
        p.acts {
            (Link::new("Windows 电脑用的", SHORTCUT_AT).button())
            (Link::new("统信 UOS、麒麟电脑用的", DESKTOP_AT).button())
        }
    };
    section("h-give", "给别的电脑的桌面快捷方式", &"", &content)
}

fn adapters(cards: &[Card]) -> Markup {
    if cards.is_empty() {
        return html! {};
    }
    let columns = [
        Column::new("地址").spine(),
        Column::new("网卡").phone(Phone::Labelled),
        Column::new("看起来").phone(Phone::Labelled),
    ];
    let rows: Vec<Row> = cards
        .iter()
        .map(|card| {
            Row::new(vec![
                html! { (card.ip) },
                html! { (card.name) },
                html! { (card.way.words()) },
            ])
        })
        .collect();
    let content = html! {
        p { "最可能的排在最前。别的电脑打不开第一个的，再试下面的。" }
        (ledger("这台电脑的地址", &columns, &rows, ""))
    };
    section("h-cards", "这台电脑的全部地址", &"", &content)
}

/// What the person who looks after the router is asked for.
fn fix(all: &Addresses) -> Markup {
    let ip = all.cards.first().map(|card| card.ip.to_string());
    let ip = ip.as_deref().unwrap_or("现在的地址");
    html! {
        div.prose {
        p { "路由器重启以后，服务器的地址可能会变，大家就打不开了。请管路由器（网络）的人做一次下面的设置，以后就不会变：" }
        ol {
            li { "登录路由器或者网络管理的页面，找到“DHCP 静态分配”，也叫“地址保留”“IP 与 MAC 绑定”。" }
            li { "在列表里找到 " b { (ip) } " 那一行，点“绑定”或“保留”。" }
            li { "保存。不用重启服务器。" }
        }
        p.quiet { "没有人管路由器的，也可以在服务器电脑的网络设置里把地址改成“手动”，填 " (ip) "，子网掩码、网关、DNS 照现在的抄。" }
        }
    }
}

pub(super) fn shortcut(cx: &mut Cx<SeeAddress>) -> Result<Reply> {
    let url = url_to_give(cx)?;
    // Windows reads it line by line, each ended in its own way
    let text = format!("[InternetShortcut]\r\nURL={url}/\r\n");
    let kind = "application/octet-stream";
    Ok(Reply::File(FileReply::made(
        "办公平台.url",
        kind,
        text.into_bytes(),
    )))
}

pub(super) fn desktop(cx: &mut Cx<SeeAddress>) -> Result<Reply> {
    let url = url_to_give(cx)?;
    let text = format!(
        "[Desktop Entry]\nType=Application\nVersion=1.0\nName=办公平台\nComment=打开办公平台\nExec=xdg-open {url}/\nIcon=text-html\nTerminal=false\n"
    );
    let kind = "application/octet-stream";
    Ok(Reply::File(FileReply::made(
        "办公平台.desktop",
        kind,
        text.into_bytes(),
    )))
}

/// The encrypted address once everybody is there, the plain one until then.
fn url_to_give(cx: &Visit) -> Result<String> {
    let all = Addresses::of(cx);
    let forced = cx.state.tls().is_some_and(tls::Tls::is_forced);
    let url = if forced { all.secure } else { all.plain };
    url.ok_or_else(|| {
        Error::Conflict("这台电脑没有连上网，还没有地址可以给别的电脑。插好网线再下载".into())
    })
}

pub(super) fn print(cx: &mut Cx<SeeAddress>) -> Result<Reply> {
    let all = Addresses::of(cx);
    let Some(plain) = &all.plain else {
        return Ok(Reply::To(ADDRESS_AT.into()));
    };
    let site = cx.site();
    let day = cx.zone().day(cx.at).long();
    let help = match (site.admin.as_str(), site.admin_phone.as_str()) {
        ("", _) => "请找管理员".to_owned(),
        (name, "") => format!("请找管理员{name}"),
        (name, phone) => format!("请找管理员{name}，电话 {phone}"),
    };
    let rows = html! {
        (row(Height::Sign, &html! { (label("电脑")) td colspan="10" { p { "打开浏览器，在地址栏里输：" } p.address { (plain) } } }))
        (row(Height::Sign, &html! { (label("手机")) td colspan="10" { p { "连上办公室的无线网，扫右边的码。" } (code(plain, "本平台地址的二维码")) } }))
        @if let Some(secure) = &all.secure {
            (row(Height::Line, &pair("加密地址", &format!("{secure}（装过证书的电脑用。装证书：在浏览器里打开 {plain}{TRUST_AT}）"), 10)))
        }
        (row(Height::Line, &pair("怎样登录", "写自己的姓名和密码。第一次用密码条上的一次性密码，登录后改成自己的", 10)))
        (row(Height::Line, &pair("打不开", &format!("先看服务器电脑是不是开着，再看自己是不是连着单位的网。还不行，{help}"), 10)))
    };
    let leaf = Leaf {
        org: &site.office_full,
        title: "办公平台地址",
        line: ("贴在办公桌旁", &day),
        tail: &["本平台不涉密，不得录入、传送国家秘密。"],
        place: (1, 1),
        void: None,
    };
    let bar = PrintBar {
        back: ADDRESS_AT,
        said: "一页，A4 纸：打印时边距选“无”或“默认”。",
    };
    Ok(Reply::Page(print_page(
        site,
        &Page::new("地址卡"),
        &bar,
        &leaf.show(&rows, None),
    )))
}
