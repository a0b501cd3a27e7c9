//! A carried-off volume that somebody copied into the volumes' folder instead of attaching it, and other files that
//! do not belong there: seen, said, offered for attaching after the same checks; never opened by themselves.

use super::year::{NO, Year, over, seal};
use crate::support::http::Http;
use crate::support::office::Office;
use crate::support::town::Folder;
use inkstone::store::VolumeState;
use inkstone::store::freeze::{Keep, peek_strays};
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

const HEALTH: &str = "/health";
const PRESS: &str = "/health/attach";

/// Sealed, carried off to a disk, and an office that serves.
struct Off {
    office: Office,
    admin: Http,
    /// Where it lies.
    path: PathBuf,
    _disk: Folder,
    case: inkstone::kit::Id,
}

fn off(name: &str) -> Off {
    let Year { town, case, .. } = over(name);
    town.register("incoming-handle", "今年的事").unwrap();
    seal(&town);
    let disk = Folder::new(&format!("{name}-disk"));
    fs::create_dir_all(&disk.0).unwrap();
    let stamp = town.stamp("苏简", "volume.carry");
    let to = (disk.0.as_path(), "备份甲");
    let path = town.store.carry_volume(NO, to, Keep::Card, stamp).unwrap();
    let office = Office::of(town);
    let mut admin = office.admin();
    let page = admin.get(HEALTH).text();
    assert!(
        page.contains("该在的柜子都在") && !page.contains(PRESS),
        "set-up: {page}"
    );
    Off {
        office,
        admin,
        path,
        _disk: disk,
        case,
    }
}

impl Off {
    fn there(&self, name: &str) -> PathBuf {
        self.office.town.folder.dir().volumes().join(name)
    }

    fn state(&self) -> VolumeState {
        self.office.town.store.volume(NO).unwrap().state
    }

    /// Presses the light's button; how it ended.
    fn press(&mut self) -> Result<String, String> {
        let pressed = self.admin.submit(HEALTH, PRESS, &[]);
        assert_eq!(pressed.status, 303, "{}", pressed.text());
        assert_eq!(pressed.header("location"), Some("/storage/volume/1"));
        let until = Instant::now() + Duration::from_secs(30);
        loop {
            let work = self.office.town.store.volume_work(NO);
            if let Some(ended) = work.and_then(|w| w.ended) {
                return ended;
            }
            assert!(Instant::now() < until);
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

#[test]
fn a_copy_put_into_the_folder_is_seen_and_attached_by_a_press() {
    // as it was called on the stick, and as it is called here
    for (n, name) in ["2026-0001.vol", "0001.vol"].into_iter().enumerate() {
        let mut off = off(&format!("stray-{n}"));
        let there = off.there(name);
        fs::copy(&off.path, &there).unwrap();
        let manifest = off.path.with_extension("manifest.json");
        fs::copy(manifest, there.with_extension("manifest.json")).unwrap();
        let page = off.admin.get(HEALTH).text();
        for words in [name, "带走的 0001 柜", "核对并挂接", "留意"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let peeked = peek_strays(&off.office.town.folder.dir()).unwrap();
        assert_eq!((peeked.len(), peeked[0].fits), (1, Some(NO)));
        // seen is not opened
        assert_eq!(off.state(), VolumeState::Detached);
        off.office.town.store.look_round();
        assert!(off.office.town.store.call_back().is_empty());
        assert!(off.office.town.open_case("宋小笺", off.case).is_err());

        let said = off.press().unwrap();
        assert!(said.contains("已经挂接"), "{said}");
        assert_eq!(off.state(), VolumeState::Frozen);
        assert!(off.office.town.open_case("宋小笺", off.case).is_ok());
        assert!(off.admin.get(HEALTH).text().contains("该在的柜子都在"));
        assert!(name == "0001.vol" || !there.exists(), "it has its name now");
        let here = off.there("0001.vol");
        assert_eq!(fs::read(here).unwrap(), fs::read(&off.path).unwrap());
        assert!(off.there("0001.manifest.json").exists());
        assert!(!off.there("2026-0001.manifest.json").exists());
        // pressed again there is nothing to do
        let tokens = off.admin.get(HEALTH).hidden("/health/check");
        let tokens: Vec<(&str, &str)> = tokens.iter().map(|(n, v)| (&**n, &**v)).collect();
        let again = off.admin.post(PRESS, &tokens);
        assert_eq!(again.header("location"), Some(HEALTH));
    }
}

#[test]
fn one_that_was_tampered_with_is_refused_and_left_as_it_is() {
    let mut off = off("stray-bad");
    let mut bytes = fs::read(&off.path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let there = off.there("2026-0001.vol");
    fs::write(&there, &bytes).unwrap();
    let why = off.press().unwrap_err();
    assert!(why.contains("和封存时的不一样"), "{why}");
    assert_eq!(off.state(), VolumeState::Detached);
    assert_eq!(fs::read(&there).unwrap(), bytes, "left as it was");
    assert!(!off.there("0001.vol").exists());
    assert!(off.admin.get(HEALTH).text().contains("2026-0001.vol"));
    // the good one from the disk is attached all the same
    let page = off.admin.get("/storage/volume/1");
    assert!(page.text().contains("没有办成"), "{}", page.text());
}

#[test]
fn what_does_not_belong_there_is_named_and_has_no_button() {
    let mut off = off("stray-other");
    let dir = off.office.town.folder.dir();
    off.office.town.store.checkpoint();
    let copy = off.there("0002 副本.vol");
    fs::copy(dir.volume(2), &copy).unwrap();
    let page = off.admin.get(HEALTH).text();
    assert!(
        page.contains("0002 副本.vol") && page.contains("没有封存过"),
        "{page}"
    );
    assert!(page.contains("移到别的文件夹") && !page.contains(PRESS));
    fs::remove_file(&copy).unwrap();
    fs::write(off.there("通知.vol"), "不是柜子".repeat(20)).unwrap();
    let page = off.admin.get(HEALTH).text();
    assert!(
        page.contains("通知.vol") && page.contains("不是砚台的柜子"),
        "{page}"
    );
    assert!(off.admin.get("/todo").status == 200);
    let logs = fs::read_dir(dir.volumes()).unwrap();
    let logs = logs.map(|e| e.unwrap().file_name().into_string().unwrap());
    let left: Vec<String> = logs
        .filter(|n| n.contains("副本") || n.starts_with("通知.vol-"))
        .collect();
    assert_eq!(left, Vec::<String>::new(), "looking leaves nothing behind");
}
