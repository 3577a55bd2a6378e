//! Quantiles of the Beta distribution, by Householder's method inside a shrinking bracket.

use super::incomplete::LogitDensity;

/// Beyond ±700 on the logit scale x is 0 or 1 as a float.
const LOGIT_BOUND: f64 = 700.0;
const MAX_STEPS: u32 = 200;
/// After a step this short, in units of the local scale, the fourth-order series leaves no error that a float could show.
const SHORT_STEP: f64 = 5e-4;

/// The x with I_x(a, b) = p. The smaller of the two tails is solved for, so that no digits are lost near 1.
pub(super) fn quantile(density: &LogitDensity, p: f64) -> f64 {
    if p <= 0.0 {
        return 0.0;
    }
    if p >= 1.0 {
        return 1.0;
    }
    if p <= 0.5 {
        logistic(logit_of_lower_tail(density, p))
    } else {
        logistic(-logit_of_lower_tail(&density.mirrored(), 1.0 - p))
    }
}

/// The z with ln P(logit X ≤ z) = ln p, for p ≤ ½.
///
/// The log of the distribution function of logit X is concave and nearly straight in the tail, and its higher
/// derivatives follow from the density by algebra alone, so that two evaluations of the continued fraction mostly
/// suffice. A step that leaves the bracket is replaced by bisection, which makes the search safe for any shape.
fn logit_of_lower_tail(density: &LogitDensity, p: f64) -> f64 {
    let target = libm::log(p);
    let (mut low, mut high) = (-LOGIT_BOUND, LOGIT_BOUND);
    let mut z = first_guess(density, target).clamp(low, high);
    for _ in 0..MAX_STEPS {
        let (x, y) = (logistic(z), logistic(-z));
        let (tail, slope) = density.lower_tail_and_density(x, y);
        let error = target - libm::log(tail);
        if error > 0.0 {
            low = z;
        } else {
            high = z;
        }
        let (step, scaled) = householder(density, x, y, slope / tail, error);
        // Not inside the bracket, or not a number where the tail underflows: halve.
        if z + step > low && z + step < high {
            z += step;
            if scaled <= SHORT_STEP {
                break;
            }
        } else {
            let middle = 0.5 * (low + high);
            let halved = (middle - z).abs();
            z = middle;
            if halved <= 1e-14 * z.abs().max(1e-2) {
                break;
            }
        }
    }
    z
}

/// The step δ with ln F(z+δ) = ln F(z) + `error` up to O(δ⁵), and |δ| in units of the scale on which ln F bends.
///
/// With g the density, h = g/F (`hazard`), q = (ln g)′ − h = a − (a+b)x − h and c = (a+b)xy: (ln F)′ = h, h′ = hq,
/// q′ = −c − h′ and c′ = c(y − x). The Taylor series error = h(δ + a₂δ² + a₃δ³ + a₄δ⁴) is reverted (Abramowitz & Stegun
/// 3.6.25).
fn householder(density: &LogitDensity, x: f64, y: f64, hazard: f64, error: f64) -> (f64, f64) {
    let LogitDensity { a, b, .. } = *density;
    let (q, c) = (a * y - b * x - hazard, (a + b) * x * y);
    let q_first = -c - hazard * q;
    let bend = q * q + q_first;
    // (q² + q′)′ with q″ = −c′ − (h′q + hq′).
    let bend_first = 2.0 * q * q_first - c * (y - x) - hazard * bend;
    let (a2, a3, a4) = (q / 2.0, bend / 6.0, (q * bend + bend_first) / 24.0);
    let newton = error / hazard;
    let series = (2.0 * a2 * a2 - a3) - newton * (5.0 * a2 * (a2 * a2 - a3) + a4);
    let scaled = newton.abs() * (q.abs() + c.sqrt() + hazard);
    let step = newton * (1.0 - newton * (a2 - newton * series));
    // Far off, where the series need not converge, Newton's step will do: ln F is concave.
    if scaled < 1.0 { (step, scaled) } else { (newton, f64::INFINITY) }
}

/// logit X is about normal around ln(a/b) with variance 1/a + 1/b; and as F(z) ≤ e^{az}/(a·B(a, b)) everywhere, the z at
/// which the right side is p is a lower bound, a sharp one in a long tail.
fn first_guess(density: &LogitDensity, ln_p: f64) -> f64 {
    let LogitDensity { a, b, .. } = *density;
    // The normal quantile to 4.5e-4 (Abramowitz & Stegun 26.2.23).
    let t = (-2.0 * ln_p).sqrt();
    let deviate =
        (2.515517 + t * (0.802853 + t * 0.010328)) / (1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
    let normal = libm::log(a / b) + (1.0 / a + 1.0 / b).sqrt() * deviate;
    if a < 2.0 { normal.max((ln_p + libm::log(a) + density.ln_beta()) / a) } else { normal }
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
