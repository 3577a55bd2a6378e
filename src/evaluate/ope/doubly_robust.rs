//! The doubly robust estimator (DR).

use super::Observation;

/// Σ π·q̂ + w·(r − q̂) of each draw (Dudík et al. 2014); their mean is the estimate.
///
/// Unbiased where the propensities are true, whatever q̂ is, as long as q̂ was not learnt from the draw itself
/// (cross-fitting); the better q̂, the smaller its spread.
///
/// ```
/// use merit::evaluate::ope::{Observation, doubly_robust::pseudo_outcomes};
/// let seen = Observation { weight: 4.0, reward: 0.75, predicted: 0.5, expected: 0.25, ..Observation::default() };
/// assert_eq!(pseudo_outcomes(&[seen]), [1.25]);
/// ```
pub fn pseudo_outcomes(observations: &[Observation]) -> Vec<f64> {
    reweighted(observations, |weight| weight)
}

/// Σ π·q̂ + f(w)·(r − q̂): the doubly robust estimator with other weights.
pub(super) fn reweighted(observations: &[Observation], weight: impl Fn(f64) -> f64) -> Vec<f64> {
    let of = |seen: &Observation| seen.expected + weight(seen.weight) * (seen.reward - seen.predicted);
    observations.iter().map(of).collect()
}
