//! The tables of the evaluation.

use serde::{Deserialize, Serialize};

use super::learner::Learner;
use super::settings::{EvaluationSettings, WorldKind};

/// A mean over seeds with its standard error (0 for a single seed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Mean {
    /// The mean.
    pub mean: f64,
    /// Its standard error: the sample deviation over √n.
    pub standard_error: f64,
}

impl Mean {
    /// The mean of these numbers; 0 for none.
    pub(super) fn of(numbers: &[f64]) -> Self {
        if numbers.is_empty() {
            return Self::default();
        }
        let count = numbers.len() as f64;
        let mean = numbers.iter().sum::<f64>() / count;
        let squares: f64 = numbers.iter().map(|number| (number - mean) * (number - mean)).sum();
        let standard_error = if numbers.len() > 1 { (squares / (count - 1.0) / count).sqrt() } else { 0.0 };
        Self { mean, standard_error }
    }
}

/// How one learner did in one kind of world; over the days after the burn-in, then over seeds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LearnerResult {
    /// Who.
    pub learner: Learner,
    /// What a task of the exploit arm loses against the best feasible choice, in utility.
    pub regret: Mean,
    /// Its regret less that of the first learner in the same worlds.
    pub regret_beyond_first: Mean,
    /// The share of the exploit arm's tasks whose model is within 0.02 of the best feasible utility.
    pub near_best: Mean,
    /// What a task cost, exploration and fallbacks included, in dollars.
    pub cost_usd_per_task: Mean,
    /// The regret on each day, burn-in included: the mean over seeds.
    pub regret_by_day: Vec<f64>,
}

/// One kind of world.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WorldResult {
    /// How its truth moves.
    pub world: WorldKind,
    /// In the order of the settings.
    pub learners: Vec<LearnerResult>,
}

/// What [`evaluate`](super::evaluate) finds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// What was played.
    pub settings: EvaluationSettings,
    /// In the order of the settings.
    pub worlds: Vec<WorldResult>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_has_the_standard_error_of_the_textbook() {
        let found = Mean::of(&[1.0, 2.0, 3.0, 6.0]);
        assert_eq!(found.mean, 3.0);
        assert!((found.standard_error - (14.0_f64 / 3.0 / 4.0).sqrt()).abs() < 1e-12);
        assert_eq!(Mean::of(&[2.0]), Mean { mean: 2.0, standard_error: 0.0 });
        assert_eq!(Mean::of(&[]), Mean::default());
    }
}
