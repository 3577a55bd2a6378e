//! Whole files: every way in, and the account of it.

use std::path::Path;

use arrow::array::RecordBatch;

use super::*;

mod adapters;
mod documentation;
mod faults;
mod files;
mod properties;
mod real_data;

/// 2026-06-01T00:00:00Z: later than any fixture.
const NOW: i64 = 1_780_272_000_000_000;

/// The account and the records of a file with this name and content.
fn ingest(name: &str, content: &[u8], adapter: &Adapter) -> (FileReport, MemorySink) {
    ingest_with(name, content, adapter, &IngestSettings::new(NOW)).expect("the file can be read")
}

fn ingest_with(
    name: &str,
    content: &[u8],
    adapter: &Adapter,
    settings: &IngestSettings,
) -> Result<(FileReport, MemorySink), IngestError> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(name);
    std::fs::write(&path, content).expect("the folder can be written");
    ingest_path(&path, adapter, settings)
}

fn ingest_path(
    path: &Path,
    adapter: &Adapter,
    settings: &IngestSettings,
) -> Result<(FileReport, MemorySink), IngestError> {
    let mut sink = MemorySink::default();
    let report = read_file(path, adapter, settings, &mut sink, &|_| {})?;
    assert_eq!(report.calls, rows(&sink.calls), "calls counted and delivered");
    assert_eq!(report.outcomes, rows(&sink.outcomes), "outcomes counted and delivered");
    assert_eq!(report.quarantined, sink.quarantined.len() as u64, "bad rows counted and delivered");
    assert!(report.balances(), "{report:?}");
    assert!(sink.calls.iter().all(|batch| batch.schema() == crate::call::Call::schema()));
    assert!(sink.outcomes.iter().all(|batch| batch.schema() == crate::call::Outcome::schema()));
    Ok((report, sink))
}

fn rows(batches: &[RecordBatch]) -> u64 {
    batches.iter().map(|batch| batch.num_rows() as u64).sum()
}

/// Records as JSON lines without their nulls.
fn json(batches: &[RecordBatch]) -> Vec<String> {
    let lines = |batch| table::json_objects(batch).expect("records can be written");
    batches.iter().flat_map(|batch| lines(batch).iter().flatten().map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// The values of one text column.
fn texts(batches: &[RecordBatch], name: &str) -> Vec<Option<String>> {
    let column = |batch: &RecordBatch| {
        let column = batch.column_by_name(name).expect("a field").clone();
        let column = arrow::array::AsArray::as_string::<i32>(&column).clone();
        column.iter().map(|text| text.map(str::to_owned)).collect::<Vec<_>>()
    };
    batches.iter().flat_map(column).collect()
}

/// Line and reason of every bad row.
fn reasons(sink: &MemorySink) -> Vec<(u64, &str)> {
    sink.quarantined.iter().map(|row| (row.line, row.reason.as_str())).collect()
}
