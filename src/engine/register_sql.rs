//! The one file that builds SQL text: register tables and their lists, from definitions only.
//! Names are checked to be ASCII identifiers before they enter a statement; values are always bound.
//!
//! Decision 2026-11-22: the rows of rights carry register, year and case in that order, so that each
//! principal's newest cases come straight off the index and a person's are a merge of a few such walks.
//! What lost: walking the register and asking for each row whether it may be seen; that read the whole
//! year for whoever sees little of it, and cost 70 % of the page for whoever sees all.

use super::definition::ColumnKind;
use super::register::Look;
pub use super::register::Table;
pub use super::statistics::{Behind, Fate};
use crate::kit::{Error, Result};
use crate::store::{SqlText, ToSql, ToSqlOutput};
use std::fmt::Write as _;

/// How a list is sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Sort {
    /// Newest first.
    #[default]
    Newest,
    /// By a column.
    Up(String),
    Down(String),
}

/// What a column must say.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// These words, folded, stand in it.
    Has(String),
    /// Exactly this.
    Is(String),
    /// This is one of those named in it.
    Names(String),
    /// A day, or later.
    Since(String),
    /// A day, or earlier.
    Until(String),
    /// At least.
    Least(f64),
    /// At most.
    Most(f64),
}

/// What is asked of a register.
#[derive(Debug, Clone, Default)]
pub struct Want {
    /// Principals.
    pub who: Vec<i64>,
    /// 0: all years.
    pub year: i16,
    /// Empty: any.
    pub state: String,
    /// Folded; each stands somewhere in the row.
    pub words: Vec<String>,
    /// Columns and what they must say.
    pub tests: Vec<(String, Test)>,
    /// Only those behind a figure of the statistics.
    pub behind: Option<Behind>,
    pub sort: Sort,
}

/// A value beside a statement.
#[derive(Debug, Clone, PartialEq)]
pub enum Bound {
    Int(i64),
    Real(f64),
    Text(String),
}

impl ToSql for Bound {
    fn to_sql(&self) -> crate::store::RowResult<ToSqlOutput<'_>> {
        match self {
            Self::Int(n) => n.to_sql(),
            Self::Real(n) => n.to_sql(),
            Self::Text(t) => t.to_sql(),
        }
    }
}

/// A statement with its values.
#[derive(Debug, Clone, PartialEq)]
pub struct Asking {
    pub text: SqlText,
    pub bound: Vec<Bound>,
}

impl Asking {
    /// The values as the store takes them.
    #[must_use]
    pub fn params(&self) -> Vec<&dyn ToSql> {
        self.bound.iter().map(|b| b as &dyn ToSql).collect()
    }
}

/// Text that grows with its values; each value is bound once and named by its place.
#[derive(Default)]
struct Build {
    text: String,
    bound: Vec<Bound>,
}

impl Build {
    fn bind(&mut self, value: Bound) -> String {
        self.bound.push(value);
        format!("?{}", self.bound.len())
    }

    fn done(self) -> Asking {
        Asking {
            text: SqlText(self.text),
            bound: self.bound,
        }
    }
}

