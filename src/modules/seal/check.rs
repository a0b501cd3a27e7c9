//! Whether a document still is what was sealed: by its file, by the code printed with the seal, on the case's own page; and
//! the signature as a file that goes along. Whoever has the file or the code may ask: he holds the document already.
//! Invariant: what does not hold is named; nothing is called in order that was not compared with the file itself.

use super::register::{shelves, stamped};
use super::seal_store::{find_seal, list_with_digest};
use super::{CheckSealed, VERIFY_AT, WHAT_IT_IS};
use crate::engine::case_store::find_case;
use crate::engine::deed::{Deed, SEALED_FILE, What};
use crate::engine::deed_store::list_deeds;
use crate::engine::official;
use crate::engine::run::Acting;
use crate::kit::hash::Hasher;
use crate::kit::sm2::Public;
use crate::kit::stamped::{MOST, Stamped, Wrong};
use crate::kit::{Digest, Error, Id, Millis, Result, extract, sniff, text};
use crate::org::organ_key;
use crate::screens::people::sheet::Filled;
use crate::store::{Standing, attachments};
use crate::ui::form;
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::facts;
use crate::ui::note::{Tone, note};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, FileReply, LOOK_UP_AT, Reply, State, Visit};
use serde_json::Value;

/// A sealed document is never larger.
const LARGEST: i64 = 50 << 20;
/// Letters of a code.
const CODE: usize = 10;

/// What was found of one sealed document.
pub(super) struct Report {
    pub stamped: Stamped,
    pub attachment: Option<Id>,
    /// What does not hold, each a sentence.
    pub wrong: Vec<String>,
    /// What holds and is to be known.
    pub also: Vec<String>,
}

/// Compares a deed with its file: the one that was brought, or the one that was kept.
pub(super) fn report(
    state: &State,
    (case, deed): (Id, &Deed),
    deeds: &[Deed],
    brought: Option<(Digest, i64)>,
) -> Result<Report> {
    let Some(stamped) = stamped(&deed.data) else {
        return Err(Error::Busy(
            "这一件的盖章记录读不出来，它在盖章以后被改过。请管理员从备份里恢复".into(),
        ));
    };
    let hub = state.store.hub()?;
    let known: Vec<Public> = organ_key::known(&hub)?;
    let kept = kept_file(state, case, deed)?;
    let mut wrong = Vec::new();
    let wrongs = stamped.wrongs(brought.or(kept.as_ref().and_then(|k| k.found)), &known);
    wrong.extend(wrongs.into_iter().map(|w| w.says().to_owned()));
    if !is_own(&stamped, (case, deed)) && !wrong.iter().any(|w| w == Wrong::Signature.says()) {
        wrong.push(Wrong::Signature.says().to_owned());
    }
    if brought.is_none() && kept.as_ref().is_none_or(|k| k.found.is_none()) {
        wrong.push("平台上存的盖章文件不见了，或者已经损坏。请管理员从备份里恢复".to_owned());
    }
    let mut also = Vec::new();
    if stamped.signed.sample {
        also.push("盖的是样章，没有效力".to_owned());
    }
    if let Some(undone) = undone_by(deeds, deed) {
        let why = undone.data.get("reason").and_then(Value::as_str);
        also.push(format!(
            "这次用印已由{}作废：{}",
            undone.name,
            why.unwrap_or_default()
        ));
    }
    match find_seal(&hub, stamped.signed.seal_no) {
        Ok(seal) => also.extend(seal.destroyed.map(|(day, why)| {
            format!("这枚印章后来在 {day} 销毁了（{why}），销毁以前盖的不受影响")
        })),
        Err(Error::NotFound) => wrong.push("印章登记里没有这枚印章".to_owned()),
        Err(other) => return Err(other),
    }
    drop(hub);
    also.extend(text_changed(state, (case, deed))?);
    Ok(Report {
        attachment: kept.map(|k| k.id),
        stamped,
        wrong,
        also,
    })
}

/// Whether the row says of itself what was signed.
fn is_own(s: &Stamped, (case, deed): (Id, &Deed)) -> bool {
    let s = &s.signed;
    s.deed == deed.id.to_string()
        && s.case == case.to_string()
        && s.text == deed.text.hex()
        && s.name == deed.name
        && Some(s.person) == deed.person.map(|p| p.0)
        && s.at == deed.at.0
}

struct Kept {
    id: Id,
    /// Digest and size of what is really there.
    found: Option<(Digest, i64)>,
}

