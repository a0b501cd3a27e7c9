//! Ten years of an office against one: 250,000 cases with 2.5 million hand-offs beside 25,000, the same people
//! asking the same pages of both by turns. The engine makes some cases of every kind; the years are copies of
//! them (`store::bulk`), of which a thousand are laid beside the engine's own, column by column.
//! Invariant: the present year is the same in both offices, so that only the past is measured.
//!
//! Decision 2026-11-22: years gone by are all finished and the present one has a tenth in hand: what waits for
//! people does not grow with the years of an office, what is kept does. The clock stands in the tenth year after
//! 2024, because ids count from there.

use super::fill::{make, pick, settled, start, to, together, values};
use super::folder::{Folder, verified};
use super::limits::say;
use super::office::{Office, PROCEDURE_ID, Seat, found_at};
use super::pages::{listed, opened, plan};
use super::plan::{Loaded, Plan, TOKEN};
use super::report::{Figure, Report};
use super::words::Dice;
use super::{search, steps};
use crate::engine::definition::MoveId;
use crate::engine::offer::Input;
use crate::kit::{Clock, Day, Error, Id, Millis, Result, Zone};
use crate::org::Role;
use crate::store::bulk::{Placed, Placing, Template};
use crate::store::{DataDir, Ways};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

const ZONE: Zone = Zone::BEIJING;
const CONNECTIONS: usize = 16;
/// Goal of the contract, for each page.
const GOAL: f64 = 1.1;
/// Each page is asked for so many times in both offices by turns, and the quickest time of each is compared: what
/// else this machine does can only make a page slower.
const ROUNDS: usize = 5;
const SECONDS: f64 = 1.2;
const QUESTIONS: usize = 320;
/// How long lists and search may take to be made, on a machine that does other things as well.
const PATIENCE: Duration = Duration::from_secs(1_800);
/// What one action takes on the clock of the template.
const TICK_MS: i64 = 500;

const MINUTE_MS: i64 = 60_000;

/// How large the offices are.
struct Size {
    /// Finished cases the engine makes, and so of each block.
    finished: usize,
    /// Cases in hand, in the present year alone.
    in_hand: usize,
    /// Blocks a year.
    blocks: usize,
    years: i16,
    /// Copies laid beside the engine's own.
    sampled: usize,
}

const OFFICE: Size = Size {
    finished: 1_250,
    in_hand: 2_500,
    blocks: 20,
    years: 10,
    sampled: 1_000,
};

/// Measures all of them.
pub(super) fn measure(report: &mut Report<'_>) -> Result<()> {
    let began = Instant::now();
    let folder = Folder::make("growth")?;
    let offices = Offices::make(&folder, &OFFICE, report)?;
    lap("两个办公室建好", began, report)?;
    compared(&offices, report)?;
    lap("测完", began, report)?;
    let dirs = [offices.one_dir.clone(), offices.ten_dir.clone()];
    drop(offices);
    dirs.iter().try_for_each(|dir| verified(dir, report))?;
    lap("核对完", began, report)
}

fn lap(what: &str, began: Instant, report: &mut Report<'_>) -> Result<()> {
    report.remark(&format!(
        "{what}：第 {:.0} 秒",
        began.elapsed().as_secs_f64()
    ))
}

/// An office of one year and one of ten.
struct Offices {
    one: Office,
    ten: Office,
    one_dir: DataDir,
    ten_dir: DataDir,
    /// Different texts in both.
    texts: usize,
}

