//! The optimum against a simplex solver that knows nothing of hulls and edges.

use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};
use rustplex::prelude::{LinearExpr, Maximize, Model};

use super::{Row, optimum};
use crate::stats::hull::Point;

/// How the costs and values of an instance are drawn.
const KINDS: usize = 4;

/// 1-30 rows of 1-12 points. Kinds: anywhere; a coarse lattice (ties, equal points, zero costs); dollars over three
/// orders of magnitude; anywhere with points of unknown cost and rows without traffic.
fn instance(random: &mut ChaCha8Rng, kind: usize) -> Vec<Row> {
    let rows = random.random_range(1..=30);
    let weights: Vec<f64> = (0..rows).map(|_| random.random_range(0.05..1.0)).collect();
    let total: f64 = weights.iter().sum();
    let row = |weight: &f64| {
        let size = random.random_range(1..=12);
        let mut point = |first: bool| match kind {
            1 => Point {
                cost: f64::from(random.random_range(0..4_u8)),
                value: f64::from(random.random_range(0..5_u8)) / 4.0,
            },
            2 => Point { cost: libm::exp10(random.random_range(-4.0..-1.0)), value: random.random() },
            3 if !first && random.random_bool(0.2) => Point { cost: f64::NAN, value: 1.0 },
            _ => Point { cost: random.random_range(0.0..3.0), value: random.random() },
        };
        let points = (0..size).map(|index| point(index == 0)).collect();
        let share = if kind == 3 && random.random_bool(0.2) { 0.0 } else { weight / total };
        Row { share, points }
    };
    weights.iter().map(row).collect()
}

/// The largest value within the budget, by the simplex method; none where the solver finds nothing feasible.
fn solve(rows: &[Row], budget: f64) -> Option<f64> {
    // The solver takes what is below 1e-10 for 0: the dearest point shall cost 1.
    let known = |row: &Row| row.points.iter().copied().filter(|point| point.cost.is_finite()).collect::<Vec<_>>();
    let scale = rows.iter().flat_map(known).map(|point| point.cost).fold(0.0, f64::max).max(1e-3);
    let mut model = Model::new();
    let (mut spending, mut earning) = (Vec::new(), Vec::new());
    for row in rows {
        let mut sum = Vec::new();
        for point in known(row) {
            let share = model.add_variable().non_negative().real();
            sum.push((share, 1.0));
            spending.push((share, row.share * point.cost / scale));
            earning.push((share, row.share * point.value));
        }
        model.add_constraint(LinearExpr::with_terms(sum)).eq(1.0);
    }
    model.add_constraint(LinearExpr::with_terms(spending)).le(budget / scale);
    model.set_objective(Maximize, LinearExpr::with_terms(earning));
    let solution = model.solve().expect("the model has variables and an objective");
    solution.status().is_optimal().then(|| solution.objective_value().expect("an optimum has a value"))
}

/// `count` instances, each with a budget below the floor, one at it, three between and one slack.
fn compare(count: usize) {
    let mut random = ChaCha8Rng::seed_from_u64(2_026);
    for number in 0..count {
        let rows = instance(&mut random, number % KINDS);
        let top = optimum(&rows, f64::INFINITY).expect("no budget is larger").cost;
        let floor = optimum(&rows, f64::NEG_INFINITY).expect_err("no budget is smaller").floor;
        if floor > 0.0 {
            assert_eq!(solve(&rows, 0.99 * floor), None, "instance {number}");
            assert!(optimum(&rows, 0.99 * floor).is_err());
        }
        let tight = random.random_range(0.0..0.1);
        for part in [0.0, tight, 0.5, random.random(), 1.5] {
            let budget = floor + part * (top - floor);
            let found = optimum(&rows, budget).expect("not below the floor").value;
            let solved = solve(&rows, budget).expect("the solver finds what is feasible too");
            assert!(
                (solved - found).abs() < 1e-9,
                "instance {number}, part {part} of {floor} to {top}: {found}, {solved}"
            );
        }
    }
}

#[test]
fn agrees_with_a_simplex_solver() {
    compare(16);
}

#[test]
#[ignore = "proof: 200 instances, 1,200 linear programmes"]
fn proof_agrees_with_a_simplex_solver_on_200_instances() {
    compare(200);
}
