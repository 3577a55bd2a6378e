//! No winner's curse: what greedy loses to the best single model, and naive choice beside it, where the truth is known.

use std::collections::BTreeSet;

use super::worlds::{Shape, World, sized};
use super::*;
use crate::policy::{Algorithm, PolicySettings};

/// Mean difference and its standard error over independent worlds.
#[derive(Clone, Copy, Debug)]
struct Difference {
    mean: f64,
    error: f64,
}

impl Difference {
    fn of(differences: &[f64]) -> Self {
        let count = differences.len() as f64;
        let mean = differences.iter().sum::<f64>() / count;
        let squares: f64 = differences.iter().map(|difference| (difference - mean).powi(2)).sum();
        Self { mean, error: (squares / (count - 1.0) / count).sqrt() }
    }
}

/// So many further tasks are tested: the luck of the tested ones is small beside that of choosing.
const TESTED: usize = 4000;

/// Quality beyond the best single model of: greedy, greedy with ε = 0.1, naive choice by segment.
fn beyond_single(kind: World, shape: Shape, seeds: u64) -> [Difference; 3] {
    let mut found = [const { Vec::new() }; 3];
    for seed in 0..seeds {
        let matrix = sized(kind, seed, Shape { tasks: shape.tasks + TESTED, ..shape });
        let test: BTreeSet<String> = matrix.tasks()[shape.tasks..].iter().map(|task| task.id.clone()).collect();
        let played = |algorithm| {
            let policy = PolicySettings { algorithm, ..PolicySettings::default() };
            let parts = Parts::Given { test: test.clone() };
            let settings = ReplaySettings { parts, policy, replicates: 0, ..ReplaySettings::default() };
            replay(&matrix, &settings).expect("a valid world")
        };
        let (greedy, exploring) = (played(Algorithm::Greedy), played(Algorithm::EpsilonGreedy));
        found[0].push(greedy.budgets[0].exploit.beyond_best_single.mean);
        found[1].push(exploring.budgets[0].drawn.beyond_best_single.mean);
        let single = greedy.budgets[0].best_single.quality.mean;
        found[2].push(greedy.best_by_segment.quality.mean - single);
    }
    found.map(|differences| Difference::of(&differences))
}

const KINDS: [World; 3] = [World::Noise, World::Dominant, World::Specialists];

fn shown(kind: World, shape: Shape, seeds: u64) -> [Difference; 3] {
    let found = beyond_single(kind, shape, seeds);
    let [greedy, exploring, naive] =
        found.map(|difference| format!("{:+.4} ± {:.4}", difference.mean, difference.error));
    println!("{kind:?} {shape:?}: greedy {greedy}, with ε = 0.1 {exploring}, naive {naive}");
    found
}

#[test]
fn greedy_does_not_lose_to_the_best_single_model_and_naive_choice_does() {
    let shape = Shape { models: 8, segments: 12, tasks: 300 };
    for kind in [World::Noise, World::Dominant] {
        let [greedy, _, naive] = beyond_single(kind, shape, 6);
        assert!(greedy.mean >= -(0.002 + 2.0 * greedy.error), "{kind:?}: greedy {greedy:?}");
        assert!(kind == World::Noise || naive.mean < -(0.002 + 2.0 * naive.error), "{kind:?}: naive {naive:?}");
    }
    let [greedy, ..] = beyond_single(World::Specialists, shape, 6);
    assert!(greedy.mean > 2.0 * greedy.error, "specialists are found: {greedy:?}");
}

#[test]
#[ignore = "proof: 20 worlds each of 3 kinds and 5 shapes"]
fn proof_no_winners_curse_in_worlds_of_any_shape() {
    let shapes = [(8, 12, 600), (8, 12, 120), (2, 50, 2500), (40, 12, 600), (100, 4, 20)];
    let mut worst_naive = f64::INFINITY;
    for (models, segments, tasks) in shapes {
        let shape = Shape { models, segments, tasks };
        for kind in KINDS {
            let [greedy, exploring, naive] = shown(kind, shape, 20);
            assert!(greedy.mean >= -(0.002 + 2.0 * greedy.error), "{kind:?} {shape:?}: {greedy:?}");
            assert!(exploring.mean < greedy.mean + 1e-9 || kind == World::Noise, "exploration costs: {exploring:?}");
            if kind == World::Dominant {
                worst_naive = worst_naive.min(naive.mean + 2.0 * naive.error + 0.002);
            }
        }
    }
    assert!(worst_naive < 0.0, "naive choice falls below somewhere: {worst_naive}");
}
