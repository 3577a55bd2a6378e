//! AIQ: the mean quality of a router over a range of costs.

use super::hull_curve::HullCurve;
use crate::stats::hull::Point;

/// Average improvement in quality, AIQ = 1/(c_max − c_min) · ∫ R̃(c) dc from c_min to c_max.
///
/// R̃ is the non-decreasing concave hull of the router's (cost, quality) points, flat beyond its dearest (Hu et al.,
/// *RouterBench*, 2024, §4). Routers are comparable over the same range only, `(c_min, c_max)`; over a range of one
/// cost it is R̃ there. Costs in dollars, quality in [0, 1].
///
/// None without a finite point, where the range is none, or where it begins below the router's cheapest point: there
/// the router has no quality.
///
/// ```
/// use merit::evaluate::metrics::aiq;
/// use merit::stats::hull::Point;
/// let points = [(1.0, 0.5), (3.0, 0.9)].map(|(cost, value)| Point { cost, value });
/// assert_eq!(aiq(&points, (1.0, 3.0)), Some(0.7));
/// ```
pub fn aiq(points: &[Point], range: (f64, f64)) -> Option<f64> {
    let curve = HullCurve::new(points)?;
    let (from, to) = range;
    (from >= curve.first().cost && from <= to && to.is_finite()).then(|| curve.mean(from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(pairs: &[(f64, f64)]) -> Vec<Point> {
        pairs.iter().map(|&(cost, value)| Point { cost, value }).collect()
    }

    #[test]
    fn the_area_under_the_hull_worked_out_by_hand() {
        // The hull is (1, 0.2), (3, 0.8): 2·0.5 from 1 to 3, then 0.8 up to 5: (1.0 + 1.6)/4.
        let router = points(&[(3.0, 0.8), (1.0, 0.2), (2.0, 0.3), (4.0, 0.6)]);
        let found = aiq(&router, (1.0, 5.0)).expect("defined");
        assert!((found - 0.65).abs() < 1e-12, "{found}");
    }

    #[test]
    fn a_model_alone_has_its_quality_and_no_range_has_none() {
        let alone = points(&[(2.0, 0.6)]);
        assert_eq!(aiq(&alone, (2.0, 2.0)), Some(0.6));
        assert_eq!(aiq(&alone, (2.0, 10.0)), Some(0.6));
        assert_eq!(aiq(&alone, (1.0, 10.0)), None, "below its cheapest point");
        assert_eq!(aiq(&alone, (10.0, 2.0)), None);
        assert_eq!(aiq(&alone, (2.0, f64::NAN)), None);
        assert_eq!(aiq(&[], (0.0, 1.0)), None);
    }
}
