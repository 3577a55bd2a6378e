//! What merit's parts are worth, measured where the truth is known.
//!
//! - [`metrics`]: the figures by which the field compares routers, as published.
//! - [`policies`]: the closed loop of choosing and learning in a small world, by memory and algorithm.
//! - [`replay`]: tables built on part of a benchmark and replayed on the rest, where every model's answer is known.

pub mod metrics;
pub mod policies;
pub mod replay;
