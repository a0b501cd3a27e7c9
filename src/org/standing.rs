//! Who stands in for whom (委托, AB岗): delegations as values, and what the directory answers about them today.
//! Not here: writing them (`standing_store`), and what a stand-in may do with a case (`engine`).
//! Invariant: standing in is never passed on: whoever stands in for A gives his own delegate nothing of A's.

use super::directory::Directory;
use crate::kit::{Day, Id, Millis, PersonId, PostId, Principal};
use serde::{Deserialize, Serialize};

/// A person's tasks go to another for a span of days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delegation {
    pub id: i64,
    pub rev: i64,
    /// Whose tasks.
    pub person: PersonId,
    /// To whom; the deputies of the person's posts where nobody is named.
    pub delegate: Option<PersonId>,
    pub first: Day,
    /// The last day counts.
    pub last: Day,
    /// Ids of the procedures it is about; all where empty.
    pub procedures: Vec<String>,
    pub reason: String,
    /// Which case asked for it; empty where a person did.
    pub cause: String,
    pub set_by: PersonId,
    pub set_at: Millis,
    /// Ended before its time, by whom and when.
    pub ended: Option<(PersonId, Millis)>,
}

impl Delegation {
    /// Whether it holds on a day.
    #[must_use]
    pub fn runs(&self, day: Day) -> bool {
        self.ended.is_none() && self.first <= day && day <= self.last
    }

    /// Whether it may still come to hold on or after a day.
    #[must_use]
    pub fn is_ahead(&self, day: Day) -> bool {
        self.ended.is_none() && day <= self.last
    }

    /// Whether both would hand the same task to somebody on some day.
    #[must_use]
    pub fn meets(&self, (first, last): (Day, Day), procedures: &[String]) -> bool {
        let both = self.procedures.iter().any(|p| procedures.contains(p));
        let all = self.procedures.is_empty() || procedures.is_empty();
        self.ended.is_none() && self.first <= last && first <= self.last && (all || both)
    }

    /// The case that asked for it; none where a person did.
    #[must_use]
    pub fn case(&self) -> Option<Id> {
        self.cause.split_once(' ')?.0.parse().ok()
    }

    /// 11月20日至11月24日
    #[must_use]
    pub fn span_words(&self) -> String {
        span_words(self.first, self.last)
    }
}

/// 11月20日至11月24日, or one day.
#[must_use]
pub fn span_words(first: Day, last: Day) -> String {
    match first == last {
        true => format!("{}一天", first.short()),
        false => format!("{}至{}", first.short(), last.short()),
    }
}

/// A delegation that a case asks for, in the event that carries it to the hub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    pub person: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegate: Option<i64>,
    pub first: String,
    pub last: String,
    pub reason: String,
    pub cause: String,
    /// Who did what it follows from.
    pub by: i64,
    /// The case counts no more: what it asked for is over.
    #[serde(default)]
    pub over: bool,
}

/// For whom somebody stands in today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The delegation it comes of.
    pub delegation: i64,
    /// Whose tasks.
    pub absent: PersonId,
    /// Of one post only, as its deputy; of all where there is none.
    pub post: Option<PostId>,
    /// Ids of the procedures it is about; all where empty.
    pub only: Vec<String>,
}

/// A principal somebody stands in for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stood<'a> {
    pub principal: Principal,
    pub absent: PersonId,
    /// Ids of the procedures it is about; all where empty.
    pub only: &'a [String],
}

impl Directory {
    /// All delegations ever, in the order they were set.
    #[must_use]
    pub fn delegations(&self) -> &[Delegation] {
        &self.rows.delegations
    }

    /// The delegation of this number.
    #[must_use]
    pub fn delegation(&self, id: i64) -> Option<&Delegation> {
        self.rows.delegations.iter().find(|d| d.id == id)
    }

    /// Delegations of a person's tasks that hold today.
    pub fn delegated_by(&self, person: PersonId) -> impl Iterator<Item = &Delegation> {
        let today = self.today();
        let all = self.rows.delegations.iter();
        all.filter(move |d| d.person == person && today.is_some_and(|t| d.runs(t)))
    }

    /// For whom a person stands in today.
    #[must_use]
    pub fn stands_in(&self, person: PersonId) -> &[Standing] {
        self.standing_in.get(&person).map_or(&[], Vec::as_slice)
    }

    /// Who stands in for a person today, each once.
    #[must_use]
    pub fn stand_ins_of(&self, absent: PersonId) -> Vec<PersonId> {
        let all = self.standing_in.iter();
        let mut found: Vec<PersonId> = all
            .filter(|(_, s)| s.iter().any(|s| s.absent == absent))
            .map(|(p, _)| *p)
            .collect();
        found.sort_unstable();
        found
    }

    /// Who stands in today by this delegation, each once.
    #[must_use]
    pub fn stand_ins_by(&self, delegation: i64) -> Vec<PersonId> {
        let all = self.standing_in.iter();
        let mut found: Vec<PersonId> = all
            .filter(|(_, s)| s.iter().any(|s| s.delegation == delegation))
            .map(|(p, _)| *p)
            .collect();
        found.sort_unstable();
        found
    }

    /// Deputies of a post (B岗) who are here today.
    pub fn deputies_of(&self, post: PostId) -> impl Iterator<Item = PersonId> {
        let all = self.rows.deputies.iter();
        all.filter(move |(p, b)| *p == post && self.is_here(*b))
            .map(|(_, b)| *b)
    }

    /// The principals a person stands in for today: the absent person, and the posts.
    #[must_use]
    pub fn stood_for(&self, person: PersonId) -> Vec<Stood<'_>> {
        let mut found: Vec<Stood<'_>> = Vec::new();
        for s in self.stands_in(person) {
            let main = self.main_post(s.absent).map(|p| p.id);
            let posts = self.posts_of(s.absent).map(|p| p.id);
            let posts = posts.filter(|p| s.post.is_none_or(|only| only == *p));
            let own = (s.post.is_none() || s.post == main).then_some(Principal::Person(s.absent));
            let posts = posts.flat_map(|p| std::iter::once(p).chain(self.forebears_of(p)));
            let all = own.into_iter().chain(posts.map(Principal::Post));
            found.extend(all.map(|principal| Stood {
                principal,
                absent: s.absent,
                only: &s.only,
            }));
        }
        found
    }

    /// Draws who stands in for whom on the directory's day.
    pub(super) fn draw_standing(&mut self, today: Day) {
        let rows = self.rows.clone();
        let running = || rows.delegations.iter().filter(|d| d.runs(today));
        let away: Vec<PersonId> = running().map(|d| d.person).collect();
        let mut found: Vec<(PersonId, Standing)> = Vec::new();
        for d in running().filter(|d| self.is_here(d.person)) {
            let standing = |post| Standing {
                delegation: d.id,
                absent: d.person,
                post,
                only: d.procedures.clone(),
            };
            match d.delegate {
                Some(delegate) if self.is_here(delegate) => found.push((delegate, standing(None))),
                Some(_) => {}
                None => {
                    for post in self.posts_of(d.person) {
                        let here = |b: &PersonId| *b != d.person && !away.contains(b);
                        let deputies = self.deputies_of(post.id).filter(here);
                        found.extend(deputies.map(|b| (b, standing(Some(post.id)))));
                    }
                }
            }
        }
        for (person, standing) in found {
            self.standing_in.entry(person).or_default().push(standing);
        }
    }
}
