//! From a raw path to a route: a tree of segments, fixed words before `{names}`.
//! A request path never becomes a file path; what is not a plain list of segments is simply not found
//! (S10): dots, backslashes, NUL, doubled slashes, bytes that are not UTF-8.

use super::urlform::hex;
use std::borrow::Cow;
use std::collections::HashMap;

/// A node's route numbers by method, and where its segments lead.
#[derive(Debug, Default)]
struct Node {
    fixed: HashMap<&'static str, usize>,
    named: Option<usize>,
    get: Option<usize>,
    post: Option<usize>,
}

/// All paths of the server.
#[derive(Debug)]
pub(super) struct Router {
    nodes: Vec<Node>,
}

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Place {
    pub get: Option<usize>,
    pub post: Option<usize>,
}

/// Which of a place's two routes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    Get,
    Post,
}

impl Default for Router {
    fn default() -> Self {
        Self {
            nodes: vec![Node::default()],
        }
    }
}

impl Router {
    /// Puts route number `n` at `path`; false where another route is there already.
    pub(super) fn add(&mut self, path: &'static str, slot: Slot, n: usize) -> bool {
        let mut at = 0;
        for segment in path.split('/').filter(|s| !s.is_empty()) {
            at = self.step(at, segment);
        }
        let Some(node) = self.nodes.get_mut(at) else {
            return false;
        };
        let place = match slot {
            Slot::Get => &mut node.get,
            Slot::Post => &mut node.post,
        };
        place.is_none() && place.insert(n) == &n
    }

    fn step(&mut self, at: usize, segment: &'static str) -> usize {
        let fresh = self.nodes.len();
        let Some(node) = self.nodes.get_mut(at) else {
            return at;
        };
        let next = if segment.starts_with('{') {
            *node.named.get_or_insert(fresh)
        } else {
            *node.fixed.entry(segment).or_insert(fresh)
        };
        if next == fresh {
            self.nodes.push(Node::default());
        }
        next
    }

    /// The place of a path, if any route is there.
    pub(super) fn find(&self, segments: &[Cow<'_, str>]) -> Option<Place> {
        self.walk(0, segments)
    }

    fn walk(&self, at: usize, rest: &[Cow<'_, str>]) -> Option<Place> {
        let node = self.nodes.get(at)?;
        let Some((first, rest)) = rest.split_first() else {
            let place = Place {
                get: node.get,
                post: node.post,
            };
            return (place != Place::default()).then_some(place);
        };
        let fixed = node.fixed.get(first.as_ref());
        fixed
            .and_then(|next| self.walk(*next, rest))
            .or_else(|| node.named.and_then(|next| self.walk(next, rest)))
    }
}

/// Decoded segments of a raw path; `None` where it is not a plain one.
pub(super) fn segments(raw: &str) -> Option<Vec<Cow<'_, str>>> {
    let rest = raw.strip_prefix('/')?;
    if rest.is_empty() {
        return Some(Vec::new());
    }
    rest.split('/').map(segment).collect()
}

fn segment(raw: &str) -> Option<Cow<'_, str>> {
    let text = if raw.contains('%') {
        Cow::Owned(decode(raw)?)
    } else {
        Cow::Borrowed(raw)
    };
    let plain = !text.is_empty()
        && text != "."
        && text != ".."
        && !text
            .chars()
            .any(|c| matches!(c, '/' | '\\') || c.is_control());
    plain.then_some(text)
}

fn decode(raw: &str) -> Option<String> {
    let mut out = Vec::with_capacity(raw.len());
    let mut bytes = raw.bytes();
    while let Some(byte) = bytes.next() {
        out.push(if byte == b'%' {
            hex(bytes.next()?, bytes.next()?)?
        } else {
            byte
        });
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn fixed_before_named() {
        let mut r = Router::default();
        assert!(r.add("/", Slot::Get, 0));
        assert!(r.add("/case/new", Slot::Get, 1));
        assert!(r.add("/case/{id}", Slot::Get, 2));
        assert!(r.add("/case/{id}", Slot::Post, 3));
        assert!(r.add("/case/{id}/file/{file}", Slot::Get, 4));
        assert!(!r.add("/case/{other}", Slot::Get, 5));
        let find = |path: &str| r.find(&segments(path)?);
        assert_eq!(find("/").unwrap().get, Some(0));
        assert_eq!(find("/case/new").unwrap().get, Some(1));
        let place = find("/case/0123").unwrap();
        assert_eq!((place.get, place.post), (Some(2), Some(3)));
        assert_eq!(find("/case/new/file/9").unwrap().get, Some(4));
        assert!(find("/case").is_none());
        assert!(find("/case/1/").is_none());
        assert!(find("/nothing").is_none());
    }

    #[test]
    fn only_plain_paths() {
        assert_eq!(segments("/%e6%94%b6%e6%96%87/a").unwrap(), ["收文", "a"]);
        for bad in [
            "",
            "a",
            "//etc/passwd",
            "/a//b",
            "/../x",
            "/a/%2e%2e/x",
            "/a/..%2fx",
            "/a/%5c..",
            "/a/%00",
            "/a/%",
            "/a/%c0%ae",
            "/a/b/",
            "/./a",
        ] {
            assert!(segments(bad).is_none(), "{bad}");
        }
    }
}
