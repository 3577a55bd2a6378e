//! `merit store`: compaction and verification.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::context::Context;
use super::output::Answer;
use crate::store::{compact, verify};

/// Looks after the store's files.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Merge each day's files into one
    Compact(Answer),
    /// Read every file and compare its rows with its name
    Verify(Answer),
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<ExitCode> {
    match arguments.action {
        Action::Compact(answer) => {
            let _lock = context.lock()?;
            let done = compact(&context.layout, 1)?;
            answer.print(&done, || {
                format!(
                    "{} days merged, {} files replaced, {} old files removed\n",
                    done.days, done.replaced, done.removed
                )
            })
        }
        Action::Verify(answer) => {
            let verified = verify(&context.layout)?;
            answer.print(&verified, || {
                let findings: String = verified.findings.iter().map(|finding| format!("  {finding}\n")).collect();
                format!(
                    "{} files, {} rows, {} findings\n{findings}",
                    verified.files,
                    verified.rows,
                    verified.findings.len()
                )
            })?;
            Ok(if verified.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
    }
}
