//! Who may hold a task or see a case, as one number: tasks, grants and lists are keyed by it (README
//! decision 7). Rights belong to posts; people only fill them. `access` re-exports it.
//! Invariant: `from_raw(to_raw(p)) == p`, and the numbers are never re-used: they are stored for ever.

use super::id::{DeptId, OrganId, PersonId, PostId};

const KIND_SHIFT: u32 = 48;
const ID_MASK: i64 = (1 << KIND_SHIFT) - 1;

/// A holder of tasks and rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Principal {
    /// One person, whatever post.
    Person(PersonId),
    /// Whoever fills the post now.
    Post(PostId),
    /// Everybody of a department: the first to take it has it.
    Pool(DeptId),
    /// Everybody of an organ.
    Organ(OrganId),
    /// Everybody of this server.
    Everyone,
}

impl Principal {
    /// The number stored in files: `kind << 48 | id`.
    #[must_use]
    pub const fn to_raw(self) -> i64 {
        let (kind, id) = match self {
            Self::Person(p) => (1, p.0),
            Self::Post(p) => (2, p.0),
            Self::Pool(d) => (3, d.0),
            Self::Organ(o) => (4, o.0),
            Self::Everyone => (5, 0),
        };
        (kind << KIND_SHIFT) | (id & ID_MASK)
    }

    /// Back from the stored number; `None` for a kind a newer version may have written.
    #[must_use]
    pub const fn from_raw(raw: i64) -> Option<Self> {
        let id = raw & ID_MASK;
        Some(match raw >> KIND_SHIFT {
            1 => Self::Person(PersonId(id)),
            2 => Self::Post(PostId(id)),
            3 => Self::Pool(DeptId(id)),
            4 => Self::Organ(OrganId(id)),
            5 => Self::Everyone,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_and_never_collide() {
        let all = [
            Principal::Person(PersonId(7)),
            Principal::Post(PostId(7)),
            Principal::Pool(DeptId(7)),
            Principal::Organ(OrganId(7)),
            Principal::Everyone,
        ];
        for p in all {
            assert_eq!(Principal::from_raw(p.to_raw()), Some(p));
            assert_eq!(all.iter().filter(|o| o.to_raw() == p.to_raw()).count(), 1);
        }
        assert_eq!(Principal::from_raw(9 << 48), None);
    }
}
