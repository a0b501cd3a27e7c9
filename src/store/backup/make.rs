//! Making backups: copies of one moment, sealed at every place, opened again and counted, then the older ones that are
//! no longer wanted go. A place that fails keeps no other place from its backup.
//! Invariant: an older backup is deleted only after a newer one at the same place was found good.

use super::book::{self, Kept, Packed, Place, Seat, Standing};
use super::desk::Progress;
use super::keys::{Held, Ring};
use super::manifest::{self, Beside, MANIFEST, Manifest, Part};
use super::place::{self, unreachable};
use super::snapshot::{self, Copied, fresh};
use super::{check, keep, pack, strays};
use crate::kit::sealed::{Head, SealKey, Sealer};
use crate::kit::{Error, Millis, Result, Zone, version};
use crate::store::Store;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{BufWriter, Read as _, Write as _};
use std::path::Path;

/// What came of one place.
#[derive(Debug, Clone)]
pub struct Made {
    /// Its folder.
    pub place: String,
    /// The file, or why there is none.
    pub outcome: std::result::Result<String, String>,
}

/// Seals files for one run.
pub(super) struct Maker {
    pub seat: Seat,
    held: Held,
    pub at: Millis,
}

impl Maker {
    pub(super) fn key(&self) -> SealKey {
        SealKey(self.held.key)
    }

    /// Writes a sealed file of this kind; `fill` writes its parts.
    pub(super) fn seal(
        &self,
        folder: &Path,
        name: &str,
        kind: &str,
        fill: impl FnOnce(&mut Sealer<BufWriter<File>>) -> Result<()>,
    ) -> Result<Beside> {
        let mut salt = [0; 32];
        getrandom::fill(&mut salt).map_err(Error::fault)?;
        let head = Head {
            kind: kind.into(),
            office: self.seat.office.clone(),
            name: self.seat.name.clone(),
            program: version().into(),
            at: self.at.0,
            generation: self.seat.generation,
            key: self.held.wrapped.clone(),
            salt: salt.to_vec(),
        };
        let (bytes, digest) = pack::put(folder, name, |out| {
            let mut sealer =
                Sealer::begin(out, &head, &self.key()).map_err(|e| unreachable(folder, &e))?;
            let filled = fill(&mut sealer);
            Ok((sealer, filled))
        })?;
        Ok(Beside {
            name: name.into(),
            bytes,
            digest: digest.0,
            key: self.held.wrapped.number.clone(),
        })
    }
}

/// What one run works with.
pub(super) struct Run<'s> {
    pub store: &'s Store,
    pub maker: Maker,
    pub ring: Ring,
    zone: Zone,
    copies: Vec<Copied>,
    away: Vec<i64>,
    pub progress: &'s Progress,
}

/// A backup at every place. `Conflict` where one goes on, where there is no key or no place.
pub fn run(store: &Store) -> Result<Vec<Made>> {
    let places = book::places(store)?;
    if places.is_empty() {
        let why = "还没有备份位置。请先加一个：另一块盘、U 盘，或者另一台电脑的共享文件夹";
        return Err(Error::Conflict(why.into()));
    }
    let desk = store.backups();
    let going = desk.begin()?;
    let work = store.inner.catalogue.dir().backup_work();
    let run = prepare(store, &going.progress, &work)?;
    desk.found_on_own_disk(place::all_beside(&places, store.root()));
    let mut all = Vec::new();
    for place in &places {
        let done = run.at_place(place, &work);
        let words = done.as_ref().err().map(ToString::to_string);
        let cancelled = matches!(done, Err(Error::Conflict(_)));
        if !cancelled {
            book::trouble(
                store,
                place.id,
                words.as_deref().unwrap_or_default(),
                run.maker.at,
            )?;
        }
        all.push(Made {
            place: place.path.clone(),
            outcome: done.map_err(|e| e.to_string()),
        });
        if cancelled {
            break;
        }
    }
    let _ = fs::remove_dir_all(&work);
    Ok(all)
}

fn prepare<'s>(store: &'s Store, progress: &'s Progress, work: &Path) -> Result<Run<'s>> {
    let catalogue = &store.inner.catalogue;
    let ring = Ring::read(catalogue.dir())?;
    let maker = Maker {
        seat: book::seat(store)?,
        held: ring.present()?.clone(),
        at: store.clock().now(),
    };
    fresh(work)?;
    let copies = snapshot::take(catalogue, work, progress)?;
    let here: Vec<i64> = copies.iter().map(|c| c.no).collect();
    let all = store.volumes()?;
    Ok(Run {
        zone: crate::store::kept_zone(catalogue.dir())?,
        away: all
            .iter()
            .map(|v| v.no)
            .filter(|n| !here.contains(n))
            .collect(),
        store,
        maker,
        ring,
        copies,
        progress,
    })
}

