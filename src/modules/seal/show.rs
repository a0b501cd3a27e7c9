//! One seal: what it looks like, who kept it when; handing it over, saying that it is the one, destroying it.
//! Not here: taking a new one in (`keeping`), putting it on a document (`apply`).

use super::keeping::{by, keeper, keepers};
use super::list::standing;
use super::paper::{fonts, seal_of, seen};
use super::seal_store::{self as store, find_image, find_seal, list_events};
use super::{KeepSeals, SEALS_AT, SealRow, WHAT_IT_IS};
use crate::kit::{Error, Result, ShelfNo, text};
use crate::screens::people::sheet::{self, Filled};
use crate::ui::form;
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::{facts, lines, section};
use crate::ui::note::{Tone, note};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, FileReply, Reply};

pub(super) fn show(cx: &mut Cx<KeepSeals>) -> Result<Reply> {
    draw(cx, &Filled::fresh())
}

/// GET: the uploaded picture, drawn anew when it came in.
pub(super) fn picture(cx: &mut Cx<KeepSeals>) -> Result<Reply> {
    let hub = cx.state.store.hub()?;
    let seal = find_seal(&hub, cx.path("id")?)?;
    let png = find_image(&hub, seal.id)?.ok_or(Error::NotFound)?;
    let file = FileReply::made(format!("{}.png", seal.name), "image/png", png);
    Ok(Reply::File(file.shown("image/png")))
}

pub(super) fn hand_over(cx: &mut Cx<KeepSeals>) -> Result<Reply> {
    let d = cx.state.org.current();
    let (seen, by) = (seen_row(cx)?, by(cx));
    let to = keeper(&d, cx.form("keeper"));
    let from = find_seal(&cx.state.store.hub()?, seen.0)?.keeper_said(&d);
    let done = to
        .ok_or_else(|| Error::invalid("keeper", "请选由哪个岗位或哪个人保管"))
        .and_then(|to| {
            let said = format!("移交保管：原由{from}保管");
            cx.write(ShelfNo::HUB, move |w| {
                store::set_keeper(w, seen, to, (&said, &by))
            })
        });
    answer(cx, done.map(drop), "已移交，从现在起由新的保管人用印")
}

pub(super) fn confirm(cx: &mut Cx<KeepSeals>) -> Result<Reply> {
    let (seen, by) = (seen_row(cx)?, by(cx));
    let done = cx.write(ShelfNo::HUB, move |w| store::set_confirmed(w, seen, &by));
    answer(cx, done.map(drop), "已正式启用，图样上不再有“样章”二字")
}

pub(super) fn destroy(cx: &mut Cx<KeepSeals>) -> Result<Reply> {
    let (seen, by) = (seen_row(cx)?, by(cx));
    let reason = text::one_line(cx.form("reason"));
    let day = sheet::day(cx, "destroyed_on").and_then(|day| match day > sheet::today(cx) {
        true => Err(Error::invalid(
            "destroyed_on",
            "销毁日期不能在今天以后，请改一下",
        )),
        false => Ok(day),
    });
    let done = day.and_then(|day| {
        if reason.is_empty() || reason.chars().count() > 100 {
            return Err(Error::invalid(
                "reason",
                "请写明为什么销毁，100 个字以内，例如 机构改革，印章已缴县政府办封存",
            ));
        }
        let day = day.to_string();
        cx.write(ShelfNo::HUB, move |w| {
            store::set_destroyed(w, seen, (&day, &reason), &by)
        })
    });
    answer(
        cx,
        done.map(drop),
        "已登记销毁。不能再用它用印，以前盖的照样能核验",
    )
}

fn seen_row(cx: &Cx<KeepSeals>) -> Result<(i64, i64)> {
    Ok((cx.path("id")?, sheet::rev(cx)))
}

fn answer(cx: &mut Cx<KeepSeals>, done: Result<()>, said: &str) -> Result<Reply> {
    match done {
        Ok(()) => {
            cx.tell(said);
            let id: i64 = cx.path("id")?;
            Ok(Reply::To(format!("{SEALS_AT}/{id}")))
        }
        Err(why) => draw(cx, &Filled::again(&cx.input, why)?),
    }
}

