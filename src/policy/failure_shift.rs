//! δ: how much less likely a model succeeds where another has just failed.

use super::evidence::LaterAttempts;
use crate::stats::logit_normal::{expit, logit};

/// The prior standard deviation of δ, in logits, round 0.
const PRIOR_DEVIATION: f64 = 1.0;
const STEPS: usize = 50;

/// The logit shift δ of later attempts, pooled over all arms: successes after a failure have probability expit(logit p
/// + δ).
///
/// The largest posterior density under δ ~ N(0, 1), by Newton's method on the binomial log-likelihood, which is
/// concave. Each entry is what an arm did after failures, and its P(success) at first attempts. Without later attempts
/// δ is 0.
pub(super) fn failure_shift(arms: &[(LaterAttempts, f64)]) -> f64 {
    let mut shift = 0.0;
    for _ in 0..STEPS {
        let precision = 1.0 / (PRIOR_DEVIATION * PRIOR_DEVIATION);
        let (mut slope, mut curvature) = (-shift * precision, precision);
        for (later, reliability) in arms.iter().filter(|(later, _)| later.strength > 0.0) {
            let mean = shifted(*reliability, shift);
            slope += later.success_strength - later.strength * mean;
            curvature += later.strength * mean * (1.0 - mean);
        }
        // Half a logit at most: far from the solution the curvature says little.
        let step = (slope / curvature).clamp(-0.5, 0.5);
        shift += step;
        if step.abs() < 1e-12 {
            break;
        }
    }
    shift
}

/// expit(logit p + δ).
pub(super) fn shifted(reliability: f64, shift: f64) -> f64 {
    expit(logit(reliability) + shift)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shift_of_many_later_attempts_is_found() {
        let arm = |reliability: f64, strength: f64| {
            let later = LaterAttempts { strength, success_strength: strength * shifted(reliability, -0.8) };
            (later, reliability)
        };
        let found = failure_shift(&[arm(0.95, 400.0), arm(0.8, 900.0), arm(0.99, 100.0)]);
        assert!((found + 0.8).abs() < 0.01, "{found}");
    }

    #[test]
    fn a_few_later_attempts_say_little_and_none_nothing() {
        assert_eq!(failure_shift(&[(LaterAttempts::default(), 0.9)]), 0.0);
        let failed = LaterAttempts { strength: 2.0, success_strength: 0.0 };
        let found = failure_shift(&[(failed, 0.9)]);
        assert!((-1.5..-0.5).contains(&found), "{found}");
    }
}
