//! Self-normalised inverse propensity weighting (SNIPW).

use super::Observation;

/// Σ w·r / Σ w (Swaminathan and Joachims 2015); none where all weights are 0.
///
/// ```
/// use merit::evaluate::ope::{Observation, self_normalised::estimate};
/// let draw = |weight, reward| Observation { weight, reward, ..Observation::default() };
/// assert_eq!(estimate(&[draw(3.0, 0.5), draw(1.0, 1.0)]), Some(0.625));
/// assert_eq!(estimate(&[draw(0.0, 0.5)]), None);
/// ```
pub fn estimate(observations: &[Observation]) -> Option<f64> {
    let weights: f64 = observations.iter().map(|seen| seen.weight).sum();
    let rewards: f64 = observations.iter().map(|seen| seen.weight * seen.reward).sum();
    (weights > 0.0).then(|| rewards / weights)
}

/// V + w·(r − V)/w̄ of each draw, with V the estimate; none where all weights are 0.
///
/// Their mean is V, and their spread is that of the ratio: numerator and denominator both count (the delta method;
/// Owen 2013, §9.2). The spread of w·r/w̄ alone takes the denominator for a constant, and is far too wide where rewards
/// hardly differ or too narrow where they go against the weights.
///
/// ```
/// use merit::evaluate::ope::{Observation, self_normalised::pseudo_outcomes};
/// let draw = |weight, reward| Observation { weight, reward, ..Observation::default() };
/// // Rewards that are all alike leave no doubt, however the weights scatter.
/// assert_eq!(pseudo_outcomes(&[draw(3.0, 0.5), draw(1.0, 0.5)]), Some(vec![0.5, 0.5]));
/// ```
pub fn pseudo_outcomes(observations: &[Observation]) -> Option<Vec<f64>> {
    let value = estimate(observations)?;
    let weights: f64 = observations.iter().map(|seen| seen.weight).sum();
    let mean = weights / observations.len() as f64;
    Some(observations.iter().map(|seen| value + seen.weight * (seen.reward - value) / mean).collect())
}
