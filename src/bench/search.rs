//! Words looked for over titles, bodies and opinions, sixteen people at once, through the real router: with
//! ten thousand cases and with a hundred thousand. Half of the words stand almost everywhere, half are names
//! that stand in few bodies, because the one is paid in texts compared and the other in lists walked.
//! Invariant: an answer is right only where it names its own address and shows first the case the search
//! gives that person first, or says that there is none.

use super::fill::{fill_with, known};
use super::folder::Folder;
use super::limits::{BODY, Ceiling, say};
use super::office::{Office, Seat, found};
use super::plan::{Plan, Row, Shape, TOKEN};
use super::report::{Figure, Report};
use super::words::Dice;
use crate::kit::{Error, Result};
use crate::search::Asked;
use crate::store::Ways;
use crate::web::encode;
use std::ops::Range;
use std::time::{Duration, Instant};

/// The two sizes.
const SOME: usize = 10_000;
const MANY: usize = 100_000;
const CONNECTIONS: usize = 16;
const SECONDS: f64 = 5.0;
/// Different questions of one load.
const QUESTIONS: usize = 640;
/// Hits on the page of the office.
const PAGE: usize = 20;
/// Goals of the contract: forty times the title search of the peer that has one, whose figure stood beside a
/// point read with a page at 42,000 a second; and half of the rate with ten times the cases.
const GOAL: f64 = 0.05;
const GOAL_MANY: f64 = 0.5;
/// How long the search may take to have read everything.
const PATIENCE: Duration = Duration::from_secs(300);
/// Characters of names, each of two; the first ones come often.
const NAME_CHARS: usize = 300;
/// Names in a body.
const NAMES: usize = 3;

/// Measures all of them.
pub(super) fn measure(report: &mut Report<'_>) -> Result<()> {
    let folder = Folder::make("search")?;
    let dir = folder.data()?;
    let seats = found(&dir)?;
    let office = Office::open(&dir, Ways::default(), seats)?;
    let ceiling = Ceiling::start(&folder)?;
    taken_in(&office, 0..SOME, report)?;
    let top = ceiling.read_page(CONNECTIONS, report)?.rate;
    let mut few = 0.0;
    let sizes = [("search2_16", 2, "q002"), ("search4_16", 4, "q004")];
    for (name, letters, run) in sizes {
        let questions = questions(QUESTIONS, (letters, SOME));
        let loaded = plan(&office, &questions, run)?.play()?;
        report.add(Figure::rate(name, &loaded).against(top, GOAL))?;
        say(&loaded, report)?;
        if letters == 2 {
            few = loaded.rate;
        }
    }
    taken_in(&office, SOME..MANY, report)?;
    let questions = questions(QUESTIONS, (2, MANY));
    let loaded = plan(&office, &questions, "q102")?.play()?;
    report.add(Figure::rate("search2_100k_vs_10k", &loaded).against(few, GOAL_MANY))?;
    say(&loaded, report)?;
    drop(ceiling);
    drop(office);
    folder.verify(report)
}

/// Makes the cases of these numbers and waits until all of them can be found.
fn taken_in(office: &Office, cases: Range<usize>, report: &mut Report<'_>) -> Result<()> {
    let (began, n) = (Instant::now(), cases.len());
    fill_with(office, cases, &body)?;
    let made = began.elapsed();
    if !office.state.search.drain(PATIENCE) {
        return Err(Error::fault("the search did not catch up"));
    }
    office.state.store.checkpoint();
    report.remark(&format!(
        "登记 {n} 件用 {:.0} 秒，再过 {:.0} 秒全都查得到",
        made.as_secs_f64(),
        (began.elapsed() - made).as_secs_f64()
    ))
}

/// The body of the `n`-th case: words of the office, and whom to ask.
pub(super) fn body(n: usize) -> String {
    let mut dice = Dice::new(n as u64);
    let names = names(n).join("、");
    let tail = format!("。联系人：{names}。");
    dice.text(BODY.saturating_sub(tail.len())) + &tail
}

fn names(n: usize) -> Vec<String> {
    let mut dice = Dice::new(!(n as u64));
    (0..NAMES).map(|_| name(&mut dice)).collect()
}

