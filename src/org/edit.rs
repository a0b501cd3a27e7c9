//! Changes to who exists: departments, posts, charges and organs; people are in `edit_people.rs`.
//! Each runs inside one hub write, checks the state its editor saw, ends things by date instead of
//! deleting them, and announces `org.changed`, after which the caller reloads the `DirectoryHandle`.

use super::model::{Department, DeptKind, Organ, Post, Seen, Validity};
use super::store::{self, must_be};
use super::{Role, rules};
use crate::kit::{Day, DeptId, Error, FieldErrors, OrganId, PersonId, PostId, Result, since};
use crate::store::Write;
use serde_json::json;
use std::collections::BTreeMap;

pub use super::edit_people::{
    Hold, Move, PersonDraft, add_person, close_person, hold_post, leave_post, move_person,
    reopen_person, set_main_post, set_person,
};

/// Kind of the event that every change here announces.
pub const CHANGED: &str = "org.changed";

/// An organ as typed.
#[derive(Debug, Clone, Default)]
pub struct OrganDraft {
    pub name: String,
    pub short_name: String,
    pub codes: BTreeMap<String, String>,
}

/// A department as typed.
#[derive(Debug, Clone)]
pub struct DeptDraft {
    pub code: String,
    pub name: String,
    /// The name where it is empty.
    pub short_name: String,
    pub kind: DeptKind,
    pub sort: i64,
}

/// A post as typed.
#[derive(Debug, Clone)]
pub struct PostDraft {
    pub name: String,
    pub sort: i64,
    pub roles: Vec<Role>,
}

/// The last day of something, and who takes over.
#[derive(Debug, Clone, Copy)]
pub struct Closing<I> {
    pub last_day: Day,
    pub successor: Option<I>,
}

/// Adds an organ.
pub fn add_organ(w: &mut Write<'_>, draft: &OrganDraft, from: Day) -> Result<OrganId> {
    let mut organ = Organ {
        id: OrganId(0),
        rev: 1,
        name: String::new(),
        short_name: String::new(),
        codes: BTreeMap::new(),
        validity: Validity::since(from),
        successor: None,
    };
    fill_organ(&mut organ, draft)?;
    organ.id = store::insert_organ(w, &organ)?;
    changed(w, "organ", organ.id.0, "add")?;
    Ok(organ.id)
}

/// Renames an organ, changes its codes.
pub fn set_organ(w: &mut Write<'_>, seen: Seen<OrganId>, draft: &OrganDraft) -> Result<()> {
    let mut organ = must_be(store::find_organ(w, seen.id)?)?;
    organ.rev = seen.rev;
    fill_organ(&mut organ, draft)?;
    let hit = store::set_organ(w, &organ)?;
    must_hit(w, hit, "organ", seen.id.0)?;
    changed(w, "organ", seen.id.0, "set")
}

fn fill_organ(organ: &mut Organ, draft: &OrganDraft) -> Result<()> {
    let mut errors = FieldErrors::default();
    organ.name = take(&mut errors, "name", rules::title(&draft.name, "单位名称"));
    organ.short_name = short_of(&draft.short_name, &organ.name);
    organ.codes = draft.codes.clone();
    errors.check(())
}

/// Adds a department.
pub fn add_dept(w: &mut Write<'_>, organ: OrganId, draft: &DeptDraft, from: Day) -> Result<DeptId> {
    must_be(store::find_organ(w, organ)?)?;
    let mut dept = Department {
        id: DeptId(0),
        rev: 1,
        organ,
        code: String::new(),
        name: String::new(),
        short_name: String::new(),
        kind: draft.kind,
        sort: draft.sort,
        validity: Validity::since(from),
        successor: None,
    };
    fill_dept(w, &mut dept, draft)?;
    dept.id = store::insert_department(w, &dept)?;
    changed(w, "department", dept.id.0, "add")?;
    Ok(dept.id)
}

/// Renames a department, changes its code, kind or place. What was printed keeps the old name.
pub fn set_dept(w: &mut Write<'_>, seen: Seen<DeptId>, draft: &DeptDraft) -> Result<()> {
    let mut dept = must_be(store::find_department(w, seen.id)?)?;
    dept.rev = seen.rev;
    dept.kind = draft.kind;
    dept.sort = draft.sort;
    fill_dept(w, &mut dept, draft)?;
    let hit = store::set_department(w, &dept)?;
    must_hit(w, hit, "department", seen.id.0)?;
    changed(w, "department", seen.id.0, "set")
}

