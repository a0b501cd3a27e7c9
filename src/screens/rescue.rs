//! 打不开了: the only pages of a start that cannot make sense of its files. Whoever sits at the server PC reads what is wrong and
//! fetches the hub, or the whole office, out of a backup; everybody else reads whom to ask.
//! Invariant: nothing is deleted; what stands in the folder is put aside, and the office begins anew only with files that were checked.

use crate::kit::recovery::RecoveryKey;
use crate::kit::{Error, FieldErrors, Result};
use crate::screens::backup::typed;
use crate::store::DataDir;
use crate::store::backup::{self, Progress, Restored};
use crate::ui::form::{self, Choice};
use crate::ui::frame::{Page, heading};
use crate::ui::note::{Tone, note};
use crate::ui::{Markup, html};
use crate::web::machine::Broken;
use crate::web::{CLAIM, CLAIM_AT, Manifest, OpenCx, Reply, Route};
use std::path::PathBuf;
use std::sync::atomic::Ordering;

const TITLE: &str = "砚台打不开了";
/// What is fetched: the hub beside the volumes that are here, or everything.
const HUB: &str = "hub";
const WHOLE: &str = "whole";

/// They answer without a claim: the server they stand on is no office.
pub const MANIFEST: Manifest = Manifest {
    id: CLAIM,
    menu: &[],
    routes,
};

fn routes() -> Vec<Route> {
    vec![
        Route::open_get(CLAIM_AT, show),
        Route::open_post(CLAIM_AT, begin),
    ]
}

fn show(cx: &mut OpenCx) -> Result<Reply> {
    draw(cx, "", &FieldErrors::default()).map(Reply::Page)
}

fn begin(cx: &mut OpenCx) -> Result<Reply> {
    let broken = broken(cx)?;
    if !cx.peer().at_server() {
        return Err(Error::Denied(
            "恢复要在服务器那台电脑上做，请管理员到那台电脑上打开砚台".into(),
        ));
    }
    if cx.input.has(typed::STOP) {
        cx.state.store.backups().stop();
        return Ok(Reply::To(CLAIM_AT.into()));
    }
    let place = typed::place(cx)?;
    let wanted = chosen(cx).and_then(|whole| Ok((whole, typed::fits(&place, cx.form("key"))?)));
    match wanted {
        Ok((whole, from)) => start(cx, broken, whole, from)?,
        Err(Error::Invalid(errors)) => return draw(cx, &place, &errors).map(Reply::Wrong),
        Err(e) => return Err(e),
    }
    Ok(Reply::To(CLAIM_AT.into()))
}

fn broken(cx: &OpenCx) -> Result<Broken> {
    cx.state.broken.clone().ok_or(Error::NotFound)
}

fn chosen(cx: &OpenCx) -> Result<bool> {
    match cx.form("what") {
        HUB => Ok(false),
        WHOLE => Ok(true),
        _ => Err(Error::invalid("what", "请选恢复总库还是整个单位")),
    }
}

fn start(
    cx: &OpenCx,
    broken: Broken,
    whole: bool,
    (file, key): (PathBuf, RecoveryKey),
) -> Result<()> {
    let (store, stopper, at) = (cx.state.store.clone(), cx.state.store.clone(), cx.at);
    let work = move || {
        let restored = store.backups().restore(|progress: &Progress| {
            let dir = DataDir::make(&broken.root)?;
            match whole {
                true => backup::whole(&file, &key, (&dir, at), progress),
                false => backup::hub_alone(&file, &key, (&dir, at), progress),
            }
            .map(|r| words(&r))
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
    format!("{}的备份，{} 件，{} 人", r.name, r.cases, r.people)
}

fn draw(cx: &OpenCx, place: &str, errors: &FieldErrors) -> Result<Markup> {
    let broken = broken(cx)?;
    let desk = cx.state.store.backups();
    let (begins, going) = (desk.restart().load(Ordering::Relaxed), desk.going());
    let here = cx.peer().at_server();
    let content = html! {
        (heading(TITLE, "", &html! {}))
        @if begins {
            (note(Tone::Done, "恢复好了。", &desk.said()))
            div.prose { p { "正在重新打开，几秒钟以后本页会变成登录页，请用原来的账号和密码登录。" } }
        } @else if let Some(step) = &going {
            @if here { (typed::under_way(cx, CLAIM_AT, step)) } @else { div.prose { (typed::how_far(step)) } }
        } @else if here {
            (form::errors(errors))
            (note(Tone::Bad, "数据文件有问题：", &broken.says))
            (asked(cx, (place, &desk.said()), errors)?)
        } @else {
            (note(Tone::Bad, "服务器上的数据文件有问题，暂时打不开。", &"请告诉管理员：到服务器那台电脑上打开砚台，按页面上的话做。急件先用纸办；好了以后本页能照常打开。"))
        }
    };
    let mut page = Page::new(TITLE).wrong(errors);
    if begins || going.is_some() {
        page = page.refresh(2);
    }
    Ok(cx.draw(&page, &content))
}

fn asked(cx: &OpenCx, (place, said): (&str, &str), errors: &FieldErrors) -> Result<Markup> {
    let choices = vec![
        Choice::new(
            HUB,
            "只恢复总库：人员、账号、柜子的目录取自备份，各柜里的案卷用这台电脑上现有的",
        ),
        Choice::new(
            WHOLE,
            "恢复整个单位：全部取自备份，这台电脑上现有的文件移到一边，不删掉",
        ),
    ];
    let wanted = match cx.form("what") {
        "" => HUB,
        typed => typed,
    };
    Ok(html! {
        @if !said.is_empty() && errors.is_empty() { (note(Tone::Plain, "上一次：", &said)) }
        div.prose {
            p { "磁盘没有接好、杀毒软件隔离了文件，都会这样。先看一看：把磁盘接好，或者从杀毒软件的隔离区找回文件，再停下砚台重新启动。" }
            p { "找不回来，就从备份恢复。要有备份盘和纸上的恢复码。先解开、逐项核对，都对了才换上。" }
        }
        form method="post" action=(CLAIM_AT) enctype="multipart/form-data" {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            (form::radios("what", "恢复什么", choices).value(wanted).need().check(errors))
            (typed::fields(cx, place, errors))
            p.acts { button.btn.key type="submit" { "开始恢复" } }
        }
    })
}
