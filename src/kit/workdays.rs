//! Working days: weekends, the State Council's holidays and make-up days, and terms counted over them.
//! A term shows its working, day by day, and says when it rests on a year whose notice is not out yet.
//! Rules: the first day is excluded; a term that ends on a rest day rolls to the next working day
//! (民法典 201, 203). Reading a pasted notice is in `holiday_notice.rs`.

use super::time::Day;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What the notice says of one year: ranges off work, and weekend days on which people work.
struct Year {
    year: i16,
    notice: &'static str,
    off: &'static [(&'static str, Md, Md)],
    on: &'static [(&'static str, Md)],
}

/// Month and day.
type Md = (i8, i8);

const BUILT_IN: &[Year] = &[
    Year {
        year: 2025,
        notice: "国办发明电〔2024〕12号",
        off: &[
            ("元旦", (1, 1), (1, 1)),
            ("春节", (1, 28), (2, 4)),
            ("清明节", (4, 4), (4, 6)),
            ("劳动节", (5, 1), (5, 5)),
            ("端午节", (5, 31), (6, 2)),
            ("国庆节、中秋节", (10, 1), (10, 8)),
        ],
        on: &[
            ("春节", (1, 26)),
            ("春节", (2, 8)),
            ("劳动节", (4, 27)),
            ("国庆节、中秋节", (9, 28)),
            ("国庆节、中秋节", (10, 11)),
        ],
    },
    Year {
        year: 2026,
        notice: "国办发明电〔2025〕7号",
        off: &[
            ("元旦", (1, 1), (1, 3)),
            ("春节", (2, 15), (2, 23)),
            ("清明节", (4, 4), (4, 6)),
            ("劳动节", (5, 1), (5, 5)),
            ("端午节", (6, 19), (6, 21)),
            ("中秋节", (9, 25), (9, 27)),
            ("国庆节", (10, 1), (10, 7)),
        ],
        on: &[
            ("元旦", (1, 4)),
            ("春节", (2, 14)),
            ("春节", (2, 28)),
            ("劳动节", (5, 9)),
            ("国庆节", (9, 20)),
            ("国庆节", (10, 10)),
        ],
    },
];

/// Terms longer than this many days are a mistake, not a term.
const FARTHEST: i64 = 20_000;

/// What one day counts as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    /// An ordinary working day.
    Working,
    /// A weekend day on which people work in exchange for the named holiday.
    MakeUp(String),
    /// Saturday or Sunday.
    Weekend,
    /// A day off for the named holiday.
    Holiday(String),
    /// A calendar day of a term that counts calendar days.
    Calendar,
}

impl Counted {
    /// Whether people work on it.
    #[must_use]
    pub fn is_working(&self) -> bool {
        matches!(self, Self::Working | Self::MakeUp(_))
    }

    /// Whether the term's own count goes up by it.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.is_working() || *self == Self::Calendar
    }

    /// Whether there is nothing to say about it.
    #[must_use]
    pub const fn is_plain(&self) -> bool {
        matches!(self, Self::Working | Self::Calendar)
    }

    /// 工作日, 春节调休上班, 周末, 春节.
    #[must_use]
    pub fn label(&self) -> String {
        match self {
            Self::Working => "工作日".to_owned(),
            Self::MakeUp(name) => format!("{name}调休上班"),
            Self::Weekend => "周末".to_owned(),
            Self::Holiday(name) => name.clone(),
            Self::Calendar => "自然日".to_owned(),
        }
    }
}

/// One year's arrangement as announced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrangement {
    /// The year it arranges.
    pub year: i16,
    /// Number of the notice, or where else it is from.
    pub notice: String,
    /// Days off with their holiday.
    pub off: BTreeMap<Day, String>,
    /// Weekend days worked, with the holiday they make up for.
    pub on: BTreeMap<Day, String>,
}

/// The office's calendar: every known year's arrangement.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Calendar {
    years: BTreeMap<i16, Arrangement>,
}

