//! What the policy is built from: decayed sums per arm and the traffic of each segment.

use serde::{Deserialize, Serialize};

use crate::segment::Segment;

/// Where a cost comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CostSource {
    /// Mean tokens × the price in force at the as-of instant.
    Price,
    /// Mean of the logged costs, for want of a price.
    Logged,
    /// Neither price nor logged cost.
    Unknown,
}

/// Latency quantiles in milliseconds; none where nothing was recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Latency {
    /// The median.
    pub p50: Option<f64>,
    /// The 95th percentile.
    pub p95: Option<f64>,
    /// The 99th percentile.
    pub p99: Option<f64>,
}

/// What calls of one source, scored by one judge, say of an arm: sums over its first attempts, each call weighted by
/// its age, its source and the changes since, w ≤ 1.
///
/// Sums of one call never exceed its weight: `success_strength` ≤ `strength`, `scored_strength` ≤ `success_strength`,
/// 0 ≤ `quality_square_sum` ≤ `quality_sum` ≤ `scored_strength`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// `production` or `benchmark`.
    pub source: String,
    /// Who scored; empty where nobody did or the log does not say.
    pub judge: String,
    /// First attempts, not decayed.
    pub calls: u64,
    /// W = Σ w·n.
    pub strength: f64,
    /// Σ w²·n, for the effective sample size.
    pub strength_squared: f64,
    /// Σ w·z over successes z ∈ {0, 1}.
    pub success_strength: f64,
    /// Scored successes, not decayed.
    pub scored_calls: u64,
    /// Σ w over scored successes.
    pub scored_strength: f64,
    /// Σ w² over scored successes.
    pub scored_strength_squared: f64,
    /// Σ w·q over scored successes, q = score/10.
    pub quality_sum: f64,
    /// Σ w·q² over scored successes.
    pub quality_square_sum: f64,
}

/// Attempts after another model's failure: harder work than first attempts, so they are kept apart.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LaterAttempts {
    /// Σ w·n.
    pub strength: f64,
    /// Σ w·z.
    pub success_strength: f64,
}

/// The evidence on one arm: a model in a leaf segment.
#[derive(Clone, Debug, PartialEq)]
pub struct ArmEvidence {
    /// The leaf segment (no `*`).
    pub segment: Segment,
    /// The arm's id: the model as the table will name it.
    pub model: String,
    /// Who serves it.
    pub provider: String,
    /// One a source and judge; none for a model that is announced and has not run.
    pub cells: Vec<Cell>,
    /// What it did after another model's failure.
    pub later: LaterAttempts,
    /// Forward mean cost of one call in dollars; none where unknown.
    pub cost_usd: Option<f64>,
    /// Where the cost comes from.
    pub cost_source: CostSource,
    /// Mean input tokens of a call.
    pub input_tokens: Option<f64>,
    /// Mean output tokens of a call.
    pub output_tokens: Option<f64>,
    /// Latency quantiles.
    pub latency: Latency,
    /// Day of the oldest call, YYYY-MM-DD; empty without calls.
    pub first_day: String,
    /// Day of the newest call, YYYY-MM-DD; empty without calls.
    pub last_day: String,
    /// The first day of a changed level, where a change was detected: what came before counts less.
    pub changed_since: Option<String>,
    /// What the rows of this arm should say about its evidence.
    pub flags: Vec<String>,
}

impl ArmEvidence {
    /// An arm of which only these sums are known: no cost, no tokens, no latency and no days.
    pub(crate) fn from_cells(segment: Segment, model: &str, provider: &str, cells: Vec<Cell>) -> Self {
        Self {
            segment,
            model: model.to_owned(),
            provider: provider.to_owned(),
            cells,
            later: LaterAttempts::default(),
            cost_usd: None,
            cost_source: CostSource::Unknown,
            input_tokens: None,
            output_tokens: None,
            latency: Latency::default(),
            first_day: String::new(),
            last_day: String::new(),
            changed_since: None,
            flags: Vec::new(),
        }
    }

    /// First attempts, not decayed.
    pub fn calls(&self) -> u64 {
        self.cells.iter().map(|cell| cell.calls).sum()
    }

    /// W = Σ w·n.
    pub fn strength(&self) -> f64 {
        self.total(|cell| cell.strength)
    }

    /// Σ w²·n.
    pub fn strength_squared(&self) -> f64 {
        self.total(|cell| cell.strength_squared)
    }

    /// Σ w·z.
    pub fn success_strength(&self) -> f64 {
        self.total(|cell| cell.success_strength)
    }

    /// Σ w over scored successes.
    pub fn scored_strength(&self) -> f64 {
        self.total(|cell| cell.scored_strength)
    }

    fn total(&self, of: fn(&Cell) -> f64) -> f64 {
        self.cells.iter().map(of).sum()
    }
}

/// A leaf segment's share of the traffic.
#[derive(Clone, Debug, PartialEq)]
pub struct SegmentTraffic {
    /// The leaf segment (no `*`).
    pub segment: Segment,
    /// Its share of all first attempts; the shares sum to 1.
    pub share: f64,
}
