//! A town whose year 2026 is over: a document through all hands with an attachment, and two small ones,
//! all closed and filed in a volume of that year; it is February 2027.

use crate::support::town::{Folder, Town, monday};
use crate::verify::office::through_all_hands;
use inkstone::engine::definition::MoveId;
use inkstone::engine::draft_store;
use inkstone::engine::offer::Input;
use inkstone::kit::{Clock, Digest, Id, Millis, ShelfNo};
use inkstone::store::NewAttachment;
use inkstone::store::freeze::{Drafts, Names, Wish};
use inkstone::store::placement::{Policy, Rule};

/// The volume of the year.
pub const NO: i64 = 1;
const DAY: i64 = 86_400_000;

pub struct Year {
    pub town: Town,
    pub case: Id,
    pub digest: Digest,
}

/// February of the next year.
pub fn february() -> Clock {
    Clock::held(Millis(monday().0 + 340 * DAY))
}

pub fn over(name: &str) -> Year {
    let town = Town::open(Folder::new(name), Clock::held(monday()));
    let common = Policy {
        exclusive: false,
        yearly: true,
    };
    let rule = Rule {
        common,
        ..Rule::default()
    };
    town.store.place_by(&rule).unwrap();
    town.settle_people();
    through_all_hands(&town);
    let index = || town.store.index().unwrap();
    assert!(town.store.drain(std::time::Duration::from_secs(10)));
    let case = inkstone::store::Query::one(
        &index(),
        "SELECT case_id FROM case_list ORDER BY case_id LIMIT 1",
        [],
        |r| r.get(0).map(Id::from_raw),
    )
    .unwrap();
    let digest = attach(&town, case);
    for title in ["关于一件旧事的通知", "关于另一件旧事的通知"] {
        let twice = town.register("incoming-handle", title).unwrap().case;
        let why = Input {
            note: "重复登记".into(),
            ..Input::default()
        };
        town.act("宋小笺", twice, MoveId::Void, why).unwrap();
    }
    // another department has something of the year as well
    let other = town.acting("雷有备").dept.0;
    town.store.shelf_for(other, 2026).unwrap();
    town.clock.advance(february().now().0 - town.clock.now().0);
    Year { town, case, digest }
}

/// The year and the next in one volume.
pub fn mixed(name: &str) -> Town {
    let town = Town::new(name);
    town.register("incoming-handle", "今年的事").unwrap();
    town.clock.advance(340 * DAY);
    town.register("incoming-handle", "明年的事").unwrap();
    town
}

/// Opens a folder in February.
pub fn reopened(folder: Folder) -> Town {
    Town::open(folder, february())
}

/// What the attachment holds.
pub fn bytes_of() -> Vec<u8> {
    "各村：请于三月底前报送。\n".repeat(90).into_bytes()
}

fn attach(town: &Town, case: Id) -> Digest {
    let mut upload = town.store.upload(case.shelf()).unwrap();
    upload.push(&bytes_of()).unwrap();
    let (digest, size) = upload.finish().unwrap();
    let file = NewAttachment {
        owner: case,
        field: "attachments".into(),
        name: "通知.txt".into(),
        size,
        digest,
        kind: "文本".into(),
        person: town.person("宋小笺"),
        person_name: "宋小笺".into(),
    };
    let stamp = town.stamp("宋小笺", "case.attach");
    let write = move |w: &mut inkstone::store::Write<'_>| {
        let id = w.attach(&file)?;
        w.emit("case.attached", Some(file.owner), &id)
    };
    town.store.write(case.shelf(), stamp, write).unwrap();
    digest
}

/// Somebody began something in the old year and never sent it.
pub fn draft(town: &Town, shelf: ShelfNo) {
    let (stamp, person) = (town.stamp("宋小笺", "draft.save"), town.person("宋小笺"));
    let save = move |w: &mut inkstone::store::Write<'_>| {
        w.quiet("a draft is its owner's");
        draft_store::set_draft(w, (None, person), "incoming-handle", &Default::default())
    };
    town.store.write(shelf, stamp, save).unwrap();
}

pub fn wish(town: &Town) -> Wish {
    let directory = town.directory();
    let named = directory.all_depts().iter();
    Wish {
        names: Names {
            office: "墨川县砚田镇人民政府".into(),
            departments: named.map(|d| (d.id.0, d.name.clone())).collect(),
        },
        by: "苏简".into(),
        present: 2027,
        drafts: Drafts::Keep,
    }
}

pub fn seal(town: &Town) {
    let stamp = town.stamp("苏简", "volume.seal");
    town.store.ask_seal(NO, &wish(town), stamp).unwrap();
    town.store.seal(NO).unwrap();
}
