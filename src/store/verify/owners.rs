//! The claims about whose a shelf is: one volume owns it, the catalogue agrees, and every row says so.

use super::claims::{Wrong, each, none};
use super::{Files, Volume, rows};
use crate::kit::Result;
use crate::store::tables::SHELF_TABLES;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn one_owner(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    for v in &files.volumes {
        let said = rows(&files.hub, "SELECT no, uuid FROM volume", |r| {
            Ok((r.get::<_, i64>(0)?, r.get::<_, String>(1)?))
        })?;
        let own = rows(&v.conn, "SELECT v FROM meta WHERE k = 'uuid'", |r| r.get(0))?;
        if !own
            .iter()
            .any(|uuid| said.contains(&(v.no, String::clone(uuid))))
        {
            wrong.push(format!("柜 {}：不是总目录里的那个文件", v.no));
        }
    }
    let mut owned: BTreeMap<(i64, i64, i64), Vec<i64>> = BTreeMap::new();
    for v in &files.volumes {
        for key in rows(
            &v.conn,
            "SELECT shelf, dept, year FROM shelf_owner WHERE state IN ('active','frozen')",
            |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
        )? {
            owned.entry(key).or_default().push(v.no);
        }
    }
    let said: BTreeMap<(i64, i64, i64), Vec<i64>> = rows(
        &files.hub,
        "SELECT s.no, s.dept, s.year, s.volume FROM shelf s JOIN volume v ON v.no = s.volume
         WHERE v.state IN ('open','frozen')",
        |r| Ok(((r.get(0)?, r.get(1)?, r.get(2)?), vec![r.get(3)?])),
    )?
    .into_iter()
    .collect();
    for key in owned.keys().chain(said.keys()).collect::<BTreeSet<_>>() {
        if owned.get(key) != said.get(key) {
            wrong.push(format!(
                "盒 {}（部门 {}，{} 年）：总目录说在 {:?}，实际在 {:?}",
                key.0,
                key.1,
                key.2,
                said.get(key),
                owned.get(key)
            ));
        }
    }
    Ok(())
}

/// The id of a row, or else of its case, names the shelf the row says, and this file has that shelf.
pub(super) fn id_shelf(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    each(files, wrong, |v, wrong| {
        SHELF_TABLES
            .iter()
            .try_for_each(|table| id_shelf_of(v, table, wrong))
    })
}

/// All questions in one walk of the table; in detail only where the answer is bad.
fn id_shelf_of(v: &Volume, table: &str, wrong: &mut Wrong) -> Result<()> {
    let columns = rows(
        &v.conn,
        &format!("SELECT name FROM pragma_table_info('{table}', 'main')"),
        |r| r.get::<_, String>(0),
    )?;
    let ids = ["id", "case_id"].map(|id| columns.iter().any(|c| c == id).then_some(id));
    let mut bad = "shelf NOT IN (SELECT shelf FROM shelf_owner)".to_owned();
    for id in ids.into_iter().flatten() {
        bad.push_str(&format!(" OR (({id} >> 6) & 65535) <> shelf"));
    }
    let statement = format!("SELECT EXISTS (SELECT 1 FROM main.{table} WHERE {bad})");
    if rows(&v.conn, &statement, |r| r.get::<_, bool>(0))? == [false] {
        return Ok(());
    }
    for id in ids.into_iter().flatten() {
        let statement =
            format!("SELECT {id} FROM main.{table} WHERE (({id} >> 6) & 65535) <> shelf");
        none(v, &statement, table, wrong)?;
    }
    let statement = format!(
        "SELECT DISTINCT shelf FROM main.{table} WHERE shelf NOT IN (SELECT shelf FROM shelf_owner)"
    );
    for shelf in rows(&v.conn, &statement, |r| r.get::<_, i64>(0))? {
        wrong.push(format!(
            "柜 {}：{table} 里有盒 {shelf} 的行，盒不在这里",
            v.no
        ));
    }
    Ok(())
}
