//! Putting a seal on a document: the laid-out pages become a file that stays as it is, its digest is signed with the
//! organ's key, and file, deed and audit row are one write. Undone by another deed, never taken away.
//! Invariant: the text that is sealed is the text that was signed off, asked again inside the write.

use super::paper::{Laid, Shift, fonts, laid, seal_of};
use super::seal_store::{find_seal, list_seals};
use super::{ApplySeal, SealRow, UndoSeal};
use crate::access::Action;
use crate::engine::case::Purpose;
use crate::engine::case_store::find_case;
use crate::engine::deed::{Deed, SEALED_FILE, What, stands};
use crate::engine::deed_store::{insert_deed, list_deeds};
use crate::engine::definition::Work;
use crate::engine::official;
use crate::engine::run::Acting;
use crate::engine::view::CaseView;
use crate::kit::stamped::{FORMAT, Signed};
use crate::kit::{Digest, Error, Id, Result, sniff, text};
use crate::layout::meta::Meta;
use crate::layout::pdf;
use crate::org::organ_key;
use crate::store::{NewAttachment, Stamp, Write};
use crate::web::Cx;
use serde_json::json;

/// What the page of the step knows.
pub(super) struct Desk {
    pub view: CaseView,
    /// SM3 of the text as it stands.
    pub text: Digest,
    pub deeds: Vec<Deed>,
    /// Seals of the case's organ in use that this person keeps.
    pub mine: Vec<SealRow>,
    /// Those kept by others.
    pub others: Vec<SealRow>,
    /// Holds the task of the step that seals.
    pub holds: bool,
}

impl Desk {
    /// The case as this person sees it.
    pub(super) fn of<A: Action>(cx: &Cx<A>) -> Result<Self> {
        let case: Id = cx.path("case")?;
        let acting = Acting::of(&cx.state.org.current(), cx.who().person)?;
        let store = &cx.state.store;
        let view = cx.state.engine.open(store, &acting, (case, None))?;
        let deeds = list_deeds(&store.shelf(case.shelf())?, case)?;
        let organ = view.case.state.organ;
        let mut all = list_seals(&store.hub()?)?;
        all.retain(|s| s.organ == organ && s.destroyed.is_none());
        let person = cx.who().person;
        let (mine, others) = all
            .into_iter()
            .partition(|s| s.is_kept_by(&acting.directory, person));
        Ok(Self {
            text: official::digest(&view.procedure, &view.case.state.values),
            holds: holds(&view),
            view,
            deeds,
            mine,
            others,
        })
    }

    /// The deed of sealing that stands, where there is one.
    pub(super) fn sealed(&self) -> Option<&Deed> {
        standing(&self.deeds)
    }

    /// Why nothing can be sealed now.
    pub(super) fn barred(&self) -> Option<&'static str> {
        if !self.holds {
            return Some("这一件现在不在用印环节，或者不在您手里。轮到用印的时候，待办里会有");
        }
        if self.sealed().is_some() {
            return Some("这一件已经用过印。要重新盖，请先作废前一次用印，写明原因");
        }
        if !stands(&self.deeds, What::Signed, self.text) {
            return Some("正文还没有签发，或者签发以后改动过。请退回签发，签发人重新签过才能用印");
        }
        if self.mine.is_empty() && self.others.is_empty() {
            return Some(
                "本机关还没有登记印章，不能用印。请管理员在“管理”的“印章”里登记，写明由谁保管，再来盖",
            );
        }
        if self.mine.is_empty() {
            return Some(
                "您现在不保管本机关的印章，不能用印。请印章的保管人来办；保管人换了，请管理员在“印章”里移交",
            );
        }
        None
    }

    fn refuse(&self) -> Result<()> {
        match self.barred() {
            Some(why) if !self.holds || self.mine.is_empty() => Err(Error::Denied(why.into())),
            Some(why) => Err(Error::Conflict(why.into())),
            None => Ok(()),
        }
    }
}

