//! Checks of a procedure that makes an official document: its elements, the work at its steps, its numbers by organ code.
//! The sentences are of the same kind as those beside it (`publish`).

use super::Check;
use crate::engine::definition::{Document, HowMany, Kind, MoveId, Scope, Step, Work};

impl Check<'_> {
    pub(super) fn official(&mut self) {
        self.numbers();
        let p = self.p;
        let Some(document) = &p.document else {
            for step in p.steps.iter().filter(|s| s.work.is_some()) {
                self.say(format!(
                    "环节“{}”是办公文的一步（核稿、签发、用印、分发），这个事项却没有公文正文：请照“发文”的样子做，或者把这一步改成普通环节",
                    step.name
                ));
            }
            return;
        };
        self.elements(document);
        for step in &p.steps {
            self.work(document, step);
        }
        let signs = p
            .steps
            .iter()
            .any(|s| s.id == document.signed && s.work == Some(Work::SignOff));
        if !signs {
            self.say(format!(
                "公文说在“{}”签发，那个环节却不是签发的一步：请改成签发，签的才是这一稿",
                document.signed
            ));
        }
    }

    /// Numbers that each organ code counts for itself.
    fn numbers(&mut self) {
        let Some(series) = &self.p.series else {
            return;
        };
        let kind = |id: &str| self.p.field(id).map(|f| &f.kind);
        if let Some(by) = &series.by {
            if kind(by) != Some(&Kind::Letterhead) {
                self.say(format!("编号按机关代字，“{by}”要是一个“发文字头”字段"));
            }
            if !series.pattern.contains("{code}") {
                self.say("编号按机关代字，写法里要有 {code}，例如 {code}〔{year}〕{n}号");
            }
            if series.scope == Scope::Department {
                self.say("编号按机关代字，就是全单位的号，请改成全单位一起编");
            }
        } else if series.pattern.contains("{code}") {
            self.say("编号的写法里有 {code}，请写明按哪一格的发文字头");
        }
        let Some(own) = &self.p.series.as_ref().and_then(|s| s.own.clone()) else {
            return;
        };
        if !matches!(
            self.p.field(own).map(|f| &f.kind),
            Some(Kind::Number { .. })
        ) {
            let label = self.label_of(own);
            self.say(format!("填预留号的要是一个“数字”字段，{label}不是"));
        }
    }

    fn elements(&mut self, d: &Document) {
        let body = self.p.field(&d.body).map(|f| &f.kind);
        if !matches!(body, Some(Kind::Document { .. })) {
            let label = self.label_of(&d.body);
            self.say(format!("公文的正文要是一个“公文正文”字段，{label}不是"));
        }
        let kind = self.p.field(&d.kind).map(|f| &f.kind);
        if !matches!(kind, Some(Kind::Choice { .. })) {
            let label = self.label_of(&d.kind);
            self.say(format!("公文的文种要是一个“单选”字段，{label}不是"));
        }
        if self.p.field(&d.letterhead).map(|f| &f.kind) != Some(&Kind::Letterhead) {
            let label = self.label_of(&d.letterhead);
            self.say(format!("公文的发文字头要是一个“发文字头”字段，{label}不是"));
        }
        let others = [
            &d.addressee,
            &d.copy_to,
            &d.number,
            &d.copies,
            &d.attachments,
            &d.note,
            &d.openness,
            &d.dated_on,
        ];
        for id in others.into_iter().flatten() {
            self.need_field(id, "公文要素");
        }
        self.need_step(&d.signed, "公文的签发");
        let mended = self.p.correct.as_ref().map_or(&[][..], |c| &c.fields);
        if mended.contains(&d.body) {
            self.say("公文正文不能更正：签发以后要改的，退回去改，再签发一次");
        }
    }

    fn work(&mut self, d: &Document, step: &Step) {
        let name = &step.name;
        let here = self.p.place(&step.id);
        let mut steps = self.p.steps.iter();
        let signed = steps.position(|s| s.work == Some(Work::SignOff));
        let after = matches!((signed, here), (Some(s), Some(h)) if s < h);
        if after && step.label(MoveId::Return).is_none() {
            self.say(format!(
                "环节“{name}”在签发以后，要有“退回”：正文改了要退回去重新签发"
            ));
        }
        let Some(work) = step.work else {
            return;
        };
        if matches!(step.how, HowMany::Departments { .. }) {
            self.say(format!(
                "环节“{name}”分给了几个部门，不能在那里核稿、签发、用印、分发公文"
            ));
        }
        match work {
            Work::Check => {}
            Work::SignOff => {
                let back = |to: &str| self.p.place(to) <= here;
                if step.next.iter().any(|n| back(&n.to)) {
                    self.say(format!(
                        "环节“{name}”是签发，去路只能往后走；要改的请用“退回”，不然没签发也记成签发了"
                    ));
                }
            }
            Work::Seal => self.done_to_it(d, step, ("用印", after)),
            Work::Issue => {
                self.done_to_it(d, step, ("分发", after));
                let circulation = self.p.circulation.as_ref();
                if circulation.is_none_or(|c| c.receipt.is_none()) {
                    self.say(format!(
                        "环节“{name}”要分发，还没有写明收到的人按哪个字签收：请在传阅的写法里补上签收按钮上的字，例如“签收”"
                    ));
                }
            }
        }
    }

    /// What is done to a document that stands.
    fn done_to_it(&mut self, d: &Document, step: &Step, (what, after): (&str, bool)) {
        let name = &step.name;
        let body = self.p.field(&d.body);
        if !after {
            self.say(format!(
                "环节“{name}”要{what}，它前面没有签发的环节：没有签发的公文不能{what}"
            ));
        }
        if body.is_some_and(|f| f.writable_at(&step.id)) {
            self.say(format!("环节“{name}”要{what}，在那里不能再改正文"));
        }
    }
}
