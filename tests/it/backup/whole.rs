//! The whole office out of the file and the key on paper, and nothing else; while people write; by a drill.

use super::office::{Backed, open, open_and_close, small_in, sound, tomorrow};
use crate::freeze::year::{NO, Year, bytes_of, over, reopened, seal};
use crate::support::files::{in_volumes, list};
use crate::support::town::{Folder, monday};
use inkstone::store::Stamp;
use inkstone::store::backup::{self, Progress};
use inkstone::store::verify::verify;
use std::sync::atomic::{AtomicBool, Ordering};

const CASES: &str = "SELECT id || title || coalesce(number, '') FROM cases ORDER BY id";

#[test]
fn an_empty_folder_becomes_the_office_with_file_and_key_alone() {
    let backed = Backed::new("whole");
    let file = backed.good();
    let Backed { town, place, key } = backed;
    let folder = town.stop();
    let before: Vec<String> = in_volumes(&folder, CASES);
    assert_eq!(before.len(), 5);
    // the old PC is gone, with all its keys
    drop(folder);

    let to = Folder::new("whole-to");
    let done = backup::whole(&file, &key, (&to.dir(), monday()), &Progress::default()).unwrap();
    assert_eq!((done.cases, done.files, done.missing), (5, 1, 0));
    assert!(
        !to.dir().hub().exists(),
        "nothing takes its place before all is laid out"
    );
    assert!(backup::adopt(&to.dir()).unwrap());
    assert!(!to.dir().restored().exists());
    let to = sound(to);
    assert_eq!(in_volumes::<String>(&to, CASES), before);
    let size = "SELECT sum(length(data)) FROM chunk";
    assert_eq!(list::<i64>(&to.dir().attach(1), size), [700_000]);

    // it goes on under the same recovery key, as the next generation
    let town = open(to, tomorrow());
    small_in(&town, 6);
    let made = backup::run(&town.store).unwrap();
    let next = made[0].outcome.as_ref().unwrap();
    let head = backup::look(&place.0).unwrap().1;
    assert_eq!(
        (head.key.number, head.generation),
        (key.number(), 2),
        "{next}"
    );
}

#[test]
fn the_old_pc_that_starts_again_is_told() {
    let backed = Backed::new("old-pc");
    let file = backed.good();
    let to = Folder::new("old-pc-to");
    backup::whole(
        &file,
        &backed.key,
        (&to.dir(), monday()),
        &Progress::default(),
    )
    .unwrap();
    backup::adopt(&to.dir()).unwrap();
    let new = open(to, tomorrow());
    assert!(backup::run(&new.store).unwrap()[0].outcome.is_ok());
    let kept = backed.ending(".inkbak").len();
    let said = backed.back_up().unwrap()[0].outcome.clone().unwrap_err();
    assert!(
        said.contains("另一台电脑") && said.contains("停用"),
        "{said}"
    );
    assert_eq!(backed.ending(".inkbak").len(), kept, "it wrote nothing");
    assert!(!backed.town.store.backups().superseded().is_empty());
    let alarms = backup::alarms(&backed.town.store);
    assert!(
        alarms.iter().any(|a| a.1.contains("另一台电脑")),
        "{alarms:?}"
    );
}

#[test]
fn a_backup_under_load_is_of_one_moment() {
    let backed = Backed::new("load");
    let over = AtomicBool::new(false);
    let (written, made) = std::thread::scope(|s| {
        let writer = s.spawn(|| {
            let mut n = 10;
            while !over.load(Ordering::Relaxed) {
                small_in(&backed.town, n);
                n += 1;
            }
            n - 10
        });
        let mut made = Vec::new();
        for _ in 0..3 {
            made.push(backed.good());
        }
        over.store(true, Ordering::Relaxed);
        (writer.join().unwrap(), made)
    });
    assert!(written > 3, "somebody wrote meanwhile: {written}");
    for file in made {
        let to = Folder::new("load-to");
        let done = backup::whole(
            &file,
            &backed.key,
            (&to.dir(), monday()),
            &Progress::default(),
        )
        .unwrap();
        assert!(done.cases >= 5);
        backup::adopt(&to.dir()).unwrap();
        sound(to);
    }
}

