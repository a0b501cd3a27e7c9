//! A sheet of people as rows of known columns: where the header stands, which heading means what.
//! Headings are understood as people write them, in any order; columns nobody knows are left alone.
//! Not for deciding what a row means (`import_match.rs`).

use crate::kit::{Cell, Error, Result, csv, text};
use std::collections::HashMap;

/// A column of the sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Column {
    Name,
    Dept,
    Post,
    Mobile,
    StaffNo,
    Charges,
    Note,
    Error,
}

/// The columns in the order they are written.
pub const COLUMNS: [Column; 7] = [
    Column::Name,
    Column::Dept,
    Column::Post,
    Column::Mobile,
    Column::StaffNo,
    Column::Charges,
    Column::Note,
];

/// Heading of the column of errors in a returned sheet.
pub const ERROR_HEADING: &str = "错误";
/// Rows among which the header is looked for: titles and notes stand above it.
const HEADER_WITHIN: usize = 20;

impl Column {
    /// As written.
    #[must_use]
    pub const fn heading(self) -> &'static str {
        match self {
            Self::Name => "姓名",
            Self::Dept => "部门",
            Self::Post => "岗位/职务",
            Self::Mobile => "手机",
            Self::StaffNo => "工号",
            Self::Charges => "分管部门",
            Self::Note => "备注",
            Self::Error => ERROR_HEADING,
        }
    }

    /// As read. What a bracket adds (必填, 11位) is not the heading.
    fn of_heading(heading: &str) -> Option<Self> {
        let folded = text::fold_search(heading);
        let bare: String = folded
            .split('(')
            .next()
            .unwrap_or_default()
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '*' | ':' | '/' | '、' | '或'))
            .collect();
        Some(match bare.as_str() {
            "姓名" | "名字" | "人员" | "人员姓名" | "干部姓名" | "员工姓名" => {
                Self::Name
            }
            "部门" | "所在部门" | "所属部门" | "部门名称" | "工作部门" | "科室" | "所在科室"
            | "单位" | "所在单位" | "工作单位" | "部门村" | "部门单位" => {
                Self::Dept
            }
            "岗位" | "职务" | "职位" | "岗位职务" | "职务岗位" | "现任职务" | "担任职务"
            | "岗位名称" => Self::Post,
            "手机" | "手机号" | "手机号码" | "移动电话" | "联系电话" | "电话" | "电话号码"
            | "联系方式" => Self::Mobile,
            "工号" | "职工号" | "人员编号" | "员工编号" | "工作证号" => {
                Self::StaffNo
            }
            "分管" | "分管部门" | "分管科室" | "分管单位" | "分管部门单位" => {
                Self::Charges
            }
            "备注" | "说明" => Self::Note,
            ERROR_HEADING | "错误原因" => Self::Error,
            _ => return None,
        })
    }
}

/// A row with its number in the sheet as Excel shows it.
#[derive(Debug, Clone)]
pub(super) struct Raw {
    pub line: usize,
    values: HashMap<Column, String>,
}

impl Raw {
    /// The text of a column; empty where it is not there.
    pub fn get(&self, column: Column) -> &str {
        self.values.get(&column).map_or("", String::as_str)
    }
}

/// A sheet with its header found.
#[derive(Debug, Clone)]
pub(super) struct Sheet {
    /// Place of the header row, counted from 0.
    pub header: usize,
    /// Column of each place, where known.
    pub columns: Vec<Option<Column>>,
    pub rows: Vec<Raw>,
}

/// Finds the header and reads the rows below it; rows that are empty in the known columns are skipped.
pub(super) fn read(cells: &[Vec<Cell>]) -> Result<Sheet> {
    let headers = cells.iter().take(HEADER_WITHIN).enumerate();
    let found = headers
        .map(|(i, row)| (i, columns_of(row)))
        .find(|(_, columns)| {
            columns.contains(&Some(Column::Name)) && columns.iter().flatten().count() > 1
        });
    let Some((header, columns)) = found else {
        let why = "没有找到表头：要有一行写着“姓名”和“部门”，可先下载模板，把人员粘贴进去再上传";
        return Err(Error::invalid("file", why));
    };
    let rows = (header + 2..)
        .zip(cells.iter().skip(header + 1))
        .filter_map(|(line, row)| raw(line, row, &columns))
        .collect();
    Ok(Sheet {
        header,
        columns,
        rows,
    })
}

fn columns_of(row: &[Cell]) -> Vec<Option<Column>> {
    row.iter().map(|c| Column::of_heading(&c.text())).collect()
}

fn raw(line: usize, row: &[Cell], columns: &[Option<Column>]) -> Option<Raw> {
    let mut values = HashMap::new();
    for (cell, column) in row.iter().zip(columns) {
        let Some(column) = column else {
            continue;
        };
        let value = text::one_line(&cell.text());
        // 岗位 and 职务 may both be there: the first that says something counts
        if !value.is_empty() && *column != Column::Error {
            values.entry(*column).or_insert(value);
        }
    }
    (!values.is_empty()).then_some(Raw { line, values })
}

/// The cells of a table pasted from Excel or typed with tabs.
pub fn of_text(pasted: &str) -> Result<Vec<Vec<Cell>>> {
    csv::read(pasted.as_bytes()).map_err(|why| Error::invalid("pasted", why))
}

/// The cells as text for a form's hidden field, so that a preview is confirmed without a stored file.
/// [`of_text`] reads it back to the same rows.
#[must_use]
pub fn to_text(cells: &[Vec<Cell>]) -> String {
    let width = cells.iter().map(Vec::len).max().unwrap_or(0);
    let mut out = String::new();
    for row in cells {
        for i in 0..width {
            if i > 0 {
                out.push('\t');
            }
            let value = row.get(i).map(Cell::text).unwrap_or_default();
            // a leading quote would open a quoted cell when it is read back
            out.push_str(&text::one_line(&value).replace('"', "”"));
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<Vec<Cell>> {
        of_text(text).unwrap()
    }

    #[test]
    fn headings_in_any_order_and_writing() {
        let sheet = read(&cells(
            "青山镇人员名册\t\t\t\n填表说明\t\t\t\n手机号（11位）\t所在 部门\t* 姓名\t序号\n138\t财政所\t张三\t1\n\t\t\t2\n\t\t李四\t3\n",
        ))
        .unwrap();
        assert_eq!(sheet.header, 2);
        let read: Vec<(usize, &str, &str)> = sheet
            .rows
            .iter()
            .map(|r| (r.line, r.get(Column::Name), r.get(Column::Dept)))
            .collect();
        assert_eq!(read, [(4, "张三", "财政所"), (6, "李四", "")]);
    }

    #[test]
    fn every_written_heading_is_read() {
        for column in COLUMNS {
            assert_eq!(Column::of_heading(column.heading()), Some(column));
        }
        let none = read(&cells("甲\t乙\n1\t2\n"));
        assert!(none.unwrap_err().to_string().contains("没有找到表头"));
    }

    #[test]
    fn text_of_cells_comes_back() {
        let table = cells("说明\t\t\n姓名\t部门\t手机\n张三\t党政办\t13805710001\n");
        assert_eq!(read(&cells(&to_text(&table))).unwrap().rows.len(), 1);
        assert_eq!(to_text(&cells(&to_text(&table))), to_text(&table));
    }
}
