//! `merit table show`: one version, whole.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::cli::context::Context;
use crate::cli::output::{self, Answer, Style};
use crate::table::{self, show};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The version [default: the newest]
    version: Option<u64>,
    #[command(flatten)]
    answer: Answer,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode> {
    let folder = context.layout.tables();
    let stored = match arguments.version {
        Some(version) => table::read(&folder, version)?,
        None => table::current(&folder)?,
    };
    match arguments.answer.format {
        Style::Json => output::print(&stored.bytes),
        Style::Text => output::print(show::page(&stored.table).as_bytes()),
    }
}
