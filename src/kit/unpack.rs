//! What a zip holds and what compressed bytes unpack to, within limits; the only door of `flate2`.
//! Not an archive reader: names and true sizes only, so that a reader of Excel or Word files is never
//! let near a bomb. Invariant: no function here allocates more than its stated limit.

use flate2::Compression;
use flate2::bufread::{DeflateDecoder, ZlibDecoder, ZlibEncoder};
use std::io::Read;

const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";
/// Entries looked at; office files have some dozens.
const MOST_ENTRIES: usize = 10_000;

/// One entry of a zip's directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Path inside the archive, as far as it is UTF-8.
    pub name: String,
    method: u16,
    packed: usize,
    declared: u64,
    header: usize,
}

/// Names of the entries found in the first bytes of a zip, in order, without its directory.
#[must_use]
pub fn names_in_head(head: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    let mut at = 0;
    while names.len() < MOST_ENTRIES && head.get(at..at + 4) == Some(LOCAL) {
        let flags = u16_at(head, at + 6).unwrap_or(0);
        let packed = u32_at(head, at + 18).unwrap_or(0) as usize;
        let (Some(name_len), Some(extra)) = (u16_at(head, at + 26), u16_at(head, at + 28)) else {
            break;
        };
        let start = at + 30;
        let end = start + usize::from(name_len);
        let Some(name) = head.get(start..end) else {
            break;
        };
        names.push(String::from_utf8_lossy(name).into_owned());
        let data = end + usize::from(extra);
        // without sizes in front (bit 3), the next header is looked for
        at = if flags & 8 == 0 {
            data.saturating_add(packed)
        } else {
            match find(head.get(data..).unwrap_or_default(), LOCAL) {
                Some(gap) => data + gap,
                None => break,
            }
        };
    }
    names
}

/// The directory of a whole zip; `None` where it has none or is of the 64-bit kind.
#[must_use]
pub fn entries(zip: &[u8]) -> Option<Vec<Entry>> {
    let tail_from = zip.len().saturating_sub(65_557);
    let tail = zip.get(tail_from..)?;
    let end = tail_from + tail.windows(4).rposition(|w| w == END)?;
    let count = usize::from(u16_at(zip, end + 10)?);
    let mut at = u32_at(zip, end + 16)? as usize;
    let mut list = Vec::new();
    for _ in 0..count.min(MOST_ENTRIES) {
        if zip.get(at..at + 4)? != CENTRAL {
            return None;
        }
        let name_len = usize::from(u16_at(zip, at + 28)?);
        let name = zip.get(at + 46..at + 46 + name_len)?;
        list.push(Entry {
            name: String::from_utf8_lossy(name).into_owned(),
            method: u16_at(zip, at + 10)?,
            packed: u32_at(zip, at + 20)? as usize,
            declared: u64::from(u32_at(zip, at + 24)?),
            header: u32_at(zip, at + 42)? as usize,
        });
        at +=
            46 + name_len + usize::from(u16_at(zip, at + 30)?) + usize::from(u16_at(zip, at + 32)?);
    }
    Some(list)
}

/// Bytes the whole zip unpacks to, really unpacked and counted; `None` once over `limit`, or where an
/// entry is not of the two methods office files use.
#[must_use]
pub fn unpacked_size(zip: &[u8], limit: u64) -> Option<u64> {
    let mut total = 0_u64;
    for entry in entries(zip)? {
        total = total.checked_add(entry.declared)?;
        if total > limit {
            return None;
        }
        let left = limit - (total - entry.declared);
        let real = real_size(zip, &entry, left)?;
        total = (total - entry.declared).checked_add(real)?;
        if total > limit {
            return None;
        }
    }
    Some(total)
}

/// Unpacks a zlib stream, as PDF uses them; `None` where it is broken or over `limit`.
#[must_use]
pub fn zlib(packed: &[u8], limit: usize) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let most = u64::try_from(limit).ok()?.checked_add(1)?;
    ZlibDecoder::new(packed)
        .take(most)
        .read_to_end(&mut out)
        .ok()?;
    (out.len() <= limit).then_some(out)
}

/// Packs quickly, as a zlib stream.
#[must_use]
pub fn packed(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = ZlibEncoder::new(data, Compression::fast());
    // memory to memory: there is nothing that could fail
    let _ = encoder.read_to_end(&mut out);
    out
}

/// As [`zlib`], but what comes before a break is kept: PDF writers are careless with the end.
#[must_use]
pub fn zlib_leniently(packed: &[u8], limit: usize) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let most = u64::try_from(limit).ok()?.checked_add(1)?;
    let whole = ZlibDecoder::new(packed).take(most).read_to_end(&mut out);
    let some = whole.is_ok() || !out.is_empty();
    (some && out.len() <= limit).then_some(out)
}

