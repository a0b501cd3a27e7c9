//! How far the moving is: on the storage page as one block, on a page of its own with every box, which asks again
//! by itself without a script and keeps nobody logged in by that. Pause, go on, give up, once more.

use super::stock::{Stock, is_open, year_word};
use super::{AT, MOVING_AT, MoveShelves, SeeStorage};
use crate::access::{Action, policy};
use crate::kit::text::size;
use crate::kit::{Error, Result};
use crate::store::{Relocation, RelocationState};
use crate::ui::deed::Press;
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::empty;
use crate::ui::note::{self, State, Tone};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, form, html};
use crate::web::{Cx, Reply};
use std::collections::BTreeSet;

/// Seconds between two looks of the page.
const EVERY: u32 = 3;

/// GET `/storage/moving`.
pub(super) fn page(cx: &mut Cx<SeeStorage>) -> Result<Reply> {
    let stock = Stock::read(cx)?;
    let round = stock.round();
    let open = round.iter().any(|r| is_open(r.state));
    let content = html! {
        (crumbs(&Link::new("返回库房", AT), &[], "搬库进度"))
        (heading("搬库进度", if open && !stock.paused { "本页几秒钟自己刷新一次" } else { "" }, &html! {}))
        @if round.is_empty() {
            (empty("没有要搬的。", "改了存放办法以后，要搬的盒会列在这里。", &[Link::new("回库房", AT)]))
        } @else {
            (block(cx, &stock, None)?)
            (every_box(&stock, &round))
        }
    };
    let mut page = Page::new("搬库进度");
    if open && !stock.paused {
        page = page.refresh(EVERY);
    }
    Ok(Reply::Page(cx.draw(&page, &content)))
}

/// The block of the storage page; nothing where nothing is on its way or has failed.
pub(super) fn part(cx: &Cx<SeeStorage>, stock: &Stock) -> Result<Markup> {
    let round = stock.round();
    let failed = round.iter().any(|r| r.state == RelocationState::Failed);
    if !failed && !round.iter().any(|r| is_open(r.state)) {
        return Ok(html! {});
    }
    block(cx, stock, Some(Link::new("看每一盒", MOVING_AT)))
}

fn block<A: Action>(cx: &Cx<A>, stock: &Stock, more: Option<Link>) -> Result<Markup> {
    let round = stock.round();
    let (done, all) = far(stock, &round);
    let (moved, failed) = (
        count(&round, RelocationState::Done),
        count(&round, RelocationState::Failed),
    );
    let open = round.iter().filter(|r| is_open(r.state)).count();
    let hundredths = (done * 100).checked_div(all).unwrap_or(0).min(100);
    let title = match (open, stock.paused) {
        (0, _) => "搬完了".to_owned(),
        (_, true) => "已暂停".to_owned(),
        (_, false) => "正在搬".to_owned(),
    };
    let now = round.iter().find(|r| r.state == RelocationState::Copying);
    Ok(html! {
        section.moving aria-label="搬库" {
            div {
                h2 { (title) "：" (whence(stock, &round)) }
                p.quiet {
                    "已搬 " (moved) " 盒"
                    @if let Some(r) = now { "，正在搬" (label(stock, r)) }
                    @if failed > 0 { "，" b { (failed) " 盒没有搬成" } }
                    "。照常办文；关掉本页、断电都不影响，会接着搬。"
                }
            }
            div.acts {
                @if open > 0 { (buttons(cx, stock)?) }
                @if let Some(link) = more { (link.button()) }
            }
            progress max="100" value=(hundredths) aria-label="搬库进度" { (hundredths) "%" }
            p.nb { b { (hundredths) "%" } "　" (size(done)) " / " (size(all)) }
        }
    })
}

fn buttons<A: Action>(cx: &Cx<A>, stock: &Stock) -> Result<Markup> {
    if !policy::may::<MoveShelves>(cx.who(), cx.peer()) {
        return Ok(html! {});
    }
    let (value, word) = match stock.paused {
        true => ("go", "接着搬"),
        false => ("pause", "暂停"),
    };
    Ok(html! {
        form.inl.noprint method="post" action=(MOVING_AT) {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            (Press::new(word).posts("do", value)) " "
            (Press::new("不搬了").posts("do", "cancel"))
        }
    })
}

fn count(round: &[&Relocation], state: RelocationState) -> usize {
    round.iter().filter(|r| r.state == state).count()
}

