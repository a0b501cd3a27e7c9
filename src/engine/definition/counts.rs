//! What the statistics of a register count by besides months and steps: a column, and the days between two others.
//! Not here: counting (`engine::counted`).

use serde::{Deserialize, Serialize};

/// Cases counted by what one column says, and the working days between the days of two others.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// 按文种
    pub label: String,
    /// The column counted by.
    pub by: String,
    /// Columns of days.
    pub from: String,
    pub to: String,
    /// 从拟稿到分发
    pub took: String,
}
