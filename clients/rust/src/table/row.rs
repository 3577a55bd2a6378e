//! A row: one segment, or one back-off row, with its candidates in the order of choice.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::candidate::Candidate;
use super::number::Rounded;

/// What stands for "any" in a back-off row.
pub(crate) const ANY: &str = "*";

/// The candidates for one kind of work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Row {
    /// Who asks; `*` = any.
    pub role: String,
    /// What for; `*` = any.
    pub category: String,
    /// How hard; `*` = any.
    pub difficulty: String,
    /// The share of recent traffic that used this row, in \[0, 1\].
    #[serde(with = "Rounded")]
    pub traffic_share: f64,
    /// What the row was learned from.
    pub evidence: Evidence,
    /// By weight, highest first; ties by the bytes of the model id.
    pub candidates: Vec<Candidate>,
    /// The row's frontier of cost and value, cheapest first.
    #[serde(default)]
    pub frontier: Vec<RowPoint>,
    /// The models to try after a failure, in order; each is a candidate of the row.
    #[serde(default)]
    pub fallback: Vec<String>,
    /// What a reader should know, such as `constraint_unmet`.
    #[serde(default)]
    pub flags: Vec<String>,
    /// Why these weights, in a sentence or two.
    #[serde(default)]
    pub rationale: String,
}

impl Row {
    /// The row's name parts, by which rows are ordered and found.
    pub fn key(&self) -> (&str, &str, &str) {
        (&self.role, &self.category, &self.difficulty)
    }
}

/// Written `role/category/difficulty`.
impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.role, self.category, self.difficulty)
    }
}

/// How much a row rests on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Evidence {
    /// Calls.
    pub n: u64,
    /// Kish's effective number of calls after decay: (Σ w·n)²/Σ w²·n.
    #[serde(with = "Rounded")]
    pub n_eff: f64,
    /// W, what the evidence counts for today: Σ weight·calls.
    #[serde(with = "Rounded", default)]
    pub strength: f64,
    /// The first day, `YYYY-MM-DD`; null without calls.
    #[serde(default)]
    pub from: Option<String>,
    /// The last day.
    #[serde(default)]
    pub to: Option<String>,
}

/// A point of a row's frontier: a mix of models, what it costs and what it is worth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RowPoint {
    /// Chain cost, USD.
    #[serde(with = "Rounded")]
    pub cost_usd: f64,
    /// Chain value, in \[0, 1\].
    #[serde(with = "Rounded")]
    pub value: f64,
    /// The share of each model.
    pub mix: BTreeMap<String, f64>,
}
