//! Slips with one-time passwords (U68): printed or read out by the administrator, changed at the first
//! log-in, worthless after thirty days or once another was issued (S30). Making one ends all sessions.
//! Invariant: the words exist in the answer to this request only; the hub keeps their hash.

use super::entry::Access;
use super::token::Chance;
use super::{AdminRole, Allowed, Permit, Place, account_store, action};
use crate::kit::{Error, Millis, PersonId, Result, text};
use crate::org::Directory;

/// No two of these look or sound alike on paper: no 0 O D Q, 1 I L, 2 Z, 5 S, 6 G, 8 B, U V.
const ALPHABET: &[u8; 20] = b"ACEFHJKMNPRTWXY34679";
/// Characters of a one-time password: 43 bits, behind a lock after five tries.
pub(super) const LENGTH: usize = 10;
/// For how long it opens: 30 days.
pub const OPEN_MS: i64 = 30 * 86_400_000;
/// Slips written in one transaction.
const BATCH: usize = 200;

action!(
    /// Making accounts and giving people a way back in.
    pub IssueSlips,
    "account.slip",
    "发放一次性密码",
    Allowed::Admins(&[AdminRole::System]),
    Place::ServerOrHttps,
);

/// One slip, to be shown or printed once.
#[derive(Clone, PartialEq, Eq)]
pub struct Slip {
    /// For whom.
    pub person: PersonId,
    /// The one-time password, in two groups of five.
    pub words: String,
    /// Until when it opens.
    pub until: Millis,
}

impl std::fmt::Debug for Slip {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Slip({})", self.person)
    }
}

/// A one-time password as it is hashed: case, width, spaces and hyphens do not matter.
#[must_use]
pub(super) fn fold(typed: &str) -> String {
    text::fold(typed)
        .to_uppercase()
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .collect()
}

pub(super) fn words(chance: &Chance) -> Result<String> {
    let mut out = String::with_capacity(LENGTH + 1);
    while out.len() < LENGTH {
        // 240 is the largest multiple of 20 in a byte: above it some letters would come more often
        for b in chance.bytes::<16>()?.into_iter().filter(|b| *b < 240) {
            if out.len() < LENGTH
                && let Some(letter) = ALPHABET.get(usize::from(b) % ALPHABET.len())
            {
                out.push(char::from(*letter));
            }
        }
    }
    out.insert(LENGTH / 2, '-');
    Ok(out)
}

impl Access {
    /// Makes or re-makes the accounts of these people. About 50 ms each, behind those who log in.
    pub fn issue_slips(
        &self,
        permit: &Permit<IssueSlips>,
        directory: &Directory,
        people: &[PersonId],
    ) -> Result<Vec<Slip>> {
        if let Some(gone) = people.iter().find(|p| !directory.is_here(**p)) {
            let name = directory.person_name(*gone);
            return Err(Error::Denied(format!(
                "{name}不在现任人员中，请先在人员页恢复，再发放一次性密码"
            )));
        }
        let mut slips = Vec::with_capacity(people.len());
        for batch in people.chunks(BATCH) {
            slips.extend(self.issue_batch(permit, batch)?);
        }
        Ok(slips)
    }

    fn issue_batch(&self, permit: &Permit<IssueSlips>, people: &[PersonId]) -> Result<Vec<Slip>> {
        let until = Millis(permit.at().0 + OPEN_MS);
        let mut slips = Vec::with_capacity(people.len());
        let mut rows = Vec::with_capacity(people.len());
        for person in people {
            let words = words(&self.inner.chance)?;
            rows.push((*person, self.inner.hasher.hash_in_bulk(&fold(&words))?));
            slips.push(Slip {
                person: *person,
                words,
                until,
            });
        }
        let ids: Vec<String> = people.iter().map(PersonId::to_string).collect();
        let mut stamp = permit.stamp_on(ids.join(" "));
        // the answer is never repeated: a repeat makes new words, and its slips are the ones that open
        stamp.op = String::new();
        self.inner.change(stamp, people.to_vec(), move |w| {
            w.note(format!("发放一次性密码 {} 张", rows.len()));
            for (person, phc) in &rows {
                account_store::insert_slip(w, *person, phc, until)?;
            }
            Ok(())
        })?;
        let mut limiter = self.inner.limiter();
        for person in people {
            limiter.unlock(*person);
        }
        Ok(slips)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn words_are_long_readable_and_different() {
        let chance = Chance::System;
        let seen: HashSet<String> = (0..2000).map(|_| words(&chance).unwrap()).collect();
        assert_eq!(seen.len(), 2000);
        for w in &seen {
            assert_eq!(w.len(), LENGTH + 1);
            assert!(!w.contains(['0', 'O', '1', 'I', 'L', '2', 'Z', '5', 'S', '8', 'B']));
        }
        let letters: HashSet<char> = seen.iter().flat_map(|w| w.chars()).collect();
        assert_eq!(letters.len(), ALPHABET.len() + 1);
    }

    #[test]
    fn typed_as_people_type_it() {
        for typed in [
            "ACEFH-JKMNP",
            "acefhjkmnp",
            " acefh jkmnp ",
            "ＡＣＥＦＨ－ＪＫＭＮＰ",
        ] {
            assert_eq!(fold(typed), "ACEFHJKMNP");
        }
    }
}
