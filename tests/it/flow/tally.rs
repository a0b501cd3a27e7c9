//! What a run of random moves did: by move, by pairs of moves, by number; and the dice it is thrown with. A pair that was offered
//! and never made draws the next people to it. Not here: throwing them (`random`).

use super::town::Town;
use inkstone::engine::definition::MoveId;
use inkstone::engine::facts::Viewer;
use inkstone::engine::rehearsal::Rehearsal;
use serde_json::json;
use std::collections::BTreeMap;

/// A small generator of our own, so that a seed means the same for ever (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.roll() % u64::try_from(n).unwrap()).unwrap()
    }

    pub fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    pub fn chance(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }
}

/// Moves right after each other in a case: what was done, and what somebody did next.
pub type Pair = (&'static str, &'static str);

/// What a run did, by move.
#[derive(Default)]
pub struct Tally {
    /// Pairs that were offered: the procedure in which they were first, until they are made.
    pub pairs: BTreeMap<Pair, Option<usize>>,
    pub turn: usize,
    pub cases: usize,
    pub ended: usize,
    pub refused: usize,
    pub deeds: BTreeMap<&'static str, usize>,
    /// How far each series has come.
    pub numbers: BTreeMap<String, u32>,
    /// Numbers that stand in cases, by series.
    pub given: BTreeMap<String, Vec<u32>>,
}

impl Tally {
    pub fn moves(&self) -> usize {
        self.deeds.values().sum()
    }

    /// Notes whatever anybody may do now, after this move; one of it that never followed that move yet, and whose it is.
    pub fn offered<'v>(
        &mut self,
        it: &Rehearsal<'_>,
        last: &'static str,
        (viewers, dice): (&'v [Viewer], &mut Dice),
    ) -> Option<(&'v Viewer, MoveId)> {
        let mut unmet = Vec::new();
        for viewer in viewers {
            for offer in it.offers(viewer) {
                let pair = (last, offer.mv.as_str());
                if self.pairs.entry(pair).or_insert(Some(self.turn)).is_some() {
                    unmet.push((viewer, offer.mv));
                }
            }
        }
        (!unmet.is_empty()).then(|| unmet[dice.below(unmet.len())])
    }

    /// Whose turn it is: each procedure's, and every second time one's in which two moves could meet that never did.
    pub fn next(&mut self, procedures: usize, dice: &mut Dice) -> usize {
        let wanted: Vec<usize> = self.pairs.values().copied().flatten().collect();
        self.turn = match wanted.as_slice() {
            [_, ..] if dice.chance(2) => *dice.one_of(&wanted),
            _ => self.cases % procedures,
        };
        self.cases += 1;
        self.turn
    }

    /// The number in the case's form is the one that was given out, and there is one only.
    pub fn number(&mut self, it: &Rehearsal<'_>, before: u32) -> Result<(), String> {
        let Some(series) = &it.procedure.series else {
            return Ok(());
        };
        self.numbers.insert(series.key.clone(), it.numbers);
        let stands = it.case.values.get(&series.field);
        let year = it
            .facts(&Town::viewer("宋小笺").unwrap(), None)
            .today()
            .year();
        let code = series.code(&it.case.values);
        let due = (it.numbers > before).then(|| json!(series.written(&code, year, before + 1)));
        if it.numbers > before + 1 || stands != due.as_ref() {
            let n = it.numbers;
            return Err(format!("编号：{before} 之后到了 {n}，表里是 {stands:?}"));
        }
        if due.is_some() {
            self.given
                .entry(series.key.clone())
                .or_default()
                .push(before + 1);
        }
        Ok(())
    }

    /// Each series has every number once.
    pub fn gap_free(&self) {
        for (key, given) in &self.given {
            let mut sorted = given.clone();
            sorted.sort_unstable();
            let all: Vec<u32> = (1..=self.numbers[key]).collect();
            assert_eq!(sorted, all, "{key} has a gap");
        }
        assert!(!self.given.is_empty());
    }
}
