//! A document leaves its case for another office: as a package with a code to be told by telephone, or at once to an organ on
//! this server; and the receipt that comes back. Reads forms, writes, shows the page again. Not here: drawing (`send_view`).
//! Invariant: the package is kept and the document issued in one write; the code is shown once and kept nowhere.

use super::accept::{LARGEST, accept};
use super::bundle::{self, Bundle};
use super::carry::Rooms;
use super::code::Code;
use super::kept::{self, Kept, PACKAGE, RECEIPT, Stored};
use super::package::{self, Package};
use super::partner_store::{find_partner, insert_partner};
use super::send_view::{Shown, made_page, page};
use super::{SeeSent, SendPackage};
use crate::access::Action;
use crate::engine::definition::MoveId;
use crate::engine::issued::{AT_ONCE, BY_FILE};
use crate::engine::offer::{Input, Sent};
use crate::engine::run::{Acting, Ask};
use crate::engine::view::CaseView;
use crate::inbox::parcel::{NewParcel, Parcel, Way};
use crate::inbox::parcel_store::{find_parcel, insert_parcel, list_of_case};
use crate::kit::{Digest, Error, Id, OrganId, Result, ShelfNo, hex, text};
use crate::org::organ_key;
use crate::screens::people::sheet::Filled;
use crate::store::Stamp;
use crate::web::{Cx, FileReply, Reply};

/// GET `/case/{case}/exchange`.
pub(super) fn show(cx: &mut Cx<SeeSent>) -> Result<Reply> {
    let shown = Shown::of(cx, Filled::fresh())?;
    page(cx, &shown).map(Reply::Page)
}

/// The case for whoever may see it, where it makes an official document.
pub(super) fn open<A: Action>(cx: &Cx<A>) -> Result<(Acting, CaseView)> {
    let case: Id = cx.path("case")?;
    let acting = Acting::of(&cx.state.org.current(), cx.who().person)?;
    let store = &cx.state.store;
    let view = cx.state.engine.open(store, &acting, (case, None))?;
    match view.procedure.document {
        Some(_) => Ok((acting, view)),
        None => Err(Error::NotFound),
    }
}

/// Whether this person issues the document now.
pub(super) fn may(view: &CaseView) -> bool {
    view.offers.iter().any(|o| o.mv == MoveId::Issue)
}

fn must(view: &CaseView) -> Result<()> {
    match may(view) {
        true => Ok(()),
        false => Err(Error::Denied(
            "这一件现在不由您分发。轮到分发的时候，待办里会有".into(),
        )),
    }
}

/// Who it goes to.
enum To {
    Outside(String),
    Sister(OrganId, String),
}

fn to(cx: &Cx<SendPackage>, acting: &Acting) -> Result<To> {
    let name = text::one_line(cx.form("to"));
    let wrong = |why: &str| Err(Error::invalid("to", why));
    if name.is_empty() || name.chars().count() > 60 {
        return wrong("请写收文单位的全称，最多 60 个字，例如 墨川县应急管理局");
    }
    let own = acting.directory.organ_name(acting.organ);
    if name == own {
        return wrong("这是本单位自己。给本单位的部门和人员，请在“分发”里选");
    }
    let mut organs = acting.directory.organs();
    if let Some(sister) = organs.find(|o| o.name == name && o.id != acting.organ) {
        return Ok(To::Sister(sister.id, name));
    }
    let known = find_partner(&cx.state.store.hub()?, acting.organ, &name)?;
    if known.is_some_and(|p| !p.on) {
        return wrong("这个往来单位停用了。要再发，请先在“往来单位”里启用");
    }
    Ok(To::Outside(name))
}

/// POST `/case/{case}/exchange`.
pub(super) fn send(cx: &mut Cx<SendPackage>) -> Result<Reply> {
    let (acting, view) = open(cx)?;
    must(&view)?;
    let case = view.case.state.id;
    let stamp = cx.permit.stamp_on(case);
    if cx.state.store.answered(case.shelf(), &stamp)? {
        cx.tell("这一份已经发出了。提取码只在发出的那一页显示一次，没有记下的请再发一份");
        return Ok(Reply::To(format!("{}/exchange", view.at)));
    }
    match go(cx, (&acting, &view), stamp) {
        Ok(Some((code, name))) => made_page(cx, &view, (&code.text(), &name)).map(Reply::Page),
        Ok(None) => {
            cx.tell("已直接送到对方的收文清单，对方登记后自动回执");
            Ok(Reply::To(format!("{}/exchange", view.at)))
        }
        Err(why) => {
            let shown = Shown::of(cx, Filled::again(&cx.input, why)?)?;
            page(cx, &shown).map(Reply::Wrong)
        }
    }
}

