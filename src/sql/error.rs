//! What can go wrong with a question.

use std::path::{Path, PathBuf};

use super::fault::Fault;

/// A question that has no answer, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum SqlError {
    /// The engine refused it; where, what, and what was probably meant.
    #[error(transparent)]
    Question(Box<Fault>),
    /// The engine refused a query that merit builds itself.
    #[error("the query failed: {0}\n`merit sql -c \"SHOW TABLES\"` lists what there is")]
    Query(String),
    /// A parameter that cannot be read.
    #[error("\"{text}\" is no parameter; write NAME=VALUE, as in half_life=7")]
    Parameter {
        /// What was given.
        text: String,
    },
    /// A backslash command that there is not, or that is called in another way.
    #[error("{0}; \\? lists the commands")]
    Command(String),
    /// A second answer in a file that holds one.
    #[error("{} holds one answer, as a {format} file does; send the next one elsewhere, or write csv or ndjson", path.display())]
    SecondAnswer {
        /// The file.
        path: PathBuf,
        /// Its format.
        format: &'static str,
    },
    /// The question was interrupted.
    #[error("interrupted")]
    Interrupted,
    /// Files that include each other.
    #[error("{} is included {depth} files deep; do files include each other?", path.display())]
    Depth {
        /// The file.
        path: PathBuf,
        /// How deep.
        depth: usize,
    },
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

impl SqlError {
    /// The same with its place in the script that the question or command stood in, from byte `start` on.
    pub fn within(self, script: &str, start: usize, file: Option<&Path>) -> Self {
        let fault = match self {
            Self::Question(fault) => *fault,
            Self::Interrupted => return self,
            other => Fault::of(other.to_string(), script),
        };
        Self::Question(Box::new(fault.within(script, start, file)))
    }
}
