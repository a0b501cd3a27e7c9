//! Both sides of a shelf that moves, row against row and value against value, a page at a time and outside the
//! pause. Invariant: what differs is either in the source's notes, and comes again, or the move is given up.

use super::copy::{name_of, notes};
use super::job::{Halt, Job};
use super::shape::{Shape, Values};
use crate::kit::{Error, Result, ShelfNo};
use crate::store::file::File;
use rusqlite::types::Value;
use std::cmp::Ordering;
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Instant;

/// Rows compared at once.
const PAGE: usize = 500;

/// Both sides, row against row and value against value; what differs must have been noted meanwhile.
pub(super) fn compare(job: &Job) -> Result<i64, Halt> {
    let mut differ = BTreeSet::new();
    let mut rows = 0;
    for (table, shape) in job.shapes.iter().enumerate() {
        let mut here = Rows::of(&job.source, shape, job.shelf);
        let mut there = Rows::of(&job.target, shape, job.shelf);
        loop {
            let which = match (here.peek(job)?, there.peek(job)?) {
                (None, None) => break,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(a), Some(b)) => by_key(&shape.key_of(a), &shape.key_of(b)),
            };
            let a = which.is_le().then(|| here.next()).flatten();
            let b = which.is_ge().then(|| there.next()).flatten();
            rows += 1;
            if a != b
                && let Some(row) = a.as_ref().or(b.as_ref())
            {
                differ.insert(name_of(table, &shape.key_of(row)));
            }
        }
    }
    let read = job.source.read_uncounted()?;
    let noted = notes(&read.conn, &job.shapes, job.shelf, usize::MAX)?;
    for (_, table, key) in noted {
        differ.remove(&name_of(table, &key));
    }
    match differ.first() {
        None => Ok(rows),
        Some(first) => Err(Halt::Trouble(Error::fault(format!(
            "{} rows of shelf {} differ from their copies, the first {first}",
            differ.len(),
            job.shelf.0
        )))),
    }
}

/// One side's rows in the order of their keys, a page at a time.
struct Rows<'a> {
    file: &'a Arc<File>,
    shape: &'a Shape,
    shelf: ShelfNo,
    after: Option<Values>,
    page: VecDeque<Values>,
    over: bool,
}

impl<'a> Rows<'a> {
    fn of(file: &'a Arc<File>, shape: &'a Shape, shelf: ShelfNo) -> Self {
        Self {
            file,
            shape,
            shelf,
            after: None,
            page: VecDeque::new(),
            over: false,
        }
    }

    fn peek(&mut self, job: &Job) -> Result<Option<&Values>, Halt> {
        if self.page.is_empty() && !self.over {
            job.go_on()?;
            let began = Instant::now();
            let read = self.file.read_uncounted()?;
            let bounds = (self.after.as_deref(), PAGE);
            self.page = self.shape.page(&read.conn, self.shelf, bounds)?.into();
            self.over = self.page.len() < PAGE;
            self.after = self.page.back().map(|r| self.shape.key_of(r));
            job.rest(began.elapsed());
        }
        Ok(self.page.front())
    }

    fn next(&mut self) -> Option<Values> {
        self.page.pop_front()
    }
}

/// As SQLite sorts keys: numbers by size, text by its bytes.
fn by_key(a: &[Value], b: &[Value]) -> Ordering {
    let pairs = a.iter().zip(b);
    pairs
        .map(|pair| match pair {
            (Value::Integer(a), Value::Integer(b)) => a.cmp(b),
            (Value::Text(a), Value::Text(b)) => a.as_bytes().cmp(b.as_bytes()),
            _ => Ordering::Equal,
        })
        .find(|o| o.is_ne())
        .unwrap_or(Ordering::Equal)
}
