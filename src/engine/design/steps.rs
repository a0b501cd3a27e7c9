//! Steps by clicking: added, moved, renamed; who does them, how many, what is written, what may be done, how long.
//! Not here: the ways on (`ways`), what is filled in (`rights`).
//! Invariant: where a step comes or goes, those before it lead on, and whatever ended the case still does.

use super::clock::{self, ClockForm};
use super::{Made, blank, fields, ids, name, refer, step_says, ways, words};
use crate::engine::definition::{
    Default, Ends, HowMany, Kind, MoveId, Need, Next, OpinionRule, Procedure, Step, Who,
};
use crate::kit::text;

/// One thing done to the steps.
#[derive(Debug, Clone, PartialEq)]
pub enum StepEdit {
    /// A new one after this one, with its name and who does it.
    Add(Option<String>, String, WhoPick),
    /// One place up, or down.
    Up(String),
    Down(String),
    Drop(String),
    /// Its name and what its holder is asked to do.
    Rename(String, String, String),
    People(String, People),
    Opinion(String, Option<OpinionForm>),
    /// What may be done there, with what the buttons say.
    Moves(String, Vec<(MoveId, String)>),
    Due(String, Option<DueForm>),
    /// Whether more time may be asked for, and whether time may stand still.
    Clock(String, ClockForm),
    /// Who looks at what departments feed back.
    Review(String, Option<WhoPick>),
}

/// Who does a step, as picked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhoPick {
    /// As it is.
    Keep,
    Is(Who),
    /// The head of the department of this full name.
    HeadOfNamed(String),
}

/// How many of them, as picked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Many {
    AnyOne,
    All,
    InOrder,
    AtLeast(String),
    /// By the department fields named; fields are made where none is.
    Departments(String, String, Ends),
}

/// The word for no assisting departments.
pub const NONE: &str = "none";

/// Who and how many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct People {
    pub who: WhoPick,
    pub many: Many,
    pub not_own: bool,
}

/// What is written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpinionForm {
    /// The box; a new one where it is empty.
    pub into: String,
    pub required: bool,
    /// One a line.
    pub phrases: String,
}

/// A time limit, as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueForm {
    pub n: String,
    /// `working_days`, `days`, `months`, or the id of a legal limit.
    pub unit: String,
    /// A step; arrival where it is empty.
    pub after: String,
    /// A date field that wins; none where it is empty.
    pub field: String,
}

pub fn edit(p: &mut Procedure, edit: StepEdit) -> Result<Made, String> {
    match edit {
        StepEdit::Add(after, name, who) => add(p, after.as_deref(), &name, who),
        StepEdit::Up(id) => shift(p, &id, Shift::Up),
        StepEdit::Down(id) => shift(p, &id, Shift::Down),
        StepEdit::Drop(id) => refer::drop_step(p, &id).map(|()| Made::default()),
        StepEdit::Rename(id, to, verb) => rename(p, &id, &to, &verb),
        StepEdit::People(id, form) => people(p, &id, form),
        StepEdit::Opinion(id, form) => step_says::opinion(p, &id, form),
        StepEdit::Moves(id, all) => step_says::moves(p, &id, all),
        StepEdit::Due(id, form) => step_says::due(p, &id, form),
        StepEdit::Clock(id, form) => clock::set(p, &id, &form),
        StepEdit::Review(id, who) => step_says::review(p, &id, who),
    }
}

/// A step of this id.
pub fn find<'p>(p: &'p mut Procedure, id: &str) -> Result<&'p mut Step, String> {
    let found = p.steps.iter_mut().find(|s| s.id == id);
    found.ok_or_else(|| "这一步已经删掉了，请刷新页面".to_owned())
}

/// What ends a case.
pub const CLOSERS: [MoveId; 3] = [MoveId::Close, MoveId::Archive, MoveId::LeaveOut];

/// Whether the case ends there.
pub fn ends(step: &Step) -> bool {
    let ends = |m: &MoveId| *m == MoveId::Archive || *m == MoveId::LeaveOut;
    step.moves.keys().any(ends) || (step.next.is_empty() && step.moves.contains_key(&MoveId::Close))
}

fn take_closers(step: &mut Step) -> Vec<(MoveId, String)> {
    let taken = CLOSERS
        .iter()
        .filter_map(|m| Some((*m, step.moves.remove(m)?)));
    taken.collect()
}

