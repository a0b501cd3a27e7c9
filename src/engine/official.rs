//! The official document of a case as its elements: what `[document]` of its procedure says of the form's fields, its
//! letterhead, who signed it and when, and what is recognised in the text. Not here: laying it out (`layout`).
//! Invariant: a field of the form wins over what the text says of the same element; nothing is invented: a number
//! that was not given yet is a blank place.

use super::case::{CaseState, Purpose, Values};
use super::deed::{Deed, What};
use super::deed_store::list_deeds;
use super::definition::kinds::{Way, kind_named};
use super::definition::{self, Kind, MoveId, Procedure, Work, is_empty};
use super::printed;
use super::stored::Stored;
use super::writing::text_in;
use crate::kit::{Day, Digest, Millis, Result, Zone, text};
use crate::layout::document::{Document, Form};
use crate::layout::recognise::{Recognised, recognise_titled};
use crate::org::letterhead_store::{Letterhead, list_letterheads};
use crate::store::attachments::{self, Attachment};
use crate::store::{Query, Store};

/// What a document is made from.
pub struct Source<'a> {
    pub procedure: &'a Procedure,
    pub values: &'a Values,
    /// Its letterhead; none while nothing is chosen.
    pub letterhead: Option<&'a Letterhead>,
    /// 签发人 and the day of sign-off.
    pub signed: Option<(String, Day)>,
    /// 印发日期
    pub printed_on: Option<Day>,
    /// The names of its attachments, without endings.
    pub enclosed: Vec<String>,
    /// The year its number is of.
    pub year: i16,
}

/// The text of a case's document, as deeds are done to it.
#[must_use]
pub fn body<'a>(procedure: &Procedure, values: &'a Values) -> &'a str {
    let document = procedure.document.as_ref();
    document.map_or("", |d| text_in(values, &d.body))
}

/// SM3 of the text: what a deed says it was done to.
#[must_use]
pub fn digest(procedure: &Procedure, values: &Values) -> Digest {
    Digest::of(body(procedure, values).as_bytes())
}

/// The letterhead a form names, by its organ code.
pub fn find_letterhead(
    hub: &impl Query,
    case: &Stored,
    procedure: &Procedure,
) -> Result<Option<Letterhead>> {
    let Some(document) = &procedure.document else {
        return Ok(None);
    };
    let code = text_in(&case.state.values, &document.letterhead);
    if code.is_empty() {
        return Ok(None);
    }
    let all = list_letterheads(hub, case.state.organ)?;
    Ok(all.into_iter().find(|l| l.code == code))
}

/// The document of a stored case, with everything it needs read; none where its procedure makes no document.
pub fn of_case(
    store: &Store,
    (case, procedure): (&Stored, &Procedure),
    files: &[Attachment],
    zone: Zone,
) -> Result<Option<Document>> {
    let letterhead = find_letterhead(&store.hub()?, case, procedure)?;
    let deeds = list_deeds(&store.shelf(case.state.id.shelf())?, case.state.id)?;
    let source = Source {
        procedure,
        values: &case.state.values,
        letterhead: letterhead.as_ref(),
        signed: signed(case, procedure, &deeds, zone),
        printed_on: printed_on(case, procedure, &deeds, (zone, store.clock().now())),
        enclosed: enclosed(procedure, files),
        year: case.head.year,
    };
    Ok(document_of(&source))
}

/// Who signed it and when: by the deed of it, or where the procedure keeps none by the move that left the step.
#[must_use]
pub fn signed(
    case: &Stored,
    procedure: &Procedure,
    deeds: &[Deed],
    zone: Zone,
) -> Option<(String, Day)> {
    if let Some(deed) = deeds.iter().rev().find(|d| d.what == What::Signed) {
        return Some((deed.name.clone(), zone.day(deed.at)));
    }
    let step = &procedure.document.as_ref()?.signed;
    if procedure.step(step)?.work.is_some() {
        return None;
    }
    let did = |t: &super::case::Task| t.purpose == Purpose::Do;
    let mut acts = case.acts.iter().rev();
    let act = acts.find(|a| {
        let task = a.task.and_then(|t| case.state.task(t));
        a.mv == MoveId::Submit && a.step == *step && task.is_none_or(did)
    })?;
    let back =
        case.state.step == *step || procedure.place(&case.state.step) < procedure.place(step);
    (!back).then(|| (act.by.name.clone(), zone.day(act.at)))
}

/// 印发日期: the day it was sealed; before that today, once it is signed.
fn printed_on(
    case: &Stored,
    procedure: &Procedure,
    deeds: &[Deed],
    (zone, now): (Zone, Millis),
) -> Option<Day> {
    let sealed = deeds.iter().rev().find(|d| d.what == What::Sealed);
    let day = sealed.map(|d| zone.day(d.at));
    day.or_else(|| {
        let until = case.head.closed_at.unwrap_or(now);
        signed(case, procedure, deeds, zone).map(|_| zone.day(until))
    })
}

/// The names of the files of the attachment field, in the order of the form, without endings.
#[must_use]
pub fn enclosed(procedure: &Procedure, files: &[Attachment]) -> Vec<String> {
    let field = procedure
        .document
        .as_ref()
        .and_then(|d| d.attachments.as_ref());
    let mine = files.iter().filter(|f| Some(&f.field) == field);
    mine.map(|f| {
        let stem = f.name.rsplit_once('.').map_or(f.name.as_str(), |(s, _)| s);
        stem.to_owned()
    })
    .collect()
}

