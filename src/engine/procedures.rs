//! The procedures of this office: those that ship, overlaid by what the office published itself, and the
//! versions running cases were started under.
//! Invariant: a case runs under the version it began with; its text is in its own volume, so an old
//! case opens on a server that has forgotten the version. What is current changes hands as one value.

use super::definition::Procedure;
use super::facts::{People, Viewer};
use super::register::{self, Table};
use super::series_store::find_version;
use super::shipped;
use super::workshop_store::{self, Kept};
use crate::kit::{DeptId, Error, Principal, Result};
use crate::store::{DataDir, Query, peek_hub};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// A version that cases can be started under.
#[derive(Debug, Clone)]
pub struct Published {
    pub procedure: Arc<Procedure>,
    pub text: Arc<str>,
    /// What the office decided about it.
    pub standing: Arc<Standing>,
}

/// Where the text comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Origin {
    /// With the program, as it is.
    #[default]
    Shipped,
    /// With the program, changed by the office.
    Changed,
    /// Made by the office.
    Own,
}

/// What the office decided about a procedure.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    pub origin: Origin,
    /// Nobody starts it.
    pub off: bool,
    /// The heading it stands under, where it is not the text's own.
    pub heading: String,
    /// Smaller stands higher under its heading.
    pub sort: i64,
    /// Number of the office's own decisions, for whoever changes them; 0 before the first.
    pub rev: i64,
    /// The version that ships and that the office has not looked at yet; its own text stays.
    pub newer: Option<Arc<str>>,
    /// Who starts it; whoever the text says where this is empty.
    pub start: Vec<Grantee>,
    /// Who opens its register; everybody where this is empty.
    pub see: Vec<Grantee>,
    /// Who of those that may design changes it; all of them where this is empty.
    pub design: Vec<Grantee>,
    /// Departments that run themselves and do not use it: nobody starts it there.
    pub off_in: Vec<DeptId>,
}

/// To whom something is authorised.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grantee {
    /// A department, a post, a person.
    Principal(Principal),
    /// Holders of a role.
    Role(String),
}

impl Grantee {
    fn fits(&self, viewer: &Viewer) -> bool {
        match self {
            Self::Principal(p) => viewer.holds.iter().any(|h| h.principal == *p),
            Self::Role(r) => viewer.roles.contains(r),
        }
    }

    fn name(&self, people: &dyn People) -> String {
        match self {
            Self::Principal(p) => people.name(*p),
            Self::Role(r) => people.role_name(r),
        }
    }
}

impl Published {
    /// Read and never decided about.
    ///
    /// # Errors
    /// The first thing that is wrong with the text.
    pub fn read(text: &str) -> Result<Self> {
        Ok(Self {
            procedure: Arc::new(Procedure::parse(text)?),
            text: Arc::from(text),
            standing: Arc::default(),
        })
    }

    /// The heading it stands under.
    #[must_use]
    pub fn heading(&self) -> &str {
        match self.standing.heading.as_str() {
            "" => &self.procedure.group,
            own => own,
        }
    }

    /// Whether it is there for this person at all: a department's own is for its people only.
    #[must_use]
    pub fn is_for(&self, viewer: &Viewer) -> bool {
        self.procedure.department.is_none_or(|d| viewer.is_in(d))
    }

    /// Whether a department of this person's uses it; one without a department is asked nothing.
    fn is_used(&self, viewer: &Viewer) -> bool {
        let off = &self.standing.off_in;
        let mut own = viewer.departments().peekable();
        off.is_empty() || own.peek().is_none() || own.any(|d| !off.contains(&d))
    }

    /// Whether cases of it are begun in this department.
    #[must_use]
    pub fn is_used_in(&self, dept: DeptId) -> bool {
        self.at_home(dept).is_ok() && !self.standing.off_in.contains(&dept)
    }

    /// Refuses a department's own anywhere else.
    pub(super) fn at_home(&self, dept: DeptId) -> Result<()> {
        match self.procedure.department {
            Some(own) if own != dept => Err(Error::NotFound),
            _ => Ok(()),
        }
    }

    /// Whether this person may begin a case of it.
    #[must_use]
    pub fn may_start(&self, viewer: &Viewer) -> bool {
        let roles = &self.procedure.start.roles;
        !self.standing.off
            && self.is_for(viewer)
            && self.is_used(viewer)
            && match self.standing.start.as_slice() {
                [] => roles.is_empty() || viewer.roles.iter().any(|r| roles.contains(r)),
                named => named.iter().any(|g| g.fits(viewer)),
            }
    }

