//! What drawing a glyph costs, told before it is drawn: glyphs made of glyphs and programs that call programs can be told
//! in a hundred bytes to run for years, and the reader of fonts has no limit but their depth.
//! Not here: outlines. Invariant: nothing here runs longer than the fuel it is given.

/// Calls of programs in programs, as the reader of fonts has it.
const DEEP: usize = 10;
/// Operands a program may have waiting.
const MOST_OPERANDS: usize = 513;

/// Takes the cost of a TrueType glyph, its parts included, from the fuel; `false` where there is not enough.
pub(super) fn true_type(tables: (&[u8], &[u8], bool), glyph: u16, fuel: &mut usize) -> bool {
    let mut open = vec![glyph];
    while let Some(glyph) = open.pop() {
        let data = glyph_data(tables, glyph).unwrap_or_default();
        if !pay(fuel, data.len().max(16)) {
            return false;
        }
        if u16_at(data, 0).is_some_and(|n| n & 0x8000 != 0) {
            let mut at = 10;
            while let (Some(flags), Some(part)) = (u16_at(data, at), u16_at(data, at + 2)) {
                open.push(part);
                let words = if flags & 1 == 0 { 2 } else { 4 };
                let scale = [(8, 2), (0x40, 4), (0x80, 8)];
                let scale = scale.iter().find(|(bit, _)| flags & bit != 0);
                at += 4 + words + scale.map_or(0, |(_, n)| *n);
                if flags & 0x20 == 0 || !pay(fuel, 1) {
                    break;
                }
            }
        }
    }
    true
}

/// The bytes of a glyph by the tables `loca` and `glyf`, and whether the first is of the long kind.
fn glyph_data<'a>((loca, glyf, long): (&[u8], &'a [u8], bool), glyph: u16) -> Option<&'a [u8]> {
    let n = usize::from(glyph);
    let place = |n: usize| {
        if long {
            number(loca, n * 4, 4)
        } else {
            u16_at(loca, n * 2).map(|p| usize::from(p) * 2)
        }
    };
    glyf.get(place(n)?..place(n + 1)?)
}

/// The programs of a CFF font.
pub(super) struct Programs<'a> {
    glyphs: List<'a>,
    global: List<'a>,
    /// Of the font, or of each part of one put together.
    local: Vec<List<'a>>,
    /// Which part a glyph belongs to; nothing where there is one.
    select: Option<&'a [u8]>,
}

/// A list of programs.
#[derive(Clone, Copy, Default)]
struct List<'a> {
    bytes: &'a [u8],
    count: usize,
    size: usize,
}

impl<'a> List<'a> {
    /// A list and where it ends.
    fn at(bytes: &'a [u8], from: usize) -> Option<(Self, usize)> {
        let count = usize::from(u16_at(bytes, from)?);
        if count == 0 {
            return Some((Self::default(), from + 2));
        }
        let size = usize::from(*bytes.get(from + 2)?);
        let list = Self {
            bytes: bytes.get(from + 3..)?,
            count,
            size,
        };
        let data = (count + 1) * size;
        let end = from + 3 + data + number(list.bytes, count * size, size)?.checked_sub(1)?;
        Some((list, end))
    }

    fn get(&self, n: usize) -> Option<&'a [u8]> {
        if n >= self.count {
            return None;
        }
        let base = ((self.count + 1) * self.size).checked_sub(1)?;
        let place = |n: usize| number(self.bytes, n * self.size, self.size)?.checked_add(base);
        self.bytes.get(place(n)?..place(n + 1)?)
    }

    fn called(&self, operand: f64) -> Option<&'a [u8]> {
        let bias = match self.count {
            0..1240 => 107.0,
            1240..33_900 => 1131.0,
            _ => 32_768.0,
        };
        let n = operand + bias;
        // cut off to a whole number, as the reader of fonts does
        (n >= 0.0).then(|| self.get(n as usize))?
    }
}

impl<'a> Programs<'a> {
    pub(super) fn of(cff: &'a [u8]) -> Option<Self> {
        let (_, end) = List::at(cff, usize::from(*cff.get(2)?))?;
        let (tops, end) = List::at(cff, end)?;
        let (_, end) = List::at(cff, end)?;
        let (global, _) = List::at(cff, end)?;
        let top = tops.get(0)?;
        let glyphs = List::at(cff, place(top, 17)?)?.0;
        let local = match place(top, 0x0c24) {
            Some(parts) => {
                let parts = List::at(cff, parts)?.0;
                let each = (0..parts.count.min(256)).map(|n| local(cff, parts.get(n)));
                each.collect()
            }
            None => vec![local(cff, Some(top))],
        };
        let select = place(top, 0x0c25).and_then(|at| cff.get(at..));
        Some(Self {
            glyphs,
            global,
            local,
            select,
        })
    }

