//! Creating cases and sending them on, durably, through the real router: session, form token, permit,
//! number, ledger, audit, task, event. Beside each size the bare durable path with the same connections,
//! measured just before it; then the same engine with one transaction a request, on this disk and on one
//! whose flush costs 8 ms. Invariant: an answer counts only where its own token is stored exactly once.

use super::fill::{Waiting, fill, known, probe, probe_mark, waiting};
use super::folder::Folder;
use super::limits::{Ceiling, SIZES, percentiles, say, texts};
use super::office::{Office, PROCEDURE_ID, Seat, found};
use super::plan::{Lane, Loaded, Plan, Row, Shape, TOKEN};
use super::report::{Figure, Report};
use super::stored_store::{Left, count_tokens};
use super::words::Dice;
use crate::kit::{Error, Result};
use crate::org::Role;
use crate::search::Asked;
use crate::store::{Commits, DataDir, Ways};
use crate::ui::form::{CSRF, OP};
use std::time::{Duration, Instant};

/// Cases in the folder before the first figure.
const FILLED: usize = 6_000;
const SECONDS: f64 = 3.0;
/// Goals of the contract, as parts of the bare durable path.
const CREATE_GOAL: [Option<f64>; 3] = [Some(0.5), None, Some(0.3)];
const VS_NAIVE: f64 = 1.5;
const VS_NAIVE_8MS: f64 = 10.0;
/// What a flush of a spinning disk costs.
const SLOW: Duration = Duration::from_millis(8);
/// Writing connections of the naive form.
const POOL: u32 = 8;
const PATIENCE: Duration = Duration::from_secs(60);
/// Cases the lag of lists and search is measured with, each.
const PROBES: usize = 300;

/// Measures all of them.
pub(super) fn measure(report: &mut Report<'_>) -> Result<()> {
    let folder = Folder::make("steps")?;
    let dir = folder.data()?;
    let seats = found(&dir)?;
    let mut runs = 0;
    compared(&folder, &dir, &seats, (report, &mut runs))?;
    naive(&dir, &seats, (report, &mut runs))?;
    folder.verify(report)
}

