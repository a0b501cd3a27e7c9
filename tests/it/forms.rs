//! Every sheet of every procedure that ships, started with little and with much in it, and printed, by our own count of
//! leaves and by a real browser: one A4 page where it has little, nothing left out where it has much. With `INKSTONE_LOOK` naming a folder the pages are kept there to be looked at.

use crate::support::browser::{self, Browser};
use crate::support::http::Http;
use crate::support::office::Office;
use crate::support::town::Town;
use inkstone::agenda::balance_store::set_balances;
use inkstone::agenda::resource_store::add_thing;
use inkstone::engine::case::Values;
use inkstone::engine::definition::{ColumnOf, Field, Kind, Page, Procedure, Who};
use inkstone::engine::offer::Input;
use inkstone::engine::shipped;
use inkstone::kit::{Id, Principal};
use inkstone::store::Stamp;
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// Whoever may start a form is one of these.
const STARTERS: [&str; 3] = ["安守", "纪文澜", "宋小笺"];

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
        // nobody asks for the same day twice
        Kind::Span => {
            let day = match much {
                Much::Little => "2026-03-19",
                Much::Lots => "2026-03-20",
            };
            json!({ "first": day, "last": day })
        }
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

fn started(town: &Town, p: &Procedure, much: Much) -> (Id, &'static str) {
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
    let tries = STARTERS.into_iter().flat_map(|starter| {
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
            Ok(done) => return (done.value.case, starter),
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

/// A case of a procedure, and who began it.
struct Begun {
    p: Procedure,
    much: Much,
    case: Id,
    by: &'static str,
}

/// The township with a thing of each kind to claim, and a case of every procedure that ships, short and long.
fn begun(name: &str) -> (Office, Vec<Begun>) {
    let town = Town::new(name);
    town.settle("章守印", "DZB", "印章管理员");
    town.hub(|w| {
        add_thing(w, "会议室", "一号会议室", "")?;
        add_thing(w, "车辆", "一号车辆", "")
    });
    let days: Vec<_> = STARTERS
        .iter()
        .map(|name| (town.person(name), 100, String::new()))
        .collect();
    town.hub(move |w| set_balances(w, ("年休假", 2026), "苏简", &days));
    let all: Vec<_> = town.engine.procedures.all().to_vec();
    let mut cases = Vec::new();
    for p in all {
        for much in [Much::Little, Much::Lots] {
            let (case, by) = started(&town, &p.procedure, much);
            let p = (*p.procedure).clone();
            cases.push(Begun { p, much, case, by });
        }
    }
    assert!(cases.len() >= 2 * shipped::TEXTS.len(), "{}", cases.len());
    (Office::of(town), cases)
}

/// Whoever begins cases, logged in.
fn starters(office: &Office) -> HashMap<&'static str, Http> {
    let mut admin = office.admin();
    STARTERS
        .iter()
        .map(|name| (*name, office.colleague(&mut admin, name)))
        .collect()
}

fn named(p: &Procedure, sheet: &str, much: Much) -> String {
    let how = match much {
        Much::Little => "short",
        Much::Lots => "long",
    };
    format!("{}-{sheet}-{how}", p.id)
}

/// Pages a sheet may have.
const fn most(much: Much) -> usize {
    match much {
        Much::Little => 1,
        Much::Lots => 3,
    }
}

#[test]
fn every_form_prints_on_one_leaf_and_nothing_is_cut() {
    let (office, cases) = begun("forms");
    let mut people = starters(&office);
    let mut wrong = Vec::new();
    for Begun { p, much, case, by } in cases {
        let http = people.get_mut(by).unwrap();
        for sheet in &p.sheets {
            let name = named(&p, &sheet.id, much);
            let page = http.get(&format!("/case/{case}/print/{}", sheet.id));
            assert_eq!(page.status, 200, "{name}");
            let text = page.text();
            keep(&name, &text);
            // lists of readers and of the ledger have pages of their own
            let n = match sheet.page {
                Page::Form => leaves(&text),
                _ => text.matches("<section class=\"page\"").count(),
            };
            if n == 0 || n > most(much) {
                wrong.push(format!("{name}: {n} leaves"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What really comes out of the printer, kept in `target/look/print` to be looked at.
#[test]
fn a_browser_prints_every_sheet_that_ships_on_one_page() {
    let (office, cases) = begun("forms-browser");
    let Some(mut browser) = Browser::open(office.at(2).address) else {
        return;
    };
    let people = starters(&office);
    browser.goto("/login");
    let folder = browser::look_folder().join("print");
    std::fs::create_dir_all(&folder).unwrap();
    let mut wrong = Vec::new();
    for Begun { p, much, case, by } in &cases {
        let cookies = people[by].cookies.iter();
        let cookies = cookies.map(|(n, v)| json!({ "name": n, "value": v, "path": "/" }));
        browser.set_cookies(&cookies.collect::<Vec<_>>().into());
        for sheet in &p.sheets {
            let name = named(p, &sheet.id, *much);
            browser.goto(&format!("/case/{case}/print/{}", sheet.id));
            browser.wait_for(&sheet.title);
            let pdf = browser.print();
            std::fs::write(folder.join(format!("{name}.pdf")), &pdf).unwrap();
            let n = browser::pages(&pdf);
            if n == 0 || n > most(*much) {
                wrong.push(format!("{name}: {n} pages"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(browser.complaints(), [""; 0]);
}
