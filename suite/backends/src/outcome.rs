//! What comes of one request: every attempt, and the answer or why there is none.

use std::time::{Duration, SystemTime};

use merit_router::{ErrorKind, Usage};

use crate::answer::{Answer, Stop};
use crate::error::CallError;

/// A request carried out.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Every attempt in order: each is a call record of its own. Empty where it was cancelled before the first.
    pub attempts: Vec<AttemptReport>,
    /// The answer of the last attempt, or why there is none.
    pub result: Result<Answer, CallError>,
}

/// One attempt that ended: all that a call record needs.
#[derive(Clone, Debug, PartialEq)]
pub struct AttemptReport {
    /// 1 for the first, 2 for the first retry, and so on.
    pub number: u32,
    /// When the call was made.
    pub started_at: SystemTime,
    /// From request to the last byte; waits for a slot and pauses are not in it.
    pub latency: Duration,
    /// What it used, as far as known; a failed attempt may have cost too.
    pub usage: Usage,
    /// The model that served, in the provider's words.
    pub served_model: Option<String>,
    /// Why the answer ends; None where there is none.
    pub stop: Option<Stop>,
    /// Why it failed; None where it succeeded.
    pub error: Option<CallError>,
}

impl AttemptReport {
    /// The report of a result.
    pub(crate) fn of(
        result: &Result<Answer, CallError>,
        number: u32,
        started_at: SystemTime,
        latency: Duration,
    ) -> Self {
        let (usage, served_model, stop, error) = match result {
            Ok(answer) => (answer.usage, answer.served_model.clone(), Some(answer.stop.clone()), None),
            Err(error) => (*error.usage(), None, None, Some(error.clone())),
        };
        Self { number, started_at, latency, usage, served_model, stop, error }
    }

    /// The call record's `error_kind`.
    pub fn error_kind(&self) -> Option<&ErrorKind> {
        self.error.as_ref().map(CallError::kind)
    }
}
