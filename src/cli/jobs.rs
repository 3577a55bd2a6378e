//! `merit jobs`: what SQL there is, in which order, and what one job says.

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
use crate::night::Runs;
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
    /// Run a mart, a check or a rollup over the last run's tables and print its rows
    Run {
        /// The job's name
        name: String,
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
        Action::Run { name, as_of, format } => {
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
