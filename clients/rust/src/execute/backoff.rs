//! How long to wait before the same model is tried again.
//!
//! Exponential, capped, and spread over its upper half, so that callers who failed together do not come back together
//! ("equal jitter": Brooker 2015, Exponential Backoff And Jitter, AWS Architecture Blog).

use std::time::Duration;

use super::settings::ExecutionSettings;

/// min(cap, pause · 2^(k − 1)) · (½ + r/2) after the k-th failed try in a row, with r in \[0, 1\].
pub(super) fn backoff(settings: &ExecutionSettings, k: u32, r: f64) -> Duration {
    doubled(settings.pause, k.saturating_sub(1), settings.pause_cap).mul_f64(0.5 + 0.5 * unit(r))
}

/// A duration doubled so many times, at most the cap.
pub(super) fn doubled(duration: Duration, times: u32, cap: Duration) -> Duration {
    duration.saturating_mul(2_u32.saturating_pow(times)).min(cap)
}

/// A number of somebody else's, held to what it should be.
fn unit(r: f64) -> f64 {
    if r.is_nan() { 1.0 } else { r.clamp(0.0, 1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_cap_and_are_spread_over_their_upper_half() {
        let settings = ExecutionSettings::default();
        let milliseconds = |k, r| backoff(&settings, k, r).as_millis();
        let longest = [1, 2, 3, 4, 5, 6, 40, u32::MAX].map(|k| milliseconds(k, 1.0));
        assert_eq!(longest, [500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000, 8_000]);
        let shortest = [1, 2, 5].map(|k| milliseconds(k, 0.0));
        assert_eq!(shortest, [250, 500, 4_000]);
        assert_eq!(milliseconds(2, 0.5), 750);
    }

    #[test]
    fn a_number_that_is_no_share_is_held_to_one() {
        let settings = ExecutionSettings::default();
        let of = |r| backoff(&settings, 1, r);
        assert_eq!([of(f64::NAN), of(7.0), of(-1.0)], [of(1.0), of(1.0), of(0.0)]);
    }

    #[test]
    fn no_duration_overflows() {
        let settings =
            ExecutionSettings { pause: Duration::MAX, pause_cap: Duration::from_secs(1), ..Default::default() };
        assert_eq!(backoff(&settings, 2, 1.0), Duration::from_secs(1));
    }
}
