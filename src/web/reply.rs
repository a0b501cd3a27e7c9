//! What a handler answers, and the plain value it becomes before actix sees it.
//! Files go out chunk by chunk as the browser takes them, so a slow reader holds neither a thread nor
//! memory. Names keep their Chinese: `filename*` in UTF-8, and a fallback for old programs (U47).

use super::guard::safe_next;
use super::headers::{self, Sort};
use super::urlform;
use crate::kit::{Error, Result, text};
use crate::store::BlobReader;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::web::Bytes;
use actix_web::{HttpResponse, web};
use futures_util::stream;
use maud::Markup;
use std::fs::File;
use std::io::Read as _;

/// What a handler answers.
pub enum Reply {
    /// A whole page.
    Page(Markup),
    /// The page again, with what is wrong in it and everything typed (422).
    Wrong(Markup),
    /// A piece of a page.
    Part(Markup),
    /// Look there now (303); a path of this server.
    To(String),
    /// A file.
    File(FileReply),
    /// Data for the page's own script.
    Json(String),
}

/// A file on its way to the browser.
pub struct FileReply {
    name: String,
    kind: String,
    shown: bool,
    rows: usize,
    body: Body,
}

impl FileReply {
    /// Something made just now, such as an Excel list, to be saved.
    #[must_use]
    pub fn made(name: impl Into<String>, kind: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self {
            name: name.into(),
            kind: kind.into(),
            shown: false,
            rows: 0,
            body: Body::Bytes(Bytes::from(bytes)),
        }
    }

    /// An attachment, to be saved; whatever it claims to be, the browser must not open it here.
    #[must_use]
    pub fn kept(name: impl Into<String>, blob: BlobReader) -> Self {
        Self {
            name: name.into(),
            kind: "application/octet-stream".into(),
            shown: false,
            rows: 0,
            body: Body::Blob(Box::new(blob)),
        }
    }

    /// A file of the data folder, to be saved.
    #[must_use]
    pub fn on_disk(name: impl Into<String>, file: File, size: u64) -> Self {
        Self {
            name: name.into(),
            kind: "application/octet-stream".into(),
            shown: false,
            rows: 0,
            body: Body::Disk(file, size),
        }
    }

    /// A list of so many rows: who takes much out is noticed by them.
    #[must_use]
    pub const fn rows(mut self, rows: usize) -> Self {
        self.rows = rows;
        self
    }

    /// To be shown inside the page. Only for a PDF whose contents were verified and for images that
    /// were re-encoded (README decision 20).
    #[must_use]
    pub fn shown(mut self, kind: impl Into<String>) -> Self {
        self.kind = kind.into();
        self.shown = true;
        self
    }
}

impl FileReply {
    /// Files and rows that leave the office with it; what is only shown inside a page of ours leaves with none.
    pub(super) fn taken_out(&self) -> Option<(usize, usize)> {
        (!self.shown).then_some((1, self.rows))
    }
}

/// The bytes of an answer.
pub(super) enum Body {
    Bytes(Bytes),
    Blob(Box<BlobReader>),
    Disk(File, u64),
}

/// An answer as plain values; may cross threads, which actix's own may not.
pub(super) struct Answer {
    pub status: u16,
    pub sort: Sort,
    pub headers: Vec<(HeaderName, HeaderValue)>,
    pub body: Body,
}

impl Answer {
    /// A page.
    pub(super) fn page(status: u16, markup: Markup) -> Self {
        Self::text(status, "text/html; charset=utf-8", markup.0)
    }

    /// Text of some kind.
    pub(super) fn text(status: u16, kind: &'static str, text: String) -> Self {
        Self {
            status,
            sort: Sort::Page,
            headers: vec![(header::CONTENT_TYPE, HeaderValue::from_static(kind))],
            body: Body::Bytes(Bytes::from(text)),
        }
    }

    /// Look there now. The caller vouches for the path.
    pub(super) fn to(path: &str) -> Self {
        let place = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
        Self {
            status: 303,
            sort: Sort::Page,
            headers: vec![(header::LOCATION, place)],
            body: Body::Bytes(Bytes::new()),
        }
    }

    /// Adds a header; one that cannot stand on the wire is left out.
    pub(super) fn add(&mut self, name: HeaderName, value: &str) {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
    }

    /// Hands it to actix.
    pub(super) fn send(self) -> HttpResponse {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut out = HttpResponse::build(status);
        for pair in headers::of(self.sort) {
            out.insert_header(pair);
        }
        for pair in self.headers {
            // two policies would forbid what one of them allows
            if pair.0 == header::CONTENT_SECURITY_POLICY {
                out.insert_header(pair);
            } else {
                out.append_header(pair);
            }
        }
        match self.body {
            Body::Bytes(bytes) => out.body(bytes),
            Body::Blob(blob) => {
                let size = u64::try_from(blob.size).unwrap_or(0);
                out.no_chunking(size).streaming(chunks(blob))
            }
            Body::Disk(file, size) => out.no_chunking(size).streaming(pieces(file, size)),
        }
    }
}

