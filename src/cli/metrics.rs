//! The metrics of a night, written however it ends.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::context::{Context, now};
use crate::metrics::{self, Night, Run, Standing};
use crate::night::Summary;
use crate::report::{Ingest, ReasonCount};
use crate::store::durable;

/// What a night said of itself before it ended.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// What was read.
    pub(super) ingest: Ingest,
    /// Why rows went to quarantine.
    pub(super) reasons: Vec<ReasonCount>,
    /// How the night ended, where it came so far.
    pub(super) summary: Option<Summary>,
}

/// Writes the file of metrics. Where that fails, the night is what it was, and stderr says so.
pub(super) fn write(context: &Context, told: &Told, code: Option<&ExitCode>, took: Duration) {
    // A data folder that is not there is a slip of the pen, not a night.
    if !context.layout.root().is_dir() {
        return;
    }
    if let Err(error) = written(context, told, code, took) {
        eprintln!("merit: no metrics of this night: {error:#}");
    }
}

fn path(context: &Context) -> PathBuf {
    let beside = || context.global.reports_folder().join(metrics::FILE);
    context.settings.metrics.textfile.clone().unwrap_or_else(beside)
}

fn written(context: &Context, told: &Told, code: Option<&ExitCode>, took: Duration) -> Result<()> {
    let path = path(context);
    let exit_code = code.map_or(1, number);
    let standing = if exit_code == 0 { Standing::read(&context.layout)? } else { None };
    let summary = told.summary.as_ref();
    let run = Run {
        exit_code,
        ending: summary.map_or_else(|| word_of(exit_code), ending),
        ended_at_seconds: now() as f64 / 1e6,
        duration_seconds: took.as_secs_f64(),
        ingest: told.ingest.clone(),
        reasons: told.reasons.clone(),
        warnings: summary.map(|summary| summary.warnings.clone()).unwrap_or_default(),
    };
    let before = std::fs::read_to_string(&path).unwrap_or_default();
    let board = summary.and_then(|summary| summary.scoreboard.as_ref());
    let targets = board.map_or(&[][..], |board| &board.targets);
    let text = metrics::text(&Night { run, standing: standing.as_ref(), targets, before: &before });
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    }
    durable::replace(&path, text.as_bytes()).with_context(|| {
        format!("cannot write {}; check metrics.textfile and its folder's permissions", path.display())
    })
}

/// The number of an exit code, which the standard library keeps to itself.
fn number(code: &ExitCode) -> u8 {
    (0..=u8::MAX).find(|number| ExitCode::from(*number) == *code).unwrap_or(1)
}

fn word_of(exit_code: u8) -> String {
    if exit_code == super::exit::NOT_TRUSTED { "refused" } else { "failed" }.into()
}

/// The ending's word, as the summary's JSON has it.
fn ending(summary: &Summary) -> String {
    match serde_json::to_value(summary.ending) {
        Ok(serde_json::Value::String(word)) => word,
        _ => "failed".into(),
    }
}
