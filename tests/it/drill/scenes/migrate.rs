//! Files of the first release are brought to the present tables by a start. Each file is wholly old or wholly
//! new after a cut, and the next start finishes.

use crate::drill::after::After;
use crate::drill::ledger::Fact;
use crate::drill::run::Run;
use crate::drill::{Begin, Scenario};
use crate::support::files;
use crate::support::long::Chance;
use crate::support::town::Folder;
use inkstone::kit::Clock;
use inkstone::store::Store;
use std::fs;
use std::time::Duration;

const BASE: &str = include_str!("../../../../src/store/migrations/base.sql");
const HUB: &str = include_str!("../../../../src/store/migrations/hub/0001.sql");
const VOLUME: &str = include_str!("../../../../src/store/migrations/volume/0001.sql");

pub struct Migrate;

impl Scenario for Migrate {
    fn name(&self) -> &'static str {
        "migrate"
    }

    /// Plain files of version 1 with a few rows in them, four volumes.
    fn begin(&self) -> Begin {
        let begin = Begin::empty("drill-migrate");
        let dir = begin.folder.dir();
        let mut catalogue = String::new();
        for no in 1..=4 {
            let own = format!(
                "PRAGMA application_id=1229867862; PRAGMA user_version=1;
                 INSERT INTO meta VALUES('uuid', 'volume-{no}'), ('epoch', 'e{no}');
                 INSERT INTO shelf_owner(shelf, dept, year, state) VALUES({no}, 1, {}, 'active');",
                2020 + no
            );
            files::make(
                &dir.volume(no),
                &["PRAGMA journal_mode=WAL", BASE, VOLUME, &own],
            );
            catalogue += &format!(
                "INSERT INTO volume VALUES({no}, 'volume-{no}', NULL, {0}, 'open', 0);
                 INSERT INTO shelf VALUES({no}, 1, {0}, {no});",
                2020 + no
            );
        }
        let own = "PRAGMA application_id=1229867848; PRAGMA user_version=1;
             INSERT INTO meta VALUES('uuid', 'hub'), ('epoch', 'e');
             INSERT INTO setting(k, v) VALUES('kept', 'since the first release');";
        files::make(
            &dir.hub(),
            &["PRAGMA journal_mode=WAL", BASE, HUB, own, &catalogue],
        );
        begin
    }

    fn lasts(&self) -> Duration {
        Duration::from_millis(800)
    }

    fn goes_on(&self) -> bool {
        false
    }

    fn load(&self, run: &Run, _: &mut Chance) {
        run.ack(Fact::in_hub(
            "SELECT v FROM setting",
            "since the first release",
        ));
        for no in 1..=4 {
            let uuid = format!("volume-{no}");
            run.ack(Fact::in_volumes("SELECT v FROM meta", uuid));
        }
        if let Some(server) = run.serve() {
            server.stop();
        }
    }

    fn check(&self, after: &After<'_>) {
        let dir = after.folder.dir();
        let version = |path: &std::path::Path| files::list::<i64>(path, "PRAGMA user_version")[0];
        let (hub, volume) = present();
        assert!(hub > 1 && volume > 1, "nothing was to be done");
        assert_eq!(version(&dir.hub()), hub);
        for path in files::volumes(after.folder) {
            assert_eq!(version(&path), volume);
        }
        assert!(fs::read_dir(dir.volumes()).unwrap().count() >= 4);
    }
}

/// The tables a new office has: of its hub, and of a volume.
fn present() -> (i64, i64) {
    let folder = Folder::new("present-tables");
    let store = Store::open(&folder.dir(), Clock::System, Vec::new()).unwrap();
    store.shelf_for(1, 2026).unwrap();
    drop(store);
    let version = |path: &std::path::Path| files::list::<i64>(path, "PRAGMA user_version")[0];
    (
        version(&folder.dir().hub()),
        version(&folder.dir().volume(1)),
    )
}
