//! What a new rule would carry where, before it is in force: boxes, sizes, time, room, what stays; then the one
//! button. Invariant: what is put in force is what was shown: where the cabinets changed in between, the new
//! reckoning is shown first.

use super::rule::Typed;
use super::stock::{Stock, mode_word, said, year_word};
use super::{AT, ChangeRule, MOVING_AT, RULE_AT, moving};
use crate::inbox::alert_store;
use crate::kit::text::size;
use crate::kit::{Digest, Error, Result, ShelfNo};
use crate::store::placement::{Rule, VolumeKey};
use crate::store::{Plan, set_confidential};
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::{empty, facts, section};
use crate::ui::note::{Tone, note};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, form, html};
use crate::web::{Cx, Reply};
use std::collections::BTreeMap;

/// Bytes carried over in a second on an old PC with a spinning disk, as the estimate takes it.
const RATE: u64 = 5 << 20;
/// Room that has to be left beside what is copied.
const SPARE: u64 = 256 << 20;

/// A box to be carried: shelf, department, year.
type Carried = (ShelfNo, i64, i16);

/// What is shown, reckoned once.
struct Reckoned {
    plan: Plan,
    bytes: u64,
    /// Fits only this plan in this office at this moment.
    mark: String,
}

/// The preview.
pub(super) fn look(cx: &Cx<ChangeRule>, seen: (&Stock, &Typed), rule: &Rule) -> Result<Reply> {
    draw(cx, seen, rule, &html! {}).map(Reply::Page)
}

/// Puts in force what was seen.
pub(super) fn go(cx: &mut Cx<ChangeRule>, seen: (&Stock, &Typed), rule: &Rule) -> Result<Reply> {
    let (stock, typed) = seen;
    let now = reckon(cx, stock, rule)?;
    if cx.form("seen") != now.mark {
        let why = note(
            Tone::Bad,
            "库房刚刚有变动，还没有改。",
            &"下面是重新算的，请再看一遍，对的话再点一次“就这样改”。",
        );
        return draw(cx, seen, rule, &why).map(Reply::Wrong);
    }
    if !has_room(stock, now.bytes) {
        return draw(cx, seen, rule, &html! {}).map(Reply::Wrong);
    }
    let store = &cx.state.store;
    match store.change_rule(rule, cx.permit.stamp()) {
        Ok(_) => {}
        Err(Error::Conflict(_)) => {
            return draw(cx, seen, rule, &moving::busy()).map(Reply::Wrong);
        }
        Err(e) => return Err(e),
    }
    let quiet: Vec<i64> = typed.quiet.iter().copied().collect();
    if !quiet.is_empty() {
        confide(cx, quiet)?;
    }
    if now.plan.moves.is_empty() {
        cx.tell("存放办法改好了，没有要搬的盒；以后新的盒按新办法放");
        return Ok(Reply::To(AT.into()));
    }
    cx.tell(&format!(
        "存放办法改好了，{} 盒马上开始搬。大家照常办文",
        now.plan.moves.len()
    ));
    Ok(Reply::To(MOVING_AT.into()))
}

fn confide(cx: &Cx<ChangeRule>, depts: Vec<i64>) -> Result<()> {
    let stamp = crate::store::Stamp {
        op: String::new(),
        ..cx.permit.stamp_on("confidential")
    };
    cx.state.store.write(ShelfNo::HUB, stamp, move |w| {
        w.note("随存放办法设为保密");
        w.quiet("部门设为保密；清单另行重做");
        depts.iter().try_for_each(|dept| {
            set_confidential(w, *dept, true)?;
            alert_store::keep_back(w, *dept)
        })
    })?;
    cx.state.store.conceal()
}

fn reckon(cx: &Cx<ChangeRule>, stock: &Stock, rule: &Rule) -> Result<Reckoned> {
    let plan = cx.state.store.plan(rule)?;
    let size = |shelf| stock.find(shelf).map_or(0, |b| b.bytes);
    let bytes = plan.moves.iter().map(|(shelf, ..)| size(*shelf)).sum();
    let moves: Vec<String> = plan
        .moves
        .iter()
        .map(|(shelf, _, _, from, to)| format!("{} {from} {:?} {:?}", shelf.0, to.dept, to.year))
        .collect();
    let parts = [
        serde_json::to_string(&stock.rule)?,
        serde_json::to_string(rule)?,
        moves.join(";"),
        format!("{:?}", plan.stay),
    ];
    let parts: Vec<&[u8]> = parts.iter().map(String::as_bytes).collect();
    let mark = Digest::of_parts(&parts).hex().chars().take(16).collect();
    Ok(Reckoned { plan, bytes, mark })
}

/// A box stands twice for a while: the copy needs its room.
fn has_room(stock: &Stock, bytes: u64) -> bool {
    stock
        .left
        .is_none_or(|left| bytes == 0 || left > bytes + bytes / 10 + SPARE)
}

