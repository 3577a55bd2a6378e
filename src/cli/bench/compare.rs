//! `merit bench compare`: two runs or models side by side.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::cli::context::Context;
use crate::cli::output;
use crate::store::durable;

/// Two runs or models side by side, by project, category and difficulty.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// A run, RUN:MODEL, a model over all runs, or MODEL@PROVIDER
    a: String,
    /// The other one
    b: String,
    /// How to answer
    #[arg(long, value_enum, default_value = "markdown")]
    format: Format,
    /// Write it to a file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Markdown,
    Html,
    Json,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode> {
    let comparison = merit_bench::compare(context.layout.root(), &arguments.a, &arguments.b)?;
    let text = match arguments.format {
        Format::Markdown => comparison.to_markdown(),
        Format::Html => comparison.to_html(),
        Format::Json => format!("{}\n", serde_json::to_string_pretty(&comparison)?),
    };
    match &arguments.output {
        Some(path) => {
            durable::replace(path, text.as_bytes())
                .map_err(|error| anyhow::anyhow!("cannot write {}: {error}", path.display()))?;
            Ok(ExitCode::SUCCESS)
        }
        None => output::print(text.as_bytes()),
    }
}
