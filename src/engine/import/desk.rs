//! The sheets clerks are working on: uploaded, being mapped, being carried in, ended.
//! In memory only: whatever is lost with the server is uploaded again, and only the missing lines come in.
//! Invariant: at most a few sheets are held, and one of a person.

use super::carry::{Load, Progress};
use super::check::{self, Checked, Known};
use super::columns::{self, Head, Kindred, Place, Target};
use super::import_store;
use super::line::Ground;
use crate::engine::definition::Scope;
use crate::engine::run::{Acting, Engine, SERIES};
use crate::kit::{Cell, Day, DeptId, Error, Millis, PersonId, Result};
use crate::store::Store;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Sheets held at once.
const MOST: usize = 4;
/// A sheet nobody came back to for so long is let go.
const KEPT: i64 = 2 * 3_600_000;

/// A sheet on the desk.
pub struct Sheet {
    /// Its name in addresses.
    pub id: String,
    pub person: PersonId,
    pub register: String,
    pub file: String,
    pub rows: Vec<Vec<Cell>>,
    pub head: Head,
    pub kindred: Arc<Vec<Kindred>>,
    pub at: Millis,
    pub progress: Progress,
    chosen: Mutex<Chosen>,
}

/// What the clerk chose, and how far it is.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// Where each column goes.
    pub targets: Vec<Target>,
    /// The procedure of a line that does not say.
    pub usual: usize,
    pub stage: Stage,
    /// How many lines are being carried in.
    pub total: usize,
}

/// Where a sheet is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// Looked at, nothing done.
    Looked,
    /// Being carried in.
    Running,
    /// Ended; with a sentence where something stopped it.
    Ended(Option<String>),
}

/// The desk.
#[derive(Default)]
pub struct Desk {
    sheets: Mutex<Vec<Arc<Sheet>>>,
}

impl Sheet {
    /// What was chosen, as of now.
    #[must_use]
    pub fn chosen(&self) -> Chosen {
        self.hold().clone()
    }

    /// Chooses anew; refused while it is carried in or two columns go to one place.
    pub fn choose(&self, targets: Vec<Target>, usual: usize) -> Result<()> {
        if let Some((a, b)) = columns::twice(&self.head, &targets) {
            return Err(Error::invalid(
                "columns",
                format!("“{a}”和“{b}”对到了同一项，请把其中一栏改成“留在备注里”"),
            ));
        }
        let mut held = self.hold();
        if held.stage != Stage::Looked {
            return Err(Error::Conflict("这张表已经在导入，不能再改各栏".into()));
        }
        held.targets = targets;
        held.usual = usual.min(self.kindred.len().saturating_sub(1));
        Ok(())
    }

    /// From looked at to running; refused where it runs or has run.
    pub fn begin(&self, total: usize) -> Result<()> {
        let mut held = self.hold();
        if held.stage != Stage::Looked {
            return Err(Error::Conflict(
                "这张表已经在导入，请看进度，不要重复点".into(),
            ));
        }
        held.stage = Stage::Running;
        held.total = total;
        Ok(())
    }

    /// Ended, with what stopped it.
    pub fn end(&self, why: Option<String>) {
        self.hold().stage = Stage::Ended(why);
    }

    /// Looks at the whole sheet against what the office has.
    pub fn check(&self, store: &Store, acting: &Acting, today: Day) -> Result<Checked> {
        let chosen = self.chosen();
        let mut departments = HashMap::new();
        for d in acting.directory.depts_of(acting.organ) {
            departments.insert(d.name.clone(), d.id.0);
            departments.insert(d.short_name.clone(), d.id.0);
        }
        let ground = Ground {
            kindred: &self.kindred,
            head: &self.head,
            targets: &chosen.targets,
            usual: chosen.usual,
            today,
            departments,
        };
        check::check(&ground, &self.rows, &InStore::of(store, acting.dept)?)
    }

    /// What is to be carried in of a sheet looked at.
    #[must_use]
    pub fn load(&self, checked: Checked) -> Load {
        Load {
            kindred: self.kindred.clone(),
            lines: Arc::new(checked.good),
            floors: checked.floors,
            file: self.file.clone(),
            register: self.register.clone(),
        }
    }

    /// Where columns may go.
    #[must_use]
    pub fn places(&self) -> Vec<Place> {
        columns::places(&self.kindred)
    }

