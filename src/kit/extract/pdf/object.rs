//! The tokens and objects of PDF: numbers, names, strings, arrays, dictionaries, operators.
//! The same words make up files, page contents and the maps of fonts. Invariant: nesting is bounded,
//! and the reader always moves on, so any bytes come to an end.

use std::collections::BTreeMap;

/// Arrays in dictionaries in arrays: real files nest some ten deep.
const DEEPEST: u32 = 40;

/// A dictionary.
pub(super) type Dict = BTreeMap<Vec<u8>, Object>;

/// One object, or an operator where one may stand.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Object {
    Number(f64),
    Name(Vec<u8>),
    Text(Vec<u8>),
    Array(Vec<Object>),
    Dict(Dict),
    Ref(u32),
    /// Anything else: an operator, `true`, `null`.
    Word(Vec<u8>),
}

impl Object {
    pub(super) const fn number(&self) -> Option<f64> {
        match self {
            Self::Number(n) => Some(*n),
            _ => None,
        }
    }

    /// A number as a count or a code; what is no such number is none.
    pub(super) fn whole(&self) -> Option<usize> {
        let n = self.number()?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "in range"
        )]
        (0.0..=4e9).contains(&n).then_some(n as usize)
    }

    pub(super) fn name(&self) -> Option<&[u8]> {
        match self {
            Self::Name(n) => Some(n),
            _ => None,
        }
    }
}

