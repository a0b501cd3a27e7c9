//! What every request shares: the store, the directory, access, the clock, the office's own words.
//! Made once by `app` (and by tests); what changes while serving stands behind a lock or an atomic here,
//! so a value read at the start of a request stays the same to its end.

use super::assets::Assets;
use super::chores::Chores;
use super::counted::Counted;
use super::filling::{Fill, Filler};
use super::gate::Gate;
use super::health::Health;
use super::hosts::Hosts;
use super::job::Jobs;
use super::lan::Reach;
use super::machine::{Broken, Machine};
use super::seen::SeenQueue;
use super::spool::Spool;
use super::tls::{Stamping, Tls};
use super::unshown::Unshown;
use super::update::Updates;
use crate::access::{Access, Who};
use crate::engine::import::desk::Desk;
use crate::engine::register_store::Totals;
use crate::engine::run::Engine;
use crate::inbox::alert::Alerts;
use crate::kit::{Clock, Error, Result, Zone, version};
use crate::layout::font::{Fonts, fallback};
use crate::org::DirectoryHandle;
use crate::search::Search;
use crate::store::{DataDir, Store, find_checked};
use crate::ui::frame::Site;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, OnceLock, PoisonError, RwLock};

/// How much a person has before and behind him.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Numbers {
    /// 待办
    pub todo: u64,
    /// 在办
    pub doing: u64,
    /// 已办
    pub done: u64,
    /// Opinions entered from paper that wait for the person's word.
    pub paper: u64,
}

/// What registers come to, until the lists change.
pub type RegisterTotals = Counted<Arc<Totals>>;

/// Counts for a person; a screen gives it, this room only shows it.
pub type Counting = fn(&State, &Who) -> Result<Numbers>;

/// How fonts are found.
pub type Finding = Box<dyn FnOnce() -> Arc<Fonts> + Send>;

fn found_by(find: fn() -> Fonts) -> LazyLock<Arc<Fonts>, Finding> {
    LazyLock::new(Box::new(move || Arc::new(find())))
}

/// The office's own words and zone, as set at claim.
#[derive(Debug, Clone, Default)]
pub struct Office {
    /// Names and addresses for head and foot; the URLs of the assets are filled in here.
    pub site: Site,
    /// When a day begins.
    pub zone: Zone,
}

/// Everything a handler may reach.
pub struct State {
    /// All files of the office.
    pub store: Store,
    /// Who exists.
    pub org: DirectoryHandle,
    /// Log-in, sessions, refusals.
    pub access: Access,
    /// Procedures and the moves on cases.
    pub engine: Arc<Engine>,
    /// Finding cases by words in them.
    pub search: Search,
    /// Tasks opened for the first time, noted after the reply.
    pub seen: SeenQueue,
    /// The server's clock.
    pub clock: Clock,
    /// Files for the browser.
    pub assets: Assets,
    /// Names this server answers to.
    pub hosts: Hosts,
    /// Where this server stands.
    pub reach: Reach,
    tls: OnceLock<Tls>,
    /// What people did and have not seen in their lists yet.
    pub unshown: Unshown,
    /// Who is told what.
    pub alerts: Alerts,
    /// What a page asks by itself, by person.
    pub pulses: Counted<Arc<str>>,
    /// The data folder, which no setting may point into.
    pub data_root: PathBuf,
    /// Totals of registers.
    pub totals: RegisterTotals,
    /// Sheets of old registers that clerks are working on.
    pub imports: Desk,
    /// Work that goes on after the reply.
    pub chores: Chores,
    /// Of that work, what a page shows and can stop.
    pub jobs: Jobs,
    /// Whether the server is well.
    pub health: Arc<Health>,
    /// Fonts of official documents, looked for when the first one is laid out: a start does not wait for them.
    pub fonts: LazyLock<Arc<Fonts>, Finding>,
    /// The PC, and what can be asked of it.
    pub machine: Machine,
    /// Updates of the program, where this server can have them.
    pub updates: OnceLock<Arc<dyn Updates>>,
    /// Whether anybody is let in yet.
    pub gate: Gate,
    /// The folder this server is to mend; it is no office itself.
    pub broken: Option<Broken>,
    numbers: Counted<Numbers>,
    counting: Counting,
    filler: Option<Filler>,
    /// Shows one volume to whoever has it, and is no office: the pages have no desk around them.
    pub(super) looking: bool,
    /// A demonstration office on its way.
    pub fill: Fill,
    office: RwLock<Arc<Office>>,
    faults: AtomicU64,
    requests: AtomicU64,
    pub(super) spool: Arc<Spool>,
}

impl State {
    /// Serves these rooms; empties the spool of `dir`.
    pub fn new(dir: &DataDir, store: Store, org: DirectoryHandle, access: Access) -> Result<Self> {
        let engine = Arc::new(Engine::shipped(Zone::default())?);
        let checked = find_checked(&store.hub()?)?;
        let state = Self {
            clock: store.clock().clone(),
            seen: SeenQueue::start(store.clone(), engine.clone())?,
            search: Search::start(store.clone(), engine.clone())?,
            engine,
            store,
            alerts: Alerts::new(&org),
            org,
            access,
            assets: Assets::default(),
            hosts: Hosts::default(),
            reach: Reach::default(),
            tls: OnceLock::new(),
            unshown: Unshown::default(),
            pulses: Counted::default(),
            data_root: dir.root().to_owned(),
            totals: Counted::default(),
            imports: Desk::default(),
            chores: Chores::default(),
            jobs: Jobs::default(),
            health: Arc::new(Health::of(dir, checked)),
            fonts: found_by(fallback),
            machine: Machine::default(),
            updates: OnceLock::new(),
            gate: Gate::default(),
            broken: None,
            numbers: Counted::default(),
            counting: |_, _| Ok(Numbers::default()),
            filler: None,
            looking: false,
            fill: Fill::default(),
            office: RwLock::default(),
            faults: AtomicU64::new(0),
            requests: AtomicU64::new(0),
            spool: Arc::new(Spool::sweep(&dir.spool())?),
        };
        state.set_office(Office::default());
        Ok(state)
    }

