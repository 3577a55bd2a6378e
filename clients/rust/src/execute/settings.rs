//! How hard an execution tries.

use std::time::Duration;

/// How often, how long and how patiently an execution tries.
///
/// ```
/// use merit_router::ExecutionSettings;
/// use std::time::Duration;
/// let settings = ExecutionSettings { deadline: Some(Duration::from_secs(90)), ..ExecutionSettings::default() };
/// assert_eq!((settings.tries_per_model, settings.max_attempts), (2, 6));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExecutionSettings {
    /// Attempts at one model, for errors that may pass in a moment (rate_limit, server_error, connection). At least 1.
    pub tries_per_model: u32,
    /// Attempts in all. At least 1.
    pub max_attempts: u32,
    /// Time in all: no attempt starts later, and none is given longer. None: no limit.
    pub deadline: Option<Duration>,
    /// Time for one attempt.
    pub timeout: Duration,
    /// The pause before the second try at a model, before it is spread; each further one is twice as long.
    pub pause: Duration,
    /// The longest pause. A provider that asks for a longer one is not waited for.
    pub pause_cap: Duration,
}

impl Default for ExecutionSettings {
    /// 2 tries a model, 6 attempts, no deadline, 60 s an attempt, pauses of 0.5 s to 8 s.
    fn default() -> Self {
        Self {
            tries_per_model: 2,
            max_attempts: 6,
            deadline: None,
            timeout: Duration::from_secs(60),
            pause: Duration::from_millis(500),
            pause_cap: Duration::from_secs(8),
        }
    }
}
