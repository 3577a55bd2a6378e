//! Why a call gave no answer.

use std::borrow::Cow;
use std::time::Duration;

use merit_router::{ErrorKind, Usage};

use crate::secret::Secret;
use crate::text;

/// The answer could not be read. The call may have cost all the same.
pub const MALFORMED: ErrorKind = ErrorKind::Other(Cow::Borrowed("malformed"));
/// The account has no money or no share left; waiting a moment does not help.
pub const QUOTA: ErrorKind = ErrorKind::Other(Cow::Borrowed("quota"));
/// A program could not be started, or failed without saying in which of the other ways.
pub const PROGRAM: ErrorKind = ErrorKind::Other(Cow::Borrowed("program"));
/// The caller gave up ([`Cancel`](crate::Cancel)).
pub const CANCELLED: ErrorKind = ErrorKind::Other(Cow::Borrowed("cancelled"));

/// The longest message, in characters.
const MESSAGE: usize = 600;

/// A call that failed. Its message is one line of at most 600 characters without control characters.
///
/// ```
/// use merit_backends::{CallError, ErrorKind};
/// let error = CallError::new(ErrorKind::RateLimit, "slow\ndown");
/// assert_eq!(error.to_string(), "rate_limit: slow down");
/// assert!(error.may_pass());
/// ```
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{kind}: {message}")]
pub struct CallError {
    kind: ErrorKind,
    message: String,
    status: Option<u16>,
    retry_after: Option<Duration>,
    may_pass: bool,
    // Boxed, so that a Result stays small.
    usage: Box<Usage>,
}

impl CallError {
    /// A failure; it may pass where its kind says so.
    pub fn new(kind: ErrorKind, message: impl AsRef<str>) -> Self {
        let may_pass = kind.is_passing();
        let message = text::one_line(message.as_ref(), MESSAGE);
        Self { kind, message, status: None, retry_after: None, may_pass, usage: Box::default() }
    }

    /// With the HTTP status it came with.
    #[must_use]
    pub fn with_status(self, status: u16) -> Self {
        Self { status: Some(status), ..self }
    }

    /// With the provider's word on when to try again.
    #[must_use]
    pub fn with_retry_after(self, pause: Option<Duration>) -> Self {
        Self { retry_after: pause, ..self }
    }

    /// With another opinion on whether it may pass.
    #[must_use]
    pub fn passing(self, may_pass: bool) -> Self {
        Self { may_pass, ..self }
    }

    /// With what the call used although it failed.
    #[must_use]
    pub fn with_usage(self, usage: Usage) -> Self {
        Self { usage: Box::new(usage), ..self }
    }

    /// With a remark before its message.
    #[must_use]
    pub(crate) fn within(self, place: &str) -> Self {
        let message = text::one_line(&format!("{place}: {}", self.message), MESSAGE);
        Self { message, ..self }
    }

    /// Without the key, in whole or in part.
    #[must_use]
    pub(crate) fn scrubbed(self, secret: &Secret) -> Self {
        let clean = secret.scrub(&self.message);
        let message = match clean.strip_suffix(text::CUT) {
            Some(cut) => format!("{}{}", secret.scrub_end(cut), text::CUT),
            None => clean,
        };
        Self { message: text::one_line(&message, MESSAGE), ..self }
    }

    /// What went wrong; its word is the call record's `error_kind`.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// A sentence, in parts the provider's.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The HTTP status, where there was one.
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// How long the provider asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// Whether the same call may succeed a moment later.
    pub fn may_pass(&self) -> bool {
        self.may_pass
    }

    /// What the call used although it failed, as far as known.
    pub fn usage(&self) -> &Usage {
        &self.usage
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_bounded_and_obeys_no_terminal() {
        let error = CallError::new(MALFORMED, format!("\u{1b}[2J\r\n{}", "é".repeat(2_000)));
        assert!(error.message().chars().count() <= MESSAGE, "{}", error.message());
        assert!(error.message().chars().all(|c| !c.is_control()));
        assert_eq!(ErrorKind::from("malformed"), MALFORMED);
    }

    #[test]
    fn no_part_of_a_key_stays_behind_at_a_cut() {
        let secret = Secret::new("sk-0123456789abcdef");
        for filler in 560..620 {
            let message = format!("{}sk-0123456789abcdef", "x".repeat(filler));
            let error = CallError::new(ErrorKind::Authentication, message).scrubbed(&secret);
            assert!(!error.message().contains('s'), "{filler}: {}", error.message());
        }
    }
}
