//! A receipt that came back: opened with the delivery's own key, compared with what was sent, written down as a deed of the
//! case. Not here: where it came from (`send` by hand, `carry` from an organ on this server).
//! Invariant: a receipt that was changed, is another document's or another organ's changes nothing and is named.

use super::kept::{self, Kept, RECEIPT};
use super::known::Known;
use super::package::{self, Receipt};
use crate::engine::case_store::find_case;
use crate::engine::deed::{Deed, What};
use crate::engine::deed_store::{insert_deed, list_deeds};
use crate::engine::issued::REFUSED;
use crate::inbox::parcel::{Parcel, Settled, State};
use crate::inbox::parcel_store::{find_parcel, set_settled};
use crate::kit::sm2::Public;
use crate::kit::{Error, Id, Millis, OrganId, PersonId, Result, Zone};
use crate::org::organ_key;
use crate::store::{Stamp, Store};
use serde_json::json;

/// A receipt is a page of words.
pub(super) const LARGEST: i64 = 1 << 20;

fn refused(why: impl Into<String>) -> Error {
    Error::invalid("receipt", why)
}

/// What a receipt says, where it is this parcel's and nobody changed it.
fn read(
    store: &Store,
    organ: OrganId,
    (parcel, bytes): (&Parcel, &[u8]),
) -> Result<(Receipt, Public)> {
    if let Some(of) = package::answered(bytes).filter(|of| *of != parcel.delivery) {
        return Err(refused(format!(
            "这张回执是另一份公文的（公文包编号 {of}），这一份是 {}。请到那一件里收",
            parcel.delivery
        )));
    }
    let (receipt, key) = package::read_answer(bytes, &parcel.answer).map_err(|why| match why {
        Error::Busy(why) => refused(why),
        other => other,
    })?;
    if receipt.package != parcel.digest.hex() {
        return Err(refused(
            "回执答复的公文包和发出去的那一份不一样：对方收到的可能被改过。请打电话向收文单位核实，让他们重新回执",
        ));
    }
    if let Some(sister) = Kept::of(parcel).sister {
        let all = organ_key::keys_of(&store.hub()?, sister)?;
        if !all.iter().any(|k| k.public == key) {
            return Err(refused("回执不是收文单位的钥匙签的，没有收下"));
        }
        return Ok((receipt, key));
    }
    if Known::of(store, (organ, &parcel.partner), Some(&key))?.is_changed() {
        return Err(refused(format!(
            "回执的签名钥匙和{}以前核对过的不一样（现在的指纹是 {}），没有收下。请打电话核对；确实换了钥匙的，先在“往来单位”里重新核对",
            parcel.partner,
            key.fingerprint()
        )));
    }
    Ok((receipt, key))
}

/// Takes a receipt in: the parcel is settled and the case has a deed of it, in one write.
pub(super) fn accept(
    (store, zone): (&Store, Zone),
    stamp: Stamp,
    (parcel, bytes): (&Parcel, &[u8]),
) -> Result<Receipt> {
    if parcel.state != State::Waiting {
        return Err(refused("这一份的回执已经收过了"));
    }
    let case = parcel.case.ok_or(Error::NotFound)?;
    let found = find_case(&store.shelf(case.shelf())?, case)?;
    let (receipt, key) = read(store, found.state.organ, (parcel, bytes))?;
    let name = format!("回执 {} {}.gwhz", receipt.organ, parcel.delivery);
    let file = kept::store(store, case.shelf(), (RECEIPT, &name, bytes))?;
    let (id, delivery, said) = (parcel.id, parcel.delivery.clone(), receipt.clone());
    let starter = found.state.starter;
    store.write(case.shelf(), stamp, move |w| {
        if find_parcel(w, id)?.state != State::Waiting {
            return Err(refused("这一份的回执已经收过了"));
        }
        let settled = Settled {
            state: match said.refused.is_empty() {
                true => State::Taken,
                false => State::Refused,
            },
            case: None,
            key: Some(key),
            receipt: serde_json::to_value(&said)?,
        };
        set_settled(w, id, &settled)?;
        let who: (PersonId, &str) = (starter, &said.by);
        w.attach(&file.belonging(id, who))?;
        w.note(format!("{delivery} {}", settled.state.word()));
        if let Some(deed) = received(&list_deeds(w, case)?, (&delivery, &said), zone) {
            let deed = Deed {
                id: w.next_id(),
                at: w.at(),
                ..deed
            };
            insert_deed(w, case, &deed)?;
        }
        w.emit("case.filed", Some(case), &())
    })?;
    Ok(receipt)
}

/// The deed of a receipt; none where its slip was written down by hand before.
fn received(deeds: &[Deed], (delivery, said): (&str, &Receipt), zone: Zone) -> Option<Deed> {
    let says = |d: &Deed, key: &str, value: &str| {
        d.data.get(key).and_then(serde_json::Value::as_str) == Some(value)
    };
    let went = |d: &&Deed| d.what == What::Issued && says(d, "taken_by", delivery);
    let issued = deeds.iter().find(went)?;
    let of = issued.id.to_string();
    let known = |d: &&Deed| d.what == What::Received && says(d, "of", &of);
    if deeds.iter().any(|d| known(&d)) {
        return None;
    }
    let by = match said.ours.is_empty() {
        true => said.by.clone(),
        false => format!("{}（{}）", said.by, said.ours),
    };
    let on = zone.day(Millis(said.at)).to_string();
    Some(Deed {
        id: Id::from_raw(0),
        what: What::Received,
        text: issued.text,
        data: json!({ "of": of, "by": by, "on": on, REFUSED: said.refused }),
        person: None,
        name: said.by.clone(),
        at: Millis(0),
    })
}
