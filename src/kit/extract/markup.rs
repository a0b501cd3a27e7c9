//! Reads XML and HTML as a run of tags and texts, leniently and without a tree.
//! Not a validator: what is broken is read as far as it goes. Names come without their prefix.

use std::borrow::Cow;

/// One piece of a marked-up text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece<'a> {
    /// A tag that opens: its name, and the text of its attributes.
    Open(&'a str, &'a str),
    /// A tag that closes, or one that opens and closes at once.
    Close(&'a str),
    /// Text, with its entities resolved.
    Text(Cow<'a, str>),
}

/// The pieces of a text.
pub struct Pieces<'a> {
    rest: &'a str,
    /// The tag just opened closes itself.
    closing: Option<&'a str>,
}

pub const fn pieces(text: &str) -> Pieces<'_> {
    Pieces {
        rest: text,
        closing: None,
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        if let Some(name) = self.closing.take() {
            return Some(Piece::Close(name));
        }
        loop {
            if self.rest.is_empty() {
                return None;
            }
            let Some(inside) = self.rest.strip_prefix('<') else {
                let end = self.rest.find('<').unwrap_or(self.rest.len());
                let (text, rest) = self.rest.split_at(end);
                self.rest = rest;
                return Some(Piece::Text(resolved(text)));
            };
            if let Some(after) = inside.strip_prefix("!--") {
                self.rest = past(after, "-->");
            } else if let Some(after) = inside.strip_prefix("![CDATA[") {
                let end = after.find("]]>").unwrap_or(after.len());
                let (text, rest) = after.split_at(end);
                self.rest = rest.strip_prefix("]]>").unwrap_or(rest);
                return Some(Piece::Text(Cow::Borrowed(text)));
            } else if inside.starts_with(['?', '!']) {
                self.rest = past(inside, ">");
            } else {
                return Some(self.tag(inside));
            }
        }
    }
}

impl<'a> Pieces<'a> {
    fn tag(&mut self, inside: &'a str) -> Piece<'a> {
        let end = tag_end(inside);
        let (tag, rest) = inside.split_at(end);
        self.rest = rest.strip_prefix('>').unwrap_or(rest);
        if let Some(name) = tag.strip_prefix('/') {
            return Piece::Close(local(name.trim()));
        }
        let (tag, closes) = tag.strip_suffix('/').map_or((tag, false), |t| (t, true));
        let name_end = tag.find(char::is_whitespace).unwrap_or(tag.len());
        let (name, attributes) = tag.split_at(name_end);
        let name = local(name);
        self.closing = closes.then_some(name);
        Piece::Open(name, attributes)
    }

    /// Skips to behind the end of the element just opened, by its name.
    pub fn leave(&mut self, name: &str) {
        let mut depth = 1_u32;
        for piece in self.by_ref() {
            match piece {
                Piece::Open(n, _) if n.eq_ignore_ascii_case(name) => depth += 1,
                Piece::Close(n) if n.eq_ignore_ascii_case(name) => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return;
            }
        }
    }
}

/// Where the tag ends: the first `>` outside of quotes.
fn tag_end(inside: &str) -> usize {
    let mut quote = None;
    for (at, b) in inside.bytes().enumerate() {
        match quote {
            Some(q) if q == b => quote = None,
            None if b == b'"' || b == b'\'' => quote = Some(b),
            None if b == b'>' => return at,
            _ => {}
        }
    }
    inside.len()
}

fn past<'a>(text: &'a str, end: &str) -> &'a str {
    text.find(end)
        .and_then(|at| text.get(at + end.len()..))
        .unwrap_or_default()
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// The value of an attribute, its name without prefix.
pub fn attribute<'a>(attributes: &'a str, name: &str) -> Option<Cow<'a, str>> {
    let mut rest = attributes;
    while let Some((key, after)) = rest.split_once('=') {
        let after = after.trim_start();
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (value, next) = after.get(1..)?.split_once(quote)?;
        if local(key.trim()) == name {
            return Some(resolved(value));
        }
        rest = next;
    }
    None
}

/// The same of a web page: letters of either size, quotes where there are any.
pub fn loose_attribute<'a>(attributes: &'a str, name: &str) -> Option<Cow<'a, str>> {
    let mut rest = attributes;
    while let Some((key, after)) = rest.split_once('=') {
        let after = after.trim_start();
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (value, next) = match quote {
            Some(q) => after.get(1..)?.split_once(q)?,
            None => after.split_once(char::is_whitespace).unwrap_or((after, "")),
        };
        let key = key.split_whitespace().next_back().unwrap_or_default();
        if key.eq_ignore_ascii_case(name) {
            return Some(resolved(value));
        }
        rest = next;
    }
    None
}

fn resolved(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let entity = from.get(1..).and_then(entity);
        match entity.and_then(|(name, after)| Some((letter(name)?, after))) {
            Some((c, after)) => {
                out.push(c);
                rest = after;
            }
            None => {
                out.push('&');
                rest = from.get(1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The name of an entity and what follows it. Only a few letters are looked at: a text of nothing but `&` would be
/// gone through to its end for each of them.
fn entity(from: &str) -> Option<(&str, &str)> {
    let at = from.bytes().take(12).position(|b| b == b';')?;
    Some((from.get(..at)?, from.get(at + 1..)?))
}

fn letter(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" | "ensp" | "emsp" => ' ',
        "ldquo" => '“',
        "rdquo" => '”',
        "mdash" => '—',
        "middot" => '·',
        _ => return None,
    })
}

/// The text of a web page: what is read, without scripts and styles.
pub fn page(html: &str) -> String {
    const BLOCKS: [&str; 14] = [
        "p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "title", "table",
        "section",
    ];
    let is = |name: &str, some: &[&str]| some.iter().any(|s| s.eq_ignore_ascii_case(name));
    let mut out = String::new();
    let mut pieces = pieces(html);
    while let Some(piece) = pieces.next() {
        match piece {
            Piece::Open(name, _) if is(name, &["script", "style"]) => pieces.leave(name),
            Piece::Open(name, _) | Piece::Close(name) if is(name, &BLOCKS) => out.push('\n'),
            Piece::Close(name) if is(name, &["td", "th"]) => out.push('\t'),
            Piece::Text(text) => {
                out.extend(text.chars().map(|c| if c == '\n' { ' ' } else { c }));
            }
            _ => {}
        }
    }
    out
}
