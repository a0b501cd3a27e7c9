//! Where the objects of a PDF are: found by looking through the file, the later of two wins, those
//! packed in object streams included. Invariant: all that is unpacked counts against one limit.

use super::object::{Dict, Object, Reader};
use crate::kit::unpack;
use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;

/// Objects in one file.
const MOST_OBJECTS: usize = 2_000_000;
/// Trailers looked at, the last ones; and how far one reaches.
const MOST_TRAILERS: usize = 64;
const TRAILER: usize = 4096;
/// How far the head of an object reaches.
const HEAD: usize = 2000;
/// Nodes of the tree of pages that wait to be looked at.
const MOST_WAITING: usize = 200_000;
/// References followed one after another.
const MOST_HOPS: u32 = 16;

#[derive(Clone)]
enum Place {
    At(usize),
    Packed(Rc<Vec<u8>>, usize),
}

/// A page: its dictionary with what it inherits.
pub(super) struct Page {
    pub(super) contents: Vec<u32>,
    pub(super) resources: Rc<Dict>,
}

pub(super) struct File<'a> {
    bytes: &'a [u8],
    places: HashMap<u32, Place>,
    left: usize,
    locked: bool,
    last_end: Option<usize>,
}

impl<'a> File<'a> {
    pub(super) fn open(bytes: &'a [u8], limit: usize) -> Self {
        let mut file = Self {
            bytes,
            places: HashMap::new(),
            left: limit,
            locked: false,
            last_end: None,
        };
        let locked = file.trailers().any(|t| t.contains_key(&b"Encrypt"[..]));
        file.locked = locked;
        if !file.locked {
            file.find_objects();
        }
        file
    }

    pub(super) const fn locked(&self) -> bool {
        self.locked
    }

    /// Dictionaries that name the root: trailers, and the tables of newer files.
    fn trailers(&self) -> impl Iterator<Item = Dict> {
        let bytes = self.bytes;
        let mut last = VecDeque::new();
        let mut from = 0;
        while let Some(gap) = bytes.get(from..).and_then(|b| unpack::find(b, b"/Root")) {
            last.push_back(from + gap);
            if last.len() > MOST_TRAILERS {
                last.pop_front();
            }
            from += gap + 5;
        }
        last.into_iter().filter_map(move |at| {
            // the dictionary it stands in begins some lines before, and a writer's goes on for some lines
            let start = at.saturating_sub(TRAILER);
            let bytes = bytes.get(..bytes.len().min(at + TRAILER))?;
            let before = bytes.get(start..at)?;
            let opens = before.windows(2).enumerate().filter(|(_, w)| *w == b"<<");
            let mut opens = opens.rev().take(MOST_TRAILERS);
            opens.find_map(|(i, _)| match Reader::new(bytes, start + i).next() {
                Some(Object::Dict(dict)) if dict.contains_key(&b"Root"[..]) => Some(dict),
                _ => None,
            })
        })
    }

    fn find_objects(&mut self) {
        let mut at = 0;
        while let Some(gap) = unpack::find(self.bytes.get(at..).unwrap_or_default(), b"obj") {
            let word = at + gap;
            at = word + 3;
            let Some(number) = number_before(self.bytes, word) else {
                continue;
            };
            if self.places.len() >= MOST_OBJECTS {
                return;
            }
            self.places.insert(number, Place::At(at));
            let end = head_end(self.bytes, at);
            let head = self.bytes.get(at..end.min(at + 400));
            if unpack::find(head.unwrap_or_default(), b"/ObjStm").is_some() {
                self.unpack_objects(at);
            }
            // the bytes of a stream are no objects
            if let Some(data) = stream_start(self.bytes, at, end - at) {
                at = self.stream_end(data).unwrap_or(data);
            }
        }
    }

    /// Where the data of a stream ends; nothing is looked for behind the last end in the file.
    fn stream_end(&mut self, data: usize) -> Option<usize> {
        let last = match self.last_end {
            Some(last) => last,
            None => {
                let all = self.bytes.windows(9);
                let last = all.into_iter().rposition(|w| w == b"endstream");
                *self.last_end.insert(last.unwrap_or(0))
            }
        };
        let rest = self.bytes.get(data..last + 9)?;
        unpack::find(rest, b"endstream").map(|at| data + at)
    }