    /// Takes the cost of a glyph from the fuel; `false` where there is not enough.
    pub(super) fn pay(&self, glyph: u16, fuel: &mut usize) -> bool {
        let Some(program) = self.glyphs.get(usize::from(glyph)) else {
            return pay(fuel, 1);
        };
        let part = self.select.map_or(Some(0), |s| part_of(s, glyph, fuel));
        let local = part.and_then(|p| self.local.get(p)).copied();
        let mut run = Run {
            fuel,
            local: local.unwrap_or_default(),
            global: self.global,
            operands: Vec::new(),
            stems: 0,
        };
        run.program(program, 0) != Way::Empty
    }
}

fn local<'a>(cff: &'a [u8], dict: Option<&'a [u8]>) -> List<'a> {
    let find = || {
        let [size, at] = operands(dict?, 18)?.as_slice().try_into().ok()?;
        let private = cff.get(at..at.checked_add(size)?)?;
        let list = at.checked_add(place(private, 19)?)?;
        Some(List::at(cff, list)?.0)
    };
    find().unwrap_or_default()
}

/// Which part of a font put together a glyph is of: a byte a glyph, or runs of glyphs.
fn part_of(select: &[u8], glyph: u16, fuel: &mut usize) -> Option<usize> {
    if select.first() == Some(&0) {
        return select.get(usize::from(glyph) + 1).map(|p| usize::from(*p));
    }
    let count = usize::from(u16_at(select, 1)?);
    let run = (0..count)
        .take_while(|n| pay(fuel, 1) && u16_at(select, 3 + n * 3).is_some_and(|f| f <= glyph));
    select.get(3 + run.last()? * 3 + 2).map(|p| usize::from(*p))
}

/// The last operand of an operator in a dictionary, as a place.
fn place(dict: &[u8], operator: u16) -> Option<usize> {
    operands(dict, operator)?.last().copied()
}

fn operands(dict: &[u8], operator: u16) -> Option<Vec<usize>> {
    let mut at = 0;
    let mut waiting = Vec::new();
    while let Some(first) = dict.get(at).copied() {
        at += 1;
        let next = |n: usize| dict.get(at + n).copied().map_or(0, i64::from);
        let (value, length) = match first {
            0..=21 => {
                let (found, length) = match first {
                    12 => (0x0c00 | u16::from(dict.get(at).copied()?), 1),
                    _ => (u16::from(first), 0),
                };
                if found == operator {
                    return Some(waiting);
                }
                waiting.clear();
                at += length;
                continue;
            }
            28 => (next(0) << 8 | next(1), 2),
            29 => (next(0) << 24 | next(1) << 16 | next(2) << 8 | next(3), 4),
            30 => {
                let rest = dict.get(at..)?;
                let end = rest.iter().position(|b| b & 15 == 15 || b >> 4 == 15)?;
                (0, end + 1)
            }
            32..=246 => (i64::from(first) - 139, 0),
            247..=250 => ((i64::from(first) - 247) * 256 + next(0) + 108, 1),
            _ => (0, 1),
        };
        at += length;
        waiting.push(usize::try_from(value).unwrap_or(0));
        if waiting.len() > MOST_OPERANDS {
            return None;
        }
    }
    None
}

/// A program run without drawing.
struct Run<'r, 'a> {
    fuel: &'r mut usize,
    local: List<'a>,
    global: List<'a>,
    operands: Vec<f64>,
    stems: usize,
}

#[derive(PartialEq, Eq)]
enum Way {
    /// Back to whoever called.
    Back,
    /// The glyph is done, or the reader of fonts gives up on it.
    Done,
    /// No fuel.
    Empty,
}

