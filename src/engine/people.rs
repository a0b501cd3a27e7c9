//! The directory as the rules ask it: for one organ, as of now.
//! Not here: who may do what. Tasks are given to posts, so that they outlive whoever fills them; a person
//! without a post is named as a person.

use super::definition::{Procedure, Who};
use super::facts::{Hold, People, Viewer};
use super::plan::Act;
use crate::kit::{DeptId, OrganId, PersonId, Principal};
use crate::org::{Directory, Post, Role};

/// The directory seen from one organ.
#[derive(Clone, Copy)]
pub struct InOrgan<'a> {
    pub directory: &'a Directory,
    pub organ: OrganId,
}

impl InOrgan<'_> {
    fn filled<'p>(&self, posts: impl Iterator<Item = &'p Post>) -> Vec<Principal> {
        posts
            .filter(|p| self.directory.is_filled(p.id))
            .map(|p| Principal::Post(p.id))
            .collect()
    }
}

impl People for InOrgan<'_> {
    fn with_role(&self, role: &str) -> Vec<Principal> {
        Role::from_id(role).map_or_else(Vec::new, |r| {
            self.filled(self.directory.with_role_in(self.organ, r))
        })
    }

    fn with_role_in(&self, role: &str, dept: DeptId) -> Vec<Principal> {
        Role::from_id(role).map_or_else(Vec::new, |r| {
            self.filled(self.directory.posts_in(dept).filter(|p| p.has(r)))
        })
    }

    fn head_of(&self, dept: DeptId) -> Option<Principal> {
        self.filled(self.directory.head_of(dept).into_iter()).pop()
    }

    fn receiver_of(&self, dept: DeptId) -> Option<Principal> {
        self.filled(self.directory.receiver_of(dept).into_iter())
            .pop()
    }

    fn leaders_of(&self, dept: DeptId) -> Vec<Principal> {
        self.filled(self.directory.leaders_of(dept))
    }

    fn staff_of(&self, dept: DeptId) -> Vec<Principal> {
        let staff = self.directory.staff_of(dept);
        staff.into_iter().map(|p| Principal::Person(p.id)).collect()
    }

    fn charges_of(&self, person: PersonId) -> Vec<DeptId> {
        let posts = self.directory.posts_of(person);
        posts
            .flat_map(|p| self.directory.charges_of(p.id))
            .map(|d| d.id)
            .collect()
    }

    fn departments(&self) -> Vec<DeptId> {
        self.directory.depts_of(self.organ).map(|d| d.id).collect()
    }

    fn headed_by(&self, person: PersonId) -> Vec<DeptId> {
        let posts = self.directory.posts_of(person);
        posts
            .filter(|p| p.has(Role::DeptHead) || p.has(Role::OfficeDirector))
            .map(|p| p.department)
            .collect()
    }

    fn everybody(&self) -> Vec<Principal> {
        let depts = self.directory.depts_of(self.organ);
        depts.flat_map(|d| self.staff_of(d.id)).collect()
    }

    fn fills(&self, person: PersonId, principal: Principal) -> bool {
        let mut posts = self.directory.posts_of(person);
        match principal {
            Principal::Person(p) => p == person,
            Principal::Post(post) => posts.any(|p| p.id == post),
            Principal::Pool(dept) => posts.any(|p| p.department == dept),
            Principal::Organ(organ) => posts.any(|p| {
                self.directory
                    .dept(p.department)
                    .is_some_and(|d| d.organ == organ)
            }),
            Principal::Everyone => true,
        }
    }

    fn name(&self, principal: Principal) -> String {
        let d = self.directory;
        match principal {
            Principal::Person(p) => d.person_name(p).to_owned(),
            Principal::Post(post) => {
                let names: Vec<&str> = d.holders_of(post).map(|p| p.name.as_str()).collect();
                if names.is_empty() {
                    format!("{}（空缺）", d.post_title(post))
                } else {
                    names.join("、")
                }
            }
            Principal::Pool(dept) => d.dept_name(dept).to_owned(),
            Principal::Organ(organ) => d.organ_name(organ).to_owned(),
            Principal::Everyone => "全体人员".to_owned(),
        }
    }

    fn dept_name(&self, dept: DeptId) -> String {
        self.directory.dept_name(dept).to_owned()
    }

    fn role_name(&self, role: &str) -> String {
        Role::from_id(role).map_or_else(|| role.to_owned(), |r| r.label().to_owned())
    }
}

