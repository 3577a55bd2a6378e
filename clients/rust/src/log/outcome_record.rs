//! What became known of a call after it was logged.

use std::time::SystemTime;

use serde::Serialize;

use super::call_record::no_number;
use super::timestamp::Timestamp;

/// News of a logged call. What is None says nothing; the latest word of each kind counts.
///
/// ```
/// use merit_router::OutcomeRecord;
/// let scored = OutcomeRecord { score: Some(8.5), judge: Some("tests"), ..OutcomeRecord::new("0123456789abcdef-1") };
/// assert_eq!(scored.success, None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct OutcomeRecord<'a> {
    /// The call: what [`CallLog::record`](super::CallLog::record) returned, in this process or in another.
    pub call_id: &'a str,
    /// When it became known; None: the moment it is recorded.
    #[serde(skip)]
    pub observed_at: Option<SystemTime>,
    /// How good the answer was, 0 to 10.
    #[serde(skip_serializing_if = "no_number")]
    pub score: Option<f64>,
    /// Whether the answer was usable after all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub success: Option<bool>,
    /// What the call cost in the end, US dollars.
    #[serde(skip_serializing_if = "no_number")]
    pub cost_usd: Option<f64>,
    /// Who gave the score.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub judge: Option<&'a str>,
}

impl<'a> OutcomeRecord<'a> {
    /// No news yet of a call.
    pub fn new(call_id: &'a str) -> Self {
        Self { call_id, observed_at: None, score: None, success: None, cost_usd: None, judge: None }
    }

    /// Whether it says nothing that can be written.
    pub(super) fn is_empty(&self) -> bool {
        no_number(&self.score) && self.success.is_none() && no_number(&self.cost_usd)
    }
}

/// The line of an outcome.
#[derive(Serialize)]
pub(super) struct OutcomeLine<'a> {
    pub(super) observed_at: Timestamp,
    #[serde(flatten)]
    pub(super) record: &'a OutcomeRecord<'a>,
}
