//! What the past year left open is carried over into this one; then the year is sealed, carried off to a disk and
//! fetched back, again and again, while the present one goes on.
//! Whatever the end falls into, the sealing goes on by itself or can be asked for, and at least one whole copy of the
//! year is there, here or on the disk.

use crate::drill::after::After;
use crate::drill::ledger::Fact;
use crate::drill::office::{
    Kept, at_desks, hub, in_a_copy, one_owner_each, past_is_whole, two_years_with, until,
};
use crate::drill::run::Run;
use crate::drill::{Begin, Scenario};
use crate::lanes::made_by;
use crate::support::files::{in_volumes, list};
use crate::support::http::Http;
use crate::support::long::Chance;
use crate::support::town::{Folder, Town};
use inkstone::kit::Zone;
use inkstone::store::VolumeState;
use inkstone::store::freeze::{Drafts, Keep, Names, Wish};
use inkstone::store::verify::verify;
use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

const SEALED: &str = "SELECT volume || ' ' || state FROM sealing";
const CARRIED: &str =
    "SELECT 'carried ' || row_number() OVER (ORDER BY id) FROM audit WHERE action = 'volume.carry'";
const FETCHED: &str = "SELECT 'fetched ' || row_number() OVER (ORDER BY id) FROM audit WHERE action = 'volume.attach'";
const STATES: &str = "SELECT no || ' ' || state FROM volume";

/// Cases the past year left open.
const OPEN: usize = 5;
const ONWARD: &str = "SELECT count(*) || ' go on' FROM child_of";

pub struct Freeze;

fn office() -> &'static Kept {
    static KEPT: OnceLock<Kept> = OnceLock::new();
    KEPT.get_or_init(|| two_years_with(OPEN, |_| {}))
}

/// Where the year is carried to.
fn disk(folder: &Folder) -> PathBuf {
    folder.0.join("disk")
}

/// The year on the disk.
fn carried(folder: &Folder) -> PathBuf {
    let found = fs::read_dir(disk(folder))
        .unwrap()
        .map(|e| e.unwrap().path());
    let mut volumes = found.filter(|p| p.extension().is_some_and(|e| e == "vol"));
    volumes.next().unwrap()
}

impl Scenario for Freeze {
    fn name(&self) -> &'static str {
        "freeze"
    }

    fn begin(&self) -> Begin {
        let begin = office().begin("drill-freeze");
        fs::create_dir_all(disk(&begin.folder)).unwrap();
        begin
    }

    fn lasts(&self) -> Duration {
        Duration::from_millis(5000)
    }

    fn goes_on(&self) -> bool {
        false
    }

    fn watches(&self) -> bool {
        true
    }

    fn load(&self, run: &Run, chance: &mut Chance) {
        let Some(server) = run.serve() else { return };
        thread::scope(|s| {
            s.spawn(|| watch(run));
            at_desks(run, server.address, chance, || {
                run.works(server.address, "苏简", |http| keeper(run, http));
            });
        });
    }

    fn found(&self, folder: &Folder) -> &'static str {
        let (dir, no) = (folder.dir(), office().volume);
        let states: Vec<String> = list(&dir.hub(), STATES);
        let is = |state: &str| states.contains(&format!("{no} {state}"));
        let here = dir.volume(no).exists() || dir.volume(no).with_extension("vol-part").exists();
        match () {
            () if is("detached") && here => "while it went or came",
            () if is("detached") => "carried off",
            () if is("frozen") => "sealed",
            () if list::<String>(&dir.hub(), SEALED).is_empty() => "before the sealing",
            () => "while sealing",
        }
    }

    fn check(&self, after: &After<'_>) {
        one_owner_each(after.folder);
        let (town, no) = (in_a_copy(after.folder), office().volume);
        let store = &town.store;
        for left in store.unfinished_seals().unwrap() {
            store.seal(left).unwrap();
        }
        match store.volume(no).unwrap().state {
            VolumeState::Open => {
                carry_over(&town, no);
                let stamp = town.stamp("苏简", "volume.seal");
                store.ask_seal(no, &wish(&town), stamp).unwrap();
                store.seal(no).unwrap();
            }
            VolumeState::Detached => {
                let stamp = town.stamp("苏简", "volume.attach");
                store.attach_volume(&carried(&town.folder), stamp).unwrap();
            }
            VolumeState::Frozen => {}
            VolumeState::Broken => panic!("the year is broken"),
        }
        past_is_whole(&town, office().past);
        each_goes_on_once(&town.folder);
        // and it can be carried off
        let to = disk(&town.folder);
        fs::create_dir_all(&to).unwrap();
        let stamp = town.stamp("苏简", "volume.carry");
        let done = store.carry_volume(no, (&to, "甲盘"), Keep::Card, stamp);
        done.unwrap();
        let folder = town.stop();
        let findings = verify(&folder.dir()).unwrap();
        assert!(findings.is_empty(), "gone on: {findings:?}");
        one_owner_each(&folder);
        after.ledger.check(&folder);
    }
}