/// A person as the rules see him: his own person, posts, their departments, the organ.
#[must_use]
pub fn viewer(directory: &Directory, person: PersonId) -> Viewer {
    let own = |principal| Hold {
        principal,
        acting_for: None,
    };
    let mut holds = vec![own(Principal::Person(person))];
    for post in directory.posts_of(person) {
        holds.push(own(Principal::Post(post.id)));
        let pool = own(Principal::Pool(post.department));
        if !holds.contains(&pool) {
            holds.push(pool);
        }
    }
    if let Some(dept) = directory.dept_of(person) {
        holds.push(own(Principal::Organ(dept.organ)));
    }
    holds.push(own(Principal::Everyone));
    let stood = directory.stood_for(person);
    let whole = stood.iter().filter(|s| s.only.is_empty());
    holds.extend(whole.map(|s| Hold {
        principal: s.principal,
        acting_for: Some(s.absent),
    }));
    let roles = directory.roles_of(person);
    Viewer {
        person,
        holds,
        roles: roles.iter().map(|r| r.id().to_owned()).collect(),
    }
}

/// What a person stands in for in some procedures only, with their ids.
#[must_use]
pub fn limited(directory: &Directory, person: PersonId) -> Vec<(Hold, Vec<String>)> {
    let stood = directory.stood_for(person);
    let limited = stood.into_iter().filter(|s| !s.only.is_empty());
    limited
        .map(|s| {
            let hold = Hold {
                principal: s.principal,
                acting_for: Some(s.absent),
            };
            (hold, s.only.to_vec())
        })
        .collect()
}

/// The department that has a task of this holder today, and who there.
#[must_use]
pub fn whose(directory: &Directory, holder: i64) -> (Option<DeptId>, String) {
    match Principal::from_raw(holder) {
        Some(Principal::Person(p)) => (
            directory.dept_of(p).map(|d| d.id),
            directory.person_name(p).to_owned(),
        ),
        Some(Principal::Post(post)) => {
            let post = directory.heir_of_post(post).unwrap_or(post);
            let names: Vec<&str> = directory
                .holders_of(post)
                .map(|p| p.name.as_str())
                .collect();
            let name = match names.as_slice() {
                [] => format!("{}（空岗）", directory.post_title(post)),
                some => some.join("、"),
            };
            (directory.post(post).map(|p| p.department), name)
        }
        Some(Principal::Pool(dept)) => {
            let dept = directory.heir_of_dept(dept).unwrap_or(dept);
            (
                Some(dept),
                format!("{}（谁先办）", directory.dept_name(dept)),
            )
        }
        _ => (None, "（说不清）".to_owned()),
    }
}

/// The rule that says who does a step, as 台账 prints it.
pub(super) fn defined(procedure: &Procedure, act: &Act, people: &InOrgan<'_>) -> String {
    let Some(step) = procedure.step(&act.step) else {
        return String::new();
    };
    match &step.who {
        Who::Starter => "发起人".to_owned(),
        Who::Previous => "上一环节经办人".to_owned(),
        Who::HandlerOf(s) => format!("{}经办人", procedure.step_name(s)),
        Who::Role(r) | Who::RoleOf { role: r, .. } => people.role_name(r),
        Who::HeadOf(_) | Who::BranchHead => "部门负责人".to_owned(),
        Who::ReceiverOf(_) | Who::BranchReceiver => "部门收件人".to_owned(),
        Who::LeaderOf(_) => "分管领导".to_owned(),
        Who::Superior => "发起人的直接上级".to_owned(),
        Who::StaffOf(_) => "部门人员".to_owned(),
        Who::ChosenFrom(roles) => roles
            .iter()
            .map(|r| people.role_name(r))
            .collect::<Vec<_>>()
            .join("、"),
        Who::Chosen => "送件人选定".to_owned(),
    }
}
