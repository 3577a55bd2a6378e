//! The difference of two tables, to be written as JSON.

use std::collections::BTreeMap;

use merit_router::table::{Cost, Evidence, HalfLife, Interval, Price};
use serde::Serialize;

use super::cause::Cause;

/// What something was and what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Change<T> {
    /// In the first table.
    pub from: T,
    /// In the second.
    pub to: T,
}

impl<T: PartialEq> Change<T> {
    /// The change, where there is one.
    pub(super) fn found(from: T, to: T) -> Option<Self> {
        (from != to).then_some(Self { from, to })
    }
}

/// All that differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TableDiff {
    /// Which tables these are.
    pub tables: Change<Identity>,
    /// The inputs whose digests differ: `calls`, `queries`, `settings`, `prices`, `arms`; `program` for the version that
    /// built it.
    pub inputs: Vec<&'static str>,
    /// How the weights are made.
    pub policy: PolicyDiff,
    /// The models.
    pub models: ModelDiff,
    /// Rows that only the second table has.
    pub rows_came: Vec<String>,
    /// Rows that only the first table has.
    pub rows_went: Vec<String>,
    /// Rows of both tables that differ, by traffic times moved weight, the largest first; ties by moved weight, then as in
    /// the table.
    pub rows: Vec<RowDiff>,
    /// Rows of both tables that do not differ.
    pub rows_same: usize,
}

/// Which table it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Identity {
    /// Its version.
    pub version: u64,
    /// Its digest.
    pub digest: String,
    /// Its as-of day.
    pub as_of: String,
    /// When it expires.
    pub expires_at: String,
    /// The version whose content it is; none for one that was built.
    pub restored_from: Option<u64>,
    /// The calls it was built from.
    pub calls: u64,
}

/// How the policy differs; none where it does not.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PolicyDiff {
    /// The algorithm.
    pub algorithm: Option<Change<String>>,
    /// λ, value per US dollar.
    pub lambda: Option<Change<f64>>,
    /// ε, the share of draws that explores.
    pub epsilon: Option<Change<f64>>,
    /// The budget, US dollars a task.
    pub budget_usd_per_task: Option<Change<Option<f64>>>,
    /// What an average task is expected to cost, US dollars.
    pub expected_usd_per_task: Option<Change<Option<f64>>>,
    /// The half-lives that differ, by source; none where a table knows nothing of the source.
    pub half_lives: BTreeMap<String, Change<Option<HalfLife>>>,
    /// The logit shift of attempts after another model's failure.
    pub failure_shift: Option<Change<f64>>,
    /// Flags that only the second has.
    pub flags_gained: Vec<String>,
    /// Flags that only the first has.
    pub flags_lost: Vec<String>,
}

/// How the models differ.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ModelDiff {
    /// Ids that only the second table has.
    pub came: Vec<String>,
    /// Ids that only the first table has.
    pub went: Vec<String>,
    /// Prices that differ, by id.
    pub prices: BTreeMap<String, Change<Option<Price>>>,
}

/// How a row differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RowDiff {
    /// `role/category/difficulty`.
    pub row: String,
    /// The share of recent traffic that uses it, in the second table, in \[0, 1\].
    pub traffic_share: f64,
    /// How much weight moved, in \[0, 1\]: the total variation ½·Σ|Δ weight|.
    pub moved: f64,
    /// What the row rests on.
    pub evidence: Option<Change<Evidence>>,
    /// The candidates that differ, by |Δ weight|, the largest first; ties by id.
    pub candidates: Vec<CandidateDiff>,
    /// The fallback order.
    pub fallback: Option<Change<Vec<String>>>,
    /// Flags that only the second has.
    pub flags_gained: Vec<String>,
    /// Flags that only the first has.
    pub flags_lost: Vec<String>,
}

/// How a candidate of a row differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CandidateDiff {
    /// Its id.
    pub model: String,
    /// The second weight less the first.
    pub moved: f64,
    /// What the two tables say of it; none where it is no candidate.
    pub standing: Change<Option<Standing>>,
    /// Why, the nearest cause first.
    pub causes: Vec<Cause>,
    /// The same as a sentence.
    pub why: String,
}

/// What a table says of a candidate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Standing {
    /// Its place in the row, from 1.
    pub rank: usize,
    /// The probability with which it is drawn.
    pub weight: f64,
    /// Its share of the draws that exploit.
    pub exploit_weight: f64,
    /// Its probability as a probe.
    pub probe_weight: f64,
    /// Whether exploration may draw it.
    pub eligible: bool,
    /// Why it stands where it does.
    pub reason: String,
    /// Value in \[0, 1\].
    pub value: Interval,
    /// Score, 0 to 10.
    pub score: Interval,
    /// Probability of success.
    pub success: Interval,
    /// What its evidence counts for.
    pub strength: f64,
    /// Cost of a call.
    pub cost_usd: Cost,
}