/// The code and the file's name, of what goes by file.
fn go(
    cx: &Cx<SendPackage>,
    (acting, view): (&Acting, &CaseView),
    stamp: Stamp,
) -> Result<Option<(Code, String)>> {
    let to = to(cx, acting)?;
    let bundle = bundle::of_case(&cx.state, view, cx.zone())?;
    let delivery = new_delivery(cx)?;
    match to {
        To::Outside(name) => by_file(cx, (acting, view), (bundle, delivery, name), stamp).map(Some),
        To::Sister(organ, name) => {
            at_once(cx, (acting, view), (bundle, delivery, (organ, name)), stamp).map(|()| None)
        }
    }
}

/// The day and five bytes nobody else drew.
fn new_delivery(cx: &Cx<SendPackage>) -> Result<String> {
    let raw: [u8; 5] = cx.state.access.chance().bytes()?;
    let day = cx.zone().day(cx.at).to_string().replace('-', "");
    Ok(format!("{day}-{}", hex(&raw).to_uppercase()))
}

fn by_file(
    cx: &Cx<SendPackage>,
    (acting, view): (&Acting, &CaseView),
    (bundle, delivery, name): (Bundle, String, String),
    stamp: Stamp,
) -> Result<(Code, String)> {
    let store = &cx.state.store;
    let own = || Stamp {
        op: String::new(),
        ..stamp.clone()
    };
    let key = organ_key::to_sign_with(store, acting.organ, &own())?;
    let (code, answer) = (Code::new()?, cx.state.access.chance().bytes()?);
    let made = Package {
        delivery: delivery.clone(),
        from: acting.directory.organ_name(acting.organ).to_owned(),
        to: name.clone(),
        at: cx.at,
        elements: bundle.elements,
        files: bundle.files,
    };
    let bytes = package::seal(&made, &key, &code, &answer).map_err(|why| match why {
        Error::Busy(why) => Error::invalid("", why),
        other => other,
    })?;
    let title = &made.elements.title;
    let file = text::safe_file_name(&format!("{} {title}（致{name}）.gwb", made.elements.number));
    let kept = kept::store(store, view.case.state.id.shelf(), (PACKAGE, &file, &bytes))?;
    let data = Kept {
        elements: made.elements,
        to: name.clone(),
        ..Kept::default()
    };
    let new = NewParcel {
        way: Way::Out,
        delivery,
        case: Some(view.case.state.id),
        partner: name.clone(),
        key: None,
        answer,
        digest: Digest::of(&bytes),
        data: data.value()?,
        person: Some(acting.viewer.person),
        name: acting.signature.name.clone(),
    };
    issue(
        cx,
        (acting, view),
        (new, vec![kept], BY_FILE),
        stamp.clone(),
    )?;
    let organ = acting.organ;
    // a name to choose from next time; the package is out already, whatever becomes of this
    let noted = store.write(ShelfNo::HUB, own(), move |w| {
        w.quiet("公文往来单位，不影响各类清单");
        insert_partner(w, organ, (&name, ""))
    });
    if let Err(cause) = noted {
        tracing::warn!(%cause, "the partner was not noted");
    }
    Ok((code, file))
}

fn at_once(
    cx: &Cx<SendPackage>,
    (acting, view): (&Acting, &CaseView),
    (bundle, delivery, (sister, name)): (Bundle, String, (OrganId, String)),
    stamp: Stamp,
) -> Result<()> {
    let case = view.case.state.id;
    let kept = kept::store_all(&cx.state.store, case.shelf(), &bundle.files)?;
    let mut parts: Vec<&[u8]> = vec![delivery.as_bytes()];
    let elements = serde_json::to_vec(&bundle.elements)?;
    parts.push(&elements);
    parts.extend(kept.iter().map(|k| k.digest.0.as_slice()));
    let digest = Digest::of_parts(&parts);
    let data = Kept {
        elements: bundle.elements,
        sister: Some(sister),
        to: name.clone(),
        ..Kept::default()
    };
    let new = NewParcel {
        way: Way::Out,
        delivery: delivery.clone(),
        case: Some(case),
        partner: name,
        key: None,
        answer: cx.state.access.chance().bytes()?,
        digest,
        data: data.value()?,
        person: Some(acting.viewer.person),
        name: acting.signature.name.clone(),
    };
    issue(cx, (acting, view), (new, kept, AT_ONCE), stamp.clone())?;
    let left = list_of_case(&cx.state.store.shelf(case.shelf())?, case)?;
    let own = Stamp {
        op: String::new(),
        ..stamp
    };
    if let Some(parcel) = left.iter().find(|p| p.delivery == delivery) {
        // it has left; where it cannot be laid down now it is done again later
        if let Err(cause) = Rooms::of(&cx.state).deliver(parcel, own) {
            tracing::warn!(%cause, "a document for an organ here waits for the next look");
        }
    }
    Ok(())
}

