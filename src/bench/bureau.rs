//! A year of a whole bureau: the cases and hand-offs that 浦东新区环保市容局 counted for 2005 (domain.md §1.5, S4-37) go
//! through the engine one by one, and are counted again in the volumes: exactly as many. About 58,000 moves.
//! Not for speed alone: a year that is not whole to the last hand-off fails.

use super::fill::{make, pick, settled, start, to, together};
use super::folder::Folder;
use super::office::{Office, Seat, found};
use super::report::{Figure, Report};
use super::stored_store::count_handled;
use super::words::Dice;
use crate::engine::case::Values;
use crate::engine::definition::MoveId;
use crate::engine::offer::Input;
use crate::kit::{Error, Id, Principal, Result};
use crate::store::Ways;
use std::collections::BTreeMap;
use std::time::Instant;

const PROCEDURE: &str = include_str!("bureau.toml");

/// A kind of document, and how many cases and hand-offs of it there were.
struct Kind {
    id: &'static str,
    name: &'static str,
    cases: u64,
    handled: u64,
}

const fn kind(id: &'static str, name: &'static str, cases: u64, handled: u64) -> Kind {
    Kind {
        id,
        name,
        cases,
        handled,
    }
}

/// 2005, organ first, then the units below it. Meeting notices were counted without hand-offs and have two each here.
const YEAR: &[Kind] = &[
    kind("read", "阅件", 1264, 12_156),
    kind("handle", "办件", 550, 4987),
    kind("issue", "发文", 401, 4286),
    kind("below-read", "下属阅件", 255, 1842),
    kind("below-handle", "下属办件", 121, 1035),
    kind("below-issue", "下属发文", 163, 1571),
    kind("contact", "联系单", 4827, 24_761),
    kind("report", "签报", 1350, 7043),
    kind("meeting", "会议通知", 165, 495),
];

/// Everybody registers, reads and closes: a case of fewer hand-offs is none.
const FEWEST: u64 = 3;

pub(super) fn measure(report: &mut Report<'_>) -> Result<()> {
    replay(report, YEAR)
}

fn replay(report: &mut Report<'_>, year: &'static [Kind]) -> Result<()> {
    let folder = Folder::make("bureau")?;
    let dir = folder.data()?;
    let seats = found(&dir)?;
    let texts: Vec<String> = year.iter().map(text).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let office = Office::open_with(&dir, Ways::default(), seats, &texts)?;
    let cases = planned(year);
    let began = Instant::now();
    together(0..cases.len(), &|n| {
        let (kind, hands) = cases.get(n).ok_or(Error::NotFound)?;
        one(&office, n, (kind, *hands))
    })?;
    let took = began.elapsed().as_secs_f64();
    settled(&office)?;
    let counted = count_handled(&office.state.store)?;
    let (all, handled) = (sum(year, |k| k.cases), sum(year, |k| k.handled));
    let wrong = differing(year, &counted, report)?;
    let figure = |name: &str, n: u64| Figure {
        n,
        wrong,
        ..Figure::new(name, n as f64 / took, "/s")
    };
    report.add(figure("bureau_cases", all))?;
    report.add(figure("bureau_hand_offs", handled))?;
    report.remark(&format!(
        "2005 年全年 {all} 件、{handled} 人次，{took:.0} 秒办完；逐类数过，{}",
        if wrong == 0 {
            "件数和人次都对"
        } else {
            "有不对的"
        }
    ))?;
    drop(office);
    folder.verify(report)
}

fn text(kind: &Kind) -> String {
    PROCEDURE
        .replace("@ID@", kind.id)
        .replace("@NAME@", kind.name)
}

fn sum(year: &[Kind], of: fn(&Kind) -> u64) -> u64 {
    year.iter().map(of).sum()
}

/// Every case with its hand-offs: those that do not divide go to the first ones, one each.
fn planned(year: &'static [Kind]) -> Vec<(&'static Kind, u64)> {
    let of = |k: &'static Kind| {
        let (each, rest) = (k.handled / k.cases, k.handled % k.cases);
        (0..k.cases).map(move |n| (k, each + u64::from(n < rest)))
    };
    year.iter().flat_map(of).collect()
}

