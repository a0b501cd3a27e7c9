//! Every form that ships, started with little and with much in it, and printed: one A4 leaf where it has little, nothing
//! left out where it has much. With `INKSTONE_LOOK` naming a folder the pages are kept there to be looked at.

use crate::support::office::Office;
use crate::support::town::Town;
use inkstone::agenda::resource_store::add_thing;
use inkstone::engine::case::Values;
use inkstone::engine::definition::{ColumnOf, Field, Kind, Page, Procedure, Who};
use inkstone::engine::offer::Input;
use inkstone::kit::{Id, Principal};
use inkstone::store::Stamp;
use serde_json::{Map, Value, json};

#[derive(Clone, Copy, PartialEq)]
enum Much {
    Little,
    Lots,
}

fn words(field: &Field, max: usize, much: Much) -> Value {
    let text: String = field.label.chars().chain("的内容".chars()).collect();
    match much {
        Much::Little => json!(text),
        Much::Lots => json!(text.chars().cycle().take(max.min(400)).collect::<String>()),
    }
}

fn value(town: &Town, field: &Field, much: Much) -> Option<Value> {
    Some(match &field.kind {
        Kind::Text { max } | Kind::LongText { max } => words(field, *max, much),
        Kind::OutsideOrgan => json!("墨川县应急管理局"),
        Kind::Letterhead => json!("砚政发"),
        Kind::Document { .. } => json!("现将有关事项通知如下：\n一、加强值守\n特此通知。"),
        Kind::Number { min, .. } => json!(min.unwrap_or(1.0).max(1.0)),
        Kind::Money => json!("1280.50"),
        Kind::Date => json!("2026-03-20"),
        Kind::Time => json!(
            if field.id.starts_with("end") || field.id.starts_with("back") {
                "17:30"
            } else {
                "09:00"
            }
        ),
        Kind::Span => json!({ "first": "2026-03-20", "last": "2026-03-20" }),
        Kind::Choice { options } => json!(options.first()?),
        Kind::Choices { options } => json!([options.first()?]),
        Kind::Person => json!(town.person("安守").0),
        Kind::People => json!([town.person("安守").0]),
        Kind::Department => json!(town.dept("YJB")),
        Kind::Departments => json!([town.dept("NYZ")]),
        Kind::Phone => json!("13800000001"),
        Kind::IdNumber => json!("11010519491231002X"),
        Kind::Resource { of } => json!(format!("一号{of}")),
        Kind::Files => json!(["1"]),
        Kind::Table { columns } => {
            let cell = |c: &inkstone::engine::definition::Column| {
                let value = match c.kind {
                    ColumnOf::Text => json!("红色应急沙袋"),
                    ColumnOf::Number => json!("2"),
                    ColumnOf::Money => json!("640.25"),
                    ColumnOf::Date => json!("2026-03-18"),
                    ColumnOf::Choice => json!(c.options.first()),
                };
                (c.id.clone(), value)
            };
            let row = || Value::Object(columns.iter().map(cell).collect::<Map<_, _>>());
            let n = if much == Much::Lots { 20 } else { 2 };
            Value::Array((0..n).map(|_| row()).collect())
        }
        Kind::SeriesNumber | Kind::OpinionBox | Kind::Computed(_) => return None,
    })
}

fn started(town: &Town, p: &Procedure, much: Much) -> Id {
    let step = p.first_step().unwrap();
    let own = |f: &&Field| f.writable_at(&step.id) && f.kind != Kind::Files;
    // what stands in it by itself stays; a file is none without one
    let values: Values = p
        .fields
        .iter()
        .filter(own)
        .filter(|f| f.default.is_none())
        .filter_map(|f| Some((f.id.clone(), value(town, f, much)?)))
        .collect();
    let published = town.engine.procedures.current(&p.id).unwrap().clone();
    let mut last = String::new();
    // whoever may start it, and whomever it may be sent to
    let some = ["安守", "纪文澜", "宋小笺"];
    let tries = some.into_iter().flat_map(|starter| {
        let to = move |w| ["雷有备", "江若川", "安守", "纪文澜"].map(|name| (starter, w, name));
        step.next.iter().flat_map(to)
    });
    for (starter, way, name) in tries {
        let target = p.step(&way.to).unwrap();
        let people = match &target.who {
            Who::Chosen => vec![Principal::Person(town.person(name))],
            Who::ChosenFrom(_) => vec![town.post(name)],
            _ => Vec::new(),
        };
        let mut values = values.clone();
        for f in p
            .fields
            .iter()
            .filter(|f| f.kind == Kind::Files && f.writable_at(&step.id))
            .filter(|f| f.must_at(&step.id) || !f.must_when.is_empty())
        {
            values.insert(f.id.clone(), json!(["1"]));
        }
        let input = Input {
            values,
            choice: way.to.clone(),
            people,
            ..Input::default()
        };
        town.clock.advance(60_000);
        let stamp = Stamp {
            request: format!("r-{}-{}", p.id, town.clock.now().0),
            op: format!("op-{}-{}", p.id, town.clock.now().0),
            ..town.stamp(starter, "case.start")
        };
        let acting = town.acting(starter);
        match town
            .engine
            .start(&town.store, stamp, &acting, (&published, input, None))
        {
            Ok(done) => return done.value.case,
            Err(e) => last = format!("{e} {e:?}"),
        }
    }
    panic!("{}: {last}", p.id)
}

fn leaves(page: &str) -> usize {
    page.matches("class=\"leaf\"").count()
}

fn keep(name: &str, page: &str) {
    if let Ok(folder) = std::env::var("INKSTONE_LOOK") {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(format!("{folder}/{name}.html"), page).unwrap();
    }
}

/// Forms with more boxes than one leaf has room for.
const TWO_LEAVES: [&str; 2] = ["expense", "service-case"];

#[test]
fn every_form_prints_on_one_leaf_and_nothing_is_cut() {
    let town = Town::new("forms");
    town.settle("章守印", "DZB", "印章管理员");
    town.hub(|w| {
        add_thing(w, "会议室", "一号会议室", "")?;
        add_thing(w, "车辆", "一号车辆", "")
    });
    let all: Vec<_> = town.engine.procedures.all().to_vec();
    let mut cases = Vec::new();
    for p in all
        .iter()
        .filter(|p| p.procedure.same.is_none() && p.procedure.steps.len() > 2)
    {
        for much in [Much::Little, Much::Lots] {
            cases.push((
                p.procedure.clone(),
                much,
                started(&town, &p.procedure, much),
            ));
        }
    }
    assert!(cases.len() >= 36, "{}", cases.len());
    let office = Office::of(town);
    let mut admin = office.admin();
    let mut clerk = office.colleague(&mut admin, "纪文澜");
    let mut wrong = Vec::new();
    for (p, much, case) in cases {
        for sheet in p.sheets.iter().filter(|s| s.page == Page::Form) {
            let name = format!(
                "{}-{}-{}",
                p.id,
                sheet.id,
                if much == Much::Little {
                    "short"
                } else {
                    "long"
                }
            );
            let page = clerk.get(&format!("/case/{case}/print/{}", sheet.id));
            assert_eq!(page.status, 200, "{name}");
            let text = page.text();
            keep(&name, &text);
            let n = leaves(&text);
            let most = match much {
                Much::Little if TWO_LEAVES.contains(&p.id.as_str()) => 2,
                Much::Little => 1,
                Much::Lots => 3,
            };
            if n == 0 || n > most {
                wrong.push(format!("{name}: {n} leaves"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
