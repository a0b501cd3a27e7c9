//! A font cut down, as a file that stands by itself: OFD readers hand it to the system's or their own font code, which
//! wants a character table (`cmap`) and Windows' metrics (`OS/2`). Not here: the cutting.
//! Invariant: every character used has its glyph in the table.

use super::super::cast::Cut;
use ttf_parser::{RawFace, Tag};

/// Segments the old kind of table may have: its length is 16 bits.
const MOST_SEGMENTS: usize = 8_000;

/// The file.
pub(super) fn whole(cut: &Cut<'_>) -> Vec<u8> {
    let Ok(raw) = RawFace::parse(&cut.bytes, 0) else {
        return cut.bytes.clone();
    };
    let mut tables: Vec<([u8; 4], Vec<u8>)> = raw
        .table_records
        .into_iter()
        .filter_map(|r| Some((r.tag.to_bytes(), raw.table(r.tag)?.to_vec())))
        .collect();
    tables.retain(|(tag, _)| tag != b"cmap" && tag != b"OS/2");
    let mut pairs: Vec<(u32, u16)> = cut
        .glyphs
        .iter()
        .map(|(c, g)| (u32::from(*c), g.0))
        .collect();
    pairs.sort_unstable();
    tables.push((*b"cmap", characters(&pairs)));
    let metrics = cut.parsed.raw_face().table(Tag::from_bytes(b"OS/2"));
    if let Some(metrics) = metrics {
        tables.push((*b"OS/2", metrics.to_vec()));
    }
    tables.sort();
    joined(cut.cff, tables)
}

/// Both kinds of character table: the old one every reader knows, and one for characters beyond the basic plane.
fn characters(pairs: &[(u32, u16)]) -> Vec<u8> {
    let (old, new) = (segments(pairs), groups(pairs));
    let mut out = Vec::new();
    out.extend(short(0));
    out.extend(short(2));
    for (encoding, offset) in [(1, 20), (10, 20 + old.len())] {
        out.extend(short(3));
        out.extend(short(encoding));
        out.extend(long(offset));
    }
    out.extend(old);
    out.extend(new);
    out
}

/// Runs in which both characters and glyphs count up: first character, last character, first glyph.
fn runs(pairs: &[(u32, u16)]) -> Vec<(u32, u32, u16)> {
    let next = |a: &(u32, u16), b: &(u32, u16)| b.0 == a.0 + 1 && Some(b.1) == a.1.checked_add(1);
    let run = |part: &[(u32, u16)]| Some((part.first()?.0, part.last()?.0, part.first()?.1));
    pairs.chunk_by(next).filter_map(run).collect()
}

/// Format 4.
fn segments(pairs: &[(u32, u16)]) -> Vec<u8> {
    let basic: Vec<(u32, u16)> = pairs.iter().copied().filter(|p| p.0 < 0xffff).collect();
    let mut runs: Vec<(u16, u16, u16)> = runs(&basic)
        .into_iter()
        .take(MOST_SEGMENTS)
        .filter_map(|(a, b, g)| {
            Some((
                u16::try_from(a).ok()?,
                u16::try_from(b).ok()?,
                g.wrapping_sub(u16::try_from(a).ok()?),
            ))
        })
        .collect();
    runs.push((0xffff, 0xffff, 1));
    let count = runs.len();
    let selector = count.ilog2();
    let range = 2 << selector;
    let mut out = Vec::new();
    for n in [
        4,
        16 + count * 8,
        0,
        count * 2,
        range,
        selector as usize,
        count * 2 - range,
    ] {
        out.extend(short(n));
    }
    out.extend(runs.iter().flat_map(|r| r.1.to_be_bytes()));
    out.extend(short(0));
    out.extend(runs.iter().flat_map(|r| r.0.to_be_bytes()));
    out.extend(runs.iter().flat_map(|r| r.2.to_be_bytes()));
    out.resize(out.len() + count * 2, 0);
    out
}

/// Format 12.
fn groups(pairs: &[(u32, u16)]) -> Vec<u8> {
    let runs = runs(pairs);
    let mut out = Vec::new();
    out.extend(short(12));
    out.extend(short(0));
    for n in [16 + runs.len() * 12, 0, runs.len()] {
        out.extend(long(n));
    }
    for (first, last, glyph) in runs {
        out.extend(
            [first, last, u32::from(glyph)]
                .into_iter()
                .flat_map(u32::to_be_bytes),
        );
    }
    out
}

/// Tables as one font file, with the sums its readers may check.
fn joined(cff: bool, mut tables: Vec<([u8; 4], Vec<u8>)>) -> Vec<u8> {
    for (tag, data) in &mut tables {
        if tag == b"head"
            && let Some(place) = data.get_mut(8..12)
        {
            place.fill(0);
        }
    }
    let count = tables.len();
    let selector = count.max(1).ilog2();
    let range = 16 << selector;
    let mut out = if cff {
        b"OTTO".to_vec()
    } else {
        vec![0, 1, 0, 0]
    };
    for n in [count, range, selector as usize, count * 16 - range] {
        out.extend(short(n));
    }
    let mut at = 12 + count * 16;
    let mut adjust = None;
    for (tag, data) in &tables {
        if tag == b"head" {
            adjust = Some(at + 8);
        }
        out.extend(tag);
        out.extend(sum(data).to_be_bytes());
        out.extend(long(at));
        out.extend(long(data.len()));
        at += data.len().next_multiple_of(4);
    }
    for (_, data) in &tables {
        out.extend(data);
        out.resize(out.len().next_multiple_of(4), 0);
    }
    let whole = 0xb1b0_afba_u32.wrapping_sub(sum(&out));
    if let Some(place) = adjust.and_then(|at| out.get_mut(at..at + 4)) {
        place.copy_from_slice(&whole.to_be_bytes());
    }
    out
}

fn sum(data: &[u8]) -> u32 {
    let word = |four: &[u8]| {
        four.iter()
            .zip([24, 16, 8, 0])
            .fold(0_u32, |all, (byte, by)| all | u32::from(*byte) << by)
    };
    data.chunks(4)
        .fold(0, |all, four| all.wrapping_add(word(four)))
}

fn short(n: usize) -> [u8; 2] {
    u16::try_from(n).unwrap_or(u16::MAX).to_be_bytes()
}

fn long(n: usize) -> [u8; 4] {
    u32::try_from(n).unwrap_or(u32::MAX).to_be_bytes()
}
