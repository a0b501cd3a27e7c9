//! The paper grid by clicking: rows of twelve columns, at most four cells in a row, none narrower than three.
//! A cell is named by its row and its place in it, counted from 0.
//! Invariant: every row is exactly twelve columns wide after every edit, and a field stands in it once.

use super::{Made, fields};
use crate::engine::definition::{COLUMNS, Cell, Content, Kind, Layout, Procedure, Row};

/// Cells of one row at most.
const MOST: usize = 4;
/// Columns of a cell at least: two are its label.
const LEAST: u8 = 3;

/// One thing done to the grid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grid {
    /// A cell goes one place in this direction.
    Move(usize, usize, Side),
    /// A cell joins the row above it, at its end.
    Join(usize, usize),
    /// A cell gets a row of its own, below.
    Alone(usize, usize),
    /// A cell takes one column from its neighbour, or gives one.
    Wider(usize, usize),
    Narrower(usize, usize),
    /// A cell takes its right neighbour's place; that gets a row of its own.
    Merge(usize, usize),
    /// A cell is halved; a new field of this label stands in its right half.
    Split(usize, usize, String),
    /// More room, or less, for handwriting.
    Tall(usize, usize),
    /// A new row with a new field, below this row; at the end where it is none.
    NewRow(Option<usize>, String),
    /// A field that stood nowhere gets a row at the end.
    Place(String),
    /// A field is shown nowhere, and stays.
    Lift(usize, usize),
    /// Who reads it: a cell of its own at the end, or none.
    Readers,
}

/// A direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Left,
    Right,
    Up,
    Down,
}

/// A cell of a field.
pub fn cell(id: &str, span: u8) -> Cell {
    Cell {
        content: Content::Field(id.to_owned()),
        span,
        tall: false,
    }
}

/// Shares a row out evenly.
fn even(row: &mut Row) {
    let n = u8::try_from(row.0.len().max(1)).unwrap_or(1);
    let (each, mut over) = (COLUMNS / n, COLUMNS % n);
    for cell in &mut row.0 {
        cell.span = each + u8::from(over > 0);
        over = over.saturating_sub(1);
    }
}

/// Takes a field's cells away; what is left of their rows is shared out anew.
pub fn lift(layout: &mut Layout, id: &str) {
    let is = |c: &Cell| matches!(&c.content, Content::Field(f) if f == id);
    for row in &mut layout.rows {
        if row.0.iter().any(is) {
            row.0.retain(|c| !is(c));
            even(row);
        }
    }
    layout.rows.retain(|r| !r.0.is_empty());
}

/// A field's usual cell, in a row of its own towards the end.
pub fn place(layout: &mut Layout, id: &str, kind: &Kind) {
    let mut cell = cell(id, COLUMNS);
    cell.tall = matches!(kind, Kind::OpinionBox);
    // what is filled in stands above the boxes for opinions at the end, as on paper
    let ordinary = |r: &Row| !r.0.iter().all(|c| c.tall);
    let above = layout
        .rows
        .iter()
        .rposition(ordinary)
        .map_or(0, |at| at + 1);
    let at = if cell.tall { layout.rows.len() } else { above };
    layout.rows.insert(at, Row(vec![cell]));
}

pub fn edit(p: &mut Procedure, edit: Grid) -> Result<Made, String> {
    match edit {
        Grid::Move(r, c, side) => moved(&mut p.layout, (r, c), side),
        Grid::Join(r, c) => join(&mut p.layout, (r, c)),
        Grid::Alone(r, c) => alone(&mut p.layout, (r, c)),
        Grid::Wider(r, c) => trade(&mut p.layout, (r, c), Trade::Take),
        Grid::Narrower(r, c) => trade(&mut p.layout, (r, c), Trade::Give),
        Grid::Merge(r, c) => merge(&mut p.layout, (r, c)),
        Grid::Split(r, c, label) => split(p, (r, c), &label),
        Grid::Tall(r, c) => {
            let cell = find(&mut p.layout, (r, c))?;
            cell.tall = !cell.tall;
            Ok(of(&cell.content))
        }
        Grid::NewRow(after, label) => new_row(p, after, &label),
        Grid::Place(id) => {
            let kind = p.field(&id).map(|f| f.kind.clone()).ok_or_else(gone)?;
            lift(&mut p.layout, &id);
            place(&mut p.layout, &id, &kind);
            Ok(Made::field(id))
        }
        Grid::Lift(r, c) => lift_cell(p, (r, c)),
        Grid::Readers => readers(p),
    }
}

