//! What the caller's code is given for one attempt, and what it gives back.

use std::time::Duration;

use super::kind::ErrorKind;

/// One attempt to be made: whom to call, and how long it may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt<'a> {
    /// The model's id in the table.
    pub model: &'a str,
    /// The name to call at the provider.
    pub name: &'a str,
    /// The provider.
    pub provider: &'a str,
    /// Its number among the task's attempts, as logged: the request's, then one more each time.
    pub attempt: u32,
    /// The time it has. The async form enforces it; a blocking call must hand it to its client.
    pub timeout: Duration,
}

/// A call that succeeded.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reply<T> {
    /// The caller's own.
    pub value: T,
    /// What the call used, to be logged.
    pub usage: Usage,
}

impl<T> Reply<T> {
    /// A reply of which only the value is known.
    pub fn new(value: T) -> Self {
        Self { value, usage: Usage::default() }
    }
}

impl<T> From<T> for Reply<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

/// Tokens and cost of one call, as far as known.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Usage {
    /// Prompt tokens, cached ones included.
    pub input_tokens: Option<u64>,
    /// The part of the input that the provider had cached.
    pub cached_input_tokens: Option<u64>,
    /// Tokens of the answer, reasoning included.
    pub output_tokens: Option<u64>,
    /// What the provider charged, USD.
    pub cost_usd: Option<f64>,
}

/// A call that failed.
///
/// ```
/// use merit_router::{CallError, ErrorKind};
/// use std::time::Duration;
/// let error = CallError::new(ErrorKind::RateLimit, "429 from north").retry_after(Duration::from_secs(2));
/// assert_eq!(error.to_string(), "rate_limit: 429 from north");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}: {message}")]
pub struct CallError {
    /// What went wrong.
    pub kind: ErrorKind,
    /// In the provider's words.
    pub message: String,
    /// When the provider says to try again.
    pub retry_after: Option<Duration>,
}

impl CallError {
    /// A failure without a word on when to try again.
    pub fn new(kind: impl Into<ErrorKind>, message: impl Into<String>) -> Self {
        Self { kind: kind.into(), message: message.into(), retry_after: None }
    }

    /// With the provider's word on when to try again.
    #[must_use]
    pub fn retry_after(self, pause: Duration) -> Self {
        Self { retry_after: Some(pause), ..self }
    }
}