/// When a term ends, and how that was counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// The last day of the term.
    pub day: Day,
    /// The days after the first one up to `day`, each with what it counted as.
    pub working: Vec<(Day, Counted)>,
    /// The term reaches into a year whose holidays are not announced yet.
    pub provisional: bool,
}

impl Calendar {
    /// The arrangements known when this program was made.
    #[must_use]
    pub fn built_in() -> Self {
        let mut calendar = Self::default();
        for year in BUILT_IN {
            calendar.announce(year.arrangement());
        }
        calendar
    }

    /// Puts in a year's arrangement, in place of the one held before.
    pub fn announce(&mut self, arrangement: Arrangement) {
        self.years.insert(arrangement.year, arrangement);
    }

    /// The years whose arrangement is known, with their notices.
    pub fn announced(&self) -> impl Iterator<Item = &Arrangement> {
        self.years.values()
    }

    /// Whether that year still counts weekends only.
    #[must_use]
    pub fn is_provisional(&self, year: i16) -> bool {
        !self.years.contains_key(&year)
    }

    /// What a day counts as.
    #[must_use]
    pub fn counted(&self, day: Day) -> Counted {
        // A notice may arrange the last days of the year before, so all years are asked.
        let off = self.years.values().find_map(|y| y.off.get(&day));
        let on = self.years.values().find_map(|y| y.on.get(&day));
        match (off, on) {
            (Some(name), _) => Counted::Holiday(name.clone()),
            (None, Some(name)) => Counted::MakeUp(name.clone()),
            (None, None) if day.is_weekend() => Counted::Weekend,
            (None, None) => Counted::Working,
        }
    }

    /// Whether people work on that day.
    #[must_use]
    pub fn is_working(&self, day: Day) -> bool {
        let off = self.years.values().any(|y| y.off.contains_key(&day));
        let on = || self.years.values().any(|y| y.on.contains_key(&day));
        !off && (!day.is_weekend() || on())
    }

    /// That day if people work on it, else the next one on which they do.
    #[must_use]
    pub fn next_working(&self, day: Day) -> Day {
        self.walk(day, 1)
    }

    /// That day if people work on it, else the last one before on which they did.
    #[must_use]
    pub fn last_working(&self, day: Day) -> Day {
        self.walk(day, -1)
    }

    /// So many working days after `from`, which is not counted itself; none means the next working
    /// day from `from` on.
    #[must_use]
    pub fn add_working(&self, from: Day, n: u32) -> Due {
        let mut working = Vec::new();
        let mut day = from;
        let mut left = n;
        while left > 0 && from.days_until(day) < FARTHEST {
            day = day.plus_days(1);
            let counted = self.counted(day);
            if counted.is_working() {
                left -= 1;
            }
            working.push((day, counted));
        }
        self.roll(from, day, working)
    }

    /// So many calendar days after `from`; rolls forward where it ends on a rest day.
    #[must_use]
    pub fn add_days(&self, from: Day, n: u32) -> Due {
        let n = i64::from(n).min(FARTHEST);
        let working = (1..=n)
            .map(|i| (from.plus_days(i), Counted::Calendar))
            .collect();
        self.roll(from, from.plus_days(n), working)
    }

    /// So many months after `from`; rolls forward where it ends on a rest day.
    #[must_use]
    pub fn add_months(&self, from: Day, n: u32) -> Due {
        let end = from.plus_months(i32::try_from(n).unwrap_or(i32::MAX).min(600));
        let working = (1..=from.days_until(end))
            .map(|i| (from.plus_days(i), Counted::Calendar))
            .collect();
        self.roll(from, end, working)
    }

    /// The working day so many working days before `day`, for reminders.
    #[must_use]
    pub fn working_before(&self, day: Day, n: u32) -> Day {
        let mut at = day;
        for _ in 0..n.min(1000) {
            at = self.last_working(at.plus_days(-1));
        }
        at
    }