/// Gives a step that leads on the move that does it.
pub fn leads_on(step: &mut Step) {
    let on = [
        MoveId::Submit,
        MoveId::HandOut,
        MoveId::FeedBack,
        MoveId::Read,
        MoveId::Close,
    ];
    if !on.iter().any(|m| step.moves.contains_key(m)) {
        let handed = matches!(step.how, HowMany::Departments { .. });
        let mv = if handed {
            MoveId::FeedBack
        } else {
            MoveId::Submit
        };
        step.moves.insert(mv, words::mv(mv).to_owned());
    }
}

/// A step that is in use as one gets, by its name: its moves, and a box for what is written.
pub fn fresh(p: &mut Procedure, name: &str, who: Who, boxed: bool) -> Result<Step, String> {
    let id = ids::step(p, name);
    let mut step = blank::step(&id, name, who)?;
    // 请审批, not 请分管领导审批: he knows who he is
    step.verb = words::verb_of(name);
    for mv in [MoveId::Return, MoveId::Transfer] {
        step.moves.insert(mv, words::mv(mv).to_owned());
    }
    if boxed {
        step.opinion = Some(OpinionRule {
            into: fields::new_box(p, &words::box_of(name))?,
            need: Need::Required,
            phrases: vec!["同意。".to_owned(), "不同意，理由是：".to_owned()],
            revises: false,
        });
    }
    Ok(step)
}

fn add(p: &mut Procedure, after: Option<&str>, typed: &str, who: WhoPick) -> Result<Made, String> {
    let typed = free_name(p, typed, "")?;
    let who = picked(p, who, &Who::Chosen)?;
    let before = match after {
        Some(id) => p.place(id).ok_or("这一步已经删掉了，请刷新页面")?,
        None => p.steps.len().saturating_sub(1),
    };
    let boxed = words::approves(&typed);
    let mut step = fresh(p, &typed, who, boxed)?;
    let id = step.id.clone();
    let Some(last) = p.steps.get_mut(before) else {
        return Err("请先有第一步，再往后加".to_owned());
    };
    step.next = std::mem::take(&mut last.next);
    if step.next.is_empty() {
        step.moves.extend(take_closers(last));
        if !ends(&step) {
            step.moves
                .insert(MoveId::Close, words::mv(MoveId::Close).to_owned());
        }
    } else {
        leads_on(&mut step);
    }
    last.next = vec![ways::plain(&id, &typed)];
    last.moves.remove(&MoveId::Close);
    leads_on(last);
    p.steps.insert(before + 1, step);
    Ok(Made::step(id))
}

fn free_name(p: &Procedure, typed: &str, but: &str) -> Result<String, String> {
    let typed = name(typed, "这一步的名称，例如 分管领导审批")?;
    match p.steps.iter().any(|s| s.name == typed && s.id != but) {
        true => Err(format!("已经有一步叫“{typed}”，请换一个名称")),
        false => Ok(typed),
    }
}

/// One that led to a step now gone leads to where that led; where that ended the case, it ends it.
pub fn leads_past(step: &mut Step, gone: &Step, on: Option<&str>) {
    let led = step.next.iter().any(|n| n.to == gone.id);
    if !led {
        return;
    }
    let known = |all: &[Next], to: &str| all.iter().any(|n| n.to == to);
    match on {
        // its only way led there: all ways that led on from there are its own now
        Some(_) if step.next.len() == 1 => {
            let elsewhere = |n: &&Next| n.to != step.id && n.to != gone.id;
            step.next = gone.next.iter().filter(elsewhere).cloned().collect();
        }
        Some(on) if on != step.id && !known(&step.next, on) => {
            for n in step.next.iter_mut().filter(|n| n.to == gone.id) {
                on.clone_into(&mut n.to);
                n.label.clear();
            }
        }
        _ => step.next.retain(|n| n.to != gone.id),
    }
    // what is left alone needs no condition: a case must be able to go on
    if let [only] = step.next.as_mut_slice() {
        only.when.clear();
    }
    if step.next.is_empty() && ends(gone) {
        step.moves.remove(&MoveId::Submit);
        let closers = CLOSERS
            .iter()
            .filter_map(|m| Some((*m, gone.moves.get(m)?.clone())));
        step.moves.extend(closers.collect::<Vec<_>>());
    }
}

