//! The no-noise rules (domain §4.7), pure: when a deadline is worth a word and to whom, and when a mail
//! may go. Not here: whose deadline it is, and sending.
//! Invariant: a reminder has a key, the rule and what it is about, and the same key is told once.

use crate::kit::{Calendar, Day, Millis, Zone};
use serde::{Deserialize, Serialize};

/// Working days over which the leader in charge hears of it.
const LEADER_AFTER: i64 = 3;

/// Days within which a digest's time is looked for; no holiday is longer.
const LOOK_BACK: i64 = 14;

/// A task with its deadline.
#[derive(Debug, Clone, Copy)]
pub struct Term {
    /// Since when.
    pub given_at: Millis,
    /// Until when.
    pub due_at: Millis,
    /// 0 ordinary, 1 urgent, 2 most urgent.
    pub level: u8,
    /// Working days before the end at which the office wants a word; 0 leaves it to the rules.
    pub warn_days: i64,
    /// Whether the days asked for are kept from who has it (S3-57): then he hears by the rules alone.
    pub is_covered: bool,
}

/// A reminder that is due now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminder {
    /// Which rule.
    pub rule: &'static str,
    /// Tells one time of the rule from another; empty where it speaks once.
    pub what: String,
    /// What is said.
    pub said: Said,
    /// Who hears it.
    pub to: To,
}

/// What a reminder says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// So many working days are left; 0 is today.
    Left(i64),
    /// So many working days over.
    Over(i64),
}

/// Who hears a reminder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// Who has it.
    Handler,
    /// Who has it and who gave it (双向).
    Both,
    /// Who gave it alone.
    Giver,
    /// The leader in charge of the department that has it.
    Leader,
}

/// What there is to remind of now; nothing on days off.
#[must_use]
pub fn reminders(term: &Term, now: Millis, zone: Zone, calendar: &Calendar) -> Vec<Reminder> {
    let (today, due) = (zone.day(now), zone.day(term.due_at));
    if !calendar.is_working(today) {
        return Vec::new();
    }
    if now > term.due_at {
        return overdue(calendar.working_days_between(due, today), today);
    }
    let left = calendar.working_days_between(today, due);
    let once = |rule, to, said| {
        vec![Reminder {
            rule,
            what: String::new(),
            said: Said::Left(said),
            to,
        }]
    };
    let given = zone.day(term.given_at);
    if today == calendar.last_working(due) && today != given {
        return once("last_day", To::Handler, left);
    }
    if is_late_in_term(term, now, (given, today, due), calendar) {
        let by_rules = Term {
            warn_days: 0,
            ..*term
        };
        let days = (given, today, due);
        let asked_only = !is_late_in_term(&by_rules, now, days, calendar);
        let to = match term.is_covered && asked_only {
            true => To::Giver,
            false => To::Both,
        };
        return once("soon", to, left);
    }
    Vec::new()
}

fn overdue(days: i64, today: Day) -> Vec<Reminder> {
    if days < 1 {
        return Vec::new();
    }
    let daily = Reminder {
        rule: "overdue",
        what: today.to_string(),
        said: Said::Over(days),
        to: To::Both,
    };
    let leader = Reminder {
        rule: "overdue_leader",
        what: String::new(),
        said: Said::Over(days),
        to: To::Leader,
    };
    let mut all = vec![daily];
    all.extend((days >= LEADER_AFTER).then_some(leader));
    all
}

/// Ordinary matters: two thirds of the term are over, or so many days are left as the office asked for;
/// urgent ones: half of it.
fn is_late_in_term(
    term: &Term,
    now: Millis,
    (given, today, due): (Day, Day, Day),
    calendar: &Calendar,
) -> bool {
    let left = calendar.working_days_between(today, due);
    let asked = term.warn_days > 0 && left <= term.warn_days && today != given;
    if asked {
        return true;
    }
    if term.level > 0 {
        return now.0 - term.given_at.0 >= (term.due_at.0 - term.given_at.0) / 2;
    }
    let whole = calendar.working_days_between(given, due);
    let gone = calendar.working_days_between(given, today);
    whole > 1 && gone * 3 >= whole * 2
}

/// When somebody wants mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    /// Minutes of the day at which a digest goes.
    pub digests: Vec<u16>,
    /// Urgent things do not wait for a digest.
    pub at_once: bool,
    /// Minutes of the day from and until which nothing goes; equal: never quiet.
    pub quiet: (u16, u16),
    /// Whether anything goes on days off.
    pub rest_days: bool,
}

impl Default for Times {
    fn default() -> Self {
        Self {
            digests: vec![8 * 60 + 30, 14 * 60 + 30],
            at_once: true,
            quiet: (20 * 60, 7 * 60 + 30),
            rest_days: false,
        }
    }
}

