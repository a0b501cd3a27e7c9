//! What a case leaves behind: the columns of the register, the print sheets.
//! Invariant: a register always shows where a case is and how it stands.

use super::{Made, ids, name};
use crate::engine::definition::{ColumnKind, Kind, Page, Procedure, RegisterColumn, Sheet, Source};

/// One thing done to the books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BookEdit {
    /// A column that shows this field, before the last two.
    AddColumn(String),
    DropColumn(String),
    /// One place to the left.
    MoveColumn(String),
    /// Another sheet: its title, and the page it is.
    AddSheet(String, Page),
    DropSheet(String),
    RenameSheet(String, String),
}

/// A column that shows a field.
pub fn column(p: &Procedure, field: &str, label: &str) -> RegisterColumn {
    let kind = p.field(field).map(|f| &f.kind);
    let (kept, width) = match kind {
        Some(Kind::Date) => (ColumnKind::Date, 6),
        Some(Kind::Number { .. } | Kind::Money | Kind::Computed(_)) => (ColumnKind::Number, 5),
        Some(Kind::LongText { .. } | Kind::Text { .. }) => (ColumnKind::Text, 14),
        _ => (ColumnKind::Text, 8),
    };
    let taken = |id: &str| p.register.columns.iter().any(|c| c.id == id);
    RegisterColumn {
        id: ids::made(label, "col", taken),
        label: label.to_owned(),
        from: Source::Field(field.to_owned()),
        kind: kept,
        width,
        sort: true,
        filter: true,
        off: Vec::new(),
    }
}

/// Whether a field may stand in a register.
#[must_use]
pub const fn fits(kind: &Kind) -> bool {
    !matches!(kind, Kind::Table { .. } | Kind::Files | Kind::OpinionBox)
}

pub fn edit(p: &mut Procedure, edit: BookEdit) -> Result<Made, String> {
    match edit {
        BookEdit::AddColumn(field) => {
            let found = p.field(&field).filter(|f| fits(&f.kind));
            let label = found
                .map(|f| f.label.clone())
                .ok_or("请选登记簿里要哪一格")?;
            let source = Source::Field(field.clone());
            if p.register.columns.iter().any(|c| c.from == source) {
                return Err(format!("登记簿里已经有“{label}”了"));
            }
            let new = column(p, &field, &label);
            let own = |c: &RegisterColumn| {
                matches!(c.from, Source::Holder | Source::State | Source::Step)
            };
            let at = p
                .register
                .columns
                .iter()
                .position(own)
                .unwrap_or(p.register.columns.len());
            p.register.columns.insert(at, new);
        }
        BookEdit::DropColumn(id) => {
            let column = p.register.columns.iter().find(|c| c.id == id);
            if column.is_some_and(|c| matches!(c.from, Source::Holder | Source::State)) {
                return Err("“现在到谁”和“状态”要留着，打开登记簿就是为了看它们".to_owned());
            }
            p.register.columns.retain(|c| c.id != id);
        }
        BookEdit::MoveColumn(id) => {
            let at = p
                .register
                .columns
                .iter()
                .position(|c| c.id == id)
                .filter(|at| *at > 0);
            let at = at.ok_or("已经在最左边了")?;
            p.register.columns.swap(at, at - 1);
        }
        BookEdit::AddSheet(title, page) => {
            let title = free_title(p, &title, "")?;
            let id = ids::made(&title, "sheet", |id| p.sheets.iter().any(|s| s.id == id));
            if page == Page::Readers && p.circulation.is_none() {
                return Err("这个事项还没有传阅，用不着传阅单".to_owned());
            }
            p.sheets.push(Sheet {
                id,
                title,
                line: p.series.iter().map(|s| s.field.clone()).collect(),
                page,
                layout: None,
            });
        }
        BookEdit::DropSheet(id) => p.sheets.retain(|s| s.id != id),
        BookEdit::RenameSheet(id, title) => {
            let title = free_title(p, &title, &id)?;
            let sheet = p.sheets.iter_mut().find(|s| s.id == id);
            sheet.ok_or("这张打印稿已经删掉了")?.title = title;
        }
    }
    Ok(Made::default())
}

fn free_title(p: &Procedure, typed: &str, but: &str) -> Result<String, String> {
    let title = name(typed, "打印稿的标题")?;
    match p.sheets.iter().any(|s| s.title == title && s.id != but) {
        true => Err(format!("已经有一张打印稿叫“{title}”，请换一个")),
        false => Ok(title),
    }
}
