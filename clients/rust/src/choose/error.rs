//! Why there is no choice, a sentence each.

/// Why a request has no answer.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum ChooseError {
    /// Nothing is left to draw from.
    #[error("row {row}: every model with a weight and every fallback is excluded ({}); exclude fewer", excluded.join(", "))]
    AllExcluded {
        /// The row used.
        row: String,
        /// What the request excluded.
        excluded: Vec<String>,
    },
    /// The cap is no amount of money.
    #[error("max_cost is {0}; give an amount in USD of 0 or more, or none")]
    Cap(f64),
    /// Attempts are counted from 1.
    #[error("attempt is 0; attempts are counted from 1")]
    Attempt,
    /// The draw's number is outside its range.
    #[error("u is {0}; a draw needs a number in [0, 1)")]
    Uniform(f64),
    /// The system gave no random bytes for a task id.
    #[error("no task_id was given and none could be made: {0}; give the task an id")]
    Random(String),
}
