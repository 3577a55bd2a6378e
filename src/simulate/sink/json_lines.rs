//! One JSON lines file: a record a line, nulls left out, timestamps as 2026-06-01T09:30:00.000000Z.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use arrow::json::LineDelimitedWriter;
use arrow::json::WriterBuilder;
use arrow::json::writer::LineDelimited;

use crate::simulate::SimulationError;

/// An open JSON lines file.
pub(super) struct JsonLinesFile {
    path: PathBuf,
    writer: LineDelimitedWriter<BufWriter<File>>,
}

impl JsonLinesFile {
    pub(super) fn create(path: &Path) -> Result<Self, SimulationError> {
        let file = File::create(path).map_err(|source| SimulationError::Write { path: path.to_owned(), source })?;
        let writer = WriterBuilder::new()
            .with_timestamp_tz_format("%Y-%m-%dT%H:%M:%S%.6fZ".into())
            .build::<_, LineDelimited>(BufWriter::with_capacity(1 << 20, file));
        Ok(Self { path: path.to_owned(), writer })
    }

    pub(super) fn write(&mut self, batch: &RecordBatch) -> Result<(), SimulationError> {
        self.writer.write(batch).map_err(|source| SimulationError::JsonLines { path: self.path.clone(), source })
    }

    /// Writes what is buffered; the file, to be synced.
    pub(super) fn finish(mut self) -> Result<File, SimulationError> {
        self.writer.finish().map_err(|source| SimulationError::JsonLines { path: self.path.clone(), source })?;
        let buffered = self.writer.into_inner().into_inner();
        buffered.map_err(|error| SimulationError::Write { path: self.path, source: error.into_error() })
    }
}
