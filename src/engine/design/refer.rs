//! Who refers to a field or a step: what merely shows it is cleaned when it goes; where the flow stands on it,
//! the deletion is refused, naming the place.
//! Invariant: after `drop_*` nothing in the definition names the id any more.

use super::{grid, uses};
use crate::engine::definition::{
    Compute, Condition, Content, Field, HowMany, Kind, Procedure, Source, Step, Who,
};

/// Takes a field away.
pub fn drop_field(p: &mut Procedure, id: &str) -> Result<(), String> {
    let Some(field) = p.field(id) else {
        return Err("这一格已经不在表上了，请刷新页面".to_owned());
    };
    let label = field.label.clone();
    if let Some(place) = needs_field(p, id) {
        return Err(format!(
            "{place}要用“{label}”这一格，请先到那里改掉，再来删"
        ));
    }
    p.fields.retain(|f| f.id != id);
    grid::lift(&mut p.layout, id);
    for sheet in &mut p.sheets {
        sheet.line.retain(|f| f != id);
        if let Some(layout) = &mut sheet.layout {
            grid::lift(layout, id);
        }
        if sheet.layout.as_ref().is_some_and(|l| l.rows.is_empty()) {
            sheet.layout = None;
        }
    }
    p.register.columns.retain(|c| !shows_field(&c.from, id));
    p.ledger.columns.retain(|c| !shows_field(&c.from, id));
    p.brief.retain(|f| f != id);
    if p.urgency.as_deref() == Some(id) {
        p.urgency = None;
    }
    if let Some(c) = &mut p.correct {
        c.fields.retain(|f| f != id);
    }
    if let Some(c) = &mut p.circulation
        && c.into.as_deref() == Some(id)
    {
        c.into = None;
    }
    for step in &mut p.steps {
        if let Some(due) = &mut step.due {
            due.field.take_if(|f| f == id);
            due.warn.take_if(|f| f == id);
            due.remind.retain(|c| !asks(c, id));
        }
    }
    if let Some(import) = &mut p.import {
        import.words.remove(id);
        import.archived.take_if(|f| f == id);
        import.secrecy.take_if(|f| f == id);
    }
    if let Some(exchange) = &mut p.exchange {
        exchange.forget(id);
    }
    Ok(())
}

/// Whether a row of a condition looks at a field.
pub fn asks(c: &Condition, id: &str) -> bool {
    c.field == id || c.than.as_ref().is_some_and(|t| t.field == id)
}

fn shows_field(source: &Source, id: &str) -> bool {
    match source {
        Source::Field(f)
        | Source::Filled(f)
        | Source::Opinion(f)
        | Source::Written(f)
        | Source::Writer(f)
        | Source::WrittenAt(f) => f == id,
        _ => false,
    }
}

/// Where the procedure cannot do without a field.
fn needs_field(p: &Procedure, id: &str) -> Option<String> {
    if p.title == id {
        return Some("这件事在清单里的标题".to_owned());
    }
    if p.series.as_ref().is_some_and(|s| s.field == id) {
        return Some("“名称和编号”里的编号".to_owned());
    }
    if let Some(same) = &p.same
        && [&same.number, &same.issuer, &same.title, &same.why].contains(&&id.to_owned())
    {
        return Some("重复登记的核对".to_owned());
    }
    if p.refuse.as_ref().is_some_and(|r| r.field == id) {
        return Some("退回来文单位的记录".to_owned());
    }
    if p.import.as_ref().is_some_and(|i| i.on == id) {
        return Some("旧登记簿的导入".to_owned());
    }
    if p.exchange.as_ref().is_some_and(|e| e.needs(id)) {
        return Some("公文交换来的怎么登记".to_owned());
    }
    if p.lending.as_ref().is_some_and(|l| l.needs(id)) {
        return Some("从档案目录申请借阅".to_owned());
    }
    let rule = |c: &Vec<Condition>| c.iter().any(|c| asks(c, id));
    if p.rules.iter().any(|r| rule(&r.when) || rule(&r.must)) {
        return Some("几格之间的核对规则".to_owned());
    }
    let grant = p.visibility.grants.iter().any(|g| who_field(&g.who, id));
    if grant || p.extend.as_ref().is_some_and(|e| who_field(&e.approve, id)) {
        return Some("谁能看、谁批延期的规定".to_owned());
    }
    let step = p.steps.iter().find_map(|s| step_needs(p, s, id));
    let step = step.or_else(|| uses::of_field(p, id));
    step.or_else(|| p.fields.iter().find_map(|f| field_needs(f, id)))
}

