//! 发文编号: how far each organ code's numbers are this year; numbers kept ahead for a purpose, and given up with a reason.
//! Not here: taking one (a case does, `engine::run`). Invariant: no number is given twice, and none disappears.

use super::{KeepNumbers, LETTERHEADS_AT, NUMBERS_AT};
use crate::engine::definition::{Scope, Series};
use crate::kit::{Error, FieldErrors, Result, ShelfNo, text};
use crate::org::letterhead_store::{Letterhead, list_letterheads};
use crate::screens::case::page::acting;
use crate::screens::people::sheet::Filled;
use crate::store::kept::{Kept, KeptState, last_number, list_kept, list_void};
use crate::ui::form::{self, Choice};
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::section;
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, HOME, Reply};

/// The kind of claim a number is.
const SERIES: &str = "series";
/// So many may be kept at a time.
const MOST: i64 = 20;

/// A series that counts by organ code.
struct Counted {
    series: Series,
    year: i16,
}

pub(super) fn show(cx: &mut Cx<KeepNumbers>) -> Result<Reply> {
    draw(cx, &Filled::fresh())
}

/// Keeps the next numbers of a code.
pub(super) fn keep(cx: &mut Cx<KeepNumbers>) -> Result<Reply> {
    let kept = asked(cx).and_then(|(key, many, reason)| {
        let name = name_of(cx);
        cx.write(ShelfNo::HUB, move |w| {
            let mut all = Vec::new();
            for _ in 0..many {
                all.push(w.keep_number((SERIES, &key), &reason, &name)?);
            }
            w.quiet("预留的编号，不影响各类清单");
            Ok(all)
        })
    });
    match kept {
        Ok(done) => {
            let all: Vec<String> = done.value.iter().map(i64::to_string).collect();
            cx.tell(&format!(
                "已预留 {} 号。编号登记的时候，在“用预留的号”里填它",
                all.join("、")
            ));
            Ok(Reply::To(NUMBERS_AT.into()))
        }
        Err(why) => draw(cx, &Filled::again(&cx.input, why)?),
    }
}

/// Gives a kept number up.
pub(super) fn give_up(cx: &mut Cx<KeepNumbers>) -> Result<Reply> {
    let (key, n) = (cx.form("key").to_owned(), cx.form("n").parse().unwrap_or(0));
    let reason = text::one_line(cx.form("reason"));
    let name = name_of(cx);
    let known = list_kept(&cx.state.store.hub()?, SERIES)?;
    let ours =
        keys(cx)?.iter().any(|(k, ..)| *k == key) && known.iter().any(|k| k.key == key && k.n == n);
    let done = match (ours, reason.is_empty()) {
        (false, _) => Err(Error::NotFound),
        (true, true) => Err(Error::invalid("reason", "请写明作废的原因")),
        (true, false) => cx
            .write_on(ShelfNo::HUB, format!("number:{key}:{n}"), move |w| {
                w.give_up_number((SERIES, &key, n), &reason, &name)?;
                w.quiet("放弃预留的编号，不影响各类清单");
                Ok(())
            })
            .map(drop),
    };
    match done {
        Ok(()) => {
            cx.tell(&format!("{n} 号已作废，留在下面的清单里，不再用"));
            Ok(Reply::To(NUMBERS_AT.into()))
        }
        Err(why) => draw(cx, &Filled::again(&cx.input, why)?),
    }
}

fn name_of(cx: &Cx<KeepNumbers>) -> String {
    let directory = cx.state.org.current();
    directory.person_name(cx.who().person).to_owned()
}

/// Series that count by organ code, each once.
fn counted(cx: &Cx<KeepNumbers>) -> Vec<Counted> {
    let year = cx.zone().year(cx.at);
    let mut all: Vec<Counted> = Vec::new();
    for p in cx.state.engine.procedures.all().iter() {
        let series = p.procedure.series.as_ref();
        let Some(series) = series.filter(|s| s.by.is_some() && s.scope == Scope::Organ) else {
            continue;
        };
        if all.iter().all(|c| c.series.key != series.key) {
            let series = series.clone();
            all.push(Counted { series, year });
        }
    }
    all
}

/// The office's sequences of this year: where they are kept, the organ code, whether it is in use, and how it is written.
fn keys(cx: &Cx<KeepNumbers>) -> Result<Vec<(String, Letterhead, Series)>> {
    let heads = list_letterheads(&cx.state.store.hub()?, acting(cx)?.organ)?;
    let series = counted(cx);
    let one = |l: &Letterhead, c: &Counted| {
        (
            c.series.counted(&l.code, c.year),
            l.clone(),
            c.series.clone(),
        )
    };
    let pairs = heads
        .iter()
        .flat_map(|l| series.iter().map(move |c| one(l, c)));
    Ok(pairs.collect())
}

fn asked(cx: &Cx<KeepNumbers>) -> Result<(String, i64, String)> {
    let mut errors = FieldErrors::default();
    let key = cx.form("key").to_owned();
    let on = keys(cx)?.into_iter().any(|(k, l, _)| k == key && l.on);
    if !on {
        errors.add("key", "请选机关代字");
    }
    let many: i64 = text::fold(cx.form("many")).parse().unwrap_or(0);
    if !(1..=MOST).contains(&many) {
        errors.add("many", format!("一次预留 1 到 {MOST} 个号"));
    }
    let reason = text::one_line(cx.form("why"));
    if reason.is_empty() {
        errors.add("why", "请写明留给什么用，例如 留给年度工作要点");
    }
    errors.check((key, many, reason))
}

