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
    /// One model is the best at everything, the others differ among themselves at everything alike.
    Dominant,
    /// Each model is the best at a kind of work.
    Specialists,
}

/// How large a world is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub(super) models: usize,
    /// Kinds of work.
    pub(super) segments: usize,
    pub(super) tasks: usize,
}

/// Eight models and twelve kinds of work.
pub(super) fn world(kind: World, seed: u64, tasks: usize) -> Matrix {
    sized(kind, seed, Shape { models: 8, segments: 12, tasks })
}

/// Tasks answered right or wrong by models of which the dearer are not better.
pub(super) fn sized(kind: World, seed: u64, shape: Shape) -> Matrix {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut normal = |deviation: f64| {
        let standard: f64 = StandardNormal.sample(&mut random);
        deviation * standard
    };
    let levels: Vec<f64> = (0..shape.segments).map(|_| 0.8 + normal(0.7)).collect();
    let overall: Vec<f64> = (0..shape.models).map(|_| normal(0.3)).collect();
    let best = overall.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let effect = |segment: usize, model: usize| match kind {
        World::Noise => 0.0,
        World::Dominant if overall[model] == best => best + 0.2,
        World::Dominant => overall[model],
        World::Specialists => f64::from(u8::from(model == segment % shape.models)),
    };
    let tasks = (0..shape.tasks).map(|task| {
        let segment = random.random_range(0..shape.segments as u64) as usize;
        // Some tasks are harder than others, for all models.
        let standard: f64 = StandardNormal.sample(&mut random);
        let outcomes = (0..shape.models).map(|model| {
            let right = random.random::<f64>() < expit(levels[segment] + effect(segment, model) + 0.8 * standard);
            Some(Outcome::once(true, Some(f64::from(u8::from(right))), Some(0.001 * (model + 1) as f64)))
        });
        Task {
            outcomes: outcomes.collect(),
            id: format!("{task:05}"),
            segment: Segment::new("unknown", &format!("kind {segment:02}"), "unknown"),
        }
    });
    let tasks = tasks.collect();
    let model = |model: usize| ReplayModel { name: format!("m{model:03}"), provider: format!("p{model:03}") };
    Matrix::new((0..shape.models).map(model).collect(), tasks).expect("a valid world")
}