    /// Working days after `from` up to and including `to`; negative where `to` is earlier.
    #[must_use]
    pub fn working_days_between(&self, from: Day, to: Day) -> i64 {
        let (first, last, sign) = if from <= to {
            (from, to, 1)
        } else {
            (to, from, -1)
        };
        let days = first.days_until(last).min(FARTHEST);
        let worked = (1..=days)
            .filter(|i| self.is_working(first.plus_days(*i)))
            .count();
        sign * i64::try_from(worked).unwrap_or(i64::MAX)
    }

    fn walk(&self, from: Day, step: i64) -> Day {
        let mut day = from;
        // no arrangement closes offices for a quarter
        for _ in 0..100 {
            if self.is_working(day) {
                return day;
            }
            day = day.plus_days(step);
        }
        from
    }

    /// Moves an end that falls on a rest day, and finishes the account.
    fn roll(&self, from: Day, end: Day, mut working: Vec<(Day, Counted)>) -> Due {
        let day = self.next_working(end);
        if day != end {
            if let Some(last) = working.last_mut() {
                last.1 = self.counted(end);
            }
            for i in 1..=end.days_until(day) {
                let at = end.plus_days(i);
                working.push((at, self.counted(at)));
            }
        }
        let provisional = (from.year()..=day.year()).any(|y| self.is_provisional(y));
        Due {
            day,
            working,
            provisional,
        }
    }
}

impl Due {
    /// Runs of days that were not simply counted: rest days skipped, make-up days worked.
    #[must_use]
    pub fn exceptions(&self) -> Vec<(Day, Day, &Counted)> {
        let mut runs: Vec<(Day, Day, &Counted)> = Vec::new();
        for (day, counted) in &self.working {
            if counted.is_plain() {
                continue;
            }
            match runs.last_mut() {
                Some((_, last, kind)) if *kind == counted && last.plus_days(1) == *day => {
                    *last = *day;
                }
                _ => runs.push((*day, *day, counted)),
            }
        }
        runs
    }

    /// The working in one Chinese sentence: what was skipped and which weekend days counted.
    #[must_use]
    pub fn explain(&self) -> String {
        let mut parts = vec!["起算当日不计".to_owned()];
        for (first, last, counted) in self.exceptions() {
            let span = if first == last {
                first.short()
            } else {
                format!("{}至{}", first.short(), last.short())
            };
            let how = if counted.is_working() {
                "计入"
            } else {
                "不计"
            };
            parts.push(format!("{span}{}{how}", counted.label()));
        }
        parts.push(format!("到期日 {}", self.day.long()));
        if self.provisional {
            parts.push("其中有年份的放假安排尚未公布，暂按周末推算".to_owned());
        }
        parts.join("；")
    }
}

impl Year {
    fn arrangement(&self) -> Arrangement {
        let day = |(month, day): Md| Day::new(self.year, month, day);
        let mut off = BTreeMap::new();
        for (name, first, last) in self.off {
            if let (Some(first), Some(last)) = (day(*first), day(*last)) {
                for i in 0..=first.days_until(last) {
                    off.insert(first.plus_days(i), (*name).to_owned());
                }
            }
        }
        let on = self
            .on
            .iter()
            .filter_map(|(name, at)| Some((day(*at)?, (*name).to_owned())))
            .collect();
        Arrangement {
            year: self.year,
            notice: self.notice.to_owned(),
            off,
            on,
        }
    }
}

impl Arrangement {
    /// The same with one day the office settles otherwise (本地的假、临时补班), and the notice saying so.
    #[must_use]
    pub fn with_day(&self, day: Day, works: bool, why: &str) -> Self {
        let mut new = self.clone();
        new.off.remove(&day);
        new.on.remove(&day);
        match works {
            true if day.is_weekend() => drop(new.on.insert(day, why.to_owned())),
            // a weekday is worked where nothing says otherwise
            true => {}
            false => drop(new.off.insert(day, why.to_owned())),
        }
        let word = if works { "上班" } else { "不上班" };
        new.notice = format!("{}；{}改为{word}（{why}）", self.notice, day.short());
        new
    }

