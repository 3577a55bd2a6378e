//! The program as its users meet it: the real binary over real files.

#![allow(clippy::print_stderr, reason = "a test that is skipped says so, a proof says its figures")]

mod harness;

mod backtest;
mod bench;
mod crash;
#[cfg(feature = "serve")]
mod dashboard;
mod decisions;
mod errors;
mod examples;
mod gate;
mod metrics;
mod night;
mod order;
mod questions;
mod registry;
mod replay;
mod report;
mod report_in_chromium;
mod second_engine;
#[cfg(feature = "serve")]
mod serve;
mod shared_logs;
mod shell;
mod simulated;
