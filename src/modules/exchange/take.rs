//! What becomes of a document that came: registered as an incoming case, by a draft that is filled from its elements; or sent
//! back with a reason. Not here: the receipt of what was registered (`carry`), which goes once the draft is sent on.
//! Invariant: which element stands in which field is said by the procedure; files are copied before the parcel says so.

use super::arrive::{found, parts};
use super::arrive_view::one_page;
use super::carry::{Rooms, Verdict};
use super::elements::Elements;
use super::kept::{Kept, LINK, Stored, copy, same_field, store};
use super::known::Known;
use super::{DESK_AT, TakeArrival};
use crate::access::Action;
use crate::engine::case::Values;
use crate::engine::definition::{Exchange, Kind, Procedure};
use crate::engine::draft_store;
use crate::engine::run::Acting;
use crate::inbox::parcel::{Parcel, State};
use crate::inbox::parcel_store::{find_parcel, set_data};
use crate::kit::{Error, Id, Result, ShelfNo, text};
use crate::screens::people::sheet::Filled;
use crate::store::{NewAttachment, Stamp};
use crate::web::{Cx, Reply};
use serde_json::Value;

/// Characters of a reason at most.
const REASON: usize = 100;

/// Where it is being registered.
pub(super) enum Stands {
    /// Nowhere yet.
    Free,
    /// In somebody's draft.
    Draft(Id, String),
    /// Its draft was sent on; the receipt is on its way.
    Registered,
}

pub(super) fn stands<A: Action>(cx: &Cx<A>, parcel: &Parcel) -> Result<Stands> {
    let kept = Kept::of(parcel);
    let Some((draft, _)) = kept.draft else {
        return Ok(Stands::Free);
    };
    if Rooms::of(&cx.state).became(parcel)?.is_some() {
        return Ok(Stands::Registered);
    }
    let there = draft_store::has_draft(&cx.state.store.shelf(draft.shelf())?, draft)?;
    Ok(match there {
        true => Stands::Draft(draft, kept.by),
        false => Stands::Free,
    })
}

/// Procedures this person starts with what came, and their buttons.
pub(super) fn startable<A: Action>(cx: &Cx<A>, acting: &Acting) -> Vec<(String, String)> {
    let all = cx.state.engine.procedures.all();
    all.iter()
        .filter(|p| p.may_start(&acting.viewer) && p.procedure.exchange.is_some())
        .map(|p| (p.procedure.id.clone(), p.procedure.start.label.clone()))
        .collect()
}

/// Why it cannot be registered now.
pub(super) fn barred<A: Action>(
    cx: &Cx<A>,
    acting: &Acting,
    parcel: &Parcel,
) -> Result<Option<String>> {
    if parcel.state != State::Waiting {
        return Ok(Some("这一份已经办过了".to_owned()));
    }
    let known = Known::of(
        &cx.state.store,
        (acting.organ, &parcel.partner),
        parcel.key.as_ref(),
    )?;
    if known.is_changed() {
        return Ok(Some(
            "签名钥匙和以前核对过的不一样。先打电话核对指纹，再登记；核对不上的，请退回".to_owned(),
        ));
    }
    Ok(match stands(cx, parcel)? {
        Stands::Free => None,
        Stands::Draft(_, by) => Some(format!("{by}正在登记，草稿还没有送出")),
        Stands::Registered => Some("这一份已经登记了，回执正在做，请稍等再刷新".to_owned()),
    })
}

/// POST `/exchange/in/{parcel}/take`: a draft of an incoming case, which opens.
pub(super) fn take(cx: &mut Cx<TakeArrival>) -> Result<Reply> {
    let (acting, parcel) = found(cx)?;
    let wanted = cx.form("as").to_owned();
    if !startable(cx, &acting).iter().any(|(id, _)| *id == wanted) {
        return Err(Error::NotFound);
    }
    if let Some(why) = barred(cx, &acting, &parcel)? {
        let filled = Filled::again(&cx.input, Error::Conflict(why))?;
        return one_page(cx, (&acting, &parcel), &filled).map(Reply::Wrong);
    }
    let published = cx.state.engine.procedures.current(&wanted)?;
    let rule = published
        .procedure
        .exchange
        .as_ref()
        .ok_or(Error::NotFound)?;
    let values = values(
        &published.procedure,
        rule,
        &Kept::of(&parcel),
        &parcel.partner,
    );
    let draft = draft(cx, (&acting, &parcel), (&wanted, &rule.files, values))?;
    cx.tell("要素和文件已经填好，请核对；送出以后回执自动做好");
    Ok(Reply::To(format!("/start/{wanted}?draft={draft}")))
}

