//! The page and its deeds. Each deed is a row of the record before it is done; a refusal comes back on the page with its sentence.
//! Not here: the pieces of the page (`parts`).

use super::parts::{goes_on, history, offered, taking, waits};
use super::{RunUpdate, SeeUpdate, TakePackage, UPDATE_AT};
use crate::access::{Action, policy};
use crate::kit::{Error, FieldErrors, Result, ShelfNo, version};
use crate::screens::people::DESK_AT;
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::{facts, section};
use crate::ui::note::{Tone, note};
use crate::ui::{Link, form, html};
use crate::web::update::{Ended, JOB, Updates};
use crate::web::{Cx, Reply};
use std::fs::File;
use std::io::BufReader;
use std::sync::Arc;

pub(super) fn show(cx: &mut Cx<SeeUpdate>) -> Result<Reply> {
    draw(cx, &FieldErrors::default())
}

fn updates<A: Action>(cx: &Cx<A>) -> Result<Arc<dyn Updates>> {
    let held = cx.state.updates.get().cloned();
    held.ok_or_else(|| Error::Conflict("这里不能升级程序。请在平时启动的砚台里办".into()))
}

fn draw<A: Action>(cx: &Cx<A>, errors: &FieldErrors) -> Result<Reply> {
    let standing = match cx.state.updates.get() {
        Some(updates) => updates.standing()?,
        None => Default::default(),
    };
    let may = policy::may::<RunUpdate>(cx.who(), cx.peer());
    let going = cx.state.jobs.progress(JOB).filter(|p| p.ended.is_none());
    let since = standing
        .past
        .iter()
        .find(|p| p.ended == Ended::Done && p.to == version());
    let since = since.map_or("装机或者手工换程序的时候".to_owned(), |p| {
        cx.zone().day(p.at).long()
    });
    let unseen = standing.past.first().filter(|p| !p.seen);
    let content = html! {
        (crumbs(&Link::new("返回管理", DESK_AT), &[], "升级"))
        (heading("升级", "", &html! {}))
        (form::errors(errors))
        @if let Some(past) = unseen { (waits(cx, past, may)?) }
        (facts("现在的程序", &[("现在的版本", version().to_owned()), ("从什么时候起", since)]))
        @if standing.handing {
            (note(Tone::Done, "准备好了。", &"正在换上新程序，大约半分钟以后本页会自己打开。"))
        } @else if let Some(progress) = &going {
            (goes_on(cx, progress, may)?)
        } @else if !standing.publisher {
            (note(Tone::Plain, "这个程序没有带发布者的公钥，不能在网页上升级。",
                &"要换新版本：先在“备份”里点“马上备份”，停下砚台，换成新的程序文件，再启动；数据自己跟上。"))
        } @else if !may {
            (note(Tone::Plain, "这里只能看。", &"选升级包、升级，请到服务器那台电脑上打开砚台办，或者用加密的地址。"))
        } @else if let Some(offer) = &standing.offer {
            (section("h-plan", &format!("升级到 {}", offer.version), &offer.day, &offered(cx, offer)?))
        } @else {
            (section("h-take", "选升级包", &"不用上网", &taking(cx, &updates(cx)?.sticks(), errors)?))
        }
        (section("h-past", "升级记录", &"", &history(cx, &standing.past)))
    };
    let mut page = Page::new("升级").wrong(errors);
    if standing.handing || going.is_some() {
        page = page.refresh(2);
    }
    let page = cx.draw(&page, &content);
    Ok(match errors.is_empty() {
        true => Reply::Page(page),
        false => Reply::Wrong(page),
    })
}

/// Back to the page; a refusal is said there.
fn back<A: Action>(cx: &Cx<A>, done: Result<()>) -> Result<Reply> {
    let mut errors = FieldErrors::default();
    match done {
        Ok(()) => return Ok(Reply::To(UPDATE_AT.into())),
        Err(Error::Invalid(wrong)) => errors = wrong,
        Err(Error::Conflict(why) | Error::Busy(why)) => errors.add("", why),
        Err(e) => return Err(e),
    }
    draw(cx, &errors)
}

fn recorded<A: Action>(cx: &Cx<A>, words: String) -> Result<()> {
    cx.write(ShelfNo::HUB, move |w| {
        w.quiet("程序升级");
        w.note(words);
        Ok(())
    })
    .map(drop)
}

pub(super) fn take(cx: &mut Cx<TakePackage>) -> Result<Reply> {
    let taken = sent(cx);
    back(cx, taken)
}

fn sent(cx: &mut Cx<TakePackage>) -> Result<()> {
    let updates = updates(cx)?;
    let file = cx
        .files()
        .iter()
        .find(|f| f.field() == "file" && f.size() > 0);
    let file = file.ok_or_else(|| Error::invalid("file", "请选升级包，.inkup 结尾的文件"))?;
    file.check_size()
        .map_err(|why| Error::invalid("file", why))?;
    let offer = updates.take(&mut file.reader()?)?;
    recorded(cx, format!("收下升级包 {}", offer.version))?;
    cx.tell("升级包核对过了，是发布者签发的，没有改动过");
    Ok(())
}

pub(super) fn from_stick(cx: &mut Cx<TakePackage>) -> Result<Reply> {
    let taken = read(cx);
    back(cx, taken)
}

/// Only what was found is read: a form names no other file.
fn read(cx: &mut Cx<TakePackage>) -> Result<()> {
    let updates = updates(cx)?;
    let wanted = cx.form("path");
    let found = updates
        .sticks()
        .into_iter()
        .find(|f| f.path.to_string_lossy() == wanted);
    let found = found.ok_or_else(|| {
        Error::Conflict("这个升级包现在找不到了，U 盘可能拔掉了。请插好再选一次".into())
    })?;
    let offer = updates.take(&mut BufReader::new(File::open(found.path)?))?;
    recorded(cx, format!("收下升级包 {}", offer.version))?;
    cx.tell("升级包核对过了，已经复制到这台电脑上，U 盘可以拔了");
    Ok(())
}

pub(super) fn forget(cx: &mut Cx<TakePackage>) -> Result<Reply> {
    let done = updates(cx)?.forget();
    back(cx, done)
}

pub(super) fn begin(cx: &mut Cx<RunUpdate>) -> Result<Reply> {
    let begun = started(cx);
    back(cx, begun)
}

fn started(cx: &Cx<RunUpdate>) -> Result<()> {
    let updates = updates(cx)?;
    let to = updates
        .standing()?
        .offer
        .map(|o| o.version)
        .unwrap_or_default();
    recorded(cx, format!("从 {} 升级到 {to}", version()))?;
    updates.begin(&cx.state, &cx.who().name)
}

pub(super) fn stop(cx: &mut Cx<RunUpdate>) -> Result<Reply> {
    let going = cx.state.jobs.progress(JOB);
    if going.is_some_and(|p| p.ended.is_none()) {
        cx.state.jobs.stop(JOB);
        cx.state.store.backups().stop();
        cx.tell("正在停下。什么也没有换，大家照常办公");
    }
    Ok(Reply::To(UPDATE_AT.into()))
}

pub(super) fn seen(cx: &mut Cx<RunUpdate>) -> Result<Reply> {
    let done = updates(cx)?.seen();
    back(cx, done)
}
