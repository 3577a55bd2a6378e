//! The policy: rows with candidates, weights and reasons; what the routing table publishes.

use std::collections::BTreeMap;

use super::evidence::{CostSource, Latency};
use crate::segment::Segment;
use crate::stats::Beta;

/// Every row of the policy, sorted by segment (`*` first).
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyResult {
    /// The rows: back-off rows and leaf segments.
    pub segments: Vec<SegmentPolicy>,
}

/// One row: what to do in a segment, or where no better row exists.
#[derive(Clone, Debug, PartialEq)]
pub struct SegmentPolicy {
    /// The segment; `*` stands for any.
    pub segment: Segment,
    /// The leaf's share of the traffic. 0 for a back-off row: what really falls back to it is not known from this evidence.
    pub traffic_share: f64,
    /// How much evidence the row rests on.
    pub evidence: RowEvidence,
    /// Every model considered, by falling weight, ties by id.
    pub candidates: Vec<Candidate>,
    /// The vertices of the concave hull of (chain cost, chain value) of the eligible models, by rising cost.
    pub frontier: Vec<FrontierPoint>,
    /// Eligible models in the order to try them in, fixed at λ = 0.
    pub fallback: Vec<String>,
    /// What a reader must know, sorted: `constraint_unmet`, `cost_unknown`, `thin_evidence`, `unproven`, `unscored`, and those of
    /// the evidence.
    pub flags: Vec<String>,
    /// One sentence: which model leads and why.
    pub rationale: String,
}

/// How much evidence a row rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct RowEvidence {
    /// First attempts, not decayed.
    pub n: u64,
    /// Kish's effective sample size of the decayed calls.
    pub n_eff: f64,
    /// Day of the oldest call; none without calls.
    pub from: Option<String>,
    /// Day of the newest call; none without calls.
    pub to: Option<String>,
}

/// A mean with its equal-tailed credible interval at the settings' `interval_level`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The posterior mean.
    pub mean: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// One model in one row.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The arm's id.
    pub model: String,
    /// The probability with which it is drawn: (1−ε)·exploit + (ε−probes)/K, or its probe share.
    pub weight: f64,
    /// Its share of the exploiting draws.
    pub exploit_weight: f64,
    /// Its share of all draws while on probation, else 0.
    pub probe_weight: f64,
    /// Whether it may be exploited and explored.
    pub eligible: bool,
    /// Why it is eligible or not, and what to know of its evidence.
    pub reason: String,
    /// The posterior of value = P(success) × mean score/10.
    pub value: Beta,
    /// The value's mean and interval, in [0, 1].
    pub value_interval: Estimate,
    /// The mean score of a success and its interval, 0 to 10.
    pub score_interval: Estimate,
    /// P(success) and its interval.
    pub success_interval: Estimate,
    /// Mean cost of one call in dollars; none where unknown.
    pub cost_usd: Option<f64>,
    /// Where the cost comes from.
    pub cost_source: CostSource,
    /// Mean input tokens of a call.
    pub input_tokens: Option<f64>,
    /// Mean output tokens of a call.
    pub output_tokens: Option<f64>,
    /// Latency quantiles; in a back-off row the traffic-weighted means of the children's.
    pub latency: Latency,
    /// First attempts, not decayed.
    pub n: u64,
    /// Kish's effective sample size.
    pub n_eff: f64,
    /// Whether no eligible model is at least as cheap and as good.
    pub on_frontier: bool,
    /// The probability that its chain utility is the largest of the eligible models; 0 where not eligible.
    pub p_best: f64,
}

/// A vertex of a row's cost-value hull.
#[derive(Clone, Debug, PartialEq)]
pub struct FrontierPoint {
    /// Expected cost of the chain, in dollars.
    pub cost_usd: f64,
    /// Expected value of the chain.
    pub value: f64,
    /// The models that reach it, with their shares.
    pub mix: BTreeMap<String, f64>,
}
