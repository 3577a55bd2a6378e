//! Student's t distribution, for means whose spread is itself only estimated.

use super::Beta;
use super::normal;

/// From so many degrees of freedom on it is the normal distribution, to within 1e-7 of a quantile.
const NORMAL_FROM: f64 = 1e8;

/// The t with P(|T| ≤ t) = `level`, for a T with `degrees` of freedom (a fraction, too; at least 1 counts).
///
/// T²/(degrees + T²) is Beta(½, degrees/2) (Abramowitz and Stegun 1964, 26.7.1). 0 at level ≤ 0, ∞ at level ≥ 1.
///
/// ```
/// use merit::stats::student::two_sided;
/// assert!((two_sided(0.95, 10.0) - 2.228138851964939).abs() < 1e-9);
/// assert!((two_sided(0.95, f64::INFINITY) - 1.959963984540054).abs() < 1e-9);
/// ```
pub fn two_sided(level: f64, degrees: f64) -> f64 {
    if level <= 0.0 {
        return 0.0;
    }
    if level >= 1.0 {
        return f64::INFINITY;
    }
    if degrees >= NORMAL_FROM {
        return normal::quantile(0.5 + 0.5 * level);
    }
    // Also where the degrees are not a number: the most careful answer.
    let degrees = degrees.max(1.0);
    let share = Beta::new(0.5, 0.5 * degrees).quantile(level);
    (degrees * share / (1.0 - share)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::two_sided;
    use statrs::distribution::{ContinuousCDF, StudentsT};

    #[test]
    fn agrees_with_statrs() {
        for degrees in [1.0, 2.0, 3.7, 10.0, 55.5, 1e3, 1e5] {
            let reference = StudentsT::new(0.0, 1.0, degrees).expect("a distribution");
            for level in [0.1, 0.5, 0.9, 0.95, 0.999] {
                let t = two_sided(level, degrees);
                assert!((2.0 * reference.cdf(t) - 1.0 - level).abs() < 1e-9, "{degrees} {level}: {t}");
            }
        }
    }

    #[test]
    fn the_ends_are_safe() {
        assert_eq!((two_sided(0.0, 5.0), two_sided(1.0, 5.0)), (0.0, f64::INFINITY));
        assert_eq!(two_sided(0.95, f64::NAN), two_sided(0.95, 1.0));
        assert!((two_sided(0.95, 9e7) - two_sided(0.95, 1e8)).abs() < 1e-6);
    }
}