impl Run<'_> {
    fn at_place(&self, place: &Place, work: &Path) -> Result<String> {
        let began = std::time::Instant::now();
        let folder = place::folder(&place.path, &self.maker.seat.office);
        self.enter(place, &folder)?;
        strays::take_in(self, place, &folder, work)?;
        let beside = self.beside(place, &folder)?;
        let t = self.maker.at;
        let day = self.zone.day(t).to_string().replace('-', "");
        let clock = self.zone.stamp(t);
        let clock = clock
            .rsplit(' ')
            .next()
            .unwrap_or_default()
            .replace(':', "");
        // a backup broken off after its file was whole may have taken this second's name
        let names = (1..).map(|n| match n {
            1 => format!("{day}-{clock}.inkbak"),
            n => format!("{day}-{clock}-{n}.inkbak"),
        });
        let mut free = names.filter(|name| !folder.join(name).exists());
        let name = free.next().unwrap_or_default();
        self.progress.say(format!("正在加密写到 {}", place.path));
        self.progress.expect(
            self.copies
                .iter()
                .filter(|c| !c.frozen)
                .map(|c| c.size)
                .sum(),
        );
        let mut written = None;
        let sealed = self.maker.seal(&folder, &name, "backup", |sealer| {
            written = Some(self.fill(sealer, &beside, None)?);
            Ok(())
        })?;
        let manifest = written.ok_or_else(|| Error::fault("a backup without a manifest"))?;
        self.progress
            .say(format!("正在核对 {} 里的备份", place.path));
        let checked = check::check(
            &folder,
            &sealed,
            &self.ring,
            (&manifest, work),
            self.progress,
        );
        let cancelled = matches!(checked, Err(Error::Conflict(_)));
        if cancelled {
            let _ = fs::remove_file(folder.join(&name));
        }
        if let Err(e) = checked {
            if !cancelled {
                self.keep(
                    place,
                    &sealed,
                    &manifest,
                    (Standing::Bad, &e.to_string(), began),
                )?;
            }
            return Err(e);
        }
        self.keep(place, &sealed, &manifest, (Standing::Good, "", began))?;
        self.sweep(place, &folder, &name)?;
        Ok(name)
    }

    /// Sees that the place is the one that was added and still this server's; marks it.
    fn enter(&self, place: &Place, folder: &Path) -> Result<()> {
        let root = Path::new(&place.path);
        if !root.is_dir() {
            return Err(unreachable(root, &std::io::ErrorKind::NotFound.into()));
        }
        let seat = &self.maker.seat;
        let Some(marker) = place::read_marker(folder)? else {
            return Err(Error::Busy(format!(
                "{} 里找不到本单位的备份，可能插的不是原来那块盘。请插上原来的盘；要用这块新的，请先移除这个位置再加一次",
                place.path
            )));
        };
        super::alarm::ours(&marker, seat, self.zone).inspect_err(|e| {
            self.store.backups().supersede(e.to_string());
        })?;
        place::sweep_parts(folder)?;
        let marker = seat.marker(self.maker.at);
        place::write_marker(folder, &marker)
    }

    /// What lies beside the backup: packs with every attachment, every frozen volume. What is missing is written.
    fn beside(&self, place: &Place, folder: &Path) -> Result<Around> {
        let mut known: BTreeMap<String, Packed> = BTreeMap::new();
        for pack in book::packs(self.store, place.id)? {
            let size = fs::metadata(folder.join(&pack.beside.name)).map(|m| m.len());
            if size.is_ok_and(|n| n == pack.beside.bytes)
                && self.ring.find(&pack.beside.key).is_some()
            {
                known.insert(pack.beside.name.clone(), pack);
            } else {
                // gone or cut: what was in it is written again
                book::drop_pack(self.store, place.id, &pack.beside.name)?;
            }
        }
        let have: BTreeSet<[u8; 32]> = known.values().flat_map(|p| p.digests.clone()).collect();
        let needed = pack::needed_by(&self.copies)?;
        let lacking: Vec<[u8; 32]> = needed.difference(&have).copied().collect();
        let blobs = pack::Blobs::open(&self.store.inner.catalogue)?;
        self.progress.say(format!(
            "正在写 {} 个新附件到 {}",
            lacking.len(),
            place.path
        ));
        let mut add = |pack: Packed| {
            book::insert_pack(self.store, place.id, &pack)?;
            known.insert(pack.beside.name.clone(), pack);
            Ok(())
        };
        let missing = pack::write(
            &self.maker,
            folder,
            (&lacking, &blobs),
            self.progress,
            &mut add,
        )?;
        let mut frozen = BTreeMap::new();
        for copy in self.copies.iter().filter(|c| c.frozen) {
            let name = pack::frozen_name(copy);
            if !known.contains_key(&name) {
                self.progress
                    .say(format!("正在备份封存的 {:04} 柜，只备这一次", copy.no));
                let pack = pack::freeze(&self.maker, folder, copy)?;
                book::insert_pack(self.store, place.id, &pack)?;
                known.insert(name.clone(), pack);
            }
            if let Some(pack) = known.get(&name) {
                frozen.insert(copy.no, pack.beside.clone());
            }
        }
        let packs = known
            .into_values()
            .filter(|p| p.digests.iter().any(|d| needed.contains(d)));
        Ok(Around {
            packs: packs.map(|p| p.beside).collect(),
            frozen,
            missing,
        })
    }

    /// Writes hub and volumes, then, where they are to lie inside, frozen volumes and attachments, then the manifest.
    fn fill(
        &self,
        sealer: &mut Sealer<BufWriter<File>>,
        beside: &Around,
        inside: Option<&pack::Blobs>,
    ) -> Result<Manifest> {
        let mut manifest = self.manifest(beside);
        for copy in &self.copies {
            if copy.frozen && inside.is_none() {
                continue;
            }
            let name = if copy.no == 0 {
                manifest::HUB.to_owned()
            } else {
                manifest::volume(copy.no)
            };
            manifest::begin(sealer, &name, copy.size)?;
            let mut file = File::open(&copy.path)?;
            let mut piece = vec![0; 1 << 20];
            loop {
                let n = file.read(&mut piece)?;
                if n == 0 {
                    break;
                }
                sealer
                    .write_all(piece.get(..n).unwrap_or_default())
                    .map_err(|e| unreachable(Path::new("备份位置"), &e))?;
                self.progress.more(n as u64)?;
            }
        }
        if let Some(blobs) = inside {
            for digest in pack::needed_by(&self.copies)? {
                match blobs.find(&digest)? {
                    Some(blob) => blob.write(&digest, sealer)?,
                    None => manifest.missing += 1,
                }
            }
        }
        let text = serde_json::to_vec(&manifest)?;
        manifest::begin(sealer, MANIFEST, text.len() as u64)
            .and_then(|()| sealer.write_all(&text))
            .map_err(|e| unreachable(Path::new("备份位置"), &e))?;
        Ok(manifest)
    }

    fn manifest(&self, beside: &Around) -> Manifest {
        let part = |c: &Copied| Part {
            no: c.no,
            uuid: c.uuid.clone(),
            epoch: c.epoch.clone(),
            seq: c.seq,
            chain: c.chain.clone(),
            size: c.size,
            digest: c.digest,
            rows: c.rows.clone(),
            frozen: beside.frozen.get(&c.no).cloned(),
        };
        let rows = |volumes: bool, table: &str| {
            let of = self.copies.iter().filter(|c| (c.no > 0) == volumes);
            of.filter_map(|c| c.rows.get(table)).sum()
        };
        let schema = |hub: bool| {
            let of = self.copies.iter().filter(|c| (c.no == 0) == hub);
            of.map(|c| c.schema).max().unwrap_or(0)
        };
        Manifest {
            office: self.maker.seat.office.clone(),
            at: self.maker.at.0,
            program: version().into(),
            schema: (schema(true), schema(false)),
            generation: self.maker.seat.generation,
            hub: self.copies.iter().find(|c| c.no == 0).map(part),
            volumes: self.copies.iter().filter(|c| c.no > 0).map(part).collect(),
            away: self.away.clone(),
            packs: beside.packs.clone(),
            keys: self.ring.all(),
            machine: manifest::machine(self.store, self.copies.iter().any(|c| c.no == 0)),
            missing: beside.missing,
            cases: rows(true, "cases"),
            files: rows(true, "attachment"),
            people: rows(false, "person"),
        }
    }

    pub(super) fn keep(
        &self,
        place: &Place,
        sealed: &Beside,
        m: &Manifest,
        (standing, words, began): (Standing, &str, std::time::Instant),
    ) -> Result<()> {
        let frozen = m.volumes.iter().filter_map(|v| v.frozen.as_ref());
        let needs = m.packs.iter().chain(frozen).map(|b| b.name.clone());
        let kept = Kept {
            id: 0,
            place: place.id,
            file: sealed.name.clone(),
            made_at: Millis(m.at),
            standing,
            words: words.to_owned(),
            key: sealed.key.clone(),
            bytes: sealed.bytes,
            seconds: i64::try_from(began.elapsed().as_secs()).unwrap_or(0),
            cases: m.cases,
            files: m.files,
            people: m.people,
            needs: needs.collect(),
        };
        book::insert(self.store, kept)
    }

    /// Older ones that are no longer wanted go, then packs that none of those left needs.
    /// The one just made stays even where the PC's clock went back. A good row is never without its file.
    fn sweep(&self, place: &Place, folder: &Path, made: &str) -> Result<()> {
        let all = book::list(self.store, Some(place.id), 10_000)?;
        let (good, bad): (Vec<Kept>, Vec<Kept>) =
            all.into_iter().partition(|k| k.standing == Standing::Good);
        let times: Vec<Millis> = good.iter().map(|k| k.made_at).collect();
        let stays = keep::keep(&times, self.zone);
        let (mut left, mut gone) = (Vec::new(), bad);
        for (kept, stay) in good.into_iter().zip(stays) {
            if stay || kept.file == made {
                left.push(kept);
            } else {
                gone.push(kept);
            }
        }
        for kept in gone {
            book::drop_row(self.store, kept.id)?;
            remove(&folder.join(&kept.file))?;
        }
        let needed: BTreeSet<&String> = left.iter().flat_map(|k| &k.needs).collect();
        for pack in book::packs(self.store, place.id)? {
            if !needed.contains(&pack.beside.name) {
                remove(&folder.join(&pack.beside.name))?;
                book::drop_pack(self.store, place.id, &pack.beside.name)?;
            }
        }
        Ok(())
    }
}

