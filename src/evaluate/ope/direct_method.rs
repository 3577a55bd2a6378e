//! The direct method (DM).

use super::Observation;

/// Σ π·q̂ of each draw (Beygelzimer and Langford 2009); their mean is the estimate.
///
/// No weights, so little spread; it is as wrong as the reward model, and its interval does not know.
///
/// ```
/// use merit::evaluate::ope::{Observation, direct_method::pseudo_outcomes};
/// assert_eq!(pseudo_outcomes(&[Observation { expected: 0.7, ..Observation::default() }]), [0.7]);
/// ```
pub fn pseudo_outcomes(observations: &[Observation]) -> Vec<f64> {
    observations.iter().map(|seen| seen.expected).collect()
}
