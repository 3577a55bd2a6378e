//! What a sequence takes in.

use super::SequenceError;

/// Sums of rounded products may leave their range by this, relative to it.
const ROUNDING: f64 = 1e-9;

/// What one task came to: x = predicted ± slack + residual.
///
/// The prediction must be made before the task is seen; the better it is, the sooner the bounds close.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Outcome {
    /// What was expected.
    pub predicted: f64,
    /// How far the expectation may be off for reasons that no draw can tell of. At least 0.
    pub slack: f64,
    /// How it differed from the prediction.
    pub residual: f64,
    /// How many draws it sums up; bounds are of the mean of a draw.
    pub draws: f64,
}

/// The outcomes of one night, independent of each other, with the range that their residuals can have.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcomes {
    /// The outcomes.
    pub outcomes: Vec<Outcome>,
    /// No residual can be lower; known before the draws. At most 0.
    pub lowest: f64,
    /// No residual can be higher; known before the draws. At least 0.
    pub highest: f64,
}

impl Outcomes {
    /// Whether every outcome is a number and within the range.
    ///
    /// # Errors
    /// [`SequenceError`] with the first that is not.
    pub fn check(&self) -> Result<(), SequenceError> {
        let (lowest, highest) = (self.lowest, self.highest);
        let rounding = ROUNDING * (highest - lowest);
        for (place, outcome) in self.outcomes.iter().enumerate() {
            let Outcome { predicted, slack, residual, draws } = *outcome;
            if !(lowest <= 0.0 && highest >= 0.0 && (lowest - rounding..=highest + rounding).contains(&residual)) {
                return Err(SequenceError::OutOfRange { place, residual, lowest, highest });
            }
            let finite =
                predicted.is_finite() && slack.is_finite() && draws.is_finite() && (highest - lowest).is_finite();
            if !finite || slack < 0.0 || draws < 0.0 {
                return Err(SequenceError::Impossible { place });
            }
        }
        Ok(())
    }

    /// The same with every sign turned.
    pub(super) fn negated(&self) -> Self {
        let negated =
            |outcome: &Outcome| Outcome { predicted: -outcome.predicted, residual: -outcome.residual, ..*outcome };
        Self { outcomes: self.outcomes.iter().map(negated).collect(), lowest: -self.highest, highest: -self.lowest }
    }
}
