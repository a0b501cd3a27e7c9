//! Drafts, publishing, switching and authorising through the engine, over a real store.

use crate::freeze::year;
use crate::support::town::{Town, monday};
use inkstone::engine::definition::MoveId;
use inkstone::engine::definition::difference::differences;
use inkstone::engine::offer::Input;
use inkstone::engine::own::Range;
use inkstone::engine::procedures::{Grantee, Origin, Procedures};
use inkstone::engine::shipped;
use inkstone::engine::workshop::{Maker, Placing, Right};
use inkstone::kit::{Clock, Error, Principal, Result};
use std::sync::Arc;

pub const ID: &str = "incoming-handle";

pub fn maker(town: &Town, name: &str) -> Maker {
    Maker::of(&town.directory(), town.person(name), Range::office()).unwrap()
}

/// What ships, with another word on the button of its first step and another name for that step.
pub fn changed() -> String {
    let text = shipped::TEXTS[0];
    assert!(text.contains("label = \"来文机关\""));
    text.replacen("label = \"来文机关\"", "label = \"来文单位\"", 1)
}

pub fn save(town: &Town, name: &str, (id, rev, text): (&str, i64, &str)) -> Result<i64> {
    let stamp = town.stamp(name, "procedure.design");
    let maker = maker(town, name);
    town.engine
        .save_sketch(&town.store, stamp, &maker, (id, rev, text))
}

pub fn publish(town: &Town, name: &str, (id, text): (&str, &str)) -> Result<()> {
    let rev = save(town, name, (id, 0, text))?;
    let stamp = town.stamp(name, "procedure.publish");
    let maker = maker(town, name);
    let wish = (id, rev, "试一试");
    town.engine
        .publish_sketch(&town.store, stamp, &maker, wish)
        .map(drop)
}

fn label_of(town: &Town, case: inkstone::kit::Id) -> String {
    let view = town.open_case("宋小笺", case).unwrap();
    view.procedure.field("from").unwrap().label.clone()
}

#[test]
fn running_cases_keep_their_version_and_new_ones_begin_under_the_new() {
    let town = Town::new("workshop-versions");
    let before = town.register(ID, "旧版本下的件").unwrap().case;
    publish(&town, "纪文澜", (ID, &changed())).unwrap();
    let after = town.register(ID, "新版本下的件").unwrap().case;
    assert_eq!(label_of(&town, before), "来文机关");
    assert_eq!(label_of(&town, after), "来文单位");
    let send = Input {
        choice: "review".into(),
        opinion: "拟请阅处。".into(),
        ..Input::default()
    };
    town.act("宋小笺", before, MoveId::Submit, send.clone())
        .unwrap();
    let town = town.restart();
    assert_eq!(label_of(&town, before), "来文机关");
    assert_eq!(label_of(&town, after), "来文单位");
    town.act("宋小笺", after, MoveId::Submit, send).unwrap();
    let third = town.register(ID, "重启以后的件").unwrap().case;
    assert_eq!(label_of(&town, third), "来文单位");
    let p = town.engine.procedures.current(ID).unwrap();
    assert_eq!(p.standing.origin, Origin::Changed);
    let all = town.engine.versions(&town.store, ID).unwrap();
    assert_eq!(
        (all.len(), all[0].n, all[0].note.as_str()),
        (1, 1, "试一试")
    );
    // and back to what ships: the office follows the program again
    let stamp = town.stamp("纪文澜", "procedure.publish");
    let maker = maker(&town, "纪文澜");
    town.engine
        .follow_shipped(&town.store, stamp, &maker, ID)
        .unwrap();
    let town = town.restart();
    let p = town.engine.procedures.current(ID).unwrap();
    assert_eq!(p.standing.origin, Origin::Shipped);
    assert_eq!(label_of(&town, third), "来文单位");
}

#[test]
fn a_sealed_year_opens_under_the_version_its_cases_had() {
    let year::Year { town, case, .. } = year::over("workshop-sealed");
    publish(&town, "纪文澜", (ID, &changed())).unwrap();
    year::seal(&town);
    assert_eq!(label_of(&town, case), "来文机关");
    let town = year::reopened(town.stop());
    assert_eq!(label_of(&town, case), "来文机关");
    let fresh = town.register(ID, "明年的件").unwrap().case;
    assert_eq!(label_of(&town, fresh), "来文单位");
}

