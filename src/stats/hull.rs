//! The Pareto frontier and the non-decreasing concave hull of (cost, value) points.
//!
//! A point is on the frontier when no other is at least as cheap and at least as good (and better in one); it is a vertex
//! of the hull when no mixture of others is either. Along a hull edge one mixes its two ends; its slope is value per
//! dollar. Hulls of this kind rank routers in RouterBench (Hu et al., 2024).

/// A choice's expected cost and value. Points that are not finite are never on a frontier.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Expected cost, in dollars.
    pub cost: f64,
    /// Expected value, in [0, 1].
    pub value: f64,
}

/// Indices of the points that no other dominates, by rising cost (and so by rising value). Of equal points the first
/// counts: give the points sorted by id and ties go to the smaller id.
///
/// ```
/// use merit::stats::hull::{pareto, Point};
/// let points = [(1.0, 0.5), (2.0, 0.4), (3.0, 0.9)].map(|(cost, value)| Point { cost, value });
/// assert_eq!(pareto(&points), [0, 2]);
/// ```
pub fn pareto(points: &[Point]) -> Vec<usize> {
    let mut order: Vec<usize> =
        (0..points.len()).filter(|&index| points[index].cost.is_finite() && points[index].value.is_finite()).collect();
    order.sort_by(|&left, &right| {
        let by_cost = points[left].cost.total_cmp(&points[right].cost);
        by_cost.then(points[right].value.total_cmp(&points[left].value)).then(left.cmp(&right))
    });
    let mut frontier: Vec<usize> = Vec::new();
    for index in order {
        if frontier.last().is_none_or(|&last| points[index].value > points[last].value) {
            frontier.push(index);
        }
    }
    frontier
}

/// Indices of the vertices of the non-decreasing concave hull, by rising cost: a subset of [`pareto`] with falling slopes
/// (upper half of Andrew's monotone chain, 1979).
///
/// ```
/// use merit::stats::hull::{concave_hull, Point};
/// let points = [(0.0, 0.0), (1.0, 0.4), (2.0, 1.0)].map(|(cost, value)| Point { cost, value });
/// assert_eq!(concave_hull(&points), [0, 2]); // half of each end beats the middle one
/// ```
pub fn concave_hull(points: &[Point]) -> Vec<usize> {
    let mut hull: Vec<usize> = Vec::new();
    for index in pareto(points) {
        while let [.., first, second] = hull[..] {
            if slope(points[first], points[second]) > slope(points[second], points[index]) {
                break;
            }
            hull.pop();
        }
        hull.push(index);
    }
    hull
}

/// Value per dollar from one point to another.
pub(super) fn slope(from: Point, to: Point) -> f64 {
    (to.value - from.value) / (to.cost - from.cost)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn points(pairs: &[(f64, f64)]) -> Vec<Point> {
        pairs.iter().map(|&(cost, value)| Point { cost, value }).collect()
    }

    /// The best value that a mixture costing at most `cost` reaches along the hull.
    fn reach(points: &[Point], hull: &[usize], cost: f64) -> f64 {
        let mut best = f64::NEG_INFINITY;
        for (position, &index) in hull.iter().enumerate() {
            let from = points[index];
            if from.cost > cost + 1e-12 {
                break;
            }
            best = from.value;
            if let Some(&next) = hull.get(position + 1) {
                let to = points[next];
                best += (cost - from.cost).min(to.cost - from.cost) * slope(from, to);
            }
        }
        best
    }

    proptest! {
        #[test]
        fn no_point_and_no_mixture_lies_above_the_hull(
            pairs in prop::collection::vec((0.0..1.0_f64, 0.0..1.0_f64), 1..40), share in 0.0..1.0_f64,
        ) {
            let points = points(&pairs);
            let hull = concave_hull(&points);
            for left in &points {
                for right in &points {
                    let cost = share * left.cost + (1.0 - share) * right.cost;
                    let value = share * left.value + (1.0 - share) * right.value;
                    prop_assert!(reach(&points, &hull, cost) >= value - 1e-9);
                }
            }
            let slopes: Vec<f64> = hull.windows(2).map(|edge| slope(points[edge[0]], points[edge[1]])).collect();
            prop_assert!(slopes.windows(2).all(|pair| pair[0] > pair[1]) && slopes.iter().all(|slope| *slope > 0.0));
        }

        #[test]
        fn exactly_the_dominated_points_are_off_the_frontier(
            pairs in prop::collection::vec((0_u8..6, 0_u8..6), 1..30),
        ) {
            let pairs: Vec<(f64, f64)> = pairs.iter().map(|&(cost, value)| (f64::from(cost), f64::from(value))).collect();
            let points = points(&pairs);
            let frontier = pareto(&points);
            for (index, point) in points.iter().enumerate() {
                let beaten = points.iter().enumerate().any(|(other_index, other)| {
                    other.cost <= point.cost && other.value >= point.value && (other != point || other_index < index)
                });
                prop_assert_eq!(frontier.contains(&index), !beaten);
            }
        }
    }

    #[test]
    fn equal_points_give_the_first_and_unknown_costs_none() {
        let points = points(&[(1.0, 0.5), (1.0, 0.5), (f64::NAN, 0.9), (f64::INFINITY, 1.0)]);
        assert_eq!(pareto(&points), [0]);
        assert_eq!(concave_hull(&points), [0]);
        assert!(concave_hull(&[]).is_empty());
    }
}
