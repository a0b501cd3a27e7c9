//! When a piece of work is due and how pressing that is, in words. Not here: the list (`todo`), the light of a
//! supervised matter (`engine::supervision`).
//! Invariant: supervised work has the light every other page shows for it.

use crate::engine::index_store::Todo;
use crate::engine::supervision::{Light, Watch};
use crate::kit::{Calendar, Id, Millis, Principal, Zone};
use crate::ui::list::Due;
use std::collections::BTreeMap;

/// What dates are said with.
pub struct Clock<'a> {
    pub calendar: &'a Calendar,
    pub zone: Zone,
    pub now: Millis,
}

impl Clock<'_> {
    pub fn today(&self) -> String {
        let day = self.zone.day(self.now);
        format!("{}　{}", day.long(), day.weekday_cn())
    }

    fn overdue(&self, due: Option<Millis>) -> bool {
        due.is_some_and(|d| d < self.now)
    }

    /// When it is due and what that means, in words.
    fn due(&self, due: Option<Millis>, came: Millis) -> (Due, String, String) {
        let Some(due) = due else {
            let came = self.zone.short_time(came, self.now);
            return (Due::Calm, String::new(), format!("{came} 到"));
        };
        let (today, day) = (self.zone.day(self.now), self.zone.day(due));
        let left = self.calendar.working_days_between(today, day);
        if due < self.now {
            let over = self.calendar.working_days_between(day, today);
            let said = if over > 0 {
                format!("已超 {over} 个工作日")
            } else {
                "已到期".to_owned()
            };
            return (Due::Pressing, format!("{}到期", day.short()), said);
        }
        if day == today {
            return (
                Due::Pressing,
                format!("今天 {} 前", self.zone.clock(due)),
                "今天到期".into(),
            );
        }
        (Due::Calm, day.short(), format!("剩 {left} 个工作日"))
    }
}

/// What a slip says beside its row.
pub struct Around<'a> {
    /// Whether a case stands in a volume that is not here.
    pub away: &'a dyn Fn(Id) -> bool,
    /// What is not the reader's own, and whose it is.
    pub behind: &'a [(Principal, String)],
    /// Supervised matters among them.
    pub watches: &'a BTreeMap<Id, Watch>,
}

impl Around<'_> {
    /// What the light of this work is reckoned from, where the whole matter is supervised.
    fn watch(&self, t: &Todo) -> Option<&Watch> {
        self.watches.get(&t.case).filter(|_| t.purpose == "do")
    }

    /// 督办 has one light on every page: by the day promised for the matter, not by the step.
    pub fn overdue(&self, t: &Todo, clock: &Clock<'_>) -> bool {
        match self.watch(t) {
            Some(w) => w.light(clock.now, clock.zone, clock.calendar) == Light::Red,
            None => clock.overdue(t.due_at),
        }
    }

    pub fn due(&self, t: &Todo, clock: &Clock<'_>) -> (Due, String, String) {
        let watch = self.watch(t).and_then(|w| Some((w, w.due_on?)));
        let Some((watch, day)) = watch else {
            return clock.due(t.due_at, t.given_at);
        };
        let (now, zone, calendar) = (clock.now, clock.zone, clock.calendar);
        let calm = match watch.light(now, zone, calendar) {
            Light::Red | Light::Yellow => Due::Pressing,
            Light::Green | Light::Out => Due::Calm,
        };
        let why = match watch.why(now, zone, calendar) {
            why if why.is_empty() => {
                let left = calendar.working_days_between(zone.day(now), day);
                format!("剩 {left} 个工作日")
            }
            why => why,
        };
        (calm, format!("督办 {}", day.short()), why)
    }
}
