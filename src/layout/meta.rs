//! What a file says of itself beside its pages: title, author, number, time. Not here: the elements on the pages.
//! Invariant: the time comes from the caller, so the same document gives the same bytes and can be sealed by its digest.

use crate::kit::{Day, Millis, Zone};

/// Of one document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Meta {
    pub title: String,
    /// The issuing organ.
    pub author: String,
    /// When it came to be: signed off or sealed; never the moment of the download.
    pub at: Millis,
    /// 发文字号; empty before it is numbered.
    pub number: String,
}

impl Meta {
    /// 2026-03-10T01:12:05Z.
    pub(super) fn instant(&self) -> String {
        format!("{}Z", Zone(0).stamp(self.at).replace(' ', "T"))
    }

    /// Year, month, day, hour, minute, second in UTC.
    pub(super) fn parts(&self) -> (Day, u8, u8, u8) {
        let (hour, minute) = Zone(0).hour_minute(self.at);
        let second = u8::try_from(self.at.0.div_euclid(1000).rem_euclid(60)).unwrap_or(0);
        (Zone(0).day(self.at), hour, minute, second)
    }

    /// The day in Beijing, for formats that know no clock.
    pub(super) fn day(&self) -> Day {
        Zone::BEIJING.day(self.at)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_the_same_in_both_ways_of_saying_it() {
        let at = Zone::BEIJING.at("2026-03-10".parse().unwrap(), 7, 5);
        let meta = Meta {
            at: Millis(at.0 + 9_000),
            ..Meta::default()
        };
        assert_eq!(meta.instant(), "2026-03-09T23:05:09Z");
        let (day, hour, minute, second) = meta.parts();
        assert_eq!((day.to_string().as_str(), hour), ("2026-03-09", 23));
        assert_eq!((minute, second), (5, 9));
        assert_eq!(meta.day().to_string(), "2026-03-10");
    }
}
