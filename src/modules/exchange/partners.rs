//! 往来单位: the offices documents are exchanged with, whose keys were compared, and the fingerprint of our own to read out by
//! telephone. Not here: confirming a key, which is done where a package shows it (`arrive`).
//! Invariant: an office that is switched off is sent nothing; its row and key stay.

use super::partner_store::{Partner, insert_partner, list_partners, set_partner};
use super::{DESK_AT, KeepPartners, PARTNERS_AT};
use crate::engine::run::Acting;
use crate::kit::{Error, OrganId, Result, ShelfNo, text};
use crate::org::organ_key;
use crate::screens::people::sheet::Filled;
use crate::ui::deed::Press;
use crate::ui::form;
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::{empty, facts, section};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};

/// GET.
pub(super) fn show(cx: &mut Cx<KeepPartners>) -> Result<Reply> {
    draw(cx, &Filled::fresh()).map(Reply::Page)
}

fn acting(cx: &Cx<KeepPartners>) -> Result<Acting> {
    Acting::of(&cx.state.org.current(), cx.who().person)
}

/// POST: a name to choose from when a package is sent.
pub(super) fn add(cx: &mut Cx<KeepPartners>) -> Result<Reply> {
    match added(cx) {
        Ok(()) => {
            cx.tell("已加上。第一次收到它的公文包或回执以后，请打电话核对指纹");
            Ok(Reply::To(PARTNERS_AT.into()))
        }
        Err(why) => draw(cx, &Filled::again(&cx.input, why)?).map(Reply::Wrong),
    }
}

fn added(cx: &Cx<KeepPartners>) -> Result<()> {
    let acting = acting(cx)?;
    let name = text::one_line(cx.form("name"));
    let note = text::clip(&text::one_line(cx.form("note")), 60);
    let wrong = |why: &str| Err(Error::invalid("name", why));
    if name.is_empty() || name.chars().count() > 60 {
        return wrong("请写单位的全称，最多 60 个字，例如 墨川县应急管理局");
    }
    if acting.directory.organs().any(|o| o.name == name) {
        return wrong("这个单位就在本平台上，不用加：发给它的直接送到");
    }
    let organ = acting.organ;
    let done = cx.write_on(ShelfNo::HUB, format!("partner:{name}"), move |w| {
        w.quiet("公文往来单位，不影响各类清单");
        insert_partner(w, organ, (&name, &note))
    })?;
    match done.value {
        0 => wrong("这个单位已经有了"),
        _ => Ok(()),
    }
}

/// POST `/exchange/partners/{id}`: on or off.
pub(super) fn set(cx: &mut Cx<KeepPartners>) -> Result<Reply> {
    let (acting, id): (Acting, i64) = (acting(cx)?, cx.path("id")?);
    let all = list_partners(&cx.state.store.hub()?, acting.organ)?;
    let known = all
        .into_iter()
        .find(|p| p.id == id)
        .ok_or(Error::NotFound)?;
    let (organ, rev): (OrganId, i64) = (acting.organ, cx.form("rev").parse().unwrap_or(0));
    let on = cx.form("state") != "off";
    let (name, note) = (known.name.clone(), known.note);
    let done = cx.write_on(ShelfNo::HUB, format!("partner:{name}"), move |w| {
        w.quiet("公文往来单位，不影响各类清单");
        w.note(if on { "on" } else { "off" });
        set_partner(w, (organ, id, rev), (&note, on))
    });
    match done {
        Ok(_) => {
            cx.tell(&match on {
                true => format!("{name}已启用"),
                false => format!("{name}已停用，不能再给它发公文包；收它的不受影响"),
            });
            Ok(Reply::To(PARTNERS_AT.into()))
        }
        Err(why) => draw(cx, &Filled::again(&cx.input, why)?).map(Reply::Wrong),
    }
}

fn draw(cx: &Cx<KeepPartners>, filled: &Filled<'_>) -> Result<Markup> {
    let acting = acting(cx)?;
    let hub = cx.state.store.hub()?;
    let all = list_partners(&hub, acting.organ)?;
    let own = organ_key::keys_of(&hub, acting.organ)?;
    drop(hub);
    let own = own.into_iter().find(|k| k.ended.is_none());
    let name = acting.directory.organ_name(acting.organ);
    let content = html! {
        (crumbs(&Link::new("公文交换", DESK_AT), &[], "往来单位"))
        (heading("往来单位", "用公文包和本单位往来的外单位", &html! {}))
        (form::errors(&filled.errors))
        (section("h-own", "本单位的指纹", &"", &html! {
            @match &own {
                Some(key) => {
                    p { "对方打电话来核对的时候，照着念：" }
                    (facts("本单位的签名钥匙", &[
                        ("单位", html! { (name) }),
                        ("公钥指纹", html! { b { (key.public.fingerprint()) } }),
                    ]))
                }
                None => p { "还没有签名钥匙：第一次用印、发公文包或者做回执的时候自动生成，以后这里有指纹。" },
            }
        }))
        @if all.is_empty() { (empty("还没有往来单位。", "发过公文包的单位会自动记在这里，也可以先加上。", &[Link::new("公文交换", DESK_AT)])) }
        @else { (section("h-all", "往来单位", &"", &table(cx, &all)?)) }
        (section("h-add", "加一个", &"", &html! {
            form method="post" action=(PARTNERS_AT) {
                (form::tokens(cx.csrf(), &cx.new_op()?))
                (filled.put(form::text("name", "单位全称").need().line(), "name", ""))
                (filled.put(form::text("note", "备注").line().hint("例如 收发文员和电话"), "note", ""))
                p.acts { button.btn.key type="submit" { "加上" } }
            }
        }))
    };
    Ok(cx.draw(&Page::new("往来单位").wrong(&filled.errors), &content))
}

fn table(cx: &Cx<KeepPartners>, all: &[Partner]) -> Result<Markup> {
    let columns = [
        Column::new("单位").spine().phone(Phone::Title),
        Column::new("指纹").phone(Phone::Labelled),
        Column::new("核对").phone(Phone::Labelled),
        Column::new("备注").phone(Phone::Labelled),
        Column::new("状态").short().phone(Phone::Labelled),
    ];
    let mut rows = Vec::with_capacity(all.len());
    for p in all {
        let (state, label) = if p.on {
            ("off", "停用")
        } else {
            ("on", "启用")
        };
        let at = format!("{PARTNERS_AT}/{}", p.id);
        let op = cx.new_op()?;
        let press = Press::new(label).posts("state", state);
        rows.push(Row::new(vec![
            html! { (p.name) },
            html! { @match &p.key { Some(key) => (key.fingerprint()), None => "还没有核对过" } },
            html! { @if let Some((by, at)) = &p.confirmed { (by) " " (cx.zone().short_time(*at, cx.at)) } },
            html! { (p.note) },
            html! {
                @if p.on { "在用 " } @else { "停用 " }
                form method="post" action=(at) {
                    (form::tokens(cx.csrf(), &op))
                    (form::hidden("rev", &p.rev.to_string()))
                    (press)
                }
            },
        ]));
    }
    Ok(ledger("往来单位", &columns, &rows, ""))
}
