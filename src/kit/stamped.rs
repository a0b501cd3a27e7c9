//! A document that was sealed (用印): what was signed of it, in bytes that can be written one way only, and whether a file
//! and a signature still are what they were then. Pure. Not here: who may seal, where it is kept. It is a seal's picture
//! with a signature for integrity, and no electronic signature of the law (README decision 23).
//! Invariant: a single bit changed in the file, in what was signed or in the signature is found and named.

use super::clock::Millis;
use super::error::Result;
use super::hash::Digest;
use super::hash::{hex, unhex};
use super::sm2::{Public, Secret, Signature};
use serde::{Deserialize, Serialize};

/// Which words were signed; another number is another meaning.
pub const FORMAT: &str = "inkstone-seal-1";
/// Stands before what is signed, so that nothing else this key signs is taken for a sealed document.
const BEFORE: &[u8] = b"inkstone sealed document 1\n";
/// A signature file is never larger.
pub const MOST: usize = 64 << 10;

/// What is signed of a sealed document. The order of the fields is the order of the bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    pub format: String,
    /// The deed's id, and the case's.
    pub deed: String,
    pub case: String,
    /// 核验码: printed with the seal, known to whoever holds the paper.
    pub code: String,
    /// 砚政发〔2026〕1号
    pub number: String,
    pub title: String,
    /// 砚田镇人民政府
    pub organ: String,
    /// The seal's name, and which one it is.
    pub seal: String,
    pub seal_no: i64,
    /// A test seal: worth nothing.
    pub sample: bool,
    /// Page from 1, and the left upper corner of the seal on it, in hundredths of a millimetre.
    pub page: i64,
    pub left: i64,
    pub top: i64,
    /// SM3 of the text that was signed off.
    pub text: String,
    /// SM3 and bytes of the file.
    pub file: String,
    pub size: i64,
    /// Who put the seal on it.
    pub person: i64,
    pub name: String,
    /// UTC milliseconds.
    pub at: i64,
}

/// The same with its signature: what the case keeps, and what travels beside the file (`.sig.json`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stamped {
    pub signed: Signed,
    /// The organ's public key, 65 bytes in hexadecimal.
    pub key: String,
    /// r and s, 64 bytes in hexadecimal.
    pub signature: String,
}

/// An organ's public key by itself: what is exported, handed over and compared by telephone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyFile {
    pub organ: String,
    pub key: String,
    pub fingerprint: String,
}

/// What does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// The file is not what was sealed.
    Bytes,
    /// What was signed, or the signature, was changed.
    Signature,
    /// Nobody here knows the key.
    Key,
}

impl Wrong {
    /// As a sentence.
    #[must_use]
    pub const fn says(self) -> &'static str {
        match self {
            Self::Bytes => "文件内容和盖章时不一样：盖章以后改动过，或者拿错了文件",
            Self::Signature => "签名对不上：盖章记录或者签名在盖章以后被改过",
            Self::Key => "签名用的公钥这里不认得：不是本单位的钥匙签的，或者公钥被换过",
        }
    }
}

impl Signed {
    fn message(&self) -> Result<Vec<u8>> {
        let mut all = BEFORE.to_vec();
        serde_json::to_writer(&mut all, self)?;
        Ok(all)
    }

    /// Signs it.
    pub fn sign(self, key: &Secret) -> Result<Stamped> {
        let made = key.sign(&self.message()?)?;
        Ok(Stamped {
            key: hex(&key.public()?.0),
            signature: hex(&made.0),
            signed: self,
        })
    }

    /// When.
    #[must_use]
    pub const fn at(&self) -> Millis {
        Millis(self.at)
    }
}

impl Stamped {
    /// The bytes of a signature file.
    pub fn bytes(&self) -> Result<Vec<u8>> {
        Ok(serde_json::to_vec(self)?)
    }

    /// Reads a signature file; `None` where it is none, or was written by another hand: every other way of writing
    /// the same is a change.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > MOST {
            return None;
        }
        let read: Self = serde_json::from_slice(bytes).ok()?;
        (read.bytes().ok()? == bytes).then_some(read)
    }

    /// The key it says it was signed with.
    #[must_use]
    pub fn public(&self) -> Option<Public> {
        Public::of(&unhex::<65>(&self.key)?)
    }

    /// Whether signature, key and what was signed belong together.
    #[must_use]
    pub fn holds(&self) -> bool {
        let made = unhex(&self.signature).map(Signature);
        let all = self.public().zip(made).zip(self.signed.message().ok());
        all.is_some_and(|((key, made), message)| key.signed(&message, &made))
            && self.signed.format == FORMAT
    }

    /// Whether these are the bytes that were sealed.
    #[must_use]
    pub fn is_of(&self, digest: Digest, size: i64) -> bool {
        digest.hex() == self.signed.file && size == self.signed.size
    }

    /// What does not hold of a file by this signature, by the keys that are trusted.
    #[must_use]
    pub fn wrongs(&self, file: Option<(Digest, i64)>, trusted: &[Public]) -> Vec<Wrong> {
        let mut all = Vec::new();
        if file.is_some_and(|(digest, size)| !self.is_of(digest, size)) {
            all.push(Wrong::Bytes);
        }
        if !self.holds() {
            all.push(Wrong::Signature);
        }
        if !self.public().is_some_and(|k| trusted.contains(&k)) {
            all.push(Wrong::Key);
        }
        all
    }
}

