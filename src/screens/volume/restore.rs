//! A volume that is damaged or gone is fetched out of a backup while the office works on with the others: laid out
//! and checked beside, then the server begins anew with it, in seconds.
//! Invariant: only volumes that cannot be opened; one that works holds more than any backup of it.

use super::{RESTORE_AT, RestoreVolume, STORAGE_AT};
use crate::kit::recovery::RecoveryKey;
use crate::kit::{Error, FieldErrors, Result, ShelfNo};
use crate::screens::backup::typed;
use crate::screens::health::lights::CALL_AT;
use crate::store::Lost;
use crate::store::backup::{self, Progress};
use crate::ui::deed::{Press, one_button};
use crate::ui::form::{self, Choice};
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::section;
use crate::ui::note::{Tone, note};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};
use std::path::PathBuf;
use std::sync::atomic::Ordering;

const TITLE: &str = "打不开的柜子";

/// GET `/storage/restore`.
pub(super) fn show(cx: &mut Cx<RestoreVolume>) -> Result<Reply> {
    let places = backup::places(&cx.state.store)?;
    let place = places.into_iter().next().map_or(String::new(), |p| p.path);
    draw(cx, &place, &FieldErrors::default()).map(Reply::Page)
}

/// POST `/storage/restore`.
pub(super) fn begin(cx: &mut Cx<RestoreVolume>) -> Result<Reply> {
    let place = typed::place(cx)?;
    let wanted = chosen(cx).and_then(|no| Ok((no, typed::fits(&place, cx.form("key"))?)));
    match wanted {
        Ok((no, from)) => start(cx, no, from)?,
        Err(Error::Invalid(errors)) => return draw(cx, &place, &errors).map(Reply::Wrong),
        Err(e) => return Err(e),
    }
    Ok(Reply::To(RESTORE_AT.into()))
}

fn chosen(cx: &Cx<RestoreVolume>) -> Result<i64> {
    let lost = cx.state.store.lost();
    let typed: Option<i64> = cx.form("volume").parse().ok();
    typed
        .filter(|no| lost.iter().any(|l| l.volume == *no))
        .ok_or_else(|| {
            Error::invalid(
                "volume",
                "这个柜子现在打得开，不用恢复。请选一个打不开的柜子",
            )
        })
}

fn start(cx: &mut Cx<RestoreVolume>, no: i64, (file, key): (PathBuf, RecoveryKey)) -> Result<()> {
    let from = file.display().to_string();
    cx.write_on(ShelfNo::HUB, no, move |w| {
        w.note(from);
        w.quiet("恢复一个柜子；换上以后重新打开，清单那时重做");
        Ok(())
    })?;
    let (store, stopper, at) = (cx.state.store.clone(), cx.state.store.clone(), cx.at);
    let work = move || {
        let restored = store.backups().restore(|progress: &Progress| {
            backup::volume_ready(&file, &key, (&store, no, at), progress)
                .map(|_| format!("{no:04} 柜恢复好了"))
        });
        if let Err(e) = restored {
            store.backups().say(format!("{no:04} 柜没有恢复成：{e}"));
        }
    };
    cx.state
        .chores
        .start(move || stopper.backups().stop(), work)
}

fn draw(cx: &Cx<RestoreVolume>, place: &str, errors: &FieldErrors) -> Result<Markup> {
    let desk = cx.state.store.backups();
    let lost = cx.state.store.lost();
    let (begins, going) = (desk.restart().load(Ordering::Relaxed), desk.going());
    let content = html! {
        (crumbs(&Link::new("库房", STORAGE_AT), &[], TITLE))
        (heading(TITLE, "从备份里恢复，别的柜子照常办", &html! {}))
        (form::errors(errors))
        @if begins {
            (note(Tone::Done, "都核对好了。", &"正在用恢复的柜子重新打开，几秒钟以后本页自己更新。"))
        } @else if let Some(step) = &going {
            div.prose { (typed::how_far(step)) }
        } @else if lost.is_empty() {
            (note(Tone::Done, "该在的柜子都在，都能打开。", &"恢复过的柜子，备份以后登记、办理的内容要对照纸质登记簿补。"))
            p.acts { (Link::new("恢复以后丢失的内容", "/backup/lost").button()) (Link::new("回库房", STORAGE_AT).button()) }
        } @else {
            (asked(cx, &lost, (place, &desk.said()), errors)?)
        }
    };
    let mut page = Page::new(TITLE).wrong(errors);
    if begins || going.is_some() {
        page = page.refresh(2);
    }
    Ok(cx.draw(&page, &content))
}

fn asked(
    cx: &Cx<RestoreVolume>,
    lost: &[Lost],
    (place, said): (&str, &str),
    errors: &FieldErrors,
) -> Result<Markup> {
    let choices = lost
        .iter()
        .map(|l| Choice::new(l.volume.to_string(), format!("{:04} 柜", l.volume)));
    let first = lost.first().map_or(String::new(), |l| l.volume.to_string());
    let wanted = match cx.form("volume") {
        "" => first,
        typed => typed.to_owned(),
    };
    Ok(html! {
        @if !said.is_empty() && errors.is_empty() { (note(Tone::Plain, "上一次：", &said)) }
        @for one in lost { (note(Tone::Bad, &format!("{:04} 柜　", one.volume), &one.words)) }
        p.acts { (one_button(CALL_AT, cx.csrf(), &cx.new_op()?, &Press::new("磁盘接好了，再找一次"))) }
        (section("h-restore", "从备份恢复", &"", &html! {
            p { "先解开、逐项核对，都对了才换上；换上的时候砚台重新打开一次，大约几秒钟，大家不用重新登录。坏了的文件移到一边，不会删掉。" }
            p { "备份以后这个柜里登记、办理的内容会没有，丢了哪些号，恢复以后列出来。" }
            form method="post" action=(RESTORE_AT) enctype="multipart/form-data" {
                (form::tokens(cx.csrf(), &cx.new_op()?))
                (form::radios("volume", "恢复哪一个", choices.collect()).value(wanted).need().check(errors))
                (typed::fields(cx, place, errors))
                p.acts { button.btn.key type="submit" { "开始恢复" } }
            }
        }))
    })
}
