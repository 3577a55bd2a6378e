//! Where simulated records go: Parquet or JSON lines files, or memory.

mod file;
mod json_lines;
mod memory;
mod parquet;

use std::path::PathBuf;

use arrow::array::RecordBatch;

use super::SimulationError;

pub use file::{FileSink, Format};
pub use memory::MemorySink;

/// Opens one writer for each part of a run; parts are written in parallel.
pub trait Sink: Sync {
    /// What writes one part.
    type Writer: RecordWriter;

    /// Opens part `part` of `parts`.
    ///
    /// # Errors
    /// Where the part cannot be written.
    fn open(&self, part: usize, parts: usize) -> Result<Self::Writer, SimulationError>;
}

/// Takes the records of one part in batches.
pub trait RecordWriter {
    /// Takes calls, in the columns of [`CallColumns`](crate::call::CallColumns).
    ///
    /// # Errors
    /// Where they cannot be written.
    fn write_calls(&mut self, calls: &RecordBatch) -> Result<(), SimulationError>;

    /// Takes outcomes, in the columns of [`OutcomeColumns`](crate::call::OutcomeColumns).
    ///
    /// # Errors
    /// Where they cannot be written.
    fn write_outcomes(&mut self, outcomes: &RecordBatch) -> Result<(), SimulationError>;

    /// Ends the part; the files it left, if it writes files.
    ///
    /// # Errors
    /// Where the rest cannot be written.
    fn finish(self) -> Result<Vec<PathBuf>, SimulationError>;
}
