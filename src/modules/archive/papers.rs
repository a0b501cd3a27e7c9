//! The papers of the archive on A4: catalogue with its cover, remarks of a box, lists of transfer and destruction, slips.
//! What is drawn to the millimetre (spine, stamp) is in `stamps`. Not here: what is printed of a case (`screens::case`).
//! Invariant: a list is dealt out by `ui::book`, so that no row is cut and each leaf says which it is.

use super::arrange::{Width, spines};
use super::card::{Card, Term};
use super::later_page::to_hand_over;
use super::number_page::term_said;
use super::stamps;
use super::year::{Archive, Year};
use super::{AT, LATER_AT, NUMBER_AT, PrintArchive, asked_year, open};
use crate::access::Action;
use crate::kit::{Error, Id, Result};
use crate::ui::book::{Book, BookColumn};
use crate::ui::frame::Page;
use crate::ui::print::{Height, Leaf, PrintBar, pair, print_page, row};
use crate::ui::{Markup, html};
use crate::web::{Cx, Reply};
use std::collections::BTreeMap;

/// GET `/archive/print/{paper}`.
pub(super) fn show(cx: &mut Cx<PrintArchive>) -> Result<Reply> {
    let paper: String = cx.path("paper")?;
    let archive = open(cx);
    let site = cx.site().clone();
    let org = organ_said(cx, &archive);
    let printed = format!("{}打印", cx.zone().long_time(cx.at));
    let (title, leaves, said) = match paper.as_str() {
        "destroy" => destruction(&archive, (&org, &printed), cx.zone().year(cx.at))?,
        "stamp" | "slip" if !cx.query("card").is_empty() => {
            let id: Id = cx.query("card").parse().map_err(|_| Error::NotFound)?;
            let (_, of) = archive.place_of(id.shelf())?.ok_or(Error::NotFound)?;
            let year = archive.year(of)?;
            let card = year
                .card(id)
                .filter(|c| c.place.is_some())
                .ok_or(Error::NotFound)?;
            match paper.as_str() {
                "stamp" => stamps::over_first_page((&year, card)),
                _ => slip(&org, (&year, card)),
            }
        }
        _ => {
            let year = archive.year(asked_year(cx))?;
            let of = Wanted {
                org: &org,
                printed: &printed,
                class: cx.query("class"),
                width: cx.query("width").parse().unwrap_or(30),
            };
            of_year(&paper, (&archive, &year), &of)?
        }
    };
    let back = match paper.as_str() {
        "destroy" => LATER_AT.to_owned(),
        _ if !cx.query("card").is_empty() => format!(
            "{AT}/card/{}",
            cx.query("card")
                .parse::<Id>()
                .map_err(|_| Error::NotFound)?
        ),
        _ => format!("{NUMBER_AT}?year={}", asked_year(cx)),
    };
    let bar = PrintBar {
        back: &back,
        said: &said,
    };
    Ok(Reply::Page(print_page(
        &site,
        &Page::new(&title),
        &bar,
        &leaves,
    )))
}

/// The organ's full name, as it stands on papers.
pub(super) fn organ_said<A: Action>(cx: &Cx<A>, archive: &Archive) -> String {
    let site = cx.site();
    let mut names = [&site.office_full, &site.office].into_iter();
    let named = names.find(|n| !n.is_empty()).cloned();
    named.unwrap_or_else(|| {
        let own = archive.directory.organ_name(archive.keeper.organ);
        own.to_owned()
    })
}

/// A paper: its title, its leaves, and what to tell the printer.
pub(super) type Paper = (String, Markup, String);

/// What was asked for.
struct Wanted<'a> {
    org: &'a str,
    printed: &'a str,
    class: &'a str,
    width: u32,
}

const UPRIGHT: &str = "A4 纸竖放，边距已经排在纸里：打印时边距选“无”或“默认”，缩放选 100%。";
const ACROSS: &str = "A4 纸横放，边距已经排在纸里：打印时方向选“横向”，边距选“无”或“默认”。";