/// Keeps the parcel and issues the document, or neither.
fn issue(
    cx: &Cx<SendPackage>,
    (acting, view): (&Acting, &CaseView),
    (new, kept, way): (NewParcel, Vec<Stored>, &str),
    stamp: Stamp,
) -> Result<()> {
    let offer = view.offers.iter().find(|o| o.mv == MoveId::Issue);
    let sent = Sent {
        to: new.partner.clone(),
        way: way.to_owned(),
        copies: 1,
        taken_by: new.delivery.clone(),
        on: cx.zone().day(cx.at),
    };
    let ask = Ask {
        case: view.case.state.id,
        task: offer.and_then(|o| o.task),
        rev: None,
        mv: MoveId::Issue,
        input: Input {
            sent: vec![sent],
            ..Input::default()
        },
    };
    let who = (acting.viewer.person, acting.signature.name.clone());
    let along = move |w: &mut crate::store::Write<'_>| {
        let id = insert_parcel(w, &new)?;
        kept::attach_all(w, id, &kept, (who.0, &who.1))
    };
    let (engine, store) = (&cx.state.engine, &cx.state.store);
    let done = engine.act_along(store, stamp, acting, (ask, along))?;
    cx.state.unshown.note(cx.who().person, &done);
    Ok(())
}

/// POST `/case/{case}/exchange/receipt`: a receipt that came back as a file.
pub(super) fn receipt(cx: &mut Cx<SendPackage>) -> Result<Reply> {
    let (_, view) = open(cx)?;
    must(&view)?;
    match took(cx, &view) {
        Ok(said) => {
            cx.tell(&said);
            Ok(Reply::To(format!("{}/exchange", view.at)))
        }
        Err(why) => {
            let shown = Shown::of(cx, Filled::again(&cx.input, why)?)?;
            page(cx, &shown).map(Reply::Wrong)
        }
    }
}

fn took(cx: &Cx<SendPackage>, view: &CaseView) -> Result<String> {
    let wrong = |why: &str| Error::invalid("receipt", why);
    let sent = cx
        .files()
        .iter()
        .find(|f| f.field() == "receipt" && f.size() > 0);
    let file = sent.ok_or_else(|| wrong("请选收文单位交回来的回执文件，扩展名是 .gwhz"))?;
    let bytes = file.bytes(LARGEST)?;
    let of = package::answered(&bytes)
        .ok_or_else(|| wrong("这不是砚台的回执，或者已经坏了。请选扩展名是 .gwhz 的文件"))?;
    let case = view.case.state.id;
    let all = list_of_case(&cx.state.store.shelf(case.shelf())?, case)?;
    let parcel = all.iter().find(|p| p.delivery == of).ok_or_else(|| {
        wrong("这张回执不是这一件的：这一件没有发过这个编号的公文包。请到原来那一件里收，或者核对文件")
    })?;
    let stamp = cx.permit.stamp_on(case);
    let rooms = (&cx.state.store, cx.zone());
    let receipt = accept(rooms, stamp, (parcel, &bytes))?;
    Ok(match receipt.refused.is_empty() {
        true => format!("回执已收：{} {} 签收", receipt.organ, receipt.by),
        false => format!("{} 退回了这份公文：{}", receipt.organ, receipt.refused),
    })
}

/// GET `/case/{case}/exchange/{parcel}/{what}`: the package again, or the receipt as it came.
pub(super) fn file(cx: &mut Cx<SeeSent>) -> Result<Reply> {
    let (_, view) = open(cx)?;
    let (id, what): (Id, String) = (cx.path("parcel")?, cx.path("what")?);
    let parcel = mine(cx, &view, id)?;
    let field = match what.as_str() {
        "package" => PACKAGE,
        "receipt" => RECEIPT,
        _ => return Err(Error::NotFound),
    };
    let store = &cx.state.store;
    let file = kept::file_of(store, &parcel, field)?;
    let blob = store.blob(parcel.id.shelf(), file.digest())?;
    Ok(Reply::File(FileReply::kept(file.name, blob)))
}

/// A parcel of this very case.
fn mine<A: Action>(cx: &Cx<A>, view: &CaseView, id: Id) -> Result<Parcel> {
    let case = view.case.state.id;
    if id.shelf() != case.shelf() {
        return Err(Error::NotFound);
    }
    let parcel = find_parcel(&cx.state.store.shelf(case.shelf())?, id)?;
    match (parcel.way, parcel.case) {
        (Way::Out, Some(of)) if of == case => Ok(parcel),
        _ => Err(Error::NotFound),
    }
}
