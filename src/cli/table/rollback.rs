//! `merit table rollback`: an old content as a new version, held.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use serde::Serialize;

use crate::cli::context::{Context, today};
use crate::cli::output::Answer;
use crate::day::Day;
use crate::table::{self, Renewal};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The version to go back to
    version: u64,
    /// Why, for whoever finds the hold
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// The as-of day of the new version, from which its expiry counts [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    as_of: Option<Day>,
    #[command(flatten)]
    answer: Answer,
}

#[derive(Serialize)]
struct RolledBack {
    table_version: u64,
    restored_from: u64,
    table_file: PathBuf,
    expires_at: String,
    removed_versions: Vec<u64>,
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<ExitCode> {
    let _lock = context.lock()?;
    let folder = context.layout.tables();
    let settings = &context.settings.table;
    let as_of = arguments.as_of.unwrap_or_else(today).date();
    let renewal = Renewal { as_of, expiry_days: settings.expiry_days, reason: arguments.reason };
    let published = table::rollback(&folder, arguments.version, &renewal)?;
    let done = RolledBack {
        table_version: published.table().table_version,
        restored_from: arguments.version,
        expires_at: published.table().expires_at.clone(),
        table_file: published.stored.path,
        removed_versions: table::retain(&folder, settings.keep_versions)?.versions,
    };
    arguments.answer.print(&done, || {
        format!(
            "table v{} has the content of v{} and stands until {}; merit analyze publishes nothing before merit table \
             release\n  {}\n",
            done.table_version,
            done.restored_from,
            done.expires_at,
            done.table_file.display()
        )
    })
}
