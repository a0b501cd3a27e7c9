//! What stands beside the flow and cannot do without a field or a step: what is held, who stands in, supervision, the
//! official document, the archive card. Not here: the flow itself, and what is merely cleaned (`refer`).
//! Invariant: each place is named in the words of the page where it is said.

use crate::engine::definition::{DelegateRule, Procedure, Watched, What};

/// Where a field is used.
pub fn of_field(p: &Procedure, id: &str) -> Option<String> {
    for claim in &p.claims {
        let used = matches!(&claim.what, What::Balance { used: Some(used), .. } if used == id);
        if used || claim.fields().contains(&id) {
            return Some(claim.called(p));
        }
    }
    for rule in &p.delegates {
        let people = [&rule.whose, &rule.person];
        if rule.span == id || people.into_iter().flatten().any(|f| f == id) {
            return Some("办完以后自动生成的委托".to_owned());
        }
    }
    if let Some(s) = &p.supervision {
        let always = [
            &s.source,
            &s.matter,
            &s.principal,
            &s.due,
            &s.progress,
            &s.proof,
        ];
        let mut all = always.into_iter().chain(&s.note).chain(&s.assisting);
        if all.any(|f| f == id) {
            return Some("督办（来源、事项、牵头、时限、进展和办结材料）".to_owned());
        }
    }
    if let Some(r) = p.raises.as_ref().filter(|r| r.table == id) {
        return Some(format!("“{}”", r.label));
    }
    let asked = |w: &Watched| {
        w.matter.as_deref() == Some(id) || w.when.iter().any(|c| super::refer::asks(c, id))
    };
    if p.watched.iter().any(asked) {
        return Some("转督办".to_owned());
    }
    if let Some(d) = &p.document {
        let always = [&d.body, &d.kind, &d.letterhead];
        let more = [
            &d.addressee,
            &d.copy_to,
            &d.number,
            &d.copies,
            &d.attachments,
            &d.note,
            &d.openness,
            &d.dated_on,
        ];
        let mut all = always.into_iter().chain(more.into_iter().flatten());
        if all.any(|f| f == id) {
            return Some("公文的版式".to_owned());
        }
    }
    if let Some(c) = &p.archive {
        let all = [
            &c.author,
            &c.number,
            &c.dated_on,
            &c.retention,
            &c.level,
            &c.kind,
        ];
        if all.into_iter().flatten().any(|f| f == id) {
            return Some("归档卡片".to_owned());
        }
    }
    None
}

/// Where a step is used.
pub fn of_step(p: &Procedure, id: &str) -> Option<String> {
    let is = |s: &Option<String>| s.as_deref() == Some(id);
    if let Some(claim) = p.claims.iter().find(|c| c.step == id || is(&c.until)) {
        return Some(claim.called(p));
    }
    let stands = |r: &DelegateRule| r.step == id || is(&r.until);
    if p.delegates.iter().any(stands) {
        return Some("办完以后自动生成的委托".to_owned());
    }
    if p.document.as_ref().is_some_and(|d| d.signed == id) {
        return Some("公文的签发".to_owned());
    }
    None
}
