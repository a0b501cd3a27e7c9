//! Random people do random things that are offered to them, on every procedure that ships and on those of
//! `tests/flow/procedures`. What must hold after each of them is said in `always`.

use super::always::agree;
use super::answer::{answer, twisted};
use super::run::{Came, Run};
use super::tally::{Dice, Place, Tally};
use super::town::Town;
use inkstone::engine::case::{Purpose, State, TaskState};
use inkstone::engine::definition::{MoveId, Procedure};
use inkstone::engine::facts::Viewer;
use inkstone::engine::moves::{self, MOVES};
use inkstone::engine::offer::Offer;
use inkstone::engine::rehearsal::Rehearsal;
use inkstone::kit::{Calendar, DeptId, Millis};
use serde_json::json;

const DEEDS: usize = 60;
/// Answers tried at a place where two moves could meet.
const ANSWERS: usize = 80;
/// Moves of `tests/long moves`.
const FULL: usize = 100_000;

/// What every case of a run shares.
struct Table<'v> {
    viewers: &'v [Viewer],
    dice: Dice,
}

/// Plays cases until so many moves were made; the seed is said where one breaks. Every procedure has its turn.
pub fn drive(seed: u64, moves: usize, calendar: &Calendar) {
    let mut procedures = super::played();
    procedures.extend(super::deeds::made());
    let viewers: Vec<Viewer> = Town::names().map(|n| Town::viewer(n).unwrap()).collect();
    let mut table = Table {
        viewers: &viewers,
        dice: Dice(seed),
    };
    let mut tally = Tally::default();
    // at full size it goes on, for a while, until what can meet has met
    let full = moves >= FULL;
    while tally.moves() < moves || (full && tally.looks_on() && tally.moves() < 3 * moves) {
        let before = table.dice.0;
        let (procedure, played) = match tally.place(&mut table.dice) {
            Some(place) => {
                let procedure = place.run.it.procedure;
                (procedure, meet(&place, &mut table, &mut tally))
            }
            None => {
                let procedure = &procedures[tally.cases % procedures.len()];
                tally.cases += 1;
                (procedure, play(procedure, calendar, &mut table, &mut tally))
            }
        };
        if let Err(e) = played {
            let (n, name) = (tally.cases, &procedure.name);
            panic!("seed {seed}, case {n} ({name}, its own seed {before}): {e}");
        }
    }
    tell(&tally, procedures.len());
    tally.gap_free();
    let (cases, ended) = (tally.cases, tally.ended);
    assert!(
        ended > cases / 5,
        "only {ended} of {cases} cases came to an end"
    );
    if full {
        // an offer nobody could be refused at is one that was never gone back to
        let never = tally.apart().filter(|(_, _, why)| why.is_empty());
        let never: Vec<_> = never.map(|(pair, ..)| pair).collect();
        assert!(never.is_empty(), "never met: {never:?}");
        for m in MOVES {
            let id = m.id.as_str();
            assert!(tally.deeds.contains_key(id), "{id} was never done");
        }
    }
}

fn tell(tally: &Tally<'_>, procedures: usize) {
    let (n, cases, ended, refused) = (tally.moves(), tally.cases, tally.ended, tally.refused);
    println!(
        "{n} moves in {cases} cases of {procedures} procedures, {ended} ended; {refused} answers that keep to no offer were refused"
    );
    println!("{:?}", tally.deeds);
    let (apart, all) = (tally.apart().count(), tally.pairs.len());
    println!(
        "{} of {all} pairs of moves that were offered have met",
        all - apart
    );
    for (pair, tried, why) in tally.apart() {
        println!("apart: {pair:?}, every answer refused in {tried} places: {why:?}");
    }
}

/// A case from its beginning.
fn play<'a>(
    procedure: &'a Procedure,
    calendar: &'a Calendar,
    table: &mut Table<'_>,
    tally: &mut Tally<'a>,
) -> Result<(), String> {
    let clerk = Town::viewer("宋小笺").unwrap();
    let start = (&clerk, DeptId(2));
    let mut it = Rehearsal::begin(procedure, &Town, calendar, start, Millis(1_773_018_000_000))
        .map_err(|e| e.to_string())?;
    it.case
        .values
        .insert("title".into(), json!("关于防火的通知"));
    it.case.values.insert("from".into(), json!("县应急局"));
    let key = procedure.series.as_ref().map(|s| s.key.as_str());
    let given = key.and_then(|k| tally.numbers.get(k)).copied().unwrap_or(0);
    it.numbers = given;
    let mut run = Run::of(it);
    go_on(&mut run, DEEDS, table, tally)?;
    tally.number(&run.it, given)?;
    tally.ended += usize::from(run.it.case.state != State::Open);
    for d in run.done {
        *tally.deeds.entry(d).or_default() += 1;
    }
    Ok(())
}

