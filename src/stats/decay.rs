//! Exponential decay: how much a call of an earlier day still counts.

/// The weight of a call `age_days` old, w(d) = 2^(−age/h), in (0, 1].
///
/// Exponential forgetting with half-life h makes the decayed sum W = Σ w·n the steady-state precision of a level that
/// drifts as a random walk (West & Harrison, *Bayesian Forecasting and Dynamic Models*, 1997, §6.3: discount factors).
///
/// `age_days` counts whole UTC days before the as-of instant; an age below 0 counts as 0. `half_life_days` may be
/// infinite (nothing is forgotten); at 0 or below only the newest day counts, the limit of ever shorter half-lives.
///
/// ```
/// use merit::stats::decay::weight;
/// assert_eq!(weight(0.0, 14.0), 1.0);
/// assert_eq!(weight(28.0, 14.0), 0.25);
/// assert_eq!(weight(400.0, f64::INFINITY), 1.0);
/// ```
pub fn weight(age_days: f64, half_life_days: f64) -> f64 {
    if age_days <= 0.0 {
        return 1.0;
    }
    if half_life_days <= 0.0 {
        return 0.0;
    }
    libm::exp2(-age_days / half_life_days)
}

#[cfg(test)]
mod tests {
    use super::weight;

    #[test]
    fn one_half_life_halves_wherever_it_starts() {
        for age in [0.0, 1.0, 13.0, 200.0] {
            let ratio = weight(age + 7.0, 7.0) / weight(age, 7.0);
            assert!((ratio - 0.5).abs() < 1e-12, "{age}: {ratio}");
        }
    }

    #[test]
    fn the_limits_of_the_half_life_forget_nothing_and_everything() {
        assert_eq!(weight(1e6, f64::INFINITY), 1.0);
        assert_eq!(weight(1.0, 0.0), 0.0);
        assert_eq!(weight(0.0, 0.0), 1.0);
    }

    #[test]
    fn a_call_from_the_future_never_counts_more_than_one() {
        assert_eq!(weight(-3.0, 14.0), 1.0);
    }
}
