//! What can go wrong in the store.

use std::io;
use std::path::{Path, PathBuf};

/// A failure of the store, with its place and what to do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file system refused.
    #[error("cannot {what} {}: {source}", path.display())]
    Io {
        /// What was being done.
        what: &'static str,
        /// To which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another process writes.
    #[error("the data folder is in use by another merit ({holder}; lock {}); wait for it, or pass --wait", path.display())]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// Who holds it.
        holder: String,
    },
    /// A Parquet file of the store cannot be read or written.
    #[error("cannot {what} the Parquet file {}: {source}; restore it from a copy, or move it away and ingest its log again", path.display())]
    Parquet {
        /// What was being done.
        what: &'static str,
        /// To which file.
        path: PathBuf,
        /// What the reader or writer said.
        source: parquet::errors::ParquetError,
    },
    /// A record batch does not have the store's columns.
    #[error("cannot {what}: {source}")]
    Arrow {
        /// What was being done.
        what: &'static str,
        /// What Arrow said.
        source: arrow::error::ArrowError,
    },
    /// A file of the store is not what its name or footer says.
    #[error("{} {problem}; move it away and ingest its log again", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// A data folder that is an address.
    #[error(
        "the data folder \"{0}\" is an address; merit keeps its store on a local disk: mount it, or copy it to a folder"
    )]
    Remote(String),
}

impl StoreError {
    /// A file-system failure at a path.
    pub fn io(what: &'static str, path: &Path, source: io::Error) -> Self {
        Self::Io { what, path: path.into(), source }
    }

    /// A Parquet failure at a path.
    pub fn parquet(what: &'static str, path: &Path, source: parquet::errors::ParquetError) -> Self {
        Self::Parquet { what, path: path.into(), source }
    }

    /// An Arrow failure.
    pub fn arrow(what: &'static str) -> impl FnOnce(arrow::error::ArrowError) -> Self {
        move |source| Self::Arrow { what, source }
    }
}
