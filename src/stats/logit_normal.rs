//! The logit-normal distribution: a probability whose log-odds are normal.
//!
//! A model on the logit scale predicts X ~ Normal(m, s²); what routing needs is P = expit(X). Its moments have no
//! closed form (Aitchison & Shen, *Biometrika* 67, 1980, 261-272), but the trapezoid rule converges exponentially for
//! such integrals (Crouch & Spiegelman, *JASA* 85, 1990, 464-469; Trefethen & Weideman, *SIAM Review* 56, 2014,
//! 385-458).

use super::Beta;

/// Widest step of the quadrature, in standard deviations; alone it leaves an error of e^(−2π²/h²) = 5e-35.
const WIDEST_STEP: f64 = 0.5;
/// Widest step of the quadrature on the logit scale. The logistic function has poles at ±πi: a step of h leaves an
/// error of the order of e^(−2π²/h) = 3e-10.
const WIDEST_LOGIT_STEP: f64 = 0.9;
/// The quadrature leaves out what lies this many standard deviations beyond where the integrand is largest.
const REACH: f64 = 6.0;
/// A standard deviation above this counts as this: so wide a distribution is a coin that falls on 0 or on 1.
const WIDEST: f64 = 100.0;
/// A mean is kept this far inside (0, 1), so that a Beta distribution of it is proper.
const EDGE: f64 = 1e-9;

/// The log-odds ln(p / (1 − p)) of a probability: −∞ at 0, +∞ at 1, not a number outside [0, 1].
///
/// ```
/// use merit::stats::logit_normal::{expit, logit};
/// assert_eq!(logit(0.5), 0.0);
/// assert!((expit(logit(1e-300)) / 1e-300 - 1.0).abs() < 1e-12);
/// ```
pub fn logit(p: f64) -> f64 {
    // Around ½ a difference of logarithms would cancel; 2p − 1 is exact there.
    if (0.25..=0.75).contains(&p) { 2.0 * libm::atanh(2.0 * p - 1.0) } else { libm::log(p) - libm::log1p(-p) }
}

/// The logistic function 1 / (1 + e⁻ˣ), the inverse of [`logit`]. It keeps its relative precision down to the smallest
/// floats.
pub fn expit(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + libm::exp(-x))
    } else {
        let odds = libm::exp(x);
        odds / (1.0 + odds)
    }
}

/// Mean and variance of expit(X), X ~ Normal(`mean`, `variance`).
///
/// Within 1e-7 for standard deviations up to 20 and |mean| up to 12; within one part in 10⁶ where they are tiny (the
/// variance, and E or 1 − E, whichever is smaller). A variance that is not positive is none: (expit(mean), 0).
///
/// ```
/// use merit::stats::logit_normal::moments;
/// let (mean, variance) = moments(0.0, 4.0);
/// assert!((mean - 0.5).abs() < 1e-12);
/// assert!(variance > 0.0 && variance < 0.25);
/// ```
pub fn moments(mean: f64, variance: f64) -> (f64, f64) {
    let (small, spread) = moments_of_the_smaller(-mean.abs(), variance);
    (if mean > 0.0 { 1.0 - small } else { small }, spread)
}

/// The Beta distribution with the moments of expit(X), X ~ Normal(`mean`, `variance`), its strength α + β clamped to
/// [`least`, `most`].
///
/// α + β = E(1−E)/Var − 1, E kept within [1e-9, 1 − 1e-9].
///
/// # Panics
/// Where `least` > `most`, or one is not a number. Both must be positive and finite for the result to be proper.
///
/// ```
/// use merit::stats::logit_normal::beta;
/// let vague = beta(0.0, 100.0, 2.0, 500.0);
/// assert!((vague.alpha - 1.0).abs() < 1e-9 && (vague.beta - 1.0).abs() < 1e-9);
/// let certain = beta(0.0, 0.0, 2.0, 500.0);
/// assert_eq!((certain.alpha, certain.beta), (250.0, 250.0));
/// ```
pub fn beta(mean: f64, variance: f64, least: f64, most: f64) -> Beta {
    let (small, spread) = moments_of_the_smaller(-mean.abs(), variance);
    let small = small.max(EDGE);
    let strength = if spread > 0.0 { small * (1.0 - small) / spread - 1.0 } else { most };
    let strength = strength.clamp(least, most);
    let (rare, frequent) = (small * strength, (1.0 - small) * strength);
    if mean > 0.0 { Beta::new(frequent, rare) } else { Beta::new(rare, frequent) }
}

