//! What the buttons of the tidy-up page do: reads the rows of the form into edits and hands them on. Not here: the
//! page (`tidy_page`), what an edit means (`work`).
//! Invariant: a row is changed only by what stood in the form beside the revision it was drawn from.

use super::card::{Card, Picture, State, Term};
use super::piece::{Part, matter};
use super::retention::Keep;
use super::tidy_page::{Sight, TICKED, draw};
use super::work::Edit;
use super::year::{Archive, Year};
use super::{TidyArchive, open};
use crate::engine::filed_store::Ended;
use crate::kit::{Error, FieldErrors, Id, Result};
use crate::web::{Cx, Reply};

/// POST `/archive/tidy`.
pub(super) fn posted(cx: &mut Cx<TidyArchive>) -> Result<Reply> {
    let sight = Sight::of(cx);
    let archive = open(cx);
    let year = archive.year(sight.year)?;
    match deed(cx, &archive, &year) {
        Ok(said) => {
            cx.tell(&said);
            Ok(Reply::To(sight.href(sight.page)))
        }
        Err(Error::Invalid(errors)) => {
            Ok(Reply::Wrong(draw(cx, (&archive, &year, &sight), &errors)?))
        }
        Err(e) => Err(e),
    }
}

fn deed(cx: &Cx<TidyArchive>, archive: &Archive, year: &Year) -> Result<String> {
    let stamp = cx.permit.stamp_on(year.year);
    let picked = ticked(cx);
    match cx.form("do") {
        "gather" => said(
            "收入了",
            archive.gather(year.year, Ended::Archived, &stamp)?,
            "件，期限是按期限表建议的，请过一遍",
        ),
        "gather_all" => said(
            "收入了",
            archive.gather(year.year, Ended::Any, &stamp)?,
            "件，期限是按期限表建议的，请过一遍",
        ),
        "undo" => said(
            "撤销了上一步，恢复了",
            archive.undo(year, &stamp)?,
            "张卡片",
        ),
        "join" => said(
            "合好了，并入",
            archive.join(year, &answers_first(year, picked), &stamp)?,
            "份",
        ),
        "split" => said(
            "拆开了，恢复了",
            archive.split(year, &picked, &stamp)?,
            "份",
        ),
        how => {
            let edits = rows(cx, year, (how, &picked))?;
            said("已保存，改了", archive.save(year, edits, &stamp)?, "张卡片")
        }
    }
}

fn said(what: &str, n: usize, of: &str) -> Result<String> {
    Ok(format!("{what} {n} {of}"))
}

fn ticked(cx: &Cx<TidyArchive>) -> Vec<Id> {
    let all = cx.form_all(TICKED).into_iter();
    all.filter_map(|id| id.parse().ok()).collect()
}

/// A piece bears the title of its answer (DA/T 22-2015, 5.1: 复文在前), else of what stands first.
fn answers_first(year: &Year, mut picked: Vec<Id>) -> Vec<Id> {
    picked.sort_by_key(|id| {
        let title = year.card(*id).map(|c| c.words.title.as_str());
        !matches!(title.and_then(matter), Some((_, Part::Answer)))
    });
    picked
}

/// The edits of all rows of the form.
fn rows(cx: &Cx<TidyArchive>, year: &Year, (how, picked): (&str, &[Id])) -> Result<Vec<Edit>> {
    let wants_ticks = matches!(how, "accept" | "leave" | "draft" | "set");
    if wants_ticks && picked.is_empty() {
        return Err(Error::invalid(
            "pick",
            "请先在前面的方格里勾选几张卡片，再按这个按钮",
        ));
    }
    let mut errors = FieldErrors::default();
    let mut edits = Vec::new();
    for (name, rev) in cx.input.pairs() {
        let Some(id) = name.strip_prefix("r.").and_then(|id| id.parse::<Id>().ok()) else {
            continue;
        };
        let Some(card) = year.card(id) else { continue };
        let mut seen = card.clone();
        seen.rev = rev.parse().unwrap_or(0);
        let mut picture = read(cx, card, &mut errors);
        press(cx, (how, picked.contains(&id)), card, &mut picture);
        if picture.state == State::Sorted && card.place.is_none() && picture.office.is_empty() {
            // gathered before the codes were set
            let of = year.drawers.iter().find(|d| d.shelf == id.shelf());
            let code = of.map_or("", |d| year.settings.code(d.dept));
            code.clone_into(&mut picture.office);
        }
        if picture != card.picture() {
            edits.push((seen, picture));
        }
    }
    errors.check(edits)
}

/// What stands in a row's boxes.
fn read(cx: &Cx<TidyArchive>, card: &Card, errors: &mut FieldErrors) -> Picture {
    let mut picture = card.picture();
    let (term, office, pages) = (
        format!("t.{}", card.id),
        format!("o.{}", card.id),
        format!("p.{}", card.id),
    );
    if cx.input.has(&pages) {
        picture.words.pages = match pages_of(cx.form(&pages)) {
            Ok(pages) => pages,
            Err(why) => {
                errors.add(pages, format!("“{}”：{why}", card.words.title));
                card.words.pages
            }
        };
    }
    if cx.input.has(&office) {
        cx.form(&office).trim().clone_into(&mut picture.office);
    }
    if let Some(keep) = Keep::read(cx.form(&term)) {
        let before = (picture.state == State::LeftOut, picture.term);
        let decided = match keep {
            Keep::Not => (true, card.term),
            Keep::For(term) => (false, Some(term)),
        };
        if before != decided {
            decide(&mut picture, keep);
        }
    }
    picture
}

/// A term chosen by hand is a decision.
fn decide(picture: &mut Picture, keep: Keep) {
    match keep {
        Keep::Not => picture.state = State::LeftOut,
        Keep::For(term) => (picture.state, picture.term) = (State::Sorted, Some(term)),
    }
}

/// A number of pages as it is typed; empty is not counted yet.
pub(super) fn pages_of(text: &str) -> Result<Option<u32>, &'static str> {
    let text = crate::kit::text::fold(text.trim());
    match text.parse() {
        _ if text.is_empty() => Ok(None),
        Ok(n @ 1..=99_999) => Ok(Some(n)),
        _ => Err("页数请写数字，例如 12；没数过就空着"),
    }
}

/// What the pressed button adds to a row.
fn press(cx: &Cx<TidyArchive>, (how, ticked): (&str, bool), card: &Card, picture: &mut Picture) {
    match how {
        "accept" if ticked && picture.state == State::Draft => picture.state = State::Sorted,
        "accept_all" if card.state == State::Draft && picture.state == State::Draft => {
            picture.state = State::Sorted;
        }
        "leave" if ticked => picture.state = State::LeftOut,
        "draft" if ticked && card.place.is_none() => picture.state = State::Draft,
        "set" if ticked => {
            if let Some(term) = Term::read(cx.form("all.term")) {
                decide(picture, Keep::For(term));
            }
            let office = cx.form("all.office").trim();
            if !office.is_empty() {
                office.clone_into(&mut picture.office);
            }
        }
        _ => {}
    }
}
