//! The story: every paper's acts with their times, all in one order. The same now gives the same story.
//! Not here: what the papers say (`papers`, `reading`) and which acts they take (`road`).

use super::deed::{Deed, Letter, What, Wish};
use super::hours::Hours;
use super::{everyday, outgoing, papers, reading, road, sealed, year};

/// Anything else gives another, equally believable office.
pub(super) const SEED: u64 = 20_260_309;

/// One paper's acts: minutes after the one before, by whom, what.
pub(super) struct Tale {
    /// Who begins it.
    pub by: &'static str,
    pub head: Letter,
    /// Working minutes since it came.
    pub ago: i64,
    pub first: Wish,
    pub acts: Vec<(i64, &'static str, Wish)>,
    /// Who has looked at what lies with them now.
    pub looked: Vec<&'static str>,
}

/// A paper is looked at so long before it is dealt with.
const LOOK: i64 = 12;
/// What came within the last two hours lies unopened.
const FRESH: i64 = 120;

/// All acts, the oldest first.
pub(super) fn all(hours: &Hours<'_>) -> Vec<Deed> {
    let handled = papers::ALL.iter().map(|p| road::of(p.into()));
    let read = reading::ALL.iter().map(|i| reading::of(i.into()));
    let mut deeds: Vec<Deed> = handled
        .chain(read)
        .chain(year::tales(hours))
        .chain(sealed::tales())
        .chain(outgoing::tales())
        .enumerate()
        .flat_map(|(paper, tale)| told(hours, paper, tale))
        .chain(everyday::deeds(hours))
        .collect();
    deeds.sort_by_key(|d| (d.at, d.paper, d.n));
    deeds
}

fn told(hours: &Hours<'_>, paper: usize, tale: Tale) -> Vec<Deed> {
    let gaps: Vec<i64> = (0..)
        .zip(&tale.acts)
        .map(|(n, (gap, _, _))| gap + wobble(paper, n, gap / 3 + 1))
        .collect();
    let total: i64 = gaps.iter().sum();
    // a story longer than its time is told faster
    let room = (tale.ago - tale.ago / 10).max(1);
    let fit = |minutes: i64| {
        if total > room {
            minutes * room / total
        } else {
            minutes
        }
    };
    let mut deeds = Vec::with_capacity(tale.acts.len() * 2 + 1);
    let mut push = |ago: i64, by, what| {
        deeds.push(Deed {
            at: hours.ago(ago),
            paper,
            n: deeds.len(),
            by,
            what,
        });
    };
    push(tale.ago, tale.by, What::Register(tale.head, tale.first));
    let mut passed = 0;
    let mut before = tale.ago;
    for (gap, (_, by, wish)) in gaps.into_iter().zip(tale.acts) {
        passed += gap;
        let ago = (tale.ago - fit(passed)).min(before - 2).max(1);
        push((ago + LOOK).min(before - 1), by, What::Look);
        push(ago, by, What::Move(wish));
        before = ago;
    }
    if before > FRESH {
        for (n, by) in (0..).zip(tale.looked) {
            push(before - 30 - 7 * n, by, What::Look);
        }
    }
    deeds
}

/// A number below `span` that belongs to this act.
fn wobble(paper: usize, n: u64, span: i64) -> i64 {
    let mut x = SEED ^ (paper as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (n << 32);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^= x >> 31;
    i64::try_from(x % span.unsigned_abs().max(1)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::{Calendar, Millis, Zone};
    use std::collections::BTreeMap;

    fn hours(calendar: &Calendar) -> Hours<'_> {
        Hours {
            calendar,
            zone: Zone::BEIJING,
            now: Millis(1_795_000_000_000),
        }
    }

    #[test]
    fn every_paper_goes_forward_in_time_and_ends_before_now() {
        let calendar = Calendar::built_in();
        let hours = hours(&calendar);
        let mut last: BTreeMap<usize, (usize, Millis)> = BTreeMap::new();
        for deed in all(&hours) {
            assert!(deed.at < hours.now);
            if let Some((n, at)) = last.insert(deed.paper, (deed.n, deed.at)) {
                assert!(n < deed.n && at < deed.at, "paper {}", deed.paper);
            }
        }
        assert!(last.len() >= 30);
    }

    #[test]
    fn the_same_now_is_the_same_story() {
        let calendar = Calendar::built_in();
        let told = || -> Vec<(Millis, usize, &str)> {
            let deeds = all(&hours(&calendar));
            deeds.iter().map(|d| (d.at, d.paper, d.by)).collect()
        };
        assert_eq!(told(), told());
    }
}
