//! A router's best quality at each cost: the non-decreasing concave hull of its points, read as a function.

use crate::stats::hull::{Point, concave_hull};

/// R̃: linear between the hull's vertices, flat beyond the dearest, not defined below the cheapest.
pub(super) struct HullCurve(Vec<Point>);

impl HullCurve {
    /// The curve of these points; none where no point is finite.
    pub(super) fn new(points: &[Point]) -> Option<Self> {
        let vertices: Vec<Point> = concave_hull(points).into_iter().map(|place| points[place]).collect();
        (!vertices.is_empty()).then_some(Self(vertices))
    }

    /// The cheapest vertex.
    pub(super) fn first(&self) -> Point {
        self.0[0]
    }

    /// The dearest vertex.
    pub(super) fn last(&self) -> Point {
        self.0[self.0.len() - 1]
    }

    /// R̃ at a cost not below the cheapest vertex's.
    fn value(&self, cost: f64) -> f64 {
        let next = self.0.partition_point(|vertex| vertex.cost <= cost);
        let from = self.0[next.max(1) - 1];
        match self.0.get(next) {
            Some(to) if next > 0 => from.value + (cost - from.cost) / (to.cost - from.cost) * (to.value - from.value),
            _ => from.value,
        }
    }

    /// ∫ R̃(c) dc between two costs, the first not below the cheapest vertex's.
    pub(super) fn area(&self, from: f64, to: f64) -> f64 {
        let between = self.0.iter().map(|vertex| vertex.cost).filter(|cost| *cost > from && *cost < to);
        let mut area = 0.0;
        let mut left = from;
        for right in between.chain([to]) {
            area += 0.5 * (self.value(left) + self.value(right)) * (right - left);
            left = right;
        }
        area
    }

    /// The mean of R̃ over a range of costs; its value where the range is a point.
    pub(super) fn mean(&self, from: f64, to: f64) -> f64 {
        if to > from { self.area(from, to) / (to - from) } else { self.value(from) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linear_between_vertices_and_flat_beyond_them() {
        let points = [(1.0, 0.2), (2.0, 0.3), (3.0, 0.8), (4.0, 0.7)].map(|(cost, value)| Point { cost, value });
        let curve = HullCurve::new(&points).expect("finite points");
        // (2, 0.3) is under the line from (1, 0.2) to (3, 0.8), (4, 0.7) is dearer and worse.
        for (cost, value) in [(1.0, 0.2), (2.0, 0.5), (3.0, 0.8), (9.0, 0.8)] {
            assert!((curve.value(cost) - value).abs() < 1e-12, "{cost}");
        }
        assert!((curve.area(1.0, 5.0) - (1.0 + 1.6)).abs() < 1e-12);
        assert!((curve.area(1.5, 2.5) - 0.5).abs() < 1e-12);
        assert!(HullCurve::new(&[Point { cost: f64::NAN, value: 1.0 }]).is_none());
    }
}
