//! Cases for an office to read and work on, made by the engine itself, many at once so that they share
//! commits. There is no other path: rows made here are the engine's rows, numbers, ledger and audit
//! included. Invariant: the same number of cases gives the same texts and the same hands on every machine.

use super::limits::{BODY, texts};
use super::office::{Office, PROCEDURE_ID, Seat, here};
use super::words::Dice;
use crate::access::{Action, Token, Who, policy};
use crate::engine::case::Values;
use crate::engine::definition::MoveId;
use crate::engine::index_store::{list_todo, principals};
use crate::engine::offer::Input;
use crate::engine::run::{Acting, Ask, Done};
use crate::kit::{Error, Id, Principal, Result};
use crate::org::Role;
use crate::screens::case::{Advance, StartCase};
use crate::store::{Receipt, Stamp};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Writers at once: as many as one commit may carry from the web.
const WRITERS: usize = 64;
const PATIENCE: Duration = Duration::from_secs(300);

/// How far a case goes before it waits; every fourth stands at its beginning.
const DEPTHS: [usize; 4] = [0, 1, 2, 2];

/// Makes `cases` cases and waits until the lists show them.
pub(super) fn fill(office: &Office, cases: usize) -> Result<()> {
    let bodies: Vec<String> = texts().collect();
    fill_with(office, 0..cases, &|n| {
        bodies.get(n % bodies.len()).cloned().unwrap_or_default()
    })
}

/// Makes the cases of these numbers, each with the body said for it.
pub(super) fn fill_with(
    office: &Office,
    cases: Range<usize>,
    body: &(dyn Fn(usize) -> String + Sync),
) -> Result<()> {
    together(cases, &|n| one(office, n, &body(n)))?;
    settled(office)
}

/// Makes the cases of these numbers, as many at once as one commit may carry.
pub(super) fn together(
    cases: Range<usize>,
    make: &(dyn Fn(usize) -> Result<()> + Sync),
) -> Result<()> {
    let next = AtomicUsize::new(cases.start);
    std::thread::scope(|scope| {
        let work = || -> Result<()> {
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= cases.end {
                    return Ok(());
                }
                make(n)?;
            }
        };
        let threads: Vec<_> = (0..WRITERS).map(|_| scope.spawn(work)).collect();
        threads.into_iter().try_for_each(|t| {
            t.join()
                .unwrap_or_else(|_| Err(Error::fault("a writer of the fill panicked")))
        })
    })
}

/// Waits until the lists show everything.
pub(super) fn settled(office: &Office) -> Result<()> {
    if office.state.store.drain(PATIENCE) {
        Ok(())
    } else {
        Err(Error::fault("the lists did not catch up"))
    }
}

/// What the title of the `n`-th case ends with; no other title contains it.
pub(super) fn mark(n: usize) -> String {
    format!("（第{n}件）")
}

pub(super) fn one(office: &Office, n: usize, body: &str) -> Result<()> {
    let mut dice = Dice::new(n as u64);
    let heads = office.with(Role::DeptHead);
    let handlers = office.with(Role::Handler);
    let (first, second) = (pick(&heads, &mut dice)?, pick(&heads, &mut dice)?);
    let starter = pick(&office.seats.iter().collect::<Vec<_>>(), &mut dice)?;
    let urgency = if n.is_multiple_of(25) {
        "特急"
    } else {
        "普通"
    };
    let title = format!("{}{}", dice.title(8), mark(n));
    let input = Input {
        values: values(&title, urgency, body),
        ..to("propose", first.post)
    };
    let case = start(office, starter, (PROCEDURE_ID, input))?.value.case;
    let depth = DEPTHS.get(n % DEPTHS.len()).copied().unwrap_or(0);
    let handler = pick(&handlers, &mut dice)?;
    let hands = [
        (first, to("review", second.post)),
        (second, to("handle", handler.post)),
    ];
    for (seat, input) in hands.into_iter().take(depth) {
        let opinion = dice.text(90);
        act(office, seat, (case, Input { opinion, ..input }))?;
    }
    Ok(())
}

pub(super) fn start(
    office: &Office,
    seat: &Seat,
    (procedure, input): (&str, Input),
) -> Result<Receipt<Done>> {
    let engine = &office.state.engine;
    let published = engine.procedures.current(procedure)?;
    let acting = Acting::of(&office.state.org.current(), seat.person)?;
    let stamp = stamp::<StartCase>(office, seat)?;
    engine.start(
        &office.state.store,
        stamp,
        &acting,
        (&published, input, None),
    )
}

