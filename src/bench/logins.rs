//! An office that logs in together: sixteen browsers, argon2id at its full cost, through the door's form;
//! and the to-do page of those who are in already, before and during the storm.
//! Invariant: an answer is right only where it lets the person in and sends them where they asked to go,
//! so a lock or a refusal counts as wrong.

use super::fill::fill;
use super::folder::Folder;
use super::limits::say;
use super::office::{Office, PASSWORD, found};
use super::plan::{Loaded, Plan, Row, Shape, TOKEN, form};
use super::report::{Figure, Report};
use crate::access::{Chance, Cost, Hasher, Token};
use crate::kit::{Error, Result};
use crate::store::Ways;
use crate::ui::form::CSRF;
use crate::web::cookies::DOOR;
use std::time::{Duration, Instant};

const CASES: usize = 1_000;
const SECONDS: f64 = 8.0;
/// Browsers that log in.
const STORM: usize = 16;
/// Browsers that read meanwhile.
const READERS: usize = 4;
/// Goal of the contract: how much slower a page may be during the storm.
const GOAL: f64 = 2.0;
/// The storm begins before the readers are counted and ends after them.
const MARGIN: f64 = 1.0;

/// Measures both.
pub(super) fn measure(report: &mut Report<'_>) -> Result<()> {
    let folder = Folder::make("logins")?;
    let dir = folder.data()?;
    let office = Office::open(&dir, Ways::default(), found(&dir)?)?;
    fill(&office, CASES)?;
    office.state.store.checkpoint();
    let top = hashes()?;
    let storm = storm(&office)?.play()?;
    report.add(Figure::rate("login_16", &storm).beside(top))?;
    say(&storm, report)?;
    let quiet = readers(&office, "l001").play()?;
    say(&quiet, report)?;
    let (during, storm) = both(&office)?;
    say(&during, report)?;
    say(&storm, report)?;
    let mut figure = Figure::new("page_p99_during_logins", during.p99_ms, "ms")
        .load(&during)
        .low()
        .against(quiet.p99_ms, GOAL);
    figure.wrong += quiet.wrong + storm.wrong;
    report.add(figure)?;
    drop(office);
    folder.verify(report)
}

/// Hashes a second of as many threads as the office lets compute: log-in without an office.
fn hashes() -> Result<f64> {
    let hasher = Hasher::new(Cost::OFFICE, Chance::System)?;
    let (began, mut n) = (Instant::now(), 0_u32);
    while began.elapsed() < Duration::from_secs(2) {
        hasher.hash(PASSWORD)?;
        n += 1;
    }
    Ok(f64::from(n) / began.elapsed().as_secs_f64())
}

/// Everybody in turn, each from a browser that has the door's cookie.
fn storm(office: &Office) -> Result<Plan> {
    let directory = office.state.org.current();
    let mut rows = Vec::with_capacity(office.seats.len());
    for seat in &office.seats {
        let door =
            Token::parse(&seat.session).ok_or_else(|| Error::fault("a seat without token"))?;
        rows.push(Row {
            shape: 0,
            values: vec![
                door.text(),
                door.csrf(),
                encoded(directory.person_name(seat.person)),
            ],
        });
    }
    let next = format!("/todo?t={TOKEN}");
    let fields = [
        (CSRF, "@1@"),
        ("name", "@2@"),
        ("password", PASSWORD),
        ("next", next.as_str()),
    ];
    let shape = Shape::post("/login", &fields, next.as_str())
        .status(303)
        .header(format!("Cookie: {DOOR}=@0@"))
        .header(format!("Origin: http://{}", office.address()));
    let mut plan = Plan::round(&office.address(), "l000", STORM, vec![shape], &rows);
    plan.seconds = SECONDS;
    Ok(plan)
}

/// A value as it stands in a form.
pub(super) fn encoded(text: &str) -> String {
    form(&[("", text)]).trim_start_matches('=').to_owned()
}

fn readers(office: &Office, run: &str) -> Plan {
    let rows: Vec<Row> = office
        .seats
        .iter()
        .map(|s| Row {
            shape: 0,
            values: vec![s.session.clone()],
        })
        .collect();
    let shape = Shape::get(format!("/todo?t={TOKEN}"), TOKEN).header("Cookie: ink=@0@");
    let mut plan = Plan::round(&office.address(), run, READERS, vec![shape], &rows);
    plan.seconds = SECONDS;
    plan
}

/// Readers counted while the storm is on.
fn both(office: &Office) -> Result<(Loaded, Loaded)> {
    let mut storm = storm(office)?;
    storm.run = "l002".into();
    storm.seconds = SECONDS + 2.0 * MARGIN;
    let storm = std::thread::spawn(move || storm.play());
    std::thread::sleep(Duration::from_secs_f64(MARGIN));
    let during = readers(office, "l003").play();
    let storm = storm
        .join()
        .map_err(|_| Error::fault("the storm of log-ins panicked"))?;
    Ok((during?, storm?))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn everybody_gets_in_and_where_they_wanted() {
        let folder = Folder::make("logins-test").unwrap();
        let dir = folder.data().unwrap();
        let office = Office::open(&dir, Ways::default(), found(&dir).unwrap()).unwrap();
        let mut plan = storm(&office).unwrap();
        plan.lanes.truncate(1);
        plan.lanes.iter_mut().for_each(|l| {
            l.once = true;
            l.rows.truncate(2);
        });
        plan.seconds = 60.0;
        plan.warm_s = 0.0;
        let found = super::super::load::play(&std::sync::Arc::new(plan)).unwrap();
        assert_eq!((found.n, found.wrong), (2, 0), "{:?}", found.first_wrong);
    }
}
