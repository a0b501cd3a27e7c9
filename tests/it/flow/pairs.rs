//! Every two moves that can meet, met: from the beginning of a small procedure each move that is offered is done,
//! in each way it offers, and from each state it leads to the next, until no new kind of state turns up. What must
//! always hold is checked after each; what cannot end is told with the way that leads there.

use super::always::{Kept, agree, holds};
use super::town::Town;
use inkstone::engine::case::{Purpose, State};
use inkstone::engine::definition::{Kind, MoveId, Procedure};
use inkstone::engine::facts::{People, Viewer};
use inkstone::engine::offer::{Back, Choice, Form, Input, Offer, Ordered, Turns};
use inkstone::engine::rehearsal::Rehearsal;
use inkstone::kit::{Calendar, DeptId, Error, Millis};
use serde_json::json;
use std::collections::{BTreeSet, VecDeque};

/// States looked at; the pairs below meet long before.
const STATES: usize = 2400;

/// Those who act; the others of the town would only repeat what these do.
const WHO: &[&str] = &[
    "宋小笺",
    "纪文澜",
    "江若川",
    "陆平章",
    "雷有备",
    "安小防",
    "卷帙清",
];

/// Moves that have met, where the second was done right after the first.
type Met = BTreeSet<(MoveId, MoveId)>;

struct At<'a> {
    it: Rehearsal<'a>,
    last: MoveId,
    way: Vec<String>,
}

/// Plays it through.
pub fn meet(calendar: &Calendar) {
    let all = super::played();
    let procedure = all.iter().find(|p| p.id == "test-request").unwrap();
    let viewers: Vec<Viewer> = WHO.iter().map(|n| Town::viewer(n).unwrap()).collect();
    let mut met = Met::new();
    let mut seen = BTreeSet::new();
    let mut next = VecDeque::from([begin(procedure, calendar)]);
    while let Some(at) = next.pop_front() {
        for viewer in &viewers {
            let offers = at.it.offers(viewer);
            if let Err(e) = agree(&at.it, viewer, (&offers, None)) {
                panic!("{e}：{:?}", at.way);
            }
            for offer in &offers {
                for input in answers(&at.it, offer) {
                    let Some(to) = act(&at, viewer, (offer, &input)) else {
                        continue;
                    };
                    met.insert((at.last, offer.mv));
                    if seen.len() < STATES && seen.insert(kind_of(&to.it)) {
                        next.push_back(to);
                    }
                }
            }
        }
    }
    use MoveId::{
        AddSigner, Assign, Circulate, Countersign, FeedBack, Jump, Pause, Reject, Reopen, Resume,
        Return, Sign, Submit, Terminate, Transfer, Urge, Void, Withdraw,
    };
    let must = [
        (AddSigner, Sign),
        (AddSigner, Return),
        (AddSigner, Withdraw),
        (AddSigner, Urge),
        (AddSigner, AddSigner),
        (AddSigner, Transfer),
        (AddSigner, Jump),
        (AddSigner, Terminate),
        (AddSigner, Circulate),
        (Countersign, Sign),
        (Countersign, Return),
        (Countersign, Withdraw),
        (Countersign, Urge),
        (Countersign, Jump),
        (Countersign, Terminate),
        (Countersign, Void),
        (Sign, Submit),
        (Sign, Reject),
        (Sign, Return),
        (Sign, Withdraw),
        (Sign, AddSigner),
        (Sign, Sign),
        (Sign, Countersign),
        (Return, Submit),
        (Return, Terminate),
        (Return, Jump),
        (Return, Withdraw),
        (Reject, Reopen),
        (Terminate, Reopen),
        (Reopen, Submit),
        (Reopen, Reject),
        (Jump, Withdraw),
        (Jump, Submit),
        (Pause, Resume),
        (Pause, Return),
        (Pause, AddSigner),
        (Pause, Submit),
        (Pause, Urge),
        (Resume, Pause),
        (Urge, Return),
        (Circulate, Reject),
        (Assign, FeedBack),
        (Assign, AddSigner),
    ];
    let lost: Vec<_> = must.iter().filter(|p| !met.contains(p)).collect();
    assert!(
        lost.is_empty(),
        "of {} pairs in {} states these never met: {lost:?}",
        met.len(),
        seen.len()
    );
}

