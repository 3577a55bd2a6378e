//! Inverse propensity weighting (IPW).

use super::Observation;

/// w·r of each draw (Horvitz and Thompson 1952; for bandits Strehl et al. 2010); their mean is the estimate.
///
/// Unbiased where the propensities are true and π draws nobody whom the log never drew; its spread grows with the
/// weights.
///
/// ```
/// use merit::evaluate::ope::{Observation, inverse_propensity::pseudo_outcomes};
/// let draw = |weight, reward| Observation { weight, reward, ..Observation::default() };
/// assert_eq!(pseudo_outcomes(&[draw(2.0, 0.5), draw(0.5, 1.0)]), [1.0, 0.5]);
/// ```
pub fn pseudo_outcomes(observations: &[Observation]) -> Vec<f64> {
    observations.iter().map(|seen| seen.weight * seen.reward).collect()
}
