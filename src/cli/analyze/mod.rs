//! `merit analyze`: the night.

mod page;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use super::context::{Context, today};
use super::ingest::{adapter, distrust, is_trusted, named, take};
use super::output::Answer;
use super::{exit, metrics, progress};
use crate::day::Day;
use crate::ingest::intake::{self, Account};
use crate::night::{self, Ending, Night};
use crate::report;

/// Takes the inbox in, builds and publishes the routing table, writes the report.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Calls and outcomes before this day (00:00 UTC) count [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    as_of: Option<Day>,
    /// Logs to take in first, beside the inbox
    #[arg(long, num_args = 1.., value_name = "PATH")]
    logs: Vec<PathBuf>,
    /// The format of those logs
    #[arg(long, requires = "logs", value_name = "NAME|FILE.sql")]
    adapter: Option<String>,
    /// Publish without asking the gate
    #[arg(long)]
    no_gate: bool,
    #[command(flatten)]
    answer: Answer,
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<ExitCode> {
    let began = std::time::Instant::now();
    let mut told = metrics::Told::default();
    let ended = night(context, arguments, &mut told);
    metrics::write(context, &told, ended.as_ref().ok(), began.elapsed());
    ended
}

/// The night itself; `told` is for the metrics, however it ends.
fn night(context: &Context, arguments: Arguments, told: &mut metrics::Told) -> Result<ExitCode> {
    let mut inputs = context.inputs()?;
    if arguments.no_gate {
        (inputs.settings.gate.enabled, inputs.settings.gate.skipped) = (false, true);
    }
    let _lock = context.lock()?;
    let mut accounts = Vec::new();
    if !arguments.logs.is_empty() {
        let adapter = adapter(context, arguments.adapter.as_deref())?;
        accounts.push(take(context, &named(&arguments.logs, &adapter)?, false, false)?);
    }
    let inbox = intake::unseen(&context.layout, intake::inbox_files(&context.layout, &inputs.queries)?)?;
    if !inbox.is_empty() {
        let account = take(context, &inbox, true, false)?;
        intake::retire(&context.layout, &account)?;
        accounts.push(account);
    }
    (told.ingest, told.reasons) = (counts(&accounts), reasons(&accounts));
    if let Some(account) = accounts.iter().find(|account| !is_trusted(context, account)) {
        eprintln!("merit: {}; the old table stands", distrust(context, account));
        return Ok(ExitCode::from(exit::NOT_TRUSTED));
    }

    let bar = progress::bar(context.global.quiet, "{spinner} {msg} {pos}/{len}");
    let progress = |stage: &str, done: usize, total: usize| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
        bar.set_message(stage.to_string());
    };
    let night = Night {
        inputs: &inputs,
        as_of: arguments.as_of.unwrap_or_else(today),
        reports: Some(context.global.reports_folder()),
        ingest: counts(&accounts),
        quarantine_reasons: reasons(&accounts),
        progress: &progress,
    };
    let summary = context.runtime()?.block_on(night::run(&night))?;
    bar.finish_and_clear();
    told.summary = Some(summary.clone());
    for path in &summary.overridden_queries {
        tracing::warn!(query = path, "an embedded query is overridden");
    }
    if summary.ending == Ending::Refused {
        eprintln!("merit: {}; the old table stands", summary.reason.clone().unwrap_or_default());
        return Ok(ExitCode::from(exit::NOT_TRUSTED));
    }
    if !context.global.quiet {
        let ingested = accounts.iter().map(|account| super::ingest::text(account, false)).collect::<String>();
        arguments.answer.print(&summary, || ingested + &page::page(&summary))?;
    }
    if summary.ending == Ending::RefusedByGate {
        eprintln!("merit: the gate refuses: {}; the old table stands", summary.reason.clone().unwrap_or_default());
        return Ok(ExitCode::from(exit::REFUSED));
    }
    Ok(ExitCode::SUCCESS)
}

fn counts(accounts: &[Account]) -> report::Ingest {
    let sum = |part: fn(&Account) -> u64| accounts.iter().map(part).sum();
    report::Ingest {
        files: sum(|account| account.files.len() as u64),
        read: sum(|account| account.read),
        taken: sum(|account| account.calls),
        duplicate: sum(|account| account.duplicate),
        skipped: sum(|account| account.skipped),
        quarantined: sum(|account| account.quarantined),
        outcomes: sum(|account| account.outcomes),
    }
}

fn reasons(accounts: &[Account]) -> Vec<report::ReasonCount> {
    let all = accounts.iter().flat_map(|account| account.reasons.iter());
    all.map(|(reason, rows)| report::ReasonCount { reason: reason.clone(), rows: *rows }).collect()
}