impl Offices {
    fn make(folder: &Folder, size: &Size, report: &mut Report<'_>) -> Result<Self> {
        let began = Instant::now();
        let clock = Clock::held(first_morning()?);
        let template_dir = DataDir::make(folder.file("template"))?;
        let seats = found_at(clock.clone(), &template_dir)?;
        // the same office twice, before its first case
        let [one_dir, ten_dir] = [folder.file("one"), folder.file("ten")];
        copy_all(template_dir.root(), &one_dir)?;
        copy_all(template_dir.root(), &ten_dir)?;
        let begins = engine_made(&clock, &template_dir, (&seats, size))?;
        let template = Template::read(&template_dir, ZONE, &begins)?;
        lap("引擎做好样本", began, report)?;
        let (one_dir, ten_dir) = (DataDir::make(one_dir)?, DataDir::make(ten_dir)?);
        let open = |dir| Office::open_at(clock.clone(), dir, Ways::default(), seats.clone());
        let (one, ten) = (open(&one_dir)?, open(&ten_dir)?);
        let this_year = ZONE.year(clock.now());
        copied(&one, &template, (this_year..=this_year, size))?;
        let first_year = this_year - size.years + 1;
        let placed = copied(&ten, &template, (first_year..=this_year, size))?;
        lap("各年抄好", began, report)?;
        alike(&ten, &template, (&placed, size.sampled), report)?;
        lap("抽查完", began, report)?;
        let both = [&one, &ten];
        both.iter().for_each(|o| o.state.store.told_of_copies());
        both.iter().try_for_each(|o| taken_in(o))?;
        Ok(Self {
            one,
            ten,
            one_dir,
            ten_dir,
            texts: size.finished,
        })
    }
}

fn first_morning() -> Result<Millis> {
    let day: Day = "2033-12-01".parse().map_err(Error::fault)?;
    Ok(ZONE.at(day, 8, 0))
}

