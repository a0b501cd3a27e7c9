//! What was said on a case and who has read it, as the page and the print show it.
//! Not here: the sheet they stand in.

use super::sheet::Said;
use super::written;
use crate::engine::by_hand;
use crate::engine::case::Opinion;
use crate::engine::paper_mend::is_mended;
use crate::engine::reading::{Reader, Reads};
use crate::engine::stored::Signature;
use crate::engine::view::CaseView;
use crate::kit::{Day, Zone};
use crate::ui::hand::Ink;
use crate::ui::ink::inks;

/// Opinions as they are printed.
pub fn said(view: &CaseView, zone: Zone) -> Vec<Said> {
    said_at(view, zone).into_iter().map(|(_, s)| s).collect()
}

/// The same with the place of each among the opinions; mistyped words are told beside those that mend them.
pub fn said_at(view: &CaseView, zone: Zone) -> Vec<(usize, Said)> {
    let all = view.case.state.opinions.iter().zip(&view.case.said);
    let stands = all
        .enumerate()
        .filter(|(_, (o, _))| !is_mended(&view.case, o));
    let state = &view.case.state;
    let signers = state.opinions.iter().zip(&view.case.said);
    let signers = signers.filter(|(o, _)| state.signed_beside(o).is_some());
    let departments: Vec<&str> = signers.map(|(_, by)| by.dept_name.as_str()).collect();
    let inks = inks(&departments);
    let ink = |by: &Signature| {
        let mut all = departments.iter().zip(&inks);
        all.find(|(d, _)| **d == by.dept_name).map(|(_, ink)| *ink)
    };
    let one = |(o, by): (&Opinion, &Signature)| {
        let entry = view.paper_at(o.at, o.person);
        let day = entry.and_then(|p| p.said_on);
        let beside = state.signed_beside(o);
        let whose = beside.map(|t| format!("（{}　{}）", by.dept_name, t.verb));
        let written = entry.map_or_else(Vec::new, |p| written::notes(view, p, zone));
        Said {
            into: o.into.clone(),
            words: match o.text.as_str() {
                // the hand speaks for itself
                by_hand::SAID if !o.hand.is_empty() => String::new(),
                words => words.to_owned(),
            },
            who: signed(by),
            when: day.map_or_else(|| zone.short_time(o.at, view.now()), Day::short),
            notes: whose.into_iter().chain(written).collect(),
            photo: entry.and_then(|p| written::shot(view, p)),
            hand: by_hand::strokes(&o.hand)
                .ok()
                .filter(|all| !all.is_empty())
                .map(Ink),
            ink: beside.and_then(|_| ink(by)),
        }
    };
    stands.map(|(i, said)| (i, one(said))).collect()
}

/// 宋小笺, or 宋小笺代苏简.
pub fn signed(by: &Signature) -> String {
    match &by.acting_for {
        Some((_, name)) => format!("{}代{name}", by.name),
        None => by.name.clone(),
    }
}

/// Readers and how far they are.
pub fn readers(view: &CaseView, zone: Zone) -> Vec<(String, String)> {
    let how = |r: &Reader<'_>| match (r.reads, r.task.done_at, r.task.seen_at) {
        (Reads::Unread, ..) => "未阅".to_owned(),
        (_, Some(at), _) => {
            written::read_on(view, r.task).unwrap_or_else(|| zone.short_time(at, view.now()))
        }
        (_, None, Some(_)) => "已打开，未阅".to_owned(),
        (_, None, None) => "未打开".to_owned(),
    };
    let all = view.readers();
    all.iter().map(|r| (r.name.to_owned(), how(r))).collect()
}
