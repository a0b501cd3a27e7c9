//! An old .xls before a reader of others sees it: what its records claim of sizes is held against what is there, what nobody
//! asks for (formulas, names, dimensions) is taken out, and the rest put into a plain file of its own.
//! Not here: the values of cells.
//! Invariant: the reader takes memory by what stands in the file, and goes through each record once.

use super::compound;

/// Cells of all sheets of a file, the empty ones between them counted: as many as the largest table has.
pub(super) const MOST_CELLS: u64 = 10_000_000;
/// Characters of all cells of a file.
pub(super) const MOST_TEXT: u64 = 60_000_000;
/// Records that go on with the one before.
const MOST_PARTS: usize = 20_000;

/// Why a file is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    Broken,
    Locked,
    /// Its sheets are larger than they may be, or say so.
    Large,
}

// records of [MS-XLS] 2.3 that are read
const FORMULA: u16 = 0x06;
const EOF: u16 = 0x0a;
const FILE_PASS: u16 = 0x2f;
const CONTINUE: u16 = 0x3c;
const BOUND_SHEET: u16 = 0x85;
const MUL_RK: u16 = 0xbd;
const R_STRING: u16 = 0xd6;
const SST: u16 = 0xfc;
const LABEL_SST: u16 = 0xfd;
const NUMBER: u16 = 0x203;
const LABEL: u16 = 0x204;
const BOOL_ERR: u16 = 0x205;
const STRING: u16 = 0x207;
const RK: u16 = 0x27e;
const BOF: u16 = 0x809;
/// Of the others: code page, dates since 1904, number formats and who wears them.
const KEPT: [u16; 19] = [
    FORMULA,
    EOF,
    FILE_PASS,
    CONTINUE,
    BOUND_SHEET,
    MUL_RK,
    R_STRING,
    SST,
    LABEL_SST,
    NUMBER,
    LABEL,
    BOOL_ERR,
    STRING,
    RK,
    BOF,
    0x42,
    0x22,
    0x41e,
    0xe0,
];

/// One record: where it stands, what it is, how long its contents are.
#[derive(Clone, Copy)]
struct Record {
    at: usize,
    kind: u16,
    length: usize,
}

impl Record {
    fn body<'a>(&self, stream: &'a [u8]) -> &'a [u8] {
        stream
            .get(self.at + 4..self.at + 4 + self.length)
            .unwrap_or_default()
    }
}

/// The same sheets in a file that cannot lie.
pub(super) fn harmless(bytes: &[u8]) -> Result<Vec<u8>, Refused> {
    let mut stream = compound::stream(bytes, &["Workbook", "Book"]).ok_or(Refused::Broken)?;
    let records = records(&stream);
    check(&stream, &records)?;
    for record in &records {
        mend(&mut stream, *record);
    }
    compound::plain("Workbook", &stream).ok_or(Refused::Large)
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    let two = bytes.get(at..at + 2)?;
    Some(u16::from_le_bytes(two.try_into().ok()?))
}

fn records(stream: &[u8]) -> Vec<Record> {
    let mut all = Vec::new();
    let mut at = 0;
    while let (Some(kind), Some(length)) = (short(stream, at), short(stream, at + 2)) {
        let length = usize::from(length);
        if at + 4 + length > stream.len() {
            break;
        }
        all.push(Record { at, kind, length });
        at += 4 + length;
    }
    all
}

fn check(stream: &[u8], records: &[Record]) -> Result<(), Refused> {
    if records.iter().filter(|r| r.kind == CONTINUE).count() > MOST_PARTS {
        return Err(Refused::Large);
    }
    let (mut texts, mut sheets) = (Vec::new(), Vec::new());
    for (n, record) in records.iter().enumerate() {
        let body = record.body(stream);
        match record.kind {
            EOF => break,
            FILE_PASS => return Err(Refused::Locked),
            BOUND_SHEET => {
                let at = body.get(..4).and_then(|four| four.try_into().ok());
                sheets.push(at.map(u32::from_le_bytes).ok_or(Refused::Broken)?);
            }
            SST => {
                let rest = records.get(n + 1..).unwrap_or_default();
                let parts = rest.iter().take_while(|r| r.kind == CONTINUE);
                let parts = parts.map(|r| r.body(stream)).collect();
                texts =
                    lengths(body.get(8..).ok_or(Refused::Broken)?, parts).ok_or(Refused::Broken)?;
            }
            _ => {}
        }
    }
    let mut sum = Sum::default();
    for at in sheets {
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        // a sheet begins with a record of the file, or it would be read another way than it was looked at
        let first = records.binary_search_by_key(&at, |r| r.at);
        let of = records.get(first.map_err(|_| Refused::Broken)?..);
        sum.sheet(stream, of.unwrap_or_default(), &texts)?;
    }
    Ok(())
}

/// What all sheets come to.
#[derive(Default)]
struct Sum {
    cells: u64,
    text: u64,
    /// Records gone through: two sheets may name the same place.
    records: usize,
}

