//! The trait behind which all runners look alike.

use std::time::Duration;

use crate::answer::Answer;
use crate::cancel::Cancel;
use crate::error::CallError;
use crate::request::Request;

/// One way to call models: a protocol over HTTP, or a program.
///
/// A backend makes one attempt and knows nothing of retries; those are the [`Runner`](crate::Runner)'s.
pub trait Backend: Send + Sync {
    /// Makes one attempt.
    ///
    /// # Errors
    /// What went wrong, in the words of the call record. It must return within `timeout`, or soon after `cancel` is
    /// set, and must not let a key into the error.
    fn call(&self, request: &Request, timeout: Duration, cancel: &Cancel) -> Result<Answer, CallError>;
}
