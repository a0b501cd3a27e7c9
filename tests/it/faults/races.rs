//! Two at once: a request that panics beside fifteen others, two who settle the same task, many who take
//! numbers, one form posted twice, a number given back while its twin is being written.

use crate::support::files::{in_volumes, list};
use crate::support::small;
use crate::support::town::{Folder, Town, monday, says};
use inkstone::engine::definition::MoveId;
use inkstone::engine::run::Ask;
use inkstone::kit::{Clock, Error, Result};
use inkstone::store::verify::verify;
use inkstone::store::{Query as _, Stamp, Write, params};
use std::collections::HashSet;
use std::sync::Barrier;
use std::thread;

fn notes(name: &str) -> Town {
    let more = [small::of_department(), small::of_organ()];
    let town = Town::open_with(Folder::new(name), Clock::held(monday()), &more);
    town.settle_people();
    town
}

fn sound(town: Town) {
    assert!(town.store.drain(std::time::Duration::from_secs(10)));
    let folder = town.stop();
    let findings = verify(&folder.dir()).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
}

#[test]
fn a_panicking_request_loses_only_itself() {
    let town = notes("panic");
    let shelf = town
        .engine
        .shelf_now(&town.store, &town.acting("宋小笺"))
        .unwrap();
    let gate = Barrier::new(16);
    let write = |i: i64, n: i64| {
        let stamp = Stamp::new("system:test", "test.write", town.clock.now());
        town.store.write(shelf, stamp, move |w: &mut Write<'_>| {
            w.execute(
                "INSERT INTO series(shelf, key, year, next) VALUES(?1, ?2, 1, 1)",
                params![w.shelf().0, format!("{i}/{n}")],
            )?;
            w.emit("test.written", None, &n)?;
            assert!(i != 0, "one of sixteen");
            Ok(n)
        })
    };
    thread::scope(|s| {
        for i in 0..16 {
            let (gate, write) = (&gate, &write);
            s.spawn(move || {
                gate.wait();
                for n in 0..20 {
                    match write(i, n) {
                        Ok(done) => assert_eq!((done.value, i > 0), (n, true)),
                        Err(Error::Fault(why)) => {
                            assert!(i == 0 && why.contains("one of sixteen"), "{why}")
                        }
                        Err(other) => panic!("{other:?}"),
                    }
                }
            });
        }
    });
    let read = town.store.shelf(shelf).unwrap();
    let count = |statement| read.one(statement, [], |r| r.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM series"), 300);
    assert_eq!(count("SELECT count(*) FROM series WHERE key LIKE '0/%'"), 0);
    assert_eq!(
        count("SELECT count(*) FROM outbox WHERE kind = 'test.written'"),
        300
    );
    let (mean, batches) = (
        town.store.counters().mean_batch(),
        town.store
            .counters()
            .batches
            .load(std::sync::atomic::Ordering::Relaxed),
    );
    println!(
        "20 of 320 requests panicked, 300 are there; mean batch {mean:.2} over {batches} commits"
    );
}

#[test]
fn of_two_who_approve_at_once_one_wins_and_the_other_learns_who() {
    let town = notes("approve");
    let mut second = 0;
    for i in 0..100 {
        let case = town
            .register("incoming-handle", &format!("来文{i}"))
            .unwrap()
            .case;
        let task = town.open_case("宋小笺", case).unwrap().task;
        let gate = Barrier::new(2);
        let approve = |op: String| {
            let ask = Ask {
                case,
                task,
                rev: None,
                mv: MoveId::Submit,
                input: says("拟请江镇长批示。"),
            };
            let stamp = Stamp {
                op,
                ..town.stamp("宋小笺", "case.advance")
            };
            let acting = town.acting("宋小笺");
            gate.wait();
            town.engine.act(&town.store, stamp, &acting, ask)
        };
        let (one, two) = thread::scope(|s| {
            let one = s.spawn(|| approve(format!("a{i}")));
            let two = s.spawn(|| approve(format!("b{i}")));
            (one.join().unwrap(), two.join().unwrap())
        });
        let lost = match (one, two) {
            (Ok(_), Err(lost)) => lost,
            (Err(lost), Ok(_)) => {
                second += 1;
                lost
            }
            other => panic!("exactly one wins: {other:?}"),
        };
        match lost {
            Error::Conflict(why) => assert!(why.contains("已由宋小笺办理"), "{why}"),
            other => panic!("{other:?}"),
        }
    }
    println!("100 pairs, one winner each; the second came first {second} times");
    sound(town);
}

/// Everybody registers at once; who was shown which number.
fn two_hundred(town: &Town, kind: &str) -> Vec<(String, String)> {
    let who = ["宋小笺", "雷有备", "田丰收", "钱细清"];
    thread::scope(|s| {
        let all: Vec<_> = (0..8)
            .map(|i| {
                s.spawn(move || {
                    let mut shown = Vec::new();
                    for n in 0..25 {
                        let (name, title) = (who[i % 4], format!("{kind}{i}/{n}"));
                        let op = format!("op-{title}");
                        if n % 5 == 0 {
                            let refused = town.start(name, (kind, ""), &[], &format!("no-{title}"));
                            assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
                        }
                        let done = town.start(name, (kind, &title), &[], &op).unwrap();
                        shown.push((name.to_owned(), done.number.unwrap()));
                    }
                    shown
                })
            })
            .collect();
        all.into_iter().flat_map(|t| t.join().unwrap()).collect()
    })
}

