//! 节假日: which days count as working days; the coming year's notice is pasted, looked at day by day, kept, and
//! every open date is counted again. Not for reading a notice (`kit::holiday_notice`).
//! Between the look and the keeping nothing lies on the server: the text travels in the form and is read again.

use super::{HOLIDAYS_AT, SetHolidays, one_day};
use crate::engine::recount::{Moved, Turn};
use crate::kit::extract::{self, Found};
use crate::kit::holiday_notice::read_notice;
use crate::kit::{Arrangement, Calendar, Day, Error, Result, ShelfNo};
use crate::org::calendar_store::{self as calendar, Difference, KeptYear};
use crate::screens::people::DESK_AT;
use crate::screens::people::sheet::Filled;
use crate::ui::form;
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::{facts, section};
use crate::ui::note::{Tone, note};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};
use std::collections::BTreeMap;

/// A notice is two pages.
const LARGEST: i64 = 4 << 20;

pub(super) fn show(cx: &mut Cx<SetHolidays>) -> Result<Reply> {
    draw(cx, &Filled::fresh())
}

/// The preview is the answer to a posted notice; asked for by address, it begins at the beginning.
pub(super) fn start(_: &mut Cx<SetHolidays>) -> Result<Reply> {
    Ok(Reply::To(HOLIDAYS_AT.into()))
}

pub(super) fn check(cx: &mut Cx<SetHolidays>) -> Result<Reply> {
    if one_day::is_asked(cx) {
        return match one_day::arrangement(cx) {
            Ok(new) => look(cx, &new, &one_day::carried(cx)),
            Err(why) => draw(cx, &Filled::again(&cx.input, why)?),
        };
    }
    let read = text(cx).and_then(|text| Ok((arrangement(&text)?, text)));
    match read {
        Ok((new, text)) => look(cx, &new, &form::hidden("notice", &text)),
        Err(why) => draw(cx, &Filled::again(&cx.input, why)?),
    }
}

pub(super) fn keep(cx: &mut Cx<SetHolidays>) -> Result<Reply> {
    let before = cx.state.org.current();
    let by = before.person_name(cx.who().person).to_owned();
    let seen = cx.form("seen").parse().unwrap_or(0);
    let new = match one_day::is_asked(cx) {
        true => one_day::arrangement(cx),
        false => arrangement(cx.form("notice")),
    };
    let kept = new.and_then(|new| {
        let year = new.year;
        cx.write(ShelfNo::HUB, move |w| {
            calendar::keep_year(w, &new, &by, seen)
        })?;
        Ok(year)
    });
    let year = match kept {
        Ok(year) => year,
        Err(why) => return draw(cx, &Filled::again(&cx.input, why)?),
    };
    cx.state.org.reload(&cx.state.store)?;
    let changed = recount(cx, before.calendar().clone())?;
    cx.tell(&format!(
        "{year}年的放假安排已保存。{}",
        match changed {
            0 => "在办的期限都不用改".to_owned(),
            n => format!("在办的有 {n} 件期限改了日子，台账里写明了原来是哪天"),
        }
    ));
    Ok(Reply::To(HOLIDAYS_AT.into()))
}

/// Once more, where a power cut came between keeping and counting.
pub(super) fn again(cx: &mut Cx<SetHolidays>) -> Result<Reply> {
    let changed = recount(cx, Calendar::built_in())?;
    cx.tell(&match changed {
        0 => "核对完了，在办的期限都对".to_owned(),
        n => format!("核对完了，{n} 件的期限改了日子"),
    });
    Ok(Reply::To(HOLIDAYS_AT.into()))
}

fn recount(cx: &Cx<SetHolidays>, before: Calendar) -> Result<usize> {
    let turn = Turn {
        by: cx.who().person,
        directory: cx.state.org.current(),
        before,
    };
    let stamp = |case| cx.permit.stamp_on(case);
    cx.state.engine.recount(&cx.state.store, &turn, stamp)
}

fn arrangement(text: &str) -> Result<Arrangement> {
    read_notice(text).map_err(|why| Error::invalid("notice", why))
}

