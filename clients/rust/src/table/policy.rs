//! How the weights were made.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::number::{OptionalRounded, Rounded};

/// The policy behind all rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Policy {
    /// `thompson`, `ucb`, `epsilon_greedy` or `greedy`.
    pub algorithm: String,
    /// The share of draws that explores, probes included, in \[0, 1\].
    #[serde(with = "Rounded")]
    pub epsilon: f64,
    /// What a dollar weighs against value (value per USD), ≥ 0.
    #[serde(with = "Rounded")]
    pub lambda: f64,
    /// The average budget per task over all traffic; null where none is set.
    #[serde(with = "OptionalRounded", default)]
    pub budget_usd_per_task: Option<f64>,
    /// The lowest average cost per task that exploration and the cheapest models allow; null where not computed.
    #[serde(with = "OptionalRounded", default)]
    pub floor_usd_per_task: Option<f64>,
    /// What an average task is expected to cost, exploration, probes and fallbacks included, USD; null where not
    /// computed.
    #[serde(with = "OptionalRounded", default)]
    pub expected_usd_per_task: Option<f64>,
    /// The half-life of production evidence in days (of the only source where there is no production); null = it does
    /// not age.
    #[serde(with = "OptionalRounded", default)]
    pub half_life_days: Option<f64>,
    /// How fast the evidence of each source fades, and who says so.
    #[serde(default)]
    pub half_lives: BTreeMap<String, HalfLife>,
    /// The logit shift of attempts after another model's failure.
    #[serde(with = "Rounded", default)]
    pub failure_shift: f64,
    /// What a reader should know, such as `budget_infeasible`.
    #[serde(default)]
    pub flags: Vec<String>,
}

/// How fast a source's evidence fades.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HalfLife {
    /// In days; null = it does not age.
    #[serde(with = "OptionalRounded", default)]
    pub days: Option<f64>,
    /// `setting`, `auto` (found from the history), or `default` (too little history to find it).
    pub origin: String,
    /// For `auto`: by how much it predicts the history's next days better than 14 days do, as a log-likelihood; null
    /// otherwise.
    #[serde(with = "OptionalRounded", default)]
    pub gain: Option<f64>,
}

/// A point of the portfolio's frontier: what an average task costs and is worth at one λ.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PortfolioPoint {
    /// Mean chain cost of a task, USD.
    #[serde(with = "Rounded")]
    pub cost_usd: f64,
    /// Mean chain value of a task, in \[0, 1\].
    #[serde(with = "Rounded")]
    pub value: f64,
    /// The λ that reaches it.
    #[serde(with = "Rounded")]
    pub lambda: f64,
}
