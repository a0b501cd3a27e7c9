//! How far a verification is, in hundredths: each claim has its weight, and a chain says how many of its rows
//! it has followed. Not here: what is done with it. The figure never falls and ends at 100.

use std::cell::Cell;
use std::sync::{Mutex, PoisonError};

/// Rows after which it is worth a word.
const ROWS: u64 = 4096;

/// All of it.
pub(super) struct Progress<'p> {
    whole: f64,
    tell: &'p (dyn Fn(u32) + Sync),
    /// What is done, and the last hundredth told.
    done: Mutex<(f64, Option<u32>)>,
}

impl<'p> Progress<'p> {
    pub(super) fn new(whole: u32, tell: &'p (dyn Fn(u32) + Sync)) -> Self {
        Self {
            whole: f64::from(whole.max(1)),
            tell,
            done: Mutex::new((0.0, None)),
        }
    }

    /// One claim's share.
    pub(super) const fn part(&self, weight: u32) -> Part<'_> {
        Part {
            all: self,
            left: Cell::new(weight as f64),
            weight: weight as f64,
            rows: Cell::new(0),
        }
    }

    fn add(&self, more: f64) {
        let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        done.0 += more;
        let now = (100.0 * done.0 / self.whole + 1e-6).clamp(0.0, 100.0) as u32;
        if done.1.is_none_or(|told| told < now) {
            done.1 = Some(now);
            (self.tell)(now);
        }
    }
}

/// A claim's share of the whole; what was not told of it counts when it is dropped.
pub(super) struct Part<'p> {
    all: &'p Progress<'p>,
    left: Cell<f64>,
    weight: f64,
    rows: Cell<u64>,
}

impl Part<'_> {
    /// One row of `all` is done.
    pub(super) fn step(&self, all: i64) {
        self.rows.set(self.rows.get() + 1);
        if self.rows.get().is_multiple_of(ROWS) {
            let share = self.weight * ROWS as f64 / (all.max(1) as f64);
            let share = share.min(self.left.get());
            self.left.set(self.left.get() - share);
            self.all.add(share);
        }
    }
}

impl Drop for Part<'_> {
    fn drop(&mut self) {
        self.all.add(self.left.get());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_rises_to_a_hundred() {
        let told = Mutex::new(Vec::new());
        let tell = |now| {
            let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
            told.push(now);
        };
        let progress = Progress::new(10, &tell);
        let long = progress.part(6);
        for _ in 0..(3 * ROWS) {
            long.step(4 * ROWS as i64);
        }
        drop(progress.part(4));
        drop(long);
        let told = told.into_inner().unwrap_or_else(PoisonError::into_inner);
        assert_eq!(told, [15, 30, 45, 85, 100]);
    }
}
