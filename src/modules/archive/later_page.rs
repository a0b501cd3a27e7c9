//! 移交、借阅、销毁: what becomes of pieces after their year. Each is written down on the department's standing shelf and
//! changes no card. Not here: the borrowing procedure with its approvals (a procedure), the lists on paper (`papers`).
//! Invariant: a destroyed piece keeps its card; two people besides the approval are named, and they are two.

use super::card::{Card, Term};
use super::card_store::{Event, find_card};
use super::later_undo;
use super::year::{Archive, Year};
use super::{AT, LATER_AT, NoteArchive, PRINT_AT, open};
use crate::kit::{Error, FieldErrors, Id, Result, parse_day, text};
use crate::store::Standing;
use crate::ui::form;
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::section;
use crate::ui::table::{Column, PICK, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};
use serde_json::json;

impl Archive {
    /// Numbered pieces whose term is over in this year and that are neither destroyed nor handed over, with the year
    /// they are of.
    pub fn expired(&self, present: i16) -> Result<Vec<(i16, Card)>> {
        let mut all = Vec::new();
        for of in self.years()? {
            if Term::D10.over_in(of).is_none_or(|over| over > present) {
                continue;
            }
            let year = self.year(of)?;
            let over = |c: &&&Card| {
                let end = c.term.and_then(|t| t.over_in(of));
                end.is_some_and(|end| end <= present)
                    && !year.was(c.id, "destroyed")
                    && !year.was(c.id, "handed")
            };
            let found = year.numbered();
            all.extend(found.iter().filter(over).map(|c| (of, (*c).clone())));
        }
        Ok(all)
    }

    /// Pieces that are lent now, with the lending.
    pub fn lent(&self) -> Result<Vec<(Card, Event)>> {
        let depts: Vec<_> = self
            .directory
            .all_depts()
            .iter()
            .filter(|d| d.organ == self.keeper.organ)
            .map(|d| d.id)
            .collect();
        let mut all = Vec::new();
        for (id, events) in self.later(depts.into_iter())? {
            let mut last = events.iter().rev();
            let last = last.find(|e| e.what == "lent" || e.what == "returned");
            let Some(lent) = last.filter(|e| e.what == "lent") else {
                continue;
            };
            if matches!(self.store.standing(id.shelf()), Standing::Away(_)) {
                continue;
            }
            if let Some(card) = self.seen(id)? {
                all.push((card, lent.clone()));
            }
        }
        all.sort_by(|a, b| due(&a.1).cmp(due(&b.1)));
        Ok(all)
    }

    /// A card by its id, where it is this archive's and not kept from this reader.
    pub fn seen(&self, id: Id) -> Result<Option<Card>> {
        let Some((_, of)) = self.place_of(id.shelf())? else {
            return Ok(None);
        };
        let drawers = self.drawers(of)?;
        match drawers.iter().any(|d| d.shelf == id.shelf() && d.is_read()) {
            true => Ok(Some(find_card(&self.store.shelf(id.shelf())?, id)?)),
            false => Ok(None),
        }
    }
}

fn due(lent: &Event) -> &str {
    lent.said("due")
}

/// GET `/archive/later`.
pub(super) fn show(cx: &mut Cx<NoteArchive>) -> Result<Reply> {
    Ok(Reply::Page(draw(cx, &FieldErrors::default())?))
}

/// POST `/archive/later`.
pub(super) fn posted(cx: &mut Cx<NoteArchive>) -> Result<Reply> {
    match deed(cx) {
        Ok(said) => {
            cx.tell(&said);
            Ok(Reply::To(LATER_AT.into()))
        }
        Err(Error::Invalid(errors)) => Ok(Reply::Wrong(draw(cx, &errors)?)),
        Err(e) => Err(e),
    }
}

fn deed(cx: &Cx<NoteArchive>) -> Result<String> {
    let archive = open(cx);
    let stamp = cx.permit.stamp_on("later");
    let line = |name: &str| text::one_line(cx.form(name));
    match cx.form("do") {
        "hand" => hand_over(cx, &archive),
        "destroy" => destroy(cx, &archive),
        "undo" => {
            let (batch, reason) = (cx.form("batch"), line("reason"));
            let n = archive.take_back((batch, &reason), &stamp)?;
            Ok(format!(
                "已撤销 {n} 件的登记，原来的登记和撤销的原因都留在卡片的“经过”里"
            ))
        }
        what => {
            let id: Id = cx.form("card").parse().map_err(|_| Error::NotFound)?;
            let card = archive.seen(id)?.ok_or(Error::NotFound)?;
            let now_lent = archive.lent()?.into_iter().any(|(c, _)| c.id == id);
            match what {
                "lend" => lend(cx, &archive, (&card, now_lent)),
                "return" if now_lent => {
                    archive.note_later(
                        &[id],
                        "returned",
                        &json!({"note": line("note")}),
                        &stamp,
                    )?;
                    Ok(format!("“{}”已归还入库", card.words.title))
                }
                "return" => Err(Error::Conflict(
                    "这一件没有借出的记录，可能别人刚登记了归还".into(),
                )),
                _ if line("note").is_empty() => Err(Error::invalid("note", "请写要记下的话")),
                _ => {
                    archive.note_later(&[id], "noted", &json!({"note": line("note")}), &stamp)?;
                    Ok("备注已记下".into())
                }
            }
        }
    }
}

