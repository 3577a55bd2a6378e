//! AIQ as RouterBench's code computes it, which is not as its paper defines it.

use super::hull_curve::HullCurve;
use crate::stats::hull::Point;

/// ∫ R̃(c) dc from the router's own cheapest cost to `largest_cost`, divided by `largest_cost`.
///
/// What `calc_AIQ` in RouterBench's code (`evaluation/AIQ.py`, Hu et al., 2024) returns: the area begins at each
/// router's own least cost and not at the common c_min, and is divided by the largest cost of *all* routers compared,
/// counted from 0. So it falls for a router whose cheapest point is dearer, and its figures depend on who else is
/// compared. Use [`aiq`](super::aiq) to compare; use this one to set a figure beside theirs.
///
/// `largest_cost` is the largest cost on the hull of any router of the group. None without a finite point, or where
/// it is not above 0 or below this router's own.
///
/// ```
/// use merit::evaluate::metrics::aiq_as_coded;
/// use merit::stats::hull::Point;
/// let points = [(1.0, 0.5), (3.0, 0.9)].map(|(cost, value)| Point { cost, value });
/// assert_eq!(aiq_as_coded(&points, 4.0), Some((1.4 + 0.9) / 4.0));
/// ```
pub fn aiq_as_coded(points: &[Point], largest_cost: f64) -> Option<f64> {
    let curve = HullCurve::new(points)?;
    let dearest = curve.last().cost;
    (largest_cost > 0.0 && largest_cost.is_finite() && largest_cost >= dearest)
        .then(|| curve.area(curve.first().cost, largest_cost) / largest_cost)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::metrics::aiq;

    #[test]
    fn the_figures_of_their_code_for_two_routers() {
        // What calc_AIQ gives for both routers together, max_x = 4.
        let points =
            |pairs: &[(f64, f64)]| -> Vec<Point> { pairs.iter().map(|&(cost, value)| Point { cost, value }).collect() };
        let one = points(&[(1.0, 0.2), (2.0, 0.3), (3.0, 0.8), (4.0, 0.9)]);
        let other = points(&[(0.5, 0.4), (1.0, 0.45), (1.5, 0.7)]);
        let close = |found: Option<f64>, expected: f64| {
            assert!((found.expect("defined") - expected).abs() < 1e-12, "{found:?}");
        };
        close(aiq_as_coded(&one, 4.0), 0.4625);
        close(aiq_as_coded(&other, 4.0), 0.575);
        // The paper's own, over the range of the first: (0.2 + 0.8)/2·2 + 0.85, by 3.
        close(aiq(&one, (1.0, 4.0)), 1.85 / 3.0);
    }

    #[test]
    fn not_defined_without_points_or_for_a_group_that_leaves_the_router_out() {
        let points = [Point { cost: 2.0, value: 0.5 }];
        assert_eq!(aiq_as_coded(&points, 1.0), None);
        assert_eq!(aiq_as_coded(&points, 2.0), Some(0.0), "a point has no area");
        assert_eq!(aiq_as_coded(&[], 1.0), None);
    }
}