fn draw(
    cx: &Cx<ChangeRule>,
    (stock, typed): (&Stock, &Typed),
    rule: &Rule,
    lead: &Markup,
) -> Result<Markup> {
    let now = reckon(cx, stock, rule)?;
    let room = has_room(stock, now.bytes);
    let same = *rule == stock.rule && now.plan.moves.is_empty() && typed.quiet.is_empty();
    let content = html! {
        (crumbs(&Link::new("返回库房", AT), &[], "看看会搬哪些盒"))
        (heading("看看会搬哪些盒", "现在什么都还没有改", &html! {}))
        (lead)
        @if same {
            (empty("和现在的办法一样，不用改。", "要改的话，返回去换一种办法，或者换勾选的部门。", &[]))
        } @else {
            (numbers(stock, rule, &now))
            @if !room { (no_room(stock, now.bytes)) }
            (moves(stock, &now.plan))
            (stays(stock, &now.plan))
        }
        form method="post" action=(RULE_AT) {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            (typed.carried())
            (form::hidden("seen", &now.mark))
            p.acts {
                @if room && !same { button.btn.key type="submit" name="do" value="go" { "就这样改" } }
                button.btn type="submit" name="do" value="back" { "返回去改" }
                (Link::new("不改了", AT).button())
            }
        }
    };
    Ok(cx.draw(&Page::new("看看会搬哪些盒"), &content))
}

fn numbers(stock: &Stock, rule: &Rule, now: &Reckoned) -> Markup {
    let minutes = now.bytes / RATE / 60;
    let time = match minutes {
        _ if now.plan.moves.is_empty() => "不用搬".to_owned(),
        0 => "不到一分钟".to_owned(),
        1..=90 => format!("{} 分钟左右", minutes + 1),
        n => format!("{} 个小时左右，可以下班以后搬", n / 60 + 1),
    };
    let left = stock.left.map_or_else(|| "没有查到".to_owned(), size);
    let rows = [
        (
            "现在的办法",
            format!(
                "{}：{}",
                mode_word(stock.rule.mode()),
                said(stock, &stock.rule)
            ),
        ),
        (
            "改成",
            format!("{}：{}", mode_word(rule.mode()), said(stock, rule)),
        ),
        (
            "要搬",
            format!("{} 盒，{}", now.plan.moves.len(), size(now.bytes)),
        ),
        ("大约要", time),
        ("空地方", left),
    ];
    html! {
        (facts("改了以后", &rows))
        p.quiet { "搬的时候大家照常办文，随时可以暂停；件的编号、网址都不变。" }
    }
}

fn no_room(stock: &Stock, bytes: u64) -> Markup {
    let left = stock.left.map(size).unwrap_or_default();
    let rest = format!(
        "要搬 {}，搬的时候一盒要占两份地方，硬盘上只空着 {left}。请先腾出地方，或者少勾几个部门分几次改。",
        size(bytes)
    );
    note(Tone::Bad, "地方不够，先不能改。", &rest)
}

fn target(stock: &Stock, key: VolumeKey) -> String {
    let known = stock.volumes.iter().find(|v| v.key == key && v.here);
    known.map_or_else(
        || format!("新的一柜：{}", stock.called(key)),
        |v| stock.named(v.no),
    )
}

fn moves(stock: &Stock, plan: &Plan) -> Markup {
    let mut ways: BTreeMap<(i64, String), Vec<Carried>> = BTreeMap::new();
    for (shelf, dept, year, from, to) in &plan.moves {
        let way = (*from, target(stock, *to));
        ways.entry(way).or_default().push((*shelf, *dept, *year));
    }
    if ways.is_empty() {
        return note(
            Tone::Plain,
            "没有要搬的盒。",
            &"只有以后新设的盒按新办法放。",
        );
    }
    let columns = [
        Column::new("从").phone(Phone::Title),
        Column::new("到").phone(Phone::Labelled),
        Column::new("搬哪些盒").spine().phone(Phone::Labelled),
        Column::new("大小").short().phone(Phone::Labelled),
    ];
    let rows: Vec<Row> = ways
        .iter()
        .map(|((from, to), boxes)| {
            let bytes = boxes
                .iter()
                .filter_map(|(shelf, ..)| stock.find(*shelf))
                .map(|b| b.bytes)
                .sum();
            let names: Vec<String> = boxes
                .iter()
                .map(|(_, dept, year)| format!("{}{}", stock.dept(*dept), year_word(*year)))
                .collect();
            Row::new(vec![
                html! { (stock.named(*from)) },
                html! { (to) },
                html! { (names.join("、")) },
                html! { (boxes.len()) " 盒，" (size(bytes)) },
            ])
        })
        .collect();
    section(
        "moves",
        "从哪个柜搬到哪个柜",
        &"",
        &ledger("要搬的盒", &columns, &rows, ""),
    )
}

fn stays(stock: &Stock, plan: &Plan) -> Markup {
    let names: Vec<String> = plan
        .stay
        .iter()
        .filter_map(|shelf| stock.find(*shelf))
        .map(|b| format!("{}{}", stock.dept(b.dept), year_word(b.year)))
        .collect();
    if names.is_empty() {
        return html! {};
    }
    let rest = format!(
        "封存的、脱机的柜不再动，里面的盒留在原处，照常查得到：{}。",
        names.join("、")
    );
    note(Tone::Plain, &format!("{} 盒不搬。", names.len()), &rest)
}
