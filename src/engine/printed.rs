//! Values as paper shows them, and the facts columns are made of (台账, 登记簿).
//! Not here: HTML. Names of people and departments come from the form itself, where they were kept as they
//! were, so a register can be rebuilt without the directory.

use super::case::{Opinion, Purpose, State, Task, TaskState, Values};
use super::compute;
use super::definition::{
    ColumnKind, Count, Field, Kind, MoveId, Procedure, Readers, Source, is_empty, text_of,
};
use super::facts::People;
use super::mask;
use super::paper_mend::{is_mended, mended_by};
use super::reading::{self, Reader, Reads};
use super::stored::{Acted, MAIN, Signature, Stored};
use crate::kit::money::{money, money_cn};
use crate::kit::{Day, Millis, Principal, Zone};
use serde_json::Value;

/// Key of the form under which printed names stand; no field id can be this.
pub const NAMES: &str = "@";

/// A field's value as it is printed; personal data with its middle covered.
#[must_use]
pub fn value(field: &Field, values: &Values) -> String {
    let whole = whole(field, values);
    match field.masked {
        true => mask::covered(&field.kind, &whole),
        false => whole,
    }
}

/// The same with nothing covered: for whoever was let see it, and said so in the audit.
#[must_use]
pub fn whole(field: &Field, values: &Values) -> String {
    let Some(v) = values.get(&field.id).filter(|v| !is_empty(v)) else {
        return String::new();
    };
    match field.kind {
        Kind::Person | Kind::People | Kind::Department | Kind::Departments | Kind::Computed(_) => {
            values
                .get(NAMES)
                .and_then(|n| n.get(&field.id))
                .map(text_of)
                .unwrap_or_default()
        }
        Kind::Date => v
            .as_str()
            .and_then(|d| d.parse::<Day>().ok())
            .map(|d| d.long())
            .unwrap_or_default(),
        Kind::Money => v.as_i64().map(money).unwrap_or_default(),
        Kind::Span => match compute::ends(v) {
            Some((first, last)) if first.year() == last.year() => {
                format!("{}—{}", first.long(), last.short())
            }
            Some((first, last)) => format!("{}—{}", first.long(), last.long()),
            None => String::new(),
        },
        Kind::Files => v
            .as_array()
            .map(|a| format!("{} 件", a.len()))
            .unwrap_or_default(),
        Kind::Table { .. } => v
            .as_array()
            .map(|a| format!("{} 行", a.len()))
            .unwrap_or_default(),
        _ => text_of(v),
    }
}

/// The capitals of an amount, typed or computed: 大写：壹仟贰佰捌拾元伍角整.
#[must_use]
pub fn capitals(procedure: &Procedure, field: &Field, values: &Values) -> Option<String> {
    let fen = values.get(&field.id)?.as_i64()?;
    compute::is_money(procedure, field).then(|| format!("大写：{}", money_cn(fen)))
}

/// A field as a register sorts and adds it: yuan for money, a span by its first day or by its days.
#[must_use]
pub fn sorted(
    procedure: &Procedure,
    field: &Field,
    kind: ColumnKind,
    values: &Values,
) -> Option<Value> {
    let v = values.get(&field.id).filter(|v| !is_empty(v))?;
    let ends = || compute::ends(v);
    Some(match (kind, &field.kind) {
        (ColumnKind::Text, Kind::Span) => {
            let (first, last) = ends()?;
            let first_said = if first.year() == last.year() {
                first.short()
            } else {
                first.long()
            };
            let last_said = if first.year() == last.year() {
                last.short()
            } else {
                last.long()
            };
            Value::from(format!("{first_said}—{last_said}"))
        }
        (ColumnKind::Text, _) => return None,
        (ColumnKind::Date, Kind::Span) => Value::from(ends()?.0.to_string()),
        (ColumnKind::Number, Kind::Span) => Value::from(compute::days(v)?),
        (ColumnKind::Number, _) if compute::is_money(procedure, field) => {
            Value::from(v.as_i64()? as f64 / 100.0)
        }
        _ => v.clone(),
    })
}

/// The field a column speaks of, where it speaks of one: whoever may not see it sees no column of it.
#[must_use]
pub fn field_of(source: &Source) -> Option<&str> {
    match source {
        Source::Field(id)
        | Source::Filled(id)
        | Source::Opinion(id)
        | Source::Written(id)
        | Source::Writer(id)
        | Source::WrittenAt(id) => Some(id),
        _ => None,
    }
}

