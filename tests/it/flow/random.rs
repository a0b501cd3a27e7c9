//! Random people do random things that are offered to them, on every procedure that ships and on those of
//! `tests/flow/procedures`. What must hold after each of them is said in `always`.

use super::always::{Kept, agree, holds, main_lane};
use super::tally::{Dice, Pair, Tally};
use super::town::Town;
use inkstone::engine::case::{Purpose, State, TaskState};
use inkstone::engine::definition::{Field, Kind, MoveId, Procedure};
use inkstone::engine::facts::{People, Viewer};
use inkstone::engine::moves::{self, MOVES};
use inkstone::engine::offer::{Back, Form, Input, Offer, Turns};
use inkstone::engine::plan::Lane;
use inkstone::engine::rehearsal::Rehearsal;
use inkstone::kit::{Calendar, DeptId, Error, Millis, PersonId, Principal};
use serde_json::json;

const DEEDS: usize = 60;
/// Moves of `tests/long moves`.
const FULL: usize = 100_000;

/// Plays cases until so many moves were made; the seed is said where one breaks. Every procedure has its turn.
pub fn drive(seed: u64, moves: usize, calendar: &Calendar) {
    let mut procedures = super::played();
    procedures.extend(super::deeds::made());
    let mut dice = Dice(seed);
    let mut tally = Tally::default();
    // at full size it goes on, for a while, until what can meet has met
    let missing = |t: &Tally| moves >= FULL && t.pairs.values().any(Option::is_some);
    while tally.moves() < moves || (missing(&tally) && tally.moves() < 3 * moves) {
        let before = dice.0;
        let procedure = &procedures[tally.next(procedures.len(), &mut dice)];
        if let Err(e) = play(procedure, calendar, &mut dice, &mut tally) {
            let (n, name) = (tally.cases, &procedure.name);
            panic!("seed {seed}, case {n} ({name}, its own seed {before}): {e}");
        }
    }
    let (n, cases, ended, refused) = (tally.moves(), tally.cases, tally.ended, tally.refused);
    println!(
        "{n} moves in {cases} cases of {} procedures, {ended} ended; {refused} answers that keep to no offer were refused",
        procedures.len()
    );
    println!("{:?}", tally.deeds);
    let missing: Vec<&Pair> = tally
        .pairs
        .iter()
        .filter(|p| p.1.is_some())
        .map(|p| p.0)
        .collect();
    println!(
        "{} of {} pairs of moves that can meet have met; not yet: {missing:?}",
        tally.pairs.len() - missing.len(),
        tally.pairs.len()
    );
    tally.gap_free();
    assert!(
        ended > cases / 5,
        "only {ended} of {cases} cases came to an end"
    );
    if moves >= FULL {
        assert!(missing.is_empty(), "never met: {missing:?}");
        for m in MOVES {
            let id = m.id.as_str();
            assert!(tally.deeds.contains_key(id), "{id} was never done");
        }
    }
}