    fn unpack_objects(&mut self, at: usize) {
        let Some((dict, data)) = self.stream_at(at) else {
            return;
        };
        let count = dict.get(&b"N"[..]).and_then(Object::whole).unwrap_or(0);
        let first = dict.get(&b"First"[..]).and_then(Object::whole).unwrap_or(0);
        let data = Rc::new(data);
        let mut heads = Reader::new(&data, 0);
        for _ in 0..count.min(100_000) {
            let (Some(number), Some(offset)) = (heads.next(), heads.next()) else {
                return;
            };
            let (Some(number), Some(offset)) = (number.whole(), offset.whole()) else {
                return;
            };
            if let Ok(number) = u32::try_from(number) {
                let place = Place::Packed(data.clone(), first + offset);
                self.places.insert(number, place);
            }
        }
    }

    /// The object behind references.
    pub(super) fn get(&self, object: &Object) -> Option<Object> {
        let mut object = object.clone();
        for _ in 0..MOST_HOPS {
            let Object::Ref(number) = object else {
                return Some(object);
            };
            object = match self.places.get(&number)? {
                Place::At(at) => Reader::new(self.bytes, *at).next()?,
                Place::Packed(data, at) => Reader::new(data, *at).next()?,
            };
        }
        None
    }

    pub(super) fn dict(&self, object: Option<&Object>) -> Dict {
        match object.and_then(|o| self.get(o)) {
            Some(Object::Dict(dict)) => dict,
            _ => Dict::new(),
        }
    }

    /// Dictionary and unpacked bytes of a stream.
    pub(super) fn stream(&mut self, number: u32) -> Option<(Dict, Vec<u8>)> {
        match self.places.get(&number)? {
            Place::At(at) => self.stream_at(*at),
            Place::Packed(..) => None,
        }
    }

    fn stream_at(&mut self, at: usize) -> Option<(Dict, Vec<u8>)> {
        let mut reader = Reader::new(self.bytes, at);
        let Some(Object::Dict(dict)) = reader.next() else {
            return None;
        };
        let start = stream_start(self.bytes, reader.at, 64)?;
        let rest = self.bytes.get(start..)?;
        let said = dict
            .get(&b"Length"[..])
            .and_then(|l| self.get(l))
            .and_then(|l| l.whole());
        let fits = |length: &usize| {
            let after = rest.get(*length..rest.len().min(length + 20));
            after.is_some_and(|tail| unpack::find(tail, b"endstream").is_some())
        };
        let length = said
            .filter(fits)
            .or_else(|| Some(self.stream_end(start)? - start))?;
        // what is packed counts as well: one that cannot be unpacked would cost nothing again and again
        self.left = self.left.checked_sub(length)?;
        let data = self.filtered(&dict, rest.get(..length)?)?;
        self.left = self.left.checked_sub(data.len())?;
        Some((dict, data))
    }

    fn filtered(&self, dict: &Dict, raw: &[u8]) -> Option<Vec<u8>> {
        let filters = match dict.get(&b"Filter"[..]).and_then(|f| self.get(f)) {
            None => Vec::new(),
            Some(Object::Array(all)) => all.iter().filter_map(|f| self.get(f)).collect(),
            Some(one) => vec![one],
        };
        let mut data = raw.to_vec();
        for filter in &filters {
            data = match filter.name()? {
                b"FlateDecode" | b"Fl" => {
                    unpack::zlib_leniently(&data, self.left.min(super::super::MOST_PART))?
                }
                b"ASCIIHexDecode" | b"AHx" => {
                    let mut hex = vec![b'<'];
                    hex.extend(data);
                    match Reader::new(&hex, 0).next() {
                        Some(Object::Text(bytes)) => bytes,
                        _ => return None,
                    }
                }
                b"ASCII85Decode" | b"A85" => base_85(&data),
                _ => return None,
            };
        }
        Some(data)
    }

