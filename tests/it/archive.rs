//! The archive (档案) through a real socket: a year tidied, numbered, boxed and printed; who sees what; lending and
//! destruction on the standing shelf; the same in all four ways of filing, and once the year is sealed.

mod borrow;
mod later;
mod package;
mod prints;
mod story;

use crate::support::town::Town;
use crate::verify::office::archived;
use inkstone::engine::filed_store::Ended;
use inkstone::kit::{DeptId, Id};
use inkstone::modules::archive::{Archive, Keeper, Settings, State, Term, Words, set_settings};
use inkstone::store::Stamp;

/// The archive as the archivist has it before her.
pub fn desk(town: &Town) -> Archive {
    let acting = town.acting("苏简");
    let directory = town.directory();
    Archive {
        store: town.store.clone(),
        engine: town.engine.clone(),
        keeper: Keeper {
            person: acting.viewer.person,
            name: "苏简".into(),
            organ: directory.first_organ().unwrap().id,
            dept: acting.dept,
            runs: Vec::new(),
        },
        directory,
    }
}

/// A stamp of one press of a button.
pub fn press(town: &Town, n: u32) -> Stamp {
    Stamp {
        request: format!("archive-{n}"),
        ..town.stamp("苏简", "archive.test")
    }
}

/// Fonds and codes as the county's archive gave them.
pub fn settle(town: &Town) {
    let archive = desk(town);
    let codes = [("DZB", "BGS"), ("YJB", "YJB"), ("NYZ", "NYZ")];
    let offices = codes.map(|(dept, code)| (DeptId(town.dept(dept)), code.to_owned()));
    let settings = Settings {
        fonds: "Z109".into(),
        home: "墨川县档案馆".into(),
        offices: offices.into_iter().collect(),
        ..Settings::default()
    };
    town.hub(move |w| set_settings(w, archive.keeper.organ, &settings));
}

/// A document on paper only, of the records office.
pub fn on_paper(town: &Town, n: u32, (title, term): (&str, Option<Term>)) -> Id {
    let picture = inkstone::modules::archive::Picture {
        words: Words {
            title: title.into(),
            own_title: true,
            author: "砚田镇人民政府".into(),
            pages: Some(3),
            date: "2026-02-01".parse().ok(),
            ..Words::default()
        },
        term,
        office: "BGS".into(),
        state: match term {
            Some(_) => State::Sorted,
            None => State::Draft,
        },
        joined: None,
    };
    let dept = DeptId(town.dept("DZB"));
    let made = desk(town).add((dept, 2026), picture, &press(town, n));
    made.unwrap().unwrap()
}

/// A numbered card of a case, and one on paper that nobody has looked at.
pub fn carded(town: &Town) {
    settle(town);
    let archive = desk(town);
    let made = archive.gather(2026, Ended::Archived, &press(town, 1));
    assert!(made.unwrap() > 0, "an archived case is a candidate");
    accept_all(town, 2);
    let year = archive.year(2026).unwrap();
    assert!(archive.number(&year, &press(town, 3)).unwrap() > 0);
    on_paper(town, 4, ("防火检查照片", None));
}

/// Accepts every suggestion.
pub fn accept_all(town: &Town, n: u32) {
    let archive = desk(town);
    let year = archive.year(2026).unwrap();
    let edits = year.cards.iter().filter(|c| c.state == State::Draft);
    let edits = edits.map(|c| {
        let mut picture = c.picture();
        picture.state = State::Sorted;
        (c.clone(), picture)
    });
    let edits = edits.collect();
    archive.save(&year, edits, &press(town, n)).unwrap();
}

/// The archive numbers of a year, in the order of the catalogue.
pub fn numbers(town: &Town) -> Vec<String> {
    let year = desk(town).year(2026).unwrap();
    let all = year.numbered().into_iter();
    all.map(|c| c.place.clone().unwrap().text).collect()
}

/// A document through all hands, and another.
pub fn two_cases(town: &Town) -> [Id; 2] {
    ["关于开展春季森林防火的通知", "关于机构编制调整的通知"].map(|t| archived(town, t))
}
