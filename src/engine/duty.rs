//! What is to be done to the official document at a step before it can be left: checked, signed, sealed, issued, and
//! signed again where its text was changed since (条例 §25(一)). Not here: doing it (the modules), deeds (`deed`).
//! Invariant: page and server ask [`unmet`]; [`settle`] asks once more of the form as the plan leaves it.

use super::case::{CaseState, Values};
use super::deed::{What, stands};
use super::definition::{Document, MoveId, Procedure, Step, Work, text_of};
use super::facts::Facts;
use super::official::{self, Source};
use super::plan::{Change, DeedOf, Draft};
use crate::kit::{Digest, Error, Principal, Result};
use crate::layout::check::{Severity, Spot, Subject, check};
use crate::layout::page::Element;
use serde_json::json;

/// SM3 of the document's text as it stands in a form; none where the procedure makes no document.
#[must_use]
pub fn text(procedure: &Procedure, values: &Values) -> Option<Digest> {
    procedure
        .document
        .as_ref()
        .map(|_| official::digest(procedure, values))
}

/// Whether a move carries the case past its step.
const fn goes_on(mv: MoveId) -> bool {
    matches!(
        mv,
        MoveId::Submit | MoveId::HandOut | MoveId::Close | MoveId::Archive | MoveId::LeaveOut
    )
}

/// Why the step cannot be left yet, and what to do; asked of what stands, so where the text may still be typed here
/// only [`settle`] can say it.
#[must_use]
pub fn unmet(facts: &Facts<'_>, step: &Step) -> Option<String> {
    let document = facts.procedure.document.as_ref()?;
    let body = facts.procedure.field(&document.body)?;
    if body.writable_at(&step.id) {
        return None;
    }
    missing(facts, step, &facts.case.values)
}

/// The same of a move: only those that carry the case on are held up.
#[must_use]
pub(super) fn held_up(facts: &Facts<'_>, step: &Step, mv: MoveId) -> Option<String> {
    goes_on(mv).then(|| unmet(facts, step))?
}

/// What the deeds say is missing for this text.
fn missing(facts: &Facts<'_>, step: &Step, values: &Values) -> Option<String> {
    let (procedure, case) = (facts.procedure, facts.case);
    let text = text(procedure, values)?;
    if is_past_signing(procedure, step) && !stands(&case.deeds, What::Signed, text) {
        return Some(unsigned(procedure, case));
    }
    let issued = |w: What| case.deeds.iter().any(|d| d.what == w && d.text == text);
    match step.work {
        Some(Work::Seal) if !stands(&case.deeds, What::Sealed, text) => {
            let again = case.deeds.iter().any(|d| d.what == What::Sealed);
            Some(match again {
                true => "盖过的章不再有效（已作废，或者正文改过）。请打开“用印”，重新用印以后再送"
                    .to_owned(),
                false => "还没有用印。请打开“用印”，盖好章再往下送".to_owned(),
            })
        }
        Some(Work::Issue) if !issued(What::Issued) => {
            Some("还没有分发给任何单位或个人。请打开“分发”，发出至少一份再往下送".to_owned())
        }
        _ => None,
    }
}

fn is_past_signing(procedure: &Procedure, step: &Step) -> bool {
    let signed = procedure.document.as_ref().map(|d| d.signed.as_str());
    let signed = signed.and_then(|s| procedure.place(s));
    signed.is_some_and(|s| procedure.place(&step.id).is_some_and(|p| p > s))
}

fn unsigned(procedure: &Procedure, case: &CaseState) -> String {
    let document = procedure.document.as_ref();
    let sign = document.map_or("签发", |d| procedure.step_name(&d.signed));
    match case.deeds.iter().any(|d| d.what == What::Signed) {
        true => format!(
            "正文在签发以后改过。按公文处理工作条例第二十五条，改了实质内容要由原签批人复审：请点“退回”，退到“{sign}”，重新签发以后再往下送"
        ),
        false => {
            format!("这份公文还没有签发。请点“退回”，退到“{sign}”或前面的环节，签发以后再往下送")
        }
    }
}

