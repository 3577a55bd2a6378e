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
    /// A name that is neither a version nor a file.
    #[error("there is no table '{name}'; name a version, '{}', or the path of a table's file", super::registry::LATEST)]
    NoTable {
        /// What was asked for.
        name: String,
    },
    /// A rollback to what stands.
    #[error("version {version} is the newest and stands already; 'merit table list' shows those before it")]
    Newest {
        /// The version asked for.
        version: u64,
    },
    /// A rollback to a version that is not sound.
    #[error("{}: {sentence}; such a table is not published again: choose another version", path.display())]
    Unsound {
        /// The file.
        path: PathBuf,
        /// The first thing wrong with it.
        sentence: String,
    },
    /// The hold cannot be read.
    #[error("{}: {message}; 'merit table release' removes the hold, another 'merit table rollback' replaces it", path.display())]
    Hold {
        /// The file.
        path: PathBuf,
        /// What the parser says.
        message: String,
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
