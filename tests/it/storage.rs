//! 库房 through a real socket: the picture, changing the rule, the progress of moving, a department that runs its
//! own file, and one that is confidential. The mover does not run here: what waits, waits until a test says so.

mod keeper;
mod look;
mod own;
mod pages;
mod secret;
mod spare;

use crate::support::http::Http;
use crate::support::office::{Office, PASSWORD};
use crate::support::reply::Reply;
use inkstone::kit::ShelfNo;
use inkstone::store::placement::{Policy, Rule};
use inkstone::store::{Stamp, params};

/// Gives a department a cabinet of its own.
fn exclusive(office: &Office, dept: i64) {
    let mut rule = Rule::default();
    let own = Policy {
        exclusive: true,
        yearly: false,
    };
    rule.except.insert(dept, own);
    let stamp = Stamp::new("system:test", "storage.rule", office.town.clock.now());
    office.town.store.change_rule(&rule, stamp).unwrap();
}

/// As the mover would leave its rows.
fn relocations_are(office: &Office, state: &'static str, rows: (i64, i64), words: &'static str) {
    let stamp = Stamp::new("system:test", "storage.test", office.town.clock.now());
    let done = office.town.store.write(ShelfNo::HUB, stamp, move |w| {
        w.quiet("as the mover would");
        w.execute(
            "UPDATE relocation SET state = ?1, rows_done = ?2, rows_total = ?3, words = ?4
             WHERE state NOT IN ('done','cancelled')",
            params![state, rows.0, rows.1, words],
        )
    });
    assert!(done.unwrap().value > 0, "nothing was on its way");
}

/// Makes somebody the one who runs a department's file, as the administrator does it, and logs in again: the
/// session before ended with the change.
fn runs(office: &Office, admin: &mut Http, name: &str, dept: i64) -> Http {
    let at = format!("/storage/dept/{dept}");
    let said = admin.submit(&at, &at, &[("people", &office.id_of(name))]);
    assert_eq!(said.status, 303, "{}", said.text());
    office.logged_in(2, name, PASSWORD)
}

/// Presses a button of the form a page came with.
fn press(http: &mut Http, page: &Reply, action: &str, fields: &[(&str, &str)]) -> Reply {
    let mut all = page.hidden(action);
    all.retain(|(name, _)| !fields.iter().any(|(n, _)| n == name));
    let mut all: Vec<(&str, &str)> = all.iter().map(|(n, v)| (&**n, &**v)).collect();
    all.extend_from_slice(fields);
    http.post(action, &all)
}
