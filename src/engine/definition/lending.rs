//! How a piece chosen in the archive's catalogue (档案目录) begins a case that asks for it: which of its words stand in which
//! field. Not here: the catalogue (`modules::archive`).

use super::Procedure;
use serde::{Deserialize, Serialize};

/// Fields of the first step by what the piece's card says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Lending {
    /// 题名
    pub title: String,
    /// 档号
    pub number: String,
}

impl Lending {
    /// Whether it cannot do without a field.
    #[must_use]
    pub fn needs(&self, id: &str) -> bool {
        self.title == id || self.number == id
    }

    /// What does not fit the procedure, as sentences for whoever writes it.
    #[must_use]
    pub fn faults(&self, procedure: &Procedure) -> Vec<String> {
        let first = procedure.first_step().map(|s| s.id.as_str());
        let both = [("题名", &self.title), ("档号", &self.number)];
        let missing = both.into_iter().filter(|(_, id)| {
            let field = procedure.field(id);
            !field.is_some_and(|f| first.is_some_and(|step| f.writable_at(step)))
        });
        missing
            .map(|(what, id)| match procedure.field(id) {
                Some(f) => format!("档案借阅的{what}写在“{}”，这一格第一个环节要能填", f.label),
                None => format!("档案借阅的{what}要写在哪一格：原来那一格不存在，请重新选"),
            })
            .collect()
    }
}
