//! The ways on from a step, each with the rows that must hold for it: the ladder as a table a clerk edits.
//! Not here: what a condition means (`definition::condition`).

use super::{Made, at, name, noted, steps, words};
use crate::engine::definition::{Condition, Given, Is, Kind, MoveId, Next, Procedure};
use crate::kit::{FieldErrors, text};

/// One thing done to the ways on from a step.
#[derive(Debug, Clone, PartialEq)]
pub enum WayEdit {
    Add(WayForm),
    Set(usize, WayForm),
    Drop(usize),
    /// One place up.
    Up(usize),
}

/// A way on, as typed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WayForm {
    pub to: String,
    /// 送…… where it is empty.
    pub label: String,
    pub when: Vec<ConditionForm>,
}

/// A row of a condition, as typed; one without a field is none.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ConditionForm {
    pub field: String,
    /// A word of [`words::COMPARED`].
    pub is: String,
    pub value: String,
}

/// What a way's button says where nobody wrote anything.
pub fn label(name: &str) -> String {
    format!("送{name}")
}

/// A way without conditions.
pub fn plain(to: &str, name: &str) -> Next {
    Next {
        to: to.to_owned(),
        label: label(name),
        when: Vec::new(),
    }
}

pub fn edit(p: &mut Procedure, step: &str, edit: WayEdit) -> Result<Made, FieldErrors> {
    match edit {
        WayEdit::Add(form) => {
            let way = read(p, step, &form, &[])?;
            let ends = p.step(step).is_some_and(steps::ends);
            let step = steps::find(p, step).map_err(at(""))?;
            let same = step
                .next
                .iter()
                .any(|n| n.to == way.to && n.when == way.when);
            if same {
                return Err(at("to")("这条去路已经有了"));
            }
            // those with conditions are looked at first
            let at = if way.when.is_empty() {
                step.next.len()
            } else {
                step.next
                    .iter()
                    .position(|n| n.when.is_empty())
                    .unwrap_or(step.next.len())
            };
            step.next.insert(at, way);
            if ends {
                step.moves.remove(&MoveId::Close);
            }
            steps::leads_on(step);
            Ok(Made::step(step.id.clone()))
        }
        WayEdit::Set(n, form) => {
            let old = p.step(step).and_then(|s| s.next.get(n)).cloned();
            let old = old.ok_or_else(gone).map_err(at(""))?;
            let way = read(p, step, &form, &old.when)?;
            let step = steps::find(p, step).map_err(at(""))?;
            let stands = step.next.get_mut(n).ok_or_else(gone);
            *stands.map_err(at(""))? = way;
            Ok(Made::step(step.id.clone()))
        }
        WayEdit::Drop(n) => {
            let step = steps::find(p, step).map_err(at(""))?;
            if n >= step.next.len() {
                return Err(at("")(gone()));
            }
            step.next.remove(n);
            Ok(Made::step(step.id.clone()))
        }
        WayEdit::Up(n) => {
            let step = steps::find(p, step).map_err(at(""))?;
            if n == 0 || n >= step.next.len() {
                return Err(at("")("已经在最前面了"));
            }
            step.next.swap(n, n - 1);
            Ok(Made::step(step.id.clone()))
        }
    }
}

fn gone() -> String {
    "这条去路已经不在了，请看现在的表再点".to_owned()
}

/// A row that stands as it was shown stays what it is, and so do those the page has no room for: it shows less
/// than a row may say.
fn read(p: &Procedure, from: &str, form: &WayForm, old: &[Condition]) -> Result<Next, FieldErrors> {
    let mut errors = FieldErrors::default();
    let to = match p.step(&form.to) {
        None => Err("请选去哪一步".to_owned()),
        Some(to) if to.id == from => Err("一步不能再送给它自己，要重办请用“退回”".to_owned()),
        Some(to) => Ok(to),
    };
    let to = noted(to, "to", &mut errors);
    let typed = text::one_line(&form.label);
    let label = match to {
        Some(to) if typed.is_empty() => Some(label(&to.name)),
        _ => noted(name(&typed, "按钮上的字"), "label", &mut errors),
    };
    let mut when = Vec::new();
    for (n, row) in form.when.iter().enumerate() {
        match old.get(n).filter(|c| shown(p, c) == *row) {
            Some(same) => when.push(same.clone()),
            None if row.field.is_empty() => {}
            None => when.extend(noted(
                condition(p, row),
                &format!("w{n}.value"),
                &mut errors,
            )),
        }
    }
    when.extend(old.iter().skip(form.when.len()).cloned());
    match (to, label) {
        (Some(to), Some(label)) if errors.is_empty() => Ok(Next {
            to: to.id.clone(),
            label,
            when,
        }),
        _ => Err(errors),
    }
}

/// A row as the page shows it.
fn shown(p: &Procedure, c: &Condition) -> ConditionForm {
    let is = words::COMPARED.iter().find(|k| k.2 == c.is);
    ConditionForm {
        field: c.field.clone(),
        is: is.map_or("", |k| k.0).to_owned(),
        value: words::value(p, c),
    }
}

/// A row as typed, by the kind of its field.
pub fn condition(p: &Procedure, form: &ConditionForm) -> Result<Condition, String> {
    let field = p
        .field(&form.field)
        .ok_or("条件用的那一格已经不在表上了，请重新选")?;
    let is = words::compared(&form.is).ok_or("请选怎么比，例如 不超过")?;
    let label = &field.label;
    let mut row = Condition {
        field: field.id.clone(),
        is,
        value: None,
        than: None,
    };
    if matches!(is, Is::Filled | Is::Empty) {
        return Ok(row);
    }
    let line = text::one_line(&form.value);
    let number = || {
        let n = text::fold(&line)
            .replace([',', '元', '天', '日'], "")
            .parse::<f64>()
            .ok();
        n.filter(|n| n.is_finite())
            .ok_or_else(|| format!("“{label}”要和一个数字比，例如 3"))
    };
    let equal = matches!(is, Is::Equal | Is::NotEqual);
    row.value = Some(match &field.kind {
        Kind::Number { .. } | Kind::Computed(_) => whole(number()?),
        Kind::Money => whole((number()? * 100.0).round()),
        Kind::Choice { options } if options.contains(&line) => Given::String(line),
        Kind::Choice { options } => {
            return Err(format!(
                "“{label}”可以选的是：{}，请写其中一个",
                options.join("、")
            ));
        }
        Kind::Date => Given::String(line),
        _ if line.is_empty() => return Err(format!("“{label}”要和什么比，请写上")),
        Kind::Text { .. } | Kind::LongText { .. } | Kind::OutsideOrgan | Kind::Choices { .. }
            if equal =>
        {
            Given::String(line)
        }
        _ => return Err(format!("“{label}”只能看填了没有，请选“已填”或“没填”")),
    });
    Ok(row)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "whole, and small enough for its field"
)]
pub fn whole(n: f64) -> Given {
    if n.fract() == 0.0 && n.abs() < 9e15 {
        Given::Integer(n as i64)
    } else {
        Given::Float(n)
    }
}
