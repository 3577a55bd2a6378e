//! The log-normal distribution, with and without an upper limit, and the normal's distribution function.

use serde::Deserialize;

/// A log-normal quantity: the logarithm is normal around ln(median) with standard deviation `spread`.
///
/// ```
/// use merit::simulate::LogNormal;
/// let length = LogNormal { median: 100.0, spread: 0.5 };
/// assert!((length.mean() - 113.3148).abs() < 1e-4);
/// assert!((length.limited_mean(f64::INFINITY) - length.mean()).abs() < 1e-9);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogNormal {
    /// Half of all values lie below; in the quantity's own unit, above 0.
    pub median: f64,
    /// The standard deviation of the logarithm, at least 0.
    pub spread: f64,
}

impl LogNormal {
    /// The value this many standard deviations of the logarithm above the median.
    pub fn at(&self, z: f64) -> f64 {
        self.median * libm::exp(self.spread * z)
    }

    /// E\[X\] = median · exp(spread²/2).
    pub fn mean(&self) -> f64 {
        self.median * libm::exp(self.spread * self.spread / 2.0)
    }

    /// E\[min(X, limit)\] = E\[X\]·Φ(z − spread) + limit·(1 − Φ(z)), z = ln(limit/median)/spread.
    pub fn limited_mean(&self, limit: f64) -> f64 {
        if self.spread == 0.0 {
            return self.median.min(limit);
        }
        if limit.is_infinite() {
            return self.mean();
        }
        let z = libm::log(limit / self.median) / self.spread;
        self.mean() * normal_cdf(z - self.spread) + limit * normal_cdf(-z)
    }

    /// The same shape with the median times `factor`.
    pub fn scaled(&self, factor: f64) -> Self {
        Self { median: self.median * factor, spread: self.spread }
    }
}

/// Φ(x), the standard normal's distribution function: erfc(−x/√2)/2.
pub(super) fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limited_mean_is_the_integral_over_the_density() {
        let length = LogNormal { median: 1_000.0, spread: 1.3 };
        let limit = 9_000.0;
        let steps = 200_000;
        let width = 16.0 / f64::from(steps);
        let integral: f64 = (0..steps)
            .map(|step| -8.0 + (f64::from(step) + 0.5) * width)
            .map(|z| length.at(z).min(limit) * (-z * z / 2.0).exp() * width / std::f64::consts::TAU.sqrt())
            .sum();
        assert!((length.limited_mean(limit) - integral).abs() < 1e-4, "{} {integral}", length.limited_mean(limit));
    }

    #[test]
    fn a_constant_is_its_own_mean() {
        let constant = LogNormal { median: 7.0, spread: 0.0 };
        assert_eq!(constant.limited_mean(100.0), 7.0);
        assert_eq!(constant.limited_mean(5.0), 5.0);
    }
}
