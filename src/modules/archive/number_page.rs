//! 编号、装盒: the numbers that will be taken, shown before they are; taking them back class by class; boxes with their
//! spines. Not here: how numbers are held (`numbers`).

use super::arrange::{Planned, Width, spines};
use super::card::{Card, State, Term};
use super::year::{Archive, Year};
use super::{AT, NUMBER_AT, NumberArchive, PRINT_AT, TIDY_AT, asked_year, open};
use crate::kit::Result;
use crate::ui::form;
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::section;
use crate::ui::note::{Tone, note};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply, encode};
use std::collections::BTreeMap;

/// Rows of the preview.
const MOST: usize = 500;

/// POST `/archive/number`.
pub(super) fn posted(cx: &mut Cx<NumberArchive>) -> Result<Reply> {
    let archive = open(cx);
    let year = archive.year(asked_year(cx))?;
    let stamp = cx.permit.stamp_on(year.year);
    let said = match cx.form("do") {
        "number" => format!(
            "编好了 {} 件的档号。可以打印目录，再装盒",
            archive.number(&year, &stamp)?
        ),
        "box" => {
            let width = cx.form("width").parse().unwrap_or(30);
            let width = Width::ALL
                .into_iter()
                .find(|w| w.0 == width)
                .unwrap_or(Width(30));
            format!(
                "装成 {} 盒，可以打印盒脊和备考表",
                archive.put_in_boxes(&year, width, &stamp)?
            )
        }
        _ => {
            let class = cx.form("class").to_owned();
            format!(
                "取消了 {} 件的档号，可以重新整理再编",
                archive.unnumber(&year, &class, &stamp)?
            )
        }
    };
    cx.tell(&said);
    Ok(Reply::To(format!("{NUMBER_AT}?year={}", year.year)))
}

/// GET `/archive/number`.
pub(super) fn show(cx: &mut Cx<NumberArchive>) -> Result<Reply> {
    let archive = open(cx);
    let year = archive.year(asked_year(cx))?;
    let planned = archive.planned(&year);
    let drafts = year
        .cards
        .iter()
        .filter(|c| c.state == State::Draft)
        .count();
    let title = format!("{} 年编号、装盒", year.year);
    let back = Link::new("年度整理", format!("{TIDY_AT}?year={}", year.year));
    let content = html! {
        (crumbs(&back, &[], "编号、装盒"))
        (heading(&title, year.settings.arrangement.label(), &Link::new("回到整理", &back.href).button()))
        @if drafts > 0 {
            (note(Tone::Plain, "还有没整理的。", &format!("{drafts} 张卡片还是“待整理”，这一次不编号；以后接受了再编，号接着往下排。")))
        }
        (preview(cx, (&archive, &year), &planned)?)
        (section("h-done", "已编号的", &"", &classes(cx, (&archive, &year))?))
        (section("h-box", "装盒", &"", &boxes(cx, &year)?))
    };
    Ok(Reply::Page(cx.draw(&Page::new(&title), &content)))
}

fn preview(
    cx: &Cx<NumberArchive>,
    (archive, year): (&Archive, &Year),
    planned: &[Planned],
) -> Result<Markup> {
    if planned.is_empty() {
        return Ok(html! { p { "没有等着编号的件。在“年度整理”里接受了的件会列在这里。" } });
    }
    if year.settings.fonds.is_empty() {
        return Ok(html! {
            (note(Tone::Bad, "还不能编号。", &"请先到“档案设置”填全宗号和机构代码，档号里要用。"))
            p.acts { (Link::new("档案设置", super::SETTINGS_AT).key()) }
        });
    }
    let columns = [
        Column::new("将编的档号").short(),
        Column::new("题名").phone(Phone::Title),
        Column::new("日期").short(),
        Column::new("页数").num(),
    ];
    let rows = planned.iter().take(MOST).filter_map(|p| {
        let card = year.card(p.card)?;
        Some(Row::new(vec![
            html! { (p.text) },
            html! { a href=(format!("{AT}/card/{}", card.id)) { (card.words.printed_title()) } },
            html! { (card.words.printed_date()) },
            html! { (year.pages(card).map_or_else(String::new, |n| n.to_string())) },
        ]))
    });
    let rows = rows.collect::<Vec<Row>>();
    let dept = archive.directory.organ_name(archive.keeper.organ);
    Ok(html! {
        p { (dept) "　将编 " (planned.len()) " 件。看一遍顺序和期限，对了再按下面的按钮；移交以前可以取消重编。" }
        (ledger("将编的档号", &columns, &rows, ""))
        form method="post" action=(NUMBER_AT) {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            (form::hidden("year", &year.year.to_string()))
            p.acts { button.btn.key type="submit" name="do" value="number" { "按这个编号" } }
        }
    })
}

