//! Records kept in memory, for tests and small studies.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::RecordBatch;

use super::{RecordWriter, Sink};
use crate::simulate::SimulationError;

/// The calls and outcomes of one part.
type Part = (Vec<RecordBatch>, Vec<RecordBatch>);

/// Keeps every record of a run: memory grows with the run.
#[derive(Debug, Default)]
pub struct MemorySink {
    parts: Arc<Mutex<Vec<(usize, Part)>>>,
}

impl MemorySink {
    /// The calls and the outcomes so far, in the order of their days.
    pub fn into_batches(self) -> (Vec<RecordBatch>, Vec<RecordBatch>) {
        let mut parts = std::mem::take(&mut *self.parts.lock().unwrap_or_else(PoisonError::into_inner));
        parts.sort_by_key(|(part, _)| *part);
        let (calls, outcomes): (Vec<_>, Vec<_>) = parts.into_iter().map(|(_, part)| part).unzip();
        (calls.into_iter().flatten().collect(), outcomes.into_iter().flatten().collect())
    }
}

impl Sink for MemorySink {
    type Writer = MemoryWriter;

    fn open(&self, part: usize, _parts: usize) -> Result<MemoryWriter, SimulationError> {
        Ok(MemoryWriter { parts: Arc::clone(&self.parts), part, records: Part::default() })
    }
}

/// The writer of one part.
#[derive(Debug)]
pub struct MemoryWriter {
    parts: Arc<Mutex<Vec<(usize, Part)>>>,
    part: usize,
    records: Part,
}

impl RecordWriter for MemoryWriter {
    fn write_calls(&mut self, calls: &RecordBatch) -> Result<(), SimulationError> {
        self.records.0.push(calls.clone());
        Ok(())
    }

    fn write_outcomes(&mut self, outcomes: &RecordBatch) -> Result<(), SimulationError> {
        self.records.1.push(outcomes.clone());
        Ok(())
    }

    fn finish(self) -> Result<Vec<PathBuf>, SimulationError> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner).push((self.part, self.records));
        Ok(Vec::new())
    }
}
