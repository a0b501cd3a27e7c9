//! An empty folder becomes an office through the wizard. Cut off, it is unclaimed and goes on, or claimed whole.

use crate::drill::after::After;
use crate::drill::ledger::Fact;
use crate::drill::run::Run;
use crate::drill::{Begin, Scenario};
use crate::setup::wizard::{claim, to};
use crate::support::files;
use crate::support::long::Chance;
use std::time::Duration;

pub struct FirstRun;

impl Scenario for FirstRun {
    fn name(&self) -> &'static str {
        "first_run"
    }

    fn begin(&self) -> Begin {
        Begin::empty("drill-first")
    }

    fn lasts(&self) -> Duration {
        Duration::from_secs(2)
    }

    fn goes_on(&self) -> bool {
        false
    }

    fn load(&self, run: &Run, _: &mut Chance) {
        let Some(server) = run.serve() else { return };
        run.works(server.address, "", |here| {
            assert_eq!(to(&claim(here)), (303, Some("/setup/lan")));
            run.ack(Fact::in_hub("SELECT name FROM person", "苏简"));
            run.ack(Fact::in_hub(
                "SELECT name FROM organ",
                "墨川县砚田镇人民政府",
            ));
        });
    }

    fn check(&self, after: &After<'_>) {
        let count = |table| files::list::<i64>(&after.folder.dir().hub(), table)[0];
        let organs = count("SELECT count(*) FROM organ");
        let people = count("SELECT count(*) FROM person");
        assert!(
            (organs, people) == (0, 0) || (organs == 1 && people > 0),
            "half an office: {organs} organs, {people} people"
        );
    }
}