    /// What contradicts itself: a day both off and worked, a weekday made up, another year's day.
    pub fn check(&self) -> Result<(), String> {
        let both: BTreeSet<_> = self
            .off
            .keys()
            .filter(|d| self.on.contains_key(d))
            .collect();
        if let Some(day) = both.first() {
            return Err(format!("{}既放假又上班，请核对通知", day.long()));
        }
        if let Some(day) = self.on.keys().find(|d| !d.is_weekend()) {
            return Err(format!(
                "{}是{}，本来就上班，请核对通知",
                day.long(),
                day.weekday_cn()
            ));
        }
        let near = |d: &&Day| (d.year() - self.year).abs() > 1;
        if let Some(day) = self.off.keys().chain(self.on.keys()).find(near) {
            return Err(format!(
                "{}不在 {} 年前后，请核对通知",
                day.long(),
                self.year
            ));
        }
        Ok(())
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
    fn working_terms_match_the_statutes() {
        let calendar = Calendar::built_in();
        for (from, n, want) in [
            ("2026-02-13", 20, "2026-03-19"),
            ("2026-02-13", 40, "2026-04-17"),
            ("2026-02-13", 7, "2026-03-02"),
            ("2025-09-19", 20, "2025-10-23"),
            ("2026-09-28", 5, "2026-10-10"),
            ("2026-02-14", 3, "2026-02-26"),
            ("2026-01-03", 1, "2026-01-04"),
            ("2026-03-07", 0, "2026-03-09"),
        ] {
            assert_eq!(
                calendar.add_working(day(from), n).day,
                day(want),
                "{from} {n}"
            );
        }
        for (from, n, want) in [
            ("2026-02-05", 15, "2026-02-24"),
            ("2026-08-05", 60, "2026-10-08"),
        ] {
            assert_eq!(calendar.add_days(day(from), n).day, day(want), "{from} {n}");
        }
        let months = calendar.add_months(day("2025-11-30"), 3);
        assert_eq!(months.day, day("2026-02-28"));
    }

    #[test]
    fn both_years_have_248_working_days() {
        let calendar = Calendar::built_in();
        for year in [2025, 2026] {
            let before = Day::new(year - 1, 12, 31).unwrap();
            let last = Day::new(year, 12, 31).unwrap();
            assert_eq!(calendar.working_days_between(before, last), 248, "{year}");
            assert_eq!(calendar.working_days_between(last, before), -248);
        }
        assert!(calendar.announced().all(|a| a.check().is_ok()));
    }

    #[test]
    fn shows_its_working() {
        let due = Calendar::built_in().add_working(day("2026-02-12"), 3);
        assert_eq!(due.day, day("2026-02-24"));
        let label = |at: &str| {
            let (_, counted) = due.working.iter().find(|(d, _)| *d == day(at)).unwrap();
            counted.label()
        };
        assert_eq!(label("2026-02-13"), "工作日");
        assert_eq!(label("2026-02-14"), "春节调休上班");
        assert_eq!(label("2026-02-15"), "春节");
        assert_eq!(
            due.explain(),
            "起算当日不计；2月14日春节调休上班计入；2月15日至2月23日春节不计；到期日 2026年2月24日"
        );
        assert!(!due.provisional);
        let rolled = Calendar::built_in().add_days(day("2026-02-05"), 15);
        assert_eq!(
            rolled.explain(),
            "起算当日不计；2月20日至2月23日春节不计；到期日 2026年2月24日"
        );
    }

    #[test]
    fn a_year_without_notice_is_provisional() {
        let calendar = Calendar::built_in();
        let due = calendar.add_working(day("2026-12-30"), 5);
        assert!(due.provisional);
        assert!(due.explain().contains("尚未公布"));
        assert!(calendar.is_working(day("2027-01-01")));
        assert_eq!(
            calendar.working_before(day("2026-02-24"), 1),
            day("2026-02-14")
        );
        let text = serde_json::to_string(&calendar).unwrap();
        assert_eq!(serde_json::from_str::<Calendar>(&text).unwrap(), calendar);
        let _ = calendar.add_working(day("2026-01-01"), u32::MAX);
    }
}
