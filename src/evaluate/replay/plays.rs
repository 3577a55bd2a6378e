//! What a way of choosing comes to on a task: expectations over its own probabilities.

use super::matrix::Matrix;

/// One task, played with given weights.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Play {
    pub(super) quality: f64,
    pub(super) success: f64,
    /// The probability of a right choice.
    pub(super) right: f64,
    /// Σ weight·cost over the models whose cost is known, in dollars.
    pub(super) cost_usd: f64,
    /// The weight of those models.
    pub(super) costed: f64,
}

/// Plays a task that every model ran.
pub(super) fn play(matrix: &Matrix, task: usize, weights: &[f64], right: &[bool]) -> Play {
    let mut play = Play::default();
    for (model, &weight) in weights.iter().enumerate().filter(|(_, weight)| **weight > 0.0) {
        play.quality += weight * matrix.value(task, model).unwrap_or(0.0);
        play.success += weight * matrix.success(task, model);
        play.right += if right[model] { weight } else { 0.0 };
        if let Some(cost) = matrix.cost(task, model) {
            play.cost_usd += weight * cost;
            play.costed += weight;
        }
    }
    play
}
