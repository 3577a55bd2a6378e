//! What a run hands to its report.

use merit_router::Table;
use serde::{Deserialize, Serialize};

use crate::analyze::check::Warning;
use crate::analyze::mart::Marts;
use crate::day::Day;
use crate::scoreboard::TargetSettings;

/// Everything a report is made from.
#[derive(Clone, Copy, Debug)]
pub struct ReportInput<'a> {
    /// Calls before this day, 00:00 UTC, were taken into account.
    pub as_of: Day,
    /// The table of the run; while a hold stands, the candidate.
    pub table: &'a Table,
    /// The table that stood before; none for the first, and where it is not kept any more.
    pub previous: Option<&'a Table>,
    /// The marts of the run.
    pub marts: &'a Marts,
    /// What the run did.
    pub summary: &'a RunSummary,
    /// What is asked of production tasks.
    pub targets: &'a TargetSettings,
}

/// What a run did, in numbers. It holds no clock: how long a run took is no part of its report.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RunSummary {
    /// What was read and what became of it.
    pub ingest: Ingest,
    /// The most frequent reasons for quarantine.
    pub quarantine_reasons: Vec<ReasonCount>,
    /// Days whose rollups were computed anew.
    pub days_rolled_up: u64,
    /// Calls in the store.
    pub calls_in_store: u64,
    /// Outcomes whose call has not come yet.
    pub waiting_outcomes: u64,
    /// What the checks found.
    pub warnings: Vec<Warning>,
    /// The share of calls whose model has no list price, in \[0, 1\]; none without calls.
    pub unpriced_share: Option<f64>,
    /// The queries that replace embedded ones, by path.
    pub overridden_queries: Vec<String>,
    /// The hold that kept the run from publishing, as a sentence; none where it published.
    pub held: Option<String>,
    /// The version of the program.
    pub program_version: String,
    /// The key of the whole build.
    pub build_key: String,
}

/// What ingest read and what became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ingest {
    /// Files read.
    pub files: u64,
    /// Rows read.
    pub read: u64,
    /// Calls taken into the store.
    pub taken: u64,
    /// Calls that were in the store already.
    pub duplicate: u64,
    /// Rows that are no calls.
    pub skipped: u64,
    /// Rows set aside for a reason.
    pub quarantined: u64,
    /// Late scores taken.
    pub outcomes: u64,
}

/// A reason for quarantine and how often it was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReasonCount {
    /// The reason.
    pub reason: String,
    /// The rows it was given for.
    pub rows: u64,
}