/// Ways whose words were lost say where they lead.
pub fn relabel(p: &mut Procedure) {
    let names: Vec<(String, String)> = p
        .steps
        .iter()
        .map(|s| (s.id.clone(), s.name.clone()))
        .collect();
    let ways = p.steps.iter_mut().flat_map(|s| &mut s.next);
    for way in ways.filter(|n| n.label.is_empty()) {
        let to = names.iter().find(|(id, _)| *id == way.to);
        way.label = ways::label(to.map_or("下一步", |(_, name)| name));
    }
}

enum Shift {
    Up,
    Down,
}

/// Whether each step leads to the next one in the list and nowhere else.
fn is_straight(p: &Procedure) -> bool {
    let nexts = p.steps.iter().skip(1).map(|s| Some(s.id.as_str()));
    let nexts = nexts.chain(std::iter::once(None));
    p.steps
        .iter()
        .zip(nexts)
        .all(|(s, next)| match s.next.as_slice() {
            [] => next.is_none(),
            [way] => Some(way.to.as_str()) == next && way.when.is_empty(),
            _ => false,
        })
}

fn shift(p: &mut Procedure, id: &str, shift: Shift) -> Result<Made, String> {
    let at = p.place(id).ok_or("这一步已经删掉了，请刷新页面")?;
    let to = match shift {
        Shift::Up => at.checked_sub(1),
        Shift::Down => Some(at + 1).filter(|to| *to < p.steps.len()),
    };
    let to = to.ok_or("已经在头上了，不能再移")?;
    if at == 0 || to == 0 {
        return Err("第一步是发起的人填表，要留在最前面".to_owned());
    }
    let straight = is_straight(p);
    p.steps.swap(at, to);
    if !straight {
        return Ok(
            Made::step(id).saying("次序换了；有分岔的去路没有动，请看一看各步“办完以后”去哪里")
        );
    }
    if at.max(to) + 1 == p.steps.len() {
        let mut closers = Vec::new();
        for step in &mut p.steps {
            closers.extend(take_closers(step));
        }
        if let Some(last) = p.steps.last_mut() {
            last.moves.remove(&MoveId::Submit);
            last.moves.extend(closers);
        }
    }
    let after: Vec<(String, String)> = p
        .steps
        .iter()
        .skip(1)
        .map(|s| (s.id.clone(), s.name.clone()))
        .collect();
    let mut after = after.iter();
    for step in &mut p.steps {
        step.next = after
            .next()
            .map(|(id, name)| ways::plain(id, name))
            .into_iter()
            .collect();
        if !step.next.is_empty() {
            leads_on(step);
        }
    }
    Ok(Made::step(id))
}

fn rename(p: &mut Procedure, id: &str, to: &str, verb: &str) -> Result<Made, String> {
    let to = free_name(p, to, id)?;
    let verb = text::one_line(verb);
    if verb.chars().count() > 12 {
        return Err("请他做什么，最多 12 个字，例如 审批".to_owned());
    }
    let step = find(p, id)?;
    let old = std::mem::replace(&mut step.name, to.clone());
    step.verb = Some(verb).filter(|v| !v.is_empty() && *v != to);
    let old = ways::label(&old);
    let all = p.steps.iter_mut().flat_map(|s| &mut s.next);
    for way in all.filter(|n| n.to == id && n.label == old) {
        way.label = ways::label(&to);
    }
    Ok(Made::step(id))
}

/// The rule that was picked; a field for a department that is always the same is made where there is none.
pub fn picked(p: &mut Procedure, pick: WhoPick, now: &Who) -> Result<Who, String> {
    match pick {
        WhoPick::Keep => Ok(now.clone()),
        WhoPick::Is(Who::ChosenFrom(roles)) if roles.is_empty() => {
            Err("由上一步从哪些人里选，请至少勾一种岗位角色".to_owned())
        }
        WhoPick::Is(who) => Ok(who),
        WhoPick::HeadOfNamed(dept) => Ok(Who::HeadOf(fixed(p, &dept)?)),
    }
}

