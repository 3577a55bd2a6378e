//! Bounds on both sides.

use serde::{Deserialize, Serialize};

use super::{LowerSequence, Outcomes, SequenceError};

/// A lower and an upper bound of the average expectation of a draw, each valid on all nights at once.
///
/// ```
/// use merit::evaluate::sequence::{ConfidenceSequence, Outcome, Outcomes};
/// let mut sequence = ConfidenceSequence::default();
/// let outcome = |place| {
///     let residual = if place % 2 == 0 { 0.5 } else { -0.5 };
///     Outcome { predicted: 0.5, slack: 0.0, residual, draws: 1.0 }
/// };
/// let outcomes = (0..1000).map(outcome).collect();
/// sequence.observe(&Outcomes { outcomes, lowest: -0.5, highest: 0.5 })?;
/// let (low, high) = sequence.interval(0.05);
/// assert!((low + high - 1.0).abs() < 1e-9 && low > 0.43 && high < 0.57);
/// # Ok::<(), merit::evaluate::sequence::SequenceError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfidenceSequence {
    lower: LowerSequence,
    /// Of the outcomes with their signs turned.
    upper: LowerSequence,
}

impl ConfidenceSequence {
    /// Takes in a night.
    ///
    /// # Errors
    /// [`SequenceError`] for outcomes out of their announced range; nothing is taken in.
    pub fn observe(&mut self, night: &Outcomes) -> Result<(), SequenceError> {
        self.lower.observe(night)?;
        self.upper.observe(&night.negated())
    }

    /// The mean is above this on all nights with probability 1 − `level`.
    pub fn lower(&self, level: f64) -> f64 {
        self.lower.bound(level)
    }

    /// The mean is below this on all nights with probability 1 − `level`.
    pub fn upper(&self, level: f64) -> f64 {
        -self.upper.bound(level)
    }

    /// The mean is between the two on all nights with probability 1 − `level`, half of it for each side.
    pub fn interval(&self, level: f64) -> (f64, f64) {
        (self.lower(0.5 * level), self.upper(0.5 * level))
    }
}
