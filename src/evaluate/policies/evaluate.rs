//! Every learner in every world, and the tables of how they did.

use rayon::prelude::*;

use super::learner::Learner;
use super::result::{Evaluation, LearnerResult, Mean, WorldResult};
use super::run::{Run, run};
use super::settings::{EvaluationSettings, WorldKind};
use crate::policy::PolicyError;

/// Plays every learner in every kind of world, with every seed.
///
/// All learners meet the same worlds and the same days of chance, so that their differences are paired. The result
/// depends on the settings alone, not on the number of threads.
///
/// # Errors
/// Policy settings out of range.
///
/// ```
/// use merit::evaluate::policies::{evaluate, EvaluationSettings, WorldKind};
/// let settings = EvaluationSettings {
///     seeds: 1, days: 3, burn_in_days: 1, worlds: vec![WorldKind::Stationary], ..EvaluationSettings::default()
/// };
/// let found = evaluate(&settings)?;
/// let thompson = &found.worlds[0].learners[0];
/// assert!(thompson.regret_by_day[2] < thompson.regret_by_day[0]);
/// # Ok::<(), merit::policy::PolicyError>(())
/// ```
pub fn evaluate(settings: &EvaluationSettings) -> Result<Evaluation, PolicyError> {
    let seeds: Vec<u64> = (0..settings.seeds).map(|index| settings.first_seed.wrapping_add(index)).collect();
    let mut jobs: Vec<(WorldKind, Learner, u64)> = Vec::new();
    for &world in &settings.worlds {
        for &learner in &settings.learners {
            jobs.extend(seeds.iter().map(|&seed| (world, learner, seed)));
        }
    }
    let runs = jobs
        .par_iter()
        .map(|&(world, learner, seed)| run(settings, world, seed, learner))
        .collect::<Vec<_>>()
        .into_iter()
        .collect::<Result<Vec<Run>, _>>()?;
    let mut of_learners = runs.chunks(seeds.len().max(1));
    let worlds = settings.worlds.iter().map(|&world| {
        let groups: Vec<&[Run]> = of_learners.by_ref().take(settings.learners.len()).collect();
        let learners = settings.learners.iter().zip(&groups);
        WorldResult {
            world,
            learners: learners.map(|(&learner, runs)| summary(settings, learner, runs, groups[0])).collect(),
        }
    });
    Ok(Evaluation { settings: settings.clone(), worlds: worlds.collect() })
}

fn summary(settings: &EvaluationSettings, learner: Learner, runs: &[Run], first: &[Run]) -> LearnerResult {
    let from = settings.burn_in_days as usize;
    let late = |runs: &[Run], of: fn(&Run, usize) -> f64| -> Vec<f64> {
        let mean = |run: &Run| {
            let days = run.scores.len().saturating_sub(from).max(1);
            (from..run.scores.len()).map(|day| of(run, day)).sum::<f64>() / days as f64
        };
        runs.iter().map(mean).collect()
    };
    let regret: fn(&Run, usize) -> f64 = |run, day| run.scores[day].regret;
    let regrets = late(runs, regret);
    let beyond: Vec<f64> = regrets.iter().zip(late(first, regret)).map(|(own, first)| own - first).collect();
    let by_day = |day: usize| runs.iter().map(|run| run.scores[day].regret).sum::<f64>() / runs.len() as f64;
    LearnerResult {
        learner,
        regret: Mean::of(&regrets),
        regret_beyond_first: Mean::of(&beyond),
        near_best: Mean::of(&late(runs, |run, day| run.scores[day].near_best)),
        cost_usd_per_task: Mean::of(&late(runs, |run, day| run.costs[day])),
        regret_by_day: (0..settings.days as usize).map(by_day).collect(),
    }
}
