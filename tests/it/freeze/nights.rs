//! What the night finds by itself: a chain that was changed, a sealed year that is not what its seal says, a card
//! that is gone; and that a finding stays until it is well.

use super::year::{NO, over, seal};
use crate::support::files::Bare;
use crate::support::office::Office;
use crate::support::town::Folder;
use inkstone::screens::health::check;
use inkstone::screens::health::lights::{self, Grade, Light, YEARS};
use inkstone::store::Stamp;
use inkstone::store::freeze::Keep;
use std::fs;

fn night(office: &Office) {
    let stamp = Stamp::new("system:health", "health.check", office.town.clock.now());
    check::run(&office.state, stamp);
}

fn light(office: &Office, name: &str) -> Light {
    let all = lights::of(&check::facts(&office.state));
    assert!(all.len() <= 10, "{all:?}");
    all.into_iter().find(|l| l.name == name).unwrap()
}

#[test]
fn a_chain_that_was_changed_is_found_within_some_nights_and_stays_red() {
    let office = Office::new("night-chain");
    let case = office
        .town
        .register("incoming-handle", "被改的一件")
        .unwrap();
    night(&office);
    let first = light(&office, "数据核对");
    assert_eq!(first.grade, Grade::Good, "{first:?}");
    assert!(first.says.contains("抽查总库"), "{first:?}");
    night(&office);
    let second = light(&office, "数据核对");
    assert!(second.says.contains("抽查 0001 柜"), "{second:?}");
    let volume = office.town.folder.dir().volume(1);
    Bare::open(&volume).one(&format!(
        "UPDATE ledger SET name = '别人' WHERE case_id = {} AND n = 1",
        case.case.raw()
    ));
    // the hub's turn, then the volume's, then the hub's again: it stays
    night(&office);
    for _ in 0..2 {
        night(&office);
        let red = light(&office, "数据核对");
        assert_eq!(red.grade, Grade::Bad, "{red:?}");
        assert!(red.says.contains("0001 柜的记录被改过"), "{red:?}");
    }
    let mut admin = office.admin();
    let todo = admin.get("/todo").text();
    assert!(
        todo.contains("0001 柜的记录被改过"),
        "red in the to-do list"
    );
    Bare::open(&volume).one(&format!(
        "UPDATE ledger SET name = '宋小笺' WHERE case_id = {} AND n = 1",
        case.case.raw()
    ));
    night(&office);
    assert_eq!(light(&office, "数据核对").grade, Grade::Good);
}

#[test]
fn a_sealed_year_has_a_light_of_its_own() {
    let year = over("night-seal");
    seal(&year.town);
    let office = Office::of(year.town);
    night(&office);
    let well = light(&office, YEARS);
    assert_eq!(well.grade, Grade::Good, "{well:?}");
    assert!(well.says.contains("1 个柜封存在这里"), "{well:?}");
    let path = office.town.folder.dir().volume(NO);
    let sound = fs::read(&path).unwrap();
    let write = |bytes: &[u8]| {
        fs::remove_file(&path).unwrap();
        fs::write(&path, bytes).unwrap();
    };
    let mut other = sound.clone();
    let last = other.len() - 1;
    other[last] ^= 1;
    write(&other);
    night(&office);
    let red = light(&office, YEARS);
    assert_eq!(red.grade, Grade::Bad, "{red:?}");
    assert!(red.says.contains("和封条对不上"), "{red:?}");
    let mut admin = office.admin();
    assert!(admin.get("/todo").text().contains("和封条对不上"));
    write(&sound);
    // a page the night could not read took the volume away: it is back with its bytes
    office.state.store.call_back();
    night(&office);
    assert_eq!(light(&office, YEARS).grade, Grade::Good);

    // carried off: the card has to be here
    let disk = Folder::new("night-disk");
    fs::create_dir_all(&disk.0).unwrap();
    let stamp = office.town.stamp("苏简", "volume.carry");
    let to = (disk.0.as_path(), "档案室");
    office
        .state
        .store
        .carry_volume(NO, to, Keep::Card, stamp)
        .unwrap();
    night(&office);
    let away = light(&office, YEARS);
    assert!(away.says.contains("1 个已经带走，目录卡都在"), "{away:?}");
    let card = office.town.folder.dir().card(NO);
    fs::remove_file(card).unwrap();
    night(&office);
    let red = light(&office, YEARS);
    assert_eq!(red.grade, Grade::Bad, "{red:?}");
    assert!(red.says.contains("目录卡不见了"), "{red:?}");
}