/// The file the deed names, read through.
fn kept_file(state: &State, case: Id, deed: &Deed) -> Result<Option<Kept>> {
    let named = deed.data.get("attachment").and_then(Value::as_str);
    let Some(id) = named.and_then(|n| n.parse::<Id>().ok()) else {
        return Ok(None);
    };
    if id.shelf() != case.shelf() {
        return Ok(None);
    }
    let read = state.store.shelf(case.shelf())?;
    let file = match attachments::find(&read, id) {
        Ok(file) if file.owner == case && file.field == SEALED_FILE => file,
        Ok(_) | Err(Error::NotFound) => return Ok(None),
        Err(other) => return Err(other),
    };
    drop(read);
    let found = match state.store.blob(case.shelf(), file.digest()) {
        Ok(mut blob) => {
            let (mut hasher, mut size) = (Hasher::default(), 0);
            let whole = loop {
                match blob.next_chunk() {
                    Ok(Some(chunk)) => {
                        size += chunk.len() as i64;
                        hasher.update(&chunk);
                    }
                    Ok(None) => break true,
                    // what a bad disk changed is not given out
                    Err(_) => break false,
                }
            };
            whole.then(|| (hasher.finish(), size))
        }
        Err(Error::NotFound) => None,
        Err(other) => return Err(other),
    };
    Ok(Some(Kept { id, found }))
}

fn undone_by<'d>(deeds: &'d [Deed], sealed: &Deed) -> Option<&'d Deed> {
    let of = sealed.id.to_string();
    let names = |d: &&Deed| d.data.get("deed").and_then(Value::as_str) == Some(of.as_str());
    deeds
        .iter()
        .filter(|d| d.what == What::Unsealed)
        .find(names)
}

/// The text of the case is another one now.
fn text_changed(state: &State, (case, deed): (Id, &Deed)) -> Result<Option<String>> {
    let read = state.store.shelf(case.shelf())?;
    let stored = find_case(&read, case)?;
    let procedures = &state.engine.procedures;
    let procedure = procedures.version(&read, &stored.head.procedure, &stored.head.version)?;
    let now = official::digest(&procedure, &stored.state.values);
    let other = now != deed.text;
    Ok(other.then(|| "平台上这一件的正文，盖章以后又改过；盖好章的文件没有变".to_owned()))
}

/// What the check says.
pub(super) fn shown(visit: &Visit, r: &Report) -> Markup {
    let s = &r.stamped.signed;
    let who = r
        .stamped
        .public()
        .map(|k| k.fingerprint())
        .unwrap_or_default();
    let when = visit.zone().long_time(Millis(s.at));
    let rows = [
        ("发文字号", html! { (s.number) }),
        ("标题", html! { (s.title) }),
        ("印章", html! { (s.seal) @if s.sample { "（样章）" } }),
        ("用印人", html! { (s.name) }),
        ("用印时间", html! { (when) }),
        ("位置", html! { "第 " (s.page) " 页" }),
        ("核验码", html! { (s.code) }),
        ("公钥指纹", html! { (who) }),
    ];
    let lead = match (r.wrong.is_empty(), r.also.is_empty()) {
        (true, _) => note(
            Tone::Done,
            "与盖章时一致：",
            &format!("{} {when} 用{}盖的 {}。", s.name, s.seal, s.number),
        ),
        (false, _) => note(
            Tone::Bad,
            "与盖章时不一致：",
            &html! { @for w in &r.wrong { (w) "。" } "下面是盖章记录上写的，请当面或打电话向发文机关核实。" },
        ),
    };
    html! {
        (lead)
        @for line in &r.also { (note(Tone::Plain, "请注意：", line)) }
        (facts("盖章记录", &rows))
        p.hint { (WHAT_IT_IS) }
    }
}

/// GET `/case/{case}/seal/signature`: the signature file that goes along with the PDF.
pub(super) fn signature(cx: &mut Cx<CheckSealed>) -> Result<Reply> {
    let case: Id = cx.path("case")?;
    let acting = Acting::of(&cx.state.org.current(), cx.who().person)?;
    let store = &cx.state.store;
    // whoever may not see the case is told that there is none
    cx.state.engine.open(store, &acting, (case, None))?;
    let deeds = list_deeds(&store.shelf(case.shelf())?, case)?;
    let last = deeds.iter().rfind(|d| d.what == What::Sealed);
    let made = last.and_then(|d| stamped(&d.data)).ok_or(Error::NotFound)?;
    let name = text::safe_file_name(&format!(
        "{} {}（已用印）.pdf.sig.json",
        made.signed.number, made.signed.title
    ));
    Ok(Reply::File(FileReply::made(
        name,
        "application/json",
        made.bytes()?,
    )))
}

