//! `merit evaluate`: what tables and policies are worth, one file an action.

mod backtest;
mod ope;
mod policies;
mod replay;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::context::Context;

/// Judges policies and tables.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Build tables on part of the tasks that several models ran, and replay them on the rest
    Replay(Box<replay::Arguments>),
    /// Estimate what one table would have earned on logged draws instead of another
    Ope(ope::Arguments),
    /// Compare what tables of each half-life and policy would have earned the next day, night by night
    Backtest(backtest::Arguments),
    /// Play every algorithm and memory in simulated worlds, night by night, and compare their regret
    Policies(policies::Arguments),
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode> {
    match &arguments.action {
        Action::Replay(arguments) => replay::run(context, arguments),
        Action::Ope(arguments) => ope::run(context, arguments),
        Action::Backtest(arguments) => backtest::run(context, arguments),
        Action::Policies(arguments) => policies::run(context, arguments),
    }
}