    /// Whether its register is open to this person. Which cases stand in it is said by each case.
    #[must_use]
    pub fn may_see(&self, viewer: &Viewer) -> bool {
        let named = &self.standing.see;
        self.is_for(viewer) && (named.is_empty() || named.iter().any(|g| g.fits(viewer)))
    }

    /// Whether this person, who may design, may change this one.
    #[must_use]
    pub fn may_change(&self, viewer: &Viewer) -> bool {
        let named = &self.standing.design;
        named.is_empty() || named.iter().any(|g| g.fits(viewer))
    }

    /// Who starts it, in words.
    #[must_use]
    pub fn starters(&self, people: &dyn People) -> String {
        let roles = &self.procedure.start.roles;
        let names: Vec<String> = match (self.standing.start.as_slice(), self.procedure.department) {
            ([], Some(own)) if roles.is_empty() => vec![people.name(Principal::Pool(own))],
            ([], _) => roles.iter().map(|r| people.role_name(r)).collect(),
            (named, _) => named.iter().map(|g| g.name(people)).collect(),
        };
        match names.is_empty() {
            true => "本单位每个人".to_owned(),
            false => names.join("、"),
        }
    }

    /// Lets a person begin a case, or says who may.
    ///
    /// # Errors
    /// NotFound where it is another department's own; Denied, with who may; Conflict where it is switched off.
    pub fn admit(&self, viewer: &Viewer, people: &dyn People) -> Result<()> {
        if !self.is_for(viewer) {
            return Err(Error::NotFound);
        }
        if self.standing.off {
            return Err(Error::Conflict(format!(
                "“{}”已经停用，不能再发起；在办的照常办完。要用请找管理事项的同事启用",
                self.procedure.name
            )));
        }
        if !self.is_used(viewer) {
            return Err(Error::Conflict(format!(
                "“{}”在本部门已经停用，不能再发起；在办的照常办完。要用请找本部门的自管员启用",
                self.procedure.name
            )));
        }
        if self.may_start(viewer) {
            return Ok(());
        }
        Err(Error::Denied(format!(
            "“{}”由{}来做，您现在的岗位不能做",
            self.procedure.start.label,
            self.starters(people)
        )))
    }
}

/// What is current, as one value.
struct Current {
    all: Arc<[Published]>,
    tables: Arc<[Table]>,
    broken: Arc<[(String, String)]>,
}

/// All procedures by id, and old versions as cases ask for them.
pub struct Procedures {
    shipped: Vec<Published>,
    current: RwLock<Arc<Current>>,
    old: RwLock<HashMap<String, Arc<Procedure>>>,
    /// One reload at a time: an older load must not land on top of a newer one.
    pub(super) loading: Mutex<()>,
}

impl Procedures {
    /// Those that ship.
    pub fn shipped() -> Result<Self> {
        Self::of(&shipped::TEXTS)
    }

    /// These and no others.
    pub fn of(texts: &[&str]) -> Result<Self> {
        let read = |text: &&str| Published::read(text).map_err(Error::fault);
        let shipped: Vec<Published> = texts.iter().map(read).collect::<Result<_>>()?;
        let current = Current::of(&shipped, Kept::default());
        Ok(Self {
            shipped,
            current: RwLock::new(Arc::new(current)),
            old: RwLock::default(),
            loading: Mutex::default(),
        })
    }

    /// These, and what the office whose files stand in a folder published itself: asked before the files are
    /// opened, for the lists are repaired while they open.
    pub fn of_office(texts: &[&str], dir: &DataDir) -> Result<Self> {
        let all = Self::of(texts)?;
        if let Some(kept) = peek_hub(dir, workshop_store::find_kept)? {
            all.put(kept);
        }
        Ok(all)
    }

    /// Takes the office's decisions in use.
    pub(super) fn put(&self, kept: Kept) {
        let next = Arc::new(Current::of(&self.shipped, kept));
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = next;
    }