fn name(dice: &mut Dice) -> String {
    let letter = |dice: &mut Dice| {
        let rank = dice.below(NAME_CHARS) * dice.below(NAME_CHARS) / NAME_CHARS;
        u32::try_from(rank)
            .ok()
            .and_then(|r| char::from_u32(0x6000 + r))
    };
    (0..2).filter_map(|_| letter(dice)).collect()
}

/// What the `n`-th question asks for, so that some body of `cases` holds it: for two characters by turns a
/// name and a word as it comes, for four what stands behind one another.
fn word(n: usize, (letters, cases): (usize, usize)) -> String {
    let mut dice = Dice::new(n as u64 ^ 0x5eed);
    let case = dice.below(cases);
    if letters == 2 && n.is_multiple_of(2) {
        return names(case).swap_remove(0);
    }
    let text = body(case);
    let runs: Vec<Vec<char>> = text
        .split(['。', '，', '：', '、'])
        .map(|run| run.chars().collect::<Vec<char>>())
        .filter(|run| run.len() >= letters)
        .collect();
    let run = runs.get(dice.below(runs.len()));
    let run = run.map_or(&[][..], Vec::as_slice);
    let from = dice.below(run.len().saturating_sub(letters) + 1);
    run.iter().skip(from).take(letters).collect()
}

pub(super) fn questions(many: usize, of: (usize, usize)) -> Vec<String> {
    (0..many).map(|n| word(n, of)).collect()
}

/// Everybody asks in turn; what is right is asked of the search itself beforehand.
pub(super) fn plan(office: &Office, questions: &[String], run: &str) -> Result<Plan> {
    let turns = office.seats.iter().cycle().zip(questions);
    let rows = turns
        .map(|(seat, word)| right(office, seat, word))
        .collect::<Result<Vec<Row>>>()?;
    let shape = Shape::get(format!("/search?q=@1@&t={TOKEN}"), TOKEN)
        .also("@2@")
        .header("Cookie: ink=@0@");
    let mut plan = Plan::round(&office.address(), run, CONNECTIONS, vec![shape], &rows);
    plan.seconds = SECONDS;
    Ok(plan)
}

fn right(office: &Office, seat: &Seat, word: &str) -> Result<Row> {
    let asked = Asked {
        words: word.to_owned(),
        most: PAGE,
        ..Asked::default()
    };
    let who = known(office, seat)?.scope.json();
    let found = office.state.search.find(&asked, &who)?;
    let first = found.hits.first();
    let right = first.map_or_else(
        || "没有查到".to_owned(),
        |hit| format!("\"/case/{}\"", hit.case),
    );
    Ok(Row {
        shape: 0,
        values: vec![seat.session.clone(), encode(word), right],
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn every_question_has_its_letters_and_an_answer() {
        for letters in [2, 4] {
            for n in 0..200 {
                let word = word(n, (letters, 50));
                assert_eq!(word.chars().count(), letters, "{word}");
                assert!((0..50).any(|case| body(case).contains(&word)), "{word}");
            }
        }
        assert!((0..50).all(|n| body(n).len() <= BODY));
    }

    #[test]
    fn the_pages_show_what_the_search_gives() {
        let folder = Folder::make("search-test").unwrap();
        let dir = folder.data().unwrap();
        let seats = found(&dir).unwrap();
        let office = Office::open(&dir, Ways::default(), seats).unwrap();
        let mut out = Vec::new();
        let mut report = Report::start(&mut out, false).unwrap();
        taken_in(&office, 0..60, &mut report).unwrap();
        for letters in [2, 4] {
            let mut plan = plan(&office, &questions(40, (letters, 60)), "t001").unwrap();
            let none = |r: &&Row| r.values.last().unwrap() == "没有查到";
            let rows: Vec<Row> = plan.lanes.first().unwrap().rows.clone();
            let of_none = rows.iter().filter(none).count();
            assert!(of_none > 0 && of_none < rows.len(), "both kinds are asked");
            plan.seconds = 0.2;
            let found = super::super::load::play(&std::sync::Arc::new(plan)).unwrap();
            assert!(found.n > 0 && found.wrong == 0, "{:?}", found.first_wrong);
        }
    }
}