#[test]
fn a_new_procedure_has_its_register_at_once() {
    let town = Town::new("workshop-new");
    let text = std::fs::read_to_string("tests/flow/made/请假.toml").unwrap();
    let before = town.register(ID, "在前面的件").unwrap();
    publish(&town, "纪文澜", ("leave", &text)).unwrap();
    let fields = [("days", "2"), ("dept", &*town.dept("YJB").to_string())];
    let done = town
        .start("安守", ("leave", "回家探亲"), &fields, "op-1")
        .unwrap();
    assert_eq!(done.number.as_deref(), Some("假〔2026〕1号"));
    assert!(town.store.drain(std::time::Duration::from_secs(10)));
    let table = town.engine.procedures.tables();
    let table = table.iter().find(|t| t.id == "leave").unwrap();
    let index = town.store.index().unwrap();
    let who: Vec<i64> = town
        .acting("安守")
        .viewer
        .holds
        .iter()
        .map(|h| h.principal.to_raw())
        .collect();
    let want = inkstone::engine::register_sql::Want {
        who,
        year: 2026,
        ..Default::default()
    };
    let keys = inkstone::engine::register_store::list_keys(&index, table, (&want, 10, 0)).unwrap();
    assert_eq!(keys, [done.case.raw()]);
    // the other registers kept their rows
    let mine = town.todo("宋小笺");
    assert!(
        mine.iter().any(|t| t.contains("在前面的件")),
        "{mine:?} {before:?}"
    );
    drop(index);
    let town = town.restart();
    assert!(town.open_case("安守", done.case).is_ok());
}

#[test]
fn the_second_to_save_a_draft_is_told_who_was_first() {
    let town = Town::new("workshop-draft");
    let one = save(&town, "纪文澜", (ID, 0, &changed())).unwrap();
    let told = |r: Result<i64>| match r {
        Err(Error::Conflict(why)) => why,
        other => panic!("{other:?}"),
    };
    let why = told(save(&town, "宋小笺", (ID, 0, shipped::TEXTS[0])));
    assert!(why.contains("纪文澜") && why.contains("已经存过"), "{why}");
    let two = save(&town, "宋小笺", (ID, one, shipped::TEXTS[0])).unwrap();
    let why = told(save(&town, "纪文澜", (ID, one, &changed())));
    assert!(why.contains("宋小笺"), "{why}");
    let kept = town.engine.sketch(&town.store, ID).unwrap().unwrap();
    assert_eq!((kept.rev, kept.text.as_str()), (two, shipped::TEXTS[0]));
    // a draft of no text at all is refused with its line, and the one before stays
    let bad = save(&town, "宋小笺", (ID, two, "id = “甲”"));
    assert!(matches!(bad, Err(Error::Invalid(_))));
    let stale = town.engine.publish_sketch(
        &town.store,
        town.stamp("纪文澜", "procedure.publish"),
        &maker(&town, "纪文澜"),
        (ID, one, "旧的"),
    );
    assert!(matches!(stale, Err(Error::Conflict(_))), "{stale:?}");
    let stamp = town.stamp("宋小笺", "procedure.design");
    town.engine
        .drop_sketch(&town.store, stamp, (ID, two))
        .unwrap();
    assert!(town.engine.sketches(&town.store).unwrap().is_empty());
}

#[test]
fn what_leads_nowhere_is_not_published() {
    let town = Town::new("workshop-refused");
    let text = shipped::TEXTS[0].replacen("to = \"instruct\"", "to = \"finish\"", 1);
    let refused = publish(&town, "纪文澜", (ID, &text));
    let Err(Error::Invalid(errors)) = refused else {
        panic!("{refused:?}");
    };
    let said: Vec<&str> = errors.0.iter().map(|e| e.message.as_str()).collect();
    assert!(said.contains(&"没有一条路通到环节“批示”"), "{said:?}");
    assert!(
        town.engine.sketch(&town.store, ID).unwrap().is_some(),
        "the draft is kept"
    );
    let p = town.engine.procedures.current(ID).unwrap();
    assert_eq!(p.standing.origin, Origin::Shipped);
    // the register a running case stands in cannot be taken from under it
    let text = shipped::TEXTS[0].replacen("id = \"incoming\"", "id = \"other\"", 1);
    assert_ne!(text, shipped::TEXTS[0]);
    let rev = save(&town, "纪文澜", (ID, 1, &text)).unwrap();
    let moved = town.engine.publish_sketch(
        &town.store,
        town.stamp("纪文澜", "procedure.publish"),
        &maker(&town, "纪文澜"),
        (ID, rev, "换一本"),
    );
    assert!(moved.unwrap_err().to_string().contains("登记簿的代号不能"));
}

