//! Pieces of the page: how the last one ended, how far the present one is, what the package brings, where one comes from, the list.
//! Not here: what is done (`page`).

use super::{BEGIN_AT, FORGET_AT, SEEN_AT, STICK_AT, STOP_AT, TAKE_AT};
use crate::access::Action;
use crate::kit::text::size;
use crate::kit::{FieldErrors, Result};
use crate::ui::deed::{Press, one_button};
use crate::ui::list::{empty, lines};
use crate::ui::note::{State, Tone, note, state};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Markup, form, html};
use crate::web::update::{Ended, Found, Offer, Past};
use crate::web::{BACKUP_AT, Cx, Progress};

/// How the last one ended, until somebody knows.
pub(super) fn waits<A: Action>(cx: &Cx<A>, past: &Past, may: bool) -> Result<Markup> {
    let lead = match past.ended {
        Ended::Returned => format!(
            "升级到 {} 没有成功，已经退回 {}，数据一样不少。",
            past.to, past.from
        ),
        _ => format!("没有升级到 {}，程序和数据都没有动。", past.to),
    };
    let press = Press::new("知道了");
    Ok(note(
        Tone::Bad,
        &lead,
        &html! {
            "原因：" (past.why) "。照常办公就行；把这句话告诉给您装机的人，或者换一个升级包再试。"
            @if may { " " (one_button(SEEN_AT, cx.csrf(), &cx.new_op()?, &press)) }
        },
    ))
}

/// What is being prepared.
pub(super) fn goes_on<A: Action>(cx: &Cx<A>, p: &Progress, may: bool) -> Result<Markup> {
    let step = cx.state.store.backups().going();
    let share = step
        .as_ref()
        .and_then(|s| s.done.saturating_mul(100).checked_div(s.of));
    Ok(html! {
        section.moving aria-label="正在准备" {
            div {
                h2 { @if p.words.is_empty() { "正在开始" } @else { (p.words) } }
                @if let Some(step) = &step {
                    p role="status" { (step.words) @if let Some(share) = share { "　" b { (share.min(100)) "%" } } }
                }
                p.quiet { "大家照常办公，可以离开本页。到这一步还什么也没有换，停下或者断电都不要紧。" }
            }
            @if may { p.acts { (one_button(STOP_AT, cx.csrf(), &cx.new_op()?, &Press::new("不升级了"))) } }
            progress max=(p.of.max(1)) value=(p.done) aria-label="进度" {}
            p.nb { "第 " ((p.done + 1).min(p.of.max(1))) " 步，共 " (p.of.max(1)) " 步" }
        }
    })
}

/// The plan.
pub(super) fn offered<A: Action>(cx: &Cx<A>, offer: &Offer) -> Result<Markup> {
    let people = cx.state.access.people_in();
    let begin = one_button(BEGIN_AT, cx.csrf(), &cx.new_op()?, &Press::key("现在升级"));
    let forget = one_button(
        FORGET_AT,
        cx.csrf(),
        &cx.new_op()?,
        &Press::new("不要这个升级包"),
    );
    Ok(html! {
        @if !offer.news.is_empty() {
            div.prose { p { "这一版的变化：" } }
            (lines(&offer.news.iter().map(|n| html! { (n) }).collect::<Vec<_>>()))
        }
        div.prose {
            p { "点“现在升级”以后：" }
            ol {
                li { "先在后台准备，大家照常办公：做一次备份并打开核对，再把备份恢复到临时文件夹，让新程序在上面走一遍。几分钟到几十分钟，看数据多少；有一步不对就不升级。" }
                li { "准备好了马上换程序，大家大约半分钟打不开，看到“系统升级中”，好了自己回到原来的页面。不用重新登录，地址、密码都不变。" }
                li { "新程序一分钟里不能正常打开，自己退回现在这一版，数据一样不少，这里会写明原因。" }
            }
            p { "现在有 " b { (people) } " 人登录着。要换程序的那半分钟，正在填的表请大家先存一下。" }
            p.quiet { "程序 " (size(offer.size)) "。备份的位置和恢复码在" a href=(BACKUP_AT) { "备份" } "里。" }
        }
        div.acts { (begin) (forget) }
    })
}

/// Where a package comes from.
pub(super) fn taking<A: Action>(
    cx: &Cx<A>,
    found: &[Found],
    errors: &FieldErrors,
) -> Result<Markup> {
    let mut rows = Vec::new();
    for one in found {
        let path = one.path.to_string_lossy().into_owned();
        let (says, act) = match &one.offer {
            Ok(offer) => (
                html! { (offer.version) "　" (offer.day) },
                one_button(
                    STICK_AT,
                    cx.csrf(),
                    &cx.new_op()?,
                    &Press::new("用这个").posts("path", path.clone()),
                ),
            ),
            Err(why) => (html! { (state(State::Bad, "用不了")) " " (why) }, html! {}),
        };
        rows.push(Row::new(vec![html! { (path) }, says, act]));
    }
    let columns = [
        Column::new("文件").spine(),
        Column::new("版本").phone(Phone::Labelled),
        Column::new("办").phone(Phone::Labelled),
    ];
    Ok(html! {
        div.prose { p { "升级包是一个 .inkup 结尾的文件，由发布砚台的单位签发。别人做的、改动过的、给别的系统的、比现在旧的，都不会收。" } }
        form method="post" action=(TAKE_AT) enctype="multipart/form-data" {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            (form::file("file", "升级包").accept(".inkup").need().check(errors)
                .hint("名字像 砚台升级包-0.2.0-linux-x86_64.inkup"))
            p.acts { button.btn.key type="submit" { "传上来，核对" } }
        }
        @if rows.is_empty() {
            (empty("服务器电脑上没有插着带升级包的 U 盘。", "插好以后刷新本页，就列在这里。", &[]))
        } @else {
            (ledger("服务器电脑的 U 盘上", &columns, &rows, ""))
        }
    })
}

/// What the last ones came to.
pub(super) fn history<A: Action>(cx: &Cx<A>, past: &[Past]) -> Markup {
    if past.is_empty() {
        return empty(
            "还没有升级过。",
            "升级以后，什么时候、谁点的、成没成，都记在这里。",
            &[],
        );
    }
    let columns = [
        Column::new("什么时候").spine(),
        Column::new("从").phone(Phone::Labelled),
        Column::new("到").phone(Phone::Labelled),
        Column::new("谁").phone(Phone::Labelled),
        Column::new("结果").phone(Phone::Labelled),
    ];
    let row = |p: &Past| {
        let ended = match p.ended {
            Ended::Done => state(State::Ok, "换好了"),
            Ended::Returned => state(State::Bad, "退回了"),
            Ended::Stopped => state(State::Off, "没有换"),
            Ended::Cancelled => state(State::Off, "不升级了"),
        };
        Row::new(vec![
            html! { (cx.zone().short_time(p.at, cx.at)) },
            html! { (p.from) },
            html! { (p.to) },
            html! { (p.by) },
            html! { (ended) @if !p.why.is_empty() { " " (p.why) } },
        ])
    };
    ledger(
        "升级记录",
        &columns,
        &past.iter().map(row).collect::<Vec<_>>(),
        "",
    )
}