/// The notice: the file, else what was pasted.
fn text(cx: &Cx<SetHolidays>) -> Result<String> {
    let mut sent = cx.files().iter();
    if let Some(file) = sent.find(|f| f.field() == "file" && f.size() > 0) {
        return match extract::all(&file.bytes(LARGEST)?) {
            Found::Text(text) => Ok(text),
            _ => Err(Error::invalid(
                "file",
                "这个文件里没有读到文字。请打开它，把通知全文复制粘贴到上面的框里",
            )),
        };
    }
    match cx.form("notice").trim() {
        "" => Err(Error::invalid(
            "notice",
            "请粘贴国务院办公厅关于部分节假日安排的通知，从标题到最后一条",
        )),
        text => Ok(text.to_owned()),
    }
}

fn look(cx: &Cx<SetHolidays>, new: &Arrangement, carried: &Markup) -> Result<Reply> {
    let directory = cx.state.org.current();
    let held = directory.calendar();
    let all = calendar::differences(held, new);
    let mut then = held.clone();
    then.announce(new.clone());
    let moved = match all.is_empty() {
        true => Vec::new(),
        false => cx
            .state
            .engine
            .would_move(&cx.state.store, &directory, &then)?,
    };
    let seen = kept_years(cx)?.get(&new.year).map_or(0, |k| k.rev);
    let title = format!("{}年的放假安排，先看一遍", new.year);
    let content = html! {
        (crumbs(&Link::new("节假日", HOLIDAYS_AT), &[Link::new("管理", DESK_AT)], "先看一遍"))
        (heading(&title, "", &html! {}))
        @if all.is_empty() {
            (note(Tone::Done, "和现在用的一样。", &"不用保存。"))
        } @else {
            (note(Tone::Plain, "还没有保存。", &format!("这里是{}；有 {} 天和现在用的不一样，请看一遍。保存以后，在办的期限会重新计算。", new.notice, all.len())))
            form method="post" action={ (HOLIDAYS_AT) "/keep" } {
                (form::tokens(cx.csrf(), &cx.new_op()?))
                (carried)
                (form::hidden("seen", &seen.to_string()))
                p.acts {
                    button.btn.key type="submit" { "保存" (new.year) "年的安排" }
                    a.btn href=(HOLIDAYS_AT) { "不保存" }
                }
            }
            (different(&all))
            (section("h-moved", "哪些期限要改", &format!("{} 件", moved.len()), &moved_list(&moved)))
        }
    };
    Ok(Reply::Page(cx.draw(&Page::new(&title), &content)))
}

/// Open dates that would be others, as far as a page can show them.
fn moved_list(all: &[Moved]) -> Markup {
    const MOST: usize = 100;
    if all.is_empty() {
        return html! { p { "在办的期限都不用改。" } };
    }
    let columns = [
        Column::new("哪一件").spine().phone(Phone::Title),
        Column::new("怎么改").phone(Phone::Labelled),
    ];
    let row = |m: &Moved| Row::new(vec![html! { (m.title) }, html! { (m.words) }]);
    let rows: Vec<Row> = all.iter().take(MOST).map(row).collect();
    html! {
        (ledger("哪些期限要改", &columns, &rows, ""))
        @if all.len() > MOST { p { "还有 " (all.len() - MOST) " 件，没有一一列出。" } }
    }
}

fn different(all: &[Difference]) -> Markup {
    let columns = [
        Column::new("日期").short().phone(Phone::Title),
        Column::new("现在算").spine().phone(Phone::Labelled),
        Column::new("改成").phone(Phone::Labelled),
    ];
    let rows: Vec<Row> = all
        .iter()
        .map(|d| {
            Row::new(vec![
                html! { (d.day.long()) "　" (d.day.weekday_cn()) },
                html! { (d.was) },
                html! { b { (d.is) } },
            ])
        })
        .collect();
    ledger("哪几天变了", &columns, &rows, "")
}

fn kept_years(cx: &Cx<SetHolidays>) -> Result<BTreeMap<i16, KeptYear>> {
    let all = calendar::list_kept(&cx.state.store.hub()?)?;
    Ok(all.into_iter().map(|k| (k.year, k)).collect())
}