fn begin<'a>(procedure: &'a Procedure, calendar: &'a Calendar) -> At<'a> {
    let clerk = Town::viewer("宋小笺").unwrap();
    let start = (&clerk, DeptId(2));
    let at = Millis(1_773_018_000_000);
    let mut it = Rehearsal::begin(procedure, &Town, calendar, start, at).unwrap();
    it.case
        .values
        .insert("title".into(), json!("关于防火的请示"));
    At {
        it,
        last: MoveId::Start,
        way: Vec::new(),
    }
}

/// Does it; none where only a department without anybody stands in the way.
fn act<'a>(at: &At<'a>, viewer: &Viewer, (offer, input): (&Offer, &Input)) -> Option<At<'a>> {
    let mut it = at.it.clone();
    it.now.0 += 20 * 3_600_000;
    let kept = Kept::of(&it);
    let said = it.case.opinions.clone();
    let mut way = at.way.clone();
    let who = Town.name(viewer.holds[0].principal);
    way.push(format!("{who} {:?} {}", offer.mv, input.choice));
    match it.act(viewer, None, (offer.mv, input)) {
        Ok(()) => {}
        Err(Error::Denied(why)) if why.contains("请管理员") => return None,
        Err(e) => panic!("提供了却被拒绝：{e}：{way:?}"),
    }
    let after = holds(&it).and_then(|()| kept.holds(&it, offer.mv));
    if let Err(e) = after {
        panic!("{e}：{way:?}");
    }
    assert!(it.case.opinions.starts_with(&said), "丢了意见：{way:?}");
    Some(At {
        it,
        last: offer.mv,
        way,
    })
}

/// One answer for each way of an offer: a choice, both orders where people are asked, both ways back.
fn answers(it: &Rehearsal<'_>, offer: &Offer) -> Vec<Input> {
    let none = [Choice::plain("", "")];
    let choices = if offer.choices.is_empty() {
        none.as_slice()
    } else {
        &offer.choices
    };
    let mut all = Vec::new();
    for choice in choices {
        let mut one = Input {
            choice: choice.id.clone(),
            note: "说明".into(),
            dept: choice.departments.first().copied(),
            ..Input::default()
        };
        if offer.opinion.is_some() {
            one.opinion = "同意。".into();
        }
        if offer.form != Form::Apart {
            fill(it, &mut one);
        }
        if let Some(pick) = &choice.pick {
            let known = |p: &&inkstone::kit::Principal| {
                let acts = |n: &&str| Town.name(**p) == **n;
                WHO.iter().any(acts) || matches!(p, inkstone::kit::Principal::Pool(DeptId(3)))
            };
            let some = pick.among.iter().filter(known).take(pick.most.min(2));
            one.people = some.copied().collect();
            if one.people.is_empty() {
                continue;
            }
            if pick.ordered == Ordered::AsSaid && one.people.len() > 1 {
                all.push(Input {
                    turns: Turns::InOrder,
                    ..one.clone()
                });
            }
        }
        if offer.back.is_some() {
            all.push(Input {
                back: Back::PastMe,
                ..one.clone()
            });
        }
        all.push(one);
    }
    all
}

fn fill(it: &Rehearsal<'_>, input: &mut Input) {
    let step = &it.case.step;
    for field in it.procedure.fields.iter().filter(|f| f.must_at(step)) {
        let value = match &field.kind {
            Kind::Department => json!(3),
            _ => json!("某事"),
        };
        input.values.insert(field.id.clone(), value);
    }
}

/// What tells one state from another, but for who the persons are and when it was.
fn kind_of(it: &Rehearsal<'_>) -> String {
    let case = &it.case;
    let mut live: Vec<String> = case
        .tasks
        .iter()
        .filter(|t| t.state.is_live() && t.purpose != Purpose::Read)
        .map(|t| {
            let of = t
                .parent
                .and_then(|p| case.task(p))
                .map(|p| (p.purpose, p.state));
            let here = t
                .branch
                .and_then(|b| case.branch(b))
                .is_some_and(|b| b.visit == case.visit);
            format!(
                "{} {:?} {:?} {} {here} {of:?}",
                t.step,
                t.purpose,
                t.state,
                t.due_at.is_some()
            )
        })
        .collect();
    live.sort();
    // what stands beside the flow leaves no trace in the tasks, and meets what comes after it all the same
    let last = it.acts.last().map(|a| a.mv);
    let last = last.filter(|_| case.state == State::Open);
    format!(
        "{} {:?} {:?} {last:?} {live:?}",
        case.step, case.state, case.outcome
    )
}
