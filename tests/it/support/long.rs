//! Sizes and seeds of the tests that can also be run long (`tests/long NAME`). The suite runs them
//! small and always; a long run sets `INKSTONE_LONG` to the name. The seed is printed by a failing
//! test, and `INKSTONE_SEED` runs the same again.

use std::{
    env,
    time::{SystemTime, UNIX_EPOCH},
};

/// How many rounds: `suite` in the ordinary run, `long` under `tests/long NAME`, or as many as
/// `INKSTONE_TIMES` says there. `tests/long` finds the names by looking for calls of this function, so the name
/// is a literal.
pub fn rounds(name: &str, suite: usize, long: usize) -> usize {
    let times = || env::var("INKSTONE_TIMES").ok()?.parse().ok();
    match env::var("INKSTONE_LONG") {
        Ok(wanted) if wanted == name => times().unwrap_or(long),
        _ => suite,
    }
}

/// Chance that can be had again: splitmix64, good enough to shuffle a test.
pub struct Chance(u64);

impl Chance {
    /// From `INKSTONE_SEED`, or from the clock; prints the seed, which the test runner shows on failure.
    pub fn new() -> Self {
        let seed = env::var("INKSTONE_SEED")
            .ok()
            .and_then(|text| text.parse().ok())
            .unwrap_or_else(|| {
                let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
                now.as_nanos() as u64 & 0xFFFF_FFFF
            });
        println!("the same again: INKSTONE_SEED={seed}");
        Self::seeded(seed)
    }

    pub fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// One of these.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let at = self.below(from.len() as u64);
        &from[at as usize]
    }
}

#[test]
fn chance_can_be_had_again() {
    let draw = |seed| {
        let mut chance = Chance::seeded(seed);
        (0..20).map(|_| chance.below(1000)).collect::<Vec<_>>()
    };
    assert_eq!(draw(7), draw(7));
    assert_ne!(draw(7), draw(8));
    assert!([1, 2, 3].contains(Chance::new().pick(&[1, 2, 3])));
    assert_eq!(rounds("nothing of this name", 20, 200), 20);
}
