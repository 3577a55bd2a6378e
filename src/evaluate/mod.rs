//! What merit's parts are worth, measured where the truth is known.
//!
//! - [`full_feedback`]: the tasks that several models ran, out of the store or out of files.
//! - [`metrics`]: the figures by which the field compares routers, as published.
//! - [`policies`]: the closed loop of choosing and learning in a small world, by memory and algorithm.
//! - [`replay`]: tables built on part of a benchmark and replayed on the rest, where every model's answer is known.

pub mod full_feedback;
pub mod metrics;
pub mod policies;
pub mod replay;
