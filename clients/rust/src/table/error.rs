//! Why a table is refused, a sentence each.

use std::path::PathBuf;

/// Why bytes are not a table to be trusted. Keep the last good table.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file cannot be read.
    #[error("{}: {source}; check the path and its permissions", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file was read and refused.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: Box<LoadError>,
    },
    /// Not JSON, or a member is missing or of another type.
    #[error("line {line}, column {column}: {detail}; publish the table again or fetch it whole")]
    Schema {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
        /// What was expected.
        detail: String,
    },
    /// The format is of another major version.
    #[error("format {major}.{minor} is unknown to this reader, which knows {}.x; update the reader and keep the last good table", super::FORMAT.major)]
    Format {
        /// The table's major version.
        major: u32,
        /// The table's minor version.
        minor: u32,
    },
    /// The content is not what was published.
    #[error(
        "the digest says {stated}, the content gives {found}: it was changed, reformatted or cut short; fetch the published file again"
    )]
    Digest {
        /// What the table says.
        stated: String,
        /// What its content gives.
        found: String,
    },
    /// A date or instant is not in the table's form.
    #[error("{member} is '{text}', not of the form {form}")]
    Instant {
        /// The member.
        member: &'static str,
        /// What stands there.
        text: String,
        /// What should.
        form: &'static str,
    },
    /// A share lies outside \[0, 1\].
    #[error("{place}: {member} is {value}, outside [0, 1]")]
    Share {
        /// The row and model, or the policy.
        place: String,
        /// The member.
        member: &'static str,
        /// What stands there.
        value: f64,
    },
    /// A row's shares do not make a distribution.
    #[error("row {row}: the {member}s sum to {sum}, not to {expected}")]
    Sum {
        /// The row.
        row: String,
        /// Which weights.
        member: &'static str,
        /// Their sum.
        sum: f64,
        /// What it must be.
        expected: &'static str,
    },
    /// A model is named that the table does not describe.
    #[error("{place} names the model '{model}', which is not among the table's models")]
    UnknownModel {
        /// Where it is named.
        place: String,
        /// Its id.
        model: String,
    },
    /// A fallback names a model that the row knows nothing of.
    #[error("row {row}: the fallback names '{model}', which is no candidate of the row")]
    Fallback {
        /// The row.
        row: String,
        /// The model.
        model: String,
    },
    /// A model stands twice among a row's candidates or in its fallback.
    #[error("row {row}: {member} names '{model}' twice")]
    DuplicateModel {
        /// The row.
        row: String,
        /// The list.
        member: &'static str,
        /// The model.
        model: String,
    },
    /// Two rows have the same name.
    #[error("row {row} stands twice; a request could not tell which to use")]
    DuplicateRow {
        /// The row.
        row: String,
    },
    /// The row that every request can fall back to is missing.
    #[error("the row */*/* is missing; without it a request of a new kind has no answer")]
    NoLastRow,
}

impl From<serde_json::Error> for LoadError {
    fn from(error: serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        let text = error.to_string();
        let place = format!(" at line {line} column {column}");
        LoadError::Schema { line, column, detail: text.strip_suffix(&place).unwrap_or(&text).to_owned() }
    }
}
