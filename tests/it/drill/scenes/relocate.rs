//! Shelves move between files while documents are registered: another way of filing as soon as the last one is
//! carried out, paused or given up now and then. Whatever the end falls into, each shelf has one owner, and what was
//! under way arrives or is asked for again.

use crate::drill::after::After;
use crate::drill::ledger::Fact;
use crate::drill::office::{
    Kept, asked, at_desks, hub, in_a_copy, one_owner_each, two_years, until, volumes_now,
};
use crate::drill::run::Run;
use crate::drill::{Begin, Scenario};
use crate::relocate::{SHARED, order, rule};
use crate::support::files::{in_volumes, list};
use crate::support::http::Http;
use crate::support::long::Chance;
use crate::support::reply::Reply;
use crate::support::town::Folder;
use inkstone::store::verify::verify;
use std::collections::HashSet;
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

const RULE: &str = "/storage/rule";
const MOVING: &str = "/storage/moving";
const ORDERS: &str =
    "SELECT 'order ' || row_number() OVER (ORDER BY id) FROM audit WHERE action = 'storage.rule'";
const OPEN: &str = "SELECT state FROM relocation WHERE ended_at IS NULL";
const OWNERS: &str = "SELECT shelf || ' ' || state FROM shelf_owner";

pub struct Relocate;

fn office() -> &'static Kept {
    static KEPT: OnceLock<Kept> = OnceLock::new();
    KEPT.get_or_init(|| two_years(|_| {}))
}

impl Scenario for Relocate {
    fn name(&self) -> &'static str {
        "relocate"
    }

    fn begin(&self) -> Begin {
        office().begin("drill-relocate")
    }

    fn lasts(&self) -> Duration {
        Duration::from_millis(2500)
    }

    fn watches(&self) -> bool {
        true
    }

    fn load(&self, run: &Run, chance: &mut Chance) {
        let Some(server) = run.serve() else { return };
        let mut own = Chance::seeded(chance.next());
        thread::scope(|s| {
            s.spawn(|| watch(run));
            at_desks(run, server.address, chance, || {
                run.works(server.address, "苏简", |http| orders(run, http, &mut own));
            });
        });
    }

    fn found(&self, folder: &Folder) -> &'static str {
        let owners: Vec<String> = in_volumes(folder, OWNERS);
        if owners.iter().any(|o| is_between(o, &owners)) {
            return "between two owners";
        }
        let hub = folder.dir().hub();
        if list::<String>(&hub, OPEN).contains(&"copying".to_owned()) {
            return "while copying";
        }
        let left = "SELECT k FROM meta WHERE k GLOB 'leaving.*'";
        match in_volumes::<String>(folder, left).is_empty() {
            true => "with nothing on its way",
            false => "before the old rows were gone",
        }
    }

    /// In a copy, so that the next round begins with what this one left.
    fn check(&self, after: &After<'_>) {
        one_owner_each(after.folder);
        let town = in_a_copy(after.folder);
        // the end may fall between 暂停 and 继续: that nothing moves then is what was asked for
        let stamp = town.stamp("苏简", "storage.pause");
        town.store.pause_relocation(false, stamp).unwrap();
        town.store.relocate_now().unwrap();
        assert!(town.store.drain(Duration::from_secs(30)));
        for r in town.store.relocations(1000).unwrap() {
            assert!(r.ended_at.is_some(), "not ended: {r:?}");
        }
        // and it can be asked for once more
        order(&town, &rule(SHARED, &[]));
        town.store.relocate_now().unwrap();
        let last = town.store.rule().unwrap();
        assert_eq!(town.store.plan(&last).unwrap().moves, []);
        let folder = town.stop();
        let findings = verify(&folder.dir()).unwrap();
        assert!(findings.is_empty(), "moved on: {findings:?}");
        one_owner_each(&folder);
        after.ledger.check(&folder);
    }
}

/// A shelf that is coming and that nobody has.
fn is_between(owner: &str, all: &[String]) -> bool {
    owner.strip_suffix("incoming").is_some_and(|shelf| {
        !all.contains(&format!("{shelf}active")) && all.contains(&format!("{shelf}moved"))
    })
}

/// Marks the moments in which a shelf has left its old file and not arrived in the new one, or has just arrived.
fn watch(run: &Run) {
    let mut known: HashSet<String> = HashSet::new();
    let mut first = true;
    until(run, || {
        let files = volumes_now(&run.folder);
        let owners: Vec<String> = files.iter().flat_map(|f| asked(f, OWNERS)).collect();
        let moved = owners.iter().filter(|o| o.ends_with("moved"));
        let new = moved.filter(|o| known.insert((*o).clone())).count();
        let between = owners.iter().any(|o| is_between(o, &owners));
        if between || (new > 0 && !first) {
            run.mark();
        }
        first = false;
        false
    });
}

/// One order after another, each seen before it is given, as the page wants it.
fn orders(run: &Run, http: &mut Http, chance: &mut Chance) {
    while !run.is_over() {
        let wish = wish(chance);
        let mut fields = http.get(RULE).hidden(RULE);
        fields.extend(wish);
        let seen = post(http, RULE, &fields, "look");
        assert_eq!(seen.status, 200, "{}", seen.text());
        let shown = seen.hidden(RULE);
        let told = hub(run, ORDERS).len();
        let done = post(http, RULE, &shown, "go");
        if done.status == 303 {
            run.ack(Fact::in_hub(ORDERS, format!("order {}", told + 1)));
        } else {
            // what has arrived keeps the next order waiting for some seconds
            thread::sleep(Duration::from_millis(100));
        }
        if chance.below(6) == 0 {
            press(http, "cancel");
        }
        if chance.below(6) == 0 {
            press(http, "pause");
            press(http, "go");
        }
        until(run, || !hub(run, OPEN).iter().any(|s| s != "switched"));
    }
}

fn press(http: &mut Http, what: &str) {
    let mut fields = http.get(RULE).hidden(RULE);
    fields.retain(|(name, _)| name == "_csrf");
    let done = post(http, MOVING, &fields, what);
    assert_eq!(done.status, 303, "{what}: {}", done.text());
}

fn post(http: &mut Http, at: &str, fields: &[(String, String)], what: &str) -> Reply {
    let mut all: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (&**n, &**v)).collect();
    all.push(("do", what));
    http.post(at, &all)
}

/// A way of filing.
fn wish(chance: &mut Chance) -> Vec<(String, String)> {
    let [one, other] = office().depts.map(|d| d.to_string());
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    match chance.below(4) {
        0 => vec![pair("mode", "shared")],
        1 => vec![pair("mode", "yearly")],
        2 => vec![pair("mode", "exclusive"), pair("own", &one)],
        _ => vec![
            pair("mode", "mixed"),
            pair("own", &other),
            pair("year", &one),
            pair("rest_year", "1"),
        ],
    }
}
