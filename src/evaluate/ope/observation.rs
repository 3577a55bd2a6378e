//! What every estimator needs to know of one draw.

use super::{Draw, Log, Policy, RewardModel};

/// One draw from the point of view of one policy π.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Observation {
    /// w = π/p of the drawn model.
    pub weight: f64,
    /// r.
    pub reward: f64,
    /// q̂ of the drawn model.
    pub predicted: f64,
    /// Σ π·q̂ over the candidates.
    pub expected: f64,
    /// Σ π over candidates of logged probability 0.
    pub unsupported: f64,
    /// Σ π·q̂ over candidates of logged probability 0.
    pub unsupported_expected: f64,
}

impl Observation {
    /// A draw of this (usable) propensity, seen by `policy`.
    pub(in crate::evaluate) fn new(
        log: &Log,
        draw: &Draw,
        propensity: f64,
        policy: Policy,
        rewards: &RewardModel,
    ) -> Self {
        let (context, drawn) = log.drawn(draw);
        let mut observation = Self {
            weight: drawn.probability(policy) / propensity,
            reward: draw.reward,
            predicted: rewards.predict(context.row, drawn.model),
            ..Self::default()
        };
        for candidate in &context.candidates {
            let probability = candidate.probability(policy);
            let expected = probability * rewards.predict(context.row, candidate.model);
            observation.expected += expected;
            if candidate.logged <= 0.0 {
                observation.unsupported += probability;
                observation.unsupported_expected += expected;
            }
        }
        observation
    }
}
