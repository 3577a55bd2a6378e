//! What an orchestrator asks.

use super::answer::Context;
use super::error::ChooseError;

/// One attempt at a task, for which a model is wanted.
///
/// ```
/// use merit_router::Request;
/// let request = Request { max_cost: Some(0.02), ..Request::new("executor", "debugging", "advanced") };
/// assert_eq!(request.attempt, 1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Request<'a> {
    /// Who asks.
    pub role: &'a str,
    /// What for.
    pub category: &'a str,
    /// How hard.
    pub difficulty: &'a str,
    /// The task; it sticks to its model per segment and attempt. None: one is made up.
    pub task_id: Option<&'a str>,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// Ids of models not to be drawn.
    pub exclude: &'a [&'a str],
    /// The most the call may be expected to cost, USD.
    pub max_cost: Option<f64>,
    /// The task's estimated input tokens.
    pub input_tokens: Option<u64>,
    /// The task's estimated output tokens.
    pub output_tokens: Option<u64>,
}

impl<'a> Request<'a> {
    /// A first attempt without exclusions, cap or estimates.
    pub fn new(role: &'a str, category: &'a str, difficulty: &'a str) -> Self {
        Self {
            role,
            category,
            difficulty,
            task_id: None,
            attempt: 1,
            exclude: &[],
            max_cost: None,
            input_tokens: None,
            output_tokens: None,
        }
    }

    /// What shapes the draw beyond the segment.
    pub(crate) fn context(&self) -> Context<'a> {
        Context {
            excluded: self.exclude,
            max_cost: self.max_cost,
            est_input_tokens: self.input_tokens,
            est_output_tokens: self.output_tokens,
        }
    }

    /// Refuses what has no meaning.
    pub(crate) fn check(&self) -> Result<(), ChooseError> {
        if self.attempt == 0 {
            return Err(ChooseError::Attempt);
        }
        match self.max_cost {
            Some(cap) if cap.is_nan() || cap < 0.0 => Err(ChooseError::Cap(cap)),
            _ => Ok(()),
        }
    }
}