fn fill_dept(w: &Write<'_>, dept: &mut Department, draft: &DeptDraft) -> Result<()> {
    let mut errors = FieldErrors::default();
    dept.code = take(&mut errors, "code", rules::code(&draft.code));
    dept.name = take(&mut errors, "name", rules::title(&draft.name, "部门名称"));
    dept.short_name = short_of(&draft.short_name, &dept.name);
    for other in store::list_departments(w, dept.organ)? {
        if other.id == dept.id {
            continue;
        }
        if other.code == dept.code {
            let taken = format!("代码 {} 已由“{}”使用，请换一个", other.code, other.name);
            errors.add("code", taken);
        }
        if other.validity.until.is_none() && other.name == dept.name {
            errors.add("name", format!("已有部门“{}”，请换个名称", other.name));
        }
    }
    errors.check(())
}

/// Closes a department with its posts. The successor's posts of the same name inherit what those left
/// open; a post without a namesake leaves it to the successor's head.
pub fn close_dept(w: &mut Write<'_>, seen: Seen<DeptId>, closing: Closing<DeptId>) -> Result<()> {
    let mut dept = must_be(store::find_department(w, seen.id)?)?;
    check_last_day(dept.validity, closing.last_day)?;
    let heirs = match closing.successor {
        Some(heir) => heir_posts(w, &dept, heir)?,
        None => Vec::new(),
    };
    for mut post in store::list_posts(w, dept.id)? {
        if post.validity.is_over(closing.last_day) {
            continue;
        }
        post.successor = heir_for(&post, &heirs);
        post.validity.until = Some(closing.last_day);
        store::set_post(w, &post)?;
        store::set_post_holdings_end(w, post.id, closing.last_day)?;
    }
    dept.rev = seen.rev;
    dept.validity.until = Some(closing.last_day);
    dept.successor = closing.successor;
    let hit = store::set_department(w, &dept)?;
    must_hit(w, hit, "department", seen.id.0)?;
    changed(w, "department", seen.id.0, "close")
}

fn heir_posts(w: &Write<'_>, dept: &Department, heir: DeptId) -> Result<Vec<Post>> {
    let found = must_be(store::find_department(w, heir)?)?;
    if heir == dept.id || found.organ != dept.organ || found.validity.until.is_some() {
        let why = "接续部门要选本单位另一个没有撤销的部门";
        return Err(Error::invalid("successor", why));
    }
    let mut posts = store::list_posts(w, heir)?;
    posts.retain(|p| p.validity.until.is_none());
    Ok(posts)
}

fn heir_for(post: &Post, heirs: &[Post]) -> Option<PostId> {
    let same_name = heirs.iter().find(|h| h.name == post.name);
    let same_roles = || heirs.iter().find(|h| h.roles == post.roles);
    let head = || heirs.iter().find(|h| h.has(Role::DeptHead));
    same_name
        .or_else(same_roles)
        .or_else(head)
        .or_else(|| heirs.first())
        .map(|h| h.id)
}

/// Adds a post. The same name twice is allowed: three 副镇长 have each their own departments in charge.
pub fn add_post(w: &mut Write<'_>, dept: DeptId, draft: &PostDraft, from: Day) -> Result<PostId> {
    let id = place_post(w, dept, draft, from)?;
    changed(w, "post", id.0, "add")?;
    Ok(id)
}

/// As [`add_post`], announced by the caller.
pub(super) fn place_post(
    w: &Write<'_>,
    dept: DeptId,
    draft: &PostDraft,
    from: Day,
) -> Result<PostId> {
    let found = must_be(store::find_department(w, dept)?)?;
    if found.validity.is_over(from) {
        let why = format!("“{}”已经撤销，不能再设岗位", found.name);
        return Err(Error::invalid("department", why));
    }
    let mut post = Post {
        id: PostId(0),
        rev: 1,
        department: dept,
        name: String::new(),
        sort: draft.sort,
        roles: Vec::new(),
        validity: Validity::since(from),
        successor: None,
    };
    fill_post(&mut post, draft)?;
    store::insert_post(w, &post)
}

/// Renames a post, changes its roles or place.
pub fn set_post(w: &mut Write<'_>, seen: Seen<PostId>, draft: &PostDraft) -> Result<()> {
    let mut post = must_be(store::find_post(w, seen.id)?)?;
    post.rev = seen.rev;
    post.sort = draft.sort;
    fill_post(&mut post, draft)?;
    let hit = store::set_post(w, &post)?;
    must_hit(w, hit, "post", seen.id.0)?;
    changed(w, "post", seen.id.0, "set")
}

