//! `merit route`: the choice an orchestrator would get.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use merit_router::{Request, Router};
use serde::Serialize;

use super::context::Context;
use super::output::Answer;
use crate::table;

/// Chooses a model by the standing table.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Who asks
    #[arg(long, default_value = "unknown")]
    role: String,
    /// What for
    #[arg(long, default_value = "unknown")]
    category: String,
    /// How hard
    #[arg(long, default_value = "unknown")]
    difficulty: String,
    /// The task; the same task gets the same model [default: a new one]
    #[arg(long)]
    task_id: Option<String>,
    /// Which attempt at the task this is
    #[arg(long, default_value_t = 1)]
    attempt: u32,
    /// A model not to choose; may be given several times
    #[arg(long, value_name = "MODEL")]
    exclude: Vec<String>,
    /// The most the call may be expected to cost, in US dollars
    #[arg(long, value_name = "USD")]
    max_cost: Option<f64>,
    /// The task's estimated input tokens
    #[arg(long, requires = "output_tokens", value_name = "N")]
    input_tokens: Option<u64>,
    /// The task's estimated output tokens
    #[arg(long, requires = "input_tokens", value_name = "N")]
    output_tokens: Option<u64>,
    #[command(flatten)]
    answer: Answer,
}

#[derive(Serialize)]
struct Chosen<'a> {
    #[serde(flatten)]
    answer: merit_router::Answer<'a>,
    expired: bool,
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<ExitCode> {
    let router = Router::new(&table::current(&context.layout.tables())?.table)?;
    let exclude: Vec<&str> = arguments.exclude.iter().map(String::as_str).collect();
    let request = Request {
        task_id: arguments.task_id.as_deref(),
        attempt: arguments.attempt,
        exclude: &exclude,
        max_cost: arguments.max_cost,
        input_tokens: arguments.input_tokens,
        output_tokens: arguments.output_tokens,
        ..Request::new(&arguments.role, &arguments.category, &arguments.difficulty)
    };
    let answer = router.choose(&request)?;
    let expired = answer.expired(std::time::SystemTime::now());
    let chosen = Chosen { answer, expired };
    arguments.answer.print(&chosen, || text(&chosen))
}

fn text(chosen: &Chosen<'_>) -> String {
    let answer = &chosen.answer;
    let fallback = answer.fallback.to_vec().join(", ");
    let expired = if chosen.expired { ", EXPIRED" } else { "" };
    format!(
        "{}\n  provider    {}\n  drawn       {:?} with probability {:.4}\n  row         {}\n  because     {}\n  fallback    {}\n  table       v{}{expired}\n  task        {}\n",
        answer.model,
        answer.provider,
        answer.arm,
        answer.propensity,
        answer.row_used,
        answer.reason,
        if fallback.is_empty() { "none" } else { &fallback },
        answer.table_version,
        answer.task_id.as_deref().unwrap_or("none"),
    )
}
