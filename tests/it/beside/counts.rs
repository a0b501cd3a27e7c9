//! Statistics against a recount that reads every case from its volume and walks the calendar day by day; and each
//! figure against the list it opens.

use super::{behind, shown, titles, town};
use crate::support::http::Http;
use crate::support::town::{Folder, Town, day, monday, says};
use crate::verify::office::{through_all_hands, to_departments};
use inkstone::engine::case::{Purpose, State, TaskState};
use inkstone::engine::case_store::{find_case, list_grants};
use inkstone::engine::definition::MoveId;
use inkstone::engine::index_store::{principals, registers};
use inkstone::engine::offer::Input;
use inkstone::engine::people::whose;
use inkstone::engine::statistics::{Statistics, reckon};
use inkstone::engine::statistics_store::{Asked, count_heaps, list_spent, list_waiting};
use inkstone::kit::{Clock, Id, Principal, Zone};
use inkstone::store::Query;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

const ZONE: Zone = Zone::BEIJING;

/// Cases over two years, at all kinds of places, some late.
fn busy(town: &Town) {
    for (i, from) in ["2026-03-10", "2026-06-01", "2027-01-05", "2027-03-02"]
        .iter()
        .enumerate()
    {
        let at = ZONE.at(day(from), 9, 0);
        town.clock.advance(at.0 - town.clock.now().0);
        let done = to_departments(town, &format!("关于第 {i} 次检查的通知"));
        town.clock.advance((3 + i as i64 * 5) * 86_400_000);
        town.act("雷有备", done, MoveId::FeedBack, says("已查。"))
            .unwrap();
        town.register("incoming-handle", &format!("关于第 {i} 份报表的通知"))
            .unwrap();
    }
    through_all_hands(town);
    let gone = town.register("incoming-handle", "重复的一份").unwrap().case;
    let why = Input {
        note: "重复登记".into(),
        ..Input::default()
    };
    town.act("宋小笺", gone, MoveId::Void, why).unwrap();
}

/// What this person's statistics come to, by the index.
fn counted(town: &Town, name: &str, year: i16) -> Statistics {
    assert!(town.store.drain(Duration::from_secs(20)));
    let acting = town.acting(name);
    let mine: Vec<Principal> = acting.viewer.holds.iter().map(|h| h.principal).collect();
    let who = principals(&mine);
    let tables = registers(&town.engine.procedures);
    let table = tables.iter().find(|t| t.id == "incoming").unwrap();
    let today = ZONE.start_of(ZONE.day(town.clock.now()));
    let asked = Asked {
        table,
        year,
        who: &who,
        procedure: "",
        today,
    };
    let index = town.store.index().unwrap();
    let heaps = count_heaps(&index, &asked).unwrap();
    let spent = list_spent(&index, &asked).unwrap();
    let directory = town.directory();
    let mut waits = list_waiting(&index, &asked).unwrap();
    for w in &mut waits {
        let dept = whose(&directory, w.holder).0.unwrap();
        w.dept = directory.dept_name(dept).to_owned();
    }
    reckon(year, (&heaps, &spent), (ZONE, directory.calendar())).with_waiting(&waits, today)
}

/// What waits now and what of it is overdue, by step and by department, by reading every case.
type Waiting = BTreeMap<String, (BTreeSet<Id>, BTreeSet<Id>)>;

fn waiting(town: &Town, name: &str, year: i16) -> [Waiting; 2] {
    let acting = town.acting(name);
    let mine: Vec<Principal> = acting.viewer.holds.iter().map(|h| h.principal).collect();
    let directory = town.directory();
    let today = ZONE.start_of(ZONE.day(town.clock.now()));
    let mut found: [Waiting; 2] = Default::default();
    for (shelf, ..) in town.store.shelves().unwrap() {
        let read = town.store.shelf(shelf).unwrap();
        let ids: Vec<i64> = read
            .all("SELECT id FROM cases WHERE shelf = ?1", [shelf.0], |r| {
                r.get(0)
            })
            .unwrap();
        for id in ids.into_iter().map(Id::from_raw) {
            let case = find_case(&read, id).unwrap();
            let published = town
                .engine
                .procedures
                .current(&case.head.procedure)
                .unwrap();
            let p = &published.procedure;
            let grants = list_grants(&read, id).unwrap();
            let seen = grants.iter().filter(|(who, _)| mine.contains(who));
            let Some(from) = seen.filter_map(|(_, s)| p.place(s)).min() else {
                continue;
            };
            let counts = p.register.id == "incoming" && case.head.year == year;
            let void = case.state.state == State::Void;
            for t in case.state.open_tasks().filter(|_| counts && !void) {
                if p.place(&t.step).unwrap() < from {
                    continue;
                }
                let dept = match t.holder {
                    Principal::Post(post) => directory.post(post).unwrap().department,
                    Principal::Pool(dept) => dept,
                    other => panic!("{other:?}"),
                };
                let names = [p.step_name(&t.step), directory.dept_name(dept)];
                for (all, name) in found.iter_mut().zip(names) {
                    let one = all.entry(name.to_owned()).or_default();
                    one.0.insert(id);
                    if t.due_at.is_some_and(|due| due < today) {
                        one.1.insert(id);
                    }
                }
            }
        }
    }
    found
}

