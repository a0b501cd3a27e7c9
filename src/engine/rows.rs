//! Rows of table fields: typed cells read one by one, printed one by one, and the sums below them.
//! Not here: where rows are kept (`save_store`), how they are drawn.
//! Invariant: what is wrong names row and column as they stand on the page.

use super::compute;
use super::definition::{Column, ColumnOf, is_empty, text_of};
use super::values::{money, number, one_of, within};
use crate::kit::money::money as yuan;
use crate::kit::{Day, parse_day, text};
use serde_json::{Map, Value, json};

/// Rows of one table at most.
pub const MOST: usize = 500;
/// Characters of a text cell at most.
const LONGEST: usize = 200;

/// What is wrong in a table: the cell as `ROW.COLUMN` (the whole where empty) and the sentence.
pub type Wrong = Vec<(String, String)>;

/// The rows of a table as typed; those with nothing in them are left out.
///
/// # Errors
/// A sentence for each cell that is not understood or missing.
pub fn read(label: &str, raw: &Value, columns: &[Column], today: Day) -> Result<Value, Wrong> {
    let whole = |sentence: String| vec![(String::new(), sentence)];
    let bad = || whole(format!("{label}的内容没有看懂，请重新填写"));
    let rows = raw.as_array().ok_or_else(bad)?;
    if rows.len() > MOST {
        let n = rows.len();
        return Err(whole(format!(
            "{label}最多 {MOST} 行，现在是 {n} 行，请分成几份填"
        )));
    }
    let (mut kept, mut wrong) = (Vec::new(), Vec::new());
    for (n, row) in rows.iter().enumerate() {
        let row = row.as_object().ok_or_else(bad)?;
        let cells = of_row(&format!("{label}第 {} 行", n + 1), n, (row, columns), today);
        match cells {
            Ok(cells) if cells.is_empty() => {}
            Ok(cells) => kept.push(Value::Object(cells)),
            Err(more) => wrong.extend(more),
        }
    }
    match (wrong.is_empty(), kept.is_empty()) {
        (false, _) => Err(wrong),
        (true, true) => Ok(Value::Null),
        (true, false) => Ok(Value::Array(kept)),
    }
}

fn of_row(
    place: &str,
    n: usize,
    (row, columns): (&Map<String, Value>, &[Column]),
    today: Day,
) -> Result<Map<String, Value>, Wrong> {
    let typed = |c: &Column| row.get(&c.id).filter(|v| !is_empty(v));
    let (mut cells, mut wrong) = (Map::new(), Vec::new());
    if columns.iter().all(|c| typed(c).is_none()) {
        return Ok(cells);
    }
    for column in columns {
        let name = format!("{place}“{}”", column.label);
        let read = match typed(column) {
            Some(raw) => cell(&name, raw, column, today).map(Some),
            None if column.must => Err(format!("{name}没有填")),
            None => Ok(None),
        };
        match read {
            Ok(Some(value)) => {
                cells.insert(column.id.clone(), value);
            }
            Ok(None) => {}
            Err(why) => wrong.push((format!("{n}.{}", column.id), why)),
        }
    }
    if wrong.is_empty() {
        Ok(cells)
    } else {
        Err(wrong)
    }
}

fn cell(name: &str, raw: &Value, column: &Column, today: Day) -> Result<Value, String> {
    let line = text::one_line(&text_of(raw));
    match column.kind {
        ColumnOf::Text => within(name, line, LONGEST),
        ColumnOf::Number => number(name, &line, (None, None)),
        ColumnOf::Money => money(name, raw, &line),
        ColumnOf::Date => match parse_day(&line, today) {
            Ok(day) => Ok(json!(day.to_string())),
            Err(why) => Err(format!("{name}：{why}")),
        },
        ColumnOf::Choice => one_of(name, &line, &column.options),
    }
}

