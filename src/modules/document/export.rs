//! The document as a file: PDF and OFD of its pages, DOCX to be worked on elsewhere. Not here: writing the formats
//! (`layout`). Invariant: the same text gives the same file, whenever it is downloaded.

use super::SeeDocument;
use super::opened::Opened;
use crate::kit::text::safe_file_name;
use crate::kit::{Error, Result};
use crate::layout::document::Document;
use crate::layout::meta::Meta;
use crate::layout::pdf::Options;
use crate::layout::set::lay_out;
use crate::layout::{docx, ofd, pdf};
use crate::web::{Cx, FileReply, Reply};

/// GET `/case/{case}/document/file/{kind}?bare=1`: `pdf`, `ofd`, `docx`; bare is printed onto red-headed paper.
pub fn file(cx: &mut Cx<SeeDocument>) -> Result<Reply> {
    let opened = Opened::of(cx)?;
    let kind: String = cx.path("kind")?;
    let document = opened.document(cx)?;
    let meta = meta(&opened, &document);
    let fonts = &cx.state.fonts;
    let pages = || lay_out(&document, fonts);
    let bare = cx.query("bare") == "1";
    let options = Options {
        bare,
        ..Options::default()
    };
    let (bytes, mime) = match kind.as_str() {
        "pdf" => (
            pdf::write_with(&pages(), fonts, &meta, options)?,
            "application/pdf",
        ),
        "ofd" => (ofd::write(&pages(), fonts, &meta)?, "application/ofd"),
        "docx" => (
            docx::write(&document, fonts, &meta)?,
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        _ => return Err(Error::NotFound),
    };
    let number = opened.view.case.head.number.clone().unwrap_or_default();
    let over = if bare { "（套打）" } else { "" };
    let name = safe_file_name(&format!("{number}{}{over}.{kind}", meta.title));
    Ok(Reply::File(FileReply::made(name, mime, bytes)))
}

fn meta(opened: &Opened, document: &Document) -> Meta {
    let head = &opened.view.case.head;
    let written = opened.versions.last().map(|v| v.at);
    Meta {
        title: document.title.concat(),
        author: document.signatures.first().cloned().unwrap_or_default(),
        at: written.unwrap_or(head.changed_at),
        number: head.number.clone().unwrap_or_default(),
    }
}
