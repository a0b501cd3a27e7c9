//! Side talk (旁议): what people of a case say to each other beside it. It moves nothing, is printed nowhere, stands
//! in no ledger, and goes wherever the case goes. Not here: how those spoken to hear of it (`inbox`).
//! Invariant: only who may see the case speaks and is spoken to; the audit row of each carries the digest of its
//! words (`verify` asks for it), so nothing said is changed or taken back.

use super::case::CaseState;
use super::case_store;
use super::run::{Acting, Engine};
use super::talk_store;
use crate::inbox::news::{Kind, News};
use crate::kit::{Digest, Error, Id, Millis, PersonId, Principal, Result, text};
use crate::store::{Receipt, Stamp, Store};

/// Characters of one remark at most.
const LONGEST: usize = 1000;

/// One remark.
#[derive(Debug, Clone)]
pub struct Remark {
    pub id: Id,
    pub person: PersonId,
    pub name: String,
    pub dept: String,
    pub text: String,
    pub at: Millis,
}

/// To whom something is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum To {
    /// To nobody in particular: it stands there.
    Nobody,
    /// To these; whoever does not take part is passed over.
    These(Vec<Principal>),
    /// To all who take part.
    All,
}

/// Who takes part: whoever had or has work on it or began it, and may see it by his own grant.
#[must_use]
pub fn parties(case: &CaseState, grants: &[(Principal, String)]) -> Vec<Principal> {
    let starter = Principal::Person(case.starter);
    let takes = |p: Principal| p == starter || case.tasks.iter().any(|t| t.holder == p);
    let mut all: Vec<Principal> = Vec::new();
    for (p, _) in grants {
        let one = matches!(p, Principal::Person(_) | Principal::Post(_));
        if one && takes(*p) && !all.contains(p) {
            all.push(*p);
        }
    }
    all
}

/// What the audit row says of a remark; `verify` reckons the same from plain rows.
fn seal(id: Id, person: PersonId, words: &str) -> String {
    let parts = [id.raw().to_string(), person.0.to_string(), words.to_owned()];
    let parts: Vec<&[u8]> = parts.iter().map(String::as_bytes).collect();
    Digest::of_parts(&parts).hex()
}

impl Engine {
    /// Says something beside a case.
    ///
    /// # Errors
    /// Not found where the case is not this person's; Invalid where nothing or too much is said.
    pub fn talk(
        &self,
        store: &Store,
        stamp: Stamp,
        acting: &Acting,
        (case, typed, to): (Id, &str, To),
    ) -> Result<Receipt<()>> {
        let words = text::many_lines(typed);
        let words = words.trim().to_owned();
        match words.chars().count() {
            0 => return Err(Error::invalid("talk", "请先写要说的话")),
            n if n > LONGEST => {
                let why = format!("一次最多说 {LONGEST} 个字，现在是 {n} 个字，请分几次说");
                return Err(Error::invalid("talk", why));
            }
            _ => {}
        }
        let (by, acting) = (acting.signature.clone(), acting.clone());
        store.write(case.shelf(), stamp, move |w| {
            let grants = case_store::list_grants(w, case)?;
            let stored = case_store::find_case(w, case)?;
            let mine = acting.principals_in(&stored.head.procedure);
            if !grants.iter().any(|(p, _)| mine.contains(p)) {
                return Err(Error::NotFound);
            }
            let parties = parties(&stored.state, &grants);
            let told: Vec<Principal> = match to {
                To::Nobody => Vec::new(),
                To::These(chosen) => parties.into_iter().filter(|p| chosen.contains(p)).collect(),
                To::All => parties,
            };
            let id = w.next_id();
            talk_store::insert_talk(w, (id, case), &by, &words)?;
            w.about(case);
            w.note(seal(id, by.person, &words));
            let head = &stored.head;
            let mut news = News::of(by.person, &head.title, head.number.as_deref(), 0);
            for p in told {
                news.tell(p, Kind::Talk, &format!("在旁议里说：{words}"), None);
            }
            w.emit("case.talked", Some(case), &news)
        })
    }
}