/// What a column shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// Words.
    Text(String),
    /// An instant; columns show its day.
    At(Millis),
    /// A yes or no.
    Holds(bool),
    /// A count.
    Count(i64),
    /// Nothing yet.
    Nothing,
}

/// One fact of a case. Roles of readers are known only where `people` answers; elsewhere all are named.
#[must_use]
pub fn fact(
    source: &Source,
    procedure: &Procedure,
    case: &Stored,
    people: Option<&dyn People>,
) -> Fact {
    let state = &case.state;
    match source {
        Source::Field(id) => {
            let printed = procedure.field(id).map(|f| value(f, &state.values));
            words(printed.unwrap_or_default())
        }
        Source::Filled(id) => Fact::Holds(state.values.get(id).is_some_and(|v| !is_empty(v))),
        Source::Actor(step) => words(join(acts_at(case, step).map(signed))),
        Source::Time(step) => acts_at(case, step)
            .last()
            .map_or(Fact::Nothing, |a| Fact::At(on_paper_or(case, a))),
        Source::Done(step) => Fact::Holds(acts_at(case, step).next().is_some()),
        Source::Reached(step) => Fact::Holds(
            state.step == *step || case.acts.iter().any(|a| a.to_step.as_ref() == Some(step)),
        ),
        Source::Due(step) => due(case, step),
        Source::Opinion(into) => words(opinions(case, into)),
        Source::Written(into) => Fact::Holds(state.last_opinion(into).is_some()),
        Source::Writer(into) => words(join(said_in(case, into).map(|(_, by)| signed_by(by)))),
        Source::WrittenAt(into) => state.last_opinion(into).map_or(Fact::Nothing, |o| {
            Fact::At(act_of(case, o).map_or(o.at, |a| on_paper_or(case, a)))
        }),
        Source::Readers(what) => readers(what, procedure, case, people),
        Source::Urges(Count::Times) => {
            Fact::Count(i64::try_from(urgings(case).count()).unwrap_or(0))
        }
        Source::Urges(Count::Last) => urgings(case)
            .last()
            .map_or(Fact::Nothing, |a| Fact::At(a.at)),
        Source::Closed => case.head.closed_at.map_or(Fact::Nothing, Fact::At),
        Source::Archived => case.head.archived_at.map_or(Fact::Nothing, Fact::At),
        Source::Ordinal => words(ordinal(procedure, case)),
        Source::Never => Fact::Holds(false),
        Source::Nothing => Fact::Nothing,
        Source::State => words(standing(procedure, case)),
        Source::Step => words(match state.state {
            State::Open => procedure.step_name(&state.step).to_owned(),
            _ => String::new(),
        }),
        Source::Holder => words(held_by(case)),
        Source::Procedure => words(procedure.name.clone()),
    }
}

/// The last figure of the number it has.
fn ordinal(procedure: &Procedure, case: &Stored) -> String {
    let field = procedure.series.as_ref().map(|s| s.field.as_str());
    let number = field.and_then(|f| case.state.values.get(f)).map(text_of);
    let number = number.unwrap_or_default();
    let mut figures = number.split(|c: char| !c.is_ascii_digit());
    figures
        .rfind(|f| !f.is_empty())
        .unwrap_or_default()
        .to_owned()
}

/// Where a case stands, in the register's word: 在办, 传阅中 3/5, 办结, 驳回, 终止, 退回来文单位,
/// 归档, 作废：重复登记.
#[must_use]
pub fn standing(procedure: &Procedure, case: &Stored) -> String {
    let reading = reading::under_way(procedure, case);
    let ended = |word: &str| match &reading {
        Some(r) => format!("{word}，{r}"),
        None => word.to_owned(),
    };
    match case.state.state {
        State::Open => reading.unwrap_or_else(|| "在办".to_owned()),
        State::Closed => match (case.state.outcome, refused(case)) {
            (Some(outcome), _) => ended(outcome.label()),
            (None, Some(act)) => ended(&act.detail.label),
            (None, None) => ended("办结"),
        },
        State::Archived => ended("归档"),
        // the number stays in the book, and the book says why nothing came of it
        State::Void => match voided_for(case) {
            "" => "作废".to_owned(),
            why => format!("作废：{why}"),
        },
    }
}

/// The reason a case was voided for.
fn voided_for(case: &Stored) -> &str {
    let last = case.acts.iter().rev().find(|a| a.mv == MoveId::Void);
    last.map_or("", |a| a.detail.note.as_str())
}

