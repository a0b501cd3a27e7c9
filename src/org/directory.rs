//! The directory in memory: one immutable value that answers every "who" of a request without SQL.
//! Lookups by id resolve whatever ever was; lists hold only what is valid on the directory's day.
//! Not for changing anything: `edit.rs` writes the hub, then `DirectoryHandle::reload` swaps the value.

use super::Role;
use super::model::{Department, DeptKind, Organ, Person, Post};
use super::standing::Standing;
use super::store::Rows;
use crate::kit::{Calendar, Day, DeptId, OrganId, PersonId, PostId, text};
use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;
use std::sync::Arc;

/// Everybody and everything, as of one day.
#[derive(Debug, Default)]
pub struct Directory {
    pub(super) version: u64,
    pub(super) today: Option<Day>,
    pub(super) rows: Arc<Rows>,
    pub(super) calendar: Calendar,
    pub(super) organ_at: HashMap<OrganId, usize>,
    pub(super) dept_at: HashMap<DeptId, usize>,
    pub(super) post_at: HashMap<PostId, usize>,
    pub(super) person_at: HashMap<PersonId, usize>,
    pub(super) live_organs: Vec<OrganId>,
    pub(super) depts_of: HashMap<OrganId, Vec<DeptId>>,
    pub(super) posts_in: HashMap<DeptId, Vec<PostId>>,
    pub(super) posts_of: HashMap<PersonId, Vec<PostId>>,
    pub(super) holders_of: HashMap<PostId, Vec<PersonId>>,
    pub(super) leaders_of: HashMap<DeptId, Vec<PostId>>,
    pub(super) charges_of: HashMap<PostId, Vec<DeptId>>,
    pub(super) heirs_from: HashMap<PostId, Vec<PostId>>,
    pub(super) live_people: Vec<PersonId>,
    pub(super) by_name: HashMap<String, Vec<PersonId>>,
    pub(super) by_mobile: HashMap<String, PersonId>,
    pub(super) by_staff_no: HashMap<String, PersonId>,
    pub(super) standing_in: HashMap<PersonId, Vec<Standing>>,
}

/// By id: whatever ever was.
impl Directory {
    /// Grows with every change of the hub's directory and every turn of the day.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// The day its lists are of; none in an empty directory made by `default`.
    #[must_use]
    pub const fn today(&self) -> Option<Day> {
        self.today
    }

    /// Working days as the office counts them.
    #[must_use]
    pub const fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// An organ, past ones too.
    #[must_use]
    pub fn organ(&self, id: OrganId) -> Option<&Organ> {
        self.organ_at
            .get(&id)
            .and_then(|i| self.rows.organs.get(*i))
    }

    /// A department, past ones too.
    #[must_use]
    pub fn dept(&self, id: DeptId) -> Option<&Department> {
        self.dept_at
            .get(&id)
            .and_then(|i| self.rows.departments.get(*i))
    }

    /// A post, past ones too.
    #[must_use]
    pub fn post(&self, id: PostId) -> Option<&Post> {
        self.post_at.get(&id).and_then(|i| self.rows.posts.get(*i))
    }

    /// A person, past ones too.
    #[must_use]
    pub fn person(&self, id: PersonId) -> Option<&Person> {
        self.person_at
            .get(&id)
            .and_then(|i| self.rows.people.get(*i))
    }

    /// Name to print; empty for an id of another installation.
    #[must_use]
    pub fn person_name(&self, id: PersonId) -> &str {
        self.person(id).map_or("", |p| p.name.as_str())
    }

    /// Name to print.
    #[must_use]
    pub fn post_name(&self, id: PostId) -> &str {
        self.post(id).map_or("", |p| p.name.as_str())
    }

    /// Full name to print.
    #[must_use]
    pub fn dept_name(&self, id: DeptId) -> &str {
        self.dept(id).map_or("", |d| d.name.as_str())
    }

    /// Short name for lists.
    #[must_use]
    pub fn dept_short(&self, id: DeptId) -> &str {
        self.dept(id).map_or("", |d| d.short_name.as_str())
    }

    /// Full name to print.
    #[must_use]
    pub fn organ_name(&self, id: OrganId) -> &str {
        self.organ(id).map_or("", |o| o.name.as_str())
    }

    /// 党政办·收发文员: a post where its department is not plain from the page.
    #[must_use]
    pub fn post_title(&self, id: PostId) -> String {
        self.post(id).map_or_else(String::new, |p| {
            format!("{}·{}", self.dept_short(p.department), p.name)
        })
    }

    /// All people ever, for lists of those who left.
    #[must_use]
    pub fn everybody(&self) -> &[Person] {
        &self.rows.people
    }

