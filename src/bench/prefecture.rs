//! A whole prefecture on one office PC: 8,165 accounts in 375 organs, a quarter past eight: people log in for a minute
//! while every open page asks for its counters. Rates are kept whether or not the server keeps up.
//! Invariant: an answer is right only where it lets the person in, or counts that person's own to-do.

use super::fill::fill;
use super::folder::Folder;
use super::limits::say;
use super::logins::encoded;
use super::office::{Office, Seat, ZONE, files, here, seat};
use super::plan::{Loaded, Plan, Row, Shape, TOKEN};
use super::process;
use super::report::{Figure, Report};
use crate::access::{Access, AdminRole, Attempt, LoginOutcome, Setup, Token};
use crate::kit::{Clock, Day, Error, PersonId, PostId, Result};
use crate::org::edit::{self, Hold, PersonDraft};
use crate::org::{DirectoryHandle, Seen, Weight, template};
use crate::store::{DataDir, Ways, Write};
use crate::ui::form::CSRF;
use crate::web::cookies::DOOR;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The prefecture of the contract.
const PEOPLE: usize = 8_165;
const ORGANS: usize = 375;
/// Everybody within ten minutes.
const LOGINS_A_SECOND: f64 = 13.6;
/// Each open page asks once a minute.
const POLLS_A_SECOND: f64 = 136.0;
const SECONDS: f64 = 60.0;
/// Browsers that log in: so few that each has its turn before a connection without a request is closed (S51).
const STORM: usize = 32;
/// Connections the polls come by.
const POLLERS: usize = 32;
/// Sessions behind the polls; each stands for sixteen people, who ask as often as they would.
const SESSIONS: usize = 512;
const CASES: usize = 1_000;
/// Goals of the contract.
const GOAL_S: f64 = 1.0;
const GOAL_MB: f64 = 400.0;
const LOOK_EVERY: Duration = Duration::from_millis(200);

const SURNAMES: &str = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜";
const GIVEN: &str = "安邦昌达恩丰刚海和嘉建军康立明宁平启荣善泰文祥欣雅永泽志忠子";

/// Measures both.
pub(super) fn measure(report: &mut Report<'_>) -> Result<()> {
    let folder = Folder::make("prefecture")?;
    let dir = folder.data()?;
    let (seats, names, words) = settle(&dir, (PEOPLE, ORGANS), SESSIONS)?;
    let mut office = Office::open(&dir, Ways::default(), seats)?;
    work(&mut office, share(PEOPLE, ORGANS, 0), CASES)?;
    let polls = polls(&office);
    let storm = storm(&office, &names, &words)?;
    let ended = Arc::new(AtomicBool::new(false));
    let memory = watch(&ended);
    let polls = std::thread::spawn(move || polls.play());
    let stormed = storm.play();
    let polled = polls
        .join()
        .map_err(|_| Error::fault("the polls panicked"))?;
    ended.store(true, Ordering::Relaxed);
    let memory = memory
        .join()
        .map_err(|_| Error::fault("nobody watched the memory"))?;
    let (stormed, polled) = (stormed?, polled?);
    say(&stormed, report)?;
    say(&polled, report)?;
    report.add(p95("storm_p95_s", &stormed))?;
    report.add(p95("poll_p95_s", &polled))?;
    report.add(Figure::rate("storm_rate", &stormed).against(LOGINS_A_SECOND, 0.95))?;
    match memory {
        Some(mb) => report.add(
            Figure::new("memory_mb", mb, "MB")
                .against(GOAL_MB, 1.0)
                .low()
                .counted(1),
        )?,
        None => report.remark("这台机器不告诉程序占多少内存，没有测")?,
    }
    drop(office);
    folder.verify(report)
}

/// Cases of the first organ, by its own people: nobody may choose another organ's.
fn work(office: &mut Office, own: usize, cases: usize) -> Result<()> {
    let others = office.seats.split_off(own.min(office.seats.len()));
    fill(office, cases)?;
    office.seats.extend(others);
    office.state.store.checkpoint();
    Ok(())
}

fn p95(name: &str, loaded: &Loaded) -> Figure {
    Figure::new(name, loaded.p95_ms / 1_000.0, "s")
        .load(loaded)
        .against(GOAL_S, 1.0)
        .low()
}

/// The most memory this process, the server, held until it ended.
fn watch(ended: &Arc<AtomicBool>) -> std::thread::JoinHandle<Option<f64>> {
    let ended = ended.clone();
    std::thread::spawn(move || {
        let mut most: Option<f64> = None;
        while !ended.load(Ordering::Relaxed) {
            let now = process::resident_mb(std::process::id());
            most = most.into_iter().chain(now).reduce(f64::max);
            std::thread::sleep(LOOK_EVERY);
        }
        most
    })
}

/// Everybody in turn, each once, from a browser that has the door's cookie.
fn storm(office: &Office, names: &[String], words: &str) -> Result<Plan> {
    let next = format!("/todo?t={TOKEN}");
    let fields = [
        (CSRF, "@1@"),
        ("name", "@2@"),
        ("password", words),
        ("next", next.as_str()),
    ];
    let shape = Shape::post("/login", &fields, next.as_str())
        .status(303)
        .header(format!("Cookie: {DOOR}=@0@"))
        .header(format!("Origin: http://{}", office.address()));
    let mut rows = Vec::with_capacity(names.len());
    for (name, seat) in names.iter().rev().zip(office.seats.iter().cycle()) {
        let door =
            Token::parse(&seat.session).ok_or_else(|| Error::fault("a seat without token"))?;
        rows.push(Row {
            shape: 0,
            values: vec![door.text(), door.csrf(), encoded(name)],
        });
    }
    let plan = Plan::round(&office.address(), "p000", STORM, vec![shape], &rows);
    Ok(timed(plan.at_rate(LOGINS_A_SECOND)))
}

