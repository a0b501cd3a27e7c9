//! The office a definition is played in before it is published: every role held, three departments with head,
//! receiver, leader and staff. Whether the real office is like that is asked beside it (`staff`).
//! Invariant: one person a post, with the same number, so that whoever holds a task can be found from it.

use crate::engine::definition::{HowMany, Procedure};
use crate::engine::facts::{Hold, People, Viewer};
use crate::kit::{DeptId, PersonId, PostId, Principal};

/// Whoever begins the case.
pub(super) const STARTER: PersonId = PersonId(1);
/// The starter's department.
pub(super) const HOME: DeptId = DeptId(1);
/// A department among others, and one beside it.
pub(super) const OTHER: i64 = 2;
pub(super) const THIRD: i64 = 3;

const ROLE: i64 = 1_000;
const HEAD: i64 = 100_000;
const RECEIVER: i64 = 200_000;
const LEADER: i64 = 300_000;
const STAFF: i64 = 400_000;
const ROLE_IN: i64 = 500_000;

pub(super) struct Troupe {
    start: Vec<String>,
    /// Holders of each role: as many as the step that wants most.
    many: i64,
}

impl Troupe {
    pub(super) fn of(procedure: &Procedure) -> Self {
        let wants = procedure.steps.iter().map(|s| match s.how {
            HowMany::AtLeast(n) => i64::from(n.min(5)),
            _ => 2,
        });
        Self {
            start: procedure.start.roles.clone(),
            many: wants.max().unwrap_or(2).max(2),
        }
    }

    /// Whoever a task was given to, at his screen.
    pub(super) fn viewer(&self, principal: Principal) -> Viewer {
        let n = match principal {
            Principal::Person(p) => p.0,
            Principal::Post(p) => p.0,
            Principal::Pool(d) => HEAD + d.0,
            Principal::Organ(_) | Principal::Everyone => STARTER.0,
        };
        let own = |principal| Hold {
            principal,
            acting_for: None,
        };
        let person = PersonId(n);
        Viewer {
            person,
            holds: vec![
                own(Principal::Person(person)),
                own(Principal::Post(PostId(n))),
            ],
            roles: match person == STARTER {
                true => self.start.clone(),
                false => Vec::new(),
            },
        }
    }

    fn number(role: &str) -> i64 {
        // any number will do that tells roles apart
        let sum = role.bytes().fold(7_i64, |n, b| n * 31 % 997 + i64::from(b));
        sum % 997
    }
}

const fn post(n: i64) -> Principal {
    Principal::Post(PostId(n))
}

impl People for Troupe {
    fn with_role(&self, role: &str) -> Vec<Principal> {
        let first = ROLE + Self::number(role) * 10;
        (0..self.many).map(|k| post(first + k)).collect()
    }

    fn with_role_in(&self, role: &str, dept: DeptId) -> Vec<Principal> {
        vec![post(ROLE_IN + dept.0 * 1_000 + Self::number(role))]
    }

    fn head_of(&self, dept: DeptId) -> Option<Principal> {
        Some(post(HEAD + dept.0))
    }

    fn receiver_of(&self, dept: DeptId) -> Option<Principal> {
        Some(post(RECEIVER + dept.0))
    }

    fn leaders_of(&self, dept: DeptId) -> Vec<Principal> {
        vec![post(LEADER + dept.0)]
    }

    fn staff_of(&self, dept: DeptId) -> Vec<Principal> {
        let one = |k| Principal::Person(PersonId(STAFF + dept.0 * 10 + k));
        (0..3).map(one).collect()
    }

    fn headed_by(&self, person: PersonId) -> Vec<DeptId> {
        let all = self.departments().into_iter();
        all.filter(|d| person.0 == HEAD + d.0).collect()
    }

    fn charges_of(&self, person: PersonId) -> Vec<DeptId> {
        let all = self.departments().into_iter();
        all.filter(|d| person.0 == LEADER + d.0).collect()
    }

    fn departments(&self) -> Vec<DeptId> {
        vec![HOME, DeptId(OTHER), DeptId(THIRD)]
    }

    fn everybody(&self) -> Vec<Principal> {
        let all = self.departments().into_iter();
        all.flat_map(|d| self.staff_of(d)).collect()
    }

    fn fills(&self, person: PersonId, principal: Principal) -> bool {
        match principal {
            Principal::Person(p) => p == person,
            Principal::Post(p) => p.0 == person.0,
            Principal::Pool(_) => false,
            Principal::Organ(_) | Principal::Everyone => true,
        }
    }

    fn name(&self, _: Principal) -> String {
        "对方".to_owned()
    }

    fn dept_name(&self, _: DeptId) -> String {
        "那个部门".to_owned()
    }

    fn role_name(&self, role: &str) -> String {
        role.to_owned()
    }
}