/// One case: registered, handed from one to the next, closed by whoever registered it.
fn one(office: &Office, n: usize, (kind, hands): (&Kind, u64)) -> Result<()> {
    let mut dice = Dice::new(n as u64);
    let everybody: Vec<&Seat> = office.seats.iter().collect();
    let starter = pick(&everybody, &mut dice)?;
    let mut holder = pick(&everybody, &mut dice)?;
    let mut values = Values::new();
    values.insert(
        "title".into(),
        format!("{}（{}第{n}件）", dice.title(8), kind.name).into(),
    );
    let input = Input {
        values,
        ..to("handle", Principal::Person(holder.person))
    };
    let case: Id = start(office, starter, (kind.id, input))?.value.case;
    for left in (0..hands.saturating_sub(FEWEST - 1)).rev() {
        let next = pick(&everybody, &mut dice)?;
        let way = if left == 0 {
            closing()
        } else {
            to("handle", Principal::Person(next.person))
        };
        let opinion = dice.text(20);
        make(
            office,
            holder,
            (case, MoveId::Submit, Input { opinion, ..way }),
        )?;
        holder = next;
    }
    let choice = "close".to_owned();
    let close = Input {
        choice,
        ..Input::default()
    };
    make(office, starter, (case, MoveId::Close, close))
}

fn closing() -> Input {
    Input {
        choice: "finish".to_owned(),
        ..Input::default()
    }
}

/// How many kinds are not as the bureau counted them; each is said beside what it was counted to be in 2005.
fn differing(
    year: &[Kind],
    counted: &BTreeMap<String, (i64, i64)>,
    report: &mut Report<'_>,
) -> Result<u64> {
    let mut wrong = 0;
    for kind in year {
        let found = counted.get(kind.id).copied().unwrap_or_default();
        for (what, unit, due, found) in [
            ("cases", "件", kind.cases, found.0),
            ("hand_offs", "人次", kind.handled, found.1),
        ] {
            let counted = u64::try_from(found).unwrap_or(0);
            let name = format!("bureau_{}_{what}", kind.id.replace('-', "_"));
            report.add(Figure {
                n: counted,
                wrong: counted.abs_diff(due),
                ..Figure::new(name, counted as f64, unit).against(due as f64, 1.0)
            })?;
        }
        if found != (kind.cases.cast_signed(), kind.handled.cast_signed()) {
            wrong += 1;
            report.unsound(format!(
                "{}应有 {} 件、{} 人次，数出来是 {} 件、{} 人次",
                kind.name, kind.cases, kind.handled, found.0, found.1
            ))?;
        }
    }
    Ok(wrong)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_plan_adds_up_to_what_was_counted() {
        let cases = planned(YEAR);
        assert_eq!(cases.len() as u64, sum(YEAR, |k| k.cases));
        let handled: u64 = cases.iter().map(|c| c.1).sum();
        assert_eq!(handled, sum(YEAR, |k| k.handled));
        assert!(cases.iter().all(|c| c.1 >= FEWEST));
        // 公文 2754 件、25877 人次
        let papers: Vec<&Kind> = YEAR.iter().take(6).collect();
        assert_eq!(papers.iter().map(|k| k.cases).sum::<u64>(), 2754);
        assert_eq!(papers.iter().map(|k| k.handled).sum::<u64>(), 25_877);
    }

    #[test]
    fn a_small_year_is_whole_to_the_last_hand_off() {
        static SMALL: &[Kind] = &[kind("read", "阅件", 12, 61), kind("report", "签报", 9, 27)];
        let mut out = Vec::new();
        let mut report = Report::start(&mut out, true).unwrap();
        replay(&mut report, SMALL).unwrap();
        assert!(report.well(), "{:?}", report.unsoundness());
        let counted = [("read".to_owned(), (12, 60))].into_iter().collect();
        let wrong = differing(SMALL, &counted, &mut report).unwrap();
        assert_eq!(wrong, 2, "one hand-off less, and a kind that is not there");
    }
}