    /// All departments ever, of every organ.
    #[must_use]
    pub fn all_depts(&self) -> &[Department] {
        &self.rows.departments
    }

    /// All people, those who left too.
    #[must_use]
    pub fn all_people(&self) -> &[Person] {
        &self.rows.people
    }
}

/// Lists: what is valid today.
impl Directory {
    /// Organs.
    pub fn organs(&self) -> impl Iterator<Item = &Organ> {
        self.live_organs.iter().filter_map(|id| self.organ(*id))
    }

    /// The organ an installation with one organ works for: the first.
    #[must_use]
    pub fn first_organ(&self) -> Option<&Organ> {
        self.organs().next()
    }

    /// Departments of an organ that people see, in their order.
    pub fn depts_of(&self, organ: OrganId) -> impl Iterator<Item = &Department> {
        listed(&self.depts_of, organ)
            .filter_map(|id| self.dept(*id))
            .filter(|d| d.kind != DeptKind::Hidden)
    }

    /// The first department of a kind, hidden ones too.
    #[must_use]
    pub fn dept_of_kind(&self, organ: OrganId, kind: DeptKind) -> Option<&Department> {
        listed(&self.depts_of, organ)
            .filter_map(|id| self.dept(*id))
            .find(|d| d.kind == kind)
    }

    /// The organ's general office, which registers and hands out.
    #[must_use]
    pub fn office_of(&self, organ: OrganId) -> Option<&Department> {
        self.dept_of_kind(organ, DeptKind::Office)
    }

    /// The hidden department whose shelves hold what belongs to the whole organ.
    #[must_use]
    pub fn hidden_of(&self, organ: OrganId) -> Option<&Department> {
        self.dept_of_kind(organ, DeptKind::Hidden)
    }

    /// Posts of a department, in their order.
    pub fn posts_in(&self, dept: DeptId) -> impl Iterator<Item = &Post> {
        listed(&self.posts_in, dept).filter_map(|id| self.post(*id))
    }

    /// All people, in their order.
    pub fn people(&self) -> impl Iterator<Item = &Person> {
        self.live_people.iter().filter_map(|id| self.person(*id))
    }

    /// A person's posts, the main one first.
    pub fn posts_of(&self, person: PersonId) -> impl Iterator<Item = &Post> {
        listed(&self.posts_of, person).filter_map(|id| self.post(*id))
    }

    /// A person's main post.
    #[must_use]
    pub fn main_post(&self, person: PersonId) -> Option<&Post> {
        self.posts_of(person).next()
    }

    /// The department of the main post.
    #[must_use]
    pub fn dept_of(&self, person: PersonId) -> Option<&Department> {
        self.main_post(person)
            .and_then(|post| self.dept(post.department))
    }

    /// Roles of all of a person's posts, each once.
    #[must_use]
    pub fn roles_of(&self, person: PersonId) -> Vec<Role> {
        let all: BTreeSet<Role> = self
            .posts_of(person)
            .flat_map(|p| p.roles.iter().copied())
            .collect();
        all.into_iter().collect()
    }

    /// Who fills a post.
    pub fn holders_of(&self, post: PostId) -> impl Iterator<Item = &Person> {
        listed(&self.holders_of, post).filter_map(|id| self.person(*id))
    }

    /// Whether a post is filled.
    #[must_use]
    pub fn is_filled(&self, post: PostId) -> bool {
        self.holders_of.get(&post).is_some_and(|h| !h.is_empty())
    }

    /// People of a department by rank of post, each once.
    #[must_use]
    pub fn staff_of(&self, dept: DeptId) -> Vec<&Person> {
        let mut seen = BTreeSet::new();
        self.posts_in(dept)
            .flat_map(|post| self.holders_of(post.id))
            .filter(|p| seen.insert(p.id))
            .collect()
    }

    /// The post that heads a department: a filled one before an empty one.
    #[must_use]
    pub fn head_of(&self, dept: DeptId) -> Option<&Post> {
        self.first_with(dept, &[Role::DeptHead, Role::OfficeDirector])
    }

    /// The post that takes what is sent to a department. Where nobody was appointed it is the head's
    /// business, so that nothing sent lies with nobody.
    #[must_use]
    pub fn receiver_of(&self, dept: DeptId) -> Option<&Post> {
        let receiver = self.first_with(dept, &[Role::Receiver, Role::VillageClerk]);
        if receiver.is_some_and(|p| self.is_filled(p.id)) {
            return receiver;
        }
        self.head_of(dept)
            .filter(|p| self.is_filled(p.id))
            .or(receiver)
            .or_else(|| self.head_of(dept))
    }

