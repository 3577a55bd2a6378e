//! `merit quarantine`: the rows that could not be taken.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::context::Context;
use super::output::Answer;
use crate::ingest::intake::list_quarantine;

/// Looks at the rows that could not be taken.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Every log with quarantined rows, and why
    List(Answer),
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode> {
    let Action::List(answer) = &arguments.action;
    let files = list_quarantine(&context.layout)?;
    answer.print(&files, || {
        if files.is_empty() {
            return "no row is in quarantine\n".into();
        }
        let file = |file: &crate::ingest::intake::QuarantineFile| {
            let reasons =
                file.reasons.iter().map(|(reason, rows)| format!("  {rows} × {reason}\n")).collect::<String>();
            format!("{}: {} rows\n{reasons}", file.path.display(), file.rows)
        };
        files.iter().map(file).collect()
    })
}
