//! What a procedure is called, who may start it, who sees it, and its number.
//! Invariant: the title is a field that is filled in at the first step.

use super::{Made, blank, grid, ids, name, noted};
use crate::engine::definition::{
    Grant, Kind, Procedure, Row, Scope, SeenBy, Series, Urging, Voiding, Who,
};
use crate::kit::{FieldErrors, text};

/// As typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HeadForm {
    pub name: String,
    pub group: String,
    /// What the button that starts it says.
    pub start: String,
    /// Roles that may start it; everybody where none is named.
    pub roles: Vec<String>,
    /// The field lists show as the title.
    pub title: String,
    /// The choice field that says how urgent it is; none where empty.
    pub urgency: String,
    /// `downstream`, `participants`, `office`.
    pub seen: String,
    /// Roles that see every case.
    pub sees: Vec<String>,
    /// Roles that may urge.
    pub urge: Vec<String>,
    /// Roles that may make a case void.
    pub void: Vec<String>,
}

/// The number, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SeriesForm {
    /// 用印; no number where it is empty.
    pub prefix: String,
    /// Each department counts for itself.
    pub by_department: bool,
}

pub fn set(p: &mut Procedure, form: HeadForm) -> Result<Made, FieldErrors> {
    let mut errors = FieldErrors::default();
    let called = noted(name(&form.name, "事项名称"), "name", &mut errors);
    let group = noted(name(&form.group, "目录里的组名"), "group", &mut errors);
    let start = noted(name(&form.start, "发起按钮上的字"), "start", &mut errors);
    noted(titled(p, &form.title), "", &mut errors);
    let urgency = noted(urgent(p, form.urgency), "urgent_by", &mut errors);
    let (Some(called), Some(group), Some(start), Some(urgency), []) =
        (called, group, start, urgency, errors.0.as_slice())
    else {
        return Err(errors);
    };
    let old = std::mem::replace(&mut p.name, called);
    p.group = group;
    p.start.label = start;
    p.start.roles = form.roles;
    for sheet in p.sheets.iter_mut().filter(|s| s.title == old) {
        sheet.title.clone_from(&p.name);
    }
    if p.register.name == format!("{old}登记簿") {
        p.register.name = format!("{}登记簿", p.name);
    }
    p.title = form.title;
    p.urgency = urgency;
    p.visibility.rule = match form.seen.as_str() {
        "office" => SeenBy::Office,
        "downstream" => SeenBy::Downstream,
        _ => SeenBy::Participants,
    };
    sees(p, &form.sees);
    urged(p, form.urge);
    voided(p, form.void);
    Ok(Made::default().saying("已改好"))
}

/// Whether a field may be the title.
fn titled(p: &Procedure, id: &str) -> Result<(), String> {
    let line = |k: &Kind| {
        matches!(
            k,
            Kind::Text { .. } | Kind::LongText { .. } | Kind::Choice { .. } | Kind::OutsideOrgan
        )
    };
    match p.field(id) {
        Some(f) if line(&f.kind) => Ok(()),
        Some(f) => Err(format!(
            "“{}”不是文字，不能当清单里的标题，请选一格文字",
            f.label
        )),
        None => Err("请选清单里的标题用哪一格".to_owned()),
    }
}

fn urgent(p: &Procedure, id: String) -> Result<Option<String>, String> {
    match p.field(&id) {
        Some(f) if matches!(f.kind, Kind::Choice { .. }) => Ok(Some(id)),
        Some(f) => Err(format!("“{}”不是“选一个”，不能当缓急", f.label)),
        None => Ok(None),
    }
}

/// Roles that see every case from its first step on; other grants stay.
fn sees(p: &mut Procedure, roles: &[String]) {
    let Some(first) = p.first_step().map(|s| s.id.clone()) else {
        return;
    };
    let is_role = |g: &Grant| matches!(g.who, Who::Role(_)) && g.from == first;
    p.visibility.grants.retain(|g| !is_role(g));
    for role in roles {
        p.visibility.grants.push(Grant {
            who: Who::Role(role.clone()),
            from: first.clone(),
        });
    }
}

/// Roles that see every case.
#[must_use]
pub fn seeing(p: &Procedure) -> Vec<String> {
    let first = p.first_step().map(|s| s.id.as_str());
    let all = p.visibility.grants.iter();
    let all = all.filter(|g| Some(g.from.as_str()) == first);
    all.filter_map(|g| match &g.who {
        Who::Role(r) => Some(r.clone()),
        _ => None,
    })
    .collect()
}

fn urged(p: &mut Procedure, roles: Vec<String>) {
    match (&mut p.urge, roles.is_empty()) {
        (Some(u), false) => u.roles = roles,
        (None, false) => p.urge = Some(urging(roles)),
        (_, true) => p.urge = None,
    }
}

/// The usual urging.
pub fn urging(roles: Vec<String>) -> Urging {
    Urging {
        label: super::words::URGE.to_owned(),
        roles,
        again_after_hours: 4,
    }
}

fn voided(p: &mut Procedure, roles: Vec<String>) {
    p.void = match (p.void.take(), roles.is_empty()) {
        (_, true) => None,
        (Some(v), false) => Some(Voiding { roles, ..v }),
        (None, false) => Some(Voiding {
            label: "作废".to_owned(),
            roles,
        }),
    };
}

pub fn series(p: &mut Procedure, form: &SeriesForm) -> Result<Made, String> {
    let prefix = text::one_line(&form.prefix);
    if prefix.is_empty() {
        p.series = None;
        return Ok(Made::default().saying("不编号了；“编号”那一格还在表上，不要的话请删掉"));
    }
    let prefix = name(&prefix, "编号前面的字")?;
    if prefix.contains(['{', '}']) {
        return Err("编号前面只写字，例如 用印；年份和顺序号自动加上".to_owned());
    }
    let first = p.first_step().map(|s| s.id.clone()).ok_or("请先有第一步")?;
    let known = p.fields.iter().find(|f| f.kind == Kind::SeriesNumber);
    let field = match (&p.series, known.map(|f| f.id.clone())) {
        (Some(s), _) if p.field(&s.field).is_some() => s.field.clone(),
        (_, Some(id)) => id,
        _ => number_field(p)?,
    };
    let step = p.series.as_ref().map_or(first, |s| s.step.clone());
    // numbers by organ code are written by their pattern; this page only names them
    let (by, own, written) = match p.series.take() {
        Some(s) if s.by.is_some() => (s.by, s.own, Some(s.pattern)),
        _ => (None, None, None),
    };
    p.series = Some(Series {
        key: prefix.clone(),
        by,
        own,
        scope: if form.by_department {
            Scope::Department
        } else {
            Scope::Organ
        },
        pattern: written.unwrap_or_else(|| format!("{prefix}〔{{year}}〕{{n}}号")),
        step,
        field: field.clone(),
    });
    for sheet in p.sheets.iter_mut().filter(|s| s.line.is_empty()) {
        sheet.line.push(field.clone());
    }
    Ok(Made::field(field))
}

fn number_field(p: &mut Procedure) -> Result<String, String> {
    let label = if p.fields.iter().any(|f| f.label == "编号") {
        "自动编号"
    } else {
        "编号"
    };
    let id = ids::field(p, label);
    let mut field = blank::field(&id, label)?;
    field.kind = Kind::SeriesNumber;
    field.help = Some("送出时自动取号".to_owned());
    p.fields.push(field);
    p.layout.rows.insert(0, Row(vec![grid::cell(&id, 12)]));
    let row = super::books::column(p, &id, label);
    p.register.columns.insert(0, row);
    Ok(id)
}
