//! A candidate: one model in one row, with its weight and what is known of it.

use serde::{Deserialize, Serialize};

use super::number::{OptionalRounded, Rounded};

/// One model in one row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Candidate {
    /// Its id among the table's models.
    pub model: String,
    /// The probability with which it is drawn where nothing is excluded or capped, in \[0, 1\].
    #[serde(with = "Rounded")]
    pub weight: f64,
    /// Its share of the draws that exploit, before exploration takes its part, in \[0, 1\].
    #[serde(with = "Rounded")]
    pub exploit_weight: f64,
    /// Its probability of being drawn as a probe while on probation, in \[0, 1\].
    #[serde(with = "Rounded")]
    pub probe_weight: f64,
    /// Whether exploration may draw it.
    pub eligible: bool,
    /// Why it stands where it does: the evidence, the constraint that binds, the price used.
    pub reason: String,
    /// First parameter of the Beta posterior of its value (reliability × quality).
    #[serde(with = "Rounded")]
    pub alpha: f64,
    /// Second parameter of that posterior.
    #[serde(with = "Rounded")]
    pub beta: f64,
    /// Value in \[0, 1\].
    pub value: Interval,
    /// Quality of scored successes, 0 to 10.
    pub score: Interval,
    /// Probability of success, in \[0, 1\].
    pub success: Interval,
    /// Cost of a call.
    pub cost_usd: Cost,
    /// Mean input tokens of a call; null where unknown.
    #[serde(with = "OptionalRounded", default)]
    pub input_tokens: Option<f64>,
    /// Mean output tokens of a call; null where unknown.
    #[serde(with = "OptionalRounded", default)]
    pub output_tokens: Option<f64>,
    /// Latency of a call.
    pub latency_ms: Latency,
    /// Calls.
    pub n: u64,
    /// Kish's effective number of calls after decay.
    #[serde(with = "Rounded")]
    pub n_eff: f64,
    /// W, what its evidence counts for today: Σ weight·calls.
    #[serde(with = "Rounded", default)]
    pub strength: f64,
    /// Whether no other candidate is both cheaper and better.
    pub on_frontier: bool,
    /// Whether no mixture of other candidates is both cheaper and better.
    #[serde(default)]
    pub on_hull: bool,
    /// The posterior probability that no candidate at most as dear is worth more.
    #[serde(with = "Rounded", default)]
    pub p_on_frontier: f64,
    /// What it comes to with the fallbacks after its failure; null where it is not eligible.
    #[serde(default)]
    pub chain: Option<Chain>,
    /// The posterior probability that it has the largest utility.
    #[serde(with = "Rounded")]
    pub p_best: f64,
}

/// A choice with the fallbacks after its failure.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Chain {
    /// Expected value, in \[0, 1\].
    #[serde(with = "Rounded")]
    pub value: f64,
    /// Expected cost, USD; null where unknown.
    #[serde(with = "OptionalRounded", default)]
    pub cost_usd: Option<f64>,
    /// The probability that some attempt succeeds.
    #[serde(with = "Rounded")]
    pub success: f64,
}

/// A mean with the bounds of its equal-tailed credible interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Interval {
    /// The posterior mean.
    #[serde(with = "Rounded")]
    pub mean: f64,
    /// The lower bound.
    #[serde(with = "Rounded")]
    pub low: f64,
    /// The upper bound.
    #[serde(with = "Rounded")]
    pub high: f64,
}

/// Mean cost of a call, USD.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Cost {
    /// Null where unknown.
    #[serde(with = "OptionalRounded", default)]
    pub mean: Option<f64>,
    /// Where the mean comes from.
    pub source: CostSource,
}

/// Where a cost comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CostSource {
    /// Mean tokens × the price in force.
    Price,
    /// What the logs say it cost; no price is known.
    Logged,
    /// Neither; it passes no cap.
    Unknown,
}

/// Latency quantiles in milliseconds; null where there is no sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Latency {
    /// The median.
    #[serde(with = "OptionalRounded", default)]
    pub p50: Option<f64>,
    /// 95 % of calls are faster.
    #[serde(with = "OptionalRounded", default)]
    pub p95: Option<f64>,
    /// 99 % of calls are faster.
    #[serde(with = "OptionalRounded", default)]
    pub p99: Option<f64>,
}
