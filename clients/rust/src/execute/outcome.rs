//! What comes of an execution: a value with its history, or an error that lists every attempt.

use std::fmt;
use std::time::Duration;

use super::call::{CallError, Usage};
use super::draw::Draw;
use crate::choose::ChooseError;

/// A task that was served.
#[derive(Clone, Debug, PartialEq)]
pub struct Execution<T> {
    /// What the successful call gave.
    pub value: T,
    /// What the successful call used.
    pub usage: Usage,
    /// The id of the model that served.
    pub model: String,
    /// The answer of the draw.
    pub draw: Draw,
    /// Every attempt; the last one succeeded.
    pub attempts: Vec<AttemptReport>,
}

impl<T> Execution<T> {
    /// The id of the successful call in the log, to report an outcome under later; None where nothing was logged.
    pub fn call_id(&self) -> Option<&str> {
        self.attempts.last()?.call_id.as_deref()
    }
}

/// An attempt that was made.
#[derive(Clone, Debug, PartialEq)]
pub struct AttemptReport {
    /// The model's id.
    pub model: String,
    /// Its provider.
    pub provider: String,
    /// Its number among the task's attempts.
    pub attempt: u32,
    /// How long it took.
    pub latency: Duration,
    /// Why it failed; None where it succeeded.
    pub error: Option<CallError>,
    /// Its id in the log; None where it was not logged.
    pub call_id: Option<String>,
}

impl fmt::Display for AttemptReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { model, provider, attempt, latency, error, .. } = self;
        write!(f, "attempt {attempt}, {model} at {provider}, {} ms: ", latency.as_millis())?;
        match error {
            Some(error) => error.fmt(f),
            None => f.write_str("success"),
        }
    }
}

/// Why an execution gave no value.
#[derive(Debug, thiserror::Error)]
pub enum ExecuteError {
    /// There was nobody to call.
    #[error(transparent)]
    Choose(#[from] ChooseError),
    /// Nobody who was called served the task.
    #[error(transparent)]
    Failed(Box<Failure>),
}

impl ExecuteError {
    /// Every attempt that was made; none where there was no choice.
    pub fn attempts(&self) -> &[AttemptReport] {
        match self {
            ExecuteError::Choose(_) => &[],
            ExecuteError::Failed(failure) => &failure.attempts,
        }
    }
}

/// A task that nobody served.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("task {}: {stopped}; {}", draw.task_id, listed(attempts))]
pub struct Failure {
    /// Why there was no further attempt.
    pub stopped: Stopped,
    /// The answer of the draw.
    pub draw: Draw,
    /// Every attempt; all failed.
    pub attempts: Vec<AttemptReport>,
}

/// Why an execution ends without a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// The request has no meaning to a provider.
    InvalidRequest,
    /// As many attempts as allowed.
    MaxAttempts,
    /// No time was left.
    Deadline,
    /// Everybody was tried.
    NobodyLeft,
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Stopped::InvalidRequest => {
                "the request was refused as invalid, and no other model would do better; change it"
            }
            Stopped::MaxAttempts => "all attempts that max_attempts allows failed",
            Stopped::Deadline => "the deadline came before any model served it",
            Stopped::NobodyLeft => "every model that could be tried failed",
        })
    }
}

fn listed(attempts: &[AttemptReport]) -> String {
    if attempts.is_empty() {
        return "no attempt was made".to_owned();
    }
    attempts.iter().map(AttemptReport::to_string).collect::<Vec<_>>().join("; ")
}
