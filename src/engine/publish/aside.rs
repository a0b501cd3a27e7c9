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
        self.supervision();
        self.raises();
        self.watched();
    }

    /// What a supervised matter is known by, where its progress goes, and that it is closed with proof only.
    fn supervision(&mut self) {
        let p = self.p;
        let Some(s) = &p.supervision else { return };
        let kind = |id: &str| p.field(id).map(|f| &f.kind);
        for id in [&s.source, &s.matter].into_iter().chain(&s.note) {
            self.need_field(id, "督办");
        }
        if !matches!(kind(&s.principal), Some(Kind::Department)) {
            let label = self.label_of(&s.principal);
            self.say(format!("督办的牵头部门要写一个“部门”字段，{label}不是"));
        }
        let assisting = s.assisting.as_deref();
        if let Some(id) = assisting.filter(|id| !matches!(kind(id), Some(Kind::Departments))) {
            let label = self.label_of(id);
            self.say(format!("督办的配合部门要写一个“多个部门”字段，{label}不是"));
        }
        if !matches!(kind(&s.due), Some(Kind::Date)) {
            let label = self.label_of(&s.due);
            self.say(format!("督办的时限要写一个“日期”字段，{label}不是"));
        }
        if !matches!(kind(&s.progress), Some(Kind::OpinionBox)) {
            let label = self.label_of(&s.progress);
            self.say(format!("督办的进展要写一个“意见栏”字段，{label}不是"));
        }
        self.need_field(&s.proof, "办结材料");
        if p.field(&s.proof).is_some_and(|f| f.must.is_empty()) {
            let label = p.field(&s.proof).map_or("", |f| f.label.as_str());
            self.say(format!(
                "“{label}”是督办的办结材料，要写明在哪个环节必须填，不然没有材料也能销号"
            ));
        }
    }

    /// What a matter raised from here says.
    fn watched(&mut self) {
        for w in &self.p.watched {
            for id in w.matter.iter().chain(w.when.iter().map(|c| &c.field)) {
                self.need_field(id, "转督办");
            }
            if w.source.trim().is_empty() {
                self.say("转督办要写明来源，例如“会议”");
            }
        }
    }

    /// The table whose rows become supervised matters, and its columns.
    fn raises(&mut self) {
        let p = self.p;
        let Some(r) = &p.raises else { return };
        let Some(Kind::Table { columns }) = p.field(&r.table).map(|f| &f.kind) else {
            let label = self.label_of(&r.table);
            self.say(format!("{}要写一个“表格”字段，{label}不是", r.label));
            return;
        };
        let named = [
            Some(&r.matter),
            r.principal.as_ref(),
            r.assisting.as_ref(),
            r.due.as_ref(),
        ];
        for id in named.into_iter().flatten() {
            if columns.iter().all(|c| c.id != *id) {
                self.say(format!("{}用到的一栏，表格里没有，请重新选一栏", r.label));
            }
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
