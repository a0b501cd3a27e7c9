//! A document on its way to another office (公文包): its pages, text and enclosures with the standard's metadata, signed by
//! the sending organ and sealed with a code that is told by telephone; and the receipt that comes back.
//! Pure: bytes in, bytes out. Not here: cases, pages, where a package is kept.
//! Invariant: what is opened is what was signed; every changed bit is seen and the damage is named.

use super::code::Code;
use super::elements::Elements;
use crate::kit::sm2::{Public, Secret, Signature};
use crate::kit::unpack::{self, Packer};
use crate::kit::{Digest, Error, Millis, Result, secret};
use crate::kit::{hex, unhex};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

const MAGIC: &[u8] = "砚台公文包 1\n".as_bytes();
const RECEIPT: &[u8] = "砚台公文回执 1\n".as_bytes();
/// A package of an office has pages and some enclosures; more is carried on a disk of its own.
pub const MOST_BYTES: usize = 200 * 1024 * 1024;
const MOST_FILES: usize = 200;
const MANIFEST: &str = "清单.json";
const METADATA: &str = "公文元数据.xml";
const SIGNED: &str = "签名.txt";

/// What is sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Package {
    /// The delivery's own number: the same one twice is one delivery.
    pub delivery: String,
    /// 砚田镇人民政府
    pub from: String,
    pub to: String,
    pub at: Millis,
    pub elements: Elements,
    pub files: Vec<Sent>,
}

/// One file of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    pub name: String,
    pub part: Part,
    pub bytes: Vec<u8>,
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    #[serde(rename = "版式文件")]
    Pages,
    #[serde(rename = "正文文本")]
    Text,
    #[serde(rename = "完整性签名")]
    Proof,
    #[serde(rename = "附件")]
    Enclosure,
}

/// What was opened, and whose it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    pub package: Package,
    /// The key it was signed with: known to us or not is for the caller to say.
    pub key: Public,
    /// Answers are sealed with it.
    pub answer: [u8; 32],
    /// SM3 of the package as it came.
    pub digest: Digest,
}

/// What anybody may read of a package without its code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cover {
    #[serde(rename = "发文单位")]
    pub from: String,
    #[serde(rename = "收文单位")]
    pub to: String,
    #[serde(rename = "发出时间")]
    pub at: i64,
    salt: String,
    /// SM3 of what is sealed: a file that was damaged is told apart from a wrong code.
    digest: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    delivery: String,
    from: String,
    to: String,
    at: i64,
    elements: Elements,
    files: Vec<Listed>,
    key: String,
    answer: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    name: String,
    part: Part,
    digest: String,
}

fn damaged(what: &str) -> Error {
    Error::Busy(format!("{what}。请让发文单位再发一次，不要用这一份"))
}

/// Signs and seals. `answer` is kept by the sender: receipts open with it.
pub fn seal(package: &Package, key: &Secret, code: &Code, answer: &[u8; 32]) -> Result<Vec<u8>> {
    let size: usize = package.files.iter().map(|f| f.bytes.len()).sum();
    if size > MOST_BYTES || package.files.len() > MOST_FILES {
        return Err(Error::Busy(
            "这份公文连附件超过 200 MB，装不进公文包。请把大的附件另外拷给收文单位".into(),
        ));
    }
    let listed = |(n, f): (usize, &Sent)| Listed {
        name: stored(n, f),
        part: f.part,
        digest: Digest::of(&f.bytes).hex(),
    };
    let manifest = Manifest {
        delivery: package.delivery.clone(),
        from: package.from.clone(),
        to: package.to.clone(),
        at: package.at.0,
        elements: package.elements.clone(),
        files: package.files.iter().enumerate().map(listed).collect(),
        key: hex(&key.public()?.0),
        answer: hex(answer),
    };
    let manifest = serde_json::to_vec(&manifest)?;
    let mut zip = Packer::default();
    zip.put(MANIFEST, &manifest);
    zip.put(SIGNED, hex(&key.sign(&manifest)?.0).as_bytes());
    zip.put(METADATA, package.elements.xml().as_bytes());
    for (n, file) in package.files.iter().enumerate() {
        zip.put(&stored(n, file), &file.bytes);
    }
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(Error::fault)?;
    let sealed = secret::seal(
        &code.key(&salt),
        &about(&package.from, &package.to),
        &zip.finish(),
    )?;
    let cover = Cover {
        from: package.from.clone(),
        to: package.to.clone(),
        at: package.at.0,
        salt: hex(&salt),
        digest: Digest::of(&sealed).hex(),
    };
    covered(MAGIC, &cover, &sealed)
}

/// Two enclosures may have one name; the number keeps them apart and in order.
fn stored(n: usize, file: &Sent) -> String {
    format!("文件/{:03} {}", n + 1, file.name)
}

