//! `inkstone verify-document`: whether a sealed PDF still is what was sealed, without a server: by its signature file and
//! the keys of a data folder, or one exported public key. Reads only.
//! Invariant: a signature whose key nobody vouches for is never called in order.

use super::console;
use crate::kit::hash::Hasher;
use crate::kit::sm2::Public;
use crate::kit::stamped::{KeyFile, MOST, Stamped};
use crate::kit::{Digest, Error, Result, Zone};
use crate::org::organ_key;
use crate::store::{self, DataDir};
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// What the operator wrote.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    pub file: PathBuf,
    /// The signature file; the PDF's name with `.sig.json` where absent.
    pub signature: Option<PathBuf>,
    /// Whose keys are trusted.
    pub data: Option<PathBuf>,
    /// An exported public key.
    pub key: Option<PathBuf>,
}

/// Checks it; true where it is as it was sealed.
pub fn command(wanted: &Wanted) -> Result<bool> {
    let beside = || {
        let mut name = wanted.file.clone().into_os_string();
        name.push(".sig.json");
        PathBuf::from(name)
    };
    let signature = wanted.signature.clone().unwrap_or_else(beside);
    let (trusted, zone) = trusted(wanted)?;
    let of = digest(&wanted.file)?;
    let stamped = Stamped::read(&small(&signature)?);
    let (good, said) = judged(stamped.as_ref(), of, (&trusted, zone));
    console::say(&said);
    Ok(good)
}

/// The words, and whether all is well.
fn judged(
    stamped: Option<&Stamped>,
    of: (Digest, i64),
    (trusted, zone): (&[Public], Zone),
) -> (bool, String) {
    let Some(stamped) = stamped else {
        let said = "与盖章时不一致：签名文件不是砚台的签名文件，或者被改过一个字。请重新拿一份\n";
        return (false, said.to_owned());
    };
    let s = &stamped.signed;
    let wrong = stamped.wrongs(Some(of), trusted);
    let mut said = match wrong.is_empty() {
        true => format!(
            "与盖章时一致：{} {} 用{}盖的 {} {}\n",
            s.name,
            zone.long_time(s.at()),
            s.seal,
            s.number,
            s.title
        ),
        false => "与盖章时不一致：\n".to_owned(),
    };
    for w in &wrong {
        said.push_str(&format!("　　{}\n", w.says()));
    }
    if s.sample {
        said.push_str("请注意：盖的是样章，没有效力\n");
    }
    if let Some(key) = stamped.public() {
        said.push_str(&format!(
            "公钥指纹 {}，请打电话和发文机关核对\n",
            key.fingerprint()
        ));
    }
    said.push_str("这是印章图样加完整性签名，不是《电子签名法》所说的可靠电子签名\n");
    (wrong.is_empty(), said)
}

pub(super) fn trusted(wanted: &Wanted) -> Result<(Vec<Public>, Zone)> {
    if let Some(key) = &wanted.key {
        let (_, public) = KeyFile::read(&small(key)?).ok_or_else(|| {
            Error::Busy(format!(
                "{} 不是砚台导出的公钥，或者被改过。请重新下载一份，再打电话核对指纹",
                key.display()
            ))
        })?;
        return Ok((vec![public], Zone::BEIJING));
    }
    let root = wanted.data.clone().unwrap_or_else(DataDir::default_root);
    if !root.join("hub.db").is_file() {
        return Err(Error::Busy(format!(
            "{} 里没有砚台的数据。请用 --data 写对数据文件夹，或者用 --public 写导出的公钥文件",
            root.display()
        )));
    }
    let dir = DataDir::make(root)?;
    let keys = store::peek_hub(&dir, organ_key::known)?;
    Ok((keys.unwrap_or_default(), store::kept_zone(&dir)?))
}

pub(super) fn open(path: &Path) -> Result<File> {
    File::open(path).map_err(|e| Error::Busy(format!("打不开 {}：{e}", path.display())))
}

/// A file of a few kilobytes.
fn small(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.take(MOST as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn digest(path: &Path) -> Result<(Digest, i64)> {
    let (mut file, mut hasher, mut size) = (open(path)?, Hasher::default(), 0);
    let mut piece = vec![0; 256 << 10];
    loop {
        let n = file.read(&mut piece)?;
        match piece.get(..n) {
            Some(read) if n > 0 => hasher.update(read),
            _ => return Ok((hasher.finish(), size)),
        }
        size += n as i64;
    }
}
