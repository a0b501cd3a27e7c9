//! What begins a case beside a person: the calendar (`[start] every`), or a paper that comes in (`[start] from`).
//! Not here: beginning it (`engine::schedule`, the scan tray).
//! Invariant: of a day at most one period is the latest that has come, so nothing is begun twice for a date.

use crate::kit::{Calendar, Day};
use serde::{Deserialize, Serialize};

/// A paper that begins a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Arrival {
    /// What the scanner sent (扫描件).
    Scan,
}

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Each {
    /// 每个工作日
    Day,
    /// 每周
    Week,
    /// 每月
    Month,
    /// 每年
    Year,
}

/// Begun by the calendar, on a working day.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "Typed", into = "Typed")]
pub struct Every {
    pub each: Each,
    /// In the year; 1 where it does not count.
    pub month: i8,
    /// Of the week (1 is Monday) or of the month; the last of a shorter month.
    pub day: i8,
    /// For each post with one of these roles there is a case, in the name of who fills it.
    pub roles: Vec<String>,
    /// What it is called: `{year}`, `{month}` and `{day}` stand for the numbers; empty leaves it to who fills it in.
    pub title: String,
}

/// As written: `every = { each = "month", on = "5", roles = ["village_clerk"], title = "{year}年{month}月报表" }`.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Typed {
    each: Each,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    on: String,
    roles: Vec<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    title: String,
}

impl TryFrom<Typed> for Every {
    type Error = String;

    fn try_from(t: Typed) -> Result<Self, String> {
        Self::read(t.each, (&t.on, &t.title), t.roles)
    }
}

impl From<Every> for Typed {
    fn from(e: Every) -> Self {
        let on = match e.each {
            Each::Day => String::new(),
            Each::Week | Each::Month => e.day.to_string(),
            Each::Year => format!("{:02}-{:02}", e.month, e.day),
        };
        Self {
            each: e.each,
            on,
            roles: e.roles,
            title: e.title,
        }
    }
}

/// A time of it that has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// Tells it from every other: 2026-03.
    pub period: String,
    /// The working day it came on.
    pub day: Day,
    /// The day it is named for.
    named: Day,
}

impl Every {
    /// From words: 5, or 03-01.
    ///
    /// # Errors
    /// What to write instead.
    pub fn read(each: Each, (on, title): (&str, &str), roles: Vec<String>) -> Result<Self, String> {
        let number = |text: &str, most: i8| {
            let n: Option<i8> = text.parse().ok();
            n.filter(|n| (1..=most).contains(n))
        };
        let found = match each {
            Each::Day => on.is_empty().then_some((1, 1)),
            Each::Week => number(on, 7).map(|d| (1, d)),
            Each::Month => number(on, 31).map(|d| (1, d)),
            Each::Year => on.split_once('-').and_then(|(month, day)| {
                let (month, day) = (number(month, 12)?, number(day, 31)?);
                // a leap year has every day there is
                Day::new(2024, month, day).map(|_| (month, day))
            }),
        };
        let Some((month, day)) = found else {
            return Err(match each {
                Each::Day => "每个工作日都发起的，不用写日子",
                Each::Week => "每周发起的，日子写 1 到 7，1 是星期一",
                Each::Month => "每月发起的，日子写 1 到 31",
                Each::Year => "每年发起的，日子写月和日，例如 03-01",
            }
            .to_owned());
        };
        if roles.is_empty() {
            return Err("按时发起的要写明给谁：至少一种岗位".to_owned());
        }
        Ok(Self {
            each,
            month,
            day,
            roles,
            title: title.to_owned(),
        })
    }

    /// The latest time that has come by today.
    #[must_use]
    pub fn latest(&self, today: Day, calendar: &Calendar) -> Option<Turn> {
        // the longest holiday moves a date by less than a month; a year has its date once
        let mut named = today;
        for _ in 0..800 {
            if let Some(turn) = self.named(named, calendar).filter(|t| t.day <= today) {
                return Some(turn);
            }
            named = named.plus_days(-1);
        }
        None
    }

    /// The time that is named for a day, where there is one.
    fn named(&self, day: Day, calendar: &Calendar) -> Option<Turn> {
        let of_month = |on: i8| day.day() == on.min(day.month_end().day());
        let (is_it, period) = match self.each {
            Each::Day => (calendar.is_working(day), day.to_string()),
            Each::Week => (day.weekday() == self.day.unsigned_abs(), day.to_string()),
            Each::Month => (
                of_month(self.day),
                format!("{}-{:02}", day.year(), day.month()),
            ),
            Each::Year => (
                day.month() == self.month && of_month(self.day),
                day.year().to_string(),
            ),
        };
        is_it.then(|| Turn {
            period,
            day: working(day, calendar),
            named: day,
        })
    }

