//! What comes from other offices: a package is opened with its code, proved and kept with its files until it is registered;
//! what it holds is looked at, its key compared. Not here: drawing (`arrive_view`), registering (`take`).
//! Invariant: nothing that is damaged, secret, or here already is kept; the code is kept nowhere.

use super::arrive_view::{one_page, page};
use super::code::Code;
use super::kept::{self, Kept, PACKAGE, RECEIPT};
use super::known::Known;
use super::package::{self, MOST_BYTES, Opened, Part};
use super::partner_store::set_key;
use super::{DESK_AT, SeeArrivals, TakeArrival};
use crate::access::Action;
use crate::engine::run::Acting;
use crate::inbox::parcel::{self, NewParcel, Parcel, Way};
use crate::inbox::parcel_store::{find_delivery, find_parcel, insert_parcel};
use crate::kit::stamped::Stamped;
use crate::kit::{Digest, Error, Id, Millis, Result, ShelfNo, Zone, extract, sniff};
use crate::screens::people::sheet::Filled;
use crate::store::{Write, attachments};
use crate::web::{Cx, FileReply, Reply};

/// Largest file looked into for a mark or shown.
const LOOK_BYTES: i64 = 20 << 20;

/// GET `/exchange`.
pub(super) fn show(cx: &mut Cx<SeeArrivals>) -> Result<Reply> {
    page(cx, &Filled::fresh()).map(Reply::Page)
}

/// This person, and the shelf his organ keeps what came on, where anything ever did.
pub(super) fn desk<A: Action>(cx: &Cx<A>) -> Result<(Acting, Option<ShelfNo>)> {
    let acting = Acting::of(&cx.state.org.current(), cx.who().person)?;
    let shelf = parcel::find_shelf(&cx.state.store, &acting.directory, acting.organ)?;
    Ok((acting, shelf))
}

/// One that came to this person's organ.
pub(super) fn found<A: Action>(cx: &Cx<A>) -> Result<(Acting, Parcel)> {
    let id: Id = cx.path("parcel")?;
    let (acting, shelf) = desk(cx)?;
    if shelf != Some(id.shelf()) {
        return Err(Error::NotFound);
    }
    let parcel = find_parcel(&cx.state.store.shelf(id.shelf())?, id)?;
    match parcel.way {
        Way::In => Ok((acting, parcel)),
        Way::Out => Err(Error::NotFound),
    }
}

/// POST `/exchange`: a package with its code.
pub(super) fn bring(cx: &mut Cx<TakeArrival>) -> Result<Reply> {
    match kept(cx) {
        Ok(id) => {
            cx.tell("已打开，内容和发文单位签过名的一样。请看清楚再登记");
            Ok(Reply::To(format!("{DESK_AT}/in/{id}")))
        }
        Err(why) => page(cx, &Filled::again(&cx.input, why)?).map(Reply::Wrong),
    }
}

fn wrong(why: impl Into<String>) -> Error {
    Error::invalid("package", why)
}

fn kept(cx: &Cx<TakeArrival>) -> Result<Id> {
    let (acting, _) = desk(cx)?;
    let sent = cx
        .files()
        .iter()
        .find(|f| f.field() == "package" && f.size() > 0);
    let file = sent.ok_or_else(|| wrong("请选发文单位给的公文包，扩展名是 .gwb 的文件"))?;
    file.check_size().map_err(wrong)?;
    let most = i64::try_from(MOST_BYTES).unwrap_or(i64::MAX) + (16 << 20);
    let bytes = file.bytes(most)?;
    let in_words = |why| match why {
        Error::Busy(why) => wrong(why),
        other => other,
    };
    // a file that is none is said before a code that is none
    package::cover(&bytes).map_err(in_words)?;
    let code = Code::read(cx.form("code"))?;
    let opened = package::open(&bytes, &code).map_err(in_words)?;
    let shelf = parcel::shelf(&cx.state.store, &acting.directory, acting.organ)?
        .ok_or_else(|| wrong("本单位还没有设办公室，收不了文。请管理员先在组织机构里设好"))?;
    admit(cx, shelf, &opened)?;
    keep(cx, (&acting, shelf), (file.name(), &bytes), opened)
}

