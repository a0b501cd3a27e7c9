//! What comes with a new case before it is sent: files in its draft, put in order, turned, left out; and
//! photographs and scans bound into one original when it goes.
//! Invariant: the pictures leave the list in the same write that brings in what was made of them, so a
//! power cut leaves either the pages or the original, never neither.
//!
//! Decision 2026-11-22: of photographs only the bound original stays in the list unless the clerk ticks
//! 照片也留着: twenty photographs of 6 MB each would be kept for thirty years beside the 4 MB that are
//! read. Turning is written into the page, so a picture is drawn once.

use super::files::{self, LOOK_BYTES, Sent, Stored};
use super::page::acting;
use super::{OpenFile, SaveDraft, answer, drafts, names};
use crate::engine::case::Values;
use crate::engine::definition::{Field, Procedure, is_empty};
use crate::engine::draft_store;
use crate::engine::run::Acting;
use crate::kit::closed;
use crate::kit::picture_pdf::{self, Turn};
use crate::kit::sniff::Kind;
use crate::kit::{Error, Id, PersonId, Result, picture, text};
use crate::store::attachments::Attachment;
use crate::store::{Stamp, Write};
use crate::ui::form::{self, Choice, Ticked};
use crate::ui::{Markup, html};
use crate::web::{Cx, FileReply, Reply, Visit};
use serde_json::{Value, json};

/// In a draft's values: ids and turns of its files, in order. No field's id begins so.
const KEPT: &str = "@pages";

/// What a person wants done with one file of a draft.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Wish {
    id: Id,
    place: f64,
    turn: Turn,
    out: bool,
}

/// Files of a draft as the person put them.
#[derive(Default)]
pub struct Pages {
    /// In order, with the turn of each.
    pub files: Vec<(Attachment, Turn)>,
    /// Those to be left out.
    out: Vec<Id>,
}

impl Pages {
    /// The files of a draft in the order the form says, or the draft kept.
    pub fn of(visit: &Visit, draft: Option<Id>, kept: Option<&Values>) -> Result<Self> {
        let all = drafts::files_of(visit, draft)?;
        let posted = wishes(visit);
        let wishes = if posted.is_empty() {
            kept.map(kept_wishes).unwrap_or_default()
        } else {
            posted
        };
        let last = wishes.iter().map(|w| w.place).fold(0.0, f64::max);
        let wish = |f: &Attachment| wishes.iter().find(|w| w.id == f.id);
        let mut files: Vec<(f64, Attachment, Turn)> = Vec::new();
        let mut out = Vec::new();
        for file in all {
            match wish(&file) {
                Some(w) if w.out => out.push(file.id),
                Some(w) => files.push((w.place, file, w.turn)),
                // what came since stands behind
                None => files.push((last + 1.0, file, Turn::None)),
            }
        }
        files.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.id.cmp(&b.1.id)));
        let files = files.into_iter().map(|(_, f, t)| (f, t)).collect();
        Ok(Self { files, out })
    }

    /// Writes the ids into the values of their fields, in order.
    pub fn list_in(&self, values: &mut Values) {
        let all: Vec<Attachment> = self.files.iter().map(|(f, _)| f.clone()).collect();
        files::list_values(values, &all);
    }

    fn pictures<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a (Attachment, Turn)> {
        let all = self.files.iter();
        all.filter(move |(f, _)| f.field == field && is_picture(f))
    }
}

fn is_picture(file: &Attachment) -> bool {
    file.kind == Kind::Jpeg.label()
}

/// Whether nobody but a person can tell what stands on its first page.
fn is_drawn(file: &Attachment) -> bool {
    is_picture(file) || file.kind == Kind::Tiff.label() || file.kind.ends_with(closed::DRAWN)
}

fn wishes(visit: &Visit) -> Vec<Wish> {
    let order = visit.input.pairs().iter();
    let order = order.filter_map(|(n, v)| Some((n.strip_prefix("order.")?, v)));
    let out = visit.form_all("out");
    order
        .enumerate()
        .filter_map(|(n, (id, place))| {
            let typed: Option<f64> = text::fold(place).parse().ok();
            Some(Wish {
                id: id.parse().ok()?,
                place: typed.filter(|p| p.is_finite()).unwrap_or(n as f64 + 1.0),
                turn: Turn::of(visit.form(&format!("turn.{id}"))),
                out: out.contains(&id),
            })
        })
        .collect()
}

