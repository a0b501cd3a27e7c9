//! A zip of any size, written to a file entry by entry and read again: stored, never packed, so that what lies in it is
//! bit by bit what was put in. Not for office files (`unpack`). No path is made of its names here.
//! Invariant: what [`ZipWriter`] wrote can be told from what another program wrote, to the last bit.

use super::error::{Error, Result};
use super::unpack::{self, Crc};
use std::io::{BufReader, Read, Seek, SeekFrom, Write};

const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";
const END64: &[u8] = b"PK\x06\x06";
const LOCATOR: &[u8] = b"PK\x06\x07";
/// Bytes of a directory that are read at all.
const MOST_DIRECTORY: u64 = 128 << 20;
const MOST_ENTRIES: usize = 1_000_000;
const PIECE: usize = 256 << 10;
const BIG: u64 = u32::MAX as u64;

/// An entry of the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub name: String,
    /// Bytes it unpacks to, as it says.
    pub size: u64,
    packed: u64,
    crc: u32,
    method: u16,
    flags: u16,
    header: u64,
}

/// What is wrong with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// It is not where the directory says.
    Head,
    /// Its bytes are not what they were.
    Data,
    /// It unpacks to more than was allowed.
    TooLarge,
    /// Locked, or packed in a way that is not read here.
    Locked,
}

/// Writes from front to back; an entry's sum is put into its head when it ends.
pub struct ZipWriter<W> {
    to: W,
    at: u64,
    listed: Vec<Entry>,
    open: Option<(Entry, Crc)>,
}

impl<W: Write + Seek> ZipWriter<W> {
    /// Into an empty file.
    pub const fn new(to: W) -> Self {
        Self {
            to,
            at: 0,
            listed: Vec::new(),
            open: None,
        }
    }

    /// Begins an entry; the one before is closed.
    pub fn open(&mut self, name: &str) -> Result<()> {
        self.close()?;
        let entry = Entry {
            name: name.to_owned(),
            size: 0,
            packed: 0,
            crc: 0,
            method: 0,
            flags: 0x0800,
            header: self.at,
        };
        let head = local(&entry);
        self.to.write_all(&head)?;
        self.at += head.len() as u64;
        self.open = Some((entry, Crc::new()));
        Ok(())
    }

    /// More of the open entry.
    pub fn add(&mut self, bytes: &[u8]) -> Result<()> {
        let Some((entry, crc)) = &mut self.open else {
            return Err(Error::fault("bytes without an entry"));
        };
        crc.update(bytes);
        entry.size += bytes.len() as u64;
        if entry.size >= BIG {
            return Err(Error::Busy(format!(
                "“{}”超过 4 GB，装不进数据包。请把它另外拷贝",
                entry.name
            )));
        }
        self.to.write_all(bytes)?;
        self.at += bytes.len() as u64;
        Ok(())
    }

    fn close(&mut self) -> Result<()> {
        let Some((mut entry, crc)) = self.open.take() else {
            return Ok(());
        };
        (entry.crc, entry.packed) = (crc.sum(), entry.size);
        self.to.seek(SeekFrom::Start(entry.header))?;
        self.to.write_all(&local(&entry))?;
        self.to.seek(SeekFrom::Start(self.at))?;
        self.listed.push(entry);
        Ok(())
    }

    /// Writes the directory; says how many bytes there are, and gives the file back.
    pub fn finish(mut self) -> Result<(W, u64)> {
        self.close()?;
        let tail = tail(&self.listed, self.at);
        self.to.write_all(&tail)?;
        self.to.flush()?;
        Ok((self.to, self.at + tail.len() as u64))
    }
}

/// A zip as it lies there.
pub struct ZipReader<R> {
    from: R,
    len: u64,
    /// In the order of its directory.
    pub listed: Vec<Entry>,
}

impl<R: Read + Seek> ZipReader<R> {
    /// Reads the directory; `None` where there is none that holds together.
    pub fn open(mut from: R) -> Result<Option<Self>> {
        let len = from.seek(SeekFrom::End(0))?;
        let listed = directory(&mut from, len)?;
        Ok(listed.map(|listed| Self { from, len, listed }))
    }

