//! What a step may do with each field, as a small matrix: not seen, seen, changed, must be filled in.
//! Invariant: what the engine fills in (numbers, opinions, sums) is never typed at a step.

use super::Made;
use crate::engine::definition::{Field, Kind, Procedure};

/// What a step may do with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    Hidden,
    See,
    Write,
    Must,
}

impl Right {
    /// All, in the order of the matrix, with their words.
    pub const ALL: [(Self, &'static str, &'static str); 4] = [
        (Self::Hidden, "hidden", "看不见"),
        (Self::See, "see", "能看"),
        (Self::Write, "write", "能改"),
        (Self::Must, "must", "必填"),
    ];

    /// By its word in forms.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|r| r.1 == word).map(|r| r.0)
    }
}

/// Whether anybody types it.
#[must_use]
pub const fn is_typed(field: &Field) -> bool {
    !matches!(
        field.kind,
        Kind::SeriesNumber | Kind::OpinionBox | Kind::Computed(_)
    )
}

/// As it stands.
#[must_use]
pub fn right(field: &Field, step: &str) -> Right {
    if field.hidden_from.iter().any(|s| s == step) {
        Right::Hidden
    } else if field.must_at(step) {
        Right::Must
    } else if field.writable_at(step) {
        Right::Write
    } else {
        Right::See
    }
}

pub fn set(p: &mut Procedure, step: &str, all: &[(String, Right)]) -> Result<Made, String> {
    let Some(name) = p.step(step).map(|s| s.name.clone()) else {
        return Err("这一步已经删掉了，请刷新页面".to_owned());
    };
    for (id, right) in all {
        let placed = super::refer::is_placed(p, id);
        let Some(field) = p.fields.iter_mut().find(|f| f.id == *id) else {
            continue;
        };
        if *right == Right::Must && !placed && field.default.is_none() {
            return Err(format!(
                "“{}”没有放到表上，填不了，先到“表单”里把它放上去",
                field.label
            ));
        }
        for list in [&mut field.write, &mut field.must, &mut field.hidden_from] {
            list.retain(|s| s != step);
        }
        match right {
            Right::Hidden => field.hidden_from.push(step.to_owned()),
            Right::Write if is_typed(field) => field.write.push(step.to_owned()),
            Right::Must if is_typed(field) => field.must.push(step.to_owned()),
            Right::See | Right::Write | Right::Must => {}
        }
    }
    Ok(Made::step(step).saying(format!("“{name}”这一步的填写要求已经记下")))
}
