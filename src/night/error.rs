//! What can end a night.

use std::path::PathBuf;

/// A failure of a night, with its place and what to do.
#[derive(Debug, thiserror::Error)]
pub enum NightError {
    /// The checks ended in a way that none should.
    #[error("the checks of the rollups broke off ({0}); this is a defect of merit, please report it")]
    Panicked(tokio::task::JoinError),
    /// Calls to marts.
    #[error(transparent)]
    Analyze(#[from] crate::analyze::AnalyzeError),
    /// The store.
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
    /// Prices or aliases.
    #[error(transparent)]
    Prices(#[from] crate::prices::PriceError),
    /// The SQL files.
    #[error(transparent)]
    Queries(#[from] crate::queries::QueriesError),
    /// The policy.
    #[error("no policy can be built: {0}")]
    Policy(#[from] crate::policy::PolicyError),
    /// The registry.
    #[error(transparent)]
    Table(#[from] crate::table::TableError),
    /// A mart does not have the columns that the policy is built from.
    #[error("queries/marts/{mart}.sql {problem}; compare your override with the embedded file")]
    Mart {
        /// The mart.
        mart: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// A day that the gate cannot judge.
    #[error(transparent)]
    Gate(#[from] crate::evaluate::gate::GateError),
    /// The gate's record or a table it speaks of cannot be read.
    #[error(
        "{}: {message}; restore it from a copy, or remove gate.json beside it: the gate then begins anew with the table in use",
        path.display()
    )]
    GateFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// No call lies before as-of.
    #[error("{} holds no calls before {as_of}; put logs into its inbox, or name them: merit analyze --logs FILE", data.display())]
    NoCalls {
        /// The data folder.
        data: PathBuf,
        /// The as-of day.
        as_of: crate::day::Day,
    },
    /// The report cannot be written.
    #[error("cannot write {}: {source}; check the folder and its permissions", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A run's manifest cannot be read.
    #[error("{} is damaged ({message}); remove the folder runs, the next merit analyze derives it anew", path.display())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// What the parser says.
        message: String,
    },
}
