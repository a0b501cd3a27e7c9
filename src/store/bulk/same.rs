//! Whether two cases are the same but for ids, times and numbers: all rows of all shelf tables and the events,
//! column by column. Not here: how a copy is made; this reads both sides as they are stored and knows nothing
//! of it. Chains are what `verify` recomputes.

use super::template::columns;
use crate::kit::{Id, Result, Zone};
use crate::store::connect::sql;
use crate::store::tables::SHELF_TABLES;
use rusqlite::types::Value;
use rusqlite::{Connection, Row};
use std::collections::{BTreeMap, BTreeSet};

/// Rows of one table, as column and value.
type Rows = Vec<Vec<(String, Value)>>;
type Tables = BTreeMap<&'static str, Rows>;

/// What is different, a sentence each: a case of the engine beside its copy.
pub(super) fn compare(
    one: &Connection,
    other: &Connection,
    pairs: &[(Id, Id)],
) -> Result<Vec<String>> {
    let (cases, copies): (Vec<Id>, Vec<Id>) = pairs.iter().copied().unzip();
    let (of_one, of_other) = (told(one, &cases)?, told(other, &copies)?);
    let mut all = Vec::new();
    for (case, copy) in pairs {
        let a = plain(one, *case, of_one.get(case).cloned().unwrap_or_default())?;
        let b = plain(
            other,
            *copy,
            of_other.get(copy).cloned().unwrap_or_default(),
        )?;
        all.extend(different(*copy, &a, &b));
    }
    Ok(all)
}

fn different(copy: Id, one: &[String], other: &[String]) -> Option<String> {
    match one.iter().zip(other).find(|(a, b)| a != b) {
        Some((a, b)) => Some(format!("{copy}：{b}，引擎做的是 {a}")),
        None if one.len() != other.len() => {
            let (n, wanted) = (other.len(), one.len());
            Some(format!("{copy}：{n} 行，引擎做的是 {wanted} 行"))
        }
        None if one.is_empty() => Some(format!("{copy}：没有这一件")),
        None => None,
    }
}

/// All rows of a case, as text without what belongs to it alone.
fn plain(conn: &Connection, case: Id, mut tables: Tables) -> Result<Vec<String>> {
    of_case(conn, case, &mut tables)?;
    let ids: BTreeSet<i64> = tables
        .values()
        .flatten()
        .flatten()
        .filter_map(|(name, value)| match value {
            Value::Integer(n) if name == "id" => Some(*n),
            _ => None,
        })
        .collect();
    let head = tables.get("cases").and_then(|rows| rows.first());
    let of = |name: &str| {
        let found = head.and_then(|row| row.iter().find(|(n, _)| n == name));
        found.map(|(_, value)| value.clone())
    };
    let own = Own {
        ids: ids.into_iter().zip(0..).collect(),
        opened: int(of("opened_at")),
        year: int(of("year")),
        number: match of("number") {
            Some(Value::Text(number)) => number,
            _ => String::new(),
        },
    };
    let mut all = Vec::new();
    for (table, rows) in &tables {
        for row in rows {
            let words: Vec<String> = row
                .iter()
                .filter(|(name, _)| !["chain", "seq"].contains(&name.as_str()))
                .map(|(name, value)| format!("{name}={}", own.word((table, name), value)))
                .collect();
            all.push(format!("{table}: {}", words.join(" ")));
        }
    }
    Ok(all)
}

fn int(value: Option<Value>) -> i64 {
    match value {
        Some(Value::Integer(n)) => n,
        _ => 0,
    }
}

/// What is a case's own.
struct Own {
    /// With their order.
    ids: BTreeMap<i64, i64>,
    opened: i64,
    year: i64,
    number: String,
}

impl Own {
    fn word(&self, (table, name): (&str, &str), value: &Value) -> String {
        match value {
            Value::Integer(n) if self.ids.contains_key(n) => {
                format!("#{}", self.ids.get(n).copied().unwrap_or_default())
            }
            Value::Integer(n) if name == "at" || name == "since" || name.ends_with("_at") => {
                format!("{:+}", n - self.opened)
            }
            Value::Integer(n) if name == "year" => format!("{:+}", n - self.year),
            Value::Integer(_) if name == "shelf" => "its".into(),
            Value::Integer(_) if (table, name) == ("series_number", "n") => "its".into(),
            Value::Text(text) => self.text(name, text),
            other => format!("{other:?}"),
        }
    }

    fn text(&self, name: &str, text: &str) -> String {
        let mut text = match self.number.as_str() {
            "" => text.to_owned(),
            number => text.replace(number, "№"),
        };
        for (id, order) in &self.ids {
            text = text.replace(&Id::from_raw(*id).to_string(), &format!("#{order}"));
        }
        if name == "form" {
            let day = Zone::BEIJING.day(crate::kit::Millis(self.opened));
            text = text.replace(&day.to_string(), "its day");
        }
        text
    }
}

/// The rows that carry a case's id, table by table.
fn of_case(conn: &Connection, case: Id, all: &mut Tables) -> Result<()> {
    for table in SHELF_TABLES {
        let names = columns(conn, table)?;
        let column = match *table {
            "cases" => "id",
            "attachment" => "owner",
            _ if names.iter().any(|n| n == "case_id") => "case_id",
            _ => continue,
        };
        let first = names.first().map_or("1", String::as_str);
        let statement = format!("SELECT * FROM {table} WHERE {column} = ?1 ORDER BY {first}, 2, 3");
        let mut prepared = conn.prepare_cached(&statement).map_err(sql)?;
        let rows = prepared
            .query_map([case.raw()], |r| named(r, &names))
            .and_then(Iterator::collect::<rusqlite::Result<Rows>>)
            .map_err(sql)?;
        all.insert(table, rows);
    }
    Ok(())
}

