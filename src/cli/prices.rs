//! `merit prices`: the list of dated prices.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{Args, Subcommand};

use super::context::{Context, today};
use super::output::Answer;
use crate::day::Day;
use crate::prices::{self, Terms, Usage, file};
use crate::sql;

/// Looks after the list of prices.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Merge a price file as LiteLLM or genai-prices publish it into the list; history is never rewritten
    Import {
        /// The published file
        file: PathBuf,
        /// From when its prices hold, where the file does not say
        #[arg(long, value_name = "YYYY-MM-DD")]
        from: Option<Day>,
        /// The list to merge into [default: --prices, else data/prices.csv]
        #[arg(long, value_name = "FILE")]
        into: Option<PathBuf>,
        #[command(flatten)]
        answer: Answer,
    },
    /// The prices, all or of one model
    List {
        /// A model, or an alias of one
        #[arg(long)]
        model: Option<String>,
        /// Only what is in force on this day
        #[arg(long, value_name = "YYYY-MM-DD")]
        at: Option<Day>,
        #[command(flatten)]
        answer: Answer,
    },
    /// Which of the store's models have a price, and what is odd about the list
    Check(Answer),
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<ExitCode> {
    let settings = &context.settings;
    match arguments.action {
        Action::Import { file: published, from, into, answer } => {
            let list = into.or_else(|| settings.prices.clone()).unwrap_or_else(|| PathBuf::from("data/prices.csv"));
            if !list.is_file() {
                bail!(
                    "the price list {} is not there; name it with --into, or create it with a header line",
                    list.display()
                );
            }
            let source = published.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let terms = Terms { from: from.map(Day::date), source, retrieved: today().date() };
            let import = file::import_file(&published, &list, &terms)?;
            answer.print(&import, || import.render())
        }
        Action::List { model, at, answer } => {
            let prices = file::read_prices(settings.prices.as_deref())?;
            let aliases = file::read_aliases(settings.models.as_deref())?;
            let listing = prices::listing(&prices, &aliases, model.as_deref(), at.map(Day::date));
            answer.print(&listing, || listing.render())
        }
        Action::Check(answer) => {
            let prices = file::read_prices(settings.prices.as_deref())?;
            let aliases = file::read_aliases(settings.models.as_deref())?;
            let check = prices::check(&usages(context)?, &prices, &aliases, today().date());
            answer.print(&check, || check.render())
        }
    }
}

/// The models of the store with their calls.
fn usages(context: &Context) -> Result<Vec<Usage>> {
    let question =
        "SELECT model, provider, COUNT(*) AS calls FROM call_log GROUP BY model, provider ORDER BY model, provider";
    let inputs = context.inputs()?;
    let (schema, batches) = context.runtime()?.block_on(async {
        let engine = sql::views::open(&inputs).await?;
        sql::ask(&engine, question).await
    })?;
    let bytes = sql::format::write(sql::format::Format::Json, &schema, &batches)?;
    let rows: Vec<serde_json::Value> = serde_json::from_slice(&bytes)?;
    let usage = |row: &serde_json::Value| Usage {
        model: row["model"].as_str().unwrap_or_default().into(),
        provider: row["provider"].as_str().map(str::to_string),
        calls: row["calls"].as_u64().unwrap_or_default(),
    };
    Ok(rows.iter().map(usage).collect())
}
