//! Why there is no history to walk over.

use std::path::PathBuf;

use crate::analyze::AnalyzeError;
use crate::night::NightError;
use crate::sql::SqlError;
use crate::store::StoreError;

/// Why there is no history, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum DailySumsError {
    /// A store without a call.
    #[error("{} holds no calls; put logs into its inbox, or run merit ingest FILES, then merit analyze", .0.display())]
    NoCalls(PathBuf),
    /// Calls that no night has rolled up.
    #[error("no night has rolled up the calls of {} yet; run merit analyze: a back-test walks over its daily sums", .0.display())]
    NotAnalyzed(PathBuf),
    /// The run cannot be read.
    #[error(transparent)]
    Night(#[from] NightError),
    /// The store cannot be read.
    #[error(transparent)]
    Sql(#[from] SqlError),
    /// The store's days cannot be listed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The engine failed.
    #[error(transparent)]
    Analyze(#[from] AnalyzeError),
}