/// Audit and events of many cases: neither has an index by case, so one walk of each.
fn told(conn: &Connection, cases: &[Id]) -> Result<BTreeMap<Id, Tables>> {
    let mut all: BTreeMap<Id, Tables> = BTreeMap::new();
    let raw: Vec<i64> = cases.iter().map(|c| c.raw()).collect();
    let texts: Vec<String> = cases.iter().map(ToString::to_string).collect();
    let (raw, texts) = (serde_json::to_string(&raw)?, serde_json::to_string(&texts)?);
    let walks = [
        (
            "audit",
            "SELECT * FROM audit WHERE target IN (SELECT value FROM json_each(?1)) ORDER BY id",
            texts,
        ),
        (
            "outbox",
            "SELECT * FROM outbox WHERE target IN (SELECT value FROM json_each(?1)) ORDER BY seq",
            raw,
        ),
    ];
    for (table, statement, among) in walks {
        let names = columns(conn, table)?;
        let mut prepared = conn.prepare(statement).map_err(sql)?;
        let rows = prepared
            .query_map([among], |r| named(r, &names))
            .and_then(Iterator::collect::<rusqlite::Result<Rows>>)
            .map_err(sql)?;
        for row in rows {
            let case = row.iter().find_map(|(name, value)| match value {
                Value::Integer(n) if name == "target" => Some(Id::from_raw(*n)),
                Value::Text(id) if name == "target" => id.parse().ok(),
                _ => None,
            });
            let tables = all.entry(case.unwrap_or(Id::from_raw(0))).or_default();
            tables.entry(table).or_default().push(row);
        }
    }
    Ok(all)
}

fn named(r: &Row<'_>, names: &[String]) -> rusqlite::Result<Vec<(String, Value)>> {
    let cells = names.iter().enumerate();
    cells
        .map(|(i, name)| Ok((name.clone(), r.get(i)?)))
        .collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::kit::{Millis, ShelfNo};
    use crate::store::connect::Kind;
    use crate::store::migrate::migrate;

    const DAY: i64 = 86_400_000;
    const OPENED: i64 = 1_795_300_000_000;

    /// A volume with one case, so many days later, on this shelf, with this number.
    fn volume(days: i64, shelf: u16, n: i64) -> (Connection, Id) {
        let mut conn = Connection::open_in_memory().unwrap();
        migrate(&mut conn, Kind::Volume).unwrap();
        let at = OPENED + days * DAY;
        let case = Id::next(ShelfNo(shelf), Millis(at), 0);
        let day = Zone::BEIJING.day(Millis(at));
        conn.execute_batch(&format!(
            "INSERT INTO cases VALUES({0},{shelf},2,'p','v',1,7,2026,'标题','测字〔2026〕{n}号','普通','open','s',3,
               31,'安小笺','{{\"on\":\"{day}\",\"number\":\"测字〔2026〕{n}号\"}}',NULL,{at},{at}+5,NULL,NULL,'');
             INSERT INTO series_number VALUES({shelf},'测试',2026,{n},{0},'bound','');
             INSERT INTO task VALUES({0}+1,{shelf},1,{0},NULL,NULL,'do','s','办',5,'宋小笺',NULL,31,'安小笺','open',0,'',
               {at},NULL,NULL,NULL);
             INSERT INTO ledger VALUES({0}+2,{shelf},{0},1,NULL,{0}+1,'start','','s','',31,'安小笺','主任','办',
               NULL,NULL,NULL,NULL,{at},'{{\"tasks\":[\"{1}\"]}}',zeroblob(32));
             INSERT INTO audit VALUES({0}+3,{shelf},{at},'person:31',NULL,'case.start','{case}','','',zeroblob(32));
             INSERT INTO outbox VALUES({n},{shelf},{at},'case.started',{0},'{{}}',zeroblob(32));",
            case.raw(),
            Id::from_raw(case.raw() + 1),
        ))
        .unwrap();
        (conn, case)
    }

    #[test]
    fn ids_times_and_numbers_may_differ() {
        let ((a, one), (b, other)) = (volume(0, 3, 12), volume(-400, 9, 7));
        assert!(compare(&a, &b, &[(one, other)]).unwrap().is_empty());
        assert_eq!(
            compare(&a, &b, &[(one, one)]).unwrap().len(),
            1,
            "not there"
        );
    }

    #[test]
    fn anything_else_is_noticed() {
        for change in [
            "UPDATE cases SET urgency = '急'",
            "UPDATE cases SET form = '{}'",
            "UPDATE cases SET changed_at = changed_at + 1",
            "UPDATE series_number SET state = 'void'",
            "UPDATE series_number SET case_id = case_id + 64",
            "DROP TRIGGER ledger_fixed; UPDATE ledger SET detail = '{}'",
            "DROP TRIGGER ledger_fixed; UPDATE ledger SET task = task + 1",
            "DROP TRIGGER audit_fixed; UPDATE audit SET actor = 'person:1'",
            "DROP TRIGGER outbox_fixed; UPDATE outbox SET payload = '[]'",
            "INSERT INTO outbox SELECT seq + 1, shelf, at, kind, target, payload, chain FROM outbox",
        ] {
            let ((a, one), (b, other)) = (volume(0, 3, 12), volume(30, 3, 13));
            b.execute_batch(change).unwrap();
            let found = compare(&a, &b, &[(one, other)]).unwrap();
            assert_eq!(found.len(), 1, "{change}");
        }
    }
}
