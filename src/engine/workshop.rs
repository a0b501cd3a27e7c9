//! The workshop (事项管理): drafts of procedures, publishing them, going back, switching off, authorising.
//! Not here: SQL (`workshop_store`), the check itself (`publish`), pages.
//! Invariant: what is published passed the check in the same call; new cases begin under it at once, and cases
//! under way stay on the version they began with.

use super::definition::Procedure;
use super::facts::People as _;
use super::own::{self, Range};
use super::people::{self, InOrgan};
use super::procedures::{Grantee, Published};
use super::publish::{self, Verdict};
use super::run::Engine;
use super::workshop_store::{self as kept, NewSketch, NewVersion, Setting};
pub use super::workshop_store::{Sketch, Version};
use crate::kit::{Error, FieldErrors, Millis, OrganId, PersonId, Result, ShelfNo};
use crate::org::{Directory, Role};
use crate::store::{Query, Stamp, Store, Write};
use serde_json::json;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

/// Longest text of a procedure, in bytes: the largest that ships is a twentieth of it.
pub const LONGEST: usize = 512 << 10;

/// Who makes procedures, and in which organ they are to work.
#[derive(Clone)]
pub struct Maker {
    pub person: PersonId,
    pub name: String,
    pub organ: OrganId,
    pub directory: Arc<Directory>,
    /// Whose procedures.
    pub range: Range,
}

/// What an authorisation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// 发起
    Start,
    /// 看登记簿
    See,
    /// 设计
    Design,
}

impl Right {
    /// As in hub rows and forms.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::See => "see",
            Self::Design => "design",
        }
    }

    /// As people say it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Start => "谁可以发起",
            Self::See => "谁可以看登记簿",
            Self::Design => "谁可以修改这个事项",
        }
    }
}

/// Where a procedure stands in menus, and whether it is in use.
#[derive(Debug, Clone)]
pub struct Placing {
    /// The number the form was opened on.
    pub rev: i64,
    pub off: bool,
    /// Empty: as the text says.
    pub heading: String,
    pub sort: i64,
}

impl Maker {
    /// The person, in the organ of his department or else the first of this server.
    pub fn of(directory: &Arc<Directory>, person: PersonId, range: Range) -> Result<Self> {
        let own = directory.dept_of(person).map(|d| d.organ);
        let organ = own.or_else(|| directory.first_organ().map(|o| o.id));
        Ok(Self {
            person,
            name: directory.person_name(person).to_owned(),
            organ: organ.ok_or(Error::NotFound)?,
            directory: directory.clone(),
            range,
        })
    }

    /// The directory as rules ask it.
    #[must_use]
    pub fn people(&self) -> InOrgan<'_> {
        InOrgan {
            directory: &self.directory,
            organ: self.organ,
        }
    }

    fn by(&self) -> (PersonId, &str) {
        (self.person, &self.name)
    }
}

impl Engine {
    /// What somebody is working on.
    pub fn sketch(&self, store: &Store, procedure: &str) -> Result<Option<Sketch>> {
        kept::find_sketch(&store.hub()?, procedure)
    }

    /// All of them, the newest first.
    pub fn sketches(&self, store: &Store) -> Result<Vec<Sketch>> {
        kept::list_sketches(&store.hub()?)
    }

