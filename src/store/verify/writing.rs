//! The claims about official texts and handwriting: versions count from 1 without a gap, and the last one is the case's text.
//! Which fields are such texts is read off the procedure's own words. Not here: what a version says.

use super::{Files, Volume, rows};
use crate::kit::{Digest, Id, Result};
use rusqlite::{Connection, params_from_iter};
use std::collections::BTreeMap;

type Wrong = Vec<String>;

/// Texts with a version missing, or with one that was numbered anew.
const GAPS: &str = "SELECT case_id FROM writing GROUP BY case_id, field
    HAVING min(n) <> 1 OR max(n) <> count(*)";

/// Texts that differ from their last version, whatever the procedure says of the field.
const OTHER: &str = "SELECT w.case_id FROM writing w JOIN cases c ON c.id = w.case_id
    WHERE w.n = (SELECT max(n) FROM writing v WHERE v.case_id = w.case_id AND v.field = w.field)
      AND w.text <> coalesce(c.form ->> w.field, '')";

/// Cases of a version of a procedure with something in a field and nothing kept of it.
const UNKEPT: &str = "SELECT c.id FROM cases c WHERE c.procedure = ?1 AND c.version = ?2
    AND coalesce(c.form ->> ?3, '') <> ''
    AND NOT EXISTS (SELECT 1 FROM writing w WHERE w.case_id = c.id AND w.field = ?3)";

/// Handwriting that stands on no page and in no opinion, or in the opinion of another hand or time; opinions that were only
/// handwriting and have none.
const HANDS: &str = "SELECT h.case_id FROM handwriting h WHERE (h.version = 0 OR h.opinion IS NOT NULL)
      AND NOT (h.version = 0 AND h.page = 0 AND EXISTS (SELECT 1 FROM opinion o WHERE o.id = h.opinion
        AND o.case_id = h.case_id AND o.person = h.person AND o.at = h.at))
    UNION SELECT o.case_id FROM opinion o WHERE o.text = '（手写）'
      AND NOT EXISTS (SELECT 1 FROM handwriting h WHERE h.case_id = o.case_id AND h.opinion = o.id)";

/// SM3 of the strokes as the ledger's rows say it, inside their chain; rows of before say none.
const SIGNED: &str =
    "SELECT l.case_id, l.at, j.value FROM ledger l, json_each(l.detail, '$.hands') j";

const STROKES: &str =
    "SELECT case_id, at, strokes FROM handwriting WHERE version = 0 AND opinion IS NOT NULL";

/// Cases whose handwriting is not what the ledger signed when it was written.
fn other_strokes(conn: &Connection) -> Result<Vec<i64>> {
    type Moment = (i64, i64);
    let mut said: BTreeMap<Moment, Vec<String>> = BTreeMap::new();
    for (case, at, digest) in rows(conn, SIGNED, |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))? {
        said.entry((case, at)).or_default().push(digest);
    }
    let mut there: BTreeMap<Moment, Vec<String>> = BTreeMap::new();
    for (case, at, strokes) in rows(conn, STROKES, |r| {
        Ok((r.get(0)?, r.get(1)?, r.get::<_, String>(2)?))
    })? {
        let digest = Digest::of(strokes.as_bytes()).hex();
        there.entry((case, at)).or_default().push(digest);
    }
    there
        .values_mut()
        .chain(said.values_mut())
        .for_each(|all| all.sort());
    let other = said
        .iter()
        .filter(|(when, all)| there.get(*when) != Some(*all));
    Ok(other.map(|((case, _), _)| *case).collect())
}

pub(super) fn by_hand(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    for v in &files.volumes {
        name(v, other_strokes(&v.conn)?, "手写的笔迹被改过", wrong);
        name(
            v,
            rows(&v.conn, HANDS, |r| r.get(0))?,
            "手写的意见对不上",
            wrong,
        );
    }
    Ok(())
}

pub(super) fn numbered(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    for v in &files.volumes {
        name(v, rows(&v.conn, GAPS, |r| r.get(0))?, "缺一稿", wrong);
    }
    Ok(())
}

pub(super) fn last(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    for v in &files.volumes {
        let said = "正文和最后一稿不同";
        name(v, rows(&v.conn, OTHER, |r| r.get(0))?, said, wrong);
        let all = rows(
            &v.conn,
            "SELECT procedure, version, text FROM procedure_version",
            |r| Ok([r.get::<_, String>(0)?, r.get(1)?, r.get(2)?]),
        )?;
        for [procedure, version, text] in &all {
            for field in document_fields(text) {
                let found = unkept(&v.conn, [procedure, version, field])?;
                name(v, found, "正文一稿也没有留", wrong);
            }
        }
    }
    Ok(())
}

fn unkept(conn: &Connection, of: [&str; 3]) -> Result<Vec<i64>> {
    let found = conn.prepare_cached(UNKEPT).and_then(|mut s| {
        s.query_map(params_from_iter(of), |r| r.get(0))?
            .collect::<rusqlite::Result<Vec<i64>>>()
    });
    found.map_err(super::sql)
}

fn name(v: &Volume, cases: Vec<i64>, said: &str, wrong: &mut Wrong) {
    for id in cases {
        wrong.push(format!("柜 {}：{} {said}", v.no, Id::from_raw(id)));
    }
}

/// The ids of the fields of kind `document`, by the lines of the text.
fn document_fields(text: &str) -> Vec<&str> {
    let (mut inside, mut id, mut found) = (false, "", Vec::new());
    for line in text.lines().map(str::trim) {
        let value = |key: &str| {
            let rest = line.strip_prefix(key)?.trim_start().strip_prefix('=')?;
            rest.split('"').nth(1)
        };
        match line {
            l if l.starts_with('[') && !l.starts_with("[\"") => {
                inside = l == "[[field]]";
                id = "";
            }
            _ if !inside => {}
            _ if value("id").is_some() => id = value("id").unwrap_or_default(),
            _ if value("kind") == Some("document") => found.push(id),
            _ => {}
        }
    }
    found.retain(|id| !id.is_empty());
    found
}

#[cfg(test)]
mod tests {
    use super::document_fields;

    #[test]
    fn the_fields_are_read_off_the_words() {
        let text = "id = \"x\"\n[[field]]\nid = \"a\"\nkind = \"text\"\n\n[[field]]\nid = \"b\"\nlabel = \"正文\"\n\
                    kind = \"document\"\n[layout]\nrows = [\n[\"b 12\"],\n]\n[[step]]\nid = \"c\"\nkind = \"document\"\n";
        assert_eq!(document_fields(text), ["b"]);
    }
}
