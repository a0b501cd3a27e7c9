//! The publishing checks of what a case takes from others (`[[claim]]`): the fields it is reckoned from, and that nobody
//! changes them while it is held. The sentences are of the same kind as those beside it (`publish`).

use super::Check;
use crate::engine::definition::{Claim, Kind, What};
use std::collections::BTreeSet;

impl Check<'_> {
    pub(super) fn claims(&mut self) {
        let mut seen = BTreeSet::new();
        for claim in &self.p.claims {
            let name = claim.called(self.p);
            if !seen.insert(&claim.id) {
                self.say(format!("{name}和前面一个占用的代号重了，请改其中一个"));
            }
            self.need_step(&claim.step, &name);
            if let Some(until) = &claim.until {
                self.need_step(until, &name);
                if self.p.place(until) <= self.p.place(&claim.step) {
                    self.say(format!(
                        "{name}结束的环节要排在占用的环节“{}”后面",
                        self.p.step_name(&claim.step)
                    ));
                }
            }
            for c in &claim.when {
                self.need_field(&c.field, &name);
            }
            self.taken(claim, &name);
            self.unchanged(claim, &name);
        }
    }

    fn taken(&mut self, claim: &Claim, name: &str) {
        match &claim.what {
            What::Thing {
                resource,
                days,
                from,
                to,
            } => {
                self.fits(
                    resource,
                    (name, "会议室、车辆这样从清单里选的字段"),
                    |k| matches!(k, Kind::Resource { .. }),
                );
                self.day_field(days, name);
                for time in from.iter().chain(to) {
                    self.fits(time, (name, "时间字段"), |k| *k == Kind::Time);
                }
            }
            What::Time {
                whose,
                days,
                from,
                to,
                ..
            } => {
                self.person_field(whose.as_deref(), name);
                self.day_field(days, name);
                for time in from.iter().chain(to) {
                    self.fits(time, (name, "时间字段"), |k| *k == Kind::Time);
                }
            }
            What::Balance {
                whose,
                amount,
                days,
                used,
                ..
            } => {
                self.person_field(whose.as_deref(), name);
                self.day_field(days, name);
                for n in std::iter::once(amount).chain(used) {
                    self.fits(n, (name, "数字字段"), |k| {
                        matches!(k, Kind::Number { .. } | Kind::Computed(_))
                    });
                }
            }
        }
    }

    fn person_field(&mut self, id: Option<&str>, name: &str) {
        if let Some(id) = id {
            self.fits(id, (name, "人员字段"), |k| *k == Kind::Person);
        }
    }

    fn day_field(&mut self, id: &str, name: &str) {
        self.fits(id, (name, "日期或者起止日期字段"), |k| {
            matches!(k, Kind::Date | Kind::Span)
        });
    }

    fn fits(&mut self, id: &str, (name, wanted): (&str, &str), fits: impl Fn(&Kind) -> bool) {
        if !self.p.field(id).is_some_and(|f| fits(&f.kind)) {
            let label = self.label_of(id);
            self.say(format!("{name}要用一个{wanted}，选的却是{label}，请重新选"));
        }
    }

    /// What somebody holds others go by: it changes only by coming back before the step that takes it.
    fn unchanged(&mut self, claim: &Claim, name: &str) {
        let p = self.p;
        let at = p.place(&claim.step);
        for field in claim.fields().into_iter().filter_map(|id| p.field(id)) {
            let later = p
                .steps
                .iter()
                .find(|s| p.place(&s.id) > at && field.writable_at(&s.id));
            if let Some(step) = later {
                self.say(format!(
                    "{name}占下以后，字段“{}”不能再改，请在环节“{}”去掉它的填写权",
                    field.label, step.name
                ));
            }
            if p.correct
                .as_ref()
                .is_some_and(|c| c.fields.contains(&field.id))
            {
                self.say(format!(
                    "{name}占下以后，字段“{}”不能更正，请从更正里去掉",
                    field.label
                ));
            }
        }
    }
}
