//! `merit table`: the published routing tables, one file an action.

mod diff;
mod explain;
mod list;
mod release;
mod rollback;
mod show;
mod verify;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::context::Context;
use super::output::{self, Answer};

/// Looks at published routing tables, compares and explains them, and goes back to an old one.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Every version
    List(Answer),
    /// One version, whole
    Show(show::Arguments),
    /// What changed from one table to another, and why
    Diff(diff::Arguments),
    /// Why a kind of work is routed as it is, on one page
    Explain(explain::Arguments),
    /// Check digests, sums, references and lineage, and rebuild a version from its evidence
    Verify(verify::Arguments),
    /// Publish the content of an old version as a new one, and hold it until 'release'
    Rollback(rollback::Arguments),
    /// End a hold: the next analyze publishes again
    Release(Answer),
    /// The JSON Schema of a table
    Schema,
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<ExitCode> {
    match arguments.action {
        Action::List(answer) => list::run(context, answer),
        Action::Show(arguments) => show::run(context, &arguments),
        Action::Diff(arguments) => diff::run(context, &arguments),
        Action::Explain(arguments) => explain::run(context, arguments),
        Action::Verify(arguments) => verify::run(context, &arguments),
        Action::Rollback(arguments) => rollback::run(context, arguments),
        Action::Release(answer) => release::run(context, answer),
        Action::Schema => output::print(format!("{}\n", merit_router::table::json_schema().trim_end()).as_bytes()),
    }
}
