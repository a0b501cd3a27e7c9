//! The legal time limits procedures refer to: data, each with the article it stands on.
//! Not here: counting (`kit::workdays`), and which step a limit binds (the procedure says).

use crate::kit::{Calendar, Day, Due};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

const TEXT: &str = include_str!("../../../assets/limits.toml");

/// How long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Term {
    /// 工作日
    WorkingDays(u32),
    /// 日
    Days(u32),
    /// 个月
    Months(u32),
}

impl Term {
    /// When it ends, counted from the day after `from`.
    #[must_use]
    pub fn end(self, calendar: &Calendar, from: Day) -> Due {
        match self {
            Self::WorkingDays(n) => calendar.add_working(from, n),
            Self::Days(n) => calendar.add_days(from, n),
            Self::Months(n) => calendar.add_months(from, n),
        }
    }

    /// 7 个工作日
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::WorkingDays(n) => format!("{n} 个工作日"),
            Self::Days(n) => format!("{n} 日"),
            Self::Months(n) => format!("{n} 个月"),
        }
    }
}

/// One legal time limit.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    pub id: String,
    /// 信访事项办结
    pub matter: String,
    /// From when: 自受理之日起
    pub from: String,
    pub term: Term,
    /// At most so much more, once, with approval.
    #[serde(default)]
    pub extension: Option<Term>,
    /// 信访工作条例（2022）第三十四条
    pub source: String,
}

#[derive(Deserialize)]
struct File {
    limit: Vec<Limit>,
}

// the text is part of the program, and a test reads it; a broken one leaves procedures that name a limit refused
static ALL: LazyLock<Vec<Limit>> =
    LazyLock::new(|| toml::from_str::<File>(TEXT).map_or_else(|_| Vec::new(), |f| f.limit));

/// All limits, in the order of the law.
#[must_use]
pub fn all() -> &'static [Limit] {
    &ALL
}

/// A limit by its id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Limit> {
    ALL.iter().find(|l| l.id == id)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn end(id: &str, from: &str) -> String {
        let term = find(id).unwrap().term;
        let day = term.end(&Calendar::built_in(), from.parse().unwrap()).day;
        day.to_string()
    }

    #[test]
    fn the_text_is_read_whole_and_names_each_once() {
        let file: File = toml::from_str(TEXT).unwrap();
        assert_eq!(file.limit.len(), all().len());
        let mut ids: Vec<&str> = all().iter().map(|l| l.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all().len());
        assert!(all().iter().all(|l| l.source.contains('第')));
    }

    #[test]
    fn the_law_is_counted_as_the_vectors_say() {
        assert_eq!(end("disclosure-answer", "2026-02-13"), "2026-03-19");
        assert_eq!(end("disclosure-answer", "2025-09-19"), "2025-10-23");
        assert_eq!(end("disclosure-mend", "2026-02-13"), "2026-03-02");
        assert_eq!(end("licence-mend", "2026-09-28"), "2026-10-10");
        assert_eq!(end("petition-told", "2026-02-05"), "2026-02-24");
        assert_eq!(end("petition-closed", "2026-08-05"), "2026-10-08");
    }

    #[test]
    fn an_extension_is_counted_from_the_old_end() {
        let calendar = Calendar::built_in();
        let more = find("disclosure-answer").unwrap().extension.unwrap();
        let day = more.end(&calendar, "2026-03-19".parse().unwrap()).day;
        assert_eq!(day.to_string(), "2026-04-17");
    }
}
