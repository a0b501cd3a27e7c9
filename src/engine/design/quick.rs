//! A flow from one line: the steps that clicking would have made, with their people, boxes, ladders and limits.
//! Not here: reading the line (`quick_words`). A step that is there already under the same name keeps what was
//! said of it. Invariant: a path of which a part was not understood is not built at all.

use super::quick_words::{self as heard, Departments, Heard, Line, Piece, Rule, When};
use super::{Made, fields, grid, head, refer, steps, ways, words};
use crate::engine::definition::limit::Term;
use crate::engine::definition::{
    Compute, Condition, Default, Due, Given, Grant, HowMany, Kind, MoveId, Next, Procedure, Step,
    TellRule, Who,
};

pub fn build(p: &mut Procedure, line: &str, departments: &Departments) -> Result<Made, String> {
    let read = heard::read(line, departments);
    if !read.broken.is_empty() {
        return Err(read.broken.join("；"));
    }
    if read.steps.is_empty() && read.rules.is_empty() {
        return Err(
            "没有看懂，请写成“申请人→部门负责人→分管领导→主要领导；超3天催办”这样".to_owned(),
        );
    }
    if !read.steps.is_empty() {
        path(p, &read)?;
    }
    for rule in &read.rules {
        apply(p, rule)?;
    }
    let said = match read.left.is_empty() {
        true => "已照这句话排好环节，请看一看每一步".to_owned(),
        false => format!(
            "环节已排好；这几处没有看懂，留在框里：{}",
            read.left.join("；")
        ),
    };
    Ok(Made {
        quick: true,
        left: read.left.join("；"),
        said,
        ..Made::default()
    })
}

fn path(p: &mut Procedure, read: &Line) -> Result<(), String> {
    let mut pieces: Vec<Piece> = read.steps.clone();
    let first = p.first_step().cloned().ok_or("请先有第一步")?;
    let starts = pieces
        .first()
        .is_some_and(|s| s.who == Heard::Starter && s.when.is_empty());
    let first_name = if starts {
        pieces.remove(0).name
    } else {
        first.name.clone()
    };
    if pieces.is_empty() {
        return Err("只写了发起的人，后面由谁办？例如 →部门负责人".to_owned());
    }
    if let Some(twice) = pieces
        .iter()
        .enumerate()
        .find(|(i, a)| pieces.iter().take(*i).any(|b| a.name == b.name))
    {
        let name = &twice.1.name;
        return Err(format!(
            "“{name}”写了两次：请给后一次换个名称，例如 {name}复核"
        ));
    }
    let ends_open = pieces.len() > 1
        && pieces.last().is_some_and(|l| !l.when.is_empty())
        && pieces
            .iter()
            .rev()
            .nth(1)
            .is_some_and(|b| b.when.is_empty());
    let only = pieces.len() == 1 && pieces.first().is_some_and(|l| !l.when.is_empty());
    if ends_open || only {
        pieces.push(Piece {
            name: "申请人查收".to_owned(),
            who: Heard::Starter,
            when: Vec::new(),
            due: None,
        });
    }
    let old = clear(p)?;
    let mut made = Vec::new();
    for piece in &pieces {
        let mut step = step_of(p, piece, &old)?;
        if read.rules.iter().any(for_all) && piece.due.is_none() {
            // one limit is said for all: what a step kept from before is not what the line says
            step.due = None;
        }
        made.push(step);
    }
    let mut begin = first;
    let taken = made.iter().any(|s| s.name == first_name);
    begin.name = if taken { begin.name } else { first_name };
    begin.verb = Some("填写".to_owned());
    let mut all = vec![begin];
    all.extend(made);
    link(p, &mut all, &pieces)?;
    p.steps = all;
    unused_boxes(p, &old);
    Ok(())
}

/// All steps but the first go; what they were is given back.
fn clear(p: &mut Procedure) -> Result<Vec<Step>, String> {
    let old: Vec<Step> = p.steps.iter().skip(1).cloned().collect();
    for step in p.steps.iter_mut().skip(1) {
        step.who = Who::Starter;
        step.review = None;
        step.tells.clear();
    }
    for step in old.iter().rev() {
        refer::drop_step(p, &step.id)?;
    }
    Ok(old)
}

/// Opinion boxes that only steps now gone wrote into.
fn unused_boxes(p: &mut Procedure, old: &[Step]) {
    for into in old
        .iter()
        .filter_map(|s| s.opinion.as_ref())
        .map(|o| o.into.clone())
    {
        let used = p
            .steps
            .iter()
            .any(|s| s.opinion.as_ref().is_some_and(|o| o.into == into));
        let read = p
            .circulation
            .as_ref()
            .is_some_and(|c| c.into.as_deref() == Some(into.as_str()));
        if !used && !read && p.field(&into).is_some() {
            // refused where something else stands on it: then it stays
            let _kept = refer::drop_field(p, &into);
        }
    }
}