/// The act that sent the document back to where it came from, where that was its end.
#[must_use]
pub fn refused(case: &Stored) -> Option<&Acted> {
    let ended = case.state.state == State::Closed;
    let last = case.acts.iter().rev().find(|a| a.detail.lane == MAIN)?;
    (ended && last.mv == MoveId::Refuse).then_some(last)
}

/// The ledger rows of urging.
pub fn urgings(case: &Stored) -> impl DoubleEndedIterator<Item = &Acted> {
    case.acts.iter().filter(|a| a.mv == MoveId::Urge)
}

/// A fact as a column prints it; `yes` is what a fact that holds is called.
#[must_use]
pub fn written(fact: &Fact, yes: Option<&str>, zone: Zone) -> String {
    match fact {
        Fact::Text(t) => t.clone(),
        Fact::At(at) => zone.day(*at).long(),
        Fact::Holds(true) => yes.unwrap_or("是").to_owned(),
        Fact::Holds(false) => if yes.is_some() { "" } else { "否" }.to_owned(),
        Fact::Count(n) => n.to_string(),
        Fact::Nothing => String::new(),
    }
}

/// Who has it now: 江若川（批示）.
#[must_use]
pub fn held_by(case: &Stored) -> String {
    /// Names before “等 n 人”: a register's cell is narrow.
    const NAMED: usize = 3;
    let mut asked: Vec<(String, Vec<&str>)> = Vec::new();
    for (task, (holder, _)) in case.state.tasks.iter().zip(&case.names) {
        if task.state != TaskState::Open || !task.purpose.is_main() {
            continue;
        }
        let asks = asked_of(case, task);
        match asked.iter_mut().find(|(verb, _)| *verb == asks) {
            // one person may be asked once for each branch
            Some((_, names)) if names.contains(&holder.as_str()) => {}
            Some((_, names)) => names.push(holder),
            None => asked.push((asks, vec![holder])),
        }
    }
    let said = asked.iter().map(|(verb, names)| {
        let some: Vec<&str> = names.iter().take(NAMED).copied().collect();
        let more = if names.len() > NAMED {
            format!("等 {} 人", names.len())
        } else {
            String::new()
        };
        format!("{}{more}（{verb}）", some.join("、"))
    });
    join(said)
}

/// What a task asks, in its word; of signers how far their round is: 会签 1/3.
#[must_use]
pub fn asked_of(case: &Stored, task: &Task) -> String {
    let asker = task.parent.filter(|_| task.purpose == Purpose::Sign);
    match asker.map(|t| case.state.signed(t)) {
        Some((done, all)) if all > 1 => format!("{} {done}/{all}", task.verb),
        _ => task.verb.clone(),
    }
}

/// Acts that did a step: moved the main lane, or handed the case in from it.
fn acts_at<'a>(case: &'a Stored, step: &str) -> impl Iterator<Item = &'a Acted> {
    let step = step.to_owned();
    case.acts.iter().filter(move |a| {
        a.step == step
            && !a.mv.is_aside()
            && !matches!(
                a.mv,
                MoveId::Start
                    | MoveId::Circulate
                    | MoveId::Read
                    | MoveId::Return
                    | MoveId::Countersign
                    | MoveId::Sign
            )
            && (a.mv != MoveId::AddSigner || did_it(case, a))
    })
}

/// Whoever has others sign after himself is done with the step.
fn did_it(case: &Stored, act: &Acted) -> bool {
    let task = act.task.and_then(|t| case.state.task(t));
    task.is_some_and(|t| t.state == TaskState::Done)
}

/// 原件为纸质，宋小笺代录
#[must_use]
pub fn entered_by(name: &str) -> String {
    format!("原件为纸质，{name}代录")
}

/// When an act was done: the day on the paper where it was entered from paper, as it was mended last.
fn on_paper_or(case: &Stored, act: &Acted) -> Millis {
    let act = mended_by(case, act).unwrap_or(act);
    act.detail.paper.as_ref().map_or(act.at, |p| p.at)
}

/// The act an opinion was written in: the same hand at the same instant.
fn act_of<'a>(case: &'a Stored, o: &Opinion) -> Option<&'a Acted> {
    let mut all = case.acts.iter().rev();
    all.find(|a| a.at == o.at && a.by.person == o.person)
}

fn signed(act: &Acted) -> String {
    match &act.by.acting_for {
        Some((_, name)) => format!("{}（代{name}）", act.by.name),
        None => act.by.name.clone(),
    }
}

