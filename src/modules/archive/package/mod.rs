//! 归档数据包: pieces with everything that belongs to them in one zip that is read without us, and the four-property check
//! (DA/T 70-2018) of it and of a year. *Lives here*: the manifest and what is signed, what a piece holds, writing, reading,
//! judging. *Never here*: pages (`package_page`), the numbers of pieces. *Start reading at*: [`Manifest`], then `write`.
//! Invariant: every file of a package but manifest and signature stands in the manifest with its SM3, and no other.

mod contents;
mod handling;
mod judge;
mod look;
mod metadata;
mod read;
pub mod report;
mod scope;
mod write;
mod xml;

pub use read::{Brought, check_file, check_whole};
pub use report::{Check, Property, Report, Verdict};
pub use scope::Scope;
pub use write::{Packer, Wish};

use crate::kit::sm2::{Public, Secret, Signature};
use crate::kit::{Result, hex, unhex};
use serde::{Deserialize, Serialize};

/// Which words were signed; another number is another meaning.
const FORMAT: &str = "inkstone-archive-1";
/// Stands before the manifest where it is signed.
const BEFORE: &[u8] = b"inkstone archive package 1\n";
/// A manifest is never larger.
const MOST_MANIFEST: u64 = 64 << 20;

const MANIFEST: &str = "清单.json";
const SIGNATURE: &str = "签名.json";
const READ_ME: &str = "说明.txt";
const CATALOGUE_XML: &str = "目录/归档文件目录.xml";
const CATALOGUE_XLSX: &str = "目录/归档文件目录.xlsx";
const PIECES: &str = "档案";
const METADATA: &str = "元数据.xml";

/// What a package says that it is, and what lies in it. The order of the fields is the order of the bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    pub format: String,
    /// 墨川县砚田镇人民政府
    pub organ: String,
    /// 全宗号
    pub fonds: String,
    /// 接收的档案馆
    pub home: String,
    pub year: i16,
    /// 全年, or the class, box or batch.
    pub scope: String,
    /// UTC milliseconds.
    pub at: i64,
    pub by: String,
    pub program: String,
    /// What of the year is not in it, and why.
    pub left_out: Vec<String>,
    pub pieces: Vec<PieceLine>,
    pub files: Vec<FileLine>,
}

/// A piece of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PieceLine {
    /// 档号
    pub number: String,
    /// Everything before 件号, and 件号.
    pub class: String,
    pub n: i64,
    pub title: String,
    /// Its folder.
    pub folder: String,
    /// On paper only: nothing but its metadata is here.
    pub paper: bool,
}

/// A file of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileLine {
    pub path: String,
    pub size: u64,
    pub sm3: String,
}

/// The signature beside the manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signing {
    pub organ: String,
    pub key: String,
    pub fingerprint: String,
    pub signature: String,
}

impl Manifest {
    /// Its bytes, as they are signed and lie in the package.
    pub fn bytes(&self) -> Result<Vec<u8>> {
        Ok(serde_json::to_vec_pretty(self)?)
    }

    /// Reads one; `None` where it is none, or was written by another hand.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let read: Self = serde_json::from_slice(bytes).ok()?;
        (read.bytes().ok()? == bytes && read.format == FORMAT).then_some(read)
    }
}

fn message(manifest: &[u8]) -> Vec<u8> {
    [BEFORE, manifest].concat()
}

impl Signing {
    /// Signs a manifest.
    pub fn of(manifest: &[u8], organ: &str, key: &Secret) -> Result<Self> {
        let public = key.public()?;
        Ok(Self {
            organ: organ.to_owned(),
            key: hex(&public.0),
            fingerprint: public.fingerprint(),
            signature: hex(&key.sign(&message(manifest))?.0),
        })
    }

    /// Its bytes.
    pub fn bytes(&self) -> Result<Vec<u8>> {
        Ok(serde_json::to_vec_pretty(self)?)
    }

    /// Reads one; `None` where it is none, or was written by another hand.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let read: Self = serde_json::from_slice(bytes).ok()?;
        let key = read.public()?;
        let own = read.bytes().ok()? == bytes && key.fingerprint() == read.fingerprint;
        own.then_some(read)
    }

    /// The key it was signed with.
    #[must_use]
    pub fn public(&self) -> Option<Public> {
        Public::of(&unhex::<65>(&self.key)?)
    }

    /// Whether it is of this manifest.
    #[must_use]
    pub fn holds(&self, manifest: &[u8]) -> bool {
        let made = unhex(&self.signature).map(Signature);
        let both = self.public().zip(made);
        both.is_some_and(|(key, made)| key.signed(&message(manifest), &made))
    }
}
