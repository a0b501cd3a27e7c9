//! The four ways of filing are one office: a document goes through every hand over HTTP, and every story of
//! `tests/flow` is played on stored cases (`stories`), in each of them. What people see is the same to the letter;
//! only the file it stands in is another.

mod stories;

use crate::relocate::{OWN, SHARED, YEARLY, rule};
use crate::support::http::{Http, Part};
use crate::support::office::Office;
use crate::support::town::{Folder, Town, monday};
use inkstone::app::backup::{Rhythm, look};
use inkstone::kit::{Clock, Id};
use inkstone::store::backup::{self, Progress};
use inkstone::store::placement::{Policy, Rule, VolumeKey};
use inkstone::store::verify::verify;
use inkstone::store::{Query, Stamp};
use std::fs;
use std::thread;
use std::time::Duration;

const TITLE: &str = "关于开展春季森林防火的通知";

/// A way of filing, and where a case of the records office of this year stands by it.
pub type Mode = (&'static str, fn(&Town) -> Rule, fn(i64) -> VolumeKey);

pub const MODES: [Mode; 4] = [
    ("shared", |_| rule(SHARED, &[]), |_| key(None, None)),
    (
        "exclusive",
        |t| rule(SHARED, &[(t.dept("DZB"), OWN)]),
        |dept| key(Some(dept), None),
    ),
    ("yearly", |_| rule(YEARLY, &[]), |_| key(None, Some(2026))),
    (
        "mixed",
        |t| {
            let both = Policy {
                exclusive: true,
                yearly: true,
            };
            rule(SHARED, &[(t.dept("DZB"), both), (t.dept("YJB"), OWN)])
        },
        |dept| key(Some(dept), Some(2026)),
    ),
];

const fn key(dept: Option<i64>, year: Option<i16>) -> VolumeKey {
    VolumeKey { dept, year }
}

/// A town that files this way from its first day on.
pub fn town(name: &str, rule: fn(&Town) -> Rule) -> Town {
    let town = Town::open(Folder::new(name), Clock::held(monday()));
    town.settle_people();
    town.store.place_by(&rule(&town)).unwrap();
    town
}

#[test]
fn a_document_goes_the_same_road_in_every_mode() {
    let seen: Vec<Vec<String>> = thread::scope(|s| {
        let all: Vec<_> = MODES.iter().map(|mode| s.spawn(|| road(*mode))).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(seen[0].len() > 40, "{:?}", seen[0]);
    for (one, (name, ..)) in seen.iter().zip(MODES) {
        assert_eq!(one, &seen[0], "{name} shows something else");
    }
}

/// People at their desks.
struct Desks {
    office: Office,
    admin: Http,
    seats: Vec<(&'static str, Http)>,
}

impl Desks {
    fn of(town: Town) -> Self {
        let office = Office::of(town);
        let mut admin = office.admin();
        let names = ["宋小笺", "纪文澜", "江若川", "陆平章", "雷有备", "田丰收"];
        let seats = names.map(|n| (n, office.colleague(&mut admin, n)));
        Self {
            office,
            admin,
            seats: seats.into(),
        }
    }

    fn at(&mut self, name: &str) -> &mut Http {
        let found = self.seats.iter_mut().find(|(n, _)| *n == name);
        found.map_or(&mut self.admin, |(_, http)| http)
    }

    /// Presses a button of the case's page.
    fn does(&mut self, name: &str, case: Id, fields: &[(&str, &str)]) {
        let at = format!("/case/{case}");
        let done = self.at(name).submit(&at, &at, fields);
        assert_eq!(done.status, 303, "{name} {fields:?}: {}", done.text());
    }

    fn post_of(&self, name: &str) -> String {
        self.office.town.post(name).to_raw().to_string()
    }
}

/// From the letter to the archive; what was shown on the way, without what names a file.
fn road((name, rule, place): Mode) -> Vec<String> {
    let mut desks = Desks::of(town(&format!("modes-{name}"), rule));
    register(desks.at("宋小笺"));
    let case = the_case(&desks.office.town);
    through_all_hands(&mut desks, case);
    let town = &desks.office.town;
    let volume = town.store.routes().volume(case.shelf()).unwrap();
    let stands = town.store.volume(volume).unwrap().key;
    assert_eq!(stands, place(town.dept("DZB")), "{name}");
    let mut seen = shown(&mut desks, case);
    seen.extend(backed_up(&mut desks));
    let findings = verify(&desks.office.town.folder.dir()).unwrap();
    assert!(findings.is_empty(), "{name}: {findings:?}");
    seen
}

fn register(clerk: &mut Http) {
    const AT: &str = "/start/incoming-handle";
    let page = clerk.get(AT);
    let text = [
        ("do", "submit/propose"),
        ("f.title", TITLE),
        ("f.from", "墨川县应急管理局"),
        ("f.from_number", "墨应急发〔2026〕12号"),
        ("f.received_on", "2026-03-09"),
        ("f.declared", "本件不涉密"),
    ];
    let mut parts: Vec<Part<'_>> = text
        .iter()
        .map(|(name, value)| Part {
            name,
            file: None,
            bytes: value.as_bytes(),
        })
        .collect();
    parts.push(Part {
        name: "f.attachments",
        file: Some(("附表.txt", "text/plain")),
        bytes: "一村一册：东岭、西坡、南塘".as_bytes(),
    });
    let sent = clerk.submit_parts(&page, AT, parts);
    assert_eq!(sent.status, 303, "{}", sent.text());
}

/// The only one there is.
fn the_case(town: &Town) -> Id {
    assert!(town.store.drain(Duration::from_secs(20)));
    let index = town.store.index().unwrap();
    let found = index.one("SELECT case_id FROM case_list", [], |r| {
        r.get(0).map(Id::from_raw)
    });
    found.unwrap()
}

fn through_all_hands(desks: &mut Desks, case: Id) {
    let (reader, leader) = (desks.post_of("陆平章"), desks.post_of("江若川"));
    let (yjb, nyz) = (desks.office.dept("YJB"), desks.office.dept("NYZ"));
    let propose = [("do", "submit/review"), ("opinion", "拟请江镇长批示。")];
    desks.does("宋小笺", case, &propose);
    let round = [
        ("do", "circulate/readers"),
        ("people.circulate.readers", &*reader),
    ];
    desks.does("宋小笺", case, &round);
    desks.does(
        "陆平章",
        case,
        &[("do", "read/read"), ("opinion", "已阅。")],
    );
    let on = [
        ("do", "submit/instruct"),
        ("people.submit.instruct", &*leader),
    ];
    desks.does("纪文澜", case, &on);
    let order = [("do", "submit/hand_out"), ("opinion", "请应急办抓紧办理。")];
    desks.does("江若川", case, &order);
    let out = [
        ("do", "hand_out/handle"),
        ("f.principal_department", &*yjb),
        ("f.assisting_departments", &*nyz),
    ];
    desks.does("宋小笺", case, &out);
    for (name, words) in [("雷有备", "已排查完毕。"), ("田丰收", "秸秆已清运。")]
    {
        desks.does(name, case, &[("do", "feed_back/up"), ("opinion", words)]);
    }
    for _ in 0..2 {
        desks.does("宋小笺", case, &[("do", "review/accept")]);
    }
    desks.does(
        "宋小笺",
        case,
        &[("do", "close/close"), ("f.result", "已办结")],
    );
    desks.does("苏简", case, &[("do", "archive/end")]);
}

/// Ledger, register, print and search, as the clerk finds them.
fn shown(desks: &mut Desks, case: Id) -> Vec<String> {
    assert!(desks.office.town.store.drain(Duration::from_secs(20)));
    assert!(desks.office.state.search.drain(Duration::from_secs(60)));
    let town = &desks.office.town;
    let view = town.open_case("宋小笺", case).unwrap();
    let ledger = view.ledger(&town.engine, &town.acting("宋小笺"));
    let mut seen: Vec<String> = ledger.iter().map(|(l, v)| format!("{l}：{v}")).collect();
    let clerk = desks.at("宋小笺");
    let page = clerk.get(&format!("/case/{case}"));
    let sheet = format!("/case/{case}/print/");
    let sheet = page.text().split(&sheet).nth(1).map(|rest| {
        let word = rest.split(['"', '?']).next().unwrap_or_default();
        format!("{sheet}{word}")
    });
    let paths = [
        sheet.unwrap(),
        format!("/case/{case}/ledger"),
        "/register/incoming?year=2026".to_owned(),
        format!("/search?q={}", inkstone::web::encode("森林防火")),
        format!("/search?q={}", inkstone::web::encode("东岭、西坡")),
    ];
    for path in paths {
        let page = clerk.get(&path);
        assert_eq!(page.status, 200, "{path}: {}", page.text());
        let words = words_of(&page.text());
        // what was searched for is marked within the title
        assert!(words.replace('\n', "").contains(TITLE), "{path}: {words}");
        // a first opening is noted after the reply, and may come after the answer
        let lasting = words.split('\n').filter(|w| !w.ends_with("08:30"));
        seen.extend(lasting.map(str::to_owned));
    }
    seen
}

/// What stands on a page between its tags.
fn words_of(page: &str) -> String {
    let main = page.split("<main").nth(1).unwrap_or(page);
    let main = main.split("</main").next().unwrap_or(main);
    let pieces = main.split('>').filter_map(|p| p.split('<').next());
    let pieces = pieces.map(str::trim).filter(|p| !p.is_empty());
    pieces.collect::<Vec<_>>().join("\n")
}

/// 马上备份, and the backup restored elsewhere.
fn backed_up(desks: &mut Desks) -> Vec<String> {
    let store = desks.office.state.store.clone();
    let place = Folder::new("modes-place");
    fs::create_dir_all(&place.0).unwrap();
    let stamp = |what| Stamp::new("person:1", what, monday());
    let key = backup::make_key(&store, "苏简", stamp("backup.key")).unwrap();
    let path = place.0.to_str().unwrap();
    backup::add_place(&store, path, "苏简", stamp("backup.place")).unwrap();
    let asked = desks.admin.submit("/backup", "/backup/run", &[]);
    assert_eq!(asked.status, 303, "{}", asked.text());
    look(&store, &mut Rhythm::default()).unwrap();
    let page = desks.admin.get("/backup").text();
    assert!(page.contains("备份好了，已打开核对"), "{page}");
    let to = Folder::new("modes-restored");
    let done = backup::whole(&place.0, &key, (&to.dir(), monday()), &Progress::default()).unwrap();
    assert!(backup::adopt(&to.dir()).unwrap());
    let findings = verify(&Town::open(to, Clock::held(monday())).stop().dir()).unwrap();
    assert!(findings.is_empty(), "restored: {findings:?}");
    vec![format!("{} {} {}", done.cases, done.files, done.missing)]
}
