//! What begins cases of it beside a person, as clicked: the calendar, the scanner.
//! Invariant: a paper that begins a case has a cell to lie in.

use super::{Made, noted};
use crate::engine::definition::arrive::Each;
use crate::engine::definition::{Arrival, Every, Procedure};
use crate::kit::{FieldErrors, text};

/// As typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CalendarForm {
    /// `day`, `week`, `month`, `year`; nothing is begun where it is empty.
    pub each: String,
    /// 5, or 03-01.
    pub on: String,
    pub roles: Vec<String>,
    pub title: String,
    /// Whether pages of the scanner begin it too.
    pub scan: bool,
}

pub fn set(p: &mut Procedure, form: CalendarForm) -> Result<Made, FieldErrors> {
    let mut errors = FieldErrors::default();
    let each: Option<Each> = serde_json::from_value(form.each.into()).ok();
    let on = text::fold(form.on.trim());
    let title = text::one_line(&form.title);
    let every = each.and_then(|each| {
        if form.roles.is_empty() {
            errors.add("roles", "按时发起的要写明给谁：至少勾一种岗位");
        }
        // the day is looked at where nobody is named, too: both are said at once
        let whom = match form.roles.as_slice() {
            [] => vec![String::new()],
            _ => form.roles,
        };
        noted(Every::read(each, (&on, &title), whom), "on", &mut errors)
    });
    p.start.every = every;
    p.start.from = form.scan.then_some(Arrival::Scan);
    if form.scan && p.scans().is_none() {
        errors.add(
            "scan",
            "第一步要有一格能填的“附件”，扫描件才有地方放；请先在表单里加一格",
        );
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(Made::default().saying(match &p.start.every {
        Some(every) => format!("{}发起；发布以后在这个事项的页面上打开", every.words()),
        None => "已改好".to_owned(),
    }))
}
