//! Why a learner does not learn, a sentence each.

use crate::table::LoadError;

/// Why there is no learner, or why it does not take another table.
#[derive(Debug, thiserror::Error)]
pub enum LearnError {
    /// The table cannot be trusted or read.
    #[error(transparent)]
    Table(#[from] LoadError),
    /// A setting has no meaning.
    #[error("{setting} is {value}; give {expected}")]
    Setting {
        /// Its name.
        setting: &'static str,
        /// What was given.
        value: f64,
        /// What it must be.
        expected: &'static str,
    },
}

/// Why an observation is not counted. Nothing has changed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ObserveError {
    /// The row does not know the model.
    #[error("row {row} has no candidate {model}; observe calls of models by their ids in the table")]
    UnknownModel {
        /// The row that answers for the segment.
        row: String,
        /// The model.
        model: String,
    },
    /// The score is outside its range.
    #[error("the score is {0}; give a number from 0 to 10, or none")]
    Score(f64),
}