/// Reads objects one after another.
#[derive(Clone)]
pub(super) struct Reader<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while let Some(b) = self.peek() {
            match b {
                0 | 9 | 10 | 12 | 13 | 32 => self.at += 1,
                b'%' => {
                    while self.peek().is_some_and(|b| b != 10 && b != 13) {
                        self.at += 1;
                    }
                }
                _ => return,
            }
        }
    }

    /// The next object; `None` at the end.
    pub(super) fn next(&mut self) -> Option<Object> {
        self.object(0)
    }

    fn object(&mut self, depth: u32) -> Option<Object> {
        self.skip_space();
        let first = self.peek()?;
        match first {
            b'/' => {
                self.at += 1;
                Some(Object::Name(self.name()))
            }
            b'(' => Some(Object::Text(self.literal())),
            b'<' if self.bytes.get(self.at + 1) == Some(&b'<') => {
                self.at += 2;
                Some(Object::Dict(self.dict(depth + 1)))
            }
            b'<' => Some(Object::Text(self.hex())),
            b'[' => {
                self.at += 1;
                Some(Object::Array(self.array(depth + 1)))
            }
            b'0'..=b'9' | b'+' | b'-' | b'.' => Some(self.number_or_ref()),
            b')' | b'>' | b']' | b'{' | b'}' => {
                self.at += 1;
                Some(Object::Word(vec![first]))
            }
            _ => Some(Object::Word(self.word())),
        }
    }

    fn word(&mut self) -> Vec<u8> {
        let from = self.at;
        while self.peek().is_some_and(|b| !ends(b)) {
            self.at += 1;
        }
        // a lone byte that ends words is taken all the same, so that the reader moves on
        self.at = self.at.max(from + 1);
        self.bytes.get(from..self.at).unwrap_or_default().to_vec()
    }

    fn name(&mut self) -> Vec<u8> {
        let mut name = Vec::new();
        while let Some(b) = self.peek().filter(|b| !ends(*b)) {
            self.at += 1;
            let pair = self.bytes.get(self.at..self.at + 2);
            match pair
                .filter(|_| b == b'#')
                .and_then(|p| Some(digit(*p.first()?)? * 16 + digit(*p.get(1)?)?))
            {
                Some(code) => {
                    name.push(code);
                    self.at += 2;
                }
                None => name.push(b),
            }
        }
        name
    }

    fn number_or_ref(&mut self) -> Object {
        let word = self.word();
        let number = std::str::from_utf8(&word)
            .ok()
            .and_then(|w| w.parse::<f64>().ok());
        let Some(number) = number else {
            return Object::Word(word);
        };
        if word.iter().all(u8::is_ascii_digit)
            && let Some(end) = self.generation_and_r()
            && let Some(n) = Object::Number(number)
                .whole()
                .and_then(|n| u32::try_from(n).ok())
        {
            self.at = end;
            return Object::Ref(n);
        }
        Object::Number(number)
    }

    /// Where ` 0 R` ends, when that comes next.
    fn generation_and_r(&self) -> Option<usize> {
        let rest = self.bytes.get(self.at..)?;
        let mut at = 0;
        let spaces = |at: usize| {
            rest.iter()
                .skip(at)
                .take_while(|b| matches!(b, 9 | 10 | 13 | 32))
                .count()
        };
        let gap = spaces(at);
        at += gap;
        let digits = rest
            .iter()
            .skip(at)
            .take(6)
            .take_while(|b| b.is_ascii_digit())
            .count();
        at += digits;
        let second = spaces(at);
        at += second;
        let is_r = rest.get(at) == Some(&b'R') && rest.get(at + 1).is_none_or(|b| ends(*b));
        (gap > 0 && digits > 0 && second > 0 && is_r).then_some(self.at + at + 1)
    }

    fn literal(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut depth = 0_u32;
        while let Some(b) = self.peek() {
            self.at += 1;
            match b {
                b'(' => {
                    depth += 1;
                    if depth > 1 {
                        out.push(b);
                    }
                }
                b')' => {
                    depth -= 1;
                    if depth == 0 {
                        break;
                    }
                    out.push(b);
                }
                b'\\' => self.escaped(&mut out),
                _ => out.push(b),
            }
        }
        out
    }

    fn escaped(&mut self, out: &mut Vec<u8>) {
        let Some(b) = self.peek() else { return };
        self.at += 1;
        match b {
            b'n' => out.push(10),
            b'r' => out.push(13),
            b't' => out.push(9),
            b'b' => out.push(8),
            b'f' => out.push(12),
            13 => {
                if self.peek() == Some(10) {
                    self.at += 1;
                }
            }
            10 => {}
            b'0'..=b'7' => {
                let mut code = u32::from(b - b'0');
                for _ in 0..2 {
                    let Some(next @ b'0'..=b'7') = self.peek() else {
                        break;
                    };
                    code = code * 8 + u32::from(next - b'0');
                    self.at += 1;
                }
                out.push(u8::try_from(code & 255).unwrap_or(0));
            }
            other => out.push(other),
        }
    }

    fn hex(&mut self) -> Vec<u8> {
        self.at += 1;
        let (mut out, mut high) = (Vec::new(), None);
        while let Some(b) = self.peek() {
            self.at += 1;
            if b == b'>' {
                break;
            }
            let Some(d) = digit(b) else { continue };
            match high.take() {
                None => high = Some(d * 16),
                Some(h) => out.push(h + d),
            }
        }
        out.extend(high);
        out
    }

    fn array(&mut self, depth: u32) -> Vec<Object> {
        let mut all = Vec::new();
        if depth > DEEPEST {
            return all;
        }
        loop {
            self.skip_space();
            if self.peek().is_none_or(|b| b == b']') {
                self.at += 1;
                return all;
            }
            all.extend(self.object(depth));
        }
    }

    fn dict(&mut self, depth: u32) -> Dict {
        let mut all = Dict::new();
        if depth > DEEPEST {
            return all;
        }
        loop {
            self.skip_space();
            match self.object(depth) {
                Some(Object::Name(key)) => {
                    self.skip_space();
                    if self.peek() == Some(b'>') {
                        continue;
                    }
                    let Some(value) = self.object(depth) else {
                        return all;
                    };
                    all.insert(key, value);
                }
                Some(Object::Word(w)) if w == b">" => {
                    if self.peek() == Some(b'>') {
                        self.at += 1;
                    }
                    return all;
                }
                Some(_) => {}
                None => return all,
            }
        }
    }
}

const fn ends(b: u8) -> bool {
    matches!(
        b,
        0 | 9
            | 10
            | 12
            | 13
            | 32
            | b'('
            | b')'
            | b'<'
            | b'>'
            | b'['
            | b']'
            | b'{'
            | b'}'
            | b'/'
            | b'%'
    )
}

const fn digit(b: u8) -> Option<u8> {
    match b {
        b'0'..=b'9' => Some(b - b'0'),
        b'a'..=b'f' => Some(b - b'a' + 10),
        b'A'..=b'F' => Some(b - b'A' + 10),
        _ => None,
    }
}
