//! Office hours, counted back from now: an invented act stands where an office would have done it, and
//! never after now.

use crate::kit::{Calendar, Millis, Zone};

/// Minutes of a working day.
pub(super) const DAY: i64 = 420;
/// Afternoon before morning, since counting goes back: first hour and minute, minutes.
const HALVES: [(u8, u8); 2] = [(14, 0), (8, 30)];
const HALF: i64 = DAY / 2;
const MINUTE_MS: i64 = 60_000;

/// The office's time, seen from now.
pub(super) struct Hours<'a> {
    pub calendar: &'a Calendar,
    pub zone: Zone,
    pub now: Millis,
}

impl Hours<'_> {
    /// The instant that lies so many working minutes back.
    pub fn ago(&self, minutes: i64) -> Millis {
        let mut left = minutes.max(1);
        let mut day = self.zone.day(self.now);
        loop {
            let halves = if self.calendar.is_working(day) {
                HALVES.as_slice()
            } else {
                &[]
            };
            for (hour, minute) in halves {
                let from = self.zone.at(day, *hour, *minute).0;
                let to = self.now.0.min(from + HALF * MINUTE_MS);
                let open = (to - from).div_euclid(MINUTE_MS).max(0);
                if left <= open {
                    return Millis(to - left * MINUTE_MS);
                }
                left -= open;
            }
            day = day.plus_days(-1);
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn counts_back_over_lunch_night_and_week_end() {
        let calendar = Calendar::built_in();
        let zone = Zone::BEIJING;
        // Monday
        let hours = Hours {
            calendar: &calendar,
            zone,
            now: zone.at("2026-11-23".parse().unwrap(), 14, 30),
        };
        let said = |minutes: i64| zone.stamp(hours.ago(minutes));
        assert!(said(30).starts_with("2026-11-23 14:00"), "{}", said(30));
        assert!(said(31).starts_with("2026-11-23 11:59"), "{}", said(31));
        assert!(said(241).starts_with("2026-11-20 17:29"), "{}", said(241));
        assert!(hours.ago(DAY * 50) < hours.ago(DAY * 49));
    }
}
