//! Print sheets (打印单): what a page of a case is, and the grid it is printed in. And how urging is counted in
//! its ledger. Not here: drawing it (`ui`, `screens`).

use super::layout::Layout;
use serde::{Deserialize, Serialize};

/// A print sheet.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Sheet {
    /// ASCII identifier.
    pub id: String,
    /// 收文处理单
    pub title: String,
    /// Fields printed in the line between title and grid.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub line: Vec<String>,
    /// What the page is.
    #[serde(default)]
    pub page: Page,
    /// Its own grid; the form's where it has none.
    pub layout: Option<Layout>,
}

/// What a printed page is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Page {
    /// The grid.
    #[default]
    Form,
    /// The grid, and below it a row for each reader (公文传阅单).
    Readers,
    /// 处理流程台账.
    Ledger,
}

/// What is asked of the urging.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Count {
    /// How often.
    Times,
    /// When last.
    Last,
}
