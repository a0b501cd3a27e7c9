//! Random people do random things that are offered to them, on every procedure that ships and on those of
//! `tests/flow/procedures`. What must hold after each of them is said in `always`.

use super::always::{Kept, agree, holds, main_lane};
use super::town::Town;
use inkstone::engine::case::{Purpose, State, TaskState};
use inkstone::engine::definition::{Field, Kind, MoveId, Procedure};
use inkstone::engine::facts::{People, Viewer};
use inkstone::engine::moves::MOVES;
use inkstone::engine::offer::{Back, Form, Input, Offer, Turns};
use inkstone::engine::plan::Lane;
use inkstone::engine::rehearsal::Rehearsal;
use inkstone::kit::{Calendar, DeptId, Error, Millis};
use serde_json::json;

const DEEDS: usize = 60;

/// A small generator of our own, so that a seed means the same for ever (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.roll() % u64::try_from(n).unwrap()).unwrap()
    }

    fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    fn chance(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }
}

/// Plays so many cases; the seed is said where one breaks.
pub fn drive(seed: u64, rounds: usize, calendar: &Calendar) {
    let procedures = super::played();
    let mut dice = Dice(seed);
    let mut ended = 0;
    let mut deeds = std::collections::BTreeMap::new();
    for round in 0..rounds {
        let before = dice.0;
        let procedure = dice.one_of(&procedures);
        let trail = play(procedure, calendar, &mut dice);
        match trail {
            Ok((done, state)) => {
                ended += usize::from(state != State::Open);
                for d in done {
                    *deeds.entry(d).or_insert(0) += 1;
                }
            }
            Err(e) => {
                panic!("seed {seed}, round {round} (INKSTONE_SEED={before} INKSTONE_ROUNDS=1): {e}")
            }
        }
    }
    if rounds >= 100 {
        assert!(
            ended > rounds / 5,
            "only {ended} of {rounds} cases came to an end"
        );
        for m in MOVES {
            assert!(
                deeds.contains_key(m.id.as_str()),
                "{} was never done",
                m.id.as_str()
            );
        }
    }
}

