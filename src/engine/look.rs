//! A case read where nobody acts on it: in a sealed volume of another office, or by whoever holds the file.
//! Not here: rights. Whoever looks has the file itself; the page says so.
//! Invariant: there is nothing to press, and no name is looked up in a directory of ours.

use super::case_store;
use super::definition::MoveId;
use super::facts::Viewer;
use super::import::import_store::find_origin;
use super::look_store;
use super::paper_store;
use super::run::{Acting, Engine};
use super::stored::Signature;
use super::view::{CaseView, Stands};
use crate::kit::{DeptId, Id, Millis, OrganId, PersonId, Result};
use crate::org::Directory;
use crate::store::Read;
use crate::store::attachments;
use std::sync::Arc;

impl Acting {
    /// Nobody: who holds no post, knows no names and may do nothing.
    #[must_use]
    pub fn nobody() -> Self {
        Self {
            directory: Arc::new(Directory::default()),
            organ: OrganId(0),
            dept: DeptId(0),
            viewer: Viewer {
                person: PersonId(0),
                holds: Vec::new(),
                roles: Vec::new(),
            },
            signature: Signature {
                person: PersonId(0),
                name: String::new(),
                post_name: String::new(),
                dept_name: String::new(),
                acting_for: None,
            },
            limited: Vec::new(),
        }
    }
}

impl Engine {
    /// A case of a volume that stands beside ours. `at` is the address of its page.
    pub fn look(&self, volume: &Read, case: Id, at: String, now: Millis) -> Result<CaseView> {
        volume.snapshot(|read| {
            let mut stored = case_store::find_case(read, case)?;
            let procedure =
                self.procedures
                    .version(read, &stored.head.procedure, &stored.head.version)?;
            case_store::fill_tables(read, &procedure, &mut stored.state)?;
            let on_paper = stored.acts.iter().any(|a| a.detail.paper.is_some());
            let papers = match on_paper {
                true => paper_store::list_papers(read, case)?,
                false => Vec::new(),
            };
            let origin = match stored.acts.first() {
                Some(a) if a.mv == MoveId::Import => find_origin(read, case)?,
                _ => None,
            };
            let files = attachments::list(read, case)?;
            Ok(CaseView::looked(
                (stored, procedure),
                (files, papers, origin),
                (at, Stands::Beside),
                now,
            ))
        })
    }

    /// What a volume's procedures are called, by id, as its cases have them.
    pub fn procedures_in(&self, volume: &Read) -> Result<Vec<(String, String)>> {
        look_store::list_used(volume)?
            .into_iter()
            .map(|(id, version)| {
                let procedure = self.procedures.version(volume, &id, &version)?;
                Ok((id, procedure.name.clone()))
            })
            .collect()
    }
}
