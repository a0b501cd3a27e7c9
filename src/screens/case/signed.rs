//! Photographs of signed sheets on their way in: upright, shrunk, kept on the case's shelf, filed to the case.
//! Not here: which case it is (`screens::sheets` reads the code) and what is written on it (`paper`).

use crate::engine::paper::{SHEET_LABEL, SignedSheet};
use crate::kit::sniff::{self, Kind};
use crate::kit::{Digest, Error, Result, ShelfNo, picture};
use crate::web::{SentFile, Visit};

/// Largest photograph looked into.
pub const MOST_BYTES: i64 = 60 << 20;

/// A photograph ready to be kept.
pub struct Ready {
    pub bytes: Vec<u8>,
    /// `jpg` or `pdf`.
    pub ending: &'static str,
    pub kind: Kind,
}

/// What was sent, made ready: a picture upright and shrunk, a scanned PDF as it is.
pub fn ready(sent: &SentFile) -> Result<(Vec<u8>, Ready)> {
    let raw = sent.bytes(MOST_BYTES)?;
    let kind = sniff::sniff(&raw);
    let named = |why: &str| Error::invalid("photo", format!("“{}”{why}", sent.name()));
    let made = if kind.is_image() {
        let bytes = picture::sheet(&raw, picture::SHEET_EDGE)
            .map_err(|_| named("打不开。请重新拍一张，或另存为 JPG 格式再传"))?;
        Ready {
            bytes,
            ending: "jpg",
            kind: Kind::Jpeg,
        }
    } else if kind == Kind::Pdf && sniff::pdf_is_plain(&raw) {
        Ready {
            bytes: raw.clone(),
            ending: "pdf",
            kind,
        }
    } else {
        return Err(named("不是照片。请传手机拍的照片（JPG、PNG）或扫描的 PDF"));
    };
    Ok((raw, made))
}

impl Ready {
    /// Keeps the contents on a shelf; the reference is still to be written.
    pub fn keep(&self, visit: &Visit, shelf: ShelfNo, what: &str) -> Result<SignedSheet> {
        let mut upload = visit.state.store.upload(shelf)?;
        upload.push(&self.bytes)?;
        let (digest, size) = upload.finish()?;
        Ok(sheet(visit, (digest, size), (self.kind, self.ending), what))
    }
}

/// A signed sheet by its name of the day: 签批单照片 收文处理单 3月9日0912.jpg.
pub fn sheet(
    visit: &Visit,
    (digest, size): (Digest, i64),
    (kind, ending): (Kind, &str),
    what: &str,
) -> SignedSheet {
    let zone = visit.zone();
    let clock = zone.clock(visit.at).replace(':', "");
    let day = zone.day(visit.at).short();
    let what = if what.is_empty() {
        String::new()
    } else {
        format!(" {what}")
    };
    SignedSheet {
        name: format!("{SHEET_LABEL}{what} {day}{clock}.{ending}"),
        size,
        digest,
        kind: kind.label().to_owned(),
    }
}