impl<'a> Run<'_, 'a> {
    fn program(&mut self, bytes: &'a [u8], deep: usize) -> Way {
        let mut at = 0;
        while let Some(first) = bytes.get(at).copied() {
            at += 1;
            if !pay(self.fuel, 1) {
                return Way::Empty;
            }
            match first {
                1 | 3 | 18 | 23 => self.take_stems(),
                19 | 20 => {
                    self.take_stems();
                    at += self.stems.div_ceil(8);
                }
                10 | 29 => {
                    let list = if first == 10 { self.local } else { self.global };
                    let called = self.operands.pop().and_then(|n| list.called(n));
                    let Some(called) = called.filter(|_| deep < DEEP) else {
                        return Way::Done;
                    };
                    match self.program(called, deep + 1) {
                        Way::Back => {}
                        way => return way,
                    }
                }
                11 => return Way::Back,
                // an accent over a letter, made of two more glyphs: too rare to be followed
                14 if self.operands.len() >= 4 => return Way::Empty,
                14 => return Way::Done,
                12 => {
                    at += 1;
                    self.operands.clear();
                }
                28 | 32..=255 => at += self.operand(first, bytes.get(at..).unwrap_or_default()),
                _ => self.operands.clear(),
            }
            if self.operands.len() > MOST_OPERANDS {
                return Way::Done;
            }
        }
        Way::Back
    }

    fn take_stems(&mut self) {
        self.stems = self.stems.saturating_add(self.operands.len() / 2);
        self.operands.clear();
    }

    /// Takes a number; how many bytes more it has.
    fn operand(&mut self, first: u8, rest: &[u8]) -> usize {
        let next = |n: usize| rest.get(n).copied().map_or(0.0, f64::from);
        let whole = f64::from(first);
        let signed = |n: f64, size: f64| if n >= size / 2.0 { n - size } else { n };
        let (value, length) = match first {
            28 => (signed(next(0) * 256.0 + next(1), 65_536.0), 2),
            247..=250 => ((whole - 247.0) * 256.0 + next(0) + 108.0, 1),
            251..=254 => (-(whole - 251.0) * 256.0 - next(0) - 108.0, 1),
            255 => (
                signed(next(0) * 256.0 + next(1), 65_536.0) + next(2) / 256.0 + next(3) / 65_536.0,
                4,
            ),
            _ => (whole - 139.0, 0),
        };
        self.operands.push(value);
        length
    }
}

fn pay(fuel: &mut usize, n: usize) -> bool {
    match fuel.checked_sub(n) {
        Some(rest) => {
            *fuel = rest;
            true
        }
        None => {
            *fuel = 0;
            false
        }
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let pair = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_be_bytes(pair.try_into().ok()?))
}

fn number(bytes: &[u8], at: usize, size: usize) -> Option<usize> {
    let digits = bytes
        .get(at..at.checked_add(size)?)
        .filter(|d| d.len() <= 4)?;
    Some(digits.iter().fold(0, |n, d| n << 8 | usize::from(*d)))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn list(programs: &[Vec<u8>]) -> Vec<u8> {
        let mut out = u16::try_from(programs.len())
            .unwrap()
            .to_be_bytes()
            .to_vec();
        if programs.is_empty() {
            return out;
        }
        out.push(4);
        let mut at = 1_u32;
        for length in std::iter::once(0).chain(programs.iter().map(Vec::len)) {
            at += u32::try_from(length).unwrap();
            out.extend(at.to_be_bytes());
        }
        out.extend(programs.concat());
        out
    }

    /// A font of one glyph whose programs call the next one this many times, ten deep.
    fn bomb(times: usize) -> Vec<u8> {
        // the number of program n, then callgsubr; there are fewer than 1240, so that the bias is 107
        let call = |n: u8| [[139 - 107 + n, 29].repeat(times), vec![11]].concat();
        let programs: Vec<Vec<u8>> = (1..=9).map(call).chain([vec![11]]).collect();
        let mut out = vec![1, 0, 4, 4];
        out.extend(list(&[b"a".to_vec()]));
        let top_at = |glyphs: u32| {
            let mut dict = vec![29];
            dict.extend(glyphs.to_be_bytes());
            dict.push(17);
            dict
        };
        let tail = [list(&[]), list(&programs)].concat();
        let glyphs = out.len() + list(&[top_at(0)]).len() + tail.len();
        out.extend(list(&[top_at(u32::try_from(glyphs).unwrap())]));
        out.extend(tail);
        out.extend(list(&[[vec![139 - 107, 29], vec![14]].concat()]));
        out
    }

    #[test]
    fn programs_that_call_one_another_are_stopped() {
        let mut fuel = 100_000;
        assert!(Programs::of(&bomb(1)).unwrap().pay(0, &mut fuel));
        assert!(100_000 - fuel < 100, "{fuel}");
        assert!(!Programs::of(&bomb(50)).unwrap().pay(0, &mut fuel));
        assert_eq!(fuel, 0);
    }

    #[test]
    fn glyphs_made_of_one_another_are_stopped() {
        // glyph 0 is made of itself twice
        let mut glyf = vec![0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0];
        glyf.extend([0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        let mut loca = vec![0; 4];
        loca.extend(u32::try_from(glyf.len()).unwrap().to_be_bytes());
        let mut fuel = 100_000;
        assert!(!true_type((&loca, &glyf, true), 0, &mut fuel));
        let mut fuel = 100_000;
        assert!(true_type((&loca, &glyf, true), 1, &mut fuel));
    }
}
