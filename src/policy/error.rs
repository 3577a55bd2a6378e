//! Why a policy cannot be built.

use thiserror::Error;

/// Why a policy cannot be built: what is wrong, where, and what to do.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum PolicyError {
    /// Not one arm.
    #[error("there is no evidence on any model; ingest call logs before building a policy")]
    NoEvidence,
    /// A setting out of its range.
    #[error("policy setting `{name}` is {value}, it must be {range}; correct the [policy] section")]
    Setting {
        /// The key in the `[policy]` section.
        name: &'static str,
        /// The value found.
        value: f64,
        /// The values allowed.
        range: &'static str,
    },
    /// Sums that no calls can have.
    #[error("evidence on {model} in {segment}: {problem}; check the job that fills it")]
    Evidence {
        /// The arm's model.
        model: String,
        /// The arm's segment.
        segment: String,
        /// What is wrong with it.
        problem: String,
    },
    /// Traffic shares that are none.
    #[error("traffic shares: {problem}; check the job that fills them")]
    Traffic {
        /// What is wrong with them.
        problem: String,
    },
    /// The rules leave a row without a model.
    #[error(
        "no model is allowed in {segment}; loosen `allowed_models` or `excluded_providers` in the [policy] section"
    )]
    NothingAllowed {
        /// The row.
        segment: String,
    },
}