/// 宋小笺代苏简: within brackets of its own.
fn signed_by(by: &Signature) -> String {
    match &by.acting_for {
        Some((_, name)) => format!("{}代{name}", by.name),
        None => by.name.clone(),
    }
}

/// Until when a step is or was to be done: its latest arrival counts.
fn due(case: &Stored, step: &str) -> Fact {
    let asked = |purpose: Purpose| {
        let tasks = case.state.tasks.iter().rev();
        let mut of_step = tasks.filter(move |t| t.step == step && t.purpose == purpose);
        of_step.find_map(|t| t.due_at)
    };
    // while time stands still the date it was stopped from
    let found = asked(Purpose::Do).or_else(|| asked(Purpose::Pause));
    found.map_or(Fact::Nothing, Fact::At)
}

/// What stands in an opinion box, with who wrote it; of words mended since, the later ones.
fn said_in<'a>(
    case: &'a Stored,
    into: &'a str,
) -> impl Iterator<Item = (&'a Opinion, &'a Signature)> {
    let said = case.state.opinions.iter().zip(&case.said);
    said.filter(move |(o, _)| o.into == into && !is_mended(case, o))
}

fn opinions(case: &Stored, into: &str) -> String {
    let lines: Vec<String> = said_in(case, into)
        .map(|(o, by)| {
            let paper = act_of(case, o).and_then(|a| a.detail.paper.as_ref());
            let how = paper.map_or_else(String::new, |p| format!("，{}", entered_by(&p.name)));
            format!("{}（{}{how}）", o.text, signed_by(by))
        })
        .collect();
    lines.join("；")
}

fn readers(
    what: &Readers,
    procedure: &Procedure,
    case: &Stored,
    people: Option<&dyn People>,
) -> Fact {
    let all: Vec<Reader<'_>> = reading::readers(procedure, case);
    let has = |t: &Task, roles: &[String]| {
        people.is_none_or(|p| roles.iter().any(|r| holds_role(p, r, t)))
    };
    let names = |roles: &[String]| {
        let some = all
            .iter()
            .filter(|r| roles.is_empty() || has(r.task, roles));
        words(join(some.map(named)))
    };
    match what {
        Readers::Any => Fact::Holds(!all.is_empty()),
        Readers::People => names(&[]),
        Readers::WithRole(roles) => names(roles),
        Readers::Departments => {
            let read = case.acts.iter().filter(|a| a.mv == MoveId::Read);
            words(join(read.map(|a| a.by.dept_name.clone())))
        }
        Readers::Receipts => {
            let receipt = procedure
                .circulation
                .as_ref()
                .and_then(|c| c.receipt.as_ref());
            let signed = |r: &&Reader<'_>| r.reads == Reads::Read && Some(&r.task.verb) == receipt;
            words(join(all.iter().filter(signed).map(named)))
        }
        Readers::AllDone if all.is_empty() => Fact::Nothing,
        Readers::AllDone => Fact::Holds(all.iter().all(|r| r.reads != Reads::Asked)),
    }
}

/// Who had not read when the round ended is named as such.
fn named(reader: &Reader<'_>) -> String {
    match reader.reads {
        Reads::Unread => format!("{}（未阅）", reader.name),
        Reads::Asked | Reads::Read => reader.name.to_owned(),
    }
}

/// Whether whoever was given a task holds a role now.
fn holds_role(people: &dyn People, role: &str, task: &Task) -> bool {
    let holders = people.with_role(role);
    match task.holder {
        Principal::Person(person) => holders.iter().any(|p| people.fills(person, *p)),
        other => holders.contains(&other),
    }
}

fn words(text: String) -> Fact {
    if text.is_empty() {
        Fact::Nothing
    } else {
        Fact::Text(text)
    }
}

/// Each once, in order of first appearance.
fn join(all: impl Iterator<Item = String>) -> String {
    let mut once: Vec<String> = Vec::new();
    for one in all {
        if !once.contains(&one) {
            once.push(one);
        }
    }
    once.join("、")
}

/// A JSON value for a register column: days as "2026-03-09", counts as numbers, the rest as words.
#[must_use]
pub fn column(fact: &Fact, field: Option<&Value>, zone: Zone) -> Value {
    match (fact, field) {
        // A date field is kept as typed, so that it sorts; printing it is the page's business.
        (Fact::Text(_), Some(raw)) => raw.clone(),
        (Fact::At(at), _) => Value::from(zone.day(*at).to_string()),
        (Fact::Count(n), _) => Value::from(*n),
        (Fact::Nothing, _) => Value::Null,
        (other, _) => Value::from(written(other, None, zone)),
    }
}
