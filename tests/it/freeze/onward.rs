//! A year is closed although cases are open: they go on as linked successors in the new year, in the same hands and
//! under the same number, whatever is cut off between the two files; what cannot go on is named.

use super::sound;
use super::year::{NO, Year, over, reopened, seal, wish};
use crate::lanes::{children, made_by};
use crate::support::files::{Bare, Image, list};
use crate::support::office::Office;
use crate::support::town::{Town, says};
use inkstone::engine::case::{Outcome, State};
use inkstone::engine::continued::Onward;
use inkstone::engine::continuing_store::find_asked;
use inkstone::engine::definition::MoveId;
use inkstone::engine::offer::Input;
use inkstone::kit::{Digest, Id, Result};
use inkstone::store::freeze::Stop;
use inkstone::store::verify::verify;
use inkstone::store::{NewAttachment, Stamp, VolumeState};
use std::time::{Duration, Instant};

const PAGE: &str = "/storage/volume/1";

/// A case of the old year that waits for a leader's word, with an opinion and a file.
pub fn waiting(town: &Town, title: &str) -> (Id, Digest) {
    let at = town.clock.now();
    town.clock.advance(-330 * 86_400_000);
    let case = town.register("incoming-handle", title).unwrap().case;
    town.act("宋小笺", case, MoveId::Submit, says("拟请江镇长批示。"))
        .unwrap();
    let to_leader = Input {
        choice: "instruct".into(),
        people: vec![town.post("江若川")],
        ..Input::default()
    };
    town.act("纪文澜", case, MoveId::Submit, to_leader).unwrap();
    let digest = file(town, case);
    town.clock.advance(at.0 - town.clock.now().0);
    (case, digest)
}

fn file(town: &Town, case: Id) -> Digest {
    let mut upload = town.store.upload(case.shelf()).unwrap();
    upload.push("跨年的附件".repeat(60_000).as_bytes()).unwrap();
    let (digest, size) = upload.finish().unwrap();
    let new = NewAttachment {
        owner: case,
        field: "attachments".into(),
        name: "跨年.txt".into(),
        size,
        digest,
        kind: "文本".into(),
        person: town.person("宋小笺"),
        person_name: "宋小笺".into(),
    };
    let write = move |w: &mut inkstone::store::Write<'_>| {
        let id = w.attach(&new)?;
        w.emit("case.attached", Some(new.owner), &id)
    };
    let stamp = town.stamp("宋小笺", "case.attach");
    town.store.write(case.shelf(), stamp, write).unwrap();
    digest
}

fn go_on(town: &Town, case: Id) -> Result<Onward> {
    let stamp = town.stamp("苏简", "volume.continue");
    let acting = town.acting("苏简");
    town.engine.continue_case(&town.store, stamp, &acting, case)
}

fn successor(town: &Town, case: Id) -> Option<Id> {
    let view = town.open_case("宋小笺", case).unwrap();
    view.kin.children.first().and_then(|c| c.made)
}

#[test]
fn an_open_case_goes_on_in_the_new_year_and_the_old_one_is_sealed() {
    let Year { town, .. } = over("onward");
    let follower = children(&town);
    town.store.deliver(&follower).unwrap();
    let (case, digest) = waiting(&town, "关于跨年工程的通知");
    let before = town.open_case("宋小笺", case).unwrap();
    let number = before.case.head.number.clone();
    assert!(number.is_some(), "set-up");
    let held = town.todo("江若川");
    assert_eq!(held.len(), 1, "{held:?}");
    assert_eq!(town.store.closing(NO).unwrap().open_count, 1);

    assert_eq!(go_on(&town, case).unwrap(), Onward::Continued);
    let closing = town.store.closing(NO).unwrap();
    assert_eq!((closing.open_count, closing.unbegun), (0, 1));
    let why = closing.why_not(2027).unwrap();
    assert!(why.contains("正在转到今年"), "{why}");
    let stamp = town.stamp("苏简", "volume.seal");
    assert!(town.store.ask_seal(NO, &wish(&town), stamp).is_err());

    town.store.deliver(&follower).unwrap();
    let next = successor(&town, case).unwrap();
    assert_ne!(next.shelf(), case.shelf());
    let old = town.open_case("宋小笺", case).unwrap();
    assert_eq!(old.case.state.state, State::Closed);
    assert_eq!(old.case.state.outcome, Some(Outcome::Continued));
    assert_eq!(
        old.case.head.number, number,
        "the old case keeps its number"
    );
    let new = town.open_case("宋小笺", next).unwrap();
    assert_eq!(new.case.head.number, number, "and the new one shows it");
    assert_eq!(new.case.head.year, 2027);
    assert_eq!(new.kin.parent.as_ref().unwrap().parent, case);
    assert_eq!(new.case.state.step, before.case.state.step);
    let words = |v: &inkstone::engine::view::CaseView| -> Vec<(String, String, i64)> {
        let said = v.case.state.opinions.iter().zip(&v.case.said);
        said.map(|(o, by)| (o.text.clone(), by.name.clone(), o.at.0))
            .collect()
    };
    assert!(!words(&before).is_empty(), "set-up");
    assert_eq!(
        words(&new),
        words(&before),
        "what was said, by whom and when"
    );
    assert_eq!(new.files.len(), 1);
    assert_eq!(new.files[0].digest(), digest);
    assert_eq!(town.todo("江若川"), held, "in the same hands, once");

    seal(&town);
    // it is worked on to its end, and nothing knocks at the sealed year
    town.act("江若川", next, MoveId::Submit, says("请应急办办理。"))
        .unwrap();
    town.store.deliver(&follower).unwrap();
    made_by(&town).mend().unwrap();
    let (mut blob, mut bytes) = (town.store.blob(next.shelf(), digest).unwrap(), 0);
    while let Some(chunk) = blob.next_chunk().unwrap() {
        bytes += chunk.len();
    }
    assert_eq!(bytes, "跨年的附件".len() * 60_000);
    assert!(town.store.drain(Duration::from_secs(10)));
    let folder = town.stop();
    sound(&folder);
    // the number it shows is the old case's, and verification knows
    for (file, table, id) in [
        (folder.dir().volume(2), "cases", "id"),
        (folder.dir().index(), "case_list", "case_id"),
    ] {
        Bare::open(&file).one(&format!(
            "UPDATE {table} SET number = '收文〔2026〕99号' WHERE {id} = {}",
            next.raw()
        ));
    }
    let found = verify(&folder.dir()).unwrap();
    assert!(found.iter().any(|f| f.claim == "case-number"), "{found:?}");
}

