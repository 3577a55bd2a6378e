//! How much evidence a change takes, so that a quiet world stays quiet.

/// P(any alarm in 90 quiet nights), over all streams and both figures together.
const ALARM_PROBABILITY: f64 = 0.05;

/// P(largest statistic of one stream over 90 quiet nights > x) ≈ e^(INTERCEPT − SLOPE·x), an envelope.
const INTERCEPT: f64 = 4.5;
/// See [`INTERCEPT`].
const SLOPE: f64 = 1.0;

/// What a statistic must exceed where `streams` streams share half of the probability of a false alarm.
///
/// Models and judges share one half, arms the other: there are few of the former and they matter most.
pub(super) fn threshold(streams: usize) -> f64 {
    (libm::log(streams.max(1) as f64 / (0.5 * ALARM_PROBABILITY)) + INTERCEPT) / SLOPE
}