    /// Keeps a draft; it has to be readable and nothing more. `rev` is the number it was read with, 0 for a
    /// new one; the new number comes back.
    ///
    /// # Errors
    /// Invalid with the line where the text cannot be read; Conflict where somebody else saved meanwhile.
    pub fn save_sketch(
        &self,
        store: &Store,
        stamp: Stamp,
        maker: &Maker,
        (procedure, rev, text): (&str, i64, &str),
    ) -> Result<i64> {
        let read = readable(procedure, text)?;
        self.in_range(maker, &read)?;
        let based_on = self.procedures.current(procedure).ok();
        let based_on = based_on.map(|p| p.procedure.version().to_owned());
        let (id, text, maker) = (procedure.to_owned(), text.to_owned(), maker.clone());
        let zone = self.zone();
        let saved = store.write(ShelfNo::HUB, stamp, move |w| {
            let new = NewSketch {
                procedure: &id,
                text: &text,
                rev,
                based_on: based_on.as_deref(),
                by: maker.by(),
            };
            w.about(&id);
            w.quiet("事项的草稿，不影响各类清单");
            let before = kept::find_sketch(w, &id)?;
            let before = before.map(|s| own::owner_of(&s.text)).transpose()?;
            if before.is_some_and(|owner| owner != read.department) {
                let why = "这个代号别处已经在用，请换个名称另存";
                return Err(Error::Conflict(why.into()));
            }
            match kept::set_sketch(w, &new)? {
                Some(rev) => Ok(rev),
                None => Err(Error::Conflict(overtaken(
                    kept::find_sketch(w, &id)?,
                    |at| zone.short_time(at, w.at()),
                ))),
            }
        })?;
        Ok(saved.value)
    }

    /// Throws a draft away.
    ///
    /// # Errors
    /// Conflict where somebody saved it meanwhile.
    pub fn drop_sketch(
        &self,
        store: &Store,
        stamp: Stamp,
        (procedure, rev): (&str, i64),
    ) -> Result<()> {
        let (id, zone) = (procedure.to_owned(), self.zone());
        store.write(ShelfNo::HUB, stamp, move |w| {
            w.about(&id);
            w.note("放弃事项的草稿");
            w.quiet("事项的草稿，不影响各类清单");
            if kept::take_sketch(w, (&id, rev))? {
                return Ok(());
            }
            match kept::find_sketch(w, &id)? {
                None => Ok(()),
                found => Err(Error::Conflict(overtaken(found, |at| {
                    zone.short_time(at, w.at())
                }))),
            }
        })?;
        Ok(())
    }

    /// Whether a procedure may be published in this maker's organ, and what to know before.
    #[must_use]
    pub fn judge(&self, maker: &Maker, procedure: &Procedure) -> Verdict {
        let roles = Role::ALL.map(Role::id);
        let mut verdict = publish::judge(procedure, &roles, &maker.people());
        let shared = self.procedures.all();
        let others = shared.iter().filter(|p| p.procedure.id != procedure.id);
        let others = others.map(|p| &*p.procedure);
        verdict
            .faults
            .extend(own::faults(procedure, others.clone()));
        let kin = others.filter(|o| o.department == procedure.department);
        verdict.faults.extend(publish::beside(procedure, kin));
        let before = shared.iter().find(|p| p.procedure.id == procedure.id);
        if let Some(before) = before.filter(|p| p.procedure.register.id != procedure.register.id) {
            verdict.faults.push(format!(
                "登记簿的代号不能从“{}”改成“{}”：以前的件都记在原来那一本里",
                before.procedure.register.id, procedure.register.id
            ));
        }
        verdict
    }

    /// Publishes a draft: new cases begin under it at once.
    ///
    /// # Errors
    /// Invalid with every fault the check found; Conflict where the draft is another one by now.
    pub fn publish_sketch(
        &self,
        store: &Store,
        stamp: Stamp,
        maker: &Maker,
        (procedure, rev, note): (&str, i64, &str),
    ) -> Result<Published> {
        let zone = self.zone();
        let sketch = self.sketch(store, procedure)?.ok_or_else(|| {
            Error::Conflict("这份草稿已经发布或放弃了，请回到事项管理看现在的版本".into())
        })?;
        if sketch.rev != rev {
            let now = stamp.at;
            let said = overtaken(Some(sketch), |at| zone.short_time(at, now));
            return Err(Error::Conflict(said));
        }
        let text = self.sound(maker, procedure, &sketch.text)?;
        self.publish(store, stamp, maker, (text, note, Some(rev)))
    }

    /// Publishes a text at once: an older version again, or one from a file.
    ///
    /// # Errors
    /// Invalid with every fault the check found.
    pub fn publish_text(
        &self,
        store: &Store,
        stamp: Stamp,
        maker: &Maker,
        (procedure, text, note): (&str, &str, &str),
    ) -> Result<Published> {
        let text = self.sound(maker, procedure, text)?;
        self.publish(store, stamp, maker, (text, note, None))
    }