/// The field that always says this department.
pub fn fixed(p: &mut Procedure, dept: &str) -> Result<String, String> {
    let says = Some(Default::Literal(dept.to_owned()));
    let is = |f: &&crate::engine::definition::Field| {
        f.kind == Kind::Department && f.default == says && f.write.is_empty() && f.must.is_empty()
    };
    if let Some(known) = p.fields.iter().find(is) {
        return Ok(known.id.clone());
    }
    let mut label = format!("{dept}（固定）");
    while p.fields.iter().any(|f| f.label == label) {
        label.push('。');
    }
    let id = ids::field(p, dept);
    let mut field = blank::field(&id, &label)?;
    field.kind = Kind::Department;
    field.default = says;
    p.fields.push(field);
    Ok(id)
}

fn people(p: &mut Procedure, id: &str, form: People) -> Result<Made, String> {
    let step = find(p, id)?.clone();
    if p.first_step().is_some_and(|s| s.id == id)
        && form.who != WhoPick::Keep
        && form.who != WhoPick::Is(Who::Starter)
    {
        return Err("第一步由发起的人填；谁能发起，在“名称和编号”里定".to_owned());
    }
    let mut who = picked(p, form.who, &step.who)?;
    let how = match form.many {
        Many::AnyOne => HowMany::AnyOne,
        Many::All => HowMany::All,
        Many::InOrder => HowMany::InOrder,
        Many::AtLeast(n) => {
            let n = text::fold(n.trim())
                .parse()
                .ok()
                .filter(|n| (1..=99).contains(n));
            HowMany::AtLeast(n.ok_or("至少几个人办完，请写 1 到 99 的数字")?)
        }
        Many::Departments(principal, assisting, ends) => {
            departments(p, id, (principal, assisting), ends)?
        }
    };
    let handed = matches!(how, HowMany::Departments { .. });
    let in_branch = matches!(who, Who::BranchReceiver | Who::BranchHead);
    match (handed, in_branch) {
        (true, false) => who = Who::BranchReceiver,
        (false, true) => return Err("“各部门的收件人、负责人”只用在分给几个部门办的时候，请在“几个人办”里选“分给主办和协办部门”".to_owned()),
        _ => {}
    }
    let step = find(p, id)?;
    (step.who, step.how, step.not_own) = (who, how, form.not_own);
    if handed {
        step.moves.remove(&MoveId::Submit);
        for mv in [MoveId::FeedBack, MoveId::Assign] {
            step.moves
                .entry(mv)
                .or_insert_with(|| words::mv(mv).to_owned());
        }
    } else {
        for mv in [MoveId::FeedBack, MoveId::Assign] {
            step.moves.remove(&mv);
        }
        step.review = None;
        step.transfer_to_departments = false;
        if !ends(step) {
            leads_on(step);
        }
    }
    Ok(Made::step(id))
}

/// The department fields of a step that is handed out; made, and asked for at the step before, where there are none.
fn departments(
    p: &mut Procedure,
    id: &str,
    (main, assist): (String, String),
    ends: Ends,
) -> Result<HowMany, String> {
    if p.step(id).is_some_and(|s| s.next.is_empty()) {
        return Err(
            "分给几个部门办的一步后面要再有一步收口，例如 办结，请先在它后面加一步".to_owned(),
        );
    }
    let before = p
        .steps
        .iter()
        .find(|s| s.next.iter().any(|n| n.to == id))
        .map(|s| s.id.clone());
    // what this page does not ask stays as it was
    let in_order = match p.step(id).map(|s| &s.how) {
        Some(HowMany::Departments { in_order, .. }) => in_order.clone(),
        _ => Vec::new(),
    };
    let mut ensure = |known: &str, label: &str, kind: Kind| -> Result<String, String> {
        if p.field(known).is_some_and(|f| f.kind == kind) {
            return Ok(known.to_owned());
        }
        if let Some(f) = p.fields.iter().find(|f| f.kind == kind && f.label == label) {
            return Ok(f.id.clone());
        }
        let new = fields::new(p, label)?;
        super::grid::place(&mut p.layout, &new, &kind);
        if let Some(f) = p.fields.iter_mut().find(|f| f.id == new) {
            f.write.clear();
            match kind {
                Kind::Department => f.must = before.iter().cloned().collect(),
                _ => f.write = before.iter().cloned().collect(),
            }
            f.kind = kind;
        }
        Ok(new)
    };
    Ok(HowMany::Departments {
        principal: ensure(&main, "主办部门", Kind::Department)?,
        assisting: match assist.as_str() {
            NONE => None,
            assist => Some(ensure(assist, "协办部门", Kind::Departments)?),
        },
        ends,
        in_order,
    })
}
