//! Runs the checks that jobs ask for: a query that returns the rows that are wrong.

use datafusion::common::ParamValues;
use serde::{Deserialize, Serialize};

use super::graph::Graph;
use super::job::{CheckUse, Job, Severity};
use super::rollup::{Facts, Rollups};
use super::session::Engine;
use super::{AnalyzeError, FailedCheck, repeated_calls};

/// Rows of a failing check that are shown.
const SHOWN: usize = 5;

/// What a check of severity warn found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// The check.
    pub check: String,
    /// The job that asked for it.
    pub job: String,
    /// How many rows it found.
    pub rows: usize,
    /// What should hold.
    pub purpose: String,
    /// What to do.
    pub remedy: String,
}

/// Whether a check can be known to find nothing without running it: the embedded `one_call_one_day` over
/// changed days whose call ids all differ.
///
/// # Errors
/// [`AnalyzeError::Store`] where a file cannot be read.
pub fn finds_nothing(
    engine: &Engine,
    graph: &Graph,
    asked: &CheckUse,
    facts: &Facts,
    rollups: &Rollups,
) -> Result<bool, AnalyzeError> {
    let check = graph.job(&asked.name).expect("the graph has every check that a job asks for");
    if asked.name != repeated_calls::CHECK || !check.is_embedded() {
        return Ok(false);
    }
    Ok(!repeated_calls::may_repeat(facts, &rollups.changed, rollups.call_hashes.as_deref(), engine.counter())?)
}

/// Runs one check; a warning where it is only that.
///
/// # Errors
/// [`AnalyzeError::Check`] with the first rows where the severity is error.
pub async fn run(engine: &Engine, graph: &Graph, job: &Job, asked: &CheckUse) -> Result<Option<Warning>, AnalyzeError> {
    let check = graph.job(&asked.name).expect("the graph has every check that a job asks for");
    let (_, batches) = engine.run(&check.path, &check.sql, ParamValues::List(vec![])).await?;
    let rows: usize = batches.iter().map(arrow::array::RecordBatch::num_rows).sum();
    if rows == 0 {
        return Ok(None);
    }
    if asked.severity == Severity::Error {
        let first: Vec<_> = batches
            .iter()
            .filter(|batch| batch.num_rows() > 0)
            .take(1)
            .map(|batch| batch.slice(0, batch.num_rows().min(SHOWN)))
            .collect();
        let sample = arrow::util::pretty::pretty_format_batches(&first)?.to_string();
        let (purpose, remedy) = (check.purpose.clone(), check.remedy.clone());
        return Err(AnalyzeError::Check(Box::new(FailedCheck {
            name: check.name.clone(),
            job: job.name.clone(),
            rows,
            purpose,
            sample,
            remedy,
        })));
    }
    let (purpose, remedy) = (check.purpose.clone(), check.remedy.clone());
    Ok(Some(Warning { check: check.name.clone(), job: job.name.clone(), rows, purpose, remedy }))
}