struct Around {
    packs: Vec<Beside>,
    frozen: BTreeMap<i64, Beside>,
    missing: u64,
}

pub(super) fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(unreachable(path, &e)),
        _ => Ok(()),
    }
}

/// The whole office in one file, attachments included, checked; gives how many bytes it has.
pub fn into_file(store: &Store, to: &Path) -> Result<u64> {
    alone(store, to, |_| true)
}

/// One volume in one file, for whoever runs it: no people, no rights, no other department's papers.
pub fn one_volume(store: &Store, no: i64, to: &Path) -> Result<u64> {
    store.inner.catalogue.volume(no)?;
    alone(store, to, |copy| copy.no == no)
}

fn alone(store: &Store, to: &Path, wanted: impl Fn(&Copied) -> bool) -> Result<u64> {
    let desk = store.backups();
    let going = desk.begin()?;
    let work = store.inner.catalogue.dir().backup_work();
    let mut run = prepare(store, &going.progress, &work)?;
    run.copies.retain(wanted);
    for copy in run.copies.iter_mut().filter(|c| c.frozen) {
        copy.digest = snapshot::digest(&copy.path)?;
    }
    let (folder, name) = match (to.parent(), to.file_name().and_then(|n| n.to_str())) {
        (Some(folder), Some(name)) => (folder, name),
        _ => return Err(Error::invalid("to", "请写备份文件的完整路径")),
    };
    let nothing = Around {
        packs: Vec::new(),
        frozen: BTreeMap::new(),
        missing: 0,
    };
    let blobs = pack::Blobs::open(&store.inner.catalogue)?;
    going
        .progress
        .expect(run.copies.iter().map(|c| c.size).sum());
    let mut written = None;
    let sealed = run.maker.seal(folder, name, "backup", |sealer| {
        written = Some(run.fill(sealer, &nothing, Some(&blobs))?);
        Ok(())
    })?;
    let manifest = written.ok_or_else(|| Error::fault("a backup without a manifest"))?;
    check::check(
        folder,
        &sealed,
        &run.ring,
        (&manifest, &work),
        &going.progress,
    )?;
    let _ = fs::remove_dir_all(&work);
    Ok(sealed.bytes)
}
