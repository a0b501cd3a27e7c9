//! The publishing checks of what a procedure sets going: delegations, cases of other procedures, taking first.
//! Not here: whether the other procedure exists; that is asked when it is started.

use super::Check;
use crate::engine::definition::{HowMany, Kind};

impl Check<'_> {
    /// Delegations, child cases, taking first.
    pub(super) fn lanes(&mut self) {
        let p = self.p;
        for rule in &p.delegates {
            self.need_step(&rule.step, "委托");
            if let Some(until) = &rule.until {
                self.need_step(until, "委托");
                if p.place(until) <= p.place(&rule.step) {
                    self.say(format!(
                        "委托结束的环节要排在批准的环节“{}”后面",
                        p.step_name(&rule.step)
                    ));
                }
            }
            let is =
                |id: &str, kinds: &[Kind]| p.field(id).is_some_and(|f| kinds.contains(&f.kind));
            if !is(&rule.span, &[Kind::Span]) {
                let label = self.label_of(&rule.span);
                self.say(format!(
                    "委托从哪天到哪天，要写进一个起止日期字段，{label}不是"
                ));
            }
            for (field, what) in [(&rule.person, "委托给谁"), (&rule.whose, "委托谁的待办")]
            {
                if let Some(field) = field
                    && !is(field, &[Kind::Person])
                {
                    self.say(format!("{what}，要写进一个人员字段，“{field}”不是"));
                }
            }
        }
        for step in &p.steps {
            for rule in &step.spawns {
                let name = format!("环节“{}”发起的“{}”", step.name, rule.label);
                rule.copy
                    .iter()
                    .for_each(|c| self.need_field(&c.from, &name));
                if rule.procedure == p.id {
                    self.say(format!("{name}就是本事项自己，会没完没了，请换一个事项"));
                }
            }
            if step.take && step.how != HowMany::AnyOne {
                self.say(format!(
                    "环节“{}”不是一个人办就行的，不用写先领先办",
                    step.name
                ));
            }
        }
    }
}