#[test]
fn a_drill_restores_verifies_and_keeps_its_record() {
    let backed = Backed::new("drill");
    assert!(
        backup::drill(&backed.town.store, &open_and_close).is_err(),
        "no backup yet"
    );
    backed.good();
    let drill = backup::drill(&backed.town.store, &open_and_close).unwrap();
    assert!(drill.good, "{}", drill.words);
    assert_eq!((drill.cases, drill.files), (5, 1));
    let stamp = Stamp::new("person:1", "backup.drill_seen", monday());
    backup::see_drill(&backed.town.store, drill.id, "苏简", stamp).unwrap();
    let kept = backup::find_drill(&backed.town.store, drill.id).unwrap();
    assert_eq!(kept.seen_by, "苏简");
    assert!(!backed.town.folder.dir().backup_work().exists());

    // a drill that finds something wrong says so
    let pack = backed.ending(".inkpack").remove(0);
    std::fs::remove_file(backed.folder().join(&pack)).unwrap();
    let drill = backup::drill(&backed.town.store, &open_and_close).unwrap();
    assert!(
        !drill.good && drill.words.contains(&pack),
        "{}",
        drill.words
    );
    let alarms = backup::alarms(&backed.town.store);
    assert!(
        alarms.iter().any(|a| a.1.contains("演练没有通过")),
        "{alarms:?}"
    );
    // and the next backup writes the pack again
    backed.good();
    assert!(
        backup::drill(&backed.town.store, &open_and_close)
            .unwrap()
            .good
    );
}

#[test]
fn one_file_holds_everything_and_one_volume_nothing_of_people() {
    let backed = Backed::new("one-file");
    let file = backed.place.0.join("alone.inkbak");
    assert!(backup::into_file(&backed.town.store, &file).unwrap() > 0);
    let elsewhere = Folder::new("stick");
    std::fs::create_dir_all(&elsewhere.0).unwrap();
    let moved = elsewhere.0.join("a.inkbak");
    std::fs::rename(&file, &moved).unwrap();
    let to = Folder::new("one-file-to");
    let done = backup::whole(
        &moved,
        &backed.key,
        (&to.dir(), monday()),
        &Progress::default(),
    );
    assert_eq!(done.unwrap().missing, 0);
    backup::adopt(&to.dir()).unwrap();
    sound(to);

    let volume = elsewhere.0.join("v.inkbak");
    backup::one_volume(&backed.town.store, 1, &volume).unwrap();
    let to = Folder::new("one-volume-to");
    let done = backup::whole(
        &volume,
        &backed.key,
        (&to.dir(), monday()),
        &Progress::default(),
    );
    assert!(done.unwrap_err().to_string().contains("只有一个柜"));
}

/// A sealed year lies beside the backups once, and comes out of them byte for byte as it was sealed.
#[test]
fn a_sealed_year_is_backed_up_once_and_restores_as_it_was() {
    let Year { town, case, digest } = over("backup-frozen");
    seal(&town);
    let sealed = std::fs::read(town.folder.dir().volume(NO)).unwrap();
    let place = Folder::new("frozen-place");
    std::fs::create_dir_all(&place.0).unwrap();
    let stamp = |what| Stamp::new("person:1", what, town.clock.now());
    let key = backup::make_key(&town.store, "苏简", stamp("backup.key")).unwrap();
    let path = place.0.to_str().unwrap();
    backup::add_place(&town.store, path, "苏简", stamp("backup.place")).unwrap();
    let backed = Backed { town, place, key };
    backed.good();
    let packs = || -> Vec<_> {
        let all = std::fs::read_dir(backed.folder())
            .unwrap()
            .map(Result::unwrap);
        let frozen = all.filter(|e| e.file_name().to_str().unwrap().starts_with("frozen-"));
        let when = |e: std::fs::DirEntry| (e.path(), e.metadata().unwrap().modified().unwrap());
        frozen.map(when).collect()
    };
    let first = packs();
    assert_eq!(first.len(), 1);
    let file = backed.good();
    assert_eq!(packs(), first, "written once");
    let to = Folder::new("frozen-to");
    let at = backed.town.clock.now();
    let done = backup::whole(&file, &backed.key, (&to.dir(), at), &Progress::default());
    assert_eq!(done.unwrap().missing, 0);
    assert!(backup::adopt(&to.dir()).unwrap());
    assert!(
        std::fs::read(to.dir().volume(NO)).unwrap() == sealed,
        "not one byte"
    );
    let town = reopened(to);
    assert!(town.open_case("宋小笺", case).is_ok());
    let blob = town.store.blob(case.shelf(), digest).unwrap();
    assert_eq!(blob.all(1 << 20).unwrap().unwrap(), bytes_of());
    let findings = verify(&town.stop().dir()).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
}
