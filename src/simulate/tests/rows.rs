//! Rows of batches, cell by cell.

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::{ArrowPrimitiveType, Float64Type, Int64Type, TimestampMicrosecondType};

use crate::simulate::{MemorySink, SimulationSettings, World, run};

/// A table in memory.
pub(super) struct Rows(pub(super) RecordBatch);

impl Rows {
    pub(super) fn of(batches: &[RecordBatch]) -> Self {
        Self(concat_batches(&batches[0].schema(), batches).expect("batches of one schema"))
    }

    pub(super) fn len(&self) -> usize {
        self.0.num_rows()
    }

    fn column(&self, name: &str) -> &dyn Array {
        self.0.column_by_name(name).expect("a field of the record").as_ref()
    }

    pub(super) fn text(&self, name: &str, row: usize) -> Option<&str> {
        let column = self.column(name).as_string::<i32>();
        column.is_valid(row).then(|| column.value(row))
    }

    fn primitive<T: ArrowPrimitiveType>(&self, name: &str, row: usize) -> Option<T::Native> {
        let column = self.column(name).as_primitive::<T>();
        column.is_valid(row).then(|| column.value(row))
    }

    pub(super) fn integer(&self, name: &str, row: usize) -> Option<i64> {
        self.primitive::<Int64Type>(name, row)
    }

    pub(super) fn number(&self, name: &str, row: usize) -> Option<f64> {
        self.primitive::<Float64Type>(name, row)
    }

    pub(super) fn instant(&self, name: &str, row: usize) -> Option<i64> {
        self.primitive::<TimestampMicrosecondType>(name, row)
    }

    pub(super) fn boolean(&self, name: &str, row: usize) -> Option<bool> {
        let column = self.column(name).as_boolean();
        column.is_valid(row).then(|| column.value(row))
    }
}

/// The calls and outcomes of a run.
pub(super) fn rows(world: &World, settings: &SimulationSettings) -> (Rows, Rows) {
    let sink = MemorySink::default();
    let summary = run(world, settings, &sink).expect("a valid world");
    let (calls, outcomes) = sink.into_batches();
    let (calls, outcomes) = (Rows::of(&calls), Rows::of(&outcomes));
    assert_eq!((calls.len() as u64, outcomes.len() as u64), (summary.calls, summary.outcomes));
    (calls, outcomes)
}
