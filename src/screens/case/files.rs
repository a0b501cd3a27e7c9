//! Files of a case: taking them in by their content, listing, looking, saving.
//! A file is kept by digest and served by id, never by a name or path from a request; inline go only a
//! verified PDF, a re-encoded image and text as text (README decision 20). A marked secret file is
//! refused (decision 21).

use super::page::acting;
use super::{Advance, OpenFile, looked, names};
use crate::engine::case::Values;
use crate::engine::definition::{Field, Kind as FieldKind, Procedure};
use crate::engine::paper::SHEET;
use crate::engine::view::CaseView;
use crate::kit::sniff::{self, Kind};
use crate::kit::text::safe_file_name;
use crate::kit::{
    Digest, Error, FieldErrors, Id, PersonId, Result, ShelfNo, closed, extract, picture,
};
use crate::store::attachments::Attachment;
use crate::store::{BlobReader, NewAttachment};
use crate::ui::files::{FileRow, files};
use crate::ui::frame::{crumbs, heading};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, FileReply, Reply, SentFile, Visit};
use serde_json::Value;

/// Largest file looked into for text or shown on a page.
pub const LOOK_BYTES: i64 = 20 << 20;

/// A file whose contents are committed and whose reference is not yet written.
pub struct Stored {
    field: String,
    name: String,
    size: i64,
    digest: Digest,
    kind: String,
}

impl Stored {
    /// Contents made here, committed.
    pub fn made(field: &str, name: &str, (digest, size): (Digest, i64), kind: Kind) -> Self {
        Self {
            field: field.to_owned(),
            name: safe_file_name(name),
            size,
            digest,
            kind: kind.label().to_owned(),
        }
    }

    /// The reference, once it is known to what it belongs.
    pub fn belonging(&self, owner: Id, (person, name): (PersonId, &str)) -> NewAttachment {
        NewAttachment {
            owner,
            field: self.field.clone(),
            name: self.name.clone(),
            size: self.size,
            digest: self.digest,
            kind: self.kind.clone(),
            person,
            person_name: name.to_owned(),
        }
    }
}

/// What came with a form: files to be kept, and a sentence for each that is not.
#[derive(Default)]
pub struct Sent<'a> {
    pub good: Vec<(&'a SentFile, &'a Field, Kind)>,
    pub refused: FieldErrors,
}

/// Files that came for fields of the form, checked by content. A bad one does not lose the others.
pub fn sent<'a>(
    visit: &'a Visit,
    procedure: &'a Procedure,
    open: &dyn Fn(&Field) -> bool,
) -> Result<Sent<'a>> {
    let mut sent = Sent::default();
    for file in visit.files() {
        let takes = |f: &&Field| f.kind == FieldKind::Files && names::field(&f.id) == file.field();
        let field = procedure.fields.iter().find(takes);
        let Some(field) = field.filter(|f| open(f)) else {
            continue;
        };
        match acceptable(file)? {
            Ok(kind) => sent.good.push((file, field, kind)),
            Err(why) => sent.refused.add(&field.id, why),
        }
    }
    Ok(sent)
}

/// What a file is, or why it cannot be taken in.
fn acceptable(file: &SentFile) -> Result<Result<Kind, String>> {
    let name = file.name();
    if let Err(why) = file.check_size() {
        return Ok(Err(why));
    }
    if file.size() == 0 {
        return Ok(Err(format!(
            "“{name}”是空文件，里面没有内容，可能没有复制完。请找到原文件再传"
        )));
    }
    if picture::is_heic(file.head()) {
        return Ok(Err(picture::heic_said(name)));
    }
    let kind = sniff::sniff(file.head());
    if let Err(why) = sniff::check_name(kind, name) {
        return Ok(Err(why));
    }
    if file.size() > LOOK_BYTES && !matches!(kind, Kind::Text { .. }) {
        return Ok(Ok(kind));
    }
    let head = match kind {
        Kind::Text { .. } => file.head().to_vec(),
        _ => file.bytes(LOOK_BYTES)?,
    };
    if let Some(mark) = extract::first_page(kind, &head).and_then(|p| sniff::secret_mark(&p)) {
        return Ok(Err(secret_said(name, &mark)));
    }
    if kind.is_image()
        && let Err(why) = picture::thumbnail(&head)
    {
        return Ok(Err(format!("“{name}”：{why}")));
    }
    Ok(Ok(kind))
}

/// What is said of a file that bears the mark of a secret.
pub fn secret_said(name: &str, mark: &str) -> String {
    format!(
        "“{name}”第一页标有“{mark}”。本平台不涉密，不能上传。请改为只登记文号、经手人和存放处（发起事项里的涉密纸件登记），纸质文件按保密规定保管"
    )
}

/// Streams files into the attachment file of a shelf's volume.
pub fn store_all(
    visit: &Visit,
    shelf: ShelfNo,
    sent: Vec<(&SentFile, &Field, Kind)>,
) -> Result<Vec<Stored>> {
    let mut stored = Vec::with_capacity(sent.len());
    for (file, field, kind) in sent {
        let mut upload = visit.state.store.upload(shelf)?;
        file.send_to(&mut upload)?;
        let (digest, size) = upload.finish()?;
        stored.push(Stored {
            field: field.id.clone(),
            name: safe_file_name(file.name()),
            size,
            digest,
            kind: kind_said(file, kind)?,
        });
    }
    Ok(stored)
}

