//! The program as its users meet it: the real binary over real files.

#![allow(clippy::print_stderr, reason = "a test that is skipped says so, a proof says its figures")]

mod harness;

mod crash;
mod decisions;
mod errors;
mod examples;
mod night;
mod order;
mod registry;
mod replay;
mod second_engine;
mod shared_logs;
mod simulated;
