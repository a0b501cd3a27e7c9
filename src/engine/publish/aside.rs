//! The publishing checks of what stands beside the flow: mending, voiding, urging, refusing.
//! Not here: the flow itself.

use super::Check;
use crate::engine::definition::{HowMany, Kind};

impl Check<'_> {
    /// What stands beside the flow: mending, voiding, urging, refusing.
    pub(super) fn aside(&mut self) {
        let p = self.p;
        if let Some(c) = &p.correct {
            for r in c.roles.iter().chain(&c.closed) {
                self.need_role(r, &c.label);
            }
            c.fields.iter().for_each(|f| self.may_mend(f, &c.label));
        }
        if let Some(v) = &p.void {
            v.roles.iter().for_each(|r| self.need_role(r, &v.label));
        }
        if let Some(u) = &p.urge {
            u.roles.iter().for_each(|r| self.need_role(r, &u.label));
            if u.again_after_hours == 0 {
                self.say(format!("{}要写明几小时内不重复催，至少 1 小时", u.label));
            }
        }
        if let Some(e) = &p.extend {
            self.who(&e.approve, &e.label);
            if e.terms.is_empty() {
                self.say(format!("{}要写明可以延长多久，至少一种", e.label));
            }
            for id in &e.steps {
                self.need_step(id, &e.label);
                if p.step(id).is_some_and(|s| s.due.is_none()) {
                    let name = p.step_name(id);
                    self.say(format!("“{name}”没有期限，不用写进{}", e.label));
                }
            }
        }
        for power in [&p.terminate, &p.reopen, &p.jump].into_iter().flatten() {
            power
                .roles
                .iter()
                .for_each(|r| self.need_role(r, &power.label));
        }
        if let Some(pause) = &p.pause {
            if pause.grounds.is_empty() {
                self.say(format!("{}要写明可以因为什么暂停，至少一种", pause.label));
            }
            for id in &pause.steps {
                self.need_step(id, &pause.label);
                if p.step(id).is_some_and(|s| s.due.is_none()) {
                    let name = p.step_name(id);
                    self.say(format!("“{name}”没有期限，不用写进{}", pause.label));
                }
            }
        }
        if let Some(r) = &p.refuse {
            self.need_field(&r.field, "退回来文单位");
        }
    }

    /// A number, an opinion, a file, a field somebody may not see, and one that branches hang on stay.
    fn may_mend(&mut self, id: &str, name: &str) {
        self.need_field(id, name);
        let Some(field) = self.p.field(id) else {
            return;
        };
        let fixed = matches!(
            field.kind,
            Kind::SeriesNumber
                | Kind::OpinionBox
                | Kind::Files
                | Kind::Table { .. }
                | Kind::Computed(_)
        );
        let branches = self.p.steps.iter().any(|s| match &s.how {
            HowMany::Departments {
                principal,
                assisting,
                ..
            } => principal == id || assisting.as_deref() == Some(id),
            _ => false,
        });
        if fixed || branches {
            self.say(format!(
                "{name}里写的字段“{}”不能更正：编号、意见、附件、表格、自动算的和分办的部门要按流程改",
                field.label
            ));
        }
        if !field.hidden_from.is_empty() {
            self.say(format!(
                "{name}里写的字段“{}”有人看不见，更正的记录却人人能看，请去掉其中一样",
                field.label
            ));
        }
    }
}