/// What is not taken in whoever sends it.
fn admit(cx: &Cx<TakeArrival>, shelf: ShelfNo, opened: &Opened) -> Result<()> {
    let read = cx.state.store.shelf(shelf)?;
    let delivery = &opened.package.delivery;
    if let Some(known) = find_delivery(&read, (shelf, Way::In), delivery)? {
        let when = cx.zone().short_time(known.at, cx.at);
        return Err(wrong(format!(
            "这份公文包（编号 {delivery}）{when}已经收过了，不用再收。请在下面的清单里找“{}”",
            opened.package.elements.title
        )));
    }
    let secrecy = &opened.package.elements.secrecy;
    if ["绝密", "机密", "秘密"].iter().any(|s| secrecy.contains(s)) {
        return Err(wrong(format!(
            "公文要素里写着“{secrecy}”。本平台不涉密，没有收下。请马上告诉发文单位，按保密规定处理这份文件"
        )));
    }
    opened.package.files.iter().try_for_each(|f| {
        let kind = sniff::sniff(&f.bytes);
        sniff::check_name(kind, &f.name).map_err(wrong)?;
        if i64::try_from(f.bytes.len()).is_ok_and(|n| n > LOOK_BYTES) {
            return Ok(());
        }
        let first = extract::first_page(kind, &f.bytes);
        match first.as_deref().and_then(sniff::secret_mark) {
            Some(mark) => Err(wrong(format!(
                "“{}”第一页标有“{mark}”。本平台不涉密，没有收下。请马上告诉发文单位，按保密规定处理这份文件",
                f.name
            ))),
            None => Ok(()),
        }
    })
}

fn keep(
    cx: &Cx<TakeArrival>,
    (acting, shelf): (&Acting, ShelfNo),
    (name, bytes): (&str, &[u8]),
    opened: Opened,
) -> Result<Id> {
    let store = &cx.state.store;
    let (sealed, wrong) = sealed(&opened, cx.zone());
    let mut files = vec![kept::store(store, shelf, (PACKAGE, name, bytes))?];
    files.extend(kept::store_all(store, shelf, &opened.package.files)?);
    let data = Kept {
        elements: opened.package.elements,
        to: opened.package.to,
        sealed,
        wrong,
        ..Kept::default()
    };
    let new = NewParcel {
        way: Way::In,
        delivery: opened.package.delivery,
        case: None,
        partner: opened.package.from,
        key: Some(opened.key),
        answer: opened.answer,
        digest: opened.digest,
        data: data.value()?,
        person: Some(acting.viewer.person),
        name: acting.signature.name.clone(),
    };
    let who = acting.viewer.person;
    let done = cx.write(shelf, move |w: &mut Write<'_>| {
        w.quiet("收到的数据包等待登记，不影响各类清单");
        w.note(format!("{} {}", new.delivery, new.partner));
        let id = insert_parcel(w, &new)?;
        kept::attach_all(w, id, &files, (who, &new.name))?;
        Ok(id)
    })?;
    Ok(done.value)
}

/// Who sealed the pages and when, and what does not hold of them by the proof that came along.
fn sealed(opened: &Opened, zone: Zone) -> (String, Vec<String>) {
    let part = |part| opened.package.files.iter().find(|f| f.part == part);
    let (Some(pages), Some(proof)) = (part(Part::Pages), part(Part::Proof)) else {
        return (String::new(), Vec::new());
    };
    let Some(stamped) = Stamped::read(&proof.bytes) else {
        let said = "和版式文件一起来的签名文件读不出来：它被改过，或者坏了".to_owned();
        return (String::new(), vec![said]);
    };
    let size = i64::try_from(pages.bytes.len()).unwrap_or(i64::MAX);
    let of = (Digest::of(&pages.bytes), size);
    // an organ's key may have changed since it sealed: the seal's key stands in its own line
    let trusted = stamped.public().map_or_else(Vec::new, |k| vec![k]);
    let wrongs = stamped.wrongs(Some(of), &trusted);
    let mut all: Vec<String> = wrongs.into_iter().map(|w| w.says().to_owned()).collect();
    if stamped.public() != Some(opened.key) {
        all.push("盖章用的钥匙和这个公文包的签名钥匙不是同一把，请打电话向发文单位核实".to_owned());
    }
    let s = &stamped.signed;
    let when = zone.long_time(Millis(s.at));
    (format!("{} {} {when} 盖章", s.organ, s.name), all)
}

