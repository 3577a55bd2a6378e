//! What can go wrong between calls and marts.

use std::path::PathBuf;

use crate::store::StoreError;

/// A failure of an analysis, with its place and what to do.
#[derive(Debug, thiserror::Error)]
pub enum AnalyzeError {
    /// A job's header says what no header may say.
    #[error("queries/{path}:{line}: {problem}")]
    Header {
        /// Below the queries folder.
        path: String,
        /// From 1.
        line: usize,
        /// What is wrong, and what to write.
        problem: String,
    },
    /// A job is not one SELECT, or fails.
    #[error("queries/{path}: {message}")]
    Sql {
        /// Below the queries folder.
        path: String,
        /// What the parser or the engine says.
        message: String,
    },
    /// The jobs do not fit together.
    #[error("queries/{0}")]
    Graph(String),
    /// No job has this name.
    #[error("no job is called \"{0}\"; `merit jobs list` names them all")]
    UnknownJob(String),
    /// A check of severity error found rows.
    #[error(transparent)]
    Check(Box<FailedCheck>),
    /// A mart is not what the next step reads.
    #[error("the mart {mart} {problem}; compare your override of queries/marts/{mart}.sql with the embedded one")]
    Mart {
        /// Its name.
        mart: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// Sums that no calls can have.
    #[error("the mart histories: {0}; compare your override with the embedded one")]
    History(#[from] crate::history::HistoryError),
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The engine failed outside a job.
    #[error("the query engine failed: {0}")]
    Engine(#[from] datafusion::error::DataFusionError),
    /// Arrow refused a batch.
    #[error("a batch does not fit: {0}")]
    Arrow(#[from] arrow::error::ArrowError),
    /// A state file that merit wrote cannot be read.
    #[error("{} is damaged ({message}); remove it, the next run derives it anew", path.display())]
    State {
        /// The file.
        path: PathBuf,
        /// What the parser says.
        message: String,
    },
}

/// What a check of severity error found.
#[derive(Debug, thiserror::Error)]
#[error("the check {name} found {rows} wrong rows of {job}: {purpose}\n{sample}\n{remedy}")]
pub struct FailedCheck {
    /// The check.
    pub name: String,
    /// The job that asked for it.
    pub job: String,
    /// How many rows.
    pub rows: usize,
    /// What should hold.
    pub purpose: String,
    /// The first rows as a table.
    pub sample: String,
    /// What to do.
    pub remedy: String,
}
