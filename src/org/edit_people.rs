//! Changes to people and to the posts they hold. A holding has no state number of its own: every change
//! of somebody's posts counts as a change of the person. Days: a post left has a last day, the next one
//! begins on its first. Not for many people at once (`import.rs`).

use super::edit::{changed, check_last_day, must_hit, take};
use super::model::{Holding, Person, Seen, Validity, Weight};
use super::rules;
use super::store::{self, must_be};
use crate::kit::{Day, Error, FieldErrors, PersonId, PostId, Result, name_keys};
use crate::store::Write;

/// A person as typed.
#[derive(Debug, Clone, Default)]
pub struct PersonDraft {
    pub name: String,
    pub mobile: String,
    pub staff_no: String,
    pub sort: i64,
}

/// A post somebody takes.
#[derive(Debug, Clone, Copy)]
pub struct Hold {
    pub post: PostId,
    pub weight: Weight,
    pub from: Day,
}

/// From one post to another; the old one ends the day before.
#[derive(Debug, Clone, Copy)]
pub struct Move {
    pub from: PostId,
    pub to: PostId,
    pub first_day: Day,
}

/// Adds a person, without posts.
pub fn add_person(w: &mut Write<'_>, draft: &PersonDraft, from: Day) -> Result<PersonId> {
    let id = place_person(w, draft, from)?;
    changed(w, "person", id.0, "add")?;
    Ok(id)
}

/// As [`add_person`], announced by the caller.
pub(super) fn place_person(w: &Write<'_>, draft: &PersonDraft, from: Day) -> Result<PersonId> {
    let mut person = Person {
        id: PersonId(0),
        rev: 1,
        name: String::new(),
        keys: name_keys(""),
        mobile: None,
        staff_no: None,
        sort: 0,
        validity: Validity::since(from),
    };
    fill_person(w, &mut person, draft)?;
    store::insert_person(w, &person)
}

/// Changes name, numbers or place.
pub fn set_person(w: &mut Write<'_>, seen: Seen<PersonId>, draft: &PersonDraft) -> Result<()> {
    let mut person = must_be(store::find_person(w, seen.id)?)?;
    person.rev = seen.rev;
    fill_person(w, &mut person, draft)?;
    let hit = store::set_person(w, &person)?;
    must_hit(w, hit, "person", seen.id.0)?;
    changed(w, "person", seen.id.0, "set")
}

pub(super) fn fill_person(w: &Write<'_>, person: &mut Person, draft: &PersonDraft) -> Result<()> {
    let mut errors = FieldErrors::default();
    person.name = take(&mut errors, "name", rules::person_name(&draft.name));
    person.keys = name_keys(&person.name);
    person.mobile = take(&mut errors, "mobile", rules::mobile(&draft.mobile));
    person.staff_no = take(&mut errors, "staff_no", rules::staff_no(&draft.staff_no));
    person.sort = draft.sort;
    if let Some(mobile) = &person.mobile
        && let Some(other) = store::find_person_by_mobile(w, mobile)?
        && other.id != person.id
    {
        let why = format!("手机 {mobile} 已登记给{}，请核对", other.name);
        errors.add("mobile", why);
    }
    if let Some(no) = &person.staff_no
        && let Some(other) = store::find_person_by_staff_no(w, no)?
        && other.id != person.id
    {
        let why = format!("工号 {no} 已登记给{}，请核对", other.name);
        errors.add("staff_no", why);
    }
    errors.check(())
}

/// Somebody leaves the office: no longer offered, the name still resolves.
/// Number and account stay; `access` ends the sessions.
pub fn close_person(w: &mut Write<'_>, seen: Seen<PersonId>, last_day: Day) -> Result<()> {
    let mut person = must_be(store::find_person(w, seen.id)?)?;
    check_last_day(person.validity, last_day)?;
    person.rev = seen.rev;
    person.validity.until = Some(last_day);
    let hit = store::set_person(w, &person)?;
    must_hit(w, hit, "person", seen.id.0)?;
    store::set_person_holdings_end(w, seen.id, last_day)?;
    changed(w, "person", seen.id.0, "close")
}

/// Somebody comes back: offered again, without the posts of before.
pub fn reopen_person(w: &mut Write<'_>, seen: Seen<PersonId>) -> Result<()> {
    let mut person = must_be(store::find_person(w, seen.id)?)?;
    person.rev = seen.rev;
    person.validity.until = None;
    let hit = store::set_person(w, &person)?;
    must_hit(w, hit, "person", seen.id.0)?;
    changed(w, "person", seen.id.0, "reopen")
}

