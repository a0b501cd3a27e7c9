//! Compound files ([MS-CFB], the shell of old .doc and .xls): one stream taken out of a foreign one, and a plain one made
//! around a stream. Not here: what a stream means.
//! Invariant: nothing taken out is larger than its file; a chain of sectors that turns in a circle is refused.

const MAGIC: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
const END: u32 = 0xffff_fffe;
/// Numbers from here on are no sectors.
const NONE: u32 = 0xffff_fffa;
/// Streams shorter than this stand in small sectors.
const SMALL: usize = 4096;
const SMALL_SECTOR: usize = 64;
/// A sector of what is made here.
const SECTOR: usize = 4096;

/// The stream of one of these names, the first that is there.
#[must_use]
pub fn stream(bytes: &[u8], names: &[&str]) -> Option<Vec<u8>> {
    let file = File::of(bytes)?;
    let listed = file.chain(number(bytes, 48)?, file.most)?;
    let entries: Vec<&[u8]> = listed.chunks_exact(128).collect();
    let named = |name: &&str| entries.iter().find(|e| is_called(e, name));
    let entry = names.iter().find_map(named)?;
    let (start, size) = place(entry)?;
    if size >= SMALL {
        let mut all = file.chain(start, size.div_ceil(file.sector))?;
        all.truncate(size);
        return Some(all);
    }
    let (held, length) = place(entries.first()?)?;
    let held = file.chain(held, length.div_ceil(file.sector).min(file.most))?;
    let table = words(&file.chain(number(bytes, 60)?, file.most)?);
    let small = Chained {
        bytes: &held,
        sector: SMALL_SECTOR,
        next: &table,
    };
    let mut all = small.chain(start, size.div_ceil(SMALL_SECTOR))?;
    all.truncate(size);
    Some(all)
}

/// A compound file with this one stream, at least as long as a stream that stands in whole sectors.
#[must_use]
pub fn plain(name: &str, stream: &[u8]) -> Option<Vec<u8>> {
    let held = stream.len().max(SMALL).div_ceil(SECTOR);
    let mut tables = 1;
    while tables * (SECTOR / 4) < held + 1 + tables {
        tables += 1;
    }
    if tables > 109 {
        return None;
    }
    let to = |n: usize| u32::try_from(n).ok();
    let mut out = vec![0; SECTOR];
    put(&mut out, 0, &MAGIC);
    put(&mut out, 24, &[0x3e, 0, 4, 0, 0xfe, 0xff, 12, 0, 6, 0]);
    put(&mut out, 44, &to(tables)?.to_le_bytes());
    put(&mut out, 48, &to(held)?.to_le_bytes());
    put(&mut out, 56, &to(SMALL)?.to_le_bytes());
    put(&mut out, 60, &END.to_le_bytes());
    put(&mut out, 68, &END.to_le_bytes());
    put(&mut out, 76, &[0xff; 109 * 4]);
    for n in 0..tables {
        put(&mut out, 76 + n * 4, &to(held + 1 + n)?.to_le_bytes());
    }
    out.extend_from_slice(stream);
    out.resize((held + 1) * SECTOR, 0);
    let mut directory = vec![0; SECTOR];
    let size = (held * SECTOR).to_le_bytes();
    for (at, name, kind, size) in [(0, "Root Entry", 5, &[][..]), (128, name, 2, &size)] {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        put(&mut directory, at, wide.get(..62.min(wide.len()))?);
        let length = u16::try_from(wide.len() + 2).ok()?;
        put(&mut directory, at + 64, &length.to_le_bytes());
        put(&mut directory, at + 66, &[kind, 1]);
        put(&mut directory, at + 68, &[0xff; 12]);
        put(&mut directory, at + 120, size);
    }
    // the root's only child is the stream
    put(&mut directory, 76, &1_u32.to_le_bytes());
    out.extend_from_slice(&directory);
    let mut table: Vec<u32> = (1..=held).map(to).collect::<Option<_>>()?;
    if let Some(last) = table.last_mut() {
        *last = END;
    }
    table.push(END);
    table.resize(held + 1 + tables, 0xffff_fffd);
    table.resize(tables * (SECTOR / 4), 0xffff_ffff);
    out.extend(table.into_iter().flat_map(u32::to_le_bytes));
    Some(out)
}

/// Overwrites what stands at a place, where it fits.
fn put(out: &mut [u8], at: usize, bytes: &[u8]) {
    if let Some(place) = out.get_mut(at..at + bytes.len()) {
        place.copy_from_slice(bytes);
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(four.try_into().ok()?))
}

