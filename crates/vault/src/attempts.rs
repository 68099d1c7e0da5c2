//! How long to wait after failed attempts to sign in. Time is passed in, so that no test waits.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How many attempts may fail before there is a wait.
const FREE: u32 = 5;

/// The wait after the last free attempt; every further failure doubles it.
const FIRST_WAIT: Duration = Duration::from_secs(5);

/// The longest wait: 96 guesses a day are none, and whoever forgot which password it was does not
/// have to wait for tomorrow.
const LONGEST_WAIT: Duration = Duration::from_mins(15);

/// After this long without an attempt, what was before is forgotten.
const FORGOTTEN: Duration = Duration::from_hours(24);

/// Failed attempts since the last one that succeeded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Attempts {
    failures: u32,
    last: Timestamp,
}

impl Attempts {
    /// What to believe when the stored count cannot be read: somebody may have changed it to get
    /// more attempts, so it is as if the free ones had just been used up.
    pub(crate) fn unreadable(now: Timestamp) -> Self {
        Self { failures: FREE, last: now }
    }

    /// The same count under a clock that may have been set back since: a failure in the future was
    /// just now. Stored at once, this lets the wait run out by the new clock.
    pub(crate) fn caught_up(self, now: Timestamp) -> Self {
        Self { last: self.last.min(now), ..self }
    }

    /// With one more failure, at `now`.
    pub(crate) fn failed(self, now: Timestamp) -> Self {
        let before = if self.since(now) >= FORGOTTEN { 0 } else { self.failures };
        Self { failures: before.saturating_add(1), last: now }
    }

    /// How long after `now` until the next attempt; nothing if it may be made at once.
    pub(crate) fn wait(self, now: Timestamp) -> Option<Duration> {
        let doublings = self.failures.checked_sub(FREE)?;
        let factor = 2_u32.checked_pow(doublings).unwrap_or(u32::MAX);
        let wait = FIRST_WAIT.saturating_mul(factor).min(LONGEST_WAIT);
        wait.checked_sub(self.since(now)).filter(|left| !left.is_zero())
    }

    /// How long ago the last failure was. One in the future, after the clock was set back, counts
    /// as just now: that waits too long rather than too short.
    fn since(self, now: Timestamp) -> Duration {
        let since: SignedDuration = now.duration_since(self.last);
        since.try_into().unwrap_or(Duration::ZERO)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn start() -> Timestamp {
        "2026-01-01T00:00:00Z".parse().unwrap()
    }

    fn after(failures: u32) -> Attempts {
        (0..failures).fold(Attempts::default(), |attempts, _| attempts.failed(start()))
    }

    #[rstest::rstest]
    #[case(0, None)]
    #[case(4, None)]
    #[case(5, Some(5))]
    #[case(6, Some(10))]
    #[case(7, Some(20))]
    #[case(12, Some(640))]
    #[case(13, Some(900))]
    #[case(14, Some(900))]
    #[case(500, Some(900))]
    fn the_wait_grows_up_to_a_quarter_of_an_hour(
        #[case] failures: u32,
        #[case] seconds: Option<u64>,
    ) {
        assert_eq!(after(failures).wait(start()), seconds.map(Duration::from_secs));
    }

    #[test]
    fn the_wait_runs_out() {
        let attempts = after(6);
        let later = |seconds| start() + Duration::from_secs(seconds);
        assert_eq!(attempts.wait(later(4)), Some(Duration::from_secs(6)));
        assert_eq!(attempts.wait(later(9)), Some(Duration::from_secs(1)));
        assert_eq!(attempts.wait(later(10)), None);
        assert_eq!(attempts.wait(later(1_000_000)), None);
    }

    #[test]
    fn setting_the_clock_back_does_not_lock_anybody_out() {
        let earlier = start() - Duration::from_hours(10_000);
        assert_eq!(after(5).wait(earlier), Some(FIRST_WAIT));
        assert_eq!(after(50).wait(earlier), Some(LONGEST_WAIT));
        let caught_up = after(5).caught_up(earlier);
        assert_eq!(caught_up.wait(earlier + FIRST_WAIT), None, "the wait runs by the new clock");
        assert_eq!(after(5).caught_up(start() + FIRST_WAIT), after(5), "forward changes nothing");
    }

    #[test]
    fn a_day_without_attempts_is_a_fresh_start_and_less_is_not() {
        let nearly = start() + FORGOTTEN - Duration::from_secs(1);
        assert_eq!(after(20).failed(nearly).failures, 21);
        assert_eq!(after(20).failed(start() + FORGOTTEN).failures, 1);
    }

    #[test]
    fn what_cannot_be_read_costs_a_wait() {
        assert_eq!(Attempts::unreadable(start()).wait(start()), Some(FIRST_WAIT));
    }

    proptest! {
        #[test]
        fn nothing_stored_makes_anybody_wait_longer_than_the_longest_wait(
            failures in any::<u32>(),
            last in -377_705_023_201_i64..=253_402_207_200,
            now in -377_705_023_201_i64..=253_402_207_200,
        ) {
            let at = |second| Timestamp::from_second(second).unwrap();
            let attempts = Attempts { failures, last: at(last) };
            prop_assert!(attempts.wait(at(now)).is_none_or(|wait| wait <= LONGEST_WAIT));
            prop_assert!(attempts.failed(at(now)).failures >= 1);
        }

        #[test]
        fn what_is_stored_reads_back(failures in 0..100_u32) {
            let attempts = after(failures);
            let text = serde_json::to_string(&attempts).unwrap();
            prop_assert_eq!(serde_json::from_str::<Attempts>(&text).unwrap(), attempts);
        }
    }
}