fn fill_post(post: &mut Post, draft: &PostDraft) -> Result<()> {
    let mut errors = FieldErrors::default();
    post.name = take(&mut errors, "name", rules::title(&draft.name, "岗位名称"));
    post.roles = draft.roles.clone();
    post.roles.sort_unstable();
    post.roles.dedup();
    if post.roles.is_empty() {
        errors.add("roles", "请至少选一个角色；一般干部选“承办人”");
    }
    errors.check(())
}

/// Closes a post and ends its holdings. Its open tasks and read rights pass to the successor.
pub fn close_post(w: &mut Write<'_>, seen: Seen<PostId>, closing: Closing<PostId>) -> Result<()> {
    let mut post = must_be(store::find_post(w, seen.id)?)?;
    check_last_day(post.validity, closing.last_day)?;
    if let Some(heir) = closing.successor {
        let found = must_be(store::find_post(w, heir)?)?;
        if heir == post.id || found.validity.until.is_some() {
            let why = "接续岗位要选另一个没有撤销的岗位";
            return Err(Error::invalid("successor", why));
        }
    }
    post.rev = seen.rev;
    post.validity.until = Some(closing.last_day);
    post.successor = closing.successor;
    let hit = store::set_post(w, &post)?;
    must_hit(w, hit, "post", seen.id.0)?;
    store::set_post_holdings_end(w, post.id, closing.last_day)?;
    changed(w, "post", seen.id.0, "close")
}

/// Puts a leader's post in charge of exactly these departments.
pub fn set_charges(w: &mut Write<'_>, seen: Seen<PostId>, departments: &[DeptId]) -> Result<()> {
    let post = must_be(store::find_post(w, seen.id)?)?;
    if !departments.is_empty() && !post.roles.iter().any(|r| r.leads()) {
        let why = format!("“{}”不是领导岗位，不能分管部门", post.name);
        return Err(Error::invalid("charges", why));
    }
    for dept in departments {
        must_be(store::find_department(w, *dept)?)?;
    }
    let hit = store::set_post_touched(w, seen)?;
    must_hit(w, hit, "post", seen.id.0)?;
    store::set_charges(w, seen.id, departments)?;
    changed(w, "post", seen.id.0, "charges")
}

/// The value, or its sentence among the errors and an empty value.
pub(super) fn take<T: Default>(
    errors: &mut FieldErrors,
    field: &str,
    checked: Result<T, String>,
) -> T {
    checked.unwrap_or_else(|why| {
        errors.add(field, why);
        T::default()
    })
}

pub(super) fn check_last_day(validity: Validity, last_day: Day) -> Result<()> {
    if validity.until.is_some_and(|u| u < last_day) {
        let why = "这里已经停用，不用再停用一次";
        return Err(Error::invalid("last_day", why));
    }
    Ok(())
}

fn short_of(short: &str, name: &str) -> String {
    let short = crate::kit::text::one_line(short);
    if short.is_empty() {
        name.to_owned()
    } else {
        crate::kit::text::clip(&short, 12)
    }
}

/// Announces the change and names what the audit row is about.
pub(super) fn changed(w: &mut Write<'_>, table: &str, id: i64, what: &str) -> Result<()> {
    w.about(target(table, id));
    w.emit(
        CHANGED,
        None,
        &json!({"table": table, "id": id, "what": what}),
    )
}

fn target(table: &str, id: i64) -> String {
    format!("{table}:{id}")
}

/// A stale form is refused with the name of who was faster.
pub(super) fn must_hit(w: &Write<'_>, hit: usize, table: &str, id: i64) -> Result<()> {
    if hit > 0 {
        return Ok(());
    }
    let last = store::find_last_change(w, &target(table, id))?;
    let told = match last {
        Some((actor, at)) => {
            let who = match actor.strip_prefix("person:").and_then(|id| id.parse().ok()) {
                Some(id) => store::find_person(w, PersonId(id))?.map(|p| p.name),
                None => None,
            };
            let who = who.unwrap_or_else(|| "别人".to_owned());
            format!("已被{who}改过（{}前）", since(at, w.at()))
        }
        None => "已被别人改过".to_owned(),
    };
    Err(Error::Conflict(format!(
        "{told}，您的修改没有保存。请刷新页面，看过新的内容再改"
    )))
}
