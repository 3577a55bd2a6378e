//! How the weights were made.

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
    /// The half-life of evidence in days; null = evidence does not age.
    #[serde(with = "OptionalRounded", default)]
    pub half_life_days: Option<f64>,
    /// What a reader should know, such as `budget_infeasible`.
    #[serde(default)]
    pub flags: Vec<String>,
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