fn step_of(p: &mut Procedure, piece: &Piece, old: &[Step]) -> Result<Step, String> {
    let (who, how) = people(p, &piece.who)?;
    let known = old.iter().find(|s| s.name == piece.name);
    let mut step = match known {
        Some(known) => {
            let mut step = known.clone();
            step.next.clear();
            for mv in steps::CLOSERS.iter().chain(&[MoveId::Submit]) {
                step.moves.remove(mv);
            }
            step.who = who;
            step
        }
        None => {
            let boxed = words::approves(&piece.name) && piece.who != Heard::Starter;
            steps::fresh(p, &piece.name, who, boxed)?
        }
    };
    step.how = how;
    if piece.due.is_some() {
        step.due = piece.due.map(limit);
    }
    Ok(step)
}

const fn limit(term: Term) -> Due {
    Due {
        term,
        limit: None,
        after: None,
        field: None,
        warn: None,
        remind: Vec::new(),
    }
}

fn people(p: &mut Procedure, heard: &Heard) -> Result<(Who, HowMany), String> {
    let one = |who| Ok((who, HowMany::AnyOne));
    match heard {
        Heard::Starter => one(Who::Starter),
        Heard::Head => one(Who::HeadOf(own_department(p)?)),
        Heard::Leader => one(Who::LeaderOf(own_department(p)?)),
        Heard::Role(role) => one(Who::Role((*role).to_owned())),
        Heard::Dept(name) => one(Who::HeadOf(steps::fixed(p, name)?)),
        Heard::Chosen => one(Who::Chosen),
        Heard::Depts(all) => Ok((Who::HeadOf(signing(p, all)?), HowMany::All)),
    }
}

/// The field of the starter's own department; made where there is none.
fn own_department(p: &mut Procedure) -> Result<String, String> {
    let own = |f: &&crate::engine::definition::Field| {
        f.kind == Kind::Department && f.default == Some(Default::MyDepartment)
    };
    if let Some(f) = p.fields.iter().find(own) {
        return Ok(f.id.clone());
    }
    let label = free(p, "申请部门");
    first_must(p, &label, Kind::Department, Some(Default::MyDepartment))
}

fn free(p: &Procedure, label: &str) -> String {
    match p.fields.iter().any(|f| f.label == label) {
        true => format!("{label}（流程用）"),
        false => label.to_owned(),
    }
}

/// A new field that whoever starts must fill in.
fn first_must(
    p: &mut Procedure,
    label: &str,
    kind: Kind,
    default: Option<Default>,
) -> Result<String, String> {
    let id = fields::new(p, label)?;
    grid::place(&mut p.layout, &id, &kind);
    let first: Vec<String> = p.first_step().map(|s| s.id.clone()).into_iter().collect();
    if let Some(f) = p.fields.iter_mut().find(|f| f.id == id) {
        f.write.clear();
        (f.must, f.kind, f.default) = (first, kind, default);
    }
    Ok(id)
}

/// The field with the departments that sign.
fn signing(p: &mut Procedure, all: &[String]) -> Result<String, String> {
    let says = Some(Default::Literal(all.join("、"))).filter(|_| !all.is_empty());
    if let Some(f) = p
        .fields
        .iter_mut()
        .find(|f| f.kind == Kind::Departments && f.label == "会签部门")
    {
        f.default = says.or(f.default.take());
        return Ok(f.id.clone());
    }
    let label = free(p, "会签部门");
    first_must(p, &label, Kind::Departments, says)
}

/// Ties the steps together: each leads to the next one that is always walked, by way of those that are not.
fn link(p: &mut Procedure, all: &mut [Step], pieces: &[Piece]) -> Result<(), String> {
    let names: Vec<(String, String)> = all.iter().map(|s| (s.id.clone(), s.name.clone())).collect();
    let when: Vec<&[When]> = std::iter::once(&[] as &[When])
        .chain(pieces.iter().map(|p| p.when.as_slice()))
        .collect();
    let is_open = |i: usize| when.get(i).is_some_and(|w| !w.is_empty());
    for i in 0..all.len() {
        // those beside each other are alternatives: from any of them it goes on behind all of them
        let skip = if is_open(i) { i + 1 } else { i };
        let open: Vec<usize> = match is_open(i) {
            true => Vec::new(),
            false => (skip + 1..names.len())
                .take_while(|k| is_open(*k))
                .collect(),
        };
        let next = (i + 1..names.len()).find(|k| !is_open(*k));
        let mut ways_on: Vec<Next> = Vec::new();
        for (at, k) in open.iter().enumerate() {
            let rows = rows_of(p, when.get(*k).copied().unwrap_or_default())?;
            let last = at + 1 == open.len() && open.len() > 1;
            let Some((id, name)) = names.get(*k) else {
                continue;
            };
            match last {
                // the last of a ladder takes whatever the others do not
                true => ways_on.push(ways::plain(id, name)),
                false => ways_on.extend(rows.into_iter().map(|when| Next {
                    when,
                    ..ways::plain(id, name)
                })),
            }
        }
        if let Some((id, name)) = next.and_then(|k| names.get(k)).filter(|_| open.len() < 2) {
            ways_on.push(ways::plain(id, name));
        }
        if let Some(step) = all.get_mut(i) {
            if ways_on.is_empty() {
                step.moves
                    .insert(MoveId::Close, words::mv(MoveId::Close).to_owned());
            } else {
                for mv in steps::CLOSERS {
                    step.moves.remove(&mv);
                }
            }
            step.next = ways_on;
            if !step.next.is_empty() {
                steps::leads_on(step);
            }
        }
    }
    Ok(())
}