/// Back to where two moves could meet: answers until one is accepted, and then on from there. The case was counted
/// when it was played, with its number.
fn meet<'a>(place: &Place<'a>, table: &mut Table<'_>, tally: &mut Tally<'a>) -> Result<(), String> {
    let pair = (place.run.last, place.mv);
    let viewer = &table.viewers[place.viewer];
    let before = place.run.done.len();
    for _ in 0..ANSWERS {
        let mut run = place.run.clone();
        let offers = run.it.offers(viewer);
        let offer = offers.iter().find(|o| o.mv == place.mv);
        let input = answer(&run.it, offer.ok_or("提供过的不再提供")?, &mut table.dice);
        match run.make(viewer, (place.mv, &input), table.viewers)? {
            Came::Refused(words) => tally.refused_at(pair, words),
            Came::Made => {
                tally.met(pair);
                go_on(&mut run, DEEDS / 2, table, tally)?;
                for d in run.done.into_iter().skip(before) {
                    *tally.deeds.entry(d).or_default() += 1;
                }
                return Ok(());
            }
        }
    }
    Ok(())
}

/// Random people do so many things at most.
fn go_on<'a>(
    run: &mut Run<'a>,
    deeds: usize,
    table: &mut Table<'_>,
    tally: &mut Tally<'a>,
) -> Result<(), String> {
    let (viewers, dice) = (table.viewers, &mut table.dice);
    for _ in 0..deeds {
        run.it.now.0 += 60_000;
        let unmet = tally.offered(run, (viewers, dice));
        let unmet = unmet.filter(|_| !dice.chance(8));
        let viewer = match unmet {
            Some((viewer, _)) => &viewers[viewer],
            None => whoever(&run.it, viewers, dice),
        };
        if unmet.is_none() && dice.chance(3) {
            let _ = run.it.open(viewer);
        }
        let it = &run.it;
        let offers = it.offers(viewer);
        agree(it, viewer, (&offers, None))?;
        if let (true, [_, ..]) = (dice.chance(4), it.case.tasks.as_slice()) {
            let focus = dice.one_of(&it.case.tasks).id;
            let there = moves::offers(&it.facts(viewer, Some(focus)));
            agree(it, viewer, (&there, Some(focus)))?;
        }
        let wanted = unmet.and_then(|(_, mv)| offers.iter().find(|o| o.mv == mv));
        let Some(offer) = wanted.or_else(|| pick_offer(&offers, dice)) else {
            continue;
        };
        // ends for good, offered all along: seldom, or every case would end so
        use MoveId::{Jump, Refuse, Reject, Terminate, Void};
        let seldom = match offer.mv {
            Void | Reject | Terminate | Jump => 6,
            Refuse => 2,
            _ => 1,
        };
        if wanted.is_none() && !dice.chance(seldom) {
            continue;
        }
        let input = answer(it, offer, dice);
        tally.refused += twisted(it, viewer, (offer, &input))?;
        let before = run.last;
        if let Came::Made = run.make(viewer, (offer.mv, &input), viewers)? {
            tally.met((before, offer.mv));
        }
    }
    Ok(())
}

/// Mostly somebody who has something to do; sometimes anybody.
fn whoever<'a>(it: &Rehearsal<'_>, all: &'a [Viewer], dice: &mut Dice) -> &'a Viewer {
    let asked = |v: &&Viewer| {
        let mut open = it.case.tasks.iter().filter(|t| {
            t.state == TaskState::Open && (t.purpose.is_main() || t.purpose == Purpose::Extend)
        });
        open.any(|t| v.holds.iter().any(|h| h.principal == t.holder))
    };
    let busy: Vec<&Viewer> = all.iter().filter(asked).collect();
    if busy.is_empty() || dice.chance(4) {
        return dice.one_of(all);
    }
    busy[dice.below(busy.len())]
}

/// Moves that go on are likelier than moves that go back, so that cases come to an end.
fn pick_offer<'a>(offers: &'a [Offer], dice: &mut Dice) -> Option<&'a Offer> {
    if offers.is_empty() {
        return None;
    }
    if dice.chance(2) {
        offers.first()
    } else {
        Some(dice.one_of(offers))
    }
}
