//! The arena score: accuracy and cost in one figure.

/// β: accuracy counts ten times as much as cost.
const BETA: f64 = 0.1;
/// Dollars per 1,000 queries: the dearest and the cheapest model of the arena.
const COSTS: (f64, f64) = (200.0, 0.0044);

/// S = (1 + β)·A·C / (β·A + C), C = (log₂ 200 − log₂ c) / (log₂ 200 − log₂ 0.0044), β = 0.1.
///
/// RouterArena (Lu et al., 2025): the weighted harmonic mean of the accuracy A in [0, 1] and of the cost c on a
/// logarithmic scale, in dollars per 1,000 queries. Not clamped, as in their code: c below 0.0044 gives C > 1, c above
/// 200 gives C < 0. None where the cost is not above 0 or the mean is not defined (A = C = 0).
///
/// ```
/// use merit::evaluate::metrics::arena_score;
/// assert_eq!(arena_score(1.0, 0.0044), Some(1.0));
/// assert_eq!(arena_score(0.7, 200.0), Some(0.0));
/// ```
pub fn arena_score(accuracy: f64, usd_per_1000: f64) -> Option<f64> {
    let (dearest, cheapest) = COSTS;
    if !(usd_per_1000 > 0.0 && usd_per_1000.is_finite()) {
        return None;
    }
    let cheapness = (libm::log2(dearest) - libm::log2(usd_per_1000)) / (libm::log2(dearest) - libm::log2(cheapest));
    let score = (1.0 + BETA) * accuracy * cheapness / (BETA * accuracy + cheapness);
    score.is_finite().then_some(score)
}

#[cfg(test)]
mod tests {
    use super::arena_score;

    #[test]
    fn the_figure_worked_out_by_hand() {
        // c = √(200·0.0044): C = ½, S = 1.1·0.8·0.5/(0.08 + 0.5).
        let found = arena_score(0.8, (200.0_f64 * 0.0044).sqrt()).expect("defined");
        assert!((found - 0.44 / 0.58).abs() < 1e-12, "{found}");
    }

    #[test]
    fn free_answers_and_worthless_ones() {
        assert_eq!(arena_score(0.8, 0.0), None);
        assert_eq!(arena_score(0.8, f64::INFINITY), None);
        assert_eq!(arena_score(0.0, 1.0), Some(0.0));
        assert_eq!(arena_score(0.0, 200.0), None);
        assert!(arena_score(0.9, 0.001).expect("defined") > arena_score(0.9, 0.0044).expect("defined"));
    }
}