#[test]
fn what_waits_is_counted_as_a_slow_recount_finds() {
    let town = Town::open(Folder::new("waits"), Clock::held(monday()));
    town.settle_people();
    busy(&town);
    let mut seen = BTreeSet::new();
    for name in ["宋小笺", "江若川", "雷有备", "钱细清"] {
        for year in [2026, 2027] {
            let s = counted(&town, name, year);
            for (all, slow) in [&s.steps, &s.depts]
                .into_iter()
                .zip(waiting(&town, name, year))
            {
                let of = |f: fn(&(BTreeSet<Id>, BTreeSet<Id>)) -> usize| -> BTreeMap<String, u64> {
                    let some = slow.iter().map(|(n, both)| (n.clone(), f(both) as u64));
                    some.filter(|(_, n)| *n > 0).collect()
                };
                let said =
                    |f: fn(&inkstone::engine::statistics::Took) -> u64| -> BTreeMap<String, u64> {
                        let some = all.iter().map(|t| (t.name.clone(), f(t)));
                        some.filter(|(_, n)| *n > 0).collect()
                    };
                assert_eq!(said(|t| t.waiting), of(|b| b.0.len()), "{name} {year}");
                assert_eq!(said(|t| t.overdue), of(|b| b.1.len()), "{name} {year}");
                seen.insert((said(|t| t.waiting), said(|t| t.overdue)));
            }
        }
    }
    assert!(seen.iter().any(|(_, late)| !late.is_empty()), "{seen:?}");
    assert!(seen.len() > 3, "{seen:?}");
}

/// The same of one year by reading every case: cases, ended, timed, late; then by step cases and days, by
/// department cases.
type Slow = (
    [u64; 4],
    BTreeMap<String, (BTreeSet<Id>, Vec<i64>)>,
    BTreeMap<String, BTreeSet<Id>>,
);

fn recounted(town: &Town, name: &str, year: i16) -> Slow {
    let acting = town.acting(name);
    let mine: Vec<Principal> = acting.viewer.holds.iter().map(|h| h.principal).collect();
    let directory = town.directory();
    let today = ZONE.start_of(ZONE.day(town.clock.now()));
    let mut slow: Slow = Default::default();
    for (shelf, ..) in town.store.shelves().unwrap() {
        let read = town.store.shelf(shelf).unwrap();
        let ids: Vec<i64> = read
            .all("SELECT id FROM cases WHERE shelf = ?1", [shelf.0], |r| {
                r.get(0)
            })
            .unwrap();
        for id in ids.into_iter().map(Id::from_raw) {
            let case = find_case(&read, id).unwrap();
            let grants = list_grants(&read, id).unwrap();
            let seen: Vec<&String> = grants
                .iter()
                .filter(|(p, _)| mine.contains(p))
                .map(|(_, s)| s)
                .collect();
            if seen.is_empty() || case.head.year != year || case.state.state == State::Void {
                continue;
            }
            let procedure = town
                .engine
                .procedures
                .current(&case.head.procedure)
                .unwrap()
                .procedure
                .clone();
            if procedure.register.id != "incoming" {
                continue;
            }
            let from = seen
                .iter()
                .filter_map(|s| procedure.place(s))
                .min()
                .unwrap();
            let works: Vec<_> = case
                .state
                .tasks
                .iter()
                .filter(|t| {
                    t.purpose == Purpose::Do
                        && matches!(
                            t.state,
                            TaskState::Done | TaskState::Open | TaskState::Waiting
                        )
                })
                .collect();
            let open = case.state.state == State::Open;
            let missed = works
                .iter()
                .any(|t| matches!((t.done_at, t.due_at), (Some(d), Some(due)) if d > due));
            let hangs = case
                .state
                .open_tasks()
                .filter_map(|t| t.due_at)
                .any(|due| due < today);
            slow.0[0] += 1;
            slow.0[1] += u64::from(!open);
            slow.0[2] += u64::from(works.iter().any(|t| t.due_at.is_some()));
            slow.0[3] += u64::from(missed || (open && hangs));
            for t in works.iter().filter(|t| t.state == TaskState::Done) {
                if procedure.place(&t.step).unwrap() < from {
                    continue;
                }
                let days = directory
                    .calendar()
                    .working_days_between(ZONE.day(t.given_at), ZONE.day(t.done_at.unwrap()));
                let step = slow
                    .1
                    .entry(procedure.step_name(&t.step).to_owned())
                    .or_default();
                step.0.insert(id);
                step.1.push(days);
                let act = case
                    .acts
                    .iter()
                    .rev()
                    .find(|a| a.task == Some(t.id))
                    .unwrap();
                slow.2
                    .entry(act.by.dept_name.clone())
                    .or_default()
                    .insert(id);
            }
        }
    }
    slow
}

