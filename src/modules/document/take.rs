//! A Word or text file taken in as text: its words come into the box, the file itself stays with the case.
//! Not here: reading the formats (`kit::extract`). Invariant: a marked secret file is neither kept nor shown.

use super::opened::Opened;
use super::view::write as drawn;
use super::{TakeText, WriteText, write};
use crate::kit::extract::written::{clean, written};
use crate::kit::sniff::{self, Kind};
use crate::kit::text::{many_lines, safe_file_name};
use crate::kit::{Error, FieldErrors, Result, csv, extract};
use crate::store::{NewAttachment, Stamp};
use crate::web::{Cx, Reply, SentFile, Visit};
use serde_json::json;

/// Largest file whose words are taken.
const MOST_BYTES: i64 = 20 << 20;
/// Characters taken.
const LONGEST: usize = 60_000;
/// What the original is kept as: no field of the form, so that it is no enclosure.
const ORIGINAL: &str = "original";

/// POST `/document/take`: the words of a file, for a form that has no case yet. Nothing is kept.
pub fn text_of(cx: &mut Cx<TakeText>) -> Result<Reply> {
    let script = cx.form("part") == "1";
    let read = sent(cx).and_then(words);
    if script {
        return Ok(Reply::Json(match read {
            Ok(read) => json!({ "text": read.text, "wrong": read.cut }).to_string(),
            Err(Error::Invalid(errors)) => {
                let said = errors.0.first().map(|e| e.message.clone());
                json!({ "wrong": said }).to_string()
            }
            Err(e) => return Err(e),
        }));
    }
    match read {
        Ok(read) => Ok(Reply::Page(drawn::taken(cx, &read.text, &read.said()))),
        Err(Error::Invalid(errors)) => Ok(Reply::Wrong(drawn::taken(cx, "", &errors))),
        Err(e) => Err(e),
    }
}

/// POST `/document/pasted`: what came from Word or a page, as plain lines of the text convention.
pub fn pasted(cx: &mut Cx<TakeText>) -> Result<Reply> {
    let (text, cut) = within(&clean(cx.form("pasted")), "粘贴的内容");
    Ok(Reply::Json(
        json!({ "text": text, "wrong": cut }).to_string(),
    ))
}

/// POST `/case/{case}/document/take`: the words come into the box of the writing page, the file stays with the case.
pub fn into_case(cx: &mut Cx<WriteText>) -> Result<Reply> {
    let opened = Opened::of(cx)?;
    let before = opened.text().to_owned();
    let read = sent(cx).and_then(words);
    let taken = match read {
        Ok(read) if opened.writes().is_some() => read,
        Ok(_) => {
            return write::shown(cx, &opened, ("", 0), &FieldErrors::default()).map(Reply::Page);
        }
        Err(Error::Invalid(errors)) => {
            let page = write::shown(cx, &opened, (&before, opened.last()), &errors)?;
            return Ok(Reply::Wrong(page));
        }
        Err(e) => return Err(e),
    };
    keep(cx, &opened, taken.kind)?;
    let text = (taken.text.as_str(), opened.last());
    let shown = write::shown(cx, &opened, text, &taken.said())?;
    Ok(Reply::Page(shown))
}

fn sent(visit: &Visit) -> Result<&SentFile> {
    let all = visit.files().iter();
    let mut all = all.filter(|f| f.field() == "file" && f.size() > 0);
    all.next()
        .ok_or_else(|| Error::invalid("file", "请先选一个 Word（.docx）或者文本（.txt）文件"))
}

/// What was taken out of a file.
struct Taken {
    /// By the text convention.
    text: String,
    kind: Kind,
    /// Where not all of it was taken: how much, and what to do.
    cut: Option<String>,
}

impl Taken {
    fn said(&self) -> FieldErrors {
        let mut all = FieldErrors::default();
        if let Some(cut) = &self.cut {
            all.add("text", cut.as_str());
        }
        all
    }
}

/// A text no longer than is taken, whole lines where one is near, and what is said of what was left.
fn within(text: &str, what: &str) -> (String, Option<String>) {
    let Some((end, _)) = text.char_indices().nth(LONGEST) else {
        return (text.to_owned(), None);
    };
    let (taken, _) = text.split_at(end);
    let taken = match taken.rsplit_once('\n') {
        Some((lines, part)) if part.chars().count() < LONGEST / 10 => lines,
        _ => taken,
    };
    let (all, got) = (text.chars().count(), taken.chars().count());
    let last: String = taken.chars().skip(got.saturating_sub(12)).collect();
    let cut = format!(
        "{what}有 {all} 个字，只取了前 {got} 个，取到“{}”为止，后面 {} 个字没有取进来。请对照原文，把后面的内容作为附件上传",
        last.replace('\n', ""),
        all - got,
    );
    (taken.to_owned(), Some(cut))
}

/// The words of a file.
fn words(file: &SentFile) -> Result<Taken> {
    let name = file.name();
    let wrong = |said: String| Error::invalid("file", said);
    file.check_size().map_err(wrong)?;
    let kind = sniff::sniff(file.head());
    sniff::check_name(kind, name).map_err(wrong)?;
    let bytes = file.bytes(MOST_BYTES)?;
    let found = match kind {
        Kind::Text { .. } => csv::decode(&bytes).map_err(wrong)?,
        Kind::Docx => match written(&bytes) {
            Ok(found) if !found.text().trim().is_empty() => found.text(),
            Ok(_) => {
                return Err(wrong(format!(
                    "“{name}”里没有字，可能整页是图片。请把字打在下面"
                )));
            }
            Err(Error::Invalid(errors)) => {
                let why = errors.0.first().map_or("读不出来", |e| e.message.as_str());
                return Err(wrong(format!("“{name}”：{why}")));
            }
            Err(e) => return Err(e),
        },
        _ => {
            return Err(wrong(format!(
                "“{name}”不是 Word（.docx）或者文本（.txt）文件。WPS、旧版 Word 文件请先另存为 .docx 再传"
            )));
        }
    };
    if let Some(mark) = extract::first_page(kind, &bytes).and_then(|p| sniff::secret_mark(&p)) {
        return Err(wrong(format!(
            "“{name}”第一页标有“{mark}”。本平台不涉密，不能上传，请按保密规定办理"
        )));
    }
    let lines: Vec<String> = many_lines(&found)
        .lines()
        .map(|l| l.trim().to_owned())
        .filter(|l| !l.is_empty())
        .collect();
    match lines.is_empty() {
        true => Err(wrong(format!("“{name}”里没有字"))),
        false => {
            let (text, cut) = within(&lines.join("\n"), &format!("“{name}”"));
            Ok(Taken { text, kind, cut })
        }
    }
}

fn keep(cx: &Cx<WriteText>, opened: &Opened, kind: Kind) -> Result<()> {
    let file = sent(cx)?;
    let case = opened.view.case.state.id;
    let mut upload = cx.state.store.upload(case.shelf())?;
    file.send_to(&mut upload)?;
    let (digest, size) = upload.finish()?;
    let original = NewAttachment {
        owner: case,
        field: ORIGINAL.to_owned(),
        name: safe_file_name(file.name()),
        size,
        digest,
        kind: kind.label().to_owned(),
        person: cx.who().person,
        person_name: cx.who().name.clone(),
    };
    let stamp = Stamp {
        op: String::new(),
        ..cx.permit.stamp_on(case)
    };
    cx.state.store.write(case.shelf(), stamp, move |w| {
        w.attach(&original)?;
        w.note("the original of the text");
        w.emit("case.filed", Some(case), &())
    })?;
    Ok(())
}