/// Whether mail may go to this person now.
#[must_use]
pub fn may_send(times: &Times, now: Millis, zone: Zone, calendar: &Calendar) -> bool {
    let today = zone.day(now);
    if !times.rest_days && !calendar.is_working(today) {
        return false;
    }
    let minute = minute_of(now, zone);
    let (from, until) = times.quiet;
    let quiet = match from.cmp(&until) {
        std::cmp::Ordering::Less => (from..until).contains(&minute),
        std::cmp::Ordering::Greater => minute >= from || minute < until,
        std::cmp::Ordering::Equal => false,
    };
    !quiet
}

/// Whether something made then is to go now, where mail may go: urgent at once, the rest when a digest's
/// time has come since. A server that was off at 8:30 sends when it is on again.
#[must_use]
pub fn is_ripe(
    times: &Times,
    (made_at, hot): (Millis, bool),
    now: Millis,
    (zone, calendar): (Zone, &Calendar),
) -> bool {
    if hot && times.at_once {
        return true;
    }
    let today = zone.day(now);
    let waited = zone.day(made_at).days_until(today);
    if waited > LOOK_BACK {
        return true;
    }
    (0..=waited).any(|back| {
        let day = today.plus_days(-back);
        let sends = times.rest_days || calendar.is_working(day);
        sends
            && times.digests.iter().any(|minute| {
                let at = zone.start_of(day).0 + i64::from(*minute) * 60_000;
                at > made_at.0 && at <= now.0
            })
    })
}

