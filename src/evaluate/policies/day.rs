//! A day of tasks: models are drawn by their weights, attempts fail and fall back, some successes are scored.

use super::decide::Decision;
use super::draws::{Draws, Purpose};
use super::settings::EvaluationSettings;
use super::truth::{ArmTruth, followers};
use super::world::World;
use crate::stats::logit_normal::expit;

/// Two judges; the second is stricter.
pub(super) const JUDGES: [&str; 2] = ["even", "strict"];
/// The true δ: success after another model's failure, in logits.
pub(super) const FAILURE_SHIFT: f64 = -0.5;

/// Scores that one judge gave.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Scores {
    pub(super) count: u64,
    pub(super) sum: f64,
    pub(super) square_sum: f64,
}

/// What an arm did on one day.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ArmDay {
    /// First attempts.
    pub(super) calls: u64,
    pub(super) successes: u64,
    pub(super) scores: [Scores; JUDGES.len()],
    /// Attempts after another model's failure.
    pub(super) later_calls: u64,
    pub(super) later_successes: u64,
}

/// The rollup of one day.
#[derive(Clone, Debug)]
pub(super) struct Day {
    /// By segment, then by model.
    pub(super) arms: Vec<Vec<ArmDay>>,
    pub(super) tasks: u64,
    /// What all attempts cost, in dollars.
    pub(super) cost_usd: f64,
}

/// What a day of tasks under `decision` leaves in the log.
pub(super) fn observe(
    world: &World,
    truth: &[Vec<ArmTruth>],
    decision: &Decision,
    settings: &EvaluationSettings,
    mut draws: Draws,
) -> Day {
    let tasks = u64::from(settings.tasks_per_day);
    let shares: Vec<f64> = world.traffic.iter().map(|leaf| leaf.share).collect();
    let mut day = Day { arms: Vec::new(), tasks, cost_usd: 0.0 };
    for ((segment, count), arms) in draws.split(tasks, &shares).into_iter().enumerate().zip(truth) {
        let row = &decision.rows[segment];
        let mut days = vec![ArmDay::default(); arms.len()];
        for (model, calls) in draws.split(count, &row.weights).into_iter().enumerate() {
            let successes = draws.binomial(calls, arms[model].success());
            day.cost_usd += calls as f64 * arms[model].cost_usd;
            days[model].calls = calls;
            days[model].successes = successes;
            days[model].scores = scored(&mut draws, successes, &arms[model], world.dispersions[model], settings);
            let mut failures = calls - successes;
            for next in followers(&world.providers, &row.fallback, model) {
                let rescued = draws.binomial(failures, arms[next].after_failure(FAILURE_SHIFT));
                day.cost_usd += failures as f64 * arms[next].cost_usd;
                days[next].later_calls += failures;
                days[next].later_successes += rescued;
                failures -= rescued;
            }
        }
        day.arms.push(days);
    }
    day
}

fn scored(
    draws: &mut Draws,
    successes: u64,
    arm: &ArmTruth,
    dispersion: f64,
    settings: &EvaluationSettings,
) -> [Scores; JUDGES.len()] {
    let count = draws.binomial(successes, settings.scored_share);
    let strict = draws.binomial(count, settings.strict_share);
    let mut of = |count: u64, offset: f64| {
        let (sum, square_sum) = draws.scores(count, expit(arm.quality + offset), dispersion);
        Scores { count, sum, square_sum }
    };
    let stricter = settings.stricter_by_logits();
    // The quality of an arm is what the usual mix of judges says.
    [of(count - strict, settings.strict_share * stricter), of(strict, (settings.strict_share - 1.0) * stricter)]
}

/// The stream of a day's tasks.
pub(super) fn draws(seed: u64, day: u32) -> Draws {
    Draws::new(seed, Purpose::Day, u64::from(day))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::policies::decide::uniform;

    #[test]
    fn a_long_day_has_the_moments_of_the_truth() {
        let settings = EvaluationSettings { tasks_per_day: 4_000_000, ..EvaluationSettings::default() };
        let world = World::new(5);
        let decision = uniform(&world);
        let day = observe(&world, &world.truth, &decision, &settings, draws(5, 0));
        let calls = |arm: &ArmDay| arm.calls;
        assert_eq!(day.arms.iter().flatten().map(calls).sum::<u64>(), day.tasks);
        let (arm, truth) = (day.arms[4][2], world.truth[4][2]);
        let (calls, successes) = (arm.calls as f64, arm.successes as f64);
        assert!((calls / 4e6 - world.traffic[4].share / 6.0).abs() < 1e-3);
        assert!((successes / calls - truth.success()).abs() < 4.0 * (0.25 / calls).sqrt());
        let [even, strict] = arm.scores;
        let mean = |scores: Scores| scores.sum / scores.count as f64;
        assert!(((even.count + strict.count) as f64 / successes - settings.scored_share).abs() < 0.01);
        let gap = 10.0 * (mean(even) - mean(strict));
        assert!((gap - settings.stricter_judge).abs() < 0.15, "{gap}");
        assert!((0.5 * (mean(even) + mean(strict)) - truth.mean_score()).abs() < 0.005);
        let rescued = arm.later_successes as f64 / arm.later_calls as f64;
        assert!((rescued - truth.after_failure(FAILURE_SHIFT)).abs() < 4.0 * (0.25 / arm.later_calls as f64).sqrt());
    }
}
