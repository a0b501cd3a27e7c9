//! The pages people open all day: to-do, a case with opinions and ledger, the register; with ten thousand
//! cases, whole HTML, through the real router. Beside each size a drawn page (or a point read and a page)
//! with the same connections, measured just before it.

use super::fill::{Waiting, fill, waiting};
use super::folder::Folder;
use super::limits::{Ceiling, SIZES, say};
use super::office::{Office, found};
use super::plan::{Lane, Plan, Row, Shape, TOKEN};
use super::report::{Figure, Report};
use crate::kit::Result;
use crate::store::Ways;

const CASES: usize = 10_000;
const SECONDS: f64 = 3.0;
/// Goal of the contract for whole pages.
const GOAL: f64 = 0.15;
/// Different cases opened by one connection.
const OPENED: usize = 1_000;

/// Measures all of them.
pub(super) fn measure(report: &mut Report<'_>) -> Result<()> {
    let folder = Folder::make("pages")?;
    let dir = folder.data()?;
    let seats = found(&dir)?;
    let office = Office::open(&dir, Ways::default(), seats)?;
    fill(&office, CASES)?;
    office.state.store.checkpoint();
    let ceiling = Ceiling::start(&folder)?;
    let mut runs = 0;
    todo(&office, &ceiling, (report, &mut runs))?;
    open(&office, &ceiling, (report, &mut runs))?;
    register(&office, &ceiling, (report, &mut runs))?;
    drop(ceiling);
    drop(office);
    folder.verify(report)
}

pub(super) type To<'r, 'o> = (&'r mut Report<'o>, &'r mut u32);

fn todo(office: &Office, ceiling: &Ceiling, (report, runs): To<'_, '_>) -> Result<()> {
    for connections in SIZES {
        let top = ceiling.page(connections, report)?.rate;
        let plan = listed(office, connections, (&format!("/todo?t={TOKEN}"), runs));
        add(
            &format!("todo_{connections}"),
            &plan,
            (top, Some(GOAL)),
            report,
        )?;
    }
    Ok(())
}

fn register(office: &Office, ceiling: &Ceiling, (report, runs): To<'_, '_>) -> Result<()> {
    let top = ceiling.page(16, report)?.rate;
    let plan = listed(office, 16, (&format!("/register/bench?t={TOKEN}"), runs));
    add("register_16", &plan, (top, None), report)
}

/// A list everybody looks at in turn; the page names its own address, and so the token.
pub(super) fn listed(office: &Office, connections: usize, (path, runs): (&str, &mut u32)) -> Plan {
    let rows: Vec<Row> = office
        .seats
        .iter()
        .map(|s| Row {
            shape: 0,
            values: vec![s.session.clone()],
        })
        .collect();
    let shape = Shape::get(path, TOKEN).header("Cookie: ink=@0@");
    plan(office, connections, (vec![shape], &rows), runs)
}

fn open(office: &Office, ceiling: &Ceiling, (report, runs): To<'_, '_>) -> Result<()> {
    let (shape, rows) = opened(office, (report, runs))?;
    for connections in SIZES {
        let top = ceiling.read_page(connections, report)?.rate;
        let plan = plan(office, connections, (vec![shape.clone()], &rows), runs);
        add(
            &format!("open_{connections}"),
            &plan,
            (top, Some(GOAL)),
            report,
        )?;
    }
    Ok(())
}

/// Cases in somebody's hands, each opened once before: the first opening is noted in the volume, which is a
/// write, and here reading is measured.
pub(super) fn opened(office: &Office, (report, runs): To<'_, '_>) -> Result<(Shape, Vec<Row>)> {
    let all = waiting(office)?;
    let handled: Vec<&Waiting> = all.iter().filter(|w| w.verb == "承办").collect();
    let step = (handled.len() / OPENED).max(1);
    let rows: Vec<Row> = handled
        .iter()
        .step_by(step)
        .filter_map(|w| {
            let seat = office.seats.get(w.seat)?;
            let values = vec![
                seat.session.clone(),
                w.case.to_string(),
                w.task.to_string(),
                w.title.clone(),
            ];
            Some(Row { shape: 0, values })
        })
        .collect();
    let shape = Shape::get("/case/@1@?task=@2@", "@3@").header("Cookie: ink=@0@");
    let mut first = plan(office, 1, (vec![shape.clone()], &rows), runs);
    first.seconds = 60.0;
    first.lanes = vec![Lane {
        rows: rows.clone(),
        once: true,
        ..Lane::default()
    }];
    say(&first.play()?, report)?;
    Ok((shape, rows))
}

pub(super) fn plan(
    office: &Office,
    connections: usize,
    (shapes, rows): (Vec<Shape>, &[Row]),
    runs: &mut u32,
) -> Plan {
    *runs += 1;
    let run = format!("p{:03}", *runs % 1000);
    let mut plan = Plan::round(&office.address(), &run, connections, shapes, rows);
    plan.seconds = SECONDS;
    plan
}

fn add(
    name: &str,
    plan: &Plan,
    (top, goal): (f64, Option<f64>),
    report: &mut Report<'_>,
) -> Result<()> {
    let loaded = plan.play()?;
    report.add(Figure::rate(name, &loaded).compared(top, goal))?;
    say(&loaded, report)
}
