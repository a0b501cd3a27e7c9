//! Writes a package as a stream, or only looks at what would be in it (the check of a year before it is filed): one road for
//! both. Not here: what a case holds (`contents`), judging. Invariant: no file is held whole that stands in a volume, and a
//! package in which a file cannot be read is not made.

use super::super::card::Card;
use super::super::year::{Archive, Year};
use super::contents::{Body, Content, Inside, Making, Names};
use super::judge::{Looked, SealedFile, Stage, judge};
use super::look::{Looker, Seen};
use super::metadata::{self, Said};
use super::read::check_whole;
use super::report::Report;
use super::{
    CATALOGUE_XLSX, CATALOGUE_XML, FORMAT, FileLine, MANIFEST, METADATA, Manifest, PIECES,
    PieceLine, READ_ME, SIGNATURE, Scope, Signing,
};
use crate::kit::sm2::{Public, Secret};
use crate::kit::zip_file::ZipWriter;
use crate::kit::{Error, Millis, Result, Zone, text};
use crate::layout::font::Fonts;
use crate::store::{attachments, is_damage};
use crate::web::Job;
use std::fs::File;
use std::sync::Arc;

/// Bytes reckoned for what is made of a card: pages, sheet, metadata.
const MADE: u64 = 2 << 20;
/// Bytes after which the disk is asked again.
const ASK_AGAIN: u64 = 256 << 20;

/// What was asked for.
pub struct Wish {
    pub year: i16,
    pub scope: Scope,
    /// The scope as people say it.
    pub said: String,
    /// 墨川县砚田镇人民政府
    pub organ: String,
    pub at: Millis,
}

/// Makes packages of an archive.
pub struct Packer {
    pub archive: Archive,
    pub fonts: Arc<Fonts>,
    pub zone: Zone,
    pub known: Vec<Public>,
}

/// A package on its way.
struct Going<'a> {
    packer: &'a Packer,
    job: &'a Job,
    /// None: nothing is written, damage is a finding.
    zip: Option<ZipWriter<File>>,
    files: Vec<FileLine>,
    seen: Vec<Seen>,
    metadata: Vec<(String, Said)>,
    sealed: Vec<SealedFile>,
    since_asked: u64,
}

impl Packer {
    /// Bytes it will come to, about.
    pub fn reckon(&self, pieces: &[&Card], year: &Year) -> Result<u64> {
        let mut sum = 0_u64;
        for piece in pieces {
            for card in year.inside(piece) {
                let Some(case) = card.case else { continue };
                let read = self.archive.store.shelf(case.shelf())?;
                let files = attachments::list(&read, case)?;
                let sizes = files.iter().map(|f| u64::try_from(f.size).unwrap_or(0));
                sum += sizes.sum::<u64>() + MADE;
            }
        }
        Ok(sum)
    }

    /// Makes the package of a wish, reads it again and judges it; gives its file's name and the report.
    pub fn export(&self, wish: &Wish, key: &Secret, job: &Job) -> Result<(String, Report)> {
        let year = self.archive.year(wish.year)?;
        let pieces = wish.scope.pieces(&year);
        if pieces.is_empty() {
            return Err(Error::Conflict("这里没有已编号的件，没有可以导出的".into()));
        }
        job.tell("正在算大小", 0, pieces.len() as u64)?;
        let store = &self.archive.store;
        let clock: String = self.zone.stamp(wish.at);
        let clock: String = clock.chars().filter(char::is_ascii_digit).collect();
        let name = format!(
            "档案数据包-{}-{}-{}-{clock}",
            year.settings.fonds, wish.year, wish.said
        );
        let name = text::safe_file_name(&name);
        let (making, file) = store.begin_package(&name, self.reckon(&pieces, &year)?)?;
        let mut going = self.going(job, Some(ZipWriter::new(file)));
        let manifest = going.all(&year, (wish, &pieces))?;
        going.put(READ_ME, read_me(&manifest).as_bytes())?;
        let manifest = Manifest {
            files: going.files.clone(),
            ..manifest
        };
        let bytes = manifest.bytes()?;
        let signing = Signing::of(&bytes, &wish.organ, key)?.bytes()?;
        going.put(MANIFEST, &bytes)?;
        going.put(SIGNATURE, &signing)?;
        let zip = going.zip.take();
        let zip = zip.ok_or_else(|| Error::fault("a package without a file"))?;
        let (file, _) = zip.finish()?;
        let mut again = file.try_clone()?;
        let report = check_whole(&mut again, &name, (&self.known, job))?;
        drop(again);
        Ok((making.keep(file)?, report))
    }

