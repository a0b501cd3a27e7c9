//! What of an old register goes where: the words over its columns, its dates, its marks.
//! Not here: reading a sheet (`engine::import`). Data, like everything a procedure says: an office whose old
//! book names its columns otherwise adds a word here.

use super::{Kind, Procedure};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How an old register (旧登记簿) becomes cases of this procedure.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Import {
    /// Roles that may; those that start the procedure where the list is empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// Words by which a column of the old register says that a line is of this procedure: 办件.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kind: Vec<String>,
    /// The date field that says when the case was opened, and with it its year.
    pub on: String,
    /// A text field that says, filled in, that the case was archived.
    pub archived: Option<String>,
    /// The field that says how secret a paper is, and the words with which it may not be taken in.
    pub secrecy: Option<String>,
    /// Words of that field that are refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refuse: Vec<String>,
    /// By field, what stands over its column in old registers beside the field's own label.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub words: BTreeMap<String, Vec<String>>,
}

impl Import {
    /// What does not fit the procedure, as sentences for whoever writes it.
    #[must_use]
    pub fn faults(&self, procedure: &Procedure) -> Vec<String> {
        let mut found = Vec::new();
        if procedure
            .field(&self.on)
            .is_none_or(|f| f.kind != Kind::Date)
        {
            let label = procedure.field(&self.on).map(|f| f.label.as_str());
            found.push(format!(
                "旧登记簿要按一个日期字段分到各年，{}，请重新选",
                label.map_or_else(|| "选的字段不存在".to_owned(), |l| format!("“{l}”不是日期"))
            ));
        }
        let named = self.archived.iter().chain(&self.secrecy);
        for id in named.chain(self.words.keys()) {
            if procedure.field(id).is_none() {
                found.push("旧登记簿指到的字段不存在，可能已经删掉，请重新选一个字段".to_owned());
            }
        }
        found
    }
}
