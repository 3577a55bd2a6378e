//! `merit analyze`: the night.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use super::context::{Context, today};
use super::ingest::{adapter, distrust, is_trusted, named, take};
use super::output::Answer;
use super::{exit, progress};
use crate::day::Day;
use crate::ingest::intake::{self, Account};
use crate::night::{self, Ending, Night, Summary};
use crate::report;
use crate::table;

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
    let inputs = context.inputs()?;
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
    for path in &summary.overridden_queries {
        tracing::warn!(query = path, "an embedded query is overridden");
    }
    if summary.ending == Ending::Refused {
        eprintln!("merit: {}; the old table stands", summary.reason.clone().unwrap_or_default());
        return Ok(ExitCode::from(exit::NOT_TRUSTED));
    }
    if !context.global.quiet {
        let ingested = accounts.iter().map(|account| super::ingest::text(account, false)).collect::<String>();
        arguments.answer.print(&summary, || ingested + &text(&summary))?;
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

/// The night for people.
fn text(summary: &Summary) -> String {
    let version = summary.table_version.unwrap_or_default();
    let mut text = match summary.ending {
        Ending::Held => format!(
            "nothing published as of {}: {}; merit table release lets the next analyze publish\n  candidate {}\n",
            summary.as_of,
            summary.hold.as_ref().map(table::Hold::sentence).unwrap_or_default(),
            summary.candidate_file.as_deref().unwrap_or(Path::new("")).display()
        ),
        Ending::Standing => format!("nothing new as of {}: table v{version} stands\n", summary.as_of),
        _ => format!(
            "table v{version} published as of {}: {} calls of {} days, {} days read anew\n",
            summary.as_of, summary.calls, summary.days, summary.days_rolled_up
        ),
    };
    if let Some(last) = summary.last_day {
        let age = summary.as_of.0 - last.0;
        if age > 30 {
            text.push_str(&format!(
                "  note: the newest call is {age} days old, so little evidence is left; --as-of {} looks from its day\n",
                last.next()
            ));
        }
    }
    if summary.waiting_outcomes > 0 {
        text.push_str(&format!("  {} outcomes wait for their call\n", summary.waiting_outcomes));
    }
    for warning in &summary.warnings {
        text.push_str(&format!("  warning: {}: {} rows; {}\n", warning.check, warning.rows, warning.remedy));
    }
    if let (Some(oldest), Some(newest)) = (summary.removed_versions.first(), summary.removed_versions.last()) {
        text.push_str(&format!("  v{oldest} to v{newest} removed: table.keep_versions are kept\n"));
    }
    for path in &summary.overridden_queries {
        text.push_str(&format!("  queries/{path} is overridden\n"));
    }
    let files = summary.table_file.iter().chain(&summary.report_files);
    files.for_each(|path| text.push_str(&format!("  {}\n", path.display())));
    text
}
