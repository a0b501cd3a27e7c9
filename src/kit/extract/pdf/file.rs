//! Where the objects of a PDF are: found by looking through the file, the later of two wins, those
//! packed in object streams included. Invariant: all that is unpacked counts against one limit.

use super::object::{Dict, Object, Reader};
use crate::kit::unpack;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// Objects in one file.
const MOST_OBJECTS: usize = 2_000_000;
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
    pub(super) resources: Dict,
}

pub(super) struct File<'a> {
    bytes: &'a [u8],
    places: HashMap<u32, Place>,
    left: usize,
    locked: bool,
}

impl<'a> File<'a> {
    pub(super) fn open(bytes: &'a [u8], limit: usize) -> Self {
        let mut file = Self {
            bytes,
            places: HashMap::new(),
            left: limit,
            locked: false,
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
        let mut from = 0;
        std::iter::from_fn(move || {
            let at = from + unpack::find(bytes.get(from..)?, b"/Root")?;
            from = at + 5;
            Some(at)
        })
        .filter_map(move |at| {
            // the dictionary it stands in begins some lines before
            let start = at.saturating_sub(4096);
            let before = bytes.get(start..at)?;
            let mut opens = before.windows(2).enumerate().filter(|(_, w)| *w == b"<<");
            let open = opens.rfind(|(i, _)| {
                let mut reader = Reader::new(bytes, start + i);
                matches!(reader.next(), Some(Object::Dict(d)) if d.contains_key(&b"Root"[..]))
            })?;
            match Reader::new(bytes, start + open.0).next() {
                Some(Object::Dict(dict)) => Some(dict),
                _ => None,
            }
        })
        .take(64)
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
            let head = self
                .bytes
                .get(at..self.bytes.len().min(at + 400))
                .unwrap_or_default();
            if unpack::find(head, b"/ObjStm").is_some() {
                self.unpack_objects(at);
            }
            // the bytes of a stream are no objects
            if let Some(data) = stream_start(self.bytes, at, 2000) {
                let length = unpack::find(self.bytes.get(data..).unwrap_or_default(), b"endstream");
                at = data + length.unwrap_or(0);
            }
        }
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
            .or_else(|| unpack::find(rest, b"endstream"))?;
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
        let mut waiting = vec![(catalog.get(&b"Pages"[..]).cloned(), Dict::new())];
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
            let resources = own.map_or(inherited, |r| self.dict(Some(r)));
            match node.get(&b"Kids"[..]).and_then(|k| self.get(k)) {
                Some(Object::Array(kids)) => {
                    let kids = kids.into_iter().rev().map(|k| (Some(k), resources.clone()));
                    waiting.extend(kids);
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