fn lend(
    cx: &Cx<NoteArchive>,
    archive: &Archive,
    (card, now_lent): (&Card, bool),
) -> Result<String> {
    let mut errors = FieldErrors::default();
    let to = text::one_line(cx.form("to"));
    if to.is_empty() {
        errors.add("to", "请写借给谁，例如 应急办 雷有备");
    }
    let today = cx.zone().day(cx.at);
    let due = match parse_day(cx.form("due").trim(), today) {
        Ok(day) if day >= today => Some(day),
        _ => {
            errors.add("due", "请写归还日期，今天或以后，例如 2026-04-10");
            None
        }
    };
    if now_lent {
        errors.add("card", "这一件已经借出，归还以后才能再借");
    }
    let due = errors.check(due)?;
    let data = json!({"to": to, "due": due, "note": text::one_line(cx.form("note"))});
    archive.note_later(&[card.id], "lent", &data, &cx.permit.stamp_on(card.id))?;
    Ok(format!("“{}”已登记借给{to}", card.words.title))
}

fn hand_over(cx: &Cx<NoteArchive>, archive: &Archive) -> Result<String> {
    let of: i16 = cx.form("of").trim().parse().unwrap_or(0);
    let to = text::one_line(cx.form("to"));
    let year = archive.year(of)?;
    let cards: Vec<Id> = year
        .numbered()
        .iter()
        .filter(|c| !year.was(c.id, "handed") && !year.was(c.id, "destroyed"))
        .map(|c| c.id)
        .collect();
    if to.is_empty() {
        return Err(Error::invalid("handed_to", "请写移交给哪个档案馆"));
    }
    if cards.is_empty() {
        return Err(Error::invalid(
            "of",
            "这一年没有可以移交的件：要先编号，移交过的不再移交",
        ));
    }
    let data = json!({"to": to, "note": text::one_line(cx.form("note"))});
    archive.note_later(&cards, "handed", &data, &cx.permit.stamp_on(of))?;
    Ok(format!("{of} 年的 {} 件已登记移交给{to}", cards.len()))
}

fn destroy(cx: &Cx<NoteArchive>, archive: &Archive) -> Result<String> {
    let mut errors = FieldErrors::default();
    let line = |name: &str| text::one_line(cx.form(name));
    let expired = archive.expired(cx.zone().year(cx.at))?;
    let picked: Vec<Id> = cx
        .form_all(PICK)
        .into_iter()
        .filter_map(|id| id.parse().ok())
        .collect();
    let cards: Vec<Id> = expired
        .iter()
        .map(|(_, c)| c.id)
        .filter(|id| picked.contains(id))
        .collect();
    if cards.is_empty() {
        errors.add("pick", "请先勾选经鉴定可以销毁的件");
    }
    let (approved, first, second) = (line("approved"), line("first"), line("second"));
    if approved.is_empty() {
        errors.add(
            "approved",
            "请写谁在哪一天批准销毁，例如 镇长江若川 2026-03-01 批准",
        );
    }
    if first.is_empty() || second.is_empty() || first == second {
        errors.add("first", "监销人要两个人，写两个不同的名字");
    }
    errors.check(())?;
    let data = json!({"approved": approved, "watched": format!("{first}、{second}")});
    archive.note_later(&cards, "destroyed", &data, &cx.permit.stamp_on("destroy"))?;
    Ok(format!("{} 件已登记销毁，卡片和目录保留", cards.len()))
}

fn draw(cx: &Cx<NoteArchive>, errors: &FieldErrors) -> Result<Markup> {
    let archive = open(cx);
    let id: Option<Id> = [cx.query("card"), cx.form("card")]
        .iter()
        .find_map(|t| t.parse().ok());
    let card = match id {
        Some(id) => archive.seen(id)?,
        None => None,
    };
    let content = html! {
        (crumbs(&Link::new("档案", AT), &[], "移交、借阅、销毁"))
        (heading("移交、借阅、销毁", "", &html! {}))
        (form::errors(errors))
        @if let Some(card) = &card { (one(cx, &archive, card, errors)?) }
        (section("h-lent", "借出的", &"", &lent(cx, &archive)?))
        (section("h-hand", "移交进馆", &"", &hand(cx, &archive, errors)?))
        (section("h-over", "到期鉴定、销毁", &"", &over(cx, &archive, errors)?))
        (section("h-undo", "登记错了", &"", &later_undo::list(cx, &archive, errors)?))
    };
    Ok(cx.draw(&Page::new("移交、借阅、销毁").wrong(errors), &content))
}

