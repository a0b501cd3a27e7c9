//! The third page: how far it is, the way to stop it, and what came of it.
//! The work goes on in a chore; this page only asks how it stands, and may be left.

use super::{ImportRegister, at, look, name_of, sheet_of};
use crate::engine::import::desk::{Sheet, Stage};
use crate::kit::{Error, FieldErrors, Result};
use crate::ui::deed::{Press, one_button};
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::section;
use crate::ui::note::{Tone, note};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Seconds between two looks.
const AGAIN: u32 = 2;
/// Failed lines shown.
const SHOWN: usize = 100;

/// POST: looks once more and begins.
pub(super) fn run(cx: &mut Cx<ImportRegister>) -> Result<Reply> {
    let (acting, register, sheet) = sheet_of(cx)?;
    if sheet.chosen().stage != Stage::Looked {
        return Ok(Reply::To(format!("{}/{}", at(&register), sheet.id)));
    }
    let checked = look::look_at(cx, &acting, &sheet)?;
    if !checked.bad.is_empty() && cx.form("on_bad") != "skip" {
        let mut errors = FieldErrors::default();
        errors.add(
            "on_bad",
            format!(
                "有 {} 行有错误，一行也没有导入。请改好后再传，或者选“跳过有错误的行”",
                checked.bad.len()
            ),
        );
        return look::draw(cx, &acting, (&register, &sheet), &errors);
    }
    if checked.good.is_empty() {
        let mut errors = FieldErrors::default();
        errors.add("", "没有一行可以导入，请按提示改好后再传");
        return look::draw(cx, &acting, (&register, &sheet), &errors);
    }
    sheet.begin(checked.good.len())?;
    let load = sheet.load(checked);
    let stamp = cx.permit.stamp_on(&register);
    let (store, engine) = (cx.state.store.clone(), cx.state.engine.clone());
    let (working, stopping) = (sheet.clone(), sheet.clone());
    let started = cx.state.chores.start(
        move || stopping.progress.stop(),
        move || {
            let carry = || engine.import(&store, (&stamp, &acting), &load, &working.progress);
            let done = catch_unwind(AssertUnwindSafe(carry));
            let done = done.unwrap_or_else(|_| Err(Error::fault("an import panicked")));
            working.end(done.err().map(said));
        },
    );
    if let Err(e) = started {
        sheet.end(Some("现在开始不了，请过一会儿再传一次".to_owned()));
        return Err(e);
    }
    Ok(Reply::To(format!("{}/{}", at(&register), sheet.id)))
}

/// What stopped it, for the clerk; the cause of a fault is in the log.
fn said(e: Error) -> String {
    match e {
        Error::Denied(why) | Error::Conflict(why) | Error::Busy(why) => why,
        other => {
            tracing::error!(cause = %other, "an import stopped");
            "导入中断了，已经导入的都在。请把同一张表再传一次，只补没有导入的行".to_owned()
        }
    }
}

/// POST: stops after the slice under way.
pub(super) fn stop(cx: &mut Cx<ImportRegister>) -> Result<Reply> {
    let (_, register, sheet) = sheet_of(cx)?;
    sheet.progress.stop();
    Ok(Reply::To(format!("{}/{}", at(&register), sheet.id)))
}

/// How it stands.
pub(super) fn page(cx: &Cx<ImportRegister>, register: &str, sheet: &Arc<Sheet>) -> Result<Reply> {
    let chosen = sheet.chosen();
    let back = Link::new(
        format!("返回{}", name_of(&sheet.kindred)),
        format!("/register/{register}"),
    );
    let stage = match &chosen.stage {
        Stage::Ended(why) => ended(register, sheet, (why.as_deref(), chosen.total)),
        Stage::Looked | Stage::Running => running(cx, register, sheet, chosen.total)?,
    };
    let content = html! {
        (crumbs(&back, &[], "导入旧登记簿"))
        (heading("导入旧登记簿", &sheet.file, &html! {}))
        (stage)
    };
    let page = Page::new("导入旧登记簿");
    let page = match chosen.stage {
        Stage::Ended(_) => page,
        Stage::Looked | Stage::Running => page.refresh(AGAIN),
    };
    Ok(Reply::Page(cx.draw(&page, &content)))
}

fn running(cx: &Cx<ImportRegister>, register: &str, sheet: &Sheet, total: usize) -> Result<Markup> {
    let p = &sheet.progress;
    let so_far = p.done() + p.there() + p.failed().len();
    let stop = format!("{}/{}/stop", at(register), sheet.id);
    Ok(html! {
        (note(Tone::Plain, "正在导入，", &format!("已经导入 {so_far} 件，共 {total} 件。可以离开这一页，导入照常进行。")))
        div.field { progress value=(so_far) max=(total.max(1)) { (so_far) " / " (total) } }
        @if p.stopped() {
            p { "正在停下来……" }
        } @else {
            (one_button(&stop, cx.csrf(), &cx.new_op()?, &Press::new("停止导入")))
        }
        p.hint { "停止以后，已经导入的都在；同一张表再传一次，只补没有导入的行。" }
    })
}

fn ended(register: &str, sheet: &Sheet, (why, total): (Option<&str>, usize)) -> Markup {
    let p = &sheet.progress;
    let failed = p.failed();
    let mut counts = format!("导入 {} 件", p.done());
    if p.there() > 0 {
        counts.push_str(&format!("，本来就有 {} 件", p.there()));
    }
    if !failed.is_empty() {
        counts.push_str(&format!("，没有导入 {} 行", failed.len()));
    }
    let left = total.saturating_sub(p.done() + p.there() + failed.len());
    html! {
        @if let Some(why) = why {
            (note(Tone::Bad, "没有导完。", &format!("{why}。{counts}，还有 {left} 行。")))
        } @else if left > 0 {
            (note(Tone::Plain, "已经停止。", &format!("{counts}，还有 {left} 行。同一张表再传一次，只补没有导入的行。")))
        } @else {
            (note(Tone::Done, "导入好了。", &format!("{counts}。")))
        }
        @if !failed.is_empty() {
            (section("failed", "这些行没有导入", &"", &html! {
                ul { @for (line, why) in failed.iter().take(SHOWN) { li { "第 " (line) " 行　" (why) } } }
            }))
        }
        p.acts {
            (Link::new("看登记簿", format!("/register/{register}?year=0")).key())
            (Link::new("再导一张", at(register)).button())
        }
    }
}
