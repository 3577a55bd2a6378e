//! Everything a data folder holds, as tables of an engine.

use std::sync::Arc;

use super::{SqlError, routing_table};
use crate::analyze::AnalyzeError;
use crate::analyze::file_table::TableFile;
use crate::analyze::graph::Graph;
use crate::analyze::job::Layer;
use crate::analyze::outcome_link::FactDays;
use crate::analyze::rollup;
use crate::analyze::rollup::Rollups;
use crate::analyze::session::{Engine, absolute};
use crate::analyze::udf;
use crate::call::{Call, Outcome};
use crate::day::Day;
use crate::night::{NightInputs, Runs};
use crate::store::{Fact, Layout, ReadCounter, facts, parquet_file};
use crate::table;

/// An engine that knows `call_log`, `outcome_log`, the view `calls`, the rollups and marts of the last run, prices,
/// aliases, and `routing_table`, the candidates of the standing table. Functions that count back from as-of do so from
/// the last run's, before the first run from the day after the newest call.
///
/// # Errors
/// [`SqlError`] where a file cannot be read.
pub async fn open(inputs: &NightInputs) -> Result<Engine, SqlError> {
    let layout = &inputs.layout;
    let engine = Engine::new(layout, inputs.threads, Arc::new(ReadCounter::default()))?;
    // So that what is wrong with a question has a place.
    engine.context().state_ref().write().config_mut().options_mut().sql_parser.collect_spans = true;
    let graph = Graph::read(&inputs.queries)?;
    let calls = facts::list(layout, Fact::Calls).map_err(AnalyzeError::from)?;
    let outcomes = facts::list(layout, Fact::Outcomes).map_err(AnalyzeError::from)?;
    engine.register_days("call_log", Call::schema(), files(&calls))?;
    engine.register_days("outcome_log", Outcome::schema(), files(&outcomes))?;
    for staging in graph.layer(Layer::Staging) {
        engine.register_view(&staging.name, &staging.path, &staging.sql).await?;
    }
    for (name, table) in inputs.reference_tables() {
        engine.register_batches(name, table.schema(), vec![table])?;
    }
    let newest = calls.keys().next_back().map(|day| day.next());
    let as_of = last_run(&engine, layout)?.or(newest);
    udf::register_as_of(engine.context(), as_of.map(|day| day.0));
    if table::newest_version(&layout.tables())?.is_some() {
        let batch = routing_table::candidates(&table::current(&layout.tables())?.table);
        engine.register_batches("routing_table", batch.schema(), vec![batch])?;
    }
    Ok(engine)
}

/// The rollups and marts of the run that `current` points to, resolved once; its as-of.
fn last_run(engine: &Engine, layout: &Layout) -> Result<Option<Day>, SqlError> {
    let Some((folder, manifest)) = Runs::new(layout).current()? else { return Ok(None) };
    let root = absolute(layout.root());
    let mut rollups = Rollups::default();
    for (job, files) in manifest.rollups {
        let files = files.into_iter().map(|(day, path)| TableFile { path: root.join(path), day });
        rollups.files.insert(job, files.collect());
    }
    rollup::register(engine, &rollups, None)?;
    for (name, path) in facts::entries(&folder.join("marts")).map_err(AnalyzeError::from)? {
        if let Some(mart) = name.strip_suffix(".parquet") {
            let batches = parquet_file::read(&path, None).map_err(AnalyzeError::from)?;
            let schema = parquet_file::schema(&path).map_err(AnalyzeError::from)?;
            engine.register_batches(mart, schema, batches)?;
        }
    }
    Ok(Some(manifest.as_of))
}

fn files(days: &FactDays) -> Vec<TableFile> {
    let of_day = |(day, found): (&Day, &facts::FactDay)| {
        let day = *day;
        found.files.iter().map(move |file| TableFile { path: absolute(&file.path), day }).collect::<Vec<_>>()
    };
    days.iter().flat_map(of_day).collect()
}