fn words(bytes: &[u8]) -> Vec<u32> {
    let all = bytes.chunks_exact(4);
    all.filter_map(|four| four.try_into().ok().map(u32::from_le_bytes))
        .collect()
}

fn is_called(entry: &[u8], name: &str) -> bool {
    let units = entry.get(..64).unwrap_or_default().chunks_exact(2);
    let units = units.filter_map(|two| two.try_into().ok().map(u16::from_le_bytes));
    let said: Vec<u16> = units.take_while(|unit| *unit != 0).collect();
    let is_stream = entry.get(66) == Some(&2);
    is_stream && String::from_utf16_lossy(&said).eq_ignore_ascii_case(name)
}

/// Where a stream begins and how long it is.
fn place(entry: &[u8]) -> Option<(u32, usize)> {
    let size = usize::try_from(number(entry, 120)?).ok()?;
    Some((number(entry, 116)?, size))
}

/// Sectors and which follows which.
struct Chained<'a> {
    bytes: &'a [u8],
    sector: usize,
    next: &'a [u32],
}

impl Chained<'_> {
    /// The contents of a chain, so many sectors of it at most; fewer where it ends before.
    fn chain(&self, start: u32, most: usize) -> Option<Vec<u8>> {
        // a chain without an end may not outgrow what it stands in
        let most = most.min(self.bytes.len().div_ceil(self.sector));
        let mut out = Vec::new();
        let mut at = start;
        for _ in 0..most {
            if at >= NONE {
                break;
            }
            let from = usize::try_from(at).ok()?.checked_mul(self.sector)?;
            let rest = self.bytes.get(from..)?;
            out.extend_from_slice(rest.get(..self.sector).unwrap_or(rest));
            at = *self.next.get(usize::try_from(at).ok()?)?;
        }
        Some(out)
    }
}

/// A foreign file, its head read.
struct File<'a> {
    /// Behind the head.
    bytes: &'a [u8],
    sector: usize,
    /// As many sectors as there are.
    most: usize,
    table: Vec<u32>,
}

impl<'a> File<'a> {
    fn of(bytes: &'a [u8]) -> Option<Self> {
        if !bytes.starts_with(&MAGIC) {
            return None;
        }
        let sector = match (bytes.get(30)?, bytes.get(32)?) {
            (9, 6) => 512,
            (12, 6) => 4096,
            _ => return None,
        };
        let behind = bytes.get(sector..)?;
        let most = behind.len().div_ceil(sector);
        let at = |n: u32| -> Option<&[u8]> {
            let from = usize::try_from(n).ok()?.checked_mul(sector)?;
            let rest = behind.get(from..)?;
            Some(rest.get(..sector).unwrap_or(rest))
        };
        let mut listed = words(bytes.get(76..512)?);
        let mut more = number(bytes, 68)?;
        for _ in 0..most {
            if more >= NONE {
                break;
            }
            listed.extend(words(at(more)?));
            more = listed.pop()?;
        }
        let mut table = Vec::new();
        for n in listed.into_iter().filter(|n| *n < NONE) {
            table.extend(words(at(n)?));
            if table.len() > most.saturating_add(1).saturating_mul(2).max(sector) {
                return None;
            }
        }
        Some(Self {
            bytes: behind,
            sector,
            most,
            table,
        })
    }

    fn chain(&self, start: u32, most: usize) -> Option<Vec<u8>> {
        let all = Chained {
            bytes: self.bytes,
            sector: self.sector,
            next: &self.table,
        };
        all.chain(start, most)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_is_taken_out() {
        for length in [0, 10, 4096, 4097, 5_000_000] {
            let inside: Vec<u8> = (0..length).map(|n: u32| n.to_le_bytes()[0]).collect();
            let file = plain("Workbook", &inside).unwrap();
            let out = stream(&file, &["Other", "workbook"]).unwrap();
            assert!(out.starts_with(&inside) && out.len() < inside.len() + SECTOR + SMALL);
            assert!(stream(&file, &["Book"]).is_none());
        }
    }

    #[test]
    fn chains_in_a_circle_end() {
        let mut file = plain("Workbook", &[7; 100_000]).unwrap();
        let table = file.len() - SECTOR;
        // the directory follows itself, and so does the first sector
        let held = 100_000_usize.div_ceil(SECTOR);
        put(
            &mut file,
            table + held * 4,
            &u32::try_from(held).unwrap().to_le_bytes(),
        );
        put(&mut file, table, &0_u32.to_le_bytes());
        let out = stream(&file, &["Workbook"]).unwrap();
        assert!(out.len() <= file.len());
    }
}
