//! One Parquet file: small numbers and words as dictionaries, ids and measured figures plain, all of it zstd.

use std::fs::File;
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};

use crate::simulate::SimulationError;

/// Rows of a row group.
const ROW_GROUP: usize = 131_072;

/// Columns in which nearly every value is another: a dictionary would only be built to be thrown away.
const DISTINCT: &[&str] = &["call_id", "task_id", "timestamp", "observed_at", "cost_usd"];

/// An open Parquet file.
pub(super) struct ParquetFile {
    path: PathBuf,
    writer: ArrowWriter<File>,
}

impl ParquetFile {
    pub(super) fn create(path: &Path, schema: SchemaRef, level: i32) -> Result<Self, SimulationError> {
        let file = File::create(path).map_err(|source| SimulationError::Write { path: path.to_owned(), source })?;
        let failed = |source| SimulationError::Parquet { path: path.to_owned(), source };
        let properties = properties(level).map_err(failed)?;
        let writer = ArrowWriter::try_new(file, schema, Some(properties)).map_err(failed)?;
        Ok(Self { path: path.to_owned(), writer })
    }

    pub(super) fn write(&mut self, batch: &RecordBatch) -> Result<(), SimulationError> {
        self.writer.write(batch).map_err(|source| SimulationError::Parquet { path: self.path.clone(), source })
    }

    /// Writes the footer; the file, to be synced.
    pub(super) fn finish(self) -> Result<File, SimulationError> {
        let Self { path, writer } = self;
        writer.into_inner().map_err(|source| SimulationError::Parquet { path, source })
    }
}

fn properties(level: i32) -> Result<WriterProperties, ParquetError> {
    let builder = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(level)?))
        .set_max_row_group_row_count(Some(ROW_GROUP))
        .set_statistics_enabled(EnabledStatistics::Chunk);
    let plain = |builder: parquet::file::properties::WriterPropertiesBuilder, column: &&str| {
        builder.set_column_dictionary_enabled((*column).into(), false)
    };
    Ok(DISTINCT.iter().fold(builder, plain).build())
}
