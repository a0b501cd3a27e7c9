//! Time that goes on when the PC's clock is set: for spans that live in memory only (S69).
//! Invariant: what `at` returns never goes back, and moves on while the clock does.

use crate::kit::Millis;

/// How far a clock may step back without anything being concluded: time servers do that.
pub const STEP_MS: i64 = 300_000;

/// A clock put right again after each step back.
#[derive(Debug, Default)]
pub struct Steady {
    last: Option<i64>,
    ahead: i64,
}

impl Steady {
    /// The present instant, never earlier than before.
    pub fn at(&mut self, clock: Millis) -> Millis {
        if let Some(last) = self.last.filter(|last| clock.0 < *last) {
            self.ahead = self.ahead.saturating_add(last - clock.0);
        }
        self.last = Some(clock.0);
        Millis(clock.0.saturating_add(self.ahead))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_on_when_the_clock_is_set_back() {
        let mut steady = Steady::default();
        assert_eq!(steady.at(Millis(1000)), Millis(1000));
        assert_eq!(steady.at(Millis(1500)), Millis(1500));
        assert_eq!(steady.at(Millis(100)), Millis(1500));
        assert_eq!(steady.at(Millis(160)), Millis(1560));
        assert_eq!(steady.at(Millis(50)), Millis(1560));
        assert_eq!(steady.at(Millis(51)), Millis(1561));
    }
}
