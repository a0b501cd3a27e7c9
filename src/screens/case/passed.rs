//! 经过: what was done on a case, by whom, with which words, from the first act on, as one list for the page
//! and for 台账. What was mended is shown with the old value struck out.

use super::said::signed;
use super::written;
use crate::engine::definition::MoveId;
use crate::engine::import::import_store::Origin;
use crate::engine::mask;
use crate::engine::plan::Corrected;
use crate::engine::stored::Acted;
use crate::engine::view::CaseView;
use crate::kit::Zone;
use crate::ui::trail::{Stand, Step, trail};
use crate::ui::{Markup, html, list};

/// One act in words.
struct Line<'a> {
    when: String,
    act: &'a Acted,
    /// 苏简代纪文澜
    who: String,
    did: String,
    words: Option<String>,
    more: Markup,
}

/// The section of the page.
pub fn passed(view: &CaseView, zone: Zone) -> Markup {
    // Registering and sending on is one deed of one hand; where both are shown, the sending says it.
    let all: Vec<&Acted> = view.acts().collect();
    let sent_on = |a: &&Acted| {
        let mut others = all.iter().filter(|b| b.n != a.n);
        a.n == 1 && others.any(|b| b.at == a.at && b.by.person == a.by.person)
    };
    let lines: Vec<Line<'_>> = all
        .iter()
        .copied()
        .filter(|a| !sent_on(a))
        .map(|act| Line {
            when: zone.short_time(act.at, view.now()),
            act,
            who: signed(&act.by),
            did: did(act),
            words: words_of(view, act),
            more: html! { (mended(view, act)) @for note in written::notes_of(view, act, zone) { span.aside { (note) } } },
        })
        .collect();
    let steps: Vec<Step<'_>> = lines
        .iter()
        .map(|line| Step {
            stand: Stand::Done,
            when: &line.when,
            who: &line.who,
            post: &line.act.by.post_name,
            did: &line.did,
            words: line.words.as_deref(),
            more: Some(&line.more),
        })
        .collect();
    list::section("h-passed", "经过", &"", &trail(&steps))
}

/// What was done, in words: the button's, to whom it went, the reason.
pub fn did(act: &Acted) -> String {
    use MoveId::{EndCirculation, Recall, Urge};
    let about = matches!(act.mv, Urge | Recall | EndCirculation);
    let to = match act.detail.to.as_slice() {
        [] => String::new(),
        whom if about => format!("：{}", whom.join("、")),
        to => format!("，到{}", to.join("、")),
    };
    let note = match act.detail.note.as_str() {
        "" => String::new(),
        note => format!("（{note}）"),
    };
    format!(" {}{to}{note}", act.detail.label)
}

/// The words written in an act: the opinion of the same hand at the same instant.
pub fn words_of(view: &CaseView, act: &Acted) -> Option<String> {
    let mut all = view.case.state.opinions.iter().rev();
    let shown = |into: &str| view.procedure.field(into).is_none_or(|f| view.shows(f));
    all.find(|o| o.at == act.at && o.person == act.by.person && shown(&o.into))
        .map(|o| o.text.clone())
}

/// Fields an act mended: the old value struck out, the new one after it.
pub fn mended(view: &CaseView, act: &Acted) -> Markup {
    let said = |c: &Corrected, value: &str| {
        let field = view.procedure.field(&c.field);
        match field.filter(|f| f.masked) {
            _ if value.is_empty() => "空".to_owned(),
            Some(f) => mask::covered(&f.kind, value),
            None => value.to_owned(),
        }
    };
    html! {
        @for c in &act.detail.corrected {
            p {
                (c.label) "：" del { (said(c, &c.old)) }
                " 改为 " b { (said(c, &c.new)) }
            }
        }
    }
}

/// What the old register said, word for word, of what has no place on the sheet.
pub fn from_old_book(origin: &Origin) -> Markup {
    let rows: Vec<(&str, &str)> = origin
        .extra
        .iter()
        .map(|(label, said)| (label.as_str(), said.as_str()))
        .collect();
    let where_ = format!("{} 第 {} 行", origin.file, origin.line);
    list::section(
        "old",
        "旧登记簿",
        &"",
        &html! {
            p.hint { "导入自 " (where_) }
            @if !rows.is_empty() { (list::facts("旧登记簿上别的栏", &rows)) }
        },
    )
}
