//! How long to wait before the next try.
//!
//! Exponential with full jitter (Brooker 2015, Exponential Backoff And Jitter, AWS Architecture Blog): of the ways to
//! spread callers who failed together, the one that makes the fewest calls.

use std::time::Duration;

/// r · min(cap, pause · 2^(k − 1)) after the k-th failed try, with r in \[0, 1\].
pub(super) fn backoff(pause: Duration, cap: Duration, k: u32, r: f64) -> Duration {
    // A number of somebody else's, held to what it should be.
    let r = if r.is_nan() { 1.0 } else { r.clamp(0.0, 1.0) };
    pause.saturating_mul(2_u32.saturating_pow(k.saturating_sub(1))).min(cap).mul_f64(r)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_cap_and_are_spread_from_zero() {
        let of = |k, r| backoff(Duration::from_secs(1), Duration::from_secs(20), k, r).as_millis();
        assert_eq!(
            [1, 2, 3, 4, 5, 6, 40, u32::MAX].map(|k| of(k, 1.0)),
            [1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 20_000, 20_000]
        );
        assert_eq!([of(3, 0.0), of(3, 0.5)], [0, 2_000]);
        assert_eq!([of(1, f64::NAN), of(1, 7.0), of(1, -1.0)], [1_000, 1_000, 0]);
        assert_eq!(backoff(Duration::MAX, Duration::from_secs(1), 9, 1.0), Duration::from_secs(1));
    }
}
