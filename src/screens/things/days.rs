//! Days of leave people have in a year: who has how many, how many are used, and a list pasted in. What is used comes from
//! the cases that hold it. Not here: the regulation's numbers (`agenda`).

use super::{DAYS_AT, KeepDays, balances};
use crate::agenda::balance_store::{Balance, list_balances, read_lines, set_balances};
use crate::engine::claiming::said;
use crate::kit::{Error, FieldErrors, PersonId, Result, ShelfNo};
use crate::org::Directory;
use crate::screens::people::sheet::Filled;
use crate::ui::form::{self, Choice};
use crate::ui::frame::{Page, heading};
use crate::ui::list::section;
use crate::ui::print::print_head;
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Markup, html};
use crate::web::{Cx, Reply};
use std::collections::BTreeSet;

pub(super) fn show(cx: &mut Cx<KeepDays>) -> Result<Reply> {
    draw(cx, &Filled::fresh())
}

pub(super) fn keep(cx: &mut Cx<KeepDays>) -> Result<Reply> {
    let directory = cx.state.org.current();
    let by = directory.person_name(cx.who().person).to_owned();
    let year = year(cx);
    let kept = read(cx, &directory).and_then(|(kind, all)| {
        let n = all.len();
        cx.write(ShelfNo::HUB, move |w| {
            set_balances(w, (&kind, year), &by, &all)
        })?;
        Ok(n)
    });
    match kept {
        Ok(n) => {
            cx.tell(&format!("登记了 {n} 个人 {year} 年的天数"));
            Ok(Reply::To(format!("{DAYS_AT}?year={year}")))
        }
        Err(why) => draw(cx, &Filled::again(&cx.input, why)?),
    }
}

fn year(cx: &Cx<KeepDays>) -> i16 {
    let now = cx.zone().year(cx.at);
    let typed = [cx.form("year"), cx.query("year")];
    let found = typed.iter().find_map(|y| y.parse::<i16>().ok());
    found
        .filter(|y| (now - 5..=now + 1).contains(y))
        .unwrap_or(now)
}

type Read = (String, Vec<(PersonId, i64, String)>);

/// The pasted lines with the people they mean; a name that means nobody, or several, is said.
fn read(cx: &Cx<KeepDays>, directory: &Directory) -> Result<Read> {
    let kind = cx.form("kind").to_owned();
    if !balances(&cx.state.engine.procedures).contains(&kind) {
        return Err(Error::invalid("kind", "请选是哪一种假"));
    }
    let mut errors = FieldErrors::default();
    let mut all: Vec<(PersonId, i64, String)> = Vec::new();
    for line in read_lines(cx.form("lines"))? {
        let mut found = directory
            .named(&line.name)
            .filter(|p| directory.is_here(p.id));
        match (found.next(), found.next()) {
            (Some(p), None) if all.iter().any(|(known, ..)| *known == p.id) => {
                errors.add("lines", format!("“{}”写了两行，请只留一行", line.name))
            }
            (Some(p), None) => all.push((p.id, line.tenths, line.note)),
            (None, _) => errors.add("lines", format!("没有叫“{}”的人，请核对姓名", line.name)),
            (Some(_), Some(_)) => errors.add(
                "lines",
                format!("叫“{}”的有几个人，请先在通讯录里区分开", line.name),
            ),
        }
    }
    errors.check((kind, all))
}

fn draw(cx: &Cx<KeepDays>, filled: &Filled<'_>) -> Result<Reply> {
    let year = year(cx);
    let kinds = balances(&cx.state.engine.procedures);
    let directory = cx.state.org.current();
    let hub = cx.state.store.hub()?;
    let mut lists = Vec::new();
    for kind in &kinds {
        lists.push((kind, list_balances(&hub, kind, year)?));
    }
    drop(hub);
    let acts = html! {
        a.btn href=(format!("{DAYS_AT}?year={}", year - 1)) { (year - 1) "年" }
        a.btn href=(format!("{DAYS_AT}?year={}", year + 1)) { (year + 1) "年" }
        button.btn type="button" data-print data-js hidden { "打印" }
    };
    let choices: Vec<Choice> = kinds.iter().map(|k| Choice::new(k, k)).collect();
    let first = kinds.first().cloned().unwrap_or_default();
    let site = cx.site();
    let org = match site.office_full.as_str() {
        "" => &site.office,
        full => full,
    };
    let people: BTreeSet<i64> = (lists.iter().flat_map(|(_, all)| all))
        .map(|b| b.person.0)
        .collect();
    let printed = format!("{}打印", cx.zone().long_time(cx.at));
    let content = html! {
        (print_head(org, &format!("{year}年假期天数"), (&format!("共 {} 人", people.len()), &printed)))
        (heading("假期天数", &format!("{year}年"), &acts))
        (form::errors(&filled.errors))
        @for (i, (kind, all)) in lists.iter().enumerate() {
            (section(&format!("h-{i}"), kind, &format!("{} 人", all.len()), &table(&directory, kind, all)))
        }
        div.noprint { (section("h-paste", "登记", &"", &html! {
            form method="post" action=(DAYS_AT) {
                (form::tokens(cx.csrf(), &cx.new_op()?))
                (form::hidden("year", &year.to_string()))
                (filled.put(form::select("kind", "哪一种", choices), "kind", &first))
                (filled.put(form::area("lines", &format!("{year}年的名单"), 8)
                    .hint("从 Excel 复制粘贴，每行一个人：姓名 天数，例如“宋小笺 10”；也可以写“宋小笺 工龄12年”，按职工带薪年休假条例第三条折成 5、10、15 天。再登记一次就按新的算"), "lines", ""))
                p.acts { button.btn.key type="submit" { "登记" (year) "年的天数" } }
            }
        })) }
    };
    let page = cx.draw(&Page::new("假期天数").wrong(&filled.errors), &content);
    Ok(if filled.is_fresh() {
        Reply::Page(page)
    } else {
        Reply::Wrong(page)
    })
}

fn table(directory: &Directory, kind: &str, all: &[Balance]) -> Markup {
    if all.is_empty() {
        return html! { p { "这一年还没有登记。登记了，申请的时候才能算余额。" } };
    }
    let columns = [
        Column::new("姓名").spine().phone(Phone::Title),
        Column::new("部门").phone(Phone::Inline),
        Column::new("共有").num().phone(Phone::Labelled),
        Column::new("已用").num().phone(Phone::Labelled),
        Column::new("还剩").num().phone(Phone::Labelled),
        Column::new("说明").phone(Phone::Labelled),
    ];
    let rows: Vec<Row> = all
        .iter()
        .map(|b| {
            let dept = directory
                .dept_of(b.person)
                .map_or("", |d| d.short_name.as_str());
            Row::new(vec![
                html! { (directory.person_name(b.person)) },
                html! { (dept) },
                html! { (said(b.tenths)) },
                html! { (said(b.used)) },
                html! { (said(b.left())) },
                html! { (b.note) },
            ])
        })
        .collect();
    ledger(kind, &columns, &rows, "")
}
