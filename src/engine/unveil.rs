//! What the lists leave out of the cases of confidential departments, read from their volumes for the rows of
//! one page, for whoever may see them. Not here: what is left out (`index_store` and its neighbours).
//! Invariant: a row is filled only by the grants its volume holds now; the others say that they are kept back.

use super::case_store::{fill_tables, find_case};
use super::definition::{ColumnKind, Procedure};
use super::index_store::{self, Listed, Todo};
use super::paper::Waiting;
use super::paper_store;
use super::register::{Look, Table};
use super::register_cell::register_cell;
use super::register_store::Registered;
use super::run::Engine;
use super::same_store::Earlier;
use super::stored::Stored;
use super::{reading, todo_store};
use crate::kit::{Error, Id, Result, ShelfNo};
use crate::search::{Line, Source};
use crate::store::{Query, Read, Store};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// In the place of a title that is kept back.
pub const KEPT_BACK: &str = "（标题不公开）";

type Whole = HashMap<Id, (Stored, Arc<Procedure>)>;

impl Engine {
    /// Fills what waits for these principals.
    pub fn unveil_todo(&self, store: &Store, who: &str, rows: &mut [Todo]) -> Result<()> {
        let bare = rows.iter().filter(|t| t.title.is_empty()).map(|t| t.case);
        let whole = self.whole(store, who, bare.collect())?;
        for row in rows.iter_mut().filter(|t| t.title.is_empty()) {
            let Some((case, procedure)) = whole.get(&row.case) else {
                row.title = KEPT_BACK.into();
                continue;
            };
            row.title.clone_from(&case.head.title);
            row.number.clone_from(&case.head.number);
            row.brief = todo_store::brief(procedure, case);
            row.urged = todo_store::urged(case, row.task);
            row.reading = reading::under_way(procedure, case).unwrap_or_default();
            let tasks = case.state.tasks.iter().zip(&case.names);
            let own = tasks.into_iter().find(|(t, _)| t.id == row.task);
            row.from = own.map(|(_, (_, from))| from.clone()).unwrap_or_default();
        }
        Ok(())
    }

    /// Fills a list of cases.
    pub fn unveil_listed(&self, store: &Store, who: &str, rows: &mut [Listed]) -> Result<()> {
        let bare = rows.iter().filter(|l| l.title.is_empty()).map(|l| l.case);
        let whole = self.whole(store, who, bare.collect())?;
        for row in rows.iter_mut().filter(|l| l.title.is_empty()) {
            match whole.get(&row.case) {
                Some((case, procedure)) => {
                    row.title.clone_from(&case.head.title);
                    row.number.clone_from(&case.head.number);
                    row.held_by = index_store::held(case, procedure);
                }
                None => row.title = KEPT_BACK.into(),
            }
        }
        Ok(())
    }

    /// Fills the text columns of the rows of a register.
    pub fn unveil_registered(
        &self,
        store: &Store,
        (table, who): (&Table, &[i64]),
        rows: &mut [Registered],
    ) -> Result<()> {
        let hidden = |r: &&mut Registered| store.is_confidential(r.case.shelf());
        let bare = rows
            .iter()
            .filter(|r| store.is_confidential(r.case.shelf()));
        let who = Value::from(who).to_string();
        let whole = self.whole(store, &who, bare.map(|r| r.case).collect())?;
        for row in rows.iter_mut().filter(hidden) {
            let Some((case, procedure)) = whole.get(&row.case) else {
                continue;
            };
            for ((column, look), cell) in table.looked().zip(&mut row.columns) {
                if is_veiled(column.kind, look)
                    && let Value::String(text) = register_cell(self, column, (procedure, case))
                {
                    *cell = text;
                }
            }
        }
        Ok(())
    }

