//! Matrices with a known truth, by seed.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};

use super::matrix::{Matrix, ReplayModel, Task};
use super::outcome::Outcome;
use crate::segment::Segment;
use crate::stats::logit_normal::expit;

/// What distinguishes the models.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum World {
    /// Nothing: all that is seen is chance.
    Noise,
    /// One model is the best at everything, by as much as the others differ.
    Dominant,
    /// Each model is the best at a kind of work.
    Specialists,
}

pub(super) const MODELS: usize = 8;
pub(super) const SEGMENTS: usize = 12;

/// Eight models and twelve kinds of work, tasks answered right or wrong; dearer models are not better.
pub(super) fn world(kind: World, seed: u64, tasks: usize) -> Matrix {
    sized(kind, seed, tasks, SEGMENTS)
}

/// The same with so many kinds of work.
pub(super) fn sized(kind: World, seed: u64, tasks: usize, segments: usize) -> Matrix {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut normal = |deviation: f64| {
        let standard: f64 = StandardNormal.sample(&mut random);
        deviation * standard
    };
    let levels: Vec<f64> = (0..segments).map(|_| 0.8 + normal(0.7)).collect();
    let logits: Vec<Vec<f64>> = levels
        .iter()
        .enumerate()
        .map(|(segment, level)| {
            let effect = |model: usize| match kind {
                World::Noise => 0.0,
                World::Dominant => f64::from(u8::from(model == 0)) * 0.5 - 0.1 * model as f64,
                World::Specialists => f64::from(u8::from(model == segment % MODELS)) * 1.0,
            };
            (0..MODELS).map(|model| level + effect(model)).collect()
        })
        .collect();
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(1);
    let tasks = (0..tasks).map(|task| {
        let segment = random.random_range(0..segments as u64) as usize;
        // Some tasks are harder than others for all models.
        let standard: f64 = StandardNormal.sample(&mut random);
        let outcomes = logits[segment].iter().enumerate().map(|(model, logit)| {
            let right = random.random::<f64>() < expit(logit + 0.8 * standard);
            Some(Outcome::once(true, Some(f64::from(u8::from(right))), Some(0.001 * (model + 1) as f64)))
        });
        Task {
            outcomes: outcomes.collect(),
            id: format!("{task:05}"),
            segment: Segment::new("unknown", &format!("kind {segment:02}"), "unknown"),
        }
    });
    let tasks = tasks.collect();
    let model = |model: usize| ReplayModel { name: format!("m{model}"), provider: format!("p{model}") };
    Matrix::new((0..MODELS).map(model).collect(), tasks).expect("a valid world")
}
