//! The policy that chose the models of the log: known, row-wise, with exploration.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::World;
use super::draws::{Draws, cumulative};
use crate::segment::{ANY, Segment};

/// Which model was chosen, with what probability, and what followed a failure.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoggingPolicy {
    /// The version written to `table_version`.
    pub table_version: i64,
    /// The share of draws that are uniform over all models, in \[0, 1\].
    pub epsilon: f64,
    /// The first row that covers a segment is used; the last one must cover everything.
    pub rows: Vec<PolicyRow>,
    /// After a failure: the first of these not yet tried, of another provider than the one that failed if there is one.
    pub fallback: Vec<String>,
    /// Attempts a task gets, at least 1.
    pub max_attempts: u32,
    /// Success after a failure of the same task, on the logit scale: what failed once is harder.
    pub fallback_shift: f64,
}

/// One row: the work it is for (`*` means any) and its exploit weights.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyRow {
    /// The role, or `*`.
    #[serde(default = "any")]
    pub role: String,
    /// The category, or `*`.
    #[serde(default = "any")]
    pub category: String,
    /// The difficulty, or `*`.
    #[serde(default = "any")]
    pub difficulty: String,
    /// Model → weight, relative.
    pub exploit: BTreeMap<String, f64>,
}

/// A probability of at most 12 decimals is the same in text and in binary, whoever parses it.
fn twelve_decimals(probability: f64) -> f64 {
    (probability * 1e12).round() / 1e12
}

fn any() -> String {
    ANY.into()
}

impl PolicyRow {
    /// The work this row is for.
    pub fn segment(&self) -> Segment {
        Segment::new(&self.role, &self.category, &self.difficulty)
    }
}

/// The choice at one segment, ready for draws.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    /// As logged in `row_used`: role/category/difficulty.
    pub(super) row_used: String,
    epsilon: f64,
    exploit: Vec<f64>,
    /// The probability of each model, in the world's order: (1 − ε)·exploit + ε/K, to 12 decimals as in a table.
    pub(super) propensities: Vec<f64>,
}

impl Choice {
    /// Draws a model; true where the draw was an exploring one.
    pub(super) fn draw(&self, draws: &mut Draws) -> (usize, bool) {
        if draws.chance(self.epsilon) {
            let count = self.propensities.len();
            return (((draws.uniform() * count as f64) as usize).min(count - 1), true);
        }
        (draws.pick(&self.exploit), false)
    }
}

impl World {
    /// The logging policy's choice at a segment. The world has been validated: its last row covers everything.
    pub(super) fn choice(&self, segment: &Segment) -> Choice {
        let row = self.policy.rows.iter().find(|row| row.segment().covers(segment));
        let weight = |model: &str| row.and_then(|row| row.exploit.get(model)).copied().unwrap_or(0.0);
        let weights: Vec<f64> = self.models.iter().map(|model| weight(&model.name)).collect();
        let (total, epsilon) = (weights.iter().sum::<f64>(), self.policy.epsilon);
        let uniform = epsilon / self.models.len() as f64;
        let used = row.map_or_else(|| Segment::new(ANY, ANY, ANY), PolicyRow::segment);
        Choice {
            row_used: format!("{}/{}/{}", used.role, used.category, used.difficulty),
            epsilon,
            propensities: weights
                .iter()
                .map(|weight| twelve_decimals((1.0 - epsilon) * weight / total + uniform))
                .collect(),
            exploit: cumulative(weights),
        }
    }

    /// The probability with which the logging policy draws a model at a segment; `None` for an unknown model.
    pub fn propensity(&self, segment: &Segment, model: &str) -> Option<f64> {
        Some(self.choice(segment).propensities[self.model_index(model)?])
    }

    /// Whom a task goes to after its last attempt, `tried` (in order, not empty), failed.
    pub(super) fn next_fallback(&self, tried: &[usize]) -> Option<usize> {
        let left =
            || self.policy.fallback.iter().filter_map(|name| self.model_index(name)).filter(|m| !tried.contains(m));
        let failed = tried.last().map(|&model| self.models[model].provider.as_str());
        left().find(|&model| Some(self.models[model].provider.as_str()) != failed).or_else(|| left().next())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn propensities_are_probabilities_that_sum_to_one() {
        for world in [World::standard(), World::standard().with_models(11)] {
            for (segment, _) in world.segments() {
                let choice = world.choice(&segment);
                assert!((choice.propensities.iter().sum::<f64>() - 1.0).abs() < 1e-11, "{segment}");
                let floor = world.policy.epsilon / world.models.len() as f64 - 1e-12;
                assert!(choice.propensities.iter().all(|&p| p >= floor && p <= 1.0), "{segment}");
            }
        }
    }

    #[test]
    fn draws_follow_the_propensities() {
        use super::super::draws::Purpose;
        let world = World::standard();
        let choice = world.choice(&Segment::new("executor", "code_generation", "beginner"));
        let mut draws = Draws::new(9, Purpose::Day, 0);
        let count = 40_000;
        let mut counts = vec![0_u32; world.models.len()];
        for _ in 0..count {
            counts[choice.draw(&mut draws).0] += 1;
        }
        for (&seen, &probability) in counts.iter().zip(&choice.propensities) {
            let expected = f64::from(count) * probability;
            let standard_error = (expected * (1.0 - probability)).sqrt();
            assert!((f64::from(seen) - expected).abs() < 4.0 * standard_error, "{seen} for {expected}");
        }
    }

    #[test]
    fn a_fallback_is_of_another_provider_while_there_is_one() {
        let world = World::standard();
        let index = |name| world.model_index(name).expect("a standard model");
        let (opus, sonnet) = (index("claude-opus"), index("claude-sonnet"));
        let (gemini, groq) = (index("gemini-pro"), index("groq-llama"));
        assert_eq!(world.next_fallback(&[gemini]), Some(sonnet));
        assert_eq!(world.next_fallback(&[sonnet]), Some(gemini));
        assert_eq!(world.next_fallback(&[gemini, groq, sonnet]), Some(opus), "the same provider, but the last left");
        assert_eq!(world.next_fallback(&[gemini, groq, sonnet, opus]), None);
    }
}
