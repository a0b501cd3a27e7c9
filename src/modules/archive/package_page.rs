//! 数据包、四性检测: which pieces, the two buttons, how far it is, the packages that lie there, a package somebody brought,
//! the records. Not here: what the buttons do (`package_deeds`), one record (`report_page`).
//! Invariant: while one goes on the page shows how far it is and offers nothing but stopping it.

use super::package::{Report, Scope};
use super::report_page::drawn;
use super::report_store::{Kept, list_reports};
use super::year::{Archive, Year};
use super::{AT, CHECK_AT, ExportArchive, NUMBER_AT, PACKAGE_AT, asked_year, open};
use crate::kit::{FieldErrors, Result, text};
use crate::store::Made;
use crate::ui::deed::{Press, one_button};
use crate::ui::form::{self, Choice};
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::section;
use crate::ui::note::{Tone, note};
use crate::ui::table::{Column, Filter, Phone, Row, filters, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Progress, Reply, encode};

/// Records of the page.
const RECORDS: i64 = 30;

/// The job's name: one at a time for an organ.
pub(super) fn job_of(archive: &Archive) -> String {
    format!("archive/{}", archive.keeper.organ)
}

/// GET `/archive/package`.
pub(super) fn show(cx: &mut Cx<ExportArchive>) -> Result<Reply> {
    Ok(Reply::Page(draw(cx, (None, &FieldErrors::default()))?))
}

/// The page; with what was found of a package somebody brought, or with errors.
pub(super) fn draw(
    cx: &Cx<ExportArchive>,
    (found, errors): (Option<&Report>, &FieldErrors),
) -> Result<Markup> {
    let archive = open(cx);
    let year = archive.year(asked_year(cx))?;
    let progress = cx.state.jobs.progress(&job_of(&archive));
    let going = progress.as_ref().is_some_and(|p| p.ended.is_none());
    let title = "数据包、四性检测";
    let content = html! {
        (crumbs(&Link::new("档案", AT), &[], title))
        (heading(title, "", &html! {}))
        (form::errors(errors))
        @if let Some(report) = found { (drawn(report)) }
        @if let Some(progress) = &progress { (how_far(cx, progress)?) }
        @if !going {
            (section("h-make", "检测、导出", &"", &making(cx, (&archive, &year), errors)?))
            (section("h-made", "做好的数据包", &"", &made(cx, &cx.state.store.packages()?)?))
            (section("h-brought", "核对别处拿来的数据包", &"", &brought(cx, errors)?))
        }
        (section("h-records", "检测记录", &"", &records(cx, &archive)?))
    };
    let mut page = Page::new(title).wrong(errors);
    if going {
        page = page.refresh(2);
    }
    Ok(cx.draw(&page, &content))
}

fn how_far(cx: &Cx<ExportArchive>, progress: &Progress) -> Result<Markup> {
    Ok(match &progress.ended {
        Some(Ok(words)) => note(Tone::Done, "办好了。", words),
        Some(Err(words)) => note(Tone::Bad, "没有办成。", words),
        None => html! {
            section.moving aria-label="正在办" {
                div {
                    h2 { @if progress.words.is_empty() { "正在开始" } @else { (progress.words) } }
                    p.quiet { "可以离开本页，会接着做；停下或者断电，没做完的不会留下，重新做一次就行。" }
                }
                p.acts { (one_button(PACKAGE_AT, cx.csrf(), &cx.new_op()?, &Press::new("停下").posts("do", "stop"))) }
                progress max=(progress.of.max(1)) value=(progress.done) aria-label="进度" {}
                p.nb { (progress.done) " / " (progress.of) }
            }
        },
    })
}

