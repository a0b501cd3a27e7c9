//! The person of a request, from the directory and the account; no request asks the hub for it.
//! `Scope` is what that person may be reached and see by: a read takes it, and what is out of it is
//! "not found". Invariant: built anew whenever directory or account changed, never patched.

use super::account::Account;
use super::{Actor, AdminRole, Principal};
use crate::kit::{DeptId, Digest, OrganId, PersonId};
use crate::org::{Directory, Role};
use std::collections::BTreeSet;

/// A person's current principals, sorted, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// Person, posts (and the closed ones they inherited from), departments, organ, everyone.
    pub principals: Vec<Principal>,
    /// What the person stands in for in some procedures only, with their ids: no list but the to-do list has it.
    pub limited: Vec<(Principal, Vec<String>)>,
}

impl Scope {
    /// A scope of these.
    #[must_use]
    pub fn of(principals: impl IntoIterator<Item = Principal>) -> Self {
        let set: BTreeSet<Principal> = principals.into_iter().collect();
        Self {
            principals: set.into_iter().collect(),
            limited: Vec::new(),
        }
    }

    /// Whether one of them is this.
    #[must_use]
    pub fn has(&self, principal: Principal) -> bool {
        self.principals.binary_search(&principal).is_ok()
    }

    /// The numbers, as stored in grants and tasks.
    #[must_use]
    pub fn raw(&self) -> Vec<i64> {
        self.principals.iter().map(|p| p.to_raw()).collect()
    }

    /// The numbers as a JSON array, for one SQL parameter read with `json_each`.
    #[must_use]
    pub fn json(&self) -> String {
        let numbers: Vec<String> = self.raw().iter().map(i64::to_string).collect();
        format!("[{}]", numbers.join(","))
    }

    /// For the to-do list: the same numbers, and a pair `[principal, procedure]` for each that is held in a
    /// procedure only. A statement that knows no pairs finds nothing by them.
    #[must_use]
    pub fn todo_json(&self) -> String {
        let numbers = self.raw().into_iter().map(|n| n.to_string());
        let pairs = self.limited.iter().flat_map(|(p, only)| {
            only.iter()
                .map(|id| serde_json::json!([p.to_raw(), id]).to_string())
        });
        let all: Vec<String> = numbers.chain(pairs).collect();
        format!("[{}]", all.join(","))
    }

    fn of_person(person: PersonId, directory: &Directory) -> Self {
        let mut all = vec![Principal::Person(person), Principal::Everyone];
        for post in directory.posts_of(person) {
            all.push(Principal::Post(post.id));
            all.extend(
                directory
                    .forebears_of(post.id)
                    .into_iter()
                    .map(Principal::Post),
            );
            all.push(Principal::Pool(post.department));
            all.extend(closed_into(directory, post.department).map(Principal::Pool));
            if let Some(dept) = directory.dept(post.department) {
                all.push(Principal::Organ(dept.organ));
            }
        }
        let mut limited = Vec::new();
        for stood in directory.stood_for(person) {
            match stood.only {
                [] => all.push(stood.principal),
                only => limited.push((stood.principal, only.to_vec())),
            }
        }
        Self {
            limited,
            ..Self::of(all)
        }
    }
}

/// Closed departments whose work this one does now.
fn closed_into(directory: &Directory, dept: DeptId) -> impl Iterator<Item = DeptId> {
    directory
        .all_depts()
        .iter()
        .filter(|d| d.successor.is_some() && !directory.is_open_dept(d.id))
        .map(|d| d.id)
        .filter(move |id| directory.heir_of_dept(*id) == Some(dept))
}