    /// Gives out an entry piece by piece, at most so many bytes.
    pub fn read(
        &mut self,
        entry: &Entry,
        most: u64,
        take: &mut dyn FnMut(&[u8]),
    ) -> std::result::Result<(), Broken> {
        let head = bytes_at(&mut self.from, entry.header, 30).ok_or(Broken::Head)?;
        let lengths = u16_at(&head, 26).zip(u16_at(&head, 28));
        let Some((name, extra)) = lengths.filter(|_| head.starts_with(LOCAL)) else {
            return Err(Broken::Head);
        };
        if entry.flags & 1 == 1 {
            return Err(Broken::Locked);
        }
        let data = entry.header + 30 + u64::from(name) + u64::from(extra);
        self.from
            .seek(SeekFrom::Start(data))
            .map_err(|_| Broken::Head)?;
        let packed = BufReader::with_capacity(PIECE, (&mut self.from).take(entry.packed));
        let (size, crc) = match entry.method {
            0 => drained(packed, most, take)?,
            8 => drained(unpack::inflating(packed), most, take)?,
            _ => return Err(Broken::Locked),
        };
        match size == entry.size && crc == entry.crc {
            true => Ok(()),
            false => Err(Broken::Data),
        }
    }

    /// The first thing that [`ZipWriter`] would have written otherwise; data are not looked at.
    pub fn oddity(&mut self) -> Option<String> {
        let mut at = 0;
        for entry in &self.listed {
            let head = local(entry);
            let found = bytes_at(&mut self.from, entry.header, head.len());
            if entry.header != at || entry.method != 0 || found.as_ref() != Some(&head) {
                return Some(entry.name.clone());
            }
            at += head.len() as u64 + entry.packed;
        }
        let tail = tail(&self.listed, at);
        let rest = self.len.checked_sub(at);
        let found = bytes_at(&mut self.from, at, tail.len());
        let same = rest == Some(tail.len() as u64) && found.as_ref() == Some(&tail);
        (!same).then(|| "压缩包目录".to_owned())
    }
}

fn drained(
    mut from: impl Read,
    most: u64,
    take: &mut dyn FnMut(&[u8]),
) -> std::result::Result<(u64, u32), Broken> {
    let (mut crc, mut size) = (Crc::new(), 0_u64);
    let mut piece = vec![0; PIECE];
    loop {
        let n = from.read(&mut piece).map_err(|_| Broken::Data)?;
        let Some(read) = piece.get(..n).filter(|read| !read.is_empty()) else {
            return Ok((size, crc.sum()));
        };
        size += read.len() as u64;
        if size > most {
            return Err(Broken::TooLarge);
        }
        crc.update(read);
        take(read);
    }
}

fn small(n: u64) -> [u8; 4] {
    u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes()
}

/// What head and directory say alike: 2.0, flags, method, 1 January 1980, sum, sizes, length of the name.
fn common(e: &Entry, extra: u16) -> Vec<u8> {
    let mut all = vec![20, 0];
    all.extend(e.flags.to_le_bytes());
    all.extend(e.method.to_le_bytes());
    all.extend([0, 0, 0x21, 0]);
    all.extend(e.crc.to_le_bytes());
    all.extend(small(e.packed));
    all.extend(small(e.size));
    all.extend(u16::try_from(e.name.len()).unwrap_or(0).to_le_bytes());
    all.extend(extra.to_le_bytes());
    all
}

fn local(e: &Entry) -> Vec<u8> {
    [LOCAL, &common(e, 0), e.name.as_bytes()].concat()
}

fn central(e: &Entry) -> Vec<u8> {
    let far = e.header >= BIG;
    let mut all = [CENTRAL, &[20, 0], &common(e, if far { 12 } else { 0 })].concat();
    all.extend([0; 10]);
    all.extend(small(if far { BIG } else { e.header }));
    all.extend(e.name.as_bytes());
    if far {
        all.extend([1, 0, 8, 0]);
        all.extend(e.header.to_le_bytes());
    }
    all
}

