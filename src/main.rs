//! The program: parse, run, say what went wrong, and end with a code that means something.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    merit::cli::run(merit::cli::Cli::parse())
}
