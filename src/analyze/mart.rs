//! The marts: read the rollups, bind the settings, each in one thread so that every sum has one order.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use arrow::array::RecordBatch;
use datafusion::common::metadata::ScalarAndMetadata;
use datafusion::common::{ParamValues, ScalarValue};
use datafusion::error::DataFusionError;
use rayon::prelude::*;
use tokio::task::JoinSet;

use super::AnalyzeError;
use super::check::{self, Warning};
use super::graph::{COMPUTED_FROM, COMPUTED_TABLES, Graph};
use super::job::{Job, Layer};
use super::latency_carry;
pub(crate) use super::latency_carry::Histograms;
use super::memory;
use super::session::Engine;
use crate::day::Day;
use crate::settings::Evidence;
use crate::store::{StoreError, parquet_file};

/// The marts of a run, each as one batch.
pub type Marts = BTreeMap<String, RecordBatch>;

/// Writes every mart into a folder, a file each.
///
/// # Errors
/// [`StoreError`] with the file that could not be written.
pub fn write(marts: &Marts, folder: &Path) -> Result<(), StoreError> {
    marts.par_iter().try_for_each(|(name, batch)| {
        parquet_file::write_derived(&folder.join(format!("{name}.parquet")), batch, vec![])
    })
}

/// What the marts' parameters are bound to.
pub fn parameters(as_of: Day, evidence: &Evidence) -> HashMap<String, ScalarValue> {
    let number = |value: f64| ScalarValue::Float64(Some(value));
    HashMap::from([
        ("as_of".to_string(), ScalarValue::Date32(Some(as_of.0))),
        // Where it is "auto", the table half_lives has it.
        ("half_life_days".to_string(), ScalarValue::Float64(evidence.half_life_days.days())),
        ("post_change_weight".to_string(), number(evidence.post_change_weight)),
        ("benchmark_weight".to_string(), number(evidence.benchmark_weight)),
        ("benchmark_cap".to_string(), number(evidence.benchmark_cap)),
        ("cost_tolerance".to_string(), number(evidence.cost_tolerance)),
    ])
}

/// The parameters a job binds.
///
/// # Errors
/// [`AnalyzeError::Sql`] where a job asks for one that there is not.
pub fn bound(job: &Job, known: &HashMap<String, ScalarValue>) -> Result<ParamValues, AnalyzeError> {
    let mut values = HashMap::new();
    for name in &job.parameters {
        let Some(value) = known.get(name) else {
            let mut names: Vec<&str> = known.keys().map(String::as_str).collect();
            names.sort_unstable();
            let message = format!("there is no parameter ${name}; known are {}", names.join(", "));
            return Err(AnalyzeError::Sql { path: job.path.clone(), message });
        };
        values.insert(name.clone(), ScalarAndMetadata::from(value.clone()));
    }
    Ok(ParamValues::Map(values))
}

/// Runs every mart, each result a table for the next, and the checks they ask for. Marts that do not read each other run at
/// once, as many as there are `threads`; each by itself has one thread, so its sums have one order. What the history says of its
/// own memory is computed as soon as the history is there, and is a table like the others.
///
/// # Errors
/// [`AnalyzeError`] naming the job.
pub(crate) async fn run(
    graph: &Graph,
    engine: &Engine,
    known: &HashMap<String, ScalarValue>,
    evidence: &Evidence,
    histograms: &Histograms,
    threads: usize,
) -> Result<(Marts, Vec<Warning>), AnalyzeError> {
    let mut marts = Marts::new();
    let mut warnings = BTreeMap::new();
    let mut waiting: Vec<&Job> = graph.layer(Layer::Mart).collect();
    // What most others wait for comes first.
    let inputs = graph.job(COMPUTED_FROM).map(|job| job.inputs.clone()).unwrap_or_default();
    waiting.sort_by_key(|job| job.name != COMPUTED_FROM && !inputs.contains(&job.name));
    let is_embedded = |name: &str| graph.job(name).is_some_and(Job::is_embedded);
    let is_carried = is_embedded(latency_carry::MART) && is_embedded(latency_carry::ROLLUP);
    let mut running = JoinSet::new();
    loop {
        while let Some(next) =
            waiting.iter().position(|job| is_ready(graph, job, &marts)).filter(|_| running.len() < threads)
        {
            let job = waiting.remove(next);
            let half_lives = marts.get("half_lives").filter(|_| job.name == latency_carry::MART && is_carried);
            let work = Work {
                job: job.clone(),
                engine: engine.clone(),
                values: bound(job, known)?,
                carried: half_lives.map(|half_lives| (histograms.clone(), half_lives.clone())),
                evidence: evidence.clone(),
            };
            running.spawn(work.run());
        }
        let Some(ended) = running.join_next().await else { break };
        let done = ended.map_err(|error| AnalyzeError::Engine(DataFusionError::ExecutionJoin(Box::new(error))))??;
        for (name, table) in done.tables {
            engine.register_batches(&name, table.schema(), vec![table.clone()])?;
            marts.insert(name, table);
        }
        for asked in &done.job.checks {
            if let Some(warning) = check::run(engine, graph, &done.job, asked).await? {
                warnings.insert((done.job.name.clone(), asked.name.clone()), warning);
            }
        }
    }
    Ok((marts, warnings.into_values().collect()))
}

/// Whether every mart that a job reads is there.
fn is_ready(graph: &Graph, job: &Job, marts: &Marts) -> bool {
    job.inputs.iter().all(|input| {
        let maker = if COMPUTED_TABLES.contains(&input.as_str()) { COMPUTED_FROM } else { input };
        let is_mart = graph.job(maker).is_some_and(|job| job.layer == Layer::Mart);
        !is_mart || marts.contains_key(input)
    })
}

/// A mart under way.
struct Work {
    job: Job,
    engine: Engine,
    values: ParamValues,
    /// The days' histograms and the half-lives, where the mart comes of carried sums.
    carried: Option<(Histograms, RecordBatch)>,
    evidence: Evidence,
}

/// A mart that is done, and what is computed from it.
struct Done {
    job: Job,
    tables: Vec<(String, RecordBatch)>,
}

impl Work {
    async fn run(self) -> Result<Done, AnalyzeError> {
        let Self { job, engine, values, carried, evidence } = self;
        let began = std::time::Instant::now();
        let batch = match carried {
            Some((histograms, half_lives)) => histograms.decayed(&half_lives)?,
            None => {
                let (schema, batches) = engine.run(&job.path, &job.sql, values).await?;
                arrow::compute::concat_batches(&schema, &batches)?
            }
        };
        tracing::debug!(mart = job.name, rows = batch.num_rows(), seconds = began.elapsed().as_secs_f64(), "computed");
        let mut tables = Vec::new();
        if job.name == COMPUTED_FROM {
            let began = std::time::Instant::now();
            tables
                .extend(memory::tables(&batch, &evidence)?.into_iter().map(|(name, table)| (name.to_string(), table)));
            tracing::debug!(seconds = began.elapsed().as_secs_f64(), "half-lives and changes found");
        }
        tables.push((job.name.clone(), batch));
        Ok(Done { job, tables })
    }
}
