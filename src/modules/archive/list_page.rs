//! 档案目录: the pieces of a year that this reader may see, looked for by words. Not here: tidying, papers.
//! Invariant: an archivist sees the organ's cards; everybody else only cards of cases granted to them, and the paper
//! cards of their own department.

use super::card::{Card, State};
use super::year::{Archive, Year};
use super::{AT, NUMBER_AT, PRINT_AT, SeeArchive, TIDY_AT, asked_year, open};
use crate::access::Who;
use crate::engine::filed_store::is_granted;
use crate::kit::Result;
use crate::org::Role;
use crate::ui::form::{self, Choice};
use crate::ui::frame::{Page, heading};
use crate::ui::list::empty;
use crate::ui::table::{Column, Filter, Phone, Row, filters, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};

/// Rows of one answer.
const MOST: usize = 300;

pub(super) fn show(cx: &mut Cx<SeeArchive>) -> Result<Reply> {
    let archive = open(cx);
    let year = archive.year(asked_year(cx))?;
    let words: Vec<String> = cx
        .query("q")
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    let mut found = Vec::new();
    let said = year
        .pieces()
        .filter(|c| c.state != State::Draft && said_in(c, &words));
    for card in said {
        if may_see(cx.who(), (&archive, &year), card)? {
            found.push(card);
        }
        if found.len() > MOST {
            break;
        }
    }
    let keeps = cx.who().has(Role::Archivist);
    let title = format!("{} 年档案目录", year.year);
    let content = html! {
        (heading(&title, &format!("{} 件", found.len()), &acts(&year, keeps)))
        (filter(&archive, &year, cx.query("q"))?)
        @if found.is_empty() {
            (empty("没有找到档案。", "换一个年度或少写几个字再查；只列出您看得到的件。没有列出来的档案要借阅，请从“发起事项”里发起，题名自己写。", &[]))
        } @else {
            p.hint { "要借阅哪一件，点开它的题名，再点“申请借阅”。" }
            (table(&year, &found))
            @if found.len() > MOST { p.hint { "只列出前 " (MOST) " 件，请再加几个字查。" } }
        }
    };
    Ok(Reply::Page(cx.draw(&Page::new(&title).seeks(), &content)))
}

/// Whether a card is this reader's to see; of a confidential department nothing was read.
pub(super) fn may_see(who: &Who, (archive, year): (&Archive, &Year), card: &Card) -> Result<bool> {
    if who.has(Role::Archivist) {
        return Ok(true);
    }
    let shelf = card.id.shelf();
    match card.case {
        Some(case) => is_granted(&archive.store.shelf(shelf)?, case, |p| who.scope.has(p)),
        None => Ok(year
            .drawers
            .iter()
            .any(|d| d.shelf == shelf && (d.dept == who.dept || who.runs_dept(d.dept)))),
    }
}

fn said_in(card: &Card, words: &[String]) -> bool {
    let number = card.place.as_ref().map_or("", |p| &p.text);
    let all = [
        &card.words.title,
        &card.words.doc_no,
        &card.words.author,
        number,
    ];
    words
        .iter()
        .all(|w| all.iter().any(|text| text.contains(w.as_str())))
}

fn acts(of: &Year, keeps: bool) -> Markup {
    let year = of.year;
    let numbered = of.pieces().any(|c| c.place.is_some());
    html! {
        @if keeps {
            (Link::new("年度整理", format!("{TIDY_AT}?year={year}")).key())
            (Link::new("编号、装盒", format!("{NUMBER_AT}?year={year}")).button())
            @if numbered { (Link::new("打印归档文件目录", format!("{PRINT_AT}/catalogue?year={year}")).button()) }
        }
    }
}

fn filter(archive: &Archive, year: &Year, words: &str) -> Result<Markup> {
    let mut years = archive.years()?;
    if !years.contains(&year.year) {
        years.push(year.year);
    }
    let years = years
        .iter()
        .map(|y| Choice::new(y.to_string(), format!("{y} 年")));
    let all = [
        Filter::One(form::text("q", "题名、文号、责任者、档号").value(words)),
        Filter::One(form::select("year", "年度", years.collect()).value(year.year.to_string())),
    ];
    Ok(filters(AT, &all, &[]))
}

fn table(year: &Year, found: &[&Card]) -> Markup {
    let columns = [
        Column::new("题名").phone(Phone::Title),
        Column::new("档号").short(),
        Column::new("文号"),
        Column::new("责任者"),
        Column::new("日期").short(),
        Column::new("期限").short(),
        Column::new("现在"),
    ];
    let rows: Vec<Row> = found.iter().take(MOST).map(|c| row(year, c)).collect();
    ledger("档案目录", &columns, &rows, "")
}

fn row(year: &Year, card: &Card) -> Row {
    let number = card.place.as_ref().map_or("未编号", |p| &p.text);
    let now = match year.lent_to(card.id) {
        _ if year.was(card.id, "destroyed") => "已销毁，目录保留".to_owned(),
        Some(lent) => format!("借给 {}", lent.said("to")),
        None if year.was(card.id, "handed") => "已移交进馆".to_owned(),
        None => "在库".to_owned(),
    };
    Row::new(vec![
        html! { a href=(format!("{AT}/card/{}", card.id)) { (card.words.printed_title()) } },
        html! { (number) },
        html! { (card.words.doc_no) },
        html! { (card.words.author) },
        html! { (card.words.printed_date()) },
        html! { (card.term.map_or("", super::card::Term::label)) },
        html! { (now) },
    ])
}
