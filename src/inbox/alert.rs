//! Alerts: who is told what of an event. Follows the volumes' outboxes and leaves one row a person and
//! matter in the hub; what is over is marked, so that nobody is mailed about what is done.
//! Not here: when mail goes (`policy`, `post`) and what pages show.
//! Invariant: an alert is unique by event, person and matter; nobody is told of his own act.

use super::alert_store::{self as store, NewAlert};
use super::news::{Kind, News};
use super::policy::{Reminder, Said, To};
use super::standing;
use crate::kit::{DeptId, Id, Millis, PersonId, Principal, Result, ShelfNo};
use crate::org::{Directory, DirectoryHandle};
use crate::store::{Consumer, Effect, Event, Follower, Stamp, Store, Write};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

const DAY_MS: i64 = 86_400_000;

/// The alerts of one server. Cheap to clone.
#[derive(Clone)]
pub struct Alerts {
    inner: Arc<Inner>,
}

struct Inner {
    org: DirectoryHandle,
    /// Moves when alerts were written: what was counted before holds no longer.
    version: AtomicU64,
    /// Why no mail can be sent at all.
    trouble: Mutex<String>,
}

impl Alerts {
    /// For a server with this directory.
    #[must_use]
    pub fn new(org: &DirectoryHandle) -> Self {
        Self {
            inner: Arc::new(Inner {
                org: org.clone(),
                version: AtomicU64::new(0),
                trouble: Mutex::default(),
            }),
        }
    }

    /// Follows what happens until the answer is dropped.
    pub fn follow(&self, store: &Store) -> Result<Follower> {
        store.follow(self.inner.clone())
    }

    /// Takes what has happened so far.
    pub fn deliver(&self, store: &Store) -> Result<usize> {
        let consumer: Arc<dyn Consumer> = self.inner.clone();
        store.deliver(&consumer)
    }

