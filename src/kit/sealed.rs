//! The sealed container of backups: a head that anybody may read (whose, when, which key opens it) and frames
//! that only the key opens. Pure: it writes to and reads from whatever it is given; random bytes come from outside.
//! Invariant: every frame is authenticated with the head, its own number and whether it is the last, so that a
//! changed, exchanged or missing piece is told apart from the whole.

use super::error::Error;
use super::hash::{Digest, Hasher};
use super::recovery::RecoveryKey;
use flate2::Compression;
use flate2::read::{DeflateDecoder, DeflateEncoder};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::io::{self, Read, Write};

const MAGIC: &[u8; 8] = b"INKSEAL\n";
/// Of the container; a newer one is refused by name.
const VERSION: u16 = 1;
/// Plain bytes of a frame.
const FRAME: usize = 256 << 10;
const MOST_HEAD: usize = 1 << 20;

/// The key that seals: 32 bytes kept in the data folder, and wrapped in every backup.
#[derive(Clone, PartialEq, Eq)]
pub struct SealKey(pub [u8; 32]);

/// The sealing key as only the recovery key opens it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wrapped {
    /// Number of the recovery key, as printed on its sheet.
    pub number: String,
    salt: Vec<u8>,
    sealed: Vec<u8>,
}

/// What anybody may read of a backup without its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// `backup`, `pack`, `frozen`.
    pub kind: String,
    /// Which installation.
    pub office: String,
    /// Its name, for whoever finds the file.
    pub name: String,
    /// Which program wrote it.
    pub program: String,
    /// When, UTC milliseconds.
    pub at: i64,
    /// How often the office was restored to another place before.
    pub generation: i64,
    /// What opens it.
    pub key: Wrapped,
    /// Makes every file's own key.
    pub salt: Vec<u8>,
}

/// Why a container cannot be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Broken {
    /// Not one of ours.
    Foreign,
    /// Made by a newer program.
    Newer(u16),
    /// It ends before its end.
    Cut,
    /// Bytes were changed, or the key is another's.
    Damaged,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Foreign => f.write_str("这不是砚台的备份文件，请另选一个文件"),
            Self::Newer(v) => write!(
                f,
                "这份备份是更新的砚台做的（格式 {v}，本程序只认到 {VERSION}）。请换用新版本的砚台再恢复，备份没有改动"
            ),
            Self::Cut => f.write_str("这份备份不完整，后半截没有了。请换用另一份备份"),
            Self::Damaged => f.write_str("这份备份有损坏，和做的时候不一样了。请换用另一份备份"),
        }
    }
}

impl std::error::Error for Broken {}

impl From<Broken> for io::Error {
    fn from(b: Broken) -> Self {
        Self::new(io::ErrorKind::InvalidData, b)
    }
}

/// What reading a container failed of, as a sentence.
#[must_use]
pub fn why(e: &io::Error) -> Error {
    match e.get_ref().and_then(|r| r.downcast_ref::<Broken>()) {
        Some(broken) => Error::Busy(broken.to_string()),
        None => Error::Busy(format!("读备份文件时出错：{e}。请检查磁盘或网络，再试一次")),
    }
}

/// Wraps the sealing key for the recovery key; `salt` is random.
pub fn wrap(key: &SealKey, recovery: &RecoveryKey, salt: [u8; 32]) -> Result<Wrapped, Error> {
    let mut sealed = key.0.to_vec();
    let aad = Aad::from(recovery.number().into_bytes());
    wrapping(recovery, &salt)?
        .seal_in_place_append_tag(nonce(0), aad, &mut sealed)
        .map_err(Error::fault)?;
    Ok(Wrapped {
        number: recovery.number(),
        salt: salt.to_vec(),
        sealed,
    })
}

/// Opens it; the sentence says which sheet is wanted where this one does not fit.
pub fn unwrap(wrapped: &Wrapped, recovery: &RecoveryKey) -> Result<SealKey, Error> {
    let other = || {
        Error::invalid(
            "key",
            format!(
                "这份备份要用编号 {} 的恢复码，您写的是编号 {} 的。请找右上角印着 {} 的那张恢复码，再试一次；写好的都还在",
                wrapped.number,
                recovery.number(),
                wrapped.number
            ),
        )
    };
    let mut sealed = wrapped.sealed.clone();
    let aad = Aad::from(wrapped.number.clone().into_bytes());
    let plain = wrapping(recovery, &wrapped.salt)?
        .open_in_place(nonce(0), aad, &mut sealed)
        .map_err(|_| other())?;
    Ok(SealKey(plain.try_into().map_err(|_| other())?))
}

fn wrapping(recovery: &RecoveryKey, salt: &[u8]) -> Result<LessSafeKey, Error> {
    derived(salt, recovery.bytes(), b"inkstone recovery key 1")
}

