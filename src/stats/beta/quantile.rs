//! Quantiles of the Beta distribution, by Newton's method inside a shrinking bracket.

use super::incomplete::{ln_density_of_logit, lower_tail};
use crate::stats::normal;

/// Beyond ±700 on the logit scale x is 0 or 1 as a float.
const LOGIT_BOUND: f64 = 700.0;
const MAX_STEPS: u32 = 200;

/// The x with I_x(a, b) = p. The smaller of the two tails is solved for, so that no digits are lost near 1.
pub(super) fn quantile(a: f64, b: f64, p: f64) -> f64 {
    if p <= 0.0 {
        return 0.0;
    }
    if p >= 1.0 {
        return 1.0;
    }
    if p <= 0.5 { logistic(logit_of_lower_tail(a, b, p)) } else { logistic(-logit_of_lower_tail(b, a, 1.0 - p)) }
}

/// The z with ln P(logit X ≤ z) = ln p, for p ≤ ½.
///
/// The log of the distribution function of logit X is concave and nearly straight in the tail, so Newton's steps are good
/// ones; a step that leaves the bracket is replaced by bisection, which makes the search safe for any shape.
fn logit_of_lower_tail(a: f64, b: f64, p: f64) -> f64 {
    let target = libm::log(p);
    let (mut low, mut high) = (-LOGIT_BOUND, LOGIT_BOUND);
    // logit X is about normal around ln(a/b) with variance 1/a + 1/b.
    let guess = libm::log(a / b) + (1.0 / a + 1.0 / b).sqrt() * normal::quantile(p);
    let mut z = guess.clamp(low, high);
    for _ in 0..MAX_STEPS {
        let (x, y) = (logistic(z), logistic(-z));
        let tail = lower_tail(a, b, x, y);
        let error = libm::log(tail) - target;
        if error < 0.0 {
            low = z;
        } else {
            high = z;
        }
        let slope = libm::exp(ln_density_of_logit(a, b, x, y)) / tail;
        let newton = z - error / slope;
        // Not inside the bracket, or not a number where the tail underflows: halve.
        let next = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
        let step = (next - z).abs();
        z = next;
        if step <= 1e-14 * z.abs().max(1e-2) {
            break;
        }
    }
    z
}

fn logistic(z: f64) -> f64 {
    if z >= 0.0 {
        1.0 / (1.0 + libm::exp(-z))
    } else {
        let odds = libm::exp(z);
        odds / (1.0 + odds)
    }
}

#[cfg(test)]
mod tests {
    use crate::stats::Beta;
    use statrs::function::beta::beta_reg;

    const SHAPES: [f64; 9] = [0.1, 0.5, 1.0, 2.0, 7.3, 20.0, 300.0, 5_000.0, 50_000.0];
    const LEVELS: [f64; 11] = [1e-10, 1e-6, 0.001, 0.05, 0.3, 0.5, 0.7, 0.95, 0.999, 1.0 - 1e-6, 1.0 - 1e-10];

    #[test]
    fn quantiles_round_trip_through_both_distribution_functions() {
        for alpha in SHAPES {
            for beta in SHAPES {
                for p in LEVELS {
                    let distribution = Beta::new(alpha, beta);
                    let x = distribution.quantile(p);
                    // One float of x may hold more probability than the tolerance where the mass is piled up at an end.
                    let (before, after) = (x.next_down().max(0.0), x.next_up().min(1.0));
                    let grain = distribution.cdf(after) - distribution.cdf(before);
                    let own = distribution.cdf(x);
                    assert!((own - p).abs() < 1e-10 + 4.0 * grain, "Beta({alpha}, {beta}) at {p}: {x} gives {own}");
                    let reference = beta_reg(alpha, beta, x);
                    assert!(grain > 1e-9 || (reference - p).abs() < 5e-9, "Beta({alpha}, {beta}) at {p}: {reference}");
                }
            }
        }
    }

    #[test]
    fn small_tails_keep_their_relative_precision() {
        for p in [1e-200, 1e-50, 1e-9] {
            let x = Beta::new(3.0, 1.0).quantile(p);
            assert!((x * x * x / p - 1.0).abs() < 1e-10, "{p}: {x}");
        }
    }

    #[test]
    fn quantiles_rise_with_the_level_and_end_at_the_ends() {
        let distribution = Beta::new(0.7, 0.2);
        let quantiles: Vec<f64> = LEVELS.iter().map(|p| distribution.quantile(*p)).collect();
        assert!(quantiles.windows(2).all(|pair| pair[0] <= pair[1]), "{quantiles:?}");
        assert_eq!((distribution.quantile(0.0), distribution.quantile(1.0)), (0.0, 1.0));
    }
}
