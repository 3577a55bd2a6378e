//! What is wrong with a log or with the settings.

use super::Policy;

/// A log that cannot be evaluated.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum OpeError {
    /// Something names what the log does not have.
    #[error("{holder} {place} of the log names {what} {index}, but there are {count}; list it or leave it out")]
    Unknown {
        /// Context or draw.
        holder: &'static str,
        /// Which one, counted from 0.
        place: usize,
        /// Row, model, context or candidate.
        what: &'static str,
        /// The index it names.
        index: u32,
        /// How many there are.
        count: usize,
    },
    /// Probabilities that are not a distribution.
    #[error(
        "context {context} of the log: the {policy} policy's probabilities sum to {sum}; each must lie in [0, 1] and \
         their sum be 1"
    )]
    NotADistribution {
        /// Which context, counted from 0.
        context: usize,
        /// Whose probabilities.
        policy: &'static str,
        /// What they sum to.
        sum: f64,
    },
    /// A setting out of its range.
    #[error("setting {name} is {value}; it must be {range}")]
    Setting {
        /// Its name.
        name: &'static str,
        /// What it is.
        value: f64,
        /// What it may be.
        range: &'static str,
    },
    /// Nothing is left to evaluate.
    #[error(
        "none of the {draws} draws has a propensity in (0, 1] and a reward; log the propensity that choose returns with \
         every call"
    )]
    NoDraws {
        /// How many there were.
        draws: usize,
    },
}

impl Policy {
    /// Its name in messages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Target => "target",
            Self::Baseline => "baseline",
        }
    }
}