impl Table {
    /// Drops and makes the table: its rows can always be made again.
    pub fn create(&self) -> Result<Vec<SqlText>> {
        let name = self.table()?;
        let mut columns = String::new();
        for c in &self.columns {
            let kind = match c.kind {
                ColumnKind::Number => "INTEGER",
                ColumnKind::Text | ColumnKind::Date => "TEXT",
            };
            let _ = write!(columns, ", {} {kind}", column(&c.id)?);
        }
        // place: of the step the case is at. words: all that may be searched, folded; last, because the
        // lists do not read it.
        Ok(vec![
            SqlText(format!("DROP TABLE IF EXISTS {name}")),
            SqlText(format!(
                "CREATE TABLE {name}(case_id INTEGER PRIMARY KEY, shelf INTEGER NOT NULL,
                 year INTEGER NOT NULL, state TEXT NOT NULL, urgency TEXT NOT NULL,
                 place INTEGER NOT NULL{columns}, words TEXT NOT NULL)"
            )),
            SqlText(format!("CREATE INDEX {name}_year ON {name}(year, case_id)")),
        ])
    }

    /// Replaces a row: ?1 is a JSON array of case, shelf, year, state, urgency, place, the columns in
    /// order and the words.
    pub fn insert(&self) -> Result<SqlText> {
        let mut values = String::new();
        for i in 6..=self.columns.len() + 6 {
            let _ = write!(values, ", ?1 ->> {i}");
        }
        Ok(SqlText(format!(
            "INSERT INTO {} VALUES(?1 ->> 0, ?1 ->> 1, ?1 ->> 2, ?1 ->> 3, ?1 ->> 4, ?1 ->> 5{values})",
            self.table()?
        )))
    }

    /// Deletes the row of case ?1.
    pub fn delete(&self) -> Result<SqlText> {
        Ok(SqlText(format!(
            "DELETE FROM {} WHERE case_id = ?1",
            self.table()?
        )))
    }

    /// Deletes the rows of shelf ?1.
    pub fn forget(&self) -> Result<SqlText> {
        Ok(SqlText(format!(
            "DELETE FROM {} WHERE shelf = ?1",
            self.table()?
        )))
    }

    /// The cases asked for in their order, `limit` from `offset` on.
    pub fn keys(&self, want: &Want, (limit, offset): (i64, i64)) -> Result<Asking> {
        let mut b = Build::default();
        match &want.sort {
            Sort::Newest => self.merged(&mut b, want)?,
            Sort::Up(c) => self.sorted(&mut b, want, (c, "ASC"))?,
            Sort::Down(c) => self.sorted(&mut b, want, (c, "DESC"))?,
        }
        let (limit, offset) = (b.bind(Bound::Int(limit)), b.bind(Bound::Int(offset)));
        let _ = write!(b.text, " LIMIT {limit} OFFSET {offset}");
        Ok(b.done())
    }

    /// The rows of these cases (a JSON array). Yields case, state, urgency, the place it is at, the place
    /// these principals may follow it from (none: they do not see it), and the columns.
    pub fn rows(&self, who: &[i64], cases: String) -> Result<Asking> {
        let mut b = Build::default();
        let cases = b.bind(Bound::Text(cases));
        let all = principals(&mut b, who);
        let mut columns = String::new();
        for c in &self.columns {
            let _ = write!(columns, ", r.{}", column(&c.id)?);
        }
        let _ = write!(
            b.text,
            "SELECT r.case_id, r.state, r.urgency, r.place,
               (SELECT min(a.place) FROM case_access a WHERE a.case_id = r.case_id AND a.principal IN ({all}))
               {columns} FROM json_each({cases}) k CROSS JOIN {} r ON r.case_id = k.value",
            self.table()?
        );
        Ok(b.done())
    }

    /// How many rows, by what is counted, with the sums. Yields the counted columns, the number, and
    /// the sum of each summed column.
    pub fn totals(&self, want: &Want) -> Result<Asking> {
        let mut b = Build::default();
        let mut by = Vec::new();
        for c in self.counted() {
            by.push(format!("r.{}", column(&c.id)?));
        }
        let mut said = by.clone();
        said.push("count(*)".to_owned());
        for (c, _) in self.summed() {
            said.push(format!("total(r.{})", column(&c.id)?));
        }
        let _ = write!(b.text, "SELECT {} ", said.join(", "));
        self.matching(&mut b, want)?;
        if !by.is_empty() {
            let _ = write!(b.text, " GROUP BY {}", by.join(", "));
        }
        Ok(b.done())
    }

    /// The years there are rows of, newest first.
    pub fn years(&self) -> Result<SqlText> {
        // One step an existing year, where DISTINCT would walk every row.
        let name = self.table()?;
        Ok(SqlText(format!(
            "WITH RECURSIVE years(y) AS (SELECT max(year) FROM {name}
             UNION ALL SELECT (SELECT max(year) FROM {name} WHERE year < y) FROM years WHERE y IS NOT NULL)
             SELECT y FROM years WHERE y IS NOT NULL"
        )))
    }

    /// Newest first: one walk a principal off the index of rights, merged while they are walked; a case
    /// that two of them see comes once (UNION). Stops at the limit, however much there is.
    fn merged(&self, b: &mut Build, want: &Want) -> Result<()> {
        let mut tests = Build {
            text: String::new(),
            bound: std::mem::take(&mut b.bound),
        };
        self.tests(&mut tests, want)?;
        b.bound = tests.bound;
        let join = if tests.text.is_empty() {
            String::new()
        } else {
            format!("CROSS JOIN {} r ON r.case_id = a.case_id", self.table()?)
        };
        let year = year(b, want.year);
        let nobody = [0];
        let who = if want.who.is_empty() {
            &nobody
        } else {
            want.who.as_slice()
        };
        for (i, principal) in who.iter().enumerate() {
            let principal = b.bind(Bound::Int(*principal));
            let _ = write!(
                b.text,
                "{}SELECT a.case_id, a.year FROM case_access a {join}
                 WHERE a.principal = {principal} AND a.register = {}{year}{}",
                if i > 0 { " UNION " } else { "" },
                self.number,
                tests.text,
            );
        }
        b.text.push_str(" ORDER BY 2 DESC, 1 DESC");
        Ok(())
    }

    /// By a column: all that matches has to be sorted.
    fn sorted(&self, b: &mut Build, want: &Want, (by, direction): (&str, &str)) -> Result<()> {
        b.text.push_str("SELECT r.case_id ");
        self.matching(b, want)?;
        let known = self.looked().find(|(c, _)| c.id == by && c.sort);
        let (c, look) = known.ok_or(Error::NotFound)?;
        let name = column(&c.id)?;
        let _ = match look {
            // 9号 before 10号; empty ones last, whichever way.
            Look::Series => write!(
                b.text,
                " ORDER BY r.{name} IS NULL, r.year {direction}, length(r.{name}) {direction}, r.{name} {direction}"
            ),
            Look::Choice(all) => {
                let mut rank = String::new();
                for (i, one) in all.iter().enumerate() {
                    let one = b.bind(Bound::Text(one.clone()));
                    let _ = write!(rank, " WHEN {one} THEN {i}");
                }
                write!(
                    b.text,
                    " ORDER BY r.{name} IS NULL, CASE r.{name}{rank} ELSE {} END {direction}",
                    all.len()
                )
            }
            _ => write!(b.text, " ORDER BY r.{name} IS NULL, r.{name} {direction}"),
        };
        let _ = write!(b.text, ", r.case_id {direction}");
        Ok(())
    }

    /// All rows that match, in no order.
    fn matching(&self, b: &mut Build, want: &Want) -> Result<()> {
        let year = year(b, want.year);
        let all = principals(b, &want.who);
        let mut tests = Build {
            text: String::new(),
            bound: std::mem::take(&mut b.bound),
        };
        self.tests(&mut tests, want)?;
        b.bound = tests.bound;
        let _ = write!(
            b.text,
            "FROM {} r WHERE r.case_id IN (SELECT a.case_id FROM case_access a
               WHERE a.principal IN ({all}) AND a.register = {}{year}){}",
            self.table()?,
            self.number,
            tests.text
        );
        Ok(())
    }

    fn tests(&self, b: &mut Build, want: &Want) -> Result<()> {
        if !want.state.is_empty() {
            let state = b.bind(Bound::Text(want.state.clone()));
            let _ = write!(b.text, " AND r.state = {state}");
        }
        for word in &want.words {
            let word = b.bind(Bound::Text(word.clone()));
            let _ = write!(b.text, " AND instr(r.words, {word}) > 0");
        }
        if let Some(behind) = &want.behind {
            counted(b, behind, &want.who);
        }
        for (id, test) in &want.tests {
            let known = self.filters().find(|(c, _)| c.id == *id);
            let name = column(&known.ok_or(Error::NotFound)?.0.id)?;
            let (value, how) = match test {
                Test::Has(t) => (Bound::Text(t.clone()), Has),
                Test::Is(t) => (Bound::Text(t.clone()), Plain("=")),
                Test::Names(t) => (Bound::Text(format!("、{t}、")), Named),
                Test::Since(t) => (Bound::Text(t.clone()), Plain(">=")),
                Test::Until(t) => (Bound::Text(t.clone()), Plain("<=")),
                Test::Least(n) => (Bound::Real(*n), Plain(">=")),
                Test::Most(n) => (Bound::Real(*n), Plain("<=")),
            };
            let value = b.bind(value);
            let _ = match how {
                Has => write!(b.text, " AND instr({}, {value}) > 0", folded(&name)),
                Named => write!(b.text, " AND instr('、' || r.{name} || '、', {value}) > 0"),
                Plain(sign) => write!(b.text, " AND r.{name} {sign} {value}"),
            };
        }
        Ok(())
    }

    fn table(&self) -> Result<String> {
        Ok(format!("reg_{}", identifier(&self.id)?))
    }
}