fn holds(view: &CaseView) -> bool {
    let task = view.task.and_then(|t| view.case.state.task(t));
    let task = task.filter(|t| t.purpose == Purpose::Do);
    let step = task.and_then(|t| view.procedure.step(&t.step));
    step.is_some_and(|s| s.work == Some(Work::Seal))
}

/// The last deed of sealing, where it was not undone.
pub(super) fn standing(deeds: &[Deed]) -> Option<&Deed> {
    let last = deeds
        .iter()
        .rfind(|d| matches!(d.what, What::Sealed | What::Unsealed));
    last.filter(|d| d.what == What::Sealed)
}

/// Which seal, and where.
pub(super) struct Wish {
    pub seal: i64,
    pub shift: Shift,
}

/// The pages as they would be sealed.
pub(super) fn preview<A: Action>(cx: &Cx<A>, desk: &Desk, wish: &Wish) -> Result<Laid> {
    let row = desk
        .mine
        .iter()
        .find(|s| s.id == wish.seal)
        .ok_or_else(|| Error::invalid("seal", "请选用哪一枚印章"))?;
    let seal = seal_of(&cx.state.store.hub()?, row)?;
    laid(
        (&cx.state.store, &desk.view, cx.zone()),
        (&seal, wish.shift),
        &fonts(&cx.state),
    )
}

/// Seals it.
pub(super) fn seal(cx: &Cx<ApplySeal>, wish: &Wish) -> Result<()> {
    let desk = Desk::of(cx)?;
    if cx.state.store.answered(
        desk.view.case.state.id.shelf(),
        &cx.permit.stamp_on(desk.view.case.state.id),
    )? {
        return Ok(());
    }
    desk.refuse()?;
    let mut laid = preview(cx, &desk, wish)?;
    let case = desk.view.case.state.id;
    let code = new_code(cx)?;
    laid.coded(&address(cx, case, &code), &code)?;
    let head = &desk.view.case.head;
    let meta = Meta {
        title: head.title.clone(),
        author: cx
            .state
            .org
            .current()
            .organ_name(desk.view.case.state.organ)
            .to_owned(),
        at: cx.at,
        number: head.number.clone().unwrap_or_default(),
    };
    let bytes = pdf::write(&laid.pages, &fonts(&cx.state), &meta)?;
    let mut upload = cx.state.store.upload(case.shelf())?;
    upload.push(&bytes)?;
    let kept = upload.finish()?;
    let row = find_seal(&cx.state.store.hub()?, wish.seal)?;
    write(cx, desk, (laid, row), (kept, code, meta))
}

/// The address the code leads to; this very page's where the office's is not known.
fn address(cx: &Cx<ApplySeal>, case: Id, code: &str) -> String {
    let scheme = if cx.peer().https { "https" } else { "http" };
    let here = match cx.site().address.as_str() {
        "" => cx.peer().local.to_string(),
        known => known.to_owned(),
    };
    format!("{scheme}://{here}/verify/{case}-{code}")
}

/// Ten characters nobody guesses: whoever knows them holds the paper.
fn new_code(cx: &Cx<ApplySeal>) -> Result<String> {
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let raw: [u8; 10] = cx.state.access.chance().bytes()?;
    let letter = |b: &u8| {
        LETTERS
            .get(usize::from(b & 31))
            .map_or('0', |l| char::from(*l))
    };
    Ok(raw.iter().map(letter).collect())
}

