//! Parquet: row groups into columns, a batch at a time.

use std::fs::File;

use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::IngestError;
use super::foreign::Columns;
use super::quarantine::RAW_BYTES;
use super::reading::Reading;
use super::table::{Place, Table};

/// How many rows are read at a time.
const BATCH_ROWS: usize = 16_384;

/// Reads a Parquet file to its end. Its rows are numbered from 1; that number is their line.
///
/// # Errors
/// [`IngestError::Parquet`] where the file is damaged, and as [`read_file`](super::read_file).
pub(super) fn read(reading: &mut Reading<'_>, file: File, progress: &dyn Fn()) -> Result<(), IngestError> {
    let path = reading.path;
    let damaged = |message: String| IngestError::Parquet { path: path.into(), message };
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| damaged(error.to_string()))?;
    let columns = Columns::new(reading, builder.schema())?;
    let reader = builder.with_batch_size(BATCH_ROWS).build().map_err(|error| damaged(error.to_string()))?;
    let mut rows = 0;
    for batch in reader {
        let batch = batch.map_err(|error| damaged(error.to_string()))?;
        let lines = rows + 1..=rows + batch.num_rows() as u64;
        rows += batch.num_rows() as u64;
        let places: Vec<Place> = lines.map(|line| Place { line, offset: 0, length: 0 }).collect();
        let table = Table::from_columns(batch, places);
        let candidates = columns.candidates(reading, &table)?;
        reading.take(candidates, Vec::new(), |row| {
            let raw = table.records().map_or_else(|fault| fault, |records| records.value(row).to_owned());
            (table.places[row], raw.into_bytes().into_iter().take(RAW_BYTES).collect())
        })?;
        progress();
    }
    Ok(())
}
