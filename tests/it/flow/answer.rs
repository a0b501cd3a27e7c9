//! What random people answer to an offer: any way, any people, whatever the form must have; and answers that keep
//! to no offer, which are refused. Not here: who answers and when (`random`).

use super::tally::Dice;
use inkstone::engine::definition::{Field, Kind, MoveId};
use inkstone::engine::facts::Viewer;
use inkstone::engine::moves;
use inkstone::engine::offer::{Back, Form, Input, Offer, Sent, Turns};
use inkstone::engine::rehearsal::Rehearsal;
use inkstone::kit::{DeptId, PersonId, Principal};
use serde_json::json;

/// One that keeps to the offer.
pub fn answer(it: &Rehearsal<'_>, offer: &Offer, dice: &mut Dice) -> Input {
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
    // everybody of ours has it already: it goes to an organ outside
    if offer.mv == MoveId::Issue && offer.choices.is_empty() {
        input.sent.push(Sent {
            to: "墨川县应急管理局".into(),
            way: "专人送达".into(),
            copies: 1,
            taken_by: String::new(),
            on: inkstone::kit::Zone::BEIJING.day(it.now),
        });
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

/// Answers that do not keep to the offer are refused, whatever else they say: a way that is none, somebody who may
/// not be chosen, a department that is none. Gives how many were tried.
pub fn twisted(
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
