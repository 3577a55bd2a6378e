//! What is wrong with a suite.

use std::io;
use std::path::PathBuf;

/// A suite that cannot be used, with the place and what is wrong there.
#[derive(Debug, thiserror::Error)]
pub enum SuiteError {
    /// The file system refused.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file that no project may have.
    #[error("{} {problem}; remove it", path.display())]
    Refused {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A project that does not follow the format.
    #[error("project {project}, {file}: {problem}")]
    Invalid {
        /// The project's folder.
        project: String,
        /// The file in it.
        file: String,
        /// What is wrong: the key and what is due.
        problem: String,
    },
}
