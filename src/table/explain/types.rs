//! The explanation of a row, to be written as JSON.

use merit_router::table::{Candidate, Evidence, Policy, RowPoint};
use serde::Serialize;

/// The work that was asked about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Segment {
    /// Who asks.
    pub role: String,
    /// What for.
    pub category: String,
    /// How hard.
    pub difficulty: String,
}

/// All there is to say about how a segment is routed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// The work that was asked about.
    pub segment: Segment,
    /// The table's version.
    pub table_version: u64,
    /// Its as-of day.
    pub as_of: String,
    /// When it expires.
    pub expires_at: String,
    /// The version whose content it is; none for one that was built.
    pub restored_from: Option<u64>,
    /// The row that answers, `role/category/difficulty`.
    pub row: String,
    /// The rows looked for, in the order of the back-off, up to the one that answers.
    pub tried: Vec<Tried>,
    /// The share of recent traffic that uses the row.
    pub traffic_share: f64,
    /// What the row was learned from.
    pub evidence: Evidence,
    /// Why these weights, as the table puts it.
    pub rationale: String,
    /// The row's flags.
    pub flags: Vec<String>,
    /// The candidates in the order of choice.
    pub candidates: Vec<CandidateExplanation>,
    /// What keeps models out or bends the weights, a sentence each.
    pub constraints: Vec<String>,
    /// The row's frontier of cost and value, cheapest first.
    pub frontier: Vec<RowPoint>,
    /// Who is tried after a failure, in order.
    pub fallback: Vec<FallbackStep>,
    /// How the weights are made.
    pub policy: Policy,
    /// What the standing table says of the same work; none where it is the one explained.
    pub standing: Option<StandingRow>,
}

/// A row that was looked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tried {
    /// `role/category/difficulty`.
    pub row: String,
    /// Whether the table has it: then it answers.
    pub exists: bool,
}

/// A candidate and where its weight comes from: `weight` = `exploited` + `explored` + `probed`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CandidateExplanation {
    /// The candidate, as the table has it.
    #[serde(flatten)]
    pub candidate: Candidate,
    /// Who serves it.
    pub provider: String,
    /// US dollars per million input and output tokens; none where no price is known.
    pub price: Option<(f64, f64)>,
    /// The probability that it is drawn for being good.
    pub exploited: f64,
    /// The probability that exploration draws it.
    pub explored: f64,
    /// The probability that it is drawn as a probe.
    pub probed: f64,
    /// Where the weight comes from, as a sentence.
    pub why: String,
}

/// A model that is tried after a failure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FallbackStep {
    /// Its id.
    pub model: String,
    /// Who serves it.
    pub provider: String,
    /// Why it stands here.
    pub why: String,
}

/// What the standing table says of the same work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StandingRow {
    /// Its version.
    pub table_version: u64,
    /// The row that answers there.
    pub row: String,
    /// Why its weights are as they are.
    pub rationale: String,
}