/// A cell as it is printed; what was typed and not understood, as it was typed.
#[must_use]
pub fn printed(column: &Column, value: Option<&Value>) -> String {
    let Some(value) = value.filter(|v| !is_empty(v)) else {
        return String::new();
    };
    match (column.kind, value.as_i64(), value.as_str()) {
        (ColumnOf::Money, Some(fen), _) => yuan(fen),
        (ColumnOf::Date, _, Some(day)) => day
            .parse::<Day>()
            .map_or_else(|_| day.to_owned(), |d| d.to_string()),
        _ => text_of(value),
    }
}

/// Whether a column stands at the right.
#[must_use]
pub const fn is_figure(column: &Column) -> bool {
    matches!(column.kind, ColumnOf::Number | ColumnOf::Money)
}

/// The sum of a column; nothing where no row has a number in it.
#[must_use]
pub fn sum(column: &Column, rows: &Value) -> Option<Value> {
    let rows = rows.as_array()?;
    compute::add(rows.iter().filter_map(|r| r.get(&column.id)))
}

/// What stands below each column, empty where it has no sum; `None` where no column has one.
#[must_use]
pub fn sums(columns: &[Column], rows: &Value) -> Option<Vec<String>> {
    let of = |c: &Column| match sum(c, rows) {
        Some(value) if c.sum => printed(c, Some(&value)),
        _ => String::new(),
    };
    let summed = columns.iter().any(|c| c.sum);
    summed.then(|| columns.iter().map(of).collect())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn columns() -> Vec<Column> {
        let column = |id: &str, label: &str, kind| Column {
            id: id.into(),
            label: label.into(),
            kind,
            options: vec!["张".into(), "本".into()],
            must: id == "what",
            sum: id == "price",
        };
        vec![
            column("what", "品名", ColumnOf::Text),
            column("unit", "单位", ColumnOf::Choice),
            column("price", "金额", ColumnOf::Money),
            column("on", "日期", ColumnOf::Date),
            column("n", "数量", ColumnOf::Number),
        ]
    }

    fn typed(rows: &Value) -> Result<Value, Wrong> {
        read("明细", rows, &columns(), "2026-03-09".parse().unwrap())
    }

    #[test]
    fn cells_are_read_by_their_kind_and_blank_rows_left_out() {
        let rows = json!([
            { "what": " 纸 ", "unit": "张", "price": "1,280.5", "on": "3月9日", "n": "２" },
            { "what": "", "unit": "", "price": "" },
            {},
            { "what": "笔", "price": 350 },
        ]);
        let want = json!([
            { "what": "纸", "unit": "张", "price": 128_050, "on": "2026-03-09", "n": 2 },
            { "what": "笔", "price": 350 },
        ]);
        assert_eq!(typed(&rows).unwrap(), want);
        assert_eq!(
            sums(&columns(), &want).unwrap(),
            ["", "", "1284.00", "", ""]
        );
        assert_eq!(typed(&json!([{}, { "what": " " }])).unwrap(), Value::Null);
    }

    #[test]
    fn what_is_wrong_names_row_and_column() {
        let rows = json!([
            { "what": "纸", "price": "一百" },
            {},
            { "unit": "箱", "on": "某天", "n": "x" },
        ]);
        let wrong = typed(&rows).unwrap_err();
        let of = |cell: &str| {
            let mut all = wrong.iter();
            all.find(|(c, _)| c == cell)
                .map(|(_, s)| s.as_str())
                .unwrap()
        };
        assert!(of("0.price").starts_with("明细第 1 行“金额”请写金额"));
        assert_eq!(of("2.what"), "明细第 3 行“品名”没有填");
        assert!(of("2.unit").contains("明细第 3 行“单位”请从“张、本”里选"));
        assert!(of("2.on").starts_with("明细第 3 行“日期”："));
        assert!(of("2.n").starts_with("明细第 3 行“数量”请写数字"));
        let many = Value::Array(vec![json!({ "what": "纸" }); MOST + 1]);
        assert!(
            typed(&many)
                .unwrap_err()
                .iter()
                .any(|e| e.1.contains("最多 500 行"))
        );
        assert!(typed(&json!("x")).is_err() && typed(&json!(["x"])).is_err());
    }
}