    fn first_with(&self, dept: DeptId, roles: &[Role]) -> Option<&Post> {
        let fits = |p: &&Post| roles.iter().any(|r| p.has(*r));
        self.posts_in(dept)
            .filter(fits)
            .find(|p| self.is_filled(p.id))
            .or_else(|| self.posts_in(dept).find(fits))
    }

    /// Leaders' posts in charge of a department.
    pub fn leaders_of(&self, dept: DeptId) -> impl Iterator<Item = &Post> {
        listed(&self.leaders_of, dept).filter_map(|id| self.post(*id))
    }

    /// Departments a leader's post is in charge of.
    pub fn charges_of(&self, post: PostId) -> impl Iterator<Item = &Department> {
        listed(&self.charges_of, post).filter_map(|id| self.dept(*id))
    }

    /// Posts with a role, in the order of organs, departments and posts.
    pub fn with_role(&self, role: Role) -> impl Iterator<Item = &Post> {
        self.live_organs
            .iter()
            .flat_map(|o| listed(&self.depts_of, *o))
            .flat_map(|d| self.posts_in(*d))
            .filter(move |p| p.has(role))
    }

    /// Posts with a role in one organ.
    pub fn with_role_in(&self, organ: OrganId, role: Role) -> impl Iterator<Item = &Post> {
        listed(&self.depts_of, organ)
            .flat_map(|d| self.posts_in(*d))
            .filter(move |p| p.has(role))
    }

    /// Whether a person is offered today.
    #[must_use]
    pub fn is_here(&self, person: PersonId) -> bool {
        self.posts_of.contains_key(&person)
    }

    /// Whether a post is offered today.
    #[must_use]
    pub fn is_open_post(&self, post: PostId) -> bool {
        self.holders_of.contains_key(&post)
    }

    /// Whether a department is offered today.
    #[must_use]
    pub fn is_open_dept(&self, dept: DeptId) -> bool {
        self.posts_in.contains_key(&dept)
    }

    /// People of exactly this name today.
    pub fn named(&self, name: &str) -> impl Iterator<Item = &Person> {
        self.by_name
            .get(&text::fold_search(name))
            .into_iter()
            .flatten()
            .filter_map(|id| self.person(*id))
    }

    /// Who has a mobile number, people who left too.
    #[must_use]
    pub fn by_mobile(&self, mobile: &str) -> Option<&Person> {
        self.by_mobile
            .get(&text::phone(mobile))
            .and_then(|id| self.person(*id))
    }

    /// Who has a staff number, people who left too.
    #[must_use]
    pub fn by_staff_no(&self, no: &str) -> Option<&Person> {
        self.by_staff_no
            .get(&text::fold_search(no))
            .and_then(|id| self.person(*id))
    }

    /// 张三（党政办）: a person where the name alone may not be enough.
    #[must_use]
    pub fn title_of(&self, person: PersonId) -> String {
        let name = self.person_name(person);
        match self.dept_of(person) {
            Some(d) => format!("{name}（{}）", d.short_name),
            None => name.to_owned(),
        }
    }
}

/// Successors.
impl Directory {
    /// The department that now does a department's work: itself while open, else along its successors.
    #[must_use]
    pub fn heir_of_dept(&self, dept: DeptId) -> Option<DeptId> {
        let next = |id| self.dept(id).and_then(|d| d.successor);
        walk(dept, |id| self.is_open_dept(id), next)
    }

    /// The post that now does a post's work.
    #[must_use]
    pub fn heir_of_post(&self, post: PostId) -> Option<PostId> {
        let next = |id| self.post(id).and_then(|p| p.successor);
        walk(post, |id| self.is_open_post(id), next)
    }

    /// Closed posts whose open tasks and read rights a post has inherited, all generations.
    #[must_use]
    pub fn forebears_of(&self, post: PostId) -> Vec<PostId> {
        let mut found = BTreeSet::new();
        let mut todo = vec![post];
        while let Some(id) = todo.pop() {
            for earlier in listed(&self.heirs_from, id) {
                if *earlier != post && !self.is_open_post(*earlier) && found.insert(*earlier) {
                    todo.push(*earlier);
                }
            }
        }
        found.into_iter().collect()
    }
}

/// Along successors to the first that is open; a ring of closed ones has none.
fn walk<I: Copy + Eq + Hash + Ord>(
    from: I,
    open: impl Fn(I) -> bool,
    next: impl Fn(I) -> Option<I>,
) -> Option<I> {
    let mut seen = BTreeSet::new();
    let mut at = from;
    while seen.insert(at) {
        if open(at) {
            return Some(at);
        }
        at = next(at)?;
    }
    None
}

fn listed<K: Eq + Hash, V>(map: &HashMap<K, Vec<V>>, key: K) -> std::slice::Iter<'_, V> {
    map.get(&key).map_or(&[][..], Vec::as_slice).iter()
}
