//! The marts: read the rollups, bind the settings, in one thread so that every sum has one order.

use std::collections::{BTreeMap, HashMap};

use arrow::array::RecordBatch;
use datafusion::common::metadata::ScalarAndMetadata;
use datafusion::common::{ParamValues, ScalarValue};

use super::AnalyzeError;
use super::check::{self, Warning};
use super::graph::{COMPUTED_FROM, Graph};
use super::job::{Job, Layer};
use super::latency_carry;
pub(crate) use super::latency_carry::Histograms;
use super::memory;
use super::session::Engine;
use crate::day::Day;
use crate::settings::Evidence;

/// The marts of a run, each as one batch.
pub type Marts = BTreeMap<String, RecordBatch>;

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

/// Runs every mart in order, each result a table for the next, and the checks they ask for. What the history says of
/// its own memory is computed as soon as the history is there, and is a table like the others.
///
/// # Errors
/// [`AnalyzeError`] naming the job.
pub(crate) async fn run(
    graph: &Graph,
    engine: &Engine,
    known: &HashMap<String, ScalarValue>,
    evidence: &Evidence,
    histograms: &Histograms<'_>,
) -> Result<(Marts, Vec<Warning>), AnalyzeError> {
    let mut marts = Marts::new();
    let mut warnings = Vec::new();
    for job in graph.layer(Layer::Mart) {
        let began = std::time::Instant::now();
        let batch = match marts.get("half_lives") {
            Some(half_lives) if job.name == latency_carry::MART && job.is_embedded() => {
                histograms.decayed(half_lives)?
            }
            _ => {
                let (schema, batches) = engine.run(&job.path, &job.sql, bound(job, known)?).await?;
                arrow::compute::concat_batches(&schema, &batches)?
            }
        };
        tracing::debug!(mart = job.name, rows = batch.num_rows(), seconds = began.elapsed().as_secs_f64(), "computed");
        engine.register_batches(&job.name, batch.schema(), vec![batch.clone()])?;
        for asked in &job.checks {
            warnings.extend(check::run(engine, graph, job, asked).await?);
        }
        if job.name == COMPUTED_FROM {
            let began = std::time::Instant::now();
            let tables = memory::tables(&batch, evidence)?;
            tracing::debug!(seconds = began.elapsed().as_secs_f64(), "half-lives and changes found");
            for (name, table) in tables {
                engine.register_batches(name, table.schema(), vec![table.clone()])?;
                marts.insert(name.to_string(), table);
            }
        }
        marts.insert(job.name.clone(), batch);
    }
    Ok((marts, warnings))
}
