//! 升级包: one file with a header, the publisher's signature over it, and the program. Read as a stream, refused with a sentence at
//! the first thing that is wrong. Not here: whether there is room, what is done with it.
//! Layout: magic, length of the header (4 bytes, little end first), header (JSON), signature (ed25519 over all before it), program.
//! Invariant: nothing of the header is believed before its signature held, nothing of the program before its digest did.

use crate::kit::version::SYSTEM;
use crate::kit::{Error, Result, Version, hex, unhex, version};
use ring::digest::{Context, SHA256};
use ring::signature::{ED25519, UnparsedPublicKey};
use serde::{Deserialize, Serialize};
use std::io::{ErrorKind, Read, Write};

const MAGIC: &[u8; 8] = b"INKUP\r\n\x1a";
const SIGNATURE: usize = 64;
const MOST_HEADER: usize = 64 << 10;
/// Ours has a tenth of it.
const MOST_PROGRAM: u64 = 1 << 30;
const PIECE: usize = 256 << 10;

/// Whose packages this program takes, as the build was told; none in a build nobody signs for.
const PUBLISHERS: &str = env!("INKSTONE_PUBLISHERS");

/// What the publisher says of the program.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// 0.2.0
    pub version: String,
    /// As [`SYSTEM`].
    pub system: String,
    /// Bytes of the program.
    pub size: u64,
    /// SHA-256 of the program, in hexadecimal.
    pub sha256: String,
    /// When it was published, 2026-11-23.
    pub day: String,
    /// What is new, a line a matter.
    #[serde(default)]
    pub news: Vec<String>,
    /// The publisher's public key, in hexadecimal: tells another publisher from an altered file.
    pub key: String,
}

/// Public keys.
#[derive(Debug, Clone, Default)]
pub struct Publishers(Vec<[u8; 32]>);

impl Publishers {
    /// Those of this build.
    #[must_use]
    pub fn built_in() -> Self {
        Self(PUBLISHERS.split(',').filter_map(unhex).collect())
    }

    /// Whether there is any.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn find(&self, key: &str) -> Option<&[u8]> {
        let wanted = unhex::<32>(key)?;
        let found = self.0.iter().find(|k| **k == wanted);
        found.map(<[u8; 32]>::as_slice)
    }
}

/// A refusal, at the field where the file is chosen.
fn refused(why: &str) -> Error {
    Error::invalid("file", why)
}

fn no_package() -> Error {
    refused("这不是砚台的升级包。请选 .inkup 结尾的那个文件")
}

fn altered() -> Error {
    refused(
        "这个升级包和发布者签名时的不一样，可能被改动过，也可能复制时坏了。没有用它，请重新下载或者重新复制一份",
    )
}

/// It ends too early.
pub(super) fn incomplete() -> Error {
    refused("这个升级包不完整，多半是没有下载完或者没有复制完。请重新下载或者重新复制一份")
}

fn cut(e: std::io::Error) -> Error {
    match e.kind() {
        ErrorKind::UnexpectedEof => incomplete(),
        _ => refused(&format!(
            "升级包读不出来（{e}）。请换一个 U 盘，或者重新复制一份"
        )),
    }
}

/// Reads up to the program; what follows in `from` is the program's bytes.
pub fn open(from: &mut dyn Read, publishers: &Publishers) -> Result<Header> {
    let mut signed = vec![0; MAGIC.len()];
    match from.read_exact(&mut signed) {
        Ok(()) if signed == MAGIC => {}
        Err(e) if e.kind() != ErrorKind::UnexpectedEof => return Err(cut(e)),
        _ => return Err(no_package()),
    }
    let mut length = [0; 4];
    from.read_exact(&mut length).map_err(cut)?;
    let size = usize::try_from(u32::from_le_bytes(length)).unwrap_or(usize::MAX);
    if size > MOST_HEADER {
        return Err(altered());
    }
    let (mut text, mut signature) = (vec![0; size], [0; SIGNATURE]);
    from.read_exact(&mut text).map_err(cut)?;
    from.read_exact(&mut signature).map_err(cut)?;
    let header: Header = serde_json::from_slice(&text).map_err(|_| altered())?;
    let Some(key) = publishers.find(&header.key) else {
        return Err(refused(
            "这个升级包不是本程序的发布者签发的，没有用它。请向装机的单位要正式的升级包",
        ));
    };
    signed.extend_from_slice(&length);
    signed.extend_from_slice(&text);
    UnparsedPublicKey::new(&ED25519, key)
        .verify(&signed, &signature)
        .map_err(|_| altered())?;
    Ok(header)
}

/// Reads the program to its end, into `to`; `more` hears how many bytes came and may end it.
pub fn read_program(
    from: &mut dyn Read,
    header: &Header,
    to: &mut dyn Write,
    more: &mut dyn FnMut(u64) -> Result<()>,
) -> Result<()> {
    let (mut digest, mut left) = (Context::new(&SHA256), header.size);
    let mut piece = vec![0; PIECE];
    while left > 0 {
        let most = usize::try_from(left).map_or(PIECE, |n| n.min(PIECE));
        let room = piece.get_mut(..most).unwrap_or_default();
        from.read_exact(room).map_err(cut)?;
        digest.update(room);
        to.write_all(room)?;
        left -= most as u64;
        more(most as u64)?;
    }
    let mut beyond = [0];
    let beyond = from.read(&mut beyond).map_err(cut)?;
    if beyond > 0 || hex(digest.finish().as_ref()) != header.sha256.to_lowercase() {
        return Err(altered());
    }
    Ok(())
}