/// Creates and advances beside the bare path.
fn compared(
    folder: &Folder,
    dir: &DataDir,
    seats: &[Seat],
    (report, runs): (&mut Report<'_>, &mut u32),
) -> Result<()> {
    let office = Office::open(dir, Ways::default(), seats.to_vec())?;
    fill(&office, FILLED)?;
    let ceiling = Ceiling::start(folder)?;
    let mut bare = Vec::new();
    for (connections, goal) in SIZES.into_iter().zip(CREATE_GOAL) {
        let top = ceiling.create(connections, report)?.rate;
        bare.push(top);
        let loaded = create(&office, connections, runs, report)?;
        let name = format!("create_{connections}");
        report.add(Figure::rate(name, &loaded).compared(top, goal))?;
        say(&loaded, report)?;
    }
    lag(&office, runs, report)?;
    search_lag(&office, runs, report)?;
    for (connections, top) in SIZES.into_iter().zip(bare) {
        let loaded = advance(&office, (connections, SECONDS), runs, report)?;
        let name = format!("advance_{connections}");
        report.add(Figure::rate(name, &loaded).beside(top))?;
        say(&loaded, report)?;
    }
    Ok(())
}

/// The same work with one transaction a request, on this disk and on a slow one.
fn naive(dir: &DataDir, seats: &[Seat], (report, runs): (&mut Report<'_>, &mut u32)) -> Result<()> {
    let single = Commits::Single { connections: POOL };
    let mut at = |commits: Commits, slow_flush: Duration, report: &mut Report<'_>| {
        let ways = Ways {
            commits,
            slow_flush,
            ..Ways::default()
        };
        let office = Office::open(dir, ways, seats.to_vec())?;
        let loaded = advance(&office, (64, SECONDS), runs, report)?;
        say(&loaded, report)?;
        Ok::<Loaded, Error>(loaded)
    };
    let plain = at(single, Duration::ZERO, report)?;
    let again = at(Commits::Shared, Duration::ZERO, report)?;
    report.add(Figure::rate("steps_64_vs_naive", &again).against(plain.rate, VS_NAIVE))?;
    let plain = at(single, SLOW, report)?;
    let again = at(Commits::Shared, SLOW, report)?;
    report.add(Figure::rate("steps_64_vs_naive_8ms", &again).against(plain.rate, VS_NAIVE_8MS))
}

fn next_run(runs: &mut u32) -> String {
    *runs += 1;
    format!("s{:03}", *runs % 1000)
}

/// Posts the start form as the page does, from everybody in turn.
fn create(
    office: &Office,
    connections: usize,
    runs: &mut u32,
    report: &mut Report<'_>,
) -> Result<Loaded> {
    let plan = create_plan(office, connections, &next_run(runs));
    checked(office, Left::Titles, &plan, report)
}

fn create_plan(office: &Office, connections: usize, run: &str) -> Plan {
    let shapes: Vec<Shape> = texts().map(|body| create_shape(office, &body)).collect();
    let heads = office.with(Role::DeptHead);
    let mut dice = Dice::new(3);
    let rows: Vec<Row> = (0..shapes.len())
        .filter_map(|shape| {
            let seat = office.seats.get(shape % office.seats.len())?;
            let head = heads.get(dice.below(heads.len()))?;
            let head = head.post.to_raw().to_string();
            Some(Row {
                shape,
                values: vec![seat.session.clone(), seat.csrf.clone(), head],
            })
        })
        .collect();
    let mut plan = Plan::round(&office.address(), run, connections, shapes, &rows);
    plan.seconds = SECONDS;
    plan
}

/// What the browser sends: every field of the form, the press of the one button.
fn create_shape(office: &Office, body: &str) -> Shape {
    let fields = [
        (CSRF, "@1@"),
        (OP, TOKEN),
        ("draft", ""),
        ("f.title", &format!("{TOKEN}关于做好防汛抗旱工作的通知")),
        ("f.from", "墨川县应急管理局"),
        ("f.from_number", "墨应急发〔2026〕12号"),
        ("f.received_on", "2026-03-09"),
        ("f.urgency", "普通"),
        ("f.body", body),
        ("people.submit.propose", "@2@"),
        ("do", "submit/propose"),
    ];
    // The answer of a deed is a way back with a sentence: the number taken and who has it now.
    Shape::post(format!("/start/{PROCEDURE_ID}"), &fields, "ink_said=")
        .status(303)
        .header("Cookie: ink=@0@")
        .header(format!("Origin: http://{}", office.address()))
}

/// The steps that are sent on here: verb, where to, among whom the next is chosen.
const WAYS: [(&str, &str, Option<Role>); 3] = [
    ("拟办", "review", Some(Role::DeptHead)),
    ("审阅", "handle", Some(Role::Handler)),
    ("承办", "finish", None),
];

/// Posts opinions on what waits, each task once.
pub(super) fn advance(
    office: &Office,
    (connections, seconds): (usize, f64),
    runs: &mut u32,
    report: &mut Report<'_>,
) -> Result<Loaded> {
    if !office.state.store.drain(Duration::from_secs(60)) {
        return Err(Error::fault("the lists did not catch up"));
    }
    let shapes: Vec<Shape> = WAYS.iter().map(|w| advance_shape(office, w)).collect();
    let mut lanes = vec![
        Lane {
            once: true,
            ..Lane::default()
        };
        connections
    ];
    let rows: Vec<Row> = waiting(office)?
        .iter()
        .enumerate()
        .filter_map(|(n, w)| advance_row(office, n, w))
        .collect();
    for (n, row) in rows.into_iter().enumerate() {
        if let Some(lane) = lanes.get_mut(n % connections) {
            lane.rows.push(row);
        }
    }
    let mut plan = Plan::round(&office.address(), &next_run(runs), connections, shapes, &[]);
    plan.lanes = lanes;
    plan.seconds = seconds;
    checked(office, Left::Opinions, &plan, report)
}

fn advance_row(office: &Office, n: usize, w: &Waiting) -> Option<Row> {
    let shape = WAYS.iter().position(|(verb, _, _)| *verb == w.verb)?;
    let (_, _, role) = WAYS.get(shape)?;
    let seat = office.seats.get(w.seat)?;
    let next = role.map_or_else(String::new, |role| {
        let among = office.with(role);
        let chosen = among.get(n % among.len().max(1));
        chosen.map_or_else(String::new, |s| s.post.to_raw().to_string())
    });
    let values = vec![
        seat.session.clone(),
        seat.csrf.clone(),
        w.case.to_string(),
        w.task.to_string(),
        next,
    ];
    Some(Row { shape, values })
}

fn advance_shape(office: &Office, (_, to, role): &(&str, &str, Option<Role>)) -> Shape {
    let people = format!("people.submit.{to}");
    let deed = format!("submit/{to}");
    let opinion = format!("{TOKEN}{}", Dice::new(8).text(120));
    let mut fields = vec![
        (CSRF, "@1@"),
        (OP, TOKEN),
        ("rev", "1"),
        ("task", "@3@"),
        ("opinion", opinion.as_str()),
        ("do", deed.as_str()),
    ];
    if role.is_some() {
        fields.push((people.as_str(), "@4@"));
    }
    Shape::post("/case/@2@", &fields, "ink_said=")
        .status(303)
        .header("Cookie: ink=@0@")
        .header(format!("Origin: http://{}", office.address()))
}

/// Plays a plan and looks for every acknowledged token in the volumes.
fn checked(office: &Office, left: Left, plan: &Plan, report: &mut Report<'_>) -> Result<Loaded> {
    let mut loaded = plan.play()?;
    let stored = count_tokens(&office.state.store, left, &plan.run)?;
    let sent: u64 = loaded.sent.iter().sum();
    let lost = plan_tokens(plan, &loaded).filter(|t| !stored.contains_key(t));
    let lost = (lost.count() as u64).saturating_sub(loaded.wrong);
    let twice = stored.values().filter(|n| **n > 1).count() as u64;
    if lost + twice > 0 {
        report.unsound(format!(
            "答复了 {sent} 件，少了 {lost} 件，存了两次的 {twice} 件"
        ))?;
    }
    loaded.wrong += lost + twice;
    Ok(loaded)
}

fn plan_tokens<'a>(plan: &'a Plan, loaded: &'a Loaded) -> impl Iterator<Item = String> + 'a {
    let lanes = loaded.sent.iter().enumerate();
    lanes.flat_map(move |(lane, sent)| (0..*sent).map(move |n| plan.token(lane, n)))
}

/// How long after its commit a case is in the lists, while sixteen others are creating.
fn lag(office: &Office, runs: &mut u32, report: &mut Report<'_>) -> Result<()> {
    let seen = |n| {
        let (receipt, _) = probe(office, n)?;
        let committed = Instant::now();
        while !office.state.store.settle(&receipt) {
            if committed.elapsed() > PATIENCE {
                return Err(Error::fault("the lists did not catch up"));
            }
        }
        Ok(committed.elapsed())
    };
    lagging("projection_lag_ms", office, (runs, &seen), report)
}

/// How long after its commit the search finds a case, while sixteen others are creating.
fn search_lag(office: &Office, runs: &mut u32, report: &mut Report<'_>) -> Result<()> {
    if !office.state.search.drain(PATIENCE) {
        return Err(Error::fault("the search did not catch up"));
    }
    let seen = |n| {
        let n = PROBES + n;
        let (receipt, seat) = probe(office, n)?;
        let committed = Instant::now();
        let who = known(office, seat)?.scope.json();
        let asked = Asked {
            words: probe_mark(n),
            most: 1,
            ..Asked::default()
        };
        loop {
            let found = office.state.search.find(&asked, &who)?;
            if found.hits.iter().any(|h| h.case == receipt.value.case) {
                return Ok(committed.elapsed());
            }
            if committed.elapsed() > PATIENCE {
                return Err(Error::fault("the search did not catch up"));
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    };
    lagging("search_lag_ms", office, (runs, &seen), report)
}

/// How long each case took to be seen, while sixteen others are creating.
fn lagging(
    name: &str,
    office: &Office,
    (runs, seen): (&mut u32, &dyn Fn(usize) -> Result<Duration>),
    report: &mut Report<'_>,
) -> Result<()> {
    let mut plan = create_plan(office, 16, &next_run(runs));
    plan.seconds = 4.0;
    let player = std::thread::spawn(move || plan.play());
    std::thread::sleep(Duration::from_millis(500));
    let mut took = Vec::with_capacity(PROBES);
    for n in 0..PROBES {
        took.push(seen(n)?);
        if player.is_finished() {
            break;
        }
    }
    let _ = player.join();
    let (p50, p99) = percentiles(&took);
    let mut figure = Figure::new(name, p50, "ms")
        .low()
        .counted(took.len() as u64);
    (figure.p50_ms, figure.p99_ms) = (Some(p50), Some(p99));
    report.add(figure)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn every_token_sent_is_looked_for() {
        let rows = [Row {
            shape: 0,
            values: Vec::new(),
        }];
        let plan = Plan::round("127.0.0.1:1", "s001", 2, Vec::new(), &rows);
        let loaded = Loaded {
            sent: vec![2, 1],
            ..Loaded::default()
        };
        let all: Vec<String> = plan_tokens(&plan, &loaded).collect();
        assert_eq!(all.len(), 3);
        assert!(all.iter().all(|t| t.starts_with("s001")));
        assert_eq!(all.first().unwrap(), &plan.token(0, 0));
    }
}