fn copy_all(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_all(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// Cases of the engine of one day, finished ones and then those in hand; says when either began.
fn engine_made(
    clock: &Clock,
    dir: &DataDir,
    (seats, size): (&[Seat], &Size),
) -> Result<[Millis; 2]> {
    let office = Office::open_at(clock.clone(), dir, Ways::default(), seats.to_vec())?;
    let finished_at = clock.now();
    together(0..size.finished, &|n| one(&office, n, WHOLE))?;
    clock.advance(MINUTE_MS);
    let in_hand_at = clock.now();
    together(0..size.in_hand, &|n| one(&office, n, n % IN_HAND + 1))?;
    settled(&office)?;
    office.state.store.checkpoint();
    Ok([finished_at, in_hand_at])
}

/// Actions from the start of a case until it is closed; with the start's own two lines that is ten hand-offs.
const WHOLE: usize = 9;
/// Of those, how many a case in hand may have behind it.
const IN_HAND: usize = 6;

/// What one hand does: passes it on to a colleague, or sends it to the next step.
enum Hand {
    Pass(Role),
    Send(&'static str, Role),
    End(&'static str),
    Close,
}

const HANDS: [Hand; WHOLE - 1] = [
    Hand::Pass(Role::DeptHead),
    Hand::Send("review", Role::DeptHead),
    Hand::Pass(Role::DeptHead),
    Hand::Pass(Role::DeptHead),
    Hand::Send("handle", Role::Handler),
    Hand::Pass(Role::Handler),
    Hand::End("finish"),
    Hand::Close,
];

/// Starts the `n`-th case and hands it on `deeds - 1` times.
fn one(office: &Office, n: usize, deeds: usize) -> Result<()> {
    let mut dice = Dice::new(n as u64);
    let tick = || office.state.store.clock().advance(TICK_MS);
    let starter = pick(&office.seats.iter().collect::<Vec<_>>(), &mut dice)?;
    let mut holder = pick(&office.with(Role::DeptHead), &mut dice)?;
    let title = format!("{}（第{n}件）", dice.title(8));
    let urgency = if n.is_multiple_of(25) {
        "特急"
    } else {
        "普通"
    };
    let input = Input {
        values: values(&title, urgency, &search::body(n)),
        ..to("propose", holder.post)
    };
    tick();
    let case = start(office, starter, (PROCEDURE_ID, input))?.value.case;
    // nobody has a case twice: whoever passed it on is no choice any more
    let mut had = vec![holder.person];
    for hand in HANDS.iter().take(deeds.saturating_sub(1)) {
        tick();
        let next = |role: Role, dice: &mut Dice| {
            let free = office.with(role).into_iter();
            let free: Vec<&Seat> = free.filter(|s| !had.contains(&s.person)).collect();
            pick(&free, dice)
        };
        let opinion = dice.text(90);
        let (from, mv, input, next) = match hand {
            Hand::Pass(role) => {
                let next = next(*role, &mut dice)?;
                (holder, MoveId::Transfer, to("to", next.post), next)
            }
            Hand::Send(step, role) => {
                let next = next(*role, &mut dice)?;
                let input = Input {
                    opinion,
                    ..to(step, next.post)
                };
                (holder, MoveId::Submit, input, next)
            }
            Hand::End(step) => {
                let input = Input {
                    opinion,
                    people: Vec::new(),
                    ..to(step, starter.post)
                };
                (holder, MoveId::Submit, input, starter)
            }
            Hand::Close => {
                let input = Input {
                    people: Vec::new(),
                    ..to("close", starter.post)
                };
                (starter, MoveId::Close, input, starter)
            }
        };
        make(office, from, (case, mv, input))?;
        had.push(next.person);
        holder = next;
    }
    Ok(())
}

/// Copies blocks of finished cases over the years, oldest first; the present year ends with what is in hand.
fn copied(
    office: &Office,
    template: &Template,
    (years, size): (std::ops::RangeInclusive<i16>, &Size),
) -> Result<Vec<Placed>> {
    let (last, store) = (*years.end(), &office.state.store);
    let mut all = Vec::new();
    for year in years {
        let blocks = size.blocks
            - if year == last {
                size.in_hand / size.finished
            } else {
                0
            };
        for n in (0..blocks).rev() {
            let back = i64::from(last - year) * 365 + n as i64 * 15;
            all.push(store.place_block(
                template,
                Placing {
                    block: 0,
                    days: -back,
                    year,
                },
            )?);
        }
    }
    all.push(store.place_block(
        template,
        Placing {
            block: 1,
            days: 0,
            year: last,
        },
    )?);
    Ok(all)
}

/// Lays copies beside the engine's own.
fn alike(
    office: &Office,
    template: &Template,
    (placed, sampled): (&[Placed], usize),
    report: &mut Report<'_>,
) -> Result<()> {
    let mut dice = Dice::new(41);
    let some: Vec<(&Placed, Id)> = (0..sampled)
        .filter_map(|_| {
            let placed = placed.get(dice.below(placed.len()))?;
            let cases = template.cases(placed.placing.block);
            Some((placed, *cases.get(dice.below(cases.len()))?))
        })
        .collect();
    if some.len() != sampled {
        return Err(Error::fault("nothing was copied"));
    }
    let differ = office.state.store.differ(template, &some)?;
    let n = differ.len();
    match differ.into_iter().next() {
        None => report.remark(&format!("抽查 {sampled} 件，和引擎做的一样")),
        Some(first) => report.unsound(format!(
            "抽查 {sampled} 件，{n} 件和引擎做的不一样：{first}"
        )),
    }
}

/// Waits until lists and search have everything.
fn taken_in(office: &Office) -> Result<()> {
    if !office.state.search.drain(PATIENCE) || !office.state.store.drain(PATIENCE) {
        return Err(Error::fault("lists and search did not catch up"));
    }
    office.state.store.checkpoint();
    Ok(())
}

type Ask<'a> = dyn FnMut(&Office, &mut Report<'_>) -> Result<Loaded> + 'a;

fn compared(offices: &Offices, report: &mut Report<'_>) -> Result<()> {
    let mut runs = 0;
    let list = |path: String, runs: &mut u32| {
        let mut runs = *runs;
        move |office: &Office, report: &mut Report<'_>| {
            let plan = timed(listed(office, CONNECTIONS, (&path, &mut runs)));
            played(&plan, report)
        }
    };
    beside(
        "todo",
        offices,
        &mut list(format!("/todo?t={TOKEN}"), &mut runs),
        report,
    )?;
    open(offices, &mut runs, report)?;
    beside(
        "register",
        offices,
        &mut list(format!("/register/bench?t={TOKEN}"), &mut runs),
        report,
    )?;
    searched(offices, report)?;
    let mut advance = |office: &Office, report: &mut Report<'_>| {
        steps::advance(office, (CONNECTIONS, 0.5), &mut runs, report)
    };
    beside("advance", offices, &mut advance, report)
}

fn open(offices: &Offices, runs: &mut u32, report: &mut Report<'_>) -> Result<()> {
    let mut plans = Vec::new();
    for office in [&offices.one, &offices.ten] {
        let (shape, rows) = opened(office, (report, runs))?;
        plans.push(timed(plan(office, CONNECTIONS, (vec![shape], &rows), runs)));
    }
    by_turns("open", offices, &plans, report)
}

fn searched(offices: &Offices, report: &mut Report<'_>) -> Result<()> {
    let asked = search::questions(QUESTIONS, (2, offices.texts));
    let plans = [
        timed(search::plan(&offices.one, &asked, "g001")?),
        timed(search::plan(&offices.ten, &asked, "g010")?),
    ];
    by_turns("search", offices, &plans, report)
}

/// The first plan is the small office's.
fn by_turns(name: &str, offices: &Offices, plans: &[Plan], report: &mut Report<'_>) -> Result<()> {
    let mut turn = plans.iter().cycle();
    let mut ask = |_: &Office, report: &mut Report<'_>| {
        let plan = turn.next().ok_or(Error::NotFound)?;
        played(plan, report)
    };
    beside(name, offices, &mut ask, report)
}

