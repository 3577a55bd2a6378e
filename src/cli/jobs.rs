//! `merit jobs`: what SQL there is, in which order, and what one job says.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};
use serde::Serialize;

use super::context::{Context, today};
use super::output::{self, Answer};
use crate::analyze::AnalyzeError;
use crate::analyze::graph::Graph;
use crate::analyze::job::Job;
use crate::analyze::mart;
use crate::day::Day;
use crate::night::{self, NightInputs, Runs};
use crate::sql::{format, views};

/// Lists the SQL jobs, shows their order, or runs one.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Every job with what it is for
    List(Answer),
    /// Every job with what it reads, inputs first
    Graph(Answer),
    /// Run a mart, a check or a rollup over the last run's tables and print its rows, or all of them anew
    Run {
        /// The job's name
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        name: Option<String>,
        /// Every rollup that is not up to date, and every mart: a night without policy, table and report
        #[arg(long)]
        all: bool,
        /// With --all: where the marts go as Parquet [default: nowhere]
        #[arg(short, long, value_name = "DIR", requires = "all")]
        output: Option<PathBuf>,
        /// The as-of day [default: the last run's]
        #[arg(long, value_name = "YYYY-MM-DD")]
        as_of: Option<Day>,
        /// How to answer
        #[arg(long, value_enum, default_value = "table")]
        format: format::Format,
    },
}

#[derive(Serialize)]
struct Listed<'a> {
    name: &'a str,
    layer: &'static str,
    purpose: &'a str,
    grain: &'a str,
    inputs: Vec<&'a str>,
    overridden: bool,
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<ExitCode> {
    let inputs = context.inputs()?;
    let graph = Graph::read(&inputs.queries)?;
    let listed = |job| listed(job, &inputs.queries);
    match arguments.action {
        Action::List(answer) => {
            let jobs: Vec<Listed<'_>> = graph.ordered().map(listed).collect();
            answer.print(&jobs, || {
                let row = |job: &Listed<'_>| vec![job.name.to_string(), job.layer.to_string(), job.purpose.to_string()];
                output::table(&["job", "layer", "purpose"], jobs.iter().map(row))
            })
        }
        Action::Graph(answer) => {
            let jobs: Vec<Listed<'_>> = graph.ordered().map(listed).collect();
            answer
                .print(&jobs, || jobs.iter().map(|job| format!("{} ← {}\n", job.name, job.inputs.join(", "))).collect())
        }
        Action::Run { all: true, as_of, output, .. } => run_all(context, &inputs, as_of, output.as_deref()),
        Action::Run { name, as_of, format, .. } => {
            let name = name.unwrap_or_default();
            let job = graph.job(&name).ok_or(AnalyzeError::UnknownJob(name))?;
            let last = Runs::new(&context.layout).current()?.map(|(_, manifest)| manifest.as_of);
            let as_of = as_of.or(last).unwrap_or_else(today);
            let values = mart::bound(job, &mart::parameters(as_of, &context.settings.evidence))?;
            let (schema, batches) = context.runtime()?.block_on(async {
                let engine = views::open(&inputs).await?;
                Ok::<_, anyhow::Error>(engine.run(&job.path, &job.sql, values).await?)
            })?;
            output::print(&format::write(format, &schema, &batches)?)
        }
    }
}

/// Rolls up what is not up to date and computes the marts.
fn run_all(context: &Context, inputs: &NightInputs, as_of: Option<Day>, output: Option<&Path>) -> Result<ExitCode> {
    let _lock = context.lock()?;
    let as_of = as_of.unwrap_or_else(today);
    let derived = context.runtime()?.block_on(night::derive_all(inputs, as_of, &|_, _, _| ()))?;
    if let Some(folder) = output {
        mart::write(&derived.marts, folder)?;
    }
    for warning in &derived.warnings {
        eprintln!("merit: {}: {} rows; {}", warning.check, warning.rows, warning.remedy);
    }
    if context.global.quiet {
        return Ok(ExitCode::SUCCESS);
    }
    let (days, rolled_up) = (derived.facts.calls.len(), derived.rollups.changed.len());
    let (marts, bytes) = (derived.marts.len(), derived.bytes_read);
    output::print(format!("{days} days, {rolled_up} of them rolled up, {marts} marts, {bytes} bytes read\n").as_bytes())
}

fn listed<'a>(job: &'a Job, queries: &std::collections::BTreeMap<String, crate::queries::QueryFile>) -> Listed<'a> {
    Listed {
        name: &job.name,
        layer: job.layer.folder(),
        purpose: &job.purpose,
        grain: &job.grain,
        inputs: job.inputs.iter().map(String::as_str).collect(),
        overridden: queries.get(&job.path).is_some_and(|file| file.overridden_by.is_some()),
    }
}
