//! What a sequence cannot take in.

/// Outcomes that would make every later bound wrong.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum SequenceError {
    /// An outcome that was said to be impossible, or is not a number.
    #[error(
        "outcome {place} of the night has the residual {residual}, outside the range {lowest} to {highest} announced for \
         it; announce the widest range that propensities and rewards allow"
    )]
    OutOfRange {
        /// Which outcome, counted from 0.
        place: usize,
        /// Its residual.
        residual: f64,
        /// The lowest announced.
        lowest: f64,
        /// The highest announced.
        highest: f64,
    },
    /// A prediction, slack or number of draws that is none.
    #[error(
        "outcome {place} of the night has a prediction, a slack or a number of draws that is no finite number or below 0; \
         leave it out"
    )]
    Impossible {
        /// Which outcome, counted from 0.
        place: usize,
    },
}