    /// Goes back to what ships with the program, and follows it from now on.
    ///
    /// # Errors
    /// NotFound where nothing ships under this id.
    pub fn follow_shipped(
        &self,
        store: &Store,
        stamp: Stamp,
        maker: &Maker,
        procedure: &str,
    ) -> Result<Published> {
        let shipped = self.procedures.shipped_of(procedure);
        let text = shipped.ok_or(Error::NotFound)?.clone();
        self.publish(store, stamp, maker, (text, "改用随程序带来的版本", None))
    }

    fn sound(&self, maker: &Maker, id: &str, text: &str) -> Result<Published> {
        readable(id, text)?;
        let published = Published::read(text)?;
        self.in_range(maker, &published.procedure)?;
        let verdict = self.judge(maker, &published.procedure);
        let mut errors = FieldErrors::default();
        for fault in verdict.faults {
            errors.add("", fault);
        }
        errors.check(published)
    }

    pub(super) fn publish(
        &self,
        store: &Store,
        stamp: Stamp,
        maker: &Maker,
        (text, note, draft): (Published, &str, Option<i64>),
    ) -> Result<Published> {
        let id = text.procedure.id.clone();
        let shipped = self.procedures.shipped_of(&id);
        let beside = shipped.map_or_else(String::new, |p| p.procedure.version().to_owned());
        let follows = text.procedure.version() == beside;
        let (maker, note) = (maker.clone(), note.trim().to_owned());
        let procedure = id.clone();
        store.write(ShelfNo::HUB, stamp, move |w| {
            match draft {
                Some(rev) if !kept::take_sketch(w, (&procedure, rev))? => {
                    let why = "这份草稿刚刚又有人改过，请看过再发布";
                    return Err(Error::Conflict(why.into()));
                }
                Some(_) => {}
                None => kept::touch_sketch(w, &procedure)?,
            }
            let new = NewVersion {
                procedure: &procedure,
                version: text.procedure.version(),
                text: &text.text,
                follows,
                beside: &beside,
                note: &note,
                by: maker.by(),
            };
            let n = kept::insert_text(w, &new)?;
            announce(w, &procedure, &format!("发布第 {n} 版：{note}"))?;
            Ok(n)
        })?;
        self.reload(store)?;
        self.procedures.current(&id)
    }

    /// Says that the office looked at what newly ships and stays with its own.
    pub fn keep_own(&self, store: &Store, stamp: Stamp, procedure: &str) -> Result<()> {
        let shipped = self.procedures.shipped_of(procedure);
        let version = shipped
            .ok_or(Error::NotFound)?
            .procedure
            .version()
            .to_owned();
        let id = procedure.to_owned();
        store.write(ShelfNo::HUB, stamp, move |w| {
            let mut setting = kept::find_setting(w, &id)?;
            setting.kept = version;
            hold(kept::set_setting(w, &id, &setting)?)?;
            announce(w, &id, "看过随程序带来的新版本，继续用本单位的")
        })?;
        self.reload(store)
    }

    /// Switches a procedure on or off, and says where it stands.
    ///
    /// # Errors
    /// Conflict where somebody else did meanwhile.
    pub fn place(
        &self,
        store: &Store,
        stamp: Stamp,
        (procedure, placing): (&str, Placing),
    ) -> Result<()> {
        self.procedures.current(procedure)?;
        let id = procedure.to_owned();
        store.write(ShelfNo::HUB, stamp, move |w| {
            let kept = kept::find_setting(w, &id)?.kept;
            let setting = Setting {
                rev: placing.rev,
                off: placing.off,
                heading: placing.heading.trim().to_owned(),
                sort: placing.sort,
                kept,
            };
            hold(kept::set_setting(w, &id, &setting)?)?;
            let said = match placing.off {
                true => "停用事项",
                false => "启用事项或调整它的位置",
            };
            announce(w, &id, said)
        })?;
        self.reload(store)
    }

