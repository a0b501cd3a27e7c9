//! What a definition says of supervision (督办): that its cases supervise, that rows of a table become such cases, and
//! what one takes over that is raised from a case of it. Not here: doing it (`engine::supervision`).
//! Invariant: everything is named by the definition's own fields, so that no procedure's id stands in code.

use super::condition::Condition;
use serde::{Deserialize, Serialize};

/// That cases of it supervise other work (督办): which of its fields say what.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Supervision {
    /// 转督办: the words on the button of other cases.
    pub label: String,
    /// Field that says where it comes from: 会议, 批示, 来文.
    pub source: String,
    /// Field that says where exactly: which meeting, which document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Field with what is to be done.
    pub matter: String,
    /// Field with the department that leads.
    pub principal: String,
    /// Field with the departments that help.
    pub assisting: Option<String>,
    /// Field with the day until when.
    pub due: String,
    /// Opinion box that takes what is reported on the way.
    pub progress: String,
    /// 报进展: the words on the button of whoever has it.
    pub report: String,
    /// Field with what proves that it is done; some step must not end without it.
    pub proof: String,
    /// Word by which the case it comes from and this one are tied: 转督办.
    pub word: String,
}

/// That the rows of a table become supervised matters (会议议定事项): which columns say what.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Raises {
    /// 逐条转督办
    pub label: String,
    /// The table field.
    pub table: String,
    /// Column with what is to be done.
    pub matter: String,
    /// Column with the name of the department that leads.
    pub principal: Option<String>,
    /// Column with the names of those that help.
    pub assisting: Option<String>,
    /// Column with the day until when.
    pub due: Option<String>,
}

/// What a supervised matter says that is raised from a case of this procedure: the first whose conditions hold.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Watched {
    /// Where it comes from, in a word the choices of the supervising procedure have: 会议.
    pub source: String,
    /// Field whose words are what is to be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matter: Option<String>,
    /// Of which cases this is said; empty: of all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<Condition>,
}