fn draw(cx: &Cx<SetHolidays>, filled: &Filled<'_>) -> Result<Reply> {
    let directory = cx.state.org.current();
    let held = directory.calendar();
    let kept = kept_years(cx)?;
    let now = cx.zone().year(cx.at);
    let content = html! {
        (crumbs(&Link::new("管理", DESK_AT), &[], "节假日"))
        (heading("节假日", "哪天上班、哪天不算工作日，期限都照这里算", &html! {}))
        (form::errors(&filled.errors))
        @if held.is_provisional(now + 1) {
            (note(Tone::Plain, &format!("{}年的放假安排还没有。", now + 1),
                &"国务院办公厅一般在前一年 11 月发通知。没有以前，跨到那一年的期限暂按周末推算，页面上会写明。"))
        }
        (section("h-paste", "放进一年的通知", &"", &paste(cx, filled)?))
        (section("h-day", "改一天", &"地方的假、临时补班", &one_day::form(cx, filled)?))
        @for year in [now + 1, now, now - 1] { (of_year(cx, held, (year, kept.get(&year)))) }
        (section("h-again", "在办的期限", &"", &html! {
            form method="post" action={ (HOLIDAYS_AT) "/again" } {
                (form::tokens(cx.csrf(), &cx.new_op()?))
                p { "保存通知的时候已经重新算过；要是当时正好停电，可以再核对一遍。" }
                p.acts { button.btn type="submit" { "核对在办的期限" } }
            }
        }))
    };
    let page = cx.draw(&Page::new("节假日").wrong(&filled.errors), &content);
    Ok(if filled.is_fresh() {
        Reply::Page(page)
    } else {
        Reply::Wrong(page)
    })
}

fn paste(cx: &Cx<SetHolidays>, filled: &Filled<'_>) -> Result<Markup> {
    Ok(html! {
        form method="post" action={ (HOLIDAYS_AT) "/check" } enctype="multipart/form-data" {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            (filled.put(form::area("notice", "通知全文", 8)
                .hint("从中国政府网复制“国务院办公厅关于××××年部分节假日安排的通知”，连标题一起粘贴"), "notice", ""))
            (form::file("file", "或者选文件").hint("网上存下来的通知：Word（.docx）、文本、PDF 或 OFD").accept(".docx,.txt,.pdf,.ofd").check(&filled.errors))
            p.acts { button.btn type="submit" { "先看一遍" } }
        }
    })
}

fn of_year(
    cx: &Cx<SetHolidays>,
    held: &Calendar,
    (year, kept): (i16, Option<&KeptYear>),
) -> Markup {
    let found = held.announced().find(|a| a.year == year);
    let title = format!("{year}年");
    let id = format!("h-{year}");
    let Some(a) = found else {
        return section(
            &id,
            &title,
            &"暂按周末推算",
            &html! { p { "还没有放假安排。" } },
        );
    };
    let from = match kept {
        Some(k) => format!(
            "{}，{} {} 放进来",
            a.notice,
            k.kept_by,
            cx.zone().short_time(k.kept_at, cx.at)
        ),
        None => format!("{}，随程序带来", a.notice),
    };
    let days = grouped(a);
    let rows: Vec<(&str, &String)> = days.iter().map(|(n, d)| (n.as_str(), d)).collect();
    section(&id, &title, &from, &facts(&title, &rows))
}

/// 春节: 2月15日至2月23日放假；2月14日、2月28日上班. What was changed by itself stands under its own reason.
fn grouped(a: &Arrangement) -> Vec<(String, String)> {
    let mut order: Vec<&String> = Vec::new();
    for name in a.off.values().chain(a.on.values()) {
        if !order.contains(&name) {
            order.push(name);
        }
    }
    let days_of = |all: &BTreeMap<Day, String>, name: &String| -> Vec<Day> {
        let mine = all.iter().filter(|(_, n)| *n == name);
        mine.map(|(day, _)| *day).collect()
    };
    order
        .into_iter()
        .map(|name| {
            let worked: Vec<String> = days_of(&a.on, name).iter().map(|d| d.short()).collect();
            let mut said: Vec<String> = runs(&days_of(&a.off, name));
            if !worked.is_empty() {
                said.push(format!("{}上班", worked.join("、")));
            }
            (name.clone(), said.join("；"))
        })
        .collect()
}

/// 10月1日至10月3日放假, 10月5日放假: days that follow each other in one.
fn runs(days: &[Day]) -> Vec<String> {
    let mut all: Vec<(Day, Day)> = Vec::new();
    for day in days {
        match all.last_mut() {
            Some((_, last)) if last.plus_days(1) == *day => *last = *day,
            _ => all.push((*day, *day)),
        }
    }
    all.into_iter()
        .map(|(first, last)| match first == last {
            true => format!("{}放假", first.short()),
            false => format!("{}至{}放假", first.short(), last.short()),
        })
        .collect()
}
