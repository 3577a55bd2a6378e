//! `merit table verify`: whether what is published is what it says.

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;

use crate::cli::context::Context;
use crate::cli::output::Answer;
use crate::night::verify_rebuild;
use crate::table;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// This version alone [default: all, and the newest rebuilt]
    #[arg(long, value_name = "N")]
    version: Option<u64>,
    #[command(flatten)]
    answer: Answer,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode> {
    let folder = context.layout.tables();
    let Some(newest) = table::newest_version(&folder)? else {
        bail!("there is no table in {} yet; run merit analyze", folder.display());
    };
    let (version, found) = match arguments.version {
        Some(version) => (version, table::verify_version(&folder, version)?),
        None => (newest, table::verify(&folder)?),
    };
    let mut findings: Vec<String> = found.iter().map(ToString::to_string).collect();
    // A version whose bytes are not to be trusted names no evidence to be trusted.
    if table::read(&folder, version).is_ok() {
        for finding in verify_rebuild(&context.layout, version)? {
            if !findings.contains(&finding) {
                findings.push(finding);
            }
        }
    }
    arguments.answer.print(&findings, || match (findings.is_empty(), arguments.version) {
        (true, Some(_)) => format!("v{version} is sound; rebuilt from its evidence it has the same bytes\n"),
        (true, None) => {
            format!("v{version} and its forebears are sound; rebuilt from its evidence it has the same bytes\n")
        }
        (false, _) => findings.iter().map(|finding| format!("{finding}\n")).collect(),
    })?;
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
