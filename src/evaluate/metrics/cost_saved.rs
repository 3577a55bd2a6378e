//! The cost saved at the best single model's quality.

use crate::stats::hull::Point;

/// CostSave = 1 − c(router) / c(best single), c(router) the least cost among the router's points that are at least as
/// good as the best single model.
///
/// LLMRouterBench (Li et al., 2026). Points only, no mixtures of them: each is a table that could be used. Negative
/// where the router reaches that quality at a higher cost only. None where it does not reach it, or the single
/// model's cost is not above 0.
///
/// ```
/// use merit::evaluate::metrics::cost_saved;
/// use merit::stats::hull::Point;
/// let router = [(1.0, 0.6), (2.0, 0.8), (3.0, 0.9)].map(|(cost, value)| Point { cost, value });
/// assert_eq!(cost_saved(&router, Point { cost: 8.0, value: 0.8 }), Some(0.75));
/// ```
pub fn cost_saved(points: &[Point], best_single: Point) -> Option<f64> {
    let reached = points.iter().filter(|point| point.value >= best_single.value && point.cost.is_finite());
    let cheapest = reached.map(|point| point.cost).min_by(f64::total_cmp)?;
    (best_single.cost > 0.0).then(|| 1.0 - cheapest / best_single.cost)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cheapest_point_that_is_good_enough() {
        let points = [(4.0, 0.9), (2.0, 0.8), (1.0, 0.5)].map(|(cost, value)| Point { cost, value });
        let single = |cost, value| Point { cost, value };
        assert_eq!(cost_saved(&points, single(4.0, 0.8)), Some(0.5), "as good counts");
        assert_eq!(cost_saved(&points, single(2.0, 0.85)), Some(-1.0), "only at twice the cost");
        assert_eq!(cost_saved(&points, single(4.0, 0.95)), None, "not reached");
        assert_eq!(cost_saved(&points, single(0.0, 0.8)), None, "a free model leaves nothing to save");
        assert_eq!(cost_saved(&[], single(1.0, 0.8)), None);
    }
}