/// The same, where the step the case is at checks the document; none where that is not asked.
pub(super) fn to_check(
    db: &impl Query,
    procedure: &Procedure,
    case: &CaseState,
) -> Result<Option<Vec<String>>> {
    let checks = procedure.step(&case.step).and_then(|s| s.work) == Some(Work::Check);
    let document = procedure.document.as_ref().filter(|_| checks);
    match document.and_then(|d| d.attachments.as_ref()) {
        Some(_) => Ok(Some(enclosed(procedure, &attachments::list(db, case.id)?))),
        None => Ok(None),
    }
}

/// The elements. None where the procedure makes no document.
#[must_use]
pub fn document_of(source: &Source<'_>) -> Option<Document> {
    let elements = source.procedure.document.as_ref()?;
    let said = |field: Option<&String>| {
        let field = source.procedure.field(field?)?;
        let text = match field.kind {
            Kind::Text { .. } | Kind::LongText { .. } | Kind::OutsideOrgan => {
                text_in(source.values, &field.id).to_owned()
            }
            _ => printed::value(field, source.values),
        };
        let text = text::one_line(&text);
        (!text.is_empty()).then_some(text)
    };
    let typed = text_in(source.values, &source.procedure.title);
    let recognised = recognise_titled(text_in(source.values, &elements.body), typed);
    let form = form_of(source);
    let head = source.letterhead;
    Some(Document {
        form,
        copy: None,
        internal: false,
        urgency: urgency(source),
        marks: head.map(|l| l.mark.clone()).into_iter().collect(),
        number: number(source, elements, form),
        signers: match form {
            Form::Upward => source.signed.iter().map(|(who, _)| who.clone()).collect(),
            _ => Vec::new(),
        },
        title: title(source, &recognised),
        addressee: bare(&said(elements.addressee.as_ref()).unwrap_or(recognised.addressee)),
        body: recognised.body,
        enclosures: match recognised.enclosures.is_empty() {
            true => source.enclosed.clone(),
            false => recognised.enclosures,
        },
        signatures: match head {
            Some(l) => vec![l.signature.clone()],
            None => recognised.signatures,
        },
        date: dated(source, elements).or(recognised.date),
        // minutes are issued without one
        sealed: form != Form::Minutes
            && source
                .procedure
                .steps
                .iter()
                .any(|s| s.work == Some(Work::Seal)),
        note: said(elements.note.as_ref())
            .map(|n| unbracketed(&n))
            .or(recognised.note),
        annexes: recognised.annexes,
        copy_to: bare(&said(elements.copy_to.as_ref()).unwrap_or(recognised.copy_to)),
        printer: head.map(|l| l.printer.clone()).unwrap_or_default(),
        printed_on: source.printed_on,
        present: recognised.present,
    })
}

/// A letter, an order and minutes by their letterhead; upward by the kind, an opinion by what it asks for.
fn form_of(source: &Source<'_>) -> Form {
    let laid = source.letterhead.map(Letterhead::laid);
    if let Some(form) = laid.filter(|f| *f != Form::Ordinary) {
        return form;
    }
    let elements = source.procedure.document.as_ref();
    let kind = elements.and_then(|d| source.values.get(&d.kind));
    let kind = kind.map(definition::text_of).unwrap_or_default();
    let text = body(source.procedure, source.values);
    let asks = ["请批转", "请予批转", "请审定", "请批准", "请审议"];
    match kind_named(&kind).map(|k| k.way) {
        Some(Way::Up) => Form::Upward,
        Some(Way::Any) if kind == "意见" && asks.iter().any(|a| text.contains(a)) => Form::Upward,
        _ => Form::Ordinary,
    }
}

fn title(source: &Source<'_>, recognised: &Recognised) -> Vec<String> {
    let typed = text_in(source.values, &source.procedure.title);
    let lines: Vec<String> = typed
        .lines()
        .map(|l| l.trim().to_owned())
        .filter(|l| !l.is_empty())
        .collect();
    match lines.is_empty() {
        true => recognised.title.clone(),
        false => lines,
    }
}

/// 加急 and 特急 are printed; an ordinary one has no word, and 急 is 加急.
fn urgency(source: &Source<'_>) -> Option<String> {
    let field = source.procedure.urgency.as_ref()?;
    let word = text_in(source.values, field);
    match (word, source.procedure.level(word)) {
        (_, 0) => None,
        ("急", _) => Some("加急".to_owned()),
        ("特急" | "加急" | "特提" | "平急", _) => Some(word.to_owned()),
        (_, 2) => Some("特急".to_owned()),
        _ => Some("加急".to_owned()),
    }
}

/// 发文字号 as given, or its place with a blank for the number.
fn number(source: &Source<'_>, elements: &definition::Document, form: Form) -> String {
    let field = elements.number.as_ref();
    let given = field.map_or("", |f| text_in(source.values, f));
    match (given, source.letterhead, form) {
        ("", Some(_), Form::Order) => "第　　号".to_owned(),
        ("", Some(l), _) => format!("{}〔{}〕　　号", l.code, source.year),
        (given, ..) => given.to_owned(),
    }
}

/// 成文日期: as typed, else the day of sign-off.
fn dated(source: &Source<'_>, elements: &definition::Document) -> Option<Day> {
    let field = elements.dated_on.as_ref();
    let typed = field.and_then(|f| source.values.get(f));
    let typed = typed.filter(|v| !is_empty(v)).and_then(|v| v.as_str());
    let typed = typed.and_then(|d| d.parse().ok());
    typed.or_else(|| source.signed.as_ref().map(|(_, day)| *day))
}

/// Without what the layout puts behind it itself.
fn bare(name: &str) -> String {
    let ends = ['：', ':', '。', '.', '；', ' ', '　'];
    name.trim_end_matches(ends).trim().to_owned()
}

fn unbracketed(note: &str) -> String {
    let inner = note
        .strip_prefix(['（', '('])
        .and_then(|n| n.strip_suffix(['）', ')']));
    inner.unwrap_or(note).trim().to_owned()
}