    /// 每月 5 日，遇休息日顺延
    #[must_use]
    pub fn words(&self) -> String {
        let on = match self.each {
            Each::Day => return "每个工作日".to_owned(),
            Each::Week => {
                let days = ["一", "二", "三", "四", "五", "六", "日"];
                let n = usize::from(self.day.unsigned_abs()).saturating_sub(1);
                format!("每周星期{}", days.get(n).copied().unwrap_or_default())
            }
            Each::Month => format!("每月 {} 日", self.day),
            Each::Year => format!("每年 {} 月 {} 日", self.month, self.day),
        };
        format!("{on}，遇休息日顺延到下一个工作日")
    }

    /// What the case of a time is called.
    #[must_use]
    pub fn title_of(&self, turn: &Turn) -> String {
        let day = turn.named;
        let of = [
            ("{year}", day.year().to_string()),
            ("{month}", day.month().to_string()),
            ("{day}", day.day().to_string()),
        ];
        let put = |text: String, (what, with): &(&str, String)| text.replace(what, with);
        of.iter().fold(self.title.clone(), put)
    }
}

fn working(day: Day, calendar: &Calendar) -> Day {
    let mut day = day;
    for _ in 0..60 {
        if calendar.is_working(day) {
            break;
        }
        day = day.plus_days(1);
    }
    day
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn every(text: &str) -> Result<Every, String> {
        toml::from_str::<Every>(text).map_err(|e| e.message().to_owned())
    }

    fn latest(text: &str, today: &str) -> String {
        let turn = every(text)
            .unwrap()
            .latest(today.parse().unwrap(), &Calendar::built_in());
        let turn = turn.unwrap();
        format!("{} {}", turn.period, turn.day)
    }

    #[test]
    fn a_date_moves_to_the_next_working_day_and_keeps_its_period() {
        let month = "each = \"month\"\non = \"31\"\nroles = [\"handler\"]";
        let year = "each = \"year\"\non = \"10-01\"\nroles = [\"handler\"]";
        let week = "each = \"week\"\non = \"1\"\nroles = [\"handler\"]";
        let day = "each = \"day\"\nroles = [\"handler\"]";
        for (text, today, said) in [
            // 28 February 2026 is a Saturday that is worked
            (month, "2026-03-01", "2026-02 2026-02-28"),
            (month, "2026-03-30", "2026-02 2026-02-28"),
            (month, "2026-03-31", "2026-03 2026-03-31"),
            // 31 January 2026 is a Saturday: it comes on 2 February
            (month, "2026-02-01", "2025-12 2025-12-31"),
            (month, "2026-02-02", "2026-01 2026-02-02"),
            // the National Day holidays end on 7 October
            (year, "2026-10-07", "2025 2025-10-09"),
            (year, "2026-10-08", "2026 2026-10-08"),
            // the Monday of the Spring Festival comes on Tuesday the 24th, as that week's only
            (week, "2026-02-23", "2026-02-09 2026-02-09"),
            (week, "2026-02-24", "2026-02-23 2026-02-24"),
            (day, "2026-03-08", "2026-03-06 2026-03-06"),
            (day, "2026-03-09", "2026-03-09 2026-03-09"),
        ] {
            assert_eq!(latest(text, today), said, "{text} {today}");
        }
    }

    #[test]
    fn it_is_named_for_its_date_and_says_itself() {
        let text = "each = \"month\"\non = \"31\"\nroles = [\"handler\"]\ntitle = \"{year}年{month}月报表\"";
        let every = every(text).unwrap();
        let today = "2026-02-02".parse().unwrap();
        let turn = every.latest(today, &Calendar::built_in()).unwrap();
        assert_eq!(every.title_of(&turn), "2026年1月报表");
        assert_eq!(every.words(), "每月 31 日，遇休息日顺延到下一个工作日");
        let again: Every = toml::from_str(&toml::to_string(&every).unwrap()).unwrap();
        assert_eq!(again, every);
    }

    #[test]
    fn what_is_no_date_is_refused_with_what_to_write() {
        for (text, said) in [
            ("each = \"day\"\non = \"1\"\nroles = [\"a\"]", "不用写日子"),
            ("each = \"week\"\non = \"8\"\nroles = [\"a\"]", "1 到 7"),
            ("each = \"month\"\non = \"0\"\nroles = [\"a\"]", "1 到 31"),
            ("each = \"year\"\non = \"02-30\"\nroles = [\"a\"]", "月和日"),
            ("each = \"day\"\nroles = []", "至少一种岗位"),
        ] {
            let why = every(text).unwrap_err();
            assert!(why.contains(said), "{why}");
        }
    }
}
