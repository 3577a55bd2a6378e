//! How a night ended, for people and for machines.

use std::path::PathBuf;

use serde::Serialize;

use super::Changes;
use crate::analyze::check::Warning;
use crate::day::Day;
use crate::scoreboard::Scoreboard;
use crate::table::Hold;

/// How a night ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// A new table is published.
    Published,
    /// Nothing that shapes a table has changed: the standing one is of this very build.
    Standing,
    /// A restored table is held: the night's table lies in its run's folder as a candidate.
    Held,
    /// The gate refuses the candidate, which lies in its run's folder: the old table stands (exit code 3).
    RefusedByGate,
    /// The input is not to be trusted: the old table stands (exit code 4).
    Refused,
}

/// What a night did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// How it ended.
    pub ending: Ending,
    /// Why it was refused.
    pub reason: Option<String>,
    /// What the gate said, as in the table's lineage; null where it was not asked.
    pub gate: serde_json::Value,
    /// The as-of day: calls before it count.
    pub as_of: Day,
    /// The hold, where one kept the night from publishing.
    pub hold: Option<Hold>,
    /// The table that would have been published, where a hold stands or the gate refuses it.
    pub candidate_file: Option<PathBuf>,
    /// What the table changes that was published, or laid aside; none where there was none before, or nothing new.
    pub changes: Option<Changes>,
    /// The versions that retention removed.
    pub removed_versions: Vec<u64>,
    /// The table that stands now.
    pub table_version: Option<u64>,
    /// Its file.
    pub table_file: Option<PathBuf>,
    /// The build's key.
    pub build_key: String,
    /// Days with calls before as-of.
    pub days: usize,
    /// The last of them.
    pub last_day: Option<Day>,
    /// Calls before as-of.
    pub calls: u64,
    /// Days whose calls were read because they or their SQL had changed.
    pub days_rolled_up: usize,
    /// Bytes that the engine read.
    pub bytes_read: u64,
    /// Outcomes whose call has not come.
    pub waiting_outcomes: usize,
    /// Days that were compacted.
    pub days_compacted: usize,
    /// What checks of severity warn found, and what else a person should know.
    pub warnings: Vec<Warning>,
    /// SQL files that replaced embedded ones.
    pub overridden_queries: Vec<String>,
    /// The five targets; none where nothing was reported.
    pub scoreboard: Option<Scoreboard>,
    /// Where the report lies.
    pub report_files: Vec<PathBuf>,
}
