//! What a procedure sets going beside its own path: somebody's tasks handed to another, a case of another procedure.
//! Not here: doing it (`engine::lanes`). Everything is named by field and procedure, never by person.

use super::is_false;
use serde::{Deserialize, Serialize};

/// Somebody's tasks go to another once a step is left with approval (请假批准后委托).
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DelegateRule {
    /// The step that approves it; going back from it is no approval.
    pub step: String,
    /// Over when this step is left (销假), where that is before the last day.
    pub until: Option<String>,
    /// Person field of whose tasks; the starter's where there is none.
    pub whose: Option<String>,
    /// Person field of who takes over; the deputies (AB岗) of the starter's posts where it is left empty.
    pub person: Option<String>,
    /// Span field of the days.
    pub span: String,
}

/// A case of another procedure that a step's holder may start.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SpawnRule {
    /// Its procedure.
    pub procedure: String,
    /// 发起用车申请
    pub label: String,
    /// Whether the holder's task waits until that case has ended.
    #[serde(default, skip_serializing_if = "is_false")]
    pub wait: bool,
    /// Fields whose values are taken along.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub copy: Vec<Carried>,
}

/// A field's value goes into a field of another procedure.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Carried {
    /// The field here.
    pub from: String,
    /// The field there.
    pub to: String,
}