fn timed(mut plan: Plan) -> Plan {
    plan.seconds = SECONDS;
    plan
}

fn played(plan: &Plan, report: &mut Report<'_>) -> Result<Loaded> {
    let loaded = plan.play()?;
    say_wrong(&loaded, report)?;
    Ok(loaded)
}

fn say_wrong(loaded: &Loaded, report: &mut Report<'_>) -> Result<()> {
    match loaded.first_wrong {
        Some(_) => say(loaded, report),
        None => Ok(()),
    }
}

/// Asks both offices by turns, the small one first; a request's time is the connections over the rate.
fn beside(name: &str, offices: &Offices, ask: &mut Ask<'_>, report: &mut Report<'_>) -> Result<()> {
    let (mut one, mut ten) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        one.push(ask(&offices.one, report)?);
        ten.push(ask(&offices.ten, report)?);
    }
    let wrong = one.iter().chain(&ten).map(|l| l.wrong).sum();
    let n = ten.iter().map(|l| l.n).sum();
    let (one, ten) = (quickest(one)?, quickest(ten)?);
    let ms = |l: &Loaded| CONNECTIONS as f64 * 1_000.0 / l.rate;
    let mut figure = Figure::new(format!("{name}_10y_vs_1y"), ms(&ten), "ms")
        .load(&ten)
        .low()
        .against(ms(&one), GOAL)
        .counted(n);
    figure.wrong = wrong;
    report.add(figure)
}

fn quickest(all: Vec<Loaded>) -> Result<Loaded> {
    let best = all.into_iter().max_by(|a, b| a.rate.total_cmp(&b.rate));
    best.filter(|l| l.rate > 0.0)
        .ok_or_else(|| Error::fault("nothing was answered"))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const SMALL: Size = Size {
        finished: 12,
        in_hand: 12,
        blocks: 2,
        years: 3,
        sampled: 60,
    };

    #[test]
    fn copied_years_are_the_engines_own_and_sound() {
        let folder = Folder::make("growth-test").unwrap();
        let mut out = Vec::new();
        let mut report = Report::start(&mut out, false).unwrap();
        let offices = Offices::make(&folder, &SMALL, &mut report).unwrap();
        let waiting = super::super::fill::waiting(&offices.ten).unwrap().len();
        assert_eq!(waiting, SMALL.in_hand, "the past waits for nobody");
        let dirs = [offices.one_dir.clone(), offices.ten_dir.clone()];
        drop(offices);
        for dir in &dirs {
            verified(dir, &mut report).unwrap();
        }
        assert!(
            report.unsoundness().is_empty(),
            "{:?}",
            report.unsoundness()
        );
    }
}
