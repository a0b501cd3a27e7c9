//! Closing a year with cases that are not done: they are carried over into this year, one after another, each by
//! its own commit; what cannot be is named with the reason. What a stop cut short goes on at the next start, in the
//! name of whoever asked for it: the hub keeps that until the last case went.

use super::ContinueVolume;
use super::deeds::{go_on, page_of, volume};
use super::page::again;
use crate::engine::continued::Onward;
use crate::engine::continuing_store::{find_asked, set_asked};
use crate::engine::run::{Acting, Engine};
use crate::kit::{Error, Id, Millis, Result, ShelfNo};
use crate::screens::case::page::acting;
use crate::store::{Stamp, Store, VolumeState};
use crate::web::{Cx, Reply, State};
use std::sync::Arc;

/// What the page says meanwhile.
pub(super) const WORDS: &str = "正在转到今年接着办";
/// Cases named that could not be carried over.
const NAMED: usize = 5;

/// The stamp of what goes on, by whoever asked, as the start of the server makes it.
pub type Stamped = fn(String, Millis) -> Stamp;

#[derive(Default)]
struct Done {
    on: usize,
    unread: usize,
    /// Number and reason: titles are not everybody's who closes years.
    left: Vec<(String, String)>,
}

/// POST `…/continue`.
pub(super) fn begin(cx: &mut Cx<ContinueVolume>) -> Result<Reply> {
    let no = volume(cx)?;
    let closing = cx.state.store.closing(no)?;
    if closing.year.is_none_or(|y| y >= cx.zone().year(cx.at)) {
        let why = "只有往年自己一个柜子的案卷才能转。请刷新这一页看看";
        return again(cx, no, Error::Conflict(why.into()));
    }
    let (acting, person) = (acting(cx)?, cx.who().person);
    cx.write_on(ShelfNo::HUB, no, move |w| {
        w.quiet("清单随每一件变");
        set_asked(w, no, Some(person))
    })?;
    // each case is a deed of its own: the form's number would make all but the first a repeat
    let stamp = Stamp {
        op: String::new(),
        ..cx.permit.stamp_on(no)
    };
    start(&cx.state, no, acting, stamp)?;
    Ok(page_of(no))
}

fn start(state: &Arc<State>, no: i64, acting: Acting, stamp: Stamp) -> Result<()> {
    let engine = state.engine.clone();
    go_on(state, no, move |store| {
        store.work_at(no, said, |tell| {
            let all = store.open_cases(no)?;
            carry(store, (&engine, &acting, &stamp), &all, tell)
        })?;
        through(store, no, stamp)
    })
}

/// Nothing is left to go on with.
pub(super) fn through(store: &Store, no: i64, stamp: Stamp) -> Result<()> {
    if !find_asked(&store.hub()?)?.contains_key(&no) {
        return Ok(());
    }
    let stamp = Stamp {
        op: String::new(),
        at: store.clock().now(),
        ..stamp
    };
    let done = store.write(ShelfNo::HUB, stamp, move |w| {
        w.quiet("清单随每一件变");
        set_asked(w, no, None)
    });
    done.map(drop)
}

/// At the start: what a stop cut short goes on, in the name of whoever asked. Nobody is left to ask where he has no
/// post any more; then somebody else presses again.
pub(super) fn take_up(state: &Arc<State>, stamped: Stamped) -> Result<()> {
    let asked = find_asked(&state.store.hub()?)?;
    for (no, person) in asked {
        let stamp = Stamp {
            target: no.to_string(),
            ..stamped(format!("person:{person}"), state.clock.now())
        };
        let open = state.store.volume(no).map(|v| v.state);
        let taken = match Acting::of(&state.org.current(), person) {
            Ok(acting) if open.is_ok_and(|s| s == VolumeState::Open) => {
                start(state, no, acting, stamp)
            }
            _ => through(&state.store, no, stamp),
        };
        // a disk that is full keeps no server from starting
        if let Err(e) = taken {
            tracing::warn!(cause = %e, volume = no, "carrying over was not gone on with");
        }
    }
    Ok(())
}

fn carry(
    store: &Store,
    (engine, acting, stamp): (&Arc<Engine>, &Acting, &Stamp),
    all: &[(Id, String)],
    tell: &dyn Fn(&str, u64, u64) -> Result<()>,
) -> Result<Done> {
    let mut done = Done::default();
    for (n, (case, number)) in (0..).zip(all) {
        tell(WORDS, n, all.len() as u64)?;
        let stamp = Stamp {
            target: case.to_string(),
            at: store.clock().now(),
            ..stamp.clone()
        };
        match engine.continue_case(store, stamp, acting, *case) {
            Ok(Onward::Continued) => done.on += 1,
            Ok(Onward::Unread) => done.unread += 1,
            Err(Error::Conflict(why) | Error::Denied(why)) => done.left.push((number.clone(), why)),
            Err(other) => return Err(other),
        }
    }
    Ok(done)
}

fn said(done: &Done) -> String {
    let mut words = format!("{} 件转到今年接着办", done.on);
    if done.unread > 0 {
        words.push_str(&format!("，{} 件已经办结的不再等阅毕", done.unread));
    }
    if !done.left.is_empty() {
        let each = done.left.iter().take(NAMED);
        let each: Vec<String> = each
            .map(|(number, why)| match number.as_str() {
                "" => format!("没有编号的一件{why}"),
                number => format!("{number}{why}"),
            })
            .collect();
        let more = if done.left.len() > NAMED { "等" } else { "" };
        let count = done.left.len();
        words.push_str(&format!("；{count} 件没有转：{}{more}", each.join("；")));
    }
    words.push('。');
    words
}