impl KeyFile {
    /// Of an organ.
    #[must_use]
    pub fn of(organ: &str, key: &Public) -> Self {
        Self {
            organ: organ.to_owned(),
            key: hex(&key.0),
            fingerprint: key.fingerprint(),
        }
    }

    /// Reads one; its fingerprint must be its own.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<(Self, Public)> {
        let read: Self = serde_json::from_slice(bytes.get(..bytes.len().min(MOST))?).ok()?;
        let key = Public::of(&unhex::<65>(&read.key)?)?;
        (key.fingerprint() == read.fingerprint).then_some((read, key))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::*;

    fn signed(file: &[u8]) -> Signed {
        Signed {
            format: FORMAT.to_owned(),
            deed: "12".to_owned(),
            case: "11".to_owned(),
            code: "7K3QW9XA2B".to_owned(),
            number: "砚政发〔2026〕1号".to_owned(),
            title: "关于做好防汛工作的\"通知\"".to_owned(),
            organ: "砚田镇人民政府".to_owned(),
            seal: "砚田镇人民政府印章".to_owned(),
            seal_no: 1,
            sample: false,
            page: 1,
            left: 11_550,
            top: 18_000,
            text: Digest::of(b"text").hex(),
            file: Digest::of(file).hex(),
            size: file.len() as i64,
            person: 7,
            name: "印管".to_owned(),
            at: 1_773_000_000_000,
        }
    }

    #[test]
    fn what_was_sealed_is_told_from_what_was_changed() {
        let file = b"%PDF-1.4 the whole document".to_vec();
        let key = Secret::new().unwrap();
        let trusted = [key.public().unwrap()];
        let made = signed(&file).sign(&key).unwrap();
        let of = |f: &[u8]| Some((Digest::of(f), f.len() as i64));
        assert_eq!(made.wrongs(of(&file), &trusted), []);
        assert_eq!(made.wrongs(of(&file), &[]), [Wrong::Key]);
        for bit in 0..file.len() * 8 {
            let mut bad = file.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(made.wrongs(of(&bad), &trusted), [Wrong::Bytes], "bit {bit}");
        }
        assert_eq!(made.wrongs(of(&file[1..]), &trusted), [Wrong::Bytes]);
        let other = Secret::new().unwrap();
        let forged = signed(&file).sign(&other).unwrap();
        assert_eq!(forged.wrongs(of(&file), &trusted), [Wrong::Key]);
        let swapped = Stamped {
            key: made.key.clone(),
            ..forged
        };
        assert_eq!(swapped.wrongs(of(&file), &trusted), [Wrong::Signature]);
    }

    #[test]
    fn no_bit_of_a_signature_file_may_differ() {
        let key = Secret::new().unwrap();
        let trusted = [key.public().unwrap()];
        let bytes = signed(b"file").sign(&key).unwrap().bytes().unwrap();
        assert!(
            Stamped::read(&bytes)
                .unwrap()
                .wrongs(None, &trusted)
                .is_empty()
        );
        for bit in 0..bytes.len() * 8 {
            let mut bad = bytes.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            let found = Stamped::read(&bad).is_none_or(|s| !s.wrongs(None, &trusted).is_empty());
            assert!(found, "bit {bit}");
        }
        let spaced = [bytes.as_slice(), b" "].concat();
        assert!(Stamped::read(&spaced).is_none());
        assert!(Stamped::read(&vec![b' '; MOST + 1]).is_none());
    }

    #[test]
    fn an_exported_key_is_its_own() {
        let key = Secret::new().unwrap().public().unwrap();
        let file = serde_json::to_vec(&KeyFile::of("砚田镇人民政府", &key)).unwrap();
        assert_eq!(KeyFile::read(&file).unwrap().1, key);
        let text = String::from_utf8(file).unwrap();
        let first = key.fingerprint()[..5].to_owned();
        assert!(KeyFile::read(text.replacen(&first, "00000", 1).as_bytes()).is_none());
    }
}
