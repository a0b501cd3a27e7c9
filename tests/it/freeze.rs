//! A year is closed for good: what stands in the way, the steps cut off between any two, and what the file
//! is afterwards. The rest: `carried` (to another disk and back), `elsewhere` (without its office, beside
//! another, from a disk that cannot be written), `older` (schemas of before), `pages` (as people do it).

mod carried;
mod elsewhere;
mod hostile;
mod nights;
mod older;
mod onward;
mod pages;
mod stray;
pub mod year;

use crate::support::files::{Bare, Image, list};
use crate::support::town::{Folder, says};
use inkstone::engine::definition::MoveId;
use inkstone::kit::Error;
use inkstone::store::freeze::{Drafts, SealingState, Step, Wish};
use inkstone::store::verify::verify;
use inkstone::store::{Standing, VolumeState};
use std::collections::BTreeSet;
use year::{NO, bytes_of, over, reopened, seal, wish};

/// All the claims about the files hold.
fn sound(folder: &Folder) {
    let findings = verify(&folder.dir()).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
}

fn names_in(folder: &Folder) -> BTreeSet<String> {
    let all = std::fs::read_dir(folder.dir().volumes()).unwrap();
    all.map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[test]
fn a_sealed_year_is_one_file_that_is_only_read() {
    let year = over("seal");
    let (case, digest) = (year.case, year.digest);
    assert!(year.town.folder.dir().attach(NO).exists(), "set-up");
    seal(&year.town);
    let store = &year.town.store;
    let manifest = store.sealing(NO).unwrap().unwrap().manifest.unwrap();
    assert_eq!(store.volume(NO).unwrap().state, VolumeState::Frozen);
    assert_eq!(store.standing(case.shelf()), Standing::Sealed);
    assert_eq!((manifest.year, manifest.cases()), (2026, 3));
    assert_eq!(manifest.departments.len(), 2, "{manifest:?}");

    // reading goes on
    let view = year.town.open_case("宋小笺", case).unwrap();
    assert!(view.offers.is_empty() && !view.case.acts.is_empty());
    let blob = store.blob(case.shelf(), digest).unwrap();
    assert_eq!(blob.all(1 << 20).unwrap().unwrap(), bytes_of());

    // writing says why not
    let stamp = year.town.stamp("宋小笺", "case.test");
    let tried = store.write(case.shelf(), stamp, |w| {
        w.quiet("test");
        Ok(())
    });
    assert!(matches!(tried, Err(Error::Denied(why)) if why.contains("封存")));
    let late = year.town.act("宋小笺", case, MoveId::LateReader, says(""));
    assert!(late.is_err());
    // a page of a year that is sealed notes nothing: there is no task left to be seen
    assert!(view.task.is_none());
    // the next year's go on beside it
    year.town
        .register("incoming-handle", "关于春耕的通知")
        .unwrap();

    let folder = year.town.stop();
    let before = std::fs::read(folder.dir().volume(NO)).unwrap();
    assert!(
        !names_in(&folder).contains("0001.att"),
        "{:?}",
        names_in(&folder)
    );
    assert!(!names_in(&folder).contains("0001.vol-wal"));
    let rights = std::fs::metadata(folder.dir().volume(NO)).unwrap();
    assert!(rights.permissions().readonly());
    sound(&folder);
    let town = reopened(folder);
    assert!(town.open_case("宋小笺", case).is_ok());
    town.store.rebuild_index().unwrap();
    let folder = town.stop();
    sound(&folder);
    assert_eq!(
        std::fs::read(folder.dir().volume(NO)).unwrap(),
        before,
        "not one byte"
    );
}

/// Dropped without a checkpoint after each step, opened again, and taken to the end.
#[test]
fn cut_off_between_any_two_steps_it_is_taken_to_its_end() {
    let year = over("cut");
    let (case, digest) = (year.case, year.digest);
    let image = Image::of(&year.town.stop());
    for step in Step::ALL {
        let town = reopened(image.copy("cut"));
        let store = town.store.clone();
        store
            .ask_seal(NO, &wish(&town), town.stamp("苏简", "volume.seal"))
            .unwrap();
        store.seal_to(NO, step).unwrap();
        drop(store);
        let town = town.restart();
        let left = town.store.unfinished_seals().unwrap();
        assert_eq!(left.is_empty(), step == Step::Finish, "{step:?}");
        for no in left {
            town.store.seal(no).unwrap();
        }
        assert_eq!(town.store.volume(NO).unwrap().state, VolumeState::Frozen);
        assert!(town.open_case("宋小笺", case).is_ok(), "{step:?}");
        let blob = town.store.blob(case.shelf(), digest).unwrap();
        assert_eq!(blob.all(1 << 20).unwrap().unwrap(), bytes_of(), "{step:?}");
        let folder = town.stop();
        assert!(!folder.dir().attach(NO).exists(), "{step:?}");
        sound(&folder);
    }
}

#[test]
fn what_stands_in_the_way_is_said() {
    let year = over("way");
    let town = &year.town;
    let ask = |wish: &Wish| {
        let stamp = town.stamp("苏简", "volume.seal");
        match town.store.ask_seal(NO, wish, stamp) {
            Err(Error::Conflict(why)) => why,
            other => panic!("{other:?}"),
        }
    };
    let early = Wish {
        present: 2026,
        ..wish(town)
    };
    assert!(ask(&early).contains("还没有过完"));
    let at = town.clock.now();
    town.clock.advance(-330 * 86_400_000);
    let open = town
        .register("incoming-handle", "关于没有办完的事的通知")
        .unwrap()
        .case;
    town.clock.advance(at.0 - town.clock.now().0);
    assert!(ask(&wish(town)).contains("1 件没有办完"));
    let closing = town.store.closing(NO).unwrap();
    assert_eq!(closing.open[0].case, open);
    assert!(closing.open[0].holders.contains("宋小笺"), "{closing:?}");
    // nothing was closed by asking
    assert_eq!(town.store.standing(open.shelf()), Standing::Open);
    let void = inkstone::engine::offer::Input {
        note: "登错了".into(),
        ..Default::default()
    };
    town.act("宋小笺", open, MoveId::Void, void).unwrap();
    year::draft(town, year.case.shelf());
    assert!(ask(&wish(town)).contains("1 份没有送出的草稿"));
    let drop = Wish {
        drafts: Drafts::Drop,
        ..wish(town)
    };
    let stamp = town.stamp("苏简", "volume.seal");
    town.store.ask_seal(NO, &drop, stamp).unwrap();
    town.store.seal(NO).unwrap();
    sound(&year.town.stop());
}

/// An attachment whose contents are lost must not be lost for good by sealing.
#[test]
fn what_is_damaged_is_not_sealed_and_stays_open() {
    let year = over("damaged");
    let case = year.case;
    let folder = year.town.stop();
    Bare::open(&folder.dir().attach(NO)).run("UPDATE chunk SET data = zeroblob(length(data))");
    let town = reopened(folder);
    let stamp = town.stamp("苏简", "volume.seal");
    town.store.ask_seal(NO, &wish(&town), stamp).unwrap();
    let why = town.store.seal(NO).unwrap_err().to_string();
    assert!(why.contains("附件“通知.txt”"), "{why}");
    let sealing = town.store.sealing(NO).unwrap().unwrap();
    assert_eq!(sealing.state, SealingState::Failed);
    assert_eq!(town.store.standing(case.shelf()), Standing::Open);
    let open = "SELECT count(*) FROM shelf_owner WHERE state = 'active'";
    assert_eq!(list::<i64>(&town.folder.dir().volume(NO), open), [2]);
}

/// A shared volume: one year is asked to move into its own first.
#[test]
fn a_year_among_others_is_asked_to_move() {
    let town = year::mixed("mixed");
    let closing = town.store.closing(NO).unwrap();
    assert!(closing.why_not(2028).unwrap().contains("不止一年"));
    let stamp = town.stamp("苏简", "volume.split");
    let to = town.store.split_year(NO, 2026, stamp).unwrap();
    assert_eq!(town.store.volume(to).unwrap().key.year, Some(2026));
    let asked = town.store.relocations(9).unwrap();
    assert_eq!((asked.len(), asked[0].from, asked[0].to), (1, NO, to));
    let moving = town.store.closing(to).unwrap();
    assert_eq!(moving.moving, 1);
}