fn step_needs(p: &Procedure, s: &Step, id: &str) -> Option<String> {
    let at = |what: &str| Some(format!("环节“{}”的{what}", s.name));
    let told = s.tells.iter().any(|t| who_field(&t.who, id));
    let review = s.review.as_ref().is_some_and(|r| who_field(&r.who, id));
    if who_field(&s.who, id) || told || review {
        return at("办理人");
    }
    if let HowMany::Departments {
        principal,
        assisting,
        ..
    } = &s.how
        && (principal == id || assisting.as_deref() == Some(id))
    {
        return at("主办和协办部门");
    }
    if s.opinion.as_ref().is_some_and(|o| o.into == id) {
        return at("意见");
    }
    let way = s.next.iter().find(|n| n.when.iter().any(|c| asks(c, id)));
    way.and_then(|n| at(&format!("去路“{}”的条件", p.step_name(&n.to))))
}

fn field_needs(f: &Field, id: &str) -> Option<String> {
    let at = |what: &str| Some(format!("“{}”这一格的{what}", f.label));
    if f.id == id {
        return None;
    }
    if f.must_when.iter().any(|c| asks(c, id)) {
        return at("必填条件");
    }
    if f.pictures.as_ref().is_some_and(|p| p.declare == id) {
        return at("照片声明");
    }
    let computed = match &f.kind {
        Kind::Computed(Compute::Days(of) | Compute::WorkingDays(of) | Compute::Age(of)) => of == id,
        Kind::Computed(Compute::SumOf { table, .. }) => table == id,
        Kind::Computed(Compute::Sum(all)) => all.iter().any(|of| of == id),
        _ => false,
    };
    if computed { at("自动计算") } else { None }
}

fn who_field(who: &Who, id: &str) -> bool {
    match who {
        Who::HeadOf(f) | Who::ReceiverOf(f) | Who::LeaderOf(f) => f == id,
        Who::RoleOf { department, .. } => department == id,
        _ => false,
    }
}

/// Takes a step away. Ways that led to it lead on to where it led first.
pub fn drop_step(p: &mut Procedure, id: &str) -> Result<(), String> {
    let Some(step) = p.step(id).cloned() else {
        return Err("这一步已经删掉了，请刷新页面".to_owned());
    };
    if p.first_step().is_some_and(|s| s.id == id) {
        return Err("第一步是发起的人填表，不能删；可以改它的名字".to_owned());
    }
    if let Some(place) = needs_step(p, id) {
        return Err(format!(
            "{place}要用“{}”这一步，请先到那里改掉，再来删",
            step.name
        ));
    }
    let on = step.next.first().map(|n| n.to.clone());
    let on = on.filter(|to| to != id);
    p.steps.retain(|s| s.id != id);
    for s in &mut p.steps {
        super::steps::leads_past(s, &step, on.as_deref());
    }
    clean_step(p, id);
    super::steps::relabel(p);
    Ok(())
}

fn clean_step(p: &mut Procedure, id: &str) {
    let first = p.first_step().map(|s| s.id.clone()).unwrap_or_default();
    for f in &mut p.fields {
        for list in [&mut f.write, &mut f.must, &mut f.hidden_from] {
            list.retain(|s| s != id);
        }
    }
    for s in &mut p.steps {
        if let Some(due) = &mut s.due {
            due.after.take_if(|a| a == id);
        }
    }
    if let Some(series) = &mut p.series
        && series.step == id
    {
        series.step.clone_from(&first);
    }
    for grant in &mut p.visibility.grants {
        if grant.from == id {
            grant.from.clone_from(&first);
        }
    }
    super::clock::drop_step(p, id);
    if let Some(paper) = &mut p.paper {
        paper.steps.retain(|s| s != id);
    }
    for rule in &mut p.rules {
        rule.steps.retain(|s| s != id);
    }
    p.rules.retain(|r| !r.steps.is_empty());
    p.register.columns.retain(|c| !shows_step(&c.from, id));
    p.ledger.columns.retain(|c| !shows_step(&c.from, id));
}

fn shows_step(source: &Source, id: &str) -> bool {
    match source {
        Source::Actor(s)
        | Source::Time(s)
        | Source::Done(s)
        | Source::Reached(s)
        | Source::Due(s) => s == id,
        _ => false,
    }
}

fn needs_step(p: &Procedure, id: &str) -> Option<String> {
    let handler = |who: &Who| matches!(who, Who::HandlerOf(s) if s == id);
    let found = p.steps.iter().filter(|s| s.id != id).find(|s| {
        handler(&s.who)
            || s.tells.iter().any(|t| handler(&t.who))
            || s.review.as_ref().is_some_and(|r| handler(&r.who))
    });
    if let Some(s) = found {
        return Some(format!("环节“{}”的办理人", s.name));
    }
    let grant = p.visibility.grants.iter().any(|g| handler(&g.who));
    if grant || p.extend.as_ref().is_some_and(|e| handler(&e.approve)) {
        return Some("谁能看、谁批延期的规定".to_owned());
    }
    uses::of_step(p, id)
}

/// Whether a field stands in the grid.
pub fn is_placed(p: &Procedure, id: &str) -> bool {
    let of = |c: &Content| matches!(c, Content::Field(f) if f == id);
    p.layout.cells().any(|c| of(&c.content))
}
