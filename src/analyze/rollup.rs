//! The daily rollups: a day whose rows and whose SQL have not changed is not read again.
//!
//! The fingerprint (SHA-256 over the day's digests, the job's SQL and that of all it reads, the schema version
//! and the engine's) is the file's name, so "is it there" is the whole question.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch, UInt32Array};
use arrow::compute::{SortColumn, concat_batches, lexsort_to_indices, take_record_batch};
use arrow::datatypes::{Date32Type, SchemaRef};
use datafusion::common::ParamValues;
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

use super::file_table::TableFile;
use super::graph::Graph;
use super::job::{Job, Layer};
use super::one_pass::{self, OnePass};
use super::outcome_link::{FactDays, Links};
use super::repeated_calls::CallHashes;
use super::session::{Engine, absolute};
use super::{AnalyzeError, repeated_calls, short_hex};
use crate::call::{Call, Outcome, SCHEMA_VERSION};
use crate::day::Day;
use crate::store::{Layout, parquet_file};

/// Days that the engine rolls up in one go: bounds memory, keeps planning cheap.
const DAYS_AT_ONCE: usize = 32;
/// Days that the one pass takes between two words on its progress; it holds one a thread.
const DAYS_PASSED_AT_ONCE: usize = 128;

/// The rollups of a run: for every job its files, and the days that were read.
#[derive(Clone, Debug, Default)]
pub struct Rollups {
    /// By job: the files, one a day.
    pub files: BTreeMap<String, Vec<TableFile>>,
    /// The days that were rolled up anew.
    pub changed: Vec<Day>,
    /// The hashes of the ids of all their calls, where these were read and are not too many.
    pub(crate) call_hashes: Option<Arc<CallHashes>>,
}

/// What the days hold at an as-of: the facts before it.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Calls by day.
    pub calls: FactDays,
    /// Outcomes by the day of their call.
    pub links: Links,
    /// Nothing from this day on counts.
    pub as_of: Day,
}

impl Facts {
    /// Makes `call_log` and `outcome_log` of some days known to a session.
    ///
    /// # Errors
    /// [`AnalyzeError`] where the engine refuses.
    pub async fn register(&self, engine: &Engine, days: &[Day]) -> Result<(), AnalyzeError> {
        let files = |facts: &FactDays| {
            let of_day = |day: &Day| {
                let files = facts.get(day).into_iter().flat_map(|found| found.files.iter());
                files.map(|file| TableFile { path: absolute(&file.path), day: *day }).collect::<Vec<_>>()
            };
            days.iter().flat_map(of_day).collect::<Vec<_>>()
        };
        engine.register_days("call_log", Call::schema(), files(&self.calls))?;
        engine.register_days("outcome_file", Outcome::schema(), files(&self.links.days))?;
        let until = self.as_of;
        let sql = format!(
            "SELECT call_id, observed_at, score, success, cost_usd, judge FROM outcome_file \
             WHERE observed_at < TIMESTAMP '{until}T00:00:00Z'"
        );
        engine.register_view("outcome_log", "staging", &sql).await
    }

    /// The digest of a day: its calls and what is known of them at as-of.
    fn digest(&self, day: Day) -> String {
        let calls = self.calls.get(&day).map(|found| found.digest()).unwrap_or_default();
        let links = self.links.days.get(&day).map(|found| found.digest()).unwrap_or_default();
        // Only where an outcome came at or after as-of does as-of change what is known of the day.
        let later = self.links.last_observed.get(&day).is_some_and(|last| *last >= self.as_of);
        format!("{calls} {links} {}", if later { self.as_of.to_string() } else { String::new() })
    }
}

/// Brings every rollup of every day up to date.
///
/// # Errors
/// [`AnalyzeError`] naming the job or the file.
pub async fn roll_up(
    layout: &Layout,
    graph: &Graph,
    engine: &Engine,
    facts: &Facts,
    progress: &dyn Fn(usize, usize),
) -> Result<Rollups, AnalyzeError> {
    let jobs: Vec<&Job> = graph.layer(Layer::Rollup).collect();
    let mut rollups = Rollups::default();
    for day in facts.calls.keys() {
        let mut fresh = true;
        for job in &jobs {
            let path = path(layout, graph, facts, job, *day);
            fresh &= path.exists();
            let file = TableFile { path: absolute(&path), day: *day };
            rollups.files.entry(job.name.clone()).or_default().push(file);
        }
        if !fresh {
            rollups.changed.push(*day);
        }
    }
    let total = rollups.changed.len();
    let pass = one_pass(graph, engine, facts, &jobs).await?;
    let write = |job: &Job, day: Day, rows: &RecordBatch| {
        parquet_file::write_derived(&path(layout, graph, facts, job, day), rows, vec![])
    };
    let mut left = Vec::new();
    let mut hashes = Some(CallHashes::new());
    for (done, days) in rollups.changed.chunks(DAYS_PASSED_AT_ONCE).enumerate() {
        let Some(pass) = &pass else { break };
        progress(done * DAYS_PASSED_AT_ONCE, total);
        let roll_up = |day: &Day| {
            let Some(rolled) = pass.roll_up(facts, *day, engine.counter())? else { return Ok(Passed::Left(*day)) };
            for job in &jobs {
                write(job, *day, &rolled.rows[&job.name])?;
            }
            Ok(Passed::Done(rolled.call_hashes))
        };
        let mut parts = Vec::new();
        for passed in days.par_iter().map(roll_up).collect::<Result<Vec<Passed>, AnalyzeError>>()? {
            match passed {
                Passed::Done(call_hashes) => parts.push(call_hashes),
                Passed::Left(day) => left.push(day),
            }
        }
        hashes = repeated_calls::gathered(hashes, parts);
    }
    if pass.is_none() {
        left.clone_from(&rollups.changed);
    }
    rollups.call_hashes = hashes.filter(|_| left.is_empty()).map(Arc::new);
    for (done, days) in left.chunks(DAYS_AT_ONCE).enumerate() {
        progress(total - left.len() + done * DAYS_AT_ONCE, total);
        register_staging(graph, engine, facts, days).await?;
        for job in &jobs {
            let (schema, batches) = engine.run(&job.path, &job.sql, ParamValues::List(vec![])).await?;
            for day in days {
                write(job, *day, &rows_of(&schema, &batches, *day)?)?;
            }
        }
    }
    progress(total, total);
    Ok(rollups)
}