fn gone() -> String {
    "这一格已经不在原来的地方，请看现在的表再点".to_owned()
}

fn find(layout: &mut Layout, (r, c): (usize, usize)) -> Result<&mut Cell, String> {
    let row = layout.rows.get_mut(r).ok_or_else(gone)?;
    row.0.get_mut(c).ok_or_else(gone)
}

fn of(content: &Content) -> Made {
    match content {
        Content::Field(id) => Made::field(id.clone()),
        Content::Readers => Made::default(),
    }
}

fn take(layout: &mut Layout, (r, c): (usize, usize)) -> Result<Cell, String> {
    let row = layout.rows.get_mut(r).ok_or_else(gone)?;
    if c >= row.0.len() {
        return Err(gone());
    }
    let cell = row.0.remove(c);
    even(row);
    Ok(cell)
}

fn moved(layout: &mut Layout, (r, c): (usize, usize), side: Side) -> Result<Made, String> {
    let made = of(&find(layout, (r, c))?.content);
    let last = layout.rows.len().saturating_sub(1);
    match side {
        Side::Left | Side::Right => {
            let row = layout.rows.get_mut(r).ok_or_else(gone)?;
            let to = match side {
                Side::Left => c.checked_sub(1),
                _ => Some(c + 1).filter(|to| *to < row.0.len()),
            };
            let to = to.ok_or("已经在这一行的边上了")?;
            row.0.swap(c, to);
        }
        Side::Up if r == 0 => return Err("已经在最上面了".to_owned()),
        Side::Down if r == last => return Err("已经在最下面了".to_owned()),
        Side::Up => layout.rows.swap(r, r - 1),
        Side::Down => layout.rows.swap(r, r + 1),
    }
    Ok(made)
}

fn join(layout: &mut Layout, (r, c): (usize, usize)) -> Result<Made, String> {
    let above = r.checked_sub(1).ok_or("这是第一行，上面没有可以并的行")?;
    if layout.rows.get(above).is_some_and(|r| r.0.len() >= MOST) {
        return Err(format!("上一行已经有 {MOST} 格，放不下了"));
    }
    let cell = take(layout, (r, c))?;
    let made = of(&cell.content);
    if let Some(row) = layout.rows.get_mut(above) {
        row.0.push(cell);
        even(row);
    }
    layout.rows.retain(|r| !r.0.is_empty());
    Ok(made)
}

fn alone(layout: &mut Layout, (r, c): (usize, usize)) -> Result<Made, String> {
    if layout.rows.get(r).is_some_and(|r| r.0.len() == 1) {
        return Err("这一格已经单独占一行".to_owned());
    }
    let mut cell = take(layout, (r, c))?;
    let made = of(&cell.content);
    cell.span = COLUMNS;
    layout.rows.insert(r + 1, Row(vec![cell]));
    Ok(made)
}

enum Trade {
    Take,
    Give,
}