/// The power goes after the old file's commit, and after the new one's: one successor, always.
#[test]
fn cut_off_between_the_two_files_it_goes_on_once() {
    let year = over("onward-cut");
    let (case, _) = waiting(&year.town, "关于断电的通知");
    year.town.store.deliver(&children(&year.town)).unwrap();
    go_on(&year.town, case).unwrap();
    let image = Image::of(&year.town.stop());
    let town = reopened(image.copy("onward-cut"));
    assert_eq!(successor(&town, case), None, "set-up: not begun yet");
    made_by(&town).mend().unwrap();
    let made = successor(&town, case).unwrap();
    let shelf = case.shelf();
    let forget = move |w: &mut inkstone::store::Write<'_>| {
        w.execute(
            "UPDATE child SET made = NULL, rev = rev + 1 WHERE made IS NOT NULL",
            [],
        )?;
        w.quiet("as between the two commits");
        Ok(())
    };
    let stamp = town.stamp("苏简", "test.forget");
    town.store.write(shelf, stamp, forget).unwrap();
    let town = reopened(town.stop());
    made_by(&town).mend().unwrap();
    assert_eq!(successor(&town, case), Some(made), "the same one");
    assert_eq!(town.todo("江若川").len(), 1);
    // asked again it says that it went on already
    assert!(go_on(&town, case).is_err());
    assert!(town.store.drain(Duration::from_secs(10)));
    let folder = town.stop();
    sound(&folder);
    let ended = "SELECT count(*) FROM cases WHERE outcome = 'continued'";
    assert_eq!(list::<i64>(&folder.dir().volume(NO), ended), [1]);
}

#[test]
fn what_cannot_go_on_is_said() {
    let Year { town, .. } = over("onward-not");
    let done = list::<i64>(
        &town.folder.dir().volume(NO),
        "SELECT id FROM cases WHERE state = 'archived' LIMIT 1",
    );
    let why = go_on(&town, Id::from_raw(done[0])).unwrap_err().to_string();
    assert!(why.contains("已经办完"), "{why}");
    let this_year = town.register("incoming-handle", "今年的事").unwrap().case;
    let why = go_on(&town, this_year).unwrap_err().to_string();
    assert!(why.contains("今年的件"), "{why}");
    let (lost, _) = waiting(&town, "附件丢了的通知");
    Bare::keeping(&town.folder.dir().attach(NO))
        .run("UPDATE blob SET digest = randomblob(32) WHERE size > 100000");
    let why = go_on(&town, lost).unwrap_err().to_string();
    assert!(why.contains("附件") && why.contains("从备份恢复"), "{why}");
    let view = town.open_case("宋小笺", lost).unwrap();
    assert_eq!(view.case.state.state, State::Open, "nothing was ended");
}

