//! A small named township, so that tests read as stories: the organisation template with people in it,
//! a data folder of its own, a clock that the test moves.

use inkstone::engine::index_store::Lists;
use inkstone::engine::offer::Input;
use inkstone::engine::procedures::Procedures;
use inkstone::engine::run::{Acting, Ask, Done, Engine};
use inkstone::engine::shipped;
use inkstone::engine::view::CaseView;
use inkstone::engine::{case::Values, definition::MoveId};
use inkstone::kit::{Clock, Day, Id, Millis, PersonId, Principal, Result, ShelfNo, Zone};
use inkstone::org::edit::{self, Hold, PersonDraft};
use inkstone::org::{Directory, DirectoryHandle, Role, Seen, Weight, template};
use inkstone::store::{DataDir, Stamp, Store};
use serde_json::json;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Name, department code, a word of the post's name.
pub const PEOPLE: &[(&str, &str, &str)] = &[
    ("江若川", "LD", "镇长"),
    ("陆平章", "LD", "副镇长"),
    ("纪文澜", "DZB", "主任"),
    ("宋小笺", "DZB", "收发文员"),
    ("苏简", "DZB", "档案"),
    ("雷有备", "YJB", "主任"),
    ("安守", "YJB", "安全员"),
    ("田丰收", "NYZ", "主任"),
    ("钱细清", "CZS", "所长"),
];

/// The morning the stories begin: Monday 9 March 2026, 08:30.
pub fn monday() -> Millis {
    Zone::BEIJING.at(day("2026-03-09"), 8, 30)
}

pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A data folder that goes away with the test.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("ink-{name}-{}-{n}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        Self(path)
    }

    pub fn dir(&self) -> DataDir {
        DataDir::make(&self.0).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The township at work, without a server.
pub struct Town {
    pub store: Store,
    pub engine: Arc<Engine>,
    pub org: DirectoryHandle,
    pub clock: Clock,
    pub folder: Folder,
}

impl Town {
    pub fn new(name: &str) -> Self {
        let town = Self::open(Folder::new(name), Clock::held(monday()));
        town.settle_people();
        town
    }

    /// Opens the folder as a start of the server does.
    pub fn open(folder: Folder, clock: Clock) -> Self {
        Self::open_with(folder, clock, &[])
    }

    /// The same with further procedures.
    pub fn open_with(folder: Folder, clock: Clock, more: &[String]) -> Self {
        let zone = Zone::BEIJING;
        let more: Vec<&str> = more.iter().map(String::as_str).collect();
        // an office has one procedure that supervises: a test's own stands in for the shipped one
        let supervises = |t: &&&str| t.contains("\n[supervision]");
        let own = more.iter().any(|t| supervises(&t));
        let shipped = shipped::TEXTS.iter().filter(|t| !own || !supervises(t));
        let texts: Vec<&str> = shipped.chain(&more).copied().collect();
        let all = Procedures::of_office(&texts, &folder.dir()).unwrap();
        let engine = Arc::new(Engine::new(all, zone));
        let lists = Lists::new(engine.clone());
        let store = Store::open(&folder.dir(), clock.clone(), vec![Box::new(lists)]).unwrap();
        let org = DirectoryHandle::open(&store, zone).unwrap();
        Self {
            store,
            engine,
            org,
            clock,
            folder,
        }
    }

    /// Stops and starts again on the same folder.
    pub fn restart(self) -> Self {
        let Self {
            store,
            clock,
            folder,
            org,
            engine,
        } = self;
        drop((store, org, engine));
        Self::open(folder, clock)
    }

    /// Stops as the server does, and hands the folder over.
    pub fn stop(self) -> Folder {
        let Self { store, folder, .. } = self;
        store.checkpoint();
        drop(store);
        folder
    }

    /// The organisation with its people; once a folder.
    pub fn settle_people(&self) {
        self.settle_people_since(day("2026-01-01"));
    }

    /// The same, in force from a day on.
    pub fn settle_people_since(&self, from: Day) {
        let plan = template::plan(&template::Options::default());
        let organ = template::organ_named("砚田镇人民政府", "砚田镇");
        self.hub(move |w| template::apply(w, &organ, &plan, from));
        for (name, dept, post) in PEOPLE {
            self.settle_since(name, (dept, post), from);
        }
    }

    /// Puts somebody new on the post of a department whose name has this word.
    pub fn settle(&self, name: &str, dept: &str, post: &str) {
        self.settle_since(name, (dept, post), day("2026-01-01"));
    }

    fn settle_since(&self, name: &str, (dept, post): (&str, &str), from: Day) {
        let directory = self.directory();
        let organ = directory.first_organ().unwrap().id;
        let dept = directory.depts_of(organ).find(|d| d.code == dept).unwrap();
        let found = directory.posts_in(dept.id).find(|p| p.name.contains(post));
        let all = || {
            directory
                .posts_in(dept.id)
                .map(|p| p.name.clone())
                .collect::<Vec<_>>()
        };
        let post = found
            .unwrap_or_else(|| panic!("{}没有{post}：{:?}", dept.name, all()))
            .id;
        let draft = PersonDraft {
            name: name.to_owned(),
            ..PersonDraft::default()
        };
        self.hub(move |w| {
            let person = edit::add_person(w, &draft, from)?;
            let hold = Hold {
                post,
                weight: Weight::Main,
                from,
            };
            edit::hold_post(w, Seen::new(person, 1), hold)
        });
    }

    /// Changes the hub and takes the new directory in use.
    pub fn hub<T>(
        &self,
        f: impl FnOnce(&mut inkstone::store::Write<'_>) -> Result<T> + Send + 'static,
    ) -> T
    where
        T: serde::Serialize + serde::de::DeserializeOwned + Send + 'static,
    {
        let stamp = Stamp::new("system:test", "org.test", self.clock.now());
        let receipt = self.store.write(ShelfNo::HUB, stamp, f).unwrap();
        self.org.reload(&self.store).unwrap();
        receipt.value
    }

    pub fn directory(&self) -> Arc<Directory> {
        self.org.current()
    }

    pub fn person(&self, name: &str) -> PersonId {
        self.directory()
            .named(name)
            .next()
            .unwrap_or_else(|| panic!("{name}?"))
            .id
    }

    pub fn acting(&self, name: &str) -> Acting {
        Acting::of(&self.directory(), self.person(name)).unwrap()
    }

    pub fn stamp(&self, name: &str, action: &'static str) -> Stamp {
        Stamp::new(
            format!("person:{}", self.person(name)),
            action,
            self.clock.now(),
        )
    }

    /// The post of a person, as tasks are given to it.
    pub fn post(&self, name: &str) -> Principal {
        Principal::Post(self.directory().main_post(self.person(name)).unwrap().id)
    }

    pub fn dept(&self, code: &str) -> i64 {
        let directory = self.directory();
        let organ = directory.first_organ().unwrap().id;
        directory
            .depts_of(organ)
            .find(|d| d.code == code)
            .unwrap()
            .id
            .0
    }

    /// Registers an incoming document and sends it to 拟办.
    pub fn register(&self, procedure: &str, title: &str) -> Result<Done> {
        let from = [
            ("from", "墨川县应急管理局"),
            ("from_number", "墨应急发〔2026〕12号"),
        ];
        let op = format!("op-{title}-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        self.start("宋小笺", (procedure, title), &from, &op)
    }

    /// Starts a case as this person and sends it on; an empty title is refused. `op` is the form's.
    pub fn start(
        &self,
        name: &str,
        (procedure, title): (&str, &str),
        fields: &[(&str, &str)],
        op: &str,
    ) -> Result<Done> {
        self.start_to(name, (procedure, title), (fields, Vec::new()), op)
    }

    /// The same, sent to these people.
    pub fn start_to(
        &self,
        name: &str,
        (procedure, title): (&str, &str),
        (fields, people): (&[(&str, &str)], Vec<Principal>),
        op: &str,
    ) -> Result<Done> {
        let published = self.engine.procedures.current(procedure)?;
        let mut values = Values::new();
        for (k, v) in fields.iter().chain(&[("title", title)]) {
            values.insert((*k).into(), json!(v));
        }
        // what came without a number is a white head
        let heads = published.procedure.field("head").is_some();
        let numbered = fields
            .iter()
            .any(|(k, v)| *k == "from_number" && !v.is_empty());
        if heads && !numbered && !values.contains_key("head") {
            values.insert("head".into(), json!("白头文件"));
        }
        let input = Input {
            values,
            choice: published.procedure.first_step().unwrap().next[0].to.clone(),
            people,
            ..Input::default()
        };
        let stamp = Stamp {
            request: format!("r{}", self.clock.now().0),
            op: op.to_owned(),
            ..self.stamp(name, "case.start")
        };
        let acting = self.acting(name);
        let done = self
            .engine
            .start(&self.store, stamp, &acting, (&published, input, None))?;
        Ok(done.value)
    }

    pub fn open_case(&self, name: &str, case: Id) -> Result<CaseView> {
        self.engine
            .open(&self.store, &self.acting(name), (case, None))
    }

    /// Does a move as this person, a quarter of an hour later.
    pub fn act(&self, name: &str, case: Id, mv: MoveId, input: Input) -> Result<Done> {
        self.clock.advance(15 * 60_000);
        let view = self.open_case(name, case)?;
        let ask = Ask {
            case,
            task: view.task,
            rev: None,
            mv,
            input,
        };
        let mut stamp = self.stamp(name, "case.advance");
        // as a page's form has it; a step that takes a number asks for one
        stamp.op = format!("act-{case}-{}", self.clock.now().0);
        Ok(self
            .engine
            .act(&self.store, stamp, &self.acting(name), ask)?
            .value)
    }

    /// What waits for a person, as the home page lists it.
    pub fn todo(&self, name: &str) -> Vec<String> {
        assert!(self.store.drain(std::time::Duration::from_secs(10)));
        let acting = self.acting(name);
        let mine: Vec<Principal> = acting.viewer.holds.iter().map(|h| h.principal).collect();
        let who = inkstone::engine::index_store::principals(&mine);
        let index = self.store.index().unwrap();
        let all = inkstone::engine::index_store::list_todo(&index, &who, (100, 0)).unwrap();
        all.into_iter()
            .map(|t| format!("{} {}", t.verb, t.title))
            .collect()
    }
}

/// An answer with an opinion.
pub fn says(opinion: &str) -> Input {
    Input {
        opinion: opinion.into(),
        ..Input::default()
    }
}

/// Whether a role has a filled post; a story that needs it proves its set-up.
pub fn has_role(town: &Town, role: Role) -> bool {
    town.directory()
        .with_role(role)
        .any(|p| town.directory().is_filled(p.id))
}
