//! Where records go: the seam between reading logs and storing calls.

use arrow::array::RecordBatch;

use super::{QuarantinedRow, SinkError};

/// Takes what ingest has read, in the file's order.
///
/// Batches have exactly [`Call::schema`](crate::call::Call::schema) or [`Outcome::schema`](crate::call::Outcome::schema):
/// every field that a stored row always has is filled in. If reading the file ends with an error, what the sink got of it
/// is to be dropped.
pub trait Sink {
    /// Takes calls.
    ///
    /// # Errors
    /// Whatever the sink's store says; it ends the reading of the file.
    fn calls(&mut self, batch: RecordBatch) -> Result<(), SinkError>;

    /// Takes outcomes.
    ///
    /// # Errors
    /// Whatever the sink's store says; it ends the reading of the file.
    fn outcomes(&mut self, batch: RecordBatch) -> Result<(), SinkError>;

    /// Takes rows that are no records.
    ///
    /// # Errors
    /// Whatever the sink's store says; it ends the reading of the file.
    fn quarantine(&mut self, rows: &[QuarantinedRow]) -> Result<(), SinkError>;
}

/// A sink that keeps everything in memory: for dry runs and tests.
#[derive(Debug, Default)]
pub struct MemorySink {
    /// The calls, in the file's order.
    pub calls: Vec<RecordBatch>,
    /// The outcomes, in the file's order.
    pub outcomes: Vec<RecordBatch>,
    /// The rows that could not be taken.
    pub quarantined: Vec<QuarantinedRow>,
}

impl Sink for MemorySink {
    fn calls(&mut self, batch: RecordBatch) -> Result<(), SinkError> {
        self.calls.push(batch);
        Ok(())
    }

    fn outcomes(&mut self, batch: RecordBatch) -> Result<(), SinkError> {
        self.outcomes.push(batch);
        Ok(())
    }

    fn quarantine(&mut self, rows: &[QuarantinedRow]) -> Result<(), SinkError> {
        self.quarantined.extend_from_slice(rows);
        Ok(())
    }
}
