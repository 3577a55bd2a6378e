//! A draw as it was logged, with what became of its task.

use crate::day::Day;

/// One call of a task.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attempt {
    /// Who served it.
    pub model: String,
    /// At which provider.
    pub provider: String,
    /// Whether a usable answer came back.
    pub success: bool,
    /// How good it was, 0 to 10.
    pub score: Option<f64>,
    /// What it cost as logged, US dollars.
    pub cost_usd: Option<f64>,
}

/// A first attempt, what the caller had asked for, and all attempts that followed.
#[derive(Clone, Debug, PartialEq)]
pub struct LoggedDraw {
    /// The day of the first attempt.
    pub day: Day,
    /// The task.
    pub task: String,
    /// Who asked.
    pub role: String,
    /// What for.
    pub category: String,
    /// How hard.
    pub difficulty: String,
    /// The table that chose.
    pub table_version: Option<i64>,
    /// The row it used.
    pub row_used: Option<String>,
    /// The model it drew.
    pub drawn: String,
    /// The probability with which it did.
    pub propensity: Option<f64>,
    /// The excluded models, as a JSON list.
    pub excluded: Option<String>,
    /// The caller's cap, US dollars.
    pub max_cost: Option<f64>,
    /// The caller's estimate of prompt tokens.
    pub est_input_tokens: Option<i64>,
    /// The caller's estimate of answer tokens.
    pub est_output_tokens: Option<i64>,
    /// The attempts, the first one first; never empty.
    pub attempts: Vec<Attempt>,
}

impl LoggedDraw {
    /// The attempt that served the task; none where all failed.
    pub fn served(&self) -> Option<&Attempt> {
        self.attempts.iter().find(|attempt| attempt.success)
    }
}