/// Directory and end; the 64-bit end only where it is needed.
fn tail(listed: &[Entry], at: u64) -> Vec<u8> {
    let mut all: Vec<u8> = listed.iter().flat_map(central).collect();
    let (size, count) = (all.len() as u64, listed.len() as u64);
    if at >= BIG || count >= u64::from(u16::MAX) {
        let end = at + size;
        all.extend(END64);
        all.extend(44_u64.to_le_bytes());
        all.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        for n in [count, count, size, at] {
            all.extend(n.to_le_bytes());
        }
        all.extend(LOCATOR);
        all.extend([0; 4]);
        all.extend(end.to_le_bytes());
        all.extend([1, 0, 0, 0]);
    }
    all.extend(END);
    all.extend([0; 4]);
    let short = u16::try_from(count).unwrap_or(u16::MAX).to_le_bytes();
    all.extend(short);
    all.extend(short);
    all.extend(small(size));
    all.extend(small(at));
    all.extend([0, 0]);
    all
}

fn directory<R: Read + Seek>(from: &mut R, len: u64) -> Result<Option<Vec<Entry>>> {
    let tail_at = len.saturating_sub(65_557);
    let Some(tail) = bytes_at(from, tail_at, usize::try_from(len - tail_at).unwrap_or(0)) else {
        return Ok(None);
    };
    let Some(end) = tail.windows(4).rposition(|w| w == END) else {
        return Ok(None);
    };
    let mut place = short_end(&tail, end);
    let wide = place.is_some_and(|(at, _, count)| at == BIG || count == u64::from(u16::MAX));
    if wide {
        let locator = end.checked_sub(20).and_then(|at| u64_at(&tail, at + 8));
        let wide = locator.and_then(|at| bytes_at(from, at, 56));
        place = wide
            .filter(|w| w.starts_with(END64))
            .and_then(|w| Some((u64_at(&w, 48)?, u64_at(&w, 40)?, u64_at(&w, 32)?)));
    }
    let Some((at, size, count)) = place.filter(|(_, size, _)| *size <= MOST_DIRECTORY) else {
        return Ok(None);
    };
    let bytes = bytes_at(from, at, usize::try_from(size).unwrap_or(0));
    Ok(bytes.and_then(|b| entries(&b, count)))
}

fn short_end(tail: &[u8], end: usize) -> Option<(u64, u64, u64)> {
    let (at, size) = (u32_at(tail, end + 16)?, u32_at(tail, end + 12)?);
    Some((at, size, u64::from(u16_at(tail, end + 10)?)))
}

fn entries(bytes: &[u8], count: u64) -> Option<Vec<Entry>> {
    let (mut at, mut all) = (0, Vec::new());
    while at < bytes.len() {
        if bytes.get(at..at + 4)? != CENTRAL || all.len() >= MOST_ENTRIES {
            return None;
        }
        let name_len = usize::from(u16_at(bytes, at + 28)?);
        let extra_len = usize::from(u16_at(bytes, at + 30)?);
        let rest = usize::from(u16_at(bytes, at + 32)?);
        let name = bytes.get(at + 46..at + 46 + name_len)?;
        let extra = at + 46 + name_len;
        let mut header = u32_at(bytes, at + 42)?;
        if header == BIG {
            header = u64_at(bytes, extra + 4)?;
        }
        all.push(Entry {
            name: String::from_utf8_lossy(name).into_owned(),
            flags: u16_at(bytes, at + 8)?,
            method: u16_at(bytes, at + 10)?,
            crc: u32::try_from(u32_at(bytes, at + 16)?).ok()?,
            packed: u32_at(bytes, at + 20)?,
            size: u32_at(bytes, at + 24)?,
            header,
        });
        at = extra + extra_len + rest;
    }
    (all.len() as u64 == count).then_some(all)
}

