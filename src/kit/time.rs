//! Civil days and the office's fixed offset; the only door of `jiff`.
//! Stored instants are `Millis`; a day exists only together with a `Zone`, so no function here reads
//! a clock or a time-zone database. What people type is understood in `typed.rs`.
//! Invariant: a `Day` is always a real date, written "YYYY-MM-DD" wherever it is stored.

use super::clock::Millis;
use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, ToSpan, tz::Offset};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr};

pub use super::typed::{parse_clock, parse_day};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// A civil date.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

impl Day {
    /// The date, where the calendar has it and the year has at most four digits.
    #[must_use]
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        if !(0..=9999).contains(&year) {
            return None;
        }
        Date::new(year, month, day).ok().map(Self)
    }

    /// Year, as printed.
    #[must_use]
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// Month, 1 to 12.
    #[must_use]
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// Day of the month, 1 to 31.
    #[must_use]
    pub fn day(self) -> i8 {
        self.0.day()
    }

    /// Day of the week, 1 Monday to 7 Sunday: weeks begin on Monday.
    #[must_use]
    pub fn weekday(self) -> u8 {
        self.0.weekday().to_monday_one_offset().unsigned_abs()
    }

    /// Saturday or Sunday; whether people work is the calendar's to say (`workdays.rs`).
    #[must_use]
    pub fn is_weekend(self) -> bool {
        matches!(self.0.weekday(), Weekday::Saturday | Weekday::Sunday)
    }

    /// 星期一 … 星期日.
    #[must_use]
    pub fn weekday_cn(self) -> &'static str {
        match self.0.weekday() {
            Weekday::Monday => "星期一",
            Weekday::Tuesday => "星期二",
            Weekday::Wednesday => "星期三",
            Weekday::Thursday => "星期四",
            Weekday::Friday => "星期五",
            Weekday::Saturday => "星期六",
            Weekday::Sunday => "星期日",
        }
    }

    /// So many days later (earlier where negative); stays within four-digit years.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        Self(
            self.0
                .saturating_add(days.clamp(-4_000_000, 4_000_000).days()),
        )
        .within()
    }

    /// So many months later, on the last day of the month where that month is shorter.
    #[must_use]
    pub fn plus_months(self, months: i32) -> Self {
        Self(
            self.0
                .saturating_add(months.clamp(-120_000, 120_000).months()),
        )
        .within()
    }

    /// The first day of this month.
    #[must_use]
    pub fn month_start(self) -> Self {
        Self(self.0.first_of_month())
    }

    /// The last day of this month.
    #[must_use]
    pub fn month_end(self) -> Self {
        Self(self.0.last_of_month())
    }

    /// Days from this day to `other`; negative where `other` is earlier.
    #[must_use]
    pub fn days_until(self, other: Self) -> i64 {
        i64::from(self.0.until(other.0).map_or(0, |s| s.get_days()))
    }

    /// 2026年3月10日, as documents write it.
    #[must_use]
    pub fn long(self) -> String {
        format!("{}年{}月{}日", self.year(), self.month(), self.day())
    }

    /// 3月10日, where the year is plain from the page.
    #[must_use]
    pub fn short(self) -> String {
        format!("{}月{}日", self.month(), self.day())
    }

    /// 3-10, for narrow columns.
    #[must_use]
    pub fn dense(self) -> String {
        format!("{}-{}", self.month(), self.day())
    }

    fn within(self) -> Self {
        if self.0.year() < 0 {
            Self(Date::constant(0, 1, 1))
        } else {
            self
        }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:04}-{:02}-{:02}",
            self.year(),
            self.month(),
            self.day()
        )
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Day({self})")
    }
}

/// The text is not a stored day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotADay;

impl fmt::Display for NotADay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("不是有效的日期")
    }
}

impl std::error::Error for NotADay {}

impl FromStr for Day {
    type Err = NotADay;

