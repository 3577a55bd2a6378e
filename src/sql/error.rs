//! What can go wrong with a question.

use std::path::PathBuf;

/// A question that has no answer, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum SqlError {
    /// The engine refused it.
    #[error("the query failed: {0}\n`merit sql -c \"SHOW TABLES\"` lists what there is")]
    Query(String),
    /// The store cannot be read.
    #[error(transparent)]
    Analyze(#[from] crate::analyze::AnalyzeError),
    /// A run cannot be read.
    #[error(transparent)]
    Night(#[from] crate::night::NightError),
    /// A table cannot be read.
    #[error(transparent)]
    Table(#[from] crate::table::TableError),
    /// The answer cannot be written as asked.
    #[error("cannot write the answer as {format}: {message}")]
    Format {
        /// The format asked for.
        format: &'static str,
        /// What the writer says.
        message: String,
    },
    /// The file of the question or of the answer.
    #[error("{}: {source}; check the path and its permissions", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}