/// Bytes that are over, and all of them; a box without a case counts as one.
fn far(stock: &Stock, round: &[&Relocation]) -> (u64, u64) {
    let wanted = round
        .iter()
        .filter(|r| r.state != RelocationState::Cancelled);
    wanted.fold((0, 0), |(done, all), r| {
        let bytes = stock.find(r.shelf).map_or(1, |b| b.bytes.max(1));
        let over = match r.state {
            RelocationState::Done | RelocationState::Switched => bytes,
            RelocationState::Copying => {
                let rows = u64::try_from(r.rows_total).unwrap_or(0).max(1);
                let over = u64::try_from(r.rows_done).unwrap_or(0).min(rows);
                u64::try_from(u128::from(bytes) * u128::from(over) / u128::from(rows)).unwrap_or(0)
            }
            _ => 0,
        };
        (done + over, all + bytes)
    })
}

/// 12 盒，从 0001 柜（共用柜）搬到 0006 柜（2025年度柜）.
fn whence(stock: &Stock, round: &[&Relocation]) -> String {
    let names = |of: &dyn Fn(&Relocation) -> i64| {
        let all: BTreeSet<i64> = round.iter().map(|r| of(r)).collect();
        match all.len() {
            0..=3 => all
                .iter()
                .map(|no| stock.named(*no))
                .collect::<Vec<_>>()
                .join("、"),
            n => format!("{n} 个柜"),
        }
    };
    format!(
        "{} 盒，从 {} 搬到 {}",
        round.len(),
        names(&|r| r.from),
        names(&|r| r.to)
    )
}

fn label(stock: &Stock, r: &Relocation) -> String {
    stock.find(r.shelf).map_or_else(
        || format!("第 {} 盒", r.shelf.0),
        |b| format!("{}{}", stock.dept(b.dept), year_word(b.year)),
    )
}

fn every_box(stock: &Stock, round: &[&Relocation]) -> Markup {
    let columns = [
        Column::new("盒").phone(Phone::Title),
        Column::new("从").phone(Phone::Labelled),
        Column::new("到").phone(Phone::Labelled),
        Column::new("大小").short().phone(Phone::Labelled),
        Column::new("到哪一步").phone(Phone::Inline),
        Column::new("说明").phone(Phone::Labelled),
    ];
    let rows: Vec<Row> = round
        .iter()
        .map(|r| {
            Row::new(vec![
                html! { (label(stock, r)) },
                html! { (stock.named(r.from)) },
                html! { (stock.named(r.to)) },
                html! { (stock.find(r.shelf).map(|b| size(b.bytes)).unwrap_or_default()) },
                step(r),
                html! { (r.words) },
            ])
        })
        .collect();
    ledger("要搬的盒", &columns, &rows, "")
}

fn step(r: &Relocation) -> Markup {
    match r.state {
        RelocationState::Waiting => note::state(State::Off, "等着搬"),
        RelocationState::Copying => {
            let words = match r.rows_total {
                0 => "正在抄写".to_owned(),
                all => format!(
                    "正在抄写 {}%",
                    (r.rows_done * 100 / all.max(1)).clamp(0, 100)
                ),
            };
            note::state(State::Now, &words)
        }
        RelocationState::Switched => note::state(State::Now, "已搬到，正在清理原处"),
        RelocationState::Done => note::state(State::Ok, "搬好了"),
        RelocationState::Cancelled => note::state(State::Off, "没有搬，取消了"),
        RelocationState::Failed => note::state(State::Warn, "没有搬成"),
    }
}

/// POST `/storage/moving`.
pub(super) fn posted(cx: &mut Cx<MoveShelves>) -> Result<Reply> {
    let store = &cx.state.store;
    let said = match cx.form("do") {
        "pause" => {
            store.pause_relocation(true, cx.permit.stamp_on("pause"))?;
            "先不搬了，想接着搬时再点“接着搬”".to_owned()
        }
        "go" => {
            store.pause_relocation(false, cx.permit.stamp_on("go"))?;
            "接着搬了".to_owned()
        }
        "cancel" => {
            let n = store.cancel_relocations(cx.permit.stamp_on("cancel"))?;
            format!("还没有搬的 {n} 盒不搬了，留在原来的柜里；已经搬到的不动")
        }
        "again" => {
            let plan = store.change_rule(&store.rule()?, cx.permit.stamp_on("again"))?;
            format!("{} 盒排好了队，马上开始搬", plan.moves.len())
        }
        _ => return Err(Error::invalid("do", "请从页面上的按钮里选一个")),
    };
    cx.tell(&said);
    Ok(Reply::To(MOVING_AT.into()))
}

/// A line for whoever asked for a change that cannot be had while boxes are on their way.
pub(super) fn busy() -> Markup {
    note::note(
        Tone::Plain,
        "还有盒正在搬。",
        &html! { "等它搬完，或者先到" (Link::new("搬库进度", MOVING_AT)) "里停下，再改存放办法。" },
    )
}
