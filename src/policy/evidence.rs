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

/// The evidence on one arm (a model in a leaf segment): sums over its first attempts, each call weighted w = 2^(−age/h).
///
/// Sums of one call never exceed its weight: `success_strength` ≤ `strength`, `scored_strength` ≤ `success_strength`,
/// 0 ≤ `quality_square_sum` ≤ `quality_sum` ≤ `scored_strength`.
#[derive(Clone, Debug, PartialEq)]
pub struct ArmEvidence {
    /// The leaf segment (no `*`).
    pub segment: Segment,
    /// The arm's id: the model as the table will name it.
    pub model: String,
    /// Who serves it.
    pub provider: String,
    /// First attempts, not decayed.
    pub calls: u64,
    /// W = Σ w·n.
    pub strength: f64,
    /// Σ w²·n, for the effective sample size.
    pub strength_squared: f64,
    /// Σ w·z over successes z ∈ {0, 1}.
    pub success_strength: f64,
    /// Σ w over scored successes.
    pub scored_strength: f64,
    /// Σ w·q over scored successes, q = score/10.
    pub quality_sum: f64,
    /// Σ w·q² over scored successes.
    pub quality_square_sum: f64,
    /// Scored successes, not decayed.
    pub scored_calls: u64,
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
    /// Day of the oldest call, YYYY-MM-DD.
    pub first_day: String,
    /// Day of the newest call, YYYY-MM-DD.
    pub last_day: String,
    /// What the rows of this arm should say about its evidence.
    pub flags: Vec<String>,
}

/// A leaf segment's share of the traffic.
#[derive(Clone, Debug, PartialEq)]
pub struct SegmentTraffic {
    /// The leaf segment (no `*`).
    pub segment: Segment,
    /// Its share of all first attempts; the shares sum to 1.
    pub share: f64,
}