fn play(
    procedure: &Procedure,
    calendar: &Calendar,
    dice: &mut Dice,
    tally: &mut Tally,
) -> Result<(), String> {
    let viewers: Vec<Viewer> = Town::names().map(|n| Town::viewer(n).unwrap()).collect();
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
    let mut done = Vec::new();
    let mut acts: Vec<String> = Vec::new();
    let mut taken_back = main_lane(&it);
    let mut last = MoveId::Start.as_str();
    for _ in 0..DEEDS {
        it.now.0 += 60_000;
        let unmet = tally.offered(&it, last, (&viewers, dice));
        let unmet = unmet.filter(|_| !dice.chance(8));
        let viewer = match unmet {
            Some((viewer, _)) => viewer,
            None => whoever(&it, &viewers, dice),
        };
        if unmet.is_none() && dice.chance(3) {
            let _ = it.open(viewer);
        }
        let offers = it.offers(viewer);
        agree(&it, viewer, (&offers, None))?;
        if let (true, [_, ..]) = (dice.chance(4), it.case.tasks.as_slice()) {
            let focus = dice.one_of(&it.case.tasks).id;
            let there = moves::offers(&it.facts(viewer, Some(focus)));
            agree(&it, viewer, (&there, Some(focus)))?;
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
        let kept = Kept::of(&it);
        let opinions = it.case.opinions.clone();
        let before = main_lane(&it);
        let input = answer(&it, offer, dice);
        tally.refused += twisted(&it, viewer, (offer, &input))?;
        let said = format!(
            "{} {:?} {input:?}",
            Town.name(viewer.holds[0].principal),
            offer.mv
        );
        match it.act(viewer, None, (offer.mv, &input)) {
            Ok(()) => {
                done.push(offer.mv.as_str());
                tally.pairs.insert((last, offer.mv.as_str()), None);
                last = offer.mv.as_str();
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
            // what was typed on this page closed the way that was chosen, or nobody is there for it
            Err(Error::Invalid(why)) if format!("{why:?}").contains("按现在填的内容") => {}
            Err(Error::Denied(why)) if why.contains("按现在填的内容") => {}
            // a document jumped past its drafting: what is missing is not theirs to write
            Err(Error::Invalid(why)) if is_unwritten(&format!("{why:?}")) => {}
            // a rule between fields: random people do not know it
            Err(Error::Invalid(why)) if is_rule(&it, &format!("{why:?}")) => {}
            Err(e) => return Err(format!("{said}：提供了却被拒绝：{e}")),
        }
        holds(&it).map_err(|e| format!("{said} 之后，{e}\n{done:?}"))?;
        if !it.case.opinions.starts_with(&opinions) {
            return Err(format!("{said} 之后丢了意见"));
        }
        let row = |a: &inkstone::engine::plan::Act| format!("{a:?}");
        if !it
            .acts
            .iter()
            .map(row)
            .take(acts.len())
            .eq(acts.iter().cloned())
        {
            return Err(format!("{said} 之后改了台账"));
        }
        acts.extend(it.acts.iter().skip(acts.len()).map(row));
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
    tally.number(&it, given)?;
    tally.ended += usize::from(it.case.state != State::Open);
    for d in done {
        *tally.deeds.entry(d).or_default() += 1;
    }
    Ok(())
}

fn is_unwritten(why: &str) -> bool {
    why.contains("公文体检还有必须改的") || why.contains("正文还是空的，不能签发")
}

fn is_rule(it: &Rehearsal<'_>, why: &str) -> bool {
    it.procedure.rules.iter().any(|r| why.contains(&r.say))
}

/// Answers that do not keep to the offer are refused, whatever else they say: a way that is none, somebody who may
/// not be chosen, a department that is none. Gives how many were tried.
fn twisted(
    it: &Rehearsal<'_>,
    viewer: &Viewer,
    (offer, input): (&Offer, &Input),
) -> Result<usize, String> {
    let mut all = Vec::new();
    let choice = offer.choices.iter().find(|c| c.id == input.choice);
    if let Some(choice) = choice {
        let choice_is_none = Input {
            choice: "no such way".into(),
            ..input.clone()
        };
        all.push(choice_is_none);
        if let Some(pick) = &choice.pick {
            let stranger = Principal::Person(PersonId(9_999));
            all.push(Input {
                people: vec![stranger],
                ..input.clone()
            });
            all.push(Input {
                people: Vec::new(),
                ..input.clone()
            });
            let outside = it
                .people
                .everybody()
                .into_iter()
                .find(|p| !pick.among.contains(p));
            all.extend(outside.map(|p| Input {
                people: vec![p],
                ..input.clone()
            }));
        }
        if !choice.departments.is_empty() {
            all.push(Input {
                dept: Some(DeptId(9_999)),
                ..input.clone()
            });
            all.push(Input {
                dept: None,
                ..input.clone()
            });
        }
    }
    let facts = it.facts(viewer, None);
    for wrong in &all {
        if moves::plan(&facts, offer.mv, wrong).is_ok() {
            return Err(format!("{:?} 不该办得成：{wrong:?}", offer.mv));
        }
    }
    Ok(all.len())
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
        let words = format!("关于第{}号文的通知", dice.below(1_000_000));
        let mends = it.procedure.correct.iter().flat_map(|c| &c.fields);
        let mut texts = mends.filter_map(|id| it.procedure.field(id));
        let text = texts.find(|f| matches!(f.kind, Kind::Text { max } if max >= 20));
        input.values.insert(text.unwrap().id.clone(), json!(words));
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
            Kind::People => json!([5]),
            Kind::Departments => json!([2 + dice.below(4)]),
            Kind::Number { min, .. } => json!(min.unwrap_or(1.0).max(1.0)),
            Kind::Money => json!("120.50"),
            Kind::Time => json!(if field.id.contains("end") || field.id.contains("back") {
                "11:00"
            } else {
                "09:00"
            }),
            Kind::Span => json!({ "first": "2026-03-09", "last": "2026-03-10" }),
            Kind::Phone => json!("13800000001"),
            Kind::IdNumber => json!("11010519491231002X"),
            Kind::Choices { options } => json!([dice.one_of(options)]),
            Kind::Files => json!(["1"]),
            Kind::Table { columns } => {
                let cell = |c: &inkstone::engine::definition::Column| {
                    use inkstone::engine::definition::ColumnOf;
                    let value = match c.kind {
                        ColumnOf::Text => json!("某物"),
                        ColumnOf::Number => json!("2"),
                        ColumnOf::Money => json!("120.50"),
                        ColumnOf::Date => json!("2026-03-09"),
                        ColumnOf::Choice => json!(c.options[0]),
                    };
                    (c.id.clone(), value)
                };
                json!([columns.iter().map(cell).collect::<serde_json::Map<_, _>>()])
            }
            _ => json!("某事"),
        };
        input.values.insert(field.id.clone(), value);
    }
    sound(it, input);
    let assist = it
        .procedure
        .fields
        .iter()
        .find(|f| f.kind == Kind::Departments && f.writable_at(&it.case.step));
    let free = |f: &&Field| !f.must_at(&it.case.step) && !is_wanted(f, &it.case.step);
    if let Some(f) = assist.filter(free) {
        let some: Vec<usize> = (2..6).filter(|_| dice.chance(2)).collect();
        input.values.insert(f.id.clone(), json!(some));
    }
}

/// What the document check asks of a document, where one is made: random words would never pass it.
fn sound(it: &Rehearsal<'_>, input: &mut Input) {
    let Some(document) = &it.procedure.document else {
        return;
    };
    let stands = |id: &String| {
        let typed = input.values.get(id).or_else(|| it.case.values.get(id));
        typed
            .and_then(|v| v.as_str())
            .unwrap_or_default()
            .to_owned()
    };
    let title = format!("砚田镇人民政府关于试验的{}", stands(&document.kind));
    let text = "各村请按要求办理。\n一、抓紧登记\n请于2026年3月20日前报送。";
    let words = [
        (Some(&it.procedure.title), title.as_str()),
        (Some(&document.body), text),
        (document.addressee.as_ref(), "墨川县人民政府"),
    ];
    for (id, words) in words {
        let field = id.and_then(|id| it.procedure.field(id));
        if let Some(f) = field.filter(|f| f.writable_at(&it.case.step)) {
            input.values.insert(f.id.clone(), json!(words));
        }
    }
}

fn is_wanted(field: &Field, step: &str) -> bool {
    !field.must_when.is_empty() && field.writable_at(step)
}