fn kept_wishes(values: &Values) -> Vec<Wish> {
    let all = values.get(KEPT).and_then(Value::as_array);
    let wish = |(n, v): (usize, &Value)| {
        Some(Wish {
            id: v.get(0)?.as_str()?.parse().ok()?,
            place: n as f64 + 1.0,
            turn: Turn::of(v.get(1)?.as_str()?),
            out: false,
        })
    };
    all.map(|all| all.iter().enumerate().filter_map(wish).collect())
        .unwrap_or_default()
}

/// What was typed, with the order of the files: as a draft keeps it.
pub fn typed(visit: &Visit, procedure: &Procedure) -> Values {
    let mut values = answer::typed(visit, procedure);
    let mut all = wishes(visit);
    all.sort_by(|a, b| a.place.total_cmp(&b.place));
    let kept: Vec<Value> = all
        .iter()
        .filter(|w| !w.out)
        .map(|w| json!([w.id.to_string(), w.turn.degrees().to_string()]))
        .collect();
    if !kept.is_empty() {
        values.insert(KEPT.into(), Value::Array(kept));
    }
    values
}

/// The draft a form names or, where files came along or the form is only put by, one made for them, with
/// the files in it. What is wrong with a file is said after the others are safe.
pub fn with_files(
    cx: &Visit,
    (acting, stamp): (&Acting, Stamp),
    procedure: &Procedure,
) -> Result<(Option<Id>, Result<()>)> {
    let known = drafts::named(cx);
    let kept = match known {
        // A draft of somebody else is not found before a file goes into it.
        Some(id) => Some(drafts::find(cx, acting, id)?),
        None => None,
    };
    let Sent { good, refused } = files::sent(cx, procedure, &|_| true)?;
    let out = Pages::of(cx, kept.map(|d| d.id), None)?.out;
    let only_put_by = cx.input.has(names::PUT_BY);
    if good.is_empty() && out.is_empty() && !only_put_by {
        return Ok((known, refused.check(())));
    }
    let shelf = match known {
        Some(id) => id.shelf(),
        None => cx.state.engine.shelf_now(&cx.state.store, acting)?,
    };
    let stored = files::store_all(cx, shelf, good)?;
    let person = (acting.viewer.person, acting.signature.name.clone());
    let (id, typed) = (procedure.id.clone(), typed(cx, procedure));
    let stamp = Stamp {
        op: String::new(),
        ..stamp
    };
    let kept = cx.state.store.write(shelf, stamp, move |w| {
        w.quiet("草稿是自己的，不影响各类清单");
        let draft = draft_store::set_draft(w, (known, person.0), &id, &typed)?;
        attach(w, draft, &stored, (person.0, &person.1))?;
        for id in &out {
            w.remove_attachment(*id)?;
        }
        Ok(draft)
    })?;
    Ok((Some(kept.value), refused.check(())))
}

fn attach(
    w: &mut Write<'_>,
    draft: Id,
    stored: &[Stored],
    who: (PersonId, &str),
) -> Result<Vec<Id>> {
    let all = stored.iter();
    all.map(|file| w.attach(&file.belonging(draft, who)))
        .collect()
}

/// Whether the person has said of pictures that they are no secret: nobody can read it off them.
pub fn check_declared(procedure: &Procedure, pages: &Pages, values: &Values) -> Result<()> {
    for field in &procedure.fields {
        let Some(asked) = &field.pictures else {
            continue;
        };
        let drawn = pages
            .files
            .iter()
            .any(|(f, _)| f.field == field.id && is_drawn(f));
        if drawn && values.get(&asked.declare).is_none_or(is_empty) {
            let said = "里面有照片或扫描件，平台看不出密级。请看过原件，确认不涉密后勾选“本件不涉密”；涉密的不能上传，请把照片移出";
            return Err(Error::invalid(&asked.declare, said));
        }
    }
    Ok(())
}

