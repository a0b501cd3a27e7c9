//! Checks of what a procedure puts on paper and into books: its grid, its columns, its old registers.
//! The sentences are of the same kind as those beside it (`publish`).

use super::Check;
use crate::engine::definition::{Content, Medium, RegisterColumn, Source};
use std::collections::BTreeSet;

impl Check<'_> {
    pub(super) fn layout(&mut self) {
        let mut placed: BTreeSet<String> = BTreeSet::new();
        let cells: Vec<String> = self
            .p
            .layout
            .cells()
            .filter_map(|c| match &c.content {
                Content::Field(id) => Some(id.clone()),
                Content::Readers => None,
            })
            .collect();
        for id in cells {
            self.need_field(&id, "版式");
            if !placed.insert(id.clone()) {
                let label = self.label_of(&id);
                self.say(format!("版式里{label}放了两次，请拿下一个"));
            }
        }
        let absent: Vec<String> = self
            .p
            .fields
            .iter()
            .filter(|f| !f.must.is_empty() && !placed.contains(&f.id))
            .map(|f| f.label.clone())
            .collect();
        for label in absent {
            self.say(format!("字段“{label}”必填，版式里却没有它的格子"));
        }
        for sheet in &self.p.sheets {
            for f in &sheet.line {
                self.need_field(f, &format!("打印稿“{}”", sheet.title));
            }
        }
    }

    pub(super) fn columns(&mut self) {
        let ledger = self
            .p
            .ledger
            .columns
            .iter()
            .map(|c| (format!("台账“{}”", c.label), &c.from));
        let register = self
            .p
            .register
            .columns
            .iter()
            .map(|c| (format!("登记簿“{}”", c.label), &c.from));
        for (name, source) in ledger.chain(register).collect::<Vec<_>>() {
            match source {
                Source::Field(f) | Source::Filled(f) => self.need_field(f, &name),
                Source::Opinion(f)
                | Source::Written(f)
                | Source::Writer(f)
                | Source::WrittenAt(f) => self.need_box(f, &name),
                Source::Actor(s)
                | Source::Time(s)
                | Source::Done(s)
                | Source::Reached(s)
                | Source::Due(s) => {
                    self.need_step(s, &name);
                }
                Source::Readers(_) if self.p.circulation.is_none() => {
                    self.say(format!("{name}要记传阅，请写上 [circulation] 一节"));
                }
                _ => {}
            }
        }
    }

    /// Where a case is and how it stands is what a list is opened for.
    pub(super) fn in_sight(&mut self) {
        let hidden = |c: &&RegisterColumn| {
            matches!(c.from, Source::State | Source::Holder) && c.off.contains(&Medium::List)
        };
        let found = self.p.register.columns.iter().filter(hidden);
        let said =
            found.map(|c| format!("登记簿的“{}”一栏在网页上要一直看得见，不能收起来", c.label));
        self.found.extend(said.collect::<Vec<_>>());
    }

    pub(super) fn import(&mut self) {
        if let Some(filing) = &self.p.archive {
            self.found.extend(filing.faults(self.p));
        }
        let Some(import) = &self.p.import else {
            return;
        };
        for r in &import.roles {
            self.need_role(r, "旧登记簿");
        }
        self.found.extend(import.faults(self.p));
    }
}