#[test]
fn statistics_are_exactly_what_a_slow_recount_finds() {
    let town = Town::open(Folder::new("counts"), Clock::held(monday()));
    town.settle_people();
    busy(&town);
    let mut seen = BTreeSet::new();
    for name in ["宋小笺", "江若川", "雷有备", "田丰收", "钱细清"] {
        for year in [2026, 2027] {
            let s = counted(&town, name, year);
            let (all, steps, depts) = recounted(&town, name, year);
            let of = [s.all.cases, s.all.ended, s.all.timed, s.all.late];
            assert_eq!(of, all, "{name} {year}");
            assert_eq!(s.months.iter().map(|m| m.cases).sum::<u64>(), s.all.cases);
            assert_eq!(
                s.procedures.values().map(|p| p.cases).sum::<u64>(),
                s.all.cases
            );
            let done: Vec<_> = s.steps.iter().filter(|t| t.cases > 0).collect();
            assert_eq!(done.len(), steps.len(), "{name} {year}");
            for took in done {
                let (cases, days) = &steps[&took.name];
                let mut days = days.clone();
                days.sort_unstable();
                let middle = (days[(days.len() - 1) / 2] + days[days.len() / 2]) as f64 / 2.0;
                assert_eq!(
                    (took.cases, took.times),
                    (cases.len() as u64, days.len() as u64)
                );
                assert!(
                    (took.median - middle).abs() < 1e-9,
                    "{name} {}: {days:?}",
                    took.name
                );
                assert_eq!(took.longest, *days.last().unwrap(), "{}", took.name);
            }
            let by_dept: BTreeMap<String, u64> = depts
                .into_iter()
                .map(|(n, c)| (n, c.len() as u64))
                .collect();
            let found: BTreeMap<String, u64> = s
                .depts
                .iter()
                .filter(|d| d.cases > 0)
                .map(|d| (d.name.clone(), d.cases))
                .collect();
            assert_eq!(found, by_dept, "{name} {year}");
            seen.insert((s.all.cases, s.all.late));
        }
    }
    assert!(seen.len() > 3, "people see different things: {seen:?}");
    assert!(seen.contains(&(0, 0)), "somebody sees nothing: {seen:?}");
    println!("ten statistics of five people are what the recount finds: {seen:?}");
}