    /// Checks a year's pieces before they are filed or handed over.
    pub fn check_year(&self, wish: &Wish, job: &Job) -> Result<Report> {
        let year = self.archive.year(wish.year)?;
        let pieces: Vec<&Card> = match wish.scope {
            Scope::Year => year.pieces().collect(),
            _ => wish.scope.pieces(&year),
        };
        let mut going = self.going(job, None);
        let manifest = going.all(&year, (wish, &pieces))?;
        let lines: Vec<(String, Said)> = manifest
            .pieces
            .iter()
            .zip(&pieces)
            .map(|(p, c)| (p.folder.clone(), metadata::said(&year, c)))
            .collect();
        let manifest = Manifest {
            files: going.files,
            ..manifest
        };
        let looked = Looked {
            stage: Stage::Year,
            manifest: Some(manifest),
            seen: going.seen,
            metadata: going.metadata,
            sealed: going.sealed,
            catalogue: lines,
            ..Looked::default()
        };
        Ok(judge(
            &format!("{} 年{}归档前检测", wish.year, wish.said),
            &looked,
        ))
    }

    fn going<'a>(&'a self, job: &'a Job, zip: Option<ZipWriter<File>>) -> Going<'a> {
        Going {
            packer: self,
            job,
            zip,
            files: Vec::new(),
            seen: Vec::new(),
            metadata: Vec::new(),
            sealed: Vec::new(),
            since_asked: 0,
        }
    }
}

impl Going<'_> {
    /// All pieces and the catalogue; the manifest has no files yet.
    fn all(&mut self, year: &Year, (wish, pieces): (&Wish, &[&Card])) -> Result<Manifest> {
        let mut manifest = blank(year, wish, &self.packer.archive);
        let mut lines = Vec::new();
        let of = pieces.len() as u64;
        for (n, piece) in pieces.iter().enumerate() {
            let words = format!("正在处理 {}", piece.words.title);
            self.job.tell(&text::clip(&words, 60), n as u64, of)?;
            manifest.pieces.push(self.piece((year, wish), piece)?);
            lines.push(metadata::said(year, piece));
        }
        let (xml, xlsx) = metadata::catalogue(&manifest, &lines)?;
        self.put(CATALOGUE_XML, xml.as_bytes())?;
        self.put(CATALOGUE_XLSX, &xlsx)?;
        Ok(manifest)
    }

    fn piece(&mut self, (year, wish): (&Year, &Wish), piece: &Card) -> Result<PieceLine> {
        let (class, n, number) = match &piece.place {
            Some(p) => (p.class.clone(), p.n, p.text.clone()),
            None => (String::new(), 0, String::new()),
        };
        let folder = match number.as_str() {
            "" => format!("未编号-{}", piece.id),
            number => text::safe_file_name(number),
        };
        let at = format!("{PIECES}/{folder}");
        let cards = year.inside(piece);
        let (mut names, mut inside) = (Names::default(), Vec::new());
        let first = self.files.len();
        for (n, card) in cards.iter().enumerate() {
            let prefix = match cards.len() {
                1 => String::new(),
                _ => format!("{:02}{}-", n + 1, card.words.part.label()),
            };
            let found = self.card(card, (&at, &prefix, &mut names))?;
            inside.push((*card, found));
        }
        let xml = metadata::Piece {
            year,
            card: piece,
            inside: &inside,
            files: self.files.get(first..).unwrap_or_default(),
            organ: &wish.organ,
            zone: self.packer.zone,
        }
        .xml();
        self.put(&format!("{at}/{METADATA}"), xml.as_bytes())?;
        self.metadata.push((folder.clone(), metadata::read(&xml)));
        Ok(PieceLine {
            number,
            class,
            n,
            title: piece.words.printed_title(),
            folder,
            paper: inside.iter().all(|(_, i)| i.is_none()),
        })
    }

    fn card(
        &mut self,
        card: &Card,
        (at, prefix, names): (&str, &str, &mut Names),
    ) -> Result<Option<Inside>> {
        let Some(case) = card.case else {
            return Ok(None);
        };
        let packer = self.packer;
        let making = Making {
            archive: &packer.archive,
            fonts: &packer.fonts,
            zone: packer.zone,
        };
        let mut inside = making.inside(case, (prefix, names))?;
        for content in std::mem::take(&mut inside.files) {
            self.content(at, content, &card.words.title)?;
        }
        for (name, stamped) in &inside.stamps {
            let path = format!("{at}/{name}");
            let seen = self.seen.iter().rev().find(|s| s.path == path);
            let file = seen.map(|s| (s.digest, i64::try_from(s.size).unwrap_or(0)));
            let wrong = stamped.wrongs(file, &packer.known);
            self.sealed.push(SealedFile {
                path,
                wrong: wrong.iter().map(|w| w.says().to_owned()).collect(),
            });
        }
        Ok(Some(inside))
    }

    fn content(&mut self, at: &str, content: Content, title: &str) -> Result<()> {
        let path = format!("{at}/{}", content.name);
        let (shelf, digest, size) = match content.body {
            Body::Made(bytes) => return self.put(&path, &bytes),
            Body::Kept {
                shelf,
                digest,
                size,
            } => (shelf, digest, size),
        };
        let mut looker = Looker::default();
        if let Some(zip) = &mut self.zip {
            zip.open(&path)?;
        }
        let broken = match self.stream(&mut looker, (shelf, digest)) {
            Ok(()) => None,
            Err(why) if is_damage(&why) || matches!(why, Error::NotFound) => Some(why),
            Err(other) => return Err(other),
        };
        if let (Some(_), Some(_)) = (&broken, &self.zip) {
            return Err(Error::Busy(format!(
                "“{title}”的文件 {} 已经损坏或者不见了，数据包没有做。请先从备份恢复",
                content.name
            )));
        }
        let broken = broken.map(|_| "平台上存的内容已经损坏或者不见了".to_owned());
        let seen = looker.finish(&path, broken);
        self.files.push(FileLine {
            path,
            size,
            sm3: digest.hex(),
        });
        self.seen.push(seen);
        Ok(())
    }

    fn stream(
        &mut self,
        looker: &mut Looker,
        (shelf, digest): (crate::kit::ShelfNo, crate::kit::Digest),
    ) -> Result<()> {
        let mut blob = self.packer.archive.store.blob(shelf, digest)?;
        let told = self.job.progress();
        while let Some(chunk) = blob.next_chunk()? {
            self.job.tell(&told.words, told.done, told.of)?;
            looker.take(&chunk);
            self.write(&chunk)?;
        }
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let Some(zip) = &mut self.zip else {
            return Ok(());
        };
        self.since_asked += bytes.len() as u64;
        if self.since_asked > ASK_AGAIN {
            self.since_asked = 0;
            self.packer.archive.store.check_package_room(0)?;
        }
        zip.add(bytes)
    }

    /// A file made here.
    fn put(&mut self, path: &str, bytes: &[u8]) -> Result<()> {
        if let Some(zip) = &mut self.zip {
            zip.open(path)?;
        }
        self.write(bytes)?;
        let mut looker = Looker::default();
        looker.take(bytes);
        let seen = looker.finish(path, None);
        self.files.push(FileLine {
            path: path.to_owned(),
            size: seen.size,
            sm3: seen.digest.hex(),
        });
        self.seen.push(seen);
        Ok(())
    }
}