/// 160 random bits need no slow hash: nobody guesses them, so the expansion is HKDF and not argon2id.
fn derived(salt: &[u8], secret: &[u8], what: &[u8]) -> Result<LessSafeKey, Error> {
    let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, salt);
    let info = [what];
    let secret = salt.extract(secret);
    let okm = secret
        .expand(&info, &CHACHA20_POLY1305)
        .map_err(Error::fault)?;
    Ok(LessSafeKey::new(UnboundKey::from(okm)))
}

fn nonce(number: u64) -> Nonce {
    let mut bytes = [0; NONCE_LEN];
    for (to, from) in bytes.iter_mut().rev().zip(number.to_le_bytes()) {
        *to = from;
    }
    Nonce::assume_unique_for_key(bytes)
}

fn aad(head: &Digest, number: u64, last: u8) -> Aad<Vec<u8>> {
    let mut all = head.0.to_vec();
    all.extend(number.to_be_bytes());
    all.push(last);
    Aad::from(all)
}

/// Seals what is written to it.
pub struct Sealer<W: Write> {
    out: W,
    key: LessSafeKey,
    head: Digest,
    number: u64,
    part: Vec<u8>,
    hasher: Hasher,
    bytes: u64,
}

impl<W: Write> Sealer<W> {
    /// Writes the head; its salt must be random and used once.
    pub fn begin(out: W, head: &Head, key: &SealKey) -> io::Result<Self> {
        let text = serde_json::to_vec(head)?;
        let own =
            derived(&head.salt, &key.0, b"inkstone backup file 1").map_err(io::Error::other)?;
        let mut this = Self {
            out,
            key: own,
            head: Digest::of(&text),
            number: 0,
            part: Vec::with_capacity(FRAME),
            hasher: Hasher::default(),
            bytes: 0,
        };
        this.put(MAGIC)?;
        this.put(&VERSION.to_be_bytes())?;
        this.put(&length(text.len())?)?;
        this.put(&text)?;
        Ok(this)
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hasher.update(bytes);
        self.bytes += bytes.len() as u64;
        self.out.write_all(bytes)
    }

    fn frame(&mut self, last: u8) -> io::Result<()> {
        let plain = std::mem::replace(&mut self.part, Vec::with_capacity(FRAME));
        let mut packed = vec![1];
        DeflateEncoder::new(plain.as_slice(), Compression::fast()).read_to_end(&mut packed)?;
        if packed.len() > plain.len() {
            packed.clear();
            packed.push(0);
            packed.extend_from_slice(&plain);
        }
        let aad = aad(&self.head, self.number, last);
        self.key
            .seal_in_place_append_tag(nonce(self.number), aad, &mut packed)
            .map_err(|_| io::Error::other("sealing failed"))?;
        self.number += 1;
        self.put(&[last])?;
        self.put(&length(packed.len())?)?;
        self.put(&packed)
    }

    /// Bytes written so far.
    pub const fn written(&self) -> u64 {
        self.bytes
    }

    /// Writes the last frame; gives back what it wrote to, the digest of all bytes and their number.
    pub fn finish(mut self) -> io::Result<(W, Digest, u64)> {
        self.frame(1)?;
        self.out.flush()?;
        Ok((self.out, self.hasher.finish(), self.bytes))
    }
}

impl<W: Write> Write for Sealer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = FRAME - self.part.len();
        let taken = bytes.get(..room.min(bytes.len())).unwrap_or_default();
        self.part.extend_from_slice(taken);
        if self.part.len() == FRAME {
            self.frame(0)?;
        }
        Ok(taken.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A frame's length on the wire.
fn length(n: usize) -> io::Result<[u8; 4]> {
    u32::try_from(n)
        .map(u32::to_be_bytes)
        .map_err(io::Error::other)
}

/// Opens what is read from it, frame by frame. Only a reader that came to the end has seen the whole.
pub struct Opener<R: Read> {
    from: R,
    /// What anybody may read.
    pub head: Head,
    digest: Digest,
    key: Option<LessSafeKey>,
    number: u64,
    plain: Vec<u8>,
    at: usize,
    ended: bool,
}

impl<R: Read> Opener<R> {
    /// Reads the head.
    pub fn begin(mut from: R) -> io::Result<Self> {
        let mut magic = [0; 8];
        if from.read_exact(&mut magic).is_err() || &magic != MAGIC {
            return Err(Broken::Foreign.into());
        }
        let mut version = [0; 2];
        all(&mut from, &mut version)?;
        let version = u16::from_be_bytes(version);
        if version > VERSION {
            return Err(Broken::Newer(version).into());
        }
        let mut text = vec![0; size(&mut from, MOST_HEAD)?];
        all(&mut from, &mut text)?;
        let head = serde_json::from_slice(&text).map_err(|_| Broken::Damaged)?;
        Ok(Self {
            from,
            head,
            digest: Digest::of(&text),
            key: None,
            number: 0,
            plain: Vec::new(),
            at: 0,
            ended: false,
        })
    }

    /// From now on its contents can be read.
    #[must_use]
    pub fn with(mut self, key: &SealKey) -> Self {
        self.key = derived(&self.head.salt, &key.0, b"inkstone backup file 1").ok();
        self
    }

    fn frame(&mut self) -> io::Result<()> {
        let key = self.key.as_ref().ok_or(Broken::Damaged)?;
        let mut last = [0];
        all(&mut self.from, &mut last)?;
        let mut sealed = vec![0; size(&mut self.from, 2 * FRAME)?];
        all(&mut self.from, &mut sealed)?;
        let [last] = last;
        let aad = aad(&self.digest, self.number, last);
        let packed = key
            .open_in_place(nonce(self.number), aad, &mut sealed)
            .map_err(|_| Broken::Damaged)?;
        self.number += 1;
        self.ended = last == 1;
        self.at = 0;
        self.plain.clear();
        match packed.split_first() {
            Some((0, plain)) => self.plain.extend_from_slice(plain),
            Some((1, packed)) => {
                let most = FRAME as u64 + 1;
                DeflateDecoder::new(packed)
                    .take(most)
                    .read_to_end(&mut self.plain)
                    .map_err(|_| Broken::Damaged)?;
            }
            _ => return Err(Broken::Damaged.into()),
        }
        Ok(())
    }
}

impl<R: Read> Read for Opener<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        while self.at >= self.plain.len() {
            if self.ended {
                return Ok(0);
            }
            self.frame()?;
        }
        let rest = self.plain.get(self.at..).unwrap_or_default();
        let n = rest.len().min(to.len());
        for (to, from) in to.iter_mut().zip(rest) {
            *to = *from;
        }
        self.at += n;
        Ok(n)
    }
}

