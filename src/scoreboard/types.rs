//! The scoreboard, to be written as JSON.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a target is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Mean score of a scored task, 0 to 10.
    Score,
    /// Share of tasks that got a usable answer, in \[0, 1\].
    Success,
    /// Mean cost of a task, US dollars.
    CostUsdPerTask,
    /// 95th percentile of the time that simple tasks take, milliseconds.
    LatencyP95Ms,
    /// Share of the draws that go to a right model, in \[0, 1\].
    RightModel,
}

impl Measure {
    /// In a word or two.
    pub fn name(self) -> &'static str {
        match self {
            Self::Score => "score",
            Self::Success => "success",
            Self::CostUsdPerTask => "cost",
            Self::LatencyP95Ms => "latency",
            Self::RightModel => "right model",
        }
    }
}

/// On which side of the target it is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sense {
    /// Above it.
    Above,
    /// Below it.
    Below,
}

/// What the interval says of the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// All of the interval is on the good side.
    Met,
    /// All of it is on the other side.
    NotMet,
    /// The target lies within it, or there is too little to tell.
    CannotTell,
}

/// Written as words.
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Met => "met",
            Self::NotMet => "not met",
            Self::CannotTell => "cannot tell",
        })
    }
}

/// One target and what was reached.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TargetResult {
    /// What it is about; its unit goes with it.
    pub measure: Measure,
    /// Which side is good.
    pub sense: Sense,
    /// What is asked.
    pub target: f64,
    /// What was reached; null where nothing is known.
    pub actual: Option<f64>,
    /// The lower bound of its interval; null where there is none.
    pub low: Option<f64>,
    /// The upper bound; null where there is none, for a percentile also where too few tasks bound it.
    pub high: Option<f64>,
    /// The tasks it was computed from; for the right model the rows of the table.
    pub counted: u64,
    /// What the interval says.
    pub verdict: Verdict,
    /// What stands in the way, in a sentence; null where the target is met.
    pub obstacle: Option<String>,
}

/// The five targets.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Scoreboard {
    /// The first day whose tasks count.
    pub first_day: String,
    /// The last.
    pub last_day: String,
    /// Production tasks in those days.
    pub tasks: u64,
    /// The probability that an interval holds the truth: confidence for tasks, credibility for the right model.
    pub interval_level: f64,
    /// Score, success, cost, latency, right model.
    pub targets: Vec<TargetResult>,
}