/// GET `/verify/{code}`: where the printed code leads.
pub(super) fn code(cx: &mut Cx<CheckSealed>) -> Result<Reply> {
    let typed: String = cx.path("code")?;
    let found = by_code(&cx.state, &typed)?;
    let said = match found {
        Some((case, deed, deeds)) => {
            let found = report(&cx.state, (case, &deed), &deeds, None)?;
            html! {
                (shown(cx, &found))
                p { "这是平台上存的那一份。手里的纸和它逐字对一遍；手里有 PDF 文件的，在“核验盖章文件”里选它。" }
            }
        }
        None => unknown(),
    };
    answer(cx, &said, &Filled::fresh())
}

fn unknown() -> Markup {
    note(
        Tone::Bad,
        "平台上没有这样一份盖章文件。",
        &"要么不是这里盖的章，要么文件在盖章以后改动过。请核对核验码，或者打电话向发文机关核实。",
    )
}

type Found = (Id, Deed, Vec<Deed>);

/// As somebody reads it off paper: what looks alike counts alike.
fn plain_code(typed: &str) -> String {
    let folded = text::fold(typed).to_uppercase();
    let letters = folded.chars().filter(|c| !c.is_whitespace());
    letters
        .map(|c| match c {
            'O' => '0',
            'I' | 'L' => '1',
            c => c,
        })
        .collect()
}

/// `{case}-{code}`.
fn by_code(state: &State, typed: &str) -> Result<Option<Found>> {
    let typed = plain_code(typed);
    let Some((case, code)) = typed.split_once('-') else {
        return Ok(None);
    };
    let Ok(case) = case.parse::<Id>() else {
        return Ok(None);
    };
    in_case(state, case, |s| s.signed.code == code)
}

fn in_case(state: &State, case: Id, fits: impl Fn(&Stamped) -> bool) -> Result<Option<Found>> {
    let deeds = match state.store.shelf(case.shelf()) {
        Ok(read) => list_deeds(&read, case)?,
        Err(Error::NotFound | Error::Busy(_)) => return Ok(None),
        Err(other) => return Err(other),
    };
    let mut sealed = deeds.iter().rev().filter(|d| d.what == What::Sealed);
    let found = sealed
        .find(|d| stamped(&d.data).is_some_and(|s| fits(&s)))
        .cloned();
    Ok(found.map(|d| (case, d, deeds)))
}

