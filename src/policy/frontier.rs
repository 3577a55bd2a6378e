//! Cost against value over the eligible models of a row.

use std::collections::BTreeMap;

use super::plan::Plan;
use super::result::FrontierPoint;
use crate::stats::hull::{Point, concave_hull, pareto};

/// The frontier of a row.
pub(super) struct Frontier {
    /// For each eligible arm, whether no other is at least as cheap and as good.
    pub(super) on_frontier: Vec<bool>,
    /// For each eligible arm, whether no mixture of others is either.
    pub(super) on_hull: Vec<bool>,
    /// The hull's vertices by rising cost; neighbours may be mixed.
    pub(super) vertices: Vec<FrontierPoint>,
}

/// (chain cost, chain value) of the eligible arms; an unknown cost is infinite.
pub(super) fn points(plan: &Plan) -> Vec<Point> {
    let point =
        |chain: &super::chain::Chain| Point { cost: chain.cost.unwrap_or(f64::INFINITY), value: chain.value.mean() };
    plan.chains.iter().map(point).collect()
}

/// The frontier of (chain cost, chain value); an arm of unknown cost is not on it.
pub(super) fn frontier(plan: &Plan) -> Frontier {
    let points = points(plan);
    let among = |chosen: &[usize]| (0..points.len()).map(|place| chosen.contains(&place)).collect();
    let hull = concave_hull(&points);
    let vertex = |place: &usize| FrontierPoint {
        cost_usd: points[*place].cost,
        value: points[*place].value,
        mix: BTreeMap::from([(plan.row.arms[plan.eligible[*place]].model.clone(), 1.0)]),
    };
    Frontier {
        on_frontier: among(&pareto(&points)),
        on_hull: among(&hull),
        vertices: hull.iter().map(vertex).collect(),
    }
}