fn classes(cx: &Cx<NumberArchive>, (archive, year): (&Archive, &Year)) -> Result<Markup> {
    let mut all: BTreeMap<&str, Vec<&Card>> = BTreeMap::new();
    for card in year.numbered() {
        if let Some(place) = &card.place {
            all.entry(&place.class).or_default().push(card);
        }
    }
    if all.is_empty() {
        return Ok(html! { p { "还没有编号的件。" } });
    }
    let mut rows = Vec::new();
    for (class, cards) in &all {
        let pages: u32 = cards.iter().filter_map(|c| year.pages(c)).sum();
        rows.push(Row::new(vec![
            html! { (class) },
            html! { (cards.len()) },
            html! { (pages) },
            html! { a href=(format!("{PRINT_AT}/catalogue?year={}&class={}", year.year, encode(class))) { "目录" } },
            take_back(cx, (archive, year), class)?,
        ]));
    }
    let columns = [
        Column::new("类").phone(Phone::Title),
        Column::new("件").num(),
        Column::new("页").num(),
        Column::new("打印"),
        Column::new("重编"),
    ];
    let at = |paper: &str| format!("{PRINT_AT}/{paper}?year={}", year.year);
    Ok(html! {
        (ledger("已编号的类", &columns, &rows, ""))
        p.acts {
            (Link::new("全部目录", at("catalogue")).button())
            (Link::new("目录封面", at("cover")).button())
            (Link::new("归档章", at("stamp")).button())
            (Link::new("移交清单", at("transfer")).button())
        }
    })
}

fn take_back(
    cx: &Cx<NumberArchive>,
    (archive, year): (&Archive, &Year),
    class: &str,
) -> Result<Markup> {
    if let Some(why) = archive.held_fast(year, class) {
        return Ok(html! { (why) });
    }
    Ok(html! {
        form.inl method="post" action=(NUMBER_AT) {
            (form::token(cx.csrf()))
            (form::hidden(form::OP, &cx.new_op()?))
            (form::hidden("year", &year.year.to_string()))
            (form::hidden("class", class))
            button.btn.small type="submit" name="do" value="cancel" { "取消编号" }
        }
    })
}

fn boxes(cx: &Cx<NumberArchive>, year: &Year) -> Result<Markup> {
    let numbered: Vec<Card> = year.numbered().into_iter().cloned().collect();
    let filled = spines(&numbered);
    let rows: Vec<Row> = filled
        .iter()
        .map(|s| {
            Row::new(vec![
                html! { (s.class) },
                html! { (s.term.label()) },
                html! { (s.no) },
                html! { (format!("{:04}", s.from)) "—" (format!("{:04}", s.to)) },
                html! { (s.pieces) },
                html! { (s.pages) @if s.uncounted > 0 { "（" (s.uncounted) " 件没数页数）" } },
            ])
        })
        .collect();
    let columns = [
        Column::new("类").phone(Phone::Title),
        Column::new("期限"),
        Column::new("盒号").num(),
        Column::new("起止件号").short(),
        Column::new("件").num(),
        Column::new("页").num(),
    ];
    let at =
        |paper: &str, width: u32| format!("{PRINT_AT}/{paper}?year={}&width={width}", year.year);
    Ok(html! {
        p.hint { "按页数装：20 毫米的盒约 160 页，30 毫米约 240 页，40 毫米约 320 页；没数页数的件按 5 页算。一盒只装一类。" }
        form.tidy method="post" action=(NUMBER_AT) {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            (form::hidden("year", &year.year.to_string()))
            label { "盒脊 " select name="width" { @for w in Width::ALL { option value=(w.0) selected[w.0 == 30] { (w.0) " 毫米" } } } }
            button.btn type="submit" name="do" value="box" { "装盒" }
        }
        @if !filled.is_empty() {
            (ledger("盒", &columns, &rows, ""))
            p.acts {
                @for w in Width::ALL { (Link::new(format!("盒脊 {} 毫米", w.0), at("spine", w.0)).button()) }
                (Link::new("备考表", at("remarks", 30)).button())
            }
        }
    })
}

/// The label of a term that may be missing.
#[must_use]
pub(super) fn term_said(term: Option<Term>) -> &'static str {
    term.map_or("", Term::label)
}