fn all(from: &mut impl Read, to: &mut [u8]) -> io::Result<()> {
    from.read_exact(to).map_err(|e| match e.kind() {
        io::ErrorKind::UnexpectedEof => Broken::Cut.into(),
        _ => e,
    })
}

fn size(from: &mut impl Read, most: usize) -> io::Result<usize> {
    let mut four = [0; 4];
    all(from, &mut four)?;
    let n = usize::try_from(u32::from_be_bytes(four)).map_err(io::Error::other)?;
    if n > most {
        return Err(Broken::Damaged.into());
    }
    Ok(n)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::*;

    fn head() -> (Head, SealKey, RecoveryKey) {
        let (key, recovery) = (SealKey([7; 32]), RecoveryKey::new([9; 20]));
        let head = Head {
            kind: "backup".into(),
            office: "a".into(),
            name: "砚田镇".into(),
            program: "0".into(),
            at: 5,
            generation: 1,
            key: wrap(&key, &recovery, [3; 32]).unwrap(),
            salt: vec![4; 32],
        };
        (head, key, recovery)
    }

    fn sealed(plain: &[u8]) -> Vec<u8> {
        let (head, key, _) = head();
        let mut sealer = Sealer::begin(Vec::new(), &head, &key).unwrap();
        sealer.write_all(plain).unwrap();
        let (out, digest, bytes) = sealer.finish().unwrap();
        assert_eq!((digest, bytes), (Digest::of(&out), out.len() as u64));
        out
    }

    fn opened(bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut plain = Vec::new();
        let opener = Opener::begin(bytes)?;
        let key = unwrap(&opener.head.key, &head().2).map_err(io::Error::other)?;
        opener.with(&key).read_to_end(&mut plain)?;
        Ok(plain)
    }

    fn broken(bytes: &[u8]) -> Broken {
        let e = opened(bytes).unwrap_err();
        e.get_ref()
            .unwrap()
            .downcast_ref::<Broken>()
            .unwrap()
            .clone()
    }

    #[test]
    fn it_opens_with_the_recovery_key_alone() {
        for plain in [vec![], vec![5; FRAME], b"abc".repeat(FRAME / 2)] {
            let bytes = sealed(&plain);
            assert_eq!(opened(&bytes).unwrap(), plain);
        }
        assert!(sealed(&vec![5; FRAME]).len() < FRAME / 10, "compressed");
    }

    #[test]
    fn whatever_was_done_to_it_is_seen() {
        let bytes = sealed(&b"abc".repeat(FRAME / 2));
        for cut in [bytes.len() - 1, bytes.len() / 2, 20, 9] {
            assert_eq!(broken(&bytes[..cut]), Broken::Cut, "{cut}");
        }
        for at in [bytes.len() - 1, bytes.len() / 2] {
            let mut flipped = bytes.clone();
            flipped[at] ^= 4;
            assert_eq!(broken(&flipped), Broken::Damaged, "{at}");
        }
        let mut newer = bytes.clone();
        newer[9] = 2;
        assert_eq!(broken(&newer), Broken::Newer(2));
        assert_eq!(broken(b"PK and so on"), Broken::Foreign);
    }

    #[test]
    fn a_wrong_key_names_the_right_one() {
        let (head, _, right) = head();
        let wrong = RecoveryKey::new([8; 20]);
        let said = unwrap(&head.key, &wrong).err().unwrap().to_string();
        assert!(
            said.contains(&right.number()) && said.contains(&wrong.number()),
            "{said}"
        );
    }
}
