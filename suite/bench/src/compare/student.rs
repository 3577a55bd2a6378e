//! Student's t: the number that 95 % of its distribution lie within.

use std::f64::consts::PI;

/// A(t | n) = P(−t < T < t) for n degrees of freedom: the finite sums of Abramowitz and Stegun (1964), 26.7.3 and 26.7.4.
fn within(t: f64, n: u32) -> f64 {
    let angle = (t / f64::from(n).sqrt()).atan();
    let (sine, cosine) = (angle.sin(), angle.cos());
    let square = cosine * cosine;
    if n.is_multiple_of(2) {
        // sin θ · (1 + 1/2 cos² θ + 1·3/(2·4) cos⁴ θ + … up to cosⁿ⁻² θ)
        let (mut term, mut sum) = (1.0, 1.0);
        for k in (2..n).step_by(2) {
            term *= square * f64::from(k - 1) / f64::from(k);
            sum += term;
        }
        sine * sum
    } else {
        // 2/π · (θ + sin θ · (cos θ + 2/3 cos³ θ + 2·4/(3·5) cos⁵ θ + … up to cosⁿ⁻² θ))
        let (mut term, mut sum) = (cosine, 0.0);
        for k in (1..n).step_by(2) {
            sum += term;
            term *= square * f64::from(k + 1) / f64::from(k + 2);
        }
        2.0 / PI * (angle + sine * sum)
    }
}

/// The t with A(t | n) = 0.95, by bisection; n ≥ 1.
pub(super) fn t_95(n: u32) -> f64 {
    let (mut low, mut high) = (1.9, 13.0);
    // Each step halves the interval; 60 of them are beyond a double's precision.
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if within(middle, n.max(1)) < 0.95 { low = middle } else { high = middle }
    }
    (low + high) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_table() {
        for (n, t) in [
            (1, 12.706),
            (2, 4.303),
            (3, 3.182),
            (4, 2.776),
            (5, 2.571),
            (9, 2.262),
            (10, 2.228),
            (29, 2.045),
            (30, 2.042),
            (120, 1.980),
        ] {
            assert!((t_95(n) - t).abs() < 6e-4, "{n}: {}", t_95(n));
        }
    }
}