/// Binds the pictures of a draft into one original each field, unless they are to stay as they are.
/// The files as they are then.
pub fn bind(
    cx: &Visit,
    (acting, stamp): (&Acting, Stamp),
    (procedure, values): (&Procedure, &Values),
    (draft, pages): (Id, Pages),
) -> Result<Pages> {
    let fields = procedure.fields.iter().filter(|f| f.pictures.is_some());
    let fields: Vec<&Field> = fields
        .filter(|f| pages.pictures(&f.id).next().is_some())
        .collect();
    if fields.is_empty() || cx.form(names::LOOSE) == "1" {
        return Ok(pages);
    }
    let keeps = cx.form(names::KEEP_PHOTOS) == "1";
    let mut made = Vec::new();
    for field in &fields {
        let title = values.get(&procedure.title).and_then(Value::as_str);
        made.push(bound(
            cx,
            field,
            (draft, &pages),
            title.unwrap_or_default(),
        )?);
    }
    let gone: Vec<Id> = fields
        .iter()
        .flat_map(|f| pages.pictures(&f.id))
        .map(|(f, _)| f.id)
        .filter(|_| !keeps)
        .collect();
    let places: Vec<usize> = fields
        .iter()
        .filter_map(|f| {
            pages
                .files
                .iter()
                .position(|(a, _)| a.field == f.id && is_picture(a))
        })
        .collect();
    let who = (acting.viewer.person, acting.signature.name.clone());
    let stamp = Stamp {
        op: String::new(),
        ..stamp
    };
    let leaving = gone.clone();
    let written = cx.state.store.write(draft.shelf(), stamp, move |w| {
        w.quiet("草稿是自己的，不影响各类清单");
        let ids = attach(w, draft, &made, (who.0, &who.1))?;
        for id in &leaving {
            w.remove_attachment(*id)?;
        }
        w.note(format!("{} picture(s) bound", leaving.len()));
        Ok(ids)
    })?;
    let now = drafts::files_of(cx, Some(draft))?;
    let mut files = pages.files;
    for (id, place) in written.value.iter().zip(places).rev() {
        if let Some(file) = now.iter().find(|f| f.id == *id) {
            files.insert(place, (file.clone(), Turn::None));
        }
    }
    files.retain(|(f, _)| !gone.contains(&f.id));
    Ok(Pages {
        files,
        out: Vec::new(),
    })
}

fn bound(cx: &Visit, field: &Field, (draft, pages): (Id, &Pages), title: &str) -> Result<Stored> {
    let shelf = draft.shelf();
    let all: Vec<&(Attachment, Turn)> = pages.pictures(&field.id).collect();
    let mut broken = None;
    let read = |file: &Attachment| {
        let bytes = cx.state.store.blob(shelf, file.digest())?.all(LOOK_BYTES)?;
        bytes.ok_or_else(|| {
            let said = format!(
                "“{}”超过 20 MB，合不进原件。请缩小后再传，或者移出",
                file.name
            );
            Error::invalid(&field.id, said)
        })
    };
    let bytes = all.iter().map_while(|(file, turn)| match read(file) {
        Ok(bytes) => Some((bytes, *turn)),
        Err(e) => {
            broken = Some(e);
            None
        }
    });
    let pdf = picture_pdf::bound(bytes).map_err(|(n, why)| {
        let name = all.get(n).map_or("", |(f, _)| f.name.as_str());
        Error::invalid(&field.id, format!("第 {} 张“{name}”：{why}", n + 1))
    })?;
    if let Some(e) = broken {
        return Err(e);
    }
    let mut upload = cx.state.store.upload(shelf)?;
    upload.push(&pdf)?;
    let kept = upload.finish()?;
    let title = text::clip(&text::one_line(title), 60);
    let name = format!("{title}（扫描件 {} 页）.pdf", all.len());
    Ok(Stored::made(&field.id, &name, kept, Kind::Pdf))
}

/// POST `/start/{procedure}/file`: files while the form is still being filled in, one request each, so that
/// the page shows how far each has come. Answers the draft and the rows of the list.
pub fn receive(cx: &mut Cx<SaveDraft>) -> Result<Reply> {
    let published = drafts::may_start(cx)?;
    let acting = acting(cx)?.seated(&published.procedure);
    let stamp = cx.permit.stamp();
    let (draft, said) = with_files(cx, (&acting, stamp), &published.procedure)?;
    said?;
    let pages = Pages::of(cx, draft, None)?;
    let rows: Vec<Value> = pages
        .files
        .iter()
        .enumerate()
        .map(|(n, (f, turn))| {
            json!({ "id": f.id, "field": names::field(&f.field), "row": row(draft, (n, f, *turn)).into_string() })
        })
        .collect();
    Ok(Reply::Json(
        json!({ "draft": draft, "rows": rows }).to_string(),
    ))
}

