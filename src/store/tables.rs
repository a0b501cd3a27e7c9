//! The two static lists of volume tables (README decision 9): shelf tables relocate with their
//! shelf, volume tables stay. Relocation, verification, freezing, export and backup run from them;
//! a test fails a migration whose table is in neither.

/// Tables whose rows belong to a shelf (`shelf` column), in an order that respects references.
pub const SHELF_TABLES: &[&str] = &[
    "cases",
    "table_row",
    "branch",
    "task",
    "opinion",
    "ledger",
    "grants",
    "series",
    "series_number",
    "claim_bound",
    "imported",
    "number_floor",
    "claim_void",
    "claim_span_bound",
    "draft",
    "attachment",
    "scan",
    "paper_opinion",
    "paper_reply",
    "talk",
    "relation",
    "relation_turn",
    "child",
    "child_of",
    "deed",
    "writing",
    "handwriting",
    "archive_card",
    "archive_event",
    "parcel",
    "audit",
    "op",
];

/// Tables that belong to the file.
pub const VOLUME_TABLES: &[&str] = &[
    "meta",
    "shelf_owner",
    "outbox",
    "procedure_version",
    "shelf_change",
];

/// Shelf tables whose rows are edited and therefore carry `rev`.
pub const EDITABLE: &[&str] = &[
    "cases",
    "table_row",
    "task",
    "draft",
    "attachment",
    "scan",
    "child",
    "archive_card",
    "parcel",
];

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use rusqlite::Connection;

    fn volume() -> Connection {
        let mut conn = Connection::open_in_memory().unwrap();
        super::super::migrate::migrate(&mut conn, super::super::connect::Kind::Volume).unwrap();
        conn
    }

    fn columns(conn: &Connection, table: &str) -> Vec<String> {
        conn.prepare("SELECT name FROM pragma_table_info(?1)")
            .unwrap()
            .query_map([table], |r| r.get(0))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap()
    }

    #[test]
    fn every_table_is_in_exactly_one_list() {
        let conn = volume();
        let mut made: Vec<String> = conn
            .prepare(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
            )
            .unwrap()
            .query_map([], |r| r.get(0))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        made.sort();
        let mut listed: Vec<&str> = SHELF_TABLES.iter().chain(VOLUME_TABLES).copied().collect();
        listed.sort_unstable();
        assert_eq!(made, listed);
    }

    #[test]
    fn shelf_tables_carry_their_shelf_and_editable_ones_their_rev() {
        let conn = volume();
        for table in SHELF_TABLES {
            let columns = columns(&conn, table);
            assert!(columns.iter().any(|c| c == "shelf"), "{table}");
            assert_eq!(
                EDITABLE.contains(table),
                columns.iter().any(|c| c == "rev"),
                "{table}"
            );
        }
    }
}