impl Sum {
    fn sheet(&mut self, stream: &[u8], records: &[Record], texts: &[u16]) -> Result<(), Refused> {
        let (mut cells, mut formulas) = (Area::default(), Area::default());
        let (mut begun, mut inside, mut last) = (false, 0_u32, (0, 0));
        for record in records {
            self.records += 1;
            match record.kind {
                BOF if begun => inside += 1,
                BOF => begun = true,
                EOF if inside == 0 => break,
                EOF => inside -= 1,
                _ => {}
            }
            let body = record.body(stream);
            let Some(place) = short(body, 0).zip(short(body, 2)) else {
                continue;
            };
            match record.kind {
                FORMULA => {
                    last = place;
                    formulas.take(place, 0);
                    cells.take(place, 0);
                }
                STRING => cells.take(last, 0),
                MUL_RK => cells.take(place, body.len() / 6),
                LABEL_SST => {
                    let n = body.get(6..10).and_then(|four| four.try_into().ok());
                    let n = n
                        .map(u32::from_le_bytes)
                        .and_then(|n| usize::try_from(n).ok());
                    let long = n.and_then(|n| texts.get(n)).copied().unwrap_or(0);
                    self.text += u64::from(long);
                    cells.take(place, 0);
                }
                NUMBER | LABEL | R_STRING | BOOL_ERR | RK => cells.take(place, 0),
                _ => {}
            }
        }
        self.cells += cells.size() + formulas.size();
        let twice = self.records > stream.len() / 2;
        match self.cells > MOST_CELLS || self.text > MOST_TEXT || twice {
            true => Err(Refused::Large),
            false => Ok(()),
        }
    }
}

/// The smallest rectangle around what was seen.
#[derive(Default)]
struct Area(Option<[u64; 4]>);

impl Area {
    fn take(&mut self, (row, column): (u16, u16), across: usize) {
        let (row, column) = (u64::from(row), u64::from(column));
        let right = column + u64::try_from(across).unwrap_or(u64::MAX >> 1);
        let [top, bottom, left, end] = self.0.unwrap_or([row, row, column, right]);
        self.0 = Some([
            top.min(row),
            bottom.max(row),
            left.min(column),
            end.max(right),
        ]);
    }

    fn size(&self) -> u64 {
        self.0.map_or(0, |[top, bottom, left, right]| {
            (bottom - top + 1) * (right - left + 1)
        })
    }
}

/// Characters of each shared string.
fn lengths(first: &[u8], parts: Vec<&[u8]>) -> Option<Vec<u16>> {
    let mut all = Vec::new();
    let mut text = Parts {
        now: first,
        rest: parts.into_iter(),
    };
    while !text.now.is_empty() || text.next() {
        all.push(text.string()?);
    }
    Some(all)
}

/// A record and those that go on with it ([MS-XLS] 2.5.293).
struct Parts<'a> {
    now: &'a [u8],
    rest: std::vec::IntoIter<&'a [u8]>,
}

impl Parts<'_> {
    fn next(&mut self) -> bool {
        self.rest.next().map(|part| self.now = part).is_some()
    }

    fn string(&mut self) -> Option<u16> {
        if self.now.is_empty() {
            return Some(0);
        }
        let (length, flags) = (short(self.now, 0)?, *self.now.get(2)?);
        self.now = self.now.get(3..)?;
        let mut behind = 0;
        if flags & 8 != 0 {
            behind += usize::from(short(self.now, 0)?) * 4;
            self.now = self.now.get(2..)?;
        }
        if flags & 4 != 0 {
            let more = self.now.get(..4)?.try_into().ok()?;
            behind += usize::try_from(i32::from_le_bytes(more)).ok()?;
            self.now = self.now.get(4..)?;
        }
        let mut wide = flags & 1 != 0;
        let mut left = usize::from(length);
        while left > 0 {
            let each = if wide { 2 } else { 1 };
            let here = left.min(self.now.len() / each);
            self.now = self.now.get(here * each..)?;
            left -= here;
            if left > 0 {
                if !self.next() {
                    return None;
                }
                wide = self.now.first()? & 1 != 0;
                self.now = self.now.get(1..)?;
            }
        }
        while behind > 0 {
            if self.now.is_empty() && !self.next() {
                return None;
            }
            let here = behind.min(self.now.len());
            self.now = self.now.get(here..)?;
            behind -= here;
        }
        Some(length)
    }
}

