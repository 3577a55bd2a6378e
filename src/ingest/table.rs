//! Raw rows as columns: what CSV, Parquet and foreign JSON lines have in common before an adapter reads them.

use std::cell::OnceCell;
use std::sync::Arc;

use arrow::array::{Array, RecordBatch, StringArray};
use arrow::json::LineDelimitedWriter;

/// Where a raw row stands, and how it looks there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: u64,
    pub(super) offset: u64,
    pub(super) length: u64,
}

/// Raw rows in columns, in the file's order.
#[derive(Debug)]
pub(super) struct Table {
    /// The columns the file has; JSON lines have none.
    pub(super) columns: RecordBatch,
    /// Where each row stands.
    pub(super) places: Vec<Place>,
    /// Each row as JSON text: given for JSON lines, made when asked for otherwise.
    records: OnceCell<StringArray>,
}

impl Table {
    /// Rows whose JSON text is made from their columns.
    pub(super) fn from_columns(columns: RecordBatch, places: Vec<Place>) -> Self {
        Self { columns, places, records: OnceCell::new() }
    }

    /// Rows that are JSON text.
    pub(super) fn from_records(records: StringArray, columns: RecordBatch, places: Vec<Place>) -> Self {
        Self { columns, places, records: OnceCell::from(records) }
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// Each row as a JSON object without its nulls.
    ///
    /// # Errors
    /// A fragment of a sentence where a column has a type that JSON cannot hold.
    pub(super) fn records(&self) -> Result<&StringArray, String> {
        if let Some(records) = self.records.get() {
            return Ok(records);
        }
        let records = json_objects(&self.columns)?;
        Ok(self.records.get_or_init(|| records))
    }
}

/// The rows of a batch as JSON objects without their nulls.
///
/// # Errors
/// A fragment of a sentence where a column has a type that JSON cannot hold.
pub(super) fn json_objects(batch: &RecordBatch) -> Result<StringArray, String> {
    let mut writer = LineDelimitedWriter::new(Vec::new());
    writer.write(batch).map_err(|error| format!("a column cannot be written as JSON ({error}); leave it out"))?;
    writer.finish().map_err(|error| format!("a row cannot be written as JSON ({error})"))?;
    let text = String::from_utf8(writer.into_inner()).map_err(|_| "a row is not valid UTF-8".to_owned())?;
    let records: StringArray = text.lines().map(Some).collect();
    if records.len() == batch.num_rows() {
        Ok(records)
    } else {
        Err(format!("{} rows came out as {} JSON lines", batch.num_rows(), records.len()))
    }
}

/// A batch of so many rows without columns.
pub(super) fn no_columns(rows: usize) -> RecordBatch {
    let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(rows));
    let schema = Arc::new(arrow::datatypes::Schema::empty());
    RecordBatch::try_new_with_options(schema, Vec::new(), &options)
        .expect("no columns need no length but the one given")
}
