//! A Beta distribution, its moments and its intervals.

use serde::{Deserialize, Serialize};

use super::incomplete::{LogitDensity, regularised_incomplete_beta};
use super::quantile;

/// Moment matching never claims more than this many calls of evidence …
pub const MAX_STRENGTH: f64 = 1e8;
/// … nor less than this, so that the result is always proper.
pub const MIN_STRENGTH: f64 = 1e-2;

/// Beta(α, β) with α, β > 0, on [0, 1].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Beta {
    /// Pseudo-count of success, > 0.
    pub alpha: f64,
    /// Pseudo-count of failure, > 0.
    pub beta: f64,
}

impl Beta {
    /// Beta(α, β); both must be positive and finite.
    pub fn new(alpha: f64, beta: f64) -> Self {
        debug_assert!(alpha > 0.0 && beta > 0.0 && alpha.is_finite() && beta.is_finite(), "Beta({alpha}, {beta})");
        Self { alpha, beta }
    }

    /// The Beta with this mean and variance: α + β = mean(1−mean)/variance − 1.
    ///
    /// Always proper: the mean is kept inside (0, 1) and the strength α + β within [[`MIN_STRENGTH`],
    /// [`MAX_STRENGTH`]], so a variance of 0, or one larger than any distribution of that mean has, is safe.
    ///
    /// ```
    /// use merit::stats::Beta;
    /// let matched = Beta::from_moments(0.25, 0.0375);
    /// assert!((matched.alpha - 1.0).abs() < 1e-12 && (matched.beta - 3.0).abs() < 1e-12);
    /// ```
    pub fn from_moments(mean: f64, variance: f64) -> Self {
        let mean = mean.clamp(1e-9, 1.0 - 1e-9);
        let bernoulli = mean * (1.0 - mean);
        let strength = if variance > 0.0 { bernoulli / variance - 1.0 } else { MAX_STRENGTH };
        let strength = strength.clamp(MIN_STRENGTH, MAX_STRENGTH);
        Self::new(mean * strength, (1.0 - mean) * strength)
    }

    /// The distribution after `successes` and `failures` more (evidence may be fractional).
    pub fn updated(self, successes: f64, failures: f64) -> Self {
        Self::new(self.alpha + successes.max(0.0), self.beta + failures.max(0.0))
    }

    /// α / (α + β).
    pub fn mean(self) -> f64 {
        self.alpha / (self.alpha + self.beta)
    }

    /// αβ / ((α + β)² (α + β + 1)).
    pub fn variance(self) -> f64 {
        let strength = self.alpha + self.beta;
        (self.alpha / strength) * (self.beta / strength) / (strength + 1.0)
    }

    /// P(X ≤ x).
    pub fn cdf(self, x: f64) -> f64 {
        regularised_incomplete_beta(self.alpha, self.beta, x)
    }

    /// The density at `x`, which must lie in (0, 1).
    pub fn density(self, x: f64) -> f64 {
        libm::exp(LogitDensity::new(self.alpha, self.beta).ln_at(x, 1.0 - x)) / (x * (1.0 - x))
    }

    /// The x with P(X ≤ x) = p; 0 at p ≤ 0 and 1 at p ≥ 1.
    pub fn quantile(self, p: f64) -> f64 {
        quantile::quantile(&LogitDensity::new(self.alpha, self.beta), p)
    }

    /// The equal-tailed interval that holds X with probability `level`.
    pub fn interval(self, level: f64) -> (f64, f64) {
        let tail = 0.5 * (1.0 - level);
        let density = LogitDensity::new(self.alpha, self.beta);
        (quantile::quantile(&density, tail), quantile::quantile(&density, 1.0 - tail))
    }

    /// The distribution of X·Y of independent X and Y, moment-matched.
    ///
    /// Var(XY) = (EY)²·Var X + (EX)²·Var Y + Var X·Var Y (Goodman, *JASA* 55, 1960, 708-713).
    pub fn product(self, other: Beta) -> Beta {
        let (x, y) = (self.mean(), other.mean());
        let (x_variance, y_variance) = (self.variance(), other.variance());
        Beta::from_moments(x * y, y * y * x_variance + x * x * y_variance + x_variance * y_variance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_round_trip() {
        for (alpha, beta) in [(0.5, 0.5), (1.0, 3.0), (50_000.0, 300.0), (2.5, 1e4)] {
            let beta_distribution = Beta::new(alpha, beta);
            let matched = Beta::from_moments(beta_distribution.mean(), beta_distribution.variance());
            assert!((matched.alpha / alpha - 1.0).abs() < 1e-9 && (matched.beta / beta - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn degenerate_moments_stay_proper() {
        for (mean, variance) in [(0.0, 0.0), (1.0, 0.0), (0.5, 0.0), (0.5, 7.0), (1.0, 1.0), (0.3, f64::MIN_POSITIVE)] {
            let matched = Beta::from_moments(mean, variance);
            assert!(matched.alpha > 0.0 && matched.beta > 0.0, "{matched:?}");
            assert!(matched.alpha.is_finite() && matched.beta.is_finite(), "{matched:?}");
            assert!((matched.mean() - mean).abs() < 2e-9);
        }
    }

    #[test]
    fn the_density_integrates_to_the_distribution_function() {
        let distribution = Beta::new(6.0, 2.5);
        let steps = 20_000;
        let width = 0.4 / f64::from(steps);
        let integral: f64 =
            (0..steps).map(|step| distribution.density(0.5 + (f64::from(step) + 0.5) * width) * width).sum();
        assert!((integral - (distribution.cdf(0.9) - distribution.cdf(0.5))).abs() < 1e-8);
    }

    #[test]
    fn a_product_has_the_moments_of_the_product() {
        // Beta(2,1)·Beta(1,1): E = 1/3; E[(XY)²] = ½·⅓ = 1/6, Var = 1/6 − 1/9 = 1/18.
        let product = Beta::new(2.0, 1.0).product(Beta::new(1.0, 1.0));
        assert!((product.mean() - 1.0 / 3.0).abs() < 1e-12);
        assert!((product.variance() - 1.0 / 18.0).abs() < 1e-12);
    }
}
