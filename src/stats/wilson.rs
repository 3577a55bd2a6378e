//! Wilson's score interval of a proportion.

use super::normal;

/// The interval of a proportion from `successes` in `trials` (both may be decayed sums) at two-sided `level`, within
/// [0, 1].
///
/// (p̂ + z²/2n ± z·√(p̂(1−p̂)/n + z²/4n²)) / (1 + z²/n), z = Φ⁻¹((1+level)/2) (Wilson, *JASA* 22, 1927, 209-212).
/// Unlike the Wald interval it keeps a width at 0 and at n successes. Without trials nothing is known: (0, 1).
///
/// ```
/// let (low, high) = merit::stats::wilson::interval(10.0, 10.0, 0.95);
/// assert!((low - 0.7225).abs() < 1e-4 && high == 1.0);
/// ```
pub fn interval(successes: f64, trials: f64, level: f64) -> (f64, f64) {
    if trials <= 0.0 {
        return (0.0, 1.0);
    }
    let z = normal::quantile(0.5 + 0.5 * level);
    let proportion = (successes / trials).clamp(0.0, 1.0);
    let z_square = z * z;
    let centre = proportion + z_square / (2.0 * trials);
    let half_width = z * (proportion * (1.0 - proportion) / trials + z_square / (4.0 * trials * trials)).sqrt();
    let scale = 1.0 + z_square / trials;
    // At 0 and at n the bound is exact; rounding would leave 1e-17 or 0.9999….
    let low = if successes <= 0.0 { 0.0 } else { (centre - half_width) / scale };
    let high = if successes >= trials { 1.0 } else { (centre + half_width) / scale };
    (low.max(0.0), high.min(1.0))
}

#[cfg(test)]
mod tests {
    use super::interval;

    #[test]
    fn the_published_example_holds() {
        // Newcombe, Statistics in Medicine 17 (1998), table I, method 3: 81/263, 15/148, 0/20, 1/29.
        for (successes, trials, low, high) in [
            (81.0, 263.0, 0.2553, 0.3662),
            (15.0, 148.0, 0.0624, 0.1605),
            (0.0, 20.0, 0.0, 0.1611),
            (1.0, 29.0, 0.0061, 0.1718),
        ] {
            let (found_low, found_high) = interval(successes, trials, 0.95);
            assert!((found_low - low).abs() < 5e-5 && (found_high - high).abs() < 5e-5, "{found_low} {found_high}");
        }
    }

    #[test]
    fn the_edges_keep_a_width_and_no_trials_know_nothing() {
        let (low, high) = interval(0.0, 5.0, 0.9);
        assert!(low == 0.0 && high > 0.3);
        assert_eq!(interval(0.0, 0.0, 0.9), (0.0, 1.0));
    }
}