    /// Which state the alerts are in.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.inner.version.load(Ordering::Acquire)
    }

    /// Something about alerts was written.
    pub fn moved(&self) {
        self.inner.version.fetch_add(1, Ordering::AcqRel);
    }

    /// Why no mail can be sent at all; empty where it can.
    #[must_use]
    pub fn trouble(&self) -> String {
        let held = self.inner.trouble.lock();
        held.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The sentence administrators see on every page; empty takes it away.
    pub fn set_trouble(&self, words: &str) {
        let held = self.inner.trouble.lock();
        words.clone_into(&mut held.unwrap_or_else(PoisonError::into_inner));
    }

    /// Tells of deadlines; what was told before is left out. Gives how many were new.
    pub fn remind(&self, store: &Store, stamp: Stamp, all: &[Deadline]) -> Result<usize> {
        let directory = self.inner.org.current();
        let told: Vec<NewAlert> = all.iter().flat_map(|d| d.alerts(&directory)).collect();
        self.tell_once(store, stamp, told)
    }

    /// Tells who is to stand in for whom; `named` are procedures in words. Gives how many were new.
    pub fn tell_stand_ins(
        &self,
        store: &Store,
        stamp: Stamp,
        named: &dyn Fn(&[String]) -> String,
    ) -> Result<usize> {
        let told = standing::alerts(&self.inner.org.current(), named, stamp.at);
        self.tell_once(store, stamp, told)
    }

    /// Tells these people of alarms: number, rule, what it is and words of each. Gives how many were new.
    pub fn tell_alarms(
        &self,
        store: &Store,
        stamp: Stamp,
        (people, alarms): (&[PersonId], &[(i64, &'static str, String)]),
    ) -> Result<usize> {
        let one = |person: PersonId, (id, title, words): &(i64, &'static str, String)| NewAlert {
            source: "alarm".to_owned(),
            epoch: String::new(),
            seq: *id,
            person,
            what: String::new(),
            kind: Kind::Alarm,
            case: Id::from_raw(0),
            task: None,
            title: (*title).to_owned(),
            number: String::new(),
            words: words.clone(),
            level: 0,
            hot: true,
            made_at: stamp.at,
        };
        let all = people
            .iter()
            .flat_map(|p| alarms.iter().map(move |a| (*p, a)));
        let told = all.map(|(p, a)| one(p, a)).collect();
        self.tell_once(store, stamp, told)
    }

    /// Tells these people that the server is found at another address than they were told; once a day and change.
    pub fn tell_moved(
        &self,
        store: &Store,
        stamp: Stamp,
        (people, before, now): (&[PersonId], &str, &str),
    ) -> Result<usize> {
        let at = stamp.at;
        let one = |person: &PersonId| NewAlert {
            source: "address".to_owned(),
            epoch: format!("{before} {now}"),
            seq: at.0.div_euclid(DAY_MS),
            person: *person,
            what: String::new(),
            kind: Kind::Moved,
            case: Id::from_raw(0),
            task: None,
            title: "服务器的地址变了".to_owned(),
            number: String::new(),
            words: format!("原来是 {before}，现在是 {now}。请把新地址告诉大家，重新发快捷方式"),
            level: 0,
            hot: true,
            made_at: at,
        };
        self.tell_once(store, stamp, people.iter().map(one).collect())
    }

    fn tell_once(&self, store: &Store, stamp: Stamp, told: Vec<NewAlert>) -> Result<usize> {
        let hub = store.hub()?;
        let mut fresh = Vec::new();
        for alert in told {
            if !store::is_told(&hub, &alert)? {
                fresh.push(alert);
            }
        }
        drop(hub);
        let count = fresh.len();
        if count > 0 {
            store.write(ShelfNo::HUB, stamp, move |w| {
                w.quiet("提醒，不影响各类清单");
                fresh.iter().try_for_each(|a| store::insert_alert(w, a))
            })?;
            self.moved();
        }
        Ok(count)
    }
}

impl Consumer for Inner {
    fn name(&self) -> &'static str {
        "alerts"
    }

    fn action(&self) -> &'static str {
        "alert.take"
    }

    fn effect(&self, events: &[Event]) -> Result<Effect> {
        let directory = self.org.current();
        let told: Vec<(Vec<NewAlert>, Vec<Id>, Millis)> = events
            .iter()
            .map(|event| {
                let (alerts, over) = of_event(event, &directory);
                (alerts, over, event.at)
            })
            .collect();
        Ok(Box::new(move |w| {
            for (alerts, over, at) in &told {
                // what ended with this event, before what began with it: a task may come back at once
                for task in over {
                    store::set_over(w, *task, *at)?;
                }
                alerts.iter().try_for_each(|a| store::insert_alert(w, a))?;
            }
            Ok(())
        }))
    }

    fn taken(&self) {
        self.version.fetch_add(1, Ordering::AcqRel);
    }
}

/// A word that only this person hears, because he asked to.
pub struct Word(NewAlert);

impl Word {
    /// What a follower of the event's case hears; nothing where it is his own act, or is told him anyway.
    #[must_use]
    pub fn followed(
        event: &Event,
        directory: &Directory,
        (person, words): (PersonId, &str),
    ) -> Option<Self> {
        let news: Option<News> = serde_json::from_str(&event.payload).ok()?;
        let (news, case) = (news?, event.target?);
        let (others, _) = of_event(event, directory);
        if news.by == person.0 || others.iter().any(|a| a.person == person) {
            return None;
        }
        let mut telling = Telling {
            event,
            case,
            news: &news,
            told: BTreeSet::new(),
            alerts: Vec::new(),
        };
        telling.tell(person, (Kind::Followed, None), words);
        telling.alerts.pop().map(Self)
    }

    /// Writes it into the log, once.
    pub fn insert(&self, w: &Write<'_>) -> Result<()> {
        store::insert_alert(w, &self.0)
    }
}

/// The alerts of an event, and the tasks that are over with it.
fn of_event(event: &Event, directory: &Directory) -> (Vec<NewAlert>, Vec<Id>) {
    if event.kind == "task.seen" {
        let seen = serde_json::from_str::<Id>(&event.payload);
        return (Vec::new(), seen.into_iter().collect());
    }
    // an event without news, or of a newer program, tells nobody anything
    let news = serde_json::from_str::<Option<News>>(&event.payload);
    let (Ok(Some(news)), Some(case)) = (news, event.target) else {
        return (Vec::new(), Vec::new());
    };
    let by = PersonId(news.by);
    let name = directory.person_name(by);
    let mut all = Telling {
        event,
        case,
        news: &news,
        told: BTreeSet::new(),
        alerts: Vec::new(),
    };
    for given in &news.given {
        let (kind, words) = if given.back {
            (Kind::Returned, format!("{name}退回，请重新{}", given.verb))
        } else {
            (Kind::Todo, format!("{name}送来，请{}", given.verb))
        };
        let words = match given.note.as_str() {
            "" => words,
            note => format!("{words}：{note}"),
        };
        for person in doers(directory, given.to, &news.procedure).filter(|p| *p != by) {
            all.tell(person, (kind, Some(given.task)), &words);
        }
    }
    for tell in &news.tell {
        let whose = match (tell.kind, news.voice) {
            (Kind::Written | Kind::ReadAll, Some(writer)) => {
                directory.person_name(PersonId(writer))
            }
            _ => name,
        };
        let words = format!("{whose}{}", tell.words);
        for person in people(directory, tell.to).filter(|p| *p != by) {
            // who has something to do now hears of it there
            if !all.told.contains(&person) || tell.kind == Kind::Urged {
                all.tell(person, (tell.kind, tell.task), &words);
            }
        }
    }
    (all.alerts, news.over.clone())
}

struct Telling<'a> {
    event: &'a Event,
    case: Id,
    news: &'a News,
    told: BTreeSet<PersonId>,
    alerts: Vec<NewAlert>,
}

