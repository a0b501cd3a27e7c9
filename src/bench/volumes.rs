//! The same office in one volume and in sixty: to-do, register and counters come from the index and must not
//! feel it (storage.md §3). On the way from one to sixty the shelves move while people write, and what moving
//! costs is said. Invariant: the same cases, the same readers, only the files differ.

use super::fill::{fill, fill_with, mark};
use super::folder::Folder;
use super::limits::say;
use super::office::{Office, found};
use super::plan::{Plan, Row, Shape, TOKEN};
use super::report::{Figure, Report};
use crate::kit::{Error, Result};
use crate::store::placement::{Policy, Rule};
use crate::store::{Stamp, Store, Ways};
use std::time::{Duration, Instant};

const CASES: usize = 6_000;
/// Cases registered while the shelves move.
const MEANWHILE: usize = 600;
const VOLUMES: usize = 60;
const CONNECTIONS: usize = 16;
const SECONDS: f64 = 3.0;
/// Each list is measured so often and the best counts: what is compared is files, not a busy machine.
const TIMES: usize = 3;
/// Goal of the contract.
const GOAL: f64 = 1.1;
const PATIENCE: Duration = Duration::from_secs(240);

/// Name of the figure, the page, what its answer contains.
const LISTS: [(&str, &str, &str); 3] = [
    ("todo", "/todo?t=", TOKEN),
    ("register", "/register/bench?t=", TOKEN),
    ("counters", "/pulse?t=", "\"todo\":"),
];

/// Measures all of them.
pub(super) fn measure(report: &mut Report<'_>) -> Result<()> {
    let folder = Folder::make("volumes")?;
    let dir = folder.data()?;
    let seats = found(&dir)?;
    let office = Office::open(&dir, Ways::default(), seats)?;
    fill(&office, CASES)?;
    let mut runs = 0;
    let one = lists(&office, (report, &mut runs))?;
    moved(&office, report)?;
    let sixty = lists(&office, (report, &mut runs))?;
    for ((name, ..), (one, sixty)) in LISTS.iter().zip(one.iter().zip(&sixty)) {
        let (before, after) = (each_ms(one.rate), each_ms(sixty.rate));
        let figure = Figure::new(format!("{name}_60_vs_1"), after, "ms").load(sixty);
        report.add(figure.against(before, GOAL).low())?;
    }
    drop(office);
    folder.verify(report)
}

/// Time of one answer with all connections at work.
fn each_ms(rate: f64) -> f64 {
    1000.0 * CONNECTIONS as f64 / rate.max(0.001)
}

type Loaded = super::plan::Loaded;

fn lists(office: &Office, (report, runs): (&mut Report<'_>, &mut u32)) -> Result<Vec<Loaded>> {
    let seat = |s: &super::office::Seat| Row {
        shape: 0,
        values: vec![s.session.clone()],
    };
    let rows: Vec<Row> = office.seats.iter().map(seat).collect();
    let mut all = Vec::new();
    for (_, path, expect) in LISTS {
        let shape = Shape::get(format!("{path}{TOKEN}"), expect).header("Cookie: ink=@0@");
        let mut best: Option<Loaded> = None;
        for _ in 0..TIMES {
            *runs += 1;
            let run = format!("v{:03}", *runs % 1000);
            let mut plan = Plan::round(
                &office.address(),
                &run,
                CONNECTIONS,
                vec![shape.clone()],
                &rows,
            );
            plan.seconds = SECONDS;
            let loaded = plan.play()?;
            say(&loaded, report)?;
            if best.as_ref().is_none_or(|b| b.rate < loaded.rate) {
                best = Some(loaded);
            }
        }
        all.extend(best);
    }
    Ok(all)
}

/// Every department's every year into a volume of its own, while cases are registered; then empty years until
/// there are sixty.
fn moved(office: &Office, report: &mut Report<'_>) -> Result<()> {
    let store = &office.state.store;
    let own = Rule {
        common: Policy {
            exclusive: true,
            yearly: true,
        },
        ..Rule::default()
    };
    let stamp = Stamp::new("system:bench", "bench.rule", store.clock().now());
    store.change_rule(&own, stamp)?;
    let mover = store.start_mover_with(Duration::from_secs(1))?;
    let title = |n: usize| mark(n);
    fill_with(office, CASES..CASES + MEANWHILE, &title)?;
    arrived(store)?;
    drop(mover);
    let figures = store.moving_figures();
    let rate = figures.rows as f64 / figures.worked.as_secs_f64().max(0.001);
    report.add(Figure::new("move_rows_per_s", rate, "/s").counted(figures.rows))?;
    let pause = figures.longest_pause.as_secs_f64() * 1000.0;
    report.add(
        Figure::new("move_longest_pause_ms", pause, "ms")
            .counted(figures.shelves)
            .low(),
    )?;
    let depts: Vec<i64> = store
        .shelves()?
        .into_iter()
        .map(|(_, dept, _)| dept)
        .collect();
    for year in 1990.. {
        for dept in &depts {
            if store.volumes()?.len() >= VOLUMES {
                return Ok(());
            }
            store.shelf_for(*dept, year)?;
        }
    }
    Ok(())
}

fn arrived(store: &Store) -> Result<()> {
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        let all = store.relocations(10_000)?;
        if all.iter().all(|r| r.ended_at.is_some()) {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Err(Error::fault("the shelves did not arrive"))
}
