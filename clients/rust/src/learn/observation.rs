//! What became of a call.

use std::time::SystemTime;

use crate::choose::Request;

/// A first attempt that ended, for a learner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Observation<'a> {
    /// Who asked.
    pub role: &'a str,
    /// What for.
    pub category: &'a str,
    /// How hard.
    pub difficulty: &'a str,
    /// The model that was called, by its id in the table.
    pub model: &'a str,
    /// Whether a usable answer came back.
    pub success: bool,
    /// How good the answer was, 0 to 10, where that is known. Of no meaning for a failure.
    pub score: Option<f64>,
    /// When the call was made. Give the call's time for an outcome that comes late.
    pub at: SystemTime,
}

impl<'a> Observation<'a> {
    /// The model gave a usable answer, of this score where one is known.
    pub fn succeeded(request: &Request<'a>, model: &'a str, score: Option<f64>, at: SystemTime) -> Self {
        let Request { role, category, difficulty, .. } = *request;
        Self { role, category, difficulty, model, success: true, score, at }
    }

    /// The model gave none.
    pub fn failed(request: &Request<'a>, model: &'a str, at: SystemTime) -> Self {
        Self { success: false, ..Self::succeeded(request, model, None, at) }
    }
}