/// One more case, to see when the lists and the search show it; with whom it may be looked for.
pub(super) fn probe(office: &Office, n: usize) -> Result<(Receipt<Done>, &Seat)> {
    let mut dice = Dice::new(n as u64);
    let seat = pick(&office.with(Role::DeptHead), &mut dice)?;
    let title = format!("{}{}", dice.title(8), probe_mark(n));
    let input = Input {
        values: values(&title, "普通", &dice.text(BODY)),
        ..to("propose", seat.post)
    };
    Ok((start(office, seat, (PROCEDURE_ID, input))?, seat))
}

/// What no other title has.
pub(super) fn probe_mark(n: usize) -> String {
    format!("（探{n}问）")
}

fn act(office: &Office, seat: &Seat, (case, input): (Id, Input)) -> Result<()> {
    make(office, seat, (case, MoveId::Submit, input))
}

/// One move as the router does it.
pub(super) fn make(
    office: &Office,
    seat: &Seat,
    (case, mv, input): (Id, MoveId, Input),
) -> Result<()> {
    let acting = Acting::of(&office.state.org.current(), seat.person)?;
    let ask = Ask {
        case,
        task: None,
        rev: None,
        mv,
        input,
    };
    let stamp = stamp::<Advance>(office, seat)?;
    office
        .state
        .engine
        .act(&office.state.store, stamp, &acting, ask)
        .map(drop)
}

/// As the router does it: the person of the session.
pub(super) fn known(office: &Office, seat: &Seat) -> Result<Arc<Who>> {
    let access = &office.state.access;
    let token = Token::parse(&seat.session);
    let who = token.and_then(|t| access.identify(&office.state.org.current(), &t));
    who.ok_or_else(|| Error::fault("nobody is logged in"))
}

/// As the router does it: the session's person, and the permit of the action.
fn stamp<A: Action>(office: &Office, seat: &Seat) -> Result<Stamp> {
    let who = known(office, seat)?;
    let now = office.state.store.clock().now();
    Ok(policy::permit::<A>(who, &here(), now, "fill", "")?.stamp())
}

pub(super) fn values(title: &str, urgency: &str, body: &str) -> Values {
    let all = [
        ("title", title),
        ("from", "墨川县应急管理局"),
        ("from_number", "墨应急发〔2026〕12号"),
        ("urgency", urgency),
        ("body", body),
    ];
    let all = all.into_iter();
    all.map(|(field, text)| (field.into(), text.into()))
        .collect()
}

pub(super) fn to(step: &str, who: Principal) -> Input {
    Input {
        choice: step.into(),
        people: vec![who],
        ..Input::default()
    }
}

pub(super) fn pick<'a>(from: &[&'a Seat], dice: &mut Dice) -> Result<&'a Seat> {
    let found = from.get(dice.below(from.len())).copied();
    found.ok_or_else(|| Error::fault("nobody has the role"))
}

/// A task somebody may work on now.
#[derive(Debug, Clone)]
pub(super) struct Waiting {
    /// Whose: the number of the seat.
    pub seat: usize,
    pub case: Id,
    pub task: Id,
    pub verb: String,
    pub title: String,
}

/// All that waits for the office's people, each once.
pub(super) fn waiting(office: &Office) -> Result<Vec<Waiting>> {
    let index = office.state.store.index()?;
    let mut all = Vec::new();
    for (n, seat) in office.seats.iter().enumerate() {
        let mine = [Principal::Person(seat.person), seat.post];
        let listed = list_todo(&index, &principals(&mine), (i64::MAX, 0))?;
        all.extend(listed.into_iter().map(|t| Waiting {
            seat: n,
            case: t.case,
            task: t.task,
            verb: t.verb,
            title: t.title,
        }));
    }
    Ok(all)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::folder::Folder;
    use super::super::office::{PEOPLE, found};
    use super::super::report::Report;
    use super::*;
    use crate::store::Ways;

    #[test]
    fn a_filled_office_is_sound_and_everybody_has_work() {
        let folder = Folder::make("fill").unwrap();
        let dir = folder.data().unwrap();
        let seats = found(&dir).unwrap();
        assert_eq!(seats.len(), PEOPLE);
        let office = Office::open(&dir, Ways::default(), seats).unwrap();
        fill(&office, 200).unwrap();
        let all = waiting(&office).unwrap();
        assert_eq!(all.len(), 200, "one task a case");
        let at = |verb: &str| all.iter().filter(|w| w.verb == verb).count();
        assert_eq!((at("拟办"), at("审阅"), at("承办")), (50, 50, 100));
        let titles: std::collections::BTreeSet<_> = all.iter().map(|w| &w.title).collect();
        assert_eq!(titles.len(), 200);
        drop(office);
        let mut out = Vec::new();
        let mut report = Report::start(&mut out, false).unwrap();
        folder.verify(&mut report).unwrap();
        assert!(
            report.unsoundness().is_empty(),
            "{:?}",
            report.unsoundness()
        );
    }
}