/// Stopped between two cases, it goes on by itself when the server starts again, in the name of whoever asked.
#[test]
fn stopped_midway_it_goes_on_at_the_next_start() {
    let year = over("onward-stopped");
    let all: Vec<Id> = ["甲", "乙", "丙"]
        .map(|t| waiting(&year.town, &format!("关于{t}的通知")).0)
        .to_vec();
    let office = Office::of(year.town);
    let mut admin = office.admin();
    let store = office.state.store.clone();
    // the writer is held, so that the first case waits until the stop is asked for
    let (open, gate) = std::sync::mpsc::channel::<()>();
    let (held, is_held) = std::sync::mpsc::channel::<()>();
    let gate = std::sync::Mutex::new(gate);
    let (at, stamp) = (store.clone(), office.town.stamp("苏简", "test.hold"));
    let shelf = all[0].shelf();
    let holding = std::thread::spawn(move || {
        let hold = move |w: &mut inkstone::store::Write<'_>| {
            held.send(()).unwrap();
            gate.lock().unwrap().recv().unwrap();
            w.quiet("holds the writer");
            Ok(())
        };
        at.write(shelf, stamp, hold).unwrap();
    });
    is_held.recv().unwrap();
    let pressed = admin.submit(PAGE, &format!("{PAGE}/continue"), &[]);
    assert_eq!(pressed.status, 303, "{}", pressed.text());
    let until = Instant::now() + Duration::from_secs(30);
    while store.volume_work(NO).is_none_or(|w| w.of == 0) {
        assert!(Instant::now() < until);
        std::thread::sleep(Duration::from_millis(20));
    }
    store.stop_volume_work(NO, Stop::Leave);
    open.send(()).unwrap();
    holding.join().unwrap();
    while store.volume_work(NO).is_some_and(|w| w.ended.is_none()) {
        assert!(Instant::now() < until);
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(store.closing(NO).unwrap().open_count, 2, "one went");
    store.checkpoint();
    let image = Image::of(&office.town.folder);
    drop(office);

    let folder = image.copy_all("onward-again");
    let state = inkstone::app::serve::open(&folder.dir(), super::year::february()).unwrap();
    assert_eq!(state.store.closing(NO).unwrap().open_count, 2, "set-up");
    let stamped = |by, at| Stamp::new(by, "volume.continue", at);
    inkstone::screens::volume::take_up(&state, stamped).unwrap();
    while state.store.closing(NO).unwrap().open_count > 0 {
        assert!(Instant::now() < until, "{:?}", state.store.volume_work(NO));
        std::thread::sleep(Duration::from_millis(20));
    }
    let asked = || find_asked(&state.store.hub().unwrap()).unwrap();
    while !asked().is_empty() {
        assert!(Instant::now() < until);
        std::thread::sleep(Duration::from_millis(20));
    }
    let work = state.store.volume_work(NO).unwrap();
    assert!(work.ended.unwrap().unwrap().contains("2 件转到今年接着办"));
    drop(state);
    let ended = "SELECT count(*) FROM cases WHERE outcome = 'continued'";
    assert_eq!(list::<i64>(&folder.dir().volume(NO), ended), [3]);
}

/// From the page: one press, then the year is sealed.
#[test]
fn the_page_carries_the_open_ones_over_and_seals() {
    let year = over("onward-page");
    let (case, _) = waiting(&year.town, "关于页面结转的通知");
    let office = Office::of(year.town);
    let follower = children(&office.town);
    office.town.store.deliver(&follower).unwrap();
    let mut admin = office.admin();
    let page = admin.get(PAGE).text();
    assert!(page.contains("没有办完的 1 件"), "{page}");
    assert!(page.contains("没办完的转到2027年接着办") && !page.contains("封存2026年的案卷"));
    let pressed = admin.submit(PAGE, &format!("{PAGE}/continue"), &[]);
    assert_eq!(pressed.status, 303, "{}", pressed.text());
    let until = Instant::now() + Duration::from_secs(30);
    while !admin.get(PAGE).text().contains("封存2026年的案卷") {
        assert!(Instant::now() < until, "{}", admin.get(PAGE).text());
        std::thread::sleep(Duration::from_millis(50));
        office.town.store.deliver(&follower).unwrap();
    }
    assert!(admin.get(PAGE).text().contains("1 件转到今年接着办"));
    let old = office.town.open_case("宋小笺", case).unwrap();
    let next = old.kin.children[0].made.unwrap();
    let sealed = admin.submit(PAGE, &format!("{PAGE}/seal"), &[]);
    assert_eq!(sealed.status, 303, "{}", sealed.text());
    let store = &office.state.store;
    while store.volume(NO).unwrap().state != VolumeState::Frozen {
        assert!(Instant::now() < until, "{:?}", store.volume_work(NO));
        std::thread::sleep(Duration::from_millis(50));
    }
    let mut clerk = office.colleague(&mut admin, "宋小笺");
    let old = clerk.get(&format!("/case/{case}")).text();
    assert!(
        old.contains("已结转") && old.contains(&format!("/case/{next}")),
        "{old}"
    );
    let new = clerk.get(&format!("/case/{next}")).text();
    assert!(
        new.contains("接着这一件办") && new.contains(&format!("/case/{case}")),
        "{new}"
    );
}