fn of_year(paper: &str, (archive, year): (&Archive, &Year), of: &Wanted<'_>) -> Result<Paper> {
    let all = match paper {
        "transfer" => to_hand_over(year),
        _ => year.numbered(),
    };
    let cards: Vec<&Card> = all
        .into_iter()
        .filter(|c| of.class.is_empty() || c.place.as_ref().is_some_and(|p| p.class == of.class))
        .collect();
    if cards.is_empty() {
        return Err(Error::invalid(
            "",
            "还没有编号的件，打不出来。请先在“编号、装盒”里编号",
        ));
    }
    let owned: Vec<Card> = cards.iter().map(|c| (*c).clone()).collect();
    Ok(match paper {
        "catalogue" => catalogue((archive, year), &cards, of),
        "cover" => cover((archive, year), &cards, of),
        "spine" => stamps::spines_of(
            year,
            &spines(&owned),
            Width::ALL
                .into_iter()
                .find(|w| w.0 == of.width)
                .unwrap_or(Width(30)),
        ),
        "remarks" => remarks(year, &owned, of),
        "stamp" => stamps::labels(year, &cards),
        "transfer" => transfer((archive, year), &cards, of),
        _ => return Err(Error::NotFound),
    })
}

/// The nine columns of 归档文件目录 (DA/T 22-2015, 7.2).
fn columns() -> Vec<BookColumn> {
    vec![
        BookColumn::of("序号", 2, true),
        BookColumn::of("档号", 13, true),
        BookColumn::of("文号", 12, false),
        BookColumn::of("责任者", 10, false),
        BookColumn::of("题名", 30, false),
        BookColumn::of("日期", 5, true),
        BookColumn::of("密级", 3, false),
        BookColumn::of("页数", 3, true),
        BookColumn::of("备注", 6, false),
    ]
}

fn lines(year: &Year, cards: &[&Card]) -> Vec<Vec<String>> {
    (1..)
        .zip(cards)
        .map(|(n, c): (usize, &&Card)| {
            vec![
                n.to_string(),
                c.place
                    .as_ref()
                    .map_or_else(String::new, |p| p.text.clone()),
                c.words.doc_no.clone(),
                c.words.author.clone(),
                c.words.printed_title(),
                c.words.printed_date(),
                // only documents without a mark of secrecy are here (README decision 21)
                String::new(),
                year.pages(c).map_or_else(String::new, |n| n.to_string()),
                remark(year, c),
            ]
        })
        .collect()
}

fn remark(year: &Year, card: &Card) -> String {
    let parts = year.inside(card).len();
    match parts {
        1 => card.words.note.clone(),
        _ if card.words.note.is_empty() => format!("含 {parts} 份"),
        _ => format!("含 {parts} 份；{}", card.words.note),
    }
}

/// Classes in the order of the catalogue, each with its cards.
fn by_class<'c>(cards: &[&'c Card]) -> Vec<(String, Vec<&'c Card>)> {
    let mut all: Vec<(String, Vec<&Card>)> = Vec::new();
    for card in cards {
        let Some(place) = &card.place else { continue };
        match all.iter_mut().find(|(class, _)| *class == place.class) {
            Some((_, mine)) => mine.push(card),
            None => all.push((place.class.clone(), vec![card])),
        }
    }
    all
}

/// Each class begins on a leaf of its own, as it is bound with its own cover.
fn catalogue((archive, year): (&Archive, &Year), cards: &[&Card], of: &Wanted<'_>) -> Paper {
    let columns = columns();
    let (mut leaves, mut count) = (Vec::new(), 0);
    for (class, mine) in by_class(cards) {
        let listed = class_said((archive, year), &class, &mine);
        let (drawn, n) = Book {
            org: of.org,
            title: "归档文件目录",
            line: (&listed, of.printed),
            columns: &columns,
            rows: &lines(year, &mine),
            total: &format!("共 {} 件", mine.len()),
        }
        .leaves();
        leaves.push(drawn);
        count += n;
    }
    (
        format!("{} 年归档文件目录", year.year),
        html! { @for l in &leaves { (l) } },
        format!("共 {count} 页，{ACROSS}"),
    )
}

fn class_said((archive, year): (&Archive, &Year), class: &str, cards: &[&Card]) -> String {
    let first = cards.first();
    let term = first.map_or("", |c| term_said(c.term));
    let office = first.map_or("", |c| office_name((archive, year), &c.office));
    format!(
        "全宗号 {}　{} 年　{term}　{office}　（{class}）",
        year.settings.fonds, year.year
    )
}

/// The name of the department a code is of.
fn office_name<'a>((archive, year): (&'a Archive, &Year), code: &'a str) -> &'a str {
    let mut depts = year
        .settings
        .offices
        .iter()
        .filter(|(_, c)| c.as_str() == code && !code.is_empty());
    match (depts.next(), depts.next()) {
        (Some((dept, _)), None) => archive.directory.dept_name(*dept),
        _ => code,
    }
}

/// A label with room for six characters, and its value.
fn wide(label: &str, value: &str) -> Markup {
    html! { th.k colspan="4" scope="row" { (label) } td colspan="8" { (value) } }
}

