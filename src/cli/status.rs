//! `merit status`: what the data folder holds, and which table stands.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use serde::Serialize;

use super::context::Context;
use super::output::Answer;
use crate::day::Day;
use crate::ingest::intake::{inbox_files, list_quarantine};
use crate::night::{GateRecord, Runs, reporting};
use crate::queries;
use crate::scoreboard::Scoreboard;
use crate::store::{Fact, facts};
use crate::table;

/// Says what the data folder holds and which table stands.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    answer: Answer,
}

#[derive(Serialize)]
struct Status {
    data: PathBuf,
    call_days: usize,
    call_files: usize,
    first_day: Option<Day>,
    last_day: Option<Day>,
    outcome_days: usize,
    inbox_files: usize,
    quarantined_rows: u64,
    waiting_outcomes: Option<usize>,
    table: Option<Standing>,
    hold: Option<table::Hold>,
    gate: Option<GateRecord>,
    scoreboard: Option<Scoreboard>,
}

#[derive(Serialize)]
struct Standing {
    version: u64,
    as_of: String,
    expires_at: String,
    expired: bool,
    rows: usize,
    models: usize,
    digest: String,
    file: PathBuf,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode> {
    let status = status(context)?;
    arguments.answer.print(&status, || text(&status))
}

fn status(context: &Context) -> Result<Status> {
    let layout = &context.layout;
    let calls = facts::list(layout, Fact::Calls)?;
    let tables = layout.tables();
    let table = match table::newest_version(&tables)? {
        None => None,
        Some(_) => {
            let stored = table::current(&tables)?;
            let table = &stored.table;
            let router = merit_router::Router::new(table)?;
            Some(Standing {
                version: table.table_version,
                as_of: table.created_as_of.clone(),
                expires_at: table.expires_at.clone(),
                expired: router.expired(std::time::SystemTime::now()),
                rows: table.segments.len(),
                models: table.models.len(),
                digest: table.digest.clone(),
                file: stored.path,
            })
        }
    };
    let run = Runs::new(layout).current()?;
    Ok(Status {
        data: layout.root().into(),
        call_days: calls.len(),
        call_files: calls.values().map(|day| day.files.len()).sum(),
        first_day: calls.keys().next().copied(),
        last_day: calls.keys().next_back().copied(),
        outcome_days: facts::list(layout, Fact::Outcomes)?.len(),
        inbox_files: inbox_files(layout, &queries::load(context.settings.queries.as_deref())?)?.len(),
        quarantined_rows: list_quarantine(layout)?.iter().map(|file| file.rows).sum(),
        scoreboard: run.as_ref().and_then(|(folder, _)| reporting::scoreboard(folder)),
        waiting_outcomes: run.map(|(_, manifest)| manifest.waiting_outcomes),
        table,
        hold: table::hold(&tables)?,
        gate: GateRecord::read(&tables)?,
    })
}

fn text(status: &Status) -> String {
    let mut text = format!("data folder  {}\n", status.data.display());
    text.push_str(&match (status.first_day, status.last_day) {
        (Some(first), Some(last)) => {
            format!("calls        {} days, {first} to {last}, in {} files\n", status.call_days, status.call_files)
        }
        _ => "calls        none yet; put logs into its inbox, or run merit ingest FILES\n".to_string(),
    });
    text.push_str(&format!("outcomes     {} days", status.outcome_days));
    text.push_str(&match status.waiting_outcomes {
        Some(waiting) if waiting > 0 => format!(", {waiting} wait for their call\n"),
        _ => "\n".to_string(),
    });
    text.push_str(&format!("inbox        {} files to read\n", status.inbox_files));
    text.push_str(&format!("quarantine   {} rows\n", status.quarantined_rows));
    text.push_str(&match &status.table {
        None => "table        none yet; run merit analyze\n".to_string(),
        Some(table) => format!(
            "table        v{} as of {}, {} rows, {} models, {} {}\n             {}\n",
            table.version,
            table.as_of,
            table.rows,
            table.models,
            if table.expired { "EXPIRED" } else { "good until" },
            table.expires_at,
            table.file.display()
        ),
    });
    if let Some(gate) = &status.gate {
        text.push_str(&format!("gate         {}\n", gate.lineage["sentence"].as_str().unwrap_or("not asked yet")));
        let anchor: String = gate.state.anchor().chars().take(12).collect();
        text.push_str(&format!("             anchor {anchor}"));
        text.push_str(&match gate.state.challenger().filter(|_| gate.state.is_judging()) {
            Some(one) => format!(", challenger {} judged from {} on\n", one.number, Day(one.frozen_on)),
            None => ", no challenger\n".to_string(),
        });
    }
    if let Some(hold) = &status.hold {
        text.push_str(&match status.table.as_ref().is_some_and(|table| table.version >= hold.version) {
            true => format!("held         {}; merit table release ends it\n", hold.sentence()),
            false => format!(
                "held         the rollback to v{0} has not ended; merit table rollback {0} ends it, merit table release \
                 drops it\n",
                hold.restored_from
            ),
        });
    }
    text
}