impl Telling<'_> {
    fn tell(&mut self, person: PersonId, (kind, task): (Kind, Option<Id>), words: &str) {
        self.told.insert(person);
        let level = self.news.level;
        self.alerts.push(NewAlert {
            source: self.event.volume.clone(),
            epoch: self.event.epoch.clone(),
            seq: self.event.seq,
            person,
            what: task.map_or_else(|| kind.id().to_owned(), |t| format!("{} {t}", kind.id())),
            kind,
            case: self.case,
            task,
            title: self.news.title.clone(),
            number: self.news.number.clone(),
            words: words.to_owned(),
            level,
            hot: level == 2 || kind.at_once(),
            made_at: self.event.at,
        });
    }
}

/// The people a principal is today.
fn people(directory: &Directory, raw: i64) -> impl Iterator<Item = PersonId> {
    let found: Vec<PersonId> = match Principal::from_raw(raw) {
        Some(Principal::Person(p)) => vec![p],
        Some(Principal::Post(post)) => {
            let post = directory.heir_of_post(post).unwrap_or(post);
            directory.holders_of(post).map(|p| p.id).collect()
        }
        Some(Principal::Pool(dept)) => {
            let dept = directory.heir_of_dept(dept).unwrap_or(dept);
            directory.staff_of(dept).iter().map(|p| p.id).collect()
        }
        Some(Principal::Organ(organ)) => {
            let depts = directory.depts_of(organ);
            depts
                .flat_map(|d| directory.staff_of(d.id))
                .map(|p| p.id)
                .collect()
        }
        Some(Principal::Everyone) => directory.people().map(|p| p.id).collect(),
        None => Vec::new(),
    };
    let once: BTreeSet<PersonId> = found.into_iter().collect();
    once.into_iter()
}

/// The same, with whoever stands in for them today: what asks somebody to do something reaches both.
fn doers(directory: &Directory, raw: i64, procedure: &str) -> impl Iterator<Item = PersonId> {
    let asked = Principal::from_raw(raw);
    let mut all: BTreeSet<PersonId> = people(directory, raw).collect();
    for absent in all.clone() {
        let deputies = directory.stand_ins_of(absent).into_iter();
        all.extend(deputies.filter(|p| {
            let stood = directory.stood_for(*p);
            let about = |only: &[String]| only.is_empty() || only.iter().any(|o| o == procedure);
            stood
                .iter()
                .any(|s| about(s.only) && Some(s.principal) == asked)
        }));
    }
    all.into_iter()
}

