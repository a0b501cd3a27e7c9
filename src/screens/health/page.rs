//! The page of the lights, its deeds, and the red lines at the top of an administrator's to-do list.

use super::check::{facts, go_on, quick};
use super::lights::{self, Act, Grade, Light};
use super::{AttachStray, CheckHealth, ConfirmClock, HEALTH_AT, SeeHealth};
use crate::access::{Action, AdminRole, policy};
use crate::kit::Result;
use crate::screens::help::EMERGENCY_AT;
use crate::screens::volume::fetch;
use crate::ui::deed::{Press, one_button};
use crate::ui::frame::heading;
use crate::ui::list::{lines, section};
use crate::ui::note::{State, Tone, note, state};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};
use std::sync::atomic::Ordering;

pub(super) fn show(cx: &mut Cx<SeeHealth>) -> Result<Reply> {
    let f = facts(&cx.state);
    let all = lights::of(&f);
    let may = policy::may::<CheckHealth>(cx.who(), cx.peer());
    let mut rows = Vec::new();
    for light in &all {
        rows.push(row(cx, light, may)?);
    }
    let content = html! {
        (heading("体检", "服务器电脑和数据", &html! { (Link::new("应急卡", EMERGENCY_AT).button()) (Link::new("刷新", HEALTH_AT).button()) }))
        (verdict(&all, &f.zone.short_time(f.now, f.now)))
        @if !may { (note(Tone::Plain, "这里只能看。", &"要按按钮，请到服务器那台电脑上打开砚台办理。")) }
        table.ledger.lights.cards {
            caption.vh { "各项检查" }
            thead { tr {
                th.num scope="col" { "序号" } th scope="col" { "项目" } th scope="col" { "结果" }
                th scope="col" { "说明" } th scope="col" { "可以做的" }
            } }
            tbody { @for (n, row) in rows.iter().enumerate() { tr { td.num.none { (n + 1) } (row) } } }
        }
    };
    Ok(cx.page("体检", &content))
}

fn row<A: Action>(cx: &Cx<A>, light: &Light, may: bool) -> Result<Markup> {
    let act = match light.act {
        Some(Act::Open(label, href)) if cx.may_open(href) => {
            html! { a.btn.small href=(href) { (label) } }
        }
        Some(Act::Press(label, at)) if may => {
            one_button(at, cx.csrf(), &cx.new_op()?, &Press::new(label))
        }
        _ => html! {},
    };
    let mark = match light.grade {
        Grade::Good => State::Ok,
        Grade::Note => State::Warn,
        Grade::Bad => State::Bad,
    };
    Ok(html! {
        th scope="row" { (light.name) }
        td.nb { (state(mark, light.grade.word())) }
        td { (light.says) }
        td { (act) }
    })
}

fn verdict(all: &[Light], when: &str) -> Markup {
    let count = |g: Grade| all.iter().filter(|l| l.grade == g).count();
    let (good, noted, bad) = (count(Grade::Good), count(Grade::Note), count(Grade::Bad));
    let words = match lights::worst(all) {
        Grade::Bad => "有事要办",
        Grade::Note => "可以用",
        Grade::Good => "可以放心用",
    };
    html! {
        section.verdict aria-label="结论" {
            span.stamp.bad[bad > 0] { (words) }
            div {
                p { b {
                    (all.len()) " 项里 " (good) " 项正常"
                    @if noted > 0 { "，" (noted) " 项留意" }
                    @if bad > 0 { "，" (bad) " 项要办" }
                    "。"
                } }
                @if bad > 0 { p.quiet { "要办的在管理员的待办最上面，办好自己消失；选了邮件的管理员还会收到邮件，没办好的每星期再提醒一次。" } }
            }
            p.quiet.nb { (when) " 查" }
        }
    }
}

/// What is red, for the top of an administrator's to-do list; nothing for anybody else.
pub fn red_lines<A: Action>(cx: &Cx<A>) -> Markup {
    if !cx.who().is_admin(AdminRole::System) {
        return html! {};
    }
    let all = lights::of(&quick(&cx.state));
    let bad: Vec<Markup> = all
        .iter()
        .filter(|l| l.grade == Grade::Bad)
        .map(|l| html! { (state(State::Bad, l.name)) " " (l.says) " " (Link::new("去体检", HEALTH_AT)) })
        .collect();
    if bad.is_empty() {
        return html! {};
    }
    let title = format!("服务器有 {} 件事要管理员办", bad.len());
    section("h-health", &title, &"", &lines(&bad))
}

pub(super) fn begin(cx: &mut Cx<CheckHealth>) -> Result<Reply> {
    if let Some(stop) = cx.state.health.begin() {
        let (store, health) = (cx.state.store.clone(), cx.state.health.clone());
        let (stamp, asked) = (cx.permit.stamp(), stop.clone());
        let started = cx.state.chores.start(
            move || asked.store(true, Ordering::Release),
            move || go_on(&store, &health, stamp, &stop),
        );
        if let Err(e) = started {
            cx.state.health.end(None);
            return Err(e);
        }
        cx.tell("开始查了，可以离开这一页，查完结果在“数据核对”那一行");
    } else {
        cx.tell("已经在查了，查完结果在“数据核对”那一行");
    }
    Ok(Reply::To(HEALTH_AT.into()))
}

pub(super) fn stop(cx: &mut Cx<CheckHealth>) -> Result<Reply> {
    cx.state.health.cancel();
    cx.tell("已经叫它停下，上一次的结果还在");
    Ok(Reply::To(HEALTH_AT.into()))
}

pub(super) fn call(cx: &mut Cx<CheckHealth>) -> Result<Reply> {
    cx.state.store.look_round();
    let back = cx.state.store.call_back();
    cx.tell(&if back.is_empty() {
        "又找了一次，还没有找到。接好磁盘或者恢复文件以后，一分钟内会自己找到".to_owned()
    } else {
        format!("找到了 {} 个柜子，案卷都能打开了", back.len())
    });
    Ok(Reply::To(HEALTH_AT.into()))
}

/// Attaches the file the light speaks of; the volume's page shows how far it is.
pub(super) fn attach(cx: &mut Cx<AttachStray>) -> Result<Reply> {
    let found = cx.state.store.strays()?.into_iter().next();
    let Some((no, path)) = found.and_then(|s| Some((s.fits?, s.path))) else {
        cx.tell("没有等着挂接的文件了");
        return Ok(Reply::To(HEALTH_AT.into()));
    };
    // asked again: it may be another file by now
    cx.state.store.can_attach(&path)?;
    let stamp = cx.permit.stamp_on(no);
    fetch(&cx.state, (no, path), stamp)
}

pub(super) fn confirm(cx: &mut Cx<ConfirmClock>) -> Result<Reply> {
    cx.state.store.confirm_clock(cx.permit.stamp())?;
    cx.tell("记下了：服务器时间是对的，可以照常办理");
    Ok(Reply::To(HEALTH_AT.into()))
}