/// Gives somebody one more post. The first post is the main one whatever was asked.
pub fn hold_post(w: &mut Write<'_>, seen: Seen<PersonId>, hold: Hold) -> Result<()> {
    touch(w, seen)?;
    let held = open_holdings(w, seen.id, hold.from)?;
    begin(w, seen.id, &held, hold)?;
    changed(w, "person", seen.id.0, "hold")
}

/// Ends one post of somebody's. Where it was the main one, the next becomes it.
pub fn leave_post(
    w: &mut Write<'_>,
    seen: Seen<PersonId>,
    post: PostId,
    last_day: Day,
) -> Result<()> {
    touch(w, seen)?;
    let held = open_holdings(w, seen.id, last_day)?;
    let left = end(w, &held, post, last_day)?;
    let next = held.iter().find(|h| h.post != post);
    if let (Weight::Main, Some(next)) = (left.weight, next) {
        store::set_holding_weight(w, next.id, Weight::Main)?;
    }
    changed(w, "person", seen.id.0, "leave")
}

/// Moves somebody from one post to another; it stays the main one if it was.
pub fn move_person(w: &mut Write<'_>, seen: Seen<PersonId>, step: Move) -> Result<()> {
    touch(w, seen)?;
    let last_day = step.first_day.plus_days(-1);
    let held = open_holdings(w, seen.id, last_day)?;
    let left = end(w, &held, step.from, last_day)?;
    let rest: Vec<Holding> = held.into_iter().filter(|h| h.id != left.id).collect();
    let hold = Hold {
        post: step.to,
        weight: left.weight,
        from: step.first_day,
    };
    begin(w, seen.id, &rest, hold)?;
    changed(w, "person", seen.id.0, "move")
}

/// Makes one of somebody's posts the main one.
pub fn set_main_post(w: &mut Write<'_>, seen: Seen<PersonId>, post: PostId) -> Result<()> {
    touch(w, seen)?;
    let held = store::list_holdings(w, seen.id)?;
    if !held
        .iter()
        .any(|h| h.post == post && h.validity.until.is_none())
    {
        return Err(Error::invalid(
            "post",
            "这个人现在不在这个岗位上，请重新选择",
        ));
    }
    make_main(w, &held, post)?;
    changed(w, "person", seen.id.0, "main")
}

pub(super) fn make_main(w: &Write<'_>, held: &[Holding], post: PostId) -> Result<()> {
    for h in held.iter().filter(|h| h.validity.until.is_none()) {
        let weight = if h.post == post {
            Weight::Main
        } else {
            Weight::Side
        };
        if h.weight != weight {
            store::set_holding_weight(w, h.id, weight)?;
        }
    }
    Ok(())
}

fn touch(w: &Write<'_>, seen: Seen<PersonId>) -> Result<()> {
    let hit = store::set_person_touched(w, seen)?;
    must_hit(w, hit, "person", seen.id.0)
}

/// Posts held on a day or to be held later.
pub(super) fn open_holdings(w: &Write<'_>, person: PersonId, day: Day) -> Result<Vec<Holding>> {
    let mut held = store::list_holdings(w, person)?;
    held.retain(|h| !h.validity.is_over(day));
    Ok(held)
}

/// Begins a post, beside those held already.
pub(super) fn begin(w: &Write<'_>, person: PersonId, held: &[Holding], hold: Hold) -> Result<()> {
    let post = must_be(store::find_post(w, hold.post)?)?;
    if post.validity.is_over(hold.from) {
        let why = format!("岗位“{}”已经撤销，请选别的岗位", post.name);
        return Err(Error::invalid("post", why));
    }
    if held.iter().any(|h| h.post == hold.post) {
        let why = format!("已经在岗位“{}”上，不用再加", post.name);
        return Err(Error::invalid("post", why));
    }
    let weight = if held.is_empty() {
        Weight::Main
    } else {
        hold.weight
    };
    if weight == Weight::Main {
        for h in held.iter().filter(|h| h.weight == Weight::Main) {
            store::set_holding_weight(w, h.id, Weight::Side)?;
        }
    }
    let holding = Holding {
        id: 0,
        person,
        post: hold.post,
        weight,
        validity: Validity::since(hold.from),
    };
    store::insert_holding(w, &holding)?;
    Ok(())
}

fn end(w: &Write<'_>, held: &[Holding], post: PostId, last_day: Day) -> Result<Holding> {
    let Some(left) = held.iter().find(|h| h.post == post) else {
        let why = "这个人现在不在这个岗位上，请重新选择";
        return Err(Error::invalid("post", why));
    };
    store::set_holding_end(w, left.id, last_day)?;
    Ok(*left)
}