/// The step is left for the next: what has to be done to the document is asked of the text as it will stand, and a
/// sign-off is written down with it.
///
/// # Errors
/// Conflict with what to do, Invalid on the text where it can be mended here.
pub(super) fn settle(draft: &mut Draft<'_>) -> Result<()> {
    let facts = draft.facts;
    let (Some(step), Some(document)) = (facts.step(), &facts.procedure.document) else {
        return Ok(());
    };
    let Some(text) = text(facts.procedure, &draft.values) else {
        return Ok(());
    };
    if let Some(why) = missing(facts, step, &draft.values) {
        return Err(Error::Conflict(why));
    }
    if step.work == Some(Work::Check) {
        checked(draft, document)?;
    }
    if step.work == Some(Work::SignOff) {
        let body = draft.values.get(&document.body);
        if body.is_none_or(super::definition::is_empty) {
            return Err(Error::invalid(&document.body, "正文还是空的，不能签发"));
        }
        date_it(draft, document);
        let name = facts.people.name(Principal::Person(facts.viewer.person));
        draft.push(Change::Deed(DeedOf {
            what: What::Signed,
            text,
            data: json!({ "step": step.id }),
            name,
        }));
    }
    Ok(())
}

/// 公文体检: nothing that must be mended is left. What later steps give the document (number, signer, day, seal) is not
/// asked before they did.
fn checked(draft: &Draft<'_>, document: &Document) -> Result<()> {
    let (facts, values) = (draft.facts, &draft.values);
    let code = values.get(&document.letterhead).map(text_of);
    let letterhead = facts
        .letterheads
        .iter()
        .find(|l| Some(&l.code) == code.as_ref());
    let mut deeds = facts.case.deeds.iter().rev();
    let signed = deeds.find(|d| d.what == What::Signed);
    let known = Known {
        head: letterhead.is_some(),
        signed: signed.is_some(),
    };
    let source = Source {
        procedure: facts.procedure,
        values,
        letterhead,
        signed: signed.map(|d| (d.name.clone(), facts.zone.day(d.at))),
        printed_on: None,
        enclosed: facts.case.enclosed.clone().unwrap_or_default(),
        year: facts.today().year(),
    };
    let Some(whole) = official::document_of(&source) else {
        return Ok(());
    };
    let text = |field: &String| values.get(field).map(text_of).unwrap_or_default();
    let (body, kind) = (text(&document.body), text(&document.kind));
    let openness = document.openness.as_ref().map(text);
    let subject = Subject {
        document: &whole,
        text: &body,
        kind: &kind,
        files: facts.case.enclosed.as_deref(),
        openness: openness.as_deref(),
        today: facts.today(),
    };
    let must: Vec<String> = check(&subject)
        .into_iter()
        .filter(|f| f.severity == Severity::Must && !known.is_later(&f.spot))
        .map(|f| f.says.trim_end_matches('。').to_owned())
        .collect();
    if must.is_empty() {
        return Ok(());
    }
    let more = match must.len() {
        0..=SAID => String::new(),
        n => format!("；还有 {} 处，请看公文体检", n - SAID),
    };
    let said = must
        .iter()
        .take(SAID)
        .cloned()
        .collect::<Vec<_>>()
        .join("；");
    Err(Error::invalid(
        &document.body,
        format!("公文体检还有必须改的：{said}{more}。请改好再送，不由您改的请退回"),
    ))
}

/// Findings said at once.
const SAID: usize = 5;

/// What the document has by now, of what is not typed.
struct Known {
    head: bool,
    signed: bool,
}

impl Known {
    const fn is_later(&self, spot: &Spot) -> bool {
        match spot {
            Spot::Element(Element::Mark | Element::Signature | Element::Printer) => !self.head,
            Spot::Element(Element::Signer | Element::Date) => !self.signed,
            // taken when its own step is left
            Spot::Element(Element::Number) => true,
            _ => false,
        }
    }
}

/// 成文日期 is the day of the sign-off where nobody said another (GB/T 9704-2012 7.3.5.4); signed again, it is the new day.
fn date_it(draft: &mut Draft<'_>, document: &Document) {
    let facts = draft.facts;
    let Some(field) = &document.dated_on else {
        return;
    };
    let stood = draft.values.get(field).map(text_of).unwrap_or_default();
    let signed = facts.case.deeds.iter().filter(|d| d.what == What::Signed);
    let by_us = signed
        .map(|d| facts.zone.day(d.at).to_string())
        .any(|d| d == stood);
    if stood.is_empty() || by_us {
        let mut fields = Values::new();
        fields.insert(field.clone(), facts.today().to_string().into());
        draft.set_fields(fields);
    }
}

/// Every deed done to the text as it stands: what the publishing check plays a document with.
#[must_use]
pub(super) fn all_done(procedure: &Procedure, values: &Values) -> Vec<super::deed::Deed> {
    let Some(text) = text(procedure, values) else {
        return Vec::new();
    };
    let done = |what| super::deed::Deed {
        id: crate::kit::Id::from_raw(0),
        what,
        text,
        data: serde_json::Value::Null,
        person: None,
        name: String::new(),
        at: crate::kit::Millis(0),
    };
    [What::Signed, What::Sealed, What::Issued]
        .map(done)
        .to_vec()
}
