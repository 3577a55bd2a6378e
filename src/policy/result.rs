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
    /// λ, the value that one dollar is worth: the settings' or what the budget asks for.
    pub lambda: f64,
    /// What an average task is expected to cost, exploration, probes and fallbacks included, in dollars.
    pub expected_cost_usd_per_task: f64,
    /// The least that an average task can cost with the exploration asked for.
    pub floor_usd_per_task: f64,
    /// δ, the logit shift of attempts after another model's failure.
    pub failure_shift: f64,
    /// The best that the whole portfolio can reach at each cost when exploiting.
    pub frontier: Vec<PortfolioPoint>,
    /// A model for each category, by category.
    pub assignments: Vec<Assignment>,
    /// What concerns the whole table, sorted: `budget_infeasible`.
    pub flags: Vec<String>,
}

/// A point of the portfolio's frontier: average cost and value of a task.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PortfolioPoint {
    /// In dollars.
    pub cost_usd: f64,
    /// In [0, 1].
    pub value: f64,
    /// The least λ at which nothing dearer is worth its price.
    pub lambda: f64,
}

/// The model recommended for a category, beside the one it was declared to begin with.
#[derive(Clone, Debug, PartialEq)]
pub struct Assignment {
    /// The category.
    pub category: String,
    /// The model that leads the row (\*, category, \*).
    pub model: String,
    /// The models declared for it in the settings that the log knows; empty where none is.
    pub declared: Vec<String>,
    /// The recommendation and its evidence in a sentence.
    pub rationale: String,
}

/// What a choice and the fallbacks after its failure are expected to come to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChainEstimate {
    /// Expected value, in [0, 1].
    pub value: f64,
    /// Expected cost in dollars; none where the first model's is unknown.
    pub cost_usd: Option<f64>,
    /// The probability that some attempt succeeds.
    pub success: f64,
}

/// One row: what to do in a segment, or where no better row exists.
#[derive(Clone, Debug, PartialEq)]
pub struct SegmentPolicy {
    /// The segment; `*` stands for any.
    pub segment: Segment,
    /// The leaf's share of the traffic. 0 for a back-off row: what really falls back to it is not known from this
    /// evidence.
    pub traffic_share: f64,
    /// How much evidence the row rests on.
    pub evidence: RowEvidence,
    /// Every model considered, by falling weight, ties by id.
    pub candidates: Vec<Candidate>,
    /// The vertices of the concave hull of (chain cost, chain value) of the eligible models, by rising cost.
    pub frontier: Vec<FrontierPoint>,
    /// Eligible models in the order to try them in, fixed at λ = 0.
    pub fallback: Vec<String>,
    /// What a reader must know, sorted: `constraint_unmet`, `cost_unknown`, `drift`, `thin_evidence`, `unproven`,
    /// `unscored`, and those of the evidence.
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
    /// W = Σ w·n, what the evidence counts for today.
    pub strength: f64,
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
    /// The first day of its present level, where a detector says that it changed.
    pub changed_since: Option<String>,
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
    /// W = Σ w·n, what its evidence counts for today.
    pub strength: f64,
    /// Whether no eligible model is at least as cheap and as good.
    pub on_frontier: bool,
    /// Whether no mixture of eligible models is at least as cheap and as good.
    pub on_hull: bool,
    /// The posterior probability that no eligible model at most as dear is worth more.
    pub p_on_frontier: f64,
    /// What the choice comes to with its fallbacks; none where not eligible.
    pub chain: Option<ChainEstimate>,
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
