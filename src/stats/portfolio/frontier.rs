//! What every budget would buy.

use super::Row;
use super::edges::Edges;

/// At most so many points make a portfolio's frontier.
pub const MAX_POINTS: usize = 256;
/// Slopes that differ by less than this fraction are one slope, rounded differently.
const SAME_SLOPE: f64 = 1e-12;

/// A vertex of the portfolio's frontier; between neighbours one mixes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PortfolioPoint {
    /// Average cost over the traffic, in dollars.
    pub cost: f64,
    /// Average value over the traffic.
    pub value: f64,
    /// Slope of the edge that leads from here to the next, dearer point: value per further dollar; 0 at the last point.
    ///
    /// For every λ strictly between this one and that of the point before (∞ for the first point) this point, and no
    /// other of the frontier, has the largest value − λ·cost.
    pub lambda: f64,
}

/// The largest average value for every average cost, from each row's cheapest choice to each row's best.
///
/// Costs rise, values rise and `lambda` falls strictly from point to point; edges of equal slope are one. Of more than
/// [`MAX_POINTS`] vertices both ends are kept and those whose loss would lower the frontier most (Douglas & Peucker,
/// *Cartographica* 10, 1973, 112-122, by vertical distance); `lambda` is then the slope between the vertices kept.
/// Empty where no row has a finite point; a single point where nothing can be bought.
///
/// ```
/// use merit::stats::{hull::Point, portfolio::{Row, frontier}};
/// let row = |share, dear: f64| Row {
///     share,
///     points: vec![Point { cost: 1.0, value: 0.5 }, Point { cost: 2.0, value: dear }],
/// };
/// let points = frontier(&[row(0.5, 0.6), row(0.5, 0.9)]);
/// assert_eq!(points.len(), 3); // the second row's step buys more: it comes first
/// assert!((points[1].cost - 1.5).abs() < 1e-12 && (points[1].value - 0.7).abs() < 1e-12);
/// assert!((points[0].lambda - 0.4).abs() < 1e-12 && points[2].lambda == 0.0);
/// ```
pub fn frontier(rows: &[Row]) -> Vec<PortfolioPoint> {
    let start = Edges::new(rows);
    if start.hulls.iter().all(Vec::is_empty) {
        return Vec::new();
    }
    let mut last = PortfolioPoint { cost: start.floor, value: start.floor_value, lambda: 0.0 };
    let mut points = Vec::new();
    let mut taken = start.edges.iter().filter(|edge| edge.cost > 0.0 && edge.value > 0.0).peekable();
    while let Some(first) = taken.next() {
        let (mut cost, mut value) = (last.cost + first.cost, last.value + first.value);
        while let Some(same) = taken.next_if(|edge| edge.slope >= first.slope * (1.0 - SAME_SLOPE)) {
            cost += same.cost;
            value += same.value;
        }
        // A step too small for the sums to notice is no point of its own.
        if cost > last.cost && value > last.value {
            points.push(PortfolioPoint { lambda: first.slope, ..last });
            last = PortfolioPoint { cost, value, lambda: 0.0 };
        }
    }
    points.push(last);
    if points.len() > MAX_POINTS { thinned(&points) } else { points }
}

/// At most [`MAX_POINTS`] of the points. Any choice of vertices of a concave chain is concave.
fn thinned(points: &[PortfolioPoint]) -> Vec<PortfolioPoint> {
    let mut gaps = vec![Gap::new(points, 0, points.len() - 1)];
    while gaps.len() + 1 < MAX_POINTS {
        let widest = (0..gaps.len())
            .max_by(|&left, &right| gaps[left].loss.total_cmp(&gaps[right].loss))
            .expect("there is a gap from the first step on");
        let Gap { from, to, split, .. } = gaps[widest];
        gaps[widest] = Gap::new(points, from, split);
        gaps.push(Gap::new(points, split, to));
    }
    let mut kept: Vec<usize> = gaps.iter().map(|gap| gap.from).collect();
    kept.sort_unstable();
    kept.push(points.len() - 1);
    let next = |position: usize| kept.get(position + 1).map_or(0.0, |&to| slope(points[kept[position]], points[to]));
    (0..kept.len()).map(|position| PortfolioPoint { lambda: next(position), ..points[kept[position]] }).collect()
}

/// The points left out between two that are kept.
#[derive(Clone, Copy)]
struct Gap {
    from: usize,
    to: usize,
    /// The point inside that lies highest above the chord …
    split: usize,
    /// … and by how much; below 0 where there is none.
    loss: f64,
}

