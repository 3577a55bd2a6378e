//! `merit report`: the report of the run that stands, written anew.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use serde::Serialize;

use super::context::Context;
use super::output::Answer;
use crate::night::reporting;

/// Writes the report of the last run anew and says where it lies.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Show it with the desktop's own viewer
    #[arg(long)]
    open: bool,
    #[command(flatten)]
    answer: Answer,
}

#[derive(Serialize)]
struct Written {
    report_files: Vec<PathBuf>,
    scoreboard: Option<crate::scoreboard::Scoreboard>,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode> {
    let inputs = context.inputs()?;
    let _lock = context.lock()?;
    let Some((run, scoreboard)) = reporting::refresh(&inputs, true)? else {
        bail!("{} has no run to report on yet; run merit analyze", context.global.data.display());
    };
    let report_files = reporting::copy(&run, Some(&context.global.reports_folder()))?;
    let written = Written { report_files, scoreboard };
    let files = &written.report_files;
    let code =
        arguments.answer.print(&written, || files.iter().map(|file| format!("{}\n", file.display())).collect())?;
    if arguments.open
        && let Some(page) = files.iter().find(|file| file.extension().is_some_and(|ending| ending == "html"))
    {
        open(page)?;
    }
    Ok(code)
}

/// Hands a file to the desktop. `MERIT_OPENER` names another program for it.
fn open(page: &Path) -> Result<()> {
    let page = std::path::absolute(page).with_context(|| format!("cannot find {}", page.display()))?;
    let (program, before): (String, &[&str]) = match std::env::var("MERIT_OPENER") {
        Ok(program) if !program.is_empty() => (program, &[]),
        _ if cfg!(target_os = "macos") => ("open".into(), &[]),
        _ if cfg!(target_os = "windows") => ("cmd".into(), &["/C", "start", ""]),
        _ => ("xdg-open".into(), &[]),
    };
    let status = Command::new(&program).args(before).arg(&page).stdin(Stdio::null()).stdout(Stdio::null()).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => bail!("{program} could not show {} ({status}); open the file yourself", page.display()),
        Err(error) => bail!("cannot start {program} ({error}); open {} yourself", page.display()),
    }
}
