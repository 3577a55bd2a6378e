//! How far the log's draws are draws that a policy would have made.

use super::Observation;
use crate::stats::effective_size::kish;

/// The weights of one policy over the draws of a log.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Overlap {
    /// (Σ w)²/Σ w²: as many draws of the policy's own would tell as much (Kish 1965).
    pub effective_draws: f64,
    /// w̄; true propensities make it 1 but for chance and unsupported mass.
    pub mean_weight: f64,
    /// Its standard error, draws taken as independent.
    pub mean_weight_error: f64,
    /// The largest weight's share of all weight.
    pub largest_share: f64,
    /// The share of the policy's own choices that the log never draws.
    pub unsupported_mass: f64,
}

impl Overlap {
    /// Of these draws; all 0 without any.
    ///
    /// ```
    /// use merit::evaluate::ope::{Observation, Overlap};
    /// let draw = |weight| Observation { weight, ..Observation::default() };
    /// let overlap = Overlap::of(&[draw(3.0), draw(0.0), draw(1.0), draw(0.0)]);
    /// assert_eq!((overlap.effective_draws, overlap.mean_weight, overlap.largest_share), (1.6, 1.0, 0.75));
    /// ```
    pub fn of(observations: &[Observation]) -> Self {
        let count = observations.len() as f64;
        if observations.is_empty() {
            return Self::default();
        }
        let weights = || observations.iter().map(|seen| seen.weight);
        let (sum, squares) = (weights().sum::<f64>(), weights().map(|weight| weight * weight).sum::<f64>());
        let mean = sum / count;
        let variance = (squares / count - mean * mean).max(0.0);
        Self {
            effective_draws: kish(sum, squares),
            mean_weight: mean,
            mean_weight_error: (variance / count).sqrt(),
            largest_share: if sum > 0.0 { weights().fold(0.0, f64::max) / sum } else { 0.0 },
            unsupported_mass: observations.iter().map(|seen| seen.unsupported).sum::<f64>() / count,
        }
    }
}
