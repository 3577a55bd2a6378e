//! The lines of a journal.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use merit_backends::{AttemptReport, Stop};
use merit_grade::CheckGrade;
use serde::{Deserialize, Serialize};

use crate::plan::Step;
use crate::price::{Price, cost_of};

/// Something that happened to a task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Event {
    /// A call was answered.
    Answered {
        task: String,
        step: Step,
        attempts: Vec<Attempt>,
        /// What counts towards the cap: known costs, and for attempts of unknown cost what they may have cost.
        counted_usd: f64,
        text: String,
    },
    /// A call gave no answer, and will give none.
    Failed { task: String, step: Step, attempts: Vec<Attempt>, counted_usd: f64 },
    /// The work's answer was graded.
    Graded { task: String, version: u32, score: f64, checks: Vec<CheckGrade> },
    /// Records were handed over.
    Delivered { file: String, records: usize },
}

/// One attempt, as its call record has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Attempt {
    /// From 1.
    pub(crate) number: u32,
    /// Microseconds since 1970.
    pub(crate) started_at: i64,
    pub(crate) latency_ms: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) input_tokens: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cached_input_tokens: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) output_tokens: Option<u64>,
    /// As reported, else as computed on that day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cost_usd: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) served_model: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) stop: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) error_kind: Option<String>,
    /// For people; never in a record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) message: Option<String>,
}

impl Attempt {
    /// An attempt with its cost.
    pub(crate) fn of(report: &AttemptReport, price: Option<Price>) -> Self {
        let usage = &report.usage;
        Self {
            number: report.number,
            started_at: microseconds(report.started_at),
            latency_ms: milliseconds(report.latency),
            input_tokens: usage.input_tokens,
            cached_input_tokens: usage.cached_input_tokens,
            output_tokens: usage.output_tokens,
            cost_usd: cost_of(usage, price),
            served_model: report.served_model.clone(),
            stop: report.stop.as_ref().map(Stop::as_str).map(str::to_owned),
            error_kind: report.error_kind().map(|kind| kind.as_str().to_owned()),
            message: report.error.as_ref().map(|error| error.message().to_owned()),
        }
    }
}

fn microseconds(instant: SystemTime) -> i64 {
    let since = instant.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

fn milliseconds(latency: Duration) -> f64 {
    latency.as_micros() as f64 / 1e3
}
