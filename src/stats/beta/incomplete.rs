//! The regularised incomplete beta function, by continued fraction.

/// I_x(a, b) = P(X ≤ x) of X ~ Beta(a, b), for a, b > 0. 0 at x ≤ 0, 1 at x ≥ 1.
///
/// Continued fraction 26.5.8 of Abramowitz & Stegun (1964), evaluated by the modified Lentz method (Thompson & Barnett,
/// *J. Comput. Phys.* 64, 1986), on the side of the mean where it converges fast.
///
/// ```
/// use merit::stats::beta::regularised_incomplete_beta;
/// assert!((regularised_incomplete_beta(2.0, 1.0, 0.5) - 0.25).abs() < 1e-14);
/// ```
pub fn regularised_incomplete_beta(a: f64, b: f64, x: f64) -> f64 {
    LogitDensity::new(a, b).lower_tail_and_density(x, 1.0 - x).0
}

/// The density of logit X of X ~ Beta(a, b), with what does not depend on x worked out in advance.
#[derive(Clone, Copy, Debug)]
pub(super) struct LogitDensity {
    pub(super) a: f64,
    pub(super) b: f64,
    mean: f64,
    rest: f64,
    ln_normaliser: f64,
    stirling: f64,
}

impl LogitDensity {
    pub(super) fn new(a: f64, b: f64) -> Self {
        let total = a + b;
        let (mean, rest) = (a / total, b / total);
        Self {
            a,
            b,
            mean,
            rest,
            ln_normaliser: 0.5 * libm::log(a * rest / (2.0 * std::f64::consts::PI)),
            stirling: stirling_error(a) + stirling_error(b) - stirling_error(total),
        }
    }

    /// That of logit(1 − X).
    pub(super) fn mirrored(self) -> Self {
        Self { a: self.b, b: self.a, mean: self.rest, rest: self.mean, ..self }
    }

    /// ln(xᵃ yᵇ / B(a, b)), the log density of logit X at x = 1 − y.
    ///
    /// Written as deviations from the mean μ = a/(a+b), after Loader, *Fast and accurate computation of binomial
    /// probabilities* (2000): a·ln x − ln B as such would lose ten digits at a = 10⁷.
    pub(super) fn ln_at(&self, x: f64, y: f64) -> f64 {
        let Self { a, b, mean, rest, .. } = *self;
        // The smaller of x and y carries the difference without cancellation.
        let difference = if x <= y { x - mean } else { rest - y };
        deviation(a, x, mean, difference) + deviation(b, y, rest, -difference) + self.ln_normaliser - self.stirling
    }

    /// ln B(a, b), not to the last digit: its terms cancel.
    pub(super) fn ln_beta(&self) -> f64 {
        self.a * libm::log(self.mean) + self.b * libm::log(self.rest) - self.ln_normaliser + self.stirling
    }

    /// P(X ≤ x) where both x and y = 1 − x are given, each to full precision, and the density of logit X there.
    pub(super) fn lower_tail_and_density(&self, x: f64, y: f64) -> (f64, f64) {
        let Self { a, b, .. } = *self;
        if x <= 0.0 {
            return (0.0, 0.0);
        }
        if y <= 0.0 {
            return (1.0, 0.0);
        }
        let density = libm::exp(self.ln_at(x, y));
        let tail = if x < (a + 1.0) / (a + b + 2.0) {
            density * continued_fraction(a, b, x) / a
        } else {
            1.0 - density * continued_fraction(b, a, y) / b
        };
        (tail.clamp(0.0, 1.0), density)
    }
}

/// weight · ln(x / mean), through ln(1 + difference/mean) where x is near the mean.
fn deviation(weight: f64, x: f64, mean: f64, difference: f64) -> f64 {
    let relative = difference / mean;
    weight * if relative.abs() < 0.5 { libm::log1p(relative) } else { libm::log(x) - libm::log(mean) }
}

/// ln Γ(z) − ((z − ½) ln z − z + ½ ln 2π), the error of Stirling's formula (Abramowitz & Stegun 6.1.40).
fn stirling_error(z: f64) -> f64 {
    if z < 16.0 {
        let half_ln_two_pi = 0.918_938_533_204_672_8;
        return libm::lgamma(z) - ((z - 0.5) * libm::log(z) - z + half_ln_two_pi);
    }
    let inverse_square = 1.0 / (z * z);
    let series = 1.0 / 1188.0 * inverse_square - 1.0 / 1680.0;
    let series = series * inverse_square + 1.0 / 1260.0;
    let series = series * inverse_square - 1.0 / 360.0;
    (series * inverse_square + 1.0 / 12.0) / z
}

