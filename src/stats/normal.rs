//! The standard normal distribution, portable to the last bit.

/// Φ(z), the probability of a standard normal draw at or below `z`.
pub fn cdf(z: f64) -> f64 {
    0.5 * libm::erfc(-z / std::f64::consts::SQRT_2)
}

/// Φ⁻¹(p), by bisection of [`cdf`] down to neighbouring floats. −∞ at p ≤ 0, +∞ at p ≥ 1.
///
/// ```
/// use merit::stats::normal::quantile;
/// assert!((quantile(0.975) - 1.959963984540054).abs() < 1e-12);
/// ```
pub fn quantile(p: f64) -> f64 {
    if p <= 0.0 {
        return f64::NEG_INFINITY;
    }
    if p >= 1.0 {
        return f64::INFINITY;
    }
    if p > 0.5 {
        return -quantile(1.0 - p);
    }
    // Below −39 the distribution function underflows to 0, so every p > 0 lies in between.
    let (mut low, mut high) = (-39.0, 0.0);
    loop {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            return middle;
        }
        if cdf(middle) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{cdf, quantile};
    use statrs::distribution::{ContinuousCDF, Normal};

    #[test]
    fn agrees_with_statrs() {
        let reference = Normal::standard();
        for step in -60..=60 {
            let z = f64::from(step) * 0.1;
            assert!((cdf(z) - reference.cdf(z)).abs() < 1e-10, "{z}");
        }
        for p in [1e-12, 1e-6, 0.01, 0.05, 0.5, 0.9, 0.999] {
            assert!((cdf(quantile(p)) / p - 1.0).abs() < 1e-12, "{p}");
        }
    }

    #[test]
    fn the_ends_are_infinite() {
        assert_eq!(quantile(0.0), f64::NEG_INFINITY);
        assert_eq!(quantile(1.0), f64::INFINITY);
    }
}
