//! Reads a package as anybody brought it and looks at every byte of it. Not here: judging (`judge`), where the file comes from.
//! Invariant: bounded: no entry but small text is held, and what unpacks to far more than the file is long is not unpacked.

use super::contents::SIGNED;
use super::judge::{Looked, SealedFile, Signed, Stage, judge};
use super::look::{Looker, Seen};
use super::metadata;
use super::report::Report;
use super::{CATALOGUE_XML, MANIFEST, METADATA, MOST_MANIFEST, Manifest, SIGNATURE, Signing};
use crate::kit::hash::Hasher;
use crate::kit::sm2::Public;
use crate::kit::stamped::Stamped;
use crate::kit::zip_file::{Broken, Entry, ZipReader};
use crate::kit::{Digest, Result};
use crate::web::Job;
use std::collections::HashMap;
use std::io::{Read, Seek, SeekFrom};

/// Ours are not packed at all; another program's may be.
const MOST_TIMES: u64 = 20;
const LEAST: u64 = 64 << 20;
/// Text of one piece that is held.
const MOST_TEXT: usize = 4 << 20;

/// A package with what is said of it.
pub struct Brought<'a, R> {
    pub file: R,
    pub name: &'a str,
    pub known: &'a [Public],
}

/// Checks a file without anybody waiting on a page.
pub fn check_file<R: Read + Seek>(mut brought: Brought<'_, R>) -> Result<Report> {
    let job = Job::default();
    check_whole(&mut brought.file, brought.name, (brought.known, &job))
}

/// Looks at all of it.
pub fn check_whole<R: Read + Seek>(
    file: &mut R,
    name: &str,
    (known, job): (&[Public], &Job),
) -> Result<Report> {
    let (digest, size) = digest_of(file, job)?;
    let mut looked = Looked {
        stage: Stage::Package,
        bytes: size,
        digest: Some(digest),
        ..Looked::default()
    };
    match ZipReader::open(&mut *file)? {
        None => looked.odd = Some("压缩包目录读不出来：文件损坏，或者不是档案数据包".to_owned()),
        Some(zip) => {
            let most = size.saturating_mul(MOST_TIMES).max(LEAST);
            Reading::new(zip, (known, job), most).all(&mut looked)?;
        }
    }
    Ok(judge(name, &looked))
}

fn digest_of<R: Read + Seek>(file: &mut R, job: &Job) -> Result<(Digest, u64)> {
    let len = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(0))?;
    let (mut hasher, mut size) = (Hasher::default(), 0);
    let mut piece = vec![0; 256 << 10];
    loop {
        let n = file.read(&mut piece)?;
        let Some(read) = piece.get(..n).filter(|p| !p.is_empty()) else {
            return Ok((hasher.finish(), size));
        };
        hasher.update(read);
        size += read.len() as u64;
        job.tell("正在核对整个数据包的摘要", size >> 20, len >> 20)?;
    }
}

struct Reading<'a, R> {
    zip: ZipReader<R>,
    known: &'a [Public],
    job: &'a Job,
    left: u64,
    /// Signature files of sealed documents by path.
    stamps: HashMap<String, Vec<u8>>,
    manifest: Vec<u8>,
    signature: Vec<u8>,
}

impl<'a, R: Read + Seek> Reading<'a, R> {
    fn new(zip: ZipReader<R>, (known, job): (&'a [Public], &'a Job), most: u64) -> Self {
        Self {
            zip,
            known,
            job,
            left: most,
            stamps: HashMap::new(),
            manifest: Vec::new(),
            signature: Vec::new(),
        }
    }

    fn all(mut self, looked: &mut Looked) -> Result<()> {
        let listed = self.zip.listed.clone();
        let of = listed.len() as u64;
        for (n, entry) in listed.iter().enumerate() {
            self.job.tell("正在逐个核对文件", n as u64, of)?;
            // a folder that another program wrote down
            if entry.name.ends_with('/') && entry.size == 0 {
                continue;
            }
            let seen = self.entry(entry, looked);
            looked.seen.push(seen);
        }
        let odd = self.zip.oddity();
        looked.odd = odd.map(|at| {
            format!("压缩包不是砚台写出时的样子，从“{at}”起不同：被改过，或者用别的程序重新压缩过")
        });
        looked.manifest = Manifest::read(&self.manifest);
        looked.signed = self.signed();
        looked.sealed = self.sealed(looked);
        Ok(())
    }