fn cover((archive, year): (&Archive, &Year), cards: &[&Card], of: &Wanted<'_>) -> Paper {
    let all = by_class(cards);
    let leaves = html! {
        @for (class, mine) in &all {
            section.page.cover aria-label="归档文件目录封面" {
                h1 { "归档文件目录" }
                table.tbl {
                    colgroup { @for _ in 0..12 { col; } }
                    (row(Height::Sign, &wide("全宗号", &year.settings.fonds)))
                    (row(Height::Sign, &wide("全宗名称", of.org)))
                    (row(Height::Sign, &wide("年度", &year.year.to_string())))
                    (row(Height::Sign, &wide("保管期限", mine.first().map_or("", |c| term_said(c.term)))))
                    (row(Height::Sign, &wide("机构（问题）", mine.first().map_or("", |c| office_name((archive, year), &c.office)))))
                    (row(Height::Sign, &wide("件数", &format!("{} 件（{class}）", mine.len()))))
                }
            }
        }
    };
    (
        "归档文件目录封面".into(),
        leaves,
        format!("共 {} 页，{UPRIGHT}", all.len()),
    )
}

fn remarks(year: &Year, cards: &[Card], of: &Wanted<'_>) -> Paper {
    let boxes = spines(cards);
    let n = boxes.len();
    let leaves = html! {
        @for (i, s) in boxes.iter().enumerate() {
            @let situation = format!("本盒为 {}，第 {} 盒，起止件号 {:04}—{:04}，共 {} 件，已数页数的共 {} 页{}。",
                s.class, s.no, s.from, s.to, s.pieces, s.pages,
                if s.uncounted > 0 { format!("，{} 件没有数页数", s.uncounted) } else { String::new() });
            @let rows = html! {
                tr.h5 { th.k colspan="2" scope="row" { "盒内文件情况说明" } td colspan="10" { p { (situation) } } }
                (row(Height::Sign, &pair("整理人", "", 10)))
                (row(Height::Sign, &pair("整理日期", "", 10)))
                (row(Height::Sign, &pair("检查人", "", 10)))
                (row(Height::Sign, &pair("检查日期", "", 10)))
            };
            (Leaf { org: of.org, title: "备考表", line: (&format!("全宗号 {}　{} 年", year.settings.fonds, year.year), s.term.label()),
                tail: &["放在盒内文件之后。缺损、修改、补充、移出、销毁等情况写在上面。"], place: (i + 1, n), void: None }.show(&rows, None))
        }
    };
    match n {
        0 => (
            "备考表".into(),
            html! { p { "还没有装盒。请返回，先按“装盒”。" } },
            String::new(),
        ),
        _ => ("备考表".into(), leaves, format!("共 {n} 页，{UPRIGHT}")),
    }
}

fn transfer((archive, year): (&Archive, &Year), cards: &[&Card], of: &Wanted<'_>) -> Paper {
    let mut by_term: BTreeMap<Term, (usize, u32)> = BTreeMap::new();
    for card in cards {
        let sum = by_term.entry(card.term.unwrap_or(Term::D10)).or_default();
        *sum = (sum.0 + 1, sum.1 + year.pages(card).unwrap_or(0));
    }
    let to = match year.settings.home.as_str() {
        "" => "　　　　　　档案馆",
        home => home,
    };
    let sums: Vec<String> = by_term
        .iter()
        .map(|(t, (n, pages))| format!("{} {n} 件 {pages} 页", t.label()))
        .collect();
    let (n, title) = (cards.len(), format!("{} 年文书档案", year.year));
    let rows = html! {
        (row(Height::Line, &pair("移交单位", of.org, 10)))
        (row(Height::Line, &pair("接收单位", to, 10)))
        (row(Height::Line, &html! { (pair("内容", &title, 4)) (pair("全宗号", &year.settings.fonds, 4)) }))
        (row(Height::Line, &pair("数量", &format!("共 {n} 件：{}", sums.join("，")), 10)))
        (row(Height::Line, &pair("附", "归档文件目录（后附各页）", 10)))
        (row(Height::Sign, &html! { (pair("移交人", "", 4)) (pair("接收人", "", 4)) }))
        (row(Height::Sign, &html! { (pair("移交单位盖章", "", 4)) (pair("接收单位盖章", "", 4)) }))
        (row(Height::Sign, &html! { (pair("日期", "", 4)) (pair("日期", "", 4)) }))
    };
    let head = Leaf {
        org: of.org,
        title: "档案移交清单",
        line: (&title, of.printed),
        tail: &["一式两份，移交和接收单位各存一份。双方签字后，在“移交、借阅、销毁”里登记。"],
        place: (1, 1),
        void: None,
    };
    let (_, list, _) = catalogue((archive, year), cards, of);
    (
        "档案移交清单".into(),
        html! { (head.show(&rows, None)) (list) },
        "第一页 A4 竖放，后面的目录横放，边距已经排在纸里。".into(),
    )
}

