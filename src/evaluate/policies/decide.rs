//! The policy of a night, by index instead of by name.

use super::world::World;
use crate::policy::{ArmEvidence, PolicyError, PolicyResult, PolicySettings, build};

/// What a table says of one leaf segment.
#[derive(Clone, Debug)]
pub(super) struct RowDecision {
    /// The propensity of each model.
    pub(super) weights: Vec<f64>,
    /// Its share of the exploiting draws.
    pub(super) exploit: Vec<f64>,
    /// Models in the order to try them in.
    pub(super) fallback: Vec<usize>,
}

/// What a table says of each leaf segment, in the order of the world's traffic.
#[derive(Clone, Debug)]
pub(super) struct Decision {
    pub(super) rows: Vec<RowDecision>,
    /// The value of a dollar.
    pub(super) lambda: f64,
}

/// Builds the policy from what a log says.
pub(super) fn decide(
    world: &World,
    evidence: &[ArmEvidence],
    settings: &PolicySettings,
) -> Result<(Decision, PolicyResult), PolicyError> {
    let policy = build(evidence, &world.traffic, settings)?;
    let place = |name: &str| world.models.iter().position(|model| *model == name);
    let rows = world
        .traffic
        .iter()
        .map(|leaf| {
            let found = policy.segments.binary_search_by(|row| row.segment.cmp(&leaf.segment));
            let row = &policy.segments[found.expect("every leaf with traffic has a row")];
            let mut decision = RowDecision {
                weights: vec![0.0; world.models.len()],
                exploit: vec![0.0; world.models.len()],
                fallback: row.fallback.iter().filter_map(|model| place(model)).collect(),
            };
            for candidate in &row.candidates {
                if let Some(model) = place(&candidate.model) {
                    decision.weights[model] = candidate.weight;
                    decision.exploit[model] = candidate.exploit_weight;
                }
            }
            decision
        })
        .collect();
    Ok((Decision { rows, lambda: policy.lambda }, policy))
}

/// Every model alike: uniform logging.
#[cfg(test)]
pub(super) fn uniform(world: &World) -> Decision {
    let count = world.models.len();
    let even = vec![1.0 / count as f64; count];
    let row = RowDecision { weights: even.clone(), exploit: even, fallback: (0..count).collect() };
    Decision { rows: vec![row; world.traffic.len()], lambda: 0.0 }
}