    /// Fills earlier registrations; one of a confidential department that is not this reader's is not even
    /// known to be there.
    pub fn unveil_earlier(&self, store: &Store, who: &str, rows: &mut Vec<Earlier>) -> Result<()> {
        let hidden = |e: &Earlier| store.is_confidential(e.case.shelf());
        rows.retain(|e| e.seen || !hidden(e));
        let bare = rows.iter().filter(|e| hidden(e)).map(|e| e.case).collect();
        let whole = self.whole(store, who, bare)?;
        for row in rows.iter_mut() {
            if let Some((case, procedure)) = whole.get(&row.case) {
                row.title.clone_from(&case.head.title);
                row.number.clone_from(&case.head.number);
                let open = case.state.state == super::case::State::Open;
                row.held_by = match open {
                    true => index_store::held(case, procedure),
                    false => String::new(),
                };
            }
        }
        Ok(())
    }

    /// Fills what was entered from paper in a person's own name.
    pub(super) fn unveil_waiting(&self, store: &Store, rows: &mut [Waiting]) -> Result<()> {
        for row in rows.iter_mut().filter(|w| w.title.is_empty()) {
            let read = match store.shelf(row.case.shelf()) {
                Ok(read) => read,
                Err(Error::Busy(_)) => {
                    row.title = KEPT_BACK.into();
                    continue;
                }
                Err(e) => return Err(e),
            };
            row.title = find_case(&read, row.case)?.head.title;
            let all = paper_store::list_papers(&read, row.case)?;
            if let Some(paper) = all.into_iter().find(|p| p.id == row.paper) {
                row.entered_name = paper.entered_name;
                row.words = paper.words;
            }
        }
        Ok(())
    }

    /// What stands beside a hit whose rights were asked already.
    pub(super) fn whole_line(&self, volume: &Read, id: Id) -> Result<Line> {
        let (case, procedure) = self.read_whole(volume, id)?;
        let state = serde_json::to_value(case.state.state)?;
        Ok(Line {
            title: case.head.title.clone(),
            number: case.head.number.clone(),
            procedure: procedure.name.clone(),
            state: state.as_str().unwrap_or_default().to_owned(),
            step: procedure.step_name(&case.state.step).to_owned(),
            held_by: index_store::held(&case, &procedure),
            changed_at: case.head.changed_at,
        })
    }

    /// The cases among these that are granted to the principals (a JSON array); those whose volume is away
    /// are left out.
    fn whole(&self, store: &Store, who: &str, cases: Vec<Id>) -> Result<Whole> {
        let mut by_shelf: BTreeMap<ShelfNo, Vec<Id>> = BTreeMap::new();
        for case in cases {
            by_shelf.entry(case.shelf()).or_default().push(case);
        }
        let mut whole = Whole::new();
        for (shelf, cases) in by_shelf {
            let read = match store.shelf(shelf) {
                Ok(read) => read,
                Err(Error::Busy(_) | Error::NotFound) => continue,
                Err(e) => return Err(e),
            };
            let raw: Vec<i64> = cases.iter().map(|c| c.raw()).collect();
            read.snapshot(|read| {
                for case in self
                    .rights(read, &Value::from(raw).to_string(), who)?
                    .keys()
                {
                    whole.insert(*case, self.read_whole(read, *case)?);
                }
                Ok(())
            })?;
        }
        Ok(whole)
    }

    fn read_whole(&self, read: &impl Query, id: Id) -> Result<(Stored, Arc<Procedure>)> {
        let mut case = find_case(read, id)?;
        let head = &case.head;
        let procedure = self
            .procedures
            .version(read, &head.procedure, &head.version)?;
        fill_tables(read, &procedure, &mut case.state)?;
        Ok((case, procedure))
    }
}

/// Whether a column of a register is left out for confidential departments: what is written freely, names and
/// numbers. Days, counts, the state and what is one of a few words given by the procedure stay.
#[must_use]
pub fn is_veiled(kind: ColumnKind, look: &Look) -> bool {
    kind == ColumnKind::Text && !matches!(look, Look::State | Look::Choice(_))
}
