//! Why a file's table does not take the place of the one served.

use std::path::PathBuf;

use crate::table::LoadError;

/// Why a table is not taken from a file. The one served before goes on serving.
#[derive(Debug, thiserror::Error)]
pub enum ReloadError {
    /// The file cannot be read, or its table cannot be trusted.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The table is older than the one served.
    #[error(
        "{}: table version {found} is lower than version {served}, which is served; publish the old content as a new version (`merit table rollback`)",
        path.display()
    )]
    Older {
        /// The file.
        path: PathBuf,
        /// The version served.
        served: u64,
        /// The version in the file.
        found: u64,
    },
    /// The background thread could not be started.
    #[error("{}: no thread can be started to watch it: {source}; call refresh() from time to time instead", path.display())]
    Thread {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}
