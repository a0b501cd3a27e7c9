//! What a zip holds and what compressed bytes unpack to, within limits; and a zip written entry by entry.
//! The only door of `flate2`. Not an archive reader: names and true sizes only, so that a reader of Excel
//! or Word files is never let near a bomb. Invariant: no reading function allocates more than its limit.

use flate2::Compression;
use flate2::bufread::{DeflateDecoder, ZlibDecoder, ZlibEncoder};
use flate2::write::DeflateEncoder;
use std::collections::BTreeMap;
use std::io::{BufRead, Read, Write};

pub use flate2::Crc;

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
    flags: u16,
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
            flags: u16_at(zip, at + 8)?,
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

/// Bytes the whole zip says that it unpacks to; `None` where it has no directory.
#[must_use]
pub fn declared_size(zip: &[u8]) -> Option<u64> {
    Some(entries(zip)?.iter().map(|e| e.declared).sum())
}

/// Whether the entries of the two usual methods really unpack to more than `limit`, whatever they say.
#[must_use]
pub fn overflows(zip: &[u8], limit: u64) -> bool {
    let mut left = limit;
    for entry in entries(zip).unwrap_or_default() {
        let Some(real) = real_size(zip, &entry, left) else {
            continue;
        };
        if real > left {
            return true;
        }
        left -= real;
    }
    false
}

/// Whether an entry is locked with a password.
#[must_use]
pub fn any_locked(zip: &[u8]) -> bool {
    entries(zip)
        .unwrap_or_default()
        .iter()
        .any(|e| e.flags & 1 == 1)
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

/// What packed bytes come to as they are read; whoever reads bounds them.
pub fn inflating(packed: impl BufRead) -> impl Read {
    DeflateDecoder::new(packed)
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
    unpacked(zip, &entry, limit)
}

fn unpacked(zip: &[u8], entry: &Entry, limit: usize) -> Option<Vec<u8>> {
    let data = data_of(zip, entry)?;
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

/// A zip whose parts are asked for by name again and again; all of them together within one limit.
pub struct Archive<'a> {
    zip: &'a [u8],
    entries: BTreeMap<String, Entry>,
    left: usize,
}

impl<'a> Archive<'a> {
    /// Looks at the directory; where there is none, it has no parts.
    #[must_use]
    pub fn of(zip: &'a [u8], limit: usize) -> Self {
        let mut named = BTreeMap::new();
        for entry in entries(zip).unwrap_or_default() {
            named.entry(entry.name.clone()).or_insert(entry);
        }
        Self {
            zip,
            entries: named,
            left: limit,
        }
    }

    /// Its names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// One part; `None` where it is missing, broken, over `most` or over what is left of the limit.
    pub fn part(&mut self, name: &str, most: usize) -> Option<Vec<u8>> {
        let entry = self.entries.get(name)?;
        let bytes = unpacked(self.zip, entry, self.left.min(most))?;
        self.left -= bytes.len();
        Some(bytes)
    }
}

/// Where `needle` first stands.
#[must_use]
pub fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len().max(1)).position(|w| w == needle)
}

/// A zip written from front to back: only packed bytes are kept.
#[derive(Default)]
pub struct Packer {
    out: Vec<u8>,
    directory: Vec<u8>,
    count: u16,
    open: Option<Part>,
}

/// The entry being written.
struct Part {
    name: String,
    header: usize,
    data: DeflateEncoder<Vec<u8>>,
    crc: Crc,
}

impl Packer {
    /// A whole entry.
    pub fn put(&mut self, name: &str, bytes: &[u8]) {
        self.open(name);
        self.add(bytes);
        self.close();
    }

    /// Begins an entry; the one before is closed.
    pub fn open(&mut self, name: &str) {
        self.close();
        let header = self.out.len();
        self.out.extend([0; 30]);
        self.out.extend(name.as_bytes());
        // the encoder writes behind what is there already
        let data = DeflateEncoder::new(std::mem::take(&mut self.out), Compression::fast());
        self.open = Some(Part {
            name: name.to_owned(),
            header,
            data,
            crc: Crc::new(),
        });
    }

    /// More of the open entry.
    pub fn add(&mut self, bytes: &[u8]) {
        if let Some(part) = &mut self.open {
            part.crc.update(bytes);
            // memory takes everything
            let _ = part.data.write_all(bytes);
        }
    }

    /// Ends the open entry.
    pub fn close(&mut self) {
        let Some(part) = self.open.take() else {
            return;
        };
        self.out = part.data.finish().unwrap_or_default();
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes();
        let packed = self
            .out
            .len()
            .saturating_sub(part.header + 30 + part.name.len());
        let mut fields = Vec::with_capacity(26);
        // 2.0, names in UTF-8, deflated, 1 January 1980
        fields.extend([20, 0, 0, 8, 8, 0, 0, 0, 0x21, 0]);
        fields.extend(part.crc.sum().to_le_bytes());
        fields.extend(number(packed));
        fields.extend(part.crc.amount().to_le_bytes());
        fields.extend(u16::try_from(part.name.len()).unwrap_or(0).to_le_bytes());
        fields.extend([0, 0]);
        let header = [LOCAL, &fields].concat();
        for (place, byte) in self.out.iter_mut().skip(part.header).zip(header) {
            *place = byte;
        }
        self.directory.extend(CENTRAL);
        self.directory.extend([20, 0]);
        self.directory.extend(&fields);
        self.directory.extend([0; 10]);
        self.directory.extend(number(part.header));
        self.directory.extend(part.name.as_bytes());
        self.count += 1;
    }

    /// The zip.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        self.close();
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes();
        let (at, size) = (number(self.out.len()), number(self.directory.len()));
        self.out.append(&mut self.directory);
        self.out.extend(END);
        self.out.extend([0; 4]);
        self.out.extend(self.count.to_le_bytes());
        self.out.extend(self.count.to_le_bytes());
        self.out.extend(size);
        self.out.extend(at);
        self.out.extend([0, 0]);
        self.out
    }
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

/// A zlib stream, as PDF uses them.
#[must_use]
pub fn pack_zlib(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut packed = flate2::bufread::ZlibEncoder::new(data, flate2::Compression::best());
    // reading from memory does not fail
    let _ = packed.read_to_end(&mut out);
    out
}

/// A zip of stored entries, for the tests of this room.
#[cfg(test)]
pub(crate) fn stored_zip(files: &[(&str, &[u8])]) -> Vec<u8> {
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
    fn what_is_packed_is_unpacked() {
        let long = "一行字，".repeat(10_000);
        let mut packer = Packer::default();
        packer.put("a.txt", b"hello");
        packer.open("目录/b.txt");
        for part in long.as_bytes().chunks(1000) {
            packer.add(part);
        }
        let zip = packer.finish();
        assert!(zip.len() < long.len() / 10);
        assert_eq!(names_in_head(&zip), ["a.txt", "目录/b.txt"]);
        assert_eq!(entry(&zip, "a.txt", 5).unwrap(), b"hello");
        assert_eq!(entry(&zip, "目录/b.txt", 1 << 20).unwrap(), long.as_bytes());
        assert_eq!(unpacked_size(&zip, 1 << 20), Some(long.len() as u64 + 5));
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
