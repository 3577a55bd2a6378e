//! `merit table diff`: what changed from one table to another.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::cli::context::Context;
use crate::cli::output::Answer;
use crate::table::{self, diff};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The first table: a version, 'latest', or the path of a table's file
    a: String,
    /// The second table
    b: String,
    /// How many rows are shown at most, those first that move most traffic; JSON has them all
    #[arg(long, default_value_t = 10, value_name = "N")]
    rows: usize,
    #[command(flatten)]
    answer: Answer,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode> {
    let folder = context.layout.tables();
    let (from, to) = (table::find(&folder, &arguments.a)?, table::find(&folder, &arguments.b)?);
    let difference = diff::compare(&from.table, &to.table);
    arguments.answer.print(&difference, || diff::page(&difference, arguments.rows))
}