/// A deadline there is something to say of.
#[derive(Debug, Clone)]
pub struct Deadline {
    /// The task.
    pub task: Id,
    /// Its case.
    pub case: Id,
    /// Whose, as a stored principal.
    pub holder: i64,
    /// Who gave it.
    pub given_by: Option<PersonId>,
    /// Title of the case.
    pub title: String,
    /// Its number.
    pub number: String,
    /// What is asked: 承办.
    pub verb: String,
    /// 0 ordinary, 1 urgent, 2 most urgent.
    pub level: u8,
    /// The day it is due, in words: 3月18日.
    pub due_day: String,
    /// What is to be said.
    pub reminder: Reminder,
    /// When.
    pub at: Millis,
}

impl Deadline {
    fn alerts(&self, directory: &Directory) -> Vec<NewAlert> {
        let handlers: Vec<PersonId> = people(directory, self.holder).collect();
        let names: Vec<&str> = handlers.iter().map(|p| directory.person_name(*p)).collect();
        let (verb, day, names) = (&self.verb, &self.due_day, names.join("、"));
        let (kind, mine, theirs) = match self.reminder.said {
            Said::Left(0) => (
                Kind::DueSoon,
                format!("请{verb}，今天是期限前最后一个工作日，{day}到期"),
                format!("{names}还没有{verb}，今天是期限前最后一个工作日，{day}到期"),
            ),
            Said::Left(n) => (
                Kind::DueSoon,
                format!("请{verb}，还剩 {n} 个工作日，{day}到期"),
                format!("{names}还没有{verb}，还剩 {n} 个工作日，{day}到期"),
            ),
            Said::Over(n) => (
                Kind::Overdue,
                format!("请{verb}，已超期 {n} 个工作日，{day}到期"),
                format!("{names}还没有{verb}，已超期 {n} 个工作日"),
            ),
        };
        let mut all: Vec<(PersonId, &str)> = Vec::new();
        match self.reminder.to {
            To::Handler => all.extend(handlers.iter().map(|p| (*p, mine.as_str()))),
            To::Both => {
                all.extend(handlers.iter().map(|p| (*p, mine.as_str())));
                let giver = self.given_by.filter(|g| !handlers.contains(g));
                all.extend(giver.map(|g| (g, theirs.as_str())));
            }
            To::Giver => {
                let giver = self.given_by.filter(|g| !handlers.contains(g));
                all.extend(giver.map(|g| (g, theirs.as_str())));
            }
            To::Leader => {
                let leaders = leaders(directory, self.holder, &handlers);
                all.extend(leaders.map(|p| (p, theirs.as_str())));
            }
        }
        all.into_iter()
            .map(|(person, words)| self.alert(person, kind, words))
            .collect()
    }

    fn alert(&self, person: PersonId, kind: Kind, words: &str) -> NewAlert {
        NewAlert {
            source: "clock".to_owned(),
            epoch: self.reminder.rule.to_owned(),
            seq: self.task.raw(),
            person,
            what: self.reminder.what.clone(),
            kind,
            case: self.case,
            task: Some(self.task),
            title: self.title.clone(),
            number: self.number.clone(),
            words: words.to_owned(),
            level: self.level,
            hot: false,
            made_at: self.at,
        }
    }
}

/// Leaders in charge of the department that has it.
fn leaders(
    directory: &Directory,
    holder: i64,
    handlers: &[PersonId],
) -> impl Iterator<Item = PersonId> {
    let dept: Option<DeptId> = match Principal::from_raw(holder) {
        Some(Principal::Post(post)) => directory.post(post).map(|p| p.department),
        Some(Principal::Pool(dept)) => Some(dept),
        Some(Principal::Person(p)) => directory.dept_of(p).map(|d| d.id),
        _ => None,
    };
    let posts = dept.into_iter().flat_map(|d| directory.leaders_of(d));
    let people: BTreeSet<PersonId> = posts
        .flat_map(|p| directory.holders_of(p.id))
        .map(|p| p.id)
        .filter(|p| !handlers.contains(p))
        .collect();
    people.into_iter()
}
