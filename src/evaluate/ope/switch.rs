//! The switch doubly robust estimator (Switch-DR).

use super::Observation;
use super::doubly_robust::reweighted;

/// Σ π·q̂ + w·1(w ≤ τ)·(r − q̂) of each draw (Wang, Agarwal and Dudík 2017); their mean is the estimate.
///
/// Draws heavier than τ are left to the reward model: a little bias instead of a large spread. τ = ∞ is DR, τ = 0 the
/// direct method.
///
/// ```
/// use merit::evaluate::ope::{Observation, switch::pseudo_outcomes};
/// let seen = Observation { weight: 4.0, reward: 0.75, predicted: 0.5, expected: 0.25, ..Observation::default() };
/// assert_eq!(pseudo_outcomes(&[seen], 4.0), [1.25]);
/// assert_eq!(pseudo_outcomes(&[seen], 3.9), [0.25]);
/// ```
pub fn pseudo_outcomes(observations: &[Observation], threshold: f64) -> Vec<f64> {
    reweighted(observations, |weight| if weight <= threshold { weight } else { 0.0 })
}