/// The moments for a mean ≤ 0, where P itself, not 1 − P, is the smaller one and keeps its digits.
fn moments_of_the_smaller(mean: f64, variance: f64) -> (f64, f64) {
    let centre = expit(mean);
    if variance.is_nan() || variance <= 0.0 || !mean.is_finite() {
        return (centre, 0.0);
    }
    let deviation = variance.sqrt().min(WIDEST);
    let step = WIDEST_STEP.min(WIDEST_LOGIT_STEP / deviation);
    // Small, P grows like eˣ and P² like e²ˣ: P²φ is largest at 2s, not at 0, or where P levels off (X = 0).
    let peak = (2.0 * deviation).min(-mean / deviation);
    let nodes = ((REACH + peak) / step) as u32;
    // Neither the density nor the odds need an exponential each: e^(−(k+1)²h²/2) = e^(−k²h²/2)·e^(−(2k+1)h²/2), and the
    // odds eˣ grow by one factor a step.
    let base = libm::exp(-0.5 * step * step);
    let (mut weight, mut ratio) = (1.0, base);
    let growth = libm::exp(step * deviation);
    let (mut odds_above, mut odds_below) = (libm::exp(mean), libm::exp(mean));
    // Differences to the centre, so that a small variance is no difference of large squares.
    let (mut total, mut sum, mut squares) = (1.0, 0.0, 0.0);
    for _ in 0..nodes {
        weight *= ratio;
        ratio *= base * base;
        odds_above *= growth;
        odds_below /= growth;
        let above = odds_above / (1.0 + odds_above) - centre;
        let below = odds_below / (1.0 + odds_below) - centre;
        total += 2.0 * weight;
        sum += weight * (above + below);
        squares += weight * (above * above + below * below);
    }
    let shift = sum / total;
    (centre + shift, (squares / total - shift * shift).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::normal;
    use proptest::prelude::*;

    /// Means of P and of (P − mean)² by a trapezoid rule that is far finer and wider; `mean` ≤ 0.
    fn integrate(mean: f64, deviation: f64) -> (f64, f64) {
        const STEP: f64 = 0.01;
        let nodes = || (-1_400..=1_400).map(|node| f64::from(node) * STEP);
        let integral = |of: &dyn Fn(f64) -> f64| {
            let density = |z: f64| libm::exp(-0.5 * z * z) / (2.0 * std::f64::consts::PI).sqrt();
            nodes().map(|z| density(z) * of(expit(mean + deviation * z))).sum::<f64>() * STEP
        };
        let expected = integral(&|p| p);
        (expected, integral(&|p| (p - expected) * (p - expected)))
    }

    #[test]
    fn agrees_with_fine_integration_absolutely_and_in_the_tails_relatively() {
        for deviation in [0.001, 0.02, 0.1, 0.3, 0.6, 1.0, 1.5, 2.0, 2.2, 2.5, 3.0, 4.0, 5.0, 6.0, 20.0] {
            for step in 0..=12 {
                let mean = -f64::from(step);
                let (expected, spread) = integrate(mean, deviation);
                let (found, variance) = moments(mean, deviation * deviation);
                assert!((found - expected).abs() < 1e-7 && (variance - spread).abs() < 1e-7, "{mean} {deviation}");
                assert!((found / expected - 1.0).abs() < 1e-6, "{mean} {deviation}: {found}, {expected}");
                assert!((variance / spread - 1.0).abs() < 1e-6, "{mean} {deviation}: {variance}, {spread}");
                let (mirrored, same) = moments(-mean, deviation * deviation);
                assert!((mirrored - (1.0 - found)).abs() < 1e-15 && same == variance);
            }
        }
    }

    #[test]
    fn the_limits_are_a_point_and_a_coin() {
        assert_eq!(moments(2.0, 0.0), (1.0 - expit(-2.0), 0.0));
        assert_eq!(moments(-2.0, -1.0), (expit(-2.0), 0.0));
        assert_eq!(moments(-2.0, f64::NAN), (expit(-2.0), 0.0));
        assert_eq!(moments(f64::INFINITY, 4.0), (1.0, 0.0));
        // A coin that falls on 1 with Φ(m/s); what is in between has a share of about 1/s.
        let (mean, variance) = moments(30.0, f64::INFINITY);
        assert!((mean - normal::cdf(0.3)).abs() < 1e-3, "{mean}");
        assert!((variance - mean * (1.0 - mean)).abs() < 1e-2, "{variance}");
        // A small spread is that of the tangent: s²·(p(1 − p))².
        let (_, tiny) = moments(1.0, 1e-12);
        assert!((tiny / (1e-12 * (expit(1.0) * expit(-1.0)).powi(2)) - 1.0).abs() < 1e-6, "{tiny}");
    }

    #[test]
    fn log_odds_are_safe_at_the_ends_and_exact_in_the_middle() {
        assert_eq!((logit(0.0), logit(1.0)), (f64::NEG_INFINITY, f64::INFINITY));
        assert_eq!((expit(f64::NEG_INFINITY), expit(f64::INFINITY), expit(0.0)), (0.0, 1.0, 0.5));
        assert!(logit(-0.1).is_nan() && logit(1.1).is_nan());
        assert!((logit(0.9) - libm::log(9.0)).abs() < 1e-15);
        assert!((expit(-700.0) / libm::exp(-700.0) - 1.0).abs() < 1e-12);
        // logit(½ + d) = 4d + O(d³).
        let near = 0.5 + 1e-9;
        assert!((logit(near) / (4.0 * (near - 0.5)) - 1.0).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn log_odds_round_trip(x in -30.0..30.0_f64, p in 0.0..1.0_f64) {
            // Near 1 a probability holds few digits of its log-odds.
            prop_assert!((logit(expit(x)) - x).abs() < 1e-15 * (4.0 + x.abs() + libm::exp(x.max(0.0))));
            prop_assert!((expit(logit(p)) - p).abs() < 1e-15);
            prop_assert!((expit(x) + expit(-x) - 1.0).abs() < 1e-15);
        }

        #[test]
        fn the_beta_has_both_moments_or_the_mean_and_a_bound_of_the_strength(
            mean in -12.0..12.0_f64, variance in 0.0..36.0_f64,
        ) {
            let (expected, spread) = moments(mean, variance);
            let matched = beta(mean, variance, 1e-3, 1e9);
            prop_assert!((matched.mean() - expected).abs() < 1e-12);
            prop_assert!((matched.variance() - spread).abs() < 1e-12);
            let clamped = beta(mean, variance, 2.0, 500.0);
            let strength = matched.alpha + matched.beta;
            prop_assert!((clamped.mean() - expected).abs() < 1e-12);
            prop_assert!((clamped.alpha + clamped.beta - strength.clamp(2.0, 500.0)).abs() < 1e-6);
        }

        #[test]
        fn anything_gives_a_proper_beta(mean in -1e4..1e4_f64, variance in prop_oneof![0.0..1e6_f64, 0.0..1e-12_f64]) {
            let (expected, spread) = moments(mean, variance);
            prop_assert!((0.0..=1.0).contains(&expected) && (0.0..=0.25).contains(&spread));
            let found = beta(mean, variance, 2.0, 500.0);
            prop_assert!(found.alpha > 0.0 && found.beta > 0.0);
            prop_assert!((2.0 - 1e-9..=500.0 + 1e-6).contains(&(found.alpha + found.beta)));
        }
    }
}
