//! Taking back what was noted by mistake: a handing-over or a destruction that did not happen. Nothing is removed; a reason is
//! written beside it. Not here: giving a lent piece back, which is no mistake (`later_page`).
//! Invariant: all that one press of a button noted is taken back together, once.

use super::card_store::Event;
use super::year::{Archive, stands};
use super::{LATER_AT, NoteArchive};
use crate::kit::{Error, FieldErrors, Id, Result};
use crate::store::Stamp;
use crate::ui::form;
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Markup, html};
use crate::web::Cx;
use serde_json::json;
use std::collections::BTreeMap;

/// Of how many presses the page tells.
const MOST: usize = 20;

/// What can be taken back, in a word.
#[must_use]
pub fn word(what: &str) -> &'static str {
    match what {
        "handed" => "移交",
        _ => "销毁",
    }
}

/// One press of a button that stands.
struct Noted {
    event: Event,
    cards: Vec<Id>,
}

impl Archive {
    fn noted(&self) -> Result<BTreeMap<String, Noted>> {
        let depts = self.directory.all_depts().iter();
        let own = depts.filter(|d| d.organ == self.keeper.organ);
        let later = self.later(own.map(|d| d.id))?;
        let mut all: BTreeMap<String, Noted> = BTreeMap::new();
        for (card, events) in &later {
            for event in events {
                let kind = matches!(event.what.as_str(), "handed" | "destroyed");
                if kind && stands(events, event) {
                    let new = || Noted {
                        event: event.clone(),
                        cards: Vec::new(),
                    };
                    let noted = all.entry(event.batch.clone()).or_insert_with(new);
                    noted.cards.push(*card);
                }
            }
        }
        Ok(all)
    }

    /// Takes back what one press noted, with a reason; says of how many pieces.
    ///
    /// # Errors
    /// Conflict where it was taken back already.
    pub fn take_back(&self, (batch, reason): (&str, &str), stamp: &Stamp) -> Result<usize> {
        if reason.is_empty() {
            return Err(Error::invalid(
                "reason",
                "请写明为什么撤销，例如 年度选错了，这一年还没有移交",
            ));
        }
        let gone = || Error::Conflict("这一次登记已经撤销过了。请刷新看一看".to_owned());
        let noted = self.noted()?.remove(batch).ok_or_else(gone)?;
        let data = json!({"batch": batch, "what": noted.event.what, "reason": reason});
        self.note_later(&noted.cards, "undone", &data, stamp)?;
        Ok(noted.cards.len())
    }
}

/// What stands and could be a mistake, the newest first.
pub(super) fn list(
    cx: &Cx<NoteArchive>,
    archive: &Archive,
    errors: &FieldErrors,
) -> Result<Markup> {
    let mut all: Vec<Noted> = archive.noted()?.into_values().collect();
    if all.is_empty() {
        return Ok(
            html! { p { "登记过移交或销毁以后，登记错了的在这里撤销。借出登记错了，按“已归还入库”并写明原因。" } },
        );
    }
    all.sort_by_key(|noted| std::cmp::Reverse(noted.event.at));
    let columns = [
        Column::new("登记了什么").phone(Phone::Title),
        Column::new("件").num(),
        Column::new("谁、什么时候"),
        Column::new("撤销"),
    ];
    let mut rows = Vec::new();
    for noted in all.iter().take(MOST) {
        let event = &noted.event;
        let typed = match cx.form("batch") == event.batch && !errors.is_empty() {
            true => cx.form("reason"),
            false => "",
        };
        rows.push(Row::new(vec![
            html! { (word(&event.what)) " " (event.said("to")) (event.said("approved")) " " (event.said("note")) },
            html! { (noted.cards.len()) },
            html! { (event.name) " " (cx.zone().long_time(event.at)) },
            html! {
                form.inl method="post" action=(LATER_AT) {
                    (form::token(cx.csrf()))
                    (form::hidden(form::OP, &cx.new_op()?))
                    (form::hidden("batch", &event.batch))
                    input type="text" name="reason" value=(typed) placeholder="为什么撤销" aria-label="为什么撤销";
                    button.btn.small type="submit" name="do" value="undo" { "撤销这次登记" }
                }
            },
        ]));
    }
    Ok(html! {
        p.hint { "只在登记错了的时候用：没有真的移交或销毁。原来的登记不会删掉，撤销和原因写在它后面。" }
        (ledger("可以撤销的登记", &columns, &rows, ""))
    })
}