    /// Answers to these names too.
    #[must_use]
    pub fn with_hosts(mut self, names: impl IntoIterator<Item = String>) -> Self {
        self.hosts = Hosts::new(names);
        self
    }

    /// Works with this engine: the one whose lists the store was opened with.
    pub fn with_engine(mut self, engine: Arc<Engine>) -> Result<Self> {
        self.seen = SeenQueue::start(self.store.clone(), engine.clone())?;
        self.search = self.search.with_source(engine.clone())?;
        self.engine = engine;
        Ok(self)
    }

    /// Counts so.
    #[must_use]
    pub fn with_counting(mut self, counting: Counting) -> Self {
        self.counting = counting;
        self
    }

    /// Finds fonts so; the binary's own otherwise.
    #[must_use]
    pub fn with_fonts(mut self, find: fn() -> Fonts) -> Self {
        self.fonts = found_by(find);
        self
    }

    /// Offers a demonstration office at the first run.
    #[must_use]
    pub fn with_demo(mut self, filler: Option<Filler>) -> Self {
        self.filler = filler;
        self
    }

    /// Knows the PC by these questions.
    #[must_use]
    pub const fn with_machine(mut self, machine: Machine) -> Self {
        self.machine = machine;
        self
    }

    /// Only mends a folder: nobody logs in.
    #[must_use]
    pub fn only_mending(mut self, broken: Broken) -> Self {
        self.broken = Some(broken);
        self
    }

    /// Only shows one volume: nobody logs in.
    #[must_use]
    pub const fn only_looking(mut self) -> Self {
        self.looking = true;
        self
    }

    /// Opens the office's authority, once; the listener of [`super::serve_both`] shows what it signs.
    pub fn open_tls(&self, cards: &[IpAddr], stamp: Stamping) -> Result<&Tls> {
        if self.tls.get().is_none() {
            let names = self.hosts.names().to_vec();
            let tls = Tls::open(&self.store, names, cards, stamp)?;
            let _ = self.tls.set(tls);
        }
        self.tls
            .get()
            .ok_or_else(|| Error::fault("the authority is not open"))
    }

    /// The encrypted side, where there is one.
    #[must_use]
    pub fn tls(&self) -> Option<&Tls> {
        self.tls.get()
    }

    /// What fills a demonstration office, where one is offered.
    #[must_use]
    pub const fn filler(&self) -> Option<Filler> {
        self.filler
    }

    /// Somebody's numbers.
    pub fn numbers(&self, who: &Who) -> Result<Numbers> {
        let key = format!("{}{}", who.person, who.scope.todo_json());
        let version = self.store.lists_version();
        self.numbers
            .once(version, &key, || (self.counting)(self, who))
    }

    /// The office's words, as they are now.
    #[must_use]
    pub fn office(&self) -> Arc<Office> {
        let held = self.office.read();
        held.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// New words; the next page has them.
    pub fn set_office(&self, mut office: Office) {
        self.engine.use_zone(office.zone);
        office.site.css = self.assets.url("look.css");
        office.site.js = self.assets.url("app.js");
        office.site.pulse = self.assets.url("pulse.js");
        office.site.dot = self.assets.url("icon-dot.png");
        office.site.icon = self.assets.url("icon.png");
        if office.site.version.is_empty() {
            version().clone_into(&mut office.site.version);
        }
        let held = self.office.write();
        *held.unwrap_or_else(PoisonError::into_inner) = Arc::new(office);
    }

    /// The office's zone.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.office().zone
    }

    /// Whether the server was claimed; before that only the claim answers.
    #[must_use]
    pub fn claimed(&self) -> bool {
        !self.access.is_unclaimed()
    }

    /// Faults of this server instance so far: a test that leaves one has failed.
    #[must_use]
    pub fn faults(&self) -> u64 {
        self.faults.load(Ordering::Relaxed)
    }

    /// Name of the next request, for finding it in the log.
    pub(super) fn next_request(&self) -> String {
        format!("r{}", self.requests.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// Writes the cause of a fault to the log, once, and gives the code the person reads out.
    pub(super) fn fault(&self, cause: &str, request: &str, path: &str) -> String {
        const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        self.faults.fetch_add(1, Ordering::Relaxed);
        let raw: [u8; 8] = self.access.chance().bytes().unwrap_or_default();
        let mut code = String::with_capacity(9);
        for (i, byte) in raw.iter().enumerate() {
            if i == 4 {
                code.push('-');
            }
            let letter = LETTERS.get(usize::from(byte & 31)).unwrap_or(&b'0');
            code.push(char::from(*letter));
        }
        // one line an event, whatever the cause contains (S57)
        tracing::error!(code, request, path = ?path, cause = ?cause, "fault");
        code
    }
}
