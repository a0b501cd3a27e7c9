//! Whether the PC's clock can be believed (R10): a dead battery or a wrong year must not date papers, end
//! everybody's deadlines or send a thousand reminders. Compared with the newest audit row at start, and with
//! time as it passes while the server runs.
//! Invariant: while the clock is held no volume is written; ids need no help, they never go back.

use crate::kit::{Clock, Error, Millis, Result};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

const DAY: i64 = 24 * 3_600_000;
/// The clock may stand so far before the newest audit row: a zone set wrong.
const BACK: i64 = DAY;
/// So far after it: no office rests for longer.
const AHEAD: i64 = 400 * DAY;
/// After so long a rest nobody is reminded before the time is sure.
const REST: i64 = 40 * DAY;

/// What is thought of the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClockState {
    /// It fits.
    #[default]
    Good,
    /// Long after the newest audit row. Work goes on, nobody is reminded.
    Doubted {
        /// When something was last done.
        last: Millis,
    },
    /// It cannot be: nothing is written until it is put right or an administrator says that it is.
    Held {
        /// When something was last done.
        last: Millis,
    },
}

#[derive(Default)]
pub(super) struct Hold {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    state: ClockState,
    /// The clock and the passing of time, when last looked at.
    seen: Option<(Millis, Instant)>,
}

impl Hold {
    /// At start: `last` is the newest audit row of the volumes, `sure` what an administrator confirmed:
    /// when, and against which newest row.
    pub(super) fn begin(&self, last: Option<Millis>, sure: Option<(Millis, Millis)>, now: Millis) {
        let Some(last) = last else {
            return;
        };
        let confirmed = sure.is_some_and(|(at, against)| {
            against == last && now.0 >= at.0 - BACK && now.0 <= at.0 + AHEAD
        });
        let state = if confirmed {
            ClockState::Good
        } else {
            judge(last, now)
        };
        if let ClockState::Held { last } = state {
            tracing::error!(now = now.0, last = last.0, "the clock cannot be right; nothing is written");
        }
        self.inner().state = state;
    }

    /// While running: a clock set by more than a day back or forty on is held, one put right is let go.
    pub(super) fn look(&self, clock: &Clock) {
        let now = clock.now();
        let mut inner = self.inner();
        if let ClockState::Held { last } = inner.state {
            inner.state = match judge(last, now) {
                ClockState::Doubted { .. } | ClockState::Good => ClockState::Good,
                held => held,
            };
        }
        // a clock that its holder moves has no time of its own to be compared with
        if matches!(clock, Clock::System) {
            let here = Instant::now();
            if let Some((was, then)) = inner.seen
                && jumped(now.0 - was.0, here.duration_since(then).as_millis())
            {
                tracing::error!(now = now.0, was = was.0, "the clock was set far; nothing is written");
                inner.state = ClockState::Held { last: was };
            }
            inner.seen = Some((now, here));
        }
    }

    pub(super) fn confirm(&self) {
        self.inner().state = ClockState::Good;
    }

    pub(super) fn state(&self) -> ClockState {
        self.inner().state
    }

    pub(super) fn admit(&self) -> Result<()> {
        match self.state() {
            ClockState::Held { .. } => Err(Error::Busy(
                "服务器的时间不对，未保存。您填写的内容还在页面上。请管理员到服务器电脑上打开“体检”核对时间，好了以后再提交一次".into(),
            )),
            ClockState::Good | ClockState::Doubted { .. } => Ok(()),
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn judge(last: Millis, now: Millis) -> ClockState {
    match now.0 - last.0 {
        gap if !(-BACK..=AHEAD).contains(&gap) => ClockState::Held { last },
        gap if gap > REST => ClockState::Doubted { last },
        _ => ClockState::Good,
    }
}

/// A PC that slept moves on without time passing for its programs: a long weekend is no jump.
fn jumped(clock: i64, passed: u128) -> bool {
    let passed = i64::try_from(passed).unwrap_or(i64::MAX);
    !(-BACK..=REST).contains(&clock.saturating_sub(passed))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAST: Millis = Millis(1_800_000_000_000);
    const YEAR: i64 = 365 * DAY;

    fn after(gap: i64) -> ClockState {
        let hold = Hold::default();
        hold.begin(Some(LAST), None, Millis(LAST.0 + gap));
        hold.state()
    }

    #[test]
    fn r10_a_clock_that_cannot_be_is_held() {
        let held = ClockState::Held { last: LAST };
        assert_eq!(after(0), ClockState::Good);
        assert_eq!(after(-DAY / 2), ClockState::Good, "a zone set wrong");
        assert_eq!(after(20 * DAY), ClockState::Good, "a long holiday");
        assert_eq!(after(-YEAR), held);
        assert_eq!(after(401 * DAY), held);
        assert_eq!(after(YEAR), ClockState::Doubted { last: LAST });
        // a dead battery: the first of January 2000
        let hold = Hold::default();
        hold.begin(Some(LAST), None, Millis(946_684_800_000));
        assert!(hold.admit().is_err());
        // put right while it runs
        hold.look(&Clock::held(Millis(LAST.0 + DAY)));
        assert!(hold.admit().is_ok());
        // an empty office has nothing to compare with
        let hold = Hold::default();
        hold.begin(None, None, Millis(0));
        assert!(hold.admit().is_ok());
    }

    #[test]
    fn what_an_administrator_confirmed_holds_for_that_row() {
        let now = Millis(LAST.0 - YEAR);
        let hold = Hold::default();
        hold.begin(Some(LAST), Some((now, LAST)), now);
        assert_eq!(hold.state(), ClockState::Good);
        let other = Millis(LAST.0 + 1);
        hold.begin(Some(other), Some((now, LAST)), now);
        assert_eq!(hold.state(), ClockState::Held { last: other });
    }

    #[test]
    fn while_running_only_a_jump_is_a_jump() {
        let day = u128::from(DAY.unsigned_abs());
        assert!(!jumped(5000, 5000) && !jumped(-300_000, 5000));
        assert!(!jumped(3 * DAY, 5000), "slept over a weekend");
        assert!(!jumped(60 * DAY, 60 * day), "really sixty days");
        assert!(jumped(-2 * DAY, 5000) && jumped(YEAR, 5000));
    }
}
