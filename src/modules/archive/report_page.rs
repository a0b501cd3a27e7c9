//! A record of a four-property check on its page, and on paper with room for signatures. Not here: checking, the list.
//! Invariant: what is printed is what was kept, word for word.

use super::package::{Check, Property, Report, Verdict};
use super::papers::organ_said;
use super::report_store::{Kept, find_report};
use super::{CHECK_AT, ExportArchive, PACKAGE_AT, open};
use crate::access::Action;
use crate::kit::{Result, text};
use crate::ui::book::{Book, BookColumn};
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::{facts, section};
use crate::ui::note::{Tone, note};
use crate::ui::print::{Height, Leaf, PrintBar, pair, print_page, row};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};

fn found<A: Action>(cx: &Cx<A>) -> Result<(Kept, Report)> {
    let id: i64 = cx.path("id")?;
    find_report(&cx.state.store.hub()?, open(cx).keeper.organ, id)
}

/// GET `/archive/check/{id}`.
pub(super) fn show(cx: &mut Cx<ExportArchive>) -> Result<Reply> {
    let (kept, report) = found(cx)?;
    let title = "四性检测记录";
    let print = Link::new("打印", format!("{CHECK_AT}/{}/print", kept.id)).button();
    let content = html! {
        (crumbs(&Link::new("数据包、四性检测", PACKAGE_AT), &[], title))
        (heading(title, &report.about, &print))
        (drawn(&report))
        (facts("这一次检测", &rows(cx, &kept, &report)))
    };
    Ok(Reply::Page(cx.draw(&Page::new(title), &content)))
}

/// What was found, on a page.
pub(super) fn drawn(report: &Report) -> Markup {
    let lead = match report.wrong() {
        0 => note(Tone::Done, "通过。", &report.summary()),
        _ => note(
            Tone::Bad,
            "不通过。",
            &"下面写着是哪个文件、哪一件。改好以后再检测一次；收到的数据包有问题的，请退回移交单位重新导出。",
        ),
    };
    let columns = [
        Column::new("检测项目").phone(Phone::Title),
        Column::new("结果").short(),
        Column::new("检测了什么"),
        Column::new("发现"),
    ];
    html! {
        (lead)
        @for property in Property::ALL {
            @let rows: Vec<Row> = report.of(property).map(line).collect();
            (section(anchor(property), property.label(), &"", &ledger(property.label(), &columns, &rows, "")))
        }
    }
}

const fn anchor(property: Property) -> &'static str {
    match property {
        Property::Authentic => "h-authentic",
        Property::Complete => "h-complete",
        Property::Usable => "h-usable",
        Property::Safe => "h-safe",
    }
}

fn line(check: &Check) -> Row {
    Row::new(vec![
        html! { (check.name) },
        html! { @if check.verdict == Verdict::Bad { b { (check.verdict.label()) } } @else { (check.verdict.label()) } },
        html! { (check.looked) },
        html! { @for (n, line) in check.findings.iter().enumerate() { @if n > 0 { br; } (line) } },
    ])
}

fn rows<A: Action>(cx: &Cx<A>, kept: &Kept, report: &Report) -> Vec<(&'static str, String)> {
    let mut all = vec![
        ("检测对象", report.about.clone()),
        ("形成单位", report.organ.clone()),
        (
            "数量",
            format!(
                "{} 件，{} 个文件，{}",
                report.pieces,
                report.files,
                text::size(report.bytes)
            ),
        ),
        ("检测人", kept.name.clone()),
        ("检测时间", cx.zone().long_time(kept.at)),
        ("依据", "DA/T 70-2018 文书类电子档案检测一般要求".to_owned()),
    ];
    if let Some(sm3) = &report.sm3 {
        all.push(("数据包 SM3", sm3.clone()));
    }
    all.retain(|(_, text)| !text.is_empty());
    all
}

/// GET `/archive/check/{id}/print`.
pub(super) fn print(cx: &mut Cx<ExportArchive>) -> Result<Reply> {
    let (kept, report) = found(cx)?;
    let archive = open(cx);
    let org = organ_said(cx, &archive);
    let printed = format!("{}打印", cx.zone().long_time(cx.at));
    let columns = [
        BookColumn::of("四性", 4, true),
        BookColumn::of("检测项目", 9, true),
        BookColumn::of("检测了什么", 24, false),
        BookColumn::of("结果", 7, true),
        BookColumn::of("发现", 36, false),
    ];
    let lines: Vec<Vec<String>> = report
        .checks
        .iter()
        .map(|c| {
            vec![
                c.of.label().to_owned(),
                c.name.clone(),
                c.looked.clone(),
                c.verdict.label().to_owned(),
                c.findings.join("；"),
            ]
        })
        .collect();
    let (list, _) = Book {
        org: &org,
        title: "四性检测记录",
        line: (&report.about, &printed),
        columns: &columns,
        rows: &lines,
        total: &report.summary(),
    }
    .leaves();
    let head = rows(cx, &kept, &report);
    let sheet = html! {
        @for (label, value) in &head { (row(Height::Line, &pair(label, value, 10))) }
        (row(Height::Line, &pair("结论", &report.summary(), 10)))
        (row(Height::Sign, &html! { (pair("杀毒软件、日期", "", 4)) (pair("查毒结果", "", 4)) }))
        (row(Height::Sign, &html! { (pair("检测人", "", 4)) (pair("审核人", "", 4)) }))
        (row(Height::Sign, &html! { (pair("单位盖章", "", 4)) (pair("日期", "", 4)) }))
    };
    let first = Leaf {
        org: &org,
        title: "四性检测记录",
        line: (&report.about, &printed),
        tail: &["逐项结果附后。记录随档案数据包移交，并在本单位永久保存。"],
        place: (1, 1),
        void: None,
    };
    let bar = PrintBar {
        back: &format!("{CHECK_AT}/{}", kept.id),
        said: "第一页 A4 竖放，后面的逐项结果横放，边距已经排在纸里。",
    };
    let leaves = html! { (first.show(&sheet, None)) (list) };
    let page = Page::new("四性检测记录");
    Ok(Reply::Page(print_page(cx.site(), &page, &bar, &leaves)))
}