    fn entry(&mut self, entry: &Entry, looked: &mut Looked) -> Seen {
        let most = match entry.name.as_str() {
            MANIFEST | SIGNATURE => MOST_MANIFEST.min(self.left),
            _ => self.left,
        };
        let mut looker = Looker::default();
        let mut text = Vec::new();
        let keeps = holds_text(&entry.name);
        let kept = keeps.map_or(0, |most| usize::try_from(most).unwrap_or(0));
        let found = self.zip.read(entry, most, &mut |bytes| {
            looker.take(bytes);
            if text.len() + bytes.len() <= kept {
                text.extend_from_slice(bytes);
            }
        });
        let broken = found.err().map(|why| match why {
            Broken::Head => "在压缩包里的位置被改过，读不出来",
            Broken::Data => "内容和压缩包里记的校验值不一样",
            Broken::TooLarge => "解开以后大得不正常，没有解",
            Broken::Locked => "加了密码，或者用了不认得的压缩办法",
        });
        let seen = looker.finish(&entry.name, broken.map(str::to_owned));
        self.left = self.left.saturating_sub(seen.size);
        self.keep(&entry.name, text, looked);
        seen
    }

    fn keep(&mut self, name: &str, text: Vec<u8>, looked: &mut Looked) {
        match name {
            MANIFEST => self.manifest = text,
            SIGNATURE => self.signature = text,
            CATALOGUE_XML => {
                looked.catalogue = metadata::read_catalogue(&String::from_utf8_lossy(&text));
            }
            _ if name.ends_with(SIGNED) => {
                self.stamps.insert(name.to_owned(), text);
            }
            _ => {
                let mut parts = name.split('/').skip(1);
                let both = parts.next().zip(parts.next());
                if let Some((folder, METADATA)) = both {
                    let said = metadata::read(&String::from_utf8_lossy(&text));
                    looked.metadata.push((folder.to_owned(), said));
                }
            }
        }
    }

    fn signed(&self) -> Signed {
        let Some(signing) = Signing::read(&self.signature) else {
            return Signed::Unreadable;
        };
        match signing.public() {
            _ if !signing.holds(&self.manifest) => Signed::Wrong,
            Some(key) if self.known.contains(&key) => Signed::Known(signing.organ),
            _ => Signed::Unknown(signing.organ, signing.fingerprint),
        }
    }

    fn sealed(&self, looked: &Looked) -> Vec<SealedFile> {
        let mut all: Vec<SealedFile> = self
            .stamps
            .iter()
            .map(|(path, bytes)| {
                let of = path.trim_end_matches(SIGNED);
                let file = looked.seen.iter().find(|s| s.path == of);
                let file = file.map(|s| (s.digest, i64::try_from(s.size).unwrap_or(0)));
                let wrong = match (Stamped::read(bytes), file) {
                    (None, _) => vec!["签名文件被改过，读不出来".to_owned()],
                    (_, None) => vec!["盖章的文件不在包里".to_owned()],
                    (Some(s), file) => {
                        let found = s.wrongs(file, self.known);
                        found.iter().map(|w| w.says().to_owned()).collect()
                    }
                };
                SealedFile {
                    path: of.to_owned(),
                    wrong,
                }
            })
            .collect();
        all.sort_by(|a, b| a.path.cmp(&b.path));
        all
    }
}

/// How much text of this entry is needed.
fn holds_text(name: &str) -> Option<u64> {
    match name {
        MANIFEST | SIGNATURE | CATALOGUE_XML => Some(MOST_MANIFEST),
        _ if name.ends_with(METADATA) || name.ends_with(SIGNED) => Some(MOST_TEXT as u64),
        _ => None,
    }
}