#[test]
fn switched_off_nobody_starts_it_and_authorised_only_these_do() {
    let town = Town::new("workshop-off");
    let case = town.register(ID, "停用以前的件").unwrap().case;
    let place = |rev, off| Placing {
        rev,
        off,
        heading: String::new(),
        sort: 0,
    };
    let stamp = || town.stamp("纪文澜", "procedure.design");
    let (engine, store) = (&town.engine, &town.store);
    engine.place(store, stamp(), (ID, place(0, true))).unwrap();
    let off = town.register(ID, "停用以后的件");
    assert!(
        matches!(&off, Err(Error::Conflict(w)) if w.contains("已经停用")),
        "{off:?}"
    );
    let send = Input {
        choice: "review".into(),
        opinion: "拟请阅处。".into(),
        ..Input::default()
    };
    town.act("宋小笺", case, MoveId::Submit, send).unwrap();
    let stale = engine.place(store, stamp(), (ID, place(0, false)));
    assert!(matches!(stale, Err(Error::Conflict(_))), "{stale:?}");
    engine.place(store, stamp(), (ID, place(1, false))).unwrap();
    // authorised to one post: whoever the text names does not start it any more
    let post = Grantee::Principal(town.post("安守"));
    let rights = vec![(Right::Start, vec![post])];
    engine.authorise(store, stamp(), (ID, 2), rights).unwrap();
    let denied = town.register(ID, "不归他发起");
    let Err(Error::Denied(why)) = &denied else {
        panic!("{denied:?}");
    };
    assert!(why.contains("安守"), "{why}");
    let p = engine.procedures.current(ID).unwrap();
    assert!(p.may_start(&town.acting("安守").viewer));
    let by = |names: Vec<Grantee>, rev| {
        engine
            .authorise(store, stamp(), (ID, rev), vec![(Right::Start, names)])
            .unwrap();
        let p = engine.procedures.current(ID).unwrap();
        ["宋小笺", "安守", "雷有备"].map(|n| p.may_start(&town.acting(n).viewer))
    };
    let dept = Grantee::Principal(Principal::Pool(town.acting("安守").dept));
    assert_eq!(by(vec![dept], 3), [false, true, true]);
    let role = Grantee::Role("dept_head".into());
    assert_eq!(by(vec![role], 4), [false, false, true]);
    let person = Grantee::Principal(Principal::Person(town.person("宋小笺")));
    assert_eq!(by(vec![person], 5), [true, false, false]);
    assert_eq!(by(Vec::new(), 6), [true, false, false]);
    town.register(ID, "又能发起了").unwrap();
}

/// A newer program ships another text: the office's own stays in use, and the page has something to say.
#[test]
fn a_newer_shipped_text_waits_until_the_office_takes_it() {
    let town = Town::new("workshop-newer");
    publish(&town, "纪文澜", (ID, &changed())).unwrap();
    let folder = town.stop();
    let newer = shipped::TEXTS[0].replacen("label = \"收文日期\"", "label = \"收到日期\"", 1);
    assert_ne!(newer, shipped::TEXTS[0]);
    let texts: Vec<&str> = std::iter::once(newer.as_str())
        .chain(shipped::TEXTS.iter().copied().skip(1))
        .collect();
    let all = Procedures::of_office(&texts, &folder.dir()).unwrap();
    let own = all.current(ID).unwrap();
    assert_eq!(own.procedure.field("from").unwrap().label, "来文单位");
    let waits = own.standing.newer.clone();
    let ships = all.shipped_of(ID).unwrap().procedure.clone();
    assert_eq!(waits.as_deref(), Some(ships.version()));
    let said = differences(&own.procedure, &ships);
    assert!(said.iter().any(|s| s.contains("收到日期")), "{said:?}");
    let engine = Arc::new(inkstone::engine::run::Engine::new(
        all,
        inkstone::kit::Zone::BEIJING,
    ));
    let lists = inkstone::engine::index_store::Lists::new(engine.clone());
    let clock = Clock::held(monday());
    let store =
        inkstone::store::Store::open(&folder.dir(), clock.clone(), vec![Box::new(lists)]).unwrap();
    let org = inkstone::org::DirectoryHandle::open(&store, inkstone::kit::Zone::BEIJING).unwrap();
    let town = Town {
        store,
        engine,
        org,
        clock,
        folder,
    };
    let stamp = town.stamp("纪文澜", "procedure.publish");
    town.engine.keep_own(&town.store, stamp, ID).unwrap();
    let kept = town.engine.procedures.current(ID).unwrap();
    assert_eq!(kept.standing.newer, None);
    assert_eq!(kept.procedure.field("from").unwrap().label, "来文单位");
    let stamp = town.stamp("纪文澜", "procedure.publish");
    let maker = maker(&town, "纪文澜");
    let taken = town
        .engine
        .follow_shipped(&town.store, stamp, &maker, ID)
        .unwrap();
    assert_eq!(
        taken.procedure.field("received_on").unwrap().label,
        "收到日期"
    );
}

/// A text of the office that this program cannot read is said and does not keep the office from starting.
#[test]
fn a_text_of_another_program_is_left_out_and_said() {
    let town = Town::new("workshop-foreign");
    let text = std::fs::read_to_string("tests/flow/made/请假.toml").unwrap();
    publish(&town, "纪文澜", ("leave", &text)).unwrap();
    let folder = town.stop();
    let bare = crate::support::files::Bare::open(&folder.0.join("hub.db"));
    bare.one("UPDATE procedure_text SET text = 'id = 1'");
    drop(bare);
    let town = Town::open(folder, Clock::held(monday()));
    let broken = town.engine.procedures.broken();
    assert_eq!(broken.len(), 1);
    assert_eq!(broken[0].0, "leave");
    town.register(ID, "照常登记").unwrap();
}
