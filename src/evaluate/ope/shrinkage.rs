//! The doubly robust estimator with optimistic shrinkage (DRos).

use super::Observation;
use super::doubly_robust::reweighted;

/// Σ π·q̂ + λw/(w² + λ)·(r − q̂) of each draw (Su, Dimakopoulou, Krishnamurthy and Dudík 2020); their mean is the
/// estimate.
///
/// Weights far below √λ stay, those above shrink: a little bias instead of a large spread. λ = ∞ is DR, λ = 0 the direct
/// method.
///
/// ```
/// use merit::evaluate::ope::{Observation, shrinkage::pseudo_outcomes};
/// let seen = Observation { weight: 4.0, reward: 0.75, predicted: 0.5, expected: 0.25, ..Observation::default() };
/// assert_eq!(pseudo_outcomes(&[seen], 16.0), [0.75]);
/// assert_eq!(pseudo_outcomes(&[seen], 0.0), [0.25]);
/// assert_eq!(pseudo_outcomes(&[seen], f64::INFINITY), [1.25]);
/// ```
pub fn pseudo_outcomes(observations: &[Observation], lambda: f64) -> Vec<f64> {
    let shrunken = |weight: f64| {
        if lambda.is_infinite() {
            weight
        } else if lambda == 0.0 {
            0.0
        } else {
            lambda * weight / (weight * weight + lambda)
        }
    };
    reweighted(observations, shrunken)
}
