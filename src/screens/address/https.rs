//! 加密访问, for the system administrator: the encrypted address and its certificate, which PCs trust it, and 强制 HTTPS.
//! Invariant: it is forced only where every PC of the last 30 days trusts us, or somebody typed that he wants it all the
//! same; it goes back by itself where nobody gets in.

use super::{DESK_AT, FORCE_AT, SeeHttps, SetHttps, UNFORCE_AT, card};
use crate::access::{Action, policy};
use crate::kit::{Error, FieldErrors, Result, ShelfNo};
use crate::screens::health::autostart::FIREWALL_AT;
use crate::ui::deed::{Press, one_button};
use crate::ui::form;
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::section;
use crate::ui::note::{State, Tone, note, state};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::tls::force::{Force, WORD};
use crate::web::tls::pcs::Pc;
use crate::web::tls::{self, Tls};
use crate::web::{Cx, HTTPS_AT, Reply, TRUST_AT};

const TITLE: &str = "加密访问";

pub(super) fn show(cx: &mut Cx<SeeHttps>) -> Result<Reply> {
    draw(cx, "", &FieldErrors::default())
}

fn open<A: Action>(cx: &Cx<A>) -> Result<&Tls> {
    let tls = cx.state.tls().filter(|tls| tls.is_open());
    tls.ok_or_else(|| Error::Conflict("服务器的加密地址没有开，强制不了".into()))
}

pub(super) fn force(cx: &mut Cx<SetHttps>) -> Result<Reply> {
    let (typed, at) = (cx.form("word").trim().to_owned(), cx.at);
    let tls = open(cx)?;
    let all = tls.pcs.lately(at);
    let waiting = all.iter().filter(|pc| pc.trusts.is_none()).count();
    if (waiting > 0 || all.is_empty()) && typed != WORD {
        let mut errors = FieldErrors::default();
        errors.add(
            "word",
            format!("还有电脑没有装好证书。确实要现在强制，请写“{WORD}”"),
        );
        return draw(cx, &typed, &errors);
    }
    let force = Force::on(tls.steady_now());
    let kept = force.clone();
    cx.write(ShelfNo::HUB, move |w| {
        w.quiet("强制 HTTPS");
        w.note(format!("强制 HTTPS，{waiting} 台电脑还没有信任证书"));
        tls::keep_force(w, &kept)
    })?;
    open(cx)?.set_force(force);
    cx.tell("已经强制。请在 10 分钟内用另一台电脑登录一次，没有人登录成功会自动退回");
    Ok(Reply::To(HTTPS_AT.into()))
}

/// Switches it off, or says that its going back was seen.
pub(super) fn unforce(cx: &mut Cx<SetHttps>) -> Result<Reply> {
    cx.write(ShelfNo::HUB, |w| {
        w.quiet("取消强制 HTTPS");
        tls::keep_force(w, &Force::default())
    })?;
    if let Some(tls) = cx.state.tls() {
        tls.set_force(Force::default());
    }
    cx.tell("普通地址和加密地址都可以用");
    Ok(Reply::To(HTTPS_AT.into()))
}

fn draw<A: Action>(cx: &Cx<A>, typed: &str, errors: &FieldErrors) -> Result<Reply> {
    let Some(tls) = cx.state.tls().filter(|tls| tls.is_open()) else {
        let content = html! {
            (back())
            (heading(TITLE, "", &html! {}))
            (note(Tone::Bad, "加密的地址这次没有开。", &"多半是端口被别的程序占用了。把这台电脑重启一次，多半就好；还是这样，请把“诊断文件”交给装机的人，里面写了是哪个端口。普通的地址照常用。"))
        };
        return Ok(cx.page(TITLE, &content));
    };
    let all = tls.pcs.lately(cx.at);
    let content = html! {
        (back())
        (heading(TITLE, "让密码和文件在网上看不到", &html! { (Link::new("装证书的步骤", TRUST_AT).button()) }))
        (form::errors(errors))
        (certificate(cx, tls))
        (section("h-pcs", &counted(&all), &"", &pcs(cx, &all)))
        (section("h-force", "强制 HTTPS", &"", &forcing(cx, tls, (&all, typed, errors))?))
    };
    let page = Page::new(TITLE).wrong(errors);
    let page = cx.draw(&page, &content);
    Ok(if errors.is_empty() {
        Reply::Page(page)
    } else {
        Reply::Wrong(page)
    })
}

fn back() -> Markup {
    crumbs(&Link::new("管理", DESK_AT), &[], TITLE)
}

fn certificate<A: Action>(cx: &Cx<A>, tls: &Tls) -> Markup {
    let (root, told) = (tls.root(), tls.told());
    let day = |at| cx.zone().day(at).long();
    html! {
        table.ledger.cards {
            caption.vh { "证书" }
            tbody {
                @if let Some(at) = card::secure(cx).or_else(|| cx.secure_origin()) {
                    tr { th scope="row" { "加密的地址" } td { b { (at) } } }
                }
                tr { th scope="row" { "证书名称" } td { (root.name) } }
                tr { th scope="row" { "指纹（SHA-1）" } td { (root.thumbprint()) } }
                tr { th scope="row" { "指纹（SHA-256）" } td { (root.fingerprint()) } }
                tr { th scope="row" { "用到" } td { (day(root.until)) "，到时要重新装。服务器自己那一张用到 " (day(told.until)) "，会自动换" } }
                tr { th scope="row" { "管哪些地址" } td { (addresses(tls)) } }
            }
        }
    }
}

