//! What goes wrong with a call log, a sentence each.

use std::io;
use std::path::PathBuf;

/// Why a log cannot be opened, or why records are missing from it.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The folder cannot be made or listed.
    #[error("{}: {source}; give the call log a folder that it can make files in", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// No new file can be begun.
    #[error("{}: {source}; no file can be begun, make room or give permission to write", path.display())]
    Create {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Lines could not be appended.
    #[error("{}: {source}; {records} records are lost, make room on the disk", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// How many records.
        records: u64,
        /// What the system said.
        source: io::Error,
    },
    /// The file was removed while it was written to.
    #[error("{}: removed by somebody with {records} records in it; leave .open files alone until they are renamed", path.display())]
    Removed {
        /// The file.
        path: PathBuf,
        /// How many records.
        records: u64,
    },
    /// A file could not be put on the disk or given its final name.
    #[error("{}: {source}; the file cannot be finished, the next log that is opened on its folder tries again", path.display())]
    Finish {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The system gave no random bytes for names.
    #[error("the call log has no random bytes for its names: {0}; open it again later")]
    Random(String),
    /// The writer thread cannot be started.
    #[error("the call log's writer thread cannot be started: {0}; raise the limit of threads")]
    Thread(io::Error),
    /// The writer thread panicked, as it does where the clock that it was given panics.
    #[error("the call log's writer thread stopped with {records} records unwritten; open the log again")]
    Stopped {
        /// How many records.
        records: u64,
    },
}
