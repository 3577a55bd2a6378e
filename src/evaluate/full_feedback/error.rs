//! Why there is nothing to replay.

use crate::analyze::AnalyzeError;
use crate::evaluate::replay::ReplayError;
use crate::ingest::IngestError;
use crate::sql::SqlError;

/// Why there is nothing to replay, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum FullFeedbackError {
    /// Nobody ran what another ran.
    #[error(
        "none of the {tasks} tasks read was run by two models; a replay needs the answers of several models to the same \
         tasks, as benchmarks have them"
    )]
    NoFullFeedback {
        /// The tasks read.
        tasks: usize,
    },
    /// A condition that is no SQL over calls.
    #[error("--where {condition}: {message}\nit is a condition over the columns of calls: docs/sql.md lists them")]
    Condition {
        /// As given.
        condition: String,
        /// What the parser says.
        message: String,
    },
    /// A file cannot be read to its end.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// The store cannot be read.
    #[error(transparent)]
    Sql(#[from] SqlError),
    /// The engine failed.
    #[error(transparent)]
    Analyze(#[from] AnalyzeError),
    /// The replay is not possible.
    #[error(transparent)]
    Replay(#[from] ReplayError),
}
