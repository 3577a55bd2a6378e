//! How far a judge can be believed.

use serde::Serialize;

use super::observation::Observation;
use super::statistics::{correlation, mean, squares};

/// How far judges agree, with themselves and with the computed scores.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct JudgeNoise {
    /// Answers that have at least one judge's score.
    pub answers: usize,
    /// Judges' scores.
    pub scores: usize,
    /// Judges' answers that could not be read: no scores.
    pub malformed: usize,
    /// The mean of the judges' scores.
    pub mean: Option<f64>,
    /// Answers that have two scores or more.
    pub repeated: usize,
    /// The standard deviation of the scores of one answer, pooled: √(Σᵢ Σⱼ (xᵢⱼ − x̄ᵢ)² / Σᵢ (nᵢ − 1)); 0 is a judge that
    /// always says the same. None where no answer was judged twice.
    pub self_deviation: Option<f64>,
    /// The mean over answers of (the judge's mean score − the computed score): what the judge adds.
    pub difference: Option<f64>,
    /// Pearson's correlation of the judge's mean score and the computed score; None where either does not vary.
    pub correlation: Option<f64>,
}

impl JudgeNoise {
    /// The noise over tasks; None where nobody judged.
    pub(crate) fn of(tasks: &[&Observation]) -> Option<Self> {
        let judged: Vec<&&Observation> = tasks.iter().filter(|task| !task.judge_scores.is_empty()).collect();
        let malformed: usize = tasks.iter().map(|task| task.judge_malformed).sum();
        if judged.is_empty() && malformed == 0 {
            return None;
        }
        let all: Vec<f64> = judged.iter().flat_map(|task| task.judge_scores.iter().copied()).collect();
        let repeated: Vec<&&&Observation> = judged.iter().filter(|task| task.judge_scores.len() >= 2).collect();
        let free: usize = repeated.iter().map(|task| task.judge_scores.len() - 1).sum();
        let within: f64 = repeated.iter().filter_map(|task| squares(&task.judge_scores)).sum();
        let pairs: Vec<(f64, f64)> =
            judged.iter().filter_map(|task| Some((mean(&task.judge_scores)?, task.score?))).collect();
        let differences: Vec<f64> = pairs.iter().map(|(judge, computed)| judge - computed).collect();
        Some(Self {
            answers: judged.len(),
            scores: all.len(),
            malformed,
            mean: mean(&all),
            repeated: repeated.len(),
            self_deviation: (free > 0).then(|| (within / free as f64).sqrt()),
            difference: mean(&differences),
            correlation: correlation(&pairs),
        })
    }
}
