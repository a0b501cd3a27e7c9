//! The security log: what was refused, to whom, from where, how often. Counted in memory and written
//! in bulk, so that whoever is refused a thousand times a second writes one row (README decision 17).
//! Invariant: a log line is one event on one line, whatever was typed (S57); no password or token is
//! ever passed in here, and a name nobody has is masked, since it may be a password typed too early.

use crate::kit::text::clip;
use crate::kit::{Millis, Zone};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Different refusals kept until the next write; more are counted together.
const MOST: usize = 2_000;
/// Characters kept of what was asked for.
const LONG: usize = 80;

/// Something that was not done.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Refused {
    /// Kind, by id: `login.wrong`, `denied`, `csrf`.
    pub kind: &'static str,
    /// Who, by name or `person:12`; masked where unknown.
    pub who: String,
    /// The socket's address.
    pub address: String,
    /// What was asked for: an action's id or a path.
    pub what: String,
}

impl Refused {
    /// One refusal, its words made fit for one line.
    #[must_use]
    pub fn new(
        kind: &'static str,
        who: &str,
        address: impl ToString,
        what: impl AsRef<str>,
    ) -> Self {
        Self {
            kind,
            who: encode(who),
            address: address.to_string(),
            what: encode(what.as_ref()),
        }
    }

    /// The line for the log file.
    #[must_use]
    pub fn line(&self) -> String {
        format!(
            "refused kind={} who=\"{}\" address={} what=\"{}\"",
            self.kind, self.who, self.address, self.what
        )
    }
}

/// Makes text fit for one line between quotation marks: control, bidi and invisible characters,
/// quotation marks and backslashes are written as codes, so that nothing can pretend to be another
/// line, and nothing is lost.
#[must_use]
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in clip(text, LONG).chars() {
        if is_plain(c) {
            out.push(c);
        } else {
            out.extend(c.escape_unicode());
        }
    }
    out
}

fn is_plain(c: char) -> bool {
    let hidden = matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
    !(c.is_control() || hidden || matches!(c, '"' | '\\'))
}

/// A name nobody has: its first character and its length.
#[must_use]
pub fn mask(typed: &str) -> String {
    let n = typed.chars().count();
    match typed.chars().next() {
        Some(first) => format!("{first}…（{n} 字，未登记）"),
        None => "（空）".into(),
    }
}

/// One refusal and how often it came, on its way to the hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// Day in the office's zone.
    pub day: String,
    /// What.
    pub refused: Refused,
    /// How often.
    pub times: i64,
    /// Last time.
    pub last_at: Millis,
}

/// One row of the security log, as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// Day in the office's zone.
    pub day: String,
    /// What.
    pub kind: String,
    /// Who.
    pub who: String,
    /// From where.
    pub address: String,
    /// What was asked for.
    pub what: String,
    /// How often.
    pub times: i64,
    /// Last time.
    pub last_at: Millis,
}

/// Counts until the next write.
pub struct Refusals {
    zone: Zone,
    counts: Mutex<HashMap<(String, Refused), (i64, Millis)>>,
}

impl Refusals {
    /// An empty log; `zone` decides when a day ends.
    #[must_use]
    pub fn new(zone: Zone) -> Self {
        Self {
            zone,
            counts: Mutex::default(),
        }
    }

    /// Counts one. True for the first of its kind since the last write: that one goes to the log file.
    pub fn count(&self, refused: Refused, now: Millis) -> bool {
        let mut counts = self.lock();
        let day = self.zone.day(now).to_string();
        let mut key = (day, refused);
        if counts.len() >= MOST && !counts.contains_key(&key) {
            "…".clone_into(&mut key.1.who);
            "…".clone_into(&mut key.1.what);
            "…".clone_into(&mut key.1.address);
        }
        let (times, last) = counts.entry(key).or_insert((0, now));
        *times += 1;
        *last = (*last).max(now);
        *times == 1
    }

    /// Takes what has to be written; [`Self::give_back`] it where the write fails.
    #[must_use]
    pub fn take(&self) -> Vec<Tally> {
        let counts = std::mem::take(&mut *self.lock());
        counts
            .into_iter()
            .map(|((day, refused), (times, last_at))| Tally {
                day,
                refused,
                times,
                last_at,
            })
            .collect()
    }

    /// The write failed: the next one carries them.
    pub fn give_back(&self, rows: Vec<Tally>) {
        let mut counts = self.lock();
        for row in rows {
            let slot = counts
                .entry((row.day, row.refused))
                .or_insert((0, row.last_at));
            slot.0 += row.times;
            slot.1 = slot.1.max(row.last_at);
        }
    }

    /// How often something was refused since the last write.
    #[must_use]
    pub fn waiting(&self) -> i64 {
        self.lock().values().map(|(times, _)| times).sum()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(String, Refused), (i64, Millis)>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Millis = Millis(1_800_000_000_000);

    #[test]
    fn s57_one_event_is_one_line() {
        let bad = "admin\r\nrefused kind=login.ok who=\"root\"\u{1b}[31m\u{202e}\u{200b}\u{2028}";
        let line = Refused::new("login.wrong", bad, "192.168.1.8", "a\\b\tc").line();
        assert_eq!(line.lines().count(), 1);
        assert!(!line.contains(['\u{1b}', '\u{202e}', '\u{200b}', '\u{2028}', '\t']));
        assert!(line.contains("\\u{d}\\u{a}refused"), "{line}");
        assert_eq!(line.matches('"').count(), 4, "{line}");
        assert!(Refused::new("x", &"长".repeat(9999), "a", "").who.len() < 400);
        assert_eq!(encode("王建国 2026"), "王建国 2026");
    }

    #[test]
    fn a_thousand_refusals_are_one_row() {
        let log = Refusals::new(Zone::default());
        let one = Refused::new("denied", "person:7", "192.168.1.8", "account.admin");
        assert!(log.count(one.clone(), NOON));
        for n in 1..1000 {
            assert!(!log.count(one.clone(), Millis(NOON.0 + n)));
        }
        let rows = log.take();
        assert_eq!(rows.len(), 1);
        let row = rows.first().map(|r| (r.times, r.last_at));
        assert_eq!(row, Some((1000, Millis(NOON.0 + 999))));
        assert!(log.take().is_empty());
    }

    #[test]
    fn a_flood_of_different_refusals_does_not_fill_the_memory() {
        let log = Refusals::new(Zone::default());
        for n in 0..10_000 {
            log.count(Refused::new("404", &n.to_string(), "a", "b"), NOON);
        }
        assert_eq!(log.waiting(), 10_000);
        assert!(log.take().len() <= MOST + 1);
    }

    #[test]
    fn an_unknown_name_is_masked() {
        assert_eq!(mask("mySecret9"), "m…（9 字，未登记）");
        assert_eq!(mask(""), "（空）");
    }
}
