//! Why a table could not be published or read.

use std::io;
use std::path::PathBuf;

use merit_router::LoadError;
use merit_router::table::SealError;

/// What went wrong in the registry, with its place.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The file system said no.
    #[error("{}: {source}; check that the folder exists and may be written", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A table's file is not to be trusted.
    #[error("{}: {source}; 'merit table verify' lists all that is wrong", path.display())]
    Refused {
        /// The file.
        path: PathBuf,
        /// Why.
        source: LoadError,
    },
    /// The build's result is no sound table.
    #[error(transparent)]
    Draft(#[from] SealError),
    /// No such version.
    #[error("{}: there is no version {version}; 'merit table list' shows those there are", folder.display())]
    NoVersion {
        /// The registry's folder.
        folder: PathBuf,
        /// The version asked for.
        version: u64,
    },
    /// Nothing has been published.
    #[error("{}: no table has been published yet; run 'merit analyze'", folder.display())]
    Empty {
        /// The registry's folder.
        folder: PathBuf,
    },
    /// The last possible day lies before the expiry.
    #[error("a table of {as_of} cannot expire after {days} days: no such date; set a smaller expiry_days")]
    Expiry {
        /// The as-of date.
        as_of: jiff::civil::Date,
        /// The days asked for.
        days: u32,
    },
}

impl TableError {
    /// For `map_err`: an I/O error at a place.
    pub(super) fn io(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }
}