/// The rows of a condition; each list is a way of its own.
fn rows_of(p: &mut Procedure, when: &[When]) -> Result<Vec<Vec<Condition>>, String> {
    let mut numbers = Vec::new();
    let mut lists = Vec::new();
    for one in when {
        match one {
            When::Number { is, n, money } => {
                let field = number_field(p, *money)?;
                let n = if *money { (n * 100.0).round() } else { *n };
                numbers.push(Condition {
                    field,
                    is: *is,
                    value: Some(ways::whole(n)),
                    than: None,
                });
            }
            When::Words(all) => {
                for word in all {
                    lists.push(vec![chosen(p, word)?]);
                }
            }
        }
    }
    if lists.is_empty() {
        return Ok(vec![numbers]);
    }
    for list in &mut lists {
        list.extend(numbers.iter().cloned());
    }
    Ok(lists)
}

/// The choice field one of whose options is this word.
fn chosen(p: &Procedure, word: &str) -> Result<Condition, String> {
    let offers = |exact: bool| {
        p.fields.iter().find_map(|f| match &f.kind {
            Kind::Choice { options } => {
                let found = options
                    .iter()
                    .find(|o| if exact { *o == word } else { o.contains(word) });
                found.map(|o| (f.id.clone(), o.clone()))
            }
            _ => None,
        })
    };
    let (field, option) = offers(true).or_else(|| offers(false)).ok_or_else(|| {
        format!("括号里的“{word}”表单里还没有：请先到“表单”加一格“选一个”，把“{word}”写进可选的内容，再照这句话排")
    })?;
    Ok(Condition {
        field,
        is: crate::engine::definition::Is::Equal,
        value: Some(Given::String(option)),
        than: None,
    })
}

/// The field a ladder asks: of days, or of money; made where there is none.
fn number_field(p: &mut Procedure, money: bool) -> Result<String, String> {
    let fits = |f: &&crate::engine::definition::Field| match (&f.kind, money) {
        (Kind::Money, true) => true,
        (Kind::Computed(Compute::Days(_) | Compute::WorkingDays(_)), false) => true,
        (Kind::Number { .. }, false) => ["天数", "日数", "几天", "天"]
            .iter()
            .any(|w| f.label.contains(w)),
        _ => false,
    };
    if let Some(f) = p.fields.iter().find(fits) {
        return Ok(f.id.clone());
    }
    let span = p
        .fields
        .iter()
        .find(|f| f.kind == Kind::Span)
        .map(|f| f.id.clone());
    match (money, span) {
        (true, _) => first_must(p, "金额", Kind::Money, None),
        (false, Some(span)) => {
            let id = fields::new(p, "天数")?;
            let kind = Kind::Computed(Compute::WorkingDays(span));
            grid::place(&mut p.layout, &id, &kind);
            if let Some(f) = p.fields.iter_mut().find(|f| f.id == id) {
                f.write.clear();
                f.kind = kind;
            }
            Ok(id)
        }
        (false, None) => {
            let kind = Kind::Number {
                min: Some(0.5),
                max: Some(365.0),
            };
            first_must(p, "天数", kind, None)
        }
    }
}

fn apply(p: &mut Procedure, rule: &Rule) -> Result<(), String> {
    match rule {
        Rule::Due(term) => limits(p, *term),
        Rule::Urge(term) => {
            limits(p, *term);
            if p.urge.is_none() {
                p.urge = Some(head::urging(vec!["office_director".to_owned()]));
            }
        }
        Rule::Copy(all) => {
            for one in all {
                copy(p, one)?;
            }
        }
    }
    Ok(())
}

/// Whether it says how long every step may take.
const fn for_all(rule: &Rule) -> bool {
    matches!(rule, Rule::Due(_) | Rule::Urge(_))
}

/// Every step but the first that has no limit of its own.
fn limits(p: &mut Procedure, term: Term) {
    for step in p.steps.iter_mut().skip(1).filter(|s| s.due.is_none()) {
        step.due = Some(limit(term));
    }
}

/// Sees it from the last step on, and hears when it is done.
fn copy(p: &mut Procedure, heard: &Heard) -> Result<(), String> {
    let (who, _) = people(p, heard)?;
    let last = p.steps.last().map(|s| s.id.clone()).unwrap_or_default();
    let known = p.visibility.grants.iter().any(|g| g.who == who);
    if !known {
        p.visibility.grants.push(Grant {
            who: who.clone(),
            from: last,
        });
    }
    let told = !who.is_chosen();
    if let Some(step) = p
        .steps
        .last_mut()
        .filter(|s| told && s.tells.iter().all(|t| t.who != who))
    {
        step.tells.push(TellRule {
            who,
            unless: Vec::new(),
        });
    }
    Ok(())
}
