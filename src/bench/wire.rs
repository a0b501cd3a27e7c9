//! One keep-alive HTTP/1.1 connection of the load generator: writes bytes, reads one whole answer
//! into a buffer it keeps. Knows lengths and chunks, nothing else; not a client for anybody else.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// An answer that takes longer is a broken connection.
const PATIENCE: Duration = Duration::from_secs(30);
/// Read at once: a page and its head.
const GULP: usize = 64 << 10;

/// One connection and the last answer on it.
pub(super) struct Wire {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// How much of the buffer is filled.
    filled: usize,
    closing: bool,
}

/// What the head of an answer says.
struct Head {
    status: u16,
    /// Where the body begins.
    body: usize,
    length: Length,
    closing: bool,
}

enum Length {
    Known(usize),
    Chunks,
}

impl Wire {
    pub(super) fn connect(address: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self {
            stream,
            buffer: vec![0; GULP],
            filled: 0,
            closing: false,
        })
    }

    /// Sends a request and reads its answer; the status.
    pub(super) fn ask(&mut self, request: &[u8]) -> io::Result<u16> {
        self.filled = 0;
        self.stream.write_all(request)?;
        let head = loop {
            self.fill()?;
            if let Some(head) = read_head(self.answer()) {
                break head;
            }
        };
        match head.length {
            Length::Known(n) => {
                while self.filled < head.body + n {
                    self.fill()?;
                }
            }
            Length::Chunks => {
                while !last_chunk(self.answer().get(head.body..).unwrap_or(&[])) {
                    self.fill()?;
                }
            }
        }
        self.closing = head.closing;
        Ok(head.status)
    }

    /// Whether the server said it closes the connection.
    pub(super) const fn closed(&self) -> bool {
        self.closing
    }

    /// Whether the answer contains `text`, looked for first where the last one had it.
    pub(super) fn holds(&self, text: &[u8], hint: &mut usize) -> bool {
        let answer = self.answer();
        if answer
            .get(*hint..)
            .is_some_and(|rest| rest.starts_with(text))
        {
            return true;
        }
        let Some(first) = text.first() else {
            return true;
        };
        let mut from = 0;
        while let Some(rest) = answer.get(from..) {
            let Some(at) = rest.iter().position(|b| b == first) else {
                break;
            };
            if rest.get(at..).is_some_and(|r| r.starts_with(text)) {
                *hint = from + at;
                return true;
            }
            from += at + 1;
        }
        // A chunk border may stand inside the text.
        dechunked(answer).windows(text.len()).any(|w| w == text)
    }

    /// The first letters of the answer, for a report of what went wrong.
    pub(super) fn beginning(&self) -> String {
        let text = String::from_utf8_lossy(self.answer());
        text.chars().take(600).collect()
    }

    fn answer(&self) -> &[u8] {
        self.buffer.get(..self.filled).unwrap_or(&[])
    }

    fn fill(&mut self) -> io::Result<()> {
        if self.filled == self.buffer.len() {
            self.buffer.resize(self.filled * 2, 0);
        }
        let space = self.buffer.get_mut(self.filled..).unwrap_or(&mut []);
        match self.stream.read(space)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            n => {
                self.filled += n;
                Ok(())
            }
        }
    }
}

fn read_head(answer: &[u8]) -> Option<Head> {
    let body = answer.windows(4).position(|w| w == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(answer.get(..body)?).ok()?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let (mut length, mut closing) = (Length::Known(0), false);
    for (name, value) in lines.filter_map(|l| l.split_once(':')) {
        let value = value.trim();
        if name.eq_ignore_ascii_case("content-length") {
            length = Length::Known(value.parse().ok()?);
        } else if name.eq_ignore_ascii_case("transfer-encoding")
            && value.eq_ignore_ascii_case("chunked")
        {
            length = Length::Chunks;
        } else if name.eq_ignore_ascii_case("connection") {
            closing = value.eq_ignore_ascii_case("close");
        }
    }
    Some(Head {
        status,
        body,
        length,
        closing,
    })
}

/// Whether the body has its closing chunk. Walks the sizes, so text that looks like one is harmless.
fn last_chunk(body: &[u8]) -> bool {
    chunks(body).1
}

/// The body's pieces so far, and whether the closing one is there.
fn chunks(mut rest: &[u8]) -> (Vec<&[u8]>, bool) {
    let mut pieces = Vec::new();
    while let Some(end) = rest.windows(2).position(|w| w == b"\r\n") {
        let line = rest
            .get(..end)
            .and_then(|l| std::str::from_utf8(l).ok())
            .unwrap_or("");
        let size = line
            .split(';')
            .next()
            .and_then(|s| usize::from_str_radix(s.trim(), 16).ok());
        let Some(size) = size else { break };
        if size == 0 {
            return (pieces, rest.len() >= end + 4);
        }
        let (Some(piece), Some(next)) = (
            rest.get(end + 2..end + 2 + size),
            rest.get(end + 4 + size..),
        ) else {
            break;
        };
        pieces.push(piece);
        rest = next;
    }
    (pieces, false)
}

fn dechunked(answer: &[u8]) -> Vec<u8> {
    match read_head(answer) {
        Some(Head {
            body,
            length: Length::Chunks,
            ..
        }) => chunks(answer.get(body..).unwrap_or(&[])).0.concat(),
        _ => Vec::new(),
    }
}
