//! What is said of one step: what is written there, what may be done, how long it may take, who looks at feedback.
//! Not here: who does it and where it stands (`steps`).

use super::steps::{DueForm, OpinionForm, WhoPick, find, picked};
use super::{Made, clock, fields, name, words};
use crate::engine::definition::limit::{self, Term};
use crate::engine::definition::{
    Circulation, Due, Kind, MoveId, Need, OpinionRule, Procedure, Review, Who,
};
use crate::kit::text;

pub fn opinion(p: &mut Procedure, id: &str, form: Option<OpinionForm>) -> Result<Made, String> {
    let step = find(p, id)?.clone();
    let Some(form) = form else {
        find(p, id)?.opinion = None;
        return Ok(Made::step(id));
    };
    let into = match p.field(&form.into) {
        Some(f) if f.kind == Kind::OpinionBox => f.id.clone(),
        _ => fields::new_box(p, &words::box_of(&step.name))?,
    };
    let lines = form.phrases.lines().map(text::one_line);
    let phrases = lines.filter(|l| !l.is_empty()).take(20).collect();
    let revises = step.opinion.is_some_and(|o| o.revises && o.into == into);
    find(p, id)?.opinion = Some(OpinionRule {
        into,
        need: if form.required {
            Need::Required
        } else {
            Need::Optional
        },
        phrases,
        revises,
    });
    Ok(Made::step(id))
}

pub fn moves(p: &mut Procedure, id: &str, all: Vec<(MoveId, String)>) -> Result<Made, String> {
    let circulates = all.iter().any(|(m, _)| *m == MoveId::Circulate);
    let step = find(p, id)?;
    step.moves.retain(|m, _| !words::offered(*m));
    for (mv, label) in all.into_iter().filter(|(m, _)| words::offered(*m)) {
        let label = text::one_line(&label);
        let label = if label.is_empty() {
            words::mv(mv).to_owned()
        } else {
            name(&label, "按钮上的字")?
        };
        step.moves.insert(mv, label);
    }
    if circulates && p.circulation.is_none() {
        p.circulation = Some(circulation());
    }
    Ok(Made::step(id))
}

fn circulation() -> Circulation {
    let roles = |all: &[&str]| all.iter().map(|r| (*r).to_owned()).collect();
    Circulation {
        label: words::mv(MoveId::Circulate).to_owned(),
        read: "我知道了".to_owned(),
        receipt: None,
        into: None,
        among: roles(&["principal_leader", "leader", "dept_head"]),
        late: roles(&["records_clerk"]),
        manage: roles(&["records_clerk", "office_director"]),
    }
}

pub fn due(p: &mut Procedure, id: &str, form: Option<DueForm>) -> Result<Made, String> {
    let Some(form) = form else {
        find(p, id)?.due = None;
        clock::drop_step(p, id);
        return Ok(Made::step(id));
    };
    let n = || {
        let n = text::fold(form.n.trim()).parse::<u32>().ok();
        n.filter(|n| (1..=3650).contains(n))
            .ok_or("几天办完，请写数字，例如 3")
    };
    let (term, law) = match form.unit.as_str() {
        "days" => (Term::Days(n()?), None),
        "months" => (Term::Months(n()?), None),
        "working_days" => (Term::WorkingDays(n()?), None),
        law => limit::find(law)
            .map(|l| (l.term, Some(l)))
            .ok_or("请选日子怎么算，例如 工作日")?,
    };
    let after = Some(form.after.clone()).filter(|s| s != id && p.step(s).is_some());
    let is_date = |f: &String| p.field(f).is_some_and(|f| f.kind == Kind::Date);
    let field = Some(form.field.clone()).filter(is_date);
    let step = find(p, id)?;
    let old = step.due.take();
    step.due = Some(Due {
        term,
        limit: law,
        after,
        field,
        warn: old.as_ref().and_then(|d| d.warn.clone()),
        remind: old.map(|d| d.remind).unwrap_or_default(),
    });
    Ok(Made::step(id))
}

pub fn review(p: &mut Procedure, id: &str, pick: Option<WhoPick>) -> Result<Made, String> {
    let old = find(p, id)?.review.clone();
    let Some(pick) = pick else {
        find(p, id)?.review = None;
        return Ok(Made::step(id));
    };
    let before = p.steps.iter().find(|s| s.next.iter().any(|n| n.to == id));
    let usual = before.map_or(Who::Starter, |s| Who::HandlerOf(s.id.clone()));
    let who = picked(p, pick, old.as_ref().map_or(&usual, |r| &r.who))?;
    let words = old.unwrap_or_else(|| Review {
        who: who.clone(),
        name: "审核反馈".to_owned(),
        accept: "采用反馈".to_owned(),
        send_back: "退回重办".to_owned(),
        settle: "重新分办".to_owned(),
    });
    find(p, id)?.review = Some(Review { who, ..words });
    Ok(Made::step(id))
}