fn draw(cx: &Cx<KeepSeals>, filled: &Filled<'_>) -> Result<Reply> {
    let d = cx.state.org.current();
    let hub = cx.state.store.hub()?;
    let seal = find_seal(&hub, cx.path("id")?)?;
    let drawn = seen(&seal_of(&hub, &seal)?, &fonts(&cx.state));
    let history: Vec<Markup> = list_events(&hub, seal.id)?
        .into_iter()
        .map(|e| html! { (cx.zone().short_time(e.at, cx.at)) "　" (e.name) "　" (e.said) })
        .collect();
    drop(hub);
    let rows = [
        ("状态", standing(&seal)),
        ("类别", html! { (seal.kind.label()) }),
        ("谁的", html! { (seal.owner_said(&d)) }),
        ("保管人", html! { (seal.keeper_said(&d)) }),
        (
            "宽度",
            html! { (seal.width / 10) "." (seal.width % 10) " 毫米" },
        ),
    ];
    let content = html! {
        (crumbs(&Link::new("印章", SEALS_AT), &[], &seal.name))
        (heading(&seal.name, "", &html! {}))
        (form::errors(&filled.errors))
        @if let Some((day, reason)) = &seal.destroyed {
            (note(Tone::Plain, "这枚印章已经销毁。", &html! { (day) "，" (reason) "。以前盖的照样能核验。" }))
        }
        @match &drawn {
            Ok(svg) => (svg),
            Err(why) => (note(Tone::Bad, "图样画不出来。", &why.to_string())),
        }
        p.hint { (WHAT_IT_IS) }
        (facts("印章", &rows))
        @if seal.destroyed.is_none() { (acts(cx, &seal, filled)?) }
        (section("h-past", "经过", &"", &lines(&history)))
    };
    let page = cx.draw(&Page::new(&seal.name).wrong(&filled.errors), &content);
    Ok(match filled.is_fresh() {
        true => Reply::Page(page),
        false => Reply::Wrong(page),
    })
}

fn acts(cx: &Cx<KeepSeals>, seal: &SealRow, filled: &Filled<'_>) -> Result<Markup> {
    let at = format!("{SEALS_AT}/{}", seal.id);
    let d = cx.state.org.current();
    let today = sheet::today(cx).to_string();
    let rev = seal.rev.to_string();
    let head = |to: &str, inner: &Markup, press: &Markup| -> Result<Markup> {
        Ok(html! {
            form method="post" action={ (at) "/" (to) } {
                (form::tokens(cx.csrf(), &cx.new_op()?))
                (form::hidden("rev", &rev))
                (inner)
                p.acts { (press) }
            }
        })
    };
    let plain = |word: &str| html! { button.btn type="submit" { (word) } };
    let confirmed = html! { p { "请把上面的图样和实物印章的印模放在一起比对：文字、五角星、大小都一样才启用。" } };
    let key = html! { button.btn.key type="submit" { "核对无误，正式启用" } };
    let handing = filled.put(
        form::select("keeper", "交给谁保管", keepers(&d)).need(),
        "keeper",
        "",
    );
    let ending = html! {
        (filled.put(form::date("destroyed_on", "销毁日期").need(), "destroyed_on", &today))
        (filled.put(form::text("reason", "为什么销毁").need().hint("例如 机构改革，印章已缴县政府办封存"), "reason", ""))
    };
    let open = |field: &str| filled.errors.of(field).is_some();
    Ok(html! {
        @if seal.sample { (section("h-confirm", "启用", &"", &head("confirm", &confirmed, &key)?)) }
        details open[open("keeper")] {
            summary { "移交保管" }
            (head("keeper", &html! { (handing) }, &plain("移交保管"))?)
        }
        details open[open("reason") || open("destroyed_on")] {
            summary { "登记销毁" }
            (head("destroy", &ending, &plain("登记销毁"))?)
        }
    })
}