/// Unpacks one entry by its name; `None` where it is missing, broken or over `limit`.
#[must_use]
pub fn entry(zip: &[u8], name: &str, limit: usize) -> Option<Vec<u8>> {
    let entry = entries(zip)?.into_iter().find(|e| e.name == name)?;
    let data = data_of(zip, &entry)?;
    let mut out = Vec::new();
    let most = u64::try_from(limit).ok()?.checked_add(1)?;
    match entry.method {
        0 => data.take(most).read_to_end(&mut out).ok()?,
        8 => DeflateDecoder::new(data)
            .take(most)
            .read_to_end(&mut out)
            .ok()?,
        _ => return None,
    };
    (out.len() <= limit).then_some(out)
}

/// Where `needle` first stands.
#[must_use]
pub fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len().max(1)).position(|w| w == needle)
}

fn real_size(zip: &[u8], entry: &Entry, limit: u64) -> Option<u64> {
    let data = data_of(zip, entry)?;
    match entry.method {
        0 => Some(data.len() as u64),
        8 => {
            let mut sink = DeflateDecoder::new(data).take(limit.checked_add(1)?);
            std::io::copy(&mut sink, &mut std::io::sink()).ok()
        }
        _ => None,
    }
}

fn data_of<'a>(zip: &'a [u8], entry: &Entry) -> Option<&'a [u8]> {
    let name = usize::from(u16_at(zip, entry.header + 26)?);
    let extra = usize::from(u16_at(zip, entry.header + 28)?);
    let from = entry.header + 30 + name + extra;
    zip.get(from..from.checked_add(entry.packed)?)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let pair = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes(pair.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(four.try_into().ok()?))
}

/// A zlib stream, for the tests of this room.
#[cfg(test)]
pub(super) fn zlib_packed(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut packed = flate2::bufread::ZlibEncoder::new(data, flate2::Compression::best());
    let _ = packed.read_to_end(&mut out);
    out
}

/// A zip of stored entries, for the tests of this room.
#[cfg(test)]
pub(super) fn stored_zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let files: Vec<_> = files.iter().map(|(n, d)| (*n, *d, 0, d.len())).collect();
    build_zip(&files)
}

/// Entries of name, packed bytes, method and declared size.
#[cfg(test)]
pub(super) fn build_zip(files: &[(&str, &[u8], u16, usize)]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for (name, data, method, declared) in files {
        let at = u32::try_from(out.len()).unwrap_or(0);
        let mut fields = Vec::new();
        fields.extend([20, 0, 0, 0]);
        fields.extend(method.to_le_bytes());
        fields.extend([0; 4]);
        let mut crc = flate2::Crc::new();
        crc.update(data);
        fields.extend(crc.sum().to_le_bytes());
        fields.extend(u32::try_from(data.len()).unwrap_or(0).to_le_bytes());
        fields.extend(u32::try_from(*declared).unwrap_or(0).to_le_bytes());
        fields.extend(u16::try_from(name.len()).unwrap_or(0).to_le_bytes());
        fields.extend([0, 0]);
        out.extend(LOCAL);
        out.extend(&fields);
        out.extend(name.as_bytes());
        out.extend(*data);
        directory.extend(CENTRAL);
        directory.extend([20, 0]);
        directory.extend(&fields);
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let at = u32::try_from(out.len()).unwrap_or(0);
    let count = u16::try_from(files.len()).unwrap_or(0).to_le_bytes();
    out.extend(&directory);
    out.extend(END);
    out.extend([0; 4]);
    out.extend(count);
    out.extend(count);
    out.extend(u32::try_from(directory.len()).unwrap_or(0).to_le_bytes());
    out.extend(at.to_le_bytes());
    out.extend([0, 0]);
    out
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn deflated(data: &[u8]) -> Vec<u8> {
        let mut encoder =
            flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn lists_names_and_sizes() {
        let zip = stored_zip(&[("a.txt", b"hello"), ("目录/b.txt", b"PK\x03\x04 inside")]);
        assert_eq!(names_in_head(&zip), ["a.txt", "目录/b.txt"]);
        let names: Vec<String> = entries(&zip).unwrap().into_iter().map(|e| e.name).collect();
        assert_eq!(names, ["a.txt", "目录/b.txt"]);
        assert_eq!(unpacked_size(&zip, 100), Some(16));
        assert_eq!(entry(&zip, "a.txt", 5).unwrap(), b"hello");
        assert_eq!(entry(&zip, "a.txt", 4), None);
        assert!(entries(b"PK\x03\x04").is_none());
        for cut in 0..zip.len() {
            let _ = unpacked_size(zip.get(..cut).unwrap(), 100);
            let _ = names_in_head(zip.get(..cut).unwrap());
        }
    }

    #[test]
    fn a_bomb_that_lies_about_its_size_is_caught() {
        let packed = deflated(&vec![0; 1_000_000]);
        let honest = build_zip(&[("x", &packed, 8, 1_000_000)]);
        assert_eq!(unpacked_size(&honest, 1_000_000), Some(1_000_000));
        assert_eq!(unpacked_size(&honest, 999_999), None);
        let liar = build_zip(&[("x", &packed, 8, 10)]);
        assert_eq!(unpacked_size(&liar, 1000), None);
        let strange = build_zip(&[("x", &packed, 99, 10)]);
        assert_eq!(unpacked_size(&strange, 1000), None);
    }
}
