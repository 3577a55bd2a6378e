//! How much evidence a change takes, so that a quiet world stays quiet.

/// P(any alarm in 90 quiet nights), over all streams and both figures together.
const ALARM_PROBABILITY: f64 = 0.05;

/// P(largest statistic of one stream over 90 quiet nights > x) ≤ e^(INTERCEPT − x).
///
/// An envelope of simulated quiet streams (`calibration`): graded, binary and long-tailed scores and success rates from
/// .85 to .99, 1 to 400 calls a day, one stratum or 36. In 4,000 runs of each the intercept is 2.0 to 4.2 at one run in
/// a hundred; in 40,000 runs of the worst (scores of 0 or 10) 4.3 to 4.5 from one in a hundred down to one in 3,000.
/// The slope of 1 is that of the tail of a log-likelihood ratio, but for a slowly growing factor. Beyond it is
/// extrapolated: 216 arms ask for one in 8,600, forty thousand for one in 1.6 million. Nightly tests overlap so much
/// that 90 nights of 30 candidate days count as e^4.5 = 90 tests, not 2,700.
const INTERCEPT: f64 = 4.5;

/// The statistic that one quiet stream exceeds in 90 nights with at most this probability.
pub(super) fn envelope(probability: f64) -> f64 {
    INTERCEPT - libm::log(probability)
}

/// What a statistic must exceed where `streams` streams share half of the probability of a false alarm.
///
/// Models and judges share one half, arms the other: there are few of the former and they matter most. Within a half
/// each stream has the same share of the probability (Bonferroni).
pub(super) fn threshold(streams: usize) -> f64 {
    envelope(0.5 * ALARM_PROBABILITY / streams.max(1) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_streams_take_more_evidence_by_the_logarithm() {
        assert!((threshold(216) - threshold(12) - (216.0_f64 / 12.0).ln()).abs() < 1e-12);
        assert!((threshold(14) - 10.83).abs() < 0.01);
        assert_eq!(threshold(0), threshold(1));
    }
}