    fn hold(&self) -> MutexGuard<'_, Chosen> {
        self.chosen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Desk {
    /// Lays a sheet on the desk, in the place of the person's last one.
    pub fn lay(
        &self,
        id: String,
        (person, register, at): (PersonId, &str, Millis),
        (file, rows): (String, Vec<Vec<Cell>>),
        kindred: Vec<Kindred>,
    ) -> Result<Arc<Sheet>> {
        let places = columns::places(&kindred);
        let head = columns::find_head(&rows, &places);
        let targets = columns::guess(&head, &places);
        if rows.len() <= head.at + head.rows {
            return Err(Error::invalid("file", "表头下面一行也没有，请填写后再上传"));
        }
        let sheet = Arc::new(Sheet {
            id,
            person,
            register: register.to_owned(),
            file,
            rows,
            head,
            kindred: Arc::new(kindred),
            at,
            progress: Progress::default(),
            chosen: Mutex::new(Chosen {
                targets,
                usual: 0,
                stage: Stage::Looked,
                total: 0,
            }),
        });
        let mut held = self.hold();
        let running = |s: &Arc<Sheet>| s.chosen().stage == Stage::Running;
        if held.iter().any(|s| s.person == person && running(s)) {
            return Err(Error::Conflict(
                "您还有一张表正在导入，请等它完成或者先停下来".into(),
            ));
        }
        held.retain(|s| running(s) || (s.person != person && at.0 - s.at.0 < KEPT));
        if held.len() >= MOST {
            match held.iter().position(|s| !running(s)) {
                Some(oldest) => drop(held.remove(oldest)),
                None => {
                    return Err(Error::Busy("有几张表正在导入，请过一会儿再传".into()));
                }
            }
        }
        held.push(sheet.clone());
        Ok(sheet)
    }

    /// A person's sheet of this id; somebody else's is not found.
    pub fn find(&self, person: PersonId, register: &str, id: &str) -> Result<Arc<Sheet>> {
        let held = self.hold();
        let mine = |s: &&Arc<Sheet>| s.person == person && s.register == register && s.id == id;
        held.iter().find(mine).cloned().ok_or(Error::NotFound)
    }

    /// The person's sheet that is being carried in.
    #[must_use]
    pub fn running(&self, person: PersonId, register: &str) -> Option<Arc<Sheet>> {
        let held = self.hold();
        let mine = |s: &&Arc<Sheet>| {
            s.person == person && s.register == register && s.chosen().stage == Stage::Running
        };
        held.iter().find(mine).cloned()
    }

    fn hold(&self) -> MutexGuard<'_, Vec<Arc<Sheet>>> {
        self.sheets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Engine {
    /// Procedures of a register that say how old books become cases, where this person may do it.
    pub fn kindred(&self, acting: &Acting, register: &str) -> Result<Vec<Kindred>> {
        let all = self.procedures.all();
        let of: Vec<_> = all
            .iter()
            .filter(|p| p.procedure.register.id == register && p.is_for(&acting.viewer))
            .collect();
        if of.is_empty() {
            return Err(Error::NotFound);
        }
        let may = |roles: &[String]| {
            roles.is_empty() || roles.iter().any(|r| acting.viewer.roles.contains(r))
        };
        let kindred: Vec<Kindred> = of
            .into_iter()
            .filter_map(|p| {
                let import = p.procedure.import.clone()?;
                let roles = if import.roles.is_empty() {
                    &p.procedure.start.roles
                } else {
                    &import.roles
                };
                may(roles).then(|| Kindred {
                    procedure: p.procedure.clone(),
                    text: p.text.clone(),
                    import: import.clone(),
                })
            })
            .collect();
        if kindred.is_empty() {
            return Err(Error::Denied(
                "旧登记簿由管登记的人导入，您现在的岗位不能导入".into(),
            ));
        }
        Ok(kindred)
    }
}

/// What the files say: lines and numbers of one department.
struct InStore<'a> {
    store: &'a Store,
    shelves: HashMap<i16, crate::kit::ShelfNo>,
    digests: HashSet<[u8; 32]>,
}

impl<'a> InStore<'a> {
    fn of(store: &'a Store, dept: DeptId) -> Result<Self> {
        let mut shelves = HashMap::new();
        let mut digests = HashSet::new();
        for (no, of, year) in store.shelves()? {
            if of != dept.0 || year == 0 {
                continue;
            }
            shelves.insert(year, no);
            // a shelf whose file is away holds nothing that could be compared
            match store.shelf(no) {
                Ok(read) => digests.extend(import_store::list_digests(&read, no)?),
                Err(Error::NotFound) => {}
                Err(e) => return Err(e),
            }
        }
        Ok(Self {
            store,
            shelves,
            digests,
        })
    }
}

impl Known for InStore<'_> {
    fn has(&self, digest: &[u8; 32]) -> bool {
        self.digests.contains(digest)
    }

    fn taken(&self, scope: Scope, key: &str, year: i16) -> Result<BTreeSet<i64>> {
        match scope {
            Scope::Organ => self.store.numbers_taken(SERIES, &format!("{key}/{year}")),
            Scope::Department => match self.shelves.get(&year) {
                Some(no) => import_store::list_numbers(&self.store.shelf(*no)?, *no, (key, year)),
                None => Ok(BTreeSet::new()),
            },
        }
    }
}
