//! The demonstration office: filled into an empty folder from the command line, and put aside by a start.

use crate::drill::after::{After, sound};
use crate::drill::ledger::Fact;
use crate::drill::run::Run;
use crate::drill::{Begin, Scenario};
use crate::support::files::{self, Bare, Image};
use crate::support::long::Chance;
use crate::support::town::Folder;
use inkstone::app::serve::open_with;
use inkstone::bench::demo;
use inkstone::kit::Clock;
use inkstone::web::Told;
use std::fs;
use std::sync::OnceLock;
use std::time::Duration;

/// `inkstone demo`, cut off: it is gone on with by the same command, and told once.
pub struct Fill;

impl Scenario for Fill {
    fn name(&self) -> &'static str {
        "demo"
    }

    fn begin(&self) -> Begin {
        Begin::empty("drill-demo")
    }

    fn lasts(&self) -> Duration {
        Duration::from_secs(2)
    }

    fn goes_on(&self) -> bool {
        false
    }

    fn load(&self, run: &Run, _: &mut Chance) {
        if run.command(&["demo"]).is_some() {
            run.ack(Fact::in_hub(
                "SELECT count(*) || '' FROM account WHERE admin <> '[]'",
                "3",
            ));
        }
    }
}

/// An administrator asked for it to be put aside: the next start does it, once and whole.
pub struct Clear;

fn filled() -> &'static Image {
    static FILLED: OnceLock<Image> = OnceLock::new();
    FILLED.get_or_init(|| {
        let folder = Begin::empty("drill-filled").folder;
        let state = open_with(&folder.dir(), Clock::System, Some(demo::FILLER)).unwrap();
        let filling = demo::begin(&state, "r0").unwrap();
        demo::tell_all(&state, &filling, (&Told::default(), 40)).unwrap();
        state.store.checkpoint();
        drop((filling, state));
        let asked = "INSERT INTO setting(k, v) VALUES('setup.clearing', '1774000000000')";
        Bare::keeping(&folder.dir().hub()).one(asked);
        Image::of(&folder)
    })
}

impl Scenario for Clear {
    fn name(&self) -> &'static str {
        "clear"
    }

    fn begin(&self) -> Begin {
        Begin {
            folder: filled().copy("drill-clear"),
            people: Vec::new(),
        }
    }

    fn lasts(&self) -> Duration {
        Duration::from_secs(1)
    }

    fn goes_on(&self) -> bool {
        false
    }

    fn load(&self, run: &Run, _: &mut Chance) {
        if let Some(server) = run.serve() {
            server.stop();
        }
    }

    fn check(&self, after: &After<'_>) {
        let aside: Vec<_> = fs::read_dir(&after.folder.0)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| {
                path.file_name()
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .starts_with("demo-")
            })
            .collect();
        assert_eq!(aside.len(), 1, "{aside:?}");
        let people = "SELECT count(*) FROM person";
        assert_eq!(files::list::<i64>(&after.folder.dir().hub(), people), [0]);
        let aside = std::mem::ManuallyDrop::new(Folder(aside[0].clone()));
        assert!(files::list::<i64>(&aside.dir().hub(), people)[0] > 30);
        sound(&aside);
    }
}
