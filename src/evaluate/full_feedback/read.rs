//! Engines that know `calls`: over the store, and over files that are not taken into it.

use std::path::PathBuf;
use std::sync::Arc;

use super::error::FullFeedbackError;
use crate::analyze::graph::Graph;
use crate::analyze::job::Layer;
use crate::analyze::session::Engine;
use crate::call::{Call, Outcome};
use crate::ingest::{Adapter, IngestSettings, MemorySink, read_file};
use crate::night::NightInputs;
use crate::sql::views;
use crate::store::ReadCounter;

/// An engine over the store.
///
/// # Errors
/// A store that cannot be read.
pub async fn store(inputs: &NightInputs) -> Result<Engine, FullFeedbackError> {
    Ok(views::open(inputs).await?)
}

/// Files and what became of their rows.
#[derive(Clone)]
pub struct Files {
    /// Knows their calls with the latest that is known of them.
    pub engine: Engine,
    /// Rows read.
    pub read: u64,
    /// Rows that are no records.
    pub quarantined: u64,
    /// Why the first of those is none, with its file and line.
    pub reason: Option<String>,
}

/// An engine over the rows of files, which the store does not get.
///
/// A row that is there twice counts once.
///
/// # Errors
/// A file that cannot be read to its end, or that the adapter is not for.
pub async fn files(
    inputs: &NightInputs,
    paths: &[PathBuf],
    adapter: &Adapter,
    settings: &IngestSettings,
) -> Result<Files, FullFeedbackError> {
    let mut sink = MemorySink::default();
    let (mut read, mut quarantined, mut reason) = (0, 0, None);
    for path in paths {
        let report = read_file(path, adapter, settings, &mut sink, &|_| {})?;
        (read, quarantined) = (read + report.read, quarantined + report.quarantined);
        let bad = sink.quarantined.drain(..).next();
        reason = reason.or(bad.map(|row| format!("{}, line {}: {}", path.display(), row.line, row.reason)));
    }
    let engine = Engine::new(&inputs.layout, inputs.threads, Arc::new(ReadCounter::default()))?;
    let facts = [
        ("call", "timestamp", Call::schema(), sink.calls),
        ("outcome", "observed_at", Outcome::schema(), sink.outcomes),
    ];
    for (kind, instant, schema, batches) in facts {
        let (rows, log) = (format!("{kind}_rows"), format!("{kind}_log"));
        engine.register_batches(&rows, schema, batches)?;
        let sql = format!("SELECT DISTINCT *, CAST({instant} AS DATE) AS day FROM {rows}");
        engine.register_view(&log, &log, &sql).await?;
    }
    for (name, table) in inputs.reference_tables() {
        engine.register_batches(name, table.schema(), vec![table])?;
    }
    for staging in Graph::read(&inputs.queries)?.layer(Layer::Staging) {
        engine.register_view(&staging.name, &staging.path, &staging.sql).await?;
    }
    Ok(Files { engine, read, quarantined, reason })
}
