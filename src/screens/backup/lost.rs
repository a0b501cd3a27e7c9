//! What a restore lost, line by line, and how far each series had come on paper.

use super::{ConfirmLost, LOST_AT, SeeBackup};
use crate::access::Action;
use crate::kit::text::fold;
use crate::kit::{DeptId, Error, FieldErrors, Result};
use crate::store::backup::{self, Lost, Series};
use crate::ui::form::{self, Choice};
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::{empty, section};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{BACKUP_AT, Cx, Reply};

pub(super) fn show(cx: &mut Cx<SeeBackup>) -> Result<Reply> {
    Ok(Reply::Page(draw(cx, &FieldErrors::default())?))
}

fn draw<A: Action>(cx: &Cx<A>, errors: &FieldErrors) -> Result<Markup> {
    let all = backup::lost(&cx.state.store)?;
    let (done, open): (Vec<&Lost>, Vec<&Lost>) = all.iter().partition(|l| l.confirmed_at.is_some());
    let here = cx.peer().at_server() || cx.peer().https;
    let content = html! {
        (crumbs(&Link::new("备份", BACKUP_AT), &[], "恢复以后丢失的内容"))
        (heading("恢复以后丢失的内容", "", &html! {}))
        (form::errors(errors))
        @if all.is_empty() { (empty("没有。", "从备份恢复以后，少了的件、编号和人员会列在这里。", &[])) }
        @if !open.is_empty() { (section("h-open", "要看过的", &"件要对照纸质的补登", &to_confirm(cx, &open, here)?)) }
        @if !all.is_empty() && here { (section("h-floor", "纸上登到了几号", &"电脑不知道的号", &floors(cx, errors)?)) }
        @if !done.is_empty() { (section("h-done", "看过的", &"", &confirmed(cx, &done))) }
    };
    Ok(cx.draw(&Page::new("恢复以后丢失的内容").wrong(errors), &content))
}

fn to_confirm<A: Action>(cx: &Cx<A>, open: &[&Lost], here: bool) -> Result<Markup> {
    let choices = open
        .iter()
        .map(|l| Choice::new(l.id.to_string(), l.words.clone()));
    Ok(html! {
        @if here {
            form method="post" action=(LOST_AT) {
                (form::tokens(cx.csrf(), &cx.new_op()?))
                (form::checks("id", "逐项勾选看过的", choices.collect()))
                p.acts { button.btn.key type="submit" { "勾的都看过了" } }
            }
        } @else {
            ul.lines { @for l in open { li { (l.words) } } }
            p.hint { "确认请到服务器那台电脑上办。" }
        }
    })
}

fn floors<A: Action>(cx: &Cx<A>, errors: &FieldErrors) -> Result<Markup> {
    let series = backup::series(&cx.state.store)?;
    let directory = cx.state.org.current();
    let label = |s: &Series| {
        let whose = match s.dept {
            0 => "全单位".to_owned(),
            dept => match directory.dept_short(DeptId(dept)) {
                "" => "总库里没有的部门".to_owned(),
                name => name.to_owned(),
            },
        };
        let year = if s.year == 0 {
            String::new()
        } else {
            format!(" {} 年", s.year)
        };
        format!("{whose}　{}{year}，电脑里到第 {} 号", s.key, s.last)
    };
    let choices = series.iter().map(|s| Choice::new(s.id(), label(s)));
    Ok(html! {
        form method="post" action="/backup/lost/floor" {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            (form::select("series", "哪一种编号", choices.collect()).need().value(cx.form("series")).check(errors))
            (form::number("n", "纸质登记簿上最后一号").need().value(cx.form("n")).hint("以后新登记的从它的下一号起").check(errors))
            p.acts { button.btn type="submit" { "从下一号起" } }
        }
    })
}

fn confirmed<A: Action>(cx: &Cx<A>, done: &[&Lost]) -> Markup {
    let columns = [
        Column::new("内容").spine(),
        Column::new("谁看过").phone(Phone::Labelled),
        Column::new("什么时候").phone(Phone::Labelled),
    ];
    let rows: Vec<Row> = done
        .iter()
        .map(|l| {
            let at = l.confirmed_at.map(|at| cx.zone().short_time(at, cx.at));
            Row::new(vec![
                html! { (l.words) },
                html! { (l.confirmed_by) },
                html! { (at.unwrap_or_default()) },
            ])
        })
        .collect();
    ledger("看过的", &columns, &rows, "")
}

pub(super) fn confirm(cx: &mut Cx<ConfirmLost>) -> Result<Reply> {
    let ids: Vec<i64> = cx
        .form_all("id")
        .iter()
        .filter_map(|i| i.parse().ok())
        .collect();
    if ids.is_empty() {
        let mut errors = FieldErrors::default();
        errors.add("id", "请先勾选看过的");
        return Ok(Reply::Wrong(draw(cx, &errors)?));
    }
    let by = cx.who().name.clone();
    let done = backup::confirm_lost(&cx.state.store, ids, &by, cx.permit.stamp())?;
    cx.tell(&format!("记下了，{done} 项看过了"));
    Ok(Reply::To(LOST_AT.into()))
}

pub(super) fn floor(cx: &mut Cx<ConfirmLost>) -> Result<Reply> {
    let series = backup::series(&cx.state.store)?;
    let chosen = series.iter().find(|s| s.id() == cx.form("series"));
    let n: i64 = fold(cx.form("n")).trim().parse().unwrap_or(0);
    let raised = match chosen {
        None => Err(Error::invalid("series", "请选哪一种编号")),
        Some(s) if n < s.last => Err(Error::invalid(
            "n",
            format!(
                "电脑里已经到第 {} 号，请写纸上更大的号；一样大就不用填",
                s.last
            ),
        )),
        Some(s) => backup::raise_series(
            &cx.state.store,
            s.shelf,
            &s.key,
            s.year,
            (n, cx.permit.stamp()),
        ),
    };
    match raised {
        Ok(()) => {
            cx.tell(&format!("以后从第 {} 号起", n + 1));
            Ok(Reply::To(LOST_AT.into()))
        }
        Err(Error::Invalid(errors)) => Ok(Reply::Wrong(draw(cx, &errors)?)),
        Err(e) => Err(e),
    }
}