/// Refuses what is not for here or not newer; `highest` is the newest version that ever served in this data folder.
pub fn fits(header: &Header, highest: &str) -> Result<Version> {
    if header.system != SYSTEM {
        return Err(refused(&format!(
            "这个升级包是给 {} 用的，这台电脑要用 {} 的。请向装机的单位要对的那一个",
            system_words(&header.system),
            system_words(SYSTEM)
        )));
    }
    let Some(new) = Version::read(&header.version).filter(|_| header.size <= MOST_PROGRAM) else {
        return Err(altered());
    };
    let now = Version::read(version());
    let highest = Version::read(highest).max(now);
    if Some(new) == now {
        return Err(refused(&format!("现在用的就是 {new}，不用升级")));
    }
    if highest.is_some_and(|highest| new <= highest) {
        let highest = highest.map(|v| v.to_string()).unwrap_or_default();
        return Err(refused(&format!(
            "这个升级包是 {new}，比这里用过的 {highest} 旧。往回换会看不懂新的数据，所以没有用它"
        )));
    }
    Ok(new)
}

/// In words.
fn system_words(system: &str) -> &'static str {
    match system {
        "windows-x86_64" => "Windows",
        "linux-x86_64" => "Linux（x86）",
        "linux-aarch64" => "Linux（ARM）",
        _ => "别的系统",
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::*;
    use ring::signature::{Ed25519KeyPair, KeyPair as _};

    const PROGRAM: &[u8] = b"a program of nineteen";

    fn pair(seed: u8) -> Ed25519KeyPair {
        Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap()
    }

    fn publishers(seed: u8) -> Publishers {
        Publishers(vec![pair(seed).public_key().as_ref().try_into().unwrap()])
    }

    fn pack(seed: u8, change: impl FnOnce(&mut Header)) -> Vec<u8> {
        let digest = ring::digest::digest(&SHA256, PROGRAM);
        let mut header = Header {
            version: "99.0.0".into(),
            system: SYSTEM.into(),
            size: PROGRAM.len() as u64,
            sha256: hex(digest.as_ref()),
            key: hex(pair(seed).public_key().as_ref()),
            ..Header::default()
        };
        change(&mut header);
        let text = serde_json::to_vec(&header).unwrap();
        let mut all = MAGIC.to_vec();
        all.extend(u32::try_from(text.len()).unwrap().to_le_bytes());
        all.extend(text);
        let signature = pair(seed).sign(&all);
        all.extend(signature.as_ref());
        all.extend(PROGRAM);
        all
    }

    /// The whole way of a package; the sentence of a refusal.
    fn taken(bytes: &[u8], publishers: &Publishers) -> Result<Vec<u8>, String> {
        let mut from = bytes;
        let mut out = Vec::new();
        let done = open(&mut from, publishers).and_then(|header| {
            read_program(&mut from, &header, &mut out, &mut |_| Ok(()))?;
            fits(&header, "0.0.1").map(drop)
        });
        done.map(|()| out).map_err(|e| e.to_string())
    }

    #[test]
    fn a_package_is_taken_whole_or_not_at_all() {
        let (good, ours) = (pack(1, |_| {}), publishers(1));
        assert_eq!(taken(&good, &ours).unwrap(), PROGRAM);
        // every byte is under the signature or the digest it signs
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 0x20;
            assert!(taken(&bad, &ours).is_err(), "byte {at}");
        }
        for length in 0..good.len() {
            let said = taken(&good[..length], &ours).unwrap_err();
            let right = if length < MAGIC.len() {
                "不是砚台的升级包"
            } else {
                "不完整"
            };
            assert!(said.contains(right), "{length}: {said}");
        }
        let longer = [good.as_slice(), b"x"].concat();
        assert!(taken(&longer, &ours).unwrap_err().contains("被改动过"));
    }

    #[test]
    fn each_wrong_package_has_its_sentence() {
        let ours = publishers(1);
        let said = |bytes: &[u8]| taken(bytes, &ours).unwrap_err();
        assert!(said(b"PK\x03\x04 a zip file").contains("不是砚台的升级包"));
        assert!(said(&pack(2, |_| {})).contains("不是本程序的发布者"));
        // another's signature under our name
        let key = hex(pair(1).public_key().as_ref());
        assert!(said(&pack(2, |h| h.key = key)).contains("被改动过"));
        assert!(said(&pack(1, |h| h.system = "plan9".into())).contains("别的系统"));
        assert!(said(&pack(1, |h| h.version = version().into())).contains("不用升级"));
        assert!(said(&pack(1, |h| h.version = "0.0.1".into())).contains("比这里用过的"));
        assert!(said(&pack(1, |h| h.version = "new".into())).contains("被改动过"));
        assert!(said(&pack(1, |h| h.sha256 = "00".into())).contains("被改动过"));
        assert!(taken(&pack(1, |_| {}), &Publishers::default()).is_err());
    }

    #[test]
    fn what_once_served_is_never_gone_below() {
        let header = |text: &str| Header {
            version: text.into(),
            system: SYSTEM.into(),
            ..Header::default()
        };
        assert!(fits(&header("9.0.1"), "9.0.0").is_ok());
        for old in ["9.0.0", "8.9.9"] {
            let said = fits(&header(old), "9.0.0").unwrap_err().to_string();
            assert!(said.contains("9.0.0"), "{said}");
        }
    }
}
