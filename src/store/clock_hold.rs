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
    /// Milliseconds the clock was set by while this server runs.
    set_by: i64,
    /// What that was before the jump for which it is held now; none where it is held since the start.
    sprung: Option<i64>,
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
            tracing::error!(
                now = now.0,
                last = last.0,
                "the clock cannot be right; nothing is written"
            );
        }
        self.inner().state = state;
    }

    /// While running: a clock set by more than a day back or forty on is held, one put right is let go.
    pub(super) fn look(&self, clock: &Clock) {
        let now = clock.now();
        let mut inner = self.inner();
        // a clock that its holder moves has no time of its own to be compared with
        let here = matches!(clock, Clock::System).then(Instant::now);
        let passed = inner.seen.zip(here).map(|((was, then), here)| {
            let passed = here.duration_since(then).as_millis();
            (was, i64::try_from(passed).unwrap_or(i64::MAX))
        });
        inner.turn(now, passed);
        inner.seen = here.map(|here| (now, here));
    }

    /// Now for spans that no setting of the clock may end: nobody is logged out by it.
    pub(super) fn steady(&self, clock: &Clock) -> Millis {
        self.look(clock);
        Millis(clock.now().0.saturating_sub(self.inner().set_by))
    }

    pub(super) fn confirm(&self) {
        let mut inner = self.inner();
        (inner.state, inner.sprung) = (ClockState::Good, None);
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

impl Inner {
    /// `passed`: what the clock said last, and the milliseconds that really passed since.
    fn turn(&mut self, now: Millis, passed: Option<(Millis, i64)>) {
        let jump = passed.and_then(|(was, passed)| {
            let by = now.0.saturating_sub(was.0).saturating_sub(passed);
            jumped(by).then_some((was, by))
        });
        if let Some((_, by)) = jump {
            self.set_by = self.set_by.saturating_add(by);
        }
        match (self.state, jump) {
            (ClockState::Held { last }, _) => {
                let still = match self.sprung {
                    Some(before) => jumped(self.set_by.saturating_sub(before)),
                    None => matches!(judge(last, now), ClockState::Held { .. }),
                };
                if !still {
                    (self.state, self.sprung) = (ClockState::Good, None);
                }
            }
            (_, Some((was, by))) => {
                self.sprung = Some(self.set_by.saturating_sub(by));
                tracing::error!(by, "the clock was set far; nothing is written");
                self.state = ClockState::Held { last: was };
            }
            _ => {}
        }
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
fn jumped(by: i64) -> bool {
    !(-BACK..=REST).contains(&by)
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
        let mut clock = Inner::default();
        let mut now = LAST;
        let mut go = |clock: &mut Inner, on: i64, passed: i64| {
            let was = now;
            now = Millis(now.0 + on);
            clock.turn(now, Some((was, passed)));
            (clock.state, clock.set_by)
        };
        let calm = (ClockState::Good, 0);
        assert_eq!(go(&mut clock, 5000, 5000), calm);
        assert_eq!(go(&mut clock, -300_000, 5000), calm);
        assert_eq!(go(&mut clock, 3 * DAY, 5000), calm, "slept over a weekend");
        assert_eq!(go(&mut clock, 60 * DAY, 60 * DAY), calm, "sixty days");
        for by in [YEAR, -YEAR] {
            let (state, set_by) = go(&mut clock, by, 0);
            assert!(matches!(state, ClockState::Held { .. }), "{by}");
            assert_eq!(set_by, by, "nobody's session saw it");
            assert!(matches!(
                go(&mut clock, 5000, 5000).0,
                ClockState::Held { .. }
            ));
            // put right again: that is no jump of its own
            assert_eq!(go(&mut clock, -by, 0), calm);
        }
    }
}
