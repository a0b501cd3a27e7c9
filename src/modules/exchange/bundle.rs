//! What of a case goes to another office: the pages as they were sealed, the text, the proof, the enclosures, and the
//! eighteen elements. Not here: sealing it into a package (`package`), who it goes to (`send`).
//! Invariant: a document that is to be sealed leaves sealed, and as it was sealed.

use super::elements::Elements;
use super::package::{MOST_BYTES, Part, Sent};
use crate::engine::deed::{Deed, SEALED_FILE, What};
use crate::engine::definition::{Document, text_of};
use crate::engine::official;
use crate::engine::view::CaseView;
use crate::kit::stamped::Stamped;
use crate::kit::text::safe_file_name;
use crate::kit::{Digest, Error, Id, Result, Zone};
use crate::layout::document::Document as Laid;
use crate::layout::meta::Meta;
use crate::layout::pdf;
use crate::layout::set::lay_out;
use crate::org::organ_key;
use crate::store::Store;
use crate::store::attachments;
use crate::web::State;
use serde::Deserialize as _;
use serde_json::Value;

/// What is sent.
pub(super) struct Bundle {
    pub elements: Elements,
    pub files: Vec<Sent>,
}

/// Everything of a case that goes along.
pub(super) fn of_case(state: &State, view: &CaseView, zone: Zone) -> Result<Bundle> {
    let said = view.procedure.document.as_ref().ok_or(Error::NotFound)?;
    let case = (&view.case, &*view.procedure);
    let laid = official::of_case(&state.store, case, &view.files, zone)?.ok_or(Error::NotFound)?;
    let title = laid.title.concat();
    let name = safe_file_name(&format!("{} {title}", laid.number));
    let mut files = pages(state, view, (&laid, &name))?;
    let body = official::body(&view.procedure, &view.case.state.values);
    files.push(Sent {
        name: "正文.txt".to_owned(),
        part: Part::Text,
        bytes: body.as_bytes().to_vec(),
    });
    files.extend(enclosures(&state.store, view, said)?);
    Ok(Bundle {
        elements: elements(view, said, &laid, zone),
        files,
    })
}

fn elements(view: &CaseView, said: &Document, laid: &Laid, zone: Zone) -> Elements {
    let values = &view.case.state.values;
    let of = |field: Option<&String>| {
        let value = field.and_then(|f| values.get(f));
        value.map(text_of).unwrap_or_default()
    };
    let deeds = &view.case.state.deeds;
    let signed = official::signed(&view.case, &view.procedure, deeds, zone);
    Elements {
        id: view.case.state.id.to_string(),
        kind: of(Some(&said.kind)),
        copy: String::new(),
        secrecy: if laid.internal { "内部" } else { "" }.to_owned(),
        urgency: laid.urgency.clone().unwrap_or_default(),
        mark: laid.marks.join("、"),
        number: laid.number.clone(),
        signers: signed.map(|(who, _)| who).unwrap_or_default(),
        title: laid.title.concat(),
        addressee: laid.addressee.clone(),
        enclosures: laid.enclosures.join("；"),
        signature: laid.signatures.join("、"),
        date: laid.date.map(|d| d.to_string()).unwrap_or_default(),
        note: laid.note.clone().unwrap_or_default(),
        copy_to: laid.copy_to.clone(),
        printer: laid.printer.clone(),
        printed_on: laid.printed_on.map(|d| d.to_string()).unwrap_or_default(),
        level: of(said.openness.as_ref()),
    }
}

/// As sealed, with its proof; as laid out where it went a way without a seal (纪要): the step that seals is not left without.
fn pages(state: &State, view: &CaseView, (laid, name): (&Laid, &str)) -> Result<Vec<Sent>> {
    let deeds = &view.case.state.deeds;
    if deeds.iter().any(|d| d.what == What::Sealed) {
        return sealed(state, view, name);
    }
    let meta = Meta {
        title: laid.title.concat(),
        author: laid.signatures.first().cloned().unwrap_or_default(),
        at: view.case.head.changed_at,
        number: laid.number.clone(),
    };
    Ok(vec![Sent {
        name: format!("{name}.pdf"),
        part: Part::Pages,
        bytes: pdf::write(&lay_out(laid, &state.fonts), &state.fonts, &meta)?,
    }])
}

fn sealed(state: &State, view: &CaseView, name: &str) -> Result<Vec<Sent>> {
    let case = view.case.state.id;
    let text = official::digest(&view.procedure, &view.case.state.values);
    let found = standing(&view.case.state.deeds).filter(|d| d.text == text);
    let Some((deed, stamped)) = found.and_then(|d| Some((d, stamped(d)?))) else {
        return Err(Error::invalid(
            "",
            "用印已经作废，或者用印以后正文改过，不能发出去。请重新用印再来发",
        ));
    };
    let id = deed.data.get("attachment").and_then(Value::as_str);
    let id: Id = id.and_then(|t| t.parse().ok()).ok_or(Error::NotFound)?;
    let file = attachments::find(&state.store.shelf(case.shelf())?, id)?;
    if file.owner != case || file.field != SEALED_FILE {
        return Err(Error::NotFound);
    }
    let bytes = contents(&state.store, &file)?;
    let known = organ_key::known(&state.store.hub()?)?;
    let size = i64::try_from(bytes.len()).map_err(Error::fault)?;
    let wrong = stamped.wrongs(Some((Digest::of(&bytes), size)), &known);
    if let Some(first) = wrong.first() {
        return Err(Error::invalid(
            "",
            format!("盖章文件不能发：{}。请管理员从备份里恢复", first.says()),
        ));
    }
    let sent = |ending: &str, part, bytes| Sent {
        name: format!("{name}{ending}"),
        part,
        bytes,
    };
    Ok(vec![
        sent(".pdf", Part::Pages, bytes),
        sent(".pdf.sig.json", Part::Proof, stamped.bytes()?),
    ])
}

/// The last deed of sealing, where it was not undone.
fn standing(deeds: &[Deed]) -> Option<&Deed> {
    let last = deeds
        .iter()
        .rfind(|d| matches!(d.what, What::Sealed | What::Unsealed));
    last.filter(|d| d.what == What::Sealed)
}

fn stamped(deed: &Deed) -> Option<Stamped> {
    Stamped::deserialize(deed.data.get("stamped")?).ok()
}

fn enclosures(store: &Store, view: &CaseView, said: &Document) -> Result<Vec<Sent>> {
    let mine = view
        .files
        .iter()
        .filter(|f| Some(&f.field) == said.attachments.as_ref());
    mine.map(|f| {
        Ok(Sent {
            name: f.name.clone(),
            part: Part::Enclosure,
            bytes: contents(store, f)?,
        })
    })
    .collect()
}

fn contents(store: &Store, file: &attachments::Attachment) -> Result<Vec<u8>> {
    let most = i64::try_from(MOST_BYTES).unwrap_or(i64::MAX);
    let blob = store.blob(file.id.shelf(), file.digest())?;
    blob.all(most)?.ok_or_else(|| {
        Error::invalid(
            "",
            format!("“{}”太大，装不进公文包。请把它另外拷给收文单位", file.name),
        )
    })
}