    /// The pages in order, at most `most`.
    pub(super) fn pages(&self, most: usize) -> Vec<Page> {
        let mut pages = Vec::new();
        let roots: Vec<Dict> = self.trailers().collect();
        let root = roots.iter().rev().find_map(|t| t.get(&b"Root"[..]));
        let catalog = self.dict(root);
        // depth first with a list of its own: no recursion to overflow
        let mut seen = HashSet::new();
        let none = Rc::new(Dict::new());
        let mut waiting = vec![(catalog.get(&b"Pages"[..]).cloned(), none)];
        while let Some((node, inherited)) = waiting.pop() {
            if pages.len() >= most {
                break;
            }
            if let Some(Object::Ref(number)) = &node
                && !seen.insert(*number)
            {
                continue;
            }
            let node = self.dict(node.as_ref());
            let own = node.get(&b"Resources"[..]);
            let resources = own.map_or(inherited, |r| Rc::new(self.dict(Some(r))));
            match node.get(&b"Kids"[..]).and_then(|k| self.get(k)) {
                Some(Object::Array(kids)) => {
                    let room = MOST_WAITING.saturating_sub(waiting.len());
                    let some = kids.len().min(room);
                    let kids = kids.into_iter().take(some).rev();
                    waiting.extend(kids.map(|k| (Some(k), Rc::clone(&resources))));
                }
                _ if !node.is_empty() => pages.push(Page {
                    contents: self.contents(&node),
                    resources,
                }),
                _ => {}
            }
        }
        pages
    }

    fn contents(&self, page: &Dict) -> Vec<u32> {
        let refs = |all: &[Object]| {
            all.iter()
                .filter_map(|o| match o {
                    Object::Ref(n) => Some(*n),
                    _ => None,
                })
                .collect()
        };
        match page.get(&b"Contents"[..]) {
            Some(Object::Ref(n)) => match self.get(&Object::Ref(*n)) {
                Some(Object::Array(all)) => refs(&all),
                _ => vec![*n],
            },
            Some(Object::Array(all)) => refs(all),
            _ => Vec::new(),
        }
    }
}

/// The object number of `12 0 obj`, given where `obj` stands.
fn number_before(bytes: &[u8], word: usize) -> Option<u32> {
    let head = bytes.get(word.saturating_sub(24)..word)?;
    let head =
        std::str::from_utf8(head.get(head.iter().rposition(|b| *b > 127).map_or(0, |p| p + 1)..)?)
            .ok()?;
    let mut back = head.trim_end().rsplit(|c: char| !c.is_ascii_digit());
    let generation = back.next()?;
    let number = back.next()?;
    (!generation.is_empty() && !head.ends_with("end")).then(|| number.parse().ok())?
}

/// Where the head of an object ends: at its end or at the next object, and soon in any case.
fn head_end(bytes: &[u8], at: usize) -> usize {
    let most = bytes.len().min(at + HEAD);
    let mut from = at;
    while let Some(gap) = bytes.get(from..most).and_then(|b| unpack::find(b, b"obj")) {
        let word = from + gap;
        let ends = bytes.get(..word).is_some_and(|b| b.ends_with(b"end"));
        if ends || number_before(bytes, word).is_some() {
            return word;
        }
        from = word + 3;
    }
    most
}

/// Where the data of a stream begins, when the word stands within the next bytes, before `endobj`.
fn stream_start(bytes: &[u8], from: usize, within: usize) -> Option<usize> {
    let near = bytes.get(from..bytes.len().min(from + within))?;
    let at = unpack::find(near, b"stream")?;
    if unpack::find(near.get(..at)?, b"endobj").is_some() {
        return None;
    }
    let after = from + at + 6;
    match bytes.get(after..after + 2)? {
        b"\r\n" => Some(after + 2),
        [b'\r' | b'\n', _] => Some(after + 1),
        _ => None,
    }
}

fn base_85(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut group: Vec<u32> = Vec::new();
    let mut flush = |group: &mut Vec<u32>| {
        let given = group.len();
        if given == 0 {
            return;
        }
        group.resize(5, 84);
        let value = group
            .iter()
            .fold(0_u32, |v, d| v.wrapping_mul(85).wrapping_add(*d));
        out.extend(value.to_be_bytes().iter().take(given.saturating_sub(1)));
        group.clear();
    };
    for b in data {
        match b {
            b'~' => break,
            b'z' if group.is_empty() => {
                group.extend([0; 5]);
                flush(&mut group);
            }
            b'!'..=b'u' => {
                group.push(u32::from(b - b'!'));
                if group.len() == 5 {
                    flush(&mut group);
                }
            }
            _ => {}
        }
    }
    flush(&mut group);
    out
}
