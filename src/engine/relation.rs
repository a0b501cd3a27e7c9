//! Relations (关联): two cases tied by a word, whatever their procedure, year or volume. The case they were made on
//! keeps them, with the number of the other alone; the lists show them from both ends.
//! Invariant: a relation gives nobody a right: of a case that is not the reader's not even the title is told.

use super::case_store;
use super::index_store::find_listed;
use super::relation_store::insert_relation;
use super::run::{Acting, Engine};
use crate::inbox::news::News;
use crate::kit::{Error, Id, Principal, Result, text};
use crate::store::{Receipt, Stamp, Store};

/// Words two cases are usually tied by.
pub const WORDS: [&str; 6] = ["依据", "答复", "同一事项", "转督办", "附带办理", "参考"];
/// Characters of a word at most.
const LONGEST: usize = 12;

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

impl Engine {
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
        let mine: Vec<Principal> = acting.viewer.holds.iter().map(|h| h.principal).collect();
        let who = super::index_store::principals(&mine);
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
