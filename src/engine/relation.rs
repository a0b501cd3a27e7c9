//! Relations (关联): two cases tied by a word, whatever their procedure, year or volume. The case they were made on
//! keeps them, with the number of the other alone; the lists show them from both ends. A wrong one is taken back with a
//! reason, on the case it was made on, by whoever made it or has work there.
//! Invariant: a relation gives nobody a right: of a case that is not the reader's not even the title is told.

use super::case_store;
use super::index_store::find_listed;
use super::relation_store::{Made, insert_relation, insert_turn, is_held_by, list_made};
use super::run::{Acting, Engine};
use crate::inbox::news::News;
use crate::kit::{Error, Id, Principal, Result, text};
use crate::store::{Receipt, Stamp, Store};

/// Words two cases are usually tied by.
pub const WORDS: [&str; 6] = ["依据", "答复", "同一事项", "转督办", "附带办理", "参考"];
/// Characters of a word at most.
const LONGEST: usize = 12;
/// Characters of the reason for taking one back.
const LONGEST_WHY: usize = 100;

/// The word as it is kept.
fn read_word(typed: &str) -> Result<String> {
    let word = text::one_line(typed);
    match word.chars().count() {
        0 => Err(Error::invalid(
            "word",
            "请写明两件是什么关系，例如 依据、答复",
        )),
        n if n > LONGEST => Err(Error::invalid(
            "word",
            format!("关系最多写 {LONGEST} 个字，例如 依据"),
        )),
        _ => Ok(word),
    }
}

/// The reason as it is kept.
fn read_why(typed: &str) -> Result<String> {
    let why = text::one_line(typed);
    match why.chars().count() {
        0 => Err(Error::invalid("why", "请写明为什么撤回，例如 选错了件")),
        n if n > LONGEST_WHY => Err(Error::invalid(
            "why",
            format!("理由最多写 {LONGEST_WHY} 个字"),
        )),
        _ => Ok(why),
    }
}

/// A relation that stands, as its case says it.
///
/// # Errors
/// Not found where the case never said it; Conflict where it was taken back.
pub fn standing(made: Vec<Made>, relation: Id) -> Result<Made> {
    let one = made.into_iter().find(|m| m.id == relation);
    let one = one.ok_or(Error::NotFound)?;
    match &one.gone {
        Some(g) => Err(Error::Conflict(format!("这个关联已经由{}撤回了", g.name))),
        None => Ok(one),
    }
}

/// What the person stands for on a case: of somebody he stands in for in some procedures only, on no other.
fn principals(store: &Store, acting: &Acting, case: Id) -> Result<Vec<Principal>> {
    let read = store.shelf(case.shelf())?;
    let procedure = case_store::find_procedure(&read, case)?;
    Ok(acting.principals_in(&procedure.ok_or(Error::NotFound)?))
}

impl Engine {
    /// Takes a relation back.
    ///
    /// # Errors
    /// Not found where the case or the relation is not this person's to see; Denied to who neither made it nor has work
    /// on the case; Conflict where somebody was faster; Invalid without a reason.
    pub fn part(
        &self,
        store: &Store,
        stamp: Stamp,
        acting: &Acting,
        (case, relation, typed): (Id, Id, &str),
    ) -> Result<Receipt<()>> {
        let why = read_why(typed)?;
        let mine = principals(store, acting, case)?;
        let by = acting.signature.clone();
        store.write(case.shelf(), stamp, move |w| {
            let grants = case_store::list_grants(w, case)?;
            if !grants.iter().any(|(p, _)| mine.contains(p)) {
                return Err(Error::NotFound);
            }
            let one = standing(list_made(w, case)?, relation)?;
            let who = super::index_store::principals(&mine);
            if one.person != by.person && !is_held_by(w, case, &who)? {
                let maker = one.name;
                return Err(Error::Denied(format!(
                    "这个关联是{maker}标的：请{maker}撤回，或者由正在办这一件的人撤回"
                )));
            }
            insert_turn(w, (case, relation), Some(&why), (by.person, &by.name))?;
            w.about(case);
            w.note(format!("撤回关联“{}”：{why}", one.word));
            w.emit("case.related", Some(case), &News::default())
        })
    }

    /// Ties two cases this person may both see.
    ///
    /// # Errors
    /// Not found where one of them is not this person's; Invalid with what is missing; Conflict where they are
    /// tied so already.
    pub fn relate(
        &self,
        store: &Store,
        stamp: Stamp,
        acting: &Acting,
        (case, other, typed): (Id, Id, &str),
    ) -> Result<Receipt<()>> {
        let word = read_word(typed)?;
        if case == other {
            return Err(Error::invalid("other", "请选另外一件，一件不能和自己关联"));
        }
        let mine = principals(store, acting, case)?;
        let theirs = principals(store, acting, other)?;
        let who = super::index_store::principals(&theirs);
        if find_listed(&store.index()?, other, &who)?.is_none() {
            return Err(Error::NotFound);
        }
        let by = acting.signature.clone();
        store.write(case.shelf(), stamp, move |w| {
            let grants = case_store::list_grants(w, case)?;
            if !grants.iter().any(|(p, _)| mine.contains(p)) {
                return Err(Error::NotFound);
            }
            insert_relation(w, (case, other), &word, (by.person, &by.name))?;
            w.about(case);
            w.emit("case.related", Some(case), &News::default())
        })
    }
}
