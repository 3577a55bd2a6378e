//! What an orchestrator gets, and what it logs.

use std::borrow::Cow;
use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Serialize, Serializer};

use super::fallback::Fallback;
use crate::table::unix_seconds;

/// How a model came to be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Arm {
    /// Drawn in proportion to merit.
    Exploit,
    /// Drawn evenly among the eligible, so that all are known.
    Explore,
    /// Drawn while on probation, so that it can come back.
    Probe,
    /// Not drawn: nothing was within the cap, so the cheapest; or everything with a weight was excluded, so the first
    /// of the fallback.
    Forced,
    /// Not drawn: tried after a failure, from the list. Never in an answer; what such a call is logged with.
    Fallback,
}

/// The choice, with all that a log needs to judge it later.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer<'a> {
    /// The model's id in the table.
    pub model: &'a str,
    /// The name to call at the provider.
    pub name: &'a str,
    /// The provider.
    pub provider: &'a str,
    /// The exact probability with which this request draws this model, in (0, 1].
    pub propensity: f64,
    /// How it came to be chosen.
    pub arm: Arm,
    /// The table that chose.
    pub table_version: u64,
    /// When that table expires, `YYYY-MM-DDTHH:MM:SSZ`.
    pub expires_at: &'a str,
    /// The task: the request's, or the one that was made up.
    pub task_id: Option<Cow<'a, str>>,
    /// The attempt.
    pub attempt: u32,
    /// The row that answered.
    pub row_used: RowName<'a>,
    /// Whom to try next.
    pub fallback: Fallback<'a>,
    /// What to expect of the call.
    pub expected: Expected,
    /// Why the model stands where it does in the row.
    pub reason: &'a str,
    /// What the request set, to be logged with the call.
    pub context: Context<'a>,
}

impl Answer<'_> {
    /// Whether the table had expired at an instant. It is served all the same.
    pub fn expired(&self, now: SystemTime) -> bool {
        expired(self.expires_at, now)
    }

    /// Whether the row's weights were learned since the table was built ([`learn`](crate::learn)). The propensity is
    /// exact all the same; it is not the table's.
    pub fn learned(&self) -> bool {
        self.fallback.learned()
    }
}

/// Whether an instant of a checked table has come.
pub(crate) fn expired(expires_at: &str, now: SystemTime) -> bool {
    let now = match now.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        Err(_) => -1,
    };
    unix_seconds(expires_at).is_none_or(|end| now >= end)
}

/// A row's name, written `role/category/difficulty`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowName<'a> {
    /// Who asks; `*` = any.
    pub role: &'a str,
    /// What for; `*` = any.
    pub category: &'a str,
    /// How hard; `*` = any.
    pub difficulty: &'a str,
}

impl<'a> From<(&'a str, &'a str, &'a str)> for RowName<'a> {
    fn from((role, category, difficulty): (&'a str, &'a str, &'a str)) -> Self {
        Self { role, category, difficulty }
    }
}

impl fmt::Display for RowName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.role, self.category, self.difficulty)
    }
}

impl Serialize for RowName<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Posterior means for the drawn model in the row.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Expected {
    /// Quality of a scored success, 0 to 10.
    pub score: f64,
    /// Probability of success, in \[0, 1\].
    pub success: f64,
    /// Cost of this task, USD; null where unknown.
    pub cost_usd: Option<f64>,
    /// Median latency in milliseconds; null where unknown.
    pub latency_ms: Option<f64>,
}

/// The part of the request that shaped the draw beyond its segment.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Context<'a> {
    /// The excluded models.
    pub excluded: &'a [&'a str],
    /// The cap, USD.
    pub max_cost: Option<f64>,
    /// The estimated input tokens.
    pub est_input_tokens: Option<u64>,
    /// The estimated output tokens.
    pub est_output_tokens: Option<u64>,
}
