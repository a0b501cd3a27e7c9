//! The preview: the document on its pages, with what the check found beside it, its handwriting, and what may be done.
//! Not here: drawing (`view::preview`). Invariant: a mend is found again on the text as it stands before it is done.

use super::hand_store::{Hand, list_hands};
use super::opened::Opened;
use super::view::preview as drawn;
use super::{SeeDocument, WriteText};
use crate::engine::definition::text_of;
use crate::engine::official;
use crate::engine::writing::NewText;
use crate::kit::{Error, FieldErrors, Result};
use crate::layout::check::{Finding, Spot, Subject, apply_all, check, check_pages};
use crate::layout::document::{Block, Document};
use crate::layout::page::{Element, Pages};
use crate::layout::set::lay_out;
use crate::web::{Cx, Reply, Visit};

/// What the page shows.
pub struct Preview<'a> {
    pub opened: &'a Opened,
    pub document: Document,
    pub pages: Pages,
    pub findings: Vec<Finding>,
    /// The handwriting of this version, and how much stands on earlier ones.
    pub hands: Vec<Hand>,
    pub older: usize,
}

/// GET `/case/{case}/document`.
pub fn show(cx: &mut Cx<SeeDocument>) -> Result<Reply> {
    let opened = Opened::of(cx)?;
    let preview = Preview::of(cx, &opened)?;
    let errors = FieldErrors::default();
    Ok(Reply::Page(drawn::page(cx, &preview, &errors)?))
}

/// The page again, with what was wrong.
pub fn wrong(visit: &Visit, opened: &Opened, error: Error) -> Result<Reply> {
    let preview = Preview::of(visit, opened)?;
    let errors = match error {
        Error::Invalid(errors) => errors,
        Error::Conflict(said) => {
            let mut errors = FieldErrors::default();
            errors.add("", said);
            errors
        }
        other => return Err(other),
    };
    Ok(Reply::Wrong(drawn::page(visit, &preview, &errors)?))
}

impl<'a> Preview<'a> {
    fn of(visit: &Visit, opened: &'a Opened) -> Result<Self> {
        let document = opened.document(visit)?;
        let pages = lay_out(&document, &visit.state.fonts);
        let findings = findings(visit, opened, (&document, &pages));
        let case = opened.view.case.state.id;
        let all = list_hands(&visit.state.store.shelf(case.shelf())?, case)?;
        let (hands, older): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|h| h.version == opened.last());
        Ok(Self {
            opened,
            document,
            pages,
            findings,
            hands,
            older: older.len(),
        })
    }

    /// The element a finding is about, to be marked on the page.
    pub fn element(&self, finding: &Finding) -> Option<Element> {
        match finding.spot {
            Spot::Element(e) => Some(e),
            Spot::Line { n, .. } => {
                let line = self.opened.text().lines().nth(n)?.trim();
                let stands = |b: &Block| match b {
                    Block::Paragraph { text, .. } | Block::Centred(text) => text.trim() == line,
                    Block::Table { rows, .. } => rows
                        .iter()
                        .flatten()
                        .any(|c| !c.is_empty() && line.contains(c.as_str())),
                };
                self.document
                    .body
                    .iter()
                    .position(stands)
                    .map(Element::Body)
            }
        }
    }
}

fn findings(
    visit: &Visit,
    opened: &Opened,
    (document, pages): (&Document, &Pages),
) -> Vec<Finding> {
    let (values, elements) = (&opened.view.case.state.values, &opened.elements);
    let said = |field: &str| values.get(field).map(text_of).unwrap_or_default();
    let kind = said(&elements.kind);
    let openness = elements.openness.as_ref().map(|f| said(f));
    let files = elements
        .attachments
        .as_ref()
        .map(|_| official::enclosed(&opened.view.procedure, &opened.view.files));
    let subject = Subject {
        document,
        text: opened.text(),
        kind: &kind,
        files: files.as_deref(),
        openness: openness.as_deref(),
        today: visit.zone().day(visit.at),
    };
    let mut all = check(&subject);
    all.extend(check_pages(pages));
    all.sort_by_key(|f| f.severity);
    all
}

/// POST `/case/{case}/document/mend`: one mechanical fault, or all of them, mended in the text: a new version.
pub fn mend(cx: &mut Cx<WriteText>) -> Result<Reply> {
    let opened = Opened::of(cx)?;
    if opened.writes().is_none() {
        return Err(Error::Denied(
            "正文现在不由您改。请把要改的地方写在意见里，退回能改的人".to_owned(),
        ));
    }
    let document = opened.document(cx)?;
    let pages = lay_out(&document, &cx.state.fonts);
    let all = findings(cx, &opened, (&document, &pages));
    let which = cx.form("which");
    let chosen: Vec<Finding> = all
        .into_iter()
        .filter(|f| f.mend.is_some() && (which == "all" || name_of(f) == which))
        .collect();
    if chosen.is_empty() {
        let gone = "这一处已经改过，或者正文刚被改动。请看现在的体检结果";
        return wrong(cx, &opened, Error::Conflict(gone.to_owned()));
    }
    let new = NewText {
        case: opened.view.case.state.id,
        task: opened.view.task,
        seen: cx.form("version").parse().unwrap_or(0),
        text: apply_all(opened.text(), &chosen),
    };
    let stamp = cx.permit.stamp_on(new.case);
    let state = &cx.state;
    match state
        .engine
        .write_text(&state.store, stamp, &opened.acting, new)
    {
        Ok(_) => {
            cx.tell(&format!(
                "已改好 {} 处，存为第 {} 稿",
                chosen.len(),
                opened.last() + 1
            ));
            Ok(Reply::To(opened.at()))
        }
        Err(e) => wrong(cx, &opened, e),
    }
}

/// What a finding is called in a form: its rule and where it stands.
pub fn name_of(finding: &Finding) -> String {
    match finding.spot {
        Spot::Line { n, from, to } => format!("{} {n} {from} {to}", finding.rule),
        Spot::Element(_) => finding.rule.to_owned(),
    }
}
