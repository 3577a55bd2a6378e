//! What merit's parts are worth, measured where the truth is known.
//!
//! - [`backtest`]: what each night's table would have earned the next day, by half-life and algorithm.
//! - [`daily_sums`]: the rollups of the store as a back-test's history.
//! - [`full_feedback`]: the tasks that several models ran, out of the store or out of files.
//! - [`gate`]: whether a table may replace the one in use.
//! - [`interval`]: a mean and how far it is known.
//! - [`logged`]: logged production draws, and what two tables would have made of them.
//! - [`metrics`]: the figures by which the field compares routers, as published.
//! - [`ope`]: what a policy would have earned on draws that another one made.
//! - [`policies`]: the closed loop of choosing and learning in a small world, by memory and algorithm.
//! - [`replay`]: tables built on part of a benchmark and replayed on the rest, where every model's answer is known.
//! - [`sequence`]: bounds of a mean that hold on all nights at once.

pub mod backtest;
pub mod daily_sums;
pub mod full_feedback;
pub mod gate;
pub mod interval;
pub mod logged;
pub mod metrics;
pub mod ope;
pub mod policies;
pub mod replay;
pub mod sequence;
