//! Seals of an electronic signature in OFD (GB/T 38540, GM/T 0031): where each stands and the picture of it.
//! Nothing is verified here, and the words on the page say so. Invariant: of the seal's bytes only the picture is used.

use super::geometry::{Frame, frame};
use super::package::{Package, folder};
use super::tree::tree;

/// Signatures looked at.
const MOST: usize = 64;
/// Values of the seal's data, and how deep they may stand.
const MOST_VALUES: usize = 5000;
const DEEP: usize = 16;

/// One impression.
#[derive(Debug, Clone)]
pub(super) struct Impression {
    /// The page's number.
    pub page: String,
    pub at: Frame,
    /// The part of it that stands on this page, in its own measure.
    pub part: Option<Frame>,
    /// The kind of its picture and the bytes.
    pub picture: Option<(String, Vec<u8>)>,
}

/// All impressions of a document.
pub(super) fn impressions(package: &mut Package<'_>, list: &str) -> Vec<Impression> {
    let mut all = Vec::new();
    let Some(xml) = package.text(list) else {
        return all;
    };
    let Some(root) = tree(&xml) else {
        return all;
    };
    for signature in root.all("Signature").take(MOST) {
        let Some(path) = signature.says("BaseLoc") else {
            continue;
        };
        let path = package.find(folder(list), &path);
        if let Some(xml) = package.text(&path) {
            all.extend(of_signature(package, &path, &xml));
        }
        if all.len() > MOST {
            break;
        }
    }
    all.truncate(MOST);
    all
}

fn of_signature(package: &mut Package<'_>, path: &str, xml: &str) -> Vec<Impression> {
    let Some(root) = tree(xml) else {
        return Vec::new();
    };
    let Some(info) = root.child("SignedInfo") else {
        return Vec::new();
    };
    let stamps: Vec<_> = info.all("StampAnnot").take(MOST).collect();
    if stamps.is_empty() {
        return Vec::new();
    }
    let seal = info.child("Seal").and_then(|s| s.word("BaseLoc"));
    let places = seal.into_iter().chain(root.word("SignedValue"));
    let mut picture = None;
    for place in places {
        let at = package.find(folder(path), place);
        let found = package.bytes(&at).and_then(|der| picture_of(&der));
        picture = picture.or(found);
    }
    stamps
        .into_iter()
        .filter_map(|stamp| {
            Some(Impression {
                page: stamp.says("PageRef")?.into_owned(),
                at: frame(&stamp.says("Boundary")?)?,
                part: stamp.says("Clip").and_then(|c| frame(&c)),
                picture: picture.clone(),
            })
        })
        .collect()
}

/// The picture in a seal: a sequence of its kind as letters, the bytes, width and height.
fn picture_of(der: &[u8]) -> Option<(String, Vec<u8>)> {
    let mut left = MOST_VALUES;
    let mut open = vec![(der, 0)];
    while let Some((bytes, deep)) = open.pop() {
        let values = values(bytes, &mut left);
        for pair in values.windows(2) {
            if let [(0x16 | 0x0c | 0x13, kind), (0x04, data)] = pair
                && data.len() > 64
            {
                let kind = String::from_utf8_lossy(kind).to_lowercase();
                return Some((kind, data.to_vec()));
            }
        }
        if deep < DEEP {
            // sequences, sets, tagged values, and values packed in a string of bytes
            let inner = values
                .into_iter()
                .rev()
                .filter(|(tag, _)| tag & 0x20 != 0 || *tag == 0x04);
            open.extend(inner.map(|(_, data)| (data, deep + 1)));
        }
    }
    None
}

/// The values that stand side by side.
fn values<'a>(mut bytes: &'a [u8], left: &mut usize) -> Vec<(u8, &'a [u8])> {
    let mut all = Vec::new();
    while let Some((value, rest)) = value(bytes).filter(|_| *left > 0) {
        *left -= 1;
        all.push(value);
        bytes = rest;
    }
    all
}

fn value(bytes: &[u8]) -> Option<((u8, &[u8]), &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = if *first < 0x80 {
        (usize::from(*first), rest)
    } else {
        let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
        if digits.is_empty() || digits.len() > 4 {
            return None;
        }
        let length = digits.iter().fold(0, |n, d| n << 8 | usize::from(*d));
        (length, rest)
    };
    let (data, rest) = rest.split_at_checked(length)?;
    Some(((*tag, data), rest))
}
