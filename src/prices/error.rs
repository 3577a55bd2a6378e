//! What can be wrong with a price file.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// Why a price or alias file cannot be used; every message names the place and the remedy.
#[derive(Debug, Error)]
pub enum PriceError {
    /// The file cannot be read.
    #[error("cannot read {}: {source}; check the path and its permissions", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file cannot be written.
    #[error("cannot write {}: {source}; the old file stands", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A row is not CSV, or has too few or too many fields.
    #[error("{place}:{line}: not a row of this file: {reason}; quote fields that hold a comma")]
    Row {
        /// The file as the user named it.
        place: String,
        /// The line, counted from 1.
        line: u64,
        /// What the CSV reader said.
        reason: String,
    },
    /// The header is not the expected one.
    #[error("{place}:1: column {column:?} is {problem}; the columns are {expected}")]
    Column {
        /// The file as the user named it.
        place: String,
        /// The column at fault.
        column: String,
        /// `unknown`, `missing` or `there twice`.
        problem: &'static str,
        /// The header the file must have.
        expected: String,
    },
    /// A field does not hold what its column asks for.
    #[error("{place}:{line}: {column} is {value:?}; it must be {wanted}")]
    Value {
        /// The file as the user named it.
        place: String,
        /// The line, counted from 1.
        line: u64,
        /// The column's name.
        column: &'static str,
        /// What stands there.
        value: String,
        /// What has to stand there.
        wanted: &'static str,
    },
    /// Two rows have the same key.
    #[error("{place}:{line}: {key} stands already in line {first}; remove one of the two")]
    Duplicate {
        /// The file as the user named it.
        place: String,
        /// The later of the two lines.
        line: u64,
        /// The earlier one.
        first: u64,
        /// The key, readable.
        key: String,
    },
    /// A published price file is not JSON.
    #[error("{place}:{line}:{column}: not JSON: {reason}; download the file again")]
    Json {
        /// The file as the user named it.
        place: String,
        /// The line, counted from 1.
        line: usize,
        /// The column, counted from 1.
        column: usize,
        /// What the JSON reader said.
        reason: String,
    },
    /// A published price file has a shape that is not known.
    #[error(
        "{place}: neither LiteLLM's model_prices_and_context_window.json (an object of models) nor genai-prices' \
         data.json (a list of providers with models); other price lists go into prices.csv by hand"
    )]
    Shape {
        /// The file as the user named it.
        place: String,
    },
    /// A published price file says nowhere from when its prices hold.
    #[error("{place}: its prices carry no dates; say from when they are in force with --from YYYY-MM-DD")]
    Undated {
        /// The file as the user named it.
        place: String,
    },
}