#[test]
fn numbers_taken_at_once_are_unique_and_without_gaps() {
    let town = notes("numbers");
    let organ = two_hundred(&town, "organ-note");
    let organ: HashSet<String> = organ.into_iter().map(|(_, number)| number).collect();
    assert_eq!(organ.len(), 200, "an office-wide number was shown twice");
    let own: HashSet<_> = two_hundred(&town, "department-note").into_iter().collect();
    assert_eq!(own.len(), 200, "a department's number was shown twice");
    // A refused registration may leave the highest number free; whoever comes next takes it.
    let free = "SELECT n FROM claim WHERE state = 'free'";
    let hub = town.folder.dir().hub();
    let holes = list::<i64>(&hub, free);
    for n in &holes {
        town.start(
            "雷有备",
            ("organ-note", &format!("补{n}")),
            &[],
            &format!("fill{n}"),
        )
        .unwrap();
    }
    assert!(list::<i64>(&hub, free).is_empty());
    let bound = list::<i64>(
        &hub,
        "SELECT n FROM claim WHERE key LIKE '小件organ%' AND state = 'bound' ORDER BY n",
    );
    let all: Vec<i64> = (1..=200 + holes.len() as i64).collect();
    assert_eq!(bound, all);
    let own = "SELECT json_array(count(*), max(n)) FROM series_number GROUP BY shelf";
    let own = in_volumes::<String>(&town.folder, own);
    assert_eq!(own, ["[50,50]"; 4]);
    println!(
        "200 office-wide and 4 × 50 departmental numbers; {} holes after refusals, refilled",
        holes.len()
    );
    sound(town);
}

#[test]
fn one_form_posted_many_times_is_one_case_with_one_number() {
    let town = notes("twice");
    for round in 0..20 {
        let title = format!("同一张表{round}");
        let done: Vec<_> = thread::scope(|s| {
            let post = || town.start("雷有备", ("organ-note", &title), &[], &format!("op{round}"));
            let all: Vec<_> = (0..6).map(|_| s.spawn(post)).collect();
            all.into_iter()
                .map(|t| t.join().unwrap().unwrap())
                .collect()
        });
        let cases: HashSet<_> = done.iter().map(|d| (d.case, d.number.clone())).collect();
        assert_eq!(cases.len(), 1);
        assert_eq!(done[0].number, Some(format!("小件〔2026〕{}号", round + 1)));
    }
    sound(town);
}

#[test]
fn a_twin_that_fails_gives_nothing_back() {
    let town = notes("twin");
    let shelf = town
        .engine
        .shelf_now(&town.store, &town.acting("雷有备"))
        .unwrap();
    let take = || {
        town.store
            .reserve(shelf, "series", "k/2026", "person:1 op")
            .unwrap()
    };
    // The second of the same form is turned away while the first is on its way to the volume.
    let (first, second) = (take(), take());
    assert_eq!(first, second);
    town.store.settle_claim(&second).unwrap();
    let between = town
        .store
        .reserve(shelf, "series", "k/2026", "person:2 early")
        .unwrap();
    assert_eq!(between.n, first.n + 1, "the number is about to be used");
    town.store.settle_claim(&between).unwrap();
    // And a third one between commit and binding.
    let second = take();
    let bind = first.clone();
    let case = town
        .start("雷有备", ("department-note", "甲"), &[], "x")
        .unwrap()
        .case;
    let write = move |w: &mut Write<'_>| {
        w.quiet("the number of a case");
        w.bind(&bind, case)
    };
    let stamp = || Stamp::new("system:test", "test.bind", town.clock.now());
    town.store.write(shelf, stamp(), write).unwrap();
    town.store.settle_claim(&second).unwrap();
    let other = town
        .store
        .reserve(shelf, "series", "k/2026", "person:2 op")
        .unwrap();
    assert_eq!(other.n, first.n + 1, "the number is in use");
    town.store.settle_claim(&first).unwrap();
    town.store.settle_claim(&other).unwrap();
    let states = list::<String>(
        &town.folder.dir().hub(),
        "SELECT n || state FROM claim ORDER BY n",
    );
    assert_eq!(states, ["1bound", "2free"]);
    // Once more after that, where no answer was kept: it has the number already and may not write it.
    let late = take();
    assert_eq!(late.n, first.n);
    let again = town.store.write(shelf, stamp(), {
        let late = late.clone();
        move |w: &mut Write<'_>| -> Result<()> { w.bind(&late, case) }
    });
    assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
    town.store.settle_claim(&late).unwrap();
    assert!(matches!(
        town.store.reserve(shelf, "series", "k/2026", ""),
        Err(Error::Fault(_))
    ));
}
