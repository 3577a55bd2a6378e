//! The command line: one file a command, each arguments → one library call → print. Only this folder prints.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this is where merit speaks")]

mod analyze;
mod bench;
mod completions;
mod context;
mod evaluate;
mod exit;
mod global;
mod ingest;
mod jobs;
mod metrics;
mod output;
mod prices;
mod progress;
mod quarantine;
mod report;
mod route;
#[cfg(feature = "serve")]
mod serve;
mod simulate;
mod sql;
mod status;
mod store;
mod table;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use self::global::Global;

/// Turns the logs of language-model calls into routing decisions that can be trusted, queried and shipped.
#[derive(Debug, Parser)]
#[command(name = "merit", version, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Take raw logs into the store; bad rows go to quarantine with file, line and reason.
    Ingest(ingest::Arguments),
    /// Build and publish the routing table: inbox, rollups, marts, policy, report.
    Analyze(analyze::Arguments),
    /// Ask in SQL over calls, outcomes, rollups, marts and the table; without a question a shell.
    Sql(sql::Arguments),
    /// Answer clients of PostgreSQL: psql, Grafana, drivers.
    #[cfg(feature = "serve")]
    Serve(serve::Arguments),
    /// List the SQL jobs, show their order, or run one.
    Jobs(jobs::Arguments),
    /// Look after the store's files.
    Store(store::Arguments),
    /// Look at the rows that could not be taken.
    Quarantine(quarantine::Arguments),
    /// Write the report of the last run anew, and show it.
    Report(report::Arguments),
    /// Say what the data folder holds and which table stands.
    Status(status::Arguments),
    /// Look at published routing tables, compare and explain them, go back to an old one.
    Table(table::Arguments),
    /// Choose a model by the standing table, as an orchestrator would.
    Route(route::Arguments),
    /// Judge tables and policies: replay, logged draws, simulated worlds.
    Evaluate(evaluate::Arguments),
    /// Run models on the benchmark suite and score what they answer.
    Bench(bench::Arguments),
    /// Make logs from a world whose truth is known.
    Simulate(simulate::Arguments),
    /// Look after the list of prices.
    Prices(prices::Arguments),
    /// Print what makes a command line complete merit's commands and flags.
    Completions(completions::Arguments),
}

/// Runs a command and returns the process's exit code.
pub fn run(mut cli: Cli) -> ExitCode {
    if let Command::Sql(arguments) = &mut cli.command {
        // Before there is any other thread.
        arguments.hold_interrupts();
    }
    let ended = context::Context::new(&cli.global).and_then(|context| match cli.command {
        Command::Ingest(arguments) => ingest::run(&context, arguments),
        Command::Analyze(arguments) => analyze::run(&context, arguments),
        Command::Sql(arguments) => sql::run(&context, arguments),
        #[cfg(feature = "serve")]
        Command::Serve(arguments) => serve::run(&context, &arguments),
        Command::Jobs(arguments) => jobs::run(&context, arguments),
        Command::Store(arguments) => store::run(&context, arguments),
        Command::Quarantine(arguments) => quarantine::run(&context, &arguments),
        Command::Report(arguments) => report::run(&context, &arguments),
        Command::Status(arguments) => status::run(&context, &arguments),
        Command::Table(arguments) => table::run(&context, arguments),
        Command::Route(arguments) => route::run(&context, arguments),
        Command::Evaluate(arguments) => evaluate::run(&context, &arguments),
        Command::Bench(arguments) => bench::run(&context, arguments),
        Command::Simulate(arguments) => simulate::run(&context, arguments),
        Command::Prices(arguments) => prices::run(&context, arguments),
        Command::Completions(arguments) => completions::run(&arguments),
    });
    match ended {
        Ok(code) => code,
        Err(error) => exit::fail(&error),
    }
}