fn draw(cx: &Cx<KeepNumbers>, filled: &Filled<'_>) -> Result<Reply> {
    let keys = keys(cx)?;
    let title = "发文编号";
    let content = html! {
        (crumbs(&Link::new("返回待办", HOME), &[], title))
        (heading(title, "各机关代字各编各的号，一年一排，不跳号；编号登记的时候取，拟稿时不占号", &html! {}))
        (form::errors(&filled.errors))
        @if keys.is_empty() { p { "还没有发文字头。" (Link::new("去加发文字头", LETTERHEADS_AT)) } }
        @else {
            (section("h-now", "今年编到", &"", &so_far(cx, &keys)?))
            p { (Link::new("维护发文字头", LETTERHEADS_AT)) }
            (section("h-keep", "预留", &"", &keeping(cx, &keys, filled)?))
            (listed(cx, &keys, filled)?)
        }
    };
    let page = cx.draw(&Page::new(title).wrong(&filled.errors), &content);
    Ok(if filled.is_fresh() {
        Reply::Page(page)
    } else {
        Reply::Wrong(page)
    })
}

fn so_far(cx: &Cx<KeepNumbers>, keys: &[(String, Letterhead, Series)]) -> Result<Markup> {
    let hub = cx.state.store.hub()?;
    let year = cx.zone().year(cx.at);
    let columns = [
        Column::new("机关代字").spine().phone(Phone::Title),
        Column::new("发文机关").phone(Phone::Labelled),
        Column::new("最后一个号").phone(Phone::Labelled),
    ];
    let mut rows = Vec::with_capacity(keys.len());
    for (key, l, series) in keys {
        let n = last_number(&hub, SERIES, key)?;
        let written = u32::try_from(n).ok().filter(|n| *n > 0);
        rows.push(Row::new(vec![
            html! { (l.code) @if !l.on { "（停用）" } },
            html! { (l.signature) },
            html! { @match written { Some(n) => (series.written(&l.code, year, n)), None => "今年还没有" } },
        ]));
    }
    Ok(ledger("今年编到", &columns, &rows, ""))
}

fn keeping(
    cx: &Cx<KeepNumbers>,
    keys: &[(String, Letterhead, Series)],
    filled: &Filled<'_>,
) -> Result<Markup> {
    let on = keys.iter().filter(|(_, l, _)| l.on);
    let mut all = vec![Choice::new("", "请选择")];
    all.extend(
        on.map(|(key, l, _)| Choice::new(key.as_str(), format!("{}（{}）", l.code, l.signature))),
    );
    Ok(html! {
        form method="post" action=(NUMBERS_AT) {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            (filled.put(form::select("key", "机关代字", all), "key", ""))
            (filled.put(form::number("many", "预留几个号").need().hint("从下一个号起连着留"), "many", "1"))
            (filled.put(form::text("why", "留给什么用").need().line(), "why", ""))
            p.acts { button.btn.key type="submit" { "预留" } }
        }
    })
}

/// Numbers kept and given up, and those of void documents.
fn listed(
    cx: &Cx<KeepNumbers>,
    keys: &[(String, Letterhead, Series)],
    filled: &Filled<'_>,
) -> Result<Markup> {
    let hub = cx.state.store.hub()?;
    let kept = list_kept(&hub, SERIES)?;
    let void = list_void(&hub, SERIES)?;
    drop(hub);
    let mut rows = Vec::new();
    for (key, l, series) in keys {
        let year = cx.zone().year(cx.at);
        let said = |n: i64| {
            u32::try_from(n)
                .map(|n| series.written(&l.code, year, n))
                .unwrap_or_default()
        };
        for k in kept.iter().filter(|k| k.key == *key) {
            rows.push(kept_row(cx, k, &said(k.n), filled)?);
        }
        for (_, n, reason) in void.iter().filter(|(k, ..)| k == key) {
            rows.push(Row::new(vec![
                html! { (said(*n)) },
                html! { "公文作废" },
                html! { (reason) },
                html! {},
            ]));
        }
    }
    if rows.is_empty() {
        return Ok(html! {});
    }
    let columns = [
        Column::new("号").spine().phone(Phone::Title),
        Column::new("状态").short().phone(Phone::Labelled),
        Column::new("说明").phone(Phone::Labelled),
        Column::new("操作").phone(Phone::Inline),
    ];
    let table = ledger("预留和作废的号", &columns, &rows, "");
    Ok(section("h-all", "预留和作废的号", &"", &table))
}

fn kept_row(cx: &Cx<KeepNumbers>, k: &Kept, said: &str, filled: &Filled<'_>) -> Result<Row> {
    let day = |at| cx.zone().day(at).long();
    let kept_by = format!("{}（{} {}预留）", k.reason, day(k.at), k.name);
    let wrong = filled.text("key", "") == k.key && filled.text("n", "") == k.n.to_string();
    Ok(match &k.state {
        KeptState::Kept => Row::new(vec![
            html! { (said) },
            html! { "预留着" },
            html! { (kept_by) },
            html! {
                details open[wrong] {
                    summary { "作废" }
                    form method="post" action=(format!("{NUMBERS_AT}/void")) {
                        (form::tokens(cx.csrf(), &cx.new_op()?))
                        (form::hidden("key", &k.key))
                        (form::hidden("n", &k.n.to_string()))
                        (form::text("reason", "作废的原因").need())
                        p.acts { button.btn type="submit" { "作废" (said) } }
                    }
                }
            },
        ]),
        KeptState::Used => Row::new(vec![
            html! { (said) },
            html! { "已用" },
            html! { (kept_by) },
            html! {},
        ]),
        KeptState::Void(why, who, at) => Row::new(vec![
            html! { (said) },
            html! { "作废" },
            html! { (kept_by) "；" (why) "（" (day(*at)) " " (who) "作废）" },
            html! {},
        ]),
    })
}