/// What a file is, with the reason where nobody can look into it.
fn kind_said(file: &SentFile, kind: Kind) -> Result<String> {
    let why = match file.size() {
        0..=LOOK_BYTES => {
            let bytes = file.bytes(LOOK_BYTES)?;
            let drawn = kind == Kind::Pdf && extract::first_page(kind, &bytes).is_none();
            closed::why(kind, &bytes).or(drawn.then_some(closed::DRAWN))
        }
        _ => None,
    };
    Ok(match why {
        Some(why) => format!("{}，{why}", kind.label()),
        None => kind.label().to_owned(),
    })
}

/// Keeps the files that came with an act on a case, and lists them in the form's values. Only whoever
/// holds the task of a step that takes files may add one.
pub fn keep(cx: &Cx<Advance>, view: &CaseView, values: &mut Values) -> Result<()> {
    let step = view.writing_at();
    let open = |f: &Field| step.is_some_and(|s| f.writable_at(&s.id));
    let Sent { good, refused } = sent(cx, &view.procedure, &open)?;
    let mut all = view.files.clone();
    if !good.is_empty() {
        let case = view.case.state.id;
        let stored = store_all(cx, case.shelf(), good)?;
        let (person, name) = (cx.who().person, cx.who().name.clone());
        let stamp = crate::store::Stamp {
            op: String::new(),
            ..cx.permit.stamp_on(case)
        };
        cx.state.store.write(case.shelf(), stamp, move |w| {
            for file in &stored {
                w.attach(&file.belonging(case, (person, &name)))?;
            }
            w.note(format!("{} file(s) added", stored.len()));
            w.emit("case.filed", Some(case), &())
        })?;
        let read = cx.state.store.shelf(case.shelf())?;
        all = crate::store::attachments::list(&read, case)?;
    }
    if step.is_some() {
        list_values(values, &all);
        values.retain(|id, _| {
            view.procedure
                .field(id)
                .is_none_or(|f| f.kind != FieldKind::Files || open(f))
        });
    }
    refused.check(())
}

/// Writes the ids of files into the values of their fields.
pub fn list_values(values: &mut Values, all: &[Attachment]) {
    // signed sheets are no field of the form
    let all = || all.iter().filter(|f| f.field != SHEET);
    for file in all() {
        values.insert(file.field.clone(), Value::Array(Vec::new()));
    }
    for file in all() {
        if let Some(Value::Array(ids)) = values.get_mut(&file.field) {
            ids.push(Value::from(file.id.to_string()));
        }
    }
}

/// The case's files at the top of its page.
pub fn list_of(view: &CaseView) -> Markup {
    let rows: Vec<(String, String, String, Attachment)> = in_order(view)
        .into_iter()
        .map(|f| {
            let at = format!("{}/file/{}", view.at, f.id);
            (format!("{at}/save"), at, said_of(f), f.clone())
        })
        .collect();
    let first = rows.iter().position(|r| r.3.field != SHEET);
    let rows: Vec<FileRow<'_>> = rows
        .iter()
        .enumerate()
        .map(|(i, (save, at, size, f))| FileRow {
            kind: match f.field.as_str() {
                SHEET => "签批",
                _ if first == Some(i) => "正文",
                _ => "附件",
            },
            name: &f.name,
            href: save,
            size,
            look: can_look(&f.kind).then(|| {
                let word = if first == Some(i) {
                    "看正文"
                } else {
                    "预览"
                };
                Link::new(word, at.clone())
            }),
        })
        .collect();
    html! { @if !rows.is_empty() { (files("来文和附件", &rows)) } }
}

/// The case's files as its form orders them: the text first, then what is enclosed.
fn in_order(view: &CaseView) -> Vec<&Attachment> {
    let place = |f: &Attachment| {
        let listed = view.case.state.values.get(&f.field)?.as_array()?;
        let id = f.id.to_string();
        listed.iter().position(|v| v.as_str() == Some(&id))
    };
    let mut all: Vec<&Attachment> = view.files.iter().collect();
    all.sort_by_key(|f| (place(f).unwrap_or(usize::MAX), f.id));
    all
}

/// Its size, and why it cannot be looked into where it cannot.
pub fn said_of(file: &Attachment) -> String {
    let size = bytes_said(file.size);
    match file.kind.split_once('，') {
        Some((_, why)) => format!("{size}，{why}"),
        None => size,
    }
}

/// Files of a field inside its cell.
pub fn in_cell(view: &CaseView, field: &str) -> Markup {
    html! {
        @for f in in_order(view).into_iter().filter(|f| f.field == field) {
            p { a href=(format!("{}/file/{}", view.at, f.id)) { (f.name) } span.faint { "　" (said_of(f)) } }
        }
    }
}