fn one(
    cx: &Cx<NoteArchive>,
    archive: &Archive,
    card: &Card,
    errors: &FieldErrors,
) -> Result<Markup> {
    let number = card.place.as_ref().map_or("未编号", |p| &p.text);
    let is_lent = archive.lent()?.iter().any(|(c, _)| c.id == card.id);
    Ok(section(
        "h-one",
        &card.words.printed_title(),
        &number,
        &html! {
            form method="post" action=(LATER_AT) {
                (form::tokens(cx.csrf(), &cx.new_op()?))
                (form::hidden("card", &card.id.to_string()))
                @if !is_lent {
                    (form::text("to", "借给谁").value(cx.form("to")).hint("单位或部门、姓名；先走“档案借阅”事项批准").check(errors))
                    (form::date("due", "归还日期").value(cx.form("due")).check(errors))
                }
                (form::text("note", "备注").value(cx.form("note")).hint("例如借阅事项的编号、归还时有无缺损").check(errors))
                p.acts {
                    @if is_lent { button.btn.key type="submit" name="do" value="return" { "已归还入库" } }
                    @else { button.btn.key type="submit" name="do" value="lend" { "登记借出" } }
                    button.btn type="submit" name="do" value="note" { "只记备注" }
                }
            }
        },
    ))
}

fn lent(cx: &Cx<NoteArchive>, archive: &Archive) -> Result<Markup> {
    let today = cx.zone().day(cx.at).to_string();
    let all = archive.lent()?;
    if all.is_empty() {
        return Ok(html! { p { "没有借出的档案。要登记借出，从档案目录打开那一件。" } });
    }
    let rows: Vec<Row> = all.iter().map(|(card, lent)| {
        let late = due(lent) < today.as_str();
        Row::new(vec![
            html! { a href=(format!("{LATER_AT}?card={}", card.id)) { (card.words.printed_title()) } },
            html! { (card.place.as_ref().map_or("", |p| &p.text)) },
            html! { (lent.said("to")) },
            html! { (due(lent)) @if late { b { " 过期未还" } } },
        ])
    }).collect();
    let columns = [
        Column::new("题名").phone(Phone::Title),
        Column::new("档号").short(),
        Column::new("借给"),
        Column::new("应还"),
    ];
    Ok(ledger("借出的档案", &columns, &rows, ""))
}

fn hand(cx: &Cx<NoteArchive>, archive: &Archive, errors: &FieldErrors) -> Result<Markup> {
    let home = archive.settings()?.home;
    let to = if cx.input.has("to") && cx.form("do") == "hand" {
        cx.form("to").to_owned()
    } else {
        home
    };
    Ok(html! {
        p.hint { "满 10 年的档案向县档案馆移交（档案法实施条例第二十条）。先打印移交清单，双方签字后在这里登记；登记后档号和卡片不再改动。" }
        form method="post" action=(LATER_AT) {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            (form::number("of", "哪一年的").value(cx.form("of")).check(errors))
            (form::text("to", "移交给").value(to))
            (form::text("note", "移交清单编号、日期").value(if cx.form("do") == "hand" { cx.form("note") } else { "" }))
            p.acts { button.btn type="submit" name="do" value="hand" { "登记移交" } }
        }
    })
}

fn over(cx: &Cx<NoteArchive>, archive: &Archive, errors: &FieldErrors) -> Result<Markup> {
    let all = archive.expired(cx.zone().year(cx.at))?;
    if all.is_empty() {
        return Ok(html! { p { "没有保管期限已满的件。" } });
    }
    let columns = [
        Column::new("题名").phone(Phone::Title),
        Column::new("档号").short(),
        Column::new("年度").short(),
        Column::new("期限").short(),
    ];
    let rows: Vec<Row> = all
        .iter()
        .map(|(of, card)| Row {
            cells: vec![
                html! { (card.words.printed_title()) },
                html! { (card.place.as_ref().map_or("", |p| &p.text)) },
                html! { (of) },
                html! { (card.term.map_or("", Term::label)) },
            ],
            pick: Some((card.id.to_string(), format!("勾选 {}", card.words.title))),
        })
        .collect();
    Ok(html! {
        p.hint { "期满只是可以鉴定，不等于要销毁。打印销毁清册，经领导批准、两人监销以后，勾选登记；卡片和目录永远保留，电子件也不会自动删除。" }
        p.acts { (Link::new("打印销毁清册", format!("{PRINT_AT}/destroy")).button()) }
        form method="post" action=(LATER_AT) {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            (ledger("保管期限已满的件", &columns, &rows, ""))
            (form::text("approved", "批准人和日期").value(cx.form("approved")).check(errors))
            (form::text("first", "监销人一").value(cx.form("first")).check(errors))
            (form::text("second", "监销人二").value(cx.form("second")))
            p.acts { button.btn type="submit" name="do" value="destroy" { "登记销毁" } }
        }
    })
}

/// Cards of a year that a transfer list names.
#[must_use]
pub(super) fn to_hand_over(year: &Year) -> Vec<&Card> {
    let mut all = year.numbered();
    all.retain(|c| !year.was(c.id, "destroyed"));
    all
}
