//! What a table is truly worth on the day it is used.

use super::day::FAILURE_SHIFT;
use super::decide::Decision;
use super::truth::{ArmTruth, chain, followers};
use super::world::World;

/// A model this close to the best one is as good.
pub(super) const NEAR: f64 = 0.02;

/// The exploit arm's score on one day.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Score {
    /// Σ traffic·(U(best feasible) − Σ exploit·U): what a task loses by exploiting this table instead of the truth.
    pub(super) regret: f64,
    /// The share of tasks whose model is within 0.02 of the best feasible one's utility.
    pub(super) near_best: f64,
}

/// Scores a table by the truth.
pub(super) fn score(world: &World, truth: &[Vec<ArmTruth>], decision: &Decision, min_reliability: f64) -> Score {
    let mut score = Score::default();
    for ((leaf, arms), row) in world.traffic.iter().zip(truth).zip(&decision.rows) {
        let utilities = utilities(world, arms, &row.fallback, decision.lambda);
        let best = best_feasible(arms, &utilities, min_reliability);
        for (weight, utility) in row.exploit.iter().zip(&utilities) {
            score.regret += leaf.share * weight * (best - utility);
            score.near_best += leaf.share * weight * f64::from(u8::from(best - utility <= NEAR));
        }
    }
    score
}

/// The true chain utility of each model in a row with this fallback list.
pub(super) fn utilities(world: &World, arms: &[ArmTruth], fallback: &[usize], lambda: f64) -> Vec<f64> {
    let of = |model| chain(arms, model, &followers(&world.providers, fallback, model), FAILURE_SHIFT).utility(lambda);
    (0..arms.len()).map(of).collect()
}

/// The largest utility of a model that is reliable enough; where none is, that of the most reliable one.
fn best_feasible(arms: &[ArmTruth], utilities: &[f64], min_reliability: f64) -> f64 {
    let feasible = arms.iter().zip(utilities).filter(|(arm, _)| arm.success() >= min_reliability);
    let best = feasible.map(|(_, utility)| *utility).max_by(f64::total_cmp);
    let most_reliable = || {
        let pairs = arms.iter().zip(utilities);
        pairs
            .max_by(|one, other| one.0.reliability.total_cmp(&other.0.reliability))
            .map_or(0.0, |(_, utility)| *utility)
    };
    best.unwrap_or_else(most_reliable)
}
