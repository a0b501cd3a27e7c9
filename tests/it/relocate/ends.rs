//! What may come between a shelf and its new volume: the server stops again and again, the shelf is given up
//! half-way, it is paused. Each time the next start, or the next pass, finds its way.

use super::{YEARLY, filled, order, rule, settled, stands, truth};
use crate::support::files::in_volumes;
use crate::support::town::Town;
use inkstone::store::RelocationState;
use inkstone::store::verify::verify;
use std::time::{Duration, Instant};

fn now(town: &Town) -> Vec<RelocationState> {
    let all = town.store.relocations(100).unwrap();
    all.iter().map(|r| r.state).collect()
}

/// Lets the mover work for a moment.
fn for_a_moment(town: &Town, millis: u64) {
    let mover = town.store.start_mover_with(Duration::ZERO).unwrap();
    std::thread::sleep(Duration::from_millis(millis));
    drop(mover);
}

#[test]
fn a_server_that_stops_every_few_slices_gets_there() {
    let mut town = filled("reloc-stops");
    let before = truth(&town.folder);
    order(&town, &rule(YEARLY, &[]));
    let mut half_way = 0;
    for n in 0..80 {
        if now(&town).iter().all(|s| *s == RelocationState::Done) {
            break;
        }
        for_a_moment(&town, 3 + n * 5);
        let incoming = "SELECT count(*) FROM shelf_owner WHERE state = 'incoming'";
        half_way += in_volumes::<i64>(&town.folder, incoming)
            .iter()
            .sum::<i64>();
        let findings = verify(&town.folder.dir()).unwrap();
        assert!(findings.is_empty(), "{n}: {findings:?}");
        town = town.restart();
        assert!(truth(&town.folder) == before, "{n}: rows differ");
    }
    assert!(half_way > 0, "it was never stopped half-way");
    settled(&town);
    assert_eq!(verify(&town.stop().dir()).unwrap().len(), 0);
}

#[test]
fn what_is_given_up_half_way_leaves_nothing_behind() {
    let town = filled("reloc-half");
    let before = truth(&town.folder);
    let stamp = || town.stamp("苏简", "storage.cancel");
    let mut caught = 0;
    for n in 0..60 {
        order(&town, &rule(YEARLY, &[]));
        for_a_moment(&town, 1 + n % 40);
        let incoming = "SELECT count(*) FROM shelf_owner WHERE state = 'incoming'";
        let open: i64 = in_volumes::<i64>(&town.folder, incoming).iter().sum();
        town.store.cancel_relocations(stamp()).unwrap();
        town.store.relocate_now().unwrap();
        assert!(
            now(&town)
                .iter()
                .all(|s| matches!(s, RelocationState::Cancelled | RelocationState::Done))
        );
        assert!(truth(&town.folder) == before, "{n}: rows differ");
        caught += open;
        if caught > 3 {
            break;
        }
        order(&town, &rule(super::SHARED, &[]));
        town.store.relocate_now().unwrap();
    }
    assert!(caught > 0, "it was never given up half-way");
    assert_eq!(verify(&town.stop().dir()).unwrap().len(), 0);
}

#[test]
fn a_paused_move_waits_and_goes_on() {
    let town = filled("reloc-pause");
    let before = truth(&town.folder);
    let stamp = || town.stamp("苏简", "storage.pause");
    let mover = town
        .store
        .start_mover_with(Duration::from_millis(50))
        .unwrap();
    town.store.pause_relocation(true, stamp()).unwrap();
    let asked = order(&town, &rule(YEARLY, &[]));
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(now(&town), vec![RelocationState::Waiting; asked]);
    town.store.pause_relocation(false, stamp()).unwrap();
    let until = Instant::now() + Duration::from_secs(60);
    while now(&town).iter().any(|s| *s != RelocationState::Done) {
        assert!(Instant::now() < until, "{:?}", town.store.relocations(9));
        std::thread::sleep(Duration::from_millis(20));
    }
    drop(mover);
    settled(&town);
    let volumes: std::collections::BTreeSet<i64> = (town.store.shelves().unwrap().iter())
        .map(|(shelf, ..)| stands(&town, *shelf))
        .collect();
    assert!(volumes.len() > 1);
    assert!(truth(&town.folder) == before);
}
