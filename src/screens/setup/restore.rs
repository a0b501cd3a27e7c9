//! 从备份恢复: the office of another PC comes to this empty one. A file on this PC or a sent one, the key from paper;
//! what was typed stays until it fits. The files are laid out and checked on a thread; then the server begins anew.
//! Invariant: nothing of the empty installation is touched before everything was checked.

use super::{CHOOSE_AT, RESTORE_AT, in_wizard};
use crate::access::setup_draft::Draft;
use crate::kit::recovery::RecoveryKey;
use crate::kit::{Error, FieldErrors, Result, sealed};
use crate::store::DataDir;
use crate::store::backup::{self, Progress, Restored};
use crate::ui::frame::Page;
use crate::ui::note::{Tone, note};
use crate::ui::{Link, Markup, form, html};
use crate::web::{OpenCx, Reply};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

/// Where a sent backup lies meanwhile; the next start removes it.
const SENT: &str = "sent.inkbak";

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
    let typed = match sent(cx)? {
        Some(path) => path.display().to_string(),
        None => cx.form("file").trim().to_owned(),
    };
    match fits(&typed, cx.form("key")) {
        Ok((file, key)) => {
            start(cx, file, key)?;
            Ok(Reply::To(RESTORE_AT.into()))
        }
        Err(Error::Invalid(errors)) => Ok(Reply::Wrong(ask(cx, &typed, &errors)?)),
        Err(Error::Busy(why)) => {
            let mut errors = FieldErrors::default();
            errors.add("file", why);
            Ok(Reply::Wrong(ask(cx, &typed, &errors)?))
        }
        Err(e) => Err(e),
    }
}

/// A backup sent with the form is kept while its key is looked for.
fn sent(cx: &OpenCx) -> Result<Option<PathBuf>> {
    let Some(file) = cx
        .files()
        .iter()
        .find(|f| f.field() == "sent" && f.size() > 0)
    else {
        return Ok(None);
    };
    let to = DataDir::make(&cx.state.data_root)?.spool().join(SENT);
    std::io::copy(&mut file.reader()?, &mut std::fs::File::create(&to)?)?;
    Ok(Some(to))
}

/// The file is one of ours and the key opens it; told at once, before the long work.
fn fits(file: &str, key: &str) -> Result<(PathBuf, RecoveryKey)> {
    if file.is_empty() {
        return Err(Error::invalid(
            "file",
            "请写备份文件夹的路径，或者选一个备份文件",
        ));
    }
    let (path, head) = backup::look(Path::new(file))?;
    let key = RecoveryKey::read(key)?;
    sealed::unwrap(&head.key, &key)?;
    Ok((path, key))
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
            (form::text("file", "备份在哪里").value(file)
                .hint("插上备份盘，写它在这台电脑上的文件夹，例如 E:\\备份；也可以写里面的一个 .inkbak 文件。写文件夹就用最新的一份").check(errors))
            (form::file("sent", "或者选一个备份文件传上来").accept(".inkbak").check(errors)
                .hint("只限做成一个文件的备份，200 MB 以内"))
            (form::lined("key", "恢复码").need().value(cx.form("key")).complete("off")
                .hint("纸上的 8 组，每组 5 个字；大小写、空格、短线都随意").check(errors))
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
    let share = step
        .done
        .saturating_mul(100)
        .checked_div(step.of)
        .map(|s| s.min(100));
    let content = html! {
        div.prose {
            p role="status" { (step.words) @if let Some(share) = share { "　" b { (share) "%" } } }
            p.quiet { "本页自己刷新。关掉本页也不要紧，再打开会接着看。" }
        }
    };
    in_wizard(cx, CHOOSE_AT, &Page::new("正在恢复").refresh(1), &content)
}

fn ready(cx: &OpenCx) -> Markup {
    let said = cx.state.store.backups().said();
    let content = html! {
        (note(Tone::Done, "都核对好了。", &said))
        div.prose { p { "正在用恢复的数据重新打开，几秒钟以后本页会变成登录页，请用原来的账号和密码登录。" } }
    };
    in_wizard(cx, CHOOSE_AT, &Page::new("恢复好了").refresh(3), &content)
}