/// What is still open of the year goes on, as the page has it.
fn carry_over(town: &Town, no: i64) {
    let acting = town.acting("苏简");
    for (case, _) in town.store.open_cases(no).unwrap() {
        let stamp = town.stamp("苏简", "volume.continue");
        let (engine, store) = (&town.engine, &town.store);
        engine.continue_case(store, stamp, &acting, case).unwrap();
    }
    made_by(town).mend().unwrap();
}

fn each_goes_on_once(folder: &Folder) {
    let ended = "SELECT id FROM cases WHERE outcome = 'continued'";
    let mut ended = in_volumes::<i64>(folder, ended);
    let mut onward = in_volumes::<i64>(folder, "SELECT parent FROM child_of");
    ended.sort_unstable();
    onward.sort_unstable();
    assert_eq!((ended.len(), &ended), (OPEN, &onward));
}

fn wish(town: &Town) -> Wish {
    let directory = town.directory();
    let named = directory.all_depts().iter();
    Wish {
        names: Names {
            office: "墨川县砚田镇人民政府".into(),
            departments: named.map(|d| (d.id.0, d.name.clone())).collect(),
        },
        by: "苏简".into(),
        present: Zone::BEIJING.year(town.clock.now()),
        drafts: Drafts::Keep,
    }
}

/// Marks the moments in which the volume stands otherwise than it did.
fn watch(run: &Run) {
    let mut known = hub(run, STATES);
    until(run, || {
        let now = hub(run, STATES);
        if !now.is_empty() && now != known {
            run.mark();
            known = now;
        }
        false
    });
}

/// Carries over what is open, seals, carries off, fetches back.
fn keeper(run: &Run, http: &mut Http) {
    let no = office().volume;
    let at = format!("/storage/volume/{no}");
    let (to, label) = (disk(&run.folder), "甲盘");
    let to = to.to_str().unwrap();
    if !press(run, http, (&at, "continue"), &[]) || !offered(run, http, (&at, "seal")) {
        return;
    }
    run.ack(Fact::in_volumes(ONWARD, format!("{OPEN} go on")));
    if !press(run, http, (&at, "seal"), &[]) || !offered(run, http, (&at, "carry")) {
        return;
    }
    run.ack(Fact::in_hub(SEALED, format!("{no} sealed")));
    for n in 1.. {
        let fields = [("to", to), ("label", label), ("keep", "card")];
        if !press(run, http, (&at, "carry"), &fields) || !offered(run, http, (&at, "attach")) {
            return;
        }
        run.ack(Fact::in_hub(CARRIED, format!("carried {n}")));
        let file = carried(&run.folder);
        let fields = [("path", file.to_str().unwrap())];
        if !press(run, http, (&at, "attach"), &fields) || !offered(run, http, (&at, "carry")) {
            return;
        }
        run.ack(Fact::in_hub(FETCHED, format!("fetched {n}")));
    }
}

/// Presses a button of the page once it is there; false where the run is over.
fn press(run: &Run, http: &mut Http, (at, what): (&str, &str), fields: &[(&str, &str)]) -> bool {
    if !offered(run, http, (at, what)) {
        return false;
    }
    let done = http.submit(at, &format!("{at}/{what}"), fields);
    assert_eq!(done.status, 303, "{what}: {}", done.text());
    true
}

fn offered(run: &Run, http: &mut Http, (at, what): (&str, &str)) -> bool {
    let form = format!("action=\"{at}/{what}\"");
    until(run, || {
        let page = http.get(at).text();
        assert!(!page.contains("没有办成"), "{page}");
        page.contains(&form)
    })
}