/// What became of a day in the one pass.
enum Passed {
    /// Written; the hashes of its calls.
    Done(Option<Vec<u64>>),
    /// The engine's to do.
    Left(Day),
}

/// The one pass, where it stands for the SQL in force.
async fn one_pass(
    graph: &Graph,
    engine: &Engine,
    facts: &Facts,
    jobs: &[&Job],
) -> Result<Option<OnePass>, AnalyzeError> {
    if !one_pass::stands_for(graph) {
        return Ok(None);
    }
    register_staging(graph, engine, facts, &[]).await?;
    let mut schemas = BTreeMap::new();
    for job in jobs {
        schemas.insert(job.name.clone(), engine.schema(&job.path, &job.sql).await?);
    }
    Ok(Some(OnePass::new(schemas)))
}

/// Makes the facts of some days and the staging over them known to a session.
///
/// # Errors
/// [`AnalyzeError`] where the engine refuses.
pub async fn register_staging(graph: &Graph, engine: &Engine, facts: &Facts, days: &[Day]) -> Result<(), AnalyzeError> {
    facts.register(engine, days).await?;
    for staging in graph.layer(Layer::Staging) {
        engine.register_view(&staging.name, &staging.path, &staging.sql).await?;
    }
    Ok(())
}

/// Makes the rollups' tables known to a session.
///
/// # Errors
/// [`AnalyzeError`] where a file cannot be opened or the engine refuses.
pub fn register(engine: &Engine, rollups: &Rollups, only: Option<&[Day]>) -> Result<(), AnalyzeError> {
    for (job, files) in &rollups.files {
        let Some(first) = files.first() else { continue };
        let schema = parquet_file::schema(&first.path)?;
        let wanted = |file: &&TableFile| only.is_none_or(|days| days.contains(&file.day));
        engine.register_files(job, schema, files.iter().filter(wanted).cloned().collect())?;
    }
    Ok(())
}

/// A rollup whose files take no more than this is held in memory for the marts; a year of a few hundred arms takes 30 MB.
const HELD_BYTES: u64 = 128 << 20;

/// Holds a rollup in memory for a session whose jobs read it many times, if it is not too large; its rows stay in the order of
/// the files.
///
/// # Errors
/// [`AnalyzeError`] where a file cannot be read.
pub(crate) fn hold(engine: &Engine, rollups: &Rollups, job: &str) -> Result<(), AnalyzeError> {
    let files = rollups.files.get(job).map_or(&[][..], Vec::as_slice);
    let Some(first) = files.first() else { return Ok(()) };
    let size = |file: &TableFile| std::fs::metadata(&file.path).map_or(u64::MAX, |metadata| metadata.len());
    let total = files.iter().map(size).fold(0, u64::saturating_add);
    if total > HELD_BYTES {
        return Ok(());
    }
    let schema = parquet_file::schema(&first.path)?;
    let read = files.par_iter().map(|file| {
        let batches = parquet_file::read(&file.path, None)?;
        let of_schema = |batch: RecordBatch| RecordBatch::try_new(schema.clone(), batch.columns().to_vec());
        Ok(batches.into_iter().map(of_schema).collect::<Result<Vec<_>, _>>()?)
    });
    let read: Vec<Vec<RecordBatch>> = read.collect::<Result<_, AnalyzeError>>()?;
    engine.counter().add(total);
    engine.register_batches(job, schema, read.into_iter().flatten().collect())
}

fn path(layout: &Layout, graph: &Graph, facts: &Facts, job: &Job, day: Day) -> PathBuf {
    let mut hash = Sha256::new();
    for part in graph.sql_below(&job.name) {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.update(facts.digest(day));
    hash.update(SCHEMA_VERSION.to_le_bytes());
    hash.update(datafusion::DATAFUSION_VERSION);
    layout.rollup(&job.name).join(format!("day={day}")).join(format!("{}.parquet", short_hex(&hash.finalize())))
}

/// The rows of one day, in the order of all their columns.
fn rows_of(schema: &SchemaRef, batches: &[RecordBatch], day: Day) -> Result<RecordBatch, AnalyzeError> {
    let mut parts = Vec::new();
    for batch in batches {
        let days = batch.column_by_name("day").expect("a rollup has a day").as_primitive::<Date32Type>();
        let rows = (0..days.len()).filter(|row| days.value(*row) == day.0).map(|row| row as u32);
        let rows = UInt32Array::from_iter_values(rows);
        if !rows.is_empty() {
            parts.push(take_record_batch(batch, &rows)?);
        }
    }
    let joined = concat_batches(schema, &parts)?;
    if joined.num_rows() == 0 {
        return Ok(joined);
    }
    let columns = joined.columns().iter().map(|values| SortColumn { values: values.clone(), options: None });
    let indices = lexsort_to_indices(&columns.collect::<Vec<_>>(), None)?;
    Ok(take_record_batch(&joined, &indices)?)
}
