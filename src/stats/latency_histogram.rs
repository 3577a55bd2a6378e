//! Histogram of latencies that any SQL engine can fill: octaves of 64 equal buckets, whole-number arithmetic only.
//!
//! A latency is counted in tenths of a millisecond, t. Its octave k is the least with t < 128·2^k and its bucket is
//! 64·k + ⌊t / 2^k⌋: consecutive over all octaves, at most 1/64 wide, so a bucket's middle is within 0.8 % of every
//! latency in it from 6.4 ms on (the layout of HdrHistogram: Tene, 2013). A logarithm would differ between engines in
//! its last bit, and with it the count of a bucket; a shift does not.

/// Octaves that the daily rollup tells apart: up to 29 hours.
pub const OCTAVES: i64 = 24;

/// The bucket of a latency in tenths of a millisecond; what is longer than the last octave counts as its end.
///
/// ```
/// use merit::stats::latency_histogram::{bucket, middle_ms};
/// assert_eq!(bucket(127), 127);
/// assert_eq!(bucket(128), 128);
/// assert!((middle_ms(bucket(80_000)) / 8_000.0 - 1.0).abs() < 0.01);
/// ```
pub fn bucket(tenths: i64) -> i64 {
    let tenths = tenths.clamp(0, (128 << (OCTAVES - 1)) - 1);
    // The first of which tenths < 128 · 2^octave.
    let octave = (i64::from(u64::BITS - (tenths as u64).leading_zeros()) - 7).max(0);
    64 * octave + (tenths >> octave)
}

/// The middle of a bucket, in milliseconds.
pub fn middle_ms(bucket: i64) -> f64 {
    let octave = ((bucket - 64) / 64).max(0);
    let low = (bucket - 64 * octave) as f64;
    let width = (1i64 << octave.min(62)) as f64;
    (low + 0.5) * width / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_middle_is_within_one_percent_of_every_latency_in_its_bucket(tenths in 64i64..1_000_000_000) {
            let exact = (tenths as f64 + 0.5) / 10.0;
            prop_assert!((middle_ms(bucket(tenths)) / exact - 1.0).abs() <= 0.008);
        }

        #[test]
        fn an_octave_is_the_first_that_holds_the_latency(tenths in 0i64..(128 << (OCTAVES - 1))) {
            let octave = (0..OCTAVES).find(|octave| tenths < 128 << octave).expect("one does");
            prop_assert_eq!(bucket(tenths), 64 * octave + (tenths >> octave));
        }

        #[test]
        fn buckets_rise_with_latency(tenths in 0i64..1_000_000_000) {
            prop_assert!(bucket(tenths) <= bucket(tenths + 1));
            prop_assert!(bucket(tenths + 1) - bucket(tenths) <= 1);
        }
    }

    #[test]
    fn the_daily_rollups_have_the_same_octaves() {
        for sql in [
            include_str!("../../queries/rollups/latency_daily.sql"),
            include_str!("../../queries/rollups/task_latency_daily.sql"),
        ] {
            for octave in 1..OCTAVES {
                let line = format!("WHEN tenths < {} THEN {} + (tenths >> {octave})", 128i64 << octave, 64 * octave);
                assert!(sql.contains(&line), "{line}");
            }
        }
    }
}