/// The continued fraction of I_x(a, b); it converges in O(√max(a, b)) steps for x below (a+1)/(a+b+2).
fn continued_fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    const MAX_STEPS: u32 = 100_000;
    let away_from_zero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let total = a + b;
    let mut numerator = 1.0;
    let mut denominator = 1.0 / away_from_zero(1.0 - total * x / (a + 1.0));
    let mut fraction = denominator;
    for step in 1..MAX_STEPS {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        denominator = 1.0 / away_from_zero(1.0 + even * denominator);
        numerator = away_from_zero(1.0 + even / numerator);
        fraction *= denominator * numerator;
        let odd = -(a + m) * (total + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        denominator = 1.0 / away_from_zero(1.0 + odd * denominator);
        numerator = away_from_zero(1.0 + odd / numerator);
        let change = denominator * numerator;
        fraction *= change;
        if (change - 1.0).abs() < 1e-15 {
            break;
        }
    }
    fraction
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::function::beta::beta_reg;

    const SHAPES: [f64; 12] = [0.01, 0.1, 0.5, 1.0, 1.5, 2.0, 7.3, 20.0, 300.0, 1234.5, 50_000.0, 1e6];

    #[test]
    fn agrees_with_statrs_over_a_grid_with_extremes() {
        for a in SHAPES {
            // statrs ends its fraction after 140 steps, too early for two large shapes.
            for b in SHAPES.into_iter().filter(|b| a + b < 1.5e6) {
                let mean = a / (a + b);
                let deviation = (mean * (1.0 - mean) / (a + b + 1.0)).sqrt();
                let near = (-12..=12).map(|step| mean + deviation * f64::from(step) * 0.5);
                let far = [1e-12, 1e-6, 0.01, 0.25, 0.5, 0.75, 0.99, 1.0 - 1e-6];
                for x in near.chain(far).filter(|x| *x > 0.0 && *x < 1.0) {
                    let (found, reference) = (regularised_incomplete_beta(a, b, x), beta_reg(a, b, x));
                    // statrs subtracts log-gammas of size s·ln s: its own error grows with the shapes.
                    let tolerance = 1e-10_f64.max(2e-15 * (a + b) * libm::log(a + b + 1.0));
                    assert!((found - reference).abs() < tolerance, "I_{x}({a}, {b}) = {found}, statrs {reference}");
                }
            }
        }
    }

    #[test]
    fn both_tails_add_up_to_one() {
        for a in SHAPES {
            for b in SHAPES {
                for x in [0.125, 0.5, 0.96875] {
                    let sum = regularised_incomplete_beta(a, b, x) + regularised_incomplete_beta(b, a, 1.0 - x);
                    assert!((sum - 1.0).abs() < 1e-11, "{a} {b} {x}: {sum}");
                }
            }
        }
    }

    #[test]
    fn closed_forms_hold_at_large_shapes_where_log_gammas_cancel() {
        // I_x(a, 1) = xᵃ.
        for a in [1e3, 1e5, 1e7] {
            let x = 1.0 - 1.0 / a;
            let exact = libm::exp(a * libm::log1p(-1.0 / a));
            assert!((regularised_incomplete_beta(a, 1.0, x) - exact).abs() < 1e-9, "{a}");
        }
        // Symmetry: the median of Beta(a, a) is one half.
        for a in [0.01, 3.0, 1e4, 1e7] {
            assert!((regularised_incomplete_beta(a, a, 0.5) - 0.5).abs() < 1e-9, "{a}");
        }
    }

    #[test]
    fn two_large_shapes_follow_the_normal_law_with_its_first_correction() {
        // Beta(a, a) half a deviation below its mean: Φ(z) − κ₄/24·(z³ − 3z)·φ(z), excess kurtosis κ₄ = −6/(2a + 3).
        let (a, z) = (1e6, -0.5_f64);
        let x = 0.5 + z * 0.5 / (2.0 * a + 1.0_f64).sqrt();
        let density = libm::exp(-0.5 * z * z) / (2.0 * std::f64::consts::PI).sqrt();
        let corrected = crate::stats::normal::cdf(z) + 6.0 / (2.0 * a + 3.0) / 24.0 * (z * z * z - 3.0 * z) * density;
        assert!((regularised_incomplete_beta(a, a, x) - corrected).abs() < 1e-10);
    }

    #[test]
    fn the_ends_are_exact() {
        assert_eq!(regularised_incomplete_beta(2.0, 3.0, -1.0), 0.0);
        assert_eq!(regularised_incomplete_beta(2.0, 3.0, 2.0), 1.0);
    }
}
