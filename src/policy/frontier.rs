//! Cost against value over the eligible models of a row.

use std::collections::BTreeMap;

use super::arm::Arm;
use super::chain::Chain;
use super::result::FrontierPoint;
use crate::stats::hull::{Point, concave_hull, pareto};

/// The frontier of a row.
pub(super) struct Frontier {
    /// For each arm, whether no other is at least as cheap and as good.
    pub(super) on_frontier: Vec<bool>,
    /// The hull's vertices by rising cost; neighbours may be mixed.
    pub(super) vertices: Vec<FrontierPoint>,
}

/// The frontier of (chain cost, chain value); an arm of unknown cost is not on it.
pub(super) fn frontier(arms: &[&Arm], chains: &[Chain]) -> Frontier {
    let points: Vec<Point> = chains
        .iter()
        .map(|chain| Point { cost: chain.cost.unwrap_or(f64::INFINITY), value: chain.utility.value.mean() })
        .collect();
    let mut on_frontier = vec![false; arms.len()];
    for index in pareto(&points) {
        on_frontier[index] = true;
    }
    let vertex = |index: usize| FrontierPoint {
        cost_usd: points[index].cost,
        value: points[index].value,
        mix: BTreeMap::from([(arms[index].model.clone(), 1.0)]),
    };
    Frontier { on_frontier, vertices: concave_hull(&points).into_iter().map(vertex).collect() }
}
