//! One file from its first byte to its account.

use std::path::Path;

use super::reading::Reading;
use super::source::{Content, open};
use super::{Adapter, FileReport, IngestError, IngestSettings, Sink, parquet_rows, text_rows};

/// Reads a file: its records go to `sink` in the file's order, its bad rows too, and the account comes back.
///
/// `progress` is told, chunk by chunk, how many of the file's bytes have been read in all. JSON lines and CSV may be
/// packed with gzip or Zstandard. Nothing is read of the clock, and nothing of the result depends on the machine.
///
/// ```
/// use merit::ingest::{Adapter, IngestSettings, MemorySink, read_file};
///
/// let folder = tempfile::tempdir()?;
/// let log = folder.path().join("calls.jsonl");
/// std::fs::write(&log, r#"{"timestamp": "2024-03-01T12:00:00Z", "model": "gpt-4", "success": true}"#)?;
///
/// let settings = IngestSettings::new(1_709_300_000_000_000);
/// let mut sink = MemorySink::default();
/// let report = read_file(&log, &Adapter::native(), &settings, &mut sink, &|_| {})?;
/// assert_eq!((report.read, report.calls, report.quarantined), (1, 1, 0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Where the file cannot be read to its end, the adapter does not fit, or the sink fails. What the sink has got of the
/// file by then must not be kept.
pub fn read_file(
    path: &Path,
    adapter: &Adapter,
    settings: &IngestSettings,
    sink: &mut dyn Sink,
    progress: &dyn Fn(u64),
) -> Result<FileReport, IngestError> {
    let opened = open(path)?;
    let mut reading = Reading::new(path, adapter, settings, sink);
    match opened.content {
        Content::Parquet(file) => parquet_rows::read(&mut reading, file, &|| progress(opened.passed.bytes()))?,
        Content::Text(format, input) => {
            let unfinished = text_rows::read(&mut reading, format, input, opened.plain, &opened.passed, progress)?;
            reading.report.complete = !unfinished;
        }
    }
    let mut report = reading.report;
    report.bytes = opened.passed.bytes();
    report.digest = opened.passed.digest();
    let size_now = std::fs::metadata(path).map_err(|source| IngestError::Open { path: path.into(), source })?.len();
    if size_now != report.bytes || size_now != opened.size {
        report.complete = false;
    }
    debug_assert!(report.balances(), "{report:?}");
    Ok(report)
}
