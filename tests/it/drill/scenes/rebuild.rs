//! Index and search files are gone; a start makes them anew while people work already.

use super::work;
use crate::drill::run::Run;
use crate::drill::{Begin, Scenario};
use crate::support::long::Chance;
use std::fs;
use std::time::Duration;

pub struct Rebuild;

impl Scenario for Rebuild {
    fn name(&self) -> &'static str {
        "rebuild"
    }

    fn begin(&self) -> Begin {
        let begin = work::office(|town| {
            for n in 0..40 {
                town.register("incoming-handle", &format!("旧有的{n}"))
                    .unwrap();
            }
        });
        let dir = begin.folder.dir();
        fs::remove_file(dir.index()).unwrap();
        for entry in fs::read_dir(dir.volumes()).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|end| end == "fts") {
                fs::remove_file(path).unwrap();
            }
        }
        begin
    }

    fn lasts(&self) -> Duration {
        Duration::from_millis(1200)
    }

    fn goes_on(&self) -> bool {
        false
    }

    fn load(&self, run: &Run, chance: &mut Chance) {
        let Some(server) = run.serve() else { return };
        work::at_work(run, server.address, chance);
    }
}