/// So many bytes from there; `None` where there are fewer.
fn bytes_at<R: Read + Seek>(from: &mut R, at: u64, many: usize) -> Option<Vec<u8>> {
    from.seek(SeekFrom::Start(at)).ok()?;
    let mut all = Vec::new();
    from.take(many as u64).read_to_end(&mut all).ok()?;
    (all.len() == many).then_some(all)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let two = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes(two.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u64> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u64::from(u32::from_le_bytes(four.try_into().ok()?)))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    let eight = bytes.get(at..at.checked_add(8)?)?;
    Some(u64::from_le_bytes(eight.try_into().ok()?))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn written(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            zip.open(name).unwrap();
            zip.add(bytes).unwrap();
        }
        let (cursor, size) = zip.finish().unwrap();
        let all = cursor.into_inner();
        assert_eq!(all.len() as u64, size);
        all
    }

    /// Whether every byte is as it was written, as a checker sees it.
    fn sound(zip: &[u8]) -> bool {
        let Ok(Some(mut zip)) = ZipReader::open(Cursor::new(zip)) else {
            return false;
        };
        let listed = zip.listed.clone();
        let whole = listed
            .iter()
            .all(|e| zip.read(e, 1 << 20, &mut |_| {}).is_ok());
        whole && zip.oddity().is_none()
    }

    #[test]
    fn what_is_put_in_comes_out_and_no_bit_may_differ() {
        let files: [(&str, &[u8]); 3] = [
            ("说明.txt", "您好".as_bytes()),
            ("档案/空.txt", b""),
            ("档案/b.pdf", b"%PDF-1.4 something"),
        ];
        let zip = written(&files);
        let mut read = ZipReader::open(Cursor::new(&zip[..])).unwrap().unwrap();
        for (entry, (name, bytes)) in read.listed.clone().iter().zip(files) {
            let mut got = Vec::new();
            read.read(entry, 100, &mut |b| got.extend_from_slice(b))
                .unwrap();
            assert_eq!((entry.name.as_str(), got.as_slice()), (name, bytes));
        }
        assert!(sound(&zip));
        for bit in 0..zip.len() * 8 {
            let mut bad = zip.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert!(!sound(&bad), "bit {bit}");
        }
        assert!(!sound(&zip[1..]) && !sound(&[&zip[..], b" "].concat()));
    }

    #[test]
    fn the_office_reader_and_a_packed_zip_are_understood() {
        let zip = written(&[("目录/a.txt", b"hello")]);
        let found = unpack::entry(&zip, "目录/a.txt", 100);
        assert_eq!(found.as_deref(), Some(&b"hello"[..]));
        let mut packer = unpack::Packer::default();
        packer.put("a.txt", &[b'x'; 5000]);
        let packed = packer.finish();
        let mut read = ZipReader::open(Cursor::new(&packed[..])).unwrap().unwrap();
        let entry = read.listed[0].clone();
        let mut size = 0;
        read.read(&entry, 6000, &mut |b| size += b.len()).unwrap();
        assert_eq!(size, 5000);
        assert_eq!(
            read.read(&entry, 4999, &mut |_| {}),
            Err(Broken::TooLarge),
            "a bomb stops"
        );
        assert_eq!(read.oddity().as_deref(), Some("a.txt"));
        assert!(ZipReader::open(Cursor::new(b"no zip")).unwrap().is_none());
        assert!(ZipReader::open(Cursor::new(b"")).unwrap().is_none());
    }

    #[test]
    fn seventy_thousand_entries_have_the_wide_end() {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for n in 0..70_000 {
            zip.open(&n.to_string()).unwrap();
        }
        let (cursor, _) = zip.finish().unwrap();
        let mut read = ZipReader::open(cursor).unwrap().unwrap();
        assert_eq!(read.listed.len(), 70_000);
        assert_eq!(read.oddity(), None);
        // beyond four gigabytes only the place is written otherwise
        let far = Entry {
            header: BIG + 7,
            ..read.listed[1].clone()
        };
        let said = tail(std::slice::from_ref(&far), BIG + 100);
        let size = central(&far).len();
        assert_eq!(entries(&said[..size], 1).unwrap(), [far]);
    }
}