fn minute_of(at: Millis, zone: Zone) -> u16 {
    let (hour, minute) = zone.hour_minute(at);
    u16::from(hour) * 60 + u16::from(minute)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const ZONE: Zone = Zone::BEIJING;

    fn at(text: &str) -> Millis {
        let (day, clock) = text.split_once(' ').unwrap();
        let (h, m) = clock.split_once(':').unwrap();
        ZONE.at(day.parse().unwrap(), h.parse().unwrap(), m.parse().unwrap())
    }

    fn said(given: &str, due: &str, level: u8, warn_days: i64, now: &str) -> String {
        let term = Term {
            given_at: at(given),
            due_at: ZONE.end_of(due.parse().unwrap()),
            level,
            warn_days,
            is_covered: false,
        };
        let all = reminders(&term, at(now), ZONE, &Calendar::built_in());
        let words = all
            .iter()
            .map(|r| format!("{} {:?} {:?}", r.rule, r.said, r.to));
        words.collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn a_deadline_speaks_by_the_table() {
        // given Monday 9 March 2026, seven working days: due Wednesday 18 March
        let (given, due) = ("2026-03-09 10:00", "2026-03-18");
        let table = [
            (0, 0, "2026-03-09 16:00", ""),
            (0, 0, "2026-03-12 09:00", ""),
            // 4 of 7 are not two thirds, 5 are
            (0, 0, "2026-03-13 09:00", ""),
            (0, 0, "2026-03-14 09:00", ""),
            (0, 0, "2026-03-16 09:00", "soon Left(2) Both"),
            (0, 0, "2026-03-17 09:00", "soon Left(1) Both"),
            (0, 0, "2026-03-18 09:00", "last_day Left(0) Handler"),
            (0, 0, "2026-03-19 09:00", "overdue Over(1) Both"),
            (0, 0, "2026-03-20 09:00", "overdue Over(2) Both"),
            // a Saturday says nothing
            (0, 0, "2026-03-21 09:00", ""),
            (
                0,
                0,
                "2026-03-23 09:00",
                "overdue Over(3) Both; overdue_leader Over(3) Leader",
            ),
            // the office asked for a word four days before
            (0, 4, "2026-03-12 09:00", "soon Left(4) Both"),
            // urgent: at half time
            (1, 0, "2026-03-13 23:00", ""),
            (2, 0, "2026-03-16 09:00", "soon Left(2) Both"),
        ];
        for (level, warn, now, expected) in table {
            assert_eq!(
                said(given, due, level, warn, now),
                expected,
                "{level} {now}"
            );
        }
        for (level, expected) in [(0, ""), (1, "soon Left(2) Both"), (2, "soon Left(2) Both")] {
            assert_eq!(said(given, "2026-03-13", level, 0, "2026-03-11 16:00"), "");
            assert_eq!(
                said(given, "2026-03-13", level, 0, "2026-03-11 18:00"),
                expected
            );
        }
        // due on a Sunday: its last working day is the Friday before
        assert_eq!(
            said("2026-03-09 10:00", "2026-03-15", 0, 0, "2026-03-13 09:00"),
            "last_day Left(0) Handler"
        );
        // one working day: a word on the day itself is enough
        assert_eq!(
            said("2026-03-09 10:00", "2026-03-10", 0, 0, "2026-03-09 17:00"),
            ""
        );
        assert_eq!(
            said("2026-03-09 10:00", "2026-03-10", 0, 0, "2026-03-10 08:00"),
            "last_day Left(0) Handler"
        );
    }

    #[test]
    fn days_kept_from_the_handler_are_told_to_who_gave_it_alone() {
        let term = Term {
            given_at: at("2026-03-09 10:00"),
            due_at: ZONE.end_of("2026-03-18".parse().unwrap()),
            level: 0,
            warn_days: 4,
            is_covered: true,
        };
        let to = |now: &str| {
            let all = reminders(&term, at(now), ZONE, &Calendar::built_in());
            all.iter().map(|r| r.to).collect::<Vec<_>>()
        };
        assert_eq!(to("2026-03-12 09:00"), [To::Giver]);
        // two thirds of the term are over: the ordinary rule speaks to both
        assert_eq!(to("2026-03-16 09:00"), [To::Both]);
    }

    #[test]
    fn the_rule_that_speaks_daily_has_the_day_in_its_key() {
        let term = Term {
            given_at: at("2026-03-02 10:00"),
            due_at: at("2026-03-06 23:59"),
            level: 0,
            warn_days: 0,
            is_covered: false,
        };
        let keys = |now: &str| {
            let all = reminders(&term, at(now), ZONE, &Calendar::built_in());
            all.iter()
                .map(|r| format!("{} {}", r.rule, r.what))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            keys("2026-03-11 09:00"),
            ["overdue 2026-03-11", "overdue_leader "]
        );
        assert_eq!(keys("2026-03-11 17:00"), keys("2026-03-11 09:00"));
        assert_eq!(
            keys("2026-03-12 09:00"),
            ["overdue 2026-03-12", "overdue_leader "]
        );
    }

    #[test]
    fn mail_keeps_the_night_and_the_weekend_quiet() {
        let (times, cal) = (Times::default(), Calendar::built_in());
        let may = |t: &Times, now: &str| may_send(t, at(now), ZONE, &cal);
        let table = [
            ("2026-03-09 07:29", false),
            ("2026-03-09 07:30", true),
            ("2026-03-09 19:59", true),
            ("2026-03-09 20:00", false),
            ("2026-03-10 00:10", false),
            ("2026-03-14 10:00", false),
            // 28 February 2026 is a Saturday worked for the Spring Festival
            ("2026-02-28 10:00", true),
        ];
        for (now, expected) in table {
            assert_eq!(may(&times, now), expected, "{now}");
        }
        let all = Times {
            rest_days: true,
            quiet: (0, 0),
            ..times
        };
        assert!(may(&all, "2026-03-14 03:00"));
        let noon = Times {
            quiet: (720, 840),
            ..all
        };
        assert!(!may(&noon, "2026-03-14 12:30") && may(&noon, "2026-03-14 14:00"));
    }

    #[test]
    fn a_digest_waits_for_its_time_and_urgent_things_do_not() {
        let times = Times::default();
        let ripe = |made: &str, hot, now: &str| {
            is_ripe(
                &times,
                (at(made), hot),
                at(now),
                (ZONE, &Calendar::built_in()),
            )
        };
        let table = [
            ("2026-03-09 09:00", false, "2026-03-09 14:29", false),
            ("2026-03-09 09:00", false, "2026-03-09 14:30", true),
            ("2026-03-09 15:00", false, "2026-03-09 19:00", false),
            ("2026-03-09 15:00", false, "2026-03-10 08:30", true),
            // off at 8:30, on at 9:10
            ("2026-03-09 15:00", false, "2026-03-10 09:10", true),
            // Friday afternoon's goes on Monday morning
            ("2026-03-06 15:00", false, "2026-03-09 08:00", false),
            ("2026-03-06 15:00", false, "2026-03-09 08:30", true),
            ("2026-02-06 15:00", false, "2026-03-09 08:00", true),
            ("2026-03-09 09:00", true, "2026-03-09 09:00", true),
        ];
        for (made, hot, now, expected) in table {
            assert_eq!(ripe(made, hot, now), expected, "{made} {now}");
        }
        let patient = Times {
            at_once: false,
            ..times
        };
        let made = at("2026-03-09 09:00");
        assert!(!is_ripe(
            &patient,
            (made, true),
            made,
            (ZONE, &Calendar::built_in())
        ));
    }
}