    /// Strict: exactly "YYYY-MM-DD". What people type goes through [`parse_day`].
    fn from_str(s: &str) -> Result<Self, NotADay> {
        let strict = s.len() == 10
            && s.bytes().enumerate().all(|(i, b)| match i {
                4 | 7 => b == b'-',
                _ => b.is_ascii_digit(),
            });
        if !strict {
            return Err(NotADay);
        }
        let mut parts = s.split('-');
        let mut next = || parts.next().and_then(|p| p.parse::<i16>().ok());
        match (next(), next(), next()) {
            (Some(y), Some(m), Some(d)) => {
                let month = i8::try_from(m).map_err(|_| NotADay)?;
                let day = i8::try_from(d).map_err(|_| NotADay)?;
                Self::new(y, month, day).ok_or(NotADay)
            }
            _ => Err(NotADay),
        }
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(de::Error::custom)
    }
}

/// The office's offset from UTC in minutes, fixed when the server is claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Zone(pub i32);

impl Default for Zone {
    fn default() -> Self {
        Self::BEIJING
    }
}

impl Zone {
    /// Beijing time.
    pub const BEIJING: Self = Self(480);
    /// Ürümqi time, kept by some offices in Xinjiang.
    pub const URUMQI: Self = Self(360);

    /// The day on which an instant falls in this office.
    #[must_use]
    pub fn day(self, at: Millis) -> Day {
        Day(self.civil(at).date()).within()
    }

    /// The year in which an instant falls in this office.
    #[must_use]
    pub fn year(self, at: Millis) -> i16 {
        self.day(at).year()
    }

    /// Midnight at which a day begins.
    #[must_use]
    pub fn start_of(self, day: Day) -> Millis {
        let epoch = Day(Date::constant(1970, 1, 1));
        Millis(epoch.days_until(day) * DAY_MS - i64::from(self.0) * MINUTE_MS)
    }

    /// The last millisecond of a day: `start_of(day) <= t <= end_of(day)`.
    #[must_use]
    pub fn end_of(self, day: Day) -> Millis {
        Millis(self.start_of(day).0 + DAY_MS - 1)
    }

    /// The instant of a clock time on a day; hour 24 is the next midnight.
    #[must_use]
    pub fn at(self, day: Day, hour: u8, minute: u8) -> Millis {
        let of_day = i64::from(hour) * HOUR_MS + i64::from(minute) * MINUTE_MS;
        Millis(self.start_of(day).0 + of_day)
    }

    /// Hour and minute of an instant in this office.
    #[must_use]
    pub fn hour_minute(self, at: Millis) -> (u8, u8) {
        let t = self.civil(at);
        (t.hour().unsigned_abs(), t.minute().unsigned_abs())
    }

    /// 3月10日 09:20, with the year where it is not the present one.
    #[must_use]
    pub fn short_time(self, at: Millis, now: Millis) -> String {
        let day = self.day(at);
        let date = if day.year() == self.year(now) {
            day.short()
        } else {
            day.long()
        };
        format!("{date} {}", self.clock(at))
    }

    /// 2026年3月10日 09:20, for documents and time lines that stand by themselves.
    #[must_use]
    pub fn long_time(self, at: Millis) -> String {
        format!("{} {}", self.day(at).long(), self.clock(at))
    }

    /// 09:12.
    #[must_use]
    pub fn clock(self, at: Millis) -> String {
        let (hour, minute) = self.hour_minute(at);
        format!("{hour:02}:{minute:02}")
    }

    /// 2026-03-10 09:12:05, for logs and audit lists.
    #[must_use]
    pub fn stamp(self, at: Millis) -> String {
        let t = self.civil(at);
        format!("{} {}:{:02}", self.day(at), self.clock(at), t.second())
    }

    fn civil(self, at: Millis) -> jiff::civil::DateTime {
        // Out of range means a broken row; a wrong date on a page is better than no page.
        let at = Timestamp::from_millisecond(at.0).unwrap_or(Timestamp::UNIX_EPOCH);
        Offset::from_seconds(self.0.saturating_mul(60))
            .unwrap_or(Offset::UTC)
            .to_datetime(at)
    }
}