impl TryFrom<Reply> for Answer {
    type Error = Error;

    fn try_from(reply: Reply) -> Result<Self> {
        Ok(match reply {
            Reply::Page(markup) | Reply::Part(markup) => Self::page(200, markup),
            Reply::Wrong(markup) => Self::page(422, markup),
            Reply::To(path) => match safe_next(&path) {
                Some(path) => Self::to(path),
                None => return Err(Error::Fault(format!("redirect out of the site: {path}"))),
            },
            Reply::Json(text) => Self::text(200, "application/json; charset=utf-8", text),
            Reply::File(file) => file.into(),
        })
    }
}

impl From<FileReply> for Answer {
    fn from(file: FileReply) -> Self {
        let (sort, how) = if file.shown {
            (Sort::Preview, "inline")
        } else {
            (Sort::Download, "attachment")
        };
        let mut answer = Self {
            status: 200,
            sort,
            headers: Vec::new(),
            body: file.body,
        };
        answer.add(header::CONTENT_TYPE, &file.kind);
        answer.add(header::CONTENT_DISPOSITION, &disposition(how, &file.name));
        answer
    }
}

/// The fallback is ASCII: bytes above it are read as GBK by some old programs and as Latin-1 by others,
/// and only digits, letters and the extension look the same to all of them.
fn disposition(how: &str, name: &str) -> String {
    let name = text::safe_file_name(name);
    let ascii = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let plain: String = name.chars().filter(|c| ascii(*c)).collect();
    let plain = match plain.trim_matches(['.', '-', '_']) {
        "" => "file".to_owned(),
        // only the extension was ASCII
        rest if !plain.contains('.') || rest.contains('.') => rest.to_owned(),
        extension => format!("file.{extension}"),
    };
    format!(
        "{how}; filename=\"{plain}\"; filename*=UTF-8''{}",
        urlform::encode(&name)
    )
}

fn chunks(blob: Box<BlobReader>) -> impl stream::Stream<Item = std::io::Result<Bytes>> {
    stream::unfold(Some(blob), |blob| async {
        let mut blob = blob?;
        let next = web::block(move || {
            let chunk = blob.next_chunk();
            (chunk, blob)
        });
        match next.await {
            Ok((Ok(Some(bytes)), blob)) => Some((Ok(Bytes::from(bytes)), Some(blob))),
            Ok((Ok(None), _)) => None,
            Ok((Err(e), _)) => {
                tracing::error!(cause = %e, "a file broke off while it was sent");
                Some((Err(std::io::ErrorKind::UnexpectedEof.into()), None))
            }
            Err(_) => Some((Err(std::io::ErrorKind::Interrupted.into()), None)),
        }
    })
}

/// Bytes of a file in one piece.
const PIECE: usize = 256 << 10;

/// A file as it was when it was asked for: what is missing of it breaks the answer off.
fn pieces(file: File, size: u64) -> impl stream::Stream<Item = std::io::Result<Bytes>> {
    stream::unfold(Some((file, size)), |rest| async {
        let (mut file, left) = rest.filter(|(_, left)| *left > 0)?;
        let next = web::block(move || {
            let most = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
            let mut bytes = vec![0; most];
            (file.read_exact(&mut bytes).map(|()| bytes), file)
        });
        match next.await {
            Ok((Ok(bytes), file)) => {
                let left = left - bytes.len() as u64;
                Some((Ok(Bytes::from(bytes)), Some((file, left))))
            }
            Ok((Err(e), _)) => Some((Err(e), None)),
            Err(_) => Some((Err(std::io::ErrorKind::Interrupted.into()), None)),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_their_chinese_and_cannot_break_out() {
        assert_eq!(
            disposition("attachment", "通知.docx"),
            "attachment; filename=\"file.docx\"; filename*=UTF-8''%E9%80%9A%E7%9F%A5.docx"
        );
        let evil = disposition("attachment", "a\"\r\nSet-Cookie: x=1; b\\..\\c.pdf");
        assert!(!evil.contains('\r') && !evil.contains("Set-Cookie: "));
        assert_eq!(evil.matches('"').count(), 2);
        assert!(disposition("inline", "报告").contains("filename=\"file\""));
        assert!(disposition("inline", "2026年计划.xlsx").contains("filename=\"2026.xlsx\""));
    }

    #[test]
    fn only_inside_the_site() {
        let to = |path: &str| Answer::try_from(Reply::To(path.into())).map(|a| a.status);
        assert!(matches!(to("/todo?x=1"), Ok(303)));
        assert!(matches!(to("//evil.cn"), Err(Error::Fault(_))));
    }
}
