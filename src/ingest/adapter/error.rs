//! What can be wrong with an adapter. Every message names the file it is written in.

use std::path::PathBuf;

/// Why an adapter cannot be used, or does not fit a file.
#[derive(Debug, thiserror::Error)]
pub enum AdapterError {
    /// There is no built-in adapter of that name.
    #[error("adapter {name:?} is unknown; known are {known}; for one of your own name its .sql file")]
    Unknown {
        /// The name asked for.
        name: String,
        /// The names there are.
        known: String,
    },
    /// The adapter's file cannot be read.
    #[error("cannot read the adapter {}: {source}; check that the file is there and readable", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the file system says.
        source: std::io::Error,
    },
    /// A header line is wrong.
    #[error("{file}:{line}: {message}")]
    Header {
        /// The adapter's file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong, and the remedy.
        message: String,
    },
    /// The SQL cannot be planned.
    #[error("{file}: {message}")]
    Sql {
        /// The adapter's file.
        file: String,
        /// What the SQL planner says.
        message: String,
    },
    /// The SQL is something else than one row-wise SELECT over `raw`.
    #[error("{file}: an adapter looks at one row at a time, so {what} cannot stand in it; {remedy}")]
    NotRowWise {
        /// The adapter's file.
        file: String,
        /// What stands in it.
        what: String,
        /// What to do instead.
        remedy: &'static str,
    },
    /// An output column is no field of the record.
    #[error("{file}: adapter column {column:?} is no field of {record}; {hint}")]
    UnknownColumn {
        /// The adapter's file.
        file: String,
        /// The column.
        column: String,
        /// The record the adapter gives.
        record: &'static str,
        /// The nearest name there is.
        hint: String,
    },
    /// `_line` is missing in the output, or changed.
    #[error("{file}: {message}; pass raw._line through unchanged, so that a fault can name its line")]
    Line {
        /// The adapter's file.
        file: String,
        /// What is wrong with it.
        message: String,
    },
    /// An output column can never be what its field holds.
    #[error("{file}: adapter column {column:?} {message}")]
    Type {
        /// The adapter's file.
        file: String,
        /// The column.
        column: String,
        /// Its type and what is expected.
        message: String,
    },
    /// No variant of the adapter finds its columns in the file.
    #[error("no variant of adapter {adapter:?} fits: {missing}")]
    NoVariant {
        /// The adapter.
        adapter: String,
        /// What each variant misses.
        missing: String,
    },
    /// More than one variant of the adapter finds its columns in the file.
    #[error("the variants {variants} of adapter {adapter:?} all fit; make their `requires` tell them apart")]
    Ambiguous {
        /// The adapter.
        adapter: String,
        /// The variants that fit.
        variants: String,
    },
    /// The SQL failed on the data.
    #[error(
        "{file}: the adapter failed near line {line} of the log: {message}; use TRY_CAST where a value may be anything"
    )]
    Run {
        /// The adapter's file.
        file: String,
        /// The first line of the rows it was given.
        line: u64,
        /// What the engine says.
        message: String,
    },
}
