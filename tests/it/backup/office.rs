//! A town with numbers, opinions and attachments, a place to back up to, and its recovery key.

use crate::support::small;
use crate::support::town::{Folder, Town, monday};
use inkstone::kit::recovery::RecoveryKey;
use inkstone::kit::{Clock, Id, Millis, Result};
use inkstone::store::backup::{self, Made};
use inkstone::store::verify::verify;
use inkstone::store::{DataDir, NewAttachment, Stamp};
use std::fs;
use std::path::PathBuf;

/// The town, its place and the key on its paper.
pub struct Backed {
    pub town: Town,
    pub place: Folder,
    pub key: RecoveryKey,
}

/// The day after: what is done then is not what was done before.
pub fn tomorrow() -> Clock {
    Clock::held(Millis(monday().0 + 24 * 3_600_000))
}

pub fn open(folder: Folder, clock: Clock) -> Town {
    let more = [small::of_department(), small::of_organ()];
    Town::open_with(folder, clock, &more)
}

impl Backed {
    pub fn new(name: &str) -> Self {
        let town = open(Folder::new(name), Clock::held(monday()));
        town.settle_people();
        let place = Folder::new("place");
        fs::create_dir_all(&place.0).unwrap();
        let stamp = |what| Stamp::new("person:1", what, monday());
        let key = backup::make_key(&town.store, "苏简", stamp("backup.key")).unwrap();
        let path = place.0.to_str().unwrap();
        backup::add_place(&town.store, path, "苏简", stamp("backup.place")).unwrap();
        let this = Self { town, place, key };
        for n in 0..4 {
            this.small(n);
        }
        this.attach(this.small(4), 700_000, 1);
        this
    }

    /// A case with a number: of the department's own where `n` is even, of the whole office where it is odd.
    pub fn small(&self, n: u32) -> Id {
        small_in(&self.town, n)
    }

    pub fn attach(&self, case: Id, size: u32, salt: u32) {
        let town = &self.town;
        let bytes: Vec<u8> = (0..size)
            .map(|i| (i.wrapping_mul(salt) % 253) as u8)
            .collect();
        let mut upload = town.store.upload(case.shelf()).unwrap();
        upload.push(&bytes).unwrap();
        let (digest, size) = upload.finish().unwrap();
        let file = NewAttachment {
            owner: case,
            field: "attachments".into(),
            name: format!("附件{salt}.bin"),
            size,
            digest,
            kind: "application/octet-stream".into(),
            person: town.person("宋小笺"),
            person_name: "宋小笺".into(),
        };
        let stamp = town.stamp("宋小笺", "case.attach");
        let write = move |w: &mut inkstone::store::Write<'_>| {
            let id = w.attach(&file)?;
            w.emit("case.attached", Some(file.owner), &id)
        };
        town.store.write(case.shelf(), stamp, write).unwrap();
    }

    pub fn back_up(&self) -> Result<Vec<Made>> {
        self.town.clock.advance(3_600_000);
        backup::run(&self.town.store)
    }

    /// Backs up, and gives the file.
    pub fn good(&self) -> PathBuf {
        let made = self.back_up().unwrap();
        let file = made[0].outcome.as_ref().unwrap();
        let path = self.folder().join(file);
        assert!(path.exists());
        path
    }

    /// The office's own folder at the place.
    pub fn folder(&self) -> PathBuf {
        let all = fs::read_dir(&self.place.0).unwrap();
        all.map(|e| e.unwrap().path()).find(|p| p.is_dir()).unwrap()
    }

    /// Names at the place that end so.
    pub fn ending(&self, tail: &str) -> Vec<String> {
        let all = fs::read_dir(self.folder()).unwrap();
        let names = all.map(|e| e.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.filter(|n| n.ends_with(tail)).collect();
        names.sort();
        names
    }
}

pub fn small_in(town: &Town, n: u32) -> Id {
    town.clock.advance(60_000);
    let (kind, who) = match n % 2 {
        0 => ("department-note", "雷有备"),
        _ => ("organ-note", "田丰收"),
    };
    let op = format!("small-{}", town.clock.now().0);
    let title = format!("小事{n}");
    town.start(who, (kind, &title), &[], &op).unwrap().case
}

/// Opens the folder as a start does, and verifies it.
pub fn sound(folder: Folder) -> Folder {
    let town = open(folder, Clock::held(monday()));
    assert!(town.store.drain(std::time::Duration::from_secs(20)));
    let folder = town.stop();
    let findings = verify(&folder.dir()).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
    folder
}

/// The same for a drill.
pub fn open_and_close(dir: &DataDir) -> Result<()> {
    let folder = Folder(dir.root().to_owned());
    let town = open(folder, Clock::held(monday()));
    assert!(town.store.drain(std::time::Duration::from_secs(20)));
    // the drill's own folder goes with the drill
    std::mem::forget(town.stop());
    Ok(())
}