fn polls(office: &Office) -> Plan {
    let seat = |s: &Seat| Row {
        shape: 0,
        values: vec![s.session.clone()],
    };
    let rows: Vec<Row> = office.seats.iter().map(seat).collect();
    let shape = Shape::get(format!("/pulse?t={TOKEN}"), "\"todo\":").header("Cookie: ink=@0@");
    let plan = Plan::round(&office.address(), "p001", POLLERS, vec![shape], &rows);
    timed(plan.at_rate(POLLS_A_SECOND))
}

fn timed(mut plan: Plan) -> Plan {
    plan.seconds = SECONDS;
    plan
}

/// Organs, people, accounts with one password, and sessions of the first of them: those of the first organ work on
/// cases. Gives also everybody's name and the password.
fn settle(
    dir: &DataDir,
    (people, organs): (usize, usize),
    sessions: usize,
) -> Result<(Vec<Seat>, Vec<String>, String)> {
    let (store, _) = files(dir, (Ways::default(), Clock::System))?;
    let access = Access::open(&store, Setup::office(ZONE))?;
    let filling = access.begin_demo("bench", move |w| {
        w.quiet("测试用的组织机构和人员");
        (0..organs).try_for_each(|n| one_organ(w, n, share(people, organs, n)))
    })?;
    let directory = DirectoryHandle::open(&store, ZONE)?.current();
    let mut ids: Vec<PersonId> = directory.people().map(|p| p.id).collect();
    ids.sort_unstable();
    let accounts = ids.iter().enumerate().map(|(n, id)| match n {
        0 => (*id, vec![AdminRole::System]),
        _ => (*id, Vec::new()),
    });
    access.finish_demo(filling, accounts.collect(), (None, "bench"))?;
    let words = access.demo()?.ok_or(Error::NotFound)?.words;
    let names: Vec<String> = ids
        .iter()
        .map(|id| directory.person_name(*id).to_owned())
        .collect();
    let mut seats = Vec::with_capacity(sessions);
    for (id, name) in ids.iter().zip(&names).take(sessions) {
        let attempt = Attempt {
            name,
            password: &words,
            dept: None,
            peer: &here(),
            device: None,
            replaces: None,
            request: "bench",
        };
        let LoginOutcome::Entered(entered) = access.login(&directory, &attempt)? else {
            return Err(Error::fault("an account did not open"));
        };
        seats.push(seat(&directory, *id, &entered.token)?);
    }
    store.checkpoint();
    Ok((seats, names, words))
}

/// How many of the people are in the n-th organ.
const fn share(people: usize, organs: usize, n: usize) -> usize {
    people / organs + if n < people % organs { 1 } else { 0 }
}

fn one_organ(w: &mut Write<'_>, n: usize, people: usize) -> Result<()> {
    let from: Day = "2020-01-01".parse().map_err(Error::fault)?;
    let name = format!("第{}乡", n + 1);
    let organ = template::organ_named(&format!("{name}人民政府"), &name);
    let made = template::apply(
        w,
        &organ,
        &template::plan(&template::Options::default()),
        from,
    )?;
    // past the leaders: clerks, heads and handlers
    let posts = made.post_ids.iter().skip(1).flatten().copied();
    let mut all = (0..people).zip(posts);
    all.try_for_each(|(i, post)| one_person(w, n * 25 + i, (post, from)))
}

fn one_person(w: &mut Write<'_>, n: usize, (post, from): (PostId, Day)) -> Result<()> {
    let letter = |all: &str, n: usize| all.chars().nth(n % all.chars().count()).unwrap_or('某');
    let given = GIVEN.chars().count();
    let name = [
        letter(SURNAMES, n / (given * given)),
        letter(GIVEN, n / given),
        letter(GIVEN, n),
    ];
    let draft = PersonDraft {
        name: name.iter().collect(),
        ..PersonDraft::default()
    };
    let person = edit::add_person(w, &draft, from)?;
    let hold = Hold {
        post,
        weight: Weight::Main,
        from,
    };
    edit::hold_post(w, Seen::new(person, 1), hold)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::bench::load;

    #[test]
    fn everybody_is_settled_once_and_gets_in() {
        assert_eq!(
            (0..ORGANS).map(|n| share(PEOPLE, ORGANS, n)).sum::<usize>(),
            PEOPLE
        );
        let folder = Folder::make("prefecture-test").unwrap();
        let dir = folder.data().unwrap();
        let (seats, names, words) = settle(&dir, (45, 2), 24).unwrap();
        let mut once = names.clone();
        once.sort();
        once.dedup();
        assert_eq!((once.len(), seats.len()), (45, 24));
        let mut office = Office::open(&dir, Ways::default(), seats).unwrap();
        work(&mut office, share(45, 2, 0), 6).unwrap();
        assert_eq!(office.seats.len(), 24);
        for mut plan in [storm(&office, &names, &words).unwrap(), polls(&office)] {
            plan.lanes.truncate(1);
            plan.lanes.iter_mut().for_each(|l| {
                l.once = true;
                l.every_ms = 1.0;
                l.rows.truncate(2);
            });
            plan.warm_s = 0.0;
            let found = load::play(&Arc::new(plan)).unwrap();
            assert_eq!((found.n, found.wrong), (2, 0), "{:?}", found.first_wrong);
        }
    }
}
