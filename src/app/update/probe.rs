//! Asks a program on trial whether it is well: one request over loopback, with the word only the two of them have.
//! Not here: what is well enough (`hand`).

use crate::web::gate::WORD;
use serde::Deserialize;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

const CONNECTS_WITHIN: Duration = Duration::from_secs(2);
/// The first answer reads files that are not in memory yet.
const ANSWERS_WITHIN: Duration = Duration::from_secs(20);
const MOST: u64 = 16 << 10;

/// What it says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Well {
    pub version: String,
    pub volumes: usize,
    pub people: usize,
    /// Volumes that cannot be opened.
    pub lost: usize,
}

/// The answer, where there is one and it is good.
#[must_use]
pub fn ask(port: u16, word: &str) -> Option<Well> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, CONNECTS_WITHIN).ok()?;
    stream.set_read_timeout(Some(ANSWERS_WITHIN)).ok()?;
    stream.set_write_timeout(Some(CONNECTS_WITHIN)).ok()?;
    let asked = format!(
        "GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{WORD}: {word}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(asked.as_bytes()).ok()?;
    let mut said = Vec::new();
    stream.take(MOST).read_to_end(&mut said).ok()?;
    let said = String::from_utf8(said).ok()?;
    let (head, body) = said.split_once("\r\n\r\n")?;
    let good = head.starts_with("HTTP/1.1 200 ");
    good.then(|| serde_json::from_str(body).ok()).flatten()
}

/// A new word.
pub(super) fn word() -> crate::kit::Result<String> {
    let mut random = [0; 32];
    getrandom::fill(&mut random).map_err(crate::kit::Error::fault)?;
    Ok(crate::kit::hex(&random))
}
