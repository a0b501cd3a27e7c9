//! kill -9 at random points of relocations, with eight writers at work and rules that change as soon as the last
//! shelf has arrived. What was acknowledged is there, every shelf stands in one volume, what was under way goes
//! on or is dropped. `tests/long relocate` kills more than a hundred times.

use super::{OWN, SHARED, YEARLY, rule};
use crate::kill::ledger::Ledger;
use crate::kill::{self, writers};
use crate::support::files::{in_volumes, list};
use crate::support::long::{self, Chance};
use crate::support::town::Town;
use inkstone::store::verify::verify;
use std::thread;
use std::time::Duration;

/// Not a test of its own: what the parent below runs and kills.
#[test]
fn child() {
    let Some(dir) = std::env::var_os(kill::DIR) else {
        return;
    };
    let round: u64 = std::env::var(kill::ROUND).unwrap().parse().unwrap();
    let town = kill::open(crate::support::town::Folder(dir.into()));
    let town: &'static Town = Box::leak(Box::new(town));
    let mover = town.store.start_mover_with(Duration::from_millis(60));
    thread::spawn(move || orders(town, round));
    writers::all(town, round);
    drop(mover);
}

/// Another rule as soon as the last one is carried out; now and then it is given up or paused.
fn orders(town: &Town, round: u64) {
    let (own, other) = (town.dept("NYZ"), town.dept("DZB"));
    let rules = [
        rule(YEARLY, &[(own, OWN)]),
        rule(SHARED, &[(own, SHARED), (other, OWN)]),
        rule(YEARLY, &[(other, SHARED)]),
        rule(SHARED, &[(own, OWN)]),
    ];
    let mut chance = Chance::seeded(round);
    let mut turn = round as usize;
    loop {
        thread::sleep(Duration::from_millis(chance.below(8)));
        let stamp = || town.stamp("苏简", "storage.rule");
        let open = town.store.relocations(100).unwrap();
        if open.iter().any(|r| r.ended_at.is_none()) {
            if chance.below(40) == 0 {
                town.store.cancel_relocations(stamp()).unwrap();
            }
            continue;
        }
        turn += 1;
        town.store
            .change_rule(&rules[turn % rules.len()], stamp())
            .unwrap();
    }
}

#[test]
fn a_kill_while_shelves_move_loses_nothing() {
    let rounds = long::rounds("relocate", 10, 120);
    let mut chance = Chance::new();
    let mut folder = kill::new_office();
    let mut ledger = Ledger::default();
    let (mut under_way, mut between, mut leaving) = (0, 0, 0);
    for round in 0..rounds {
        let lines = kill::run_and_kill(&folder, round, &mut chance, "relocate::killed::child");
        let new = ledger.take(&lines);
        let hub = folder.dir().hub();
        let copying = "SELECT count(*) FROM relocation WHERE state = 'copying'";
        under_way += list::<i64>(&hub, copying)[0];
        let owners = "SELECT shelf || ' ' || state FROM shelf_owner";
        let owners: Vec<String> = in_volumes(&folder, owners);
        let lost = |o: &&String| {
            let shelf = o.split(' ').next().unwrap();
            o.ends_with("incoming") && !owners.contains(&format!("{shelf} active"))
        };
        between += owners.iter().filter(lost).count();
        let left = "SELECT count(*) FROM meta WHERE k GLOB 'leaving.*'";
        leaving += in_volumes::<i64>(&folder, left).iter().sum::<i64>();
        // whatever was cut short, the start makes one office of it
        let town = kill::open(folder);
        let findings = verify(&town.folder.dir()).unwrap();
        assert!(findings.is_empty(), "round {round}, started: {findings:?}");
        town.store.relocate_now().unwrap();
        assert!(town.store.drain(Duration::from_secs(30)));
        ledger.check(&town, new);
        folder = town.stop();
        let findings = verify(&folder.dir()).unwrap();
        assert!(findings.is_empty(), "round {round}: {findings:?}");
    }
    let done = "SELECT count(*) FROM relocation WHERE state = 'done'";
    let done = list::<i64>(&folder.dir().hub(), done)[0];
    println!(
        "{rounds} kills, {under_way} while copying, {between} between two owners, {leaving} before the old rows \
         were gone; {done} shelves arrived; {ledger}"
    );
    assert!(under_way > 0 && done > 0, "the kills missed the moves");
}