fn draft(
    cx: &Cx<TakeArrival>,
    (acting, parcel): (&Acting, &Parcel),
    (procedure, field, values): (&str, &str, Values),
) -> Result<Id> {
    let at = &cx.state.store;
    let home = cx.state.engine.shelf_now(at, acting)?;
    let kept = Kept::of(parcel);
    let files = copies(cx, parcel, home)?;
    let xml = kept.elements.xml();
    let link = store(at, home, (LINK, "公文元数据.xml", xml.as_bytes()))?;
    let who = (acting.viewer.person, acting.signature.name.clone());
    let (as_what, field) = (procedure.to_owned(), field.to_owned());
    // a repeated press finds the draft of the first
    let stamp = Stamp {
        op: String::new(),
        ..cx.permit.stamp_on(parcel.id)
    };
    let by = who.clone();
    let made = at.write(home, stamp.clone(), move |w| {
        w.quiet("草稿是自己的，不影响各类清单");
        let draft = draft_store::set_draft(w, (None, by.0), &as_what, &values)?;
        for file in &files {
            w.attach(&NewAttachment {
                field: field.clone(),
                ..file.belonging(draft, (by.0, &by.1))
            })?;
        }
        let link = w.attach(&link.belonging(draft, (by.0, &by.1)))?;
        Ok((draft, link))
    })?;
    let (draft, link) = made.value;
    let data = Kept {
        draft: Some((draft, link)),
        procedure: procedure.to_owned(),
        by: who.1,
        ..kept
    };
    let (id, seen, data) = (parcel.id, parcel.changed_at, data.value()?);
    let taken = at.write(id.shelf(), stamp.clone(), move |w| {
        w.quiet("来件正在登记，不影响各类清单");
        w.note(format!("draft {draft}"));
        if find_parcel(w, id)?.changed_at != seen {
            return Err(Error::Conflict(
                "这一份刚才被别人拿去登记了。请刷新这一页再看".into(),
            ));
        }
        set_data(w, id, &data)
    });
    if let Err(why) = taken {
        at.write(home, stamp, move |w| {
            w.quiet("别人已先办理，没有改动");
            draft_store::take_draft(w, draft, who.0)
        })?;
        return Err(why);
    }
    Ok(draft)
}

fn copies(cx: &Cx<TakeArrival>, parcel: &Parcel, home: ShelfNo) -> Result<Vec<Stored>> {
    let mut all = Vec::new();
    for file in parts(cx, parcel)? {
        if let Some(field) = same_field(&file.field) {
            let way = (parcel.id.shelf(), home);
            all.push(copy(&cx.state.store, way, &file, field)?);
        }
    }
    Ok(all)
}

/// The form as the elements fill it.
fn values(procedure: &Procedure, rule: &Exchange, kept: &Kept, from: &str) -> Values {
    let e = &kept.elements;
    let mut all = Values::new();
    let mut put = |field: Option<&String>, said: &str| {
        let known = field.and_then(|f| procedure.field(f));
        if let Some(field) = known.filter(|_| !said.is_empty()) {
            all.insert(field.id.clone(), Value::from(said));
        }
    };
    for (field, said) in &rule.fixed {
        put(Some(field), said);
    }
    put(Some(&rule.issuer), from);
    put(Some(&rule.title), &e.title);
    put(rule.number.as_ref(), &e.number);
    put(rule.kind.as_ref(), &e.kind);
    put(rule.signers.as_ref(), &e.signers);
    put(rule.dated_on.as_ref(), &e.date);
    put(rule.addressee.as_ref(), &e.addressee);
    put(rule.copy_to.as_ref(), &e.copy_to);
    put(rule.note.as_ref(), &e.note);
    put(procedure.urgency.as_ref(), &urgency(procedure, e));
    all
}

/// The procedure's own word for how urgent it is: its last for 特急 and 特提, its second for 加急 and 平急.
fn urgency(procedure: &Procedure, elements: &Elements) -> String {
    let field = procedure.urgency.as_ref().and_then(|f| procedure.field(f));
    let Some(Kind::Choice { options }) = field.map(|f| &f.kind) else {
        return String::new();
    };
    let said = &elements.urgency;
    let word = match said.as_str() {
        "" => None,
        said if options.iter().any(|o| o == said) => options.iter().find(|o| *o == said),
        said if said.starts_with('特') => options.last(),
        _ => options.get(1),
    };
    word.cloned().unwrap_or_default()
}

/// POST `/exchange/in/{parcel}/refuse`.
pub(super) fn refuse(cx: &mut Cx<TakeArrival>) -> Result<Reply> {
    let (acting, parcel) = found(cx)?;
    match refused(cx, &acting, &parcel) {
        Ok(true) => {
            cx.tell("已退回，退回的回执已经自动送到发文单位");
            Ok(Reply::To(DESK_AT.into()))
        }
        Ok(false) => {
            cx.tell("已退回。请下载回执交给发文单位");
            Ok(Reply::To(format!("{DESK_AT}/in/{}", parcel.id)))
        }
        Err(why) => {
            let filled = Filled::again(&cx.input, why)?;
            one_page(cx, (&acting, &parcel), &filled).map(Reply::Wrong)
        }
    }
}

fn refused(cx: &Cx<TakeArrival>, acting: &Acting, parcel: &Parcel) -> Result<bool> {
    let reason = text::one_line(cx.form("reason"));
    if reason.is_empty() || reason.chars().count() > REASON {
        return Err(Error::invalid(
            "reason",
            "请写明为什么退回，100 个字以内，例如“主送机关不是本单位”",
        ));
    }
    match stands(cx, parcel)? {
        Stands::Free if parcel.state == State::Waiting => {}
        Stands::Draft(_, by) => {
            return Err(Error::Conflict(format!(
                "{by}正在登记这一份。要退回，请先删掉那份草稿"
            )));
        }
        Stands::Free | Stands::Registered => {
            return Err(Error::Conflict("这一份已经办过了，不能再退回".into()));
        }
    }
    let who = (acting.viewer.person, acting.signature.name.clone());
    let stamp = cx.permit.stamp_on(parcel.id);
    let rooms = Rooms::of(&cx.state);
    rooms.answer(
        (acting.organ, parcel),
        &Verdict::Refused(&reason),
        (who, stamp),
    )?;
    Ok(Kept::of(parcel).home.is_some())
}