fn destruction(archive: &Archive, (org, printed): (&str, &str), present: i16) -> Result<Paper> {
    let all = archive.expired(present)?;
    if all.is_empty() {
        return Err(Error::invalid("", "没有保管期限已满的件，不用打印销毁清册"));
    }
    let columns = [
        BookColumn::of("序号", 2, true),
        BookColumn::of("档号", 13, true),
        BookColumn::of("责任者", 10, false),
        BookColumn::of("题名", 30, false),
        BookColumn::of("日期", 5, true),
        BookColumn::of("保管期限", 3, true),
        BookColumn::of("期满", 5, false),
        BookColumn::of("页数", 3, true),
        BookColumn::of("鉴定意见", 8, false),
    ];
    let rows: Vec<Vec<String>> = (1..)
        .zip(&all)
        .map(|(n, (of, c)): (usize, &(i16, Card))| {
            vec![
                n.to_string(),
                c.place
                    .as_ref()
                    .map_or_else(String::new, |p| p.text.clone()),
                c.words.author.clone(),
                c.words.printed_title(),
                c.words.printed_date(),
                term_said(c.term).to_owned(),
                c.term
                    .and_then(|t| t.over_in(*of))
                    .map_or_else(String::new, |y| (y - 1).to_string()),
                c.words.pages.map_or_else(String::new, |n| n.to_string()),
                String::new(),
            ]
        })
        .collect();
    let listed = format!("共 {} 件，保管期限已满，拟鉴定销毁", all.len());
    let (list, _) = Book {
        org,
        title: "档案销毁清册",
        line: (&listed, printed),
        columns: &columns,
        rows: &rows,
        total: &format!("共 {} 件", all.len()),
    }
    .leaves();
    let sign = html! {
        tr.h5 { th.k colspan="2" scope="row" { "鉴定意见" } td colspan="10" {} }
        tr.h5 { th.k colspan="2" scope="row" { "批准意见" } td colspan="10" {} }
        (row(Height::Sign, &html! { (pair("监销人", "", 4)) (pair("监销人", "", 4)) }))
        (row(Height::Sign, &html! { (pair("销毁日期", "", 4)) (pair("销毁方式", "", 4)) }))
    };
    let head = Leaf {
        org,
        title: "档案销毁清册",
        line: (&listed, printed),
        tail: &["清册永久保存。销毁由两人以上监销，监销人在清册上签字（档案法实施条例）。"],
        place: (1, 1),
        void: None,
    };
    Ok((
        "档案销毁清册".into(),
        html! { (head.show(&sign, None)) (list) },
        "第一页 A4 竖放，后面的清册横放，边距已经排在纸里。".into(),
    ))
}

fn slip(org: &str, (year, card): (&Year, &Card)) -> Paper {
    let number = card.place.as_ref().map_or("", |p| p.text.as_str());
    let lent = year.lent_to(card.id);
    let of = |name: &str| lent.map_or("", |e| e.said(name));
    let pages = year.pages(card).map_or_else(String::new, |n| n.to_string());
    let rows = html! {
        (row(Height::Line, &pair("档号", number, 10)))
        (row(Height::Line, &pair("题名", &card.words.printed_title(), 10)))
        (row(Height::Line, &html! { (pair("页数", &pages, 4)) (pair("保管期限", term_said(card.term), 4)) }))
        (row(Height::Line, &pair("借阅人", of("to"), 10)))
        (row(Height::Line, &pair("用途", "", 10)))
        (row(Height::Sign, &html! { (pair("应还日期", of("due"), 4)) (pair("借阅人签字", "", 4)) }))
        (row(Height::Sign, &html! { (pair("归还日期", "", 4)) (pair("归还情况", "", 4)) }))
        (row(Height::Sign, &html! { (pair("档案员", "", 4)) (pair("批准人", "", 4)) }))
    };
    let leaf = Leaf {
        org,
        title: "档案借阅单",
        line: (number, ""),
        tail: &["一联随件，一联放在盒内原来的位置代件。"],
        place: (1, 1),
        void: None,
    };
    ("档案借阅单".into(), leaf.show(&rows, None), UPRIGHT.into())
}
