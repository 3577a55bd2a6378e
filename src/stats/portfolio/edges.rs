//! The hulls of all rows, taken apart into edges.

use super::Row;
use crate::stats::hull::{concave_hull, slope};

/// One row's step from a hull vertex to the next, dearer and better one.
#[derive(Clone, Copy)]
pub(super) struct Edge {
    /// The row's index.
    pub(super) row: usize,
    /// What the whole step costs, weighted by the row's share.
    pub(super) cost: f64,
    /// What the whole step gains, weighted by the row's share.
    pub(super) value: f64,
    /// Value per dollar, free of the share.
    pub(super) slope: f64,
}

/// Where each row starts, and the steps it may take from there.
pub(super) struct Edges {
    /// For each row the indices of its hull vertices by rising cost; empty where no point is finite.
    pub(super) hulls: Vec<Vec<usize>>,
    /// Cost of every row at its cheapest vertex.
    pub(super) floor: f64,
    /// Value of every row at its cheapest vertex.
    pub(super) floor_value: f64,
    /// All edges by falling slope; of equal slopes the smaller row first. Those of one row come in the order of its
    /// hull, for the slopes of a hull fall.
    pub(super) edges: Vec<Edge>,
}

impl Edges {
    pub(super) fn new(rows: &[Row]) -> Self {
        let hulls: Vec<Vec<usize>> = rows.iter().map(|row| concave_hull(&row.points)).collect();
        let (mut floor, mut floor_value, mut edges) = (0.0, 0.0, Vec::new());
        for (index, (row, hull)) in rows.iter().zip(&hulls).enumerate() {
            let share = if row.share.is_finite() { row.share.max(0.0) } else { 0.0 };
            if let Some(&cheapest) = hull.first() {
                floor += share * row.points[cheapest].cost;
                floor_value += share * row.points[cheapest].value;
            }
            edges.extend(hull.windows(2).map(|ends| {
                let (from, to) = (row.points[ends[0]], row.points[ends[1]]);
                Edge {
                    row: index,
                    cost: share * (to.cost - from.cost),
                    value: share * (to.value - from.value),
                    slope: slope(from, to),
                }
            }));
        }
        // The sort is stable: edges of equal slope stay in the order of the rows.
        edges.sort_by(|left, right| right.slope.total_cmp(&left.slope));
        Self { hulls, floor, floor_value, edges }
    }
}