/// GET `/draft/{draft}/file/{file}`: a small picture to know a page by.
pub fn small(cx: &mut Cx<OpenFile>) -> Result<Reply> {
    let (draft, file): (Id, Id) = (cx.path("draft")?, cx.path("file")?);
    let acting = acting(cx)?;
    drafts::find(cx, &acting, draft)?;
    let all = drafts::files_of(cx, Some(draft))?;
    let file = all
        .into_iter()
        .find(|f| f.id == file)
        .ok_or(Error::NotFound)?;
    let blob = cx.state.store.blob(draft.shelf(), file.digest())?;
    let bytes = blob.all(LOOK_BYTES)?.ok_or(Error::NotFound)?;
    let small = picture::thumbnail(&bytes).map_err(|_| Error::NotFound)?;
    let made = FileReply::made("page.jpg", "image/jpeg", small);
    Ok(Reply::File(made.shown("image/jpeg")))
}

/// The files of a field with all that can be done to them, above the box that takes more.
pub fn in_cell(visit: &Visit, draft: Option<Id>, pages: &Pages, field: &Field) -> Markup {
    let mine = pages.files.iter().enumerate();
    let mine: Vec<(usize, &(Attachment, Turn))> =
        mine.filter(|(_, (f, _))| f.field == field.id).collect();
    let some = mine.iter().any(|(_, (f, _))| is_picture(f));
    html! {
        ol.taken data-taken=(names::field(&field.id)) {
            @for (n, (file, turn)) in &mine { (row(draft, (*n, file, *turn))) }
        }
        p.only-sm data-js hidden { label { "用手机拍" input type="file" accept="image/*" capture="environment" data-camera=(names::field(&field.id)); } }
        @if field.pictures.is_some() {
            div data-pictures hidden[!some && mine.is_empty()] {
                (form::tick(names::LOOSE, "照片分开放，不合成一份原件", Ticked::from(visit.form(names::LOOSE) == "1")))
                (form::tick(names::KEEP_PHOTOS, "合成以后，照片也留着", Ticked::from(visit.form(names::KEEP_PHOTOS) == "1")))
            }
        }
    }
}

/// One file: its place, how it is turned, whether it stays.
fn row(draft: Option<Id>, (n, file, turn): (usize, &Attachment, Turn)) -> Markup {
    let id = file.id;
    let draft = draft.map(|d| d.to_string()).unwrap_or_default();
    let small = format!("/draft/{draft}/file/{id}");
    let picture = is_picture(file);
    let turn_id = form::field_id(&format!("turn.{id}"));
    html! {
        li data-file=(id) {
            @if picture { span.thumb { img.{ "r" (turn.degrees()) } src=(small) alt=(file.name) width="96" height="96"; } }
            span.what {
                label.inl { "第 " input.n name={ "order." (id) } value=(n + 1) inputmode="numeric" autocomplete="off"; " 份" }
                b { (file.name) } span.faint { "　" (files::said_of(file)) "，已收下" }
                span.acts {
                    @if picture {
                        label.inl for=(turn_id) { "转动" }
                        select id=(turn_id) name={ "turn." (id) } {
                            @for c in turns() { option value=(c.value) selected[c.value == turn.degrees().to_string()] { (c.label) } }
                        }
                        button.btn.small type="button" data-js hidden data-turn { "向右转" }
                    }
                    button.btn.small type="button" data-js hidden data-move="-1" { "上移" }
                    button.btn.small type="button" data-js hidden data-move="1" { "下移" }
                    label.opt { input type="checkbox" name="out" value=(id); "不要这份" }
                }
            }
        }
    }
}

fn turns() -> [Choice; 4] {
    [
        ("0", "不转"),
        ("90", "向右转"),
        ("180", "倒过来"),
        ("270", "向左转"),
    ]
    .map(|(v, l)| Choice::new(v, l))
}