/// Who sits at the screen.
#[derive(Debug, Clone)]
pub struct Who {
    /// As it goes into audit rows.
    pub actor: Actor,
    /// The person.
    pub person: PersonId,
    /// Name.
    pub name: String,
    /// Name of the main post; empty without posts.
    pub post_name: String,
    /// Department of the main post; 0 without posts.
    pub dept: DeptId,
    /// Its name.
    pub dept_name: String,
    /// Organ of the main post, else the first of this server.
    pub organ: OrganId,
    /// Roles of all current posts.
    pub roles: Vec<Role>,
    /// Administrator's roles of the account.
    pub admin: Vec<AdminRole>,
    /// Departments whose own file this person runs (部门自管员).
    pub runs: Vec<DeptId>,
    /// Whether this person may make and change procedures (设计事项).
    pub designs: bool,
    /// What may be seen.
    pub scope: Scope,
    /// Whether a password of one's own has to be set first.
    pub must_change: bool,
    /// Whether that is because the present one is older than the office lets it be; else it is a one-time password.
    pub expired: bool,
    /// Whether a code beside the password has to be set up first.
    pub must_enrol: bool,
    /// Size of the letters chosen.
    pub zoom: u8,
}

impl Who {
    /// The person of an account; `None` where the directory does not have them today.
    #[must_use]
    pub fn of(directory: &Directory, account: &Account) -> Option<Self> {
        let person = account.person;
        if !directory.is_here(person) {
            return None;
        }
        let post = directory.main_post(person);
        let dept = directory.dept_of(person);
        let organ = dept
            .map(|d| d.organ)
            .or_else(|| directory.first_organ().map(|o| o.id));
        Some(Self {
            actor: Actor::Person {
                id: person,
                acting_for: None,
            },
            person,
            name: directory.person_name(person).to_owned(),
            post_name: post.map_or_else(String::new, |p| p.name.clone()),
            dept: dept.map_or(DeptId(0), |d| d.id),
            dept_name: dept.map_or_else(String::new, |d| d.name.clone()),
            organ: organ.unwrap_or(OrganId(0)),
            roles: directory.roles_of(person),
            admin: account.admin.clone(),
            // whoever left the department runs nothing of it any more
            runs: account
                .runs
                .iter()
                .copied()
                .filter(|d| directory.posts_of(person).any(|p| p.department == *d))
                .collect(),
            scope: Scope::of_person(person, directory),
            designs: account.designs || account.admin.contains(&AdminRole::System),
            must_change: account.must_change(),
            expired: false,
            must_enrol: false,
            zoom: account.zoom,
        })
    }

    /// Whether a current post has the role.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Whether the account has the administrator's role.
    #[must_use]
    pub fn is_admin(&self, role: AdminRole) -> bool {
        self.admin.contains(&role)
    }

    /// Whether this person runs the file of a department.
    #[must_use]
    pub fn runs_dept(&self, dept: DeptId) -> bool {
        self.runs.contains(&dept)
    }

    /// Whether this person looks after a volume, named by the one department it is of: the system administrator
    /// after all, whoever runs a department's file after that one (backup, freezing, export).
    #[must_use]
    pub fn keeps(&self, of: Option<DeptId>) -> bool {
        self.is_admin(AdminRole::System) || of.is_some_and(|d| self.runs_dept(d))
    }

    /// What a session is bound to: another set of roles ends it (S24).
    #[must_use]
    pub(super) fn rights(&self) -> Digest {
        let mut ids: Vec<&str> = self.roles.iter().map(|r| r.id()).collect();
        ids.extend(self.admin.iter().map(|r| r.id()));
        let runs: Vec<String> = self.runs.iter().map(|d| format!("dept:{d}")).collect();
        ids.extend(runs.iter().map(String::as_str));
        ids.extend(self.designs.then_some("design"));
        ids.sort_unstable();
        let parts: Vec<&[u8]> = ids.iter().map(|id| id.as_bytes()).collect();
        Digest::of_parts(&parts)
    }
}

/// A person without posts, for tests of this room.
#[cfg(test)]
pub(super) fn sample(person: i64) -> Who {
    let person = PersonId(person);
    Who {
        actor: Actor::Person {
            id: person,
            acting_for: None,
        },
        person,
        name: "张三".into(),
        post_name: "科员".into(),
        dept: DeptId(1),
        dept_name: "党政办公室".into(),
        organ: OrganId(1),
        roles: Vec::new(),
        admin: Vec::new(),
        runs: Vec::new(),
        designs: false,
        scope: Scope::of([Principal::Person(person), Principal::Everyone]),
        must_change: false,
        expired: false,
        must_enrol: false,
        zoom: 1,
    }
}
