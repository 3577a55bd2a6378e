//! `merit completions`: a script that a shell loads.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::{Cli, output};

/// Prints a completion script; `source <(merit completions bash)` loads it.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The shell to write it for
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "merit", &mut script);
    output::print(&script)
}
