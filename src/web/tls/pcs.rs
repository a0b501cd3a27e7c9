//! Which PCs of the office trust our certificates (信任检测, trust-and-ux H2). A page over plain HTTP carries a hidden image
//! with an encrypted address; a browser that fetched it trusts us. A PC is a browser with our cookie, an address, and
//! the name of who was logged in last. Observed like the last use of a session: in memory, written in bulk.
//! Invariant: the list is bounded, and only a cookie that came back makes a row.

use crate::kit::Millis;
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A PC that nobody used for so long is none of the office's any more: 30 days.
pub const LATELY_MS: i64 = 30 * 86_400_000;
/// More are not counted; the one unused longest goes.
const MOST: usize = 2_000;
/// A PC that trusts us is asked again after a week, one that does not after ten minutes.
const ASK_TRUSTING_MS: i64 = 7 * 86_400_000;
const ASK_MS: i64 = 600_000;
/// A use is worth writing once it moved by this much.
const WORTH_MS: i64 = 3_600_000;

/// One PC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pc {
    /// Its cookie.
    pub id: String,
    /// From where it came last.
    pub address: String,
    /// Who was logged in last.
    pub name: String,
    /// When.
    pub seen: Millis,
    /// When it last showed that it trusts us.
    pub trusts: Option<Millis>,
    #[serde(skip)]
    asked: Option<Millis>,
}

/// Somebody's use of a PC.
#[derive(Debug, Clone, Copy)]
pub struct Use<'a> {
    /// From where.
    pub address: &'a str,
    /// Who.
    pub name: &'a str,
    /// When.
    pub at: Millis,
}

/// All of them.
#[derive(Debug, Default)]
pub struct Pcs {
    all: Mutex<Vec<Pc>>,
    changed: AtomicBool,
}

impl Pcs {
    /// As kept; what cannot be read is begun anew.
    pub(super) fn of(kept: &str) -> Self {
        Self {
            all: Mutex::new(serde_json::from_str(kept).unwrap_or_default()),
            changed: AtomicBool::new(false),
        }
    }

    /// A page over plain HTTP.
    pub(in crate::web) fn seen(&self, id: &str, used: Use<'_>) {
        let mut all = self.lock();
        let worth = note(&mut all, id, used);
        self.changed.fetch_or(worth, Ordering::Relaxed);
    }

    /// A page over HTTPS: whoever logs in there trusts us. Without a cookie it may be a PC known by its address and
    /// person; the cookie it is to have comes back.
    pub(in crate::web) fn trusting(&self, id: Option<&str>, used: Use<'_>, fresh: &str) -> String {
        let mut all = self.lock();
        let same = |pc: &&Pc| pc.address == used.address && pc.name == used.name;
        let id = match id {
            Some(id) => id.to_owned(),
            None => all
                .iter()
                .find(same)
                .map_or_else(|| fresh.to_owned(), |pc| pc.id.clone()),
        };
        let mut worth = note(&mut all, &id, used);
        worth |= trust(&mut all, &id, used.at);
        self.changed.fetch_or(worth, Ordering::Relaxed);
        id
    }

    /// The hidden image was fetched: nothing but a browser with this cookie knows the id.
    pub fn fetched(&self, id: &str, at: Millis) {
        let worth = trust(&mut self.lock(), id, at);
        self.changed.fetch_or(worth, Ordering::Relaxed);
    }

    /// Whether this page carries the image.
    pub(in crate::web) fn ask(&self, id: &str, now: Millis) -> bool {
        let mut all = self.lock();
        let Some(pc) = all.iter_mut().find(|pc| pc.id == id) else {
            return false;
        };
        let trusting = pc.trusts.is_some_and(|at| now.0 - at.0 < ASK_TRUSTING_MS);
        let asked = pc.asked.is_some_and(|at| now.0 - at.0 < ASK_MS);
        if trusting || asked {
            return false;
        }
        pc.asked = Some(now);
        true
    }

    /// PCs used lately: those that do not trust us first, the last used first among them.
    #[must_use]
    pub fn lately(&self, now: Millis) -> Vec<Pc> {
        let mut some: Vec<Pc> = self
            .lock()
            .iter()
            .filter(|pc| now.0 - pc.seen.0 < LATELY_MS)
            .cloned()
            .collect();
        some.sort_by_key(|pc| (pc.trusts.is_some(), std::cmp::Reverse(pc.seen)));
        some
    }