/// How long ago in plain words: 42 分钟, 3 小时, 2 天; rounded down.
#[must_use]
pub fn since(at: Millis, now: Millis) -> String {
    let ms = now.0.saturating_sub(at.0);
    if ms < MINUTE_MS {
        "不到 1 分钟".to_owned()
    } else if ms < HOUR_MS {
        format!("{} 分钟", ms / MINUTE_MS)
    } else if ms < DAY_MS {
        format!("{} 小时", ms / HOUR_MS)
    } else {
        format!("{} 天", ms / DAY_MS)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn days_are_stored_strictly() {
        let d = Day::new(2026, 3, 5).unwrap();
        assert_eq!(serde_json::to_string(&d).unwrap(), "\"2026-03-05\"");
        assert_eq!(serde_json::from_str::<Day>("\"2026-03-05\"").unwrap(), d);
        for bad in [
            "2026-3-5",
            "2026-02-30",
            "2026/03/05",
            "",
            "２０２６-03-05",
            "+026-03-05",
            "2026-03-051",
        ] {
            assert!(bad.parse::<Day>().is_err(), "{bad}");
        }
        assert!(Day::new(2025, 2, 29).is_none());
        assert!(Day::new(-1, 2, 2).is_none());
    }

    #[test]
    fn days_move() {
        assert_eq!(day("2026-02-28").plus_days(1), day("2026-03-01"));
        assert_eq!(day("2026-01-01").plus_days(-1), day("2025-12-31"));
        assert_eq!(day("2026-11-30").plus_months(3), day("2027-02-28"));
        assert_eq!(day("2026-03-31").plus_months(-1), day("2026-02-28"));
        assert_eq!(day("2026-03-01").days_until(day("2027-03-01")), 365);
        assert_eq!(day("2026-03-01").days_until(day("2026-02-27")), -2);
        assert_eq!(day("2024-02-11").month_end(), day("2024-02-29"));
        assert_eq!(day("0000-01-01").plus_days(-1), day("0000-01-01"));
        assert_eq!(day("9999-12-31").plus_days(i64::MAX), day("9999-12-31"));
        assert_eq!(day("2026-03-10").weekday_cn(), "星期二");
        assert_eq!(day("2026-03-15").weekday(), 7);
    }

    #[test]
    fn the_zone_decides_the_day() {
        // 2025-12-31T17:00:00Z
        let at = Millis(1_767_200_400_000);
        assert_eq!(Zone::BEIJING.day(at), day("2026-01-01"));
        assert_eq!(Zone::URUMQI.day(at), day("2025-12-31"));
        assert_eq!(Zone::BEIJING.year(at), 2026);
        for zone in [Zone::BEIJING, Zone::URUMQI, Zone(0), Zone(-210)] {
            let d = day("2026-03-10");
            assert_eq!(zone.day(zone.start_of(d)), d);
            assert_eq!(zone.day(zone.end_of(d)), d);
            assert_eq!(zone.end_of(d).0 + 1, zone.start_of(d.plus_days(1)).0);
        }
        let _ = Zone(i32::MAX).day(Millis(i64::MAX));
    }

    #[test]
    fn times_are_written_as_offices_write_them() {
        let zone = Zone::BEIJING;
        let at = Millis(zone.at(day("2026-03-10"), 9, 12).0 + 5_000);
        let now = zone.at(day("2026-05-01"), 0, 0);
        let next_year = zone.at(day("2027-01-01"), 0, 0);
        assert_eq!(zone.stamp(at), "2026-03-10 09:12:05");
        assert_eq!(zone.clock(at), "09:12");
        assert_eq!(zone.short_time(at, now), "3月10日 09:12");
        assert_eq!(zone.short_time(at, next_year), "2026年3月10日 09:12");
        assert_eq!(zone.long_time(at), "2026年3月10日 09:12");
        assert_eq!(day("2026-03-10").long(), "2026年3月10日");
        assert_eq!(day("2026-03-10").dense(), "3-10");
    }

    #[test]
    fn ages_are_plain_words() {
        let ago = |ms| since(Millis(0), Millis(ms));
        assert_eq!(ago(59_999), "不到 1 分钟");
        assert_eq!(ago(-5), "不到 1 分钟");
        assert_eq!(ago(42 * MINUTE_MS), "42 分钟");
        assert_eq!(ago(3 * HOUR_MS + 5), "3 小时");
        assert_eq!(ago(2 * DAY_MS), "2 天");
    }
}
