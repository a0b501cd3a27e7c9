//! One card: what it says, its parts, what became of it; and making one by hand for a document on paper only.
//! Not here: the table of the year (`tidy_page`), lending and handing over (`later_page`).

use super::card::{Card, Picture, State, Term, Words};
use super::card_store::{Event, find_card, find_organ, list_events};
use super::list_page::may_see;
use super::piece::Part;
use super::tidy_deeds::pages_of;
use super::year::{Archive, Year};
use super::{
    AT, LATER_AT, NEW_AT, PRINT_AT, SeeArchive, TIDY_AT, TidyArchive, asked_year, borrow, open,
};
use crate::access::Action;
use crate::kit::{DeptId, Error, FieldErrors, Id, Result, parse_day, text};
use crate::org::Role;
use crate::ui::form::{self, Choice, Ticked};
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::{facts, section};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};

/// What the boxes hold: name and text.
type Boxes = Vec<(&'static str, String)>;

const BOXES: [&str; 11] = [
    "title",
    "own_title",
    "author",
    "doc_no",
    "date",
    "pages",
    "note",
    "part",
    "order",
    "term",
    "office",
];

fn boxes_of(picture: &Picture) -> Boxes {
    let Words {
        title,
        author,
        doc_no,
        note,
        ..
    } = &picture.words;
    let words = &picture.words;
    let own = if words.own_title { "1" } else { "" };
    let texts = [
        title.clone(),
        own.to_owned(),
        author.clone(),
        doc_no.clone(),
        words.date.map_or_else(String::new, |d| d.to_string()),
        words.pages.map_or_else(String::new, |n| n.to_string()),
        note.clone(),
        words.part.label().to_owned(),
        words.order.to_string(),
        picture.term.map_or("", Term::label).to_owned(),
        picture.office.clone(),
    ];
    BOXES.into_iter().zip(texts).collect()
}

fn boxes_sent<A: Action>(cx: &Cx<A>) -> Boxes {
    BOXES.map(|name| (name, cx.form(name).to_owned())).into()
}

/// Reads the boxes over what the card is.
fn read<A: Action>(cx: &Cx<A>, before: &Picture) -> Result<Picture> {
    let mut errors = FieldErrors::default();
    let mut picture = before.clone();
    let line = |name: &str| text::one_line(cx.form(name));
    let words = &mut picture.words;
    words.title = line("title")
        .trim_matches(['［', '］', '[', ']'])
        .to_owned();
    if words.title.is_empty() {
        errors.add(
            "title",
            "请写题名；文件没有题名的，自己拟一个，并勾选“自拟题名”",
        );
    }
    words.own_title = !cx.form("own_title").is_empty();
    (words.author, words.doc_no, words.note) = (line("author"), line("doc_no"), line("note"));
    words.part = Part::read(cx.form("part")).unwrap_or_default();
    words.order = cx.form("order").trim().parse().unwrap_or(0);
    words.date = match cx.form("date").trim() {
        "" => None,
        typed => parse_day(typed, cx.zone().day(cx.at))
            .map_err(|why| errors.add("date", why.to_string()))
            .ok(),
    };
    match pages_of(cx.form("pages")) {
        Ok(pages) => words.pages = pages,
        Err(why) => errors.add("pages", why),
    }
    if let Some(term) = Term::read(cx.form("term")) {
        picture.term = Some(term);
        if picture.state == State::Draft {
            picture.state = State::Sorted;
        }
    }
    cx.form("office").trim().clone_into(&mut picture.office);
    errors.check(picture)
}

/// The boxes, as a form.
fn fields(archive: &Archive, boxes: &Boxes, errors: &FieldErrors) -> Result<Markup> {
    let settings = archive.settings()?;
    let of = |name: &str| {
        let found = boxes.iter().find(|(n, _)| *n == name);
        found.map_or("", |(_, text)| text.as_str())
    };
    let plain =
        |labels: &[&str]| -> Vec<Choice> { labels.iter().map(|l| Choice::new(*l, *l)).collect() };
    let terms: Vec<&str> = std::iter::once("")
        .chain(Term::ALL.map(Term::label))
        .collect();
    let parts = Part::ALL.map(Part::label);
    let mut codes = vec![""];
    codes.extend(settings.codes());
    if !codes.contains(&of("office")) {
        codes.push(of("office"));
    }
    Ok(html! {
        (form::text("title", "题名").value(of("title")).need().check(errors))
        (form::tick("own_title", "自拟题名（目录上外加［］）", Ticked::from(!of("own_title").is_empty())))
        (form::text("author", "责任者").value(of("author")).hint("制发文件的机关或人，例如 墨川县应急管理局"))
        (form::text("doc_no", "文号").value(of("doc_no")))
        (form::date("date", "日期").value(of("date")).hint("文件的形成日期").check(errors))
        (form::number("pages", "页数").value(of("pages")).hint("有字的面数，空白面不算").check(errors))
        (form::select("term", "保管期限", plain(&terms)).value(of("term")))
        (form::select("office", "机构（问题）代码", plain(&codes)).value(of("office")))
        (form::select("part", "在一件里是", plain(&parts)).value(of("part")).hint("合为一件时按这个排：复文、正本、附件、被转发文、来文、定稿、复制件"))
        (form::number("order", "排在前面").value(of("order")).hint("同类里要排在前面的写 1、2、3；写 0 按日期排"))
        (form::text("note", "备注").value(of("note")))
    })
}

/// GET `/archive/card/{card}`.
pub(super) fn show(cx: &mut Cx<SeeArchive>) -> Result<Reply> {
    let (archive, year, card) = found(cx)?;
    if !may_see(cx.who(), (&archive, &year), &card)? {
        return Err(Error::NotFound);
    }
    let boxes = boxes_of(&card.picture());
    let page = draw(
        cx,
        (&archive, &year, &card),
        &boxes,
        &FieldErrors::default(),
    )?;
    Ok(Reply::Page(page))
}

pub(super) fn found<A: Action>(cx: &Cx<A>) -> Result<(Archive, Year, Card)> {
    let id: Id = cx.path("card")?;
    let archive = open(cx);
    let (_, of) = archive.place_of(id.shelf())?.ok_or(Error::NotFound)?;
    let year = archive.year(of)?;
    let seen = year
        .drawers
        .iter()
        .any(|d| d.shelf == id.shelf() && d.is_read());
    if !seen {
        return Err(Error::NotFound);
    }
    let read = archive.store.shelf(id.shelf())?;
    if find_organ(&read, id)? != archive.keeper.organ {
        return Err(Error::NotFound);
    }
    let card = find_card(&read, id)?;
    Ok((archive, year, card))
}

/// POST `/archive/card/{card}`.
pub(super) fn save(cx: &mut Cx<TidyArchive>) -> Result<Reply> {
    let (archive, year, card) = found(cx)?;
    let mut seen = card.clone();
    seen.rev = cx.form("rev").parse().unwrap_or(0);
    let stamp = cx.permit.stamp_on(card.id);
    let saved = read(cx, &card.picture())
        .and_then(|picture| archive.save(&year, vec![(seen, picture)], &stamp));
    match saved {
        Ok(n) => {
            cx.tell(if n > 0 {
                "卡片已保存"
            } else {
                "没有改动"
            });
            Ok(Reply::To(format!("{AT}/card/{}", card.id)))
        }
        Err(Error::Invalid(errors)) => {
            let boxes = boxes_sent(cx);
            Ok(Reply::Wrong(draw(
                cx,
                (&archive, &year, &card),
                &boxes,
                &errors,
            )?))
        }
        Err(e) => Err(e),
    }
}

fn draw<A: Action>(
    cx: &Cx<A>,
    (archive, year, card): (&Archive, &Year, &Card),
    boxes: &Boxes,
    errors: &FieldErrors,
) -> Result<Markup> {
    let number = card.place.as_ref().map_or("未编号", |p| p.text.as_str());
    let keeps = cx.who().has(Role::Archivist);
    let edits = keeps && year.is_open(card);
    let title = card.words.printed_title();
    let back = Link::new("档案目录", format!("{AT}?year={}", year.year));
    let content = html! {
        (crumbs(&back, &[], number))
        (heading(&title, number, &html! { (borrow::button(cx, (year, card))?) (acts(card, keeps)) }))
        (form::errors(errors))
        (facts("这一件", &standing(year, card)))
        @if edits {
            form method="post" action=(format!("{AT}/card/{}", card.id)) {
                (form::tokens(cx.csrf(), &cx.new_op()?))
                (form::hidden("rev", &card.rev.to_string()))
                (fields(archive, boxes, errors)?)
                p.acts { button.btn.key type="submit" { "保存" } }
            }
        }
        (section("h-log", "经过", &"", &history(cx, archive, (year, card))?))
    };
    Ok(cx.draw(&Page::new(&title).wrong(errors), &content))
}

fn acts(card: &Card, keeps: bool) -> Markup {
    html! {
        @if let Some(case) = card.case { (Link::new("看原件", format!("/case/{case}")).button()) }
        @if keeps && card.place.is_some() {
            (Link::new("归档章", format!("{PRINT_AT}/stamp?card={}", card.id)).button())
            (Link::new("借阅单", format!("{PRINT_AT}/slip?card={}", card.id)).button())
            (Link::new("借出、归还、备注", format!("{LATER_AT}?card={}", card.id)).button())
        }
    }
}

fn standing(year: &Year, card: &Card) -> Vec<(&'static str, String)> {
    let words = &card.words;
    let inside = year.inside(card);
    let parts: Vec<String> = inside
        .iter()
        .map(|c| format!("{}：{}", c.words.part.label(), c.words.title))
        .collect();
    let whole = card.joined.and_then(|id| year.card(id));
    let held = card
        .case
        .and_then(|c| year.held.get(&c))
        .copied()
        .unwrap_or_default();
    let missing = year.missing(card).join("、");
    let over = card.term.and_then(|t| t.over_in(year.year));
    let all = [
        ("状态", card.state.label().to_owned()),
        ("责任者", words.author.clone()),
        ("文号", words.doc_no.clone()),
        ("日期", words.printed_date()),
        ("保管期限", card.term.map_or("", Term::label).to_owned()),
        ("期限依据", words.why.clone()),
        (
            "期满",
            over.map_or_else(String::new, |y| format!("{y} 年 1 月 1 日起可以鉴定")),
        ),
        (
            "盒号",
            card.box_no.map_or_else(String::new, |n| n.to_string()),
        ),
        (
            "并入",
            whole.map_or_else(String::new, |c| c.words.title.clone()),
        ),
        (
            "件内顺序",
            if parts.len() > 1 {
                parts.join("；")
            } else {
                String::new()
            },
        ),
        (
            "随件",
            card.case.map_or_else(
                || "只有纸质".to_owned(),
                |_| format!("文件 {} 个，意见 {} 条", held.files, held.opinions),
            ),
        ),
        ("缺什么", missing),
        ("备注", words.note.clone()),
    ];
    all.into_iter()
        .filter(|(_, text)| !text.is_empty())
        .collect()
}

fn history<A: Action>(
    cx: &Cx<A>,
    archive: &Archive,
    (year, card): (&Year, &Card),
) -> Result<Markup> {
    let mut all: Vec<Event> = list_events(&archive.store.shelf(card.id.shelf())?, card.id)?;
    let later = year.later.get(&card.id).into_iter().flatten();
    for event in later {
        if !all.contains(event) {
            all.push(event.clone());
        }
    }
    all.sort_by_key(|e| e.at);
    Ok(html! {
        ul { @for e in &all {
            li { (cx.zone().long_time(e.at)) "　" (e.name) "　" (event_said(e)) }
        } }
    })
}

/// What was done, in words.
pub(super) fn event_said(event: &Event) -> String {
    let of = |name: &str| event.said(name);
    match event.what.as_str() {
        "made" => "做成卡片".to_owned(),
        "edited" => "改了卡片".to_owned(),
        "undone" if !of("reason").is_empty() => {
            let what = super::later_undo::word(of("what"));
            format!("撤销{what}的登记：{}", of("reason"))
        }
        "undone" => "撤销了上一步".to_owned(),
        "numbered" => format!("编号 {}", of("number")),
        "unnumbered" => format!("取消编号 {}", of("number")),
        "boxed" => format!(
            "装入第 {} 盒",
            event
                .data
                .get("box")
                .and_then(serde_json::Value::as_i64)
                .unwrap_or(0)
        ),
        "handed" => format!("移交 {} {}", of("to"), of("note")),
        "lent" => format!("借给 {}，{} 前归还 {}", of("to"), of("due"), of("note")),
        "returned" => format!("归还 {}", of("note")),
        "destroyed" => format!("销毁，批准：{}，监销：{}", of("approved"), of("watched")),
        _ => format!("备注：{}", of("note")),
    }
}

/// GET `/archive/new`.
pub(super) fn blank(cx: &mut Cx<TidyArchive>) -> Result<Reply> {
    let boxes = boxes_of(&nothing());
    Ok(Reply::Page(draw_new(cx, &boxes, &FieldErrors::default())?))
}

fn nothing() -> Picture {
    Picture {
        words: Words::default(),
        term: None,
        office: String::new(),
        state: State::Draft,
        joined: None,
    }
}

/// POST `/archive/new`.
pub(super) fn add(cx: &mut Cx<TidyArchive>) -> Result<Reply> {
    let archive = open(cx);
    let year = asked_year(cx);
    let dept: i64 = cx.form("dept").parse().unwrap_or(0);
    let mut of_organ = archive.directory.depts_of(archive.keeper.organ);
    let known = of_organ.any(|d| d.id.0 == dept);
    let read = match known {
        true => read(cx, &nothing()),
        false => Err(Error::invalid("dept", "请选这份文件是哪个部门的")),
    };
    let made = read.and_then(|mut picture| {
        if picture.office.is_empty() {
            let settings = archive.settings()?;
            settings.code(DeptId(dept)).clone_into(&mut picture.office);
        }
        archive.add((DeptId(dept), year), picture, &cx.permit.stamp_on("card"))
    });
    match made {
        Ok(_) => {
            cx.tell("卡片已加上，可以接着加下一张");
            Ok(Reply::To(format!("{NEW_AT}?year={year}")))
        }
        Err(Error::Invalid(errors)) => {
            let boxes = boxes_sent(cx);
            Ok(Reply::Wrong(draw_new(cx, &boxes, &errors)?))
        }
        Err(e) => Err(e),
    }
}

fn draw_new(cx: &Cx<TidyArchive>, boxes: &Boxes, errors: &FieldErrors) -> Result<Markup> {
    let archive = open(cx);
    let year = asked_year(cx);
    let depts = archive.directory.depts_of(archive.keeper.organ);
    let depts: Vec<Choice> = depts
        .map(|d| Choice::new(d.id.to_string(), &d.name))
        .collect();
    let chosen = match cx.form("dept") {
        "" => cx.who().dept.to_string(),
        dept => dept.to_owned(),
    };
    let back = Link::new("年度整理", format!("{TIDY_AT}?year={year}"));
    let content = html! {
        (crumbs(&back, &[], "加一张卡片"))
        (heading("加一张卡片", &format!("{year} 年，只有纸质、没有在平台上办过的文件"), &html! {}))
        (form::errors(errors))
        p.hint { "涉密文件不在这里登记，请走机要渠道。" }
        form method="post" action=(NEW_AT) {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            (form::hidden("year", &year.to_string()))
            (form::select("dept", "部门", depts).value(chosen).check(errors))
            (fields(&archive, boxes, errors)?)
            p.acts { button.btn.key type="submit" { "加上" } }
        }
    };
    Ok(cx.draw(&Page::new("加一张卡片").wrong(errors), &content))
}
