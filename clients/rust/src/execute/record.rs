//! What is known of an attempt the moment it ends, for whoever logs it.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::call::{CallError, Usage};
use crate::choose::{Answer, Arm, Request};

/// One attempt that ended: all that a call record needs.
#[derive(Clone, Copy, Debug)]
pub struct AttemptRecord<'a> {
    /// What the caller asked: role, category, difficulty. Its task id and exclusions may lack what the answer has.
    pub request: &'a Request<'a>,
    /// The answer of the draw: drawn model, table version, row, task id, and the context with the exclusions of the
    /// draw. The same in all attempts of an execution.
    pub answer: &'a Answer<'a>,
    /// Its number among the task's attempts: the answer's, then one more each time.
    pub attempt: u32,
    /// The model that was called, by its id in the table.
    pub model: &'a str,
    /// Its provider.
    pub provider: &'a str,
    /// The draw's arm in the first attempt of an execution, [`Arm::Fallback`] in all others.
    pub arm: Arm,
    /// The draw's propensity in the first attempt of an execution; None in all others.
    pub propensity: Option<f64>,
    /// When the call was made.
    pub started_at: SystemTime,
    /// How long it took.
    pub latency: Duration,
    /// What it used, or why it failed.
    pub result: Result<Usage, &'a CallError>,
}

/// Where attempts are logged, each the moment it ends.
///
/// It is called between two attempts of a task, so it should not wait for anything.
pub trait AttemptLog: Send + Sync {
    /// Logs an attempt. Returns the id under which an outcome may be reported later, if there is one.
    fn attempt(&self, record: &AttemptRecord<'_>) -> Option<String>;
}

impl<L: AttemptLog + ?Sized> AttemptLog for Arc<L> {
    fn attempt(&self, record: &AttemptRecord<'_>) -> Option<String> {
        (**self).attempt(record)
    }
}

impl<L: AttemptLog + ?Sized> AttemptLog for &L {
    fn attempt(&self, record: &AttemptRecord<'_>) -> Option<String> {
        (**self).attempt(record)
    }
}
