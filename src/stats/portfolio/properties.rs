//! What holds of every portfolio: shape of the frontier, feasibility, and optimality by duality.

use proptest::prelude::*;

use super::{MAX_POINTS, PortfolioPoint, Row, frontier, optimum};
use crate::stats::hull::Point;

/// Rows on a coarse lattice (ties, equal points, zero costs) or anywhere, some without traffic, some points of unknown
/// cost.
fn rows() -> impl Strategy<Value = Vec<Row>> {
    let cost = prop_oneof![
        6 => (0_u8..5).prop_map(f64::from), 6 => 0.0..4.0_f64, 1 => Just(f64::NAN), 1 => Just(f64::INFINITY),
    ];
    let value = prop_oneof![(0_u8..5).prop_map(|step| f64::from(step) / 4.0), 0.0..1.0_f64];
    let point = (cost, value).prop_map(|(cost, value)| Point { cost, value });
    let share = prop_oneof![1 => Just(0.0), 2 => Just(0.25), 4 => 0.0..1.0_f64];
    let row = (share, prop::collection::vec(point, 0..10)).prop_map(|(share, points)| Row { share, points });
    prop::collection::vec(row, 0..20)
}

/// The value that the frontier reaches at this cost.
fn reach(points: &[PortfolioPoint], cost: f64) -> f64 {
    points.iter().rev().find(|point| point.cost <= cost).map_or(f64::NAN, |point| {
        point.value + if point.lambda > 0.0 { point.lambda * (cost - point.cost) } else { 0.0 }
    })
}

/// Lagrange's bound on the value of any allocation within the budget, for any λ ≥ 0: Σ t·max(v − λc) + λB.
fn bound(rows: &[Row], budget: f64, lambda: f64) -> f64 {
    let best = |row: &Row| {
        let known = row.points.iter().filter(|point| point.cost.is_finite());
        known.map(|point| point.value - lambda * point.cost).reduce(f64::max).unwrap_or(0.0)
    };
    rows.iter().map(|row| row.share * best(row)).sum::<f64>() + lambda * budget
}

proptest! {
    #[test]
    fn the_frontier_rises_and_bends_down(rows in rows()) {
        let points = frontier(&rows);
        prop_assert!(points.len() <= MAX_POINTS);
        let known = rows.iter().flat_map(|row| &row.points).any(|point| point.cost.is_finite());
        prop_assert_eq!(points.is_empty(), !known);
        for pair in points.windows(2) {
            prop_assert!(pair[0].cost < pair[1].cost && pair[0].value < pair[1].value);
            prop_assert!(pair[0].lambda > pair[1].lambda);
            let rise = pair[1].value - pair[0].value;
            prop_assert!((rise - pair[0].lambda * (pair[1].cost - pair[0].cost)).abs() < 1e-12);
        }
        prop_assert!(points.last().is_none_or(|point| point.lambda == 0.0));
    }

    #[test]
    fn each_point_of_the_frontier_is_best_for_the_prices_between_its_slopes(rows in rows()) {
        let points = frontier(&rows);
        let mut before = 2.0 * points.first().map_or(0.0, |point| point.lambda) + 1.0;
        for point in &points {
            let lambda = 0.5 * (point.lambda + before);
            let objective = point.value - lambda * point.cost;
            prop_assert!((objective - bound(&rows, 0.0, lambda)).abs() < 1e-9 * (1.0 + lambda));
            before = point.lambda;
        }
    }

    #[test]
    fn the_optimum_is_feasible_reaches_its_dual_bound_and_lies_on_the_frontier(rows in rows(), part in -0.2..1.2_f64) {
        let points = frontier(&rows);
        let cost = |point: Option<&PortfolioPoint>| point.map_or(0.0, |point| point.cost);
        let (floor, top) = (cost(points.first()), cost(points.last()));
        let budget = floor + part * (top - floor);
        match optimum(&rows, budget) {
            Err(error) => prop_assert!(budget < floor && error.floor == floor && error.budget == budget),
            Ok(best) => {
                prop_assert!(best.cost <= budget && budget >= floor);
                let (mut cost, mut value, mut mixed) = (0.0, 0.0, 0);
                for (row, mix) in rows.iter().zip(&best.mixes) {
                    let known = row.points.iter().any(|point| point.cost.is_finite());
                    let total: f64 = mix.iter().map(|(_, share)| share).sum();
                    prop_assert!(mix.iter().all(|(_, share)| *share > 0.0) && mix.is_empty() != known);
                    prop_assert!(!known || (total - 1.0).abs() < 1e-12);
                    mixed += usize::from(mix.len() > 1);
                    cost += row.share * mix.iter().map(|(index, share)| share * row.points[*index].cost).sum::<f64>();
                    value += row.share * mix.iter().map(|(index, share)| share * row.points[*index].value).sum::<f64>();
                }
                prop_assert!((cost - best.cost).abs() < 1e-12 && (value - best.value).abs() < 1e-12 && mixed <= 1);
                // No allocation beats the bound, so one that reaches it is optimal.
                prop_assert!((bound(&rows, budget, best.lambda) - best.value).abs() < 1e-9 * (1.0 + best.lambda));
                if !points.is_empty() {
                    prop_assert!((reach(&points, best.cost) - best.value).abs() < 1e-12);
                }
            }
        }
    }
}