fn addresses(tls: &Tls) -> String {
    let all: Vec<String> = tls
        .told()
        .addresses
        .iter()
        .map(ToString::to_string)
        .collect();
    all.join("、")
}

/// 27/31 台电脑已信任.
fn counted(all: &[Pc]) -> String {
    let trusting = all.iter().filter(|pc| pc.trusts.is_some()).count();
    format!("{trusting}/{} 台电脑已信任", all.len())
}

fn pcs<A: Action>(cx: &Cx<A>, all: &[Pc]) -> Markup {
    if all.is_empty() {
        return html! { p { "还没有别的电脑来过。有人在自己的电脑上登录以后，这里会列出来，并自动检查它装没装证书。别的电脑打不开的，请" (wall(cx)) "。" } };
    }
    let columns = [
        Column::new("姓名").spine(),
        Column::new("地址").phone(Phone::Labelled),
        Column::new("最近").phone(Phone::Labelled),
        Column::new("证书").phone(Phone::Labelled),
    ];
    let rows: Vec<Row> = all
        .iter()
        .map(|pc| {
            let mark = match pc.trusts {
                Some(_) => state(State::Ok, "已信任"),
                None => state(State::Waiting, "未信任"),
            };
            Row::new(vec![
                html! { (pc.name) },
                html! { (pc.address) },
                html! { (cx.zone().short_time(pc.seen, cx.at)) },
                mark,
            ])
        })
        .collect();
    html! {
        p { "最近 30 天用过的电脑和手机，没装证书的在前。装好以后，下一次打开页面时自动认出来。装了证书还是打不开加密的地址，多半是服务器电脑的防火墙只放行了普通的地址，请" (wall(cx)) "。" }
        (ledger("用过平台的电脑", &columns, &rows, ""))
    }
}

/// Where the wall is opened: a link for whoever sits there.
fn wall<A: Action>(cx: &Cx<A>) -> Markup {
    match cx.may_open(FIREWALL_AT) {
        true => html! { (Link::new("放行防火墙", FIREWALL_AT)) },
        false => html! { "到服务器那台电脑上打开砚台，在“体检 - 自动启动”里点“放行防火墙”" },
    }
}

/// Whole minutes, the last begun one counted.
const fn minutes(ms: i64) -> i64 {
    (ms + 59_999).div_euclid(60_000)
}

type Shown<'a> = (&'a [Pc], &'a str, &'a FieldErrors);

fn forcing<A: Action>(cx: &Cx<A>, tls: &Tls, (all, typed, errors): Shown<'_>) -> Result<Markup> {
    let force = tls.force();
    let now = tls.steady_now();
    let off = |label: &str| -> Result<Markup> {
        Ok(one_button(
            UNFORCE_AT,
            cx.csrf(),
            &cx.new_op()?,
            &Press::new(label),
        ))
    };
    if policy::may::<SetHttps>(cx.who(), cx.peer()) {
        if force.since.is_some() {
            return Ok(html! {
                p { (state(State::Now, "已强制")) "　普通地址的页面会自动转到加密的地址，服务器电脑自己除外。" }
                @if let Some(left) = force.left(now) {
                    (note(Tone::Plain, "还要证明一次：", &html! {
                        "请在 " (minutes(left)) " 分钟内用另一台电脑登录成功一次，否则会自动退回，免得大家都进不来。"
                    }))
                }
                (off("取消强制")?)
            });
        }
        let ready = !all.is_empty() && all.iter().all(|pc| pc.trusts.is_some());
        return Ok(html! {
            @if let Some(at) = force.back {
                (note(Tone::Bad, "上次强制已经自动退回。", &html! {
                    (cx.zone().short_time(at, cx.at)) " 强制以后 10 分钟里没有一个人登录成功，所以退回了普通地址也能用的样子。多半是服务器电脑的防火墙没有放行加密的地址：请先" (wall(cx)) "，在别的电脑上点“试一试”，确认能打开再强制。" (off("知道了")?)
                }))
            }
            p { "强制以后，普通地址的页面会自动转到加密的地址；没装证书的电脑会看到浏览器的警告。强制后 10 分钟里没有人登录成功，会自动退回。" }
            form method="post" action=(FORCE_AT) {
                (form::tokens(cx.csrf(), &cx.new_op()?))
                @if ready {
                    p { (state(State::Ok, "最近 30 天用过的电脑都已信任")) "　可以强制了。" }
                } @else {
                    (form::text("word", "还有电脑没装好证书，现在就强制").value(typed)
                        .hint(format!("等全部装好再强制，这里就不用填；确实要现在强制，请写“{WORD}”")).check(errors))
                }
                p.acts { button.btn type="submit" { "强制 HTTPS" } }
            }
        });
    }
    Ok(html! {
        p { "现在" @if force.since.is_some() { "已强制。" } @else { "没有强制，普通地址和加密地址都能用。" } }
        (note(Tone::Plain, "这里只能看。", &"要改，请到服务器那台电脑上打开砚台，或者用加密的地址打开这一页。"))
    })
}
