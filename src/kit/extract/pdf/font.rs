//! From the codes in a page to letters: the font's ToUnicode map, its encoding otherwise; and how wide
//! each letter is, to tell a space from none. Not here: glyphs. A font that says nothing gives nothing.

use super::file::File;
use super::object::{Dict, Object, Reader};
use encoding_rs::{GB18030, UTF_16BE, WINDOWS_1252};
use std::collections::HashMap;

/// Entries of a map; a font has at most 65536 codes.
const MOST_CODES: usize = 70_000;
/// Bytes a code may stand for.
const MOST_TEXT: usize = 64;

/// What the codes without a map are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Plain {
    /// Glyph numbers that only the map explains.
    Nothing,
    Latin,
    Gbk,
    Utf16,
}

pub(super) struct Font {
    map: HashMap<u32, String>,
    plain: Plain,
    two_bytes: bool,
    widths: HashMap<u32, f64>,
    width: f64,
    /// Codes of ranges that may still be written down: ranges may say the same codes again and again.
    left: usize,
}

impl Font {
    pub(super) fn of(file: &mut File<'_>, font: &Dict) -> Self {
        let encoding = font.get(&b"Encoding"[..]).and_then(|e| file.get(e));
        let composite = font.get(&b"Subtype"[..]).and_then(Object::name) == Some(b"Type0");
        let named = encoding.as_ref().and_then(Object::name).unwrap_or_default();
        let plain = match named {
            _ if !composite => Plain::Latin,
            n if n.starts_with(b"GB") => Plain::Gbk,
            n if n.starts_with(b"UniGB")
                || n.starts_with(b"UniCNS")
                || n.starts_with(b"UniJIS") =>
            {
                Plain::Utf16
            }
            _ => Plain::Nothing,
        };
        let mut made = Self {
            map: HashMap::new(),
            plain,
            two_bytes: composite && plain != Plain::Gbk,
            widths: HashMap::new(),
            width: if composite { 1000.0 } else { 500.0 },
            left: MOST_CODES * 4,
        };
        if let Some(Object::Dict(encoding)) = &encoding {
            made.differences(file, encoding);
        }
        if let Some(Object::Ref(number)) = font.get(&b"ToUnicode"[..])
            && let Some((_, cmap)) = file.stream(*number)
        {
            made.read_map(&cmap);
        }
        made.read_widths(file, font);
        made
    }

    /// Letters and widths (thousandths of the size) of a shown text.
    pub(super) fn letters(&self, shown: &[u8]) -> Vec<(String, f64)> {
        let mut out = Vec::new();
        let mut rest = shown;
        while let Some(first) = rest.first() {
            let wide = self.two_bytes || (self.plain == Plain::Gbk && *first > 0x80);
            let length = if wide && rest.len() > 1 { 2 } else { 1 };
            let (code, after) = rest.split_at(length);
            rest = after;
            let n = code.iter().fold(0_u32, |n, b| n * 256 + u32::from(*b));
            let width = self.widths.get(&n).copied().unwrap_or(self.width);
            out.push((self.letter(n, code), width));
        }
        out
    }

    fn letter(&self, n: u32, code: &[u8]) -> String {
        if let Some(text) = self.map.get(&n) {
            return text.clone();
        }
        let encoding = match self.plain {
            Plain::Nothing => return String::new(),
            Plain::Latin => WINDOWS_1252,
            Plain::Gbk => GB18030,
            Plain::Utf16 => UTF_16BE,
        };
        encoding.decode_without_bom_handling(code).0.into_owned()
    }

    fn differences(&mut self, file: &File<'_>, encoding: &Dict) {
        let Some(Object::Array(all)) = encoding.get(&b"Differences"[..]).and_then(|d| file.get(d))
        else {
            return;
        };
        let mut code = 0;
        for one in all {
            match one {
                Object::Number(_) => {
                    code = one.whole().and_then(|n| u32::try_from(n).ok()).unwrap_or(0)
                }
                Object::Name(name) => {
                    if let Some(c) = named(&name) {
                        self.map.insert(code, c.to_string());
                    }
                    code = code.saturating_add(1);
                }
                _ => {}
            }
        }
    }

    fn read_map(&mut self, cmap: &[u8]) {
        let mut reader = Reader::new(cmap, 0);
        let mut given: Vec<Object> = Vec::new();
        while let Some(object) = reader.next() {
            let Object::Word(word) = &object else {
                given.push(object);
                continue;
            };
            match word.as_slice() {
                b"endbfchar" => self.chars(&given),
                b"endbfrange" => self.ranges(&given),
                b"endcodespacerange" => {
                    let longest = given.iter().filter_map(|o| match o {
                        Object::Text(t) => Some(t.len()),
                        _ => None,
                    });
                    self.two_bytes = longest.max().unwrap_or(2) > 1;
                }
                _ => {}
            }
            given.clear();
            if self.map.len() > MOST_CODES {
                return;
            }
        }
    }