/// GET `/exchange/in/{parcel}`.
pub(super) fn one(cx: &mut Cx<SeeArrivals>) -> Result<Reply> {
    let (acting, parcel) = found(cx)?;
    one_page(cx, (&acting, &parcel), &Filled::fresh()).map(Reply::Page)
}

/// GET `/exchange/in/{parcel}/file/{file}?look=1`.
pub(super) fn file(cx: &mut Cx<SeeArrivals>) -> Result<Reply> {
    let (_, parcel) = found(cx)?;
    let id: Id = cx.path("file")?;
    let store = &cx.state.store;
    let all = kept::files_of(store, &parcel)?;
    let file = all
        .into_iter()
        .find(|f| f.id == id)
        .ok_or(Error::NotFound)?;
    let blob = store.blob(parcel.id.shelf(), file.digest())?;
    if cx.query("look") == "1" && file.size <= LOOK_BYTES {
        let bytes = blob.all(LOOK_BYTES)?.ok_or(Error::NotFound)?;
        if sniff::sniff(&bytes) == sniff::Kind::Pdf && sniff::pdf_is_plain(&bytes) {
            let made = FileReply::made(file.name, "application/pdf", bytes);
            return Ok(Reply::File(made.shown("application/pdf")));
        }
        return Ok(Reply::File(FileReply::made(
            file.name,
            "application/octet-stream",
            bytes,
        )));
    }
    Ok(Reply::File(FileReply::kept(file.name, blob)))
}

/// GET `/exchange/in/{parcel}/receipt`.
pub(super) fn receipt(cx: &mut Cx<SeeArrivals>) -> Result<Reply> {
    let (_, parcel) = found(cx)?;
    let file = kept::file_of(&cx.state.store, &parcel, RECEIPT)?;
    let blob = cx.state.store.blob(parcel.id.shelf(), file.digest())?;
    Ok(Reply::File(FileReply::kept(file.name, blob)))
}

/// POST `/exchange/in/{parcel}/key`: the fingerprint was compared by telephone.
pub(super) fn confirm(cx: &mut Cx<TakeArrival>) -> Result<Reply> {
    let (acting, parcel) = found(cx)?;
    let key = parcel.key.ok_or(Error::NotFound)?;
    if cx.form("compared") != "1" {
        let why = Error::invalid("compared", "请先打电话核对指纹，再勾选“已经核对”");
        let filled = Filled::again(&cx.input, why)?;
        return one_page(cx, (&acting, &parcel), &filled).map(Reply::Wrong);
    }
    let was = Known::of(&cx.state.store, (acting.organ, &parcel.partner), Some(&key))?;
    let (organ, partner, by) = (acting.organ, parcel.partner.clone(), acting.signature.name);
    let changed = was.is_changed();
    cx.write_on(ShelfNo::HUB, parcel.id, move |w| {
        w.quiet("往来单位的公钥，不影响各类清单");
        let before = if changed { "，换下以前的" } else { "" };
        w.note(format!("{partner} 公钥 {}{before}", key.fingerprint()));
        set_key(w, (organ, &partner), (&key, &by))
    })?;
    cx.tell("已记下：指纹核对过了。以后同一把钥匙签的不用再核对");
    Ok(Reply::To(format!("{DESK_AT}/in/{}", parcel.id)))
}

/// The files of the document itself, the pages first.
pub(super) fn parts<A: Action>(
    cx: &Cx<A>,
    parcel: &Parcel,
) -> Result<Vec<attachments::Attachment>> {
    let mut all = kept::files_of(&cx.state.store, parcel)?;
    all.retain(|f| kept::is_part(&f.field));
    Ok(all)
}
