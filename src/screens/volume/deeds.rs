//! What is done with a volume: it is asked for here, checked at once, and goes on after the reply. The
//! page shows how far it is.

use super::onward::Stamped;
use super::page::again;
use super::{AttachVolume, BackUpVolume, CarryVolume, SealVolume, SplitVolume, may_touch};
use crate::access::Action;
use crate::kit::{Error, Result, ShelfNo};
use crate::store::freeze::{Drafts, Keep, Names, Stop, Wish};
use crate::store::{Stamp, Store};
use crate::web::{Cx, Reply, State};
use std::path::PathBuf;
use std::sync::Arc;

pub(super) fn page_of(no: i64) -> Reply {
    Reply::To(format!("/storage/volume/{no}"))
}

/// The volume's number, where this person may touch it.
pub(super) fn volume<A: Action>(cx: &Cx<A>) -> Result<i64> {
    let no: i64 = cx.path("no")?;
    let volume = cx.state.store.volume(no)?;
    may_touch(cx.who(), &volume)
        .then_some(no)
        .ok_or(Error::NotFound)
}

/// What a stop of the server cut short goes on.
pub fn take_up(state: &Arc<State>, stamped: Stamped) -> Result<()> {
    for no in state.store.unfinished_seals()? {
        go_on(state, no, move |store| store.seal(no))?;
    }
    super::onward::take_up(state, stamped)
}

/// Goes on after the reply; the server's end asks it to stop, and the next start takes it up again.
pub(super) fn go_on(
    state: &Arc<State>,
    no: i64,
    work: impl FnOnce(&Store) -> Result<()> + Send + 'static,
) -> Result<()> {
    let (store, stops) = (state.store.clone(), state.store.clone());
    store.announce_volume_work(no);
    state.chores.start(
        move || stops.stop_volume_work(no, Stop::Leave),
        move || {
            if let Err(e) = work(&store) {
                tracing::warn!(cause = %e, volume = no, "work at a volume ended");
            }
        },
    )
}

/// POST `…/seal`.
pub(super) fn seal(cx: &mut Cx<SealVolume>) -> Result<Reply> {
    let no = volume(cx)?;
    let directory = cx.state.org.current();
    let named = directory.all_depts().iter();
    let office = match cx.site().office_full.as_str() {
        "" => directory.first_organ().map_or("", |o| o.name.as_str()),
        full => full,
    };
    let wish = Wish {
        names: Names {
            office: office.to_owned(),
            departments: named.map(|d| (d.id.0, d.name.clone())).collect(),
        },
        by: cx.who().name.clone(),
        present: cx.zone().year(cx.at),
        drafts: match cx.form("drop") {
            "" => Drafts::Keep,
            _ => Drafts::Drop,
        },
    };
    let asked = cx.state.store.ask_seal(no, &wish, cx.permit.stamp_on(no));
    match asked {
        Ok(()) => {
            go_on(&cx.state, no, move |store| store.seal(no))?;
            Ok(page_of(no))
        }
        Err(why) => again(cx, no, why),
    }
}

/// POST `…/split`: one year's shelves are to move into a volume of their own.
pub(super) fn split(cx: &mut Cx<SplitVolume>) -> Result<Reply> {
    let no = volume(cx)?;
    let year = cx.form("year").parse().unwrap_or(0);
    match cx.state.store.split_year(no, year, cx.permit.stamp_on(no)) {
        Ok(to) => {
            cx.tell(&format!(
                "{year} 年的案卷要搬到 {to:04} 柜，已经排上，搬完以后就能封存"
            ));
            Ok(page_of(to))
        }
        Err(why) => again(cx, no, why),
    }
}

/// POST `…/carry`.
pub(super) fn carry(cx: &mut Cx<CarryVolume>) -> Result<Reply> {
    let no = volume(cx)?;
    let to = PathBuf::from(cx.form("to").trim());
    let label = cx.form("label").trim().to_owned();
    let keep = match cx.form("keep") {
        "card" => Keep::Card,
        _ => Keep::Here,
    };
    let checked = match (to.is_absolute(), keep, label.is_empty()) {
        (false, ..) => Err(Error::invalid(
            "to",
            "请写文件夹的全路径，例如 E:\\案卷 或 /media/备份甲",
        )),
        (_, Keep::Card, true) => Err(Error::invalid(
            "label",
            "请写这个盘叫什么、放在哪里，以后才找得到",
        )),
        _ => cx.state.store.can_carry(no, &to),
    };
    if let Err(why) = checked {
        return again(cx, no, why);
    }
    let stamp = cx.permit.stamp_on(no);
    go_on(&cx.state, no, move |store| {
        store.carry_volume(no, (&to, &label), keep, stamp).map(drop)
    })?;
    Ok(page_of(no))
}

/// POST `…/attach`.
pub(super) fn attach(cx: &mut Cx<AttachVolume>) -> Result<Reply> {
    let no = volume(cx)?;
    let path = PathBuf::from(cx.form("path").trim());
    let found = match cx.state.store.can_attach(&path) {
        Err(Error::Busy(words)) => Err(Error::invalid("path", words)),
        Ok(other) if other != no => Err(Error::invalid(
            "path",
            format!(
                "这个文件是 {other:04} 柜，不是 {no:04} 柜。请换一个文件，或者到 {other:04} 柜那一页挂接"
            ),
        )),
        found => found,
    };
    if let Err(why) = found {
        return again(cx, no, why);
    }
    fetch(&cx.state, (no, path), cx.permit.stamp_on(no))
}

/// Attaches a volume from a file after the reply, which is the volume's page.
pub fn fetch(state: &Arc<State>, (no, path): (i64, PathBuf), stamp: Stamp) -> Result<Reply> {
    go_on(state, no, move |store| {
        store.attach_volume(&path, stamp).map(drop)
    })?;
    Ok(page_of(no))
}

/// POST `…/backup`: into one file that holds this volume and nothing else.
pub(super) fn back_up(cx: &mut Cx<BackUpVolume>) -> Result<Reply> {
    let no = volume(cx)?;
    let folder = PathBuf::from(cx.form("folder").trim());
    let checked = match folder.is_absolute() {
        false => Err(Error::invalid(
            "folder",
            "请写文件夹的全路径，例如 E:\\备份 或 /media/备份甲",
        )),
        true => cx.state.store.can_back_up(no, &folder),
    };
    if let Err(why) = checked {
        return again(cx, no, why);
    }
    let clock = cx.zone().stamp(cx.at);
    let clock: String = clock.chars().filter(char::is_ascii_digit).collect();
    let to = folder.join(format!("inkstone-{no:04}-{clock}.inkbak"));
    let place = to.display().to_string();
    cx.write_on(ShelfNo::HUB, no, move |w| {
        w.note(place);
        w.quiet("备份一个柜子；清单不受影响");
        Ok(())
    })?;
    go_on(&cx.state, no, move |store| {
        store.back_up_volume(no, &to).map(drop)
    })?;
    Ok(page_of(no))
}

/// POST `…/stop`.
pub(super) fn stop(cx: &mut Cx<SealVolume>) -> Result<Reply> {
    let no = volume(cx)?;
    cx.state.store.stop_volume_backup(no);
    cx.state.store.stop_volume_work(no, Stop::Cancel);
    super::onward::through(&cx.state.store, no, cx.permit.stamp_on(no))?;
    Ok(page_of(no))
}
