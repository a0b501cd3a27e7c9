//! 从备份恢复: the office of another PC comes to this empty one. A file on this PC or a sent one, the key from paper;
//! what was typed stays until it fits. The files are laid out and checked on a thread; then the server begins anew.
//! Invariant: nothing of the empty installation is touched before everything was checked.

use super::{CHOOSE_AT, RESTORE_AT, in_wizard};
use crate::access::setup_draft::Draft;
use crate::kit::recovery::RecoveryKey;
use crate::kit::{Error, FieldErrors, Result};
use crate::screens::backup::typed;
use crate::store::DataDir;
use crate::store::backup::{self, Progress, Restored};
use crate::ui::frame::Page;
use crate::ui::note::{Tone, note};
use crate::ui::{Link, Markup, form, html};
use crate::web::{OpenCx, Reply};
use std::path::PathBuf;
use std::sync::atomic::Ordering;

pub(super) fn page(cx: &mut OpenCx, _: Draft) -> Result<Reply> {
    let desk = cx.state.store.backups();
    if desk.restart().load(Ordering::Relaxed) {
        return Ok(Reply::Page(ready(cx)));
    }
    if let Some(step) = desk.going() {
        return Ok(Reply::Page(going(cx, &step)));
    }
    let file = cx.query("file").to_owned();
    Ok(Reply::Page(ask(cx, &file, &FieldErrors::default())?))
}

pub(super) fn begin(cx: &mut OpenCx, _: Draft) -> Result<Reply> {
    if cx.state.access.is_demo() {
        return Ok(Reply::To(CHOOSE_AT.into()));
    }
    if cx.input.has(typed::STOP) {
        cx.state.store.backups().stop();
        return Ok(Reply::To(RESTORE_AT.into()));
    }
    let place = typed::place(cx)?;
    match typed::fits(&place, cx.form("key")) {
        Ok((file, key)) => {
            start(cx, file, key)?;
            Ok(Reply::To(RESTORE_AT.into()))
        }
        Err(Error::Invalid(errors)) => Ok(Reply::Wrong(ask(cx, &place, &errors)?)),
        Err(e) => Err(e),
    }
}

fn start(cx: &OpenCx, file: PathBuf, key: RecoveryKey) -> Result<()> {
    let (store, stopper) = (cx.state.store.clone(), cx.state.store.clone());
    let (root, at) = (cx.state.data_root.clone(), cx.at);
    let work = move || {
        let restored = store.backups().restore(|progress: &Progress| {
            let dir = DataDir::make(root)?;
            backup::whole(&file, &key, (&dir, at), progress).map(|r| words(&r))
        });
        if let Err(e) = restored {
            store.backups().say(format!("没有恢复成：{e}"));
        }
    };
    cx.state
        .chores
        .start(move || stopper.backups().stop(), work)
}

fn words(r: &Restored) -> String {
    format!(
        "{}：{} 件，{} 个附件，{} 人",
        r.name, r.cases, r.files, r.people
    )
}

fn ask(cx: &OpenCx, file: &str, errors: &FieldErrors) -> Result<Markup> {
    let said = cx.state.store.backups().said();
    let content = html! {
        (form::errors(errors))
        @if !said.is_empty() && errors.is_empty() { (note(Tone::Bad, &said, &"这台电脑上什么也没有改动，可以再试。")) }
        form method="post" action=(RESTORE_AT) enctype="multipart/form-data" {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            (typed::fields(cx, file, errors))
            p.acts {
                button.btn.key type="submit" { "开始恢复" }
                (Link::new("上一步", CHOOSE_AT).button())
            }
        }
        p.hint { "先解开、逐项核对，都对了才启用；中途停电也不要紧，再来一次就行。" }
    };
    Ok(in_wizard(
        cx,
        CHOOSE_AT,
        &Page::new("从备份恢复").wrong(errors),
        &content,
    ))
}

fn going(cx: &OpenCx, step: &backup::Step) -> Markup {
    let content = typed::under_way(cx, RESTORE_AT, step);
    in_wizard(cx, CHOOSE_AT, &Page::new("正在恢复").refresh(2), &content)
}

fn ready(cx: &OpenCx) -> Markup {
    let said = cx.state.store.backups().said();
    let content = html! {
        (note(Tone::Done, "都核对好了。", &said))
        div.prose { p { "正在用恢复的数据重新打开，几秒钟以后本页会变成登录页，请用原来的账号和密码登录。" } }
    };
    in_wizard(cx, CHOOSE_AT, &Page::new("恢复好了").refresh(3), &content)
}
