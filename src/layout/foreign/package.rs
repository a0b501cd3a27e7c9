//! The parts of an OFD package by their paths. Not here: what they mean.
//! Invariant: all parts together are unpacked within one limit, and no path leads out of the package.

use crate::kit::unpack::Archive;
use std::collections::BTreeMap;

/// Bytes of one part, and of all.
const MOST_PART: usize = 24 << 20;
const MOST_UNPACKED: usize = 96 << 20;

pub(super) struct Package<'a> {
    archive: Archive<'a>,
    /// Names as they are, by their plain form: writers differ in letters and slashes.
    names: BTreeMap<String, String>,
}

impl<'a> Package<'a> {
    pub(super) fn of(zip: &'a [u8]) -> Self {
        let archive = Archive::of(zip, MOST_UNPACKED);
        let names = archive.names().map(|n| (plain("", n), n.to_owned()));
        let names = names.collect();
        Self { archive, names }
    }

    pub(super) fn bytes(&mut self, path: &str) -> Option<Vec<u8>> {
        let name = self.names.get(path)?;
        self.archive.part(name, MOST_PART)
    }

    pub(super) fn text(&mut self, path: &str) -> Option<String> {
        let bytes = self.bytes(path)?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    pub(super) fn has(&self, path: &str) -> bool {
        self.names.contains_key(path)
    }

    /// Where a path leads that is said in a file of the folder: from there, or from the top where it begins with /
    /// or, as some write it, where nothing is there.
    pub(super) fn find(&self, folder: &str, path: &str) -> String {
        let from_here = plain(folder, path);
        let from_top = plain("", path);
        if path.starts_with('/') || !self.has(&from_here) && self.has(&from_top) {
            return from_top;
        }
        from_here
    }
}

/// A path in small letters without `.`, `..` and empty parts.
fn plain(folder: &str, path: &str) -> String {
    let path = path.trim().replace('\\', "/").to_ascii_lowercase();
    let mut parts: Vec<&str> = Vec::new();
    let folder = if path.starts_with('/') { "" } else { folder };
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Where a path leads from a folder.
pub(super) fn join(folder: &str, path: &str) -> String {
    plain(folder, path)
}

/// The folder a part stands in.
pub(super) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside() {
        assert_eq!(plain("doc_0/pages", "../Res/./A.ttf"), "doc_0/res/a.ttf");
        assert_eq!(plain("doc_0", "/Doc_1/x"), "doc_1/x");
        assert_eq!(plain("a", "..\\..\\..\\etc"), "etc");
        assert_eq!(folder("doc_0/document.xml"), "doc_0");
    }
}
