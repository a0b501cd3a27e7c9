//! Closing a year with cases that are not done: they are carried over into this year, one after another, each by
//! its own commit; what cannot be is named with the reason. Pressed again, it goes on where it was.

use super::ContinueVolume;
use super::deeds::{go_on, page_of, volume};
use super::page::again;
use crate::engine::continued::Onward;
use crate::engine::run::{Acting, Engine};
use crate::kit::{Error, Id, Result};
use crate::screens::case::page::acting;
use crate::store::{Stamp, Store};
use crate::web::{Cx, Reply};
use std::sync::Arc;

/// What the page says meanwhile.
pub(super) const WORDS: &str = "正在转到今年接着办";
/// Cases named that could not be carried over.
const NAMED: usize = 5;

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
    let (engine, acting) = (cx.state.engine.clone(), acting(cx)?);
    // each case is a deed of its own: the form's number would make all but the first a repeat
    let stamp = Stamp {
        op: String::new(),
        ..cx.permit.stamp_on(no)
    };
    go_on(&cx.state, no, move |store| {
        store
            .work_at(no, said, |tell| {
                let all = store.open_cases(no)?;
                carry(store, (&engine, &acting, &stamp), &all, tell)
            })
            .map(drop)
    })?;
    Ok(page_of(no))
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
