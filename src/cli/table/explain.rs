//! `merit table explain`: why a kind of work is routed as it is.

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Args;

use crate::cli::context::Context;
use crate::cli::output::Answer;
use crate::table::{self, explain};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Who asks
    #[arg(long, default_value = "unknown")]
    role: String,
    /// What for
    #[arg(long, default_value = "unknown")]
    category: String,
    /// How hard
    #[arg(long, default_value = "unknown")]
    difficulty: String,
    /// The version [default: the one that is served]
    #[arg(long, value_name = "N")]
    version: Option<u64>,
    #[command(flatten)]
    answer: Answer,
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<ExitCode> {
    let folder = context.layout.tables();
    let standing = table::current(&folder)?.table;
    let asked = arguments.version.filter(|version| *version != standing.table_version);
    let asked = asked.map(|version| table::read(&folder, version)).transpose()?.map(|stored| stored.table);
    let segment =
        explain::Segment { role: arguments.role, category: arguments.category, difficulty: arguments.difficulty };
    let explanation = match &asked {
        Some(table) => explain::explain(table, &segment, Some(&standing)),
        None => explain::explain(&standing, &segment, None),
    };
    let explanation = explanation.context("the table has no row */*/*; merit table verify says more")?;
    arguments.answer.print(&explanation, || explain::page(&explanation))
}
