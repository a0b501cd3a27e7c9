//! Texts packed for the search file: the fast level, for they are read far more often than written.
//! Invariant: what unpacks to more than its limit counts as damaged.

use crate::kit::{Error, Result, unpack};
use serde::{Serialize, de::DeserializeOwned};

/// A document's parts or a file's text; `kit::extract` keeps a million characters.
const MOST: usize = 64 << 20;

pub(super) fn pack(text: &str) -> Vec<u8> {
    unpack::packed(text.as_bytes())
}

pub(super) fn unpack_text(body: &[u8]) -> Result<String> {
    let bytes = unpack::zlib(body, MOST).ok_or_else(damaged)?;
    String::from_utf8(bytes).map_err(|_| damaged())
}

pub(super) fn pack_value<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    Ok(unpack::packed(&serde_json::to_vec(value)?))
}

pub(super) fn unpack_value<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    let bytes = unpack::zlib(body, MOST).ok_or_else(damaged)?;
    Ok(serde_json::from_slice(&bytes)?)
}

fn damaged() -> Error {
    Error::fault("a text in the search file is damaged")
}