fn making(
    cx: &Cx<ExportArchive>,
    (archive, year): (&Archive, &Year),
    errors: &FieldErrors,
) -> Result<Markup> {
    let mut years = archive.years()?;
    if !years.contains(&year.year) {
        years.push(year.year);
    }
    let years = years
        .iter()
        .map(|y| Choice::new(y.to_string(), format!("{y} 年")));
    let years = form::select("year", "年度", years.collect()).value(year.year.to_string());
    let scopes = Scope::all_of(year, cx.zone()).into_iter();
    let scopes = scopes.map(|(scope, name)| Choice::new(scope.id(), name));
    let numbered = year.numbered().len();
    Ok(html! {
        (filters(PACKAGE_AT, &[Filter::One(years)], &[]))
        @if numbered == 0 {
            (note(Tone::Plain, "这一年还没有编号的件。", &html! { "可以先做归档前检测；要导出，请先到“" a href=(format!("{NUMBER_AT}?year={}", year.year)) { "编号、装盒" } "”编号。" }))
        }
        form method="post" action=(PACKAGE_AT) {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            (form::hidden("year", &year.year.to_string()))
            (form::select("scope", "哪些件", scopes.collect()).value(cx.form("scope")).check(errors))
            p.hint { "归档前检测：把这些件的每个文件读一遍，查题名、期限有没有漏填，文件有没有损坏、有没有密码，结果留一份记录。" }
            p.hint { "导出数据包：一件一个文件夹，里面是版式文件、正文、附件、处理单和元数据，连同目录、清单和签名装成一个 ZIP，做好自动检测一遍。不用砚台也能打开看。" }
            p.acts {
                button.btn type="submit" name="do" value="check" { "归档前检测" }
                button.btn.key type="submit" name="do" value="export" { "导出数据包" }
            }
        }
    })
}

fn made(cx: &Cx<ExportArchive>, all: &[Made]) -> Result<Markup> {
    if all.is_empty() {
        return Ok(html! { p { "还没有。导出以后在这里下载，拷到移交用的盘上。" } });
    }
    let columns = [
        Column::new("数据包").phone(Phone::Title),
        Column::new("大小").short(),
        Column::new("做好的时间").short(),
        Column::new("再做什么"),
    ];
    let mut rows = Vec::new();
    for one in all {
        let at = format!("{PACKAGE_AT}/file?name={}", encode(&one.name));
        rows.push(Row::new(vec![
            html! { a href=(at) { (one.name) } },
            html! { (text::size(one.size)) },
            html! { (cx.zone().long_time(one.at)) },
            html! {
                form.inl method="post" action=(PACKAGE_AT) {
                    (form::token(cx.csrf()))
                    (form::hidden(form::OP, &cx.new_op()?))
                    (form::hidden("name", &one.name))
                    button.btn.small type="submit" name="do" value="recheck" { "再检测" }
                    button.btn.small type="submit" name="do" value="remove" { "删除" }
                }
            },
        ]));
    }
    Ok(html! {
        (ledger("做好的数据包", &columns, &rows, ""))
        p.hint { "数据包占数据盘的地方，拷走以后可以删除；档案本身不受影响，要用再导出。" }
    })
}

fn brought(cx: &Cx<ExportArchive>, errors: &FieldErrors) -> Result<Markup> {
    Ok(html! {
        form method="post" action=(format!("{PACKAGE_AT}/brought")) enctype="multipart/form-data" {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            (form::file("file", "数据包（ZIP）").hint("200 MB 以内。更大的请在服务器上用命令：inkstone verify-package 文件").check(errors))
            (form::file("key", "移交单位的公钥文件").hint("本单位导出的不用选").check(errors))
            p.acts { button.btn type="submit" { "核对" } }
        }
    })
}

fn records(cx: &Cx<ExportArchive>, archive: &Archive) -> Result<Markup> {
    let all: Vec<Kept> = list_reports(&cx.state.store.hub()?, archive.keeper.organ, RECORDS)?;
    if all.is_empty() {
        return Ok(html! { p { "还没有检测过。" } });
    }
    let columns = [
        Column::new("检测对象").phone(Phone::Title),
        Column::new("结果").short(),
        Column::new("检测人").short(),
        Column::new("时间").short(),
    ];
    let row = |k: &Kept| {
        let result = match k.wrong {
            0 => "通过".to_owned(),
            n => format!("{n} 项不通过"),
        };
        Row::new(vec![
            html! { a href=(format!("{CHECK_AT}/{}", k.id)) { (k.about) } },
            html! { (result) },
            html! { (k.name) },
            html! { (cx.zone().long_time(k.at)) },
        ])
    };
    let rows: Vec<Row> = all.iter().map(row).collect();
    Ok(ledger("检测记录", &columns, &rows, ""))
}