impl Gap {
    fn new(points: &[PortfolioPoint], from: usize, to: usize) -> Self {
        let chord = slope(points[from], points[to]);
        let mut gap = Self { from, to, split: from, loss: f64::NEG_INFINITY };
        for (inside, point) in points.iter().enumerate().take(to).skip(from + 1) {
            let loss = point.value - points[from].value - chord * (point.cost - points[from].cost);
            if loss > gap.loss {
                gap = Self { split: inside, loss, ..gap };
            }
        }
        gap
    }
}

fn slope(from: PortfolioPoint, to: PortfolioPoint) -> f64 {
    (to.value - from.value) / (to.cost - from.cost)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::hull::Point;

    fn row(share: f64, points: &[(f64, f64)]) -> Row {
        Row { share, points: points.iter().map(|&(cost, value)| Point { cost, value }).collect() }
    }

    #[test]
    fn the_edges_of_all_rows_come_by_falling_slope() {
        let rows = [row(0.25, &[(0.0, 0.0), (1.0, 0.6), (2.0, 0.8)]), row(0.75, &[(1.0, 0.5), (3.0, 1.3)])];
        let expected = [(0.75, 0.375, 0.6), (1.0, 0.525, 0.4), (2.5, 1.125, 0.2), (2.75, 1.175, 0.0)];
        let points = frontier(&rows);
        assert_eq!(points.len(), 4);
        for (point, (cost, value, lambda)) in points.iter().zip(expected) {
            assert!((point.cost - cost).abs() < 1e-12 && (point.value - value).abs() < 1e-12, "{point:?}");
            assert!((point.lambda - lambda).abs() < 1e-12, "{point:?}");
        }
    }

    #[test]
    fn edges_of_equal_slope_are_one() {
        // 0.3 − 0.1 and 0.6 − 0.4 differ in the last bit.
        let rows = [row(0.5, &[(1.0, 0.1), (2.0, 0.3)]), row(0.3, &[(1.0, 0.4), (2.0, 0.6)]), row(0.2, &[(1.0, 1.0)])];
        assert_eq!(frontier(&rows).len(), 2);
    }

    #[test]
    fn degenerate_portfolios_have_a_point_or_none() {
        assert!(frontier(&[]).is_empty());
        assert!(frontier(&[row(1.0, &[]), row(1.0, &[(f64::NAN, 0.5), (f64::INFINITY, 1.0)])]).is_empty());
        let single = |rows: &[Row], cost: f64, value: f64| {
            assert_eq!(frontier(rows), [PortfolioPoint { cost, value, lambda: 0.0 }]);
        };
        single(&[row(0.5, &[(2.0, 0.5)]), row(0.5, &[])], 1.0, 0.25);
        single(&[row(1.0, &[(2.0, 0.5), (2.0, 0.5), (2.0, 0.25)])], 2.0, 0.5);
        single(&[row(1.0, &[(0.0, 0.5), (0.0, 0.75)])], 0.0, 0.75);
        single(&[row(0.0, &[(1.0, 0.5), (2.0, 0.75)]), row(f64::NAN, &[(1.0, 0.5), (2.0, 0.75)])], 0.0, 0.0);
    }

    #[test]
    fn a_long_frontier_is_thinned_without_losing_its_ends_or_its_shape() {
        // Vertices on the curve value = √cost: 3,000 edges, one a row, of strictly falling slope.
        let root = |step: u32| f64::from(step).sqrt();
        let rows: Vec<Row> =
            (0..3_000).map(|step| row(1.0, &[(0.0, 0.0), (1.0, root(step + 1) - root(step))])).collect();
        let points = frontier(&rows);
        assert_eq!(points.len(), MAX_POINTS);
        let last = points[MAX_POINTS - 1];
        assert_eq!((points[0].cost, points[0].value, last.cost, last.lambda), (0.0, 0.0, 3_000.0, 0.0));
        assert!((last.value - root(3_000)).abs() < 1e-9);
        assert!(points.windows(2).all(|pair| pair[0].lambda > pair[1].lambda));
        for pair in points.windows(2) {
            assert!((pair[0].lambda - slope(pair[0], pair[1])).abs() < 1e-12);
            // Of a frontier 55 high no more than a thousandth is lost anywhere: every point left out is near its chord.
            for step in pair[0].cost as u32..=pair[1].cost as u32 {
                let chord = pair[0].value + pair[0].lambda * (f64::from(step) - pair[0].cost);
                assert!((chord - root(step)).abs() < 1e-3 * root(3_000), "{step}: {chord}");
            }
        }
    }
}
