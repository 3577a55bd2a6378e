//! `merit sql`: questions in SQL.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Args;

use super::context::Context;
use super::output;
use crate::sql::{self, format};

/// Asks one question over calls, outcomes, rollups, marts, prices and the standing table; read-only.
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("question").required(true).args(["command", "file"])))]
pub(super) struct Arguments {
    /// The question
    #[arg(short, value_name = "SQL")]
    command: Option<String>,
    /// A file that holds it
    #[arg(short, value_name = "FILE")]
    file: Option<PathBuf>,
    /// How to answer [default: table, or what the output file's name says]
    #[arg(long, value_enum)]
    format: Option<format::Format>,
    /// Where to put the answer [default: stdout]
    #[arg(short, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<ExitCode> {
    let text = match (&arguments.command, &arguments.file) {
        (Some(text), _) => text.clone(),
        (None, Some(path)) => {
            let failed = || format!("cannot read the question {}", path.display());
            std::fs::read_to_string(path).with_context(failed)?
        }
        (None, None) => unreachable!("clap asks for one of them"),
    };
    let format = arguments.format.unwrap_or_else(|| by_name(arguments.output.as_ref()));
    let inputs = context.inputs()?;
    let (schema, batches) = context.runtime()?.block_on(async {
        let engine = sql::views::open(&inputs).await?;
        sql::ask(&engine, &text).await
    })?;
    let bytes = format::write(format, &schema, &batches)?;
    match &arguments.output {
        Some(path) => {
            std::fs::write(path, bytes).with_context(|| format!("cannot write the answer to {}", path.display()))?;
            Ok(ExitCode::SUCCESS)
        }
        None => output::print(&bytes),
    }
}

fn by_name(path: Option<&PathBuf>) -> format::Format {
    match path.and_then(|path| path.extension()).and_then(|extension| extension.to_str()) {
        Some("csv") => format::Format::Csv,
        Some("json") => format::Format::Json,
        Some("ndjson" | "jsonl") => format::Format::Ndjson,
        Some("parquet") => format::Format::Parquet,
        _ => format::Format::Table,
    }
}