    fn chars(&mut self, given: &[Object]) {
        for pair in given.chunks_exact(2) {
            if let [Object::Text(code), Object::Text(to)] = pair {
                self.map.insert(number(code), utf_16(to));
            }
        }
    }

    fn ranges(&mut self, given: &[Object]) {
        for three in given.chunks_exact(3) {
            let [Object::Text(low), Object::Text(high), to] = three else {
                continue;
            };
            let (low, high) = (
                number(low),
                number(high).min(number(low).saturating_add(0xffff)),
            );
            for (step, code) in (0_u32..).zip(low..=high) {
                if self.map.len() > MOST_CODES || self.left == 0 {
                    return;
                }
                self.left -= 1;
                let text = match to {
                    Object::Text(first) => stepped(first.get(..MOST_TEXT).unwrap_or(first), step),
                    Object::Array(all) => match all.get(step as usize) {
                        Some(Object::Text(one)) => utf_16(one),
                        _ => break,
                    },
                    _ => break,
                };
                self.map.insert(code, text);
            }
        }
    }

    fn read_widths(&mut self, file: &File<'_>, font: &Dict) {
        if let Some(Object::Array(widths)) = font.get(&b"Widths"[..]).and_then(|w| file.get(w)) {
            let first = font
                .get(&b"FirstChar"[..])
                .and_then(Object::whole)
                .unwrap_or(0);
            let first = u32::try_from(first).unwrap_or(0);
            let widths = widths.iter().map(|w| w.number().unwrap_or(500.0));
            self.widths
                .extend((first..first.saturating_add(MOST_CODES as u32)).zip(widths));
        }
        let inner = match font.get(&b"DescendantFonts"[..]).and_then(|d| file.get(d)) {
            Some(Object::Array(all)) => file.dict(all.first()),
            _ => return,
        };
        if let Some(width) = inner.get(&b"DW"[..]).and_then(Object::number) {
            self.width = width;
        }
        let Some(Object::Array(all)) = inner.get(&b"W"[..]).and_then(|w| file.get(w)) else {
            return;
        };
        let mut rest = all.iter();
        while let (Some(first), Some(next)) = (rest.next(), rest.next()) {
            let Some(first) = first.whole().and_then(|n| u32::try_from(n).ok()) else {
                return;
            };
            if let Object::Array(widths) = next {
                let widths = widths.iter().filter_map(Object::number);
                self.widths.extend((first..=0xffff).zip(widths));
            } else if let (Some(last), Some(width)) =
                (next.whole(), rest.next().and_then(Object::number))
            {
                let last = u32::try_from(last).unwrap_or(first).min(0xffff);
                let before = self.left;
                let all = (first..=last).take(before);
                self.widths
                    .extend(all.inspect(|_| self.left -= 1).map(|code| (code, width)));
            }
        }
    }
}

fn number(code: &[u8]) -> u32 {
    code.iter().take(4).fold(0, |n, b| (n << 8) | u32::from(*b))
}

fn utf_16(bytes: &[u8]) -> String {
    UTF_16BE
        .decode_without_bom_handling(bytes)
        .0
        .replace('\0', "")
}

/// The text of a range's first code, its last unit moved on.
fn stepped(first: &[u8], step: u32) -> String {
    let mut bytes = first.to_vec();
    let at = bytes.len().saturating_sub(2);
    let tail = bytes.split_off(at);
    let moved = number(&tail).wrapping_add(step) & 0xffff;
    bytes.extend(moved.to_be_bytes().iter().skip(2));
    utf_16(&bytes)
}

/// A glyph's name: a letter, `uniXXXX`, or one of the common signs.
fn named(name: &[u8]) -> Option<char> {
    let name = std::str::from_utf8(name).ok()?;
    let mut chars = name.chars();
    if let (Some(c), None) = (chars.next(), chars.next()) {
        return Some(c);
    }
    if let Some(code) = name
        .strip_prefix("uni")
        .and_then(|h| u32::from_str_radix(h.get(..4)?, 16).ok())
    {
        return char::from_u32(code);
    }
    const NAMES: &[(&str, char)] = &[
        ("space", ' '),
        ("period", '.'),
        ("comma", ','),
        ("hyphen", '-'),
        ("colon", ':'),
        ("slash", '/'),
        ("parenleft", '('),
        ("parenright", ')'),
        ("zero", '0'),
        ("one", '1'),
        ("two", '2'),
        ("three", '3'),
        ("four", '4'),
        ("five", '5'),
        ("six", '6'),
        ("seven", '7'),
        ("eight", '8'),
        ("nine", '9'),
        ("bracketleft", '['),
        ("bracketright", ']'),
        ("percent", '%'),
        ("asterisk", '*'),
        ("at", '@'),
    ];
    NAMES.iter().find(|(n, _)| *n == name).map(|(_, c)| *c)
}