#[test]
fn each_figure_opens_the_list_it_counted() {
    let town = town("figures");
    busy(&town);
    let (office, mut clerk) = behind(town);
    shown(&office);
    let mut followed = 0;
    for name in ["宋小笺", "雷有备"] {
        let mut http: Http = match name {
            "宋小笺" => clerk.clone(),
            other => office.colleague(&mut office.admin(), other),
        };
        let page = http.get("/register/incoming/statistics?year=2027").text();
        for (href, n) in figures(&page) {
            let list = http.get(&href);
            assert_eq!(list.status, 200, "{href}");
            let text = list.text();
            assert!(
                text.contains(&format!("共 {n} 件")),
                "{name} {href}: {n} counted"
            );
            assert!(text.contains("这里只列统计表里的这些件"), "{href}");
            followed += 1;
        }
    }
    assert!(followed > 25, "{followed} figures");
    let page = clerk.get("/register/incoming/statistics?year=2027").text();
    assert!(
        page.contains("m.fate=waiting") && page.contains("m.fate=overdue"),
        "{page}"
    );
    println!("{followed} figures open lists of as many cases");
    // a department with few cases stands uncompared, and nobody is ranked
    let page = clerk.get("/register/incoming/statistics?year=2027").text();
    assert!(page.contains("件数少，不比较"), "{page}");
    assert!(
        !page.contains("雷有备") && !page.contains("宋小笺　"),
        "people are counted nowhere"
    );
    let paper = clerk.get("/register/incoming/statistics/print?year=2027");
    assert_eq!(paper.status, 200);
    assert!(
        paper.text().contains("只统计宋小笺能看到的件"),
        "whose eyes"
    );
    assert!(
        paper.text().contains("<svg") && !paper.text().contains("m.fate"),
        "no links on paper"
    );
}

/// Figures of the page that lead to a list: where, and how many.
fn figures(page: &str) -> Vec<(String, u64)> {
    let mut all = Vec::new();
    for part in page.split("<a href=\"").skip(1) {
        let (href, rest) = part.split_once("\">").unwrap();
        let n = rest.split_once("</a>").and_then(|(n, _)| n.parse().ok());
        if let Some(n) = n.filter(|_| href.contains("m.fate=")) {
            all.push((href.replace("&amp;", "&"), n));
        }
    }
    all
}

#[test]
fn ten_thousand_cases_are_counted_while_one_waits() {
    let town = Town::new("many");
    let case = town
        .register("incoming-handle", "关于一件事的通知")
        .unwrap()
        .case;
    assert!(town.store.drain(Duration::from_secs(10)));
    let acting = town.acting("宋小笺");
    let mine: Vec<Principal> = acting.viewer.holds.iter().map(|h| h.principal).collect();
    let post = town.post("宋小笺").to_raw();
    let tables = registers(&town.engine.procedures);
    let number = tables.iter().find(|t| t.id == "incoming").unwrap().number;
    let folder = town.stop();
    let index = crate::support::files::Bare::open(&folder.dir().index());
    let many = "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 10000)";
    index.run(&format!(
        "{many} INSERT INTO measure SELECT i, 1, 2026, 1 + i % 12, 'incoming-handle', iif(i % 9 = 0, 'open', 'archived'), 1, i % 11 = 0, NULL FROM n"
    ));
    index.run(&format!(
        "{many} INSERT INTO case_access(principal, register, year, case_id, place) SELECT {post}, {number}, 2026, i, 0 FROM n"
    ));
    index.run(&format!(
        "{many}, s(k) AS (VALUES(0) UNION ALL SELECT k + 1 FROM s WHERE k < 7)
         INSERT INTO spent SELECT i * 8 + k, i, '第' || k || '步', k, '部门' || i % 20, 1767225600000 + i * 60000,
           1767225600000 + i * 60000 + (i % 30) * 86400000, 1768225600000 FROM n, s"
    ));
    drop(index);
    let town = Town::open(folder, Clock::held(monday()));
    assert!(town.open_case("宋小笺", case).is_ok());
    let asked = Asked {
        table: tables.iter().find(|t| t.id == "incoming").unwrap(),
        year: 2026,
        who: &principals(&mine),
        procedure: "",
        today: monday(),
    };
    let index = town.store.index().unwrap();
    let started = Instant::now();
    let heaps = count_heaps(&index, &asked).unwrap();
    let spent = list_spent(&index, &asked).unwrap();
    let directory = town.directory();
    let s = reckon(2026, (&heaps, &spent), (ZONE, directory.calendar()));
    let took = started.elapsed();
    println!(
        "10 000 cases, {} pieces of work: {} ms",
        spent.len(),
        took.as_millis()
    );
    assert!(
        s.all.cases >= 10_000 && spent.len() >= 80_000,
        "{} {}",
        s.all.cases,
        spent.len()
    );
    // unoptimised and beside other tests; a release build takes a tenth
    assert!(took < Duration::from_secs(10), "{took:?}");
    assert!(!titles(&town).is_empty());
}
