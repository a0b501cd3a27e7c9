//! What a run of random moves did: by move, by pairs of moves, by number; and the dice it is thrown with. Where two
//! moves were offered after each other and never made, the case is kept as it stood, to be gone back to.
//! Not here: throwing the dice (`random`).

use super::run::Run;
use super::town::Town;
use inkstone::engine::definition::MoveId;
use inkstone::engine::facts::Viewer;
use inkstone::engine::rehearsal::Rehearsal;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

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
pub type Pair = (MoveId, MoveId);

/// How many places a pair is looked for in before it is said that it cannot meet.
const PLACES: usize = 12;

/// A place in a case where two moves could meet that never did: the case as it stood, and whose the second one is.
#[derive(Clone)]
pub struct Place<'a> {
    pub run: Run<'a>,
    pub viewer: usize,
    pub mv: MoveId,
    case: usize,
}

/// How it stands with a pair that was offered.
pub enum Meeting<'a> {
    Met,
    /// Not made yet: places that were not gone back to, those that were, and why every answer was refused there.
    Offered(Vec<Place<'a>>, usize, BTreeSet<String>),
}

/// What a run did, by move.
#[derive(Default)]
pub struct Tally<'a> {
    /// Pairs that were offered.
    pub pairs: BTreeMap<Pair, Meeting<'a>>,
    pub cases: usize,
    pub ended: usize,
    pub refused: usize,
    pub deeds: BTreeMap<&'static str, usize>,
    /// How far each series has come.
    pub numbers: BTreeMap<String, u32>,
    /// Numbers that stand in cases, by series.
    pub given: BTreeMap<String, Vec<u32>>,
}

impl<'a> Tally<'a> {
    pub fn moves(&self) -> usize {
        self.deeds.values().sum()
    }

    /// Notes whatever anybody may do now, after this move; one of it that never followed that move yet, and whose it is.
    pub fn offered(
        &mut self,
        run: &Run<'a>,
        (viewers, dice): (&[Viewer], &mut Dice),
    ) -> Option<(usize, MoveId)> {
        let mut unmet = Vec::new();
        for (viewer, who) in viewers.iter().enumerate() {
            for offer in run.it.offers(who) {
                let pair = (run.last, offer.mv);
                let new = || Meeting::Offered(Vec::new(), 0, BTreeSet::new());
                let Meeting::Offered(places, tried, _) = self.pairs.entry(pair).or_insert_with(new)
                else {
                    continue;
                };
                unmet.push((viewer, offer.mv));
                let here = places.iter().any(|p| p.case == self.cases);
                if !here && places.len() + *tried < PLACES {
                    places.push(Place {
                        run: run.clone(),
                        viewer,
                        mv: offer.mv,
                        case: self.cases,
                    });
                }
            }
        }
        (!unmet.is_empty()).then(|| unmet[dice.below(unmet.len())])
    }

    /// Every second time a place where two moves could meet that never did.
    pub fn place(&mut self, dice: &mut Dice) -> Option<Place<'a>> {
        let waiting = self.pairs.values_mut().filter_map(|m| match m {
            Meeting::Offered(places, tried, _) if !places.is_empty() => Some((places, tried)),
            _ => None,
        });
        let mut waiting: Vec<_> = waiting.collect();
        if waiting.is_empty() || dice.chance(2) {
            return None;
        }
        let (places, tried) = waiting.swap_remove(dice.below(waiting.len()));
        *tried += 1;
        Some(places.remove(0))
    }

    /// They met.
    pub fn met(&mut self, pair: Pair) {
        self.pairs.insert(pair, Meeting::Met);
    }

    /// Every answer was refused at a place of theirs.
    pub fn refused_at(&mut self, pair: Pair, words: String) {
        if let Some(Meeting::Offered(_, _, why)) = self.pairs.get_mut(&pair) {
            why.insert(words);
        }
    }

    /// Whether there are pairs that did not meet and were not looked for in as many places as there should be.
    pub fn looks_on(&self) -> bool {
        let few = |m: &Meeting<'_>| matches!(m, Meeting::Offered(_, tried, _) if *tried < PLACES);
        self.pairs.values().any(few)
    }

    /// Pairs that did not meet, in how many places each was tried, and what was said there.
    pub fn apart(&self) -> impl Iterator<Item = (&Pair, usize, &BTreeSet<String>)> {
        self.pairs.iter().filter_map(|(pair, m)| match m {
            Meeting::Offered(_, tried, why) => Some((pair, *tried, why)),
            Meeting::Met => None,
        })
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
