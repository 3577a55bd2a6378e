//! What can stop the reading of a whole file. What is wrong with one row goes to quarantine instead.

use std::path::PathBuf;

use super::adapter::AdapterError;

/// What a sink may fail with: the store's own error, passed through unchanged.
pub type SinkError = Box<dyn std::error::Error + Send + Sync + 'static>;

/// Why a file could not be read to its end. Whatever the sink got of that file by then must not be kept.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The file cannot be opened.
    #[error("cannot open {}: {source}; check that the file is there and readable", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the file system says.
        source: std::io::Error,
    },
    /// The file opens but cannot be read or unpacked to its end.
    #[error("cannot read {} after byte {offset}: {source}; it is cut off or damaged, make it again", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// How many of its bytes were read.
        offset: u64,
        /// What the file system or the decompressor says.
        source: std::io::Error,
    },
    /// Name and content disagree.
    #[error("{} is named like {named}, but its content is not; rename it or make it again", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What its name promises.
        named: &'static str,
    },
    /// The Parquet file is damaged or of a kind that cannot be read.
    #[error("cannot read {} as Parquet: {message}; it is damaged or not finished, make it again", path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// What the Parquet reader says.
        message: String,
    },
    /// The first line of a CSV file is no header, or a column name cannot be taken.
    #[error("the columns of {} cannot be taken: {message}", path.display())]
    Columns {
        /// The file.
        path: PathBuf,
        /// What is wrong with them, and the remedy.
        message: String,
    },
    /// The adapter does not fit the file, or is wrong in itself.
    #[error("{}: {source}", path.display())]
    Adapter {
        /// The file that was being read.
        path: PathBuf,
        /// What is wrong.
        source: Box<AdapterError>,
    },
    /// The sink could not take the rows.
    #[error("the rows of {} could not be stored: {source}", path.display())]
    Sink {
        /// The file that was being read.
        path: PathBuf,
        /// What the sink says.
        source: SinkError,
    },
}
