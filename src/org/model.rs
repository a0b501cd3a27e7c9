//! The rows of the directory as values. Nothing here is ever deleted: validity dates and a successor
//! (README decision 3), so that a name printed years ago still resolves.
//! Not for lookups (`directory.rs`) and not for changing anything (`edit.rs`).

use super::Role;
use crate::kit::{Day, DeptId, NameKeys, OrganId, PersonId, PostId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// From when until when something is offered; the last day counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validity {
    /// First day.
    pub from: Day,
    /// Last day; open where there is none.
    pub until: Option<Day>,
}

impl Validity {
    /// From a day on, with no end.
    #[must_use]
    pub const fn since(from: Day) -> Self {
        Self { from, until: None }
    }

    /// Whether it holds on a day.
    #[must_use]
    pub fn holds(self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|last| day <= last)
    }

    /// Whether it is over on a day.
    #[must_use]
    pub fn is_over(self, day: Day) -> bool {
        self.until.is_some_and(|last| last < day)
    }
}

/// An organ (机关/单位) on this server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organ {
    pub id: OrganId,
    pub rev: i64,
    pub name: String,
    pub short_name: String,
    /// Kind of code to code, as `代字` to `青政`.
    pub codes: BTreeMap<String, String>,
    pub validity: Validity,
    pub successor: Option<OrganId>,
}

/// What kind of department.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeptKind {
    /// The general office: registers and hands out for the organ.
    Office,
    /// The leading group.
    Leaders,
    /// Any other department.
    Department,
    /// A village or community.
    Village,
    /// Holds the organ's own shelves; nobody works in it and no list shows it.
    Hidden,
}

impl DeptKind {
    /// Kinds that a person may choose.
    pub const OPEN: [Self; 4] = [Self::Leaders, Self::Office, Self::Department, Self::Village];

    /// As stored.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Office => "office",
            Self::Leaders => "leaders",
            Self::Department => "department",
            Self::Village => "village",
            Self::Hidden => "hidden",
        }
    }

    /// As people say it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Office => "党政办公室",
            Self::Leaders => "领导班子",
            Self::Department => "内设机构、事业单位",
            Self::Village => "村（社区）",
            Self::Hidden => "本机关",
        }
    }

    /// The kind of a stored id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        [
            Self::Office,
            Self::Leaders,
            Self::Department,
            Self::Village,
            Self::Hidden,
        ]
        .into_iter()
        .find(|k| k.id() == id)
    }
}

/// A department of an organ; villages too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Department {
    pub id: DeptId,
    pub rev: i64,
    pub organ: OrganId,
    /// Short code in capitals, unique in the organ: `DZB`.
    pub code: String,
    pub name: String,
    pub short_name: String,
    pub kind: DeptKind,
    pub sort: i64,
    pub validity: Validity,
    pub successor: Option<DeptId>,
}

/// A post (岗位): rights and tasks belong to it, people fill it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    pub id: PostId,
    pub rev: i64,
    pub department: DeptId,
    pub name: String,
    pub sort: i64,
    pub roles: Vec<Role>,
    pub validity: Validity,
    pub successor: Option<PostId>,
}

impl Post {
    /// Whether the post has a role.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub id: PersonId,
    pub rev: i64,
    pub name: String,
    pub keys: NameKeys,
    pub mobile: Option<String>,
    pub staff_no: Option<String>,
    pub sort: i64,
    pub validity: Validity,
}

/// Whether a post is somebody's main one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// 主岗.
    Main,
    /// 兼任.
    Side,
}

/// A person in a post, from day to day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holding {
    pub id: i64,
    pub person: PersonId,
    pub post: PostId,
    pub weight: Weight,
    pub validity: Validity,
}

/// A leader's post is in charge (分管) of a department.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charge {
    pub post: PostId,
    pub department: DeptId,
}

/// A row as its editor saw it: a change on top of an older state is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seen<I> {
    pub id: I,
    pub rev: i64,
}

impl<I> Seen<I> {
    /// The row `id` in state `rev`.
    pub const fn new(id: I, rev: i64) -> Self {
        Self { id, rev }
    }
}
