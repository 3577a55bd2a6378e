//! One learner in one world: the loop.

use super::course::Course;
use super::day::{self, observe};
use super::decide::decide;
use super::evidence::evidence;
use super::learner::Learner;
use super::score::{Score, score};
use super::settings::{EvaluationSettings, WorldKind};
use super::world::World;
use crate::policy::{PolicyError, PolicySettings};

/// How a learner did, day by day.
#[derive(Clone, Debug, Default)]
pub(super) struct Run {
    /// Of each day's table, the first of which knows nothing.
    pub(super) scores: Vec<Score>,
    /// What a task cost on each day, exploration and fallbacks included, in dollars.
    pub(super) costs: Vec<f64>,
}

/// Plays `learner` in the world of this kind and seed.
pub(super) fn run(
    settings: &EvaluationSettings,
    kind: WorldKind,
    seed: u64,
    learner: Learner,
) -> Result<Run, PolicyError> {
    let world = World::new(seed);
    let policy = PolicySettings { algorithm: learner.algorithm, ..settings.policy.clone() };
    let mut course = Course::new(&world, settings, kind, seed);
    let mut days = Vec::new();
    let mut run = Run::default();
    for today in 0..settings.days {
        let (decision, _) = decide(&world, &evidence(&world, &course.truth, &days, learner.memory), &policy)?;
        if today > 0 {
            course.advance(today);
        }
        run.scores.push(score(&world, &course.truth, &decision, policy.min_reliability));
        let observed = observe(&world, &course.truth, &decision, settings, day::draws(seed, today));
        run.costs.push(observed.cost_usd / observed.tasks as f64);
        days.push(observed);
    }
    Ok(run)
}