fn trade(layout: &mut Layout, (r, c): (usize, usize), trade: Trade) -> Result<Made, String> {
    let made = of(&find(layout, (r, c))?.content);
    let row = layout.rows.get_mut(r).ok_or_else(gone)?;
    if row.0.len() == 1 {
        return Err("这一格占满了整行，先把别的格并到这一行，再调宽窄".to_owned());
    }
    let other = if c + 1 < row.0.len() { c + 1 } else { c - 1 };
    let (from, to) = match trade {
        Trade::Take => (other, c),
        Trade::Give => (c, other),
    };
    if row.0.get(from).is_none_or(|c| c.span <= LEAST) {
        return Err("再窄就写不下字了".to_owned());
    }
    if let Some(cell) = row.0.get_mut(from) {
        cell.span -= 1;
    }
    if let Some(cell) = row.0.get_mut(to) {
        cell.span += 1;
    }
    Ok(made)
}

fn merge(layout: &mut Layout, (r, c): (usize, usize)) -> Result<Made, String> {
    let row = layout.rows.get_mut(r).ok_or_else(gone)?;
    if c + 1 >= row.0.len() {
        return Err("右边没有格子可以合并".to_owned());
    }
    let mut out = row.0.remove(c + 1);
    let cell = row.0.get_mut(c).ok_or_else(gone)?;
    cell.span += out.span;
    let made = of(&cell.content);
    out.span = COLUMNS;
    layout.rows.insert(r + 1, Row(vec![out]));
    Ok(made.saying("右边那一格挪到了下面一行，不要的话选中它再删"))
}

fn split(p: &mut Procedure, (r, c): (usize, usize), label: &str) -> Result<Made, String> {
    let row = p.layout.rows.get(r).ok_or_else(gone)?;
    if row.0.len() >= MOST {
        return Err(format!("一行最多 {MOST} 格，请另起一行"));
    }
    let span = row.0.get(c).ok_or_else(gone)?.span;
    let id = fields::new(p, label)?;
    let row = p.layout.rows.get_mut(r).ok_or_else(gone)?;
    let half = span / 2;
    if half < LEAST {
        row.0.insert(c + 1, cell(&id, LEAST));
        even(row);
    } else {
        if let Some(cell) = row.0.get_mut(c) {
            cell.span = span - half;
        }
        row.0.insert(c + 1, cell(&id, half));
    }
    Ok(Made::field(id))
}

fn new_row(p: &mut Procedure, after: Option<usize>, label: &str) -> Result<Made, String> {
    let id = fields::new(p, label)?;
    let at = after.map_or(p.layout.rows.len(), |r| (r + 1).min(p.layout.rows.len()));
    p.layout.rows.insert(at, Row(vec![cell(&id, COLUMNS)]));
    Ok(Made::field(id))
}

fn lift_cell(p: &mut Procedure, (r, c): (usize, usize)) -> Result<Made, String> {
    let content = find(&mut p.layout, (r, c))?.content.clone();
    if let Content::Field(id) = &content
        && let Some(field) = p.field(id).filter(|f| !f.must.is_empty())
    {
        return Err(format!(
            "“{}”是必填的，表上要有它的格子；先到“流程”里把必填去掉，再拿下来",
            field.label
        ));
    }
    take(&mut p.layout, (r, c))?;
    p.layout.rows.retain(|r| !r.0.is_empty());
    Ok(Made::default().saying("已从表上拿下，内容还在，可以从下面“没有放到表上的”再放回来"))
}

fn readers(p: &mut Procedure) -> Result<Made, String> {
    let had = p.layout.cells().any(|c| c.content == Content::Readers);
    if had {
        for row in &mut p.layout.rows {
            if row.0.iter().any(|c| c.content == Content::Readers) {
                row.0.retain(|c| c.content != Content::Readers);
                even(row);
            }
        }
        p.layout.rows.retain(|r| !r.0.is_empty());
        return Ok(Made::default());
    }
    if p.circulation.is_none() {
        return Err("这个事项还没有传阅：请先到“流程”里给一步勾上“传阅”".to_owned());
    }
    p.layout.rows.push(Row(vec![Cell {
        content: Content::Readers,
        span: COLUMNS,
        tall: true,
    }]));
    Ok(Made::default())
}
