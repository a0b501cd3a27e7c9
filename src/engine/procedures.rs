//! The procedures of this office: those that ship, and the versions running cases were started under.
//! Invariant: a case runs under the version it began with; its text is in its own volume, so an old
//! case opens on a server that has forgotten the version.

use super::definition::Procedure;
use super::series_store::find_version;
use super::shipped;
use crate::kit::{Error, Result};
use crate::store::Query;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// A version that cases can be started under.
#[derive(Debug, Clone)]
pub struct Published {
    pub procedure: Arc<Procedure>,
    pub text: Arc<str>,
}

/// All procedures by id, and old versions as cases ask for them.
pub struct Procedures {
    current: Vec<Published>,
    old: RwLock<HashMap<String, Arc<Procedure>>>,
}

impl Procedures {
    /// Those that ship.
    pub fn shipped() -> Result<Self> {
        Self::of(shipped::TEXTS)
    }

    /// These and no others.
    pub fn of(texts: &[&str]) -> Result<Self> {
        let read = |text: &&str| {
            let procedure = Procedure::parse(text).map_err(Error::fault)?;
            Ok(Published {
                procedure: Arc::new(procedure),
                text: Arc::from(*text),
            })
        };
        Ok(Self {
            current: texts.iter().map(read).collect::<Result<_>>()?,
            old: RwLock::default(),
        })
    }

    /// In the order of menus.
    #[must_use]
    pub fn all(&self) -> &[Published] {
        &self.current
    }

    /// The version new cases start under.
    pub fn current(&self, id: &str) -> Result<&Published> {
        let found = self.current.iter().find(|p| p.procedure.id == id);
        found.ok_or(Error::NotFound)
    }

    /// The version a case runs under, from memory or from the case's own volume.
    pub fn version(&self, db: &impl Query, id: &str, version: &str) -> Result<Arc<Procedure>> {
        let current = self.current.iter().find(|p| p.procedure.id == id);
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