/// Whether a kind of file, by its label, can be looked at on a page.
fn can_look(label: &str) -> bool {
    let text = Kind::Text {
        encoding: sniff::Encoding::Utf8,
    };
    let shown = [
        Kind::Pdf,
        Kind::Png,
        Kind::Jpeg,
        Kind::Gif,
        Kind::Bmp,
        Kind::Webp,
        Kind::Docx,
        Kind::Xlsx,
        Kind::Pptx,
        Kind::Ofd,
        Kind::OpenDocument,
        text,
    ];
    let (kind, why) = label.split_once('，').unwrap_or((label, ""));
    matches!(why, "" | closed::DRAWN) && shown.iter().any(|k| k.label() == kind)
}

/// 1.2 MB, 38 KB.
pub fn bytes_said(size: i64) -> String {
    match size {
        0..1024 => format!("{size} 字节"),
        1024..1_048_576 => format!("{} KB", size / 1024),
        _ => format!(
            "{}.{} MB",
            size / 1_048_576,
            size % 1_048_576 * 10 / 1_048_576
        ),
    }
}

/// A file of a case this person may see; anything else is not found.
fn found(cx: &Cx<OpenFile>) -> Result<(CaseView, Attachment)> {
    let (case, file): (Id, Id) = (cx.path("case")?, cx.path("file")?);
    let view = cx
        .state
        .engine
        .open(&cx.state.store, &acting(cx)?, (case, None))?;
    let found = file_of(&view, file)?;
    Ok((view, found))
}

/// One of a case's files.
pub fn file_of(view: &CaseView, file: Id) -> Result<Attachment> {
    let found = view.files.iter().find(|f| f.id == file).cloned();
    found.ok_or(Error::NotFound)
}

/// GET `…/save`: always as an attachment.
pub fn save(cx: &mut Cx<OpenFile>) -> Result<Reply> {
    let (_, file) = found(cx)?;
    let blob = cx.state.store.blob(file.id.shelf(), file.digest())?;
    Ok(Reply::File(FileReply::kept(file.name, blob)))
}

/// GET `…/file/{file}`: text on the page, an image on the page, a PDF by the browser's own viewer.
pub fn look(cx: &mut Cx<OpenFile>) -> Result<Reply> {
    let (view, file) = found(cx)?;
    let blob = cx.state.store.blob(file.id.shelf(), file.digest())?;
    page_of(cx, &view, &file, blob)
}

/// The page of a file.
pub fn page_of(
    visit: &Visit,
    view: &CaseView,
    file: &Attachment,
    blob: BlobReader,
) -> Result<Reply> {
    let at = format!("{}/file/{}", view.at, file.id);
    let bytes = blob.all(LOOK_BYTES)?.unwrap_or_default();
    let kind = sniff::sniff(&bytes);
    if kind == Kind::Pdf && sniff::pdf_is_plain(&bytes) {
        return Ok(Reply::To(format!("{at}/shown")));
    }
    let body = looked::body(kind, &bytes, (&file.name, &at), visit.query("from"));
    let back = Link::new("返回", view.at.clone());
    let save = html! { a.btn href=(format!("{at}/save")) { "下载" } };
    let content = html! {
        (crumbs(&back, &[], &view.case.head.title))
        (heading(&file.name, &bytes_said(file.size), &save))
        (body)
    };
    Ok(visit.page(&file.name, &content))
}

/// GET `…/shown`: the bytes themselves, verified or re-encoded.
pub fn shown(cx: &mut Cx<OpenFile>) -> Result<Reply> {
    let (_, file) = found(cx)?;
    let blob = cx.state.store.blob(file.id.shelf(), file.digest())?;
    shown_of(file, blob)
}

/// A file as the page shows it.
pub fn shown_of(file: Attachment, blob: BlobReader) -> Result<Reply> {
    let bytes = blob.all(LOOK_BYTES)?.ok_or(Error::NotFound)?;
    let kind = sniff::sniff(&bytes);
    if kind == Kind::Pdf && sniff::pdf_is_plain(&bytes) {
        let made = FileReply::made(file.name, "application/pdf", bytes);
        return Ok(Reply::File(made.shown("application/pdf")));
    }
    if kind.is_image() {
        let png = picture::drawn_anew(&bytes).map_err(|why| Error::invalid("", why))?;
        let made = FileReply::made("image.png", "image/png", png);
        return Ok(Reply::File(made.shown("image/png")));
    }
    Err(Error::NotFound)
}

/// GET `…/small`: an image as a small picture.
pub fn small(cx: &mut Cx<OpenFile>) -> Result<Reply> {
    let (_, file) = found(cx)?;
    let blob = cx.state.store.blob(file.id.shelf(), file.digest())?;
    small_of(blob)
}

/// A picture made small.
pub fn small_of(blob: BlobReader) -> Result<Reply> {
    let bytes = blob.all(LOOK_BYTES)?.ok_or(Error::NotFound)?;
    if !sniff::sniff(&bytes).is_image() {
        return Err(Error::NotFound);
    }
    let jpeg = picture::sheet(&bytes, picture::SMALL_EDGE)?;
    let made = FileReply::made("small.jpg", "image/jpeg", jpeg);
    Ok(Reply::File(made.shown("image/jpeg")))
}