    fn now(&self) -> Arc<Current> {
        // the lock guards one pointer: a panic elsewhere cannot have left it half written
        let held = self.current.read();
        held.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// In the order of menus; those switched off too.
    #[must_use]
    pub fn all(&self) -> Arc<[Published]> {
        self.now().all.clone()
    }

    /// The registers of all of them.
    #[must_use]
    pub fn tables(&self) -> Arc<[Table]> {
        self.now().tables.clone()
    }

    /// Texts of the office that this program cannot read, with the reason.
    #[must_use]
    pub fn broken(&self) -> Arc<[(String, String)]> {
        self.now().broken.clone()
    }

    /// The text of this id that ships with the program.
    #[must_use]
    pub fn shipped_of(&self, id: &str) -> Option<&Published> {
        self.shipped.iter().find(|p| p.procedure.id == id)
    }

    /// The names of these, as people say them; of one that is no more, its id.
    #[must_use]
    pub fn named(&self, ids: &[String]) -> String {
        let name = |id: &String| match self.current(id) {
            Ok(p) => p.procedure.name.clone(),
            Err(_) => id.clone(),
        };
        ids.iter().map(name).collect::<Vec<_>>().join("、")
    }

    /// The version new cases start under.
    pub fn current(&self, id: &str) -> Result<Published> {
        let now = self.now();
        let found = now.all.iter().find(|p| p.procedure.id == id);
        found.cloned().ok_or(Error::NotFound)
    }

    /// The version a case runs under, from memory or from the case's own volume.
    pub fn version(&self, db: &impl Query, id: &str, version: &str) -> Result<Arc<Procedure>> {
        let now = self.now();
        let current = now.all.iter().find(|p| p.procedure.id == id);
        if let Some(p) = current.filter(|p| p.procedure.version() == version) {
            return Ok(p.procedure.clone());
        }
        let known = self.old.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(p) = known.get(version) {
            return Ok(p.clone());
        }
        drop(known);
        let text = find_version(db, id, version)?;
        let procedure = Arc::new(Procedure::parse(&text).map_err(Error::fault)?);
        let mut old = self.old.write().unwrap_or_else(PoisonError::into_inner);
        old.insert(version.to_owned(), procedure.clone());
        Ok(procedure)
    }
}

impl Current {
    /// What ships, each replaced where the office has a text of its own, then the office's own ones.
    fn of(shipped: &[Published], mut kept: Kept) -> Self {
        let mut broken = Vec::new();
        let mut all = Vec::new();
        let mut own = std::mem::take(&mut kept.texts);
        for p in shipped {
            let id = &p.procedure.id;
            let changed = own.remove(id).and_then(|t| match t.read() {
                Ok(read) => Some((read, t.beside)),
                Err(why) => {
                    broken.push((id.clone(), why.to_string()));
                    None
                }
            });
            let mut standing = standing(&kept, id);
            let (mut published, beside) = changed.unwrap_or_else(|| (p.clone(), String::new()));
            if !beside.is_empty() {
                standing.origin = Origin::Changed;
                let version = p.procedure.version();
                let looked = kept.settings.get(id).map_or("", |s| s.kept.as_str());
                let newer = version != beside && version != looked;
                standing.newer = newer.then(|| Arc::from(version));
            }
            published.standing = Arc::new(standing);
            all.push(published);
        }
        for (id, text) in own {
            let mut standing = standing(&kept, &id);
            standing.origin = Origin::Own;
            match text.read() {
                Ok(read) => all.push(Published {
                    standing: Arc::new(standing),
                    ..read
                }),
                Err(why) => broken.push((id, why.to_string())),
            }
        }
        let tables = register::tables(all.iter().map(|p| &*p.procedure));
        Self {
            all: all.into(),
            tables: tables.into(),
            broken: broken.into(),
        }
    }
}

fn standing(kept: &Kept, id: &str) -> Standing {
    let setting = kept.settings.get(id).cloned().unwrap_or_default();
    let of = |kind: &str| {
        let all = kept.rights.iter().filter(|r| r.procedure == id);
        all.filter(|r| r.kind == kind)
            .map(|r| r.grantee.clone())
            .collect()
    };
    let off_in = kept.off_in.iter().filter(|(_, ids)| ids.contains(id));
    Standing {
        origin: Origin::Shipped,
        off: setting.off,
        heading: setting.heading,
        sort: setting.sort,
        rev: setting.rev,
        newer: None,
        start: of("start"),
        see: of("see"),
        design: of("design"),
        off_in: off_in.map(|(dept, _)| *dept).collect(),
    }
}
