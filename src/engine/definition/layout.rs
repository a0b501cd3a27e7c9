//! The paper form: rows of cells twelve columns wide, as offices draw it in a spreadsheet.
//! A cell is written `"title 12"` or `"opinion 12 tall"`; `"@readers 6"` shows the circulation.
//! Invariant: every row is exactly twelve columns wide.

use serde::{Deserialize, Serialize};

/// Columns of the grid.
pub const COLUMNS: u8 = 12;

/// The grid.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// From top to bottom.
    pub rows: Vec<Row>,
}

/// One row, left to right.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct Row(pub Vec<Cell>);

/// One cell of the grid: its label stands before its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// What stands in it.
    pub content: Content,
    /// Columns it takes, of twelve.
    pub span: u8,
    /// Room for handwriting.
    pub tall: bool,
}

/// What a cell shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A field.
    Field(String),
    /// Who reads it and has read it.
    Readers,
}

impl Layout {
    /// All cells in reading order.
    pub fn cells(&self) -> impl Iterator<Item = &Cell> {
        self.rows.iter().flat_map(|r| &r.0)
    }
}

impl TryFrom<Vec<String>> for Row {
    type Error = String;

    fn try_from(cells: Vec<String>) -> Result<Self, String> {
        let row: Vec<Cell> = cells.iter().map(|c| cell(c)).collect::<Result<_, _>>()?;
        let width: u32 = row.iter().map(|c| u32::from(c.span)).sum();
        if width == u32::from(COLUMNS) {
            return Ok(Self(row));
        }
        Err(format!(
            "版式里的这一行（{}）共 {width} 栏，每行要正好 {COLUMNS} 栏",
            cells.join("，")
        ))
    }
}

impl From<Row> for Vec<String> {
    fn from(row: Row) -> Self {
        let word = |c: &Cell| {
            let name = match &c.content {
                Content::Field(id) => id.as_str(),
                Content::Readers => "@readers",
            };
            let tall = if c.tall { " tall" } else { "" };
            format!("{name} {}{tall}", c.span)
        };
        row.0.iter().map(word).collect()
    }
}

fn cell(text: &str) -> Result<Cell, String> {
    let bad = || {
        format!("版式里的“{text}”看不懂，写成“字段 栏数”，例如 \"title 12\" 或 \"opinion 12 tall\"")
    };
    let mut words = text.split_whitespace();
    let name = words.next().ok_or_else(bad)?;
    let span: u8 = words.next().and_then(|w| w.parse().ok()).ok_or_else(bad)?;
    let tall = match (words.next(), words.next()) {
        (None, _) => false,
        (Some("tall"), None) => true,
        _ => return Err(bad()),
    };
    if span == 0 || span > COLUMNS {
        return Err(bad());
    }
    let content = if name == "@readers" {
        Content::Readers
    } else {
        Content::Field(name.to_owned())
    };
    Ok(Cell {
        content,
        span,
        tall,
    })
}
