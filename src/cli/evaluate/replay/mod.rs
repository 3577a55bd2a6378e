//! `merit evaluate replay`: tables built on part of the tasks that several models ran, replayed on the rest.

mod text;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;

use crate::cli::context::{Context, now};
use crate::cli::exit;
use crate::cli::ingest::adapter;
use crate::cli::output::Answer;
use crate::evaluate::full_feedback::{self, Attempts, Files, FullFeedback, Pair, Selection, Wanted};
use crate::evaluate::replay::{Parts, Reading, ReplaySettings};
use crate::ingest::IngestSettings;
use crate::night::NightInputs;

/// Builds tables on part of the tasks that several models ran, and replays them on the rest.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Test each of K parts of the tasks by a table built on the others
    #[arg(long, value_name = "K", default_value_t = 5, conflicts_with = "test")]
    folds: usize,
    /// Test the tasks of these files by a table built on all others
    #[arg(long, num_args = 1.., value_name = "FILE")]
    test: Vec<PathBuf>,
    /// Read these files and not the data folder
    #[arg(long, num_args = 1.., value_name = "FILE")]
    logs: Vec<PathBuf>,
    /// The format of the files: an adapter's name, or a file NAME.sql [default: merit's own records]
    #[arg(long, value_name = "NAME|FILE.sql")]
    adapter: Option<String>,
    /// Calls of this source alone, as benchmark
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Calls that meet this condition alone, in SQL over the columns of calls, as "judge = 'bfcl'"
    #[arg(long = "where", value_name = "SQL")]
    condition: Option<String>,
    /// These models alone
    #[arg(long, num_args = 1.., value_delimiter = ',', value_name = "NAME")]
    model: Vec<String>,
    /// Leave out models that ran a smaller share of the tasks
    #[arg(long, value_name = "SHARE", default_value_t = 0.9)]
    coverage: f64,
    /// Build a table for this average cost of a task, too; may be given several times
    #[arg(long, value_name = "USD")]
    budget: Vec<f64>,
    /// How to read outcomes: value, a failure is a wrong answer that nobody notices; log, it is noticed
    #[arg(long, value_enum, default_value_t)]
    reading: Reading,
    /// Compare two models at every threshold as well: APGR and CPT
    #[arg(long, value_name = "STRONG,WEAK", value_parser = pair)]
    threshold: Option<Pair>,
    /// The seed of folds, bootstrap and ties
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Bootstrap samples behind each interval; 0: no intervals
    #[arg(long, value_name = "N", default_value_t = 1000)]
    replicates: u32,
    #[command(flatten)]
    answer: Answer,
}

fn pair(text: &str) -> Result<Pair, String> {
    match text.split_once(',').map(|(strong, weak)| (strong.trim(), weak.trim())) {
        Some((strong, weak)) if !strong.is_empty() && !weak.is_empty() && strong != weak => {
            Ok(Pair { strong: strong.into(), weak: weak.into() })
        }
        _ => Err("two different models with a comma between them are needed, the strong one first".into()),
    }
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode> {
    if !(0.0..=1.0).contains(&arguments.coverage) {
        bail!("--coverage is {}, it must be a share between 0 and 1", arguments.coverage);
    }
    let files = arguments.logs.iter().chain(&arguments.test);
    if let (Some(_), None) = (&arguments.adapter, files.clone().next()) {
        bail!("--adapter is for the files of --logs or --test; give one of them, or leave it out");
    }
    let Some(feedback) = read(context, arguments)? else { return Ok(ExitCode::from(exit::NOT_TRUSTED)) };
    let mut budgets: Vec<Option<f64>> = arguments.budget.iter().copied().map(Some).collect();
    budgets.sort_by(|one, other| one.unwrap_or(0.0).total_cmp(&other.unwrap_or(0.0)));
    budgets.dedup();
    budgets.push(None);
    let selection = Selection {
        models: arguments.model.clone(),
        coverage: arguments.coverage,
        costed: !arguments.budget.is_empty(),
    };
    let settings = ReplaySettings {
        parts: Parts::Folds { count: arguments.folds, seed: arguments.seed },
        budgets,
        reading: arguments.reading,
        policy: context.settings.policy.clone(),
        replicates: arguments.replicates,
        seed: arguments.seed,
        ..ReplaySettings::default()
    };
    let found = full_feedback::evaluate(&feedback, &selection, arguments.threshold.as_ref(), &settings)?;
    arguments.answer.print(&found, || text::text(&found, arguments.threshold.as_ref()))
}

/// The tasks of the store or of the files; none where too many rows of a file are no records.
fn read(context: &Context, arguments: &Arguments) -> Result<Option<FullFeedback>> {
    let inputs = context.inputs()?;
    let wanted = Wanted { source: arguments.source.clone(), condition: arguments.condition.clone() };
    context.runtime()?.block_on(async {
        let build = if arguments.logs.is_empty() {
            let engine = full_feedback::store(&inputs).await?;
            full_feedback::attempts(&engine, &inputs, &wanted).await?
        } else {
            let Some(build) = of_files(context, arguments, &inputs, &arguments.logs, &wanted).await? else {
                return Ok(None);
            };
            build
        };
        let mut test = None;
        if !arguments.test.is_empty() {
            let Some(rows) = of_files(context, arguments, &inputs, &arguments.test, &wanted).await? else {
                return Ok(None);
            };
            test = Some(rows);
        }
        Ok(Some(FullFeedback::new(build, test)?))
    })
}

async fn of_files(
    context: &Context,
    arguments: &Arguments,
    inputs: &NightInputs,
    paths: &[PathBuf],
    wanted: &Wanted,
) -> Result<Option<Attempts>> {
    let adapter = adapter(context, arguments.adapter.as_deref())?;
    let settings =
        IngestSettings { keep_fields: context.settings.ingest.keep_fields.clone(), ..IngestSettings::new(now()) };
    let files = full_feedback::files(inputs, paths, &adapter, &settings).await?;
    if let Some(reason) = &files.reason {
        let Files { read, quarantined, .. } = files;
        eprintln!("merit: {quarantined} of {read} rows are no records and are left out; {reason}");
        if quarantined as f64 > context.settings.ingest.max_quarantine_share * read as f64 {
            eprintln!("merit: that is more than ingest.max_quarantine_share; correct the file or its adapter");
            return Ok(None);
        }
    }
    Ok(Some(full_feedback::attempts(&files.engine, inputs, wanted).await?))
}
