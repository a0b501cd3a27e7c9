//! Which backups stay: the newest of each of the last 24 hours, 7 days, 4 weeks and 12 months that have one. Pure.
//! Invariant: the newest stays whatever its age.

use crate::kit::{Day, Millis, Zone};

const HOURS: usize = 24;
const DAYS: usize = 7;
const WEEKS: usize = 4;
const MONTHS: usize = 12;

/// For each time, newest first, whether it stays.
pub(super) fn keep(times: &[Millis], zone: Zone) -> Vec<bool> {
    let mut stays = vec![false; times.len()];
    let day = |at: &Millis| zone.day(*at);
    // 1 January 2024 was a Monday
    let monday = Day::new(2024, 1, 1);
    let since = |at: &Millis| monday.map_or(0, |m| m.days_until(zone.day(*at)));
    newest(times, HOURS, &mut stays, |at| at.0.div_euclid(3_600_000));
    newest(times, DAYS, &mut stays, since);
    newest(times, WEEKS, &mut stays, |at| since(at).div_euclid(7));
    newest(times, MONTHS, &mut stays, |at| {
        i64::from(day(at).year()) * 12 + i64::from(day(at).month())
    });
    if let Some(first) = stays.first_mut() {
        *first = true;
    }
    stays
}

/// Marks the newest of each of the last `most` spans.
fn newest(times: &[Millis], most: usize, stays: &mut [bool], span: impl Fn(&Millis) -> i64) {
    let (mut last, mut found) = (None, 0);
    for (at, stay) in times.iter().zip(stays) {
        let now = span(at);
        if last != Some(now) {
            last = Some(now);
            found += 1;
            if found > most {
                return;
            }
            *stay = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    /// Hourly for so many hours, sweeping after each, as the server does.
    fn after(hours: i64) -> Vec<i64> {
        let mut kept: Vec<Millis> = Vec::new();
        for hour in 0..hours {
            kept.insert(0, Millis(1_767_200_400_000 + hour * HOUR));
            let stays = keep(&kept, Zone::default());
            let mut stays = stays.into_iter();
            kept.retain(|_| stays.next().unwrap_or(true));
        }
        let newest = kept.first().map_or(0, |m| m.0);
        kept.iter().map(|m| (newest - m.0) / HOUR).collect()
    }

    #[test]
    fn two_years_of_hours_leave_a_handful() {
        let ages = after(24 * 800);
        assert!(ages.len() <= 24 + 7 + 4 + 12, "{ages:?}");
        for hour in 0..24 {
            assert!(ages.contains(&hour), "{ages:?}");
        }
        for (least, most, want) in [
            (24, 24 * 8, 5),
            (24 * 8, 24 * 32, 3),
            (24 * 32, 24 * 380, 10),
        ] {
            let found = ages.iter().filter(|a| (least..most).contains(*a)).count();
            assert!(
                found >= want,
                "{least}..{most}: {found} of {want}, {ages:?}"
            );
        }
    }

    #[test]
    fn the_newest_stays_however_old() {
        assert_eq!(keep(&[Millis(0)], Zone::default()), [true]);
        assert_eq!(after(2), [0, 1]);
    }
}