/// Takes out what is not asked for, and cuts a text's length to what follows.
fn mend(stream: &mut [u8], record: Record) {
    if !KEPT.contains(&record.kind) {
        if let Some(kind) = stream.get_mut(record.at..record.at + 2) {
            kind.fill(0);
        }
        return;
    }
    let text = match record.kind {
        LABEL | R_STRING => 6,
        STRING => 0,
        FORMULA => {
            let at = record.at + 4 + 20;
            let tokens = stream.get_mut(at..at + 2);
            if let Some(length) = tokens.filter(|_| record.length >= 22) {
                length.fill(0);
            }
            return;
        }
        _ => return,
    };
    let room = record.length.saturating_sub(text + 2);
    let at = record.at + 4 + text;
    let said = short(stream, at).map_or(0, usize::from);
    if said > room
        && record.length >= text + 2
        && let Ok(room) = u16::try_from(room)
        && let Some(length) = stream.get_mut(at..at + 2)
    {
        length.copy_from_slice(&room.to_le_bytes());
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::*;
    use crate::kit::sheet::read_table;

    fn record(kind: u16, body: &[u8]) -> Vec<u8> {
        let length = u16::try_from(body.len()).unwrap();
        [&kind.to_le_bytes(), &length.to_le_bytes(), body].concat()
    }

    const BEGIN: [u8; 16] = [0, 6, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// A file of sheets that all begin at the first one, with these shared strings and these records in it.
    fn xls(sheets: usize, strings: &[u8], inside: &[Vec<u8>]) -> Vec<u8> {
        let bound = |at: u32| {
            record(
                BOUND_SHEET,
                &[&at.to_le_bytes()[..], &[0, 0, 1, 0, b'S']].concat(),
            )
        };
        let strings = record(SST, &[&[1, 0, 0, 0, 1, 0, 0, 0], strings].concat());
        let head = |at: u32| {
            let mut all = record(BOF, &BEGIN);
            all.extend((0..sheets).flat_map(|_| bound(at)));
            all.extend(&strings);
            all.extend(record(EOF, &[]));
            all
        };
        let at = u32::try_from(head(0).len()).unwrap();
        let mut all = head(at);
        all.extend(record(BOF, &BEGIN));
        all.extend(inside.concat());
        all.extend(record(EOF, &[]));
        compound::plain("Workbook", &all).unwrap()
    }

    fn label(row: u16, column: u16, n: u32) -> Vec<u8> {
        let place = [row, column, 0].map(u16::to_le_bytes).concat();
        record(LABEL_SST, &[&place[..], &n.to_le_bytes()].concat())
    }

    const WORD: [u8; 5] = [2, 0, 0, b'h', b'i'];

    #[test]
    fn an_honest_sheet_is_read() {
        let number = [&[1_u8, 0, 2, 0, 0, 0][..], &2.5_f64.to_le_bytes()].concat();
        let file = xls(1, &WORD, &[label(0, 0, 0), record(NUMBER, &number)]);
        let rows = read_table(&file, "a.xls").unwrap();
        assert_eq!(rows[0][0].text(), "hi");
        assert_eq!(rows[1][2].text(), "2.5");
    }

    #[test]
    fn a_lie_about_dimensions_takes_no_memory() {
        let lie = |rows: u32, columns: u16| {
            let size = [
                &0_u32.to_le_bytes()[..],
                &rows.to_le_bytes(),
                &[0; 2],
                &columns.to_le_bytes(),
                &[0; 2],
            ];
            record(0x200, &size.concat())
        };
        for (rows, columns) in [(u32::MAX, u16::MAX), (1 << 31, 2), (65_536, 256)] {
            let file = xls(40, &WORD, &[lie(rows, columns), label(0, 0, 0)]);
            assert_eq!(read_table(&file, "a.xls").unwrap()[0][0].text(), "hi");
        }
    }

    #[test]
    fn far_cells_long_strings_and_many_sheets_are_refused() {
        let far = xls(1, &WORD, &[label(0, 0, 0), label(u16::MAX, u16::MAX, 0)]);
        assert_eq!(harmless(&far), Err(Refused::Large));
        let long = [&60_000_u16.to_le_bytes()[..], &[0], &[b'x'; 60_000]].concat();
        // one record holds no more than 65535 bytes
        let all: Vec<Vec<u8>> = (0..2000).map(|n| label(n, 0, 0)).collect();
        assert_eq!(harmless(&xls(1, &long, &all)), Err(Refused::Large));
        assert!(harmless(&xls(1, &long, &all[..20])).is_ok());
        let many: Vec<Vec<u8>> = (0..3000).map(|n| label(n, 0, 0)).collect();
        assert_eq!(harmless(&xls(3000, &WORD, &many)), Err(Refused::Large));
    }

    #[test]
    fn a_sheet_that_begins_inside_a_record_is_refused() {
        let file = xls(1, &WORD, &[label(0, 0, 0)]);
        let at = file
            .windows(4)
            .position(|w| w == record(BOUND_SHEET, &[0; 9])[..4].to_vec())
            .unwrap();
        let mut moved = file.clone();
        moved[at + 4] += 1;
        assert_eq!(harmless(&moved), Err(Refused::Broken));
        assert_eq!(harmless(b"\xd0\xcf\x11\xe0 no"), Err(Refused::Broken));
    }

    #[test]
    fn a_label_longer_than_its_record_is_cut() {
        let label = record(LABEL, &[0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, b'a', b'b']);
        let rows = read_table(&xls(1, &WORD, &[label]), "a.xls").unwrap();
        assert_eq!(rows[0][0].text(), "ab");
    }
}
