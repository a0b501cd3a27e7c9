//! Who acts: the person of a request with his posts, whom he stands in for, and how he signs.
//! Not here: what he may do (`moves`). Invariant: made anew for every request, from the directory of that moment.

use super::facts::{Hold, Viewer};
use super::people::{self, InOrgan};
use super::stored::Signature;
use crate::kit::{DeptId, Error, OrganId, PersonId, Principal, Result};
use crate::org::Directory;
use std::borrow::Cow;
use std::sync::Arc;

/// Who acts, as of this request.
#[derive(Clone)]
pub struct Acting {
    pub directory: Arc<Directory>,
    pub organ: OrganId,
    pub dept: DeptId,
    pub viewer: Viewer,
    pub signature: Signature,
    /// What the person stands in for in some procedures only, with their ids.
    pub limited: Vec<(Hold, Vec<String>)>,
}

impl Acting {
    /// The person as of this request; refused where the person has no post in force.
    pub fn of(directory: &Arc<Directory>, person: PersonId) -> Result<Self> {
        let post = directory.main_post(person).ok_or_else(|| {
            Error::Denied("您现在没有岗位，不能办件。请管理员在组织机构里给您安排岗位".into())
        })?;
        let dept = directory.dept(post.department).ok_or(Error::NotFound)?;
        Ok(Self {
            directory: directory.clone(),
            organ: dept.organ,
            dept: dept.id,
            viewer: people::viewer(directory, person),
            signature: Signature {
                person,
                name: directory.person_name(person).to_owned(),
                post_name: post.name.clone(),
                dept_name: dept.name.clone(),
                acting_for: None,
            },
            limited: people::limited(directory, person),
        })
    }

    /// The person as rules see him on cases of a procedure.
    #[must_use]
    pub fn viewer_in(&self, procedure: &str) -> Cow<'_, Viewer> {
        let mine = |(_, only): &&(Hold, Vec<String>)| only.iter().any(|p| p == procedure);
        let more: Vec<Hold> = self.limited.iter().filter(mine).map(|(h, _)| *h).collect();
        if more.is_empty() {
            return Cow::Borrowed(&self.viewer);
        }
        let mut viewer = self.viewer.clone();
        viewer.holds.extend(more);
        Cow::Owned(viewer)
    }

    /// The principals he stands for on cases of a procedure.
    #[must_use]
    pub fn principals_in(&self, procedure: &str) -> Vec<Principal> {
        let viewer = self.viewer_in(procedure);
        viewer.holds.iter().map(|h| h.principal).collect()
    }

    /// The person's signature, for somebody he stands in for where there is one.
    #[must_use]
    pub fn signed(&self, acting_for: Option<PersonId>) -> Signature {
        let name = |p| self.directory.person_name(p).to_owned();
        Signature {
            acting_for: acting_for.map(|p| (p, name(p))),
            ..self.signature.clone()
        }
    }

    /// The directory as rules ask it.
    #[must_use]
    pub fn people(&self) -> InOrgan<'_> {
        InOrgan {
            directory: &self.directory,
            organ: self.organ,
        }
    }
}
