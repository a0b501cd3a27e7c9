//! What a case gives to be found by: title, numbers, what the form says, opinions, attachments; and who may
//! see it, asked of the volume's own grants. Not here: pairs of characters and queries (`search`).
//! Invariant: a part is hidden from the steps its field is hidden from, as on the page of the case.

use super::case_store::{fill_tables, find_case, list_grants};
use super::definition::{Column, Field, Kind, Procedure};
use super::printed;
use super::rows;
use super::run::Engine;
use super::stored::Stored;
use crate::kit::{Error, Id, Millis, Result, ShelfNo};
use crate::search::{Document, Line, Part, Source, Where};
use crate::store::{Query, Read, attachments, params};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};

impl Source for Engine {
    fn cases(&self, volume: &Read, shelf: ShelfNo) -> Result<Vec<Id>> {
        volume.all(
            "SELECT id FROM cases WHERE shelf = ?1 ORDER BY id DESC",
            [shelf.0],
            |r| r.get(0).map(Id::from_raw),
        )
    }

    fn document(&self, volume: &Read, id: Id) -> Result<Option<Document>> {
        let mut case = match find_case(volume, id) {
            Ok(case) => case,
            Err(Error::NotFound) => return Ok(None),
            Err(e) => return Err(e),
        };
        let head = &case.head;
        let procedure = self
            .procedures
            .version(volume, &head.procedure, &head.version)?;
        fill_tables(volume, &procedure, &mut case.state)?;
        let grants = list_grants(volume, id)?;
        let principals: BTreeSet<i64> = grants.iter().map(|(p, _)| p.to_raw()).collect();
        let mut parts = said_by_form(&case, &procedure);
        parts.extend(opinions(&case, &procedure));
        for file in attachments::list(volume, id)? {
            let field = procedure.field(&file.field);
            parts.push(Part {
                file: Some(file.id),
                digest: Some(file.digest().0),
                ..part(Where::FileName, field, file.name)
            });
        }
        Ok(Some(Document {
            year: case.head.year,
            dept: case.state.dept.0,
            state: case.state.stands()?,
            procedure: case.head.procedure,
            principals: principals.into_iter().collect(),
            parts,
        }))
    }

    fn rights(&self, volume: &Read, cases: &str, who: &str) -> Result<HashMap<Id, Vec<String>>> {
        let rows: Vec<(i64, String)> = volume.all(
            "SELECT g.case_id, g.step FROM json_each(?1) c CROSS JOIN grants g ON g.case_id = c.value
             WHERE g.principal IN (SELECT value FROM json_each(?2))",
            params![cases, who],
            |r| Ok((r.get(0)?, r.get(1)?)),
        )?;
        let mut all: HashMap<Id, Vec<String>> = HashMap::new();
        for (case, step) in rows {
            all.entry(Id::from_raw(case)).or_default().push(step);
        }
        Ok(all)
    }

    fn lines(&self, index: &Read, cases: &str) -> Result<HashMap<Id, Line>> {
        let rows = index.all(
            "SELECT case_id, title, number, procedure_name, state, step_name, held_by, changed_at
             FROM case_list WHERE case_id IN (SELECT value FROM json_each(?1))",
            [cases],
            |r| {
                let line = Line {
                    title: r.get(1)?,
                    number: r.get(2)?,
                    procedure: r.get(3)?,
                    state: r.get(4)?,
                    step: r.get(5)?,
                    held_by: r.get(6)?,
                    changed_at: Millis(r.get(7)?),
                };
                Ok((Id::from_raw(r.get(0)?), line))
            },
        )?;
        Ok(rows.into_iter().collect())
    }

    fn line(&self, volume: &Read, case: Id) -> Result<Line> {
        self.whole_line(volume, case)
    }
}

fn part(place: Where, field: Option<&Field>, text: String) -> Part {
    Part {
        place,
        label: field.map(|f| f.label.clone()).unwrap_or_default(),
        hidden: field.map(|f| f.hidden_from.clone()).unwrap_or_default(),
        text,
        file: None,
        digest: None,
    }
}

/// Title and number first: that is where a word is looked for first.
fn said_by_form(case: &Stored, procedure: &Procedure) -> Vec<Part> {
    let mut parts = vec![Part {
        label: String::new(),
        ..part(
            Where::Title,
            procedure.field(&procedure.title),
            case.head.title.clone(),
        )
    }];
    let numbered = procedure
        .fields
        .iter()
        .find(|f| f.kind == Kind::SeriesNumber);
    if let Some(number) = &case.head.number {
        parts.push(part(Where::Title, numbered, number.clone()));
    }
    // personal data is found by nobody, neither whole nor by what is left of it: an excerpt would tell it
    let open = |f: &&Field| f.id != procedure.title && !f.masked;
    for field in procedure.fields.iter().filter(open) {
        let text = match &field.kind {
            Kind::OpinionBox | Kind::Files | Kind::SeriesNumber => continue,
            // what is ticked stands in every case: it is for filters, and as a word would find all of them
            Kind::Choice { .. } | Kind::Choices { .. } | Kind::Number { .. } => continue,
            Kind::Computed(_) => continue,
            Kind::Table { columns } => {
                let rows = case.state.values.get(&field.id);
                rows.map(|r| cells(columns, r)).unwrap_or_default()
            }
            _ => printed::value(field, &case.state.values),
        };
        if !text.is_empty() {
            parts.push(part(Where::Body, Some(field), text));
        }
    }
    parts
}

/// The cells of a table field, a row a line.
fn cells(columns: &[Column], rows: &Value) -> String {
    let row = |row: &Value| {
        let said = columns.iter().map(|c| rows::printed(c, row.get(&c.id)));
        said.filter(|s| !s.is_empty())
            .collect::<Vec<_>>()
            .join("\t")
    };
    let rows = rows.as_array().map(Vec::as_slice).unwrap_or_default();
    rows.iter().map(row).collect::<Vec<_>>().join("\n")
}

fn opinions(case: &Stored, procedure: &Procedure) -> Vec<Part> {
    let said = case.state.opinions.iter().zip(&case.said);
    said.filter(|(o, _)| !o.text.is_empty())
        .map(|(o, by)| {
            let made = part(Where::Opinion, procedure.field(&o.into), o.text.clone());
            Part {
                label: format!("{} {}", made.label, by.name).trim().to_owned(),
                ..made
            }
        })
        .collect()
}