    /// What is to be written, once.
    pub(super) fn take_changed(&self) -> Option<String> {
        if !self.changed.swap(false, Ordering::Relaxed) {
            return None;
        }
        serde_json::to_string(&*self.lock()).ok()
    }

    /// The write failed: the next one carries it.
    pub(super) fn give_back(&self) {
        self.changed.store(true, Ordering::Relaxed);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Pc>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether it is worth writing.
fn note(all: &mut Vec<Pc>, id: &str, used: Use<'_>) -> bool {
    if let Some(pc) = all.iter_mut().find(|pc| pc.id == id) {
        let worth =
            pc.address != used.address || pc.name != used.name || used.at.0 - pc.seen.0 >= WORTH_MS;
        if worth {
            used.address.clone_into(&mut pc.address);
            used.name.clone_into(&mut pc.name);
            pc.seen = used.at;
        }
        return worth;
    }
    all.retain(|pc| used.at.0 - pc.seen.0 < 2 * LATELY_MS);
    if all.len() >= MOST
        && let Some((oldest, _)) = all.iter().enumerate().min_by_key(|(_, pc)| pc.seen)
    {
        all.swap_remove(oldest);
    }
    all.push(Pc {
        id: id.to_owned(),
        address: used.address.to_owned(),
        name: used.name.to_owned(),
        seen: used.at,
        trusts: None,
        asked: None,
    });
    true
}

fn trust(all: &mut [Pc], id: &str, at: Millis) -> bool {
    let Some(pc) = all.iter_mut().find(|pc| pc.id == id) else {
        return false;
    };
    let worth = pc.trusts.is_none_or(|before| at.0 - before.0 >= WORTH_MS);
    if worth {
        pc.trusts = Some(at);
    }
    worth
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const NOON: Millis = Millis(1_800_000_000_000);

    fn used(address: &'static str, name: &'static str, at: i64) -> Use<'static> {
        Use {
            address,
            name,
            at: Millis(NOON.0 + at),
        }
    }

    #[test]
    fn a_pc_is_asked_until_it_trusts() {
        let pcs = Pcs::default();
        assert!(!pcs.ask("a", NOON), "nobody knows it");
        pcs.seen("a", used("192.168.1.8", "宋小笺", 0));
        assert!(pcs.ask("a", NOON));
        assert!(!pcs.ask("a", Millis(NOON.0 + 1000)), "asked just now");
        assert!(pcs.ask("a", Millis(NOON.0 + ASK_MS)));
        pcs.fetched("a", Millis(NOON.0 + ASK_MS));
        assert!(!pcs.ask("a", Millis(NOON.0 + 3 * ASK_MS)));
        pcs.fetched("stranger", NOON);
        assert_eq!(pcs.lately(NOON).len(), 1);
    }

    #[test]
    fn a_pc_that_went_over_to_https_is_the_same_one() {
        let pcs = Pcs::default();
        pcs.seen("a", used("192.168.1.8", "宋小笺", 0));
        pcs.seen("b", used("192.168.1.9", "苏简", 1));
        let id = pcs.trusting(None, used("192.168.1.8", "宋小笺", 2), "fresh");
        assert_eq!(id, "a");
        assert_eq!(
            pcs.trusting(None, used("192.168.1.7", "田丰收", 3), "fresh"),
            "fresh"
        );
        let all = pcs.lately(NOON);
        assert_eq!(all.len(), 3);
        assert_eq!(
            all.first().unwrap().id,
            "b",
            "who does not trust us stands first"
        );
        let late = Millis(NOON.0 + LATELY_MS + 10);
        assert!(pcs.lately(late).is_empty());
        let kept = pcs.take_changed().unwrap();
        assert!(pcs.take_changed().is_none());
        assert_eq!(Pcs::of(&kept).lately(NOON), {
            let mut all = pcs.lately(NOON);
            all.iter_mut().for_each(|pc| pc.asked = None);
            all
        });
    }

    #[test]
    fn the_list_does_not_grow_for_ever() {
        let pcs = Pcs::default();
        for n in 0..MOST + 5 {
            pcs.seen(
                &n.to_string(),
                used("192.168.1.8", "宋小笺", i64::try_from(n).unwrap()),
            );
        }
        let all = pcs.lately(NOON);
        assert_eq!(all.len(), MOST);
        assert!(all.iter().all(|pc| pc.id != "0"), "the oldest went");
    }
}
