//! `merit simulate`: logs from a world whose truth is known.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Args;

use super::context::Context;
use super::output;
use crate::day::Day;
use crate::simulate::{self, FileSink, Format, SimulationSettings, World, sample};

/// Makes the calls and outcomes that a world with known truth would have logged.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The world [default: the standard one, models of four price tiers]
    #[arg(long, value_name = "FILE.toml")]
    world: Option<PathBuf>,
    /// Days
    #[arg(long, default_value_t = 90)]
    days: u32,
    /// Tasks a day; fallback attempts come on top
    #[arg(long, default_value_t = 600, value_name = "N")]
    calls_per_day: u32,
    /// The first day
    #[arg(long, default_value = "2026-06-01", value_name = "YYYY-MM-DD")]
    start: Day,
    /// Names the random numbers
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The share of successful calls that somebody scores
    #[arg(long, default_value_t = 0.3, value_name = "SHARE")]
    scored: f64,
    /// Scores come 0 to this many days after their call
    #[arg(long, default_value_t = 3, value_name = "DAYS")]
    max_delay: u32,
    /// The share of tasks that are benchmark runs
    #[arg(long, default_value_t = 0.0, value_name = "SHARE")]
    benchmark: f64,
    /// How many models the standard world has
    #[arg(long = "model-count", value_name = "N", conflicts_with = "world")]
    model_count: Option<usize>,
    /// parquet or jsonl
    #[arg(long, value_enum, default_value = "parquet")]
    format: Form,
    /// Make data/sample, whatever else is said
    #[arg(long, hide = true)]
    sample: bool,
    /// Where the files go
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Form {
    Parquet,
    Jsonl,
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<ExitCode> {
    let summary = if arguments.sample {
        sample::write(&arguments.output)?
    } else {
        let world = match &arguments.world {
            Some(path) => World::read(path)?,
            None => match arguments.model_count {
                Some(count) => World::standard().with_models(count),
                None => World::standard(),
            },
        };
        let settings = SimulationSettings {
            days: arguments.days,
            calls_per_day: arguments.calls_per_day,
            start: arguments.start.date(),
            seed: arguments.seed,
            scored_share: arguments.scored,
            max_delay_days: arguments.max_delay,
            benchmark_share: arguments.benchmark,
            ..SimulationSettings::default()
        };
        let format = match arguments.format {
            Form::Parquet => Format::Parquet { level: 1 },
            Form::Jsonl => Format::JsonLines,
        };
        std::fs::create_dir_all(&arguments.output)
            .with_context(|| format!("cannot create {}", arguments.output.display()))?;
        simulate::run(&world, &settings, &FileSink::new(&arguments.output, format)?)?
    };
    if context.global.quiet {
        return Ok(ExitCode::SUCCESS);
    }
    let files = summary.files.len();
    let folder = arguments.output.display();
    output::print(
        format!("{} calls and {} outcomes in {files} files in {folder}\n", summary.calls, summary.outcomes).as_bytes(),
    )
}
