//! The points of utility at which tables are read together.

use super::posterior_table::PosteriorTable;

/// A node is left out when one is kept within this share of its narrower cell below it.
const NEAR: f64 = 0.5;

/// The tables' nodes, merged, from `floor` on.
///
/// A node near one already kept is left out: near for its own table, so that a broad posterior does not thin out the
/// nodes of a sharp one. The points are then as dense as the sharpest posterior there needs, and not denser for a
/// hundred arms.
pub(super) fn grid(tables: &[&PosteriorTable], shifts: &[f64], floor: f64) -> Vec<f64> {
    let mut nodes: Vec<(f64, f64)> = Vec::with_capacity(40 * tables.len() + 1);
    for (table, shift) in tables.iter().zip(shifts) {
        nodes.extend(table.nodes().map(|(value, width)| (value + shift, width)).filter(|node| node.0 > floor));
        let (first, last) = table.ends();
        if first + shift == last + shift {
            // All of it on one float: it is to rise there, not on the way there.
            nodes.push(((first + shift).next_down(), 0.0));
        }
    }
    nodes.sort_unstable_by(|left, right| left.0.total_cmp(&right.0));
    let mut kept = vec![floor];
    let mut last = floor;
    for (node, width) in nodes {
        if node - last > NEAR * width {
            kept.push(node);
            last = node;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Beta;

    #[test]
    fn many_tables_need_few_points_and_the_sharpest_keeps_its_own() {
        let sharp = PosteriorTable::new(Beta::new(9_000.0, 1_000.0));
        let broad: Vec<PosteriorTable> =
            (0..100).map(|index| PosteriorTable::new(Beta::new(9.0 + 0.01 * f64::from(index), 1.0))).collect();
        let tables: Vec<&PosteriorTable> = broad.iter().chain([&sharp]).collect();
        let points = grid(&tables, &[0.0; 101], 0.0);
        assert!(points.len() < 300, "{} points", points.len());
        assert!(points.windows(2).all(|pair| pair[0] < pair[1]));
        for (node, width) in sharp.nodes() {
            let nearest = points.iter().map(|point| (point - node).abs()).fold(f64::INFINITY, f64::min);
            assert!(nearest <= NEAR * width, "{node}: {nearest}");
        }
    }
}
