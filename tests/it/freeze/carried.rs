//! A sealed year goes to another disk and comes back: copied and read back, only its card stays, the lists
//! stay right, and what is not the same file is refused with its damage named.

use super::sound;
use super::year::{NO, bytes_of, over, reopened, seal};
use crate::support::files::{Bare, list};
use crate::support::town::{Folder, Town};
use inkstone::kit::Error;
use inkstone::store::freeze::Keep;
use inkstone::store::verify::verify;
use inkstone::store::{Standing, VolumeState};
use std::fs;
use std::path::PathBuf;

fn carry(town: &Town, to: &Folder, keep: Keep) -> PathBuf {
    fs::create_dir_all(&to.0).unwrap();
    let stamp = town.stamp("苏简", "volume.carry");
    let to = (to.0.as_path(), "备份甲");
    town.store.carry_volume(NO, to, keep, stamp).unwrap()
}

/// What the lists say, without what only a full volume says.
fn lists(town: &Town) -> Vec<String> {
    assert!(town.store.drain(std::time::Duration::from_secs(10)));
    let index = town.folder.dir().index();
    let mut all = Vec::new();
    for table in ["case_list", "case_access", "hand", "todo", "known"] {
        let columns = list::<String>(
            &index,
            &format!("SELECT group_concat(quote(name), ', ') FROM pragma_table_info('{table}')"),
        )
        .remove(0)
        .replace('\'', "\"");
        let rows = format!("SELECT concat_ws('|', '{table}', {columns}) FROM {table} ORDER BY 1");
        all.extend(list::<String>(&index, &rows));
    }
    all
}

#[test]
fn a_copy_is_taken_along_and_the_volume_stays() {
    let year = over("copy");
    seal(&year.town);
    let disk = Folder::new("copy-disk");
    let path = carry(&year.town, &disk, Keep::Here);
    assert_eq!(path.file_name().unwrap(), "2026-0001.vol");
    assert!(disk.0.join("2026-0001.manifest.json").exists());
    assert!(year.town.open_case("宋小笺", year.case).is_ok());
    // once more: the same file is there, and counts
    assert_eq!(carry(&year.town, &disk, Keep::Here), path);
    fs::remove_file(&path).unwrap();
    fs::write(&path, b"something else").unwrap();
    let stamp = year.town.stamp("苏简", "volume.carry");
    let again = year
        .town
        .store
        .carry_volume(NO, (disk.0.as_path(), ""), Keep::Card, stamp);
    assert!(matches!(again, Err(Error::Invalid(_))));
    assert_eq!(fs::read(&path).unwrap(), b"something else", "left alone");
    assert_eq!(
        year.town.store.volume(NO).unwrap().state,
        VolumeState::Frozen
    );
}

#[test]
fn carried_off_its_titles_stay_and_it_comes_back() {
    let year = over("off");
    let (case, digest) = (year.case, year.digest);
    seal(&year.town);
    let before = lists(&year.town);
    assert!(before.len() > 6, "{before:?}");
    let disk = Folder::new("off-disk");
    let path = carry(&year.town, &disk, Keep::Card);
    let town = year.town;
    let dir = town.folder.dir();
    assert!(!dir.volume(NO).exists() && dir.card(NO).exists());
    assert_eq!(town.store.volume(NO).unwrap().state, VolumeState::Detached);
    let away = |town: &Town| match town.open_case("宋小笺", case) {
        Err(Error::Busy(words)) => words,
        other => panic!("{:?}", other.map(|_| ())),
    };
    assert!(away(&town).contains("存在“备份甲”上"), "{}", away(&town));
    // no words of opinions, no contents in what stayed
    let words = "SELECT count(*) FROM opinion WHERE text <> ''";
    assert_eq!(list::<i64>(&dir.card(NO), words), [0]);
    assert_eq!(
        list::<i64>(&dir.card(NO), "SELECT count(*) FROM attachment"),
        [0]
    );
    let rows = list::<i64>(&dir.card(NO), "SELECT count(*) FROM opinion");
    assert!(rows[0] > 0, "who wrote stays");

    // the lists are the same, made before and made from the card
    assert_eq!(lists(&town), before);
    town.store.rebuild_index().unwrap();
    assert_eq!(lists(&town), before);
    let folder = town.stop();
    sound(&folder);
    fs::remove_file(folder.dir().index()).unwrap();
    let town = reopened(folder);
    assert_eq!(lists(&town), before);
    assert!(matches!(
        town.store.standing(case.shelf()),
        Standing::Away(_)
    ));
    let _ = away(&town);

    // a file that is not the same is refused, and the damage named
    let spoilt = disk.0.join("spoilt.vol");
    fs::copy(&path, &spoilt).unwrap();
    let writable = fs::OpenOptions::new().write(true).open(&spoilt).is_ok();
    assert!(writable, "a copy may be written");
    Bare::open(&spoilt)
        .one("UPDATE opinion SET text = '不同意。' WHERE id = (SELECT min(id) FROM opinion)");
    let try_it = |path: &PathBuf| {
        let stamp = town.stamp("苏简", "volume.attach");
        town.store.attach_volume(path, stamp)
    };
    let why = try_it(&spoilt).unwrap_err().to_string();
    assert!(why.contains("意见：第"), "{why}");
    assert_eq!(town.store.volume(NO).unwrap().state, VolumeState::Detached);

    // the right one comes back without anything being listed again
    let version = town.store.lists_version();
    try_it(&path).unwrap();
    assert!(town.store.drain(std::time::Duration::from_secs(10)));
    assert_eq!(
        town.store.lists_version(),
        version,
        "nothing was listed anew"
    );
    assert!(town.open_case("宋小笺", case).is_ok());
    let blob = town.store.blob(case.shelf(), digest).unwrap();
    assert_eq!(blob.all(1 << 20).unwrap().unwrap(), bytes_of());
    assert!(try_it(&path).is_err(), "it is here already");
    let folder = town.stop();
    assert!(!folder.dir().card(NO).exists());
    sound(&folder);
}

/// Each claim about sealed volumes is broken by exactly this.
#[test]
fn verification_names_what_became_of_sealed_volumes() {
    let year = over("claims");
    seal(&year.town);
    let folder = year.town.stop();
    let vol = folder.dir().volume(NO);
    let whole = fs::read(&vol).unwrap();
    let claims = |folder: &Folder| -> Vec<&str> {
        let found = verify(&folder.dir()).unwrap();
        found.iter().map(|f| f.claim).collect()
    };
    assert!(claims(&folder).is_empty());
    let mut changed = whole.clone();
    // a byte of the header that means nothing to SQLite: which program wrote last
    changed[96] ^= 1;
    fs::remove_file(&vol).unwrap();
    fs::write(&vol, &changed).unwrap();
    assert_eq!(claims(&folder), ["sealed-same"]);
    fs::write(&vol, &whole).unwrap();

    let town = reopened(folder);
    let disk = Folder::new("claims-disk");
    carry(&town, &disk, Keep::Card);
    let folder = town.stop();
    assert!(claims(&folder).is_empty());
    let card = folder.dir().card(NO);
    let kept = fs::read(&card).unwrap();
    fs::remove_file(&card).unwrap();
    fs::write(&card, &kept).unwrap();
    Bare::open(&card).one("UPDATE meta SET v = 'f00d' WHERE k = 'epoch'");
    assert_eq!(claims(&folder), ["card-kept"]);
    fs::remove_file(&card).unwrap();
    assert!(claims(&folder).contains(&"card-kept"));
}