/// The cases a figure counted, by the very conditions of `statistics_store`.
fn counted(b: &mut Build, behind: &Behind, who: &[i64]) {
    let late = "(m.late OR (m.state = 'open' AND coalesce(m.due_at < ";
    b.text
        .push_str(" AND r.case_id IN (SELECT m.case_id FROM measure m WHERE m.state <> 'void'");
    if !behind.procedure.is_empty() {
        let id = b.bind(Bound::Text(behind.procedure.clone()));
        let _ = write!(b.text, " AND m.procedure = {id}");
    }
    if behind.month > 0 {
        let month = b.bind(Bound::Int(i64::from(behind.month)));
        let _ = write!(b.text, " AND m.month = {month}");
    }
    let today = b.bind(Bound::Int(behind.today));
    let _ = match behind.fate {
        Fate::Any | Fate::Waiting | Fate::Overdue => Ok(()),
        Fate::Timed => write!(b.text, " AND m.timed"),
        Fate::Kept => write!(b.text, " AND m.timed AND NOT {late}{today}, 0)))"),
        Fate::Late => write!(b.text, " AND {late}{today}, 0)))"),
        Fate::Ended => write!(b.text, " AND m.state <> 'open'"),
    };
    // a parameter nothing asks for is refused by SQLite
    let _ = write!(b.text, " AND {today} = {today})");
    if matches!(behind.fate, Fate::Waiting | Fate::Overdue) {
        return at_hand(b, behind, who);
    }
    if behind.step.is_empty() && behind.dept.is_empty() {
        return;
    }
    let all = principals(b, who);
    let _ = write!(
        b.text,
        " AND EXISTS (SELECT 1 FROM spent s WHERE s.case_id = r.case_id AND s.done_at IS NOT NULL
            AND s.place >= (SELECT min(a.place) FROM case_access a
              WHERE a.case_id = s.case_id AND a.principal IN ({all}))"
    );
    for (column, value) in [("step", &behind.step), ("dept", &behind.dept)] {
        if !value.is_empty() {
            let value = b.bind(Bound::Text(value.clone()));
            let _ = write!(b.text, " AND s.{column} = {value}");
        }
    }
    b.text.push(')');
}

