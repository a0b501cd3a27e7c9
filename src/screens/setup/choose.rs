//! What to begin with: a new office, one out of a backup, or invented data to try things on. Same weight, one press each.
//! Invariant: a demonstration that was cut short is gone on with; nothing else is offered then, since
//! its people already stand in the hub.

use super::{CHOOSE_AT, DONE_AT, Leaf, OFFICE_AT, RESTORE_AT, code, in_wizard};
use crate::access::setup_draft::Draft;
use crate::kit::{Error, FieldErrors, Millis, Result, Zone};
use crate::ui::frame::Page;
use crate::ui::note::{Tone, note};
use crate::ui::{Link, Markup, form, html};
use crate::web::cookies::Keep;
use crate::web::{OpenCx, Reply, Stage};

/// No version of this program is older: 1 January 2026. A PC that says so has lost its clock.
const MADE: Millis = Millis(1_767_196_800_000);
/// With less room on the disk than this it is said before anything is typed.
const ROOM: u64 = 5 << 30;
/// Name of the buttons, and the demonstration's value.
const BEGIN: &str = "begin";
const DEMO: &str = "demo";

pub(super) fn page(cx: &mut OpenCx, _: Draft) -> Result<Reply> {
    Ok(Reply::Page(match cx.state.fill.stage() {
        Stage::Going { done, of } => filling(cx, (done, of)),
        Stage::Told => filled(cx),
        Stage::Idle | Stage::Failed => draw(cx, &FieldErrors::default()),
    }))
}

pub(super) fn begin(cx: &mut OpenCx, mut draft: Draft) -> Result<Reply> {
    if cx.form(BEGIN) == DEMO {
        return fill(cx);
    }
    if cx.state.access.is_demo() {
        return Ok(Reply::To(CHOOSE_AT.into()));
    }
    draft.begun = true;
    cx.state.access.save_setup_draft(&draft, cx.request())?;
    Ok(Reply::To(OFFICE_AT.into()))
}

/// The first press begins; once everything is there the second claims.
fn fill(cx: &mut OpenCx) -> Result<Reply> {
    let filler = cx.state.filler().ok_or(Error::NotFound)?;
    if cx.state.fill.stage() != Stage::Told {
        cx.state.start_fill(filler, cx.request())?;
        return Ok(Reply::To(CHOOSE_AT.into()));
    }
    let token = (filler.finish)(&cx.state, Some(cx.peer()), cx.request())?;
    if let Some(token) = token {
        cx.set_session(&token);
    }
    cx.set_cookie(super::COOKIE, "", Keep::Drop);
    Ok(Reply::To(DONE_AT.into()))
}

/// While papers are written the page asks again every second, without a script.
fn filling(cx: &OpenCx, (done, of): (usize, usize)) -> Markup {
    let content = html! {
        div.prose {
            p role="status" {
                @if of == 0 { "正在编砚田镇的部门和人员……" }
                @else { "正在装文件：已装 " b { (done) } " 件，共 " (of) " 件。" }
            }
            p.quiet { "本页每秒自己刷新，一般半分钟以内装好。关掉本页也不要紧，再打开会接着看。" }
        }
    };
    let page = Page::new("正在装演示数据").refresh(1);
    in_wizard(cx, CHOOSE_AT, &page, &content)
}

fn filled(cx: &OpenCx) -> Markup {
    let content = html! {
        form method="post" action=(CHOOSE_AT) {
            (form::token(cx.csrf()))
            p { "人员和文件都装好了。下一步会告诉您用什么名字和密码登录。" }
            p.acts { button.btn.key type="submit" name=(BEGIN) value=(DEMO) { "开始使用" } }
        }
    };
    in_wizard(cx, CHOOSE_AT, &Page::new("演示数据装好了"), &content)
}