type Played = (Vec<&'static str>, State);

fn play(procedure: &Procedure, calendar: &Calendar, dice: &mut Dice) -> Result<Played, String> {
    let viewers: Vec<Viewer> = Town::names().map(|n| Town::viewer(n).unwrap()).collect();
    let clerk = Town::viewer("宋小笺").unwrap();
    let start = (&clerk, DeptId(2));
    let mut it = Rehearsal::begin(procedure, &Town, calendar, start, Millis(1_773_018_000_000))
        .map_err(|e| e.to_string())?;
    it.case
        .values
        .insert("title".into(), json!("关于防火的通知"));
    it.case.values.insert("from".into(), json!("县应急局"));
    let mut done = Vec::new();
    let mut taken_back = main_lane(&it);
    for _ in 0..DEEDS {
        it.now.0 += 60_000;
        let viewer = whoever(&it, &viewers, dice);
        if dice.chance(3) {
            let _ = it.open(viewer);
        }
        let offers = it.offers(viewer);
        agree(&it, viewer, &offers)?;
        let Some(offer) = pick_offer(&offers, dice) else {
            continue;
        };
        // ends for good, offered all along: seldom, or every case would end so
        use MoveId::{Jump, Refuse, Reject, Terminate, Void};
        let seldom = match offer.mv {
            Void | Reject | Terminate | Jump => 6,
            Refuse => 2,
            _ => 1,
        };
        if !dice.chance(seldom) {
            continue;
        }
        let kept = Kept::of(&it);
        let opinions = it.case.opinions.clone();
        let before = main_lane(&it);
        let input = answer(&it, offer, dice);
        let said = format!(
            "{} {:?} {input:?}",
            Town.name(viewer.holds[0].principal),
            offer.mv
        );
        match it.act(viewer, None, (offer.mv, &input)) {
            Ok(()) => {
                done.push(offer.mv.as_str());
                let withdrawn = offer.mv == MoveId::Withdraw;
                if withdrawn && main_lane(&it) != taken_back {
                    let now = main_lane(&it);
                    return Err(format!(
                        "{said} 没有恢复原样：{taken_back:?} 现在 {now:?}\n{done:?}"
                    ));
                }
                if it.acts.last().is_some_and(|a| a.lane == Lane::Main) {
                    taken_back = before;
                }
            }
            // only a department without anybody may refuse what keeps to the offer
            Err(Error::Denied(why)) if why.contains("请管理员") => {}
            // of a step whose work is reading somebody has to stay
            Err(Error::Invalid(why)) if format!("{why:?}").contains("至少要留一个人阅") => {
            }
            Err(e) => return Err(format!("{said}：提供了却被拒绝：{e}")),
        }
        holds(&it).map_err(|e| format!("{said} 之后，{e}\n{done:?}"))?;
        if !it.case.opinions.starts_with(&opinions) {
            return Err(format!("{said} 之后丢了意见"));
        }
        kept.holds(&it, offer.mv)
            .map_err(|e| format!("{said} 之后，{e}\n{done:?}"))?;
        if it.case.state == State::Void {
            for v in &viewers {
                if let [first, ..] = it.offers(v).as_slice() {
                    return Err(format!("作废了还能{:?}", first.mv));
                }
            }
        }
    }
    Ok((done, it.case.state))
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

fn answer(it: &Rehearsal<'_>, offer: &Offer, dice: &mut Dice) -> Input {
    let mut input = Input {
        opinion: if offer.opinion.is_some() {
            "同意。".into()
        } else {
            String::new()
        },
        note: "说明".into(),
        turns: if dice.chance(2) {
            Turns::InOrder
        } else {
            Turns::AtOnce
        },
        back: if dice.chance(2) {
            Back::PastMe
        } else {
            Back::ToMe
        },
        ..Input::default()
    };
    if let Some(choice) = (!offer.choices.is_empty()).then(|| dice.one_of(&offer.choices)) {
        input.choice.clone_from(&choice.id);
        if let Some(pick) = &choice.pick {
            let n = 1 + dice.below(pick.most.min(pick.among.len()).min(4));
            let mut among = pick.among.clone();
            for _ in 0..n {
                let i = dice.below(among.len());
                input.people.push(among.swap_remove(i));
            }
        }
        if !choice.departments.is_empty() {
            input.dept = Some(*dice.one_of(&choice.departments));
        }
    }
    if offer.form != Form::Apart {
        fill(it, &mut input, dice);
    }
    if offer.mv == MoveId::Correct {
        let title = format!("关于第{}号文的通知", dice.below(1_000_000));
        input.values.insert("title".into(), json!(title));
    }
    input
}

fn fill(it: &Rehearsal<'_>, input: &mut Input, dice: &mut Dice) {
    let here = it
        .procedure
        .fields
        .iter()
        .filter(|f| f.must_at(&it.case.step) || is_wanted(f, &it.case.step));
    for field in here {
        let value = match &field.kind {
            Kind::Choice { options } => json!(dice.one_of(options)),
            Kind::Department => json!(2 + dice.below(4)),
            Kind::Date => json!("2026-03-09"),
            Kind::Person => json!(5),
            _ => json!("某事"),
        };
        input.values.insert(field.id.clone(), value);
    }
    let assist = it
        .procedure
        .fields
        .iter()
        .find(|f| f.kind == Kind::Departments && f.writable_at(&it.case.step));
    if let Some(f) = assist {
        let some: Vec<usize> = (2..6).filter(|_| dice.chance(2)).collect();
        input.values.insert(f.id.clone(), json!(some));
    }
}

fn is_wanted(field: &Field, step: &str) -> bool {
    !field.must_when.is_empty() && field.writable_at(step)
}