fn about(from: &str, to: &str) -> String {
    format!("inkstone package {from} {to}")
}

fn covered(magic: &[u8], cover: &impl Serialize, sealed: &[u8]) -> Result<Vec<u8>> {
    let cover = serde_json::to_vec(cover)?;
    let length = u32::try_from(cover.len()).map_err(Error::fault)?;
    Ok([magic, &length.to_be_bytes(), &cover, sealed].concat())
}

fn uncovered<'a, C: DeserializeOwned>(magic: &[u8], bytes: &'a [u8]) -> Option<(C, &'a [u8])> {
    let rest = bytes.strip_prefix(magic)?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (cover, sealed) = rest.split_at_checked(length)?;
    Some((serde_json::from_slice(cover).ok()?, sealed))
}

/// Whether these bytes begin as a package.
#[must_use]
pub fn is_package(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// What stands on the outside.
///
/// # Errors
/// Busy where it is no package, or was damaged on its way.
pub fn cover(bytes: &[u8]) -> Result<Cover> {
    split(bytes).map(|(cover, _)| cover)
}

fn split(bytes: &[u8]) -> Result<(Cover, &[u8])> {
    if !is_package(bytes) {
        return Err(Error::Busy(
            "这不是砚台的公文包。请选发文单位给的、扩展名是 .gwb 的文件".into(),
        ));
    }
    let (cover, sealed) =
        uncovered::<Cover>(MAGIC, bytes).ok_or_else(|| damaged("公文包的封面坏了"))?;
    if Digest::of(sealed).hex() != cover.digest {
        return Err(damaged(
            "公文包在路上坏了或者被改过：里面的内容和封面的校验值对不上",
        ));
    }
    Ok((cover, sealed))
}

/// Opens a package and proves it.
///
/// # Errors
/// Busy, naming what is wrong: the file, the code, the signature, or one of the files.
pub fn open(bytes: &[u8], code: &Code) -> Result<Opened> {
    let (cover, sealed) = split(bytes)?;
    let salt = unhex::<16>(&cover.salt).ok_or_else(|| damaged("公文包的封面坏了"))?;
    let zip = secret::open(&code.key(&salt), &about(&cover.from, &cover.to), sealed);
    let zip = zip.ok_or_else(|| {
        Error::invalid(
            "code",
            format!(
                "打不开：提取码不是这一份的，或者封面被改过。请打电话向{}核对提取码",
                cover.from
            ),
        )
    })?;
    let (manifest, key) = signed(&zip)?;
    if (&manifest.from, &manifest.to, manifest.at) != (&cover.from, &cover.to, cover.at) {
        return Err(damaged("公文包的封面和里面写的不一样"));
    }
    if unpack::entry(&zip, METADATA, 1 << 20).as_deref() != Some(manifest.elements.xml().as_bytes())
    {
        return Err(damaged("公文元数据和签过名的不一样"));
    }
    let files = files(&zip, &manifest)?;
    Ok(Opened {
        answer: unhex(&manifest.answer).ok_or_else(|| damaged("公文包的清单坏了"))?,
        package: Package {
            delivery: manifest.delivery,
            from: manifest.from,
            to: manifest.to,
            at: Millis(manifest.at),
            elements: manifest.elements,
            files,
        },
        key,
        digest: Digest::of(bytes),
    })
}

fn signed(zip: &[u8]) -> Result<(Manifest, Public)> {
    let bytes = unpack::entry(zip, MANIFEST, 1 << 20).ok_or_else(|| damaged("公文包里没有清单"))?;
    let manifest: Manifest =
        serde_json::from_slice(&bytes).map_err(|_| damaged("公文包的清单坏了"))?;
    let read = |bytes: Vec<u8>| String::from_utf8(bytes).ok();
    let signature = unpack::entry(zip, SIGNED, 1024).and_then(read);
    let signature = signature.and_then(|s| unhex::<64>(&s)).map(Signature);
    let key = unhex::<65>(&manifest.key).and_then(|k| Public::of(&k));
    match (signature, key) {
        (Some(signature), Some(key)) if key.signed(&bytes, &signature) => Ok((manifest, key)),
        _ => Err(damaged("发文单位的签名对不上：清单被改过，或者签名坏了")),
    }
}

fn files(zip: &[u8], manifest: &Manifest) -> Result<Vec<Sent>> {
    if manifest.files.len() > MOST_FILES {
        return Err(damaged("公文包里的文件太多"));
    }
    let mut left = MOST_BYTES;
    let mut all = Vec::new();
    for listed in &manifest.files {
        let name = listed
            .name
            .split_once(' ')
            .map_or(listed.name.as_str(), |(_, n)| n);
        let bytes = unpack::entry(zip, &listed.name, left)
            .ok_or_else(|| damaged(&format!("公文包里的“{name}”不见了或者坏了")))?;
        if Digest::of(&bytes).hex() != listed.digest {
            return Err(damaged(&format!("公文包里的“{name}”和签过名的不一样")));
        }
        left -= bytes.len();
        all.push(Sent {
            name: name.to_owned(),
            part: listed.part,
            bytes,
        });
    }
    Ok(all)
}

/// What the receiver answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    pub delivery: String,
    pub number: String,
    pub title: String,
    /// SM3 of the package, in hexadecimal.
    pub package: String,
    /// 墨川县应急管理局
    pub organ: String,
    /// Who took it in.
    pub by: String,
    pub at: i64,
    /// Our number of it: 收文〔2026〕12号.
    pub ours: String,
    /// Why it was not taken in; empty where it was.
    pub refused: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    receipt: Receipt,
    key: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Slip {
    #[serde(rename = "公文包")]
    delivery: String,
}

/// Signs a receipt and seals it for the sender.
pub fn answer(receipt: &Receipt, key: &Secret, with: &[u8; 32]) -> Result<Vec<u8>> {
    let body = serde_json::to_vec(&Answer {
        receipt: receipt.clone(),
        key: hex(&key.public()?.0),
    })?;
    let whole = [key.sign(&body)?.0.as_slice(), &body].concat();
    let slip = Slip {
        delivery: receipt.delivery.clone(),
    };
    let sealed = secret::seal(with, &receipt.delivery, &whole)?;
    covered(RECEIPT, &slip, &sealed)
}

/// Which delivery a receipt answers, before it is opened.
#[must_use]
pub fn answered(bytes: &[u8]) -> Option<String> {
    uncovered::<Slip>(RECEIPT, bytes).map(|(slip, _)| slip.delivery)
}

/// Opens a receipt: what it says, and the key it was signed with.
///
/// # Errors
/// Busy where it is none, is for another delivery, or was changed.
pub fn read_answer(bytes: &[u8], with: &[u8; 32]) -> Result<(Receipt, Public)> {
    let changed = || damaged("回执坏了或者被改过，或者不是这一份公文的");
    let (slip, sealed) = uncovered::<Slip>(RECEIPT, bytes).ok_or_else(changed)?;
    let whole = secret::open(with, &slip.delivery, sealed).ok_or_else(changed)?;
    let (signature, body) = whole.split_first_chunk::<64>().ok_or_else(changed)?;
    let answer: Answer = serde_json::from_slice(body).map_err(|_| changed())?;
    let key = unhex::<65>(&answer.key)
        .and_then(|k| Public::of(&k))
        .ok_or_else(changed)?;
    let whole =
        key.signed(body, &Signature(*signature)) && answer.receipt.delivery == slip.delivery;
    whole.then_some((answer.receipt, key)).ok_or_else(changed)
}

#[cfg(test)]
#[expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn package() -> Package {
        let sent = |name: &str, part, bytes: &[u8]| Sent {
            name: name.to_owned(),
            part,
            bytes: bytes.to_vec(),
        };
        Package {
            delivery: "d-1".into(),
            from: "砚田镇人民政府".into(),
            to: "墨川县应急管理局".into(),
            at: Millis(1_773_025_200_000),
            elements: Elements {
                title: "关于森林防火的报告 <二>".into(),
                number: "砚政发〔2026〕7号".into(),
                kind: "报告".into(),
                ..Elements::default()
            },
            files: vec![
                sent("正文.pdf", Part::Pages, b"%PDF-1.7 pages"),
                sent("排查表.xlsx", Part::Enclosure, &[7; 3000]),
                sent("排查表.xlsx", Part::Enclosure, b""),
            ],
        }
    }

    fn sealed() -> (Vec<u8>, Secret, Code) {
        let (key, code) = (Secret::new().unwrap(), Code::new().unwrap());
        (seal(&package(), &key, &code, &[9; 32]).unwrap(), key, code)
    }

    #[test]
    fn what_was_sent_is_what_is_opened() {
        let (bytes, key, code) = sealed();
        let opened = open(&bytes, &code).unwrap();
        assert_eq!(opened.package, package());
        assert!(opened.key == key.public().unwrap());
        assert_eq!(
            (opened.answer, opened.digest),
            ([9; 32], Digest::of(&bytes))
        );
        let outside = cover(&bytes).unwrap();
        assert_eq!(
            (outside.from.as_str(), outside.to.as_str()),
            ("砚田镇人民政府", "墨川县应急管理局")
        );
        for words in ["森林防火", "砚政发", "PDF-1.7"] {
            assert_eq!(
                unpack::find(&bytes, words.as_bytes()),
                None,
                "{words} is readable"
            );
        }
    }

    #[test]
    fn another_code_is_told_apart_from_a_damaged_file() {
        let (bytes, _, code) = sealed();
        let other = open(&bytes, &Code::new().unwrap()).unwrap_err().to_string();
        assert!(other.contains("提取码"), "{other}");
        let mut cut = bytes.clone();
        cut.truncate(bytes.len() - 1);
        let cut = open(&cut, &code).unwrap_err().to_string();
        assert!(cut.contains("坏了"), "{cut}");
        assert!(
            open(b"PK\x03\x04", &code)
                .unwrap_err()
                .to_string()
                .contains("不是砚台的公文包")
        );
    }

    /// The key is made anew for each try, so not every bit of a long file: enough of each part of it.
    #[test]
    fn every_changed_bit_is_seen() {
        let (bytes, _, code) = sealed();
        let step = bytes.len() / 97;
        for at in (0..bytes.len()).step_by(step.max(1)).chain(0..60) {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << (at % 8);
            assert!(open(&changed, &code).is_err(), "byte {at}");
        }
    }

    #[test]
    fn a_file_exchanged_inside_is_named() {
        let (key, code, from) = (Secret::new().unwrap(), Code::new().unwrap(), package());
        let whole = seal(&from, &key, &code, &[9; 32]).unwrap();
        let (cover, sealed) = uncovered::<Cover>(MAGIC, &whole).unwrap();
        let salt = unhex::<16>(&cover.salt).unwrap();
        let zip = secret::open(&code.key(&salt), &about(&from.from, &from.to), sealed).unwrap();
        let put = |change: &dyn Fn(&str, Vec<u8>) -> Vec<u8>| {
            let mut other = Packer::default();
            for e in unpack::entries(&zip).unwrap() {
                let bytes = unpack::entry(&zip, &e.name, MOST_BYTES).unwrap();
                other.put(&e.name, &change(&e.name, bytes));
            }
            let again = secret::seal(
                &code.key(&salt),
                &about(&from.from, &from.to),
                &other.finish(),
            )
            .unwrap();
            let cover = Cover {
                digest: Digest::of(&again).hex(),
                ..cover.clone()
            };
            let bytes = covered(MAGIC, &cover, &again).unwrap();
            open(&bytes, &code).map(drop).map_err(|e| e.to_string())
        };
        assert_eq!(put(&|_, bytes| bytes), Ok(()), "set-up");
        let swap = |wanted: &'static str| {
            put(&move |name: &str, bytes| match name.contains(wanted) {
                true => b"other".to_vec(),
                false => bytes,
            })
        };
        assert!(
            swap("正文.pdf")
                .unwrap_err()
                .contains("“正文.pdf”和签过名的不一样")
        );
        assert!(swap(MANIFEST).unwrap_err().contains("清单坏了"));
        assert!(swap(SIGNED).unwrap_err().contains("签名对不上"));
        assert!(swap(METADATA).unwrap_err().contains("元数据"));
    }

    #[test]
    fn a_receipt_comes_back_signed() {
        let (bytes, _, code) = sealed();
        let opened = open(&bytes, &code).unwrap();
        let receipt = Receipt {
            delivery: opened.package.delivery.clone(),
            number: opened.package.elements.number.clone(),
            title: opened.package.elements.title.clone(),
            package: opened.digest.hex(),
            organ: opened.package.to.clone(),
            by: "程签收".into(),
            at: 1_773_025_300_000,
            ours: "收文〔2026〕12号".into(),
            refused: String::new(),
        };
        let key = Secret::new().unwrap();
        let slip = answer(&receipt, &key, &opened.answer).unwrap();
        assert_eq!(answered(&slip).as_deref(), Some("d-1"));
        let (read, by) = read_answer(&slip, &[9; 32]).unwrap();
        assert!(read == receipt && by == key.public().unwrap());
        for at in 0..slip.len() {
            let mut changed = slip.clone();
            changed[at] ^= 1 << (at % 8);
            assert!(read_answer(&changed, &[9; 32]).is_err(), "byte {at}");
        }
        assert!(read_answer(&slip, &[8; 32]).is_err());
    }

    #[test]
    fn the_metadata_has_the_eighteen_elements() {
        let xml = package().elements.xml();
        assert_eq!(package().elements.all().len(), 18);
        assert!(
            xml.contains("<发文字号>砚政发〔2026〕7号</发文字号>") && xml.contains("&lt;二&gt;")
        );
        let json = serde_json::to_string(&package().elements).unwrap();
        assert!(
            package()
                .elements
                .all()
                .iter()
                .all(|(name, _)| json.contains(&format!("\"{name}\"")))
        );
    }
}