fn blank(year: &Year, wish: &Wish, archive: &Archive) -> Manifest {
    let mut left_out = Vec::new();
    let hidden = year.drawers.iter().filter(|d| d.hidden).count();
    if hidden > 0 {
        left_out.push(format!("{hidden} 个保密部门的件由本部门另行移交"));
    }
    let away = year.drawers.iter().filter(|d| !d.hidden && !d.is_read());
    let away = away.count();
    if away > 0 {
        left_out.push(format!("{away} 个部门的柜子已脱机保管，不在这台电脑上"));
    }
    Manifest {
        format: FORMAT.to_owned(),
        organ: wish.organ.clone(),
        fonds: year.settings.fonds.clone(),
        home: year.settings.home.clone(),
        year: wish.year,
        scope: wish.said.clone(),
        at: wish.at.0,
        by: archive.keeper.name.clone(),
        program: format!("砚台 Inkstone {}", crate::kit::version()),
        left_out,
        pieces: Vec::new(),
        files: Vec::new(),
    }
}

fn read_me(manifest: &Manifest) -> String {
    let mut all = format!(
        "{} {} 年文书档案数据包（{}），共 {} 件，全宗号 {}。\r\n\r\n\
         目录：“目录”文件夹里的归档文件目录，Excel 和 XML 各一份。\r\n\
         档案：“档案”文件夹里一件一个文件夹，用档号作名字；里面是版式文件（PDF、OFD）、正文、附件、处理单和元数据.xml。\r\n\
         清单.json 写着每个文件的大小和 SM3 摘要，签名.json 是移交单位用 SM2 对清单的签名，改动一个字节都查得出来。\r\n\
         不用任何专门软件就能看；要核对，请用：inkstone verify-package 这个文件 --public 移交单位的公钥文件\r\n",
        manifest.organ,
        manifest.year,
        manifest.scope,
        manifest.pieces.len(),
        manifest.fonds,
    );
    for line in &manifest.left_out {
        all.push_str(&format!("没有装进来的：{line}。\r\n"));
    }
    all
}
