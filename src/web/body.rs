//! Reads a request's body: urlencoded text or multipart, within limits of size, number and time.
//! Files go to the spool as they arrive and only for somebody who may post; a body that comes too slowly
//! is given up (S51), one that is too big is cut at the limit (S52). Nothing is ever decompressed (S53).
//! One file or one text that is too long is read past and named, so that the form's page can come back
//! with everything else in it.

use super::input::{HEAD, Held, Input, LONGEST, MAX_FILES, MAX_REQUEST, MAX_TEXT, SentFile};
use super::spool::{Spool, Spooled};
use super::urlform::{self, MAX_FIELDS};
use crate::kit::{Error, text};
use crate::store::MAX_ATTACHMENT;
use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::error::PayloadError;
use actix_web::http::header::{self, HeaderMap};
use actix_web::rt::time::timeout;
use actix_web::web::{self, Bytes, Payload};
use futures_util::{Stream, StreamExt as _};
use std::fs::File;
use std::io::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Files up to this size stay in memory.
const IN_MEMORY: usize = 64 << 10;
const PIECE: usize = 256 << 10;
/// Nothing for so long: the sender is gone.
const SILENCE: Duration = Duration::from_secs(20);
/// After this, a body must have come at this many bytes a second on the whole.
const GRACE: Duration = Duration::from_secs(20);
const SLOWEST: u64 = 1024;

/// Why a body was not taken.
#[derive(Debug)]
pub(super) enum Refused {
    TooBig,
    TooSlow,
    Unknown,
    Broken,
    Failed(Error),
}

impl From<Error> for Refused {
    fn from(e: Error) -> Self {
        Self::Failed(e)
    }
}

/// What a body is, from its headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Nothing,
    Text,
    Multipart,
}

/// Tells the kind and refuses at once what cannot be taken.
pub(super) fn kind(headers: &HeaderMap) -> Result<Kind, Refused> {
    let text = |name| headers.get(name).and_then(|v| v.to_str().ok());
    if text(header::CONTENT_ENCODING).is_some_and(|v| !v.eq_ignore_ascii_case("identity")) {
        return Err(Refused::Unknown);
    }
    let length: Option<u64> = text(header::CONTENT_LENGTH).and_then(|v| v.trim().parse().ok());
    let chunked = headers.contains_key(header::TRANSFER_ENCODING);
    let (kind, most) = match text(header::CONTENT_TYPE).unwrap_or_default() {
        t if starts(t, "application/x-www-form-urlencoded") => (Kind::Text, MAX_TEXT as u64),
        t if starts(t, "multipart/form-data") => (Kind::Multipart, MAX_REQUEST),
        _ if length.unwrap_or(0) == 0 && !chunked => (Kind::Nothing, 0),
        _ => return Err(Refused::Unknown),
    };
    if length.is_some_and(|n| n > most) {
        return Err(Refused::TooBig);
    }
    Ok(kind)
}

fn starts(value: &str, kind: &str) -> bool {
    let end = value.find(';').unwrap_or(value.len());
    value
        .get(..end)
        .is_some_and(|v| v.trim().eq_ignore_ascii_case(kind))
}

/// Counts bytes and time.
struct Meter {
    began: Instant,
    bytes: u64,
}

impl Meter {
    fn new() -> Self {
        Self {
            began: Instant::now(),
            bytes: 0,
        }
    }

    fn add(&mut self, n: usize, most: u64) -> Result<(), Refused> {
        self.bytes += n as u64;
        if self.bytes > most {
            return Err(Refused::TooBig);
        }
        let took = self.began.elapsed();
        if took > GRACE && self.bytes < took.as_secs() * SLOWEST {
            return Err(Refused::TooSlow);
        }
        Ok(())
    }
}

async fn next<S: Stream + Unpin>(stream: &mut S) -> Result<Option<S::Item>, Refused> {
    timeout(SILENCE, stream.next())
        .await
        .map_err(|_| Refused::TooSlow)
}

/// Reads a urlencoded body.
pub(super) async fn text(mut payload: Payload) -> Result<Input, Refused> {
    let mut meter = Meter::new();
    let mut all = Vec::new();
    while let Some(piece) = next(&mut payload).await? {
        let piece = piece.map_err(broken)?;
        meter.add(piece.len(), MAX_TEXT as u64)?;
        all.extend_from_slice(&piece);
    }
    Ok(Input {
        pairs: urlform::parse(&all).ok_or(Refused::TooBig)?,
        ..Input::default()
    })
}

fn broken(e: PayloadError) -> Refused {
    match e {
        PayloadError::Overflow => Refused::TooBig,
        _ => Refused::Broken,
    }
}

/// Reads a multipart body. Without a spool, of files only the names are kept.
pub(super) async fn multipart(
    headers: &HeaderMap,
    payload: Payload,
    spool: Option<Arc<Spool>>,
) -> Result<Input, Refused> {
    let mut parts = Multipart::new(headers, payload);
    let mut input = Input::default();
    let mut meter = Meter::new();
    let (mut text_bytes, mut count) = (0, 0);
    while let Some(part) = next(&mut parts).await? {
        let mut part = part.map_err(torn)?;
        count += 1;
        if count > MAX_FIELDS {
            return Err(Refused::TooBig);
        }
        let name = part.name().unwrap_or_default().to_owned();
        match file_name(&part) {
            Some(sent) => {
                let file = take_file(&mut part, &mut meter, spool.as_ref()).await?;
                keep_file(&mut input, name, &sent, file)?;
            }
            None => {
                let (value, all) = take_text(&mut part, &mut meter, &mut text_bytes).await?;
                if all > LONGEST {
                    input.cut.push((name.clone(), all));
                }
                input.pairs.push((name, value));
            }
        }
    }
    Ok(input)
}