fn write(
    cx: &Cx<ApplySeal>,
    desk: Desk,
    (laid, row): (Laid, SealRow),
    ((digest, size), code, meta): ((Digest, i64), String, Meta),
) -> Result<()> {
    let case = desk.view.case.state.id;
    let organ = desk.view.case.state.organ;
    let stamp = cx.permit.stamp_on(case);
    // the key is another matter than the case: its own row, whatever becomes of this one
    let own = Stamp {
        op: String::new(),
        ..stamp.clone()
    };
    let key = organ_key::to_sign_with(&cx.state.store, organ, &own)?;
    let hundredth = |mm: f64| (mm * 100.0).round() as i64;
    let signed = Signed {
        format: FORMAT.to_owned(),
        deed: String::new(),
        case: case.to_string(),
        code,
        number: meta.number,
        title: meta.title,
        organ: meta.author,
        seal: row.name,
        seal_no: row.id,
        sample: row.sample,
        page: laid.page as i64 + 1,
        left: hundredth(laid.at.0),
        top: hundredth(laid.at.1),
        text: desk.text.hex(),
        file: digest.hex(),
        size,
        person: cx.who().person.0,
        name: cx.who().name.clone(),
        at: 0,
    };
    let file = NewAttachment {
        owner: case,
        field: SEALED_FILE.to_owned(),
        name: text::safe_file_name(&format!("{} {}（已用印）.pdf", signed.number, signed.title)),
        size,
        digest,
        kind: sniff::Kind::Pdf.label().to_owned(),
        person: cx.who().person,
        person_name: signed.name.clone(),
    };
    let (seen, text) = (desk.view.case.head.rev, desk.text);
    cx.state.store.write(case.shelf(), stamp, move |w| {
        as_seen(w, case, seen)?;
        let deeds = list_deeds(w, case)?;
        if standing(&deeds).is_some() || !stands(&deeds, What::Signed, text) {
            return Err(changed());
        }
        let id = w.next_id();
        let signed = Signed {
            deed: id.to_string(),
            at: w.at().0,
            ..signed
        };
        let attachment = w.attach(&file)?;
        let stamped = signed.sign(&key)?;
        w.note(format!(
            "{} {} SM3 {} 签名 {}",
            stamped.signed.deed, stamped.signed.seal, stamped.signed.file, stamped.signature
        ));
        let deed = Deed {
            id,
            what: What::Sealed,
            text,
            person: Some(file.person),
            name: file.person_name.clone(),
            at: w.at(),
            data: json!({ "stamped": stamped, "attachment": attachment.to_string() }),
        };
        insert_deed(w, case, &deed)?;
        w.emit("case.filed", Some(case), &())
    })?;
    Ok(())
}

fn changed() -> Error {
    Error::Conflict("这一件刚刚有人动过，没有用印。请刷新看一看再盖".into())
}

fn as_seen(w: &Write<'_>, case: Id, rev: i64) -> Result<()> {
    match find_case(w, case)?.head.rev == rev {
        true => Ok(()),
        false => Err(changed()),
    }
}

/// Undoes the sealing that stands: the file stays, and says so wherever it is checked.
pub(super) fn undo(cx: &Cx<UndoSeal>, reason: &str) -> Result<()> {
    let desk = Desk::of(cx)?;
    let deed = desk
        .sealed()
        .ok_or_else(|| Error::Conflict("这一件没有用过印，或者已经作废了".into()))?;
    if desk.mine.is_empty() || !desk.holds {
        return Err(Error::Denied(
            "作废用印由印章的保管人在用印环节办。这一件已经往下走的，请先退回用印环节".into(),
        ));
    }
    let reason = text::one_line(reason);
    if reason.is_empty() || reason.chars().count() > 100 {
        return Err(Error::invalid(
            "reason",
            "请写明为什么作废，100 个字以内，例如 附件拿错了，改好重新盖",
        ));
    }
    let (case, of, text) = (desk.view.case.state.id, deed.id, deed.text);
    let (person, name) = (cx.who().person, cx.who().name.clone());
    let stamp = cx.permit.stamp_on(case);
    cx.state.store.write(case.shelf(), stamp, move |w| {
        if standing(&list_deeds(w, case)?).map(|d| d.id) != Some(of) {
            return Err(changed());
        }
        let deed = Deed {
            id: w.next_id(),
            what: What::Unsealed,
            text,
            data: json!({ "deed": of.to_string(), "reason": reason }),
            person: Some(person),
            name,
            at: w.at(),
        };
        w.note(format!("{of} {reason}"));
        insert_deed(w, case, &deed)?;
        w.emit("case.filed", Some(case), &())
    })?;
    Ok(())
}