fn draw(cx: &OpenCx, errors: &FieldErrors) -> Markup {
    let leaf = Leaf {
        title: "从哪里开始",
        at: CHOOSE_AT,
        back: None,
        key: "全新使用",
        errors,
    };
    let half = cx.state.access.is_demo();
    let machine = &cx.state.machine;
    let bad = cx.state.health.place;
    let place = bad
        .or_else(|| (machine.place)(&cx.state.data_root))
        .map(|bad| {
            let lead = "请先停下来，换一个放数据的地方。";
            note(
                Tone::Bad,
                lead,
                &format!(
                    "{}。请关掉砚台，直接双击砚台程序再打开，数据会放到本机硬盘上；自己用 --data 指定文件夹的，请换成本机硬盘上的。",
                    bad.says()
                ),
            )
        });
    let room = cx.state.store.room_left().unwrap_or(u64::MAX);
    let content = html! {
        (form::errors(leaf.errors))
        @if let Some(place) = place { (place) }
        @if room < ROOM { (small(room)) }
        @if (machine.program)().is_some() {
            (note(Tone::Bad, "砚台程序自己在U盘或网络盘上。", &"一拔掉大家就打不开。请关掉砚台，把程序复制到本机硬盘（例如 D 盘）再双击。"))
        }
        @if cx.at < MADE {
            (note(Tone::Bad, "这台电脑的日期不对。", &format!(
                "电脑上现在是 {}。文号、期限都按它算，请先在右下角把日期和时间改对再开始；每次开机都不对，要换主板上的电池。",
                Zone::BEIJING.day(cx.at).long()
            )))
        }
        form method="post" action=(leaf.at) {
            (form::token(cx.csrf()))
            @if half { (go_on()) } @else { (both(cx, leaf.key)) }
        }
    };
    in_wizard(cx, leaf.at, &Page::new(leaf.title), &content)
}

/// It can be begun all the same: an office of ten people fills a gigabyte in years.
fn small(room: u64) -> Markup {
    let lead = format!("放数据的盘只剩 {} MB。", room >> 20);
    let rest = "文件和扫描件会越来越多，放满了就不能办理。请先删掉这个盘上不要的大文件，或者换一个大一些的盘再开始。";
    note(Tone::Bad, &lead, &rest)
}

fn both(cx: &OpenCx, key: &str) -> Markup {
    let offered = cx.state.filler().is_some();
    html! {
        div.prose {
            p { "这台电脑上还没有本单位的数据。" }
        }
        section {
            h2.band { span { "全新使用" } i { "本单位自己的数据" } }
            p { "四步把单位、部门和管理员填好，就可以登录使用，一般五分钟以内。填错了不要紧，启用以前每一步都能退回去改，启用以后也能在管理页里改。" }
            // beside a second choice of the same weight neither is the page's one primary button
            p.acts { button.btn.key[!offered] type="submit" name=(BEGIN) value="new" { (key) } }
        }
        section {
            h2.band { span { "从备份恢复" } i { "原来的电脑坏了，换到这一台" } }
            p { "要两样东西：备份盘（先插到这台电脑上），和纸上的恢复码。恢复以后，大家用原来的账号和密码登录。" }
            p.acts { (Link::new("从备份恢复", RESTORE_AT).button()) }
        }
        @if offered {
            section {
                h2.band { span { "试用演示数据" } i { "先看看好不好用" } }
                p { "装一个编出来的砚田镇：四十位同事、一年里的三百份文件，办到哪一步的都有，可以随便点、随便办。一般半分钟以内装好，不用填任何东西。" }
                p { "人和文件都是编的。用完以后可以清除，再从头启用本单位自己的平台；演示数据不会混进正式数据。" }
                p.acts { button.btn type="submit" name=(BEGIN) value=(DEMO) { "试用演示数据" } }
            }
        }
        p.note { b { "保密提醒　" } "本平台不涉密。国家秘密一个字也不要录入。" }
        p.hint { "关掉本页也不要紧，再打开会接着这一步。" }
        (code::elsewhere(cx))
    }
}

fn go_on() -> Markup {
    html! {
        (note(Tone::Plain, "演示数据装了一半。", &"可能是上次装的时候关了机。接着装就行，已经装好的不会重复。"))
        p { "想不要演示数据，也请先装完，再由演示里的系统管理员在“演示数据”页里清除。" }
        p.acts { button.btn.key type="submit" name=(BEGIN) value=(DEMO) { "接着装演示数据" } }
    }
}