fn file_name(part: &Field) -> Option<String> {
    part.content_disposition()?
        .get_filename()
        .map(str::to_owned)
}

fn torn(e: MultipartError) -> Refused {
    match e {
        MultipartError::Payload(PayloadError::Overflow) => Refused::TooBig,
        _ => Refused::Broken,
    }
}

async fn take_text(
    part: &mut Field,
    meter: &mut Meter,
    taken: &mut usize,
) -> Result<(String, usize), Refused> {
    let (mut kept, mut all) = (Vec::new(), 0);
    while let Some(piece) = next(part).await? {
        let piece = piece.map_err(torn)?;
        meter.add(piece.len(), MAX_REQUEST)?;
        all += piece.len();
        let room = LONGEST.saturating_sub(kept.len()).min(piece.len());
        *taken += room;
        if *taken > MAX_TEXT {
            return Err(Refused::TooBig);
        }
        kept.extend(piece.iter().take(room));
    }
    if all > kept.len() {
        // never half a character
        while kept.last().is_some_and(|b| *b & 0xc0 == 0x80) {
            kept.pop();
        }
        kept.pop();
    }
    Ok((String::from_utf8_lossy(&kept).into_owned(), all))
}

/// A file as it came: size, first bytes, where it waits (nowhere without a spool).
struct Taken {
    size: i64,
    head: Vec<u8>,
    held: Option<Held>,
}

async fn take_file(
    part: &mut Field,
    meter: &mut Meter,
    spool: Option<&Arc<Spool>>,
) -> Result<Taken, Refused> {
    let mut taken = Taken {
        size: 0,
        head: Vec::new(),
        held: None,
    };
    let mut waiting = Vec::new();
    let mut disk: Option<(Spooled, File)> = None;
    let mut full = false;
    while let Some(piece) = next(part).await? {
        let piece = piece.map_err(torn)?;
        meter.add(piece.len(), MAX_REQUEST)?;
        taken.add(&piece);
        let Some(spool) = spool else { continue };
        if taken.size > MAX_ATTACHMENT || full {
            // what was kept of it goes; the rest is read past
            (waiting, disk) = (Vec::new(), None);
            continue;
        }
        waiting.extend_from_slice(&piece);
        let most = if disk.is_some() { PIECE } else { IN_MEMORY };
        if waiting.len() > most {
            disk = write(spool, disk, std::mem::take(&mut waiting)).await?;
            full = disk.is_none();
        }
    }
    taken.held = match (spool, disk) {
        (None, _) => None,
        (Some(_), _) if taken.size > MAX_ATTACHMENT => Some(Held::Nothing),
        (Some(_), _) if full => Some(Held::NoRoom),
        (Some(_), None) => Some(Held::Memory(waiting)),
        (Some(spool), disk) => {
            let whole = write(spool, disk, waiting).await?;
            Some(whole.map_or(Held::NoRoom, |(name, _)| Held::Disk(name)))
        }
    };
    Ok(taken)
}

impl Taken {
    fn add(&mut self, piece: &Bytes) {
        self.size += piece.len() as i64;
        let room = HEAD - self.head.len();
        self.head.extend(piece.iter().take(room));
    }
}

/// Disk work belongs on the blocking pool, not on the thread that serves everybody. None: the disk is full,
/// and the form's page can come back with everything but this file.
async fn write(
    spool: &Arc<Spool>,
    disk: Option<(Spooled, File)>,
    bytes: Vec<u8>,
) -> Result<Option<(Spooled, File)>, Refused> {
    let spool = spool.clone();
    let done = web::block(move || -> crate::kit::Result<(Spooled, File)> {
        let (name, mut file) = match disk {
            Some(open) => open,
            None => spool.create()?,
        };
        file.write_all(&bytes)?;
        Ok((name, file))
    });
    match done.await {
        Ok(Ok(done)) => Ok(Some(done)),
        Ok(Err(Error::Busy(_))) => Ok(None),
        Ok(Err(e)) => Err(e.into()),
        Err(e) => Err(Refused::Failed(Error::fault(e))),
    }
}

/// A file input left empty comes as a part without name and bytes.
fn keep_file(input: &mut Input, field: String, sent: &str, file: Taken) -> Result<(), Refused> {
    if sent.is_empty() && file.size == 0 {
        return Ok(());
    }
    let name = text::safe_file_name(sent);
    let Some(held) = file.held else {
        input.left_out.push(name);
        return Ok(());
    };
    if input.files.len() == MAX_FILES {
        return Err(Refused::TooBig);
    }
    input.files.push(SentFile {
        field,
        name,
        size: file.size,
        head: file.head,
        held,
    });
    Ok(())
}

/// Reads on a little after a refusal: a browser that is still sending would otherwise see a broken
/// connection instead of the page that says why.
pub(super) async fn drain(mut payload: Payload) {
    const MOST: usize = 8 << 20;
    let all = async {
        let mut n = 0;
        while let Some(Ok(piece)) = payload.next().await {
            n += piece.len();
            if n > MOST {
                return;
            }
        }
    };
    let _ = timeout(Duration::from_secs(2), all).await;
}