/// The cases somebody has now, of a step or a department.
fn at_hand(b: &mut Build, behind: &Behind, who: &[i64]) {
    let all = principals(b, who);
    let _ = write!(
        b.text,
        " AND EXISTS (SELECT 1 FROM spent s JOIN todo t ON t.case_id = s.case_id AND t.task_id = s.task_id
            WHERE s.case_id = r.case_id AND s.done_at IS NULL AND t.purpose = 'do'
            AND s.place >= (SELECT min(a.place) FROM case_access a
              WHERE a.case_id = s.case_id AND a.principal IN ({all}))"
    );
    if !behind.step.is_empty() {
        let step = b.bind(Bound::Text(behind.step.clone()));
        let _ = write!(b.text, " AND s.step = {step}");
    }
    if !behind.dept.is_empty() {
        let holders = principals(b, &behind.holders);
        let _ = write!(b.text, " AND t.principal IN ({holders})");
    }
    if behind.fate == Fate::Overdue {
        let today = b.bind(Bound::Int(behind.today));
        let _ = write!(b.text, " AND s.due_at < {today}");
    }
    b.text.push(')');
}

/// How a value is compared.
enum How {
    Has,
    Named,
    Plain(&'static str),
}
use How::{Has, Named, Plain};

/// A year of its own statement: only then is the index walked in the order of the list.
fn year(b: &mut Build, year: i16) -> String {
    if year == 0 {
        return String::new();
    }
    let year = b.bind(Bound::Int(i64::from(year)));
    format!(" AND a.year = {year}")
}

fn principals(b: &mut Build, who: &[i64]) -> String {
    let all: Vec<String> = who.iter().map(|p| b.bind(Bound::Int(*p))).collect();
    all.join(", ")
}

/// A column as `kit::text::fold_search` would have it, as far as SQL can: brackets alike, lower case.
fn folded(name: &str) -> String {
    let brackets = [
        ("〔", "("),
        ("〕", ")"),
        ("[", "("),
        ("]", ")"),
        ("（", "("),
        ("）", ")"),
    ];
    brackets
        .iter()
        .fold(format!("lower(r.{name})"), |inner, (from, to)| {
            format!("replace({inner}, '{from}', '{to}')")
        })
}

fn column(id: &str) -> Result<String> {
    Ok(format!("c_{}", identifier(id)?))
}

/// An id of a definition, or a refusal: it becomes part of a statement.
fn identifier(id: &str) -> Result<String> {
    let plain = !id.is_empty()
        && id.len() <= 60
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if plain {
        Ok(id.replace('-', "_"))
    } else {
        Err(Error::fault(format!("{id} cannot name a register column")))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn only_plain_identifiers_enter_a_statement() {
        assert_eq!(identifier("doc-number").unwrap(), "doc_number");
        for bad in ["", "a b", "a;drop", "标题", "a'", "a\""] {
            assert!(identifier(bad).is_err(), "{bad}");
        }
    }
}