/// Every shelf that is here, until something is found.
fn anywhere<T>(
    state: &State,
    mut f: impl FnMut(&crate::store::Read, i64) -> Result<Option<T>>,
) -> Result<Option<T>> {
    for shelf in shelves(state.store.shelves()?) {
        if matches!(state.store.standing(shelf), Standing::Away(_)) {
            continue;
        }
        if let Some(found) = f(&state.store.shelf(shelf)?, i64::from(shelf.0))? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// GET `/verify`.
pub(super) fn ask(cx: &mut Cx<CheckSealed>) -> Result<Reply> {
    answer(cx, &html! {}, &Filled::fresh())
}

/// POST `/verify`: a file, and beside it the code or the signature file where it was changed.
pub(super) fn file(cx: &mut Cx<CheckSealed>) -> Result<Reply> {
    match looked(cx) {
        Ok(said) => answer(cx, &said, &Filled::fresh()),
        Err(why) => answer(cx, &html! {}, &Filled::again(&cx.input, why)?),
    }
}

fn looked(cx: &Cx<CheckSealed>) -> Result<Markup> {
    let typed = cx.form("code").trim();
    let sent = |field: &str| {
        cx.files()
            .iter()
            .find(|f| f.field() == field && f.size() > 0)
    };
    let Some(sealed) = sent("file") else {
        if typed.is_empty() {
            return Err(Error::invalid(
                "file",
                "请选要核验的 PDF 文件，或者写纸上的核验码",
            ));
        }
        return Ok(match by_short(&cx.state, typed)? {
            Some((case, deed, deeds)) => {
                shown(cx, &report(&cx.state, (case, &deed), &deeds, None)?)
            }
            None => unknown(),
        });
    };
    sealed
        .check_size()
        .map_err(|why| Error::invalid("file", why))?;
    let bytes = sealed.bytes(LARGEST)?;
    let of = (Digest::of(&bytes), bytes.len() as i64);
    if let Some(found) = by_file(&cx.state, of.0)? {
        let (case, deed, deeds) = found;
        return Ok(shown(
            cx,
            &report(&cx.state, (case, &deed), &deeds, Some(of))?,
        ));
    }
    if let Some(sig) = sent("signature") {
        return beside(cx, &sig.bytes(MOST as i64)?, of);
    }
    let codes = match typed {
        "" => codes_in(&bytes),
        typed => vec![typed.to_owned()],
    };
    for code in &codes {
        if let Some((case, deed, deeds)) = by_short(&cx.state, code)? {
            return Ok(shown(
                cx,
                &report(&cx.state, (case, &deed), &deeds, Some(of))?,
            ));
        }
    }
    Ok(html! {
        (unknown())
        p.hint { "把纸上的核验码也写上再试一次，可以知道它原来是哪一份、哪里不一样。" }
    })
}

/// A signature file that came along, for a file that is not among ours.
fn beside(cx: &Cx<CheckSealed>, sig: &[u8], of: (Digest, i64)) -> Result<Markup> {
    let stamped = Stamped::read(sig).ok_or_else(|| {
        Error::invalid(
            "signature",
            "这不是签名文件，或者它被改过一个字。请重新拿一份 .sig.json 文件",
        )
    })?;
    let known = organ_key::known(&cx.state.store.hub()?)?;
    let wrong = stamped.wrongs(Some(of), &known);
    Ok(shown(
        cx,
        &Report {
            stamped,
            attachment: None,
            wrong: wrong.into_iter().map(|w| w.says().to_owned()).collect(),
            also: Vec::new(),
        },
    ))
}

fn by_file(state: &State, digest: Digest) -> Result<Option<Found>> {
    let hex = digest.hex();
    let case = anywhere(state, |read, shelf| {
        let found = list_with_digest(read, shelf, &hex)?;
        Ok(found.first().map(|u| u.case))
    })?;
    match case {
        Some(case) => in_case(state, case, |s| s.signed.file == hex),
        None => Ok(None),
    }
}

/// The ten letters alone, or with the case before them.
fn by_short(state: &State, typed: &str) -> Result<Option<Found>> {
    if typed.contains('-') {
        return by_code(state, typed);
    }
    let code = plain_code(typed);
    if code.len() != CODE {
        return Ok(None);
    }
    let case = anywhere(state, |read, shelf| {
        super::seal_store::find_with_code(read, shelf, &code)
    })?;
    match case {
        Some(case) => in_case(state, case, |s| s.signed.code == code),
        None => Ok(None),
    }
}

/// Codes a PDF's own text names: of a file that was changed it tells which one it was.
fn codes_in(bytes: &[u8]) -> Vec<String> {
    if sniff::sniff(bytes) != sniff::Kind::Pdf {
        return Vec::new();
    }
    let extract::Found::Text(words) = extract::all(bytes) else {
        return Vec::new();
    };
    let after = words.split("核验码").skip(1);
    after
        .map(|rest| {
            let letters = rest.chars().filter(|c| !c.is_whitespace());
            letters.take(CODE).collect::<String>()
        })
        .filter(|c| c.chars().all(|c| c.is_ascii_alphanumeric()) && c.len() == CODE)
        .collect()
}

fn answer(cx: &Cx<CheckSealed>, said: &Markup, filled: &Filled<'_>) -> Result<Reply> {
    let title = "核验盖章文件";
    let content = html! {
        (crumbs(&Link::new("登记簿", LOOK_UP_AT), &[], title))
        (heading(title, "", &html! {}))
        (form::errors(&filled.errors))
        (said)
        p { "把收到的 PDF 选进来，看它和盖章的时候是不是一样；只有纸的，写纸上的核验码，或者用手机扫纸上的二维码。" }
        form method="post" action=(VERIFY_AT) enctype="multipart/form-data" {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            (form::file("file", "要核验的 PDF 文件").accept(".pdf").check(&filled.errors))
            (filled.put(form::text("code", "核验码").line().hint("二维码下面的 10 个字；文件改动过，写上它才知道原来是哪一份"), "code", ""))
            (form::file("signature", "签名文件").accept(".json").check(&filled.errors)
                .hint("别的单位发来的文件，和 PDF 一起来的 .sig.json；本单位的不用选"))
            p.acts { button.btn.key type="submit" { "核验" } }
        }
    };
    let page = cx.draw(&Page::new(title).wrong(&filled.errors), &content);
    Ok(match filled.is_fresh() {
        true => Reply::Page(page),
        false => Reply::Wrong(page),
    })
}