    /// Authorises: exactly these may, for each of the rights named.
    ///
    /// # Errors
    /// Conflict where somebody else changed it meanwhile.
    pub fn authorise(
        &self,
        store: &Store,
        stamp: Stamp,
        (procedure, rev): (&str, i64),
        rights: Vec<(Right, Vec<Grantee>)>,
    ) -> Result<()> {
        self.procedures.current(procedure)?;
        let id = procedure.to_owned();
        store.write(ShelfNo::HUB, stamp, move |w| {
            let mut setting = kept::find_setting(w, &id)?;
            setting.rev = rev;
            hold(kept::set_setting(w, &id, &setting)?)?;
            for (right, all) in &rights {
                kept::set_rights(w, (&id, right.id()), all)?;
            }
            announce(w, &id, "改了事项的授权")
        })?;
        self.reload(store)
    }

    /// The versions the office published, newest first.
    pub fn versions(&self, store: &Store, procedure: &str) -> Result<Vec<Version>> {
        kept::list_versions(&store.hub()?, procedure)
    }

    /// Number, maker and time of each procedure's newest version of the office.
    pub fn last_published(&self, store: &Store) -> Result<HashMap<String, (i64, String, Millis)>> {
        kept::list_last(&store.hub()?)
    }

    /// Takes what the hub holds in use, for every thread of this server.
    pub fn reload(&self, store: &Store) -> Result<()> {
        let one = self.procedures.loading.lock();
        let _one = one.unwrap_or_else(PoisonError::into_inner);
        let all = store.hub()?.snapshot(kept::find_kept)?;
        store.refit_lists(|| self.procedures.put(all))
    }

    /// Whether the person, who may design, may change this procedure; a new one anybody of them may.
    pub fn may_change(&self, store: &Store, maker: &Maker, procedure: &str) -> Result<()> {
        self.may_look(store, maker, procedure)?;
        let Ok(published) = self.procedures.current(procedure) else {
            return self.may_take_up(store, maker, procedure);
        };
        self.in_range(maker, &published.procedure)?;
        let viewer = people::viewer(&maker.directory, maker.person);
        if published.may_change(&viewer) {
            return Ok(());
        }
        let all = &published.standing.design;
        let people = maker.people();
        let names: Vec<String> = all
            .iter()
            .map(|g| match g {
                Grantee::Principal(p) => people.name(*p),
                Grantee::Role(r) => people.role_name(r),
            })
            .collect();
        Err(Error::Denied(format!(
            "“{}”由{}修改，请与他们联系",
            published.procedure.name,
            names.join("、")
        )))
    }
}

/// How many open cases each procedure has.
pub fn open_cases(index: &impl Query) -> Result<HashMap<String, i64>> {
    kept::count_open(index)
}

pub(super) fn announce(w: &mut Write<'_>, procedure: &str, said: &str) -> Result<()> {
    w.about(procedure);
    w.note(said);
    w.emit(
        "procedure.changed",
        None,
        &json!({ "procedure": procedure }),
    )
}

/// The text is a procedure, and the one it is kept under.
fn readable(id: &str, text: &str) -> Result<Procedure> {
    if text.len() > LONGEST {
        let why = "这个事项的内容太多了（超过 512 KB），请拆成两个事项";
        return Err(Error::invalid("", why));
    }
    let procedure = Procedure::parse(text)?;
    if procedure.id != id {
        return Err(Error::invalid(
            "",
            format!("文件里的事项代号是“{}”，不是“{id}”，请核对", procedure.id),
        ));
    }
    Ok(procedure)
}

fn overtaken(sketch: Option<Sketch>, when: impl Fn(Millis) -> String) -> String {
    match sketch {
        Some(s) => format!(
            "{} {} 已经存过这份草稿，您看到的是旧的。请另开一页看过，再决定要不要按您的存",
            s.name,
            when(s.at)
        ),
        None => "这份草稿已经发布或放弃了，请回到事项管理看现在的版本".to_owned(),
    }
}

fn hold(done: bool) -> Result<()> {
    if done {
        return Ok(());
    }
    let why = "这个事项的设置刚刚有人改过，请看过现在的再改";
    Err(Error::Conflict(why.into()))
}
